// Where the rows of an import go.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "store/project_file.h"

namespace zaitu::app {

class RowTarget {
 public:
  virtual ~RowTarget() = default;
  // As those of store::Transaction.
  virtual std::int64_t insert(std::string_view table, const std::vector<store::Cell>& cells) = 0;
  virtual void update(std::string_view table, std::int64_t id, const std::vector<store::Cell>& cells) = 0;
  virtual std::int64_t find(std::string_view table, const std::vector<store::Cell>& equal) = 0;
  // The cells of the source's row that no field takes; a mere look has no place for them.
  virtual void keep_source_cells(std::int64_t /*import_id*/, std::string_view /*table*/, std::int64_t /*row*/,
                                 std::int64_t /*feature*/, std::string_view /*cells*/) {}
};

// The open transaction of a project file.
class StoredRows : public RowTarget {
 public:
  explicit StoredRows(store::Transaction& change) : m_change(change) {}
  std::int64_t insert(std::string_view table, const std::vector<store::Cell>& cells) override {
    return m_change.insert(table, cells);
  }
  void update(std::string_view table, std::int64_t id, const std::vector<store::Cell>& cells) override {
    m_change.update(table, id, cells);
  }
  std::int64_t find(std::string_view table, const std::vector<store::Cell>& equal) override {
    return m_change.find(table, equal);
  }
  void keep_source_cells(std::int64_t import_id, std::string_view table, std::int64_t row, std::int64_t feature,
                         std::string_view cells) override {
    m_change.keep_source_cells(import_id, table, row, feature, cells);
  }

 private:
  store::Transaction& m_change;
};

}  // namespace zaitu::app
