// Quarterly reports in the file: frozen ones cannot be touched by anybody, undo knows them, older files are brought up.
#include <gmock/gmock.h>

#include "store_fixture.h"

namespace zaitu::store {
namespace {

class QuarterlyReports : public StoreTest {
 protected:
  static void fill(ProjectFile& project) {
    Transaction change = project.begin("fill");
    change.insert("tasks", {{"code", std::string("T1")}, {"title_zh", std::string("任务")}});
    change.insert(
        "quarterly_reports",
        {{"task_id", std::int64_t{1}}, {"quarter", std::string("2025Q3")}, {"progress", std::string("开工")}});
    change.commit();
  }
  static void freeze(ProjectFile& project) {
    Transaction change = project.begin("freeze");
    change.insert("frozen_quarters", {{"quarter", std::string("2025Q3")},
                                      {"frozen_on", std::string("2025-10-08")},
                                      {"as_of", std::string("2025-09-30")},
                                      {"rule", std::string("r")},
                                      {"counted_m2", 1.5},
                                      {"figures", std::string("{}")}});
    change.commit();
  }
  static std::string refusal(ProjectFile& project, const std::function<void(Transaction&)>& work) {
    try {
      Transaction change = project.begin("try");
      work(change);
      change.commit();
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ExitCode::data_failed);
      return error.what();
    }
    return "";
  }
};

TEST_F(QuarterlyReports, AreLoadedAndStayAsTheyAreWhileTheirQuarterIsFrozen) {
  ProjectFile project = create();
  fill(project);
  ASSERT_EQ(load(project).quarterly_reports->size(), 1U);
  EXPECT_EQ(load(project).quarterly_reports->front().progress, "开工");
  freeze(project);
  EXPECT_EQ(load(project).frozen_quarters->front().as_of.iso(), "2025-09-30");
  const auto frozen = testing::HasSubstr("unfreeze the quarter first");
  EXPECT_THAT(refusal(project,
                      [](Transaction& change) {
                        change.update("quarterly_reports", 1, {{"progress", std::string("别的")}});
                      }),
              frozen);
  EXPECT_THAT(refusal(project, [](Transaction& change) { change.remove("quarterly_reports", 1); }), frozen);
  EXPECT_THAT(refusal(project, [](Transaction& change) { change.remove("tasks", 1); }), frozen);
  EXPECT_THAT(
      refusal(project,
              [](Transaction& change) {
                change.insert("quarterly_reports", {{"task_id", std::int64_t{1}}, {"quarter", std::string("2025Q3")}});
              }),
      frozen);
  EXPECT_THAT(refusal(project,
                      [](Transaction& change) {
                        change.update("frozen_quarters", 1, {{"figures", std::string("[]")}});
                      }),
              frozen);
  EXPECT_EQ(load(project).quarterly_reports->front().progress, "开工");
  EXPECT_EQ(
      refusal(project,
              [](Transaction& change) {
                change.insert("quarterly_reports", {{"task_id", std::int64_t{1}}, {"quarter", std::string("2025Q4")}});
              }),
      "")
      << "another quarter is free";
}

TEST_F(QuarterlyReports, UndoTakesTheFreezeBackBeforeWhatItFroze) {
  ProjectFile project = create();
  fill(project);
  freeze(project);
  EXPECT_EQ(project.undo().command, "freeze");
  EXPECT_TRUE(load(project).frozen_quarters->empty());
  project.redo();
  EXPECT_EQ(load(project).frozen_quarters->size(), 1U);
  project.undo();
  project.undo();
  EXPECT_TRUE(load(project).quarterly_reports->empty());
}

TEST_F(QuarterlyReports, ATaskReportsOnceAQuarterAndQuartersAreWrittenInOneWay) {
  ProjectFile project = create();
  fill(project);
  for (const char* quarter : {"2025Q3", "2025q4", "2025-4"}) {
    EXPECT_NE(
        refusal(project,
                [&](Transaction& change) {
                  change.insert("quarterly_reports", {{"task_id", std::int64_t{1}}, {"quarter", std::string(quarter)}});
                }),
        "")
        << quarter;
  }
}

// A file as version 1 made it.
TEST_F(QuarterlyReports, AFileOfVersion1IsReadAsItIsAndBroughtUpForWriting) {
  {
    ProjectFile project = create();
    fill(project);
  }
  other_program(file,
                "DROP TABLE source_rows; DROP TABLE import_templates; DROP TRIGGER journal_insert_imports;"
                "DROP TRIGGER journal_update_imports; DROP TRIGGER journal_delete_imports;"
                "ALTER TABLE changes DROP COLUMN hash; ALTER TABLE changes DROP COLUMN sealed_to;"
                "ALTER TABLE imports DROP COLUMN decisions; ALTER TABLE imports DROP COLUMN rows_declared;"
                "DROP TABLE frozen_quarters; DROP TRIGGER frozen_report_insert; DROP TRIGGER frozen_report_update;"
                "DROP TRIGGER frozen_report_delete; DROP TRIGGER quarter_of_report_insert;"
                "DROP TRIGGER quarter_of_report_update; DROP INDEX quarterly_reports_task;"
                "DROP INDEX quarterly_reports_project; DROP TRIGGER journal_insert_quarterly_reports;"
                "DROP TRIGGER journal_update_quarterly_reports; DROP TRIGGER journal_delete_quarterly_reports;"
                "ALTER TABLE quarterly_reports DROP COLUMN synthetic;"
                "ALTER TABLE quarterly_reports ADD COLUMN frozen_on TEXT; PRAGMA user_version = 1");
  const auto before = everything();
  {
    const ProjectFile project = ProjectFile::open(file, Access::read_only);
    const model::Project loaded = load(project);
    EXPECT_EQ(loaded.schema_version, 1);
    ASSERT_EQ(loaded.quarterly_reports->size(), 1U);
    EXPECT_EQ(loaded.quarterly_reports->front().progress, "开工");
    EXPECT_TRUE(loaded.frozen_quarters->empty());
  }
  EXPECT_EQ(everything(), before) << "reading writes nothing";
  ProjectFile project = ProjectFile::open(file, Access::read_write);
  EXPECT_TRUE(fs::exists(folder / "p.sqlite.v1.backup.sqlite"));
  const model::Project loaded = load(project);
  EXPECT_EQ(loaded.schema_version, 3);
  EXPECT_EQ(loaded.quarterly_reports->front().progress, "开工");
  freeze(project);
  EXPECT_NE(refusal(project, [](Transaction& change) { change.remove("quarterly_reports", 1); }), "");
}

}  // namespace
}  // namespace zaitu::store
