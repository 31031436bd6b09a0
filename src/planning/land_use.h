// What land is used for at a date. Land takes its planned use on the day its stage reaches the one from which the rule
// counts; until then, and where no planned use is given, it has its current one. A parcel of several phases is divided
// among them and takes its planned use in parts. Pure functions of a snapshot; theme, ledgers, cards and conversion all
// ask these.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "planning/location.h"

namespace zaitu::planning {

class Counting;        // planning/counting.h
enum class CountFrom;  // planning/supply.h
class StageHistories;  // planning/stage_histories.h
struct Standing;       // planning/status.h
struct StatusAt;

inline constexpr int no_phase = -1;

// Planar area of an outline; 0 where it is missing or broken.
double land_m2(const geom::FeatureGeometry& outline);

struct LandPart {
  int phase = no_phase;  // row
  double weight = 1;     // of the parcel's land; a parcel's weights add up to 1
};

// The parcels in force at a date, divided among the phases on them in proportion to their gross floor area: a phase on
// several parcels brings to each its area by the parcels' land, one without an area takes the mean of the parcel's
// others. A parcel without phases is one part.
class LandParts {
 public:
  LandParts(const model::Project& project, const Locations& locations, base::Date at);
  std::span<const LandPart> of(std::uint32_t parcel) const;
  const std::vector<std::uint32_t>& parcels_with_phases() const { return m_parcels; }  // rows, ascending

 private:
  std::vector<std::uint32_t> m_parcels, m_starts;  // parcel i owns parts [starts[i], starts[i + 1])
  std::vector<LandPart> m_parts;
};

// Is this part of a parcel used as planned? By the stage of its phase (a row; no_phase: none) or by the parcel's own.
bool is_used_as_planned(const model::Project& project, const Counting& counting, int phase, const Standing& of_phase,
                        const Standing& own);

// The parcels whose planned use differs from the current one, and of whose land some is used as planned.
struct LandUseAt {
  std::vector<std::uint32_t> parcels;  // rows, ascending
  std::vector<double> shares;          // of each one's land, above 0, at most 1
  double planned_share(std::uint32_t parcel) const;
  // The use of at least half of the land: what a map of one colour a parcel shows.
  bool is_planned(std::uint32_t parcel) const { return planned_share(parcel) >= 0.5; }
};
LandUseAt land_use_at(const model::Project& project, const StageHistories& histories, const Locations& locations,
                      const StatusAt& status, CountFrom from);
// The code, as written in the parcel; "" where it is not known.
const std::string& land_use_code(const model::ParcelTable& parcels, const LandUseAt& uses, std::uint32_t parcel);

}  // namespace zaitu::planning
