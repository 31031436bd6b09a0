// The way from one plane grid to another by four parameters: two shifts, a rotation and a scale. For local grids whose
// definition is nobody's to know: fitted to points that are known in both.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "geom/geometry.h"

namespace zaitu::crs {

// to.x = shift.x + a * x - b * y, to.y = shift.y + b * x + a * y, about the point `from_origin`, so that large
// coordinates lose no digits.
struct Helmert {
  double a = 1, b = 0;
  geom::Coord from_origin, shift;

  geom::Coord operator()(geom::Coord c) const;
  double scale() const;
  double rotation_degrees() const;  // counter-clockwise
};

struct ControlPoint {
  std::string name;
  geom::Coord from, to;
};

struct HelmertFit {
  Helmert parameters;
  struct Residual {
    std::string name;
    double dx = 0, dy = 0;  // what the fit misses the given point by
  };
  std::vector<Residual> residuals;  // one a point, in their order
  double rms = 0;                   // of the distances; NaN with two points, which any fit meets
};

// Least squares. Throws base::Error(usage) for fewer than two points or points that are one place.
HelmertFit fit_helmert(std::span<const ControlPoint> points);

}  // namespace zaitu::crs
