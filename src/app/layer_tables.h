// Ledgers as layers that can be written: their columns as fields, their shapes row for row.
#pragma once

#include <optional>
#include <string_view>

#include "app/ledger.h"
#include "io/export.h"

namespace zaitu::app {

std::optional<std::size_t> column_named(const Ledger& ledger, std::string_view name);
// Named as the ledger, with fields by its stable names; a column of whole numbers stays one. Without shapes.
io::ExportLayer table_of(const Ledger& ledger);
// In the ledger's order of rows; nullopt for a ledger without shapes.
std::optional<geom::GeometryColumn> geometry_of(const model::Project& project, const Ledger& ledger);

}  // namespace zaitu::app
