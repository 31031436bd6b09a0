#include "ui/top_bar.h"

#include <imgui_stdlib.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/format.h"
#include "ui/headline_card.h"
#include "ui/widgets.h"

namespace zaitu::ui {

namespace {

const Action* find_action(const std::vector<Action>& actions, std::string_view key) {
  const auto found = std::find_if(actions.begin(), actions.end(), [key](const Action& a) { return a.key == key; });
  return found == actions.end() ? nullptr : &*found;
}

std::string with_shortcut(const Frame& frame, const Action& action) {
  const std::string keys = action.shortcuts.empty() ? "" : action.shortcuts.front().text();
  return frame.tr(action.key) + (keys.empty() ? "" : "  " + keys);
}

void action_button(const Frame& frame, const std::vector<Action>& actions, std::string_view key, CommandQueue& commands,
                   bool active = false) {
  const Action* action = find_action(actions, key);
  if (action == nullptr) return;
  if (icon_button(frame, "top." + std::string(key.substr(7)), action->icon, with_shortcut(frame, *action), active,
                  action->enabled)) {
    commands.push(action->run);
  }
}

void action_item(const Frame& frame, const std::vector<Action>& actions, std::string_view key, CommandQueue& commands) {
  const Action* action = find_action(actions, key);
  if (action == nullptr) return;
  const std::string keys = action->shortcuts.empty() ? "" : action->shortcuts.front().text();
  if (menu_item(frame, "menu." + std::string(key.substr(7)), action->icon, frame.tr(key), keys, action->enabled)) {
    commands.push(action->run);
  }
}

// "2025 达标概率 41 %"; its figure is there as soon as the forecast of this picture is.
std::string probability_of(const Frame& frame, int year) {
  std::string figure = "…";
  const auto outlook = frame.document.outlook();
  if (outlook && outlook->picture == frame.picture) {
    for (const planning::TargetForecast& row : outlook->forecast.targets) {
      if (row.target.year == year) figure = row.probability ? base::percent(*row.probability) : "–";
    }
  }
  return frame.tr("headline.probability", {{"year", std::to_string(year)}, {"share", figure}});
}

constexpr float first_row = 44, second_row = 60;
const std::array<std::string, 3> play_step_keys = {"play.step.day", "play.step.month", "play.step.quarter"};
const std::array<std::string, play_speeds.size()> play_speed_keys = {"play.speed.slow", "play.speed.normal",
                                                                     "play.speed.fast", "play.speed.fastest"};

}  // namespace

float TopBar::height(const Frame& frame) { return frame.px(frame.picture ? first_row + second_row : first_row); }

void TopBar::draw(const Frame& frame, const std::vector<Action>& actions, CommandQueue& commands, float width) {
  if (frame.picture && frame.picture->project != m_range_of) {
    m_range_of = frame.picture->project;
    m_range = clock_range(*m_range_of);
    m_targets = planning::supply_targets(*m_range_of);
  }
  if (!frame.picture) m_range_of.reset();
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize({width, height(frame)});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::Begin("##top", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar();
  draw_tools(frame, actions, commands, width);
  if (frame.picture) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float y = frame.px(first_row);
    list.AddLine({0, y}, {width, y}, frame.look.colour.border);
    // Figure at the left, rule at the right, and the clock takes the room between.
    const float headline_width = std::clamp(width * 0.36F, frame.px(420), frame.px(560));
    const float rule_width = std::clamp(width * 0.2F, frame.px(200), frame.px(330));
    ImGui::SetCursorPos({frame.px(16), y});
    draw_headline(frame, commands, headline_width);
    ImGui::SetCursorPos({frame.px(16) + headline_width, y});
    draw_clock(frame, commands, width - headline_width - rule_width - frame.px(48));
    ImGui::SetCursorPos({width - rule_width - frame.px(12), y + frame.px(15)});
    draw_rule(frame, commands, rule_width);
  }
  const float bottom = height(frame) - 1;
  ImGui::GetWindowDrawList()->AddLine({0, bottom}, {width, bottom}, frame.look.colour.border_strong);
  ImGui::End();
}

void TopBar::draw_tools(const Frame& frame, const std::vector<Action>& actions, CommandQueue& commands, float width) {
  const Palette& c = frame.look.colour;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float row = frame.px(first_row), button_y = (row - frame.px(28)) / 2;

  // The mark: a parcel with its phases.
  const float mark = frame.px(22), mark_x = frame.px(16), mark_y = (row - mark) / 2;
  list.AddRectFilled({mark_x, mark_y}, {mark_x + mark, mark_y + mark}, c.accent, frame.px(5));
  const ImU32 on = c.on_accent;
  list.AddRectFilled({mark_x + frame.px(5), mark_y + frame.px(12)}, {mark_x + frame.px(8), mark_y + frame.px(17)}, on);
  list.AddRectFilled({mark_x + frame.px(10), mark_y + frame.px(9)}, {mark_x + frame.px(13), mark_y + frame.px(17)}, on);
  list.AddRectFilled({mark_x + frame.px(15), mark_y + frame.px(5)}, {mark_x + frame.px(18), mark_y + frame.px(17)}, on);

  ImFont* font = frame.fonts[TextSize::body];
  std::string title = "Zaitu 载图";
  bool read_only = false;
  if (frame.picture) {
    const model::Project& project = *frame.picture->project;
    title = frame.name(project.name_zh, project.name_en);
    if (title.empty()) title = std::filesystem::path(project.file).stem().string();
    read_only = project.read_only;
  }
  // The project's name opens the menu of files.
  const float title_x = mark_x + mark + frame.px(6);
  const std::string shown = elided(title, width * 0.28F);
  const float title_width = text_size(font, shown).x + frame.px(34);
  ImGui::SetCursorPos({title_x, button_y});
  const bool clicked = ImGui::InvisibleButton("##project", {title_width, frame.px(28)});
  frame.probe.note("top.project");
  if (ImGui::IsItemHovered()) {
    list.AddRectFilled(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), c.hover, frame.px(4));
  }
  if (frame.picture) tooltip(frame, frame.picture->project->file);
  draw_text(list, font, {title_x + frame.px(8), std::round((row - font->FontSize) / 2)}, c.text, shown);
  draw_icon(list, Icon::chevron_down, {title_x + title_width - frame.px(14), row / 2}, frame.px(11), c.muted);
  if (clicked) open_popup("project_menu");
  ImGui::SetNextWindowPos({title_x, row});
  if (begin_popup(frame, "project_menu")) {
    action_item(frame, actions, "action.open", commands);
    action_item(frame, actions, "action.import", commands);
    action_item(frame, actions, "action.export", commands);
    ImGui::Separator();
    for (const std::string& file : frame.workspace.settings.recent_projects) {
      const std::string name = std::filesystem::path(file).filename().string();
      if (menu_item(frame, "recent." + file, Icon::clock, name, "")) {
        commands.push([file](Workspace& workspace) { workspace.open_project(file); });
      }
      tooltip(frame, file);
    }
    if (!frame.workspace.settings.recent_projects.empty()) ImGui::Separator();
    action_item(frame, actions, "action.close", commands);
    end_popup();
  }
  float x = title_x + title_width + frame.px(4);
  if (read_only) {
    ImGui::SetCursorPos({x, (row - ImGui::GetFontSize()) / 2});
    chip(frame, frame.tr("project.read_only"), c.warning_soft, c.warning);
    x += ImGui::GetItemRectSize().x + frame.px(8);
  }
  if (frame.picture) {
    ImGui::SetCursorPos({x, button_y});
    action_button(frame, actions, "action.undo", commands);
    ImGui::SameLine(0, frame.px(2));
    action_button(frame, actions, "action.redo", commands);
    ImGui::SameLine(0, 0);
    x = ImGui::GetCursorPosX();
  }

  // From the right edge: help, light/dark, language, panes, export, search.
  const float icon = frame.px(28), gap = frame.px(4);
  float right = width - frame.px(12) - icon;
  const auto at_right = [&](float item_width) {
    ImGui::SetCursorPos({right, button_y});
    right -= gap + item_width;
  };
  at_right(icon);
  action_button(frame, actions, "action.keys", commands);
  at_right(frame.px(44));
  const bool dark = frame.workspace.settings.dark;
  if (icon_button(frame, "top.dark", dark ? Icon::sun : Icon::moon, frame.tr("action.dark") + "  Ctrl+D")) {
    commands.push([](Workspace& workspace) { workspace.settings.dark = !workspace.settings.dark; });
  }
  ImGui::SetCursorPos({right, button_y});
  if (button(frame, "top.language", frame.zh() ? "EN" : "中", ButtonKind::ghost, Icon::none, true, frame.px(44))) {
    const auto other = frame.zh() ? base::Language::en : base::Language::zh;
    commands.push([other](Workspace& workspace) { workspace.set_language(other); });
  }
  tooltip(frame, frame.tr("action.language") + "  Ctrl+L");
  if (!frame.picture) return;
  const Settings& settings = frame.workspace.settings;
  right -= gap * 3 + icon;
  at_right(icon);
  action_button(frame, actions, "action.toggle_right", commands, settings.right_open);
  at_right(icon);
  action_button(frame, actions, "action.toggle_bottom", commands, settings.bottom_open);
  ImGui::SetCursorPos({right, button_y});
  action_button(frame, actions, "action.toggle_left", commands, settings.left_open);
  const std::string& export_label = frame.tr("top.export");
  const float export_width = text_size(export_label).x + frame.px(46);
  right -= gap * 3 + export_width;
  ImGui::SetCursorPos({right, button_y - frame.px(1)});
  if (button(frame, "top.export", export_label, ButtonKind::primary, Icon::download, true, export_width)) {
    commands.push([](Workspace& workspace) { workspace.dialog = DialogKind::new_export; });
  }
  tooltip(frame, frame.tr("action.export") + "  Ctrl+E");
  const float search_width = std::min(frame.px(260), right - x - frame.px(24));
  if (search_width > frame.px(90)) {
    ImGui::SetCursorPos({right - search_width - frame.px(12), button_y - frame.px(1)});
    m_search.draw(frame, commands, search_width);
  }
}

void TopBar::draw_headline(const Frame& frame, CommandQueue& commands, float width) {
  const Palette& c = frame.look.colour;
  const planning::Supply& supply = *frame.picture->supply;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float row = frame.px(second_row);
  ImFont* big = frame.fonts[TextSize::headline];
  ImFont* body = frame.fonts[TextSize::body];
  ImFont* small = frame.fonts[TextSize::small];
  ImDrawList& list = *ImGui::GetWindowDrawList();

  const bool clicked = ImGui::InvisibleButton("##headline", {width - frame.px(16), row});
  frame.probe.note("top.headline");
  const bool hovered = ImGui::IsItemHovered();
  const std::string counted = base::wan_m2(supply.counted_m2);
  std::string label = frame.tr(std::string("headline.").append(planning::name_of(supply.rule.from)));
  const planning::TargetGap* target = planning::headline_target(supply.targets, supply.as_of);

  // The figure sits on one line: what, how much, of what target, share and gap.
  const float middle = at.y + row / 2 - frame.px(4);
  const auto centred = [middle](const ImFont* font) { return std::round(middle - font->FontSize / 2); };
  const std::string unit = frame.zh() ? "万㎡" : "×10⁴ m²";
  std::string of, share, gap, odds;
  if (target != nullptr) {
    of = "/ " + base::number(target->target_m2 / base::m2_per_wan, 0) + " " + unit;
    share = frame.tr("headline.share", {{"year", std::to_string(target->year)},
                                        {"share", base::percent(supply.counted_m2 / target->target_m2)}});
    gap = target->gap_m2 <= 0 ? frame.tr("headline.surplus", {{"area", base::wan_m2(-target->gap_m2)}})
                              : frame.tr("headline.gap", {{"area", base::wan_m2(target->gap_m2)}});
    if (base::Date::year_end(target->year) > supply.as_of) odds = " · " + probability_of(frame, target->year);
    // The words give way to the figures.
    const float figures = text_size(big, counted).x + text_size(body, of).x + frame.px(34) +
                          std::max(text_size(small, share).x, text_size(small, gap + odds).x);
    label = elided(label, std::max(frame.px(24), width - frame.px(6) - figures));
  }
  float x = at.x;
  draw_text(list, body, {x, centred(body)}, c.muted, label);
  x += text_size(body, label).x + frame.px(10);
  draw_text(list, big, {x, centred(big)}, hovered ? c.accent_hover : c.accent, counted);
  x += text_size(big, counted).x + frame.px(8);
  if (target != nullptr) {
    draw_text(list, body, {x, centred(body) + frame.px(3)}, c.text, of);
    x += text_size(body, of).x + frame.px(16);
    const float top = middle - small->FontSize, below = std::round(top + small->FontSize);
    draw_text(list, small, {x, std::round(top)}, c.text, share);
    draw_text(list, small, {x, below}, target->gap_m2 <= 0 ? c.success : c.danger, gap);
    draw_text(list, small, {x + text_size(small, gap).x, below}, c.text, odds);
    // Progress to the target.
    const float bar_y = at.y + row - frame.px(9), bar_right = at.x + width - frame.px(32);
    const float done = static_cast<float>(std::clamp(supply.counted_m2 / target->target_m2, 0.0, 1.0));
    list.AddRectFilled({at.x, bar_y}, {bar_right, bar_y + frame.px(4)}, c.raised, frame.px(2));
    list.AddRectFilled({at.x, bar_y}, {at.x + (bar_right - at.x) * done, bar_y + frame.px(4)}, c.accent, frame.px(2));
  } else {
    draw_text(list, body, {x, centred(body) + frame.px(3)}, c.text, unit);
  }
  if (hovered) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_Hand);
    ImGui::SetNextWindowPos({at.x, at.y + row + frame.px(4)});  // below the figure, which stays readable
    draw_headline_card(frame, target);
  }
  if (clicked) {
    std::set<std::int64_t> ids;
    for (const planning::PhaseCount& count : supply.evidence) {
      if (count.counts) ids.insert((*frame.picture->project->phases)[count.phase].id.value);
    }
    commands.push([ids](Workspace& workspace) { workspace.show_phases(ids); });
  }
}

void TopBar::draw_clock(const Frame& frame, CommandQueue& commands, float width) {
  const Palette& c = frame.look.colour;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float row = frame.px(second_row);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const base::Date as_of = frame.document.as_of();

  ImGui::SetCursorScreenPos({at.x, at.y + (row - frame.px(28)) / 2});
  if (icon_button(frame, "top.play", frame.workspace.playing ? Icon::pause : Icon::play, frame.tr("action.play"),
                  frame.workspace.playing)) {
    commands.push([](Workspace& workspace) { workspace.toggle_play(); });
  }
  draw_play_options(frame, commands, {at.x + frame.px(28), at.y});
  // The date: opens a field for an exact day.
  const float date_width = frame.px(128);
  const float date_x = at.x + frame.px(48);
  ImGui::SetCursorScreenPos({date_x, at.y + (row - frame.px(30)) / 2});
  if (drop_field(frame, "top.date", as_of.iso(), date_width)) {
    m_date_text = as_of.iso();
    open_popup("date_popup");
  }
  ImGui::SetNextWindowPos({date_x, at.y + row});
  if (begin_popup(frame, "date_popup")) {
    text_muted(frame, frame.tr("clock.date"));
    ImGui::SetNextItemWidth(frame.px(140));
    if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
    const bool entered = ImGui::InputText("##date", &m_date_text, ImGuiInputTextFlags_EnterReturnsTrue);
    frame.probe.note("clock.date_field");
    const auto typed = base::Date::parse(m_date_text);
    if (!typed) text(frame.tr("clock.bad_date"), c.danger);
    if (entered && typed) {
      commands.push([day = *typed](Workspace& workspace) { workspace.set_as_of(day); });
      ImGui::CloseCurrentPopup();
    }
    if (menu_item(frame, "clock.today", Icon::calendar, frame.tr("clock.today"), base::Date::today().iso())) {
      commands.push([](Workspace& workspace) { workspace.set_as_of(base::Date::today()); });
    }
    for (const planning::TargetGap& target : m_targets) {
      const base::Date end = base::Date::year_end(target.year);
      if (menu_item(frame, "clock." + end.iso(), Icon::calendar, end.iso(),
                    frame.tr("clock.target", {{"area", base::wan_m2(target.target_m2)}}))) {
        commands.push([end](Workspace& workspace) { workspace.set_as_of(end); });
      }
    }
    end_popup();
  }

  // The slider: years as ticks, quarters as steps, targets as flags.
  const float x0 = date_x + date_width + frame.px(20), x1 = at.x + width - frame.px(4);
  if (x1 - x0 < frame.px(80)) return;
  const float y = at.y + row / 2 - frame.px(4);
  const int first = m_range.first.days(), last = std::max(m_range.last.days(), m_range.first.days() + 1);
  const auto x_of = [&](int days) {
    return x0 + (x1 - x0) * static_cast<float>(days - first) / static_cast<float>(last - first);
  };
  ImGui::SetCursorScreenPos({x0 - frame.px(8), y - frame.px(14)});
  ImGui::InvisibleButton("##clock", {x1 - x0 + frame.px(16), frame.px(36)});
  frame.probe.note("top.clock", {x0, y - frame.px(8)}, {x1, y + frame.px(8)});
  const bool hovered = ImGui::IsItemHovered(), held = ImGui::IsItemActive();
  const float knob = std::clamp(x_of(as_of.days()), x0, x1);
  list.AddRectFilled({x0, y - frame.px(2)}, {x1, y + frame.px(2)}, c.active, frame.px(2));
  list.AddRectFilled({x0, y - frame.px(2)}, {knob, y + frame.px(2)}, c.accent, frame.px(2));
  ImFont* small = frame.fonts[TextSize::small];
  float last_label = -1e9F;
  for (int year = m_range.first.year(); year <= m_range.last.year() + 1; ++year) {
    const base::Date start = *base::Date::from_ymd(year, 1, 1);
    if (start < m_range.first || start > m_range.last) continue;
    const float x = std::round(x_of(start.days()));
    list.AddLine({x, y + frame.px(5)}, {x, y + frame.px(10)}, c.faint);
  }
  for (int year = m_range.first.year(); year <= m_range.last.year(); ++year) {
    const float from = std::max(x0, x_of(base::Date::from_ymd(year, 1, 1)->days()));
    const float to = std::min(x1, x_of(base::Date::year_end(year).days()));
    const std::string label = std::to_string(year);
    const float label_width = text_size(small, label).x;
    const float x = (from + to - label_width) / 2;
    if (to - from < label_width * 0.6F || x < last_label + frame.px(6)) continue;
    draw_text(list, small, {std::round(x), y + frame.px(7)}, year == as_of.year() ? c.accent : c.muted, label);
    last_label = x + label_width;
  }
  for (const planning::TargetGap& target : m_targets) {
    const float x = std::round(x_of(base::Date::year_end(target.year).days()));
    if (x < x0 || x > x1 + 1) continue;
    list.AddTriangleFilled({x - frame.px(4), y - frame.px(12)}, {x + frame.px(4), y - frame.px(12)},
                           {x, y - frame.px(5)}, c.warning);
  }
  list.AddCircleFilled({knob, y}, frame.px(hovered || held ? 8 : 7), c.accent);
  list.AddCircleFilled({knob, y}, frame.px(3), c.on_accent);
  if (!hovered && !held) return;
  const float share = std::clamp((ImGui::GetIO().MousePos.x - x0) / (x1 - x0), 0.0F, 1.0F);
  const base::Date under = base::Date::from_days(first + static_cast<int>(share * static_cast<float>(last - first)));
  const base::Date before = previous_quarter_end(under), after = under.quarter_end();
  base::Date nearest = under.days() - before.days() < after.days() - under.days() ? before : after;
  nearest = std::clamp(nearest, m_range.first, m_range.last);
  if (held) {
    if (nearest != as_of) {
      commands.push([nearest](Workspace& workspace) {
        workspace.playing = false;
        workspace.set_as_of(nearest);
      });
    }
  } else {
    tooltip(frame, nearest.iso() + "  " + nearest.quarter_name());
  }
}

// By what the clock plays on, and how fast.
void TopBar::draw_play_options(const Frame& frame, CommandQueue& commands, ImVec2 at) {
  const float row = frame.px(second_row), width = frame.px(16), height = frame.px(28);
  ImGui::SetCursorScreenPos({at.x, at.y + (row - height) / 2});
  if (ImGui::InvisibleButton("##play_options", {width, height})) open_popup("play_popup");
  frame.probe.note("top.play_options");
  const bool hovered = ImGui::IsItemHovered();
  const Settings& settings = frame.workspace.settings;
  const std::string step = frame.tr(play_step_keys[static_cast<std::size_t>(settings.play_step)]);
  const std::string speed = frame.tr(play_speed_keys[static_cast<std::size_t>(settings.play_speed)]);
  tooltip(frame, frame.tr("play.options") + "  " + step + " · " + speed);
  draw_icon(*ImGui::GetWindowDrawList(), Icon::chevron_down, {at.x + width / 2, at.y + row / 2}, frame.px(10),
            hovered ? frame.look.colour.accent : frame.look.colour.muted);
  ImGui::SetNextWindowPos({at.x - frame.px(28), at.y + row});
  if (!begin_popup(frame, "play_popup")) return;
  text_muted(frame, frame.tr("play.step"));
  for (std::size_t i = 0; i < play_step_keys.size(); ++i) {
    const auto which = static_cast<PlayStep>(i);
    if (menu_item(frame, play_step_keys[i], Icon::none, frame.tr(play_step_keys[i]), "", true,
                  which == settings.play_step))
      commands.push([which](Workspace& workspace) { workspace.settings.play_step = which; });
  }
  ImGui::Separator();
  text_muted(frame, frame.tr("play.speed"));
  for (std::size_t i = 0; i < play_speed_keys.size(); ++i) {
    const int which = static_cast<int>(i);
    if (menu_item(frame, play_speed_keys[i], Icon::none, frame.tr(play_speed_keys[i]),
                  frame.tr("play.per_second", {{"n", base::shortest(play_speeds[i])}}), true,
                  which == settings.play_speed))
      commands.push([which](Workspace& workspace) { workspace.settings.play_speed = which; });
  }
  end_popup();
}

void TopBar::draw_rule(const Frame& frame, CommandQueue& commands, float width) {
  const planning::CountingRule rule = frame.document.rule();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (drop_field(frame, "top.rule", planning::describe(rule, frame.tr.language()), width, Icon::layers)) {
    open_popup("rule_popup");
  }
  ImGui::SetNextWindowPos({at.x, at.y + frame.px(36)});
  if (!begin_popup(frame, "rule_popup")) return;
  const auto change = [&commands](const planning::CountingRule& wanted) {
    commands.push([wanted](Workspace& workspace) { workspace.set_rule(wanted); });
  };
  text_muted(frame, frame.tr("rule.from"));
  for (const auto from :
       {planning::CountFrom::completed, planning::CountFrom::in_use, planning::CountFrom::under_construction}) {
    const std::string name(planning::name_of(from));
    if (menu_item(frame, "rule." + name, Icon::none, frame.tr(std::string("rule.from.") + name), "", true,
                  rule.from == from)) {
      planning::CountingRule wanted = rule;
      wanted.from = from;
      change(wanted);
    }
  }
  ImGui::Separator();
  text_muted(frame, frame.tr("rule.area"));
  for (const auto area : {planning::FloorArea::carrier, planning::FloorArea::gross, planning::FloorArea::plot_ratio}) {
    const std::string name(planning::name_of(area));
    if (menu_item(frame, "rule." + name, Icon::none, frame.tr(std::string("rule.area.") + name), "", true,
                  rule.area == area)) {
      planning::CountingRule wanted = rule;
      wanted.area = area;
      change(wanted);
    }
  }
  if (menu_item(frame, "rule.net", Icon::none, frame.tr("rule.net"), "", true, rule.net)) {
    planning::CountingRule wanted = rule;
    wanted.net = !rule.net;
    change(wanted);
  }
  ImGui::Separator();
  text_muted(frame, frame.tr("rule.scope"));
  const auto scope = [&](const std::string& code, const std::string& label) {
    if (menu_item(frame, "rule.scope." + code, Icon::none, label, "", true, rule.scope == code)) {
      planning::CountingRule wanted = rule;
      wanted.scope = code;
      change(wanted);
    }
  };
  scope("", frame.tr("rule.scope.all"));
  for (const model::Circle& circle : *frame.picture->project->circles) {
    scope(circle.code, frame.name(circle.name_zh, circle.name_en));
  }
  for (const model::Zone& zone : frame.picture->project->zones->rows) {
    scope(zone.code, frame.name(zone.name_zh, zone.name_en));
  }
  end_popup();
}

}  // namespace zaitu::ui
