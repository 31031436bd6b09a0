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

#include "app/import_place.h"
#include "app/import_row.h"
#include "crs/crs.h"
#include "geom/geometry.h"
#include "geom/wkb.h"

namespace zaitu::app {

// How a feature's coordinates fit the source's CRS.
enum class Place { fine, prefixed, unprefixed, wrong_zone, swapped, degrees, metres, tenfold, outside };

// The first corner of a WKB of any kind; nullopt: it has none.
std::optional<geom::Coord> first_corner(std::span<const std::uint8_t> wkb);

struct TakenFacts {
  enum class State { none, taken, wrong_type };
  State state = State::none;
  bool repaired = false;
  std::optional<Place> place;  // nullopt: it had no coordinates to be judged by
  geom::Coord first;           // its first corner in the source
  geom::Coord centre;          // of its box in the project's CRS, when taken
  double area = 0;             // planar, in the project's CRS, when taken as a polygon
  std::size_t corners = 0;     // when taken
};
struct TakenGeometry : TakenFacts {
  geom::GeometryColumn column{geom::GeometryKind::polygon};  // one feature, in the project's CRS
};

class GeometryIntake {
 public:
  // Throws what crs:: throws for a definition that PROJ does not know. `keeps_originals`: of outlines that are not
  // placed or whose coordinates were not taken as they stand.
  GeometryIntake(SourcePlace place, const crs::CoordinateReferenceSystem& project, bool keeps_originals,
                 ImportLog& log);

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
    // Only judges a point, for tables whose rows have a point and no outline; the point is kept.
    TakenFacts look(geom::Coord point, const std::string& feature, ImportLog& log);
    std::optional<geom::Coord> project(geom::Coord c) const;  // nullopt: it cannot be brought into the project's CRS
    Place place_of(geom::Coord c);
    // What is done to a source's coordinates before they are judged, and after.
    geom::Coord put_right(geom::Coord c) const;
    geom::Coord unshifted(geom::Coord c) const;
    bool is_ballpark() const { return m_to_project.is_ballpark(); }

   private:
    bool in_area(geom::Coord c);
    bool has_place(geom::Coord c) const;  // in_area() without the memory of cells
    bool is_near_null_island(geom::Coord c) const;
    bool in_zone(geom::Coord c);  // in_area(), with or without the zone's number

    const GeometryIntake& m_intake;
    crs::Transformation m_to_project;  // from degrees where a map's offset is taken off first
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
  const SourcePlace& source_place() const { return m_place; }
  // What the coordinates of every single feature are, when that is not what the CRS says.
  std::optional<Place> common_place() const;
  const std::vector<geom::Coord>& corners() const { return m_corners; }  // the first one each of some features

 private:
  static constexpr std::size_t place_count = 9;
  struct Tally {
    std::size_t count = 0;
    std::string examples;
  };

  void tally(Place place, geom::Coord first, std::int64_t feature);
  // What is added to eastings with a slipped zone prefix; nullopt = the geometry cannot be placed.
  std::optional<double> shift_of(Place place, geom::Coord first) const;

  SourcePlace m_place;
  crs::CoordinateReferenceSystem m_source, m_project;
  bool m_keeps_originals;
  std::array<int, 2> m_zones{0, 0};   // its number in 3 and 6 degree zones
  double m_false_easting_prefix = 0;  // millions in the false easting
  bool m_gauss = false;
  ImportLog& m_log;
  std::array<Tally, place_count> m_tallies;
  std::size_t m_judged = 0;
  std::vector<geom::Coord> m_corners;
  struct Centre {
    geom::Coord at;
    std::int64_t feature = 0;
  };
  std::vector<Centre> m_centres;  // of the taken features, in the project's CRS
  Taker m_taker;
};

}  // namespace zaitu::app
