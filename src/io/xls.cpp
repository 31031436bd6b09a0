// XLS, the workbooks of Excel 5 to 2003: the records of [MS-XLS] in the stream "Workbook" ("Book" before Excel 97) of
// a compound file. Results of formulas are those that the file holds.
#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <optional>

#include "base/message.h"
#include "base/utf8.h"
#include "io/compound_file.h"
#include "io/encoding.h"
#include "io/little_endian.h"
#include "io/number_format.h"
#include "io/refuse.h"
#include "io/spreadsheet.h"

namespace zaitu::io {

namespace {

// Numbers of records ([MS-XLS] 2.3.2).
enum Record : std::uint16_t {
  rec_formula = 0x0006,
  rec_eof = 0x000A,
  rec_date_1904 = 0x0022,
  rec_file_pass = 0x002F,
  rec_continue = 0x003C,
  rec_code_page = 0x0042,
  rec_col_info = 0x007D,
  rec_bound_sheet = 0x0085,
  rec_mul_rk = 0x00BD,
  rec_rich_string = 0x00D6,
  rec_xf = 0x00E0,
  rec_merge_cells = 0x00E5,
  rec_sst = 0x00FC,
  rec_label_sst = 0x00FD,
  rec_recalc_id = 0x01C1,
  rec_number = 0x0203,
  rec_label = 0x0204,
  rec_bool_err = 0x0205,
  rec_string = 0x0207,
  rec_row = 0x0208,
  rec_rk = 0x027E,
  rec_format = 0x041E,
  rec_bof = 0x0809
};
constexpr std::uint16_t excel_97 = 0x0600;

std::uint16_t u16(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(little_endian(bytes, at, 2));
}
double double_in(std::string_view bytes, std::size_t at) { return std::bit_cast<double>(little_endian(bytes, at, 8)); }

// 30 bits of a double, or a whole number; a hundredth of it where bit 0 says so (2.5.217).
double rk_number(std::uint64_t rk) {
  const bool is_whole = (rk & 2U) != 0;
  const double value = is_whole ? static_cast<double>(static_cast<std::int32_t>(rk) >> 2)
                                : std::bit_cast<double>((rk & 0xFFFFFFFCU) << 32);
  return (rk & 1U) != 0 ? value / 100 : value;
}

std::string_view error_text(std::uint64_t code) {
  switch (code) {
    case 0x00:
      return "#NULL!";
    case 0x07:
      return "#DIV/0!";
    case 0x0F:
      return "#VALUE!";
    case 0x17:
      return "#REF!";
    case 0x1D:
      return "#NAME?";
    case 0x24:
      return "#NUM!";
    default:
      return "#N/A";
  }
}

// The records of a stream, one after the other.
class BiffRecords {
 public:
  explicit BiffRecords(std::string_view stream, std::size_t from = 0) : m_stream(stream), m_next(from) {}
  bool next() {
    if (m_next > m_stream.size() || m_stream.size() - m_next < 4) return false;
    m_type = u16(m_stream, m_next);
    const std::size_t size = u16(m_stream, m_next + 2);
    m_is_cut = m_stream.size() - m_next - 4 < size;
    m_payload = m_stream.substr(m_next + 4, size);
    m_next += 4 + size;
    return true;
  }
  std::uint16_t type() const { return m_type; }
  std::string_view payload() const { return m_payload; }
  bool is_cut() const { return m_is_cut; }
  // What follows belongs to the same record.
  bool next_is_continued() const {
    return m_stream.size() >= 4 && m_next <= m_stream.size() - 4 && u16(m_stream, m_next) == rec_continue;
  }

 private:
  std::string_view m_stream, m_payload;
  std::size_t m_next;
  std::uint16_t m_type = 0;
  bool m_is_cut = false;
};

// Texts of Excel 97 and later in a record and those that continue it (2.5.293, 2.5.294).
class BiffTexts {
 public:
  // Moves on over the records that continue this one.
  BiffTexts(BiffRecords& records, std::size_t at) : m_records(records), m_piece(records.payload()), m_at(at) {}
  // `length_bytes`: 1 or 2. nullopt: the record ends before.
  std::optional<std::string> next(int length_bytes) {
    const auto length = number(length_bytes);
    const auto flags = number(1);
    if (!length || !flags) return std::nullopt;
    bool wide = (*flags & 1U) != 0;
    const auto runs = (*flags & 8U) != 0 ? number(2) : std::optional<std::uint64_t>(0);
    const auto extra = (*flags & 4U) != 0 ? number(4) : std::optional<std::uint64_t>(0);
    if (!runs || !extra) return std::nullopt;
    std::u16string units;
    while (units.size() < *length) {
      if (m_at >= m_piece.size()) {
        if (!go_on()) return std::nullopt;
        wide = (static_cast<unsigned char>(m_piece[m_at++]) & 1U) != 0;  // said anew for the rest of the text
        continue;
      }
      if (wide && m_at + 1 >= m_piece.size()) return std::nullopt;
      units += static_cast<char16_t>(wide ? u16(m_piece, m_at) : static_cast<unsigned char>(m_piece[m_at]));
      m_at += wide ? 2 : 1;
    }
    for (std::uint64_t rest = 4 * *runs + *extra; rest > 0;) {  // how it is written, and how it is pronounced
      if (m_at >= m_piece.size() && !go_on()) return std::nullopt;
      const std::uint64_t here = std::min<std::uint64_t>(rest, m_piece.size() - m_at);
      m_at += here;
      rest -= here;
    }
    return utf8(units);
  }

 private:
  std::optional<std::uint64_t> number(int bytes) {
    std::uint64_t value = 0;
    for (int i = 0; i < bytes; ++i) {
      if (m_at >= m_piece.size() && !go_on()) return std::nullopt;
      value |= std::uint64_t{static_cast<unsigned char>(m_piece[m_at++])} << (8 * i);
    }
    return value;
  }
  bool go_on() {
    while (m_records.next_is_continued() && m_records.next()) {
      m_piece = m_records.payload();
      m_at = 0;
      if (!m_piece.empty()) return true;
    }
    return false;
  }
  static std::string utf8(const std::u16string& units) {
    std::string text;
    for (std::size_t i = 0; i < units.size(); ++i) {
      char32_t c = units[i];
      const bool is_first = c >= 0xD800 && c < 0xDC00;
      if (is_first && i + 1 < units.size() && units[i + 1] >= 0xDC00 && units[i + 1] < 0xE000) {
        c = 0x10000 + ((c - 0xD800) << 10) + (units[++i] - 0xDC00U);
      } else if (c >= 0xD800 && c < 0xE000) {
        c = 0xFFFD;
      }
      base::append_utf8(text, c);
    }
    return text;
  }

  BiffRecords& m_records;
  std::string_view m_piece;
  std::size_t m_at;
};

// What the workbook's own records say for all of its sheets.
struct Workbook {
  std::string stream, name;
  bool since_97 = true;
  std::optional<Decoder> decoder;  // of texts before Excel 97
  bool from_1904 = false;
  bool tells_calculation = false;  // with which version its formulas were calculated last
  bool is_by_first_build = false;  // of Excel 97, as which LibreOffice and others introduce themselves
  bool trusts_zeros() const { return tells_calculation && !is_by_first_build; }
  std::vector<std::string> texts;
  std::map<std::uint16_t, NumberFormat> own_formats;
  std::vector<std::uint16_t> format_of_cells;  // by the number that cells refer to

  NumberFormat format(std::uint16_t cell) const {
    if (cell >= format_of_cells.size()) return {};
    const std::uint16_t id = format_of_cells[cell];
    const auto own = own_formats.find(id);
    return own != own_formats.end() ? own->second : format_of_number(id);
  }
  // At `at` of the current record.
  std::optional<std::string> text(BiffRecords& records, std::size_t at, int length_bytes) const {
    if (since_97) return BiffTexts(records, at).next(length_bytes);
    const std::string_view payload = records.payload();
    const std::size_t length = little_endian(payload, at, static_cast<std::size_t>(length_bytes));
    at += static_cast<std::size_t>(length_bytes);
    if (at > payload.size() || length > payload.size() - at) return std::nullopt;
    std::string text;
    (*decoder)(payload.substr(at, length), text);
    return text;
  }
};

class SheetRecords {
 public:
  explicit SheetRecords(const Workbook& workbook) : m_workbook(workbook), m_numbers(workbook.from_1904) {}

  Sheet read(std::size_t from, std::vector<Warning>& warnings) {
    BiffRecords records(m_workbook.stream, from);
    int depth = 0;  // charts lie within a sheet, with records of their own
    bool ended = false;
    while (!ended && records.next()) {
      if (records.is_cut()) break;
      if (records.type() == rec_bof) {
        ++depth;
      } else if (records.type() == rec_eof) {
        ended = --depth <= 0;
      } else if (depth == 1) {
        take(records);
      }
    }
    if (!ended) refuse(base::say("truncated: {} ends within a sheet; fetch it again", m_workbook.name));
    put_in_order();
    m_numbers.say(warnings);
    // A formula may well have nothing to show; but none of them shows anything where nobody has worked them out.
    if (m_texts_as_zero > 0 || (m_formulas_without > 0 && m_formulas_without == m_formulas)) {
      warnings.push_back({std::to_string(m_first_without), "", "type",
                          base::say("{} formulas have no stored result and are empty here (the first in row {}): open "
                                    "the file in a spreadsheet program and save it",
                                    m_formulas_without, m_first_without)});
    }
    if (m_zeros > 0) {
      warnings.push_back({std::to_string(m_first_zero), "", "type",
                          base::say("{} formulas have the result 0 (the first in row {}), which the program that wrote "
                                    "the file may have put for a text: check them, or open the file in a spreadsheet "
                                    "program and save it",
                                    m_zeros, m_first_zero)});
    }
    return std::move(m_sheet);
  }

 private:
  struct Cell {
    std::uint16_t row = 0, column = 0;
    CellKind kind = CellKind::text;
    std::string text;
  };

  void take(BiffRecords& records) {
    const std::string_view payload = records.payload();
    const std::uint16_t row = u16(payload, 0), column = u16(payload, 2), format = u16(payload, 4);
    switch (records.type()) {
      case rec_number:
        return add_number(row, column, format, double_in(payload, 6));
      case rec_rk:
        return add_number(row, column, format, rk_number(little_endian(payload, 6, 4)));
      case rec_mul_rk:
        for (std::size_t at = 4; at + 8 <= payload.size(); at += 6) {
          const auto here = static_cast<std::uint16_t>(column + (at - 4) / 6);
          add_number(row, here, u16(payload, at), rk_number(little_endian(payload, at + 2, 4)));
        }
        return;
      case rec_label_sst: {
        const std::uint64_t number = little_endian(payload, 6, 4);
        if (number >= m_workbook.texts.size())
          refuse(base::say("corrupt: {} row {}: a text is missing", m_workbook.name, row + 1));
        return add(row, column, CellKind::text, m_workbook.texts[number]);
      }
      case rec_label:
      case rec_rich_string:
        return add(row, column, CellKind::text, m_workbook.text(records, 6, 2).value_or(""));
      case rec_bool_err:
        if (little_endian(payload, 7, 1) != 0)
          return add(row, column, CellKind::error, std::string(error_text(little_endian(payload, 6, 1))));
        return add(row, column, CellKind::number, little_endian(payload, 6, 1) != 0 ? "1" : "0");
      case rec_formula:
        return add_formula(row, column, format, payload);
      case rec_string:  // of the formula before
        if (m_formula)
          add(m_formula->first, m_formula->second, CellKind::text, m_workbook.text(records, 0, 2).value_or(""));
        m_formula.reset();
        return;
      case rec_row:
        if ((u16(payload, 12) & 0x20U) != 0) m_hidden_rows.push_back(row);
        return;
      case rec_col_info:
        if ((u16(payload, 8) & 1U) != 0) add_hidden_columns(row, column);  // the first and the last of them
        return;
      case rec_merge_cells:
        return add_merged(payload);
      default:
        return;
    }
  }

  void add_formula(std::uint16_t row, std::uint16_t column, std::uint16_t format, std::string_view payload) {
    ++m_formulas;
    m_formula.reset();
    const auto without_result = [&] {
      if (m_formulas_without++ == 0) m_first_without = std::int64_t{row} + 1;
    };
    if (u16(payload, 12) != 0xFFFF) {
      const double value = double_in(payload, 6);
      // LibreOffice writes 0 for a text that is not formatted as one. Where texts are joined last (2.5.198.27) it is
      // one for certain.
      constexpr std::uint64_t joined = 0x08;
      const std::size_t formula_bytes = u16(payload, 20);
      if (value == 0 && formula_bytes > 0 && little_endian(payload, 21 + formula_bytes, 1) == joined) {
        ++m_texts_as_zero;
        return without_result();
      }
      if (value == 0 && !m_workbook.trusts_zeros() && m_zeros++ == 0) m_first_zero = std::int64_t{row} + 1;
      return add_number(row, column, format, value);
    }
    switch (little_endian(payload, 6, 1)) {  // 2.5.133
      case 0:
        m_formula.emplace(row, column);
        return;
      case 1:
        return add(row, column, CellKind::number, little_endian(payload, 8, 1) != 0 ? "1" : "0");
      case 2:
        return add(row, column, CellKind::error, std::string(error_text(little_endian(payload, 8, 1))));
      default:
        without_result();
    }
  }

  void add_number(std::uint16_t row, std::uint16_t column, std::uint16_t format, double value) {
    if (!std::isfinite(value)) return add(row, column, CellKind::error, "#NUM!");
    std::string text;
    const CellKind kind = m_numbers.shown(value, m_workbook.format(format), std::int64_t{row} + 1, text);
    add(row, column, kind, std::move(text));
  }

  void add(std::uint16_t row, std::uint16_t column, CellKind kind, std::string text) {
    if (m_cells.size() >= Sheet::cell_limit)
      refuse(base::say("too-large: {} has more than {} cells, the limit of a table; divide it", m_workbook.name,
                       Sheet::cell_limit));
    if (!base::trim(text).empty()) m_cells.push_back({row, column, kind, std::move(text)});
  }

  void add_hidden_columns(std::uint16_t first, std::uint16_t last) {
    for (std::uint32_t column = first; column <= std::min<std::uint32_t>(last, 255); ++column)
      m_sheet.hidden_columns.push_back(static_cast<std::uint16_t>(column));
  }

  void add_merged(std::string_view payload) {
    for (std::size_t at = 2; at + 8 <= payload.size(); at += 8) {
      const std::uint16_t first_row = u16(payload, at), last_row = u16(payload, at + 2);
      const std::uint16_t first_column = u16(payload, at + 4), last_column = u16(payload, at + 6);
      if (last_row < first_row || last_column < first_column || last_column > 255) continue;
      m_sheet.merged.push_back({std::int64_t{first_row} + 1, std::int64_t{last_row} + 1, first_column, last_column});
    }
  }

  // BiffRecords come by rows and columns as a rule; where a cell comes twice the later one counts.
  void put_in_order() {
    const auto before = [](const Cell& a, const Cell& b) {
      return a.row != b.row ? a.row < b.row : a.column < b.column;
    };
    if (!std::is_sorted(m_cells.begin(), m_cells.end(), before))
      std::stable_sort(m_cells.begin(), m_cells.end(), before);
    std::sort(m_hidden_rows.begin(), m_hidden_rows.end());
    m_sheet.name = m_workbook.name;
    for (std::size_t i = 0; i < m_cells.size();) {
      const std::uint16_t row = m_cells[i].row;
      m_sheet.begin_row(std::int64_t{row} + 1, std::binary_search(m_hidden_rows.begin(), m_hidden_rows.end(), row));
      for (; i < m_cells.size() && m_cells[i].row == row; ++i) {
        const bool again = i + 1 < m_cells.size() && !before(m_cells[i], m_cells[i + 1]);
        if (!again) m_sheet.add(m_cells[i].column, m_cells[i].kind, m_cells[i].text);
      }
      m_sheet.end_row();
    }
  }

  const Workbook& m_workbook;
  NumberCells m_numbers;
  Sheet m_sheet;
  std::vector<Cell> m_cells;
  std::vector<std::uint16_t> m_hidden_rows;
  std::optional<std::pair<std::uint16_t, std::uint16_t>> m_formula;  // whose text comes in a record of its own
  std::int64_t m_formulas = 0, m_formulas_without = 0, m_first_without = 0, m_texts_as_zero = 0;
  std::int64_t m_zeros = 0, m_first_zero = 0;
};

class Xls : public Spreadsheet {
 public:
  Xls(const std::filesystem::path& file, const std::string& name) {
    const CompoundFile parts(file, name);
    if (parts.has("EncryptedPackage")) refuse(base::say("password: {} is encrypted; save it without a password", name));
    if (!parts.has("Workbook") && !parts.has("Book"))
      refuse(base::say("format: {} is a file of an office program, but no workbook; save it as XLSX", name));
    m_workbook.since_97 = parts.has("Workbook");
    m_workbook.stream = parts.read(m_workbook.since_97 ? "Workbook" : "Book");
    m_workbook.name = name;
    m_workbook.decoder.emplace("GB18030");
    read_workbook();
    if (m_sheets.empty()) refuse(base::say("no-features: {} has no sheets", name));
  }

  const std::vector<SheetName>& sheets() const override { return m_sheets; }

  bool is_filled(std::size_t sheet) override {
    std::vector<Warning> ignored;
    return !read(sheet, ignored).rows().empty();
  }

  Sheet read(std::size_t number, std::vector<Warning>& warnings) override {
    return SheetRecords(m_workbook).read(m_positions[number], warnings);
  }

 private:
  void read_workbook() {
    BiffRecords records(m_workbook.stream);
    bool ended = false;
    while (!ended && records.next()) {
      const std::string_view payload = records.payload();
      if (records.is_cut()) break;
      switch (records.type()) {
        case rec_bof:
          m_workbook.since_97 = u16(payload, 0) >= excel_97;
          m_workbook.is_by_first_build = u16(payload, 4) == 0x0DBB && u16(payload, 6) == 0x07CC;
          break;
        case rec_eof:
          ended = true;
          break;
        case rec_file_pass:
          refuse(base::say("password: {} is encrypted; save it without a password", m_workbook.name));
        case rec_date_1904:
          m_workbook.from_1904 = u16(payload, 0) == 1;
          break;
        case rec_code_page:
          // Chinese Windows, or what Excel writes where it is another one.
          if (const std::uint16_t page = u16(payload, 0); page == 950) m_workbook.decoder.emplace("Big5");
          break;
        case rec_recalc_id:
          m_workbook.tells_calculation = true;
          break;
        case rec_bound_sheet:
          add_sheet(records);
          break;
        case rec_xf:
          m_workbook.format_of_cells.push_back(u16(payload, 2));
          break;
        case rec_format:
          if (const auto code = m_workbook.text(records, 2, m_workbook.since_97 ? 2 : 1))
            m_workbook.own_formats[u16(payload, 0)] = format_of_code(*code);
          break;
        case rec_sst:
          read_texts(records);
          break;
        default:
          break;
      }
    }
    if (!ended) refuse(base::say("truncated: {} ends before its sheets; fetch it again", m_workbook.name));
  }

  void add_sheet(BiffRecords& records) {
    const std::string_view payload = records.payload();
    constexpr std::uint64_t a_worksheet = 0;
    if (little_endian(payload, 5, 1) != a_worksheet) return;
    const bool hidden = (little_endian(payload, 4, 1) & 3U) != 0;
    const std::size_t at = little_endian(payload, 0, 4);
    if (at >= m_workbook.stream.size())
      refuse(base::say("truncated: {} ends before its sheets; fetch it again", m_workbook.name));
    m_positions.push_back(at);
    m_sheets.push_back({m_workbook.text(records, 6, 1).value_or(""), hidden});
  }

  void read_texts(BiffRecords& records) {
    const std::uint64_t count = little_endian(records.payload(), 4, 4);
    BiffTexts texts(records, 8);
    while (m_workbook.texts.size() < count) {
      auto text = texts.next(2);
      if (!text) refuse(base::say("corrupt: {}: its list of texts is damaged; save it as XLSX", m_workbook.name));
      m_workbook.texts.push_back(std::move(*text));
    }
  }

  Workbook m_workbook;
  std::vector<SheetName> m_sheets;
  std::vector<std::size_t> m_positions;  // of their records
};

}  // namespace

std::unique_ptr<Spreadsheet> open_xls(const std::filesystem::path& file, const std::string& name) {
  return std::make_unique<Xls>(file, name);
}

}  // namespace zaitu::io
