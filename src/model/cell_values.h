// The meaning of a cell: numbers, areas, dates, flags and lists as planners write them. Only what is certain is taken;
// the rest is no value and a word why. Pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"

namespace zaitu::model {

struct ParsedNumber {
  double value = 0;
  std::string unit;  // as found in the text ("亩"); empty = a bare number
};
// "1,234.5", "３５亩", "12.3万", "1.2e3"; nullopt for "约1200", "1.234,5", "(1,200)". With `area` the result is m² when
// a unit is named; without, only a bare number or one in 万 is taken.
std::optional<ParsedNumber> parse_number(std::string_view text, bool area);

// Factor to m² of the unit in a column's title ("用地面积(公顷)", "建筑面积_万㎡"), with the unit; nullopt = none
// named.
struct TitleUnit {
  std::string unit;
  double to_m2 = 1;
};
std::optional<TitleUnit> unit_of_title(std::string_view title);
// The title without its unit, half width, lower case, without spaces: what aliases are compared with.
std::string title_key(std::string_view title);

// ISO, 2023/6/30, 2023.6.30, 20230630, 2023年6月30日, with or without a time after it. nullopt: no such day, or not
// sure.
std::optional<base::Date> parse_date(std::string_view text);
std::optional<bool> parse_flag(std::string_view text);       // 1 0 true false yes no 是 否
std::vector<std::string> split_list(std::string_view text);  // at ; ； 、 and line breaks, trimmed, empties left out
// For matching codes and names: half width, no spaces, lower case.
std::string match_key(std::string_view text);

}  // namespace zaitu::model
