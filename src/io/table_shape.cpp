#include "io/table_shape.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>

#include "base/date.h"
#include "base/message.h"
#include "base/utf8.h"
#include "io/encoding.h"
#include "io/field_names.h"
#include "io/table_header.h"
#include "model/cell_values.h"

namespace zaitu::io {

namespace {

constexpr std::size_t listed_limit = 50;  // of one kind of oddity that loses nothing

// "3, 5, 8, ..."
std::string list_of(const std::vector<std::int64_t>& rows) {
  constexpr std::size_t most = 20;
  std::string list;
  for (std::size_t i = 0; i < std::min(rows.size(), most); ++i) list += (i == 0 ? "" : ", ") + std::to_string(rows[i]);
  return rows.size() > most ? list + ", ..." : list;
}

std::string without_blanks(std::string_view text) { return model::match_key(text); }

class Shaping {
 public:
  Shaping(Sheet& sheet, std::vector<Warning>& warnings) : m_sheet(sheet), m_warnings(warnings) {}

  TableShape make(std::int64_t header_row) {
    const auto header = find_header(m_sheet, header_row);
    if (!header) return m_shape;
    m_header = *header;
    m_shape.header_first = row(header->first).number;
    m_shape.header_last = row(header->last).number;
    m_shape.by_ordinal = row(header->first).width > 0;
    choose_columns();
    if (m_shape.by_ordinal) find_surplus();
    for (const MergedCells& merged : m_sheet.merged) {
      const std::size_t columns = merged.last_column - merged.first_column + std::size_t{1};
      if (2 * columns > m_shape.columns.size()) m_wide_merged.insert({merged.first_row, merged.first_column});
    }
    sort_rows();
    say_header(header_row > 0);
    say_hidden();
    fill_merged();
    read_serial_dates();
    look_at_texts();
    return std::move(m_shape);
  }

 private:
  const SheetRow& row(std::size_t r) const { return m_sheet.rows()[r]; }
  std::string name_of(const SheetRow& of) const { return std::to_string(row_name(m_shape, of)); }
  std::size_t first_data_row() const { return m_header.last + 1; }
  void say(std::string feature, std::string field, std::string code, std::string message) {
    m_warnings.push_back({std::move(feature), std::move(field), std::move(code), std::move(message)});
  }

  // Those with a title or with something in more than a stray row.
  void choose_columns() {
    std::map<std::uint16_t, std::int64_t> filled;
    std::int64_t rows_below = 0;
    for (std::size_t r = first_data_row(); r < m_sheet.rows().size(); ++r) {
      ++rows_below;
      for (const SheetCell* cell = m_sheet.begin(row(r)); cell != m_sheet.end(row(r)); ++cell) ++filled[cell->column];
    }
    std::vector<std::string> raw;
    std::set<std::uint16_t> columns;
    for (const auto& [column, count] : filled) columns.insert(column);
    for (std::size_t column = 0; column < m_header.titles.size(); ++column) {
      if (!m_header.titles[column].empty()) columns.insert(static_cast<std::uint16_t>(column));
    }
    const std::size_t header_width = row(m_header.last).width;
    for (const std::uint16_t column : columns) {
      const std::string title = column < m_header.titles.size() ? m_header.titles[column] : "";
      // Beyond the header of a CSV: a column only where most rows have it, else rows that were torn apart.
      const bool beyond = m_shape.by_ordinal && column >= header_width && title.empty();
      if (beyond && 2 * filled[column] <= rows_below) continue;
      if (title.empty()) {
        say("", "", "column",
            base::say("column {} has no title and holds something in {} rows: it is called column_{}",
                      column_letters(column), filled[column], column_letters(column)));
      }
      m_shape.columns.push_back(column);
      raw.push_back(title.empty() ? "column_" + column_letters(column) : title);
    }
    m_shape.titles = field_names(raw, [&](Warning&& warning) { m_warnings.push_back(std::move(warning)); });
  }

  bool is_column(std::uint16_t column) const {
    return std::binary_search(m_shape.columns.begin(), m_shape.columns.end(), column);
  }

  // Records of a CSV with more fields than the header: which of them belongs where cannot be told.
  void find_surplus() {
    for (std::size_t r = first_data_row(); r < m_sheet.rows().size(); ++r) {
      const SheetRow& record = row(r);
      const bool torn = std::any_of(m_sheet.begin(record), m_sheet.end(record),
                                    [&](const SheetCell& cell) { return !is_column(cell.column); });
      if (torn) m_torn.insert(r);
    }
  }

  void sort_rows() {
    const std::size_t width = row(m_header.last).width;
    std::vector<std::int64_t> short_rows;
    for (std::size_t r = first_data_row(); r < m_sheet.rows().size(); ++r) {
      const SheetRow& record = row(r);
      if (m_torn.contains(r)) {
        ++m_shape.set_aside;
        say(name_of(record), "", "column",
            base::say("line {} has {} fields and the header has {}, so that its values cannot be told apart: this row "
                      "was rejected: {}",
                      record.line, record.width, width, text_of_row(record)));
        continue;
      }
      if (skips(r)) {
        ++m_shape.skipped;
        continue;
      }
      if (m_shape.by_ordinal && record.width < width && short_rows.size() < listed_limit) {
        short_rows.push_back(record.number);
        say(name_of(record), "", "column",
            base::say("line {} has {} fields and the header has {}: the missing ones are empty", record.line,
                      record.width, width));
      }
      m_shape.rows.push_back(r);
    }
  }

  std::string text_of_row(const SheetRow& of) const {
    std::string text;
    for (const SheetCell* cell = m_sheet.begin(of); cell != m_sheet.end(of); ++cell) {
      text += (text.empty() ? "" : " | ") + std::string(base::trim(m_sheet.text(*cell)));
    }
    return cut_name(text);
  }

  // Rows that are no data are said by what they are.
  bool skips(std::size_t r) {
    const SheetRow& record = row(r);
    const auto listed = [&](const char* code, const std::string& what) {
      say(name_of(record), "", code, base::say("this row is {}: it was left out: {}", what, text_of_row(record)));
      return true;
    };
    if (is_total(record)) return listed("total", base::say("a total"));
    if (r + 1 == m_sheet.rows().size() && is_sum_of_all(record))
      return listed("total", base::say("the sum of the rows above"));
    if (is_header_again(record)) return listed("header", base::say("the header once more"));
    if (r == first_data_row() && is_numbering(record)) return listed("header", base::say("the numbers of the columns"));
    if (is_section(record)) return listed("header", base::say("a heading between rows"));
    if (is_note(record)) return listed("header", base::say("a note under the table"));
    return false;
  }

  // 合计, 小计, 总计 in one of the first cells; 浦江镇小计 in the first.
  bool is_total(const SheetRow& record) const {
    static constexpr std::array<std::string_view, 10> words{"合计", "小计",  "总计",     "共计",       "总和",
                                                            "累计", "total", "subtotal", "grandtotal", "sum"};
    static constexpr std::array<std::string_view, 4> last_words{"合计", "小计", "总计", "共计"};
    constexpr std::size_t longest_name_of_total = 45;  // bytes: 15 characters
    std::size_t texts = 0;
    for (const SheetCell* cell = m_sheet.begin(record); cell != m_sheet.end(record) && texts < 3; ++cell) {
      if (is_value(m_sheet, *cell)) continue;
      std::string key = without_blanks(m_sheet.text(*cell));
      while (key.ends_with(':')) key.pop_back();
      const bool first = texts++ == 0;
      if (key.size() > longest_name_of_total) continue;
      if (std::find(words.begin(), words.end(), key) != words.end()) return true;
      const bool of_part = std::any_of(last_words.begin(), last_words.end(), [&](std::string_view word) {
        return key.starts_with(std::string(word) + "(") || (first && key.ends_with(word));
      });
      if (of_part) return true;
    }
    return false;
  }

  // A last row without a word, in which each number is the sum of its column.
  bool is_sum_of_all(const SheetRow& record) const {
    constexpr std::size_t fewest_rows = 2;
    if (record.cells == 0 || m_shape.rows.size() < fewest_rows || m_shape.columns.empty()) return false;
    if (m_sheet.cell(record, m_shape.columns.front()) != nullptr) return false;
    const auto number_in = [&](const SheetCell& cell) {
      const auto number = model::parse_number(m_sheet.text(cell), true);
      return number && number->unit.empty() ? std::optional(number->value) : std::nullopt;
    };
    for (const SheetCell* cell = m_sheet.begin(record); cell != m_sheet.end(record); ++cell) {
      const auto total = number_in(*cell);
      if (!total || *total == 0) return false;
      double sum = 0;
      for (const std::size_t r : m_shape.rows) {
        const SheetCell* const above = m_sheet.cell(row(r), cell->column);
        sum += above == nullptr ? 0 : number_in(*above).value_or(0);
      }
      constexpr double rounding = 1e-6;
      if (std::abs(sum - *total) > rounding * std::abs(*total) + rounding) return false;
    }
    return true;
  }

  bool is_header_again(const SheetRow& record) const {
    const SheetRow& header = row(m_header.last);
    if (record.cells < 2 || record.cells != header.cells) return false;
    for (const SheetCell* cell = m_sheet.begin(record); cell != m_sheet.end(record); ++cell) {
      const SheetCell* const title = m_sheet.cell(header, cell->column);
      if (title == nullptr || base::trim(m_sheet.text(*title)) != base::trim(m_sheet.text(*cell))) return false;
    }
    return true;
  }

  // 1 2 3 4 ... or 甲 乙 1 2 ... below the titles.
  bool is_numbering(const SheetRow& record) const {
    if (record.cells < 3 || record.cells < m_shape.columns.size()) return false;
    static constexpr std::array<std::string_view, 4> letters{"甲", "乙", "丙", "丁"};
    std::size_t index = 0, number = 0;
    for (const SheetCell* cell = m_sheet.begin(record); cell != m_sheet.end(record); ++cell, ++index) {
      const std::string key = without_blanks(m_sheet.text(*cell));
      if (number == 0 && index < letters.size() && key == letters[index]) continue;
      if (key != std::to_string(number + 1)) return false;
      ++number;
    }
    return number >= 2;
  }

  // 一、浦江镇 across the table.
  bool is_section(const SheetRow& record) const {
    if (record.cells != 1 || m_shape.columns.size() < 3) return false;
    const SheetCell& only = *m_sheet.begin(record);
    if (is_value(m_sheet, only)) return false;
    if (m_wide_merged.contains({record.number, only.column})) return true;
    const std::string_view text = base::trim(m_sheet.text(only));
    static constexpr std::string_view numerals = "一二三四五六七八九十";
    constexpr std::size_t bytes = 3;  // of one of them
    std::size_t at = 0;
    while (at + bytes <= text.size() && numerals.find(text.substr(at, bytes)) % bytes == 0 &&
           numerals.find(text.substr(at, bytes)) != std::string_view::npos)
      at += bytes;
    return at > 0 && text.substr(at).starts_with("、");
  }

  bool is_note(const SheetRow& record) const {
    if (record.cells > 4 || 2 * record.cells > m_shape.columns.size() || m_shape.columns.size() < 3) return false;
    static constexpr std::array<std::string_view, 14> words{"注:",      "备注:", "说明:", "填表",     "制表",
                                                            "审核",     "填报",  "复核",  "单位负责", "联系人",
                                                            "数据来源", "来源:", "note:", "注1"};
    const std::string key = without_blanks(m_sheet.text(*m_sheet.begin(record)));
    const bool begins = std::any_of(words.begin(), words.end(), [&](std::string_view w) { return key.starts_with(w); });
    return begins && (record.cells == 1 || key.find(':') != std::string::npos);
  }

  // Years may well be titles.
  std::optional<std::string> number_among_titles() const {
    const SheetRow& header = row(m_header.last);
    if (first_data_row() >= m_sheet.rows().size()) return std::nullopt;
    for (const SheetCell* cell = m_sheet.begin(header); cell != m_sheet.end(header); ++cell) {
      const SheetCell* const below = m_sheet.cell(row(first_data_row()), cell->column);
      if (below == nullptr || !is_value(m_sheet, *below)) continue;
      const auto number = model::parse_number(m_sheet.text(*cell), true);
      if (number && (number->value < 1900 || number->value > 2100)) return std::string(m_sheet.text(*cell));
    }
    return std::nullopt;
  }

  void say_header(bool given) {
    if (m_header.first > 0) {
      for (std::size_t r = 0; r < m_header.first; ++r) m_shape.notes.push_back(text_of_row(row(r)));
    }
    const bool several = m_header.last > m_header.first;
    if (const auto number = given || several ? std::nullopt : number_among_titles()) {
      say("", "", "header",
          base::say("row {} was taken for the header and holds the number {} above other numbers: if the table has no "
                    "header, that row is data; put titles above it",
                    m_shape.header_first, *number));
    }
    if (given || (m_header.first == 0 && !several)) return;
    const std::string above = m_shape.notes.empty() ? "" : base::say("; above it: {}", m_shape.notes.front());
    say("", "", "header",
        several
            ? base::say("the header was found in rows {}-{}, joined as upper/lower{}; --header-row takes another",
                        m_shape.header_first, m_shape.header_last, above)
            : base::say("the header was found in row {}{}; --header-row takes another", m_shape.header_first, above));
  }

  void say_hidden() {
    std::vector<std::int64_t> hidden;
    for (const std::size_t r : m_shape.rows) {
      if (row(r).hidden) hidden.push_back(row(r).number);
    }
    if (!hidden.empty()) {
      say("", "", "hidden",
          base::say("{} rows are hidden in the sheet and were read like the others: {}", hidden.size(),
                    list_of(hidden)));
    }
    std::string columns;
    for (const std::uint16_t column : m_sheet.hidden_columns) {
      const auto found = std::lower_bound(m_shape.columns.begin(), m_shape.columns.end(), column);
      if (found == m_shape.columns.end() || *found != column) continue;
      columns +=
          (columns.empty() ? "" : ", ") + m_shape.titles[static_cast<std::size_t>(found - m_shape.columns.begin())];
    }
    if (!columns.empty())
      say("", "", "hidden", base::say("columns are hidden in the sheet and were read like the others: {}", columns));
  }

  // A cell merged over several rows says the same of each of them.
  void fill_merged() {
    for (const MergedCells& merged : m_sheet.merged) {
      if (merged.first_row <= m_shape.header_last || merged.last_row == merged.first_row) continue;
      const auto column = std::lower_bound(m_shape.columns.begin(), m_shape.columns.end(), merged.first_column);
      if (column == m_shape.columns.end() || *column != merged.first_column) continue;
      const auto& rows = m_sheet.rows();
      const auto head = std::lower_bound(rows.begin(), rows.end(), merged.first_row,
                                         [](const SheetRow& r, std::int64_t wanted) { return r.number < wanted; });
      if (head == rows.end() || head->number != merged.first_row) continue;
      const SheetCell* const cell = m_sheet.cell(*head, merged.first_column);
      if (cell == nullptr) continue;
      m_shape.fills.push_back(
          {static_cast<std::size_t>(column - m_shape.columns.begin()), merged.first_row, merged.last_row, *cell});
    }
    std::stable_sort(m_shape.fills.begin(), m_shape.fills.end(),
                     [](const FilledCells& a, const FilledCells& b) { return a.first_row < b.first_row; });
    struct Told {
      std::int64_t count = 0, first_row = 0;
      bool numbers = false;
    };
    std::map<std::size_t, Told> told;
    for (const FilledCells& fill : m_shape.fills) {
      Told& of = told[fill.column];
      if (of.count++ == 0) of.first_row = fill.first_row;
      of.numbers = of.numbers || fill.cell.kind == CellKind::number;
    }
    for (const auto& [column, of] : told) {
      say("", m_shape.titles[column], "merged",
          base::say("{} cells of this column are merged over several rows, the first in row {}: each of these rows has "
                    "their value{}",
                    of.count, of.first_row, of.numbers ? base::say("; numbers among them must not be summed") : ""));
    }
  }

  static bool is_serial(std::string_view text) {
    return text.size() == 5 && text >= "20000" && text <= "80000" &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
  }

  // A bare number in a column of dates is a day that lost its format.
  void read_serial_dates() {
    for (std::size_t c = 0; c < m_shape.columns.size(); ++c) {
      const std::uint16_t column = m_shape.columns[c];
      std::vector<std::size_t> serials;
      std::size_t dates = 0, others = 0, written = 0;
      for (const std::size_t r : m_shape.rows) {
        const SheetCell* const cell = m_sheet.cell(row(r), column);
        if (cell == nullptr) continue;
        const std::string_view text = m_sheet.text(*cell);
        if (cell->kind == CellKind::date || (cell->kind == CellKind::text && model::parse_date(text))) {
          ++dates;
        } else if (is_serial(text) && cell->kind != CellKind::error) {
          serials.push_back(r);
          written += cell->kind == CellKind::text ? 1U : 0U;
        } else {
          ++others;
        }
      }
      if (serials.empty()) continue;
      const bool titled = m_shape.titles[c].find("日期") != std::string::npos ||
                          m_shape.titles[c].find("时间") != std::string::npos ||
                          base::ascii_lower(m_shape.titles[c]).find("date") != std::string::npos;
      // In a CSV all numbers are texts: there only the dates beside them tell.
      const bool surely = titled ? dates > 0 || (others == 0 && written == 0)
                                 : written == 0 && dates > others && dates >= serials.size();
      if (!surely) continue;
      for (const std::size_t r : serials) {
        const std::string text(m_sheet.text(*m_sheet.cell(row(r), column)));
        constexpr int excel_days = 25569;
        const std::string iso = base::Date::from_days(std::atoi(text.c_str()) - excel_days).iso();
        m_sheet.replace(row(r), column, CellKind::date, iso);
        say(name_of(row(r)), m_shape.titles[c], "date",
            base::say("the number {} has no format of a date and stands among dates: it was read as {}", text, iso));
      }
    }
  }

  struct Oddities {
    std::vector<std::int64_t> blanks, controls, damaged, errors;
    std::string first_damaged;
  };

  static bool has_blanks_around(std::string_view text) { return base::trim(text).size() != text.size(); }
  // An identifier that a spreadsheet took for a number: 3.10104E+17, or digits of which the last ones are made up.
  static bool is_damaged_id(const SheetCell& cell, std::string_view text) {
    constexpr std::size_t exact_digits = 15;
    if (cell.kind == CellKind::number) return text.size() > exact_digits && text.find('.') == std::string_view::npos;
    const std::size_t e = text.find_first_of("eE");
    if (e == std::string_view::npos || e < 3 || e + 3 >= text.size() || text[e + 1] != '+') return false;
    const auto digits = [](std::string_view part) {
      return std::all_of(part.begin(), part.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
    };
    constexpr int id_exponent = 11;
    return digits(text.substr(0, e)) && digits(text.substr(e + 2)) &&
           std::atoi(std::string(text.substr(e + 2)).c_str()) >= id_exponent;
  }

  void look_at_texts() {
    std::vector<Oddities> odd(m_shape.columns.size());
    for (const std::size_t r : m_shape.rows) {
      std::size_t c = 0;
      for (const SheetCell* cell = m_sheet.begin(row(r)); cell != m_sheet.end(row(r)); ++cell) {
        while (c < m_shape.columns.size() && m_shape.columns[c] < cell->column) ++c;
        if (c == m_shape.columns.size()) break;
        if (m_shape.columns[c] != cell->column) continue;
        const std::string_view text = m_sheet.text(*cell);
        const std::int64_t name = row_name(m_shape, row(r));
        if (has_blanks_around(text)) odd[c].blanks.push_back(name);
        if (has_control_characters(text)) odd[c].controls.push_back(name);
        if (cell->kind == CellKind::error) odd[c].errors.push_back(name);
        if (is_damaged_id(*cell, base::trim(text))) {
          if (odd[c].damaged.empty()) odd[c].first_damaged = text;
          odd[c].damaged.push_back(name);
        }
      }
    }
    for (std::size_t c = 0; c < odd.size(); ++c) {
      const std::string& title = m_shape.titles[c];
      const auto tell = [&](const std::vector<std::int64_t>& rows, const char* code, const auto& message) {
        if (!rows.empty())
          say(rows.size() == 1 ? std::to_string(rows[0]) : "", title, code, message(rows.size(), list_of(rows)));
      };
      tell(odd[c].blanks, "space", [](std::size_t count, const std::string& rows) {
        return base::say("{} cells have blanks before or after their text, which do not count (rows {})", count, rows);
      });
      tell(odd[c].controls, "character", [](std::size_t count, const std::string& rows) {
        return base::say("{} cells hold control characters, which are kept (rows {})", count, rows);
      });
      tell(odd[c].errors, "type", [](std::size_t count, const std::string& rows) {
        return base::say("{} cells hold an error of the spreadsheet, like #N/A (rows {})", count, rows);
      });
      tell(odd[c].damaged, "precision", [&](std::size_t count, const std::string& rows) {
        return base::say(
            "{} cells hold an id or number of more than 15 digits that was kept as a number, so that its "
            "last digits are lost, like {} (rows {})",
            count, odd[c].first_damaged, rows);
      });
    }
  }

  Sheet& m_sheet;
  std::vector<Warning>& m_warnings;
  TableShape m_shape;
  TableHeader m_header;
  std::set<std::size_t> m_torn;
  std::set<std::pair<std::int64_t, std::uint16_t>> m_wide_merged;  // over more than half of the table
};

}  // namespace

TableShape shape_of(Sheet& sheet, std::int64_t header_row, std::vector<Warning>& warnings) {
  return Shaping(sheet, warnings).make(header_row);
}

std::int64_t row_name(const TableShape& shape, const SheetRow& row) {
  return shape.by_ordinal ? row.number - shape.header_last : row.number;
}

void TableRows::go_to(std::size_t row) {
  m_row = &m_sheet.rows()[m_shape.rows[row]];
  for (; m_next_fill < m_shape.fills.size() && m_shape.fills[m_next_fill].first_row <= m_row->number; ++m_next_fill)
    m_active[m_shape.fills[m_next_fill].column] = &m_shape.fills[m_next_fill];
  m_cells.assign(m_shape.columns.size(), nullptr);
  std::size_t column = 0;
  for (const SheetCell* cell = m_sheet.begin(*m_row); cell != m_sheet.end(*m_row); ++cell) {
    while (column < m_shape.columns.size() && m_shape.columns[column] < cell->column) ++column;
    if (column < m_shape.columns.size() && m_shape.columns[column] == cell->column) m_cells[column] = cell;
  }
  if (m_shape.fills.empty()) return;
  for (std::size_t c = 0; c < m_cells.size(); ++c) {
    if (m_cells[c] == nullptr && m_active[c] != nullptr && m_row->number <= m_active[c]->last_row)
      m_cells[c] = &m_active[c]->cell;
  }
}

TableView view_of(const Sheet& sheet, const TableShape& shape) {
  constexpr std::size_t rows_shown = 24;
  TableView view;
  view.header_first = shape.header_first;
  view.header_last = shape.header_last;
  view.skipped = shape.skipped;
  view.rows_before = shape.by_ordinal ? shape.header_last : 0;
  view.notes = shape.notes;
  for (std::size_t r = 0; r < std::min(sheet.rows().size(), rows_shown); ++r) {
    const SheetRow& row = sheet.rows()[r];
    TableRow shown;
    shown.number = row.number;
    shown.hidden = row.hidden;
    shown.cells.reserve(shape.columns.size());
    for (const std::uint16_t column : shape.columns) {
      const SheetCell* const cell = sheet.cell(row, column);
      shown.cells.push_back(cell == nullptr ? "" : cut_name(std::string(base::trim(sheet.text(*cell)))));
    }
    view.first_rows.push_back(std::move(shown));
  }
  return view;
}

}  // namespace zaitu::io
