// The stage of every phase and parcel at a date (product.md, counting rule 1). Pure function of a snapshot.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/project.h"
#include "planning/location.h"

namespace zaitu::planning {

struct Standing {
  int stage = -1;                   // row of Project::stages; -1 only where the project has no stages
  int certainty = -1;               // row of Project::certainty_classes
  std::optional<base::Date> since;  // date of the actual event that put it there; none: first stage of its pathway
  const model::StageEvent* event = nullptr;  // that event; belongs to the snapshot
};

struct StatusAt {
  base::Date as_of;
  std::vector<Standing> phases;   // by row
  std::vector<Standing> parcels;  // by row; stage -1 where nothing is known of the parcel (no event, no phase)
};

// Rule 1: furthest stage in the pathway's order with an actual event dated <= as_of; SX while the newest actual event
// is SX. Newest = latest date, then highest id. An event of a stage that is not on the pathway is ranked by the stage's
// seq: directly after the last stage of the pathway whose seq is not above its own. `since` is the earliest event of
// the stage, for SX the newest one.
std::vector<Standing> phase_standings(const model::Project& project, base::Date as_of);

// Phases as above. A parcel stands at the furthest (by seq) of its own actual events and of the phases on it; at SX
// when that is all there is.
StatusAt status_at(const model::Project& project, const Locations& locations, base::Date as_of);

}  // namespace zaitu::planning
