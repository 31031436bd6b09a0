#include "store/bulk.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/error.h"
#include "store/schema.h"

namespace zaitu::store {

using base::Error;
using base::ExitCode;

namespace {

// Rows of the journal are written in runs.
constexpr std::int64_t journal_run = 2000;

void set_triggers(const Session& session, bool on) {
  sqlite3_db_config(session.connection.handle(), SQLITE_DBCONFIG_ENABLE_TRIGGER, on ? 1 : 0, nullptr);
}

// As SpatiaLite numbers the types.
std::uint32_t type_number(std::string_view type) {
  if (type == "POINT") return 1;
  return type == "MULTILINESTRING" ? 5 : 6;
}

// The bounding box of a SpatiaLite blob; throws like SpatiaLite's trigger for a geometry of another type.
geom::Envelope checked_box(const Session& session, const BulkInsert& bulk, const geom::Bytes& blob) {
  constexpr std::size_t box_at = 6, mark_at = 38, type_at = 39, least = 44;
  std::uint32_t type = 0;
  if (blob.size() >= least) std::memcpy(&type, blob.data() + type_at, sizeof type);
  if (blob.size() < least || blob[0] != 0 || blob[1] != 1 || blob[mark_at] != 0x7C || blob.back() != 0xFE ||
      type != bulk.geometry_type) {
    throw Error(ExitCode::data_failed,
                fmt::format("{}: {}.{} violates Geometry constraint [geom-type or SRID not allowed]",
                            session.path.string(), bulk.table, geometry_column));
  }
  double corners[4];
  std::memcpy(corners, blob.data() + box_at, sizeof corners);
  return {corners[0], corners[1], corners[2], corners[3]};
}

Statement& insert_statement(Session& session, BulkInsert& bulk, const std::vector<Cell>& cells) {
  for (const BulkInsert::Shape& shape : bulk.shapes) {
    if (std::equal(cells.begin(), cells.end(), shape.columns.begin(), shape.columns.end(),
                   [](const Cell& cell, const std::string& column) { return cell.column == column; })) {
      return *shape.statement;
    }
  }
  BulkInsert::Shape shape;
  for (const Cell& cell : cells) shape.columns.emplace_back(cell.column);
  shape.statement = &prepared_insert(session, bulk.table, cells);
  return *bulk.shapes.emplace_back(std::move(shape)).statement;
}

void write_journal(Session& session, BulkInsert& bulk) {
  if (bulk.last_row < bulk.first_row) return;
  Statement& rows = session.statement(
      "INSERT INTO journal (change_id, table_name, row_id, op) "
      "WITH RECURSIVE run(row) AS (SELECT ?1 UNION ALL SELECT row + 1 FROM run WHERE row < ?2) "
      "SELECT ?3, ?4, row, 'I' FROM run");
  rows.bind(0, bulk.first_row);
  rows.bind(1, bulk.last_row);
  rows.bind(2, bulk.change);
  rows.bind(3, std::string_view(bulk.table));
  rows.run();
  bulk.first_row = bulk.last_row + 1;
}

}  // namespace

void begin_bulk(Session& session, std::int64_t change, std::string_view table) {
  const auto spatial = spatial_tables();
  const auto found = std::find_if(spatial.begin(), spatial.end(), [&](const auto& s) { return s.table == table; });
  if (found == spatial.end() || session.bulk) return;
  // One each of SpatiaLite's checks (gg), index (gi) and times (tm), and of the journal's.
  std::string known;
  std::int64_t expected = 0;
  const auto expect = [&](const std::string& name) {
    known += fmt::format("{}'{}'", known.empty() ? "" : ", ", name);
    ++expected;
  };
  for (const char* prefix : {"ggi", "ggu", "gii", "giu", "gid", "tmi", "tmu", "tmd"}) {
    expect(fmt::format("{}_{}_{}", prefix, table, geometry_column));
  }
  for (const char* event : {"insert", "update", "delete"}) expect(fmt::format("journal_{}_{}", event, table));
  const std::string triggers =
      fmt::format("FROM sqlite_master WHERE type = 'trigger' AND lower(tbl_name) = '{}'", table);
  const std::int64_t all = session.connection.integer("SELECT count(*) " + triggers);
  const std::int64_t theirs =
      session.connection.integer(fmt::format("SELECT count(*) {} AND name IN ({})", triggers, known));
  if (all != expected || theirs != expected) return;

  BulkInsert bulk;
  bulk.table = table;
  bulk.index = fmt::format("idx_{}_{}", table, geometry_column);
  bulk.geometry_type = type_number(found->type);
  bulk.change = change;
  session.bulk = std::move(bulk);
}

bool is_bulk(const Session& session, std::string_view table) { return session.bulk && session.bulk->table == table; }

std::int64_t insert_bulk_row(Session& session, const std::vector<Cell>& cells) {
  BulkInsert& bulk = *session.bulk;
  geom::Envelope box;
  for (const Cell& cell : cells) {
    if (cell.column != geometry_column) continue;
    if (const auto* blob = std::get_if<geom::Bytes>(&cell.value)) box = checked_box(session, bulk, *blob);
  }
  if (!bulk.triggers_off) {
    set_triggers(session, false);
    bulk.triggers_off = true;
  }
  Statement& insert = insert_statement(session, bulk, cells);
  bind_cells(session, insert, bulk.table, cells);
  insert.run();
  const std::int64_t id = session.connection.last_insert_id();
  if (bulk.last_row < bulk.first_row) {
    bulk.first_row = id;
  } else if (id != bulk.last_row + 1) {
    write_journal(session, bulk);
    bulk.first_row = id;
  }
  bulk.last_row = id;
  if (bulk.last_row - bulk.first_row + 1 >= journal_run) write_journal(session, bulk);
  bulk.any_row = true;
  if (!box.empty()) bulk.boxes.emplace_back(id, box);
  return id;
}

void pause_bulk(Session& session) {
  if (!session.bulk || !session.bulk->triggers_off) return;
  write_journal(session, *session.bulk);
  set_triggers(session, true);
  session.bulk->triggers_off = false;
}

void end_bulk(Session& session, base::Progress& progress) {
  if (!session.bulk) return;
  pause_bulk(session);
  BulkInsert bulk = std::move(*session.bulk);
  session.bulk.reset();
  if (!bulk.any_row) return;
  add_to_rtree(session.connection, bulk.index, std::move(bulk.boxes), progress);
  session.connection.execute(
      fmt::format("UPDATE geometry_columns_time SET last_insert = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') "
                  "WHERE lower(f_table_name) = '{}' AND lower(f_geometry_column) = '{}'",
                  bulk.table, geometry_column));
}

void abandon_bulk(Session& session) noexcept {
  if (!session.bulk) return;
  if (session.bulk->triggers_off) set_triggers(session, true);
  session.bulk.reset();
}

}  // namespace zaitu::store
