#include "crs/gcj02.h"

#include <cmath>
#include <numbers>

namespace zaitu::crs {

namespace {

using geom::Coord;
using std::numbers::pi;

bool is_in_china(Coord c) { return c.x >= 72.004 && c.x <= 137.8347 && c.y >= 0.8293 && c.y <= 55.8271; }

// Waves of the offset, in metres: x and y are degrees from 105E 35N.
double northward_m(double x, double y) {
  return -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * std::sqrt(std::abs(x)) +
         (20 * std::sin(6 * x * pi) + 20 * std::sin(2 * x * pi)) * 2 / 3 +
         (20 * std::sin(y * pi) + 40 * std::sin(y / 3 * pi)) * 2 / 3 +
         (160 * std::sin(y / 12 * pi) + 320 * std::sin(y * pi / 30)) * 2 / 3;
}

double eastward_m(double x, double y) {
  return 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * std::sqrt(std::abs(x)) +
         (20 * std::sin(6 * x * pi) + 20 * std::sin(2 * x * pi)) * 2 / 3 +
         (20 * std::sin(x * pi) + 40 * std::sin(x / 3 * pi)) * 2 / 3 +
         (150 * std::sin(x / 12 * pi) + 300 * std::sin(x / 30 * pi)) * 2 / 3;
}

Coord to_gcj02(Coord c) {
  if (!is_in_china(c)) return c;
  constexpr double semi_major_m = 6378245;  // Krassovsky 1940
  constexpr double eccentricity_squared = 0.00669342162296594323;
  const double latitude = c.y / 180 * pi;
  const double sine = std::sin(latitude);
  const double w_squared = 1 - eccentricity_squared * sine * sine;
  const double w = std::sqrt(w_squared);
  const double x = c.x - 105;
  const double y = c.y - 35;
  return {c.x + eastward_m(x, y) * 180 / (semi_major_m / w * std::cos(latitude) * pi),
          c.y + northward_m(x, y) * 180 / (semi_major_m * (1 - eccentricity_squared) / (w_squared * w) * pi)};
}

Coord to_bd09(Coord gcj02) {
  if (!is_in_china(gcj02)) return gcj02;
  constexpr double waves = pi * 3000 / 180;
  const double radius = std::hypot(gcj02.x, gcj02.y) + 0.00002 * std::sin(gcj02.y * waves);
  const double angle = std::atan2(gcj02.y, gcj02.x) + 0.000003 * std::cos(gcj02.x * waves);
  return {radius * std::cos(angle) + 0.0065, radius * std::sin(angle) + 0.006};
}

}  // namespace

std::string_view name_of(MapShift shift) {
  return shift == MapShift::gcj02 ? "gcj02" : shift == MapShift::bd09 ? "bd09" : "none";
}

std::optional<MapShift> parse_map_shift(std::string_view word) {
  for (const MapShift shift : {MapShift::none, MapShift::gcj02, MapShift::bd09}) {
    if (word == name_of(shift)) return shift;
  }
  return std::nullopt;
}

Coord shifted(Coord lon_lat, MapShift shift) {
  if (shift == MapShift::none) return lon_lat;
  const Coord gcj02 = to_gcj02(lon_lat);
  return shift == MapShift::gcj02 ? gcj02 : to_bd09(gcj02);
}

Coord unshifted(Coord lon_lat, MapShift shift) {
  if (shift == MapShift::none || !is_in_china(lon_lat)) return lon_lat;
  // The offset changes by a few parts in a thousand from place to place: every step takes that much off the error.
  constexpr double enough_degrees = 1e-10;  // a hundredth of a millimetre
  constexpr int most_steps = 40;
  Coord place = lon_lat;
  for (int step = 0; step < most_steps; ++step) {
    const Coord shown = shifted(place, shift);
    const Coord off{lon_lat.x - shown.x, lon_lat.y - shown.y};
    place.x += off.x;
    place.y += off.y;
    if (std::abs(off.x) < enough_degrees && std::abs(off.y) < enough_degrees) break;
  }
  return place;
}

}  // namespace zaitu::crs
