// --where: the ledger as the only table of a private SQLite database, and SQLite's own expressions over it. The table
// is virtual: SQLite asks for the cells that the expression looks at, and nothing is copied.
#include <sqlite3.h>

#include <algorithm>
#include <memory>

#include "app/ledger.h"
#include "base/error.h"
#include "base/message.h"
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
  if (!ok) throw std::runtime_error(fmt::format("table of the ledger: {}", sqlite3_errmsg(database)));
}

// ---- the virtual table: SQLite's names for what it calls
// -------------------------------------------------------------
struct LedgerTable : sqlite3_vtab {
  const Ledger* ledger = nullptr;
};
struct LedgerCursor : sqlite3_vtab_cursor {
  std::size_t row = 0;
};
const Ledger& ledger_of(sqlite3_vtab_cursor* cursor) { return *static_cast<LedgerTable*>(cursor->pVtab)->ledger; }

int connect(sqlite3* database, void* ledger, int, const char* const*, sqlite3_vtab** made, char**) {
  std::string columns;
  for (const LedgerColumn& column : static_cast<const Ledger*>(ledger)->columns) {
    columns += (columns.empty() ? "" : ", ") + quoted(column.name);
  }
  const int rc = sqlite3_declare_vtab(database, ("CREATE TABLE ledger (" + columns + ")").c_str());
  if (rc != SQLITE_OK) return rc;
  auto table = std::make_unique<LedgerTable>();
  table->ledger = static_cast<const Ledger*>(ledger);
  *made = table.release();
  return SQLITE_OK;
}
int disconnect(sqlite3_vtab* table) {
  delete static_cast<LedgerTable*>(table);
  return SQLITE_OK;
}
int plan(sqlite3_vtab* table, sqlite3_index_info* info) {  // always from the first row to the last
  const auto rows = static_cast<double>(static_cast<LedgerTable*>(table)->ledger->size());
  info->estimatedCost = rows;
  info->estimatedRows = static_cast<sqlite3_int64>(rows);
  return SQLITE_OK;
}
int open_cursor(sqlite3_vtab*, sqlite3_vtab_cursor** made) {
  *made = std::make_unique<LedgerCursor>().release();
  return SQLITE_OK;
}
int close_cursor(sqlite3_vtab_cursor* cursor) {
  delete static_cast<LedgerCursor*>(cursor);
  return SQLITE_OK;
}
int rewind(sqlite3_vtab_cursor* cursor, int, const char*, int, sqlite3_value**) {
  static_cast<LedgerCursor*>(cursor)->row = 0;
  return SQLITE_OK;
}
int next(sqlite3_vtab_cursor* cursor) {
  ++static_cast<LedgerCursor*>(cursor)->row;
  return SQLITE_OK;
}
int at_end(sqlite3_vtab_cursor* cursor) {
  return static_cast<LedgerCursor*>(cursor)->row >= ledger_of(cursor).size() ? 1 : 0;
}
int row_id(sqlite3_vtab_cursor* cursor, sqlite3_int64* id) {
  *id = static_cast<sqlite3_int64>(static_cast<LedgerCursor*>(cursor)->row);
  return SQLITE_OK;
}

void give(sqlite3_context* context, const LedgerValue& value, bool lasting) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    sqlite3_result_int64(context, *number);
  } else if (const auto* real = std::get_if<double>(&value)) {
    sqlite3_result_double(context, *real);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    sqlite3_result_text64(context, text->data(), text->size(), lasting ? SQLITE_STATIC : SQLITE_TRANSIENT, SQLITE_UTF8);
  } else {
    sqlite3_result_null(context);
  }
}
int cell(sqlite3_vtab_cursor* cursor, sqlite3_context* context, int column) {
  const Ledger& ledger = ledger_of(cursor);
  const LedgerCells& cells = ledger.cells[static_cast<std::size_t>(column)];
  const std::size_t row = ledger.source_row(static_cast<LedgerCursor*>(cursor)->row);
  // Texts that lie in the snapshot are read where they are.
  if (const auto* texts = std::get_if<LedgerCells::Texts>(&cells.source)) {
    const std::string_view text = (*texts)[row];
    sqlite3_result_text64(context, text.empty() ? "" : text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
  } else if (const auto* coded = std::get_if<LedgerCells::Coded>(&cells.source)) {
    give(context, coded->at(row), true);
  } else if (const auto* own = std::get_if<LedgerCells::Own>(&cells.source)) {
    give(context, (*own)[row], true);
  } else {
    give(context, cells.value(row), false);
  }
  return SQLITE_OK;
}

// Without xCreate the module's name is itself the table: there is nothing to be made or written.
sqlite3_module ledger_module() {
  sqlite3_module module{};
  module.xConnect = connect;
  module.xBestIndex = plan;
  module.xDisconnect = disconnect;
  module.xOpen = open_cursor;
  module.xClose = close_cursor;
  module.xFilter = rewind;
  module.xNext = next;
  module.xEof = at_end;
  module.xColumn = cell;
  module.xRowid = row_id;
  return module;
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

  const sqlite3_module module = ledger_module();
  expect(sqlite3_create_module(opened, "ledger", &module, const_cast<Ledger*>(&ledger)) == SQLITE_OK, opened);
  // The table's own declaration is read before the user's expression, which may not make any.
  expect(sqlite3_exec(opened, "SELECT rowid FROM ledger WHERE 0", nullptr, nullptr, nullptr) == SQLITE_OK, opened);

  const auto wrong = [&](const std::string& why) {
    std::string columns;
    for (const LedgerColumn& column : ledger.columns) columns += (columns.empty() ? "" : " ") + column.name;
    return base::Error(base::ExitCode::usage,
                       base::say("--where: {} in '{}'; columns of {}: {}", why, where, name_of(ledger.kind), columns));
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
  if (prepared == nullptr || (tail != nullptr && *tail != '\0')) throw wrong(base::say("more than one expression"));

  std::vector<std::uint32_t> rows;
  int step = sqlite3_step(prepared);
  for (; step == SQLITE_ROW; step = sqlite3_step(prepared)) {
    const sqlite3_int64 row = sqlite3_column_int64(prepared, 0);
    if (row < 0 || row >= static_cast<sqlite3_int64>(ledger.size()))
      throw wrong(base::say("not an expression over one row"));
    rows.push_back(static_cast<std::uint32_t>(row));
  }
  if (step != SQLITE_DONE) throw wrong(sqlite3_errmsg(opened));
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return rows;
}

}  // namespace zaitu::app
