// The triangular distribution with its lower end, mode and upper end; the duration of a stage. Pure functions.
#pragma once

#include <cmath>

namespace zaitu::planning {

struct Triangular {
  double min = 0, mode = 0, max = 0;  // min <= mode <= max; all equal: a certain value

  bool is_valid() const { return std::isfinite(min) && std::isfinite(max) && min <= mode && mode <= max; }  // NaN: no
  double mean() const { return (min + mode + max) / 3; }
  double cdf(double x) const {
    if (x >= max) return 1;
    if (x <= min) return 0;
    if (x <= mode) return (x - min) * (x - min) / ((max - min) * (mode - min));
    return 1 - (max - x) * (max - x) / ((max - min) * (max - mode));
  }
  // Where cdf reaches u of [0, 1].
  double quantile(double u) const {
    if (max == min) return max;
    const double at_mode = (mode - min) / (max - min);
    return u < at_mode ? min + std::sqrt(u * (max - min) * (mode - min))
                       : max - std::sqrt((1 - u) * (max - min) * (max - mode));
  }
};

}  // namespace zaitu::planning
