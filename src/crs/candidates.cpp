#include "crs/candidates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/message.h"

namespace zaitu::crs {

namespace {

using geom::Coord;
using geom::Envelope;

constexpr double false_easting_m = 500000;
constexpr double prefix_m = 1e6;
constexpr double least_share = 0.5;  // of the coordinates, for a candidate to be one
constexpr double clear_share = 0.8;  // for it to be the answer
constexpr double around_layers_degrees = 0.3;
constexpr double around_area_degrees = 0.5;
constexpr double same_place_degrees = 0.02;  // two kilometres: datums and the scale of UTM lie closer
const Envelope country{73, 17, 136, 54.5};

Landing landing_of(Coord place, const ExpectedPlace& expected) {
  if (!std::isfinite(place.x) || !std::isfinite(place.y)) return Landing::nowhere;
  if (expected.layers && expected.layers->buffered(around_layers_degrees).contains(place)) return Landing::layers;
  if (expected.area && expected.area->buffered(around_area_degrees).contains(place)) return Landing::area;
  return country.contains(place) ? Landing::country : Landing::nowhere;
}

Coord middle_of(std::vector<Coord> places) {
  const auto middle = [&](double Coord::*axis) {
    const auto at = places.begin() + static_cast<std::ptrdiff_t>(places.size() / 2);
    std::nth_element(places.begin(), at, places.end(), [&](Coord a, Coord b) { return a.*axis < b.*axis; });
    return (*at).*axis;
  };
  const double x = middle(&Coord::x);
  return {x, middle(&Coord::y)};
}

// From a Gauss-Krueger zone's metres to degrees, relative to its meridian. All zones of all datums are the one PROJ
// knows as EPSG:4549, turned about the axis of the Earth: to the accuracy of a datum shift.
class Zones {
 public:
  Zones()
      : m_to_degrees(CoordinateReferenceSystem::from_text("EPSG:4549"),
                     CoordinateReferenceSystem::from_text("EPSG:4490")) {}
  // `easting` with the false easting and without a prefix.
  std::optional<Coord> from_meridian(double easting, double northing) const {
    if (std::abs(easting - false_easting_m) > 6e5 || northing < 1.5e6 || northing > 6.5e6) return std::nullopt;
    const Coord place = m_to_degrees.forward(Coord{easting, northing});
    constexpr double meridian = 120;
    return Coord{place.x - meridian, place.y};
  }

 private:
  Transformation m_to_degrees;
};

struct Family {
  const char* name;
  int first_zone, last_zone, step_degrees;  // 3 or 6
  int first_prefixed, first_plain;          // EPSG codes of the first zone
  bool older;
};
constexpr std::array families{
    Family{"CGCS2000 / 3-degree Gauss-Kruger", 25, 45, 3, 4513, 4534, false},
    Family{"CGCS2000 / Gauss-Kruger", 13, 23, 6, 4491, 4502, false},
    Family{"Xian 1980 / 3-degree Gauss-Kruger", 25, 45, 3, 2349, 2370, true},
    Family{"Xian 1980 / Gauss-Kruger", 13, 23, 6, 2327, 2338, true},
    Family{"Beijing 1954 / 3-degree Gauss-Kruger", 25, 45, 3, 2401, 2422, true},
    Family{"Beijing 1954 / Gauss-Kruger", 13, 23, 6, 21413, 21453, true},
};
// How far from its meridian a zone is used: beyond its rim, as towns on a rim do.
double reach_of(const Family& family) { return family.step_degrees == 3 ? 2.1 : 3.6; }
int meridian_of(const Family& family, int zone) { return family.step_degrees == 3 ? 3 * zone : 6 * zone - 3; }

// The project's own zone, whichever way it writes its eastings.
bool is_same_zone(int epsg, const Family& family, int zone) {
  const int index = zone - family.first_zone;
  return epsg != 0 && (epsg == family.first_prefixed + index || epsg == family.first_plain + index);
}

class Asking {
 public:
  Asking(std::span<const Coord> sample, const ExpectedPlace& expected) : m_sample(sample), m_expected(expected) {}

  // `place_of`: degrees of a coordinate; nullopt: it can be none of this system.
  template <class PlaceOf>
  void ask(Candidate candidate, const PlaceOf& place_of) {
    std::vector<Coord> places;
    places.reserve(m_sample.size());
    std::array<std::size_t, 4> landed{};
    for (const Coord c : m_sample) {
      const std::optional<Coord> place = place_of(candidate.swapped ? Coord{c.y, c.x} : c);
      if (!place) continue;
      const Landing landing = landing_of(*place, m_expected);
      if (landing == Landing::nowhere) continue;
      ++landed[static_cast<std::size_t>(landing)];
      places.push_back(*place);
    }
    const auto all = static_cast<double>(m_sample.size());
    candidate.share = static_cast<double>(places.size()) / all;
    if (candidate.share < least_share) return;
    std::size_t so_far = 0;
    for (const Landing landing : {Landing::layers, Landing::area, Landing::country}) {
      so_far += landed[static_cast<std::size_t>(landing)];
      if (static_cast<double>(so_far) < least_share * all) continue;
      candidate.landing = landing;
      break;
    }
    candidate.lon_lat = middle_of(std::move(places));
    m_list.ranked.push_back(std::move(candidate));
  }

  void ask_zones(const Zones& zones, bool swapped) {
    // The way back from the plane is the same for all zones: it is gone once.
    struct Unfolded {
      double prefix = 0;
      std::optional<Coord> place;  // x: degrees from the meridian
    };
    std::vector<Unfolded> unfolded;
    unfolded.reserve(m_sample.size());
    bool any_prefix = false;
    bool any_plain = false;
    for (const Coord given : m_sample) {
      const Coord c = swapped ? Coord{given.y, given.x} : given;
      Unfolded one;
      one.prefix = std::floor(c.x / prefix_m);
      one.place = zones.from_meridian(c.x - one.prefix * prefix_m, c.y);
      any_prefix = any_prefix || one.prefix > 0;
      any_plain = any_plain || one.prefix == 0;
      unfolded.push_back(one);
    }
    for (const Family& family : families) {
      for (int zone = family.first_zone; zone <= family.last_zone; ++zone) {
        const int meridian = meridian_of(family, zone);
        for (const bool prefixed : {false, true}) {
          if (prefixed ? !any_prefix : !any_plain) continue;
          Candidate candidate;
          candidate.swapped = swapped;
          candidate.prefixed = prefixed;
          candidate.older_datum = family.older;
          candidate.is_project = is_same_zone(m_expected.epsg, family, zone);
          candidate.epsg = (prefixed ? family.first_prefixed : family.first_plain) + zone - family.first_zone;
          candidate.name =
              prefixed ? fmt::format("{} zone {}", family.name, zone) : fmt::format("{} CM {}E", family.name, meridian);
          std::size_t next = 0;
          std::size_t own = 0;  // written as this candidate writes them
          double distance = 0;
          ask(candidate, [&](Coord) -> std::optional<Coord> {
            const Unfolded& one = unfolded[next++];
            // The rows of a layer that is half with and half without zone number are of one zone.
            if (!one.place || (one.prefix != 0 && one.prefix != zone)) return std::nullopt;
            if (std::abs(one.place->x) > reach_of(family)) return std::nullopt;
            if ((one.prefix == 0) != prefixed) ++own;
            distance = std::max(distance, std::abs(one.place->x));
            return Coord{meridian + one.place->x, one.place->y};
          });
          if (m_list.ranked.empty() || m_list.ranked.back().epsg != candidate.epsg) continue;
          Candidate& taken = m_list.ranked.back();
          taken.from_meridian = distance;
          // Of the two ways to write the same zone that of more rows.
          if (2 * own < m_sample.size() || (2 * own == m_sample.size() && prefixed)) m_list.ranked.pop_back();
        }
      }
    }
  }

  CandidateList take() {
    for (Candidate& one : m_list.ranked) one.is_project = one.is_project || one.epsg == m_expected.epsg;
    const Coord target = m_expected.layers ? m_expected.layers->centre()
                         : m_expected.area ? m_expected.area->centre()
                                           : country.centre();
    // In steps, so that what lies at the same place stays in the order in which it was asked.
    const auto far = [&](const Candidate& one) {
      return std::round(std::hypot(one.lon_lat.x - target.x, one.lon_lat.y - target.y) / same_place_degrees);
    };
    std::stable_sort(m_list.ranked.begin(), m_list.ranked.end(), [&](const Candidate& a, const Candidate& b) {
      if (a.landing != b.landing) return a.landing > b.landing;
      if (a.swapped != b.swapped) return b.swapped;
      if (a.is_project != b.is_project) return a.is_project;
      if (a.older_datum != b.older_datum) return b.older_datum;
      return far(a) < far(b);
    });
    drop_repeated();
    m_list.clear = is_clear();
    return std::move(m_list);
  }

  const CandidateList& list() const { return m_list; }

 private:
  static bool is_same_place(const Candidate& a, const Candidate& b) {
    return std::hypot(a.lon_lat.x - b.lon_lat.x, a.lon_lat.y - b.lon_lat.y) < same_place_degrees;
  }
  // A six-degree zone's meridian is a three-degree zone's too: without prefix one name for it is enough.
  void drop_repeated() {
    std::vector<Candidate> kept;
    kept.reserve(m_list.ranked.size());
    for (Candidate& one : m_list.ranked) {
      const bool repeated = std::any_of(kept.begin(), kept.end(), [&](const Candidate& other) {
        return !one.prefixed && one.from_meridian > 0 && other.from_meridian == one.from_meridian &&
               other.swapped == one.swapped && is_same_place(one, other) && !other.prefixed &&
               one.name.substr(0, 4) == other.name.substr(0, 4);
      });
      if (!repeated) kept.push_back(std::move(one));
    }
    m_list.ranked = std::move(kept);
  }
  bool is_clear() const {
    if (m_list.ranked.empty()) return false;
    const Candidate& best = m_list.ranked.front();
    if (best.share < clear_share) return false;
    for (std::size_t i = 1; i < m_list.ranked.size(); ++i) {
      const Candidate& other = m_list.ranked[i];
      if (is_same_place(best, other)) continue;
      if (other.landing < best.landing || (best.is_project && best.landing > Landing::country)) continue;
      if (other.swapped && !best.swapped && best.landing > Landing::country) continue;
      return false;
    }
    // Somewhere in the country says little, unless the coordinates name their zone or are degrees.
    return best.landing > Landing::country || best.prefixed || best.from_meridian == 0;
  }

  std::span<const Coord> m_sample;
  const ExpectedPlace& m_expected;
  CandidateList m_list;
};

void ask_degrees(Asking& asking, bool swapped) {
  const auto degrees = [](Coord c) -> std::optional<Coord> {
    if (std::abs(c.x) > 180 || std::abs(c.y) > 90) return std::nullopt;
    return c;
  };
  Candidate candidate;
  candidate.swapped = swapped;
  candidate.epsg = 4490;
  candidate.name = "China Geodetic Coordinate System 2000";
  asking.ask(candidate, degrees);
  candidate.epsg = 4326;
  candidate.name = "WGS 84";
  asking.ask(candidate, degrees);
}

void ask_web_mercator(Asking& asking, bool swapped) {
  Candidate candidate;
  candidate.swapped = swapped;
  candidate.epsg = 3857;
  candidate.name = "WGS 84 / Pseudo-Mercator";
  asking.ask(candidate, [](Coord c) -> std::optional<Coord> {
    constexpr double radius_m = 6378137;
    constexpr double edge_m = 20037509;
    if (std::abs(c.x) > edge_m || std::abs(c.y) > edge_m || std::abs(c.x) < 1000) return std::nullopt;
    constexpr double degrees = 180 / std::numbers::pi;
    return Coord{c.x / radius_m * degrees, std::atan(std::sinh(c.y / radius_m)) * degrees};
  });
}

void ask_utm(Asking& asking, const Zones& zones) {
  constexpr int first = 43;
  constexpr int last = 53;
  for (int zone = first; zone <= last; ++zone) {
    const double meridian = 6.0 * zone - 183;
    Candidate candidate;
    candidate.epsg = 32600 + zone;
    candidate.name = fmt::format("WGS 84 / UTM zone {}N", zone);
    candidate.from_meridian = 1;  // it has one
    asking.ask(candidate, [&](Coord c) -> std::optional<Coord> {
      constexpr double scale = 0.9996;
      const auto place = zones.from_meridian((c.x - false_easting_m) / scale + false_easting_m, c.y / scale);
      constexpr double reach = 3.6;
      if (!place || std::abs(place->x) > reach) return std::nullopt;
      return Coord{meridian + place->x, place->y};
    });
  }
}

}  // namespace

CandidateList candidates_for(std::span<const Coord> sample, const ExpectedPlace& expected) {
  std::vector<Coord> finite;
  finite.reserve(sample.size());
  for (const Coord c : sample) {
    if (std::isfinite(c.x) && std::isfinite(c.y)) finite.push_back(c);
  }
  if (finite.empty()) return {};
  const Zones zones;
  Asking asking(finite, expected);
  for (const bool swapped : {false, true}) {
    ask_degrees(asking, swapped);
    asking.ask_zones(zones, swapped);
    ask_web_mercator(asking, swapped);
    if (!swapped) ask_utm(asking, zones);
  }
  CandidateList list = asking.take();
  list.local = list.ranked.empty() && looks_local(finite);
  return list;
}

bool looks_local(std::span<const Coord> sample) {
  constexpr double largest = 1e6;
  constexpr double largest_degree = 360;
  std::size_t local = 0;
  for (const Coord c : sample) {
    const double size = std::max(std::abs(c.x), std::abs(c.y));
    if (size > largest_degree && size < largest) ++local;
  }
  return !sample.empty() && static_cast<double>(local) >= clear_share * static_cast<double>(sample.size());
}

std::string reason_of(const Candidate& candidate) {
  std::string why = candidate.swapped ? base::say("with x and y exchanged lands at {:.3f}E {:.3f}N",
                                                  candidate.lon_lat.x, candidate.lon_lat.y)
                                      : base::say("lands at {:.3f}E {:.3f}N", candidate.lon_lat.x, candidate.lon_lat.y);
  switch (candidate.landing) {
    case Landing::layers:
      why += base::say(", where the project's layers lie");
      break;
    case Landing::area:
      why += base::say(", in the area of the project's CRS");
      break;
    default:
      why += base::say(", elsewhere in the country");
  }
  if (candidate.prefixed) why += base::say(", eastings begin with the zone number");
  if (candidate.older_datum) why += base::say(", older datum: up to about 100 m from CGCS2000");
  return why;
}

}  // namespace zaitu::crs
