// What the sources of a row said in columns that feed no field, for showing it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/project_file.h"

namespace zaitu::app {

struct ImportedRow {
  std::string source, layer, imported_at;  // file name as the import knows it; UTC, ISO 8601
  std::int64_t feature = 0;
  std::vector<std::pair<std::string, std::string>> cells;  // column and value as text, in the order of the source
};

// Newest import first. Belongs to the thread of the file.
std::vector<ImportedRow> imported_rows(const store::ProjectFile& file, std::string_view table, std::int64_t row);

}  // namespace zaitu::app
