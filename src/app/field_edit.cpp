#include "app/field_edit.h"

namespace zaitu::app {

std::int64_t apply(store::Transaction& change, const std::vector<FieldEdit>& edits) {
  std::int64_t inserted = 0;
  for (const FieldEdit& edit : edits) {
    if (edit.remove) {
      change.remove(edit.table, edit.row_id);
      continue;
    }
    std::vector<store::Cell> cells;
    for (const auto& [column, value] : edit.cells) cells.push_back({column, value});
    if (edit.row_id == 0) {
      inserted = change.insert(edit.table, cells);
    } else {
      change.update(edit.table, edit.row_id, cells);
    }
  }
  return inserted;
}

}  // namespace zaitu::app
