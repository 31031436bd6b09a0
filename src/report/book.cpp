#include "report/book.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "base/message.h"
#include "base/utf8.h"
#include "planning/compensated_sum.h"
#include "report/words.h"

namespace zaitu::report {

namespace {

std::optional<double> parse_number(const std::string& text) {
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// Excel's rules for the name of a sheet: 31 characters, none of []:*?/\ and no apostrophe at its ends.
std::string sheet_name(const std::string& wanted, std::size_t number) {
  std::string name;
  std::size_t position = 0;
  for (int count = 0; count < 28 && position < wanted.size(); ++count) {
    const char32_t code_point = base::next_code_point(wanted, position);
    if (code_point >= 32 && std::u32string_view(U"[]:*?/\\'").find(code_point) == std::u32string_view::npos)
      base::append_utf8(name, code_point);
  }
  return name.empty() ? fmt::format("Sheet{}", number) : name;
}

// In the width of a digit; ideographs are two.
double width_of(const std::string& text) {
  double width = 0;
  for (std::size_t i = 0; i < text.size();) width += base::next_code_point(text, i) < 0x2E80 ? 1 : 2;
  return width;
}

std::string number_pattern(int decimals) {
  if (decimals < 0) return {};
  return "#,##0" + (decimals > 0 ? "." + std::string(static_cast<std::size_t>(decimals), '0') : "");
}

}  // namespace

Book::Book(const std::string& file, base::Date dated, const std::string& title, base::Language language)
    : m_workbook(workbook_new(file.c_str())), m_language(language) {
  lxw_doc_properties properties{};
  std::string title_text = title, author = "Zaitu 载图";
  properties.title = title_text.data();
  properties.author = author.data();
  properties.created = static_cast<time_t>(dated.days()) * 86400;  // not the clock: same input, same bytes
  workbook_set_properties(m_workbook.get(), &properties);
}

lxw_format* Book::format(CellLook look, const std::string& number_format) {
  lxw_format*& made = m_formats[{look, number_format}];
  if (made != nullptr) return made;
  made = workbook_add_format(m_workbook.get());
  if (!number_format.empty()) format_set_num_format(made, number_format.c_str());
  switch (look) {
    case CellLook::plain:
      break;
    case CellLook::wrapped:
      format_set_text_wrap(made);
      format_set_align(made, LXW_ALIGN_VERTICAL_TOP);
      break;
    case CellLook::title:
      format_set_bold(made);
      format_set_font_size(made, 15);
      format_set_font_color(made, 0x123B5D);
      break;
    case CellLook::remark:
      format_set_font_color(made, 0x5B6775);
      format_set_text_wrap(made);
      format_set_align(made, LXW_ALIGN_VERTICAL_TOP);
      break;
    case CellLook::header:
      format_set_bold(made);
      format_set_text_wrap(made);
      format_set_align(made, LXW_ALIGN_VERTICAL_CENTER);
      format_set_bg_color(made, 0x123B5D);
      format_set_font_color(made, 0xFFFFFF);
      break;
    case CellLook::total:
      format_set_bold(made);
      format_set_top(made, LXW_BORDER_THIN);
      break;
    case CellLook::note:
      format_set_font_color(made, 0x5B6775);
      break;
  }
  return made;
}

lxw_worksheet* Book::add_sheet(const std::string& wanted) {
  std::string name = sheet_name(wanted, m_names.size() + 1);
  // Excel takes names that differ in case only for the same.
  if (!m_names.insert(base::ascii_lower(name)).second) {
    name = fmt::format("{} {}", name, m_names.size() + 1);
    m_names.insert(base::ascii_lower(name));
  }
  return workbook_add_worksheet(m_workbook.get(), name.c_str());
}

void Book::add(const Table& table) {
  lxw_worksheet* sheet = add_sheet(table.name);
  const auto rows = static_cast<lxw_row_t>(table.rows.size());
  const auto columns = static_cast<lxw_col_t>(table.columns.size());
  for (lxw_col_t c = 0; c < columns; ++c) {
    const Table::Column& column = table.columns[c];
    worksheet_write_string(sheet, 0, c, column.title.c_str(), format(CellLook::header));
    lxw_format* number = format(CellLook::plain, number_pattern(column.decimals));
    planning::CompensatedSum sum;
    double widest = width_of(column.title);
    for (lxw_row_t r = 0; r < rows; ++r) {
      if (c >= table.rows[r].size()) continue;
      const std::string& text = table.rows[r][c];
      if (text.empty()) continue;
      widest = std::max(widest, width_of(text));
      if (const auto value = column.kind == Table::Column::Kind::number ? parse_number(text) : std::nullopt) {
        worksheet_write_number(sheet, r + 1, c, *value, number);
        sum.add(*value);
      } else if (const auto date = column.kind == Table::Column::Kind::date ? base::Date::parse(text) : std::nullopt) {
        lxw_datetime moment{};
        moment.year = date->year();
        moment.month = date->month();
        moment.day = date->day();
        worksheet_write_datetime(sheet, r + 1, c, &moment, format(CellLook::plain, "yyyy-mm-dd"));
      } else {
        worksheet_write_string(sheet, r + 1, c, text.c_str(), nullptr);
      }
    }
    worksheet_set_column(sheet, c, c, std::clamp(widest + 3, 8.0, 44.0), nullptr);
    if (rows > 0) write_total(sheet, table, c, rows, sum.value());
  }
  worksheet_freeze_panes(sheet, 1, columns > 1 ? 1 : 0);
  if (columns > 0) worksheet_autofilter(sheet, 0, 0, rows, static_cast<lxw_col_t>(columns - 1));
}

void Book::add_lines(const std::string& wanted, const std::vector<std::string>& lines) {
  lxw_worksheet* sheet = add_sheet(m_names.contains(base::ascii_lower(wanted)) ? wanted + " -" : wanted);
  worksheet_set_column(sheet, 0, 0, 100, format(CellLook::wrapped));
  lxw_row_t row = 0;
  for (const std::string& line : lines)
    worksheet_write_string(sheet, row++, 0, line.c_str(), format(CellLook::wrapped));
}

void Book::finish(const base::OutputFile& output) {
  if (const lxw_error failed = workbook_close(m_workbook.release()); failed != LXW_NO_ERROR) {
    throw base::Error(base::ExitCode::output_failed,
                      base::say("{}: cannot be written ({}); choose another place with --out", output.target(),
                                lxw_strerror(failed)));
  }
  // A zip file opens with a local header and closes with the end of its directory.
  output.check([](std::string_view bytes) {
    return bytes.starts_with("PK\x03\x04") && bytes.size() > 22 &&
           bytes.substr(bytes.size() - 22).starts_with("PK\x05\x06");
  });
}

void Book::write_total(lxw_worksheet* sheet, const Table& table, lxw_col_t c, lxw_row_t rows, double sum) {
  const Table::Column& column = table.columns[c];
  if (column.total && column.kind == Table::Column::Kind::number) {
    char first[LXW_MAX_CELL_NAME_LENGTH], last[LXW_MAX_CELL_NAME_LENGTH];
    lxw_rowcol_to_cell(first, 1, c);
    lxw_rowcol_to_cell(last, rows, c);
    // SUBTOTAL would follow the filter; a ledger's total is of all rows, so that it never silently shrinks.
    worksheet_write_formula_num(sheet, rows + 1, c, fmt::format("=SUM({}:{})", first, last).c_str(),
                                format(CellLook::total, number_pattern(column.decimals)), sum);
  } else {
    worksheet_write_string(sheet, rows + 1, c, c == 0 ? words(m_language, "合计", "Total").c_str() : "",
                           format(CellLook::total));
  }
}

// ---- by cells ------------------------------------------------------------------------------------------------------

Grid::Grid(Book& book, const std::string& name, const std::vector<double>& column_widths)
    : m_book(book), m_sheet(book.add_sheet(name)), m_columns(static_cast<lxw_col_t>(column_widths.size())) {
  for (lxw_col_t c = 0; c < m_columns; ++c) worksheet_set_column(m_sheet, c, c, column_widths[c], nullptr);
  worksheet_set_landscape(m_sheet);
  constexpr std::uint8_t a4 = 9;
  worksheet_set_paper(m_sheet, a4);
  worksheet_fit_to_pages(m_sheet, 1, 0);
  worksheet_gridlines(m_sheet, LXW_SHOW_SCREEN_GRIDLINES);
}

void Grid::text(lxw_row_t row, lxw_col_t column, const std::string& words_of_cell, CellLook look) {
  worksheet_write_string(m_sheet, row, column, words_of_cell.c_str(), m_book.format(look));
}

void Grid::number(lxw_row_t row, lxw_col_t column, double value, const std::string& number_format, CellLook look) {
  if (std::isfinite(value)) {
    worksheet_write_number(m_sheet, row, column, value, m_book.format(look, number_format));
  } else {
    worksheet_write_blank(m_sheet, row, column, m_book.format(look));
  }
}

void Grid::formula(lxw_row_t row, lxw_col_t column, const std::string& of, double value,
                   const std::string& number_format, CellLook look) {
  lxw_format* format = m_book.format(look, number_format);
  if (std::isfinite(value)) {
    worksheet_write_formula_num(m_sheet, row, column, of.c_str(), format, value);
  } else {
    worksheet_write_formula_str(m_sheet, row, column, of.c_str(), format, "");
  }
}

void Grid::merged(lxw_row_t first_row, lxw_col_t first, lxw_row_t last_row, lxw_col_t last,
                  const std::string& words_of_cell, CellLook look) {
  if (first_row == last_row && first == last) return text(first_row, first, words_of_cell, look);
  worksheet_merge_range(m_sheet, first_row, first, last_row, last, words_of_cell.c_str(), m_book.format(look));
}

lxw_row_t Grid::heading(const std::string& title, const std::string& basis) {
  const auto last = static_cast<lxw_col_t>(m_columns - 1);
  merged(0, 0, 0, last, title, CellLook::title);
  merged(1, 0, 1, last, basis, CellLook::remark);
  height(0, 24);
  height(1, 30);
  return 3;
}

void Grid::freeze(lxw_row_t row, lxw_col_t column) {
  worksheet_freeze_panes(m_sheet, row, column);
  if (row > 0) worksheet_repeat_rows(m_sheet, 0, row - 1);
}

void Grid::height(lxw_row_t row, double points) { worksheet_set_row(m_sheet, row, points, nullptr); }

std::string Grid::cell(lxw_row_t row, lxw_col_t column) {
  char name[LXW_MAX_CELL_NAME_LENGTH];
  lxw_rowcol_to_cell(name, row, column);
  return name;
}

}  // namespace zaitu::report
