// When a wrong sum of a page (checksum_vfs.h) is damage, and when it is another program's writing.
//
// While nobody has it open, a project is an SQLite database without a log (header bytes 18 and 19 are 1): then every
// program's first commit counts up the file's change counter in page 1 and leaves page 1 with an old sum. A session
// turns the log (WAL) on before its first change and marks the project open in the same transaction; when it is closed
// it brings the log in, turns it off and marks the project closed, with the counter of this very commit and the
// journal's last row. So, when the project is looked at:
//   closed, the counter is the mark's            nobody wrote since: a wrong sum is damage
//   closed, both counters of page 1 are larger   another program wrote since
//   open, a log is there                         ours died or is at work: damage, unless the journal has rows of others
//   open, no log                                 another program brought the log in, or was there when ours was closed
//   no mark, or one that was altered             damage
// Where another program wrote, a page with a wrong sum is sealed anew by the next open for writing (or by the close of
// a session during which it wrote), after SQLite's own check of the structure; what was sealed is told.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/progress.h"
#include "store/sqlite.h"

namespace zaitu::store {

struct Session;

// Of the file as it lies there, without what a log holds.
struct DatabaseHeader {
  bool is_database = false;
  bool has_sums = false;
  bool uses_log = false;
  bool counters_agree = false;  // what every writer of page 1 leaves behind
  std::uint32_t page_bytes = 0;
  std::uint32_t pages = 0;
  std::uint32_t counter = 0;  // change counter
  static DatabaseHeader read(const Connection& connection);
};

struct SealMark {
  enum class Kind { none, open, closed, altered };
  Kind kind = Kind::none;
  std::uint32_t counter = 0;  // of the commit that wrote the mark "closed"
  std::int64_t last_row = 0;  // of the journal, then
};
SealMark read_mark(const Connection& connection);

// May a wrong sum be another program's? `has_log`: there is something in "-wal".
bool others_may_have_written(const Connection& connection, const DatabaseHeader& header, const SealMark& mark,
                             bool has_log);

// Pages of the file whose sum is wrong, ascending, but for those that were never written (all zero).
// `zero`: those. Throws base::Cancelled, and base::Error when the file cannot be read.
struct PageScan {
  std::vector<std::uint32_t> wrong, zero;
};
PageScan scan_pages(const Connection& connection, const DatabaseHeader& header, base::Progress& progress);

// The first page whose sum is damage for certain, because nobody has the project open and nobody wrote since it was
// closed; 0: none, or it cannot be told without more. Reads the whole file.
std::uint32_t first_damaged_page(const Connection& connection);

// After opening for writing: finds out whether all sums are to be trusted, seals what another program wrote. Throws
// base::Error(project_unusable) for damage. The session's notes tell what was sealed.
void settle_seal(Session& session);
// Before the first change of a session: the log on. In the change's transaction: the mark.
void start_log(Session& session);
void mark_open(Session& session);
// At the end of a session that changed something.
void close_seal(Session& session);
// In a database that is empty yet: room for the sums.
void reserve_sums(const Connection& connection);
// Writes the mark into a database without log; for a new file.
void mark_closed(const Connection& connection);
// Every page gets its sum, whoever wrote it; nobody else has the file.
void seal_all_pages(const Connection& connection);

}  // namespace zaitu::store
