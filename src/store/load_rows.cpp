#include "store/load_rows.h"

#include <limits>

#include "base/error.h"

namespace zaitu::store {

namespace {

constexpr const char* function_name = "zaitu_take_row";
constexpr const char* pointer_type = "zaitu row sink";

}  // namespace

std::string_view text_of(sqlite3_value* value) {
  const int bytes = sqlite3_value_bytes(value);  // as UTF-8 text; 0 for NULL and the empty text
  if (bytes == 0) return {};
  return {reinterpret_cast<const char*>(sqlite3_value_text(value)), static_cast<std::size_t>(bytes)};
}

double real_of(sqlite3_value* value) {
  if (sqlite3_value_type(value) == SQLITE_NULL) return std::numeric_limits<double>::quiet_NaN();
  return sqlite3_value_double(value);
}

std::int64_t integer_of(sqlite3_value* value) { return sqlite3_value_int64(value); }

std::optional<base::Date> date_of(sqlite3_value* value) {
  const std::string_view text = text_of(value);
  return text.empty() ? std::nullopt : base::Date::parse(text);
}

Statement RowSink::prepare(const Connection& connection, std::string_view table, std::string_view columns,
                           std::string_view where) {
  // Making it again would have every other statement of the connection prepared anew.
  if (connection.integer(fmt::format("SELECT count(*) FROM pragma_function_list WHERE name = '{}'", function_name)) ==
      0) {
    const auto on_end = [](sqlite3_context* context) { sqlite3_result_int(context, 0); };
    const int result =
        sqlite3_create_function_v2(connection.handle(), function_name, -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, nullptr,
                                   nullptr, on_row, on_end, nullptr);
    if (result != SQLITE_OK) connection.fail(result);
  }
  return Statement(connection, fmt::format("SELECT {}(?, {}) FROM {} WHERE {}", function_name, columns, table, where));
}

bool RowSink::run(Statement& statement, std::function<bool(std::uint64_t rows)> tell) {
  m_tell = std::move(tell);
  m_problem = nullptr;
  m_ended = false;
  m_since_told = 0;
  statement.bind_pointer(0, this, pointer_type);
  try {
    statement.run();
  } catch (const base::Error&) {
    if (m_problem) std::rethrow_exception(m_problem);
    if (!m_ended) throw;
  }
  return !m_ended;
}

// SQLite is C: nothing may be thrown through it.
void RowSink::on_row(sqlite3_context* context, int count, sqlite3_value** values) {
  auto* const sink = count > 0 ? static_cast<RowSink*>(sqlite3_value_pointer(values[0], pointer_type)) : nullptr;
  if (sink == nullptr) return sqlite3_result_error(context, "not called by the program itself", -1);
  try {
    sink->read(values + 1);
    constexpr std::uint64_t often = 1024;
    if (++sink->m_since_told < often) return;
    sink->m_since_told = 0;
    if (!sink->m_tell || sink->m_tell(often)) return;
    sink->m_ended = true;
  } catch (...) {
    sink->m_problem = std::current_exception();
  }
  sqlite3_result_error(context, "ended", -1);
}

unsigned reading_threads() { return std::clamp(std::thread::hardware_concurrency(), 1U, 8U); }

std::optional<Connection> same_moment(const Session& session, std::int64_t newest) {
  try {
    Connection connection = session.another_reader();
    connection.execute("PRAGMA cache_size = -4096; BEGIN");
    if (connection.integer("SELECT max(seq) FROM journal") != newest) return std::nullopt;
    return connection;
  } catch (const base::Error&) {
    return std::nullopt;  // locked just now: one connection is enough
  }
}

}  // namespace zaitu::store
