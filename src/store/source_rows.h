// What sources said beyond the fields: of each row that an import wrote, the columns that feed no field
// (schema/003.sql).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace zaitu::store {

struct Session;

// The cells of one source row that a row of the project was made of or changed by.
struct SourceCells {
  std::string source, layer;  // file name as the import knows it, and its layer
  std::string imported_at;    // UTC, ISO 8601
  std::int64_t feature = 0;
  std::string cells;  // JSON object column -> value, in the order of the source
};

// Inside a change. Rows of an undone import that had the same number are removed.
void begin_source_rows(Session& session, std::int64_t import_id);
void keep_source_cells(Session& session, std::int64_t import_id, std::string_view table, std::int64_t row,
                       std::int64_t feature, std::string_view cells);

// Newest import first; nothing in a file of an older schema.
std::vector<SourceCells> source_cells_of(Session& session, std::string_view table, std::int64_t row);
// All rows of the table, by import: `visit` takes the row's id and its cells, of a later import later.
void for_each_source_row(Session& session, std::string_view table,
                         const std::function<void(std::int64_t, std::string_view)>& visit);

}  // namespace zaitu::store
