// A snapshot from the tables of a project file. Reads every row once: half a second for a million parcels.
#pragma once

#include <optional>

#include "store/parcel_cache.h"
#include "store/session.h"

namespace zaitu::store {

// Tables without journal rows after `before`'s revision are shared with it. Runs in one read transaction. The parcels
// of a large project come from the user's cache where it knows them; `uncached` is what they may be put there with.
model::Project load_project(Session& session, base::Progress& progress, const model::Project* before,
                            std::optional<ParcelCacheKey>& uncached);

}  // namespace zaitu::store
