// Where parcels and phases lie: shares of parcels in circles, zones and towns by area. Pure functions of a snapshot.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/progress.h"
#include "model/project.h"
#include "planning/share_lists.h"

namespace zaitu::planning {

struct Locations {
  // For each parcel row: every circle (rows of Project::circles; its member areas are united first), zone and town it
  // meets with a share above 1e-6, largest first, ties by lower code.
  ShareLists circles, zones, towns;
  // For each phase row: the parcel rows it stands on (its own links, else its project's), those in force at the date:
  // a retired parcel and the ones made from it would count the same land twice. Where none is in force, all of them:
  // the place is still known.
  std::vector<std::vector<std::uint32_t>> phase_parcels;
  // For each phase row: shares of its parcels' total area; a phase without parcels takes its project's point.
  ShareLists phase_circles, phase_zones, phase_towns;
};

// `at`: zones count only where they are in force. Seconds for a million parcels; progress is per parcel.
Locations locate(const model::Project& project, base::Date at, base::Progress& progress);
// The same for phases only: parcels without a phase get no shares. Milliseconds.
Locations locate_phases(const model::Project& project, base::Date at);
// Are the same parcels and zones in force at both dates, so that locate() would say the same? A look at every parcel.
bool same_places(const model::Project& project, base::Date a, base::Date b);

}  // namespace zaitu::planning
