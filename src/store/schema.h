// The tables of a project file and how a new file gets them: schema/001.sql, SpatiaLite's registration, the journal's
// triggers; and the steps that bring an older file up to date.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "store/sqlite.h"

namespace zaitu::store {

// Every table a user's change can touch. Not journalled: zaitu_meta (written once, by create; it has no integer id)
// and the journal itself.
std::span<const std::string_view> journalled_tables();
bool is_journalled(std::string_view table);
// The schema version that a table came with.
int version_of(std::string_view table);

struct SpatialTable {
  std::string_view table, type;  // type as AddGeometryColumn names it
};
std::span<const SpatialTable> spatial_tables();
inline constexpr std::string_view geometry_column = "geom";

// SRID of the geometries in the file: the EPSG code, or custom_srid for a CRS without one.
inline constexpr int custom_srid = 990001;
int srid_of(const crs::CoordinateReferenceSystem& crs);

// Tables, spatial columns and indexes, triggers and zaitu_meta in an empty database.
void create_schema(Connection& connection, const crs::CoordinateReferenceSystem& crs, const std::string& name_zh,
                   const std::string& name_en);

// (Re)makes the triggers that write the journal from the tables' present columns.
void create_journal_triggers(Connection& connection);

// One step from schema version `from` to `from` + 1.
struct Migration {
  int from = 0;
  std::string_view sql;
};
std::span<const Migration> migrations();
// Runs the steps from the file's version to `target`, each in a transaction of its own, after a backup beside the file
// (returned; "p.v1.backup.sqlite"). A failed step leaves the file at the version before it.
std::filesystem::path migrate(Connection& connection, const std::filesystem::path& file,
                              std::span<const Migration> steps, int target);

}  // namespace zaitu::store
