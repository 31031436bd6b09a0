// A look at a polygon before GEOS: most parcels are plainly valid, and to see that costs a tenth of GEOS's answer.
#pragma once

#include "geom/geometry.h"

namespace zaitu::geom::geos {

// True only when the polygon is valid by Simple Features beyond doubt: closed rings that nowhere touch themselves or
// each other, holes inside their shell and outside each other, parts in separate boxes. Every comparison is a sign of
// a difference of products that exceeds its rounding error (Shewchuk 1997, the static filter of orient2d).
// False says nothing: touching rings may be valid too, and GEOS decides. Pure.
bool surely_valid(const FeatureGeometry& polygon);

}  // namespace zaitu::geom::geos
