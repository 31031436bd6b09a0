// A snapshot from the tables of a project file. Reads every row once: some seconds for a million parcels.
#pragma once

#include "store/session.h"

namespace zaitu::store {

// Tables without journal rows after `before`'s revision are shared with it. Runs in one read transaction.
model::Project load_project(Session& session, base::Progress& progress, const model::Project* before);

}  // namespace zaitu::store
