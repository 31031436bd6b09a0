// Ledgers of what the plan asks for and what became of it: absorption by group, the wall of indicators, quarterly
// reports.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "app/ledger_rows.h"
#include "app/quarter.h"
#include "planning/absorption.h"
#include "planning/indicators.h"
#include "planning/unit_view.h"

namespace zaitu::app {

namespace {

std::string unit_names(const model::Project& project, base::Language language, const std::vector<model::UnitId>& ids) {
  std::string names;
  for (const model::UnitId id : ids) {
    if (const model::Unit* unit = model::find_unit(project, id))
      append(names, shown(language, unit->name_zh, unit->name_en));
  }
  return names;
}

}  // namespace

Ledger absorption_ledger(const Picture& picture, base::Language language) {
  const bool zh = language == base::Language::zh;
  Ledger ledger = ledger_of(LedgerKind::absorption, language,
                            {{{"by", "分组", "By"},
                              {"code", "代码", "Code"},
                              {"name", "名称", "Name"},
                              {"leasable", "可租面积", "Leasable", ColumnKind::area_m2},
                              {"signed", "已签约面积", "Signed", ColumnKind::area_m2},
                              {"moved_in", "已入驻面积", "Moved in", ColumnKind::area_m2},
                              {"vacant", "空置面积", "Vacant", ColumnKind::area_m2},
                              {"signed_rate", "签约率%", "Signed %", ColumnKind::number},
                              {"moved_in_rate", "入驻率%", "Moved in %", ColumnKind::number},
                              {"vacancy_rate", "空置率%", "Vacancy %", ColumnKind::number},
                              {"year_take_up", "近四季净入驻", "Take-up of 4 quarters", ColumnKind::area_m2},
                              {"months_to_clear", "去化周期(月)", "Months to clear", ColumnKind::number},
                              {"reason", "说明", "Reason"},
                              {"phases", "分期数", "Phases", ColumnKind::number},
                              {"measured", "有数分期", "Measured", ColumnKind::number},
                              {"without_record", "无记录", "Without record", ColumnKind::number},
                              {"incomplete", "记录不全", "Incomplete", ColumnKind::number},
                              {"without_year", "缺近四季", "Without 4 quarters", ColumnKind::number},
                              {"stale", "逾一年", "Older than a year", ColumnKind::number},
                              {"synthetic", "虚构", "Synthetic", ColumnKind::number}}});
  const auto add = [&](const std::string& by, const std::string& code, const std::string& name,
                       const planning::AbsorptionFigures& f, const std::string& note) {
    const auto percent = [](double ratio) { return number(ratio * 100); };
    const std::string reason = planning::describe(f.no_clearing, language);
    ledger.add_row(static_cast<std::int64_t>(ledger.size()) + 1, {text(by),
                                                                  text(code),
                                                                  text(name),
                                                                  number(f.leasable_m2),
                                                                  number(f.signed_m2),
                                                                  number(f.moved_in_m2),
                                                                  number(f.vacant_m2),
                                                                  percent(f.signed_rate()),
                                                                  percent(f.moved_in_rate()),
                                                                  percent(f.vacancy_rate()),
                                                                  number(f.year_take_up_m2),
                                                                  number(f.months_to_clear),
                                                                  text(note.empty() ? reason : note),
                                                                  whole(f.phases),
                                                                  whole(f.measured),
                                                                  whole(f.without_record),
                                                                  whole(f.incomplete),
                                                                  whole(f.without_year),
                                                                  whole(f.stale),
                                                                  whole(f.synthetic)});
  };
  using planning::GroupBy;
  bool first = true;
  for (const GroupBy by : {GroupBy::owner_type, GroupBy::circle, GroupBy::chain_stage}) {
    const planning::Absorption absorption = planning::absorption(
        *picture.project, *picture.locations, *picture.histories, *picture.status, picture.rule, {by}, language, 1);
    if (std::exchange(first, false))
      add("total", "", zh ? "合计" : "Total", absorption.total, planning::sentence(absorption, language));
    for (const planning::AbsorptionGroup& group : absorption.groups)
      add(std::string(planning::name_of(by)), group.key.front(), group.label.front(), group.figures, "");
  }
  return ledger;
}

Ledger wall_ledger(const Picture& picture, base::Language language) {
  const model::Project& project = *picture.project;
  const bool zh = language == base::Language::zh;
  Ledger ledger = ledger_of(LedgerKind::wall, language,
                            {{{"number", "序号", "Number", ColumnKind::number},
                              {"code", "代码", "Code"},
                              {"name", "指标", "Indicator"},
                              {"line", "行", "Line"},
                              {"unit", "单位", "Unit"},
                              {"scope", "口径", "Scope"},
                              {"year", "年份", "Year", ColumnKind::number},
                              {"target", "目标", "Target", ColumnKind::number},
                              {"observed", "实绩", "Observed", ColumnKind::number},
                              {"status", "状态", "Status"},
                              {"observed_on", "截至", "Observed as of"},
                              {"document", "实绩文件", "Document of observation"},
                              {"target_document", "目标文件", "Document of target"},
                              {"target_version", "目标版本", "Version of target"},
                              {"lead_units", "牵头单位", "Lead units"},
                              {"responsible_units", "责任单位", "Responsible units"},
                              {"synthetic", "虚构", "Synthetic", ColumnKind::flag},
                              {"note", "备注", "Note"}}});
  const RowsById<model::Document, model::DocumentId> documents(project.documents);
  std::map<model::IndicatorId, std::vector<model::UnitId>> leads, responsible;
  for (const auto& link : rows_of(project.indicator_units))
    (link.role == model::UnitRole::lead ? leads : responsible)[link.indicator].push_back(link.unit);
  auto issues = planning::target_documents(project);
  if (issues.empty()) issues.emplace_back();
  std::int64_t id = 0;
  for (std::size_t issue = 0; issue < issues.size(); ++issue) {
    const planning::IndicatorWall wall = planning::indicator_wall(project, issues[issue], picture.status->as_of,
                                                                  *picture.supply, picture.curve, language);
    for (const planning::WallRow& row : wall.rows) {
      using Kind = planning::WallRow::Kind;
      if (issue > 0 && row.kind != Kind::targets) continue;  // said once: they have no target
      const model::Indicator& indicator = (*project.indicators)[row.indicator];
      for (const planning::WallCell& cell : row.cells) {
        const bool has_target = !std::isnan(cell.target);
        if (!has_target && std::isnan(cell.counted) && (cell.observation == nullptr || (issue > 0 && !has_target)))
          continue;
        const model::IndicatorObservation* seen = cell.observation;
        const char* line = row.kind == Kind::targets       ? (zh ? "目标口径" : "scope of the target")
                           : row.kind == Kind::other_scope ? (zh ? "其他口径" : "other scope")
                                                           : (zh ? "本系统计数" : "counted here");
        ledger.add_row(
            ++id,
            {std::int64_t{indicator.number}, text(indicator.code),
             text(shown(language, indicator.name_zh, indicator.name_en)), text(line), text(row.unit), text(row.scope),
             std::int64_t{cell.year}, number(cell.target), number(seen != nullptr ? seen->value : cell.counted),
             text(planning::describe(cell.status, language)),
             text(seen != nullptr                  ? seen->as_of
                  : std::isnan(cell.counted)       ? std::string()
                  : cell.year == wall.as_of.year() ? wall.as_of.iso()
                                                   : base::Date::year_end(cell.year).iso()),
             text(seen == nullptr ? "" : documents.code(seen->document)),
             text(has_target ? documents.code(wall.document.document) : ""),
             text(has_target ? wall.document.version : ""), text(unit_names(project, language, leads[indicator.id])),
             text(unit_names(project, language, responsible[indicator.id])),
             flag(seen != nullptr ? seen->synthetic : row.synthetic && !std::isnan(cell.counted)),
             text(seen == nullptr ? "" : seen->note)});
      }
    }
  }
  return ledger;
}

Ledger report_ledger(const Picture& picture, base::Language language) {
  const model::Project& project = *picture.project;
  Ledger ledger = ledger_of(LedgerKind::reports, language,
                            {{{"quarter", "季度", "Quarter"},
                              {"kind", "类别", "Kind"},
                              {"code", "代码", "Code"},
                              {"title", "名称", "Title"},
                              {"units", "单位", "Units"},
                              {"progress", "进展", "Progress"},
                              {"problem", "问题", "Problem"},
                              {"next_step", "下一步", "Next step"},
                              {"missing", "缺报", "Missing", ColumnKind::flag},
                              {"frozen", "已冻结", "Frozen", ColumnKind::flag},
                              {"stage", "季末阶段", "Stage at quarter's end"},
                              {"counted", "季末计入面积", "Counted at quarter's end", ColumnKind::area_m2},
                              {"land", "季末用地面积", "Land at quarter's end", ColumnKind::area_m2},
                              {"synthetic", "虚构", "Synthetic", ColumnKind::flag}}});
  const RowsById<model::Task, model::TaskId> tasks(project.tasks);
  const RowsById<model::CarrierProject, model::ProjectId> projects(project.projects);
  std::map<model::TaskId, std::vector<model::UnitId>> of_task;
  std::map<model::ProjectId, std::vector<model::UnitId>> of_project;
  for (const auto& link : rows_of(project.task_units)) of_task[link.task].push_back(link.unit);
  for (const auto& link : rows_of(project.project_units)) {
    if (link.role != model::UnitRole::push) of_project[link.project].push_back(link.unit);
  }
  // Every quarter with a report, and the one of the date with what it lacks; each with its figures.
  std::set<planning::Quarter> quarters{planning::Quarter::of(picture.status->as_of)};
  for (const auto& row : rows_of(project.quarterly_reports)) {
    if (const auto quarter = planning::Quarter::parse(row.quarter)) quarters.insert(*quarter);
  }
  std::int64_t id = 0;
  base::Progress progress;
  for (const planning::Quarter quarter : quarters) {
    const QuarterBoard board = quarter_board(picture, quarter, language, progress);
    std::map<std::string, const ProjectFigures*> figures;
    for (const ProjectFigures& row : board.figures.projects) figures.emplace(row.code, &row);
    for (const planning::ReportLine& line : board.lines) {
      const model::Task* task = tasks.find(line.task);
      const model::CarrierProject* owner = projects.find(line.project);
      const auto found = owner == nullptr ? figures.end() : figures.find(owner->code);
      const ProjectFigures of = found == figures.end() ? ProjectFigures{} : *found->second;
      const model::QuarterlyReport none;
      const model::QuarterlyReport& report = line.report == nullptr ? none : *line.report;
      ledger.add_row(
          ++id, {text(quarter.name()), text(task != nullptr ? "task" : "project"),
                 text(task != nullptr ? task->code : owner->code),
                 text(task != nullptr ? shown(language, task->title_zh, task->title_en)
                                      : shown(language, owner->name_zh, owner->name_en)),
                 text(unit_names(project, language, task != nullptr ? of_task[line.task] : of_project[line.project])),
                 text(report.progress), text(report.problem), text(report.next_step), flag(line.missing()),
                 flag(board.frozen != nullptr), text(of.stage), number(of.counted_m2), number(of.land_m2),
                 flag(report.synthetic)});
    }
  }
  return ledger;
}

// What every unit leads or answers for, one row for each duty.
Ledger duty_ledger(const model::Project& project, base::Language language) {
  Ledger ledger = ledger_of(LedgerKind::duties, language,
                            {{{"unit", "单位代码", "Unit"},
                              {"unit_name", "单位", "Unit name"},
                              {"kind", "类别", "Kind"},
                              {"code", "代码", "Code"},
                              {"title", "名称", "Title"},
                              {"role", "角色", "Role"}}});
  std::int64_t id = 0;
  for (const model::Unit& unit : rows_of(project.units)) {
    for (const planning::UnitDuty& duty : planning::unit_view(project, unit.id)) {
      using Kind = planning::UnitDuty::Kind;
      std::string kind = "indicator", code, title;
      if (duty.kind == Kind::indicator) {
        const model::Indicator& row = (*project.indicators)[duty.row];
        code = row.code;
        title = shown(language, row.name_zh, row.name_en);
      } else if (duty.kind == Kind::task) {
        const model::Task& row = (*project.tasks)[duty.row];
        kind = "task";
        code = row.code;
        title = shown(language, row.title_zh, row.title_en);
      } else {
        const model::CarrierProject& row = (*project.projects)[duty.row];
        kind = "project";
        code = row.code;
        title = shown(language, row.name_zh, row.name_en);
      }
      const char* role = duty.role == model::UnitRole::lead          ? "lead"
                         : duty.role == model::UnitRole::responsible ? "responsible"
                                                                     : "push";
      ledger.add_row(++id, {text(unit.code), text(shown(language, unit.name_zh, unit.name_en)), text(kind), text(code),
                            text(title), text(role)});
    }
  }
  return ledger;
}

}  // namespace zaitu::app
