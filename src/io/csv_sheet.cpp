#include "io/csv_sheet.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/message.h"
#include "base/utf8.h"
#include "io/refuse.h"

namespace zaitu::io {

namespace {

constexpr std::array<char, 4> delimiters{',', ';', '\t', '|'};

// How often each delimiter stands outside quotes in each of the first lines.
std::vector<std::array<std::size_t, delimiters.size()>> count_delimiters(std::string_view text) {
  constexpr std::size_t lines_looked_at = 40;
  std::vector<std::array<std::size_t, delimiters.size()>> lines;
  lines.reserve(lines_looked_at);
  std::array<std::size_t, delimiters.size()> counts{};
  bool quoted = false;
  bool blank = true;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (c == '\n' && !quoted) {
      if (!blank) lines.push_back(counts);
      if (lines.size() == lines_looked_at) return lines;
      counts = {};
      blank = true;
      continue;
    }
    if (c != '\r') blank = false;
    if (quoted) continue;
    for (std::size_t i = 0; i < delimiters.size(); ++i) counts[i] += c == delimiters[i] ? 1U : 0U;
  }
  if (!blank) lines.push_back(counts);
  return lines;
}

// The one that parts most lines into the same number of fields, and then into the most.
char delimiter_of(std::string_view text) {
  const auto lines = count_delimiters(text);
  char best = ',';
  std::pair<std::size_t, std::size_t> best_score{0, 0};
  for (std::size_t i = 0; i < delimiters.size(); ++i) {
    std::map<std::size_t, std::size_t> by_count;
    for (const auto& line : lines) ++by_count[line[i]];
    for (const auto& [count, times] : by_count) {
      const std::pair score{times, count};
      if (count > 0 && score > best_score) best_score = score, best = delimiters[i];
    }
  }
  return best;
}

class CsvReading {
 public:
  CsvReading(Sheet& sheet, std::vector<Warning>& warnings) : m_sheet(sheet), m_warnings(warnings) {}

  void read() {
    std::string& text = m_sheet.buffer();
    if (text.starts_with("sep=") && text.size() > 5 && (text[5] == '\n' || text[5] == '\r')) {  // Excel's own word
      m_delimiter = text[4];
      m_at = std::min(text.find('\n'), text.size() - 1) + 1;
      m_line = 2;
      m_number = 2;
    } else {
      m_delimiter = delimiter_of(text);
    }
    while (m_at < text.size()) read_record();
  }

 private:
  char here() const { return m_at < m_sheet.buffer().size() ? m_sheet.buffer()[m_at] : '\n'; }
  bool at_end_of_line() const { return here() == '\n' || (here() == '\r' && next_is('\n')); }
  bool next_is(char c) const { return m_at + 1 >= m_sheet.buffer().size() || m_sheet.buffer()[m_at + 1] == c; }

  void read_record() {
    m_sheet.begin_row(m_number++, false);
    const std::int64_t line = m_line;
    std::size_t column = 0;
    for (;; ++column) {
      if (here() == '"') {
        quoted_field(column);
      } else {
        plain_field(column);
      }
      if (here() != m_delimiter || m_at >= m_sheet.buffer().size()) break;
      ++m_at;
    }
    if (here() == '\r') ++m_at;
    ++m_at;
    ++m_line;
    m_sheet.set_record(line, column + 1);
    if (m_width == 0) m_width = column + 1;
    m_sheet.end_row();
  }

  void plain_field(std::size_t column) {
    const std::size_t from = m_at;
    while (!at_end_of_line() && here() != m_delimiter) ++m_at;
    keep(column, from, m_at);
  }

  void keep(std::size_t column, std::size_t from, std::size_t to) {
    const std::string_view text = std::string_view(m_sheet.buffer()).substr(from, to - from);
    if (!base::trim(text).empty()) m_sheet.add_from_buffer(column, from, to - from);
  }

  // Doubled quotes become one, in the buffer itself: the text only gets shorter.
  void quoted_field(std::size_t column) {
    std::string& text = m_sheet.buffer();
    const std::size_t opened = m_at;
    const std::int64_t opened_line = m_line;
    std::size_t to = opened + 1;
    std::size_t delimiters_in_line = 0;
    std::size_t lines_like_rows = 0;
    bool doubled = false;
    for (std::size_t from = opened + 1;; ++from) {
      if (from >= text.size()) {
        refuse(
            base::say("quote: {}: a quote opened at line {} is never closed: all rows after it would be lost; close it",
                      m_sheet.name, opened_line));
      }
      const char c = text[from];
      if (c == '"') {
        if (from + 1 < text.size() && text[from + 1] == '"') {
          ++from;
          doubled = true;
        } else {
          m_at = from + 1;
          break;
        }
      }
      if (c == m_delimiter) ++delimiters_in_line;
      if (c == '\n') {
        ++m_line;
        if (m_width >= 3 && delimiters_in_line + 1 == m_width) ++lines_like_rows;
        delimiters_in_line = 0;
      }
      text[to++] = text[from];
    }
    const bool closed = at_end_of_line() || here() == m_delimiter;
    const bool across = m_line != opened_line;
    if (across && (!closed || lines_like_rows >= 2)) {
      refuse(
          base::say("quote: {}: a quote opened at line {} is closed only at line {}, and what lies between looks like "
                    "rows of their own, which would be lost; close it",
                    m_sheet.name, opened_line, m_line));
    }
    if (closed) {
      keep(column, opened + 1, to);
      return;
    }
    // "..." and more text after it, by a hand that does not know the rule: the field as it is written.
    if (doubled) refuse(base::say("quote: {} line {}: text follows a closed quote; mend it", m_sheet.name, m_line));
    while (!at_end_of_line() && here() != m_delimiter) ++m_at;
    keep(column, opened, m_at);
    m_warnings.push_back(
        {"", "", "quote",
         base::say("line {}: text follows a closed quote: the field was kept as it is written", m_line)});
  }

  Sheet& m_sheet;
  std::vector<Warning>& m_warnings;
  char m_delimiter = ',';
  std::size_t m_at = 0;
  std::size_t m_width = 0;  // of the first record
  std::int64_t m_line = 1, m_number = 1;
};

}  // namespace

Sheet read_csv_sheet(std::string&& text, const std::string& name, std::vector<Warning>& warnings) {
  Sheet sheet;
  sheet.name = name;
  sheet.buffer() = std::move(text);
  // Old Macintosh line ends.
  if (sheet.buffer().find('\n') == std::string::npos) {
    std::replace(sheet.buffer().begin(), sheet.buffer().end(), '\r', '\n');
  }
  CsvReading(sheet, warnings).read();
  return sheet;
}

}  // namespace zaitu::io
