// The one place where numbers become text: m² are stored everywhere, and shown in 万㎡, 亩, 公顷 or ㎡ here.
// Formatting never depends on the process's locale. Rounding is half away from zero on the decimal text of the double.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace zaitu::base {

enum class Language { zh, en };

inline constexpr double m2_per_wan = 10000.0;        // 万㎡
inline constexpr double m2_per_hectare = 10000.0;    // 公顷
inline constexpr double m2_per_mu = 10000.0 / 15.0;  // 亩 (product.md "Areas and units")

// Floor area in 万㎡ with 2 decimals and no unit: 1324000 -> "132.40".
std::string wan_m2(double area_m2);
// The same with its unit: "132.40 万㎡" / "132.40 ×10⁴ m²".
std::string wan_m2_with_unit(double area_m2, Language language);
// Land area for officials: "42.37 亩 (2.8249 公顷)" / "42.37 mu (2.8249 ha)".
std::string land_area(double area_m2, Language language);
// Square metres, thousands separated, 1 decimal: "28,249.3 ㎡".
std::string square_metres(double area_m2, Language language);
// A plain number with fixed decimals and thousands separators: ("1234.5", 1) -> "1,234.5".
std::string number(double value, int decimals);
// 0.662 -> "66.2 %".
std::string percent(double ratio, int decimals = 1);
// The size of a file: "812 B", "14 KB", "5.0 MB" (1 MB = 1024 KB).
std::string byte_size(std::uint64_t bytes);
// Shortest text that reads back to the same double ("28249.3"); for CSV, JSON and logs.
std::string shortest(double value);

}  // namespace zaitu::base
