#include "store/recover.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "base/message.h"
#include "geom/wkb.h"
#include "store/backup.h"
#include "store/chain.h"
#include "store/checksum_vfs.h"
#include "store/pages.h"
#include "store/rtree.h"
#include "store/schema.h"
#include "store/seal.h"
#include "store/session.h"
#include "store/verify.h"

namespace zaitu::store {

namespace fs = std::filesystem;
using base::Error;
using base::ExitCode;

namespace {

constexpr std::size_t most_gaps = 200;  // of ids told for one lost stretch

enum class ColumnKind { number, text, bytes };

struct Column {
  std::string name;
  ColumnKind kind = ColumnKind::text;
  bool is_id = false;  // INTEGER PRIMARY KEY: NULL in the record
};

std::vector<Column> columns_of(const Connection& connection, std::string_view table) {
  std::vector<Column> columns;
  Statement info(connection, "SELECT name, upper(type), pk FROM pragma_table_info(?)");
  info.bind(0, table);
  while (info.step()) {
    const std::string_view type = info.text(1);
    Column column{std::string(info.text(0)), ColumnKind::bytes, info.integer(2) == 1 && type == "INTEGER"};
    if (type == "INTEGER" || type == "REAL") column.kind = ColumnKind::number;
    if (type == "TEXT") column.kind = ColumnKind::text;
    columns.push_back(std::move(column));
  }
  return columns;
}

// As the damaged file says they are; a scratch database reads the sentence, which can do nothing but make a table.
std::vector<Column> columns_of_sql(const std::string& sql, std::string_view table) {
  if (sql.compare(0, 13, "CREATE TABLE ") != 0) return {};
  try {
    const Connection scratch(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, std::string(table));
    Statement(scratch, sql).run();
    return columns_of(scratch, table);
  } catch (const Error&) {
    return {};
  }
}

struct LostStretch {
  RowRange range;
  std::uint32_t page = 0;
};

struct Table {
  std::string name;
  std::uint32_t root = 0;       // 0: what the file says of it is lost
  std::vector<Column> columns;  // of the damaged file
  std::vector<bool> is_kept;    // of them: the new project has it too
  std::vector<LostStretch> stretches;
  std::vector<std::int64_t> rows;  // kept ids, to tell the gaps where something is lost
  std::int64_t kept = 0;
  std::map<std::size_t, Statement> inserts;  // by the number of values a record has
  int geometry = -1;                         // column
  std::vector<RtreeEntry> boxes;
};

class Recoverer {
 public:
  Recoverer(const fs::path& project, base::Progress& progress) : m_file(project), m_progress(progress) {
    take_back_unfinished(project);
    struct stat facts {};
    const bool has_log = ::stat((project.string() + "-wal").c_str(), &facts) == 0 && facts.st_size > 0;
    m_connection = open_to_look(project, true);
    m_header = DatabaseHeader::read(m_connection);
    if (!is_page_size(m_header.page_bytes)) m_header.page_bytes = usual_page_bytes;
    if (raw_size(m_connection.handle()) < m_header.page_bytes) nothing_left();
    m_log = read_log(project, m_header.page_bytes);
    DatabaseHeader all = m_header;
    all.pages = static_cast<std::uint32_t>(raw_size(m_connection.handle()) / m_header.page_bytes);
    std::vector<std::uint32_t> damaged;
    if (sums_are_there(m_connection, m_header) && !others_wrote(has_log)) {
      damaged = scan_pages(m_connection, all, progress).wrong;
      std::erase_if(damaged, [&](std::uint32_t page) { return m_log.pages.contains(page); });
    }
    m_pages.emplace(m_connection, project, m_header, m_log, std::move(damaged));
    m_schema = read_schema(*m_pages);
    read_meta();
  }

  Recovery run(const fs::path& out) {
    make_project(out, crs(), m_meta["name_zh"], m_meta["name_en"], [&](Connection& target) { fill(target); });
    return std::move(m_result);
  }

 private:
  [[noreturn]] void nothing_left() const {
    throw Error(ExitCode::project_unusable,
                base::say("{}: nothing of a Zaitu project can be read in it", m_file.string()));
  }

  bool others_wrote(bool has_log) const {
    try {
      return others_may_have_written(m_connection, m_header, read_mark(m_connection), has_log);
    } catch (const Error&) {
      return false;
    }
  }

  void read_meta() {
    TreeWalk walk(*m_pages);
    walk.on_row = [&](std::int64_t, std::span<const std::uint8_t> record) {
      const auto values = parse_record(record);
      if (!values || values->size() != 2) return;
      const auto* key = std::get_if<std::string>(values->data());
      const auto* value = std::get_if<std::string>(&(*values)[1]);
      if (key != nullptr && value != nullptr) m_meta[*key] = *value;
    };
    for (const SchemaEntry& entry : m_schema) {
      if (entry.name == "zaitu_meta") walk.walk(entry.root);
    }
  }

  // As the project says; where that is lost, by the number that every geometry carries.
  crs::CoordinateReferenceSystem crs() {
    try {
      if (!m_meta["crs"].empty()) return crs::CoordinateReferenceSystem::from_text(m_meta["crs"]);
    } catch (const Error&) {
    }
    std::uint32_t srid = 0;
    TreeWalk walk(*m_pages);
    walk.on_row = [&](std::int64_t, std::span<const std::uint8_t> record) {
      const auto values = parse_record(record);
      if (srid != 0 || !values) return;
      for (const Value& value : *values) {
        const auto* blob = std::get_if<geom::Bytes>(&value);
        if (blob == nullptr || blob->size() < 44 || (*blob)[0] != 0 || (*blob)[1] != 1) continue;
        srid = std::uint32_t{(*blob)[2]} | std::uint32_t{(*blob)[3]} << 8 | std::uint32_t{(*blob)[4]} << 16;
      }
    };
    for (const SchemaEntry& entry : m_schema) {
      if (entry.type == "table" && is_spatial(entry.name)) walk.walk(entry.root);
    }
    if (srid == 0 && m_schema.empty()) nothing_left();
    const std::string code = fmt::format("EPSG:{}", srid == 0 ? 4549 : srid);
    m_result.lost.push_back(
        {"zaitu_meta", "", 0,
         srid == 0
             ? base::say("the project's coordinate reference system; {} was taken in its place", code)
             : base::say("the project's coordinate reference system; {} was taken, as the geometries say", code)});
    try {
      return crs::CoordinateReferenceSystem::from_text(code);
    } catch (const Error&) {
      return crs::CoordinateReferenceSystem::from_text("EPSG:4549");
    }
  }

  static bool is_spatial(std::string_view table) {
    const auto all = spatial_tables();
    return std::any_of(all.begin(), all.end(), [&](const SpatialTable& s) { return s.table == table; });
  }

  void fill(Connection& target) {
    prepare_tables(target);
    sqlite3_db_config(target.handle(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
    target.execute("PRAGMA foreign_keys = OFF; BEGIN");
    read_trees(target);
    read_orphans(target);
    tell_gaps();
    mend_references(target);
    for (Table& table : m_tables) {
      table.inserts.clear();
      if (table.geometry < 0) continue;
      std::sort(table.boxes.begin(), table.boxes.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
      add_to_rtree(target, fmt::format("idx_{}_{}", table.name, geometry_column), std::move(table.boxes), m_progress);
    }
    target.execute("UPDATE changes SET hash = NULL, sealed_to = NULL");
    seal_all_changes(target);
    if (const auto end = m_meta.find("creation_end"); end != m_meta.end()) {
      Statement meta(target, "INSERT OR REPLACE INTO zaitu_meta (key, value) VALUES ('creation_end', ?)");
      meta.bind(0, std::string_view(end->second));
      meta.run();
    }
    target.execute("COMMIT");
    sqlite3_db_config(target.handle(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, nullptr);
    std::int64_t all = 0;
    for (const Table& table : m_tables) {
      if (table.kept > 0) m_result.recovered.emplace_back(table.name, table.kept);
      all += table.kept;
    }
    if (all == 0 && m_schema.empty()) nothing_left();
  }

  void prepare_tables(const Connection& target) {
    std::vector<std::string> names;
    for (const std::string_view name : journalled_tables()) names.emplace_back(name);
    for (const char* name : {"source_rows", "changes", "journal"}) names.emplace_back(name);
    m_tables.reserve(names.size());
    for (const std::string& name : names) {
      Table table;
      table.name = name;
      const auto fresh = columns_of(target, name);
      const auto entry = std::find_if(m_schema.begin(), m_schema.end(),
                                      [&](const SchemaEntry& e) { return e.type == "table" && e.name == name; });
      if (entry != m_schema.end()) {
        table.root = entry->root;
        table.columns = columns_of_sql(entry->sql, name);
      }
      if (table.columns.empty()) table.columns = fresh;
      for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const std::string& column = table.columns[i].name;
        table.is_kept.push_back(
            std::any_of(fresh.begin(), fresh.end(), [&](const Column& c) { return c.name == column; }));
        if (is_spatial(name) && column == geometry_column) table.geometry = static_cast<int>(i);
      }
      m_tables.push_back(std::move(table));
    }
  }

  void read_trees(const Connection& target) {
    m_walk.emplace(*m_pages);
    std::uint64_t done = 0;
    // All trees are gone through, other programs' too: what is left over then hung on a lost page.
    std::set<std::uint32_t> ours;
    for (Table& table : m_tables) {
      if (table.root == 0) {
        table.stretches.push_back({});
        continue;
      }
      ours.insert(table.root);
      m_walk->on_lost = [&](std::uint32_t page, const RowRange& range) { table.stretches.push_back({range, page}); };
      m_walk->on_row = [&](std::int64_t row, std::span<const std::uint8_t> record) {
        keep(target, table, row, record);
      };
      m_walk->on_page = [&](std::uint32_t, const RowRange&) {
        m_progress.throw_if_stopped();
        m_progress.report(++done, m_pages->count());
      };
      m_walk->walk(table.root);
    }
    m_walk->on_lost = nullptr;
    m_walk->on_row = nullptr;
    m_walk->on_page = nullptr;
    m_walk->walk(1);
    for (const SchemaEntry& entry : m_schema) {
      if (!ours.contains(entry.root)) m_walk->walk(entry.root);
    }
    // A table that is not there because the file is of an earlier version has lost nothing.
    const bool whole_schema = !m_pages->is_damaged(1) && schema_is_whole();
    for (Table& table : m_tables) {
      if (table.root == 0 && whole_schema) table.stretches.clear();
    }
  }

  bool schema_is_whole() const {
    bool whole = true;
    TreeWalk walk(*m_pages);
    walk.on_lost = [&](std::uint32_t, const RowRange&) { whole = false; };
    walk.walk(1);
    return whole;
  }

  // Leaves whose way from the root is lost.
  void read_orphans(const Connection& target) {
    if (std::none_of(m_tables.begin(), m_tables.end(), [](const Table& t) { return !t.stretches.empty(); })) return;
    const auto unused = free_pages(*m_pages);
    std::vector<std::uint8_t> bytes;
    for (std::uint32_t page = 2; page <= m_pages->count(); ++page) {
      m_progress.throw_if_stopped();
      constexpr std::uint8_t table_leaf = 0x0D;
      if (m_walk->visited(page) || unused.contains(page) || !m_pages->read(page, bytes) || bytes[0] != table_leaf) {
        continue;
      }
      Table* owner = nullptr;
      TreeWalk look(*m_pages);
      look.on_row = [&](std::int64_t row, std::span<const std::uint8_t> record) {
        if (owner == nullptr) owner = owner_of(row, record);
      };
      look.leaf(page);
      if (owner == nullptr) continue;
      Table& table = *owner;
      m_walk->on_row = [&](std::int64_t row, std::span<const std::uint8_t> record) {
        if (fits(table, row, record)) keep(target, table, row, record);
      };
      m_walk->on_lost = [&](std::uint32_t lost, const RowRange& range) { table.stretches.push_back({range, lost}); };
      m_walk->leaf(page);
    }
  }

  Table* owner_of(std::int64_t row, std::span<const std::uint8_t> record) {
    for (Table& table : m_tables) {
      if (!table.stretches.empty() && fits(table, row, record)) return &table;
    }
    return nullptr;
  }

  static bool fits(const Table& table, std::int64_t row, std::span<const std::uint8_t> record) {
    const bool in_stretch = std::any_of(table.stretches.begin(), table.stretches.end(), [&](const LostStretch& s) {
      return row >= s.range.first && row <= s.range.last;
    });
    const auto values = parse_record(record);
    if (!in_stretch || !values || values->size() != table.columns.size()) return false;
    for (std::size_t i = 0; i < values->size(); ++i) {
      const Value& value = (*values)[i];
      const Column& column = table.columns[i];
      const bool empty = std::holds_alternative<std::monostate>(value);
      if (column.is_id && !empty) return false;
      if (empty) continue;
      const bool number = std::holds_alternative<std::int64_t>(value) || std::holds_alternative<double>(value);
      if (column.kind == ColumnKind::number && !number) return false;
      if (column.kind == ColumnKind::text && !std::holds_alternative<std::string>(value)) return false;
      if (column.kind == ColumnKind::bytes && !std::holds_alternative<geom::Bytes>(value)) return false;
    }
    return true;
  }

  void keep(const Connection& target, Table& table, std::int64_t row, std::span<const std::uint8_t> record) {
    const auto lose = [&](const std::string& why) {
      m_result.lost.push_back({table.name, std::to_string(row), 0, why});
    };
    auto values = parse_record(record);
    if (!values || values->size() > table.columns.size()) return lose(base::say("the row's bytes make no sense"));
    std::optional<geom::Envelope> box;
    if (table.geometry >= 0 && static_cast<std::size_t>(table.geometry) < values->size()) {
      Value& shape = (*values)[static_cast<std::size_t>(table.geometry)];
      if (const auto* blob = std::get_if<geom::Bytes>(&shape)) {
        try {
          geom::GeometryColumn column(kind_of(table.name));
          geom::append_spatialite(column, *blob);
          box = column.envelope();
        } catch (const Error& error) {
          lose(base::say("its geometry: {}", error.what()));
          shape = {};
        }
      }
    }
    auto insert = table.inserts.find(values->size());
    if (insert == table.inserts.end()) {
      std::string names, places;
      for (std::size_t i = 0; i < values->size(); ++i) {
        if (!table.is_kept[i]) continue;
        names += fmt::format("{}{}", names.empty() ? "" : ", ", quoted_name(table.columns[i].name));
        places += places.empty() ? "?" : ", ?";
      }
      insert =
          table.inserts
              .emplace(values->size(),
                       Statement(target, fmt::format("INSERT INTO {} ({}) VALUES ({})", table.name, names, places)))
              .first;
    }
    int parameter = 0;
    for (std::size_t i = 0; i < values->size(); ++i) {
      if (!table.is_kept[i]) continue;
      const bool is_id = table.columns[i].is_id;
      insert->second.bind(parameter++, is_id ? Value(row) : (*values)[i]);
    }
    try {
      insert->second.run();
    } catch (const Error& error) {
      if (error.code() != ExitCode::data_failed) throw;
      return lose(error.what());
    }
    ++table.kept;
    table.rows.push_back(row);
    if (box && !box->empty()) table.boxes.emplace_back(row, *box);
  }

  static geom::GeometryKind kind_of(std::string_view table) {
    for (const SpatialTable& spatial : spatial_tables()) {
      if (spatial.table != table) continue;
      if (spatial.type == "POINT") return geom::GeometryKind::point;
      if (spatial.type == "MULTILINESTRING") return geom::GeometryKind::line;
    }
    return geom::GeometryKind::polygon;
  }

  // The ids of a lost stretch that were not found elsewhere.
  void tell_gaps() {
    for (Table& table : m_tables) {
      std::sort(table.rows.begin(), table.rows.end());
      for (const LostStretch& stretch : table.stretches) {
        const std::string page = stretch.page == 0 ? base::say("where the table begins is lost")
                                                   : base::say("page {} is damaged", stretch.page);
        std::int64_t next = std::max<std::int64_t>(stretch.range.first, 1);
        const auto tell = [&](std::int64_t first, std::int64_t last, bool open_end) {
          std::string rows = std::to_string(first);
          if (open_end) {
            rows += "-";
          } else if (last > first) {
            rows += fmt::format("-{}", last);
          }
          m_result.lost.push_back({table.name, rows, stretch.page, page});
        };
        std::size_t gaps = 0;
        for (auto row = std::lower_bound(table.rows.begin(), table.rows.end(), next);
             row != table.rows.end() && *row <= stretch.range.last; ++row) {
          if (*row > next && ++gaps <= most_gaps) tell(next, *row - 1, false);
          next = *row + 1;
        }
        const bool open_end = stretch.range.last == std::numeric_limits<std::int64_t>::max();
        if (next <= stretch.range.last) tell(next, stretch.range.last, open_end);
      }
    }
  }

  // Rows that refer to lost ones: the reference is emptied where it may be, else the row goes too.
  void mend_references(const Connection& target) {
    struct Loose {
      std::string table, parent, column;
      std::int64_t row = 0;
      bool may_be_empty = false;
    };
    for (bool again = true; again;) {
      m_progress.throw_if_stopped();
      std::vector<Loose> loose;
      {
        Statement rows(target,
                       "SELECT broken.\"table\", broken.rowid, broken.parent, keys.\"from\", facts.\"notnull\" "
                       "FROM pragma_foreign_key_check broken "
                       "JOIN pragma_foreign_key_list(broken.\"table\") keys ON keys.id = broken.fkid AND keys.seq = 0 "
                       "JOIN pragma_table_info(broken.\"table\") facts ON facts.name = keys.\"from\"");
        while (rows.step()) {
          loose.push_back({std::string(rows.text(0)), std::string(rows.text(2)), std::string(rows.text(3)),
                           rows.integer(1), rows.integer(4) == 0});
        }
      }
      again = !loose.empty();
      for (const Loose& row : loose) {
        bool gone = !row.may_be_empty;
        if (row.may_be_empty) {
          Statement empty(target, fmt::format("UPDATE {} SET {} = NULL WHERE rowid = ?", row.table, row.column));
          empty.bind(0, row.row);
          try {
            empty.run();
          } catch (const Error&) {  // a rule of the table needs it
            gone = true;
          }
        }
        if (gone) {
          Statement remove(target, fmt::format("DELETE FROM {} WHERE rowid = ?", row.table));
          remove.bind(0, row.row);
          remove.run();
          const auto owner =
              std::find_if(m_tables.begin(), m_tables.end(), [&](const Table& t) { return t.name == row.table; });
          if (owner != m_tables.end() && sqlite3_changes(target.handle()) > 0) {
            --owner->kept;
            std::erase_if(owner->boxes, [&](const RtreeEntry& box) { return box.id == row.row; });
          }
        }
        m_result.lost.push_back({row.table, std::to_string(row.row), 0,
                                 gone ? base::say("{} refers to a row of {} that is lost", row.column, row.parent)
                                      : base::say("{} refers to a row of {} that is lost; the rest of the row is kept",
                                                  row.column, row.parent)});
      }
    }
  }

  fs::path m_file;
  base::Progress& m_progress;
  Connection m_connection;
  DatabaseHeader m_header;
  Log m_log;
  std::optional<Pages> m_pages;
  std::optional<TreeWalk> m_walk;
  std::vector<SchemaEntry> m_schema;
  std::map<std::string, std::string> m_meta;
  std::vector<Table> m_tables;
  Recovery m_result;
};

}  // namespace

Recovery recover(const fs::path& project, const fs::path& out, base::Progress& progress) {
  std::error_code error;
  if (!fs::is_regular_file(project, error)) {
    throw Error(ExitCode::project_unusable, base::say("{}: there is no such file", project.string()));
  }
  return Recoverer(project, progress).run(out);
}

}  // namespace zaitu::store
