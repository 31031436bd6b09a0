#include "ui/layers_panel.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "ui/widgets.h"

namespace zaitu::ui {

void LayersPanel::draw(const Frame& frame, CommandQueue& commands) {
  if (!frame.picture) return;
  constexpr std::array themes{style::Theme::stage,     style::Theme::land_use, style::Theme::land_use_planned,
                              style::Theme::certainty, style::Theme::circle,   style::Theme::supply};
  const style::Theme now = frame.workspace.settings.theme;
  heading(frame, frame.tr("layers.theme"));
  const float width = ImGui::GetContentRegionAvail().x;
  const std::string current = frame.tr(std::string("theme.").append(style::name_of(now)));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (drop_field(frame, "layers.theme", current, width, Icon::layers)) open_popup("theme_popup");
  ImGui::SetNextWindowPos({at.x, at.y + frame.px(34)});
  if (begin_popup(frame, "theme_popup")) {
    for (const style::Theme theme : themes) {
      const std::string name(style::name_of(theme));
      if (menu_item(frame, "theme." + name, Icon::none, frame.tr(std::string("theme.") + name), "", true,
                    theme == now)) {
        commands.push([theme](Workspace& workspace) { workspace.settings.theme = theme; });
      }
      tooltip(frame, frame.tr(std::string("theme_help.") + name));
    }
    end_popup();
  }
  if (!frame.scene) {
    text_muted(frame, frame.tr("map.preparing"));
    return;
  }
  draw_changes(frame);
  draw_legend(frame);
  draw_layers(frame, commands);
}

// What the map marks as changed between two dates, and how many places these are.
void LayersPanel::draw_changes(const Frame& frame) {
  if (!frame.workspace.marks_changes()) return;
  const base::Date from = frame.workspace.compared_with(), to = frame.picture->status->as_of;
  heading(frame, frame.tr("legend.changed", {{"from", from.iso()}, {"to", to.iso()}}));
  const auto between = frame.document.between(from);
  const bool known = between && between->picture == frame.picture && between->from == from;
  const float width = ImGui::GetContentRegionAvail().x;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImU32 colour = frame.look.colour.changed;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 a{at.x + frame.px(3), at.y + frame.px(2)}, b{a.x + frame.px(14), a.y + frame.px(11)};
  list.AddRect(a, b, with_alpha(colour, 0.25F), 0, 0, frame.px(5));
  list.AddRect(a, b, colour, 0, 0, frame.px(1));
  const std::string count = known ? base::number(static_cast<double>(between->changed_parcels.size()), 0) : "…";
  const std::string amount = frame.tr("legend.count", {{"n", count}});
  ImFont* small = frame.fonts[TextSize::small];
  const float amount_width = text_size(small, amount).x;
  ImGui::Dummy({width, ImGui::GetTextLineHeight()});
  frame.probe.note("legend.changed");
  add_text(list, {at.x + frame.px(28), at.y}, frame.look.colour.text,
           elided(frame.tr("legend.changed_places"), width - frame.px(36) - amount_width));
  draw_text(list, small, {at.x + width - amount_width, at.y + frame.px(1)}, frame.look.colour.muted, amount);
  if (!known || !ImGui::IsItemHovered()) return;
  const auto unplaced = std::count_if(between->changes.begin(), between->changes.end(), [&](const auto& change) {
    return planning::changed_parcels({&change, 1}, *between->picture->locations).empty();
  });
  tooltip(frame, frame.tr("legend.changes",
                          {{"n", std::to_string(between->changes.size())}, {"unplaced", std::to_string(unplaced)}}));
}

void LayersPanel::draw_layers(const Frame& frame, CommandQueue& commands) {
  const Palette& c = frame.look.colour;
  heading(frame, frame.tr("layers.title"));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(frame.px(8), 0));
  // The topmost layer first, as the eye sees them.
  const auto& layers = frame.scene->layers();
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    const bool visible = !frame.workspace.hidden_layers.contains(layer->key);
    const float height = frame.px(26), width = ImGui::GetContentRegionAvail().x;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const std::string id = "layer." + layer->key;
    if (ImGui::InvisibleButton(("##" + id).c_str(), {width, height})) {
      commands.push([key = layer->key](Workspace& workspace) {
        if (!workspace.hidden_layers.erase(key)) workspace.hidden_layers.insert(key);
      });
    }
    frame.probe.note(id);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const bool hovered = ImGui::IsItemHovered();
    if (hovered)
      list.AddRectFilled({at.x - frame.px(6), at.y}, {at.x + width + frame.px(6), at.y + height}, c.hover, frame.px(4));
    draw_icon(list, visible ? Icon::eye : Icon::eye_off, {at.x + frame.px(8), at.y + height / 2}, frame.px(15),
              visible ? c.muted : c.faint);
    ImGui::SetCursorScreenPos({at.x + frame.px(24), at.y + (height - ImGui::GetFontSize()) / 2});
    swatch(frame, layer->symbol);
    const std::string count = base::number(static_cast<double>(layer->features), 0);
    ImFont* small = frame.fonts[TextSize::small];
    const float count_width = text_size(small, count).x;
    const float room = width - frame.px(52) - count_width - frame.px(8);
    add_text(list, {at.x + frame.px(50), std::round(at.y + (height - ImGui::GetFontSize()) / 2)},
             visible ? c.text : c.faint, elided(layer->title, room));
    draw_text(list, small, {at.x + width - count_width, std::round(at.y + (height - small->FontSize) / 2)}, c.faint,
              count);
    if (layer->synthetic && hovered) tooltip(frame, frame.tr("layers.synthetic"));
    ImGui::SetCursorScreenPos({at.x, at.y + height});
    ImGui::Dummy({0, 0});
  }
  ImGui::PopStyleVar();
}

void LayersPanel::draw_legend(const Frame& frame) {
  const Palette& c = frame.look.colour;
  if (frame.probe.on()) {
    nlohmann::json told = nlohmann::json::array();
    for (const style::LegendGroup& group : frame.scene->legend()) {
      for (const style::LegendEntry& entry : group.entries)
        told.push_back({entry.label, entry.features, entry.floor_m2});
    }
    frame.probe.state("legend", told.dump());
  }
  for (const style::LegendGroup& group : frame.scene->legend()) {
    heading(frame, group.title);
    if (std::any_of(group.entries.begin(), group.entries.end(), [](const auto& e) { return e.floor_m2 != 0; })) {
      // The figures' unit, at the right end of the heading.
      const std::string& unit = frame.tr("legend.wan");
      ImFont* font = frame.fonts[TextSize::small];
      const ImVec2 below = ImGui::GetCursorScreenPos();
      draw_text(*ImGui::GetWindowDrawList(), font,
                {below.x + ImGui::GetContentRegionAvail().x - text_size(font, unit).x, ImGui::GetItemRectMin().y},
                c.faint, unit);
    }
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(frame.px(8), frame.px(2)));
    for (const style::LegendEntry& entry : group.entries) {
      const float width = ImGui::GetContentRegionAvail().x;
      const ImVec2 at = ImGui::GetCursorScreenPos();
      swatch(frame, entry.symbol, 20, 14);
      std::string amount;
      if (entry.floor_m2 != 0) {
        amount = base::wan_m2(entry.floor_m2);
      } else if (entry.features > 0) {
        amount = frame.tr("legend.count", {{"n", base::number(static_cast<double>(entry.features), 0)}});
      }
      ImFont* small = frame.fonts[TextSize::small];
      const float amount_width = text_size(small, amount).x;
      ImDrawList& list = *ImGui::GetWindowDrawList();
      add_text(list, {at.x + frame.px(28), at.y}, c.text, elided(entry.label, width - frame.px(36) - amount_width));
      draw_text(list, small, {at.x + width - amount_width, at.y + frame.px(1)}, c.muted, amount);
      const bool hovered =
          ImGui::IsMouseHoveringRect(at, {at.x + width, at.y + ImGui::GetFontSize()}) && ImGui::IsWindowHovered();
      if (!hovered) continue;
      ImGui::BeginTooltip();
      text(entry.label, c.text);
      text(frame.tr("legend.features", {{"n", base::number(static_cast<double>(entry.features), 0)}}), c.muted);
      if (entry.land_m2 > 0) {
        text(frame.tr("legend.land") + "  " + base::land_area(entry.land_m2, frame.tr.language()), c.muted);
      }
      if (entry.floor_m2 != 0) {
        text(frame.tr("legend.floor") + "  " + base::wan_m2_with_unit(entry.floor_m2, frame.tr.language()), c.muted);
      }
      ImGui::EndTooltip();
    }
    ImGui::PopStyleVar();
  }
}

}  // namespace zaitu::ui
