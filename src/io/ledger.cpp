#include "io/ledger.h"

#include <algorithm>
#include <array>

#include "base/message.h"
#include "base/utf8.h"
#include "io/csv_sheet.h"
#include "io/field_names.h"
#include "io/refuse.h"
#include "io/spreadsheet.h"
#include "io/text_file.h"

namespace zaitu::io {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 6> geometry_titles{"wkt", "geom", "geometry", "wkt_geom", "the_geom", "几何"};

// Has it a header with something below it, in more columns than words about the workbook take?
bool holds_table(Spreadsheet& book, std::size_t number) {
  std::vector<Warning> unsaid;
  Sheet sheet = book.read(number, unsaid);
  const TableShape shape = shape_of(sheet, 0, unsaid);
  return shape.columns.size() > 1 && !shape.rows.empty();
}

std::size_t choose_sheet(Spreadsheet& book, const WorkerOrder& order, const std::string& name,
                         std::vector<Warning>& warnings) {
  const std::vector<SheetName>& sheets = book.sheets();
  std::string list;
  for (const SheetName& sheet : sheets) list += (list.empty() ? "" : ", ") + sheet.name;
  if (!order.layer.empty()) {
    const auto found =
        std::find_if(sheets.begin(), sheets.end(), [&](const SheetName& sheet) { return sheet.name == order.layer; });
    if (found == sheets.end()) {
      throw base::Error(base::ExitCode::usage,
                        base::say("layer: {} has no sheet \"{}\"; it has: {}", name, order.layer, list));
    }
    if (found->hidden) warnings.push_back({"", "", "hidden", base::say("the sheet \"{}\" is hidden", found->name)});
    return static_cast<std::size_t>(found - sheets.begin());
  }
  std::vector<std::size_t> shown, hidden;
  for (std::size_t i = 0; i < sheets.size(); ++i) {
    if (book.is_filled(i)) (sheets[i].hidden ? hidden : shown).push_back(i);
  }
  if (shown.size() > 1) {
    std::vector<std::size_t> tables;
    for (const std::size_t i : shown) {
      if (tables.size() < 2 && holds_table(book, i)) tables.push_back(i);
    }
    if (tables.size() == 1) {
      warnings.push_back({"", "", "layer",
                          base::say("of the sheets {} only \"{}\" holds a table: it was read; --layer takes another",
                                    list, sheets[tables[0]].name)});
      shown = tables;
    }
  }
  if (shown.size() > 1 && !order.header_only) {
    refuse(base::say("layer: {} has several sheets, choose one with --layer: {}", name, list));
  }
  if (shown.empty() && hidden.size() == 1) {
    warnings.push_back(
        {"", "", "hidden",
         base::say("the only sheet that holds something, \"{}\", is hidden: it was read", sheets[hidden[0]].name)});
    return hidden[0];
  }
  for (const std::size_t i : hidden) {
    warnings.push_back(
        {"", "", "hidden", base::say("the sheet \"{}\" is hidden and was not read; --layer reads it", sheets[i].name)});
  }
  return shown.empty() ? 0 : shown[0];
}

}  // namespace

bool is_ledger(std::string_view driver) {
  return driver == "CSV" || driver == "XLSX" || driver == "ODS" || driver == "XLS";
}

Ledger::Ledger(const WorkerOrder& order, std::vector<Warning>& warnings) {
  m_header.driver = order.driver;
  m_header.encoding = {"UTF-8", base::say("by the format")};
  if (order.driver == "CSV") {
    read_csv(order, warnings);
  } else {
    read_workbook(order, warnings);
  }
  m_shape = shape_of(m_sheet, order.header_row, warnings);
  describe();
}

void Ledger::read_csv(const WorkerOrder& order, std::vector<Warning>& warnings) {
  const fs::path file = order.file;
  DecodedText decoded = read_as_utf8(file, order.encoding, warnings);
  // No text has zero bytes; a crash of the program that wrote the file leaves runs of them.
  if (const auto zeros = std::erase(decoded.text, '\0'); zeros > 0)
    warnings.push_back({"", "", "character", base::say("{} zero bytes are no text and were left out", zeros)});
  m_header.encoding = decoded.decision;
  m_header.layer = cut_name(file.stem().string());
  m_header.layers = {m_header.layer};
  m_sheet = read_csv_sheet(std::move(decoded.text), file.filename().string(), warnings);
}

void Ledger::read_workbook(const WorkerOrder& order, std::vector<Warning>& warnings) {
  const fs::path file = order.file;
  const std::string name = file.filename().string();
  const auto book = order.driver == "ODS"   ? open_ods(file, name)
                    : order.driver == "XLS" ? open_xls(file, name)
                                            : open_xlsx(file, name);
  m_header.layers.reserve(book->sheets().size());
  for (const SheetName& sheet : book->sheets()) m_header.layers.push_back(sheet.name);
  const std::size_t chosen = choose_sheet(*book, order, name, warnings);
  m_header.layer = cut_name(book->sheets()[chosen].name);
  m_sheet = book->read(chosen, warnings);
}

void Ledger::describe() {
  m_header.table = view_of(m_sheet, m_shape);
  m_header.declared_rows = static_cast<std::int64_t>(m_shape.rows.size());
  m_header.set_aside = m_shape.set_aside;
  if (m_header.driver == "CSV") {
    for (std::size_t c = 0; c < m_shape.titles.size() && !m_wkt; ++c) {
      const std::string title = base::ascii_lower(m_shape.titles[c]);
      if (std::find(geometry_titles.begin(), geometry_titles.end(), title) != geometry_titles.end()) m_wkt = c;
    }
  }
  m_header.has_geometry = m_wkt.has_value();
  m_header.fields.reserve(m_shape.titles.size());
  for (std::size_t c = 0; c < m_shape.titles.size(); ++c) {
    if (m_wkt != c) m_header.fields.push_back({m_shape.titles[c], SourceFieldType::text});
  }
  if (!m_wkt) return;
  for (TableRow& row : m_header.table.first_rows)
    row.cells.erase(row.cells.begin() + static_cast<std::ptrdiff_t>(*m_wkt));
}

void Ledger::write(RowBatchWriter& to, const std::function<geom::Bytes(std::string_view wkt, std::int64_t row)>& wkb_of,
                   const std::function<void()>& row_added) const {
  TableRows table(m_sheet, m_shape);
  for (std::size_t row = 0; row < m_shape.rows.size(); ++row) {
    table.go_to(row);
    // First, because what it has to say must not come into the middle of a row.
    geom::Bytes wkb;
    if (m_wkt && *m_wkt < table.cells().size()) {
      if (const SheetCell* const cell = table.cells()[*m_wkt]) wkb = wkb_of(m_sheet.text(*cell), table.name());
    }
    to.begin(table.name());
    for (std::size_t c = 0; c < table.cells().size(); ++c) {
      const SheetCell* const cell = table.cells()[c];
      if (m_wkt == c) continue;
      if (cell == nullptr) {
        to.none();
      } else {
        to.text(m_sheet.text(*cell));
      }
    }
    to.end(wkb);
    row_added();
  }
}

}  // namespace zaitu::io
