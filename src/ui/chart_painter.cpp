#include "ui/chart_painter.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "chart/dashes.h"
#include "ui/look.h"

namespace zaitu::ui {

namespace {

// Where the list's origin lies, and pixels per unit of the list.
struct Placement {
  ImVec2 at;
  float scale = 1;
};

ImVec2 place(const Placement& placement, chart::Point point) {
  return {placement.at.x + static_cast<float>(point.x) * placement.scale,
          placement.at.y + static_cast<float>(point.y) * placement.scale};
}

void paint_polyline(const chart::PolylineItem& item, ImDrawList& draw, const Placement& at) {
  const ImU32 colour = to_imgui(item.colour);
  const float width = static_cast<float>(item.width) * at.scale;
  if (item.dash.empty()) {
    std::vector<ImVec2> points;
    points.reserve(item.points.size());
    for (const chart::Point& point : item.points) points.push_back(place(at, point));
    draw.AddPolyline(points.data(), static_cast<int>(points.size()), colour, ImDrawFlags_None, width);
    return;
  }
  for (const auto& [a, b] : chart::dashes(item.points, item.dash)) {
    draw.AddLine(place(at, a), place(at, b), colour, width);
  }
}

// Bands are x-monotone: one edge from left to right, the other back. Dear ImGui fills convex shapes only,
// and a row of them shows its seams; so a band is one mesh, with a rim of a pixel on which the colour fades.
void paint_band(const std::vector<chart::Point>& points, ImU32 colour, ImDrawList& draw, const Placement& at) {
  const auto columns = static_cast<int>(points.size() / 2);
  const ImU32 clear = colour & ~IM_COL32_A_MASK;
  const ImVec2 uv = ImGui::GetFontTexUvWhitePixel();
  draw.PrimReserve((columns - 1) * 18, columns * 4);
  const auto first = static_cast<ImDrawIdx>(draw._VtxCurrentIdx);
  for (int i = 0; i < columns; ++i) {
    ImVec2 top = place(at, points[static_cast<std::size_t>(i)]);
    ImVec2 low = place(at, points[points.size() - 1 - static_cast<std::size_t>(i)]);
    if (low.y < top.y) std::swap(top, low);
    draw.PrimWriteVtx({top.x, top.y - 0.5F}, uv, clear);
    draw.PrimWriteVtx({top.x, top.y + 0.5F}, uv, colour);
    draw.PrimWriteVtx({low.x, std::max(low.y - 0.5F, top.y + 0.5F)}, uv, colour);
    draw.PrimWriteVtx({low.x, std::max(low.y - 0.5F, top.y + 0.5F) + 1}, uv, clear);
  }
  for (int i = 0; i + 1 < columns; ++i) {
    for (int strip = 0; strip < 3; ++strip) {
      const auto corner = static_cast<ImDrawIdx>(first + i * 4 + strip);
      for (const int step : {0, 4, 5, 0, 5, 1}) draw.PrimWriteIdx(static_cast<ImDrawIdx>(corner + step));
    }
  }
}

void paint_polygon(const chart::PolygonItem& item, ImDrawList& draw, const Placement& at) {
  const ImU32 colour = to_imgui(item.fill);
  if (item.points.size() < 3) return;
  if (item.points.size() > 4) {
    paint_band(item.points, colour, draw, at);
    return;
  }
  std::vector<ImVec2> points;
  for (const chart::Point& point : item.points) points.push_back(place(at, point));
  draw.AddConvexPolyFilled(points.data(), static_cast<int>(points.size()), colour);
}

}  // namespace

double chart_text_width(Fonts& fonts, const std::string& text, double size, bool /*bold*/) {
  const float line = Fonts::line_of_em(static_cast<float>(size));
  ImFont* font = fonts.nearest(static_cast<float>(size));
  fonts.need(font, text);
  return font->CalcTextSizeA(line, 1e9F, 0, text.data(), text.data() + text.size()).x;
}

void paint(const chart::DisplayList& list, ImDrawList& draw, ImVec2 origin, float scale, Fonts& fonts) {
  const Placement at{origin, scale};
  for (const auto& item : list.items) {
    if (const auto* polyline = std::get_if<chart::PolylineItem>(&item)) {
      paint_polyline(*polyline, draw, at);
    } else if (const auto* polygon = std::get_if<chart::PolygonItem>(&item)) {
      paint_polygon(*polygon, draw, at);
    } else {
      const auto& text = std::get<chart::TextItem>(item);
      const float em = static_cast<float>(text.size) * scale;
      ImFont* font = fonts.nearest(em);
      fonts.need(font, text.text);
      const float line = Fonts::line_of_em(em);
      const ImVec2 size = font->CalcTextSizeA(line, 1e9F, 0, text.text.data(), text.text.data() + text.text.size());
      const ImVec2 anchor = place(at, text.at);
      const ImVec2 corner{std::round(anchor.x - size.x * static_cast<float>(text.anchor_x)),
                          std::round(anchor.y - size.y * static_cast<float>(text.anchor_y))};
      draw.AddText(font, line, corner, to_imgui(text.colour), text.text.data(), text.text.data() + text.text.size());
    }
  }
}

}  // namespace zaitu::ui
