// In which coordinate reference system may coordinates be that do not say so? Each system in use in China is asked
// where they would lie, and the answers are ranked by how well that agrees with where the project is.
// Nothing here decides: it ranks, and says whether there is only one answer.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crs/crs.h"
#include "geom/geometry.h"

namespace zaitu::crs {

// Where one expects a source to lie, in degrees (west, south, east, north).
struct ExpectedPlace {
  std::optional<geom::Envelope> layers;  // of what the project holds already
  std::optional<geom::Envelope> area;    // the area of use of the project's CRS
  int epsg = 0;                          // the project's CRS; 0 = without a code
};

// From the worst to the best.
enum class Landing { nowhere, country, area, layers };

struct Candidate {
  int epsg = 0;
  std::string name;
  bool swapped = false;      // when x and y are exchanged first
  bool prefixed = false;     // eastings begin with the zone number
  bool older_datum = false;  // Beijing 1954, Xian 1980: in the same place within about 100 m
  bool is_project = false;   // the project's own CRS, or the same with or without zone number
  double share = 0;          // of the coordinates that land there, 0 to 1
  Landing landing = Landing::nowhere;
  geom::Coord lon_lat;       // degrees, of the middle coordinate
  double from_meridian = 0;  // degrees from the zone's central meridian; 0 = has none

  std::string code() const { return "EPSG:" + std::to_string(epsg); }
};

struct CandidateList {
  std::vector<Candidate> ranked;  // best first; those that land nowhere in the country are left out
  // The first of them is the only place where the coordinates can lie: every other one lies elsewhere and fits worse,
  // or lies at the same place on an older datum.
  bool clear = false;
  // Nothing fits and the numbers are those of a local grid, with an origin of its own nearby.
  bool local = false;
};

// `sample`: coordinates as they stand in the source; those that are not finite are left out. Microseconds a
// coordinate; the caller takes some hundreds. Throws only what CoordinateReferenceSystem::from_text throws when PROJ
// finds no database. Any thread.
CandidateList candidates_for(std::span<const geom::Coord> sample, const ExpectedPlace& expected);

// The numbers of a grid with its origin nearby, as cities have: too small for a zone's northing, too large for degrees.
bool looks_local(std::span<const geom::Coord> sample);

// Why the candidate is one, in one phrase: "eastings begin with zone number 40, lands at 120.6E 31.3N ...".
std::string reason_of(const Candidate& candidate);

}  // namespace zaitu::crs
