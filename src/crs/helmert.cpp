#include "crs/helmert.h"

#include <cmath>
#include <limits>
#include <numbers>

#include "base/error.h"
#include "base/message.h"

namespace zaitu::crs {

using geom::Coord;

Coord Helmert::operator()(Coord c) const {
  const double x = c.x - from_origin.x;
  const double y = c.y - from_origin.y;
  return {shift.x + a * x - b * y, shift.y + b * x + a * y};
}

double Helmert::scale() const { return std::hypot(a, b); }
double Helmert::rotation_degrees() const { return std::atan2(b, a) * 180 / std::numbers::pi; }

HelmertFit fit_helmert(std::span<const ControlPoint> points) {
  if (points.size() < 2) {
    throw base::Error(base::ExitCode::usage,
                      base::say("control points: at least two are needed for the four parameters"));
  }
  const auto count = static_cast<double>(points.size());
  Coord from_mean;
  Coord to_mean;
  for (const ControlPoint& point : points) {
    from_mean.x += point.from.x / count;
    from_mean.y += point.from.y / count;
    to_mean.x += point.to.x / count;
    to_mean.y += point.to.y / count;
  }
  double along = 0;
  double across = 0;
  double size = 0;
  for (const ControlPoint& point : points) {
    const Coord f{point.from.x - from_mean.x, point.from.y - from_mean.y};
    const Coord t{point.to.x - to_mean.x, point.to.y - to_mean.y};
    along += f.x * t.x + f.y * t.y;
    across += f.x * t.y - f.y * t.x;
    size += f.x * f.x + f.y * f.y;
  }
  if (!(size > 1e-6) || !std::isfinite(size) || !(std::hypot(along, across) > 0)) {
    throw base::Error(base::ExitCode::usage,
                      base::say("control points: they are all at the same place, nothing can be fitted"));
  }
  HelmertFit fit;
  fit.parameters = {along / size, across / size, from_mean, to_mean};
  double squares = 0;
  fit.residuals.reserve(points.size());
  for (const ControlPoint& point : points) {
    const Coord there = fit.parameters(point.from);
    fit.residuals.push_back({point.name, there.x - point.to.x, there.y - point.to.y});
    squares += std::pow(fit.residuals.back().dx, 2) + std::pow(fit.residuals.back().dy, 2);
  }
  fit.rms = points.size() > 2 ? std::sqrt(squares / count) : std::numeric_limits<double>::quiet_NaN();
  return fit;
}

}  // namespace zaitu::crs
