// The chain over the journal: each row of `changes` holds the SHA-256 of the hash before it, of itself and of all rows
// of the journal up to `sealed_to` that no earlier change sealed, those of other programs among them. Whoever alters,
// adds or removes an entry breaks it from there on; `verify_chain` finds where.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/progress.h"
#include "store/sqlite.h"

namespace zaitu::store {

// Gives the change, the newest one, its hash; in its transaction, after its last row. A million inserted rows take a
// quarter of a second.
void seal_change(const Connection& connection, std::int64_t change);
// All changes that have none yet, oldest first: after an upgrade.
void seal_all_changes(const Connection& connection);

struct ChainBreak {
  std::int64_t change = 0;  // 0: of the journal's end
  std::string message;
};
// Calls `found` for each break. Returns the rows of other programs that are not sealed yet.
std::int64_t verify_chain(const Connection& connection, base::Progress& progress,
                          const std::function<void(const ChainBreak&)>& found);

}  // namespace zaitu::store
