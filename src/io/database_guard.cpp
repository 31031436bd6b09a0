#include "io/database_guard.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <memory>
#include <string_view>

#include "base/message.h"
#include "base/rollback_journal.h"
#include "base/utf8.h"
#include "io/refuse.h"

namespace zaitu::io {

namespace fs = std::filesystem;

namespace {

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

// Reading of tables only; whatever else the schema would have done is denied.
int only_reading(void*, int action, const char*, const char*, const char*, const char*) {
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    default:
      return SQLITE_DENY;
  }
}

std::string text_of_column(sqlite3_stmt* statement, int column) {
  const unsigned char* const text = sqlite3_column_text(statement, column);
  return text == nullptr ? "" : std::string(reinterpret_cast<const char*>(text));
}

// The next word of SQL, or what stands in quotes or brackets, taken off the front; "(" and other marks are words.
std::string next_word(std::string_view& sql) {
  while (!sql.empty() && static_cast<unsigned char>(sql.front()) <= ' ') sql.remove_prefix(1);
  if (sql.empty()) return "";
  const char open = sql.front();
  std::size_t end = 1;
  if (open == '"' || open == '`' || open == '\'' || open == '[') {
    const char close = open == '[' ? ']' : open;
    // A quote within stands twice.
    while (end < sql.size() && (sql[end] != close || (open != '[' && end + 1 < sql.size() && sql[end + 1] == close)))
      end += sql[end] == close ? 2U : 1U;
    end = std::min(end + 1, sql.size());
  } else {
    const auto in_word = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || static_cast<unsigned char>(c) > 127;
    };
    while (in_word(open) && end < sql.size() && in_word(sql[end])) ++end;
  }
  const std::string word(sql.substr(0, end));
  sql.remove_prefix(end);
  return base::ascii_lower(word);
}

// "rtree" of "CREATE VIRTUAL TABLE x USING rtree(...)"; empty: no virtual table; "?": it cannot be told.
std::string module_of(const std::string& sql) {
  std::string_view rest = sql;
  if (next_word(rest) != "create") return "";
  std::string word = next_word(rest);
  if (word != "virtual") {
    // A comment between the words would hide them.
    return word == "table" || word == "temp" || word == "temporary" ? "" : "?";
  }
  if (next_word(rest) != "table") return "?";
  word = next_word(rest);
  if (word == "if") {
    next_word(rest);  // not
    next_word(rest);  // exists
    word = next_word(rest);
  }
  std::string_view after = rest;
  if (next_word(after) == ".") {
    rest = after;
    next_word(rest);
  }
  if (next_word(rest) != "using") return "?";
  std::string module = next_word(rest);
  if (module.size() > 1 && !std::isalnum(static_cast<unsigned char>(module.front())))
    module = module.substr(1, module.size() - 2);
  return module.empty() ? "?" : module;
}

bool is_harmless_module(std::string_view module) {
  for (const char* const known : {"rtree", "rtree_i32", "fts3", "fts4", "fts5", "virtualspatialindex",
                                  "virtualelementary", "virtualknn", "virtualknn2"}) {
    if (module == known) return true;
  }
  return false;
}

// Views that GeoPackage and SpatiaLite themselves make.
bool is_usual_view(std::string_view name) {
  for (const char* const prefix :
       {"geom_cols_ref_sys", "spatial_ref_sys_all", "vector_layers", "vector_coverages_", "raster_coverages_", "SE_",
        "rl2", "ISO_", "topologies", "networks", "wms_", "st_", "gpkg_", "map_"}) {
    if (name.starts_with(prefix)) return true;
  }
  return false;
}

// Triggers that GeoPackage and SpatiaLite themselves ask for.
bool is_usual_trigger(std::string_view name) {
  for (const char* const prefix : {"rtree_",
                                   "gpkg_",
                                   "trigger_insert_feature_count_",
                                   "trigger_delete_feature_count_",
                                   "ggi_",
                                   "ggu_",
                                   "gii_",
                                   "giu_",
                                   "gid_",
                                   "gci_",
                                   "gcu_",
                                   "gcd_",
                                   "tmi_",
                                   "tmu_",
                                   "tmd_",
                                   "geometry_columns",
                                   "fgti_",
                                   "fgtu_",
                                   "fgsi_",
                                   "fgsu_",
                                   "vwgc_",
                                   "vwgcau_",
                                   "vwgcfi_",
                                   "vtgc_",
                                   "vtgcau_",
                                   "vtgcfi_",
                                   "ISO_",
                                   "layer_statistics",
                                   "views_",
                                   "virts_",
                                   "se_",
                                   "raster_",
                                   "wms_",
                                   "topologies",
                                   "networks",
                                   "iso_",
                                   "stat",
                                   "rl2"}) {
    if (name.starts_with(prefix)) return true;
  }
  return false;
}

}  // namespace

void defend(sqlite3* database) {
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, nullptr);
  sqlite3_limit(database, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_limit(database, SQLITE_LIMIT_SQL_LENGTH, 1 << 20);
  sqlite3_limit(database, SQLITE_LIMIT_COLUMN, 2000);
  sqlite3_limit(database, SQLITE_LIMIT_EXPR_DEPTH, 100);
  sqlite3_limit(database, SQLITE_LIMIT_COMPOUND_SELECT, 50);
  sqlite3_limit(database, SQLITE_LIMIT_VDBE_OP, 25000);
}

DatabaseFacts check_database(const fs::path& file, const std::string& name, bool is_geopackage,
                             const std::string& named_layer) {
  DatabaseFacts facts;
  std::error_code error;
  const bool has_log = fs::exists(file.string() + "-wal", error) && fs::file_size(file.string() + "-wal", error) > 0;
  std::array<char, 100> head{};
  std::ifstream in(file, std::ios::binary);
  in.read(head.data(), head.size());
  if (in.gcount() < static_cast<std::streamsize>(head.size())) {
    refuse(base::say("truncated: {} is shorter than the header of a database; fetch it again", name));
  }
  constexpr std::size_t write_version = 18;
  if (head[write_version] == 2 && !has_log) {
    facts.warnings.push_back({"", "", "wal",
                              base::say("the file was written with a log beside it ({}-wal), and there is none: if it "
                                        "was copied while a program had it open, the last changes are missing",
                                        name)});
  }

  const base::RollbackJournal journal = base::rollback_journal_of(file);
  if (journal == base::RollbackJournal::names_a_file) {
    refuse(
        base::say("untrusted: {}-journal names another file, which would be removed; nothing was read. Open the "
                  "file with the program that wrote it, close it there, and import again",
                  name));
  }
  if (journal == base::RollbackJournal::unfinished) {
    facts.warnings.push_back({"", "", "wal",
                              base::say("a program is writing the file, or died while it wrote ({}-journal): that "
                                        "change was taken back in a copy; close it there and import again",
                                        name)});
  }

  sqlite3* raw = nullptr;
  // The copy is ours: with a log SQLite needs its index file beside it, and an unfinished change is taken back.
  const int flags = has_log || journal != base::RollbackJournal::none ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
  const int opened = sqlite3_open_v2(file.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  const std::unique_ptr<sqlite3, CloseDatabase> database(raw);
  if (opened != SQLITE_OK) refuse(base::say("format: {} cannot be opened as a database", name));
  defend(raw);
  sqlite3_set_authorizer(raw, only_reading, nullptr);
  // A schema is read in a blink; what takes longer is made to.
  constexpr int steps = 1000000;
  int budget = 200;
  sqlite3_progress_handler(
      raw, steps, [](void* left) { return --*static_cast<int*>(left) < 0 ? 1 : 0; }, &budget);

  const auto prepare = [&](const char* sql) -> Statement {
    sqlite3_stmt* statement = nullptr;
    const int result = sqlite3_prepare_v2(raw, sql, -1, &statement, nullptr);
    if (result == SQLITE_CORRUPT || result == SQLITE_NOTADB) {
      refuse(base::say("corrupt: {} is damaged ({}); restore it from a copy", name, sqlite3_errmsg(raw)));
    }
    return Statement(statement);
  };
  const Statement schema = prepare("SELECT type, name, sql, rootpage FROM sqlite_master");
  if (!schema) refuse(base::say("corrupt: {}: its schema cannot be read ({})", name, sqlite3_errmsg(raw)));
  std::string odd_trigger, odd_view;
  std::size_t odd_triggers = 0, odd_views = 0;
  int step = SQLITE_ROW;
  while ((step = sqlite3_step(schema.get())) == SQLITE_ROW) {
    const std::string type = text_of_column(schema.get(), 0);
    const std::string item = text_of_column(schema.get(), 1);
    if (type == "view") {
      facts.views.insert(item);
      if (!is_usual_view(item) && odd_views++ == 0) odd_view = item;
    }
    if (type == "trigger" && !is_usual_trigger(item)) {
      if (odd_triggers++ == 0) odd_trigger = item;
    }
    if (type != "table") continue;
    const std::string module = module_of(text_of_column(schema.get(), 2));
    if (!module.empty() && !is_harmless_module(module)) {
      refuse(
          base::say("untrusted: {}: its table {} is a virtual one ({}), which can read other files; nothing was read. "
                    "Remove that table, or export the layer to another file",
                    name, item, module));
    }
  }
  if (step != SQLITE_DONE) {
    refuse(base::say("corrupt: {} is damaged ({}); restore it from a copy", name, sqlite3_errmsg(raw)));
  }
  if (odd_triggers > 0) {
    facts.warnings.push_back({"", "", "untrusted",
                              base::say("the file holds {} triggers of its own (the first: {}), which are not run",
                                        odd_triggers, odd_trigger)});
  }

  if (odd_views > 0) {
    facts.warnings.push_back({"", "", "untrusted",
                              base::say("the file holds {} views (the first: {}), which run its own SQL and are not "
                                        "read",
                                        odd_views, odd_view)});
  }

  // A view runs whatever SQL the file holds, already when its rows are counted.
  std::string layer_view = facts.views.contains(named_layer) ? named_layer : "";
  if (named_layer.empty() && is_geopackage) {
    const Statement layers = prepare("SELECT table_name FROM gpkg_contents");
    while (layers && sqlite3_step(layers.get()) == SQLITE_ROW) {
      if (const std::string layer = text_of_column(layers.get(), 0); facts.views.contains(layer)) layer_view = layer;
    }
  }
  if (!layer_view.empty()) {
    refuse(
        base::say("untrusted: layer {} of {} is a view, which runs the file's own SQL without limit; save it as a "
                  "table, or name another layer with --layer",
                  layer_view, name));
  }
  return facts;
}

}  // namespace zaitu::io
