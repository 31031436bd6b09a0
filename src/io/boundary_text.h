// The text in which land departments exchange parcels as boundary points (界址点): a head of properties, then for each
// parcel a line of facts and its points "J1,ring,X,Y", X being the northing. Pure functions over UTF-8 text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "geom/geometry.h"
#include "io/source.h"

namespace zaitu::io {

struct BoundaryParcel {
  std::string code, name;              // 地块编号, 地块名称
  std::string figure, sheet;           // 图形属性 ("面"), 图幅号
  std::string use, land_class;         // 用途, 地类
  std::optional<double> area_ha;       // as written, hectares
  std::optional<std::int64_t> points;  // as written; the closing one counts
  std::size_t line = 0;                // of the file, from 1
};

struct BoundaryText {
  std::vector<BoundaryParcel> parcels;
  geom::GeometryColumn outlines{geom::GeometryKind::polygon};  // row for row, x = east, in `crs`
  std::string crs, crs_how;                                    // "EPSG:4528"; empty: the head does not say it
  std::vector<Warning> warnings;
};

// Do these first bytes of a text show that form? True also without a head, for lines of points alone.
bool is_boundary_text(std::string_view head);

// `name`: what messages call the file. Throws base::Error(input_unreadable): truncated (the last parcel has fewer
// points than it says), no-features, number (a point that is none). Coordinates written as Y,X are recognised
// (crs-axis).
BoundaryText parse_boundary_text(std::string_view text, const std::string& name);

// What the head of a written text says.
struct BoundaryHead {
  std::string producer;  // 数据产生单位
  std::string date;      // ISO
  int zone_degrees = 3;
  int zone = 0;
};
// Coordinates with 4 decimals, so that areas come back; every ring begins in its north-west corner and ends with its
// first point, shells run clockwise and holes the other way.
std::string write_boundary_text(const BoundaryHead& head, const std::vector<BoundaryParcel>& parcels,
                                const geom::GeometryColumn& outlines);

// The points of an outline in the order in which they are numbered: each ring from its north-west corner, shells
// clockwise, holes the other way, numbers going on from ring to ring.
struct BoundaryPoint {
  int number = 0;  // J1 is 1; the closing point has the number of the first
  int ring = 0;    // 1 is the first shell
  geom::Coord at;
  bool closes = false;
};
std::vector<BoundaryPoint> boundary_points(const geom::FeatureGeometry& outline);

}  // namespace zaitu::io
