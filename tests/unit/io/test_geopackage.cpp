// GeoPackages whose cells hold other things than their columns say: a row that SQLite reads plainly is what GDAL's
// driver gives, and every other one comes from the driver.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>

#include "io/export.h"
#include "io/source.h"

namespace zaitu::io {
namespace {

namespace fs = std::filesystem;

struct ReadTable {
  std::vector<SourceRow> rows;
  std::vector<std::string> warnings;
};

ReadTable table_of(const fs::path& file) {
  ReadTable table;
  base::Progress progress;
  read_source(
      file, {}, [](const SourceHeader&) {}, [&](SourceRow&& row) { table.rows.push_back(std::move(row)); },
      [&](Warning&& w) { table.warnings.push_back(w.feature + "|" + w.field + "|" + w.code + "|" + w.message); },
      progress);
  return table;
}

void run_sql(sqlite3* file, const std::string& sql) {
  char* problem = nullptr;
  EXPECT_EQ(sqlite3_exec(file, sql.c_str(), nullptr, nullptr, &problem), SQLITE_OK) << sql << ": " << problem;
  sqlite3_free(problem);
}

class GeoPackageTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "zaitu-test-XXXXXX").string();
    m_folder = mkdtemp(pattern.data());
    // Some hundred squares, every tenth in two parts.
    geom::GeometryColumn squares(geom::GeometryKind::polygon);
    ExportLayer layer{"parcels", {{"code", SourceFieldType::text}, {"day", SourceFieldType::date}}, {}, &squares, ""};
    for (int i = 0; i < 400; ++i) {
      squares.begin_feature();
      for (int part = 0; part < (i % 10 == 0 ? 2 : 1); ++part) {
        const double x = 640000 + 20 * i, y = 3430000 + 20 * part;
        const geom::Coord ring[] = {{x, y}, {x + 9, y}, {x + 9, y + 9}, {x, y + 9}, {x, y}};
        squares.begin_part();
        squares.add_ring(ring);
      }
      layer.rows.push_back({"编号-" + std::to_string(i), std::string("2024-02-1") + std::to_string(i % 10)});
    }
    const auto crs = crs::CoordinateReferenceSystem::from_text("EPSG:4549");
    base::Progress progress;
    export_layers({layer}, crs, crs, plain(), progress);
    sqlite3* file = open(plain());
    for (const char* const column : {"whole INTEGER", "small SMALLINT", "medium MEDIUMINT", "flag BOOLEAN",
                                     "number DOUBLE", "words TEXT(6)", "stamp DATETIME", "bytes BLOB"}) {
      run_sql(file, std::string("ALTER TABLE parcels ADD COLUMN ") + column);
    }
    run_sql(file,
            "UPDATE parcels SET whole = fid * 10000000000, small = fid, medium = fid * 1000, flag = fid % 2, number = "
            "fid / "
            "7.0, words = 'w' || fid, stamp = '2024-02-29T10:00:' || (10 + fid % 50) || '.000Z', bytes = x'00'");
    sqlite3_close(file);
  }
  void TearDown() override { fs::remove_all(m_folder); }

  fs::path plain() const { return m_folder / "plain.gpkg"; }

  static sqlite3* open(const fs::path& path) {
    sqlite3* file = nullptr;
    EXPECT_EQ(sqlite3_open(path.c_str(), &file), SQLITE_OK);
    // The spatial index's triggers call functions that only GDAL has.
    sqlite3_stmt* names = nullptr;
    sqlite3_prepare_v2(file, "SELECT name FROM sqlite_master WHERE type = 'trigger'", -1, &names, nullptr);
    std::vector<std::string> triggers;
    while (sqlite3_step(names) == SQLITE_ROW) {
      triggers.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(names, 0)));
    }
    sqlite3_finalize(names);
    for (const std::string& name : triggers) run_sql(file, "DROP TRIGGER \"" + name + "\"");
    return file;
  }

  // The same table with a column more, of a kind that only the driver reads.
  ReadTable by_driver() {
    const fs::path other = m_folder / "driver.gpkg";
    fs::copy_file(plain(), other, fs::copy_options::overwrite_existing);
    sqlite3* file = open(other);
    run_sql(file, "ALTER TABLE parcels ADD COLUMN only_the_driver FLOAT");
    sqlite3_close(file);
    ReadTable table = table_of(other);
    for (SourceRow& row : table.rows) row.values.pop_back();
    return table;
  }

  void expect_as_by_driver() {
    const ReadTable ours = table_of(plain()), theirs = by_driver();
    EXPECT_EQ(ours.warnings, theirs.warnings);
    ASSERT_EQ(ours.rows.size(), theirs.rows.size());
    for (std::size_t i = 0; i < ours.rows.size(); ++i) {
      const SourceRow &a = ours.rows[i], &b = theirs.rows[i];
      EXPECT_EQ(a.fid, b.fid) << i;
      EXPECT_EQ(a.values, b.values) << "feature " << a.fid;
      EXPECT_EQ(a.wkb, b.wkb) << "feature " << a.fid;
    }
  }

  fs::path m_folder;
};

TEST_F(GeoPackageTest, PlainRowsAreTheDrivers) {
  expect_as_by_driver();
  const ReadTable table = table_of(plain());
  ASSERT_EQ(table.rows.size(), 400u);
  EXPECT_EQ(table.rows[7].values[0], SourceValue(std::string("编号-7")));
  EXPECT_EQ(table.rows[7].values[1], SourceValue(std::string("2024-02-17")));
  EXPECT_EQ(table.rows[7].values[2], SourceValue(std::int64_t{80000000000}));
  EXPECT_EQ(table.rows[7].values[8], SourceValue(std::string("2024-02-29T10:00:18")));
}

TEST_F(GeoPackageTest, WhatIsNotPlainIsTheDrivers) {
  sqlite3* file = open(plain());
  int fid = 3;
  const auto put = [&](const char* column, std::initializer_list<const char*> values) {
    for (const char* const value : values) {
      run_sql(file,
              std::string("UPDATE parcels SET ") + column + " = " + value + " WHERE fid = " + std::to_string(fid));
      fid += 2;
    }
  };
  put("code", {"5", "2.5", "x'e4b8'", "cast(x'ff41' as text)", "cast(x'e4b8' as text)", "cast(x'410042' as text)", "''",
               "NULL"});
  put("words", {"'longer than six'", "'一二三四五六七'", "'枫桥　'", "' 枫桥'", "cast(x'410742' as text)",
                "'a' || char(10) || 'b'"});
  put("day", {"'2024-02-30'", "'2024-13-01'", "'2024-2-3'", "'2024/02/03'", "''", "20240203", "'0999-01-01'",
              "'2024-02-03T10:00:00Z'"});
  put("stamp", {"'2024-02-29T00:00:00.000Z'", "'2024-02-29T00:00:00.400Z'", "'2024-02-29T23:30:00.000+08:00'",
                "'2024-02-29T00:30:00.000+08:00'", "'2024-02-29'", "'2024-02-29 10:00:00'",
                "'2024-02-30T00:00:00.000Z'", "'2024-02-29T23:59:60.000Z'", "'2024-02-29T10:00:00Z'", "17", "'?'"});
  put("flag", {"2", "-1", "'x'", "1.5"});
  put("small", {"70000", "-70000", "'7'", "'x'", "1.5"});
  put("medium", {"5000000000", "'x'", "2.5"});
  put("whole", {"'x'", "2.5", "9223372036854775807"});
  put("number", {"'x'", "7", "1e999", "-0.0", "x'31'"});
  put("geom", {"NULL", "x''", "x'4750'", "'text'", "5", "substr(geom, 1, length(geom) - 3)", "geom || x'00'",
               "x'4750001100000000'",
               // A square that does not end where it began, one of two corners, a point, and heights.
               "x'47500001C5110000' || x'010300000001000000' || x'03000000' || substr(geom, -80, 48)",
               "x'47500001C5110000' || x'010300000001000000' || x'02000000' || substr(geom, -80, 32)",
               "x'47500001C5110000' || x'0101000000' || substr(geom, -16)",
               "x'47500001C5110000' || x'01EB03000001000000' || x'01000000' || substr(geom, -24)"});
  run_sql(file, "DELETE FROM parcels WHERE fid BETWEEN 300 AND 310");
  run_sql(file, "UPDATE parcels SET fid = -5 WHERE fid = 350");
  sqlite3_close(file);
  ASSERT_LT(fid, 300);
  expect_as_by_driver();
}

TEST_F(GeoPackageTest, WhereMuchIsNotPlainTheDriverGoesOn) {
  sqlite3* file = open(plain());
  run_sql(file,
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12) "
          "INSERT INTO parcels (geom, code, day) SELECT geom, code || '-' || i, day FROM parcels, n");
  run_sql(file, "UPDATE parcels SET day = '2024/02/03' WHERE fid > 500");
  sqlite3_close(file);
  expect_as_by_driver();
}

}  // namespace
}  // namespace zaitu::io
