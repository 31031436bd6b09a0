// A table of a GeoPackage read with SQLite itself, beside GDAL's driver: rows that hold plainly what their columns say
// come as the driver would give them, in half of its time; any other row is left to the driver. For the reading worker.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "io/row_batch.h"

struct sqlite3;
struct sqlite3_context;
struct sqlite3_value;
class OGRLayer;

namespace zaitu::io {

class GeoPackageTable {
 public:
  // nullptr: this layer is the driver's alone (a view, a log that is not yet in the file, a kind of column not known
  // here).
  static std::unique_ptr<GeoPackageTable> open(const std::filesystem::path& file, OGRLayer& layer,
                                               const SourceHeader& header);
  ~GeoPackageTable();
  GeoPackageTable(const GeoPackageTable&) = delete;
  GeoPackageTable& operator=(const GeoPackageTable&) = delete;

  // Adds plain rows to `rows` and calls `by_driver` with the feature id of every other one, in the order in which the
  // driver gives features; `added` after each row. False when it ended early: what is missing comes after the rows
  // that were told, and is the driver's. What the callbacks throw comes out here.
  bool read(RowBatchWriter& rows, const std::function<void(std::int64_t fid)>& by_driver,
            const std::function<void()>& added);

 private:
  enum class Kind { boolean, small, integer, wide, real, text, date, time, nothing };
  struct Reading;
  GeoPackageTable() = default;
  static bool add_plain(const Reading& reading, sqlite3_value** row);
  static void on_row(struct sqlite3_context* context, int count, sqlite3_value** values);

  sqlite3* m_file = nullptr;
  std::string m_select;
  std::vector<Kind> m_kinds;
  bool m_has_geometry = false;
};

// "ok", or what PRAGMA quick_check says of the file, or why it cannot be asked. For any thread.
std::string quick_check(const std::filesystem::path& file);

}  // namespace zaitu::io
