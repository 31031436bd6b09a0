// GCJ-02, in which the maps of Amap and Tencent are offset from the Earth, and BD-09, Baidu's offset on top of that.
// By the publicly known formulas (there is no official text); degrees, x = longitude. Any thread, no errors: what
// is outside of China is left where it is, as those services do.
#pragma once

#include <optional>
#include <string_view>

#include "geom/geometry.h"

namespace zaitu::crs {

enum class MapShift { none, gcj02, bd09 };
std::string_view name_of(MapShift shift);  // "gcj02", as on the command line
std::optional<MapShift> parse_map_shift(std::string_view word);

// Where such a map shows the place.
geom::Coord shifted(geom::Coord lon_lat, MapShift shift);
// Where the place is that such a map shows there: by iteration, to less than a millimetre.
geom::Coord unshifted(geom::Coord lon_lat, MapShift shift);

}  // namespace zaitu::crs
