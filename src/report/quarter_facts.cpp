#include "report/quarter_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/project_index.h"
#include "report/words.h"

namespace zaitu::report {

using base::Language;

namespace {

// Names of the units that a list of links gives to one owner.
template <class Link, class OwnerId>
std::string units_of(const model::Project& project, const model::Rows<Link>& links, OwnerId Link::*owner, OwnerId id,
                     std::optional<model::UnitRole> role, Language language) {
  std::string names;
  for (const Link& link : rows_of(links)) {
    if (link.*owner != id || (role && link.role != *role)) continue;
    const model::Unit* unit = model::find_unit(project, link.unit);
    if (unit == nullptr) continue;
    names += (names.empty() ? "" : words(language, "、", ", ")) + name_of(language, unit->name_zh, unit->name_en);
  }
  return names;
}

// Gathers codes for a list that stays readable.
class Which {
 public:
  explicit Which(Language language) : m_language(language) {}
  void add(std::string_view code) {
    if (++m_count <= most) m_text += (m_text.empty() ? "" : words(m_language, "、", ", ")) + std::string(code);
  }
  std::size_t count() const { return m_count; }
  std::string text() const { return m_count <= most ? m_text : m_text + words(m_language, " 等", " …"); }

 private:
  static constexpr std::size_t most = 12;
  Language m_language;
  std::size_t m_count = 0;
  std::string m_text;
};

QuarterFact fact_of(std::string what, const Which& which, std::size_t of) {
  return {std::move(what), which.count(), of, which.text()};
}

template <class Rows, class IsSynthetic>
QuarterFact synthetic_rows(std::string what, const Rows& rows, const IsSynthetic& is_synthetic) {
  std::size_t count = 0;
  for (const auto& row : rows) count += is_synthetic(row) ? 1U : 0U;
  return {std::move(what), count, rows.size(), ""};
}

}  // namespace

std::string quarter_basis(const QuarterContent& content) {
  const Language language = content.subject.language;
  std::string text = content.quarter.name() + words(language, " · 截至 ", " · as of ") + content.figures.as_of.iso() +
                     " · " + planning::describe(content.subject.rule, language);
  if (content.frozen_on) {
    text += fmt::format(fmt::runtime(words(language, " · 已于 {} 冻结", " · frozen on {}")), content.frozen_on->iso());
  }
  return text;
}

std::string frozen_statement(const QuarterContent& content) {
  if (!content.frozen_on) return {};
  const Language language = content.subject.language;
  const std::string date = content.frozen_on->iso();
  if (!content.differs) {
    return fmt::format(
        fmt::runtime(words(language,
                           "本季度已于 {} 冻结。冻结的数字与现有数据重算结果一致；未冻结的内容（曲线、推算、转换、"
                           "指标、逾期）按现有数据计算。",
                           "This quarter was frozen on {}. Its figures agree with what present data give; what was not "
                           "frozen (curve, forecast, conversion, indicators, delays) is computed from present data.")),
        date);
  }
  return fmt::format(
      fmt::runtime(words(language,
                         "本季度已于 {} 冻结，所列为冻结时的数字。此后数据有变（现有数据计 {} 万㎡）：供给曲线、推算、"
                         "转换、分组去化、逾期未冻结，本包不列；地图、指标与缺项按现有数据。",
                         "This quarter was frozen on {}; figures are those frozen. Data changed since (present data "
                         "count {} ×10⁴ m²): curve, forecast, conversion, absorption by group and delays were not "
                         "frozen and are left out; map, indicators and gaps are of present data.")),
      date, base::wan_m2(content.present_m2));
}

std::string no_groups_reason(const QuarterContent& content) {
  const Language language = content.subject.language;
  if (content.figures.counting) return words(language, "没有分期。", "There are no phases.");
  return words(language, "该季度由旧版冻结，没有留下分组数。", "Frozen by an older release, which kept no groups.");
}

std::string phase_title(const model::Project& project, const model::Phase& phase, Language language) {
  const model::CarrierProject* owner = model::find_project(project, phase.project);
  const std::string& name = name_of(language, phase.name_zh, phase.name_en);
  std::string shown = name.empty() ? phase.code : name;
  if (owner == nullptr) return shown;
  const std::string& of = name_of(language, owner->name_zh, owner->name_en);
  return of.empty() || shown.find(of) != std::string::npos ? shown : of + " " + shown;
}

std::vector<QuarterLine> quarter_lines(const QuarterContent& content, bool tasks) {
  const model::Project& project = *content.subject.project;
  const Language language = content.subject.language;
  std::vector<QuarterLine> lines;
  for (const planning::ReportLine& line : content.lines) {
    const bool is_task = line.task.value != 0;
    if (is_task != tasks) continue;
    QuarterLine& row = lines.emplace_back();
    row.is_task = is_task;
    row.missing = line.missing();
    if (line.report != nullptr) {
      row.progress = line.report->progress;
      row.problem = line.report->problem;
      row.next_step = line.report->next_step;
      row.synthetic = line.report->synthetic;
    }
    if (!is_task) {
      const model::CarrierProject* owner = model::find_project(project, line.project);
      if (owner == nullptr) continue;
      row.code = owner->code;
      row.title = name_of(language, owner->name_zh, owner->name_en);
      row.units = unit_names(project, owner->id, model::UnitRole::lead, language);
      continue;
    }
    for (const model::Task& task : rows_of(project.tasks)) {
      if (task.id != line.task) continue;
      row.code = task.code;
      row.number = task.number;
      row.group = task.action_group;
      row.title = name_of(language, task.title_zh, task.title_en);
      row.text = task.text;
      row.units = units_of(project, project.task_units, &model::TaskUnit::task, task.id, std::nullopt, language);
    }
  }
  return lines;
}

std::vector<std::size_t> target_years(const planning::IndicatorWall& wall) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < wall.years.size(); ++i) {
    if (std::any_of(wall.rows.begin(), wall.rows.end(), [&](const planning::WallRow& row) {
          return row.kind == planning::WallRow::Kind::targets && !std::isnan(row.cells[i].target);
        }))
      places.push_back(i);
  }
  return places;
}

std::vector<const planning::WallRow*> wall_rows(const QuarterContent& content) {
  std::vector<const planning::WallRow*> rows;
  for (const planning::WallRow& row : content.wall.rows) {
    if (content.differs && row.kind == planning::WallRow::Kind::counted) continue;
    rows.push_back(&row);
  }
  return rows;
}

std::string indicator_units(const model::Project& project, model::IndicatorId indicator, model::UnitRole role,
                            Language language) {
  return units_of(project, project.indicator_units, &model::IndicatorUnit::indicator, indicator, role, language);
}

std::vector<OverdueRow> overdue_rows(const QuarterContent& content) {
  std::vector<OverdueRow> rows;
  for (std::uint32_t phase = 0; phase < content.ageing.size(); ++phase) {
    const planning::Ageing& age = content.ageing[phase];
    if (!age.baseline && !age.commitment && age.idle == planning::Idle::none) continue;
    const int days = std::max(age.baseline ? age.baseline->days : 0, age.commitment ? age.commitment->days : 0);
    rows.push_back({phase, &age, days});
  }
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.days > b.days; });
  return rows;
}

std::vector<QuarterFact> missing_facts(const QuarterContent& content) {
  const model::Project& project = *content.subject.project;
  const Language language = content.subject.language;
  const auto tr = [&](std::string_view zh, std::string_view en) { return words(language, zh, en); };
  std::vector<QuarterFact> facts;
  Which no_area(language), no_place(language);
  for (const planning::PhaseFigures& phase : content.figures.phases) {
    if (std::isnan(phase.area_m2)) no_area.add(phase.code);
    if (phase.circle.empty() && phase.town.empty()) no_place.add(phase.code);
  }
  const std::size_t phases = content.figures.phases.size();
  facts.push_back(fact_of(tr("分期缺面积（按 0 计）", "phases without an area (taken as 0)"), no_area, phases));
  facts.push_back(fact_of(tr("分期无圈层、无街镇", "phases in no circle and no town"), no_place, phases));
  for (const bool tasks : {true, false}) {
    Which missing(language);
    const auto lines = quarter_lines(content, tasks);
    for (const QuarterLine& line : lines) {
      if (line.missing) missing.add(line.code);
    }
    facts.push_back(fact_of(tasks ? tr("重点任务缺季度报告", "tasks without a report of the quarter")
                                  : tr("在推项目缺季度报告", "projects under way without a report of the quarter"),
                            missing, lines.size()));
  }
  Which unseen(language);
  std::size_t indicators = 0;
  for (const planning::WallRow& row : content.wall.rows) {
    if (row.kind != planning::WallRow::Kind::targets) continue;
    ++indicators;
    if (std::none_of(row.cells.begin(), row.cells.end(), [](const auto& cell) { return cell.observation != nullptr; }))
      unseen.add(rows_of(project.indicators)[row.indicator].code);
  }
  facts.push_back(
      fact_of(tr("指标无同口径实绩", "indicators without an observation of their scope"), unseen, indicators));
  if (content.differs) return facts;
  Which no_record(language), no_odds(language);
  for (const planning::AbsorptionPhase& phase : content.by_circle.phases) {
    if (phase.in_use && phase.record == nullptr) no_record.add(rows_of(project.phases)[phase.phase].code);
  }
  facts.push_back(fact_of(tr("已投用分期无入驻记录", "phases in use without a record of occupancy"), no_record,
                          content.by_circle.phases.size()));
  for (const planning::LeftOut& left : content.forecast.left_out) {
    if (left.reason != planning::LeftOut::Reason::stalled && left.reason != planning::LeftOut::Reason::no_area)
      no_odds.add(rows_of(project.phases)[left.phase].code);
  }
  facts.push_back(fact_of(tr("未计入分期缺时长或概率，不参与推算", "phases that the forecast cannot draw"), no_odds,
                          content.forecast.phases.size() + content.forecast.left_out.size()));
  return facts;
}

std::vector<QuarterFact> synthetic_facts(const QuarterContent& content) {
  const model::Project& project = *content.subject.project;
  const Language language = content.subject.language;
  const auto tr = [&](std::string_view zh, std::string_view en) { return words(language, zh, en); };
  const auto marked_row = [](const auto& row) { return row.synthetic; };
  std::vector<QuarterFact> facts;
  facts.push_back(synthetic_rows(tr("分期面积", "floor areas of phases"), content.figures.phases, marked_row));
  facts.push_back(synthetic_rows(tr("阶段事件", "stage events"), rows_of(project.stage_events), marked_row));
  facts.push_back(synthetic_rows(tr("入驻记录", "records of occupancy"), rows_of(project.occupancies), marked_row));
  QuarterFact parcels{tr("地块轮廓与属性", "parcels"), 0, 0, ""};
  for (std::size_t row = 0; project.parcels && row < project.parcels->size(); ++row) {
    if (!project.parcels->in_force(row, content.figures.as_of)) continue;
    ++parcels.of;
    parcels.count += project.parcels->synthetic[row] != 0 ? 1U : 0U;
  }
  facts.push_back(std::move(parcels));
  if (project.circle_members)
    facts.push_back(synthetic_rows(tr("圈层范围", "members of circles"), project.circle_members->rows, marked_row));
  if (project.zones) facts.push_back(synthetic_rows(tr("政策区范围", "zones"), project.zones->rows, marked_row));
  std::vector<model::QuarterlyReport> reports;
  for (const planning::ReportLine& line : content.lines) {
    if (line.report != nullptr) reports.push_back(*line.report);
  }
  facts.push_back(synthetic_rows(tr("本季报告", "reports of the quarter"), reports, marked_row));
  facts.push_back(synthetic_rows(tr("指标实绩", "observations of indicators"), rows_of(project.indicator_observations),
                                 marked_row));
  std::erase_if(facts, [](const QuarterFact& fact) { return fact.count == 0; });
  return facts;
}

}  // namespace zaitu::report
