// Bulk inserts leave the file as single ones do: rows, spatial index, journal, triggers, undo.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "geom/geometry.h"
#include "geom/wkb.h"
#include "store/sqlite.h"
#include "unit/store/store_fixture.h"

namespace zaitu::store {
namespace {

class BulkTest : public StoreTest {
 protected:
  // Rows with and without geometry, and with various columns.
  static std::vector<Cell> parcel(std::mt19937& random, int i) {
    std::uniform_real_distribution<double> place(0, 20000);
    std::vector<Cell> cells{{"code", "P" + std::to_string(i)}};
    if (i % 3 == 0) cells.push_back({"name", "地块" + std::to_string(i)});
    if (i % 7 != 0) cells.push_back({"area_planar_m2", place(random)});
    if (i % 11 != 0) {
      // Coordinates that are no floats, on both sides of zero.
      const double x = i % 13 == 0 ? -place(random) : 630000 + place(random);
      cells.push_back({"geom", square(x, 3440000 + place(random), 20)});
    }
    return cells;
  }
  static void insert_parcels(Transaction& change, int from, int to, int with_land_record_every = 0) {
    std::mt19937 random(static_cast<std::mt19937::result_type>(from));
    for (int i = from; i < to; ++i) {
      change.insert("parcels", parcel(random, i));
      if (with_land_record_every > 0 && i % with_land_record_every == 0) {
        change.insert("land_records", {{"code", "L" + std::to_string(i)}});
      }
    }
  }
  static std::string journal(const fs::path& path) {
    const Connection connection(path.string(), SQLITE_OPEN_READONLY, path.string());
    Statement rows(
        connection,
        "SELECT seq, change_id, table_name, row_id, op, quote(before), quote(after) FROM journal ORDER BY seq");
    std::string text;
    while (rows.step()) {
      for (int i = 0; i < rows.column_count(); ++i) text += std::string(rows.text(i)) + '|';
      text += '\n';
    }
    return text;
  }
  static void expect_sound(const fs::path& path) {
    Connection connection(path.string(), SQLITE_OPEN_READWRITE, path.string());
    EXPECT_EQ(connection.text("SELECT rtreecheck('idx_parcels_geom')"), "ok");
    EXPECT_EQ(connection.text("PRAGMA integrity_check"), "ok");
    EXPECT_EQ(connection.text("SELECT count(*) FROM pragma_foreign_key_check"), "0");
    connection.load_spatialite();
    EXPECT_EQ(connection.integer("SELECT CheckSpatialIndex('parcels', 'geom')"), 1);
    EXPECT_GT(connection.text("SELECT last_insert FROM geometry_columns_time WHERE f_table_name = 'parcels'"), "2020");
  }
  static std::int64_t count(const fs::path& path, const std::string& what) {
    return Connection(path.string(), SQLITE_OPEN_READONLY, path.string()).integer("SELECT count(*) FROM " + what);
  }
};

TEST_F(BulkTest, LeavesWhatSingleInsertsLeave) {
  const fs::path single_file = folder / "single.sqlite";
  const auto run = [&](const fs::path& path, bool bulk) {
    ProjectFile project = ProjectFile::create(path, minhang(), "甲", "A");
    for (const auto& [from, to] : {std::pair{0, 3000}, {3000, 5000}, {5000, 5050}}) {  // anew, anew again, one by one
      Transaction change = project.begin("import");
      change.insert("land_records", {{"code", "before " + std::to_string(from)}});
      if (bulk) change.begin_bulk("parcels");
      insert_parcels(change, from, to, 50);
      base::Progress progress;
      if (bulk) change.finish_bulk(progress);
      change.insert("land_records", {{"code", "after " + std::to_string(from)}});
      EXPECT_NE(change.commit(), 0);
    }
  };
  run(file, true);
  run(single_file, false);
  EXPECT_EQ(dump(file), dump(single_file));
  EXPECT_EQ(journal(file), journal(single_file));
  EXPECT_GT(count(file, "idx_parcels_geom_node"), 60);
  expect_sound(file);

  ProjectFile project = ProjectFile::open(file, Access::read_write);
  ProjectFile single = ProjectFile::open(single_file, Access::read_write);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(project.undo().row_count, single.undo().row_count);
    EXPECT_EQ(dump(file), dump(single_file));
  }
  project.redo();
  single.redo();
  EXPECT_EQ(dump(file), dump(single_file));
}

TEST_F(BulkTest, TriggersWorkAgainAfterwards) {
  ProjectFile project = create();
  Transaction change = project.begin("import");
  change.begin_bulk("parcels");
  insert_parcels(change, 1, 100);
  // A change of a row of the bulk itself, before the bulk is finished.
  change.update("parcels", 1, {{"geom", square(650000, 3450000, 5)}});
  change.remove("parcels", 2);
  change.commit();
  expect_sound(file);
  EXPECT_EQ(count(file, "journal WHERE table_name = 'parcels' AND op = 'U'"), 1);
  EXPECT_EQ(count(file, "journal WHERE table_name = 'parcels' AND op = 'D'"), 1);
  EXPECT_EQ(count(file, "idx_parcels_geom WHERE pkid = 1 AND xmin > 649990"), 1);
  EXPECT_EQ(count(file, "idx_parcels_geom WHERE pkid = 2"), 0);

  const auto before = dump(file);
  {
    Transaction dropped = project.begin("import");
    dropped.begin_bulk("parcels");
    insert_parcels(dropped, 200, 300);
  }  // rolled back with the triggers off
  EXPECT_EQ(dump(file), before);
  Transaction next = project.begin("one more");
  next.insert("parcels", {{"code", "last"}, {"geom", square(640000, 3440000, 1)}});
  EXPECT_NE(next.commit(), 0);
  expect_sound(file);
  project.undo();
  EXPECT_EQ(dump(file), before);
}

TEST_F(BulkTest, RefusesAGeometryOfAnotherType) {
  ProjectFile project = create();
  const auto before = dump(file);
  {
    Transaction change = project.begin("import");
    change.begin_bulk("parcels");
    insert_parcels(change, 1, 10);
    EXPECT_THROW(change.insert("parcels", {{"code", "X"}, {"geom", point(640000, 3440000)}}), base::Error);
  }
  EXPECT_EQ(dump(file), before);
}

TEST_F(BulkTest, CanBeStoppedWhileTheIndexIsWritten) {
  ProjectFile project = create();
  const auto before = dump(file);
  base::Progress progress;
  progress.request_stop();
  {
    Transaction change = project.begin("import");
    change.begin_bulk("parcels");
    insert_parcels(change, 1, 1000);
    EXPECT_THROW(change.finish_bulk(progress), base::Cancelled);
  }
  EXPECT_EQ(dump(file), before);
  EXPECT_EQ(count(file, "journal WHERE table_name = 'parcels'"), 0);
}

TEST_F(BulkTest, AForeignTriggerIsHeeded) {
  ProjectFile project = create();
  other_program(file,
                "CREATE TABLE seen (code TEXT);"
                "CREATE TRIGGER theirs AFTER INSERT ON parcels BEGIN INSERT INTO seen VALUES (NEW.code); END;");
  Transaction change = project.begin("import");
  change.begin_bulk("parcels");
  insert_parcels(change, 1, 100);
  base::Progress progress;
  change.finish_bulk(progress);
  change.commit();
  EXPECT_EQ(count(file, "seen"), 99);
  expect_sound(file);
}

}  // namespace
}  // namespace zaitu::store
