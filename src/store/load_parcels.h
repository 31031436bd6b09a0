// The parcels of a project file: a million of them are read by several connections at once, and after an edit only the
// changed rows are read again.
#pragma once

#include <cstdint>
#include <optional>

#include "store/session.h"

namespace zaitu::store {

// Inside the session's read transaction. `alone`: the session may hold changes that other connections do not see.
model::ParcelTable load_parcels(Session& session, bool alone, base::Progress& progress);

// `before` as it is now, when the journal says which rows changed after `revision`; what did not change is shared with
// it. nullopt: so much changed that loading all is better.
std::optional<model::ParcelTable> update_parcels(Session& session, const model::ParcelTable& before,
                                                 std::int64_t revision);

// Column `column` of the row is its geometry; NULL is a feature without parts. Bytes that are no geometry: the error
// names the row and what to do.
void append_geometry(const Session& session, geom::GeometryColumn& geometry, const Statement& row, int column,
                     std::string_view table, std::int64_t id);

std::optional<base::Date> date_at(const Statement& row, int column);

[[noreturn]] void fail_row(const Session& session, std::string_view table, std::int64_t id, std::string_view why);

}  // namespace zaitu::store
