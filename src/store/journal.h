// Undo, redo and history from the journal. The journal only grows: an undo is a change of its own whose rows are the
// inverse of another's.
#pragma once

#include "store/session.h"

namespace zaitu::store {

// Takes note of changes committed since the last call, by whichever program.
void read_new_changes(Session& session);
// What was changed so far made the project and is not undone.
void end_creation(Session& session);
Change undo_change(Session& session);
Change redo_change(Session& session);
std::vector<Change> read_history(Session& session, std::size_t limit, bool with_rows);

}  // namespace zaitu::store
