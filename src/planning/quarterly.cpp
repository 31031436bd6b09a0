#include "planning/quarterly.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "planning/counting.h"

namespace zaitu::planning {

std::optional<Quarter> Quarter::parse(std::string_view name) {
  constexpr std::size_t length = 6;
  if (name.size() != length || name[4] != 'Q' || name[5] < '1' || name[5] > '4') return std::nullopt;
  int year = 0;
  for (const char c : name.substr(0, 4)) {
    if (c < '0' || c > '9') return std::nullopt;
    year = year * 10 + (c - '0');
  }
  if (year < 1000 || year > 2999) return std::nullopt;
  return Quarter{year, name[5] - '0'};
}

std::string Quarter::name() const { return fmt::format("{:04}Q{}", year, number); }
base::Date Quarter::end() const { return base::Date::from_ymd(year, number * 3, 1).value().quarter_end(); }
base::Date Quarter::eve() const { return base::Date::from_ymd(year, number * 3 - 2, 1).value().plus_days(-1); }
Quarter Quarter::plus(int quarters) const { return of(end().plus_months(3 * quarters)); }

bool ReportLine::missing() const {
  return due &&
         (report == nullptr || (report->progress.empty() && report->problem.empty() && report->next_step.empty()));
}

std::vector<ReportLine> reports_of(const model::Project& project, const StageHistories& histories, Quarter quarter) {
  std::map<model::TaskId, const model::QuarterlyReport*> of_task;
  std::map<model::ProjectId, const model::QuarterlyReport*> of_project;
  const std::string name = quarter.name();
  if (project.quarterly_reports) {
    for (const model::QuarterlyReport& report : *project.quarterly_reports) {
      if (report.quarter != name) continue;
      if (report.task.value != 0) of_task[report.task] = &report;
      if (report.project.value != 0) of_project[report.project] = &report;
    }
  }
  std::vector<ReportLine> lines;
  if (project.tasks) {
    std::vector<const model::Task*> tasks;
    for (const model::Task& task : *project.tasks) tasks.push_back(&task);
    std::stable_sort(tasks.begin(), tasks.end(),
                     [](const model::Task* a, const model::Task* b) { return a->number < b->number; });
    for (const model::Task* task : tasks) {
      const auto found = of_task.find(task->id);
      lines.push_back({task->id, {}, found == of_task.end() ? nullptr : found->second, true});
    }
  }

  CountingRule in_use;
  in_use.from = CountFrom::in_use;
  const Counting counting(project, in_use);
  std::set<model::ProjectId> under_way;
  const std::vector<Standing> standings = histories.phases_at(quarter.eve());
  for (const std::uint32_t row : rows_by_id(project)) {
    const model::Phase& phase = (*project.phases)[row];
    const Standing& standing = standings[row];
    if (counting.counts(phase, standing)) continue;
    if (standing.stage >= 0 && standing.stage == counting.order().stalled_row()) continue;
    under_way.insert(phase.project);
  }
  if (project.projects) {
    std::vector<const model::CarrierProject*> projects;
    for (const model::CarrierProject& row : *project.projects) {
      if (under_way.contains(row.id) || of_project.contains(row.id)) projects.push_back(&row);
    }
    std::stable_sort(projects.begin(), projects.end(), [](const auto* a, const auto* b) { return a->code < b->code; });
    for (const model::CarrierProject* row : projects) {
      const auto found = of_project.find(row->id);
      lines.push_back({{}, row->id, found == of_project.end() ? nullptr : found->second, under_way.contains(row->id)});
    }
  }
  return lines;
}

const model::FrozenQuarter* find_frozen(const model::Project& project, Quarter quarter) {
  if (!project.frozen_quarters) return nullptr;
  const std::string name = quarter.name();
  for (const model::FrozenQuarter& frozen : *project.frozen_quarters) {
    if (frozen.quarter == name) return &frozen;
  }
  return nullptr;
}

}  // namespace zaitu::planning
