#include "ui/indicator_panel.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "ui/plan_table.h"
#include "ui/widgets.h"

namespace zaitu::ui {

namespace {

using planning::WallCell;
using planning::WallRow;
using planning::WallStatus;

// As few decimals as say it exactly enough to read: 10, 132.4, 0.35.
std::string figure(double value) {
  if (std::isnan(value)) return "–";
  int decimals = 0;
  for (double scaled = value; decimals < 2 && std::abs(scaled - std::round(scaled)) > 1e-9; ++decimals) scaled *= 10;
  return base::number(value, decimals);
}

std::string issue_name(const Frame& frame, const model::Project& project, const planning::TargetDocument& issue) {
  const model::Document* document = model::find_document(project, issue.document);
  std::string name = document == nullptr ? frame.tr("indicators.no_document") : document->code;
  if (!issue.version.empty()) name += " " + issue.version;
  return name;
}

// A shape for each status, so that it is read without its colour.
void draw_mark(const Frame& frame, ImVec2 centre, WallStatus status) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const Palette& c = frame.look.colour;
  const float r = frame.px(6), line = std::max(1.5F, frame.px(1.5F));
  if (status == WallStatus::reached) {
    list.AddCircleFilled(centre, r, c.success);
    draw_icon(list, Icon::check, centre, frame.px(9), c.surface);
  } else if (status == WallStatus::on_the_way) {
    list.AddCircle(centre, r - line / 2, c.accent, 0, line);
    list.AddTriangleFilled({centre.x - frame.px(2), centre.y - frame.px(3)}, {centre.x + frame.px(3), centre.y},
                           {centre.x - frame.px(2), centre.y + frame.px(3)}, c.accent);
  } else if (status == WallStatus::missed) {
    list.AddRectFilled({centre.x - r, centre.y - r}, {centre.x + r, centre.y + r}, c.danger, frame.px(2));
    draw_icon(list, Icon::close, centre, frame.px(9), c.surface);
  } else if (status == WallStatus::no_observation) {
    list.AddCircle(centre, frame.px(4), c.faint, 0, line);
  }
}

std::string hover_of(const Frame& frame, const model::Project& project, const planning::IndicatorWall& wall,
                     const WallRow& row, const WallCell& cell) {
  const model::Indicator& indicator = (*project.indicators)[row.indicator];
  std::string text = frame.name(indicator.name_zh, indicator.name_en) + " · " + std::to_string(cell.year);
  if (!std::isnan(cell.target)) {
    text += "\n" + frame.tr("indicators.target") + "  " + base::shortest(cell.target) + " " + row.unit + " · " +
            issue_name(frame, project, wall.document);
    text += "\n" + planning::describe(cell.status, frame.tr.language());
  }
  if (cell.observation != nullptr) {
    const model::Document* document = model::find_document(project, cell.observation->document);
    text += "\n" + frame.tr("indicators.observed") + "  " + base::shortest(cell.observation->value) + " " +
            cell.observation->unit;
    text += "\n" + frame.tr("indicators.as_of") + "  " + cell.observation->as_of;
    if (document != nullptr) {
      text += "\n" + frame.tr("indicators.document") + "  " + document->code + " " +
              frame.name(document->title_zh, document->title_en) + " " + document->version;
    }
    if (!cell.observation->note.empty()) text += "\n" + cell.observation->note;
  }
  if (!std::isnan(cell.counted)) {
    text += "\n" + frame.tr("indicators.counted") + "  " + base::shortest(cell.counted) + " " + row.unit;
  }
  text +=
      "\n" + frame.tr("indicators.scope") + "  " + (row.scope.empty() ? frame.tr("indicators.no_scope") : row.scope);
  return text;
}

}  // namespace

void IndicatorPanel::draw(const Frame& frame, CommandQueue& commands) {
  if (!frame.picture) return;
  if (std::exchange(m_file, frame.picture->project->file) != frame.picture->project->file) {
    m_issue = static_cast<std::size_t>(-1);
    m_other.reset();
    m_compare = false;
  }
  auto of = frame.document.indicator_wall(m_issue, m_compare ? m_asked_other : std::nullopt);
  if (of) m_asked_other = other(of->value);
  m_units.draw(frame, commands, "indicators.unit");
  if (!of) {
    text_muted(frame, frame.tr("ledger.loading"));
    return;
  }
  ImGui::SameLine(0, frame.px(12));
  draw_issues(frame, of->value, *of->picture->project);
  if (m_compare && of->value.other && !of->value.differences.empty()) {
    draw_differences(frame, *of);
  } else {
    draw_wall(frame, *of);
  }
}

std::optional<std::size_t> IndicatorPanel::other(const app::WallOfIssue& wall) const {
  if (wall.issues.size() < 2) return std::nullopt;
  if (m_other && *m_other < wall.issues.size() && *m_other != wall.issue) return m_other;
  return wall.issue == 0 ? 1 : wall.issue - 1;
}

void IndicatorPanel::draw_issues(const Frame& frame, const app::WallOfIssue& wall, const model::Project& project) {
  std::vector<std::string> labels;
  for (const planning::TargetDocument& issue : wall.issues) labels.push_back(issue_name(frame, project, issue));
  // One of the issues but `without`; returns the one that was clicked.
  const auto choose = [&](const std::string& key, std::size_t chosen, std::optional<std::size_t> without) {
    std::optional<std::size_t> picked;
    if (drop_field(frame, key, labels[chosen], frame.px(130))) open_popup(key + "_popup");
    if (!begin_popup(frame, key + "_popup")) return picked;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (i == without) continue;
      if (menu_item(frame, key + "." + std::to_string(i), Icon::none, labels[i], "", true, i == chosen)) picked = i;
    }
    end_popup();
    return picked;
  };
  if (const auto second = other(wall)) {
    if (const auto picked = choose("indicators.issue", wall.issue, std::nullopt)) m_issue = *picked;
    ImGui::SameLine(0, frame.px(12));
    checkbox(frame, "indicators.compare", frame.tr("indicators.compare"), m_compare);
    if (!m_compare) return;
    ImGui::SameLine(0, frame.px(8));
    if (const auto picked = choose("indicators.other", *second, wall.issue)) m_other = picked;
    return;
  }
  ImGui::AlignTextToFramePadding();
  const std::string issue = labels.empty() ? frame.tr("indicators.no_document") : labels.front();
  text_muted(frame, elided(frame.tr("indicators.target") + " " + issue + " · " +
                               frame.tr("curve.as_of", {{"date", wall.wall.as_of.iso()}}),
                           ImGui::GetContentRegionAvail().x));
}

void IndicatorPanel::draw_wall(const Frame& frame, const app::Of<app::WallOfIssue>& of) {
  const model::Project& project = *of.picture->project;
  const planning::IndicatorWall& wall = of.value.wall;
  const Palette& c = frame.look.colour;
  std::vector<PlanColumn> columns = {{frame.tr("indicators.number"), 24, true},
                                     {frame.tr("indicators.indicator"), 0, false, 1.6F}};
  // Without room for them the units are in the hover of the name.
  const bool with_units = ImGui::GetContentRegionAvail().x > frame.px(860);
  if (with_units) {
    columns.push_back({frame.tr("indicators.lead"), 0, false, 0.7F});
    columns.push_back({frame.tr("indicators.responsible"), 0, false, 1});
  }
  // The years of targets side by side, all others in one column.
  std::vector<std::size_t> target_years, other_years;
  for (std::size_t i = 0; i < wall.years.size(); ++i) {
    const bool has_target = std::any_of(wall.rows.begin(), wall.rows.end(),
                                        [&](const WallRow& row) { return !std::isnan(row.cells[i].target); });
    (has_target ? target_years : other_years).push_back(i);
  }
  for (const std::size_t i : target_years)
    columns.push_back({std::to_string(wall.years[i]), with_units ? 120.0F : 96.0F, true});
  if (!other_years.empty()) columns.push_back({frame.tr("indicators.other_years"), 84, true});
  nlohmann::json seen = nlohmann::json::array();
  {
    PlanTable table(frame, "indicators", columns, {0, 0});
    if (!table.open()) return;
    std::size_t at = 0;
    for (const WallRow& row : wall.rows) {
      const model::Indicator& indicator = (*project.indicators)[row.indicator];
      if (!m_units.shows(frame, planning::UnitDuty::Kind::indicator, indicator.id.value)) continue;
      const bool own = row.kind == WallRow::Kind::targets;
      table.row("indicators.row." + std::to_string(at++));
      table.cell(own ? std::to_string(indicator.number) : "", c.muted);
      const std::string name = frame.name(indicator.name_zh, indicator.name_en);
      if (own) {
        table.cell(name + "  " + row.unit);
      } else {
        const bool counted = row.kind == WallRow::Kind::counted;
        table.cell("└ " + frame.tr(counted ? "indicators.counted" : "indicators.other_scope") + " " +
                       (row.scope.empty() ? frame.tr("indicators.no_scope") : row.scope) +
                       (row.unit == indicator.unit ? "" : " · " + row.unit),
                   c.muted);
      }
      const bool on_name = ImGui::IsItemHovered();
      const char* separator = frame.zh() ? "、" : ", ";
      const auto units = [&](bool leads) {
        return own ? unit_names(frame, project, project.indicator_units, &model::IndicatorUnit::indicator, indicator.id,
                                separator, leads, !leads)
                   : std::string();
      };
      const std::string lead = units(true), responsible = units(false);
      if (on_name) {
        tooltip(frame, own ? name + "\n" + frame.tr("indicators.lead") + "  " + lead + "\n" +
                                 frame.tr("indicators.responsible") + "  " + responsible
                           : row.scope);
      }
      if (with_units) {
        for (const std::string* names : {&lead, &responsible}) {
          table.cell(*names, c.muted);
          if (!names->empty()) tooltip(frame, *names);
        }
      }
      nlohmann::json cells = nlohmann::json::array();
      for (const std::size_t i : target_years) {
        const WallCell& cell = row.cells[i];
        const PlanTable::Box box = table.next_box();
        ImDrawList& list = *ImGui::GetWindowDrawList();
        const float half = std::round(box.size.x * 0.44F), mark = frame.px(18);
        const auto right = [&](const std::string& shown, float edge, ImU32 colour) {
          add_text(list, {std::round(box.at.x + edge - text_size(shown).x), box.at.y}, colour, shown);
        };
        // target | mark | observed: three columns within the year, so that each is read downwards.
        if (!std::isnan(cell.target)) right(figure(cell.target), half, c.text);
        if (cell.status != WallStatus::none)
          draw_mark(frame, {box.at.x + half + mark / 2 + frame.px(2), box.at.y + ImGui::GetTextLineHeight() / 2},
                    cell.status);
        const double observed = cell.observation != nullptr ? cell.observation->value : cell.counted;
        if (!std::isnan(observed)) right(figure(observed), box.size.x, own ? c.text : c.muted);
        const bool has = !std::isnan(cell.target) || !std::isnan(observed);
        ImGui::Dummy({box.size.x, ImGui::GetTextLineHeight()});
        if (has) {
          frame.probe.note("indicators.cell." + indicator.code + "." + std::to_string(cell.year) +
                           (own ? "" : ".other"));
          if (ImGui::IsItemHovered()) tooltip(frame, hover_of(frame, project, wall, row, cell));
        }
        if (frame.probe.on() && has) {
          cells.push_back({{"year", cell.year},
                           {"target", std::isnan(cell.target) ? nlohmann::json() : nlohmann::json(cell.target)},
                           {"observed", std::isnan(observed) ? nlohmann::json() : nlohmann::json(observed)},
                           {"status", planning::mark_of(cell.status)}});
        }
      }
      if (!other_years.empty()) {
        std::string shown, hover;
        for (const std::size_t i : other_years) {
          const WallCell& cell = row.cells[i];
          const double value = cell.observation != nullptr ? cell.observation->value : cell.counted;
          if (std::isnan(value)) continue;
          shown = figure(value) + " (" + std::to_string(cell.year) + ")";  // the newest one
          hover += (hover.empty() ? "" : "\n\n") + hover_of(frame, project, wall, row, cell);
          if (frame.probe.on()) cells.push_back({{"year", cell.year}, {"observed", value}, {"status", ""}});
        }
        table.cell(shown, c.muted);
        if (ImGui::IsItemHovered()) tooltip(frame, hover);
      }
      if (frame.probe.on())
        seen.push_back({{"code", indicator.code}, {"own", own}, {"scope", row.scope}, {"cells", cells}});
    }
  }
  if (frame.probe.on()) frame.probe.state("indicators", nlohmann::json{{"rows", seen}}.dump());
}

void IndicatorPanel::draw_differences(const Frame& frame, const app::Of<app::WallOfIssue>& of) {
  const model::Project& project = *of.picture->project;
  const app::WallOfIssue& wall = of.value;
  const std::size_t second = *wall.other;
  const std::vector<PlanColumn> columns = {{frame.tr("indicators.number"), 24, true},
                                           {frame.tr("indicators.indicator"), 0},
                                           {frame.tr("indicators.year"), 60, true},
                                           {issue_name(frame, project, wall.issues[wall.issue]), 110, true},
                                           {issue_name(frame, project, wall.issues[second]), 110, true},
                                           {frame.tr("indicators.difference"), 120, true}};
  PlanTable table(frame, "indicators.differences", columns, {0, 0});
  if (!table.open()) return;
  std::size_t at = 0;
  for (const planning::TargetDifference& row : wall.differences) {
    const model::Indicator& indicator = (*project.indicators)[row.indicator];
    if (!m_units.shows(frame, planning::UnitDuty::Kind::indicator, indicator.id.value)) continue;
    using Kind = planning::TargetDifference::Kind;
    table.row("indicators.difference." + std::to_string(at++), row.kind != Kind::same);
    table.cell(std::to_string(indicator.number), frame.look.colour.muted);
    table.cell(frame.name(indicator.name_zh, indicator.name_en) + "  " + indicator.unit);
    // Targets of one indicator are all of its scope and unit.
    if (ImGui::IsItemHovered()) {
      tooltip(frame, frame.name(indicator.name_zh, indicator.name_en) + "\n" + frame.tr("indicators.scope") + "  " +
                         (indicator.scope.empty() ? frame.tr("indicators.no_scope") : indicator.scope));
    }
    table.cell(std::to_string(row.year));
    table.cell(figure(row.first));
    table.cell(figure(row.second));
    const std::string sign = row.second > row.first ? "+" : "";
    table.cell(row.kind == Kind::same          ? frame.tr("indicators.same")
               : row.kind == Kind::only_first  ? frame.tr("indicators.only_first")
               : row.kind == Kind::only_second ? frame.tr("indicators.only_second")
                                               : sign + figure(row.second - row.first),
               row.kind == Kind::same ? frame.look.colour.muted : frame.look.colour.text);
  }
  if (frame.probe.on()) {
    frame.probe.state("indicators.compared", nlohmann::json{issue_name(frame, project, wall.issues[wall.issue]),
                                                            issue_name(frame, project, wall.issues[second])}
                                                 .dump());
  }
}

}  // namespace zaitu::ui
