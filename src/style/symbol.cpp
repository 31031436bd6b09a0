#include "style/symbol.h"

namespace zaitu::style {

namespace {

constexpr Rgba unknown_colour{158, 158, 158, 255};

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Rgba parse_colour(std::string_view hex) {
  if ((hex.size() != 7 && hex.size() != 9) || hex[0] != '#') return unknown_colour;
  std::uint8_t channels[4] = {0, 0, 0, 255};
  for (std::size_t i = 1; i + 1 < hex.size(); i += 2) {
    const int high = hex_digit(hex[i]);
    const int low = hex_digit(hex[i + 1]);
    if (high < 0 || low < 0) return unknown_colour;
    channels[i / 2] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return {channels[0], channels[1], channels[2], channels[3]};
}

Rgba with_alpha(Rgba colour, std::uint8_t alpha) {
  colour.a = alpha;
  return colour;
}

Rgba mixed(Rgba a, Rgba b, double share_of_b) {
  const auto channel = [&](std::uint8_t from, std::uint8_t to) {
    const double value = static_cast<double>(from) + (static_cast<double>(to) - static_cast<double>(from)) * share_of_b;
    return static_cast<std::uint8_t>(value + 0.5);
  };
  return {channel(a.r, b.r), channel(a.g, b.g), channel(a.b, b.b), a.a};
}

}  // namespace zaitu::style
