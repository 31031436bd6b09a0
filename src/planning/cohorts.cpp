#include "planning/cohorts.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>

#include "planning/compensated_sum.h"
#include "planning/counting.h"

namespace zaitu::planning {

CohortTriangle cohort_triangle(const model::Project& project, const Locations& locations,
                               const StageHistories& histories, base::Date as_of, const CountingRule& rule,
                               std::string_view opening) {
  const Scope scope(project, rule);
  const Counting counting(project, rule);
  std::unordered_map<model::PhaseId, base::Date> opened;
  if (project.stage_events) {
    for (const model::StageEvent& event : *project.stage_events) {
      if (event.kind != model::EventKind::actual || !event.phase || event.stage_code != opening) continue;
      if (event.dated > as_of) continue;
      const auto [entry, is_new] = opened.emplace(event.phase, event.dated);
      if (!is_new) entry->second = std::min(entry->second, event.dated);
    }
  }

  CohortTriangle triangle;
  triangle.as_of = as_of;
  triangle.rule = rule;
  std::map<int, Cohort> by_year;
  std::unordered_map<std::uint32_t, double> areas_m2;
  for (const std::uint32_t row : rows_by_id(project)) {
    const double weight = scope.weight(locations, row);
    if (weight <= 0) continue;
    const model::Phase& phase = (*project.phases)[row];
    const auto found = opened.find(phase.id);
    if (found == opened.end()) {
      triangle.without_opening.push_back(row);
      continue;
    }
    Cohort& cohort = by_year[found->second.year()];
    const double area = counting.area_m2(phase) * weight;
    if (std::isnan(area)) ++cohort.missing_area;
    areas_m2[row] = std::isnan(area) ? 0 : area;
    cohort.phase_rows.push_back(row);
  }
  if (by_year.empty()) return triangle;

  for (auto& [year, cohort] : by_year) {
    cohort.year = year;
    cohort.phases = cohort.phase_rows.size();
    CompensatedSum area;
    for (const std::uint32_t row : cohort.phase_rows) area.add(areas_m2[row]);
    cohort.area_m2 = area.value();
  }
  for (int year = by_year.begin()->first; year <= as_of.year(); ++year) {
    const auto standings = histories.phases_at(std::min(base::Date::year_end(year), as_of));
    for (auto& [opened_in, cohort] : by_year) {
      if (opened_in > year) break;
      CompensatedSum built;
      for (const std::uint32_t row : cohort.phase_rows) {
        if (counting.counts((*project.phases)[row], standings[row])) built.add(areas_m2[row]);
      }
      cohort.built_m2.push_back(built.value());
    }
  }
  for (auto& [year, cohort] : by_year) triangle.cohorts.push_back(std::move(cohort));
  return triangle;
}

}  // namespace zaitu::planning
