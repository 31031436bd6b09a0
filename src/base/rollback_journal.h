// The rollback journal ("-journal") that SQLite keeps beside a database while it changes it, looked at without SQLite
// ("The Database File Format", section 3). One that a dead program left behind is played back by whoever reads next.
#pragma once

#include <filesystem>

namespace zaitu::base {

enum class RollbackJournal {
  none,          // not there, or ended: nothing is to be taken back
  unfinished,    // a program is writing the database, or died while it wrote
  names_a_file,  // unfinished, and names another file, which SQLite removes when it has played it back
};
// Of the journal beside this database. A journal that cannot be read is none: SQLite will say so.
RollbackJournal rollback_journal_of(const std::filesystem::path& database);

}  // namespace zaitu::base
