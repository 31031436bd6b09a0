#include "store/trust.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/error.h"
#include "base/message.h"
#include "store/embedded_schema.h"
#include "store/schema.h"

namespace zaitu::store {

using base::Error;
using base::ExitCode;

namespace {

void set(sqlite3* connection, int option, int value) { sqlite3_db_config(connection, option, value, nullptr); }

// The journal's triggers are made of the table's columns, of which a user may have more: their frame is compared.
bool is_journal_trigger(const std::string& name, const std::string& table, const std::string& sql) {
  constexpr std::array<std::string_view, 3> events = {"insert", "update", "delete"};
  const bool named = std::any_of(events.begin(), events.end(), [&](std::string_view event) {
    return name == fmt::format("journal_{}_{}", event, table);
  });
  constexpr std::string_view writes = " BEGIN INSERT INTO journal (change_id, table_name, row_id, op";
  // One statement and no more.
  return named && sql.find(writes) != std::string::npos && std::count(sql.begin(), sql.end(), ';') == 1;
}

bool is_spatialite_trigger(const std::string& name, const std::string& table) {
  constexpr std::array<std::string_view, 8> prefixes = {"ggi", "ggu", "gii", "giu", "gid", "tmi", "tmu", "tmd"};
  const auto spatial = spatial_tables();
  const bool has_geometry =
      std::any_of(spatial.begin(), spatial.end(), [&](const SpatialTable& s) { return s.table == table; });
  return has_geometry && std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view prefix) {
           return name == fmt::format("{}_{}_{}", prefix, table, geometry_column);
         });
}

// SQLite keeps the sentence as the schema has it.
bool is_of_schema(const std::string& sql) {
  const auto in = [&](std::string_view schema) { return schema.find(sql) != std::string_view::npos; };
  return in(schema_001) || in(schema_002) || in(schema_003);
}

}  // namespace

void harden(sqlite3* connection, bool reader) {
  set(connection, SQLITE_DBCONFIG_DEFENSIVE, 1);
  set(connection, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0);
  set(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, reader ? 0 : 1);
  constexpr int deepest_triggers = 50;
  sqlite3_limit(connection, SQLITE_LIMIT_TRIGGER_DEPTH, deepest_triggers);
  sqlite3_limit(connection, SQLITE_LIMIT_WORKER_THREADS, 0);
}

ShadowTables::ShadowTables(const Connection& connection) : m_connection(connection) {
  set(m_connection.handle(), SQLITE_DBCONFIG_DEFENSIVE, 0);
}
ShadowTables::~ShadowTables() { set(m_connection.handle(), SQLITE_DBCONFIG_DEFENSIVE, 1); }

void require_known_triggers(const Connection& connection) {
  std::set<std::string> ours = {"zaitu_meta", "changes", "journal", "open_change", "source_rows"};
  for (const std::string_view table : journalled_tables()) ours.emplace(table);
  Statement rows(connection, "SELECT name, lower(tbl_name), sql FROM sqlite_master WHERE type = 'trigger'");
  while (rows.step()) {
    const std::string name(rows.text(0)), table(rows.text(1)), sql(rows.text(2));
    if (!ours.contains(table) || is_journal_trigger(name, table, sql) || is_spatialite_trigger(name, table) ||
        is_of_schema(sql)) {
      continue;
    }
    throw Error(ExitCode::project_unusable,
                base::say("untrusted: {}: its trigger '{}' on table {} is not Zaitu's and would run with every change; "
                          "look at what it does, and open the project again when it is gone (DROP TRIGGER)",
                          connection.file(), name, table));
  }
}

}  // namespace zaitu::store
