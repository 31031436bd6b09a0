// Geometry to and from bytes: ISO WKB, and SpatiaLite's geometry blob (which QGIS reads). 2D; Z and M are dropped on
// reading (the reader says so). Reading never runs past the end of the bytes and never recurses deeper than 32.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "geom/geometry.h"

namespace zaitu::geom {

using Bytes = std::vector<std::uint8_t>;

// Appends one feature to `column`. Parts of another kind than the column's are left out.
// Throws base::Error(input_unreadable) on broken bytes, and then leaves the column as it was.
void append_wkb(GeometryColumn& column, std::span<const std::uint8_t> wkb);
void append_spatialite(GeometryColumn& column, std::span<const std::uint8_t> blob);

// What the bytes hold, before any of it is taken. Never throws.
struct WkbSurvey {
  bool nested = false;                           // deeper than 32 members in each other: not looked at further
  std::string fault;                             // why the bytes cannot be read; empty: they can
  bool is_collection = false;                    // of any kinds
  std::size_t points = 0, lines = 0, areas = 0;  // parts with vertices
  std::size_t empty_members = 0;                 // of a collection or a multi-geometry
  std::size_t unclosed_rings = 0;                // of areas; append_wkb closes them
  Coord first_unclosed;                          // where the first of them begins
};
WkbSurvey survey_wkb(std::span<const std::uint8_t> wkb);

// Whether it is what nearly every polygon looks like: a polygon or multipolygon in two dimensions, little-endian, of
// closed rings of at least four vertices, and nothing after it. False says nothing.
bool is_plain_polygon_wkb(std::span<const std::uint8_t> wkb);

// MULTIPOLYGON / MULTILINESTRING / POINT (the first part), as the project's geometry columns declare. A SpatiaLite
// blob of a feature without geometry is no bytes at all: the column holds NULL.
Bytes to_wkb(const FeatureGeometry& geometry);
Bytes to_spatialite(const FeatureGeometry& geometry, int srid);

}  // namespace zaitu::geom
