// How things look: colours, fills, hatches, outlines. Sizes are in millimetres on paper and in 1/96 inch pixels on
// screen: one unit here, "px", is 1/96 inch on both.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace zaitu::style {

struct Rgba {
  std::uint8_t r = 0, g = 0, b = 0, a = 255;
  friend bool operator==(Rgba, Rgba) = default;
};
Rgba parse_colour(std::string_view hex);  // "#RRGGBB" or "#RRGGBBAA"; grey when it is neither
Rgba with_alpha(Rgba colour, std::uint8_t alpha);
Rgba mixed(Rgba a, Rgba b, double share_of_b);  // 0 = a, 1 = b; keeps the alpha of a

enum class HatchPattern : std::uint8_t { none, diagonal, back_diagonal, cross, dots };

// The symbolizer of a polygon, a line (outline only) or a point (fill + outline, size).
struct Symbol {
  Rgba fill{0, 0, 0, 0};
  HatchPattern hatch = HatchPattern::none;
  Rgba hatch_colour{0, 0, 0, 0};
  float hatch_spacing_px = 7;
  Rgba outline{0, 0, 0, 0};
  float outline_px = 0;  // 0 = none
  std::vector<float> dash_px;
  float point_size_px = 0;
  friend bool operator==(const Symbol&, const Symbol&) = default;
};

struct LegendEntry {
  std::string key;    // code of the class
  std::string label;  // shown text
  Symbol symbol;
  std::size_t features = 0;
  double land_m2 = 0, floor_m2 = 0;
};
struct LegendGroup {
  std::string title;
  std::vector<LegendEntry> entries;
};
using Legend = std::vector<LegendGroup>;

}  // namespace zaitu::style
