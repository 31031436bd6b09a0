#include "store/schema.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "base/message.h"
#include "base/paths.h"
#include "store/embedded_schema.h"
#include "store/project_file.h"

namespace zaitu::store {

using base::Error;
using base::ExitCode;

namespace {

constexpr std::string_view all_tables[] = {"certainty_classes",
                                           "stages",
                                           "pathways",
                                           "pathway_stages",
                                           "land_use_classes",
                                           "documents",
                                           "units",
                                           "programmes",
                                           "land_records",
                                           "parcels",
                                           "parcel_identifiers",
                                           "parcel_lineage",
                                           "parcel_assessments",
                                           "projects",
                                           "project_units",
                                           "project_parcels",
                                           "project_programmes",
                                           "phases",
                                           "phase_parcels",
                                           "stage_events",
                                           "occupancies",
                                           "circles",
                                           "circle_members",
                                           "zones",
                                           "towns",
                                           "reference_layers",
                                           "reference_points",
                                           "reference_lines",
                                           "reference_polygons",
                                           "indicators",
                                           "indicator_units",
                                           "indicator_targets",
                                           "indicator_observations",
                                           "tasks",
                                           "task_units",
                                           "quarterly_reports",
                                           "frozen_quarters",
                                           "assumptions",
                                           "scenarios",
                                           "scenario_edits",
                                           "findings",
                                           "attachments",
                                           "imports",
                                           "import_log",
                                           "import_templates"};

constexpr SpatialTable all_spatial_tables[] = {{"parcels", "MULTIPOLYGON"},
                                               {"projects", "POINT"},
                                               {"circle_members", "MULTIPOLYGON"},
                                               {"zones", "MULTIPOLYGON"},
                                               {"towns", "MULTIPOLYGON"},
                                               {"reference_points", "POINT"},
                                               {"reference_lines", "MULTILINESTRING"},
                                               {"reference_polygons", "MULTIPOLYGON"}};

// SQL for the literal of OLD.column / NEW.column. quote() writes 15 digits of a REAL where SQLite's own reader finds
// the same double in them; that reader is not always correctly rounded, so 21 digits are written.
std::string literal_sql(const std::string& value) {
  return fmt::format("json_quote(CASE typeof({0}) WHEN 'real' THEN printf('%!.20e',{0}) ELSE quote({0}) END)", value);
}

// Registers the CRS under its SRID, from SpatiaLite's own catalogue where it knows the code.
void add_spatial_reference(Connection& connection, const crs::CoordinateReferenceSystem& crs) {
  const int srid = srid_of(crs);
  const auto known = [&] {
    return connection.integer(fmt::format("SELECT count(*) FROM spatial_ref_sys WHERE srid = {}", srid)) > 0;
  };
  if (crs.epsg() > 0 && !known()) connection.integer(fmt::format("SELECT InsertEpsgSrid({})", srid));
  if (known()) return;
  Statement insert(connection,
                   "INSERT INTO spatial_ref_sys (srid, auth_name, auth_srid, ref_sys_name, proj4text, srtext) "
                   "VALUES (?, ?, ?, ?, ?, ?)");
  insert.bind(0, std::int64_t{srid});
  insert.bind(1, std::string_view(crs.epsg() > 0 ? "epsg" : "zaitu"));
  insert.bind(2, std::int64_t{srid});
  insert.bind(3, std::string_view(crs.name()));
  insert.bind(4, std::string_view(crs.proj_string()));
  insert.bind(5, std::string_view(crs.wkt()));
  insert.run();
}

void add_geometry_columns(Connection& connection, int srid) {
  for (const SpatialTable& spatial : all_spatial_tables) {
    const std::int64_t added = connection.integer(fmt::format("SELECT AddGeometryColumn('{}', '{}', {}, '{}', 'XY')",
                                                              spatial.table, geometry_column, srid, spatial.type));
    const std::int64_t indexed =
        connection.integer(fmt::format("SELECT CreateSpatialIndex('{}', '{}')", spatial.table, geometry_column));
    if (added != 1 || indexed != 1) {
      throw Error(ExitCode::output_failed, fmt::format("{}: SpatiaLite cannot register {}.{} with SRID {}",
                                                       connection.file(), spatial.table, geometry_column, srid));
    }
  }
}

void set_meta(Connection& connection, std::string_view key, std::string_view value) {
  Statement insert(connection, "INSERT INTO zaitu_meta (key, value) VALUES (?, ?)");
  insert.bind(0, key);
  insert.bind(1, value);
  insert.run();
}

}  // namespace

std::span<const std::string_view> journalled_tables() { return all_tables; }

bool is_journalled(std::string_view table) {
  return std::find(std::begin(all_tables), std::end(all_tables), table) != std::end(all_tables);
}

std::span<const SpatialTable> spatial_tables() { return all_spatial_tables; }

int srid_of(const crs::CoordinateReferenceSystem& crs) { return crs.epsg() > 0 ? crs.epsg() : custom_srid; }

void create_schema(Connection& connection, const crs::CoordinateReferenceSystem& crs, const std::string& name_zh,
                   const std::string& name_en) {
  connection.load_spatialite();
  connection.execute("BEGIN IMMEDIATE");
  // 'NONE': without the 6 000 rows of EPSG codes; the project's own one follows.
  connection.integer("SELECT InitSpatialMetaData(0, 'NONE')");
  add_spatial_reference(connection, crs);
  connection.execute(std::string(schema_001));
  connection.execute(std::string(schema_002));
  connection.execute(std::string(schema_003));
  add_geometry_columns(connection, srid_of(crs));
  create_journal_triggers(connection);
  set_meta(connection, "crs", crs.definition());  // with a datum shift of its own, if it has one
  set_meta(connection, "name_zh", name_zh);
  set_meta(connection, "name_en", name_en);
  set_meta(connection, "created_by", "zaitu " + base::version());
  set_meta(connection, "created_at", connection.text("SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now')"));
  connection.execute(
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};", application_id, schema_version));
  connection.execute("COMMIT");
}

void create_journal_triggers(Connection& connection) {
  for (const std::string_view table : all_tables) {
    std::string changed, before, after, whole;
    Statement info(connection, fmt::format("SELECT name FROM pragma_table_info('{}')", table));
    while (info.step()) {
      const std::string name = quoted_name(info.text(0));
      const std::string key = fmt::format("',{}:'", name);
      const std::string differs = fmt::format("OLD.{0} IS NOT NEW.{0}", name);
      const auto part = [&](const char* row) {
        return fmt::format("CASE WHEN {} THEN {}||{} ELSE '' END", differs, key, literal_sql(row + name));
      };
      const auto append = [](std::string& sql, std::string_view separator, const std::string& more) {
        if (!sql.empty()) sql += separator;
        sql += more;
      };
      append(changed, " OR ", differs);
      append(before, "||", part("OLD."));
      append(after, "||", part("NEW."));
      append(whole, "||", fmt::format("{}||{}", key, literal_sql("OLD." + name)));
    }
    if (whole.empty()) continue;  // a later version brings this table
    // The objects' texts start with the comma that substr cuts off.
    connection.execute(
        fmt::format("DROP TRIGGER IF EXISTS journal_insert_{0};"
                    "CREATE TRIGGER journal_insert_{0} AFTER INSERT ON {0} BEGIN "
                    "INSERT INTO journal (change_id, table_name, row_id, op) "
                    "VALUES ((SELECT change_id FROM open_change), '{0}', NEW.id, 'I'); END;"
                    "DROP TRIGGER IF EXISTS journal_update_{0};"
                    "CREATE TRIGGER journal_update_{0} AFTER UPDATE ON {0} WHEN {1} BEGIN "
                    "INSERT INTO journal (change_id, table_name, row_id, op, before, after) "
                    "VALUES ((SELECT change_id FROM open_change), '{0}', OLD.id, 'U', '{{'||substr({2},2)||'}}', "
                    "'{{'||substr({3},2)||'}}'); END;"
                    "DROP TRIGGER IF EXISTS journal_delete_{0};"
                    "CREATE TRIGGER journal_delete_{0} AFTER DELETE ON {0} BEGIN "
                    "INSERT INTO journal (change_id, table_name, row_id, op, before) "
                    "VALUES ((SELECT change_id FROM open_change), '{0}', OLD.id, 'D', '{{'||substr({4},2)||'}}'); END;",
                    table, changed, before, after, whole));
  }
}

std::span<const Migration> migrations() {
  static const Migration steps[] = {{1, schema_002}, {2, schema_003}};  // version 1 is the first
  return steps;
}

int version_of(std::string_view table) { return table == "import_templates" ? 3 : table == "frozen_quarters" ? 2 : 1; }

std::filesystem::path migrate(Connection& connection, const std::filesystem::path& file,
                              std::span<const Migration> steps, int target) {
  int version = static_cast<int>(connection.integer("PRAGMA user_version"));
  std::filesystem::path backup = file;
  backup += fmt::format(".v{}.backup.sqlite", version);
  if (std::filesystem::exists(backup)) {
    throw Error(ExitCode::project_unusable,
                base::say("{}: its backup before the upgrade from version {} is in the way: {}; move it elsewhere",
                          file.string(), version, backup.string()));
  }
  {
    Statement copy(connection, "VACUUM INTO ?");
    copy.bind(0, std::string_view(backup.native()));
    copy.run();
  }
  while (version < target) {
    const auto step = std::find_if(steps.begin(), steps.end(), [&](const Migration& m) { return m.from == version; });
    if (step == steps.end()) {
      throw Error(ExitCode::project_unusable, base::say("{}: there is no upgrade from schema version {} to {}",
                                                        file.string(), version, version + 1));
    }
    connection.execute("BEGIN IMMEDIATE");
    try {
      connection.execute(std::string(step->sql));
      create_journal_triggers(connection);
      connection.execute(fmt::format("PRAGMA user_version = {}", version + 1));
      connection.execute("COMMIT");
    } catch (const Error& error) {
      if (connection.in_transaction()) connection.execute("ROLLBACK");
      throw Error(ExitCode::project_unusable, base::say("{}: upgrade from schema version {} failed ({}); nothing of "
                                                        "that step was kept, the file before all steps is {}",
                                                        file.string(), version, error.what(), backup.string()));
    }
    ++version;
  }
  return backup;
}

}  // namespace zaitu::store
