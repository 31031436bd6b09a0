#include "cli/text_table.h"

#include <algorithm>

#include "base/utf8.h"

namespace zaitu::cli {

namespace {

struct Range {
  char32_t from, to;
};
// East Asian Width W and F of Unicode Annex 11, the blocks that occur in text.
constexpr Range wide[] = {{0x1100, 0x115F}, {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},  {0x4E00, 0x9FFF},
                          {0xA000, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE4F},  {0xFF00, 0xFF60},
                          {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD}};
constexpr Range no_width[] = {{0x0300, 0x036F}, {0x200B, 0x200F}, {0xFE00, 0xFE0F}};

template <std::size_t N>
bool in(const Range (&ranges)[N], char32_t c) {
  return std::any_of(std::begin(ranges), std::end(ranges), [c](Range r) { return r.from <= c && c <= r.to; });
}

}  // namespace

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = base::next_code_point(text, at);
    width += in(no_width, c) ? 0U : in(wide, c) ? 2U : 1U;
  }
  return width;
}

void TextTable::add_column(const std::string& title, Align align) { m_columns.push_back({title, align}); }

void TextTable::add_row(std::vector<std::string> cells) {
  cells.resize(m_columns.size());
  m_rows.push_back(std::move(cells));
}

void TextTable::add_total(std::vector<std::string> cells) {
  cells.resize(m_columns.size());
  m_total = std::move(cells);
}

std::string TextTable::text() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < m_columns.size(); ++i) {
    std::size_t width = display_width(m_columns[i].title);
    for (const auto& row : m_rows) width = std::max(width, display_width(row[i]));
    if (!m_total.empty()) width = std::max(width, display_width(m_total[i]));
    widths.push_back(width);
  }
  std::string out;
  const auto line = [&](auto cell) {
    std::string text;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
      const std::string& value = cell(i);
      const std::string padding(widths[i] - display_width(value), ' ');
      if (i > 0) text += "  ";
      text += m_columns[i].align == Align::right ? padding + value : value + padding;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + '\n';
  };
  const auto rule = [&] {
    std::size_t width = m_columns.empty() ? 0 : 2 * (m_columns.size() - 1);
    for (const std::size_t w : widths) width += w;
    for (std::size_t i = 0; i < width; ++i) out += "─";
    out += '\n';
  };
  line([&](std::size_t i) -> const std::string& { return m_columns[i].title; });
  rule();
  for (const auto& row : m_rows) line([&](std::size_t i) -> const std::string& { return row[i]; });
  if (!m_total.empty()) {
    rule();
    line([&](std::size_t i) -> const std::string& { return m_total[i]; });
  }
  return out;
}

}  // namespace zaitu::cli
