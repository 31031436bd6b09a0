#include <fmt/format.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/utf8.h"
#include "planning/compensated_sum.h"
#include "report/output_file.h"
#include "report/report.h"
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

struct WorkbookEnd {
  void operator()(lxw_workbook* workbook) const { lxw_workbook_free(workbook); }
};

class Book {
 public:
  Book(const std::string& file, base::Date dated, base::Language language)
      : m_workbook(workbook_new(file.c_str())), m_language(language) {
    lxw_doc_properties properties{};
    std::string title = words(language, "载图台账", "Zaitu ledger"), author = "Zaitu 载图";
    properties.title = title.data();
    properties.author = author.data();
    properties.created = static_cast<time_t>(dated.days()) * 86400;  // not the clock: same input, same bytes
    workbook_set_properties(m_workbook.get(), &properties);
    m_header = format();
    format_set_bold(m_header);
    format_set_text_wrap(m_header);
    format_set_align(m_header, LXW_ALIGN_VERTICAL_CENTER);
    format_set_bg_color(m_header, 0x123B5D);
    format_set_font_color(m_header, 0xFFFFFF);
    m_date = format();
    format_set_num_format(m_date, "yyyy-mm-dd");
    m_total_text = format();
    format_set_bold(m_total_text);
    format_set_top(m_total_text, LXW_BORDER_THIN);
    m_wrapped = format();
    format_set_text_wrap(m_wrapped);
  }

  void add(const Table& table) {
    std::string name = sheet_name(table.name, m_names.size() + 1);
    // Excel takes names that differ in case only for the same.
    if (!m_names.insert(base::ascii_lower(name)).second) {
      name = fmt::format("{} {}", name, m_names.size() + 1);
      m_names.insert(base::ascii_lower(name));
    }
    lxw_worksheet* sheet = workbook_add_worksheet(m_workbook.get(), name.c_str());
    const auto rows = static_cast<lxw_row_t>(table.rows.size());
    const auto columns = static_cast<lxw_col_t>(table.columns.size());
    for (lxw_col_t c = 0; c < columns; ++c) {
      const Table::Column& column = table.columns[c];
      worksheet_write_string(sheet, 0, c, column.title.c_str(), m_header);
      lxw_format* number = number_format(column.decimals, false);
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
        } else if (const auto date =
                       column.kind == Table::Column::Kind::date ? base::Date::parse(text) : std::nullopt) {
          lxw_datetime moment{};
          moment.year = date->year();
          moment.month = date->month();
          moment.day = date->day();
          worksheet_write_datetime(sheet, r + 1, c, &moment, m_date);
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

  void add_notes(const std::vector<Table>& tables) {
    std::string name = words(m_language, "说明", "Notes");
    if (m_names.contains(base::ascii_lower(name))) name += " *";
    lxw_worksheet* sheet = workbook_add_worksheet(m_workbook.get(), name.c_str());
    worksheet_set_column(sheet, 0, 0, 100, m_wrapped);
    lxw_row_t row = 0;
    std::vector<std::string> seen;
    for (const Table& table : tables) {
      for (const std::string& note : table.notes) {
        if (std::find(seen.begin(), seen.end(), note) != seen.end()) continue;
        seen.push_back(note);
        worksheet_write_string(sheet, row++, 0, note.c_str(), m_wrapped);
      }
    }
  }

  lxw_error close() { return workbook_close(m_workbook.release()); }

 private:
  lxw_format* format() { return workbook_add_format(m_workbook.get()); }

  lxw_format* number_format(int decimals, bool total) {
    lxw_format* made = format();
    if (total) {
      format_set_bold(made);
      format_set_top(made, LXW_BORDER_THIN);
    }
    if (decimals >= 0) {
      const std::string pattern =
          "#,##0" + (decimals > 0 ? "." + std::string(static_cast<std::size_t>(decimals), '0') : "");
      format_set_num_format(made, pattern.c_str());
    }
    return made;
  }

  void write_total(lxw_worksheet* sheet, const Table& table, lxw_col_t c, lxw_row_t rows, double sum) {
    const Table::Column& column = table.columns[c];
    if (column.total && column.kind == Table::Column::Kind::number) {
      char first[LXW_MAX_CELL_NAME_LENGTH], last[LXW_MAX_CELL_NAME_LENGTH];
      lxw_rowcol_to_cell(first, 1, c);
      lxw_rowcol_to_cell(last, rows, c);
      // SUBTOTAL would follow the filter; a ledger's total is of all rows, so that it never silently shrinks.
      worksheet_write_formula_num(sheet, rows + 1, c, fmt::format("=SUM({}:{})", first, last).c_str(),
                                  number_format(column.decimals, true), sum);
    } else {
      worksheet_write_string(sheet, rows + 1, c, c == 0 ? words(m_language, "合计", "Total").c_str() : "",
                             m_total_text);
    }
  }

  // In the width of a digit; ideographs are two.
  static double width_of(const std::string& text) {
    double width = 0;
    for (std::size_t i = 0; i < text.size();) width += base::next_code_point(text, i) < 0x2E80 ? 1 : 2;
    return width;
  }

  std::unique_ptr<lxw_workbook, WorkbookEnd> m_workbook;
  base::Language m_language;
  lxw_format *m_header = nullptr, *m_date = nullptr, *m_total_text = nullptr, *m_wrapped = nullptr;
  std::set<std::string> m_names;
};

}  // namespace

void write_xlsx(const std::vector<Table>& tables, const std::string& file, base::Language language) {
  OutputFile output(file);
  Book book(output.temporary_path(), tables.empty() ? base::Date() : tables.front().dated, language);
  for (const Table& table : tables) book.add(table);
  book.add_notes(tables);
  if (const lxw_error failed = book.close(); failed != LXW_NO_ERROR) {
    throw base::Error(
        base::ExitCode::output_failed,
        fmt::format("{}: cannot be written ({}); choose another place with --out", file, lxw_strerror(failed)));
  }
  // A zip file opens with a local header and closes with the end of its directory.
  output.commit([](std::string_view bytes) {
    return bytes.starts_with("PK\x03\x04") && bytes.size() > 22 &&
           bytes.substr(bytes.size() - 22).starts_with("PK\x05\x06");
  });
}

}  // namespace zaitu::report
