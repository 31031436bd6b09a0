#include "base/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <iterator>

namespace zaitu::base {

namespace {

// Fixed decimals, half away from zero on the shortest decimal text, so that 0.125 -> 0.13 and 2.675 -> 2.68
// (what a reader of the printed figures expects), not the binary neighbour below. Written digit by digit: a filter
// writes every number of a ledger.
std::string fixed(double value, int decimals, bool grouped = false) {
  if (!std::isfinite(value)) return "—";
  constexpr double scales[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
  const double scale =
      static_cast<std::size_t>(decimals) < std::size(scales) ? scales[decimals] : std::pow(10.0, decimals);
  const double nudged = std::abs(value) * scale;
  double rounded = std::floor(nudged);
  // 1e-9 relative: below what any stored area can mean, above the error of the multiplication.
  if (nudged - rounded >= 0.5 - 1e-9 * std::max(1.0, nudged * 1e-6)) rounded += 1;

  constexpr int most_decimals = 24;
  if (nudged >= 1e15 || decimals > most_decimals) {
    std::string text = fmt::format("{:.{}f}", value, decimals);
    const std::size_t start = text[0] == '-' ? 1 : 0;
    const std::size_t end = std::min(text.find('.'), text.size());
    for (std::size_t i = end; grouped && i > start + 3; i -= 3) text.insert(i - 3, ",");
    return text;
  }
  char buffer[64];  // sign, 16 digits, 5 commas, the point and the decimals
  char* const end = buffer + sizeof buffer;
  char* at = end;
  auto left = static_cast<std::uint64_t>(rounded);
  const auto put_digit = [&] {
    *--at = static_cast<char>('0' + left % 10);
    left /= 10;
  };
  for (int i = 0; i < decimals; ++i) put_digit();
  if (decimals > 0) *--at = '.';
  int digits = 0;
  do {
    if (grouped && digits > 0 && digits % 3 == 0) *--at = ',';
    put_digit();
    ++digits;
  } while (left > 0);
  if (value < 0 && rounded != 0) *--at = '-';
  return {at, end};
}

}  // namespace

std::string number(double value, int decimals) { return fixed(value, decimals, true); }

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

std::string byte_size(std::uint64_t bytes) {
  const auto value = static_cast<double>(bytes);
  if (bytes >= 1U << 20) return number(value / (1U << 20), 1) + " MB";
  if (bytes >= 1U << 10) return number(value / (1U << 10), 0) + " KB";
  return number(value, 0) + " B";
}

std::string shortest(double value) {
  if (!std::isfinite(value)) return "";
  char buffer[40];
  const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
  return std::string(buffer, result.ptr);
}

}  // namespace zaitu::base
