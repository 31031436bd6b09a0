// What the layouts of several charts are made of.
#pragma once

#include <algorithm>
#include <cmath>

#include "base/utf8.h"
#include "chart/figure.h"

namespace zaitu::chart {

struct Box {
  double x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  bool meets(const Box& other) const { return x0 < other.x1 && other.x0 < x1 && y0 < other.y1 && other.y0 < y1; }
  bool inside(const Box& outer) const { return x0 >= outer.x0 && x1 <= outer.x1 && y0 >= outer.y0 && y1 <= outer.y1; }
};

// 1, 2, 2.5 or 5 times a power of ten, so that about `count` steps reach `range`.
inline double round_step(double range, double count) {
  const double raw = range / std::max(1.0, count);
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (power * factor >= raw * (1 - 1e-9)) return power * factor;
  }
  return power * 10;
}

// That a step is written with.
inline int decimals_of(double step) {
  int decimals = 0;
  for (double scaled = step; decimals < 6 && std::abs(scaled - std::round(scaled)) > 1e-6 * scaled; ++decimals)
    scaled *= 10;
  return decimals;
}

// Quarters ("2025Q4") side by side below a plot, each in a slot of its own: the quarter where it has room, and the year
// where it begins. `x0`: left of the first slot; `x1`: where texts end at the latest; takes three lines of text.
void lay_quarter_names(DisplayList& list, const std::vector<std::string>& names, double x0, double slot, double x1,
                       double top, const ChartStyle& style, const MeasureText& measure);

inline Colour faded(Colour colour, std::uint8_t alpha) {
  colour.a = alpha;
  return colour;
}

// Words cut to a width, with an ellipsis.
inline std::string fitting(const std::string& words, double width, double size, const MeasureText& measure) {
  if (measure(words, size, false) <= width) return words;
  std::size_t kept = 0;
  for (std::size_t next = 0; next < words.size(); kept = next) {
    base::next_code_point(words, next);
    if (measure(words.substr(0, next) + "…", size, false) > width) break;
  }
  return words.substr(0, kept) + "…";
}

}  // namespace zaitu::chart
