// Coordinate reference systems and transformations (PROJ). Axis order is settled here once: everything outside this
// folder is x = east / longitude, y = north / latitude, whatever the authority's axis order says.
// A Transformation belongs to one thread; make one per thread.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "geom/geometry.h"

namespace zaitu::crs {

class CoordinateReferenceSystem {
 public:
  // "EPSG:4549" (or just 4549), WKT of any dialect, PROJJSON, a PROJ string, or a CRS's exact name. Text without a
  // code that says the same as an EPSG entry gets that entry's code. Throws base::Error(usage) naming the text when
  // PROJ does not know it or it is no map CRS (vertical, geocentric, local engineering), and
  // base::Error(input_unreadable) with the paths tried when proj.db is missing. Milliseconds.
  static CoordinateReferenceSystem from_text(const std::string& definition);

  const std::string& definition() const { return m_definition; }  // what it was made from
  const std::string& name() const { return m_name; }              // "CGCS2000 / 3-degree Gauss-Kruger CM 120E"
  std::string code() const;                                       // "EPSG:4549", else the name
  int epsg() const { return m_epsg; }                             // 0 when it has none
  bool is_geographic() const { return m_geographic; }
  // Metres in one unit of the coordinates; 0 for degrees. Planar areas are m² only where it is 1.
  double metres_per_unit() const { return m_metres_per_unit; }
  const std::string& wkt() const { return m_wkt; }  // WKT1-GDAL, for spatial_ref_sys and files
  // "+proj=tmerc ...", for spatial_ref_sys, by which QGIS knows a CRS without a code; empty when PROJ has no such text.
  const std::string& proj_string() const { return m_proj_string; }
  double semi_major_m() const { return m_semi_major; }
  double inverse_flattening() const { return m_inverse_flattening; }
  // Area of use in degrees (west, south, east, north), when the authority gives one.
  std::optional<geom::Envelope> area_of_use() const { return m_area_of_use; }

 private:
  std::string m_definition, m_name, m_wkt, m_proj_string;
  int m_epsg = 0;
  bool m_geographic = false;
  double m_metres_per_unit = 1;
  double m_semi_major = 6378137.0;
  double m_inverse_flattening = 298.257222101;
  std::optional<geom::Envelope> m_area_of_use;
};

class Transformation {
 public:
  // Throws base::Error(input_unreadable) with both codes when PROJ has no way between them.
  Transformation(const CoordinateReferenceSystem& from, const CoordinateReferenceSystem& to);
  ~Transformation();
  Transformation(Transformation&&) noexcept;
  Transformation& operator=(Transformation&&) noexcept;

  // In place. Throws base::Error(input_unreadable) naming the first coordinate that cannot be transformed.
  void forward(std::span<geom::Coord> coords) const;
  geom::Coord forward(geom::Coord c) const;
  geom::Coord inverse(geom::Coord c) const;
  bool is_identity() const;
  // True when PROJ only has a ballpark (no datum shift) way: the result may be off by tens of metres. Two known
  // Earth-centred datums (CGCS2000, WGS 84, ITRF ...) agree without a shift: not ballpark, accuracy_m() is then 2.
  bool is_ballpark() const;
  double accuracy_m() const;  // negative = unknown

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

// Transforms every vertex of a column.
geom::GeometryColumn transformed(const geom::GeometryColumn& column, const Transformation& transformation);

// Area on the ellipsoid of `crs` in m²: edges are straight in the CRS (as a planner draws them), densified so that the
// error stays below 1e-9 relative, then summed by authalic latitude (Karney 2013 is the geodesic alternative). Polygons
// of up to a kilometre in a projected CRS are integrated in the plane over the scale of area that the projection has
// there, to the same accuracy. Areas around a pole are not meant. Belongs to one thread, as a Transformation does.
class EllipsoidalArea {
 public:
  explicit EllipsoidalArea(const CoordinateReferenceSystem& crs);
  // NaN where a vertex cannot be placed on the Earth.
  double operator()(const geom::FeatureGeometry& polygon) const;
  double length(const geom::FeatureGeometry& line) const;  // geodesic between vertices, m; NaN likewise

 private:
  struct Quadratic;
  class Scale;
  std::shared_ptr<const Transformation> m_to_geographic;  // null: the CRS is geographic
  std::shared_ptr<Scale> m_scale;                         // likewise
  double m_semi_major, m_inverse_flattening;
  double m_longest_piece;  // in units of the CRS
};

}  // namespace zaitu::crs
