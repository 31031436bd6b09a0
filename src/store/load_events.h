// The stage events of a project file: a large project has hundreds of thousands.
#pragma once

#include "store/session.h"

namespace zaitu::store {

// By date, then id. Inside the session's read transaction; `alone` as for load_parcels().
std::vector<model::StageEvent> load_stage_events(Session& session, bool alone, base::Progress& progress);

}  // namespace zaitu::store
