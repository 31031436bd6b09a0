// From a driver's geometry to the plain one that the program takes.
#pragma once

#include <ogrsf_frmts.h>

#include <string>

#include "geom/wkb.h"

namespace zaitu::io {

// A shapefile tells holes from outlines by their direction, holes run counter-clockwise. GDAL then looks for the
// outline around each hole by an exact test, which fails where that outline crosses itself, and the hole comes as land.
// Such a hole goes back to the smallest outline that most of its vertices lie in. So does a ring that runs like an
// outline and lies wholly in another one: land within land is what no program means. Returns how many of those there
// were.
std::size_t return_holes(OGRMultiPolygon& polygons);

// Plain 2D geometry of the seven simple kinds; says once per layer, as a warning of the worker, what was taken away.
class Flattening {
 public:
  geom::Bytes operator()(OGRGeometry* geometry, const std::string& feature);

 private:
  bool m_curve = false, m_z = false, m_m = false;
};

}  // namespace zaitu::io
