// Where in a sheet the table is: which rows are its header (one, or several joined as 上/下), which columns it has,
// which rows below are data, and which are none (totals, notes, the header again) and therefore listed and left out.
// Merged cells are filled down; nothing else is. What was decided is said.
#pragma once

#include <string>
#include <vector>

#include "io/sheet.h"
#include "io/source.h"

namespace zaitu::io {

// The value of a cell that is merged over several rows.
struct FilledCells {
  std::size_t column = 0;  // of TableShape::columns
  std::int64_t first_row = 0, last_row = 0;
  SheetCell cell;
};

struct TableShape {
  std::int64_t header_first = 0, header_last = 0;  // numbers of rows; 0: the sheet is empty
  std::vector<std::uint16_t> columns;              // of the sheet, from left to right
  std::vector<std::string> titles;                 // one for each column, told apart (field_names.h)
  std::vector<std::string> notes;                  // texts above the header
  std::vector<std::size_t> rows;                   // of Sheet::rows, that are data
  std::vector<FilledCells> fills;                  // by their first row
  std::int64_t skipped = 0;                        // rows that are no data
  std::int64_t set_aside = 0;                      // rows that are data and cannot be told apart into columns
  bool by_ordinal = false;  // rows are named by their place below the header, not by their number
};

// `header_row`: the last row of the header as the user says; 0: it is looked for. Throws base::Error(usage) when there
// is no such row.
TableShape shape_of(Sheet& sheet, std::int64_t header_row, std::vector<Warning>& warnings);

// The name of a row in warnings and in SourceRow::fid.
std::int64_t row_name(const TableShape& shape, const SheetRow& row);

// The cells of the data rows in their order, with the filled ones; of `columns`; nullptr: it holds nothing.
class TableRows {
 public:
  TableRows(const Sheet& sheet, const TableShape& shape)
      : m_sheet(sheet), m_shape(shape), m_active(shape.columns.size()) {}
  // Moves on to a later row, by its place in TableShape::rows.
  void go_to(std::size_t row);
  const std::vector<const SheetCell*>& cells() const { return m_cells; }
  std::int64_t name() const { return row_name(m_shape, *m_row); }

 private:
  const Sheet& m_sheet;
  const TableShape& m_shape;
  const SheetRow* m_row = nullptr;
  std::vector<const FilledCells*> m_active;
  std::size_t m_next_fill = 0;
  std::vector<const SheetCell*> m_cells;
};

// The first rows of the sheet, by the table's columns, for a preview.
TableView view_of(const Sheet& sheet, const TableShape& shape);

}  // namespace zaitu::io
