// One row inserted, changed or removed by hand; several of them are one change.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "store/project_file.h"

namespace zaitu::app {

struct FieldEdit {
  std::string table;
  std::int64_t row_id = 0;  // 0 = insert
  std::vector<std::pair<std::string, store::Value>> cells;
  bool remove = false;
};

// In their order, into an open change. The id of the row last inserted; 0: none was.
std::int64_t apply(store::Transaction& change, const std::vector<FieldEdit>& edits);

}  // namespace zaitu::app
