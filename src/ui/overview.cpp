#include "ui/overview.h"

#include <algorithm>

#include "base/format.h"
#include "ui/widgets.h"

namespace zaitu::ui {

namespace {

struct Line {
  std::string key, label;
  double area_m2 = 0, counted_m2 = 0;
  std::vector<std::uint32_t> phases;
};

// The groups of circle x certainty added up by one of the two, in the groups' order, the unplaced last.
std::vector<Line> lines_by(const std::vector<planning::SupplyGroup>& groups, std::size_t part) {
  std::vector<Line> lines;
  for (const planning::SupplyGroup& group : groups) {
    if (part >= group.key.size()) continue;
    auto line = std::find_if(lines.begin(), lines.end(), [&](const Line& l) { return l.key == group.key[part]; });
    if (line == lines.end()) line = lines.insert(lines.end(), {group.key[part], group.label[part], 0, 0, {}});
    line->area_m2 += group.area_m2;
    line->counted_m2 += group.counted_m2;
    line->phases.insert(line->phases.end(), group.phase_rows.begin(), group.phase_rows.end());
  }
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    return a.key.empty() != b.key.empty() ? b.key.empty() : a.key < b.key;
  });
  return lines;
}

ImU32 circle_colour(const Frame& frame, const std::string& code) {
  for (const model::Circle& circle : *frame.picture->project->circles) {
    if (circle.code == code) return to_imgui(style::parse_colour(circle.colour));
  }
  return frame.look.colour.faint;
}

ImU32 certainty_colour(const Frame& frame, const std::string& code) {
  for (const model::CertaintyClass& each : *frame.picture->project->certainty_classes) {
    if (each.code == code) return to_imgui(style::parse_colour(each.colour));
  }
  return frame.look.colour.faint;
}

void draw_line(const Frame& frame, CommandQueue& commands, const std::string& id, const Line& line, ImU32 colour,
               double most_m2) {
  const Palette& c = frame.look.colour;
  const float width = ImGui::GetContentRegionAvail().x, text_height = ImGui::GetFontSize();
  const float height = text_height + frame.px(14);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool clicked = ImGui::InvisibleButton(("##" + id).c_str(), {width, height});
  frame.probe.note(id);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (ImGui::IsItemHovered()) {
    list.AddRectFilled({at.x - frame.px(4), at.y}, {at.x + width, at.y + height}, c.hover, frame.px(4));
    ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
  }
  tooltip(frame, frame.tr("overview.phases", {{"n", std::to_string(line.phases.size())}}));
  const std::string value = base::wan_m2(line.counted_m2) + " / " + base::wan_m2(line.area_m2);
  const float value_width = text_size(value).x;
  const std::string& label = line.label.empty() ? frame.tr("overview.unplaced") : line.label;
  add_text(list, {at.x, at.y + frame.px(2)}, c.text, elided(label, width - value_width - frame.px(12)));
  add_text(list, {at.x + width - value_width, at.y + frame.px(2)}, c.muted, value);
  // Counted in full colour on all of the group, both against the largest group.
  const float y = at.y + text_height + frame.px(5);
  const auto bar = [&](double area) {
    return most_m2 > 0 ? static_cast<float>(std::clamp(area / most_m2, 0.0, 1.0)) * width : 0.0F;
  };
  list.AddRectFilled({at.x, y}, {at.x + width, y + frame.px(4)}, c.raised, frame.px(2));
  list.AddRectFilled({at.x, y}, {at.x + bar(line.area_m2), y + frame.px(4)}, with_alpha(colour, 0.35F), frame.px(2));
  list.AddRectFilled({at.x, y}, {at.x + bar(line.counted_m2), y + frame.px(4)}, colour, frame.px(2));
  if (!clicked) return;
  std::set<std::int64_t> ids;
  for (const std::uint32_t row : line.phases) ids.insert((*frame.picture->project->phases)[row].id.value);
  commands.push([ids](Workspace& workspace) { workspace.show_phases(ids); });
}

}  // namespace

void draw_overview(const Frame& frame, CommandQueue& commands) {
  const planning::Supply& supply = *frame.picture->supply;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(frame.px(8), frame.px(4)));
  if (!supply.targets.empty()) {
    heading(frame, frame.tr("overview.targets", {{"date", supply.as_of.iso()}}));
    for (const planning::TargetGap& target : supply.targets) {
      const bool met = target.gap_m2 <= 0;
      const std::string gap = !met ? frame.tr("headline.gap", {{"area", base::wan_m2(target.gap_m2)}})
                                   : frame.tr("headline.surplus", {{"area", base::wan_m2(-target.gap_m2)}});
      const ImVec2 at = ImGui::GetCursorScreenPos();
      const float width = ImGui::GetContentRegionAvail().x;
      const std::string value = base::wan_m2(target.target_m2);
      ImDrawList& list = *ImGui::GetWindowDrawList();
      text_muted(frame, frame.tr("overview.year_end", {{"year", std::to_string(target.year)}}));
      const float right = at.x + width, column = text_size(gap).x;
      add_text(list, {right - std::max(column, frame.px(108)) - text_size(value).x - frame.px(12), at.y},
               frame.look.colour.text, value);
      add_text(list, {right - column, at.y}, met ? frame.look.colour.success : frame.look.colour.danger, gap);
    }
  }
  const auto section = [&](std::size_t part, std::string_view title, std::string_view stem, auto colour_of) {
    const std::vector<Line> lines = lines_by(frame.picture->by_circle_and_certainty->groups, part);
    if (lines.empty()) return;
    heading(frame, title);
    double most = 0;
    for (const Line& line : lines) most = std::max(most, line.area_m2);
    for (const Line& line : lines) {
      draw_line(frame, commands, std::string(stem) + line.key, line, colour_of(frame, line.key), most);
    }
  };
  section(0, frame.tr("overview.by_circle"), "overview.circle.", circle_colour);
  section(1, frame.tr("overview.by_certainty"), "overview.certainty.", certainty_colour);
  ImGui::PopStyleVar();
}

}  // namespace zaitu::ui
