#include "store/journal.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "base/message.h"
#include "store/literal.h"
#include "store/schema.h"

namespace zaitu::store {

using base::Error;
using base::ExitCode;

namespace {

using Columns = std::vector<std::pair<std::string, Value>>;

RowChange read_row(const Statement& row) {  // seq, table_name, row_id, op, before, after
  RowChange change;
  change.seq = row.integer(0);
  change.table = row.text(1);
  change.row_id = row.integer(2);
  const std::string_view op = row.text(3);
  change.op = op.empty() ? '?' : op[0];
  change.before = parse_row(row.text(4));
  change.after = parse_row(row.text(5));
  return change;
}

const Value* find_column(const Columns& columns, std::string_view name) {
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return c.first == name; });
  return found == columns.end() ? nullptr : &found->second;
}

std::vector<Cell> cells_of(const Columns& columns) {
  std::vector<Cell> cells;
  cells.reserve(columns.size());
  for (const auto& [name, value] : columns) cells.push_back({name, value});
  return cells;
}

// Applies the inverse of the rows of one change inside an open one.
class Inverter {
 public:
  Inverter(Session& session, std::string action, std::int64_t writing)
      : m_session(session), m_action(std::move(action)), m_writing(writing) {}

  void invert(const RowChange& row) {
    if (!is_journalled(row.table)) {
      throw Error(ExitCode::project_unusable,
                  base::say("{}: the journal names a table '{}' that a project does not have", m_session.path.string(),
                            row.table));
    }
    switch (row.op) {
      case 'I':
        return remove(row);
      case 'D':
        return bring_back(row);
      default:
        return restore(row);
    }
  }

  [[noreturn]] void conflict(const std::string& table, std::int64_t row_id, std::string_view why) const {
    throw Error(ExitCode::data_failed, base::say("{}: {} is not possible: {} row {} {}; nothing was changed",
                                                 m_session.path.string(), m_action, table, row_id, why));
  }

 private:
  void remove(const RowChange& row) {
    Statement& edited = m_session.statement(
        "SELECT EXISTS (SELECT 1 FROM journal WHERE table_name = ? AND row_id = ? AND seq > ? AND change_id IS NULL)");
    edited.bind(0, std::string_view(row.table));
    edited.bind(1, row.row_id);
    edited.bind(2, row.seq);
    const bool by_another = edited.step() && edited.integer(0) != 0;
    edited.reset();
    if (by_another) conflict(row.table, row.row_id, base::say("was changed by another program afterwards"));
    if (exists(row.table, row.row_id)) return delete_row(m_session, row.table, row.row_id);
    // A foreign key's cascade of this same undo may have taken it already.
    Statement& gone = m_session.statement(
        "SELECT EXISTS (SELECT 1 FROM journal WHERE table_name = ? AND row_id = ? AND change_id = ? AND op = 'D')");
    gone.bind(0, std::string_view(row.table));
    gone.bind(1, row.row_id);
    gone.bind(2, m_writing);
    const bool by_cascade = gone.step() && gone.integer(0) != 0;
    gone.reset();
    if (!by_cascade) conflict(row.table, row.row_id, base::say("is no longer there"));
  }

  void bring_back(const RowChange& row) {
    if (exists(row.table, row.row_id)) conflict(row.table, row.row_id, base::say("was made anew by another program"));
    insert_row(m_session, row.table, cells_of(row.before));
  }

  void restore(const RowChange& row) {
    const Value* moved = find_column(row.after, "id");
    const std::int64_t id =
        moved != nullptr && std::holds_alternative<std::int64_t>(*moved) ? std::get<std::int64_t>(*moved) : row.row_id;
    std::string sql = "SELECT ";
    const char* separator = "";
    for (const auto& [name, value] : row.after) {
      m_session.require_column(row.table, name);
      sql += separator + name;
      separator = ", ";
    }
    Statement& current = m_session.statement(fmt::format("{} FROM {} WHERE id = ?", sql, row.table));
    current.bind(0, id);
    if (!current.step()) {
      current.reset();
      conflict(row.table, row.row_id, base::say("is no longer there"));
    }
    bool as_left = true, as_wanted = true;
    for (std::size_t i = 0; i < row.after.size(); ++i) {
      const Value now = current.value(static_cast<int>(i));
      const Value* before = find_column(row.before, row.after[i].first);
      const bool is_wanted = before != nullptr && now == *before;  // a cascade of this same undo may have set it
      as_wanted = as_wanted && is_wanted;
      as_left = as_left && (is_wanted || now == row.after[i].second);
    }
    current.reset();
    if (!as_left) conflict(row.table, row.row_id, base::say("was changed by another program afterwards"));
    if (!as_wanted) update_row(m_session, row.table, id, cells_of(row.before));
  }

  bool exists(const std::string& table, std::int64_t id) {
    Statement& row = m_session.statement(fmt::format("SELECT 1 FROM {} WHERE id = ?", table));
    row.bind(0, id);
    const bool found = row.step();
    row.reset();
    return found;
  }

  Session& m_session;
  std::string m_action;
  std::int64_t m_writing;
};

// Refuses an inverse whose cascades reached rows that the change itself had not touched: another program's.
void require_same_rows(Session& session, const Inverter& inverter, std::int64_t written, std::int64_t inverted) {
  // A row that got another id (its first column) is known under both.
  Statement& other = session.statement(
      "SELECT table_name, row_id FROM journal WHERE change_id = ?1 "
      "EXCEPT SELECT table_name, row_id FROM journal WHERE change_id = ?2 "
      "EXCEPT SELECT table_name, CAST(json_extract(after, '$.id') AS INTEGER) FROM journal "
      "WHERE change_id = ?2 AND op = 'U' AND substr(after, 1, 6) = '{\"id\":' LIMIT 1");
  other.bind(0, written);
  other.bind(1, inverted);
  if (other.step()) {
    const std::string table(other.text(0));
    const std::int64_t row = other.integer(1);
    other.reset();
    inverter.conflict(table, row, base::say("was added by another program and depends on it"));
  }
  other.reset();
}

Change read_change(Session& session, std::int64_t id) {
  Statement& row = session.statement(
      "SELECT id, at, who, command, kind, of_change, (SELECT count(*) FROM journal WHERE change_id = changes.id) "
      "FROM changes WHERE id = ?");
  row.bind(0, id);
  Change change;
  if (row.step()) {
    change.id = row.integer(0);
    change.at = row.text(1);
    change.who = row.text(2);
    change.command = row.text(3);
    change.kind = row.text(4);
    change.of_change = row.integer(5);
    change.row_count = static_cast<std::size_t>(row.integer(6));
    change.undone = session.undone_changes.contains(change.id);
    change.of_creation = change.id <= session.creation_end;
  }
  row.reset();
  return change;
}

Change invert(Session& session, const Undoable& what, const char* kind) {
  const std::string command = read_change(session, what.change).command;
  const std::int64_t change = begin_change(session, command, kind, what.change);
  try {
    const std::string action =
        std::string_view(kind) == "undo" ? base::say("undo of \"{}\"", command) : base::say("redo of \"{}\"", command);
    Inverter inverter(session, action, change);
    Statement rows(
        session.connection,
        "SELECT seq, table_name, row_id, op, before, after FROM journal WHERE change_id = ? ORDER BY seq DESC");
    rows.bind(0, what.rows_of);
    while (rows.step()) inverter.invert(read_row(rows));
    rows.reset();
    require_same_rows(session, inverter, change, what.rows_of);
    commit_change(session, change, WhenEmpty::keep);
  } catch (...) {
    roll_back(session);
    throw;
  }
  read_new_changes(session);
  return read_change(session, change);
}

// For telling what happened: the content of an attached file, megabytes of it, is told as its length.
std::string told(const std::string& column) {
  return fmt::format(
      "CASE WHEN table_name = 'attachments' AND json_type({0}, '$.content') IS NOT NULL THEN json_replace({0}, "
      "'$.content', quote(((length(json_extract({0}, '$.content')) - 3) / 2) || ' bytes')) ELSE {0} END",
      column);
}
const std::string& told_columns() {
  static const std::string columns = "seq, table_name, row_id, op, " + told("before") + ", " + told("after");
  return columns;
}

// What an inserted row held just after its insert: each column from the next journal row that says what it was before,
// else from the row as it is now.
Columns inserted_values(Session& session, const RowChange& insert) {
  Columns values;
  const auto add = [&](const Columns& more) {
    for (const auto& [name, value] : more) {
      if (find_column(values, name) == nullptr) values.emplace_back(name, value);
    }
  };
  Statement later(session.connection, "SELECT " + told_columns() +
                                          " FROM journal WHERE table_name = ? AND row_id = ? AND seq > ? "
                                          "ORDER BY seq");
  later.bind(0, std::string_view(insert.table));
  later.bind(1, insert.row_id);
  later.bind(2, insert.seq);
  while (later.step()) {
    const RowChange next = read_row(later);
    add(next.before);
    if (next.op == 'D') return values;
  }
  const char* columns =
      insert.table == "attachments"
          ? "id, table_name, row_id, file_name, media_type, sha256, length(content) || ' bytes' AS content"
          : "*";
  Statement now(session.connection, fmt::format("SELECT {} FROM {} WHERE id = ?", columns, insert.table));
  now.bind(0, insert.row_id);
  if (now.step()) {
    Columns current;
    for (int i = 0; i < now.column_count(); ++i) current.emplace_back(now.column_name(i), now.value(i));
    add(current);
  }
  return values;
}

// Journal rows of a change, or (change 0) those of other programs between two sequence numbers.
std::vector<RowChange> read_rows(Session& session, std::int64_t change, std::int64_t after, std::int64_t before) {
  std::vector<RowChange> rows;
  Statement statement(session.connection, "SELECT " + told_columns() +
                                              " FROM journal WHERE change_id IS ? AND seq > ? AND seq < ? "
                                              "ORDER BY seq");
  statement.bind(0, change == 0 ? Value() : Value(change));
  statement.bind(1, after);
  statement.bind(2, before);
  while (statement.step()) rows.push_back(read_row(statement));
  for (RowChange& row : rows) {
    if (row.op == 'I' && is_journalled(row.table)) row.after = inserted_values(session, row);
  }
  return rows;
}

}  // namespace

void read_new_changes(Session& session) {
  if (session.creation_end < 0) {
    Statement end(session.connection, "SELECT CAST(value AS INTEGER) FROM zaitu_meta WHERE key = 'creation_end'");
    session.creation_end = end.step() ? end.integer(0) : 0;
  }
  Statement& rows = session.statement("SELECT id, kind, of_change FROM changes WHERE id > ? ORDER BY id");
  rows.bind(0, session.last_seen_change);
  while (rows.step()) {
    const std::int64_t id = rows.integer(0);
    const std::int64_t of_change = rows.integer(2);
    const std::string_view kind = rows.text(1);
    session.last_seen_change = id;
    if (id <= session.creation_end) continue;
    if (kind == "do") {
      session.done.push_back({id, id});
      session.undone.clear();
    } else if (kind == "undo") {
      std::erase_if(session.done, [&](const Undoable& u) { return u.change == of_change; });
      session.undone.push_back({of_change, id});
      session.undone_changes.insert(of_change);
    } else {
      std::erase_if(session.undone, [&](const Undoable& u) { return u.change == of_change; });
      session.done.push_back({of_change, id});
      session.undone_changes.erase(of_change);
    }
  }
  rows.reset();
}

Change undo_change(Session& session) {
  require_writable(session);
  read_new_changes(session);
  if (session.done.empty()) {
    throw Error(
        ExitCode::data_failed,
        session.creation_end > 0
            ? base::say("{}: there is no change to undo since the project was made; to be rid of it, delete the file",
                        session.path.string())
            : base::say("{}: there is no change to undo", session.path.string()));
  }
  return invert(session, session.done.back(), "undo");
}

Change redo_change(Session& session) {
  require_writable(session);
  read_new_changes(session);
  if (session.undone.empty()) {
    throw Error(ExitCode::data_failed, base::say("{}: there is no undone change to redo", session.path.string()));
  }
  return invert(session, session.undone.back(), "redo");
}

void end_creation(Session& session) {
  session.connection.execute(
      "INSERT OR REPLACE INTO zaitu_meta (key, value) VALUES ('creation_end', (SELECT max(id) FROM changes))");
  session.creation_end = -1;
  session.last_seen_change = 0;
  session.done.clear();
  session.undone.clear();
  session.undone_changes.clear();
  read_new_changes(session);
}

std::vector<Change> read_history(Session& session, std::size_t limit, bool with_rows) {
  read_new_changes(session);
  std::vector<Change> changes;
  constexpr std::int64_t end = std::numeric_limits<std::int64_t>::max();
  std::int64_t newer_first = end;  // first sequence number of the change read before, the next newer one

  // Rows of other programs stand between those of two changes; together they are one entry.
  const auto add_foreign = [&](std::int64_t after) {
    if (changes.size() >= limit) return;
    Statement& count =
        session.statement("SELECT count(*) FROM journal WHERE change_id IS NULL AND seq > ? AND seq < ?");
    count.bind(0, after);
    count.bind(1, newer_first);
    const std::int64_t rows = count.step() ? count.integer(0) : 0;
    count.reset();
    if (rows == 0) return;
    Change change;
    change.kind = "do";
    change.command = base::say("edit by another program");
    change.row_count = static_cast<std::size_t>(rows);
    if (with_rows) change.rows = read_rows(session, 0, after, newer_first);
    changes.push_back(std::move(change));
  };

  Statement ids(session.connection,
                "SELECT id, (SELECT min(seq) FROM journal WHERE change_id = changes.id), "
                "(SELECT max(seq) FROM journal WHERE change_id = changes.id) FROM changes ORDER BY id DESC");
  while (changes.size() < limit && ids.step()) {
    if (!ids.is_null(2)) add_foreign(ids.integer(2));
    if (changes.size() >= limit) break;
    Change change = read_change(session, ids.integer(0));
    if (with_rows) change.rows = read_rows(session, change.id, 0, end);
    changes.push_back(std::move(change));
    if (!ids.is_null(1)) newer_first = ids.integer(1);
  }
  add_foreign(0);
  return changes;
}

}  // namespace zaitu::store
