// One open project file: its connection, the statements prepared on it and what the journal says about undo. What
// ProjectFile and Transaction share; one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "store/rtree.h"
#include "store/sqlite.h"

namespace zaitu::store {

// Tells whether a file that is read without locks was written meanwhile.
struct FileStamp {
  std::uintmax_t size = 0;
  std::filesystem::file_time_type written;
  bool has_log = false;  // "-wal": another program has it open, or died with it open
  static FileStamp of(const std::filesystem::path& file);
  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

struct Undoable {
  std::int64_t change = 0;   // of kind do
  std::int64_t rows_of = 0;  // the change whose rows are to be inverted: the change itself, its last redo or undo
};

// What the open change owes for the rows that it inserted without triggers (bulk.h).
struct BulkInsert {
  struct Shape {  // rows fill various columns
    std::vector<std::string> columns;
    Statement* statement = nullptr;
  };
  std::string table, index;
  std::uint32_t geometry_type = 0;
  std::int64_t change = 0;
  bool triggers_off = false;
  bool any_row = false;
  std::int64_t first_row = 1, last_row = 0;  // ids without a row in the journal yet
  std::vector<RtreeEntry> boxes;             // of all rows so far
  std::vector<Shape> shapes;
};

struct Session {
  std::filesystem::path path;
  bool read_only = false;
  bool immutable = false;  // opened without locks: nothing may be written beside the file
  FileStamp stamp;         // when it was opened; looked at while immutable
  Connection connection;
  bool had_log = false;                  // there was one with content before the connection was opened
  bool log_started = false;              // by this session, which turns it off again
  bool shared_disk = false;              // other machines may have it open: no log
  bool needs_seal = false;               // the session may have written (seal.h)
  std::vector<std::uint8_t> first_page;  // as it was before the log was started
  bool is_marked_open = false;           // in the file, durably
  bool others_committed = false;         // another connection, since the file was opened
  bool write_failed = false;             // the system refused a write or a sync: what the disk holds is not known
  std::int64_t data_version_seen = 0;    // SQLite's
  std::vector<std::string> notes;        // what the user should hear of the opening, one line each
  std::unordered_map<std::string, Statement> statements;
  std::unordered_map<std::string, std::vector<std::string>> columns;  // of each table
  int srid = 0;
  std::optional<BulkInsert> bulk;

  std::vector<Undoable> done, undone;               // newest last; `undone` is emptied by a new change
  std::unordered_set<std::int64_t> undone_changes;  // all of them, those that can no longer be redone too
  std::int64_t last_seen_change = 0;
  std::int64_t creation_end = -1;  // the last change that made the project; -1: not read yet

  Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  ~Session() { close(); }

  Statement& statement(const std::string& sql);
  // Throws std::logic_error for a table or column that is not there: a programming error.
  void require_column(std::string_view table, std::string_view column);
  void open_immutable();
  Connection another_reader() const;  // read-only, of the same file; any thread may use it
  void close();                       // brings everything into the one file
};

// A new project file, filled by `fill` (if there is one) before anybody sees it. Refuses an existing file
// (output_failed); nothing is left behind when it fails.
void make_project(const std::filesystem::path& file, const crs::CoordinateReferenceSystem& crs,
                  const std::string& name_zh, const std::string& name_en, const std::function<void(Connection&)>& fill);

// Only to look: without locks when nobody writes to the file, with them otherwise. Opens files that SQLite refuses,
// which shows with the first question.
Connection open_to_look(const std::filesystem::path& file, bool immutable);
// A change that a dead program left half done in its journal is taken back, as SQLite does when anybody reads the file,
// where the file may be written and no other machine writes it. Throws base::Error(project_unusable), untrusted, for a
// journal that would have another file removed.
void take_back_unfinished(const std::filesystem::path& file);
// Throws base::Error(project_unusable) when what lies in a log or journal cannot be brought in here.
void require_log_is_readable(const Connection& connection, const std::filesystem::path& file);

// Throws base::Error(output_failed) when the file was opened read-only.
void require_writable(const Session& session);
// A change: BEGIN IMMEDIATE and a row of `changes` that the triggers find. The change's number.
std::int64_t begin_change(Session& session, const std::string& command, std::string_view kind, std::int64_t of_change);
enum class WhenEmpty { drop, keep };
// Durable when it returns; 0 when nothing was changed and WhenEmpty::drop.
std::int64_t commit_change(Session& session, std::int64_t change, WhenEmpty when_empty);
void roll_back(Session& session) noexcept;

// A statement that inserts a row with these columns, and its parameters.
Statement& prepared_insert(Session& session, std::string_view table, const std::vector<Cell>& cells);
void bind_cells(Session& session, Statement& statement, std::string_view table, const std::vector<Cell>& cells);

std::int64_t insert_row(Session& session, std::string_view table, const std::vector<Cell>& cells);
void update_row(Session& session, std::string_view table, std::int64_t id, const std::vector<Cell>& cells);
void delete_row(Session& session, std::string_view table, std::int64_t id);

}  // namespace zaitu::store
