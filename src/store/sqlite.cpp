#include "store/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>
// after sqlite3.h: it uses its types
#include <spatialite.h>

#include <limits>
#include <utility>

#include "base/error.h"
#include "base/message.h"
#include "store/backup.h"
#include "store/checksum_vfs.h"
#include "store/lock_holders.h"
#include "store/trust.h"

namespace zaitu::store {

using base::Error;
using base::ExitCode;

namespace {}

Statement::Statement(const Connection& connection, const std::string& sql) : m_connection(&connection) {
  const int result = sqlite3_prepare_v3(connection.handle(), sql.c_str(), static_cast<int>(sql.size()) + 1,
                                        SQLITE_PREPARE_PERSISTENT, &m_handle, nullptr);
  if (result != SQLITE_OK) connection.fail(result);
}

Statement::~Statement() { sqlite3_finalize(m_handle); }

Statement::Statement(Statement&& other) noexcept
    : m_connection(other.m_connection), m_handle(std::exchange(other.m_handle, nullptr)) {}

Statement& Statement::operator=(Statement&& other) noexcept {
  std::swap(m_connection, other.m_connection);
  std::swap(m_handle, other.m_handle);
  return *this;
}

void Statement::bind(int parameter, std::int64_t value) {
  const int result = sqlite3_bind_int64(m_handle, parameter + 1, value);
  if (result != SQLITE_OK) m_connection->fail(result);
}

void Statement::bind(int parameter, double value) {
  const int result = sqlite3_bind_double(m_handle, parameter + 1, value);
  if (result != SQLITE_OK) m_connection->fail(result);
}

void Statement::bind(int parameter, std::string_view value) {
  const int result = sqlite3_bind_text64(m_handle, parameter + 1, value.empty() ? "" : value.data(), value.size(),
                                         SQLITE_TRANSIENT, SQLITE_UTF8);
  if (result != SQLITE_OK) m_connection->fail(result);
}

void Statement::bind(int parameter, const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return bind(parameter, *integer);
  if (const auto* real = std::get_if<double>(&value)) return bind(parameter, *real);
  if (const auto* text = std::get_if<std::string>(&value)) return bind(parameter, std::string_view(*text));
  int result = SQLITE_OK;
  if (const auto* bytes = std::get_if<geom::Bytes>(&value)) {
    result = bytes->empty()
                 ? sqlite3_bind_zeroblob(m_handle, parameter + 1, 0)
                 : sqlite3_bind_blob64(m_handle, parameter + 1, bytes->data(), bytes->size(), SQLITE_TRANSIENT);
  } else {
    result = sqlite3_bind_null(m_handle, parameter + 1);
  }
  if (result != SQLITE_OK) m_connection->fail(result);
}

void Statement::bind_pointer(int parameter, void* pointer, const char* type) {
  const int result = sqlite3_bind_pointer(m_handle, parameter + 1, pointer, type, nullptr);
  if (result != SQLITE_OK) m_connection->fail(result);
}

bool Statement::step() {
  const int result = sqlite3_step(m_handle);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  // The message must be taken before reset, which keeps the code but may lose the text.
  try {
    m_connection->fail(result);
  } catch (const Error&) {
    sqlite3_reset(m_handle);
    throw;
  }
}

void Statement::reset() { sqlite3_reset(m_handle); }

void Statement::bind_in_place(int parameter, const Value& value) {
  int result = SQLITE_OK;
  if (const auto* text = std::get_if<std::string>(&value); text != nullptr && !text->empty()) {
    result = sqlite3_bind_text64(m_handle, parameter + 1, text->data(), text->size(), SQLITE_STATIC, SQLITE_UTF8);
  } else if (const auto* bytes = std::get_if<geom::Bytes>(&value); bytes != nullptr && !bytes->empty()) {
    result = sqlite3_bind_blob64(m_handle, parameter + 1, bytes->data(), bytes->size(), SQLITE_STATIC);
  } else {
    return bind(parameter, value);
  }
  if (result != SQLITE_OK) m_connection->fail(result);
}

bool Statement::is_null(int column) const { return sqlite3_column_type(m_handle, column) == SQLITE_NULL; }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(m_handle, column); }

double Statement::real(int column) const {
  if (is_null(column)) return std::numeric_limits<double>::quiet_NaN();
  return sqlite3_column_double(m_handle, column);
}

std::string_view Statement::text(int column) const {
  const void* bytes = sqlite3_column_text(m_handle, column);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(m_handle, column))};
}

std::span<const std::uint8_t> Statement::blob(int column) const {
  const void* bytes = sqlite3_column_blob(m_handle, column);
  if (bytes == nullptr) return {};
  return {static_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(m_handle, column))};
}

Value Statement::value(int column) const {
  switch (sqlite3_column_type(m_handle, column)) {
    case SQLITE_INTEGER:
      return integer(column);
    case SQLITE_FLOAT:
      return sqlite3_column_double(m_handle, column);
    case SQLITE_TEXT:
      return std::string(text(column));
    case SQLITE_BLOB: {
      const auto bytes = blob(column);
      return geom::Bytes(bytes.begin(), bytes.end());
    }
    default:
      return std::monostate{};
  }
}

int Statement::column_count() const { return sqlite3_column_count(m_handle); }

std::string_view Statement::column_name(int column) const { return sqlite3_column_name(m_handle, column); }

Connection::Connection(const std::string& name, int flags, std::string file) : m_file(std::move(file)) {
  const char* const vfs = (flags & SQLITE_OPEN_READWRITE) != 0 ? checksum_vfs() : nullptr;
  const int result = sqlite3_open_v2(name.c_str(), &m_handle, flags | SQLITE_OPEN_NOMUTEX, vfs);
  if (result != SQLITE_OK) {
    const std::string reason = m_handle != nullptr ? sqlite3_errmsg(m_handle) : sqlite3_errstr(result);
    sqlite3_close_v2(std::exchange(m_handle, nullptr));
    throw Error(ExitCode::project_unusable, base::say("disk: {}: cannot be opened: {}", m_file, reason));
  }
  sqlite3_extended_result_codes(m_handle, 1);
  harden(m_handle, (flags & SQLITE_OPEN_READWRITE) == 0);
  sqlite3_busy_timeout(m_handle, busy_milliseconds);
}

Connection::~Connection() { close(); }

Connection::Connection(Connection&& other) noexcept
    : m_handle(std::exchange(other.m_handle, nullptr)),
      m_spatialite(std::exchange(other.m_spatialite, nullptr)),
      m_file(std::move(other.m_file)) {}

Connection& Connection::operator=(Connection&& other) noexcept {
  std::swap(m_handle, other.m_handle);
  std::swap(m_spatialite, other.m_spatialite);
  std::swap(m_file, other.m_file);
  return *this;
}

void Connection::close() {
  sqlite3_close_v2(std::exchange(m_handle, nullptr));
  if (m_spatialite != nullptr) spatialite_cleanup_ex(std::exchange(m_spatialite, nullptr));
}

void Connection::load_spatialite() {
  if (m_spatialite != nullptr) return;
  m_spatialite = spatialite_alloc_connection();
  spatialite_init_ex(m_handle, m_spatialite, 0);
}

void Connection::execute(const std::string& sql) const {
  const int result = sqlite3_exec(m_handle, sql.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) fail(result);
}

std::int64_t Connection::integer(const std::string& sql) const {
  Statement statement(*this, sql);
  return statement.step() ? statement.integer(0) : 0;
}

std::string Connection::text(const std::string& sql) const {
  Statement statement(*this, sql);
  return statement.step() ? std::string(statement.text(0)) : std::string();
}

bool Connection::in_transaction() const { return sqlite3_get_autocommit(m_handle) == 0; }

std::int64_t Connection::last_insert_id() const { return sqlite3_last_insert_rowid(m_handle); }

void Connection::fail(int result, const std::string& doing) const {
  const std::string reason = sqlite3_errmsg(m_handle);
  const std::string what = doing.empty() ? m_file : m_file + ": " + doing;
  switch (result & 0xff) {
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
      throw Error(ExitCode::data_failed, fmt::format("{}: {}", what, reason));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      throw Error(ExitCode::project_unusable, base::say("locked: {}: {} for over {} s; close it there and try again",
                                                        what, describe_lock_holders(m_file), busy_milliseconds / 1000));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      throw Error(ExitCode::project_unusable, damaged_text(m_file, doing.empty() ? reason : doing + ": " + reason));
    case SQLITE_READONLY:
    case SQLITE_PERM:
      throw Error(ExitCode::output_failed,
                  base::say("readonly: {}: cannot be written ({}); check its rights and its folder's", what, reason));
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      throw Error(ExitCode::output_failed, base::say("disk: {}: cannot be written ({}); free space on the disk or "
                                                     "check its rights; what was there before is still there",
                                                     what, reason));
    default:
      throw Error(ExitCode::project_unusable, fmt::format("{}: {}", what, reason));
  }
}

std::filesystem::path beside(std::filesystem::path file, std::string_view suffix) {
  file += suffix;
  return file;
}

bool has_content(const std::filesystem::path& file) {
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(file, error);
  return !error && bytes > 0;
}

std::string quoted_name(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace zaitu::store
