// A believable fabric of invented land parcels for tests and benchmarks: blocks between roads, each cut again and again
// along jogged lines, so that neighbours share every vertex exactly; some parcels have a hole, half of the holes are
// filled by an island parcel. A share of the parcels gets a known defect, as cadastres have them. The same options give
// the same fabric on every machine and any number of threads. About 15 stored vertices and 430 m² a parcel.
#pragma once

#include <cstdint>
#include <vector>

#include "geom/geometry.h"

namespace zaitu::test {

enum class Defect : std::uint8_t {
  overlap,    // one vertex moved into the neighbour
  gap,        // one vertex drawn back from the neighbour
  bowtie,     // two vertices swapped: the ring crosses itself
  duplicate,  // a second parcel of the same outline
  sliver      // a triangle of centimetres inside another parcel
};

struct FabricDefect {
  Defect kind = Defect::overlap;
  std::uint32_t row = 0;
  std::uint32_t other =
      0;  // the neighbour, the first of two duplicates, the parcel a sliver lies in; for a bowtie itself
};

struct FabricOptions {
  std::size_t parcels = 1000;  // exactly as many are made, those with defects among them
  std::uint64_t seed = 1;
  double defect_share = 0.005;
  geom::Coord centre{641500, 3440000};  // of the first row of blocks; metres
};

struct ParcelFabric {
  geom::GeometryColumn geometry;     // metres on a 1 mm grid, shells counter-clockwise, holes clockwise
  std::vector<std::uint32_t> block;  // of each parcel; neighbours lie in one block
  std::vector<FabricDefect> defects;
};

ParcelFabric make_parcel_fabric(const FabricOptions& options);

}  // namespace zaitu::test
