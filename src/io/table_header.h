// The header of a table in a sheet. Private to table_shape.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "io/sheet.h"

namespace zaitu::io {

struct TableHeader {
  std::size_t first = 0, last = 0;  // of Sheet::rows
  std::vector<std::string> titles;  // by the sheet's columns; empty: none
};

// nullopt: the sheet is empty. `given`: the last row of the header by its number; 0: look for it.
std::optional<TableHeader> find_header(const Sheet& sheet, std::int64_t given);

// Whether the text could be a value of a table rather than a title: a number, a date, a share.
bool is_value(const Sheet& sheet, const SheetCell& cell);

}  // namespace zaitu::io
