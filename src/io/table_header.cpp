#include "io/table_header.h"

#include <algorithm>

#include "base/message.h"
#include "base/utf8.h"
#include "io/refuse.h"
#include "model/cell_values.h"

namespace zaitu::io {

namespace {

constexpr std::size_t rows_looked_at = 60;
constexpr std::size_t header_rows_limit = 4;
constexpr std::size_t longest_title = 400;  // bytes

// The cells of a row where merged ones count as one.
class HeaderSearch {
 public:
  explicit HeaderSearch(const Sheet& sheet) : m_sheet(sheet) {
    const std::size_t rows = std::min(sheet.rows().size(), rows_looked_at);
    for (std::size_t r = 0; r < rows; ++r) {
      const SheetRow& row = sheet.rows()[r];
      if (row.cells > 0) m_last_column = std::max<std::size_t>(m_last_column, (sheet.end(row) - 1)->column);
      m_width = std::max<std::size_t>(m_width, row.cells);
    }
    const std::int64_t lowest = rows == 0 ? 0 : sheet.rows()[rows - 1].number;
    for (const MergedCells& merged : sheet.merged) {
      if (merged.first_row <= lowest) m_merged.push_back(merged);
    }
  }

  TableHeader find(std::int64_t given) const {
    const std::size_t last_row = std::min(m_sheet.rows().size(), rows_looked_at);
    if (given > 0) return of_given(given);
    std::size_t first = 0;
    while (first + 1 < last_row && is_above(first)) ++first;
    std::size_t last = first;
    while (last + 1 < last_row && last - first + 1 < header_rows_limit && continues(first, last)) ++last;
    return with_titles(first, last);
  }

 private:
  const SheetRow& row(std::size_t r) const { return m_sheet.rows()[r]; }

  // The merged cells that begin in a row, or reach into it.
  const MergedCells* merged_at(std::int64_t number, std::size_t column) const {
    for (const MergedCells& merged : m_merged) {
      if (merged.first_row <= number && number <= merged.last_row && merged.first_column <= column &&
          column <= merged.last_column)
        return &merged;
    }
    return nullptr;
  }

  static std::size_t columns_of(const MergedCells& merged) {
    return merged.last_column - merged.first_column + std::size_t{1};
  }

  static bool has_colon(std::string_view text) {
    return text.find(':') != std::string_view::npos || text.find("：") != std::string_view::npos;
  }

  // A title of the whole table, a note with its unit, day or author: fewer cells than the table has columns.
  bool is_above(std::size_t r) const {
    const std::size_t cells = row(r).cells;
    if (m_width < 2) return false;
    if (m_width == 2 ? cells > 1 : cells > std::max<std::size_t>(m_width / 3, 1)) {
      // 填报单位：…　单位：公顷: all of it pairs with a colon.
      return 2 * cells <= m_width + 1 && cells < m_width &&
             std::all_of(m_sheet.begin(row(r)), m_sheet.end(row(r)),
                         [&](const SheetCell& cell) { return has_colon(m_sheet.text(cell)); });
    }
    // A title that is merged down over a few columns belongs to the header.
    if (cells == 1) {
      const MergedCells* const merged = merged_at(row(r).number, m_sheet.begin(row(r))->column);
      if (merged != nullptr && merged->last_row > row(r).number && 2 * columns_of(*merged) <= m_width) return false;
    }
    // All rows below are as narrow: then it is the table itself.
    for (std::size_t below = r + 1; below < std::min(m_sheet.rows().size(), r + rows_looked_at); ++below) {
      if (row(below).cells > cells) return true;
    }
    return false;
  }

  bool all_titles(std::size_t r) const {
    return std::all_of(m_sheet.begin(row(r)), m_sheet.end(row(r)), [&](const SheetCell& cell) {
      return !is_value(m_sheet, cell) && m_sheet.text(cell).size() <= longest_title;
    });
  }

  // Does the row after `last` still belong to the header that begins at `first`?
  bool continues(std::size_t first, std::size_t last) const {
    const SheetRow& next = row(last + 1);
    bool group_above = false;
    for (const MergedCells& merged : m_merged) {
      if (merged.first_row < row(first).number || merged.first_row > row(last).number) continue;
      if (columns_of(merged) >= std::max<std::size_t>(m_width, 2)) continue;
      group_above = group_above || columns_of(merged) > 1;
      // A title that is merged downwards says how many rows the header has.
      if (merged.last_row >= next.number && merged.last_row - merged.first_row < std::int64_t{header_rows_limit} &&
          m_sheet.cell(row(row_index(merged.first_row)), merged.first_column) != nullptr)
        return true;
    }
    // Without merged cells, as in a CSV, the gaps speak.
    return all_titles(last + 1) && (group_above ? stands_under_groups(last) : fills_gaps(last));
  }

  std::size_t row_index(std::int64_t number) const {
    const auto& rows = m_sheet.rows();
    const auto found = std::lower_bound(rows.begin(), rows.end(), number,
                                        [](const SheetRow& r, std::int64_t wanted) { return r.number < wanted; });
    return found == rows.end() ? rows.size() - 1 : static_cast<std::size_t>(found - rows.begin());
  }

  // All of the next row stands under heads that are merged over several columns.
  bool stands_under_groups(std::size_t last) const {
    const SheetRow& next = row(last + 1);
    return std::all_of(m_sheet.begin(next), m_sheet.end(next), [&](const SheetCell& cell) {
      const MergedCells* const head = merged_at(row(last).number, cell.column);
      return head != nullptr && columns_of(*head) > 1;
    });
  }

  // Each title of the next row fills a gap or stands under the head before a gap, some column has its only title above,
  // and values come below.
  bool fills_gaps(std::size_t last) const {
    const SheetRow& next = row(last + 1);
    if (next.cells >= m_width || !values_come_below(last + 1)) return false;
    bool filled = false, only_above = false;
    for (std::size_t column = 0; column <= m_last_column; ++column) {
      const bool above = m_sheet.cell(row(last), column) != nullptr;
      const bool below = m_sheet.cell(next, column) != nullptr;
      if (below && !above && !has_head(last, column)) return false;
      const bool before_gap = column < m_last_column && m_sheet.cell(row(last), column + 1) == nullptr &&
                              m_sheet.cell(next, column + 1) != nullptr;
      if (above && below && !before_gap) return false;
      filled = filled || (below && !above);
      only_above = only_above || (above && !below);
    }
    return filled && only_above;
  }

  bool values_come_below(std::size_t r) const {
    constexpr std::size_t far = 6;
    for (std::size_t below = r + 1; below < std::min(m_sheet.rows().size(), r + far); ++below) {
      for (const SheetCell* cell = m_sheet.begin(row(r)); cell != m_sheet.end(row(r)); ++cell) {
        const SheetCell* const value = m_sheet.cell(row(below), cell->column);
        if (value != nullptr && is_value(m_sheet, *value)) return true;
      }
    }
    return false;
  }

  bool has_head(std::size_t r, std::size_t column) const {
    for (std::size_t left = column; left-- > 0;) {
      if (m_sheet.cell(row(r), left) != nullptr) return true;
    }
    return false;
  }

  TableHeader of_given(std::int64_t given) const {
    const auto& rows = m_sheet.rows();
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const SheetRow& r) { return r.number == given; });
    if (found == rows.end()) {
      throw base::Error(base::ExitCode::usage,
                        base::say("--header-row: row {} of {} holds nothing", given, m_sheet.name));
    }
    const auto last = static_cast<std::size_t>(found - rows.begin());
    // What is merged down into that row, or over some of its columns, belongs to it.
    std::size_t first = last;
    while (first > 0 && last - first + 1 < header_rows_limit && !is_above(first - 1) && continues(first - 1, first - 1))
      --first;
    return with_titles(first, last);
  }

  TableHeader with_titles(std::size_t first, std::size_t last) const {
    TableHeader header;
    header.first = first;
    header.last = last;
    header.titles.resize(m_last_column + 1);
    for (std::size_t r = first; r <= last; ++r) {
      std::string carried;
      for (std::size_t column = 0; column <= m_last_column; ++column) {
        std::string_view own;
        if (const SheetCell* const cell = m_sheet.cell(row(r), column)) own = base::trim(m_sheet.text(*cell));
        std::string title(own);
        if (title.empty()) {
          const MergedCells* const merged = merged_at(row(r).number, column);
          if (merged != nullptr && merged->first_row == row(r).number) {
            if (const SheetCell* const head = m_sheet.cell(row(r), merged->first_column))
              title = base::trim(m_sheet.text(*head));
          } else if (merged == nullptr && m_sheet.merged.empty() && r < last &&
                     m_sheet.cell(row(r + 1), column) != nullptr) {
            title = carried;  // of a CSV: the head to the left of the gap
          }
        } else {
          carried = title;
        }
        std::replace(title.begin(), title.end(), '\n', ' ');
        join(header.titles[column], title);
      }
    }
    return header;
  }

  // 规划指标 and 容积率 become 规划指标/容积率; a unit in brackets stays with its title.
  static void join(std::string& upper, const std::string& lower) {
    if (lower.empty() || lower == upper) return;
    const bool unit = lower.starts_with('(') || lower.starts_with("（");
    if (!upper.empty() && !unit) upper += '/';
    upper += lower;
  }

  const Sheet& m_sheet;
  std::vector<MergedCells> m_merged;  // of the rows looked at
  std::size_t m_width = 0;            // cells of the fullest row
  std::size_t m_last_column = 0;
};

}  // namespace

bool is_value(const Sheet& sheet, const SheetCell& cell) {
  if (cell.kind != CellKind::text) return true;
  const std::string_view text = sheet.text(cell);
  return model::parse_number(text, true).has_value() || model::parse_date(text).has_value();
}

std::optional<TableHeader> find_header(const Sheet& sheet, std::int64_t given) {
  if (sheet.rows().empty()) return std::nullopt;
  return HeaderSearch(sheet).find(given);
}

}  // namespace zaitu::io
