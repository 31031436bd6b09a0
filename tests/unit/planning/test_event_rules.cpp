#include "planning/event_rules.h"

#include <gtest/gtest.h>

#include "support/project_builder.h"

using namespace zaitu;
using model::EventKind;
using planning::EventFault;
using test::ProjectBuilder;

namespace {

// A phase on pathway S0..S7 with events, and what is found against one more.
class Phase {
 public:
  explicit Phase(const char* pathway = "reserve_grant", std::string_view land_from = {}) {
    m_builder.parcel("A", {.from = land_from});
    m_builder.project("P", {.pathway = pathway, .parcels = {"A"}});
    m_builder.phase("P-1", "P", {.carrier = 10});
  }
  Phase& with(const char* stage, const char* date, EventKind kind = EventKind::actual) {
    m_builder.event("P-1", stage, date, kind);
    return *this;
  }
  std::vector<planning::EventFinding> found(const char* stage, const char* date,
                                            EventKind kind = EventKind::actual) const {
    const auto built = m_builder.build();
    model::StageEvent event;
    event.phase = built.project.phases->front().id;
    event.stage_code = stage;
    event.dated = test::day(date);
    event.kind = kind;
    const planning::EventRules rules(built.project);
    const auto findings = rules.findings(event, *built.project.stage_events, test::day("2026-01-01"));
    for (const auto& finding : findings) {
      for (const auto language : {base::Language::zh, base::Language::en}) {
        const std::string told = rules.describe(finding, event, language);
        EXPECT_TRUE(told.find(stage) != std::string::npos || told.find(date) != std::string::npos) << told;
        if (finding.other_date) EXPECT_NE(told.find(finding.other_date->iso()), std::string::npos) << told;
      }
    }
    return findings;
  }
  // "twice! off_pathway": the faults in order, refused ones with a mark.
  std::string faults(const char* stage, const char* date, EventKind kind = EventKind::actual) const {
    static const char* names[] = {"twice",       "before",  "after",       "plan",
                                  "off_pathway", "no_life", "before_land", "future"};
    std::string text;
    for (const auto& finding : found(stage, date, kind)) {
      text += (text.empty() ? "" : " ") + std::string(names[static_cast<int>(finding.fault)]);
      if (finding.refused) text += "!";
    }
    return text;
  }

 private:
  ProjectBuilder m_builder;
};

TEST(EventRules, OrderOfActualStages) {
  const Phase phase = Phase().with("S3", "2022-05-01").with("S5", "2024-01-10");
  EXPECT_EQ(phase.faults("S4", "2023-01-01"), "");
  EXPECT_EQ(phase.faults("S4", "2022-05-01"), "");
  EXPECT_EQ(phase.faults("S4", "2022-04-30"), "before!");
  EXPECT_EQ(phase.faults("S4", "2024-01-11"), "after!");
  EXPECT_EQ(phase.faults("S6", "2024-01-09"), "before!");
  EXPECT_EQ(phase.faults("S5", "2024-03-01"), "twice!");
  const auto finding = phase.found("S6", "2024-01-09").front();
  EXPECT_EQ(finding.other_stage, "S5");
  EXPECT_EQ(finding.other_date, test::day("2024-01-10"));
}

TEST(EventRules, AProjectTakenUpAgainMayRepeatItsStages) {
  const Phase phase = Phase().with("S5", "2020-01-01").with("SX", "2021-01-01");
  EXPECT_EQ(phase.faults("S3", "2022-01-01"), "");
  EXPECT_EQ(phase.faults("S5", "2022-01-01"), "");
  EXPECT_EQ(phase.faults("S5", "2020-06-01"), "twice!");
  EXPECT_EQ(phase.faults("SX", "2019-01-01"), "");
}

TEST(EventRules, KindsAreNeverHeldAgainstEachOther) {
  const Phase phase = Phase()
                          .with("S5", "2024-01-10")
                          .with("S6", "2025-06-30", EventKind::baseline)
                          .with("S6", "2025-01-01", EventKind::commitment);
  EXPECT_EQ(phase.faults("S6", "2023-01-01", EventKind::commitment), "");
  EXPECT_EQ(phase.faults("S6", "2025-09-30", EventKind::baseline), "") << "a plan may be revised";
  EXPECT_EQ(phase.faults("S7", "2025-01-01", EventKind::baseline), "plan");
  EXPECT_EQ(phase.faults("S7", "2024-01-01", EventKind::forecast), "");
}

TEST(EventRules, StagesOffThePathwayAndDatesOutsideAreTold) {
  EXPECT_EQ(Phase("renewal").faults("S4", "2024-01-01"), "off_pathway");
  EXPECT_EQ(Phase("renewal").faults("SX", "2024-01-01"), "");
  EXPECT_EQ(Phase("reserve_grant", "2020-01-01").faults("S1", "2019-12-31"), "before_land");
  EXPECT_EQ(Phase("reserve_grant", "2020-01-01").faults("S1", "2019-12-31", EventKind::baseline), "");
  EXPECT_EQ(Phase().faults("S1", "2026-01-02"), "future");
}

TEST(EventRules, AParcelsEventsLieInItsLife) {
  ProjectBuilder builder;
  builder.parcel("A", {.from = "2020-01-01", .to = "2024-01-01"});
  const auto built = builder.build();
  const planning::EventRules rules(built.project);
  const auto refused = [&](const char* date) {
    model::StageEvent event;
    event.parcel = built.project.parcels->id[0];
    event.stage_code = "S2";
    event.dated = test::day(date);
    const auto findings = rules.findings(event, {}, test::day("2026-01-01"));
    return findings.size() == 1 && findings.front().fault == EventFault::outside_life && findings.front().refused;
  };
  EXPECT_TRUE(refused("2019-12-31"));
  EXPECT_FALSE(refused("2020-01-01"));
  EXPECT_FALSE(refused("2023-12-31"));
  EXPECT_TRUE(refused("2024-01-01"));
}

}  // namespace
