// Parcels of a layer that is only looked at, straight into the columns of a table. Private to app.
#pragma once

#include <memory>

#include "app/import_context.h"

namespace zaitu::app {

// Takes parcels that nothing links with each other: the mapping has no columns for identifiers and parents. Rows go to
// `table`, which is empty, the only one that knows its columns, and stays until the writer is gone.
std::unique_ptr<RowWriter> parcel_columns_writer(ImportContext& context, model::ParcelTable& table);

}  // namespace zaitu::app
