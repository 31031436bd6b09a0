// Cells as they lie in one sheet of a spreadsheet or in a CSV file, with what a table needs to know of the sheet. Only
// cells that hold something take room, however large the sheet says it is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace zaitu::io {

enum class CellKind : std::uint8_t {
  text,
  number,  // a number of a spreadsheet, as its shortest text
  date,    // a number that its format shows as a day, as ISO text
  error    // "#N/A"
};

struct SheetCell {
  std::uint64_t at = 0;  // of its text
  std::uint32_t size = 0;
  std::uint16_t column = 0;  // 0 = A
  CellKind kind = CellKind::text;
};

struct SheetRow {
  std::int64_t number = 0;  // 1 = the first, as spreadsheets number rows
  std::int64_t line = 0;    // of a text file; 0 = none
  std::size_t first = 0;    // of its cells
  std::uint32_t cells = 0;  // that hold something
  std::uint32_t width = 0;  // fields of a CSV record, empty ones too; 0 = a sheet
  bool hidden = false;
};

// Both ends belong to it.
struct MergedCells {
  std::int64_t first_row = 0, last_row = 0;
  std::uint16_t first_column = 0, last_column = 0;
};

class Sheet {
 public:
  static constexpr std::uint16_t column_limit = 2000;
  static constexpr std::size_t row_limit = 5'000'000;
  static constexpr std::size_t cell_limit = 40'000'000;
  static constexpr std::size_t text_limit_bytes = std::size_t{1} << 30;

  std::string name;  // of the file, for messages
  std::vector<MergedCells> merged;
  std::vector<std::uint16_t> hidden_columns;

  // Cells of a row come from left to right; a row without any is forgotten. Throw base::Error(input_unreadable),
  // keyword limit or too-large.
  void begin_row(std::int64_t number, bool hidden);
  void add(std::size_t column, CellKind kind, std::string_view text);
  void end_row();

  // For text that lies in the sheet's own buffer already (CSV).
  std::string& buffer() { return m_text; }
  void add_from_buffer(std::size_t column, std::size_t at, std::size_t size);
  void set_record(std::int64_t line, std::size_t width);

  const std::vector<SheetRow>& rows() const { return m_rows; }
  std::string_view text(const SheetCell& cell) const { return std::string_view(m_text).substr(cell.at, cell.size); }
  // A cell of a row; nullptr: it holds nothing.
  const SheetCell* cell(const SheetRow& row, std::size_t column) const;
  const SheetCell* begin(const SheetRow& row) const { return m_cells.data() + row.first; }
  const SheetCell* end(const SheetRow& row) const { return m_cells.data() + row.first + row.cells; }
  // Changes what a cell holds.
  void replace(const SheetRow& row, std::size_t column, CellKind kind, std::string_view text);

 private:
  std::uint64_t keep(std::string_view text);

  std::string m_text;
  std::vector<SheetCell> m_cells;
  std::vector<SheetRow> m_rows;
};

// A number as the shortest text that reads back to it; whole ones as digits, never with an exponent.
std::string number_text(double value);
// "A", "Z", "AA" ... as spreadsheets call columns.
std::string column_letters(std::size_t column);

}  // namespace zaitu::io
