// How the cells of a workbook show their numbers: as a number, with leading zeros, as a day or a time. XLSX and XLS.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "io/sheet.h"
#include "io/source.h"

namespace zaitu::io {

struct NumberFormat {
  bool date = false;
  bool time = false;  // of the day alone
  int zeros = 0;      // "0000000": shown with so many places, leading zeros too
};
// By a format's text. Without what stands in quotes, brackets or after a backslash, a day's format has y or d, one of
// times h or s.
NumberFormat format_of_code(std::string_view code);
// The formats that have a number and no text of their own (ECMA-376 part 1, 18.8.30); 27-36 and 50-58 are days and
// times in Chinese Excel.
NumberFormat format_of_number(std::int64_t id);

// The numbers of one sheet.
class NumberCells {
 public:
  explicit NumberCells(bool from_1904) : m_from_1904(from_1904) {}
  // Finite. `text` gets what the cell shows, days as ISO text; `row` is for what is said of it.
  CellKind shown(double value, const NumberFormat& format, std::int64_t row, std::string& text);
  // What was converted.
  void say(std::vector<Warning>& warnings) const;

 private:
  bool m_from_1904;  // the workbook counts days from 1904
  std::int64_t m_dates_of_1904 = 0, m_first_date_row = 0;
  std::string m_first_date;
};

}  // namespace zaitu::io
