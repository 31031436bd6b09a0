// The project file: one SQLite/SpatiaLite database that QGIS opens as it is. A ProjectFile owns its connection and
// belongs to one thread (the storage strand in the window, the main thread on the command line).
// Every change goes through a Transaction and is journalled by triggers; undo, redo and history read that journal.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/progress.h"
#include "geom/wkb.h"
#include "model/project.h"
#include "store/disk_policy.h"
#include "store/lease_holder.h"
#include "store/source_rows.h"

namespace zaitu::store {

inline constexpr int schema_version = 3;
inline constexpr std::uint32_t application_id = 0x5A414954;  // "ZAIT"

// A value of a table's column. Geometry travels as SpatiaLite blob (geom::to_spatialite).
using Value = std::variant<std::monostate, std::int64_t, double, std::string, geom::Bytes>;

struct Cell {
  std::string_view column;
  Value value;
};

struct RowChange {  // one row of the journal, decoded
  std::int64_t seq = 0;
  std::string table;
  std::int64_t row_id = 0;
  char op = 'U';                                             // I, U, D
  std::vector<std::pair<std::string, Value>> before, after;  // U: changed columns only
};

struct Change {
  std::int64_t id = 0;  // 0: rows changed by another program
  std::string at;       // UTC, ISO 8601
  std::string who, command;
  std::string kind;  // do | undo | redo
  std::int64_t of_change = 0;
  bool undone = false;
  bool of_creation = false;  // made the project: shown, not undone
  std::size_t row_count = 0;
  std::vector<RowChange> rows;
};

enum class Access { read_write, read_only };

class ProjectFile;

// One command's changes: all or nothing. Rolls back when it is destroyed without commit().
// Unknown tables or columns are programming errors (assert); constraint violations throw base::Error(data_failed).
class Transaction {
 public:
  ~Transaction();
  Transaction(Transaction&&) noexcept;
  Transaction(const Transaction&) = delete;
  std::int64_t insert(std::string_view table, const std::vector<Cell>& cells);  // the new row's id
  // Many rows are about to be inserted into `table`: until finish_bulk() they cost a fraction, with the same outcome.
  // The spatial index gets them when the bulk is finished, which takes about a second for a million rows and throws
  // base::Cancelled when progress says stop. A bulk still open at commit() is finished there.
  void begin_bulk(std::string_view table);
  void finish_bulk(base::Progress& progress);
  void update(std::string_view table, std::int64_t id, const std::vector<Cell>& cells);
  void remove(std::string_view table, std::int64_t id);
  // id of the row whose `column` equals `value`, 0 when there is none.
  std::int64_t find(std::string_view table, std::string_view column, std::string_view value);
  std::int64_t find(std::string_view table, const std::vector<Cell>& equal);  // in all these columns
  // The cells of a source row of an import of this change that no field takes (store/source_rows.h); not journalled.
  void keep_source_cells(std::int64_t import_id, std::string_view table, std::int64_t row, std::int64_t feature,
                         std::string_view cells);
  // Before the first of them.
  void begin_source_rows(std::int64_t import_id);
  // The text in a column of the row of that id; empty where there is none.
  std::string text(std::string_view table, std::int64_t id, std::string_view column);
  // Durable when it returns. The number of the change; 0 when nothing was changed (and then nothing is journalled).
  std::int64_t commit();

 private:
  friend class ProjectFile;
  struct Impl;
  explicit Transaction(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> m_impl;
};

class ProjectFile {
 public:
  // Makes a new project; refuses an existing file (output_failed). Nothing is left behind when it fails.
  static ProjectFile create(const std::filesystem::path& file, const crs::CoordinateReferenceSystem& crs,
                            const std::string& name_zh, const std::string& name_en);
  // Throws Error(project_unusable) for a file that is no project, newer, corrupt or locked; never changes such a file.
  // Migrates an older schema step by step after a backup beside the file; read only, it is read as it is.
  // Access::read_write falls back to read-only where the place is not writable (model::Project::read_only says so).
  // One writer: to write, the file's lease is taken (store/lease.h). When another holds it, a command of the same
  // machine goes on beside it on a local disk, where SQLite keeps the two apart; a window beside another window gets
  // the file read-only and can wait for it (waits_for_lease); all others throw Error(project_unusable) after some
  // seconds.
  static ProjectFile open(const std::filesystem::path& file, Access access, Writer writer = Writer::command);
  // A cheap look: does this file carry Zaitu's application id?
  static bool is_project(const std::filesystem::path& file);
  // May this user write the file and beside it? False: it can only be opened to be read.
  static bool may_be_written(const std::filesystem::path& file);

  ~ProjectFile();
  ProjectFile(ProjectFile&&) noexcept;
  ProjectFile& operator=(ProjectFile&&) noexcept;

  const std::filesystem::path& path() const;
  bool read_only() const;
  // What the user should hear of the opening: pages that another program wrote. One line each.
  const std::vector<std::string>& notes() const;
  const DiskPolicy& disk() const;  // that it lies on
  // Opened read-only because another window, or another machine, has the lease.
  bool waits_for_lease() const;
  // Who else has the lease now; looks at the disk.
  std::optional<LeaseHolder> other_writer() const;
  // Another took the lease over while this process slept: the file must not be written any more.
  bool lost_lease() const;

  // Everything as an immutable snapshot. With `before`, tables that did not change since that snapshot's revision are
  // shared with it, not read again.
  model::Project load(base::Progress& progress, const model::Project* before = nullptr) const;

  // Of what the last load() returned. Writes its parcels into the user's cache (store/parcel_cache.h), so that they are
  // there sooner the next time; a fraction of a second, for any thread, does not fail. Empty when there is nothing to
  // write: they are few, came from the cache, or the file was written to just now.
  std::function<void(const base::Progress&)> cache_writer(const model::Project& project) const;

  // Has another connection (QGIS, another Zaitu) changed the file since load() last ran? Costs a look at shared memory.
  bool changed_elsewhere() const;

  // Starts a change; `command` is what the history shows ("import parcels 地块.shp").
  Transaction begin(const std::string& command);

  // All changes so far made the project: they stay in the history, and undo stops before them.
  void finish_creation();
  // Undoes the newest change not yet undone / redoes the newest undone one (as a new change). Returns it;
  // throws Error(data_failed) when there is none or another program's edit stands in the way.
  Change undo();
  Change redo();
  bool can_undo() const;
  bool can_redo() const;
  std::vector<Change> history(std::size_t limit, bool with_rows) const;  // newest first

  // What is kept of an attached file, in whichever row of the same hash it lies; as it is stored, so that whoever uses
  // it compares it with the hash first. Empty when it is gone.
  geom::Bytes attached_content(std::int64_t attachment) const;

  // What sources said of a row beyond its fields, newest import first; of all rows of a table, a later import later.
  std::vector<SourceCells> source_cells_of(std::string_view table, std::int64_t row) const;
  void for_each_source_row(std::string_view table,
                           const std::function<void(std::int64_t, std::string_view)>& visit) const;

  // Sets or reads a row of zaitu_meta.
  std::string meta(const std::string& key) const;

 private:
  struct Impl;
  explicit ProjectFile(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> m_impl;
};

}  // namespace zaitu::store
