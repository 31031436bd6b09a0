#include "store/source_rows.h"

#include "store/session.h"

namespace zaitu::store {

namespace {

bool has_source_rows(Session& session) {
  constexpr int first_version = 3;
  return session.connection.integer("PRAGMA user_version") >= first_version;
}

}  // namespace

void begin_source_rows(Session& session, std::int64_t import_id) {
  Statement& remove = session.statement("DELETE FROM source_rows WHERE import_id = ?");
  remove.bind(0, import_id);
  remove.run();
}

void keep_source_cells(Session& session, std::int64_t import_id, std::string_view table, std::int64_t row,
                       std::int64_t feature, std::string_view cells) {
  Statement& insert = session.statement(
      "INSERT INTO source_rows (import_id, table_name, row_id, feature, cells) VALUES (?, ?, ?, ?, ?)");
  insert.bind(0, import_id);
  insert.bind(1, table);
  insert.bind(2, row);
  insert.bind(3, feature);
  insert.bind(4, cells);
  insert.run();
}

std::vector<SourceCells> source_cells_of(Session& session, std::string_view table, std::int64_t row) {
  std::vector<SourceCells> found;
  if (!has_source_rows(session)) return found;
  // Of an import that is undone there is no row in imports.
  Statement& rows = session.statement(
      "SELECT i.source, i.layer, i.at, s.feature, s.cells FROM source_rows s JOIN imports i ON i.id = s.import_id "
      "WHERE s.table_name = ? AND s.row_id = ? ORDER BY s.import_id DESC");
  rows.bind(0, table);
  rows.bind(1, row);
  while (rows.step()) {
    found.push_back({std::string(rows.text(0)), std::string(rows.text(1)), std::string(rows.text(2)), rows.integer(3),
                     std::string(rows.text(4))});
  }
  rows.reset();
  return found;
}

void for_each_source_row(Session& session, std::string_view table,
                         const std::function<void(std::int64_t, std::string_view)>& visit) {
  if (!has_source_rows(session)) return;
  Statement& rows = session.statement(
      "SELECT s.row_id, s.cells FROM source_rows s JOIN imports i ON i.id = s.import_id WHERE s.table_name = ? "
      "ORDER BY s.import_id");
  rows.bind(0, table);
  while (rows.step()) visit(rows.integer(0), rows.text(1));
  rows.reset();
}

}  // namespace zaitu::store
