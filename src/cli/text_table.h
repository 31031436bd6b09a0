// Plain-text tables for the terminal, aligned by display width: a Chinese character takes two cells. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace zaitu::cli {

// Cells a terminal needs: 2 for wide characters, 0 for combining marks, 1 for the rest.
std::size_t display_width(std::string_view text);

class TextTable {
 public:
  enum class Align { left, right };
  void add_column(const std::string& title, Align align = Align::left);
  void add_row(std::vector<std::string> cells);    // as many cells as columns
  void add_total(std::vector<std::string> cells);  // a row under a line
  // Title row, a line, the rows; two spaces between columns, no trailing spaces.
  std::string text() const;

 private:
  struct Column {
    std::string title;
    Align align;
  };
  std::vector<Column> m_columns;
  std::vector<std::vector<std::string>> m_rows;
  std::vector<std::string> m_total;
};

}  // namespace zaitu::cli
