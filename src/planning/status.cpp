#include "planning/status.h"

#include "planning/stage_histories.h"
#include "planning/supply.h"

namespace zaitu::planning {

StatusAt status_at(const model::Project& project, const StageHistories& histories, const Locations& locations,
                   base::Date as_of, CountFrom planned_use_from) {
  const StageOrder& order = histories.order();
  StatusAt status{as_of, histories.phases_at(as_of), histories.parcels_at(as_of), {}};
  Standings& standings = status.parcels;

  const auto moving = [&](const Standing& standing) {
    return standing.stage >= 0 && standing.stage != order.stalled_row();
  };
  for (std::size_t phase = 0; phase < locations.phase_parcels.size() && phase < status.phases.size(); ++phase) {
    const Standing& candidate = status.phases[phase];
    if (candidate.stage < 0) continue;
    const std::uint32_t code = standings.add(candidate);
    for (const std::uint32_t parcel : locations.phase_parcels[phase]) {
      const Standing& present = standings[parcel];
      if (present.stage < 0 || (!moving(present) && moving(candidate))) {
        standings.set_code(parcel, code);
      } else if (moving(present) && moving(candidate)) {
        const StageRank a = order.rank(-1, candidate.stage);
        const StageRank b = order.rank(-1, present.stage);
        // Of equal stages the earliest date says since when the parcel stands there.
        const bool earlier =
            candidate.since && present.since ? *candidate.since < *present.since : candidate.since && !present.since;
        if (a > b || (a == b && earlier)) standings.set_code(parcel, code);
      }
    }
  }
  status.land_use = land_use_at(project, histories, locations, status, planned_use_from);
  return status;
}

StatusAt status_at(const model::Project& project, const Locations& locations, base::Date as_of) {
  return status_at(project, StageHistories(project), locations, as_of, CountFrom::completed);
}

}  // namespace zaitu::planning
