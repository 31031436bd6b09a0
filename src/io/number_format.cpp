#include "io/number_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/date.h"
#include "base/message.h"
#include "base/utf8.h"

namespace zaitu::io {

namespace {

// Days since 1970 of a serial number; Excel's 1900 has a 29 February that never was.
std::string iso_of_serial(double serial, bool from_1904) {
  const double whole = std::floor(serial);
  auto seconds = static_cast<std::int64_t>(std::llround((serial - whole) * 86400));
  auto day = static_cast<std::int32_t>(whole) + (seconds == 86400 ? 1 : 0);
  if (seconds == 86400) seconds = 0;
  constexpr std::int32_t days_1900 = 25569;
  constexpr std::int32_t days_1904 = 24107;
  if (!from_1904 && day < 60) ++day;
  std::string iso = base::Date::from_days(day - (from_1904 ? days_1904 : days_1900)).iso();
  if (seconds != 0) iso += fmt::format("T{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  return iso;
}

}  // namespace

NumberFormat format_of_code(std::string_view code) {
  NumberFormat format;
  if (base::ascii_lower(code) == "general") return format;
  bool only_zeros = !code.empty();
  for (std::size_t i = 0; i < code.size() && code[i] != ';'; ++i) {
    const char c = code[i];
    if (c != '0') only_zeros = false;
    if (c == '"' || c == '[') {
      i = std::min(code.find(c == '"' ? '"' : ']', i + 1), code.size());
    } else if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (c == 'y' || c == 'Y' || c == 'd' || c == 'D') {
      format.date = true;
    } else if (c == 'h' || c == 'H' || c == 's' || c == 'S') {
      format.time = true;
    }
  }
  format.time = format.time && !format.date;
  if (only_zeros && code.size() > 1 && code.size() <= 30) format.zeros = static_cast<int>(code.size());
  return format;
}

NumberFormat format_of_number(std::int64_t id) {
  NumberFormat format;
  format.date = (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 54) ||
                id == 57 || id == 58;
  format.time = (id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id == 55 || id == 56;
  return format;
}

CellKind NumberCells::shown(double value, const NumberFormat& format, std::int64_t row, std::string& text) {
  constexpr double last_day = 2958465;  // 9999-12-31
  if (format.date && value >= 1 && value <= last_day) {
    text = iso_of_serial(value, m_from_1904);
    if (m_from_1904 && m_dates_of_1904++ == 0) m_first_date = text, m_first_date_row = row;
    return CellKind::date;
  }
  if (format.time && value >= 0 && value < 1) {
    constexpr std::int64_t day_s = 86400;
    const std::int64_t seconds = std::min<std::int64_t>(std::llround(value * day_s), day_s - 1);
    text = fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    return CellKind::text;
  }
  text = number_text(value);
  if (value >= 0 && value == std::floor(value) && static_cast<int>(text.size()) < format.zeros) {
    text.insert(0, static_cast<std::size_t>(format.zeros) - text.size(), '0');
  }
  return CellKind::number;
}

void NumberCells::say(std::vector<Warning>& warnings) const {
  if (m_dates_of_1904 == 0) return;
  warnings.push_back(
      {"", "", "date",
       base::say("the workbook counts days from 1904: {} dates were converted so, the first in row {} is {}",
                 m_dates_of_1904, m_first_date_row, m_first_date)});
}

}  // namespace zaitu::io
