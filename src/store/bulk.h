// Many new rows of one table with a geometry: what SpatiaLite's and the journal's triggers do for each row is done here
// for all of them, with the same outcome. For the time being the connection's triggers are off, which is a switch of
// the connection and nothing in the file: whatever happens, the triggers are all there.
#pragma once

#include "base/progress.h"
#include "store/session.h"

namespace zaitu::store {

// From here on insert_row() into `table` is a bulk insert. Does nothing where the table has triggers that are not
// Zaitu's or SpatiaLite's, or lacks one of theirs: then each row takes the ordinary way.
void begin_bulk(Session& session, std::int64_t change, std::string_view table);
bool is_bulk(const Session& session, std::string_view table);
std::int64_t insert_bulk_row(Session& session, const std::vector<Cell>& cells);
// Before any other statement that writes: what is owed to the journal is written, and triggers are on again.
void pause_bulk(Session& session);
// Writes the spatial index. Throws base::Cancelled when progress says stop; the change must then be rolled back.
void end_bulk(Session& session, base::Progress& progress);
// The change is being rolled back: triggers on, nothing else.
void abandon_bulk(Session& session) noexcept;

}  // namespace zaitu::store
