#include "base/format.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace zaitu::base {

namespace {

// Fixed decimals, half away from zero on the shortest decimal text, so that 0.125 -> 0.13 and 2.675 -> 2.68
// (what a reader of the printed figures expects), not the binary neighbour below.
std::string fixed(double value, int decimals) {
  if (!std::isfinite(value)) return "—";
  const double scale = std::pow(10.0, decimals);
  const double nudged = std::abs(value) * scale;
  double rounded = std::floor(nudged);
  // 1e-9 relative: below what any stored area can mean, above the error of the multiplication.
  if (nudged - rounded >= 0.5 - 1e-9 * std::max(1.0, nudged * 1e-6)) rounded += 1;
  if (nudged >= 1e15) return fmt::format("{:.{}f}", value, decimals);
  const double shown = rounded / scale;
  return fmt::format("{}{:.{}f}", value < 0 && rounded != 0 ? "-" : "", shown, decimals);
}

}  // namespace

std::string number(double value, int decimals) {
  std::string text = fixed(value, decimals);
  const std::size_t start = !text.empty() && text[0] == '-' ? 1 : 0;
  std::size_t end = text.find('.');
  if (end == std::string::npos) end = text.size();
  if (end <= start || text[start] < '0' || text[start] > '9') return text;
  for (std::size_t i = end; i > start + 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

std::string wan_m2(double area_m2) { return fixed(area_m2 / m2_per_wan, 2); }

std::string wan_m2_with_unit(double area_m2, Language language) {
  return wan_m2(area_m2) + (language == Language::zh ? " 万㎡" : " ×10⁴ m²");
}

std::string land_area(double area_m2, Language language) {
  const std::string mu = number(area_m2 / m2_per_mu, 2);
  const std::string hectare = number(area_m2 / m2_per_hectare, 4);
  return language == Language::zh ? mu + " 亩 (" + hectare + " 公顷)" : mu + " mu (" + hectare + " ha)";
}

std::string square_metres(double area_m2, Language language) {
  return number(area_m2, 1) + (language == Language::zh ? " ㎡" : " m²");
}

std::string percent(double ratio, int decimals) { return fixed(ratio * 100.0, decimals) + " %"; }

std::string shortest(double value) {
  if (!std::isfinite(value)) return "";
  char buffer[40];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
  return std::string(buffer, result.ptr);
}

}  // namespace zaitu::base
