// The rows of one source layer on their way through mapping, check and repair, for an import and for a mere look.
// Private to app.
#pragma once

#include <functional>

#include "app/commands.h"
#include "app/import_place.h"
#include "app/import_row.h"
#include "app/row_target.h"
#include "model/project.h"

namespace zaitu::app {

struct ImportRun {
  RowTarget& target;
  const model::Project& project;  // as it was before
  const ImportOptions& options;
  ImportResult result = {};  // all but `warnings` and `change`
  ImportLog log = {};

  // What is known of the columns from an earlier import; empty: nothing is looked for.
  std::function<std::map<std::string, std::string>(const io::SourceHeader&)> remembered = {};
  // On the calling thread: before anything is decided, when all is decided, and after the last row.
  std::function<void(const io::SourceHeader&)> on_header = {};
  std::function<std::int64_t(const io::SourceHeader&, const FieldMapping&)> on_begin = {};  // the import's id
  std::function<void()> on_rows_read = {};
  // Where parcels may go instead of to the target, if nothing links them with each other; empty.
  model::ParcelTable* columns = nullptr;

  // Where the source lies, when that was settled before; set by run() otherwise.
  std::optional<SourcePlace> place = {};
  // Set by run() instead of the rest, when all outlines contradict what was declared: to be run again with that place.
  std::optional<SourcePlace> better = {};
  bool may_be_better = false;

  // Throws what io::read_source throws, and Error(input_unreadable) when a row is neither stored nor rejected.
  void run(base::Progress& progress);
};

std::string utc_now();  // "2026-11-28T19:00:43Z"

// The vocabulary of a new project, as it is shipped.
void load_vocabulary(RowTarget& target, base::Progress& progress);

}  // namespace zaitu::app
