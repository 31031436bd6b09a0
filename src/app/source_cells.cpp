#include "app/source_cells.h"

#include <nlohmann/json.hpp>

namespace zaitu::app {

std::vector<ImportedRow> imported_rows(const store::ProjectFile& file, std::string_view table, std::int64_t row) {
  std::vector<ImportedRow> rows;
  for (store::SourceCells& kept : file.source_cells_of(table, row)) {
    ImportedRow& to = rows.emplace_back();
    to.source = std::move(kept.source);
    to.layer = std::move(kept.layer);
    to.imported_at = std::move(kept.imported_at);
    to.feature = kept.feature;
    // Another program may have written anything there.
    const auto cells = nlohmann::ordered_json::parse(kept.cells, nullptr, false);
    if (!cells.is_object()) continue;
    for (const auto& [column, value] : cells.items()) {
      to.cells.emplace_back(column, value.is_string() ? value.get<std::string>() : value.dump());
    }
  }
  return rows;
}

}  // namespace zaitu::app
