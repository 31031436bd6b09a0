// Ledgers: CSV, XLSX, XLS and ODS as rows of texts. The worker's way of reading them; GDAL's drivers lose merged cells,
// hidden rows and the formats that make a number a day or an id.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/read_worker.h"
#include "io/row_batch.h"
#include "io/sheet.h"
#include "io/source.h"
#include "io/table_shape.h"

namespace zaitu::io {

bool is_ledger(std::string_view driver);

class Ledger {
 public:
  // Reads the sheet that is ordered, else the only one that holds something. Throws base::Error: input_unreadable, and
  // usage for a sheet or a header row that is not there.
  Ledger(const WorkerOrder& order, std::vector<Warning>& warnings);

  const SourceHeader& header() const { return m_header; }
  // Adds all rows to `to`. `wkb_of` turns the text of a geometry (WKT) into WKB; `row_added` is called after each row.
  void write(RowBatchWriter& to, const std::function<geom::Bytes(std::string_view wkt, std::int64_t row)>& wkb_of,
             const std::function<void()>& row_added) const;

 private:
  void read_csv(const WorkerOrder& order, std::vector<Warning>& warnings);
  void read_workbook(const WorkerOrder& order, std::vector<Warning>& warnings);
  void describe();

  Sheet m_sheet;
  TableShape m_shape;
  SourceHeader m_header;
  std::optional<std::size_t> m_wkt;  // the column that holds geometry
};

}  // namespace zaitu::io
