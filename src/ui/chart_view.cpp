#include "ui/chart_view.h"

#include <GLFW/glfw3.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "ui/chart_painter.h"
#include "ui/widgets.h"

namespace zaitu::ui {

namespace {

void light_up(const Frame& frame, const chart::Laid& laid, const chart::HotSpot& spot, ImDrawList& draw,
              ImVec2 origin) {
  const float scale = frame.look.scale;
  if (spot.item < 0) {
    draw.AddRect({origin.x + static_cast<float>(spot.x0) * scale, origin.y + static_cast<float>(spot.y0) * scale},
                 {origin.x + static_cast<float>(spot.x1) * scale, origin.y + static_cast<float>(spot.y1) * scale},
                 frame.look.colour.accent);
    return;
  }
  chart::DisplayList lit;
  chart::PolygonItem item = std::get<chart::PolygonItem>(laid.list.items[static_cast<std::size_t>(spot.item)]);
  item.fill = to_chart(frame.look.colour.accent);
  item.fill.a = 170;
  lit.items.emplace_back(std::move(item));
  paint(lit, draw, origin, scale, frame.fonts);
}

// The next spot with another key, in this direction and around; nullopt without spots.
std::optional<std::size_t> next_spot(const chart::Laid& laid, std::optional<std::size_t> from, bool forward) {
  const std::size_t count = laid.hot_spots.size();
  if (count == 0) return std::nullopt;
  if (!from || *from >= count) return forward ? 0 : count - 1;
  std::size_t at = *from;
  for (std::size_t i = 0; i < count; ++i) {
    at = forward ? (at + 1) % count : (at + count - 1) % count;
    if (laid.hot_spots[at].key != laid.hot_spots[*from].key) return at;
  }
  return from;
}

}  // namespace

chart::Colour to_chart(ImU32 colour) {
  return {static_cast<std::uint8_t>(colour & 0xFF), static_cast<std::uint8_t>((colour >> 8) & 0xFF),
          static_cast<std::uint8_t>((colour >> 16) & 0xFF), static_cast<std::uint8_t>((colour >> 24) & 0xFF)};
}

chart::ChartStyle chart_style(const Frame& frame) {
  const Palette& c = frame.look.colour;
  return {to_chart(c.text), to_chart(c.muted), to_chart(c.border), to_chart(c.surface), to_chart(c.accent), 12.0};
}

chart::MeasureText chart_measure(const Frame& frame) {
  const auto scale = static_cast<double>(frame.look.scale);
  return [&fonts = frame.fonts, scale](const std::string& text, double size, bool bold) {
    return chart_text_width(fonts, text, size * scale, bold) / scale;
  };
}

// A chart as a file: what it rests on stands below it.
void ChartView::save(const Frame& frame, CommandQueue& commands, std::string_view key, const chart::Laid& laid,
                     const std::string& ending) {
  const app::Picture& picture = *frame.picture;
  const planning::Supply& supply = *picture.supply;
  std::string name(key);
  std::replace(name.begin(), name.end(), '.', '_');
  const base::Language language = frame.tr.language();
  const std::string as_of = picture.status->as_of.iso();
  report::ChartPicture saved{laid.list,
                             to_chart(frame.look.colour.surface),
                             to_chart(frame.look.colour.text),
                             frame.tr("chart.title." + name),
                             {}};
  saved.notes.push_back(frame.name(picture.project->name_zh, picture.project->name_en) + " · " +
                        frame.tr("curve.as_of", {{"date", as_of}}) + " · " +
                        planning::describe(picture.rule, language));
  saved.notes.push_back(
      frame.tr("headline.rows.value", {{"counted", std::to_string(supply.counted_phases)},
                                       {"all", std::to_string(supply.evidence.size())},
                                       {"area", base::wan_m2_with_unit(supply.counted_m2, language)}}));
  // Events and occupancies may be invented where areas are not: said of the whole project rather than of too little.
  if (supply.synthetic_phases > 0 || (frame.scene && frame.scene->has_synthetic()))
    saved.notes.push_back(frame.tr("map.synthetic"));
  commands.push([saved = std::move(saved), file = name + "_" + as_of + "." + ending](Workspace& workspace) {
    workspace.document.write_chart(saved, workspace.report_folder() / file);
  });
}

std::optional<std::string> ChartView::draw(const Frame& frame, CommandQueue& commands, std::string_view key,
                                           const chart::Laid& laid, ImVec2 size) {
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  ImGui::InvisibleButton(std::string(key).c_str(), size);
  frame.probe.note(std::string(key));
  const bool hovered = ImGui::IsItemHovered();
  const std::string menu = std::string(key) + ".menu";
  if (ImGui::IsItemClicked(ImGuiMouseButton_Right) && frame.picture) open_popup(menu);
  if (frame.picture && begin_popup(frame, menu)) {
    for (const std::string ending : {"svg", "pdf"}) {
      if (!menu_item(frame, menu + "." + ending, Icon::download, frame.tr("chart.save." + ending), "")) continue;
      save(frame, commands, key, laid, ending);
      ImGui::CloseCurrentPopup();
    }
    end_popup();
  }
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  paint(laid.list, draw, origin, frame.look.scale, frame.fonts);

  std::optional<std::string> clicked;
  const bool mouse_down = ImGui::IsMouseClicked(ImGuiMouseButton_Left);
  const chart::HotSpot* hit = nullptr;
  if (hovered) {
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    const auto scale = static_cast<double>(frame.look.scale);
    const double x = static_cast<double>(mouse.x - origin.x) / scale;
    const double y = static_cast<double>(mouse.y - origin.y) / scale;
    for (const chart::HotSpot& spot : laid.hot_spots) {
      if (spot.x0 <= x && x <= spot.x1 && spot.y0 <= y && y <= spot.y1) hit = &spot;
    }
    if (hit != nullptr && mouse_down) {
      clicked = hit->key;
      m_at = static_cast<std::size_t>(hit - laid.hot_spots.data());
      commands.push([](Workspace& workspace) { workspace.chart_has_keys = true; });
    }
  }
  const auto give_back = [&] {
    m_at.reset();
    commands.push([](Workspace& workspace) { workspace.chart_has_keys = false; });
  };
  if (m_at && (!frame.workspace.chart_has_keys ? !clicked : mouse_down && hit == nullptr)) give_back();
  if (m_at && *m_at >= laid.hot_spots.size()) m_at = next_spot(laid, std::nullopt, true);
  if (m_at && frame.workspace.chart_has_keys && !ImGui::GetIO().WantTextInput) {
    if (frame.pressed(GLFW_KEY_RIGHT) || frame.pressed(GLFW_KEY_DOWN)) m_at = next_spot(laid, m_at, true);
    if (frame.pressed(GLFW_KEY_LEFT) || frame.pressed(GLFW_KEY_UP)) m_at = next_spot(laid, m_at, false);
    if (m_at && (frame.pressed(GLFW_KEY_ENTER) || frame.pressed(GLFW_KEY_KP_ENTER))) {
      clicked = laid.hot_spots[*m_at].key;
    }
    if (frame.pressed(GLFW_KEY_ESCAPE)) give_back();
  }
  if (hit == nullptr && m_at) {
    const chart::HotSpot& spot = laid.hot_spots[*m_at];
    light_up(frame, laid, spot, draw, origin);
    const ImVec2 at = {origin.x + static_cast<float>(spot.x1) * frame.look.scale,
                       origin.y + static_cast<float>(spot.y0) * frame.look.scale};
    ImGui::SetNextWindowPos({at.x + frame.px(8), at.y}, ImGuiCond_Always);
    tooltip_box(frame, spot.text);
  }
  if (hit != nullptr) {
    light_up(frame, laid, *hit, draw, origin);
    tooltip(frame, hit->text);
  }
  if (frame.probe.on()) {
    const auto place = [&](double x, double y) {
      return ImVec2{origin.x + static_cast<float>(x) * frame.look.scale,
                    origin.y + static_cast<float>(y) * frame.look.scale};
    };
    // Of several boxes of a spot the first: a band's begin, where no other lies over it.
    for (auto spot = laid.hot_spots.rbegin(); spot != laid.hot_spots.rend(); ++spot) {
      frame.probe.note(std::string(key) + " " + spot->key, place(spot->x0, spot->y0), place(spot->x1, spot->y1));
    }
    const chart::HotSpot* told = hit != nullptr ? hit : m_at ? &laid.hot_spots[*m_at] : nullptr;
    frame.probe.state(
        key,
        nlohmann::json{{"key", told != nullptr ? told->key : ""}, {"text", told != nullptr ? told->text : ""}}.dump());
  }
  return clicked;
}

}  // namespace zaitu::ui
