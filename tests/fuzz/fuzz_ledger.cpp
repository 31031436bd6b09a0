// Ledgers of every kind: any file is read or refused; each of its cells has a column. The XML of a workbook is given
// bare and packed here, so that what is tried are sheets and not the archive around them.
#include <unistd.h>
#include <zip.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <utility>

#include "base/error.h"
#include "io/ledger.h"
#include "io/spreadsheet.h"

using namespace zaitu;

namespace {

void put(const std::string& file, std::string_view bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

void pack(const std::string& file, const std::vector<std::pair<const char*, std::string_view>>& parts) {
  ::unlink(file.c_str());
  zip_t* const archive = zip_open(file.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  if (archive == nullptr) throw std::runtime_error("no archive");
  for (const auto& [name, content] : parts) {
    const zip_int64_t at =
        zip_file_add(archive, name, zip_source_buffer(archive, content.data(), content.size(), 0), ZIP_FL_OVERWRITE);
    zip_set_file_compression(archive, static_cast<zip_uint64_t>(at), ZIP_CM_STORE, 0);
  }
  zip_close(archive);
}

constexpr std::string_view workbook =
    "<workbook xmlns:r='r'><sheets><sheet name='S' sheetId='1' r:id='rId1'/></sheets></workbook>";
constexpr std::string_view relations =
    "<Relationships><Relationship Id='rId1' Target='worksheets/sheet1.xml'/></Relationships>";
constexpr std::string_view strings = "<sst><si><t>地块编号</t></si><si><t>1,234.5</t></si></sst>";
constexpr std::string_view styles =
    "<styleSheet><numFmts><numFmt numFmtId='164' formatCode='yyyy&quot;年&quot;m&quot;月&quot;'/></numFmts>"
    "<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='164'/></cellXfs></styleSheet>";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  static const std::string base = "/dev/shm/zaitu-fuzz-" + std::to_string(getpid());
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  io::WorkerOrder order;
  try {
    switch (data[0] % 5) {
      case 0:
        order.driver = "CSV";
        put(order.file = base + ".csv", bytes);
        break;
      case 1:
        order.driver = "XLS";
        put(order.file = base + ".xls", bytes);
        break;
      case 2:
        order.driver = "ODS";
        pack(order.file = base + ".ods",
             {{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, {"content.xml", bytes}});
        break;
      default: {  // the fuzzer's part is the sheet, or one of the others
        order.driver = "XLSX";
        const bool styled = data[0] % 5 == 4;
        pack(order.file = base + ".xlsx",
             {{"xl/workbook.xml", workbook},
              {"xl/_rels/workbook.xml.rels", relations},
              {"xl/sharedStrings.xml", strings},
              {"xl/styles.xml", styled ? bytes : styles},
              {"xl/worksheets/sheet1.xml", styled ? "<worksheet><sheetData><row r='1'><c r='A1' s='1'><v>45000</v></c>"
                                                    "<c r='B1' s='2'><v>1</v></c></row></sheetData></worksheet>"
                                                  : bytes}});
      }
    }
    std::vector<io::Warning> warnings;
    const io::Ledger ledger(order, warnings);
    io::RowBatchWriter rows(ledger.header());
    ledger.write(
        rows, [](std::string_view, std::int64_t) { return geom::Bytes(); }, [] {});
  } catch (const base::Error&) {
  }
  return 0;
}
