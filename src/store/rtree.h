// A whole R*Tree written at once, packed, instead of row by row: by its shadow tables, whose content SQLite documents
// (sqlite.org/rtree.html, "Shadow Tables"). A million boxes take a second, against fifteen through the virtual table.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/progress.h"
#include "geom/geometry.h"
#include "store/sqlite.h"

namespace zaitu::store {

// A box as the R*Tree keeps it: in float, rounded outwards.
struct RtreeEntry {
  std::int64_t id = 0;
  float min_x = 0, max_x = 0, min_y = 0, max_y = 0;
  RtreeEntry() = default;
  RtreeEntry(std::int64_t row, const geom::Envelope& box);  // rounds as SQLite does, to the same bits
};

// Adds the entries, whose ids must be new and ascending, to the R*Tree `name` of two dimensions. Where they are few
// beside what it holds they are inserted one by one, else the tree is made anew from both. Inside the caller's
// transaction. Stops when `progress` says so, with the tree half written: roll back.
void add_to_rtree(const Connection& connection, const std::string& name, std::vector<RtreeEntry> entries,
                  base::Progress& progress);

}  // namespace zaitu::store
