// What happened between two dates, as a list: every step of a phase or parcel, every parcel made or retired. Pure
// functions of a snapshot.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "planning/location.h"
#include "planning/stage_histories.h"

namespace zaitu::planning {

struct ChangeOfLand {
  enum class Kind { stage, made, retired } kind = Kind::stage;
  base::Date at;
  std::int64_t phase = -1, parcel = -1;      // row; one of them is set
  int before = -1, after = -1;               // rows of Project::stages: where it stood on the day before, and that day
  const model::StageEvent* event = nullptr;  // of a stage; belongs to the snapshot
  model::LandRecordId record;                // of a parcel made or retired; may be unset
};

// Later than `from`, until the end of `to`, by date, then phases and parcels by row. Only actual events: each gives one
// entry, also where the stage stays (an event entered for an earlier stage).
std::vector<ChangeOfLand> changes_between(const model::Project& project, const StageHistories& histories,
                                          base::Date from, base::Date to);

// The land that changes speak of: rows of the parcels, ascending, each once. A phase's land is where `locations` has
// it, at their date. Parcels that are not in force then are among them.
std::vector<std::uint32_t> changed_parcels(std::span<const ChangeOfLand> changes, const Locations& locations);

}  // namespace zaitu::planning
