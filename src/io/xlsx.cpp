// XLSX (ECMA-376 part 1, chapter 18): workbook.xml, sharedStrings.xml, styles.xml and the sheets.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <map>
#include <optional>

#include "base/message.h"
#include "base/utf8.h"
#include "io/number_format.h"
#include "io/office_archive.h"
#include "io/refuse.h"
#include "io/spreadsheet.h"

namespace zaitu::io {

namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_true(std::string_view text) { return text == "1" || text == "true" || text == "on"; }

// "B12" -> column 1; the row is the row element's.
std::optional<std::size_t> column_of(std::string_view reference) {
  std::size_t column = 0;
  std::size_t letters = 0;
  while (letters < reference.size() && letters < 4) {
    const char c = static_cast<char>(reference[letters] & ~0x20);
    if (c < 'A' || c > 'Z') break;
    column = column * 26 + static_cast<std::size_t>(c - 'A' + 1);
    ++letters;
  }
  if (letters == 0 || letters > 3) return std::nullopt;
  return column - 1;
}

std::optional<std::int64_t> row_of(std::string_view reference) {
  const std::size_t digits = std::min(reference.find_first_of("0123456789"), reference.size());
  return whole_number(reference.substr(digits));
}

// "_x000D_": a character that XML cannot hold.
std::string without_escapes(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '_' && at + 6 < text.size() && text[at + 1] == 'x' && text[at + 6] == '_') {
      unsigned code = 0;
      const auto [end, error] = std::from_chars(text.data() + at + 2, text.data() + at + 6, code, 16);
      if (error == std::errc() && end == text.data() + at + 6 && code != 0) {
        base::append_utf8(plain, code);
        at += 6;
        continue;
      }
    }
    plain += text[at];
  }
  return plain;
}

// Texts of the elements `t`, without those of phonetic readings (rPh).
class RichText {
 public:
  void start(std::string_view name) {
    if (name == "rPh") ++m_phonetic;
    if (name == "t" && m_phonetic == 0) m_inside = true;
  }
  void end(std::string_view name) {
    if (name == "rPh") --m_phonetic;
    if (name == "t") m_inside = false;
  }
  void text(std::string_view piece) {
    if (m_inside) m_text += piece;
  }
  std::string take() { return std::exchange(m_text, {}); }

 private:
  std::string m_text;
  int m_phonetic = 0;
  bool m_inside = false;
};

// Any element of a part, by a function.
class EachElement : public XmlHandler {
 public:
  explicit EachElement(std::function<void(std::string_view, const XmlAttributes&)> visit) : m_visit(std::move(visit)) {}
  void start(std::string_view name, const XmlAttributes& attributes) override { m_visit(name, attributes); }
  void end(std::string_view) override {}

 private:
  std::function<void(std::string_view, const XmlAttributes&)> m_visit;
};

// The texts that cells share by number.
class SharedTexts : public XmlHandler {
 public:
  void start(std::string_view name, const XmlAttributes&) override { m_rich.start(name); }
  void end(std::string_view name) override {
    m_rich.end(name);
    if (name != "si") return;
    m_all += without_escapes(m_rich.take());
    if (m_all.size() > Sheet::text_limit_bytes) refuse(base::say("too-large: the texts of the workbook are too many"));
    m_ends.push_back(m_all.size());
  }
  void text(std::string_view piece) override { m_rich.text(piece); }

  std::optional<std::string_view> operator[](std::size_t number) const {
    if (number >= m_ends.size()) return std::nullopt;
    const std::size_t from = number == 0 ? 0 : m_ends[number - 1];
    return std::string_view(m_all).substr(from, m_ends[number] - from);
  }

 private:
  std::string m_all;
  std::vector<std::size_t> m_ends;
  RichText m_rich;
};

class Styles : public XmlHandler {
 public:
  void start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "numFmt") {
      if (const auto id = whole_number(attributes["numFmtId"])) m_codes[*id] = format_of_code(attributes["formatCode"]);
    } else if (name == "cellXfs") {
      m_inside = true;
    } else if (name == "xf" && m_inside) {
      const std::int64_t id = whole_number(attributes["numFmtId"]).value_or(0);
      const auto own = m_codes.find(id);
      m_formats.push_back(own == m_codes.end() ? format_of_number(id) : own->second);
    }
  }
  void end(std::string_view name) override {
    if (name == "cellXfs") m_inside = false;
  }
  NumberFormat operator[](std::size_t style) const {
    return style < m_formats.size() ? m_formats[style] : NumberFormat{};
  }

 private:
  std::map<std::int64_t, NumberFormat> m_codes;
  std::vector<NumberFormat> m_formats;
  bool m_inside = false;
};

class SheetReader : public XmlHandler {
 public:
  SheetReader(Sheet& sheet, const SharedTexts& texts, const Styles& styles, bool from_1904)
      : m_sheet(sheet), m_texts(texts), m_styles(styles), m_numbers(from_1904) {}

  void start(std::string_view name, const XmlAttributes& attributes) override {
    if (name == "c") {
      begin_cell(attributes);
    } else if (name == "v") {
      m_in_value = true;
    } else if (name == "f") {
      m_has_formula = true;
    } else if (name == "is" || name == "t" || name == "rPh") {
      m_rich.start(name);
    } else if (name == "row") {
      begin_row(attributes);
    } else if (name == "mergeCell") {
      add_merged(attributes["ref"]);
    } else if (name == "col" && is_true(attributes["hidden"])) {
      add_hidden(attributes);
    }
  }

  void end(std::string_view name) override {
    if (name == "v") {
      m_in_value = false;
    } else if (name == "t" || name == "rPh") {
      m_rich.end(name);
    } else if (name == "c") {
      end_cell();
    } else if (name == "row" && m_in_row) {
      m_sheet.end_row();
      m_in_row = false;
    }
  }

  void text(std::string_view piece) override {
    if (m_in_value) m_value += piece;
    m_rich.text(piece);
  }

  void say(std::vector<Warning>& warnings) const {
    m_numbers.say(warnings);
    if (m_formulas > 0) {
      warnings.push_back({std::to_string(m_first_formula_row), "", "type",
                          base::say("{} formulas have no stored result and are empty here (the first in row {}): open "
                                    "the file in a spreadsheet program and save it",
                                    m_formulas, m_first_formula_row)});
    }
    if (m_out_of_order) {
      warnings.push_back(
          {"", "", "corrupt", base::say("cells that are not in the order of rows and columns were left out")});
    }
  }

 private:
  void begin_row(const XmlAttributes& attributes) {
    const std::int64_t number = whole_number(attributes["r"]).value_or(m_row + 1);
    if (number <= m_row || number > 1'048'576) {
      m_out_of_order = true;
      return;
    }
    m_row = number;
    m_next_column = 0;
    m_in_row = true;
    m_sheet.begin_row(number, is_true(attributes["hidden"]));
  }

  void begin_cell(const XmlAttributes& attributes) {
    m_type = attributes["t"];
    m_column = column_of(attributes["r"]).value_or(m_next_column);
    m_style = static_cast<std::size_t>(std::max<std::int64_t>(whole_number(attributes["s"]).value_or(0), 0));
    m_value.clear();
    m_rich.take();
    m_has_formula = false;
  }

  void end_cell() {
    if (!m_in_row) return;
    if (m_column < m_next_column) {
      m_out_of_order = true;
      return;
    }
    m_next_column = m_column + 1;
    if (m_type == "inlineStr") {
      add(CellKind::text, without_escapes(m_rich.take()));
      return;
    }
    if (m_value.empty()) {
      // A text that is empty is a result too.
      if (m_has_formula && m_type != "str" && m_formulas++ == 0) m_first_formula_row = m_row;
      return;
    }
    if (m_type == "s") {
      const auto number = whole_number(m_value);
      const auto text = number && *number >= 0 ? m_texts[static_cast<std::size_t>(*number)] : std::nullopt;
      if (!text) refuse(base::say("corrupt: {} row {}: a text is missing", m_sheet.name, m_row));
      add(CellKind::text, *text);
    } else if (m_type == "str") {
      add(CellKind::text, without_escapes(m_value));
    } else if (m_type == "e") {
      add(CellKind::error, m_value);
    } else if (m_type == "d") {
      add(CellKind::date, m_value.size() > 10 && m_value.ends_with("T00:00:00") ? m_value.substr(0, 10) : m_value);
    } else if (m_type == "b") {
      add(CellKind::number, m_value);
    } else {
      add_number();
    }
  }

  void add_number() {
    double value = 0;
    const auto [end, error] = std::from_chars(m_value.data(), m_value.data() + m_value.size(), value);
    if (error != std::errc() || end != m_value.data() + m_value.size() || !std::isfinite(value)) {
      add(CellKind::text, m_value);
      return;
    }
    std::string shown;
    const CellKind kind = m_numbers.shown(value, m_styles[m_style], m_row, shown);
    add(kind, shown);
  }

  void add(CellKind kind, std::string_view text) {
    if (base::trim(text).empty()) return;
    m_sheet.add(m_column, kind, text);
  }

  void add_merged(std::string_view reference) {
    constexpr std::size_t merged_limit = 1'000'000;
    const std::size_t colon = reference.find(':');
    if (colon == std::string_view::npos || m_sheet.merged.size() >= merged_limit) return;
    const std::string_view from = reference.substr(0, colon), to = reference.substr(colon + 1);
    const auto first_column = column_of(from), last_column = column_of(to);
    const auto first_row = row_of(from), last_row = row_of(to);
    if (!first_column || !last_column || !first_row || !last_row) return;
    if (*last_column < *first_column || *last_row < *first_row || *first_column >= Sheet::column_limit) return;
    m_sheet.merged.push_back({*first_row, *last_row, static_cast<std::uint16_t>(*first_column),
                              static_cast<std::uint16_t>(std::min<std::size_t>(*last_column, Sheet::column_limit))});
  }

  void add_hidden(const XmlAttributes& attributes) {
    const std::int64_t first = whole_number(attributes["min"]).value_or(0);
    const std::int64_t last = std::min<std::int64_t>(whole_number(attributes["max"]).value_or(0), Sheet::column_limit);
    for (std::int64_t column = std::max<std::int64_t>(first, 1); column <= last; ++column)
      m_sheet.hidden_columns.push_back(static_cast<std::uint16_t>(column - 1));
  }

  Sheet& m_sheet;
  const SharedTexts& m_texts;
  const Styles& m_styles;
  NumberCells m_numbers;
  RichText m_rich;
  std::string m_type, m_value;
  std::size_t m_column = 0, m_next_column = 0, m_style = 0;
  std::int64_t m_row = 0, m_first_formula_row = 0, m_formulas = 0;
  bool m_in_row = false, m_in_value = false, m_has_formula = false, m_out_of_order = false;
};

// Stops at the first cell that holds something.
class ContentProbe : public XmlHandler {
 public:
  void start(std::string_view name, const XmlAttributes&) override {
    if (name == "v" || name == "t") enough = found = true;
  }
  void end(std::string_view) override {}
  bool found = false;
};

class Xlsx : public Spreadsheet {
 public:
  Xlsx(const std::filesystem::path& file, const std::string& name) : m_archive(file, name) {
    const std::string workbook = target_of("_rels/.rels", "", "officedocument", "xl/workbook.xml");
    const std::size_t slash = workbook.rfind('/');
    m_folder = slash == std::string::npos ? "" : workbook.substr(0, slash + 1);
    const std::string relations = m_folder + "_rels/" + workbook.substr(m_folder.size()) + ".rels";
    std::map<std::string, std::string> targets;
    EachElement relation([&](std::string_view element, const XmlAttributes& attributes) {
      if (element != "Relationship") return;
      const std::string target = inside(m_folder, attributes["Target"]);
      targets.emplace(std::string(attributes["Id"]), target);
      const std::string type = base::ascii_lower(attributes["Type"]);
      if (type.ends_with("/sharedstrings")) m_texts_part = target;
      if (type.ends_with("/styles")) m_styles_part = target;
    });
    if (m_archive.has(relations)) m_archive.parse(relations, relation);
    EachElement sheet([&](std::string_view element, const XmlAttributes& attributes) {
      if (element == "workbookPr") m_from_1904 = is_true(attributes["date1904"]);
      if (element != "sheet") return;
      const auto target = targets.find(std::string(attributes["id"]));
      if (target == targets.end() || !m_archive.has(target->second)) return;
      m_sheets.push_back(
          {std::string(attributes["name"]), attributes["state"] == "hidden" || attributes["state"] == "veryHidden"});
      m_parts.push_back(target->second);
    });
    m_archive.parse(workbook, sheet);
    if (m_sheets.empty()) refuse(base::say("no-features: {} has no sheets", name));
  }

  const std::vector<SheetName>& sheets() const override { return m_sheets; }

  bool is_filled(std::size_t sheet) override {
    ContentProbe probe;
    m_archive.parse(m_parts[sheet], probe);
    return probe.found;
  }

  Sheet read(std::size_t number, std::vector<Warning>& warnings) override {
    SharedTexts texts;
    Styles styles;
    if (m_archive.has(m_texts_part)) m_archive.parse(m_texts_part, texts);
    if (m_archive.has(m_styles_part)) m_archive.parse(m_styles_part, styles);
    Sheet sheet;
    sheet.name = m_archive.name();
    SheetReader reader(sheet, texts, styles, m_from_1904);
    m_archive.parse(m_parts[number], reader);
    reader.say(warnings);
    return sheet;
  }

 private:
  // A target is relative to the part that names it, or begins with a slash.
  static std::string inside(const std::string& folder, std::string_view target) {
    if (target.starts_with('/')) return std::string(target.substr(1));
    return (std::filesystem::path(folder) / target).lexically_normal().string();
  }

  std::string target_of(const std::string& part, const std::string& folder, const std::string& type,
                        const std::string& otherwise) {
    std::string found = otherwise;
    EachElement relation([&](std::string_view element, const XmlAttributes& attributes) {
      if (element == "Relationship" && base::ascii_lower(attributes["Type"]).ends_with("/" + type))
        found = inside(folder, attributes["Target"]);
    });
    if (m_archive.has(part)) m_archive.parse(part, relation);
    return found;
  }

  OfficeArchive m_archive;
  std::string m_folder, m_texts_part, m_styles_part;
  std::vector<SheetName> m_sheets;
  std::vector<std::string> m_parts;
  bool m_from_1904 = false;
};

}  // namespace

std::unique_ptr<Spreadsheet> open_xlsx(const std::filesystem::path& file, const std::string& name) {
  return std::make_unique<Xlsx>(file, name);
}

}  // namespace zaitu::io
