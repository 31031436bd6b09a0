#include "app/import_geometry.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <span>

#include "base/format.h"
#include "base/message.h"
#include "geom/clean.h"
#include "geom/geos/overlay.h"
#include "geom/measure.h"

namespace zaitu::app {

namespace {

using geom::Coord;
using geom::GeometryColumn;
using geom::GeometryKind;

// How far beyond a CRS's area of use a layer may reach before it is remarkable.
constexpr double margin_degrees = 1.5;

// A vertex this close to the one before repeats it, where the area of its ring stays the same to so much.
constexpr double near_m = 1e-4, same_area_m2 = 5e-5, near_degrees = 1e-9, same_area_degrees = 5e-15;

// Simple Features type of a WKB without its Z/M thousands; 0 = not WKB.
std::uint32_t wkb_type(std::span<const std::uint8_t> wkb) {
  if (wkb.size() < 5) return 0;
  std::uint32_t type = 0;
  for (std::size_t i = 0; i < 4; ++i) type |= std::uint32_t{wkb[wkb[0] == 1 ? 1 + i : 4 - i]} << (8 * i);
  return type % 1000;
}

std::optional<GeometryKind> kind_of_type(std::uint32_t type) {
  switch (type) {
    case 1:
    case 4:
      return GeometryKind::point;
    case 2:
    case 5:
      return GeometryKind::line;
    case 3:
    case 6:
      return GeometryKind::polygon;
    default:
      return std::nullopt;
  }
}

template <class Change>
GeometryColumn rebuilt(const GeometryColumn& from, GeometryKind kind, Change change) {
  GeometryColumn to(kind);
  to.begin_feature();
  const geom::FeatureGeometry feature = from[0];
  for (std::size_t p = 0; p < feature.part_count(); ++p) {
    std::vector<std::vector<Coord>> rings;
    for (std::size_t r = 0; r < feature.part(p).ring_count(); ++r) {
      const geom::Ring ring = feature.part(p).ring(r);
      std::vector<Coord> vertices(ring.begin(), ring.end());
      if (change(vertices)) {
        rings.push_back(std::move(vertices));
      } else if (r == 0) {
        break;  // without a shell the part is gone
      }
    }
    if (rings.empty()) continue;
    to.begin_part();
    for (const auto& ring : rings) to.add_ring(ring);
  }
  return to;
}

bool has_whole_rings(const GeometryColumn& polygons) {
  const geom::FeatureGeometry feature = polygons[0];
  for (std::size_t p = 0; p < feature.part_count(); ++p) {
    for (std::size_t r = 0; r < feature.part(p).ring_count(); ++r) {
      const geom::Ring ring = feature.part(p).ring(r);
      if (ring.size() < 4 || !(ring.front() == ring.back())) return false;
    }
  }
  return true;
}

std::optional<double> wkt_parameter(const std::string& wkt, const std::string& name) {
  const std::size_t at = wkt.find("\"" + name + "\",");
  if (at == std::string::npos) return std::nullopt;
  const char* from = wkt.data() + at + name.size() + 3;
  double value = 0;
  if (std::from_chars(from, wkt.data() + wkt.size(), value).ec != std::errc()) return std::nullopt;
  return value;
}

std::string text_of(double value) { return std::isfinite(value) ? base::shortest(value) : fmt::format("{}", value); }
std::string text_of(Coord c) { return "(" + text_of(c.x) + " " + text_of(c.y) + ")"; }

// Where nothing is placed the project's own stands in.
crs::CoordinateReferenceSystem crs_of(const SourcePlace& place, const crs::CoordinateReferenceSystem& project) {
  return place.crs.empty() ? project : crs::CoordinateReferenceSystem::from_text(place.crs);
}

bool alters(const SourcePlace& place) { return place.swapped || place.fit || place.shift != crs::MapShift::none; }

}  // namespace

std::optional<Coord> first_corner(std::span<const std::uint8_t> wkb) {
  const std::uint32_t type = wkb_type(wkb);
  if (type == 0) return std::nullopt;
  const auto own = kind_of_type(type);
  for (const GeometryKind kind : {GeometryKind::polygon, GeometryKind::line, GeometryKind::point}) {
    if (own && *own != kind) continue;
    GeometryColumn column(kind);
    try {
      geom::append_wkb(column, wkb);
    } catch (const base::Error&) {
      return std::nullopt;
    }
    if (const std::span<const Coord> vertices = column[0].vertices(); !vertices.empty()) return vertices.front();
  }
  return std::nullopt;
}

GeometryIntake::GeometryIntake(SourcePlace place, const crs::CoordinateReferenceSystem& project, bool keeps_originals,
                               ImportLog& log)
    : m_place(std::move(place)),
      m_source(crs_of(m_place, project)),
      m_project(project),
      m_keeps_originals(keeps_originals),
      m_log(log),
      m_taker(*this) {
  for (const io::Warning& warning : m_place.said) m_log.add(io::Warning(warning));
  if (m_taker.is_ballpark()) {
    m_log.add("", "", "crs-datum",
              base::say("between {} and {} PROJ knows no datum shift: positions may be off by up to 100 m; ask for "
                        "points known in both (--control-points FILE.csv) or the local transformation parameters",
                        m_source.code(), m_project.code()));
  }
  const auto meridian = wkt_parameter(m_source.wkt(), "central_meridian");
  const auto easting = wkt_parameter(m_source.wkt(), "false_easting");
  if (m_source.wkt().find("\"Transverse_Mercator\"") != std::string::npos && meridian && easting) {
    const double prefix = (*easting - 500000) / 1e6;
    m_gauss = prefix == std::floor(prefix) && prefix >= 0 && prefix < 60 && *meridian >= 72 && *meridian <= 138;
    m_false_easting_prefix = prefix;
    m_zones = {static_cast<int>(std::lround(*meridian / 3)), static_cast<int>(std::lround((*meridian + 3) / 6))};
  }
}

GeometryIntake::Taker::Taker(const GeometryIntake& intake)
    : m_intake(intake),
      m_to_project(intake.m_place.shift == crs::MapShift::none ? intake.m_source
                                                               : crs::CoordinateReferenceSystem::from_text("EPSG:4326"),
                   intake.m_project) {
  const bool in_plane = intake.m_source.area_of_use() && !intake.m_source.is_geographic();
  if (in_plane || intake.m_place.shift != crs::MapShift::none) {
    m_to_degrees.emplace(intake.m_source, crs::CoordinateReferenceSystem::from_text("EPSG:4326"));
  }
}

bool GeometryIntake::Taker::has_place(Coord c) const {
  const auto area = m_intake.m_source.area_of_use();
  if (!area) return true;
  geom::Envelope box = area->buffered(margin_degrees);
  Coord place = c;
  if (m_to_degrees) {
    try {
      place = m_to_degrees->forward(c);
    } catch (const base::Error&) {
      return false;
    }
  }
  if (box.min_x > box.max_x - 2 * margin_degrees) return true;  // crosses the date line
  return std::isfinite(place.x) && std::isfinite(place.y) && box.contains(place);
}

bool GeometryIntake::Taker::in_area(Coord c) {
  // Neighbours are judged together: the area of use has no finer edges than a kilometre.
  constexpr double cell_m = 1000;
  constexpr double most_cells = 1e9;
  constexpr std::size_t cells_kept = 100000;
  const double metres = m_intake.m_source.metres_per_unit();
  const double column = std::floor(c.x * metres / cell_m);
  const double row = std::floor(c.y * metres / cell_m);
  if (!m_to_degrees || metres <= 0 || !(std::abs(column) < most_cells && std::abs(row) < most_cells)) {
    return has_place(c);
  }
  if (m_inside.size() > cells_kept) m_inside.clear();
  const auto [found, fresh] =
      m_inside.try_emplace({static_cast<std::int64_t>(column), static_cast<std::int64_t>(row)}, false);
  if (fresh) {
    const double side = cell_m / metres;
    const Coord low{column * side, row * side};
    found->second = has_place(low) && has_place({low.x + side, low.y}) && has_place({low.x, low.y + side}) &&
                    has_place({low.x + side, low.y + side});
  }
  return found->second || has_place(c);
}

bool GeometryIntake::Taker::in_zone(Coord c) {
  if (in_area(c)) return true;
  const double millions = std::floor(c.x / 1e6);
  const double prefix = m_intake.m_false_easting_prefix;
  if (m_intake.m_gauss && prefix > 0 && millions == 0) return in_area({c.x + prefix * 1e6, c.y});
  const bool numbered =
      m_intake.m_gauss && prefix == 0 && (millions == m_intake.m_zones[0] || millions == m_intake.m_zones[1]);
  return numbered && in_area({c.x - millions * 1e6, c.y});
}

Coord GeometryIntake::Taker::put_right(Coord c) const {
  const SourcePlace& place = m_intake.m_place;
  if (place.swapped) std::swap(c.x, c.y);
  return place.fit ? place.fit->parameters(c) : c;
}

Coord GeometryIntake::Taker::unshifted(Coord c) const {
  const crs::MapShift shift = m_intake.m_place.shift;
  return shift == crs::MapShift::none ? c : crs::unshifted(m_to_degrees->forward(c), shift);
}

TakenFacts GeometryIntake::Taker::look(Coord point, const std::string& feature, ImportLog& log) {
  TakenFacts facts;
  if (!std::isfinite(point.x) || !std::isfinite(point.y)) return facts;
  if (m_intake.m_keeps_originals) {
    GeometryColumn column(GeometryKind::point);
    column.begin_feature();
    column.begin_part();
    column.add_ring(std::span(&point, 1));
    log.keep(feature, "geom-null", base::say("the point of its columns x and y"), geom::to_wkb(column[0]));
  }
  if (m_intake.m_place.crs.empty()) return facts;
  facts.first = put_right(point);
  facts.place = place_of(facts.first);
  return facts;
}

// A local grid called Web Mercator lies about 0E 0N, which is in that CRS's area as every place is.
bool GeometryIntake::Taker::is_near_null_island(Coord c) const {
  constexpr double around_m = 1e6;
  const auto area = m_intake.m_source.area_of_use();
  const auto wanted = m_intake.m_project.area_of_use();
  return area && wanted && std::abs(c.x) < around_m && std::abs(c.y) < around_m && area->contains(Coord{0, 0}) &&
         !wanted->contains(Coord{0, 0}) && area->width() > 180;
}

Place GeometryIntake::Taker::place_of(Coord c) {
  const GeometryIntake& in = m_intake;
  if (in.m_source.is_geographic()) {
    if (std::abs(c.x) > 400 || std::abs(c.y) > 400) return Place::metres;
    // Most of what is in degrees may lie anywhere on Earth: then the project tells which way round they are.
    if (const auto area = in.m_project.area_of_use(); area && area->min_x <= area->max_x) {
      constexpr double around_degrees = 3;
      const geom::Envelope box = area->buffered(around_degrees);
      if (!box.contains(c) && box.contains(Coord{c.y, c.x})) return Place::swapped;
    }
    if (in_area(c)) return Place::fine;
    return in.m_source.area_of_use() && in_area({c.y, c.x}) ? Place::swapped : Place::outside;
  }
  const double millions = std::floor(c.x / 1e6);
  if (in.m_gauss && in.m_false_easting_prefix == 0 && millions >= 13 && millions <= 45) {
    return millions == in.m_zones[0] || millions == in.m_zones[1] ? Place::prefixed : Place::wrong_zone;
  }
  // Degrees, local grids and exchanged axes have no millions either.
  if (in.m_gauss && in.m_false_easting_prefix > 0 && millions == 0 && in_zone(c)) return Place::unprefixed;
  if (in.m_gauss && in.m_false_easting_prefix > 0 && millions >= 13 && millions <= 45 &&
      millions != in.m_false_easting_prefix) {
    return Place::wrong_zone;
  }
  if (in_area(c)) return is_near_null_island(c) ? Place::outside : Place::fine;
  if (const auto area = in.m_source.area_of_use(); area && area->buffered(margin_degrees).contains(c))
    return Place::degrees;
  if (in_zone({c.y, c.x})) return Place::swapped;
  constexpr double least_tenfold = 1e7;
  return c.y > least_tenfold && in_zone({c.x, c.y / 10}) ? Place::tenfold : Place::outside;
}

std::optional<Place> GeometryIntake::common_place() const {
  for (std::size_t place = 0; place < place_count; ++place) {
    if (m_judged > 0 && m_tallies[place].count == m_judged) return static_cast<Place>(place);
  }
  return std::nullopt;
}

void GeometryIntake::tally(Place place, Coord first, std::int64_t feature) {
  constexpr std::size_t corners_kept = 1000;
  ++m_judged;
  if (place == Place::fine) return;
  if (m_corners.size() < corners_kept) m_corners.push_back(first);
  Tally& tally = m_tallies[static_cast<std::size_t>(place)];
  if (++tally.count <= 10)
    tally.examples += (tally.examples.empty() ? "" : ", ") + std::to_string(feature) + " " + text_of(first);
}

std::optional<double> GeometryIntake::shift_of(Place place, Coord first) const {
  switch (place) {
    case Place::fine:
    case Place::outside:
      return 0;
    case Place::prefixed:
      return -std::floor(first.x / 1e6) * 1e6;
    case Place::unprefixed:
      return m_false_easting_prefix * 1e6;
    default:
      return std::nullopt;
  }
}

void GeometryIntake::count(const TakenFacts& taken, std::int64_t feature) {
  if (taken.place) tally(*taken.place, taken.first, feature);
  if (taken.state == TakenFacts::State::taken) m_centres.push_back({taken.centre, feature});
}

TakenGeometry GeometryIntake::Taker::take(std::span<const std::uint8_t> wkb, std::optional<GeometryKind> wanted,
                                          const std::string& feature, ImportLog& log) {
  TakenGeometry taken;
  const auto original = [&] { return geom::Bytes(wkb.begin(), wkb.end()); };
  const std::uint32_t type = wkb_type(wkb);
  if (wkb.empty() || type == 0) {
    log.add(feature, "", "geom-null", base::say("the feature has no geometry: it is kept without one"));
    return taken;
  }
  const auto own = kind_of_type(type);
  const auto read_as = [&](GeometryKind kind) {
    GeometryColumn read(kind);
    if (m_spare.kind() == kind) {
      read = std::move(m_spare);
      read.clear();
    }
    m_spare = GeometryColumn(kind);
    geom::append_wkb(read, wkb);
    return read;
  };
  const auto set_aside = [&](const std::string& code, const std::string& why) {
    log.add(feature, "", code,
            base::say("{}: the feature is kept without geometry, the original is in the import log", why), original());
    TakenGeometry without;
    without.place = taken.place;
    without.first = taken.first;
    return without;
  };

  // Nearly every polygon is plain and has nothing to be told of.
  geom::WkbSurvey survey;
  if (!geom::is_plain_polygon_wkb(wkb)) survey = geom::survey_wkb(wkb);
  if (survey.nested) return set_aside("nested", base::say("its members lie in each other more than 32 deep"));
  if (!survey.fault.empty()) return set_aside("geom", base::say("its bytes cannot be read ({})", survey.fault));
  if (survey.empty_members > 0 && survey.points + survey.lines + survey.areas > 0) {
    log.add(feature, "", "geom",
            base::say("{} members without coordinates (EMPTY) were left out", survey.empty_members), original());
  }

  const bool is_of_lines = own ? *own == GeometryKind::line : survey.lines > 0 && survey.areas == 0;
  GeometryColumn column;
  try {
    if (own && (!wanted || *wanted == *own)) {
      column = read_as(*own);
    } else if (!own &&
               !(is_of_lines && wanted == GeometryKind::polygon)) {  // a collection: its parts of the wanted kind
      for (const GeometryKind kind : {GeometryKind::polygon, GeometryKind::line, GeometryKind::point}) {
        if (wanted && *wanted != kind) continue;
        column = read_as(kind);
        if (!column[0].empty()) break;
      }
      if (column.size() == 0 || column[0].empty()) {
        if (survey.points + survey.lines + survey.areas == 0) {
          log.add(feature, "", "geom-null", base::say("the feature's geometry is empty: it is kept without one"));
          return taken;
        }
        taken.state = TakenGeometry::State::wrong_type;
        return taken;
      }
      const int kinds = (survey.points > 0 ? 1 : 0) + (survey.lines > 0 ? 1 : 0) + (survey.areas > 0 ? 1 : 0);
      if (kinds > 1) {
        log.add(feature, "", "geom-mixed",
                base::say("a collection of {} areas, {} lines and {} points: the parts of the other kinds were left "
                          "out, the original is in the import log",
                          survey.areas, survey.lines, survey.points),
                original());
      }
    } else if (*wanted == GeometryKind::polygon && is_of_lines) {
      const GeometryColumn lines = read_as(GeometryKind::line);
      bool all_closed = !lines[0].empty();
      GeometryColumn polygons(GeometryKind::polygon);
      polygons.begin_feature();
      for (std::size_t p = 0; p < lines[0].part_count(); ++p) {
        const geom::Ring line = lines[0].part(p).shell();
        all_closed = all_closed && line.size() >= 4 && line.front() == line.back();
        polygons.begin_part();
        polygons.add_ring(line);
      }
      if (!all_closed) {
        taken.state = TakenGeometry::State::wrong_type;
        return taken;
      }
      log.add_once("", "geom", base::say("closed lines were taken as the outlines of areas"));
      column = std::move(polygons);
    } else if (*wanted == GeometryKind::point && own == GeometryKind::polygon) {
      const GeometryColumn areas = read_as(GeometryKind::polygon);
      const Coord centre = geom::centroid(areas[0]);
      column = GeometryColumn(GeometryKind::point);
      column.begin_feature();
      column.begin_part();
      column.add_ring(std::span(&centre, 1));
      log.add_once("", "geom", base::say("areas were taken as their centres"));
    } else {
      taken.state = TakenGeometry::State::wrong_type;
      return taken;
    }
  } catch (const base::Error& error) {
    return set_aside("geom", base::say("its bytes cannot be read ({})", error.what()));
  }

  const std::span<const Coord> vertices = column[0].vertices();
  if (vertices.empty()) {
    log.add(feature, "", "geom-null", base::say("the feature's geometry is empty: it is kept without one"));
    return taken;
  }
  for (std::size_t i = 0; i < vertices.size(); ++i) {
    const Coord c = vertices[i];
    if (!std::isfinite(c.x) || !std::isfinite(c.y)) {
      return set_aside("geom-nonfinite",
                       base::say("the coordinates {} of vertex {} are no finite numbers", text_of(c), i + 1));
    }
    if (std::abs(c.x) > 1e9 || std::abs(c.y) > 1e9)
      return set_aside("geom-coordinate",
                       base::say("the coordinates {} of vertex {} are on no map", text_of(c), i + 1));
  }
  constexpr std::size_t many_vertices = 1000000;
  if (vertices.size() > many_vertices) {
    log.add(
        feature, "", "big",
        base::say("the outline has {} vertices, which makes every look at it slow: simplify it where that is allowed",
                  vertices.size()));
  }
  std::size_t rings = 0;
  for (std::size_t p = 0; p < column[0].part_count(); ++p) rings += column[0].part(p).ring_count();
  constexpr std::size_t many_rings = 10000;
  if (rings > many_rings) {
    log.add(feature, "", "big",
            base::say("the outline has {} rings, which makes every look at it slow: simplify it where that is allowed",
                      rings));
  }
  const SourcePlace& place = m_intake.m_place;
  if (m_intake.m_keeps_originals && (place.crs.empty() || alters(place) || place.overrules)) {
    log.keep(feature, place.crs.empty() ? place.keyword : "crs", base::say("the outline as it stands in the source"),
             original());
  }
  if (place.crs.empty()) return taken;
  if (place.swapped || place.fit) {
    column = rebuilt(column, column.kind(), [&](std::vector<Coord>& ring) {
      for (Coord& c : ring) c = put_right(c);
      return true;
    });
  }
  taken.first = column[0].vertices().front();
  taken.place = place_of(taken.first);
  const std::optional<double> shift_x = m_intake.shift_of(*taken.place, taken.first);
  if (!shift_x) return set_aside("geom-coordinate", base::say("its coordinates do not fit the CRS (see the summary)"));

  const GeometryKind kind = column.kind();
  std::size_t dropped = 0;
  Coord first_dropped;
  if (*shift_x != 0 || (kind == GeometryKind::polygon && !has_whole_rings(column))) {
    column = rebuilt(column, kind, [&](std::vector<Coord>& ring) {
      for (Coord& c : ring) c.x += *shift_x;
      if (kind != GeometryKind::polygon) return true;
      if (!(ring.front() == ring.back())) ring.push_back(ring.front());
      if (ring.size() >= 4) return true;
      if (dropped++ == 0) first_dropped = ring.front();
      return false;
    });
  }
  if (survey.unclosed_rings > 0) {
    log.add(
        feature, "", "geom-unclosed",
        base::say("{} rings do not end where they begin, the first at {}: closed, the original is in the import log",
                  survey.unclosed_rings, text_of(survey.first_unclosed)),
        original());
  }
  if (dropped > 0) {
    log.add(
        feature, "", "geom-zero-area",
        base::say("{} rings of fewer than 3 corners were left out, the first at {}", dropped, text_of(first_dropped)),
        original());
  }
  if (column[0].empty()) return set_aside("geom-zero-area", base::say("nothing of it has an area"));

  if (!m_to_project.is_identity() || place.shift != crs::MapShift::none) {
    try {
      if (place.shift != crs::MapShift::none) {
        column = rebuilt(column, kind, [&](std::vector<Coord>& ring) {
          for (Coord& c : ring) c = unshifted(c);
          return true;
        });
      }
      column = crs::transformed(column, m_to_project);
    } catch (const base::Error& error) {
      return set_aside("geom-coordinate",
                       base::say("it cannot be brought into {} ({})", m_intake.m_project.code(), error.what()));
    }
    for (const Coord c : column[0].vertices()) {
      if (!std::isfinite(c.x) || !std::isfinite(c.y))
        return set_aside("geom-coordinate", base::say("it cannot be brought into {}", m_intake.m_project.code()));
    }
  }
  if (kind != GeometryKind::point) {
    const bool degrees = m_intake.m_project.is_geographic();
    if (const auto repeated = geom::remove_repeated_vertices(column, degrees ? near_degrees : near_m,
                                                             degrees ? same_area_degrees : same_area_m2);
        repeated.equal + repeated.near > 0) {
      log.add(feature, "", "geom-duplicate-vertex",
              base::say("{} vertices repeat the one before, the first at {}: removed, the outline stays the same",
                        repeated.equal + repeated.near, text_of(repeated.first)),
              original());
    }
  }
  if (kind == GeometryKind::polygon) {
    if (const auto fault = geom::geos::invalidity(column[0])) {
      const double before = geom::area(column[0]);
      GeometryColumn valid(GeometryKind::polygon);
      if (!geom::geos::make_valid(column[0], valid)) {
        return set_aside("geom-zero-area", base::say("{} at {}, and nothing of area is left after repair",
                                                     fault->reason, text_of(fault->place)));
      }
      log.add(
          feature, "", "geom-invalid",
          base::say("{} at {}: repaired, area {} before and {} after; the original is in the import log", fault->reason,
                    text_of(fault->place), base::shortest(before), base::shortest(geom::area(valid[0]))),
          original());
      column = std::move(valid);
      taken.repaired = true;
    } else if (geom::area(column[0]) == 0) {
      log.add(feature, "", "geom-zero-area", base::say("the area is 0"));
    }
  }
  taken.centre = column[0].envelope().centre();
  taken.corners = column[0].vertex_count();
  if (kind == GeometryKind::polygon) taken.area = geom::area(column[0]);
  taken.state = TakenGeometry::State::taken;
  taken.column = std::move(column);
  return taken;
}

std::optional<Coord> GeometryIntake::Taker::project(Coord c) const {
  try {
    const Coord there = m_to_project.forward(unshifted(c));
    if (std::isfinite(there.x) && std::isfinite(there.y)) return there;
  } catch (const base::Error&) {
  }
  return std::nullopt;
}

std::optional<Coord> GeometryIntake::point(double x, double y, std::int64_t feature) {
  if (m_place.crs.empty()) return std::nullopt;
  const Coord c = m_taker.put_right({x, y});
  const Place place = m_taker.place_of(c);
  tally(place, c, feature);
  const std::optional<double> shift_x = shift_of(place, c);
  if (!shift_x) return std::nullopt;
  std::optional<Coord> there = m_taker.project({c.x + *shift_x, c.y});
  if (!there) {
    m_log.add(std::to_string(feature), "", "geom-coordinate",
              base::say("the point {} cannot be brought into {}", text_of(c), m_project.code()));
  }
  return there;
}

void GeometryIntake::finish() {
  const auto say = [&](Place place, const char* code, const std::string& what) {
    const Tally& tally = m_tallies[static_cast<std::size_t>(place)];
    if (tally.count == 0) return;
    m_log.add("", "", code,
              base::say("{} features: {} (feature and first corner: {}{})", tally.count, what, tally.examples,
                        tally.count > 10 ? ", ..." : ""));
  };
  const std::string code = m_source.code();
  say(Place::prefixed, "crs-zone",
      base::say("eastings begin with the zone number and {} has none: the zone number was taken off; if that is wrong "
                "use --crs with the zoned CRS",
                code));
  say(Place::unprefixed, "crs-zone",
      base::say("{} begins eastings with the zone number and these have none: it was put before", code));
  std::string named_zone;
  for (const Coord corner : m_corners) {
    const int zone = static_cast<int>(std::floor(corner.x / 1e6));
    if (named_zone.empty() && zone >= 13 && zone <= 45)
      named_zone = fmt::format("{}: EPSG:{}; ", zone, zone < 25 ? 4478 + zone : 4488 + zone);
  }
  say(Place::wrong_zone, "crs-zone",
      base::say(
          "eastings begin with the number of another zone than that of {}: kept without geometry; use --crs with the "
          "zone they name (CGCS2000: {}EPSG:4488 + the number for 25 to 45, EPSG:4478 + the number for 13 to 23)",
          code, named_zone));
  say(Place::swapped, "crs-axis",
      base::say("x and y are probably exchanged (exchanged they lie in the area of {}): kept without geometry; "
                "exchange the columns or the axes",
                code));
  say(Place::degrees, "crs-units",
      base::say("coordinates look like degrees and {} is in metres: kept without geometry; use --crs EPSG:4490 or 4326",
                code));
  say(Place::metres, "crs-units",
      base::say(
          "coordinates look like metres and {} is in degrees: kept without geometry; use --crs with the projected CRS",
          code));
  say(Place::tenfold, "extent",
      base::say("their northing has one digit too many (a tenth of it lies in the area of {}): kept without geometry; "
                "correct it in the source",
                code));
  say(Place::outside, "extent", base::say("they lie outside the area of use of {}, where it is not accurate", code));

  if (m_centres.empty()) return;
  const auto median = [](std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
  };
  std::vector<double> xs, ys;
  for (const Centre& centre : m_centres) xs.push_back(centre.at.x), ys.push_back(centre.at.y);
  const Coord middle{median(xs), median(ys)};
  if (const auto area = m_project.area_of_use();
      area && m_tallies[static_cast<std::size_t>(Place::outside)].count == 0) {
    const crs::Transformation to_degrees(m_project, crs::CoordinateReferenceSystem::from_text("EPSG:4326"));
    const Coord place = to_degrees.forward(middle);
    if (area->min_x <= area->max_x && !area->buffered(margin_degrees).contains(place)) {
      m_log.add("", "", "extent",
                base::say("the layer lies about {:.2f}E {:.2f}N, outside the area of use of the project's CRS {}: "
                          "planar areas are distorted there",
                          place.x, place.y, m_project.code()));
    }
  }

  // Strays: far from the others beyond all proportion, as a mistyped digit makes them.
  if (m_centres.size() < 3) return;
  std::vector<double> distances;
  for (const Centre& centre : m_centres)
    distances.push_back(std::hypot(centre.at.x - middle.x, centre.at.y - middle.y));
  const double usual = median(distances);
  const double least = m_project.is_geographic() ? 0.2 : 20000;
  std::size_t strays = 0;
  for (std::size_t i = 0; i < distances.size(); ++i) {
    if (distances[i] <= std::max(10 * usual, least) || ++strays > 20) continue;
    m_log.add(std::to_string(m_centres[i].feature), "", "extent",
              base::say("it lies {:.0f} times as far from the middle as the others, at {}: check its coordinates",
                        distances[i] / std::max(usual, 1e-9), text_of(m_centres[i].at)));
  }
}

}  // namespace zaitu::app
