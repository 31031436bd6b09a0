// --where: the ledger as the only table of a private in-memory SQLite database, and SQLite's own expressions over it.
#include <sqlite3.h>

#include <algorithm>
#include <memory>

#include "app/ledger.h"
#include "base/error.h"
#include "base/utf8.h"

namespace zaitu::app {

namespace {

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct FinishStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, FinishStatement>;

// What the user's expression may do: read this table and call functions that touch nothing outside.
int allow(void*, int action, const char* first, const char* second, const char*, const char*) {
  switch (action) {
    case SQLITE_SELECT:
      return SQLITE_OK;
    case SQLITE_READ:
      return first != nullptr && std::string_view(first) == "ledger" ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_FUNCTION: {
      const std::string_view name = second == nullptr ? "" : second;
      const bool plain = name != "load_extension" && name != "fts3_tokenizer" && name != "randomblob" &&
                         name != "zeroblob" && name.substr(0, 7) != "sqlite_";
      return plain ? SQLITE_OK : SQLITE_DENY;
    }
    default:
      return SQLITE_DENY;
  }
}

std::string quoted(const std::string& name) {
  std::string text = "\"";
  for (const char c : name) text += c == '"' ? std::string("\"\"") : std::string(1, c);
  return text + '"';
}

void expect(bool ok, sqlite3* database) {
  if (!ok) throw std::runtime_error(std::string("in-memory table: ") + sqlite3_errmsg(database));
}

void bind(sqlite3_stmt* statement, int place, const LedgerValue& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    sqlite3_bind_int64(statement, place, *number);
  } else if (const auto* real = std::get_if<double>(&value)) {
    sqlite3_bind_double(statement, place, *real);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    sqlite3_bind_text(statement, place, text->data(), static_cast<int>(text->size()), SQLITE_STATIC);
  } else {
    sqlite3_bind_null(statement, place);
  }
}

}  // namespace

std::vector<std::uint32_t> filter_ledger(const Ledger& ledger, const std::string& where) {
  sqlite3* opened = nullptr;
  const int rc =
      sqlite3_open_v2(":memory:", &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  const Database database(opened);
  expect(rc == SQLITE_OK, opened);
  // "S5" in double quotes is a column that is not there, said so, rather than silently a text.
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);

  // Only the columns the expression can mean are filled: a million rows of thirty columns are not copied for one.
  const std::string lower = base::ascii_lower(where);
  std::vector<std::size_t> used;
  std::string create = "CREATE TABLE ledger (";
  std::string insert = "INSERT INTO ledger (rowid";
  for (std::size_t i = 0; i < ledger.columns.size(); ++i) {
    create += (i == 0 ? "" : ", ") + quoted(ledger.columns[i].name);
    if (lower.find(base::ascii_lower(ledger.columns[i].name)) == std::string::npos) continue;
    used.push_back(i);
    insert += ", " + quoted(ledger.columns[i].name);
  }
  create += ")";
  insert += ") VALUES (?";
  for (std::size_t i = 0; i < used.size(); ++i) insert += ", ?";
  insert += ")";
  expect(sqlite3_exec(opened, (create + "; BEGIN").c_str(), nullptr, nullptr, nullptr) == SQLITE_OK, opened);
  {
    sqlite3_stmt* prepared = nullptr;
    expect(sqlite3_prepare_v2(opened, insert.c_str(), -1, &prepared, nullptr) == SQLITE_OK, opened);
    const Statement statement(prepared);
    for (std::size_t row = 0; row < ledger.rows.size(); ++row) {
      sqlite3_bind_int64(prepared, 1, static_cast<sqlite3_int64>(row));
      for (std::size_t i = 0; i < used.size(); ++i) bind(prepared, static_cast<int>(i) + 2, ledger.rows[row][used[i]]);
      expect(sqlite3_step(prepared) == SQLITE_DONE, opened);
      sqlite3_reset(prepared);
    }
  }
  expect(sqlite3_exec(opened, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK, opened);

  const auto wrong = [&](const std::string& why) {
    std::string columns;
    for (const LedgerColumn& column : ledger.columns) columns += (columns.empty() ? "" : " ") + column.name;
    return base::Error(base::ExitCode::usage, "--where: " + why + " in '" + where + "'; columns of " +
                                                  std::string(name_of(ledger.kind)) + ": " + columns);
  };
  sqlite3_set_authorizer(opened, allow, nullptr);
  sqlite3_limit(opened, SQLITE_LIMIT_LENGTH, 1 << 20);
  sqlite3_limit(opened, SQLITE_LIMIT_EXPR_DEPTH, 200);
  // The line end closes a "--" comment; anything after one statement is refused below.
  const std::string query = "SELECT rowid FROM ledger WHERE (" + where + "\n)";
  sqlite3_stmt* prepared = nullptr;
  const char* tail = nullptr;
  const int prepared_rc = sqlite3_prepare_v2(opened, query.c_str(), -1, &prepared, &tail);
  const Statement statement(prepared);
  if (prepared_rc != SQLITE_OK) throw wrong(sqlite3_errmsg(opened));
  if (prepared == nullptr || (tail != nullptr && *tail != '\0')) throw wrong("more than one expression");

  std::vector<std::uint32_t> rows;
  int step = sqlite3_step(prepared);
  for (; step == SQLITE_ROW; step = sqlite3_step(prepared)) {
    const sqlite3_int64 row = sqlite3_column_int64(prepared, 0);
    if (row < 0 || row >= static_cast<sqlite3_int64>(ledger.rows.size())) throw wrong("not an expression over one row");
    rows.push_back(static_cast<std::uint32_t>(row));
  }
  if (step != SQLITE_DONE) throw wrong(sqlite3_errmsg(opened));
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return rows;
}

}  // namespace zaitu::app
