#include <fmt/format.h>
#include <geodesic.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <numbers>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/message.h"
#include "crs/crs.h"
#include "crs/proj_handles.h"

namespace zaitu::crs {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double radians_per_degree = std::numbers::pi / 180;

// Edges are cut into pieces no longer than this. A piece is integrated through its ends and middle by a parabola,
// whose error grows with the fourth power of its length: about 4e-12 of a square kilometre.
constexpr double longest_piece_m = 1000;
constexpr double longest_piece_degrees = 0.01;
constexpr double most_pieces = 100000;

// The surface between equator and latitude on one radian of longitude, m² (Snyder 1987, equation 3-12).
class EquatorStrip {
 public:
  EquatorStrip(double semi_major, double inverse_flattening)
      : m_semi_major2(semi_major * semi_major),
        m_eccentricity2(inverse_flattening > 0 ? (2 - 1 / inverse_flattening) / inverse_flattening : 0),
        m_eccentricity(std::sqrt(m_eccentricity2)) {}

  double operator()(double latitude_degrees) const {
    const double s = std::sin(latitude_degrees * radians_per_degree);
    if (m_eccentricity2 <= 0) return m_semi_major2 * s;
    return m_semi_major2 * (1 - m_eccentricity2) / 2 *
           (s / (1 - m_eccentricity2 * s * s) + std::atanh(m_eccentricity * s) / m_eccentricity);
  }

 private:
  double m_semi_major2, m_eccentricity2, m_eccentricity;
};

// The vertices of a ring with 2n - 1 points put between each pair, so that n pieces have ends and middles.
void densify(geom::Ring ring, double longest_piece, std::vector<geom::Coord>& points) {
  points.clear();
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    const geom::Coord a = ring[i];
    const geom::Coord b = ring[i + 1];
    const double pieces = std::clamp(std::ceil(std::hypot(b.x - a.x, b.y - a.y) / longest_piece), 1.0, most_pieces);
    const int steps = 2 * static_cast<int>(pieces);
    for (int k = 0; k < steps; ++k) {
      const double t = static_cast<double>(k) / steps;
      points.push_back({a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)});
    }
  }
  points.push_back(ring.back());
}

// Area of a ring of (longitude, latitude) points in degrees: the integral of the strip's height over longitude.
double ring_area(std::span<const geom::Coord> points, const EquatorStrip& strip) {
  const double base = strip(points[0].y);  // heights above the first vertex, so that small rings keep their digits
  double sum = 0;
  double y0 = 0;
  const auto step = [&](std::size_t i) { return std::remainder(points[i + 1].x - points[i].x, 360.0); };
  for (std::size_t i = 0; i + 2 < points.size(); i += 2) {
    const double x1 = step(i);  // from the piece's start
    const double x2 = x1 + step(i + 1);
    const double y1 = strip(points[i + 1].y) - base;
    const double y2 = strip(points[i + 2].y) - base;
    // The integral of y dx along the parabola through the three points.
    sum += y0 * (4 * x1 - x2) / 6 + y1 * (4 * x2) / 6 + y2 * (3 * x2 - 4 * x1) / 6;
    y0 = y2;
  }
  return std::abs(sum) * radians_per_degree;
}

// The sums over a ring that give the integral of any quadratic function over it, about its first vertex.
struct RingMoments {
  double one = 0, u = 0, v = 0, uu = 0, uv = 0, vv = 0;

  explicit RingMoments(geom::Ring ring) {
    const geom::Coord origin = ring[0];
    geom::Coord a{ring[1].x - origin.x, ring[1].y - origin.y};
    for (std::size_t i = 2; i + 1 < ring.size(); ++i) {  // the triangle of the first vertex and an edge
      const geom::Coord b{ring[i].x - origin.x, ring[i].y - origin.y};
      const double twice = a.x * b.y - b.x * a.y;
      one += twice / 2;
      u += twice * (a.x + b.x) / 6;
      v += twice * (a.y + b.y) / 6;
      uu += twice * (a.x * a.x + a.x * b.x + b.x * b.x) / 12;
      uv += twice * (2 * a.x * a.y + 2 * b.x * b.y + a.x * b.y + b.x * a.y) / 24;
      vv += twice * (a.y * a.y + a.y * b.y + b.y * b.y) / 12;
      a = b;
    }
  }
};

}  // namespace

// Value and derivatives at the middle of a tile.
struct EllipsoidalArea::Quadratic {
  geom::Coord middle;
  double value = 0, dx = 0, dy = 0, dxx = 0, dxy = 0, dyy = 0;
  bool usable = false;

  double integral(geom::Ring ring) const {
    const RingMoments m(ring);
    const double u = ring[0].x - middle.x;
    const double v = ring[0].y - middle.y;
    const double here = value + dx * u + dy * v + dxx * u * u / 2 + dxy * u * v + dyy * v * v / 2;
    const double slope_x = dx + dxx * u + dxy * v;
    const double slope_y = dy + dxy * u + dyy * v;
    return std::abs(here * m.one + slope_x * m.u + slope_y * m.v + dxx * m.uu / 2 + dxy * m.uv + dyy * m.vv / 2);
  }
};

// How much of the ellipsoid a unit of the plane is, tile by tile: within a kilometre it is a quadratic function to
// 1e-11, so that a parcel needs no projection of its corners.
class EllipsoidalArea::Scale {
 public:
  // `area_of`: area of a ring by way of its projected edges; `forward`: (x, y) to (longitude, latitude), false = fails.
  template <class AreaOf, class Forward>
  const Quadratic* at(geom::Coord c, double size, const EquatorStrip& strip, const AreaOf& area_of,
                      const Forward& forward) {
    const double column = std::floor(c.x / size);
    const double row = std::floor(c.y / size);
    if (!(std::abs(column) < most_tiles && std::abs(row) < most_tiles)) return nullptr;
    const std::pair key{static_cast<std::int32_t>(column), static_cast<std::int32_t>(row)};
    if (m_last == nullptr || m_last_key != key) {
      if (m_tiles.size() > tiles_kept) m_tiles.clear();
      const auto [found, fresh] = m_tiles.try_emplace(key);
      if (fresh) {
        const geom::Coord middle{(column + 0.5) * size, (row + 0.5) * size};
        found->second = fit(middle, size, strip, area_of, forward);
      }
      m_last = &found->second;
      m_last_key = key;
    }
    return m_last->usable ? m_last : nullptr;
  }

 private:
  static constexpr double most_tiles = 1e9;
  static constexpr std::size_t tiles_kept = 20000;

  template <class AreaOf, class Forward>
  static Quadratic fit(geom::Coord middle, double h, const EquatorStrip& strip, const AreaOf& area_of,
                       const Forward& forward) {
    Quadratic result;
    constexpr int reach = 3;
    constexpr int side = 2 * reach + 1;
    std::vector<geom::Coord> grid;
    for (int j = -reach; j <= reach; ++j) {
      for (int i = -reach; i <= reach; ++i) grid.push_back({middle.x + i * h, middle.y + j * h});
    }
    if (!forward(grid)) return result;
    const auto point = [&](int i, int j) { return grid[static_cast<std::size_t>((j + reach) * side + i + reach)]; };
    const auto east = [&](int i, int j) {
      return std::remainder(point(i, j).x - point(0, 0).x, 360.0) * radians_per_degree;
    };
    const double base = strip(point(0, 0).y);
    const auto height = [&](int i, int j) { return strip(point(i, j).y) - base; };
    // Central differences of fourth order.
    const auto slope = [&](const auto& f, int i, int j, int di, int dj) {
      return (8 * (f(i + di, j + dj) - f(i - di, j - dj)) - (f(i + 2 * di, j + 2 * dj) - f(i - 2 * di, j - 2 * dj))) /
             (12 * h);
    };
    const auto scale = [&](int i, int j) {
      return slope(east, i, j, 1, 0) * slope(height, i, j, 0, 1) - slope(east, i, j, 0, 1) * slope(height, i, j, 1, 0);
    };
    double at[3][3];
    for (int j = 0; j < 3; ++j) {
      for (int i = 0; i < 3; ++i) at[j][i] = scale(i - 1, j - 1);
    }
    result.middle = middle;
    result.value = at[1][1];
    result.dx = (at[1][2] - at[1][0]) / (2 * h);
    result.dy = (at[2][1] - at[0][1]) / (2 * h);
    result.dxx = (at[1][2] - 2 * at[1][1] + at[1][0]) / (h * h);
    result.dyy = (at[2][1] - 2 * at[1][1] + at[0][1]) / (h * h);
    result.dxy = (at[2][2] - at[2][0] - at[0][2] + at[0][0]) / (4 * h * h);
    // A projection that is torn or bent here shows in the squares around the middle.
    result.usable = true;
    for (const double dx : {-h, 0.0}) {
      for (const double dy : {-h, 0.0}) {
        const geom::Coord a{middle.x + dx, middle.y + dy};
        const geom::Coord square[] = {a, {a.x + h, a.y}, {a.x + h, a.y + h}, {a.x, a.y + h}, a};
        const double expected = area_of(square);
        result.usable = result.usable && std::abs(result.integral(square) - expected) <= 1e-10 * expected;
      }
    }
    return result;
  }

  std::map<std::pair<std::int32_t, std::int32_t>, Quadratic> m_tiles;
  const Quadratic* m_last = nullptr;
  std::pair<std::int32_t, std::int32_t> m_last_key;
};

EllipsoidalArea::EllipsoidalArea(const CoordinateReferenceSystem& crs)
    : m_semi_major(crs.semi_major_m()),
      m_inverse_flattening(crs.inverse_flattening()),
      m_longest_piece(crs.is_geographic() ? longest_piece_degrees : longest_piece_m / crs.metres_per_unit()) {
  if (crs.is_geographic()) return;
  // Longitudes and latitudes on the same ellipsoid: no datum shift takes part, and a shift to WGS 84 that came with the
  // definition (TOWGS84) must not.
  const Owned<PJ_CONTEXT> context = make_context();
  const OpenedCrs opened = open_crs(context.get(), crs.definition());
  const char* projected = proj_as_projjson(context.get(), opened.base.get(), nullptr);
  if (projected == nullptr) {
    throw base::Error(base::ExitCode::input_unreadable, base::say("PROJ cannot describe {}", crs.code()));
  }
  remember_code(projected, opened.epsg);
  const std::string geographic =
      fmt::format("+proj=longlat +a={} {}={} +no_defs +type=crs", m_semi_major, m_inverse_flattening > 0 ? "+rf" : "+b",
                  m_inverse_flattening > 0 ? m_inverse_flattening : m_semi_major);
  m_to_geographic = std::make_shared<Transformation>(CoordinateReferenceSystem::from_text(projected),
                                                     CoordinateReferenceSystem::from_text(geographic));
  m_scale = std::make_shared<Scale>();
}

double EllipsoidalArea::operator()(const geom::FeatureGeometry& polygon) const {
  if (polygon.kind() != geom::GeometryKind::polygon) return 0;
  for (const geom::Coord c : polygon.vertices()) {
    if (!std::isfinite(c.x) || !std::isfinite(c.y)) return nan;
  }
  const EquatorStrip strip(m_semi_major, m_inverse_flattening);
  std::vector<geom::Coord> points;
  const auto forward = [&](std::span<geom::Coord> coords) {
    try {
      m_to_geographic->forward(coords);
    } catch (const base::Error&) {
      return false;
    }
    return true;
  };
  const auto area_of_edges = [&](geom::Ring ring) {
    densify(ring, m_longest_piece, points);
    if (m_to_geographic && !forward(points)) return nan;
    return ring_area(points, strip);
  };
  const Quadratic* scale = nullptr;
  if (m_scale) {
    const geom::Envelope box = polygon.envelope();
    if (box.width() <= m_longest_piece && box.height() <= m_longest_piece) {
      scale = m_scale->at(box.centre(), m_longest_piece, strip, area_of_edges, forward);
    }
  }
  double sum = 0;
  for (std::size_t p = 0; p < polygon.part_count(); ++p) {
    const geom::PartView part = polygon.part(p);
    for (std::size_t r = 0; r < part.ring_count(); ++r) {
      const geom::Ring ring = part.ring(r);
      if (ring.size() < 4) continue;
      const double area = scale != nullptr ? scale->integral(ring) : area_of_edges(ring);
      sum += r == 0 ? area : -area;
    }
  }
  return sum;
}

double EllipsoidalArea::length(const geom::FeatureGeometry& line) const {
  geod_geodesic ellipsoid;
  geod_init(&ellipsoid, m_semi_major, m_inverse_flattening > 0 ? 1 / m_inverse_flattening : 0);
  std::vector<geom::Coord> points;
  double sum = 0;
  for (std::size_t p = 0; p < line.part_count(); ++p) {
    const geom::PartView part = line.part(p);
    for (std::size_t r = 0; r < part.ring_count(); ++r) {
      const geom::Ring ring = part.ring(r);
      points.assign(ring.begin(), ring.end());
      if (m_to_geographic) {
        try {
          m_to_geographic->forward(points);
        } catch (const base::Error&) {
          return nan;
        }
      }
      for (std::size_t i = 0; i + 1 < points.size(); ++i) {
        double edge = 0;
        geod_inverse(&ellipsoid, points[i].y, points[i].x, points[i + 1].y, points[i + 1].x, &edge, nullptr, nullptr);
        sum += edge;
      }
    }
  }
  return sum;
}

}  // namespace zaitu::crs
