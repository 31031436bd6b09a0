// What can still be read of a damaged project, in a new one. Any thread; the damaged file is only read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/progress.h"

namespace zaitu::store {

struct Lost {
  std::string table;
  std::string rows;  // ids as in Problem
  std::uint32_t page = 0;
  std::string message;
};

struct Recovery {
  std::vector<std::pair<std::string, std::int64_t>> recovered;  // table, rows; in the order of the schema
  std::vector<Lost> lost;
};

// Rows on damaged pages are left out and listed; a row that refers to a lost one keeps what it can, else it is listed
// too. The new project has the history as far as it can be read, sealed anew. Refuses an `out` that is there
// (output_failed). Throws base::Error(project_unusable) when nothing at all can be read.
Recovery recover(const std::filesystem::path& project, const std::filesystem::path& out, base::Progress& progress);

}  // namespace zaitu::store
