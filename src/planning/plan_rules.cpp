#include "planning/plan_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "planning/assumption_register.h"
#include "planning/remaining_stages.h"

namespace zaitu::planning {

namespace {

template <class Row>
bool has_code(const model::Rows<Row>& rows, std::string_view code) {
  return std::any_of(rows_of(rows).begin(), rows_of(rows).end(), [&](const Row& row) { return row.code == code; });
}

// A code stands in lists, in files and, between dots, in the register's codes.
bool is_plain_code(std::string_view code) {
  return std::none_of(code.begin(), code.end(), [](unsigned char c) {
    return c <= ' ' || c == '.' || c == ',' || c == ';' || c == '"' || c == 0x7F;
  });
}

bool is_colour(std::string_view text) {
  constexpr std::size_t length = 7;
  return text.size() == length && text[0] == '#' &&
         text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string_view::npos;
}

void check_code(Refusals& refusals, std::string_view code, bool taken) {
  if (code.empty()) {
    refusals.push_back({"code", "缺代码", "the code is missing"});
  } else if (!is_plain_code(code)) {
    refusals.push_back(
        {"code", "代码不含空格、点、逗号、分号和引号", "a code has no blanks, dots, commas, semicolons or quotes"});
  } else if (taken) {
    refusals.push_back({"code", fmt::format("代码 {} 已被使用", code), fmt::format("the code {} is taken", code)});
  }
}

// The stages that the counting rules are written about.
bool is_counted_stage(std::string_view code) {
  return code == "S5" || code == "S6" || code == "S7" || code == model::stalled_stage;
}

std::set<model::PhaseId> phases_on(const model::Project& project, std::string_view pathway) {
  std::set<model::ProjectId> projects;
  for (const model::CarrierProject& row : rows_of(project.projects)) {
    if (row.pathway_code == pathway) projects.insert(row.id);
  }
  std::set<model::PhaseId> phases;
  for (const model::Phase& row : rows_of(project.phases)) {
    if (projects.contains(row.project)) phases.insert(row.id);
  }
  return phases;
}

std::size_t projects_on(const model::Project& project, std::string_view pathway) {
  const auto& rows = rows_of(project.projects);
  return static_cast<std::size_t>(std::count_if(
      rows.begin(), rows.end(), [&](const model::CarrierProject& row) { return row.pathway_code == pathway; }));
}

}  // namespace

Refusals check_stage(const model::Project& project, const model::Stage& stage, bool is_new) {
  Refusals refusals;
  if (is_new) check_code(refusals, stage.code, has_code(project.stages, stage.code));
  if (stage.name_zh.empty()) refusals.push_back({"name_zh", "缺中文名", "the Chinese name is missing"});
  if (!is_colour(stage.colour)) refusals.push_back({"colour", "颜色写作 #RRGGBB", "a colour is written #RRGGBB"});
  if (!has_code(project.certainty_classes, stage.certainty_class)) {
    refusals.push_back({"certainty_class", fmt::format("没有确定性等级 {}", stage.certainty_class),
                        fmt::format("there is no certainty class {}", stage.certainty_class)});
  }
  return refusals;
}

Refusals check_pathway(const model::Project& project, const model::Pathway& pathway, bool is_new) {
  Refusals refusals;
  if (is_new) check_code(refusals, pathway.code, has_code(project.pathways, pathway.code));
  if (pathway.name_zh.empty()) refusals.push_back({"name_zh", "缺中文名", "the Chinese name is missing"});
  for (const model::Pathway& other : rows_of(project.pathways)) {
    if (other.code == pathway.code || pathway.name_zh.empty() || other.name_zh != pathway.name_zh) continue;
    refusals.push_back({"name_zh", fmt::format("路径 {} 已用此名", other.code),
                        fmt::format("the pathway {} is called so already", other.code)});
  }
  return refusals;
}

Refusals check_numbers(const model::PathwayStage& stage) {
  Refusals refusals;
  double before = 0;
  StageNumber before_of = StageNumber::min_months;
  for (const StageNumber number : {StageNumber::min_months, StageNumber::typical_months, StageNumber::max_months}) {
    const double months = value_of(stage, number);
    const std::string field(column_of(number));
    if (std::isnan(months)) continue;
    if (!(months >= 0 && months <= most_months)) {
      refusals.push_back({field, fmt::format("月数须在 0 到 {} 之间", base::shortest(most_months)),
                          fmt::format("months lie between 0 and {}", base::shortest(most_months))});
    } else if (months < before) {
      refusals.push_back(
          {field,
           fmt::format("{} 小于 {} 的 {}", base::shortest(months),
                       before_of == StageNumber::min_months ? "最短" : "典型", base::shortest(before)),
           fmt::format("{} is less than the {} of {}", base::shortest(months),
                       before_of == StageNumber::min_months ? "minimum" : "typical value", base::shortest(before))});
    }
    before = months;
    before_of = number;
  }
  const double chance = stage.conversion_probability;
  if (!std::isnan(chance) && !(chance >= 0 && chance <= 1)) {
    refusals.push_back({"conversion_probability", "概率须在 0 到 1 之间", "a probability lies between 0 and 1"});
  }
  return refusals;
}

Refusals check_added_stage(const model::Project& project, const model::Pathway& pathway, std::string_view stage) {
  if (stage == model::stalled_stage || !has_code(project.stages, stage)) {
    return {
        {"stage_code", fmt::format("{} 不是路径上的阶段", stage), fmt::format("{} is no stage of a pathway", stage)}};
  }
  for (const model::PathwayStage& step : pathway.stages) {
    if (step.stage_code == stage) {
      return {
          {"stage_code", fmt::format("{} 已在该路径上", stage), fmt::format("{} is on the pathway already", stage)}};
    }
  }
  return {};
}

Refusals check_target(const model::Project& project, const model::IndicatorTarget& target) {
  Refusals refusals;
  constexpr int first_year = 1990, last_year = 2200;
  if (target.year < first_year || target.year > last_year) {
    refusals.push_back({"year", fmt::format("年份须在 {} 到 {} 之间", first_year, last_year),
                        fmt::format("the year lies between {} and {}", first_year, last_year)});
  }
  if (!(target.value >= 0) || !std::isfinite(target.value)) {
    refusals.push_back({"value", "目标值须为不小于 0 的数", "a target is a number not below 0"});
  }
  for (const model::IndicatorTarget& other : rows_of(project.indicator_targets)) {
    if (other.id == target.id || other.indicator != target.indicator || other.year != target.year ||
        other.document != target.document) {
      continue;
    }
    refusals.push_back({"year", fmt::format("该文件已有 {} 年目标 {}", other.year, base::shortest(other.value)),
                        fmt::format("this document already gives {} for {}", base::shortest(other.value), other.year)});
  }
  return refusals;
}

Refusals check_removed_stage(const model::Project& project, std::string_view stage) {
  if (is_counted_stage(stage)) {
    return {{"code", fmt::format("{} 是计数规则所用的阶段,不能删除", stage),
             fmt::format("{} is a stage that the counting rules are about; it stays", stage)}};
  }
  std::size_t events = 0, steps = 0;
  for (const model::StageEvent& event : rows_of(project.stage_events)) {
    if (event.stage_code == stage) ++events;
  }
  for (const model::Pathway& pathway : rows_of(project.pathways)) {
    for (const model::PathwayStage& step : pathway.stages) {
      if (step.stage_code == stage) ++steps;
    }
  }
  if (events + steps == 0) return {};
  return {{"code", fmt::format("{} 仍被 {} 条阶段事件、{} 条路径使用,不能删除", stage, events, steps),
           fmt::format("{} is used by {} stage events and {} pathways; it stays", stage, events, steps)}};
}

Refusals check_removed_pathway(const model::Project& project, std::string_view pathway) {
  const std::size_t projects = projects_on(project, pathway);
  if (projects == 0) return {};
  return {{"code", fmt::format("仍有 {} 个项目在此路径上,不能删除", projects),
           fmt::format("{} projects are on this pathway; it stays", projects)}};
}

Refusals check_removed_step(const model::Project& project, const model::Pathway& pathway, std::string_view stage) {
  const auto phases = phases_on(project, pathway.code);
  std::size_t events = 0;
  for (const model::StageEvent& event : rows_of(project.stage_events)) {
    if (event.stage_code == stage && phases.contains(event.phase)) ++events;
  }
  if (events > 0) {
    return {{"stage_code", fmt::format("此路径的项目在 {} 有 {} 条阶段事件,不能删除", stage, events),
             fmt::format("{} stage events of {} belong to projects on this pathway; it stays", events, stage)}};
  }
  const std::size_t projects = pathway.stages.size() == 1 ? projects_on(project, pathway.code) : 0;
  if (projects > 0) {
    return {{"stage_code", fmt::format("路径的最后一个阶段,仍有 {} 个项目使用", projects),
             fmt::format("the pathway's last stage, and {} projects are on it", projects)}};
  }
  return {};
}

}  // namespace zaitu::planning
