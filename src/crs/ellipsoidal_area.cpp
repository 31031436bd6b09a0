#include <fmt/format.h>
#include <geodesic.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "base/error.h"
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

}  // namespace

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
    throw base::Error(base::ExitCode::input_unreadable, "PROJ cannot describe " + crs.code());
  }
  const std::string geographic =
      fmt::format("+proj=longlat +a={} {}={} +no_defs +type=crs", m_semi_major, m_inverse_flattening > 0 ? "+rf" : "+b",
                  m_inverse_flattening > 0 ? m_inverse_flattening : m_semi_major);
  m_to_geographic = std::make_shared<Transformation>(CoordinateReferenceSystem::from_text(projected),
                                                     CoordinateReferenceSystem::from_text(geographic));
}

double EllipsoidalArea::operator()(const geom::FeatureGeometry& polygon) const {
  if (polygon.kind() != geom::GeometryKind::polygon) return 0;
  const EquatorStrip strip(m_semi_major, m_inverse_flattening);
  std::vector<geom::Coord> points;
  double sum = 0;
  for (std::size_t p = 0; p < polygon.part_count(); ++p) {
    const geom::PartView part = polygon.part(p);
    for (std::size_t r = 0; r < part.ring_count(); ++r) {
      const geom::Ring ring = part.ring(r);
      if (ring.size() < 4) continue;
      for (geom::Coord c : ring) {
        if (!std::isfinite(c.x) || !std::isfinite(c.y)) return nan;
      }
      densify(ring, m_longest_piece, points);
      if (m_to_geographic) {
        try {
          m_to_geographic->forward(points);
        } catch (const base::Error&) {
          return nan;
        }
      }
      const double area = ring_area(points, strip);
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
