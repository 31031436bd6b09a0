#include "io/sheet.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/format.h"
#include "base/message.h"
#include "io/refuse.h"

namespace zaitu::io {

std::string number_text(double value) {
  constexpr double digits_limit = 1e30;
  if (std::abs(value) < digits_limit && value == std::floor(value)) return fmt::format("{:.0f}", value);
  return base::shortest(value);
}

std::string column_letters(std::size_t column) {
  std::string letters;
  for (std::size_t rest = column + 1; rest > 0; rest = (rest - 1) / 26) {
    letters.insert(letters.begin(), static_cast<char>('A' + (rest - 1) % 26));
  }
  return letters;
}

void Sheet::begin_row(std::int64_t number, bool hidden) {
  if (m_rows.size() >= row_limit) {
    refuse(base::say("limit: {} has more than {} rows; divide it", name, row_limit));
  }
  SheetRow row;
  row.number = number;
  row.first = m_cells.size();
  row.hidden = hidden;
  m_rows.push_back(row);
}

std::uint64_t Sheet::keep(std::string_view text) {
  if (text.size() > text_limit_bytes - std::min(m_text.size(), text_limit_bytes)) {
    refuse(
        base::say("too-large: {} holds more than {} MB of text, the limit of a table", name, text_limit_bytes >> 20));
  }
  const std::uint64_t at = m_text.size();
  m_text += text;
  return at;
}

void Sheet::add(std::size_t column, CellKind kind, std::string_view text) {
  if (text.empty()) return;
  add_from_buffer(column, keep(text), text.size());
  m_cells.back().kind = kind;
}

void Sheet::add_from_buffer(std::size_t column, std::size_t at, std::size_t size) {
  if (column >= column_limit) {
    refuse(base::say("limit: {} holds something in column {} of row {}; at most {} columns are read", name,
                     column_letters(column), m_rows.back().number, column_limit));
  }
  if (m_cells.size() >= cell_limit) {
    refuse(base::say("too-large: {} has more than {} cells, the limit of a table; divide it", name, cell_limit));
  }
  SheetCell cell;
  cell.at = at;
  cell.size = static_cast<std::uint32_t>(size);
  cell.column = static_cast<std::uint16_t>(column);
  m_cells.push_back(cell);
}

void Sheet::set_record(std::int64_t line, std::size_t width) {
  m_rows.back().line = line;
  m_rows.back().width = static_cast<std::uint32_t>(width);
}

void Sheet::end_row() {
  SheetRow& row = m_rows.back();
  row.cells = static_cast<std::uint32_t>(m_cells.size() - row.first);
  if (row.cells == 0) m_rows.pop_back();
}

const SheetCell* Sheet::cell(const SheetRow& row, std::size_t column) const {
  const SheetCell* const found = std::lower_bound(
      begin(row), end(row), column, [](const SheetCell& cell, std::size_t wanted) { return cell.column < wanted; });
  return found == end(row) || found->column != column ? nullptr : found;
}

void Sheet::replace(const SheetRow& row, std::size_t column, CellKind kind, std::string_view text) {
  if (const SheetCell* const found = cell(row, column)) {
    SheetCell& changed = m_cells[static_cast<std::size_t>(found - m_cells.data())];
    changed.at = keep(text);
    changed.size = static_cast<std::uint32_t>(text.size());
    changed.kind = kind;
  }
}

}  // namespace zaitu::io
