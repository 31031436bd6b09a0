// ODS (OpenDocument 1.2, part 1, chapter 9): content.xml holds all sheets.
#include <algorithm>
#include <charconv>
#include <set>

#include "base/message.h"
#include "base/utf8.h"
#include "io/office_archive.h"
#include "io/refuse.h"
#include "io/spreadsheet.h"

namespace zaitu::io {

namespace {

// A count of repetitions: at least 1, and no more than any sheet has rows.
std::size_t repeated(std::string_view text) {
  std::size_t value = 1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  constexpr std::size_t most = 1'048'576;
  return error != std::errc() ? 1 : std::clamp<std::size_t>(value, 1, most);
}

struct OdsCell {
  std::size_t column = 0;
  CellKind kind = CellKind::text;
  std::string text;
};

// Walks content.xml and reads one of its sheets; the names of all on the way.
class OdsContent : public XmlHandler {
 public:
  // `sheet`: nullptr: only the names and whether they hold something.
  OdsContent(std::size_t wanted, Sheet* sheet) : m_wanted(wanted), m_sheet(sheet) {}

  std::vector<SheetName> names;
  std::vector<bool> filled;

  void start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "table-properties" && attributes["display"] == "false") {
      m_hidden_styles.insert(m_style);
    } else if (name == "style") {
      m_style = attributes["name"];
    } else if (name == "annotation" || name == "change-info" || name == "tracked-changes") {
      ++m_aside;
    } else if (name == "table" && m_depth++ == 0) {
      names.push_back(
          {std::string(attributes["name"]), m_hidden_styles.contains(std::string(attributes["style-name"]))});
      filled.push_back(false);
      m_row = 0;
      m_column = 0;
    } else if (m_depth != 1 || m_aside > 0) {
      return;
    } else if (name == "table-column") {
      const std::size_t times = repeated(attributes["number-columns-repeated"]);
      const bool hidden = attributes["visibility"] == "collapse" || attributes["visibility"] == "filter";
      for (std::size_t i = 0; reads() && hidden && i < times && m_column + i < Sheet::column_limit; ++i)
        m_sheet->hidden_columns.push_back(static_cast<std::uint16_t>(m_column + i));
      m_column += times;
    } else if (name == "table-row") {
      m_row_times = repeated(attributes["number-rows-repeated"]);
      m_row_hidden = attributes["visibility"] == "collapse" || attributes["visibility"] == "filter";
      m_cells.clear();
      m_column = 0;
    } else if (name == "table-cell" || name == "covered-table-cell") {
      begin_cell(attributes);
    } else if (name == "p") {
      if (m_paragraphs++ > 0) m_text += '\n';
      m_in_text = true;
    } else if (m_in_text && name == "s") {
      m_text.append(std::min<std::size_t>(repeated(attributes["c"]), 1000), ' ');
    } else if (m_in_text && name == "tab") {
      m_text += '\t';
    } else if (m_in_text && name == "line-break") {
      m_text += '\n';
    }
  }

  void end(std::string_view name) override {
    if (name == "annotation" || name == "change-info" || name == "tracked-changes") {
      --m_aside;
    } else if (name == "table") {
      --m_depth;
    } else if (m_depth != 1 || m_aside > 0) {
      return;
    } else if (name == "p") {
      m_in_text = false;
    } else if (name == "table-cell" || name == "covered-table-cell") {
      end_cell();
    } else if (name == "table-row") {
      end_row();
    }
  }

  void text(std::string_view piece) override {
    if (m_in_text && m_aside == 0) m_text += piece;
  }

 private:
  bool reads() const { return m_sheet != nullptr && names.size() == m_wanted + 1; }

  void begin_cell(const XmlAttributes& attributes) {
    m_cell_times = repeated(attributes["number-columns-repeated"]);
    m_text.clear();
    m_paragraphs = 0;
    const std::string_view type = attributes["value-type"];
    m_kind = CellKind::text;
    m_value.clear();
    if (type == "date") {
      m_kind = CellKind::date;
      m_value = attributes["date-value"];
      if (m_value.ends_with("T00:00:00")) m_value.resize(m_value.size() - std::string_view("T00:00:00").size());
    } else if (type == "float" || type == "currency" || type == "percentage") {
      m_kind = CellKind::number;
      m_value = attributes["value"];
    } else if (type == "boolean") {
      m_kind = CellKind::number;
      m_value = attributes["boolean-value"];
    }
    const std::size_t columns = repeated(attributes["number-columns-spanned"]);
    const std::size_t rows = repeated(attributes["number-rows-spanned"]);
    if (reads() && (columns > 1 || rows > 1) && m_column < Sheet::column_limit) {
      const auto last = static_cast<std::uint16_t>(std::min<std::size_t>(m_column + columns - 1, Sheet::column_limit));
      m_sheet->merged.push_back(
          {m_row + 1, m_row + static_cast<std::int64_t>(rows), static_cast<std::uint16_t>(m_column), last});
    }
  }

  void end_cell() {
    std::string value = std::move(m_value);
    if (m_kind == CellKind::number) {
      // A whole number as digits, with the leading zeros that its format shows.
      double number = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
      const bool whole = error == std::errc() && end == value.data() + value.size();
      const bool zeros =
          m_text.size() > 1 && m_text.starts_with('0') && m_text.find_first_not_of("0123456789") == std::string::npos;
      if (zeros) {
        value = m_text;
      } else if (whole) {
        value = number_text(number);
      }
    } else if (m_kind == CellKind::text) {
      value = m_text;
    }
    if (!base::trim(value).empty()) {
      filled.back() = true;
      constexpr std::size_t most = Sheet::column_limit + std::size_t{1};
      for (std::size_t i = 0; reads() && i < std::min(m_cell_times, most); ++i)
        m_cells.push_back({m_column + i, m_kind, value});
    }
    m_column += m_cell_times;
  }

  void end_row() {
    for (std::size_t i = 0; !m_cells.empty() && i < m_row_times; ++i) {
      m_sheet->begin_row(m_row + 1 + static_cast<std::int64_t>(i), m_row_hidden);
      for (const OdsCell& cell : m_cells) m_sheet->add(cell.column, cell.kind, cell.text);
      m_sheet->end_row();
    }
    m_row += static_cast<std::int64_t>(m_row_times);
  }

  std::size_t m_wanted;
  Sheet* m_sheet;
  std::set<std::string> m_hidden_styles;
  std::string m_style, m_text, m_value;
  std::vector<OdsCell> m_cells;
  CellKind m_kind = CellKind::text;
  std::int64_t m_row = 0;
  std::size_t m_column = 0, m_row_times = 1, m_cell_times = 1;
  int m_depth = 0, m_aside = 0, m_paragraphs = 0;
  bool m_row_hidden = false, m_in_text = false;
};

class EncryptionProbe : public XmlHandler {
 public:
  void start(std::string_view name, const XmlAttributes&) override {
    if (name == "encryption-data") enough = found = true;
  }
  void end(std::string_view) override {}
  bool found = false;
};

class Ods : public Spreadsheet {
 public:
  Ods(const std::filesystem::path& file, const std::string& name) : m_archive(file, name) {
    if (m_archive.has("META-INF/manifest.xml")) {
      EncryptionProbe probe;
      m_archive.parse("META-INF/manifest.xml", probe);
      if (probe.found) refuse(base::say("password: {} is encrypted; save it without a password", name));
    }
    OdsContent content(0, nullptr);
    m_archive.parse("content.xml", content);
    m_sheets = std::move(content.names);
    m_filled = std::move(content.filled);
    if (m_sheets.empty()) refuse(base::say("no-features: {} has no sheets", name));
  }

  const std::vector<SheetName>& sheets() const override { return m_sheets; }
  bool is_filled(std::size_t sheet) override { return m_filled[sheet]; }
  Sheet read(std::size_t number, std::vector<Warning>&) override {
    Sheet sheet;
    sheet.name = m_archive.name();
    OdsContent content(number, &sheet);
    m_archive.parse("content.xml", content);
    return sheet;
  }

 private:
  OfficeArchive m_archive;
  std::vector<SheetName> m_sheets;
  std::vector<bool> m_filled;
};

}  // namespace

std::unique_ptr<Spreadsheet> open_ods(const std::filesystem::path& file, const std::string& name) {
  return std::make_unique<Ods>(file, name);
}

}  // namespace zaitu::io
