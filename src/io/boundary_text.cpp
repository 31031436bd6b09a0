#include "io/boundary_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "base/message.h"
#include "base/utf8.h"
#include "geom/measure.h"
#include "io/refuse.h"

namespace zaitu::io {

namespace {

using geom::Coord;

constexpr double square_metres_of_hectare = 10000;

std::vector<std::string> cells_of(std::string_view line) {
  std::string text(line);
  for (const std::string_view wide : {"，", "\t"}) {
    for (std::size_t at = 0; (at = text.find(wide, at)) != std::string::npos; ++at) text.replace(at, wide.size(), ",");
  }
  std::vector<std::string> cells;
  std::string_view rest = text;
  for (;;) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    cells.emplace_back(base::trim(rest.substr(0, end)));
    if (end == rest.size()) return cells;
    rest.remove_prefix(end + 1);
  }
}

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

// "J12", "J1-1", "12": what a point is called.
bool is_point_name(std::string_view text) {
  if (text.empty()) return false;
  const bool letter = text.front() == 'J' || text.front() == 'j' || text.front() == 'K' || text.front() == 'k';
  if (letter) text.remove_prefix(1);
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

struct Point {
  int ring = 1;
  double first = 0, second = 0;  // in the order of the text
};

// nullopt: the line is none of a point.
std::optional<Point> point_of(const std::vector<std::string>& cells) {
  std::vector<std::string> found = cells;
  while (!found.empty() && found.back().empty()) found.pop_back();
  if (found.size() < 3 || found.size() > 5 || !is_point_name(found[0])) return std::nullopt;
  const std::size_t coordinates = found.size() == 3 ? 1 : 2;
  const auto x = number_of(found[coordinates]), y = number_of(found[coordinates + 1]);
  // Coordinates on a map have more than three digits before the point; a parcel's facts do not.
  if (!x || !y || std::abs(*x) < 1000 || std::abs(*y) < 1000) return std::nullopt;
  Point point{1, *x, *y};
  if (coordinates == 2) {
    const auto ring = number_of(found[1]);
    if (!ring || *ring < 0 || *ring > 1e6 || *ring != std::floor(*ring)) return std::nullopt;
    point.ring = std::max(1, static_cast<int>(*ring));
  }
  return point;
}

// "点数,面积,编号,名称,面,图幅号,用途,地类,@", or without the front ("1,地块1,面,,@").
BoundaryParcel facts_of(std::vector<std::string> cells, std::size_t line) {
  BoundaryParcel parcel;
  parcel.line = line;
  while (!cells.empty() && (cells.back().empty() || cells.back() == "@")) cells.pop_back();
  const auto figure = std::find_if(
      cells.begin(), cells.end(), [](const std::string& cell) { return cell == "面" || cell == "线" || cell == "点"; });
  constexpr std::size_t full_front = 4;
  const std::size_t front =
      figure == cells.end() ? std::min(full_front, cells.size()) : static_cast<std::size_t>(figure - cells.begin());
  const auto cell = [&](std::size_t i) { return i < cells.size() ? cells[i] : std::string(); };
  if (front >= full_front) {
    if (const auto points = number_of(cell(0)); points && *points >= 0 && *points < 1e9)
      parcel.points = static_cast<std::int64_t>(*points);
    parcel.area_ha = number_of(cell(1));
    parcel.code = cell(2);
    parcel.name = cell(3);
  } else {
    parcel.code = cell(0);
    parcel.name = front > 1 ? cell(1) : "";
  }
  const std::size_t rest = figure == cells.end() ? full_front : front;
  parcel.figure = cell(rest);
  parcel.sheet = cell(rest + 1);
  parcel.use = cell(rest + 2);
  parcel.land_class = cell(rest + 3);
  return parcel;
}

// EPSG codes of the Gauss-Kruger zones of the three datums, in the registry since 6.0: the first zone's, with and
// without the zone's number in the easting, for zones of 3 degrees (from 25) and of 6 (from 13).
struct ZoneCodes {
  int zoned_3, plain_3, zoned_6, plain_6;
};
constexpr ZoneCodes cgcs2000{4513, 4534, 4491, 4502}, xian_1980{2349, 2370, 2327, 2338},
    beijing_1954{2401, 2422, 21413, 21453};

std::optional<int> epsg_of(const ZoneCodes& codes, int degrees, int zone, bool prefixed) {
  if (degrees == 3 && zone >= 25 && zone <= 45) return (prefixed ? codes.zoned_3 : codes.plain_3) + zone - 25;
  if (degrees == 6 && zone >= 13 && zone <= 23) return (prefixed ? codes.zoned_6 : codes.plain_6) + zone - 13;
  return std::nullopt;
}

class Parser {
 public:
  Parser(std::string_view text, std::string name) : m_text(text), m_name(std::move(name)) {}

  BoundaryText parse() {
    if (m_text.starts_with("\xEF\xBB\xBF")) m_text.remove_prefix(3);
    for (std::size_t line = 1; !m_text.empty(); ++line) {
      const std::size_t end = std::min(m_text.find('\n'), m_text.size());
      take_line(base::trim(m_text.substr(0, end)), line);
      m_text.remove_prefix(std::min(end + 1, m_text.size()));
    }
    if (m_parcels.empty()) refuse(base::say("no-features: {} holds no boundary points", m_name));
    decide_axes();
    decide_crs();
    for (std::size_t i = 0; i < m_parcels.size(); ++i) add_parcel(i);
    return std::move(m_made);
  }

 private:
  struct Parcel {
    BoundaryParcel facts;
    std::vector<Point> points;
  };

  void warn(std::size_t parcel, const std::string& code, const std::string& message) {
    m_made.warnings.push_back({std::to_string(parcel + 1), "", code, message});
  }

  void take_line(std::string_view line, std::size_t number) {
    if (line.empty()) return;
    if (line.front() == '[') {
      m_in_head = line.find("属性") != line.npos;
      return;
    }
    if (const std::size_t equals = line.find('='); m_in_head && equals != line.npos) {
      m_head[std::string(base::trim(line.substr(0, equals)))] = base::trim(line.substr(equals + 1));
      return;
    }
    const std::vector<std::string> cells = cells_of(line);
    if (const auto point = point_of(cells)) {
      m_in_head = false;
      if (m_parcels.empty()) m_parcels.push_back({});
      m_parcels.back().points.push_back(*point);
      return;
    }
    if (m_in_head) return;
    if (is_point_name(cells.front()) && (cells.front().front() == 'J' || cells.front().front() == 'j')) {
      refuse(base::say("number: {}: line {} is a boundary point without two coordinates: \"{}\"", m_name, number,
                       line.substr(0, 80)));
    }
    // The points before it without a line of facts are a parcel of their own.
    m_parcels.push_back({facts_of(cells, number), {}});
  }

  // X is the northing by the rules; some programs write the easting first. In China an easting with its zone begins
  // with 13 to 45 millions, one without is below a million, and a northing lies between 0.3 and 6 millions.
  void decide_axes() {
    std::size_t usual = 0, exchanged = 0, prefixed = 0, all = 0;
    std::map<int, std::size_t> zones;
    const auto has_prefix = [](double v) { return v >= 13e6 && v < 46e6; };
    const auto is_northing = [](double v) { return v >= 1e6 && v < 6.2e6; };
    const auto is_easting = [&](double v) { return has_prefix(v) || (v > 0 && v < 1e6); };
    for (const Parcel& parcel : m_parcels) {
      for (const Point& point : parcel.points) {
        ++all;
        if (is_northing(point.first) && is_easting(point.second)) ++usual;
        if (is_northing(point.second) && is_easting(point.first)) ++exchanged;
      }
    }
    m_exchanged = exchanged > usual && 2 * exchanged > all;
    if (m_exchanged) {
      m_made.warnings.push_back({"", "", "crs-axis",
                                 base::say("the points are written with the easting first (Y,X); the form wants X "
                                           "(north) first: they were exchanged")});
    }
    for (const Parcel& parcel : m_parcels) {
      for (const Point& point : parcel.points) {
        const double east = m_exchanged ? point.first : point.second;
        if (!has_prefix(east)) continue;
        ++prefixed;
        ++zones[static_cast<int>(east / 1e6)];
      }
    }
    m_prefixed = 2 * prefixed > all;
    for (const auto& [zone, count] : zones) {
      if (m_prefix_zone == 0 || count > zones[m_prefix_zone]) m_prefix_zone = zone;
    }
  }

  void decide_crs() {
    const std::string system = m_head["坐标系"];
    const auto holds = [&](const char* part) { return system.find(part) != std::string::npos; };
    const ZoneCodes* codes = nullptr;
    if (holds("2000") || base::ascii_lower(system).find("cgcs") != std::string::npos) codes = &cgcs2000;
    if (holds("80") && !holds("2000")) codes = &xian_1980;
    if (holds("54")) codes = &beijing_1954;
    const auto whole = [&](const char* key) {
      const auto value = number_of(m_head[key]);
      return value && *value > 0 && *value < 100 ? static_cast<int>(*value) : 0;
    };
    int degrees = whole("几度分带");
    int zone = whole("带号");
    if (zone == 0) zone = m_prefix_zone;
    if (degrees == 0) degrees = zone >= 25 ? 3 : 6;  // numbers of the two do not overlap in China
    if (m_prefixed && zone != m_prefix_zone) {
      m_made.warnings.push_back(
          {"", "", "crs-zone",
           base::say("the head says zone {} and the eastings begin with {}: the zone of the eastings was taken", zone,
                     m_prefix_zone)});
      zone = m_prefix_zone;
      degrees = zone >= 25 ? 3 : 6;
    }
    if (codes == nullptr) return;
    if (const auto epsg = epsg_of(*codes, degrees, zone, m_prefixed)) {
      m_made.crs = "EPSG:" + std::to_string(*epsg);
      m_made.crs_how = base::say("from the head: {}, zone {} of {} degrees{}", system, zone, degrees,
                                 m_prefixed ? base::say(", with zone number") : "");
    }
  }

  void add_parcel(std::size_t index) {
    Parcel& parcel = m_parcels[index];
    const auto count = static_cast<std::int64_t>(parcel.points.size());
    if (parcel.facts.points && count < *parcel.facts.points - 1) {
      const std::string what = base::say("parcel \"{}\" (line {}) says {} points and has {}", parcel.facts.code,
                                         parcel.facts.line, *parcel.facts.points, count);
      if (index + 1 == m_parcels.size()) {
        refuse(base::say("truncated: {}: {}; the end of the file is missing, fetch it again", m_name, what));
      }
      warn(index, "record-count", what);
    }
    const std::vector<std::vector<Coord>> rings = rings_of(parcel.points);
    add_outline(rings);
    const double area = geom::area(m_made.outlines[m_made.outlines.size() - 1]);
    compare_area(index, parcel.facts, area);
    m_made.parcels.push_back(std::move(parcel.facts));
  }

  std::vector<std::vector<Coord>> rings_of(const std::vector<Point>& points) const {
    std::vector<std::vector<Coord>> rings;
    int ring = 0;
    for (const Point& point : points) {
      const Coord at = m_exchanged ? Coord{point.first, point.second} : Coord{point.second, point.first};
      const bool was_closed = !rings.empty() && rings.back().size() > 3 && rings.back().front() == rings.back().back();
      if (rings.empty() || point.ring != ring || was_closed) rings.emplace_back();
      ring = point.ring;
      rings.back().push_back(at);
    }
    return rings;
  }

  // A ring inside the one before is its hole; others are parts of their own.
  void add_outline(const std::vector<std::vector<Coord>>& rings) {
    geom::GeometryColumn& to = m_made.outlines;
    to.begin_feature();
    geom::GeometryColumn shell(geom::GeometryKind::polygon);
    for (const std::vector<Coord>& ring : rings) {
      bool is_hole = false;
      if (shell.size() > 0) {
        const auto inside =
            std::count_if(ring.begin(), ring.end(), [&](Coord c) { return geom::contains(shell[0], c); });
        is_hole = 2 * static_cast<std::size_t>(inside) > ring.size();
      }
      if (!is_hole) {
        to.begin_part();
        shell = geom::GeometryColumn(geom::GeometryKind::polygon);
        shell.begin_feature();
        shell.begin_part();
        std::vector<Coord> closed = ring;
        if (closed.front() != closed.back()) closed.push_back(closed.front());
        shell.add_ring(closed);
      }
      to.add_ring(ring);
    }
  }

  void compare_area(std::size_t index, const BoundaryParcel& facts, double area_m2) {
    if (!facts.area_ha || *facts.area_ha <= 0 || area_m2 <= 0) return;
    const auto is_like = [&](double written_m2) {
      constexpr double share = 0.005, rounding_m2 = 1;  // four decimals of a hectare
      return std::abs(written_m2 - area_m2) <= std::max(rounding_m2, share * area_m2);
    };
    constexpr double square_metres_of_mu = 2000.0 / 3;
    if (is_like(*facts.area_ha * square_metres_of_hectare)) return;
    std::string message = base::say("its line says {} hectares, its outline has {:.2f} m²", *facts.area_ha, area_m2);
    const char* code = "unit";
    if (is_like(*facts.area_ha * square_metres_of_mu)) {
      message = base::say("its line says {} hectares, its outline has {:.2f} m²: the number is probably in mu",
                          *facts.area_ha, area_m2);
    } else if (is_like(*facts.area_ha)) {
      message =
          base::say("its line says {} hectares, its outline has {:.2f} m²: the number is probably in square metres",
                    *facts.area_ha, area_m2);
    } else {
      code = "area";
    }
    warn(index, code, message);
  }

  std::string_view m_text;
  std::string m_name;
  BoundaryText m_made;
  std::map<std::string, std::string> m_head;
  std::vector<Parcel> m_parcels;
  bool m_in_head = false, m_exchanged = false, m_prefixed = false;
  int m_prefix_zone = 0;
};

}  // namespace

bool is_boundary_text(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  if (head.find("[地块坐标]") != head.npos || head.find("[属性描述]") != head.npos) return true;
  const std::string_view line = base::trim(head.substr(0, head.find('\n')));
  return !line.empty() && (line.front() == 'J' || line.front() == 'j') && point_of(cells_of(line)).has_value();
}

BoundaryText parse_boundary_text(std::string_view text, const std::string& name) { return Parser(text, name).parse(); }

std::vector<BoundaryPoint> boundary_points(const geom::FeatureGeometry& outline) {
  std::vector<BoundaryPoint> points;
  int number = 0, ring_number = 0;
  for (std::size_t p = 0; p < outline.part_count(); ++p) {
    for (std::size_t r = 0; r < outline.part(p).ring_count(); ++r) {
      const geom::Ring ring = outline.part(p).ring(r);
      if (ring.size() < 4) continue;
      std::vector<Coord> corners(ring.begin(), ring.end() - 1);
      // Shells clockwise, holes the other way.
      if ((geom::signed_area(ring) > 0) == (r == 0)) std::reverse(corners.begin(), corners.end());
      const auto north_west = std::max_element(corners.begin(), corners.end(), [](Coord a, Coord b) {
        const double of_a = a.y - a.x, of_b = b.y - b.x;
        return of_a != of_b ? of_a < of_b : a.y < b.y;
      });
      std::rotate(corners.begin(), north_west, corners.end());
      ++ring_number;
      const int first = number + 1;
      for (const Coord corner : corners) points.push_back({++number, ring_number, corner, false});
      points.push_back({first, ring_number, corners.front(), true});
    }
  }
  return points;
}

std::string write_boundary_text(const BoundaryHead& head, const std::vector<BoundaryParcel>& parcels,
                                const geom::GeometryColumn& outlines) {
  // What would end a field or a line stands as a blank.
  const auto plain = [](std::string text) {
    for (char& c : text) {
      if (c == ',' || static_cast<unsigned char>(c) < ' ') c = ' ';
    }
    return text;
  };
  std::string text = fmt::format(
      "[属性描述]\r\n格式版本号=1.01版本\r\n数据产生单位={}\r\n数据产生日期={}\r\n坐标系=2000国家大地坐标系\r\n"
      "几度分带={}\r\n投影类型=高斯克吕格\r\n计量单位=米\r\n带号={}\r\n精度=0.0001\r\n转换参数=,,,,,,\r\n[地块坐标]"
      "\r\n",
      plain(head.producer), head.date, head.zone_degrees, head.zone);
  for (std::size_t i = 0; i < parcels.size(); ++i) {
    const BoundaryParcel& parcel = parcels[i];
    const std::vector<BoundaryPoint> points = boundary_points(outlines[i]);
    text += fmt::format("{},{:.4f},{},{},面,{},{},{},@\r\n", points.size(),
                        geom::area(outlines[i]) / square_metres_of_hectare, plain(parcel.code), plain(parcel.name),
                        plain(parcel.sheet), plain(parcel.use), plain(parcel.land_class));
    for (const BoundaryPoint& point : points)
      text += fmt::format("J{},{},{:.4f},{:.4f}\r\n", point.number, point.ring, point.at.y, point.at.x);
  }
  return text;
}

}  // namespace zaitu::io
