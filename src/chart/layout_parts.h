// What the layouts of several charts are made of.
#pragma once

#include "base/utf8.h"
#include "chart/figure.h"

namespace zaitu::chart {

struct Box {
  double x0 = 0, y0 = 0, x1 = 0, y1 = 0;
  bool meets(const Box& other) const { return x0 < other.x1 && other.x0 < x1 && y0 < other.y1 && other.y0 < y1; }
  bool inside(const Box& outer) const { return x0 >= outer.x0 && x1 <= outer.x1 && y0 >= outer.y0 && y1 <= outer.y1; }
};

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
