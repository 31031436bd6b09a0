#include "ui/import_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ui/widgets.h"

namespace zaitu::ui {

namespace {

constexpr std::size_t outlines_drawn = 1500;  // of the project's parcels
constexpr std::size_t corners_drawn = 40;     // of one outline

using Lines = std::vector<std::vector<geom::Coord>>;

// Of so many features that they can be drawn in every frame; `extent` grows by what is taken.
void add_shells(const geom::GeometryColumn& column, Lines& to, geom::Envelope& extent) {
  const std::size_t step = std::max<std::size_t>(1, column.size() / outlines_drawn);
  for (std::size_t row = 0; row < column.size(); row += step) {
    const geom::FeatureGeometry feature = column[row];
    for (std::size_t part = 0; part < feature.part_count(); ++part) {
      to.push_back(app::thinned(feature.part(part).shell(), corners_drawn));
      for (const geom::Coord c : to.back()) extent.expand(c);
    }
  }
}

// From the project's coordinates to the screen.
class SketchView {
 public:
  SketchView(const geom::Envelope& extent, ImVec2 at, ImVec2 size) : m_centre(extent.centre()) {
    constexpr double least_m = 20;
    const double width = std::max(extent.width(), least_m);
    const double height = std::max(extent.height(), least_m);
    constexpr double margin = 1.15;
    m_px_per_unit =
        std::min(static_cast<double>(size.x) / (width * margin), static_cast<double>(size.y) / (height * margin));
    m_middle = {at.x + size.x / 2, at.y + size.y / 2};
  }
  ImVec2 operator()(geom::Coord c) const {
    constexpr double far = 1e5;  // px, beyond which a float draws nonsense
    const double x = std::clamp((c.x - m_centre.x) * m_px_per_unit, -far, far);
    const double y = std::clamp((c.y - m_centre.y) * m_px_per_unit, -far, far);
    return {m_middle.x + static_cast<float>(x), m_middle.y - static_cast<float>(y)};
  }
  void draw(ImDrawList& list, const Lines& lines, ImU32 colour, float width) const {
    std::vector<ImVec2> points;
    for (const auto& line : lines) {
      points.clear();
      for (const geom::Coord c : line) points.push_back((*this)(c));
      // Closed by the drawing, which makes a corner of the first and last point.
      const bool closed = line.size() > 2 && line.front() == line.back();
      if (closed) points.pop_back();
      if (points.size() == 1) list.AddCircleFilled(points[0], 2 * width, colour);
      list.AddPolyline(points.data(), static_cast<int>(points.size()), colour,
                       closed ? ImDrawFlags_Closed : ImDrawFlags_None, width);
    }
  }

 private:
  geom::Coord m_centre;
  double m_px_per_unit = 1;
  ImVec2 m_middle;
};

}  // namespace

void ImportMap::take_project(const Frame& frame) {
  const auto project = frame.picture ? frame.picture->project : nullptr;
  if (project == m_project) return;
  m_project = project;
  m_parcels.clear();
  m_areas.clear();
  m_extent = {};
  if (!project) return;
  if (project->parcels) add_shells(*project->parcels->geometry, m_parcels, m_extent);
  const auto add_areas = [&](const auto& table) {
    if (table) add_shells(table->geometry, m_areas, m_extent);
  };
  add_areas(project->circle_members);
  add_areas(project->zones);
  add_areas(project->towns);
}

void ImportMap::draw(const Frame& frame, const app::ImportSketch* sketch, ImVec2 size) {
  take_project(frame);
  const Palette& c = frame.look.colour;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::Dummy(size);
  frame.probe.note("import.map");
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 end{at.x + size.x, at.y + size.y};
  list.AddRectFilled(at, end, c.raised, frame.px(4));
  const float line_height = ImGui::GetFontSize() + frame.px(6);
  const bool empty = sketch == nullptr || sketch->extent.empty();
  const geom::Envelope source = empty ? geom::Envelope() : sketch->extent;
  geom::Envelope shown = empty ? m_extent : source;
  if (!empty && !m_extent.empty()) {
    // Together where both can be seen; a layer that lies far away is looked at alone.
    constexpr double widest = 6;
    geom::Envelope both = source;
    both.expand(m_extent);
    const double own = std::max({source.width(), source.height(), 1000.0});
    const bool near = source.intersects(m_extent.buffered(own));
    if (near && std::max(both.width(), both.height()) < widest * own) shown = both;
  }
  list.PushClipRect(at, end, true);
  if (!shown.empty()) {
    const SketchView view(shown, at, {size.x, size.y - line_height});
    view.draw(list, m_areas, c.faint, frame.px(1));
    view.draw(list, m_parcels, c.muted, frame.px(1));
    if (!empty) view.draw(list, sketch->outlines, c.accent, frame.px(1.5F));
  }
  list.PopClipRect();
  list.AddRect(at, end, c.faint, frame.px(4));
  std::string caption = frame.tr("import.map.none");
  if (!empty) {
    caption = !sketch->lon_lat ? frame.tr("import.map.nowhere")
                               : frame.tr("import.map.place", {{"lon", fmt::format("{:.4f}", sketch->lon_lat->x)},
                                                               {"lat", fmt::format("{:.4f}", sketch->lon_lat->y)}});
  }
  if (!empty && !m_extent.empty() && !source.intersects(m_extent)) {
    const double dx = std::max({m_extent.min_x - source.max_x, source.min_x - m_extent.max_x, 0.0});
    const double dy = std::max({m_extent.min_y - source.max_y, source.min_y - m_extent.max_y, 0.0});
    constexpr double km = 1000;
    caption += " · " + frame.tr("import.map.away", {{"km", fmt::format("{:.1f}", std::hypot(dx, dy) / km)}});
  }
  list.AddRectFilled({at.x + 1, end.y - line_height - frame.px(3)}, {end.x - 1, end.y - 1}, c.raised);
  add_text(list, {at.x + frame.px(8), end.y - line_height}, c.muted, elided(caption, size.x - frame.px(16)));
}

}  // namespace zaitu::ui
