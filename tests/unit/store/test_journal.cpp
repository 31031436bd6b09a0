// The journal: every change of every table, by this program or another; undo and redo from it.
#include <algorithm>
#include <bit>
#include <cmath>
#include <optional>
#include <random>

#include "unit/store/store_fixture.h"

namespace zaitu::store {
namespace {

using base::ExitCode;

class Journal : public StoreTest {
 protected:
  static std::int64_t add_unit(ProjectFile& project, const std::string& code, const std::string& name) {
    Transaction change = project.begin("add unit " + code);
    change.insert("units", {{"code", code}, {"name_zh", name}});
    return change.commit();
  }
  std::string content() const { return dump(file); }

  // A small planning project with rows in many tables. Committed as one change.
  static void fill(ProjectFile& project) {
    Transaction change = project.begin("fill");
    add_stage(change);
    change.insert("pathways", {{"id", std::int64_t{1}},
                               {"code", std::string("tod")},
                               {"name_zh", std::string("上盖")},
                               {"name_en", std::string("TOD")}});
    change.insert("parcels", {{"id", std::int64_t{1}},
                              {"code", std::string("P1")},
                              {"area_title_m2", 0.1},
                              {"geom", square(351000.25, 3432000.5, 100)}});
    change.insert("projects", {{"id", std::int64_t{1}},
                               {"code", std::string("C1")},
                               {"name_zh", std::string("科创大厦")},
                               {"pathway_code", std::string("tod")},
                               {"geom", point(351050, 3432050)}});
    change.insert("phases", {{"id", std::int64_t{1}},
                             {"code", std::string("C1-1")},
                             {"project_id", std::int64_t{1}},
                             {"carrier_m2", 12345.678}});
    change.insert("phase_parcels", {{"phase_id", std::int64_t{1}}, {"parcel_id", std::int64_t{1}}});
    change.insert("stage_events", {{"phase_id", std::int64_t{1}},
                                   {"stage_code", std::string("S0")},
                                   {"kind", std::string("actual")},
                                   {"dated", std::string("2023-06-30")}});
    change.commit();
  }

  static std::optional<std::int64_t> index_hit(const fs::path& path, double x, double y) {
    sqlite3* handle = nullptr;
    sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READONLY, nullptr);
    sqlite3_stmt* row = nullptr;
    sqlite3_prepare_v2(
        handle, "SELECT pkid FROM idx_parcels_geom WHERE xmin <= ?1 AND xmax >= ?1 AND ymin <= ?2 AND ymax >= ?2", -1,
        &row, nullptr);
    sqlite3_bind_double(row, 1, x);
    sqlite3_bind_double(row, 2, y);
    std::optional<std::int64_t> hit;
    if (sqlite3_step(row) == SQLITE_ROW) hit = sqlite3_column_int64(row, 0);
    sqlite3_finalize(row);
    sqlite3_close(handle);
    return hit;
  }
};

TEST_F(Journal, HistoryTellsWhoWhenWhatBeforeAndAfter) {
  ProjectFile project = create();
  add_unit(project, "u1", "规划局");
  {
    Transaction change = project.begin("rename");
    change.update("units", change.find("units", "code", "u1"),
                  {{"name_zh", std::string("资源局")}, {"name_en", std::string("")}});
    change.commit();
  }
  {
    Transaction change = project.begin("remove");
    change.remove("units", 1);
    change.commit();
  }
  const auto history = project.history(10, true);
  ASSERT_EQ(history.size(), 3u);
  EXPECT_EQ(history[0].command, "remove");
  EXPECT_EQ(history[2].command, "add unit u1");
  EXPECT_EQ(history[1].kind, "do");
  EXPECT_NE(history[1].who.find('@'), std::string::npos);
  EXPECT_EQ(history[1].at.size(), std::string("2025-01-01T00:00:00Z").size());

  ASSERT_EQ(history[1].rows.size(), 1u);
  const RowChange& update = history[1].rows[0];
  EXPECT_EQ(update.op, 'U');
  EXPECT_EQ(update.table, "units");
  EXPECT_EQ(update.row_id, 1);
  // name_en was "" before: not a change
  ASSERT_EQ(update.before.size(), 1u);
  EXPECT_EQ(update.before[0], std::make_pair(std::string("name_zh"), Value(std::string("规划局"))));
  EXPECT_EQ(update.after[0], std::make_pair(std::string("name_zh"), Value(std::string("资源局"))));

  // The insert's values are those of then, although the row was renamed and removed since.
  const RowChange& insert = history[2].rows[0];
  EXPECT_EQ(insert.op, 'I');
  EXPECT_TRUE(insert.before.empty());
  EXPECT_NE(std::find(insert.after.begin(), insert.after.end(),
                      std::make_pair(std::string("name_zh"), Value(std::string("规划局")))),
            insert.after.end());
  EXPECT_EQ(history[0].rows[0].op, 'D');
  EXPECT_EQ(history[0].rows[0].before.size(), 5u);
  EXPECT_EQ(project.history(1, false).size(), 1u);
  EXPECT_TRUE(project.history(1, false)[0].rows.empty());
}

TEST_F(Journal, UndoStopsBeforeWhatMadeTheProject) {
  {
    ProjectFile project = create();
    Transaction made = project.begin("registers");
    made.insert("units", {{"code", std::string("U1")}, {"name_zh", std::string("单位")}});
    made.commit();
    EXPECT_TRUE(project.can_undo());
    project.finish_creation();
    EXPECT_FALSE(project.can_undo());
    Transaction later = project.begin("one more");
    later.insert("units", {{"code", std::string("U2")}, {"name_zh", std::string("另一")}});
    later.commit();
  }
  ProjectFile again = ProjectFile::open(file, Access::read_write);
  EXPECT_TRUE(again.can_undo());
  EXPECT_EQ(again.undo().command, "one more");
  EXPECT_FALSE(again.can_undo());
  EXPECT_THROW(again.undo(), base::Error);
  EXPECT_TRUE(again.can_redo());
  const std::vector<Change> history = again.history(10, false);
  ASSERT_EQ(history.size(), 3U);
  EXPECT_TRUE(history.back().of_creation);
  EXPECT_FALSE(history.front().of_creation);
  EXPECT_EQ(load(again).units->size(), 1U);
}

TEST_F(Journal, ChangeWithoutEffectIsNotRecorded) {
  ProjectFile project = create();
  add_unit(project, "u1", "规划局");
  Transaction change = project.begin("nothing");
  change.update("units", 1, {{"name_zh", std::string("规划局")}});
  EXPECT_EQ(change.commit(), 0);
  EXPECT_EQ(project.history(10, false).size(), 1u);
}

TEST_F(Journal, TransactionIsAllOrNothing) {
  ProjectFile project = create();
  const std::string before = content();
  {
    Transaction change = project.begin("given up");
    change.insert("units", {{"code", std::string("u1")}, {"name_zh", std::string("委")}});
  }
  EXPECT_EQ(content(), before);
  {
    Transaction change = project.begin("twice the same code");
    change.insert("units", {{"code", std::string("u1")}, {"name_zh", std::string("委")}});
    const auto [code, text] = error_of([&] {
      change.insert("units", {{"code", std::string("u1")}, {"name_zh", std::string("委")}});
    });
    EXPECT_EQ(code, ExitCode::data_failed);
    EXPECT_NE(text.find("units.code"), std::string::npos) << text;
  }
  EXPECT_EQ(content(), before);
  EXPECT_TRUE(project.history(10, false).empty());
  EXPECT_GT(add_unit(project, "u2", "局"), 0);
}

TEST_F(Journal, DataRulesHold) {
  ProjectFile project = create();
  fill(project);
  const auto refused = [&](std::string_view table, const std::vector<Cell>& cells) {
    Transaction change = project.begin("bad");
    const auto code = error_of([&] { change.insert(table, cells); }).first;
    return code == ExitCode::data_failed;
  };
  for (const char* date : {"2023-02-30", "yesterday", "2023-6-30", ""}) {
    EXPECT_TRUE(refused("stage_events", {{"phase_id", std::int64_t{1}},
                                         {"stage_code", std::string("S0")},
                                         {"kind", std::string("actual")},
                                         {"dated", std::string(date)}}))
        << date;
    EXPECT_TRUE(refused("parcels", {{"code", std::string("x")}, {"valid_to", std::string(date)}})) << date;
  }
  EXPECT_TRUE(refused("phases", {{"code", std::string("x")}, {"project_id", std::int64_t{77}}})) << "foreign key";
  EXPECT_TRUE(refused("parcels", {{"code", std::string("x")}, {"geom", point(1, 2)}})) << "another kind of geometry";
  EXPECT_TRUE(refused("units", {{"code", std::string("x")}, {"name_zh", std::string("a\0b", 3)}}));
}

TEST_F(Journal, AfterSpatiaLiteRolledBackNothingMoreIsWritten) {
  ProjectFile project = create();
  const std::string before = content();
  {
    Transaction change = project.begin("bad geometry");
    EXPECT_THROW(change.insert("parcels", {{"code", std::string("x")}, {"geom", point(1, 2)}}), base::Error);
    EXPECT_THROW(change.insert("units", {{"code", std::string("u")}, {"name_zh", std::string("委")}}), base::Error);
    EXPECT_THROW(change.commit(), base::Error);
  }
  EXPECT_EQ(content(), before);
}

TEST_F(Journal, UnknownNamesAreProgrammingErrors) {
  ProjectFile project = create();
  Transaction change = project.begin("wrong");
  EXPECT_THROW(change.insert("changes", {}), std::logic_error);
  EXPECT_THROW(change.insert("units; DROP TABLE units", {}), std::logic_error);
  EXPECT_THROW(change.update("units", 1, {{"nme", std::string("x")}}), std::logic_error);
  EXPECT_THROW(change.find("units", "1=1 OR code", "x"), std::logic_error);
  EXPECT_THROW(change.remove("journal", 1), std::logic_error);
}

TEST_F(Journal, UndoAndRedoSurviveARestart) {
  std::string empty, one, two;
  {
    ProjectFile project = create();
    empty = content();
    add_unit(project, "u1", "规划局");
    one = content();
    Transaction change = project.begin("rename");
    change.update("units", 1, {{"name_zh", std::string("资源局")}});
    change.commit();
    two = content();
  }
  {
    ProjectFile project = ProjectFile::open(file, Access::read_write);
    EXPECT_TRUE(project.can_undo());
    EXPECT_FALSE(project.can_redo());
    const Change undone = project.undo();
    EXPECT_EQ(undone.kind, "undo");
    EXPECT_EQ(undone.command, "rename");
    EXPECT_EQ(undone.of_change, 2);
    EXPECT_EQ(undone.row_count, 1u);
    EXPECT_EQ(content(), one);
  }
  {
    ProjectFile project = ProjectFile::open(file, Access::read_write);
    project.undo();
    EXPECT_EQ(content(), empty);
    EXPECT_FALSE(project.can_undo());
    EXPECT_EQ(error_of([&] { project.undo(); }).first, ExitCode::data_failed);
    EXPECT_TRUE(project.history(10, false).back().undone);
  }
  {
    ProjectFile project = ProjectFile::open(file, Access::read_write);
    EXPECT_EQ(project.redo().command, "add unit u1");
    EXPECT_EQ(content(), one);
    EXPECT_EQ(project.redo().command, "rename");
    EXPECT_EQ(content(), two);
    EXPECT_EQ(error_of([&] { project.redo(); }).first, ExitCode::data_failed);
    project.undo();  // of a redone change
    EXPECT_EQ(content(), one);
    project.redo();
    EXPECT_EQ(content(), two);
    EXPECT_EQ(project.history(100, false).size(), 8u) << "the journal only grows";
  }
}

TEST_F(Journal, NewChangeCutsOffRedo) {
  ProjectFile project = create();
  add_unit(project, "u1", "甲");
  add_unit(project, "u2", "乙");
  project.undo();
  EXPECT_TRUE(project.can_redo());
  add_unit(project, "u3", "丙");
  EXPECT_FALSE(project.can_redo());
  EXPECT_EQ(project.undo().command, "add unit u3");
  EXPECT_EQ(project.undo().command, "add unit u1");
  EXPECT_FALSE(project.can_undo());
  const auto history = project.history(100, false);
  const auto u2 = std::find_if(history.begin(), history.end(), [](const Change& c) { return c.id == 2; });
  EXPECT_TRUE(u2->undone);
}

TEST_F(Journal, UndoBringsBackACascadeOfDeletes) {
  ProjectFile project = create();
  fill(project);
  const std::string before = content();
  {
    Transaction change = project.begin("remove project");
    change.remove("projects", 1);
    change.commit();
  }
  EXPECT_EQ(load(project).phases->size(), 0u);
  EXPECT_EQ(project.history(1, true)[0].rows.size(), 4u) << "project, phase, its parcel and its event";
  const std::string after = content();
  project.undo();
  EXPECT_EQ(content(), before);
  project.redo();
  EXPECT_EQ(content(), after);
  project.undo();
  EXPECT_EQ(content(), before);
}

TEST_F(Journal, UndoOfAChangedKeyFollowsItsCascade) {
  ProjectFile project = create();
  fill(project);
  const std::string before = content();
  {
    Transaction change = project.begin("new code");
    change.update("pathways", 1, {{"code", std::string("over_station")}});
    change.commit();
  }
  EXPECT_EQ((*load(project).projects)[0].pathway_code, "over_station");
  const std::string after = content();
  project.undo();
  EXPECT_EQ(content(), before);
  project.redo();
  EXPECT_EQ(content(), after);
}

TEST_F(Journal, UndoOfGeometryKeepsTheSpatialIndexRight) {
  ProjectFile project = create();
  fill(project);
  EXPECT_EQ(index_hit(file, 351050, 3432050), 1);
  {
    Transaction change = project.begin("move");
    change.update("parcels", 1, {{"geom", square(360000, 3440000, 50)}});
    change.commit();
  }
  EXPECT_EQ(index_hit(file, 351050, 3432050), std::nullopt);
  EXPECT_EQ(index_hit(file, 360025, 3440025), 1);
  project.undo();
  EXPECT_EQ(index_hit(file, 351050, 3432050), 1);
  EXPECT_EQ(index_hit(file, 360025, 3440025), std::nullopt);
  const geom::Coord first = load(project).parcels->geometry[0].vertices()[0];
  EXPECT_EQ(first, (geom::Coord{351000.25, 3432000.5}));
  {
    Transaction change = project.begin("remove");
    change.remove("parcels", 1);
    change.commit();
  }
  EXPECT_EQ(index_hit(file, 351050, 3432050), std::nullopt);
  project.undo();
  EXPECT_EQ(index_hit(file, 351050, 3432050), 1);
}

TEST_F(Journal, EditOfAnotherProgramIsInHistoryAndBlocksAnUndoItConflictsWith) {
  ProjectFile project = create();
  add_unit(project, "u1", "甲");
  {
    Transaction change = project.begin("rename");
    change.update("units", 1, {{"name_zh", std::string("乙")}});
    change.commit();
  }
  other_program(file, "UPDATE units SET name_zh = '丙' WHERE code = 'u1'");
  const auto history = project.history(10, true);
  ASSERT_EQ(history.size(), 3u);
  EXPECT_EQ(history[0].id, 0);
  EXPECT_EQ(history[0].row_count, 1u);
  ASSERT_EQ(history[0].rows.size(), 1u);
  EXPECT_EQ(history[0].rows[0].before[0].second, Value(std::string("乙")));
  EXPECT_EQ(history[0].rows[0].after[0].second, Value(std::string("丙")));
  EXPECT_EQ(load(project).units->at(0).name_zh, "丙");

  const std::string before = content();
  const auto [code, text] = error_of([&] { project.undo(); });
  EXPECT_EQ(code, ExitCode::data_failed);
  EXPECT_NE(text.find("units row 1"), std::string::npos) << text;
  EXPECT_NE(text.find("another program"), std::string::npos) << text;
  EXPECT_EQ(content(), before);
  EXPECT_EQ(project.history(10, false).size(), 3u) << "a refused undo leaves no trace";

  other_program(file, "UPDATE units SET name_zh = '乙' WHERE code = 'u1'");
  EXPECT_NO_THROW(project.undo()) << "as the change left it again";
  EXPECT_EQ(load(project).units->at(0).name_zh, "甲");
}

TEST_F(Journal, EditOfAnotherColumnByAnotherProgramIsKept) {
  ProjectFile project = create();
  add_unit(project, "u1", "甲");
  {
    Transaction change = project.begin("rename");
    change.update("units", 1, {{"name_zh", std::string("乙")}});
    change.commit();
  }
  other_program(file, "UPDATE units SET kind = '街镇'");
  project.undo();
  EXPECT_EQ(load(project).units->at(0).name_zh, "甲");
  EXPECT_EQ(load(project).units->at(0).kind, "街镇");
  // Undoing the insert would lose it.
  EXPECT_EQ(error_of([&] { project.undo(); }).first, ExitCode::data_failed);
  EXPECT_EQ(load(project).units->size(), 1u);
}

TEST_F(Journal, RowsOfAnotherProgramAreNotCascadedAway) {
  ProjectFile project = create();
  fill(project);
  other_program(file, "PRAGMA foreign_keys = ON; INSERT INTO occupancies (phase_id, as_of) VALUES (1, '2024-12-31')");
  const std::string before = content();
  const auto [code, text] = error_of([&] { project.undo(); });
  EXPECT_EQ(code, ExitCode::data_failed);
  EXPECT_NE(text.find("occupancies"), std::string::npos) << text;
  EXPECT_EQ(content(), before);
}

TEST_F(Journal, RowRemovedOrMadeAnewByAnotherProgramBlocks) {
  ProjectFile project = create();
  add_unit(project, "u1", "甲");
  other_program(file, "DELETE FROM units");
  EXPECT_EQ(error_of([&] { project.undo(); }).first, ExitCode::data_failed);
  other_program(file, "INSERT INTO units (id, code, name_zh) VALUES (1, 'u1', '甲')");
  EXPECT_EQ(error_of([&] { project.undo(); }).first, ExitCode::data_failed);
  {
    Transaction change = project.begin("remove");
    change.remove("units", 1);
    change.commit();
  }
  other_program(file, "INSERT INTO units (id, code, name_zh) VALUES (1, 'other', '另')");
  EXPECT_EQ(error_of([&] { project.undo(); }).first, ExitCode::data_failed);
  EXPECT_EQ(load(project).units->at(0).code, "other");
}

TEST_F(Journal, DoublesComeBackBitForBit) {
  ProjectFile project = create();
  fill(project);
  std::mt19937_64 random(20251231);
  std::vector<double> values = {0.1,
                                1.0 / 3.0,
                                5e-324,
                                1.7976931348623157e308,
                                2.2250738585072014e-308,
                                123456789.01,
                                9007199254740993.0,
                                1e15 + 0.3,
                                1324000.0,
                                -0.7,
                                1e22,
                                8.41e21,
                                5e-320};
  while (values.size() < 3000) {
    const double value = std::bit_cast<double>(random());
    if (std::isfinite(value)) values.push_back(value);
    values.push_back(std::ldexp(static_cast<double>(random() >> 11), -40));  // sizes of areas
  }
  {
    Transaction change = project.begin("insert");
    change.insert("indicators",
                  {{"id", std::int64_t{1}}, {"code", std::string("i")}, {"name_zh", std::string("指标")}});
    for (std::size_t i = 0; i < values.size(); ++i) {
      change.insert("indicator_observations", {{"id", static_cast<std::int64_t>(i + 1)},
                                               {"indicator_id", std::int64_t{1}},
                                               {"as_of", std::string("2024")},
                                               {"value", values[i]}});
    }
    change.commit();
  }
  {
    Transaction remove = project.begin("remove");
    for (std::size_t i = 0; i < values.size(); ++i) {
      remove.remove("indicator_observations", static_cast<std::int64_t>(i + 1));
    }
    remove.commit();
  }
  project.undo();
  const model::Project loaded = load(project);
  ASSERT_EQ(loaded.indicator_observations->size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double back = (*loaded.indicator_observations)[i].value;
    EXPECT_EQ(std::bit_cast<std::uint64_t>(back), std::bit_cast<std::uint64_t>(values[i])) << values[i];
  }
}

// Random edits of many kinds, then all of them undone, then all redone: bit for bit the same tables and index.
class RandomEdits : public Journal, public testing::WithParamInterface<unsigned> {};

TEST_P(RandomEdits, UndoAllThenRedoAll) {
  std::mt19937 random(GetParam());
  const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  const auto number = [&] { return std::ldexp(static_cast<double>(random()), -below(40)); };
  const auto text = [&] {
    const char* const words[] = {"",     "大零号湾", "it's",      "\"quoted\"", "back\\slash", "line\nbreak", "tab\t",
                                 "NULL", "X'00'",    "{\"a\":1}", "\x01\x1f",   "𠮷🏗",    "1.50"};
    return std::string(words[below(13)]);
  };
  std::optional<ProjectFile> open = create();
  fill(*open);
  std::vector<std::string> states = {content()};
  int made = 0;
  while (made < 60) {
    Transaction change = open->begin("random");
    try {
      const int steps = 1 + below(5);
      for (int i = 0; i < steps; ++i) {
        const std::string code = "R" + std::to_string(below(12));
        const auto some = [&](std::string_view table) { return change.find(table, "code", code); };
        switch (below(11)) {
          case 0:
            change.insert("parcels", {{"code", code},
                                      {"area_title_m2", number()},
                                      {"note", text()},
                                      {"geom", square(351000 + number(), 3432000, 10 + number())}});
            break;
          case 1:
            change.insert("projects", {{"code", code}, {"name_zh", text()}, {"geom", point(number(), number())}});
            break;
          case 2:
            if (const auto id = some("projects")) {
              change.insert("phases", {{"code", code}, {"project_id", id}, {"carrier_m2", number()}});
            }
            break;
          case 3:
            if (const auto id = some("parcels")) {
              change.update("parcels", id, {{"note", text()}, {"area_title_m2", Value()}, {"far_cap", number()}});
            }
            break;
          case 4:
            if (const auto id = some("parcels")) change.update("parcels", id, {{"geom", square(number(), 1, 3)}});
            break;
          case 5:
            if (const auto id = some("projects")) change.remove("projects", id);
            break;
          case 6:
            if (const auto id = some("parcels")) change.remove("parcels", id);
            break;
          case 7:
            if (const auto phase = some("phases")) {
              change.insert("stage_events", {{"phase_id", phase},
                                             {"stage_code", std::string("S0")},
                                             {"kind", std::string("actual")},
                                             {"dated", std::string("2024-01-31")},
                                             {"evidence", text()}});
            }
            break;
          case 8:
            if (const auto parcel = some("parcels")) {
              change.insert("parcel_identifiers",
                            {{"parcel_id", parcel}, {"scheme", text()}, {"value", text()}, {"normal", text()}});
            }
            break;
          case 9:
            if (const auto id = some("units")) {
              change.update("units", id, {{"id", std::int64_t{500 + below(500)}}});
            } else {
              change.insert("units", {{"code", code}, {"name_zh", text()}});
            }
            break;
          default:
            change.update("pathways", 1, {{"code", "path" + std::to_string(below(4))}});
        }
      }
      if (change.commit() == 0) continue;
    } catch (const base::Error& error) {
      if (error.code() != ExitCode::data_failed) throw;
      continue;  // a duplicate code and the like: the change is given up
    }
    ++made;
    states.push_back(content());
  }
  for (std::size_t i = states.size() - 1; i > 0; --i) {
    open->undo();
    ASSERT_EQ(content(), states[i - 1]) << "undo to state " << i - 1;
    if (i % 20 == 0) {
      open.reset();
      open = ProjectFile::open(file, Access::read_write);
    }
  }
  for (std::size_t i = 1; i < states.size(); ++i) {
    open->redo();
    ASSERT_EQ(content(), states[i]) << "redo to state " << i;
  }
  for (std::size_t i = states.size() - 1; i > 0; --i) open->undo();
  EXPECT_EQ(content(), states[0]);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomEdits, testing::Values(1u, 2u, 3u));

}  // namespace
}  // namespace zaitu::store
