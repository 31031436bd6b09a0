// The cohort triangle: of the floor space on land granted in a year, how much counts so many years later. Pure function
// of a snapshot; any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "planning/stage_histories.h"
#include "planning/supply.h"

namespace zaitu::planning {

struct Cohort {
  int year = 0;                  // of the phases' first actual event of the stage that opens the cohort
  std::size_t phases = 0;        // in scope
  std::size_t missing_area = 0;  // of them: they add 0 to all areas (rule 4)
  double area_m2 = 0;            // of all its phases, by the rule's kind and net
  // [n]: what of it counts on 31 December of year + n, as supply() has it; the last one on the as-of date.
  std::vector<double> built_m2;
  std::vector<std::uint32_t> phase_rows;  // in the order of phase ids
};

struct CohortTriangle {
  base::Date as_of;
  CountingRule rule;
  std::vector<Cohort> cohorts;                 // by year; years without phases are left out
  std::vector<std::uint32_t> without_opening;  // phases in scope without such an event up to the as-of date
};

// `opening`: the stage that opens a cohort; S4 is the grant of land. A pathway without it has no cohort. Places are
// those in force at the as-of date. Throws Error(usage) for an unknown scope.
CohortTriangle cohort_triangle(const model::Project& project, const Locations& locations,
                               const StageHistories& histories, base::Date as_of, const CountingRule& rule,
                               std::string_view opening = "S4");

}  // namespace zaitu::planning
