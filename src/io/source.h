// Reading foreign GIS and table files (GDAL/OGR). The reader proper runs in a worker process of the same binary
// (`zaitu --read-worker`), so that a driver that crashes or hangs is an error message here, never the end of the
// window. Rows come over a pipe some thousand at a time: memory does not grow with the file.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/progress.h"
#include "crs/crs.h"
#include "geom/wkb.h"

namespace zaitu::io {

struct SourceOptions {
  std::string layer;            // empty: the only layer, else an error that lists them
  std::string crs;              // overrides the source's own
  std::string encoding;         // overrides .cpg, language id and detection
  std::int64_t header_row = 0;  // of a table: the last row of its header, 1 = the first of the sheet; 0: look for it
  bool with_hash = true;        // false saves a pass over a large file: SourceHeader::sha256 stays empty
  bool allow_partial = false;   // of a damaged shapefile the rows that are whole; the others are said
};

enum class SourceFieldType { text, integer, real, date };
struct SourceField {
  std::string name;  // decoded to UTF-8
  SourceFieldType type = SourceFieldType::text;
};

struct Decision {
  std::string value;   // "EPSG:4549" / "GB18030"
  std::string how;     // "from .prj" / "detected: not valid UTF-8, valid GB18030" / "given by --encoding"
  bool mixed = false;  // of an encoding, in the worker: no one encoding fits all of the text
};

// A row of a sheet as it lies there; cells by SourceHeader::fields, cut where they are long.
struct TableRow {
  std::int64_t number = 0;  // 1 = the first
  bool hidden = false;
  std::vector<std::string> cells;
};
// Of a spreadsheet or CSV: where the table lies in it.
struct TableView {
  std::int64_t header_first = 0, header_last = 0;  // numbers of rows; 0: the source is no such table
  std::vector<TableRow> first_rows;                // the header and what stands above it too
  std::vector<std::string> notes;                  // texts above the header
  std::int64_t skipped = 0;                        // rows that are no data (totals, notes): each is said, none is sent
  // A row's number in the sheet less its name as a feature: rows of a CSV are counted from below its header.
  std::int64_t rows_before = 0;
};

// What is known before the first row.
struct SourceHeader {
  std::string driver, layer;
  std::vector<std::string> layers;  // all of the source
  std::vector<SourceField> fields;
  bool has_geometry = false;
  std::int64_t declared_rows = -1;  // -1 unknown; without those that are not sent
  std::int64_t set_aside = 0;  // rows of data that are not whole, or not to be told apart into columns: said, not sent
  std::uint64_t bytes = 0;     // of the source and the siblings that were read
  std::string sha256;          // of the named file; empty for a folder (FileGDB), without hash, when only inspected
  TableView table;
  Decision crs, encoding;      // crs.value is empty when the source has none
  std::string crs_definition;  // what crs::CoordinateReferenceSystem::from_text takes
};

using SourceValue = std::variant<std::monostate, std::int64_t, double, std::string>;  // dates as ISO text

struct SourceRow {
  std::int64_t fid = 0;
  std::vector<SourceValue> values;  // by SourceHeader::fields
  geom::Bytes wkb;                  // in the source's CRS, x = east; empty = no geometry
};

struct Warning {
  std::string feature;  // fid or row number as text; empty = the whole file
  std::string field;
  std::string code;  // keyword, e.g. "geom-invalid"
  std::string message;
};

// Reads one layer. `on_header` is called once, then `on_row` for every row, then the function returns.
// Throws base::Error(input_unreadable) with one line for anything that is wrong with the file, the worker's death
// and its time limit too; base::Cancelled when progress says stop. Callbacks run on the calling thread.
void read_source(const std::filesystem::path& file, const SourceOptions& options,
                 const std::function<void(const SourceHeader&)>& on_header,
                 const std::function<void(SourceRow&&)>& on_row, const std::function<void(Warning&&)>& on_warning,
                 base::Progress& progress);

// The same by batches of rows; a warning about a row comes before the batch that begins with it.
class RowBatch;  // io/row_batch.h
void read_batches(const std::filesystem::path& file, const SourceOptions& options,
                  const std::function<void(const SourceHeader&)>& on_header,
                  const std::function<void(RowBatch&&)>& on_batch, const std::function<void(Warning&&)>& on_warning,
                  base::Progress& progress);

// The layers and fields only; of the first layer when there are several and none is named.
SourceHeader inspect_source(const std::filesystem::path& file, const SourceOptions& options);

// The worker's main(), called by main.cpp for `zaitu --read-worker`; returns its exit status.
int read_worker_main(int argc, char** argv);

}  // namespace zaitu::io
