// The wall of indicators: what stands on one line, what does not, what is reached; issues of targets compared; units.
#include "planning/indicators.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "planning/quarterly.h"
#include "planning/unit_view.h"
#include "support/project_builder.h"

using namespace zaitu;
using planning::IndicatorWall;
using planning::TargetDifference;
using planning::TargetDocument;
using planning::WallRow;
using planning::WallStatus;

namespace {

// Indicators, targets and observations said outright.
struct Plan {
  test::Built built = test::ProjectBuilder().build();
  std::vector<model::Indicator> indicators;
  std::vector<model::IndicatorTarget> targets;
  std::vector<model::IndicatorObservation> observations;

  explicit Plan(const std::string& unit = "家", bool is_supply = false) {
    model::Indicator row;
    row.id = {1};
    row.code = "I1";
    row.number = 1;
    row.unit = unit;
    row.scope = "大零号湾";
    row.is_supply = is_supply;
    indicators.push_back(row);
  }
  void target(int year, double value, std::int64_t document = 1, const std::string& version = "送审稿") {
    targets.push_back({{1}, year, value, {document}, version});
  }
  void observe(const std::string& as_of, double value, const std::string& scope = "大零号湾",
               const std::string& unit = "家") {
    observations.push_back({{1}, as_of, value, unit, scope, "", {}, false});
  }
  const model::Project& project() {
    built.project.indicators = std::make_shared<const std::vector<model::Indicator>>(indicators);
    built.project.indicator_targets = std::make_shared<const std::vector<model::IndicatorTarget>>(targets);
    built.project.indicator_observations =
        std::make_shared<const std::vector<model::IndicatorObservation>>(observations);
    return built.project;
  }
  IndicatorWall wall(std::string_view as_of, const TargetDocument& document = {{1}, "送审稿"}) {
    const model::Project& p = project();
    return planning::indicator_wall(p, document, test::day(as_of), built.supply(as_of), {}, base::Language::en);
  }
};

WallStatus status(const IndicatorWall& wall, int year) {
  for (const auto& cell : wall.rows.front().cells) {
    if (cell.year == year) return cell.status;
  }
  return WallStatus::none;
}

}  // namespace

TEST(IndicatorWall, ATargetIsReachedByAnObservationOfItsYear) {
  Plan plan;
  plan.target(2024, 10);
  plan.observe("2024-07-11", 10);
  EXPECT_EQ(status(plan.wall("2024-12-31"), 2024), WallStatus::reached);
  EXPECT_EQ(status(plan.wall("2024-07-10"), 2024), WallStatus::no_observation) << "not yet observed";
}

TEST(IndicatorWall, LessInTheMiddleOfTheYearIsOnTheWayUntilTheYearIsOver) {
  Plan plan;
  plan.target(2024, 15);
  plan.observe("2024-07-11", 10);
  EXPECT_EQ(status(plan.wall("2024-12-31"), 2024), WallStatus::on_the_way);
  EXPECT_EQ(status(plan.wall("2025-01-01"), 2024), WallStatus::no_observation) << "nobody counted at the year's end";
  plan.observe("2024", 14);
  EXPECT_EQ(status(plan.wall("2025-01-01"), 2024), WallStatus::missed);
}

TEST(IndicatorWall, AnObservationOfALaterYearProvesNothingOfAnEarlierOne) {
  Plan plan;
  plan.target(2023, 10);
  plan.observe("2024-07-11", 10);
  EXPECT_EQ(status(plan.wall("2026-01-01"), 2023), WallStatus::no_observation);
}

TEST(IndicatorWall, OtherScopesAndUnitsStandOnLinesOfTheirOwn) {
  Plan plan;
  plan.target(2021, 100);
  plan.observe("2021", 2100, "全区");
  plan.observe("2021", 90, "大零号湾", "项");
  plan.observe("2021", 80, "");
  const IndicatorWall wall = plan.wall("2026-01-01");
  ASSERT_EQ(wall.rows.size(), 4U);
  EXPECT_EQ(wall.rows[0].kind, WallRow::Kind::targets);
  EXPECT_EQ(wall.rows[0].cells[0].observation, nullptr);
  EXPECT_EQ(status(wall, 2021), WallStatus::no_observation);
  for (std::size_t i = 1; i < 4; ++i) {
    EXPECT_EQ(wall.rows[i].kind, WallRow::Kind::other_scope);
    EXPECT_EQ(wall.rows[i].cells[0].status, WallStatus::none);
    EXPECT_TRUE(std::isnan(wall.rows[i].cells[0].target));
    ASSERT_NE(wall.rows[i].cells[0].observation, nullptr);
  }
  EXPECT_EQ(wall.rows[1].scope, "");
  EXPECT_EQ(wall.rows[2].scope, "全区");
  EXPECT_EQ(wall.rows[3].unit, "项");
}

TEST(IndicatorWall, TheSameAreaUnitWrittenInAnotherWayIsOneUnit) {
  Plan plan("万平方米", true);
  plan.target(2024, 150);
  plan.observe("2024", 151, "大零号湾", "万㎡");
  const IndicatorWall wall = plan.wall("2025-01-01");
  EXPECT_EQ(status(wall, 2024), WallStatus::reached);
  ASSERT_EQ(wall.rows.size(), 2U);
  EXPECT_EQ(wall.rows[1].kind, WallRow::Kind::counted) << "our own count never stands beside the target";
  EXPECT_EQ(wall.rows[1].cells[0].status, WallStatus::none);
}

TEST(IndicatorWall, TwoIssuesOfTargetsAreComparedRowByRow) {
  Plan plan;
  plan.target(2023, 120);
  plan.target(2024, 150);
  plan.target(2025, 200);
  plan.target(2023, 120, 2, "印发");
  plan.target(2024, 160, 2, "印发");
  plan.target(2026, 240, 2, "印发");
  EXPECT_EQ(planning::target_documents(plan.project()).size(), 2U);
  const std::vector<TargetDocument> documents = {{{1}, "送审稿"}, {{2}, "印发"}};
  const auto rows = planning::compare_targets(plan.project(), documents[0], documents[1]);
  using Kind = TargetDifference::Kind;
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].kind, Kind::same);
  EXPECT_EQ(rows[1].kind, Kind::changed);
  EXPECT_EQ(rows[1].second - rows[1].first, 10);
  EXPECT_EQ(rows[2].kind, Kind::only_first);
  EXPECT_EQ(rows[3].kind, Kind::only_second);
  EXPECT_EQ(rows[3].year, 2026);
  EXPECT_EQ(plan.wall("2026-01-01", documents[1]).rows[0].cells[1].target, 160);
}

TEST(UnitView, HoldsIndicatorsTasksAndProjectsWithTheStrongestRole) {
  test::ProjectBuilder b;
  b.unit("U1");
  b.unit("U2");
  b.project("B", {.lead_units = {"U1"}});
  b.project("A", {.lead_units = {"U1"}});
  b.project("C", {.lead_units = {"U2"}});
  test::Built built = b.build();
  const model::UnitId unit = built.project.units->front().id;
  std::vector<model::Task> tasks(1);
  tasks[0].id = {7};
  tasks[0].code = "T1";
  built.project.tasks = std::make_shared<const std::vector<model::Task>>(tasks);
  built.project.task_units = std::make_shared<const std::vector<model::TaskUnit>>(
      std::vector<model::TaskUnit>{{{7}, unit, model::UnitRole::push}, {{7}, unit, model::UnitRole::responsible}});
  const auto duties = planning::unit_view(built.project, unit);
  using Kind = planning::UnitDuty::Kind;
  ASSERT_EQ(duties.size(), 3U);
  EXPECT_EQ(duties[0].kind, Kind::task);
  EXPECT_EQ(duties[0].role, model::UnitRole::responsible);
  EXPECT_EQ((*built.project.projects)[duties[1].row].code, "A");
  EXPECT_EQ((*built.project.projects)[duties[2].row].code, "B");
}

TEST(Quarter, IsReadStrictlyAndKnowsItsDays) {
  EXPECT_FALSE(planning::Quarter::parse("2025Q5"));
  EXPECT_FALSE(planning::Quarter::parse("2025q3"));
  EXPECT_FALSE(planning::Quarter::parse("2025Q3 "));
  const auto quarter = planning::Quarter::parse("2025Q1");
  ASSERT_TRUE(quarter);
  EXPECT_EQ(quarter->eve().iso(), "2024-12-31");
  EXPECT_EQ(quarter->end().iso(), "2025-03-31");
  EXPECT_EQ(quarter->plus(-1).name(), "2024Q4");
  EXPECT_EQ(quarter->plus(4).name(), "2026Q1");
}

TEST(QuarterlyReports, AreDueOfEveryTaskAndOfProjectsUnderWay) {
  test::ProjectBuilder b;
  for (const char* code : {"A", "B", "C", "D"}) {
    b.project(code);
    if (code[0] != 'D') b.phase(std::string(code) + "1", code, {.carrier = 100});
  }
  b.event("A1", "S7", "2025-06-30");  // in use on the eve
  b.event("B1", "S7", "2025-07-01");  // began to be in use within the quarter
  b.event("C1", "SX", "2025-01-01");  // stalled
  test::Built built = b.build();
  std::vector<model::Task> tasks(2);
  tasks[0] = {{1}, "T2", 2, "", "二", "", "", {}};
  tasks[1] = {{2}, "T1", 1, "", "一", "", "", {}};
  built.project.tasks = std::make_shared<const std::vector<model::Task>>(tasks);
  const model::ProjectId a = built.project.projects->front().id;
  std::vector<model::QuarterlyReport> reports(3);
  reports[0] = {1, {1}, {}, "2025Q3", "", "", "", false};        // says nothing
  reports[1] = {2, {2}, {}, "2025Q3", "在建", "", "", false};    // there
  reports[2] = {3, {}, a, "2025Q3", "", "租户退租", "", false};  // not due, and there
  built.project.quarterly_reports = std::make_shared<const std::vector<model::QuarterlyReport>>(reports);
  const auto lines = planning::reports_of(built.project, planning::StageHistories(built.project), {2025, 3});
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0].task.value, 2);
  EXPECT_FALSE(lines[0].missing());
  EXPECT_TRUE(lines[1].missing());
  EXPECT_EQ(lines[2].project, a);
  EXPECT_FALSE(lines[2].due);
  EXPECT_FALSE(lines[2].missing());
  EXPECT_TRUE(lines[3].missing()) << "B";
}
