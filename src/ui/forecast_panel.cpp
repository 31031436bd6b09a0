#include "ui/forecast_panel.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/format.h"
#include "report/latest_start_figure.h"
#include "report/revision_figure.h"
#include "ui/widgets.h"

namespace zaitu::ui {

namespace {

const std::array<std::string, 4> view_names = {"ladder", "starts", "cohorts", "revisions"};
constexpr ImGuiTableFlags table_flags = ImGuiTableFlags_RowBg | ImGuiTableFlags_BordersInnerH;

void fixed_column(const Frame& frame, const char* key, float width) {
  ImGui::TableSetupColumn(with_glyphs(frame.tr(key)), ImGuiTableColumnFlags_WidthFixed, width);
}

// At the right edge of the cell.
void right_text(const std::string& shown, ImU32 colour) {
  const float room = ImGui::GetContentRegionAvail().x;
  ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(0.0F, room - text_size(shown).x));
  text(shown, colour);
}

// The titles; those of figures stand over them at the right.
void titles(const Frame& frame, int count, int first_figure) {
  ImGui::TableNextRow(ImGuiTableRowFlags_Headers);
  for (int c = 0; c < count; ++c) {
    ImGui::TableSetColumnIndex(c);
    const std::string title = ImGui::TableGetColumnName(c);
    if (c >= first_figure) {
      right_text(title, frame.look.colour.muted);
    } else {
      text_muted(frame, title);
    }
  }
}

app::Selection phase_selection(const model::Phase& phase) {
  app::Selection selection;
  selection.phases.insert(phase.id.value);
  return selection;
}

}  // namespace

std::optional<std::size_t> ForecastPanel::shown_target(const app::Outlook& outlook) const {
  const planning::Forecast& forecast = outlook.forecast;
  for (std::size_t i = 0; i < forecast.ahead.size(); ++i) {
    if (forecast.targets[forecast.ahead[i]].target.year == m_year) return i;
  }
  return forecast.ahead.empty() ? std::nullopt : std::optional<std::size_t>(0);
}

void ForecastPanel::draw(const Frame& frame, CommandQueue& commands) {
  if (!frame.picture) return;
  const auto outlook = frame.document.outlook();
  if (!outlook || outlook->picture->project->file != frame.picture->project->file) {
    text_muted(frame, frame.tr("forecast.loading"));
    return;
  }
  if (m_outlook != outlook) m_laid_for = {};
  m_outlook = outlook;
  const planning::Forecast& forecast = outlook->forecast;
  draw_bar(frame, forecast);
  const auto target = shown_target(*outlook);
  tell_probe(frame, *outlook, target);
  const ImVec2 room = ImGui::GetContentRegionAvail();
  if (room.x < frame.px(240) || room.y < frame.px(80)) return;
  if (m_view == 2) {
    draw_cohorts(frame, commands, *outlook);
    return;
  }
  if (forecast.targets.empty()) {
    text_muted(frame, frame.tr("forecast.no_target"));
    return;
  }
  const int year = target ? forecast.targets[forecast.ahead[*target]].target.year : forecast.targets.back().target.year;
  if (m_view == 3) {
    draw_revisions(frame, commands, year);
    return;
  }
  // Where there is room the chart stands beside the tables.
  const float gap = frame.px(16), wide = frame.px(1000);
  const float tables = room.x < wide || !target ? room.x : std::min(std::floor(room.x * 0.45F), frame.px(700));
  if (m_view == 0) draw_tables(frame, commands, *outlook, {tables, room.y});
  if (m_view == 0 && (room.x < wide || !target)) return;
  if (m_view == 1 && !target) {
    text_muted(frame, frame.tr("forecast.no_target"));
    return;
  }
  if (m_view == 0) ImGui::SameLine(0, gap);
  draw_gantt(frame, commands, *outlook, year, {m_view == 0 ? room.x - tables - gap : room.x, room.y});
}

void ForecastPanel::draw_bar(const Frame& frame, const planning::Forecast& forecast) {
  std::array<std::string, view_names.size()> labels;
  for (std::size_t i = 0; i < view_names.size(); ++i) labels[i] = frame.tr("forecast.view." + view_names[i]);
  if (const int picked = segmented(frame, "forecast.view", labels, view_names, m_view); picked >= 0) m_view = picked;
  ImGui::SameLine(0, frame.px(12));
  const std::string told = frame.tr("forecast.how", {{"as_of", forecast.as_of.iso()},
                                                     {"draws", base::number(forecast.draws, 0)},
                                                     {"seed", std::to_string(forecast.seed)},
                                                     {"phases", std::to_string(forecast.phases.size())}});
  const float chip_room = forecast.synthetic_phases > 0 ? frame.px(80) : 0;
  text_muted(frame, elided(told, std::max(1.0F, ImGui::GetContentRegionAvail().x - chip_room)));
  tooltip(frame, told + "\n" + planning::describe(forecast.rule, frame.tr.language()));
  if (forecast.synthetic_phases > 0) {
    ImGui::SameLine();
    synthetic_chip(frame);
  }
}

void ForecastPanel::draw_tables(const Frame& frame, CommandQueue& commands, const app::Outlook& outlook, ImVec2 size) {
  ImGui::BeginChild("##forecast.tables", size);
  draw_targets(frame, outlook);
  if (const auto target = shown_target(outlook)) {
    ImGui::Dummy({1, frame.px(2)});
    draw_ladder(frame, commands, outlook, *target, ImGui::GetContentRegionAvail());
  }
  ImGui::EndChild();
}

void ForecastPanel::draw_targets(const Frame& frame, const app::Outlook& outlook) {
  const Palette& c = frame.look.colour;
  const planning::Forecast& forecast = outlook.forecast;
  if (forecast.targets.empty()) return;
  const auto target = shown_target(outlook);
  if (!ImGui::BeginTable("forecast.targets", 5, table_flags)) return;
  fixed_column(frame, "forecast.year", frame.px(84));
  for (const char* key : {"forecast.target", "forecast.gap", "forecast.probability", "forecast.p50_date"}) {
    ImGui::TableSetupColumn(with_glyphs(frame.tr(key)), ImGuiTableColumnFlags_WidthStretch);
  }
  titles(frame, 5, 1);
  const bool low = ImGui::GetContentRegionAvail().y < frame.px(200);
  for (std::size_t i = 0; i < forecast.targets.size(); ++i) {
    const planning::TargetForecast& row = forecast.targets[i];
    if (low && target && row.decided) continue;  // the ladder needs the room
    const int year = row.target.year;
    const bool ahead = std::find(forecast.ahead.begin(), forecast.ahead.end(), i) != forecast.ahead.end();
    const bool shown = target && forecast.ahead[*target] == i;
    const ImU32 ink = row.decided ? c.muted : c.text;
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    const std::string id = "##target" + std::to_string(year);
    if (ImGui::Selectable(id.c_str(), shown, ImGuiSelectableFlags_SpanAllColumns) && ahead) {
      m_year = year;
      m_first_row = 0;
    }
    frame.probe.note("forecast.target." + std::to_string(year));
    std::string told = row.target.document;
    if (!row.target.document_version.empty()) told += " · " + row.target.document_version;
    if (!told.empty()) tooltip(frame, told);
    ImGui::SameLine(0, 0);
    text(base::Date::year_end(year).iso(), ink);
    ImGui::TableNextColumn();
    right_text(base::wan_m2(row.target.target_m2), ink);
    ImGui::TableNextColumn();
    right_text(base::wan_m2(row.target.gap_m2), row.target.gap_m2 > 0 ? c.danger : c.success);
    ImGui::TableNextColumn();
    std::string odds = row.probability ? base::percent(*row.probability) : "–";
    if (row.decided) odds = frame.tr(row.probability && *row.probability > 0 ? "forecast.reached" : "forecast.missed");
    right_text(odds, ink);
    ImGui::TableNextColumn();
    std::string date =
        row.p50_date ? row.p50_date->iso() : frame.tr("forecast.after", {{"date", forecast.horizon.iso()}});
    if (row.target.gap_m2 <= 0) date = frame.tr("forecast.reached");
    right_text(date, ink);
  }
  ImGui::EndTable();
}

void ForecastPanel::draw_ladder(const Frame& frame, CommandQueue& commands, const app::Outlook& outlook,
                                std::size_t target, ImVec2 size) {
  const Palette& c = frame.look.colour;
  const model::Project& project = *outlook.picture->project;
  const planning::TargetGap& of = outlook.forecast.targets[outlook.forecast.ahead[target]].target;
  const auto& ladder = outlook.ladders[target];
  if (!ImGui::BeginTable("forecast.ladder", 6, table_flags | ImGuiTableFlags_ScrollY, size)) return;
  const float figures = frame.px(frame.zh() ? 66 : 76);
  ImGui::TableSetupScrollFreeze(0, 1);
  fixed_column(frame, "forecast.phase", frame.px(60));
  ImGui::TableSetupColumn(with_glyphs(frame.tr("forecast.project")), ImGuiTableColumnFlags_WidthStretch);
  for (const char* key : {"forecast.area", "forecast.counts", "forecast.expected", "forecast.running"})
    fixed_column(frame, key, figures);
  titles(frame, 6, 2);
  const app::IdSet& selected = frame.document.selection().phases;
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(ladder.size()));
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const planning::LadderStep& step = ladder[static_cast<std::size_t>(i)];
      const model::Phase& phase = (*project.phases)[step.phase];
      const model::CarrierProject* owner = model::find_project(project, phase.project);
      ImGui::TableNextRow();
      ImGui::TableNextColumn();
      ImGui::PushID(i);
      if (ImGui::Selectable("##step", selected.contains(phase.id.value), ImGuiSelectableFlags_SpanAllColumns)) {
        commands.push(
            [selection = phase_selection(phase)](Workspace& workspace) { workspace.select(selection, true); });
      }
      frame.probe.note("forecast.step." + phase.code);
      std::string name = owner == nullptr ? "" : frame.name(owner->name_zh, owner->name_en);
      if (const std::string& own = frame.name(phase.name_zh, phase.name_en); !own.empty()) name += " · " + own;
      tooltip(frame, phase.code + " " + name + (phase.synthetic ? "\n" + frame.tr("mark.synthetic") : ""));
      ImGui::PopID();
      ImGui::SameLine(0, 0);
      text(phase.code, c.text);
      ImGui::TableNextColumn();
      text(elided(name, ImGui::GetContentRegionAvail().x), c.text);
      ImGui::TableNextColumn();
      right_text(base::wan_m2(step.area_m2), c.text);
      ImGui::TableNextColumn();
      right_text(base::percent(step.probability), c.text);
      ImGui::TableNextColumn();
      right_text(base::wan_m2(step.expected_m2), c.text);
      ImGui::TableNextColumn();
      right_text(base::wan_m2(step.running_m2), of.gap_m2 > 0 && step.running_m2 >= of.gap_m2 ? c.success : c.muted);
    }
  }
  ImGui::EndTable();
}

void ForecastPanel::draw_gantt(const Frame& frame, CommandQueue& commands, const app::Outlook& outlook, int year,
                               ImVec2 size) {
  const app::IdSet& selected = frame.document.selection().phases;
  const LaidFor wanted{&outlook, year,   m_first_row,      selected,           frame.look.dark,
                       size.x,   size.y, frame.look.scale, frame.tr.language()};
  const model::Project& project = *outlook.picture->project;
  if (!(wanted == m_laid_for)) {
    m_laid_for = wanted;
    chart::GanttFigure shown =
        report::latest_start_figure(project, outlook.forecast, outlook.starts, year, frame.tr.language());
    shown.first_row = m_first_row;
    shown.warning = to_chart(frame.look.colour.danger);
    for (const model::Phase& phase : *project.phases) {
      if (!selected.contains(phase.id.value)) continue;
      for (chart::GanttRow& row : shown.rows) row.selected = row.selected || row.key == phase.code;
    }
    const auto scale = static_cast<double>(frame.look.scale);
    m_laid = chart::lay_out(shown, static_cast<double>(size.x) / scale, static_cast<double>(size.y) / scale,
                            chart_style(frame), chart_measure(frame));
  }
  if (m_laid.hot_spots.empty()) {
    text_muted(frame, frame.tr("forecast.no_rows"));
    return;
  }
  auto key = m_chart.draw(frame, commands, "forecast.gantt", m_laid, size);
  // The wheel turns the pages as their arrows do.
  if (const float wheel = ImGui::GetIO().MouseWheel; wheel != 0 && ImGui::IsItemHovered()) {
    for (const chart::HotSpot& spot : m_laid.hot_spots) {
      if (!spot.key.starts_with("rows@")) continue;
      const std::size_t to = std::stoul(spot.key.substr(5));
      if (wheel < 0 ? to > m_first_row : to < m_first_row) key = spot.key;
    }
  }
  if (!key) return;
  if (key->starts_with("rows@")) {
    m_first_row = std::stoul(key->substr(5));
    return;
  }
  const std::string code = key->substr(0, key->find('@'));
  for (const model::Phase& phase : *project.phases) {
    if (phase.code != code) continue;
    commands.push([selection = phase_selection(phase)](Workspace& workspace) { workspace.select(selection, true); });
  }
}

// Rows: years of grant; columns: how much of their floor space counts so many years later.
void ForecastPanel::draw_cohorts(const Frame& frame, CommandQueue& commands, const app::Outlook& outlook) {
  const Palette& c = frame.look.colour;
  const model::Project& project = *outlook.picture->project;
  const planning::CohortTriangle& triangle = outlook.cohorts;
  if (triangle.cohorts.empty()) {
    text_muted(frame, frame.tr("forecast.no_cohorts"));
    return;
  }
  std::size_t years = 0;
  for (const planning::Cohort& cohort : triangle.cohorts) years = std::max(years, cohort.built_m2.size());
  // Dear ImGui 1.86 takes 64 columns at most.
  const int count = 3 + static_cast<int>(std::min<std::size_t>(years, 60));
  if (!ImGui::BeginTable(
          "forecast.cohorts", count,
          table_flags | ImGuiTableFlags_ScrollY | ImGuiTableFlags_ScrollX | ImGuiTableFlags_SizingFixedFit,
          ImGui::GetContentRegionAvail())) {
    return;
  }
  ImGui::TableSetupScrollFreeze(1, 1);
  fixed_column(frame, "forecast.granted", frame.px(70));
  fixed_column(frame, "forecast.phases", frame.px(56));
  fixed_column(frame, "forecast.area", frame.px(76));
  for (int n = 3; n < count; ++n) {
    ImGui::TableSetupColumn(with_glyphs(frame.tr("forecast.years_later", {{"n", std::to_string(n - 3)}})),
                            ImGuiTableColumnFlags_WidthFixed, frame.px(60));
  }
  titles(frame, count, 1);
  nlohmann::json told = nlohmann::json::array();
  for (const planning::Cohort& cohort : triangle.cohorts) {
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    const std::string id = "##cohort" + std::to_string(cohort.year);
    if (ImGui::Selectable(id.c_str(), false, ImGuiSelectableFlags_SpanAllColumns)) {
      app::Selection selection;
      for (const std::uint32_t row : cohort.phase_rows) selection.phases.insert((*project.phases)[row].id.value);
      commands.push([selection](Workspace& workspace) { workspace.select(selection, true); });
    }
    frame.probe.note("forecast.cohort." + std::to_string(cohort.year));
    if (cohort.missing_area > 0) {
      tooltip(frame, frame.tr("forecast.missing_area", {{"n", std::to_string(cohort.missing_area)}}));
    }
    ImGui::SameLine(0, 0);
    text(std::to_string(cohort.year), c.text);
    ImGui::TableNextColumn();
    right_text(std::to_string(cohort.phases), c.muted);
    ImGui::TableNextColumn();
    right_text(base::wan_m2(cohort.area_m2), c.text);
    for (int n = 3; n < count && static_cast<std::size_t>(n - 3) < cohort.built_m2.size(); ++n) {
      ImGui::TableSetColumnIndex(n);
      const double built = cohort.built_m2[static_cast<std::size_t>(n - 3)];
      const double share = cohort.area_m2 > 0 ? built / cohort.area_m2 : 0;
      const auto shade = static_cast<float>(std::clamp(share, 0.0, 1.0));
      if (shade > 0) ImGui::TableSetBgColor(ImGuiTableBgTarget_CellBg, with_alpha(c.accent, 0.06F + 0.34F * shade));
      right_text(cohort.area_m2 > 0 ? base::percent(share, 0) : "–", c.text);
      tooltip(frame, base::wan_m2_with_unit(built, frame.tr.language()));
    }
    told.push_back({{"year", cohort.year}, {"area", cohort.area_m2}, {"built", cohort.built_m2}});
  }
  ImGui::EndTable();
  if (frame.probe.on()) frame.probe.state("forecast.cohorts", told.dump());
}

// What each past quarter's end would have foreseen of the same 31 December.
void ForecastPanel::draw_revisions(const Frame& frame, CommandQueue& commands, int year) {
  const Palette& c = frame.look.colour;
  const auto revised = frame.document.revised(year);
  if (!revised || revised->year != year) {
    text_muted(frame, frame.tr("forecast.loading"));
    return;
  }
  if (revised->revisions.empty()) {
    text_muted(frame, frame.tr("forecast.no_revisions"));
    return;
  }
  if (m_revised != revised) m_revisions_for = {};
  m_revised = revised;
  const ImVec2 room = ImGui::GetContentRegionAvail();
  // Where there is little room the band is told by the chart alone.
  const bool wide = room.x > frame.px(860);
  const float gap = frame.px(16), table = frame.px(wide ? 500 : frame.zh() ? 300 : 330);
  draw_revision_chart(frame, commands, {room.x - table - gap, room.y});
  ImGui::SameLine(0, gap);
  const int columns = wide ? 6 : 4;
  if (!ImGui::BeginTable("forecast.revisions", columns, table_flags | ImGuiTableFlags_ScrollY, {table, room.y})) return;
  ImGui::TableSetupScrollFreeze(0, 1);
  fixed_column(frame, "forecast.foreseen_at", frame.px(84));
  std::vector<const char*> keys = {"forecast.counted", "forecast.p50", "forecast.probability"};
  if (wide) keys = {"forecast.counted", "forecast.p10", "forecast.p50", "forecast.p90", "forecast.probability"};
  for (const char* key : keys) ImGui::TableSetupColumn(with_glyphs(frame.tr(key)), ImGuiTableColumnFlags_WidthStretch);
  titles(frame, columns, 1);
  nlohmann::json told = nlohmann::json::array();
  for (auto row = revised->revisions.rbegin(); row != revised->revisions.rend(); ++row) {  // the newest first
    ImGui::TableNextRow();
    ImGui::TableNextColumn();
    text(row->as_of.iso(), c.text);
    std::vector<double> areas = {row->counted_m2, row->p50_m2};
    if (wide) areas = {row->counted_m2, row->p10_m2, row->p50_m2, row->p90_m2};
    for (const double area_m2 : areas) {
      ImGui::TableNextColumn();
      right_text(base::wan_m2(area_m2), c.text);
    }
    ImGui::TableNextColumn();
    right_text(row->probability ? base::percent(*row->probability) : "–", c.text);
    told.push_back({{"as_of", row->as_of.iso()}, {"p50", row->p50_m2}});
  }
  ImGui::EndTable();
  if (frame.probe.on()) frame.probe.state("forecast.revisions", told.dump());
}

void ForecastPanel::draw_revision_chart(const Frame& frame, CommandQueue& commands, ImVec2 size) {
  const RevisionsFor wanted{m_revised.get(), frame.look.dark, size.x, size.y, frame.look.scale, frame.tr.language()};
  if (!(wanted == m_revisions_for)) {
    m_revisions_for = wanted;
    std::optional<double> target;
    for (const planning::TargetGap& row : m_revised->picture->supply->targets) {
      if (row.year == m_revised->year) target = row.target_m2;
    }
    const auto scale = static_cast<double>(frame.look.scale);
    m_revisions_laid =
        chart::lay_out(report::revision_figure(m_revised->revisions, m_revised->year, target, frame.tr.language()),
                       static_cast<double>(size.x) / scale, static_cast<double>(size.y) / scale, chart_style(frame),
                       chart_measure(frame));
  }
  const auto key = m_revision_chart.draw(frame, commands, "forecast.revision_chart", m_revisions_laid, size);
  if (!key) return;
  // A quarter's column: the clock goes there.
  for (const planning::Revision& revision : m_revised->revisions) {
    if ("@" + revision.as_of.quarter_name() == *key)
      commands.push([day = revision.as_of](Workspace& workspace) { workspace.set_as_of(day); });
  }
}

void ForecastPanel::tell_probe(const Frame& frame, const app::Outlook& outlook,
                               std::optional<std::size_t> target) const {
  if (!frame.probe.on()) return;
  const planning::Forecast& forecast = outlook.forecast;
  const model::Project& project = *outlook.picture->project;
  nlohmann::json told{
      {"as_of", forecast.as_of.iso()}, {"targets", nlohmann::json::array()}, {"ladder", nlohmann::json::array()}};
  for (const planning::TargetForecast& row : forecast.targets) {
    told["targets"].push_back({{"year", row.target.year},
                               {"gap", row.target.gap_m2},
                               {"probability", row.probability ? nlohmann::json(*row.probability) : nlohmann::json()},
                               {"p50_date", row.p50_date ? nlohmann::json(row.p50_date->iso()) : nlohmann::json()}});
  }
  if (target) {
    told["year"] = forecast.targets[forecast.ahead[*target]].target.year;
    for (const planning::LadderStep& step : outlook.ladders[*target]) {
      told["ladder"].push_back({(*project.phases)[step.phase].code, step.expected_m2, step.running_m2});
    }
  }
  frame.probe.state("forecast", told.dump());
}

}  // namespace zaitu::ui
