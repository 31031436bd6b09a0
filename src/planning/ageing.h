// How long every phase has stood where it stands, and how late it is: days in stage, overdue against plan and promise,
// idle land. Computed from the events, never typed. Pure functions of a snapshot.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/format.h"
#include "planning/stage_histories.h"
#include "planning/status.h"

namespace zaitu::planning {

struct Overdue {
  int stage = -1;  // row of Project::stages: the stage that should have begun
  base::Date due;
  int days = 0;  // from the due day to the as-of date, at least 1
};

enum class Idle {
  none,
  not_started,  // granted, and a year past the agreed start of construction it has not begun (闲置土地处置办法, art. 2)
  no_update,  // not in use, and no event of any kind in the last three years (as NYC DCP calls a job inactive)
};

struct Ageing {
  std::optional<int> days_in_stage;  // nullopt: no actual event put it there
  // The longest overdue stage of those that the phase has not reached, by its baseline, and by its commitments. Of
  // several dates for a stage the one recorded last holds: a plan may be revised, a promise renewed.
  std::optional<Overdue> baseline, commitment;
  Idle idle = Idle::none;
  std::optional<base::Date> idle_since;  // the day from which it is so
};

// By phase row. The agreed start of construction is the commitment for S5, else its baseline; without either the rule
// cannot be asked. A stalled phase (SX) is neither overdue nor idle: it is said to be stalled.
std::vector<Ageing> ageing(const model::Project& project, const StageHistories& histories, const StatusAt& status);

std::string describe(Idle idle, base::Language language);
std::string source_of(Idle idle, base::Language language);  // of the rule that says so

}  // namespace zaitu::planning
