#include "planning/ageing.h"

#include <gtest/gtest.h>

#include "support/project_builder.h"

using namespace zaitu;
using model::EventKind;
using planning::Idle;
using test::ProjectBuilder;

namespace {

class Aged {
 public:
  explicit Aged(const char* pathway = "reserve_grant") {
    m_builder.project("P", {.pathway = pathway});
    m_builder.phase("P-1", "P", {.carrier = 10});
  }
  Aged& with(const char* stage, const char* date, EventKind kind = EventKind::actual) {
    m_builder.event("P-1", stage, date, kind);
    return *this;
  }
  planning::Ageing at(const char* as_of) const {
    const auto built = m_builder.build();
    const planning::StageHistories histories(built.project);
    return planning::ageing(built.project, histories,
                            planning::status_at(built.project, histories, built.locations, test::day(as_of),
                                                planning::CountFrom::completed))
        .front();
  }

 private:
  ProjectBuilder m_builder;
};

TEST(Ageing, DaysInStageAreCountedFromItsEvent) {
  const Aged phase = Aged().with("S4", "2024-01-31").with("S5", "2024-03-01");
  EXPECT_FALSE(phase.at("2024-01-30").days_in_stage);
  EXPECT_EQ(phase.at("2024-02-29").days_in_stage, 29);
  EXPECT_EQ(phase.at("2024-03-01").days_in_stage, 0);
}

TEST(Ageing, OverdueAgainstPlanAndPromiseApart) {
  const Aged phase = Aged()
                         .with("S4", "2023-01-01")
                         .with("S5", "2023-06-30", EventKind::baseline)
                         .with("S6", "2024-12-31", EventKind::baseline)
                         .with("S5", "2023-12-31", EventKind::baseline)  // revised later
                         .with("S6", "2024-06-30", EventKind::commitment);
  EXPECT_FALSE(phase.at("2023-12-31").baseline) << "due on that day is not late";
  const auto late = phase.at("2024-07-10");
  ASSERT_TRUE(late.baseline && late.commitment);
  EXPECT_EQ(late.baseline->due, test::day("2023-12-31"));
  EXPECT_EQ(late.baseline->days, 192);
  EXPECT_EQ(late.commitment->days, 10);
  const auto started = Aged(phase).with("S5", "2024-07-01").at("2025-01-01");
  EXPECT_EQ(started.baseline->due, test::day("2024-12-31")) << "a stage that is reached is not overdue";
  EXPECT_FALSE(Aged(phase).with("S7", "2024-07-01").at("2026-01-01").baseline);
  EXPECT_FALSE(Aged(phase).with("SX", "2024-07-01").at("2026-01-01").baseline);
}

TEST(Ageing, IdleLandIsAYearPastTheAgreedStart) {
  const Aged phase = Aged().with("S4", "2023-01-01").with("S5", "2024-02-29", EventKind::baseline);
  EXPECT_EQ(phase.at("2025-02-27").idle, Idle::none);
  EXPECT_EQ(phase.at("2025-02-28").idle, Idle::not_started);
  EXPECT_EQ(phase.at("2025-06-01").idle_since, test::day("2025-02-28"));
  EXPECT_EQ(Aged(phase).with("S5", "2025-01-01").at("2025-06-01").idle, Idle::none);
  EXPECT_EQ(Aged(phase).with("S5", "2024-12-31", EventKind::commitment).at("2025-06-01").idle, Idle::none)
      << "what was promised is agreed, the plan is not";
  EXPECT_EQ(Aged().with("S3", "2023-01-01").with("S5", "2023-06-30", EventKind::baseline).at("2025-06-01").idle,
            Idle::none)
      << "not granted yet";
}

TEST(Ageing, ThreeYearsWithoutARecord) {
  const Aged phase = Aged().with("S5", "2020-05-01");
  EXPECT_EQ(phase.at("2023-04-30").idle, Idle::none);
  EXPECT_EQ(phase.at("2023-05-01").idle, Idle::no_update);
  EXPECT_EQ(Aged(phase).with("S7", "2020-06-01").at("2026-05-01").idle, Idle::none) << "in use, it may rest";
  EXPECT_EQ(Aged(phase).with("S6", "2022-06-01", EventKind::forecast).at("2023-05-01").idle, Idle::none);
}

}  // namespace
