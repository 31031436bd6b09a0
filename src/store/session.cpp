#include "store/session.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "base/error.h"
#include "base/message.h"
#include "base/rollback_journal.h"
#include "store/bulk.h"
#include "store/chain.h"
#include "store/disk_policy.h"
#include "store/project_file.h"
#include "store/schema.h"
#include "store/seal.h"
#include "store/who.h"

namespace zaitu::store {

namespace fs = std::filesystem;
using base::Error;
using base::ExitCode;

namespace {

// SQLite's URI for a file, so that "?" and "#" in its name stay part of the name.
std::string uri(const fs::path& file, std::string_view query) {
  std::string text = "file:";
  const std::string name = fs::absolute(file).string();
  for (const char c : name) {
    if (c == '?' || c == '#' || c == '%') {
      text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      text += c;
    }
  }
  return text + std::string(query);
}

// The geometry's SRID (bytes 2..5 of the blob, byte order in byte 1) becomes the file's.
void set_srid(geom::Bytes& blob, int srid) {
  if (blob.size() < 6 || blob[0] != 0 || blob[1] > 1) return;
  const auto code = static_cast<std::uint32_t>(srid);
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t shift = blob[1] == 1 ? i : 3 - i;
    blob[2 + i] = static_cast<std::uint8_t>(code >> (8 * shift));
  }
}

bool has_srid(const geom::Bytes& blob, int srid) {
  std::int32_t own = 0;
  if (blob.size() < 6 || blob[1] != 1) return false;
  std::memcpy(&own, blob.data() + 2, sizeof own);
  return own == srid;
}

void bind_cell(Session& session, Statement& statement, int parameter, std::string_view table, const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell.value); text != nullptr && text->find('\0') != text->npos) {
    throw Error(ExitCode::data_failed,
                base::say("{}: {}.{}: a text with a zero byte in it cannot be stored; take the byte out",
                          session.path.string(), table, cell.column));
  }
  if (cell.column == geometry_column && std::holds_alternative<geom::Bytes>(cell.value)) {
    if (has_srid(std::get<geom::Bytes>(cell.value), session.srid))
      return statement.bind_in_place(parameter, cell.value);
    Value value = cell.value;
    set_srid(std::get<geom::Bytes>(value), session.srid);
    statement.bind(parameter, value);
  } else {
    statement.bind_in_place(parameter, cell.value);
  }
}

// SpatiaLite's triggers roll the whole transaction back; without this the next statement would be on its own.
void require_open_change(const Session& session) {
  if (!session.connection.in_transaction()) {
    throw Error(ExitCode::data_failed, base::say("{}: the change was rolled back after an error; nothing of it is kept",
                                                 session.path.string()));
  }
}

// A content that several rows share is stored with one of them: when that one goes, another gets it.
void hand_on_content(Session& session, std::int64_t id) {
  Statement& heir = session.statement(
      "UPDATE attachments SET content = (SELECT content FROM attachments WHERE id = ?1) WHERE id = (SELECT "
      "min(other.id) "
      "FROM attachments other JOIN attachments gone ON gone.id = ?1 AND other.sha256 = gone.sha256 "
      "WHERE other.id <> ?1 AND length(gone.content) > 0 AND length(other.content) = 0)");
  heir.bind(0, id);
  heir.run();
}

// They name the row they belong to without a foreign key, as they may belong to rows of several tables.
void delete_attachments(Session& session, std::string_view table, std::int64_t row) {
  std::vector<std::int64_t> ids;
  Statement& attached = session.statement("SELECT id FROM attachments WHERE table_name = ? AND row_id = ?");
  attached.bind(0, table);
  attached.bind(1, row);
  while (attached.step()) ids.push_back(attached.integer(0));
  attached.reset();
  for (const std::int64_t id : ids) delete_row(session, "attachments", id);
}

// A change of the bulk's own table needs its spatial index.
void leave_bulk(Session& session, std::string_view table) {
  if (is_bulk(session, table)) {
    base::Progress quiet;
    return end_bulk(session, quiet);
  }
  pause_bulk(session);
}

}  // namespace

FileStamp FileStamp::of(const fs::path& file) {
  FileStamp stamp;
  std::error_code error;
  stamp.size = fs::file_size(file, error);
  stamp.written = fs::last_write_time(file, error);
  fs::path log = file;
  log += "-wal";
  stamp.has_log = fs::exists(log, error);
  return stamp;
}

Statement& Session::statement(const std::string& sql) {
  const auto found = statements.find(sql);
  if (found != statements.end()) return found->second;
  return statements.emplace(sql, Statement(connection, sql)).first->second;
}

void Session::require_column(std::string_view table, std::string_view column) {
  auto found = columns.find(std::string(table));
  if (found == columns.end()) {
    std::vector<std::string> names;
    if (is_journalled(table)) {
      Statement info(connection, fmt::format("SELECT name FROM pragma_table_info('{}')", table));
      while (info.step()) names.emplace_back(info.text(0));
    }
    found = columns.emplace(table, std::move(names)).first;
  }
  if (found->second.empty()) throw std::logic_error(fmt::format("the project has no table '{}'", table));
  if (std::find(found->second.begin(), found->second.end(), column) == found->second.end()) {
    throw std::logic_error(fmt::format("table {} has no column '{}'", table, column));
  }
}

void Session::open_immutable() {
  statements.clear();
  connection = Connection(uri(path, "?immutable=1"), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, path.string());
  immutable = true;
  stamp = FileStamp::of(path);
}

Connection Session::another_reader() const { return open_to_look(path, immutable); }

void Session::close() {
  statements.clear();
  // Closing the last connection writes the log into the file and removes it; with others open (QGIS) they do.
  if (connection.handle() != nullptr && !read_only) {
    try {
      close_seal(*this);
    } catch (const Error&) {  // the mark says that it was not closed; the next open for writing settles it
    }
    sqlite3_wal_checkpoint_v2(connection.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  }
  connection.close();
}

Connection open_to_look(const fs::path& file, bool immutable) {
  return Connection(uri(file, immutable ? "?immutable=1" : ""), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, file.string());
}

void take_back_unfinished(const fs::path& file) {
  const base::RollbackJournal journal = base::rollback_journal_of(file);
  if (journal == base::RollbackJournal::none) return;
  if (journal == base::RollbackJournal::names_a_file) {
    throw Error(
        ExitCode::project_unusable,
        base::say("untrusted: {}: {}-journal beside it names another file, which would be removed; open it once "
                  "with the program that wrote it, or ask for the project without that file",
                  file.string(), file.filename().string()));
  }
  if (!ProjectFile::may_be_written(file) || policy_of(file).shared) return;
  try {
    Connection(file.string(), SQLITE_OPEN_READWRITE, file.string()).integer("SELECT count(*) FROM sqlite_master");
  } catch (const Error&) {  // whoever reads next is told
  }
}

void require_log_is_readable(const Connection& connection, const fs::path& file) {
  try {
    connection.integer("SELECT count(*) FROM sqlite_master");
  } catch (const Error& error) {
    if (error.code() != ExitCode::output_failed) throw;
    const fs::path log = beside(file, has_content(beside(file, "-wal")) ? "-wal" : "-journal");
    throw Error(ExitCode::project_unusable,
                base::say("readonly: {}: has changes in {} that cannot be read here; open it once where its folder can "
                          "be written",
                          file.string(), log.filename().string()));
  }
}

void require_writable(const Session& session) {
  if (!session.read_only) return;
  throw Error(
      ExitCode::output_failed,
      base::say("readonly: {}: opened read-only, so it cannot be changed; copy it to a folder that can be written",
                session.path.string()));
}

std::int64_t begin_change(Session& session, const std::string& command, std::string_view kind, std::int64_t of_change) {
  require_writable(session);
  if (session.connection.in_transaction()) throw std::logic_error("a change is already open");
  if (session.write_failed) {
    throw Error(ExitCode::output_failed,
                base::say("{}: the disk refused to take an earlier change, so nothing more is written; close the "
                          "project and open it again, which looks at all of it",
                          session.path.string()));
  }
  session.connection.load_spatialite();
  start_log(session);
  session.connection.execute("BEGIN IMMEDIATE");
  try {
    mark_open(session);
    Statement& change = session.statement(
        "INSERT INTO changes (at, who, command, kind, of_change) "
        "VALUES (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), ?, ?, ?, ?)");
    change.bind(0, std::string_view(user_at_host()));
    change.bind(1, std::string_view(command));
    change.bind(2, kind);
    change.bind(3, of_change == 0 ? Value() : Value(of_change));
    change.run();
    const std::int64_t id = session.connection.last_insert_id();
    Statement& open = session.statement("INSERT OR REPLACE INTO open_change (id, change_id) VALUES (1, ?)");
    open.bind(0, id);
    open.run();
    return id;
  } catch (...) {
    roll_back(session);
    throw;
  }
}

std::int64_t commit_change(Session& session, std::int64_t change, WhenEmpty when_empty) {
  require_open_change(session);
  base::Progress quiet;
  end_bulk(session, quiet);
  if (when_empty == WhenEmpty::drop) {
    Statement& written = session.statement("SELECT EXISTS (SELECT 1 FROM journal WHERE change_id = ?)");
    written.bind(0, change);
    const bool any = written.step() && written.integer(0) != 0;
    written.reset();
    if (!any) {
      roll_back(session);
      return 0;
    }
  }
  session.connection.execute("DELETE FROM open_change");
  seal_change(session.connection, change);
  try {
    session.connection.execute("COMMIT");
  } catch (const Error&) {
    // What reached the disk is not known, and a second try on the same handle might call lost pages written.
    session.write_failed = (sqlite3_errcode(session.connection.handle()) & 0xff) == SQLITE_IOERR;
    throw;
  }
  session.is_marked_open = true;
  return change;
}

void roll_back(Session& session) noexcept {
  for (auto& [sql, statement] : session.statements) statement.reset();
  abandon_bulk(session);
  if (session.connection.in_transaction()) {
    sqlite3_exec(session.connection.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

Statement& prepared_insert(Session& session, std::string_view table, const std::vector<Cell>& cells) {
  std::string sql = "INSERT INTO ";
  sql.append(table);
  std::string places;
  for (const Cell& cell : cells) {
    sql += places.empty() ? " (" : ", ";
    sql.append(cell.column);
    places += places.empty() ? "?" : ", ?";
  }
  sql += cells.empty() ? " DEFAULT VALUES" : ") VALUES (" + places + ")";
  if (session.statements.find(sql) == session.statements.end()) {
    session.require_column(table, "id");
    for (const Cell& cell : cells) session.require_column(table, cell.column);
  }
  return session.statement(sql);
}

void bind_cells(Session& session, Statement& statement, std::string_view table, const std::vector<Cell>& cells) {
  int parameter = 0;
  for (const Cell& cell : cells) bind_cell(session, statement, parameter++, table, cell);
}

std::int64_t insert_row(Session& session, std::string_view table, const std::vector<Cell>& cells) {
  require_open_change(session);
  if (is_bulk(session, table)) return insert_bulk_row(session, cells);
  pause_bulk(session);
  Statement& insert = prepared_insert(session, table, cells);
  bind_cells(session, insert, table, cells);
  insert.run();
  return session.connection.last_insert_id();
}

void update_row(Session& session, std::string_view table, std::int64_t id, const std::vector<Cell>& cells) {
  require_open_change(session);
  if (cells.empty()) return;
  leave_bulk(session, table);
  std::string sql = "UPDATE ";
  sql.append(table);
  const char* separator = " SET ";
  for (const Cell& cell : cells) {
    sql += separator;
    sql.append(cell.column);
    sql += " = ?";
    separator = ", ";
  }
  sql += " WHERE id = ?";
  if (session.statements.find(sql) == session.statements.end()) {
    for (const Cell& cell : cells) session.require_column(table, cell.column);
  }
  Statement& update = session.statement(sql);
  bind_cells(session, update, table, cells);
  update.bind(static_cast<int>(cells.size()), id);
  update.run();
  if (sqlite3_changes(session.connection.handle()) == 0) {
    throw Error(ExitCode::data_failed,
                base::say("{}: {} has no row {} any more; load the project again", session.path.string(), table, id));
  }
}

void delete_row(Session& session, std::string_view table, std::int64_t id) {
  require_open_change(session);
  leave_bulk(session, table);
  session.require_column(table, "id");
  if (table == "attachments") hand_on_content(session, id);
  if (table == "stage_events") delete_attachments(session, table, id);
  Statement& remove = session.statement(fmt::format("DELETE FROM {} WHERE id = ?", table));
  remove.bind(0, id);
  remove.run();
  if (sqlite3_changes(session.connection.handle()) == 0) {
    throw Error(ExitCode::data_failed,
                base::say("{}: {} has no row {} any more; load the project again", session.path.string(), table, id));
  }
}

}  // namespace zaitu::store
