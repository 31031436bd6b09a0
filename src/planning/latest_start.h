// Until when a target can still be saved (product.md, counting rule 8): for every phase that does not count yet, the
// latest date on which it may enter each remaining stage and, with typical durations from there on, still count on a
// target's 31 December. Pure functions of a snapshot.
//
// The typical months of the stage and of those after it, up to the one that counts, are added and taken from 31
// December as calendar months (the day is cut to the month's length); a fraction of a month as days of 365.2425 / 12,
// rounded to the earlier day. Forecast dates play no part: this is what has to be, not what is expected.
#pragma once

#include <cstdint>
#include <vector>

#include "planning/stage_histories.h"
#include "planning/supply.h"

namespace zaitu::planning {

struct LatestStart {
  std::uint32_t phase = 0;  // row of Project::phases
  int year = 0;             // of the target
  int stage = -1;           // row of Project::stages; a stage that the phase has not entered
  base::Date latest;
  int slack_days = 0;  // from the as-of date; below 0: missed
  bool missed() const { return slack_days < 0; }
};

// Of the phases in scope, in the order of phase ids, then by target after the as-of date, then by stage. Phases at SX,
// without a pathway, or with a remaining stage before which a typical duration is not known, have no row for it.
// Throws Error(usage) for an unknown scope.
std::vector<LatestStart> latest_starts(const model::Project& project, const Locations& locations,
                                       const StageHistories& histories, base::Date as_of, const CountingRule& rule);

}  // namespace zaitu::planning
