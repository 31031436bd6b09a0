// What must be exact goes to GEOS: validity, repair, intersection. Each call makes its own GEOS context (reentrant C
// API), so any thread may call. Coordinates that are not finite are refused before GEOS sees them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "geom/geometry.h"

namespace zaitu::geom::geos {

struct Invalidity {
  std::string reason;  // GEOS's reason, e.g. "Self-intersection", in the language of messages
  Coord place;
};
std::optional<Invalidity> invalidity(const FeatureGeometry& polygon);  // nullopt = valid

// Repairs by GEOS MakeValid (structure method) and keeps polygons only; the result is one feature in `out`.
// Returns false when nothing of area is left.
bool make_valid(const FeatureGeometry& polygon, GeometryColumn& out);

// Area of the intersection of two polygon features, in square coordinate units.
double intersection_area(const FeatureGeometry& a, const FeatureGeometry& b);

// An area (circle, zone, town) prepared once and asked for many parcels. Not shared between threads.
class PreparedArea {
 public:
  explicit PreparedArea(const std::vector<FeatureGeometry>& members);  // their union counts once
  ~PreparedArea();
  PreparedArea(PreparedArea&&) noexcept;
  PreparedArea& operator=(PreparedArea&&) noexcept;
  PreparedArea(const PreparedArea&) = delete;
  PreparedArea& operator=(const PreparedArea&) = delete;
  double intersection_area(const FeatureGeometry& parcel) const;
  const Envelope& envelope() const;
  FeatureGeometry outline() const;  // of the united area, valid; lives as long as this

 private:
  struct Impl;
  Impl* m_impl;
};

}  // namespace zaitu::geom::geos
