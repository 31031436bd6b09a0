// What land and floor space turned into what between two dates: land use before -> pathway -> land use after, or stage
// -> stage. Pure functions of a snapshot.
//
// Land. Every parcel in force at a date is divided among its phases (land_use.h, which also says what a part is used
// for). Each part stands at the furthest of its phase's stage and the parcel's own events. A parcel in force at both
// dates keeps its parts. What was
// retired is laid over what was made in its place: the shared area of each pair is one piece, parts of the same phase
// are matched first, the others in proportion. Land without a counterpart comes from, or goes to, outside the parcels.
// So the links that leave a state add up to the parcels in it at the first date, those that enter one to the parcels in
// it at the second (to 1e-6 m² for each parcel that was made or retired; parcels that overlap each other are told).
//
// Floor space. Each phase's area (by the rule's kind and net, as in supply) follows its land. Links by stage therefore
// add up to what supply says of each stage at either date. A phase without land in force is unplaced.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/progress.h"
#include "planning/location.h"
#include "planning/status.h"
#include "planning/supply.h"

namespace zaitu::planning {

enum class ConversionBy { land_use, stage };

// One state of land: a land-use class or a stage.
struct ConversionState {
  // unplaced: floor space of phases without land in force; outside: no parcel in force there.
  enum class Kind { known, unknown, unplaced, outside } kind = Kind::unknown;
  std::string code;  // as written in the parcels, or the stage's; "" unless known
  std::string name_zh, name_en;
  std::string colour;  // "#RRGGBB"; "" where the vocabulary has none
};

struct ConversionLink {
  std::size_t from = 0, to = 0;  // rows of Conversion::states
  std::string pathway;           // code, of the phases that bring it about; "": no phase
  double land_m2 = 0, floor_m2 = 0;
  std::vector<std::uint32_t> parcels;  // rows, ascending: those in force at the second date, else at the first
  std::vector<std::uint32_t> phases;   // rows, ascending
};

struct Conversion {
  ConversionBy by = ConversionBy::land_use;
  base::Date from, to;
  CountingRule rule;                    // `from`: the stage at which land takes its planned use; area, net: floor space
  std::vector<ConversionState> states;  // in the order they are shown: by code or stage, then the others
  std::vector<ConversionLink> links;    // by from, to, pathway; each triple once; unchanged land is among them
  double land_before_m2 = 0, land_after_m2 = 0;  // planar area of the parcels in force at each date
  double overlap_m2 = 0;                         // land that several parcels made or retired in between claim at once
  double floor_m2 = 0, unplaced_floor_m2 = 0;    // of all phases; of those without land in force
  std::size_t missing_area = 0;                  // phases without an area of the rule's kind: they add 0
  std::size_t synthetic_parcels = 0;             // among all parcels of the links
  std::size_t synthetic_phases = 0;              // among all phases
};

// Throws Error(usage) when `from` is later than `to`. A scope in the rule is not looked at.
Conversion conversion(const model::Project& project, const StageHistories& histories, base::Date from, base::Date to,
                      ConversionBy by, const CountingRule& rule, base::Progress& progress);

// The same links with the pathways put together, each pair of states once.
std::vector<ConversionLink> without_pathways(const Conversion& conversion);

}  // namespace zaitu::planning
