// Is every page, row and journal entry of a project as it was written? Reads, writes nothing, not even beside the file.
// Any thread; the project may be open in this or another program.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/progress.h"

namespace zaitu::store {

struct Problem {
  std::string kind;  // header, page, log, structure, reference, index, chain, attachment
  std::uint32_t page = 0;
  std::string table;
  std::string rows;  // ids: "12-40", "41-" (and all after it), "" (not known, or all)
  std::string message;
};

struct Verification {
  std::vector<Problem> problems;
  std::vector<std::string> notes;  // worth saying and no problem, one line each
  std::uint64_t pages = 0, changes = 0;
  bool ok() const { return problems.empty(); }
};

// quick: header, log, sums of all pages, structure (0.4 s for 200 MB). full: indexes, references, the chain over the
// journal and attached files too.
enum class VerifyDepth { quick, full };

// Throws base::Error(project_unusable) for a file that is no project or a newer one, base::Cancelled when asked to
// stop.
Verification verify(const std::filesystem::path& file, VerifyDepth depth, base::Progress& progress);

}  // namespace zaitu::store
