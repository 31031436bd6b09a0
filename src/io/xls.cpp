// XLS, the workbooks of Excel 97 to 2003 (BIFF8), by FreeXL. It knows no merged cells and nothing of what is hidden.
#include <freexl.h>

#include <cstring>

#include "base/message.h"
#include "base/utf8.h"
#include "io/refuse.h"
#include "io/spreadsheet.h"

namespace zaitu::io {

namespace {

class Xls : public Spreadsheet {
 public:
  Xls(const std::filesystem::path& file, std::string name) : m_name(std::move(name)) {
    if (freexl_open(file.c_str(), &m_book) != FREEXL_OK || m_book == nullptr) {
      close();
      refuse(base::say("password: {} is encrypted or damaged; save it as XLSX without a password", m_name));
    }
    if (info(FREEXL_BIFF_PASSWORD) == FREEXL_BIFF_OBFUSCATED) {
      close();
      refuse(base::say("password: {} is encrypted; save it without a password", m_name));
    }
    const unsigned count = info(FREEXL_BIFF_SHEET_COUNT);
    for (unsigned i = 0; i < count; ++i) {
      const char* sheet = nullptr;
      freexl_get_worksheet_name(m_book, static_cast<unsigned short>(i), &sheet);
      m_sheets.push_back({clean(sheet == nullptr ? "" : sheet), false});
    }
    if (!m_sheets.empty()) return;
    close();
    refuse(base::say("no-features: {} has no sheets", m_name));
  }
  ~Xls() override { close(); }
  Xls(const Xls&) = delete;
  Xls& operator=(const Xls&) = delete;

  const std::vector<SheetName>& sheets() const override { return m_sheets; }

  bool is_filled(std::size_t sheet) override {
    const auto [rows, columns] = size_of(sheet);
    for (unsigned row = 0; row < rows; ++row) {
      for (unsigned short column = 0; column < columns; ++column) {
        FreeXL_CellValue value;
        if (freexl_get_cell_value(m_book, row, column, &value) == FREEXL_OK && value.type != FREEXL_CELL_NULL)
          return true;
      }
    }
    return false;
  }

  Sheet read(std::size_t number, std::vector<Warning>& warnings) override {
    Sheet sheet;
    sheet.name = m_name;
    const auto [rows, columns] = size_of(number);
    for (unsigned row = 0; row < rows; ++row) {
      sheet.begin_row(std::int64_t{row} + 1, false);
      for (unsigned short column = 0; column < columns; ++column) add_cell(sheet, row, column);
      sheet.end_row();
    }
    if (info(FREEXL_BIFF_DATEMODE) == FREEXL_BIFF_DATEMODE_1904)
      warnings.push_back(
          {"", "", "date", base::say("the workbook counts days from 1904: its dates were converted so")});
    warnings.push_back(
        {"", "", "merged",
         base::say("of an XLS, merged cells and what is hidden are not known: check it, or save it as XLSX")});
    return sheet;
  }

 private:
  std::pair<unsigned, unsigned short> size_of(std::size_t sheet) {
    unsigned rows = 0;
    unsigned short columns = 0;
    if (freexl_select_active_worksheet(m_book, static_cast<unsigned short>(sheet)) != FREEXL_OK ||
        freexl_worksheet_dimensions(m_book, &rows, &columns) != FREEXL_OK)
      refuse(base::say("corrupt: a sheet of {} cannot be read; save it as XLSX", m_name));
    return {rows, columns};
  }

  void add_cell(Sheet& sheet, unsigned row, unsigned short column) const {
    FreeXL_CellValue cell;
    if (freexl_get_cell_value(m_book, row, column, &cell) != FREEXL_OK) return;
    switch (cell.type) {
      case FREEXL_CELL_INT:
        sheet.add(column, CellKind::number, std::to_string(cell.value.int_value));
        break;
      case FREEXL_CELL_DOUBLE:
        sheet.add(column, CellKind::number, number_text(cell.value.double_value));
        break;
      case FREEXL_CELL_DATE:
      case FREEXL_CELL_DATETIME:
        sheet.add(column, CellKind::date, cell.value.text_value);
        break;
      case FREEXL_CELL_TEXT:
      case FREEXL_CELL_SST_TEXT:
      case FREEXL_CELL_TIME: {
        const std::string text = clean(cell.value.text_value);
        if (!base::trim(text).empty()) sheet.add(column, CellKind::text, text);
        break;
      }
      default:
        break;
    }
  }

  static std::string clean(std::string_view raw) {
    std::string text;
    for (std::size_t at = 0; at < raw.size();) base::append_utf8(text, base::next_code_point(raw, at));
    return text;
  }

  unsigned info(unsigned short what) const {
    unsigned value = 0;
    freexl_get_info(m_book, what, &value);
    return value;
  }

  void close() {
    if (m_book != nullptr) freexl_close(m_book);
    m_book = nullptr;
  }

  const void* m_book = nullptr;
  std::string m_name;
  std::vector<SheetName> m_sheets;
};

}  // namespace

std::unique_ptr<Spreadsheet> open_xls(const std::filesystem::path& file, const std::string& name) {
  return std::make_unique<Xls>(file, name);
}

}  // namespace zaitu::io
