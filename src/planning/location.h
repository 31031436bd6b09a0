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
  // meets with a share above 1e-6, largest first, ties by lower code. Zones: those in force at the date.
  ShareLists circles, zones, towns;
  // For each phase row: the parcel rows it stands on (its own links, else its project's), those in force at the date:
  // a retired parcel and the ones made from it would count the same land twice. Where none is in force, all of them:
  // the place is still known.
  std::vector<std::vector<std::uint32_t>> phase_parcels;
  // For each phase row: shares of its parcels' total area; a phase without parcels takes its project's point.
  ShareLists phase_circles, phase_zones, phase_towns;

  // What the locations of another date are made of.
  ShareLists zones_of_any_date;
  std::vector<std::vector<std::uint32_t>> linked_parcels;  // by phase row, in force or not
  model::Held<std::vector<double>> parcel_m2;              // planar; 0: without a (finite) outline
};

// `at`: zones count only where they are in force. On `threads` threads (0: one for each processor), with the same
// result on any number of them; some tenths of a second for a million parcels. Progress is per parcel.
Locations locate(const model::Project& project, base::Date at, base::Progress& progress, unsigned threads = 0);
// The same from the locations of another snapshot at any date: only parcels with a new outline are located anew, and
// all of them only in a layer that was changed. A new date of the same snapshot costs what its phases and zones cost.
Locations relocate(const model::Project& project, base::Date at, const model::Project& before,
                   const Locations& of_before, base::Progress& progress, unsigned threads = 0);
// The same for phases only: parcels without a phase get no shares. Milliseconds.
Locations locate_phases(const model::Project& project, base::Date at);
// Are the same zones, and the same of the phases' parcels, in force at both dates, so that locate() would say the same?
bool same_places(const model::Project& project, const Locations& locations, base::Date a, base::Date b);

}  // namespace zaitu::planning
