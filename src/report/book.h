// An XLSX workbook in the making: plain tables, and sheets laid out cell by cell. Nothing in it comes from the clock.
// libxlsxwriter is seen here and in the files that fill such a book. One thread.
#pragma once

#include <xlsxwriter.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/format.h"
#include "base/output_file.h"
#include "report/report.h"

namespace zaitu::report {

enum class CellLook { plain, wrapped, title, remark, header, total, note };

class Book {
 public:
  // Writes to `file` when it is finished. `dated` stands as the creation time.
  Book(const std::string& file, base::Date dated, const std::string& title, base::Language language);

  // A sheet of the table's `rows`: header frozen, filter, totals of the number columns marked `total`.
  void add(const Table& table);
  // A sheet of lines, one below the other; a name that is taken gets a mark.
  void add_lines(const std::string& name, const std::vector<std::string>& lines);
  // An empty sheet, for a Grid.
  lxw_worksheet* add_sheet(const std::string& name);
  lxw_format* format(CellLook look, const std::string& number_format = "");
  base::Language language() const { return m_language; }

  // Writes the file and looks whether it is whole; `output` is where the book was told to write. Throws
  // base::Error(output_failed).
  void finish(const base::OutputFile& output);

 private:
  struct End {
    void operator()(lxw_workbook* workbook) const { lxw_workbook_free(workbook); }
  };
  void write_total(lxw_worksheet* sheet, const Table& table, lxw_col_t column, lxw_row_t rows, double sum);

  std::unique_ptr<lxw_workbook, End> m_workbook;
  base::Language m_language;
  std::map<std::pair<CellLook, std::string>, lxw_format*> m_formats;
  std::set<std::string> m_names;
};

// One sheet by cells, rows and columns from 0. Numbers that are not known leave their cell empty.
class Grid {
 public:
  Grid(Book& book, const std::string& name, const std::vector<double>& column_widths);

  void text(lxw_row_t row, lxw_col_t column, const std::string& words, CellLook look = CellLook::plain);
  void number(lxw_row_t row, lxw_col_t column, double value, const std::string& number_format,
              CellLook look = CellLook::plain);
  // With the value that the formula has, so that readers that do not compute agree.
  void formula(lxw_row_t row, lxw_col_t column, const std::string& formula, double value,
               const std::string& number_format, CellLook look = CellLook::plain);
  void merged(lxw_row_t first_row, lxw_col_t first, lxw_row_t last_row, lxw_col_t last, const std::string& words,
              CellLook look);
  // Title and basis above the table, across its columns; the table's header goes to the row that is returned.
  lxw_row_t heading(const std::string& title, const std::string& basis);
  // Keeps what is above and left of the cell in sight, and the rows above on every printed page.
  void freeze(lxw_row_t row, lxw_col_t column);
  void height(lxw_row_t row, double points);

  static std::string cell(lxw_row_t row, lxw_col_t column);  // "B4"

 private:
  Book& m_book;
  lxw_worksheet* m_sheet;
  lxw_col_t m_columns;
};

}  // namespace zaitu::report
