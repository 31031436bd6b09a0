// Reading, making ready and writing at the same time: one thread reads the source, some make its rows ready, the
// caller's thread writes them in their order. Some ten thousand rows are on the way at once, however many there are.
#pragma once

#include <functional>

#include "app/import_context.h"

namespace zaitu::app {

struct PipelineSteps {
  // Once, on the calling thread, before any row.
  std::function<void(const io::SourceHeader&)> on_header;
  // After on_header, on the calling thread, for each thread that makes rows ready; nullptr: rows come as they are read.
  std::function<std::unique_ptr<RowPreparer>()> make_preparer;
  // On the calling thread, in the order of the source: one of the two, for some rows or for each.
  std::function<void(PreparedRows&)> on_prepared;
  std::function<void(io::SourceRow&&)> on_row;
  std::function<void(io::Warning&&)> on_warning;
};

// As io::read_source: throws what it throws, and what the steps throw; progress is reported on the calling thread.
void run_pipeline(const std::filesystem::path& source, const io::SourceOptions& options, const PipelineSteps& steps,
                  base::Progress& progress);

}  // namespace zaitu::app
