// From a source's WKB to what the project stores: checked, brought into the project's CRS vertex by vertex, repaired
// with the original kept. Never throws for bad geometry: it says what was done in the log.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "app/import_row.h"
#include "crs/crs.h"
#include "geom/geometry.h"
#include "geom/wkb.h"

namespace zaitu::app {

struct TakenGeometry {
  enum class State { none, taken, wrong_type };
  State state = State::none;
  geom::GeometryColumn column{geom::GeometryKind::polygon};  // one feature, in the project's CRS
  bool repaired = false;
};

class GeometryIntake {
 public:
  // `declared`: what the source says of its CRS. Throws Error(input_unreadable), keyword crs-missing, when it says
  // nothing, and what crs:: throws for a definition that PROJ does not know.
  GeometryIntake(const std::string& crs_definition, const crs::CoordinateReferenceSystem& project, ImportLog& log);

  // `wanted` polygon, line or point; nullopt = any of them, by the geometry's own type.
  TakenGeometry take(const geom::Bytes& wkb, std::optional<geom::GeometryKind> wanted, const std::string& feature);
  std::optional<geom::Coord> point(double x, double y, const std::string& feature);
  // Sums up what concerns many features: places outside the CRS's area, zone prefixes, strays.
  void finish();
  const crs::CoordinateReferenceSystem& source_crs() const { return m_source; }

 private:
  enum class Place { fine, prefixed, unprefixed, wrong_zone, swapped, degrees, metres, outside };
  static constexpr std::size_t place_count = 8;
  struct Tally {
    std::size_t count = 0;
    std::string examples;
  };

  Place place_of(geom::Coord c) const;
  bool in_area(geom::Coord c) const;
  // Moves coordinates with a slipped zone prefix; false = the geometry cannot be placed.
  bool settle(std::vector<geom::Coord>& sample, const std::string& feature, double& shift_x);

  crs::CoordinateReferenceSystem m_source, m_project;
  crs::Transformation m_to_project;
  std::optional<crs::Transformation> m_to_degrees;
  std::array<int, 2> m_zones{0, 0};   // its number in 3 and 6 degree zones
  double m_false_easting_prefix = 0;  // millions in the false easting
  bool m_gauss = false;
  ImportLog& m_log;
  std::array<Tally, place_count> m_tallies;
  struct Centre {
    geom::Coord at;
    std::string feature;
  };
  std::vector<Centre> m_centres;  // of the taken features, in the project's CRS
};

}  // namespace zaitu::app
