// From a source's WKB to what the project stores: checked, brought into the project's CRS vertex by vertex, repaired
// with the original kept. Never throws for bad geometry: it says what was done in the log.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "app/import_row.h"
#include "crs/crs.h"
#include "geom/geometry.h"
#include "geom/wkb.h"

namespace zaitu::app {

// How a feature's coordinates fit the source's CRS.
enum class Place { fine, prefixed, unprefixed, wrong_zone, swapped, degrees, metres, outside };

struct TakenFacts {
  enum class State { none, taken, wrong_type };
  State state = State::none;
  bool repaired = false;
  std::optional<Place> place;  // nullopt: it had no coordinates to be judged by
  geom::Coord first;           // its first corner in the source
  geom::Coord centre;          // of its box in the project's CRS, when taken
};
struct TakenGeometry : TakenFacts {
  geom::GeometryColumn column{geom::GeometryKind::polygon};  // one feature, in the project's CRS
};

class GeometryIntake {
 public:
  // `declared`: what the source says of its CRS. Throws Error(input_unreadable), keyword crs-missing, when it says
  // nothing, and what crs:: throws for a definition that PROJ does not know.
  GeometryIntake(const std::string& crs_definition, const crs::CoordinateReferenceSystem& project, ImportLog& log);

  GeometryIntake(const GeometryIntake&) = delete;
  GeometryIntake& operator=(const GeometryIntake&) = delete;

  // Takes geometries one by one, with what one thread needs for that. What is to be said goes to the log of the call.
  class Taker {
   public:
    explicit Taker(const GeometryIntake& intake);
    // `wanted` polygon, line or point; nullopt = any of them, by the geometry's own type.
    TakenGeometry take(std::span<const std::uint8_t> wkb, std::optional<geom::GeometryKind> wanted,
                       const std::string& feature, ImportLog& log);
    // Gives back the memory of a column that is not needed any more, for the next geometry.
    void give_back(geom::GeometryColumn&& column) { m_spare = std::move(column); }
    std::optional<geom::Coord> project(geom::Coord c) const;  // nullopt: it cannot be brought into the project's CRS
    Place place_of(geom::Coord c);
    bool is_ballpark() const { return m_to_project.is_ballpark(); }

   private:
    bool in_area(geom::Coord c);
    bool has_place(geom::Coord c) const;  // in_area() without the memory of cells

    const GeometryIntake& m_intake;
    crs::Transformation m_to_project;
    std::optional<crs::Transformation> m_to_degrees;
    geom::GeometryColumn m_spare;
    std::map<std::pair<std::int64_t, std::int64_t>, bool> m_inside;  // cells of a kilometre: wholly in the area of use?
  };

  Taker& taker() { return m_taker; }  // of the importing thread
  // Counts what was taken, in the order of the source.
  void count(const TakenFacts& taken, std::int64_t feature);
  std::optional<geom::Coord> point(double x, double y, std::int64_t feature);
  // Sums up what concerns many features: places outside the CRS's area, zone prefixes, strays.
  void finish();
  const crs::CoordinateReferenceSystem& source_crs() const { return m_source; }

 private:
  static constexpr std::size_t place_count = 8;
  struct Tally {
    std::size_t count = 0;
    std::string examples;
  };

  void tally(Place place, geom::Coord first, std::int64_t feature);
  // What is added to eastings with a slipped zone prefix; nullopt = the geometry cannot be placed.
  std::optional<double> shift_of(Place place, geom::Coord first) const;

  crs::CoordinateReferenceSystem m_source, m_project;
  std::array<int, 2> m_zones{0, 0};   // its number in 3 and 6 degree zones
  double m_false_easting_prefix = 0;  // millions in the false easting
  bool m_gauss = false;
  ImportLog& m_log;
  std::array<Tally, place_count> m_tallies;
  struct Centre {
    geom::Coord at;
    std::int64_t feature = 0;
  };
  std::vector<Centre> m_centres;  // of the taken features, in the project's CRS
  Taker m_taker;
};

}  // namespace zaitu::app
