#include "store/project_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <fstream>

#include "base/error.h"
#include "base/message.h"
#include "base/output_file.h"
#include "store/backup.h"
#include "store/bulk.h"
#include "store/journal.h"
#include "store/lease.h"
#include "store/load.h"
#include "store/schema.h"
#include "store/seal.h"
#include "store/session.h"
#include "store/trust.h"

namespace zaitu::store {

namespace fs = std::filesystem;
using base::Error;
using base::ExitCode;

namespace {

// One line that begins with the keyword of its kind: "version: plan.sqlite: has schema version ...".
[[noreturn]] void unusable(std::string_view keyword, const fs::path& file, std::string_view why) {
  throw Error(ExitCode::project_unusable, fmt::format("{}: {}: {}", keyword, file.string(), why));
}

// With the last good backup.
[[noreturn]] void damaged(const fs::path& file, std::string_view why) {
  throw Error(ExitCode::project_unusable, damaged_text(file, why));
}

// The first 100 bytes of an SQLite database ("The Database File Format", section 1.3), all numbers big-endian.
struct Header {
  std::array<unsigned char, 100> bytes{};
  bool is_sqlite = false;

  std::uint32_t number(std::size_t at) const {
    return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 | std::uint32_t{bytes[at + 2]} << 8 |
           std::uint32_t{bytes[at + 3]};
  }
  std::uint64_t page_size() const {
    const std::uint64_t size = std::uint64_t{bytes[16]} << 8 | bytes[17];
    return size == 1 ? 65536 : size;
  }
  std::uint64_t page_count() const { return number(24) == number(92) ? number(28) : 0; }  // 0: not told
  bool has_wal() const { return bytes[18] == 2; }
  std::uint32_t user_version() const { return number(60); }
  std::uint32_t application() const { return number(68); }
};

Header read_header(const fs::path& file) {
  Header header;
  std::ifstream stream(file, std::ios::binary);
  std::array<char, 100> bytes{};
  stream.read(bytes.data(), bytes.size());
  std::memcpy(header.bytes.data(), bytes.data(), bytes.size());
  header.is_sqlite = stream.gcount() == static_cast<std::streamsize>(bytes.size()) &&
                     std::memcmp(bytes.data(), "SQLite format 3", 16) == 0;
  return header;
}

// Everything that can be told from the bytes alone, without SQLite, which might write beside or into the file.
Header require_project_bytes(const fs::path& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (status.type() == fs::file_type::not_found)
    unusable("path", file, base::say("there is no such file; make one with `zaitu init`"));
  if (fs::is_directory(status)) unusable("format", file, base::say("is a folder, not a Zaitu project"));
  if (!fs::is_regular_file(status))
    unusable("format", file, base::say("is not a file that can be opened as a project"));
  if (::access(file.c_str(), R_OK) != 0) unusable("path", file, base::say("cannot be read; check its rights"));
  const std::uintmax_t size = fs::file_size(file, error);
  if (size == 0) unusable("empty", file, base::say("is empty, not a Zaitu project"));
  const Header header = read_header(file);
  if (!header.is_sqlite)
    unusable("format", file, base::say("is not a Zaitu project; a data source is read with `zaitu import`"));
  if (header.application() != application_id) {
    const bool geopackage =
        header.application() == 0x47504B47 || header.application() >> 16 == 0x4750;  // "GPKG", "GP1x"
    unusable(
        "format", file,
        base::say("is {} and not a Zaitu project; import it into one instead: `zaitu import PROJECT {} --as parcels`",
                  geopackage ? base::say("a GeoPackage") : base::say("an SQLite database of another program"),
                  file.filename().string()));
  }
  if (header.user_version() > static_cast<std::uint32_t>(schema_version)) {
    unusable("version", file,
             base::say("has schema version {}, this Zaitu knows versions up to {}; open it with a newer Zaitu",
                       header.user_version(), schema_version));
  }
  if (header.user_version() == 0) damaged(file, base::say("no schema version"));
  if (!has_content(beside(file, "-wal")) && size < header.page_size() * header.page_count()) {
    damaged(file, base::say("cut off: {} of {} bytes are there", size, header.page_size() * header.page_count()));
  }
  return header;
}

// What SQLite can tell of the content: all tables there, and for a small file the structure and the sums of its pages.
void require_sound_content(const Connection& connection, const fs::path& file) {
  constexpr std::uintmax_t small = 16 << 20;  // below some tens of milliseconds
  std::error_code error;
  const bool is_small = fs::file_size(file, error) <= small;
  if (is_small) {
    if (const std::string found = connection.text("PRAGMA quick_check(1)"); found != "ok") {
      damaged(file, found.substr(0, found.find('\n')));
    }
  }
  const auto require_table = [&](std::string_view table) {
    Statement statement(connection, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?");
    statement.bind(0, table);
    if (!statement.step() || statement.integer(0) == 0) {
      damaged(file, base::say("table {} is missing", table));
    }
  };
  const std::int64_t version = connection.integer("PRAGMA user_version");
  for (const std::string_view table : journalled_tables()) {
    if (version_of(table) <= version) require_table(table);
  }
  for (const std::string_view table : {"zaitu_meta", "changes", "journal", "open_change", "geometry_columns"}) {
    require_table(table);
  }
  if (const std::uint32_t page = is_small ? first_damaged_page(connection) : 0; page != 0)
    damaged(file, base::say("page {} is not as it was written", page));
}

void open_for_reading(Session& session) {
  session.read_only = true;
  const fs::path log = beside(session.path, "-wal");
  // On a share the times and sizes that tell of a writer come late: with locks, where the file has no log to be made.
  const bool with_locks = policy_of(session.path).shared && !read_header(session.path).has_wal();
  if (!with_locks && !has_content(log) && !has_content(beside(session.path, "-journal"))) {
    session.open_immutable();
    return;
  }
  // Another program has it open, or died with it open: its log holds what the file does not have yet.
  session.connection = Connection(session.path.string(), SQLITE_OPEN_READONLY, session.path.string());
  require_log_is_readable(session.connection, session.path);
}

// `look` sees the content before anything is changed.
template <class Look>
void open_for_writing(Session& session, const DiskPolicy& disk, const Look& look) {
  session.had_log = has_content(beside(session.path, "-wal"));
  session.shared_disk = disk.shared;
  session.connection = Connection(session.path.string(), SQLITE_OPEN_READWRITE, session.path.string());
  const Connection& connection = session.connection;
  connection.integer("SELECT count(*) FROM sqlite_master");  // locked or damaged shows here
  look(connection);
  connection.execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
  // An import changes many pages and opens a statement journal for each row: both stay in memory.
  connection.execute("PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY");
}

// A log does not work between machines; it stays while another program holds the file open with one.
void truncate_journal(const Session& session, const DiskPolicy& disk) {
  if (session.connection.text("PRAGMA journal_mode = TRUNCATE") != "wal") return;
  unusable("locked", session.path,
           base::say("is open in another program with a log that a network share cannot have ({}); close it there, "
                     "or copy it to a local disk",
                     disk.kind));
}

void require_on_disk(const fs::path& path) {
  if (!base::sync_to_disk(path)) {
    throw Error(ExitCode::output_failed,
                base::say("{}: cannot be written to disk: {}", path.string(), std::strerror(errno)));
  }
}

// Takes the lease, or tells whether this one may write beside its holder; false: to be opened read-only.
bool may_go_on(Lease& lease, const DiskPolicy& disk, const fs::path& file, Writer writer) {
  constexpr int tries = 30;
  const std::string machine = Lease::this_process(writer).machine;
  for (int i = 0;; ++i) {
    const std::optional<LeaseHolder> other = lease.take();
    if (!other) return true;
    const bool two_windows = writer == Writer::window && other->writer == Writer::window;
    if (!disk.shared && other->machine == machine && !two_windows) return true;
    if (writer == Writer::window) return false;
    if (i == tries) {
      unusable("locked", file,
               base::say("is being worked on by {}; ask for it to be closed there, or try again later", other->text()));
    }
    ::usleep(100000);
  }
}

[[noreturn]] void cannot_create(const fs::path& file, std::string_view why) {
  throw Error(ExitCode::output_failed, fmt::format("{}: {}", file.string(), why));
}

}  // namespace

struct ProjectFile::Impl {
  std::unique_ptr<Lease> lease;  // held, or waited for by a window that reads; given back when the session is closed
  Session session;
  std::int64_t data_version = 0;           // SQLite's, of before the last load(); moves when another connection commits
  std::optional<ParcelCacheKey> uncached;  // of the last load()
  DiskPolicy disk;
};

struct Transaction::Impl {
  Session& session;
  std::int64_t change = 0;
  bool open = true;
};

ProjectFile::ProjectFile(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
ProjectFile::~ProjectFile() = default;
ProjectFile::ProjectFile(ProjectFile&&) noexcept = default;
ProjectFile& ProjectFile::operator=(ProjectFile&&) noexcept = default;

void make_project(const fs::path& file, const crs::CoordinateReferenceSystem& crs, const std::string& name_zh,
                  const std::string& name_en, const std::function<void(Connection&)>& fill) {
  std::error_code error;
  const fs::path folder = fs::absolute(file).parent_path();
  if (fs::exists(fs::symlink_status(file, error)))
    cannot_create(file, base::say("is already there; choose another name"));
  if (!fs::is_directory(folder, error)) cannot_create(file, base::say("its folder does not exist; make it first"));
  if (file.filename().empty()) cannot_create(file, base::say("is not the name of a file"));
  // A log left by a deleted project of this name would be taken for the new one's.
  for (const char* suffix : {"-wal", "-shm", "-journal"}) {
    const fs::path rest = beside(file, suffix);
    if (fs::exists(rest, error))
      cannot_create(file, base::say("{} of an earlier file is in the way; remove it", rest.string()));
  }
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    cannot_create(file, base::say("its folder cannot be written; check its rights"));

  const fs::path building = folder / fmt::format(".{}.{}.new", file.filename().string(), ::getpid());
  try {
    {
      // Nobody else sees the file yet: no journal, no syncs until the end.
      Connection connection(building.string(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, file.string());
      connection.text("PRAGMA journal_mode = MEMORY");
      connection.execute("PRAGMA synchronous = OFF");
      reserve_sums(connection);
      create_schema(connection, crs, name_zh, name_en);
      if (fill) fill(connection);
      mark_closed(connection);
    }
    require_on_disk(building);
    // link() and not rename(): it never replaces a file that another program made meanwhile.
    if (::link(building.c_str(), file.c_str()) != 0) {
      if (errno == EEXIST) cannot_create(file, base::say("is already there; choose another name"));
      // File systems without hard links (FAT, some network shares).
      if (::rename(building.c_str(), file.c_str()) != 0) cannot_create(file, std::strerror(errno));
    }
    ::unlink(building.c_str());
    require_on_disk(folder);
  } catch (...) {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) ::unlink(beside(building, suffix).c_str());
    try {
      throw;
    } catch (const Error& failure) {
      if (failure.code() == ExitCode::project_unusable) cannot_create(file, failure.what());
      throw;
    }
  }
}

ProjectFile ProjectFile::create(const fs::path& file, const crs::CoordinateReferenceSystem& crs,
                                const std::string& name_zh, const std::string& name_en) {
  make_project(file, crs, name_zh, name_en, {});
  return open(file, Access::read_write);
}

ProjectFile ProjectFile::open(const fs::path& file, Access access, Writer writer) {
  if (is_project(file)) take_back_unfinished(file);
  require_project_bytes(file);
  auto impl = std::make_unique<Impl>();
  Session& session = impl->session;
  session.path = file;
  impl->disk = policy_of(file);
  const bool writable = access == Access::read_write && may_be_written(file);
  if (writable) impl->lease = std::make_unique<Lease>(file, writer);
  const bool may_write = writable && may_go_on(*impl->lease, impl->disk, file, writer);
  // One connection for looking and for what follows: with all its triggers a project's schema takes SQLite some
  // hundredths of a second to read.
  if (!may_write) {
    open_for_reading(session);
    require_sound_content(session.connection, file);
  } else {
    open_for_writing(session, impl->disk, [&](const Connection& connection) {
      connection.execute("PRAGMA cell_size_check = ON");
      require_sound_content(connection, file);
      require_known_triggers(connection);
    });
  }
  const std::int64_t version = session.connection.integer("PRAGMA user_version");
  if (version > schema_version) {
    unusable("version", file,
             base::say("has schema version {}, this Zaitu knows versions up to {}; open it with a newer Zaitu", version,
                       schema_version));
  }
  if (version < schema_version && !session.read_only) {
    session.connection.load_spatialite();
    migrate(session.connection, file, migrations(), schema_version);
  }
  if (!session.read_only) {
    settle_seal(session);  // before anything else is written
    if (impl->disk.shared) truncate_journal(session, impl->disk);
  }
  session.srid =
      static_cast<int>(session.connection.integer("SELECT srid FROM geometry_columns WHERE f_table_name = 'parcels'"));
  read_new_changes(session);
  return ProjectFile(std::move(impl));
}

bool ProjectFile::is_project(const fs::path& file) {
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return false;
  const Header header = read_header(file);
  return header.is_sqlite && header.application() == application_id;
}

bool ProjectFile::may_be_written(const fs::path& file) {
  const fs::path folder = fs::absolute(file).parent_path();
  return ::access(file.c_str(), W_OK) == 0 && ::access(folder.c_str(), W_OK | X_OK) == 0;
}

const fs::path& ProjectFile::path() const { return m_impl->session.path; }
bool ProjectFile::read_only() const { return m_impl->session.read_only; }
const std::vector<std::string>& ProjectFile::notes() const { return m_impl->session.notes; }
const DiskPolicy& ProjectFile::disk() const { return m_impl->disk; }
bool ProjectFile::waits_for_lease() const { return m_impl->lease != nullptr && m_impl->session.read_only; }
std::optional<LeaseHolder> ProjectFile::other_writer() const {
  return m_impl->lease == nullptr ? std::nullopt : m_impl->lease->other_holder();
}
bool ProjectFile::lost_lease() const { return m_impl->lease != nullptr && m_impl->lease->lost(); }

model::Project ProjectFile::load(base::Progress& progress, const model::Project* before) const {
  Session& session = m_impl->session;
  constexpr int tries = 5;
  for (int i = 1;; ++i) {
    if (session.immutable && session.stamp != FileStamp::of(session.path)) {
      // Somebody writes to it now: from here on with SQLite's locks, where that needs nothing new on disk.
      session.statements.clear();
      open_for_reading(session);
    }
    try {
      m_impl->data_version = session.connection.integer("PRAGMA data_version");
      model::Project project = load_project(session, progress, before, m_impl->uncached);
      if (!session.immutable || session.stamp == FileStamp::of(session.path)) return project;
    } catch (const Error&) {
      // Pages of two moments look like damage.
      if (i == tries || !session.immutable || session.stamp == FileStamp::of(session.path)) throw;
    }
    if (i == tries)
      unusable("locked", session.path, base::say("is being written by another program all the time; try again later"));
  }
}

std::function<void(const base::Progress&)> ProjectFile::cache_writer(const model::Project& project) const {
  if (!m_impl->uncached) return {};
  return [key = *m_impl->uncached, parcels = project.parcels, events = project.stage_events](
             const base::Progress& progress) { write_parcel_cache(key, *parcels, *events, progress); };
}

bool ProjectFile::changed_elsewhere() const {
  const Session& session = m_impl->session;
  if (session.immutable) return session.stamp != FileStamp::of(session.path);
  return session.connection.integer("PRAGMA data_version") != m_impl->data_version;
}

Transaction ProjectFile::begin(const std::string& command) {
  Session& session = m_impl->session;
  const std::int64_t change = begin_change(session, command, "do", 0);
  return Transaction(std::make_unique<Transaction::Impl>(Transaction::Impl{session, change}));
}

void ProjectFile::finish_creation() { end_creation(m_impl->session); }

Change ProjectFile::undo() { return undo_change(m_impl->session); }
Change ProjectFile::redo() { return redo_change(m_impl->session); }

bool ProjectFile::can_undo() const {
  Session& session = m_impl->session;
  read_new_changes(session);
  return !session.read_only && !session.done.empty();
}

bool ProjectFile::can_redo() const {
  Session& session = m_impl->session;
  read_new_changes(session);
  return !session.read_only && !session.undone.empty();
}

std::vector<Change> ProjectFile::history(std::size_t limit, bool with_rows) const {
  return read_history(m_impl->session, limit, with_rows);
}

geom::Bytes ProjectFile::attached_content(std::int64_t attachment) const {
  Statement content(m_impl->session.connection,
                    "SELECT kept.content FROM attachments asked JOIN attachments kept ON kept.sha256 = asked.sha256 "
                    "WHERE asked.id = ? AND length(kept.content) > 0 ORDER BY kept.id = asked.id DESC LIMIT 1");
  content.bind(0, attachment);
  if (!content.step()) return {};
  const auto bytes = content.blob(0);
  return {bytes.begin(), bytes.end()};
}

std::vector<SourceCells> ProjectFile::source_cells_of(std::string_view table, std::int64_t row) const {
  return store::source_cells_of(m_impl->session, table, row);
}

void ProjectFile::for_each_source_row(std::string_view table,
                                      const std::function<void(std::int64_t, std::string_view)>& visit) const {
  store::for_each_source_row(m_impl->session, table, visit);
}

std::string ProjectFile::meta(const std::string& key) const {
  Statement& value = m_impl->session.statement("SELECT value FROM zaitu_meta WHERE key = ?");
  value.bind(0, std::string_view(key));
  std::string text = value.step() ? std::string(value.text(0)) : std::string();
  value.reset();
  return text;
}

Transaction::Transaction(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Transaction::Transaction(Transaction&&) noexcept = default;

Transaction::~Transaction() {
  if (m_impl && m_impl->open) roll_back(m_impl->session);
}

std::int64_t Transaction::insert(std::string_view table, const std::vector<Cell>& cells) {
  return insert_row(m_impl->session, table, cells);
}

void Transaction::begin_bulk(std::string_view table) { store::begin_bulk(m_impl->session, m_impl->change, table); }
void Transaction::finish_bulk(base::Progress& progress) { end_bulk(m_impl->session, progress); }

void Transaction::update(std::string_view table, std::int64_t id, const std::vector<Cell>& cells) {
  update_row(m_impl->session, table, id, cells);
}

void Transaction::remove(std::string_view table, std::int64_t id) { delete_row(m_impl->session, table, id); }

void Transaction::begin_source_rows(std::int64_t import_id) { store::begin_source_rows(m_impl->session, import_id); }

void Transaction::keep_source_cells(std::int64_t import_id, std::string_view table, std::int64_t row,
                                    std::int64_t feature, std::string_view cells) {
  store::keep_source_cells(m_impl->session, import_id, table, row, feature, cells);
}

std::int64_t Transaction::find(std::string_view table, std::string_view column, std::string_view value) {
  Session& session = m_impl->session;
  session.require_column(table, column);
  Statement& row = session.statement(fmt::format("SELECT id FROM {} WHERE {} = ?", table, column));
  row.bind(0, value);
  const std::int64_t id = row.step() ? row.integer(0) : 0;
  row.reset();
  return id;
}

std::int64_t Transaction::find(std::string_view table, const std::vector<Cell>& equal) {
  Session& session = m_impl->session;
  std::string where;
  for (const Cell& cell : equal) {
    session.require_column(table, cell.column);
    where += fmt::format("{}{} = ?", where.empty() ? "" : " AND ", cell.column);
  }
  Statement& row = session.statement(fmt::format("SELECT id FROM {} WHERE {}", table, where));
  for (std::size_t i = 0; i < equal.size(); ++i) row.bind(static_cast<int>(i), equal[i].value);
  const std::int64_t id = row.step() ? row.integer(0) : 0;
  row.reset();
  return id;
}

std::string Transaction::text(std::string_view table, std::int64_t id, std::string_view column) {
  Session& session = m_impl->session;
  session.require_column(table, column);
  Statement& row = session.statement(fmt::format("SELECT {} FROM {} WHERE id = ?", column, table));
  row.bind(0, id);
  std::string text = row.step() ? std::string(row.text(0)) : std::string();
  row.reset();
  return text;
}

std::int64_t Transaction::commit() {
  const std::int64_t change = commit_change(m_impl->session, m_impl->change, WhenEmpty::drop);
  m_impl->open = false;
  return change;
}

}  // namespace zaitu::store
