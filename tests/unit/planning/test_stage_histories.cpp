// Stages at many dates from one index of the events: the same as reading all events anew for each date.
#include "planning/stage_histories.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "support/project_builder.h"

using namespace zaitu;
using test::ProjectBuilder;

namespace {

// Place of a stage on a pathway, or of all stages when there is none; one off the way stands behind the last on it
// whose seq is not above its own, later seq further.
std::pair<int, int> rank(const model::Project& project, const std::vector<std::string>& way, const std::string& code) {
  const int seq = model::find_stage(project, code)->seq;
  int place = -1;
  for (std::size_t i = 0; i < way.size(); ++i) {
    if (way[i] == code) return {static_cast<int>(i), seq};
    if (model::find_stage(project, way[i])->seq <= seq) place = static_cast<int>(i);
  }
  return {place, seq};
}

struct Expected {
  std::string stage;
  const model::StageEvent* event = nullptr;
};

// The rule word for word, over the events that `concerns` picks.
template <class Concerns>
Expected standing(const model::Project& project, const std::vector<std::string>& way, base::Date as_of,
                  Concerns concerns) {
  std::vector<const model::StageEvent*> events;
  for (const auto& event : *project.stage_events) {
    if (event.kind == model::EventKind::actual && event.dated <= as_of && concerns(event) &&
        model::find_stage(project, event.stage_code) != nullptr) {
      events.push_back(&event);
    }
  }
  std::sort(events.begin(), events.end(),
            [](const auto* a, const auto* b) { return std::pair(a->dated, a->id) < std::pair(b->dated, b->id); });
  if (events.empty()) return {};
  if (events.back()->stage_code == "SX") return {"SX", events.back()};
  Expected expected;
  for (const auto* event : events) {
    if (event->stage_code == "SX") continue;
    if (expected.event == nullptr ||
        rank(project, way, event->stage_code) > rank(project, way, expected.event->stage_code)) {
      expected = {event->stage_code, event};
    }
  }
  return expected;
}

std::string code_of(const model::Project& project, const planning::Standing& standing) {
  return standing.stage < 0 ? "" : (*project.stages)[static_cast<std::size_t>(standing.stage)].code;
}

base::Date day_number(int day) { return test::day("2024-01-01").plus_days(day); }

}  // namespace

TEST(StageHistories, say_at_every_date_what_the_events_until_then_say) {
  const std::vector<std::string> stages = {"S0", "S1", "S2", "S3", "S4", "S5", "S6", "S7", "SX", "SX", "S?"};
  const std::map<std::string, std::vector<std::string>> ways = {
      {"reserve_grant", {"S0", "S1", "S2", "S3", "S4", "S5", "S6", "S7"}},
      {"renewal", {"S1", "S5", "S6", "S7"}},
      {"backwards", {"S5", "S2", "S6"}},
      {"none", {}}};
  constexpr int days = 24;
  int stalled = 0, off_the_way = 0;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    std::mt19937 random(seed);
    const auto one_of = [&](const auto& list) { return list[random() % list.size()]; };
    ProjectBuilder b;
    b.pathway("backwards", ways.at("backwards"));
    std::vector<std::string> phases, parcels, pathways;
    for (int i = 0; i < 4; ++i) {
      parcels.push_back("P" + std::to_string(i));
      b.parcel(parcels.back());
    }
    for (const auto& [pathway, way] : ways) {
      b.project(pathway, {.pathway = pathway});
      for (int i = 0; i < 2; ++i) {
        phases.push_back(pathway + std::to_string(i));
        pathways.push_back(pathway);
        b.phase(phases.back(), pathway, {.carrier = 1000});
      }
    }
    for (int i = 0; i < 60; ++i) {
      const std::string stage = one_of(stages);
      const std::string date = day_number(static_cast<int>(random() % days)).iso();
      if (random() % 3 == 0) {
        b.parcel_event(one_of(parcels), stage, date);
      } else {
        b.event(one_of(phases), stage, date, random() % 5 == 0 ? model::EventKind::forecast : model::EventKind::actual);
      }
    }
    const auto built = b.build();
    const model::Project& project = built.project;
    const planning::StageHistories histories(project);
    for (int day = -1; day <= days; ++day) {
      const base::Date as_of = day_number(day);
      SCOPED_TRACE("seed " + std::to_string(seed) + ", " + as_of.iso());
      const auto status =
          planning::status_at(built.project, histories, built.locations, as_of, planning::CountFrom::completed);
      ASSERT_EQ(status.phases.size(), phases.size());
      for (std::size_t row = 0; row < phases.size(); ++row) {
        const auto& way = ways.at(pathways[row]);
        const model::PhaseId id = (*project.phases)[row].id;
        const auto expected =
            standing(project, way, as_of, [&](const model::StageEvent& event) { return event.phase == id; });
        const planning::Standing& found = status.phases[row];
        ASSERT_EQ(found.event, expected.event) << phases[row];
        ASSERT_EQ(code_of(project, found), expected.event != nullptr ? expected.stage
                                           : way.empty()             ? std::string("S0")
                                                                     : way.front());
        ASSERT_EQ(found.since, expected.event != nullptr ? std::optional(expected.event->dated) : std::nullopt);
        ASSERT_EQ((*project.certainty_classes)[static_cast<std::size_t>(found.certainty)].code,
                  (*project.stages)[static_cast<std::size_t>(found.stage)].certainty_class);
        if (expected.stage == "SX") ++stalled;
        if (!expected.stage.empty() && std::find(way.begin(), way.end(), expected.stage) == way.end()) ++off_the_way;
      }
      ASSERT_EQ(status.parcels.size(), parcels.size());
      for (std::size_t row = 0; row < parcels.size(); ++row) {
        const model::ParcelId id = project.parcels->id[row];
        const auto expected =
            standing(project, {}, as_of, [&](const model::StageEvent& event) { return event.parcel == id; });
        ASSERT_EQ(status.parcels[row].event, expected.event) << parcels[row];
        ASSERT_EQ(code_of(project, status.parcels[row]), expected.stage);
      }
    }
  }
  EXPECT_GT(stalled, 0);
  EXPECT_GT(off_the_way, 0);
}

TEST(StageHistories, span_is_that_of_the_actual_events) {
  ProjectBuilder b;
  EXPECT_FALSE(planning::StageHistories(b.build().project).span().has_value());
  b.project("A");
  b.phase("A1", "A", {});
  b.event("A1", "S6", "2024-05-01");
  b.event("A1", "S5", "2023-05-01");
  b.event("A1", "S7", "2030-05-01", model::EventKind::forecast);
  const auto span = planning::StageHistories(b.build().project).span();
  EXPECT_EQ(span, std::pair(test::day("2023-05-01"), test::day("2024-05-01")));
}

TEST(StageHistories, hold_as_long_as_no_table_they_are_made_of_changes) {
  ProjectBuilder b;
  b.parcel("P");
  b.parcel("Q");
  b.project("A");
  b.phase("A1", "A", {});
  b.event("A1", "S6", "2024-05-01");
  const model::Project project = b.build().project;
  const planning::StageHistories histories(project);

  model::Project renamed = project;
  auto parcels = *project.parcels;
  parcels.name.edit().clear();
  for (const char* name : {"another name", "Q"}) parcels.name.edit().push_back(name);
  renamed.parcels = std::make_shared<const model::ParcelTable>(parcels);
  EXPECT_TRUE(histories.hold_for(renamed));

  model::Project other_rows = project;
  parcels.id.edit().push_back({1000});
  other_rows.parcels = std::make_shared<const model::ParcelTable>(parcels);
  EXPECT_FALSE(histories.hold_for(other_rows));

  model::Project other_events = project;
  other_events.stage_events = std::make_shared<const std::vector<model::StageEvent>>(*project.stage_events);
  EXPECT_FALSE(histories.hold_for(other_events));

  model::Project other_ways = project;
  other_ways.pathways = std::make_shared<const std::vector<model::Pathway>>(*project.pathways);
  EXPECT_FALSE(histories.hold_for(other_ways));
}

TEST(StageHistories, tell_the_newest_event_whatever_its_stage) {
  ProjectBuilder b;
  b.project("A");
  for (const char* code : {"A1", "A2"}) b.phase(code, "A", {});
  b.event("A1", "S5", "2023-05-01");
  b.event("A1", "SX", "2024-02-01");
  b.event("A1", "S4", "2024-03-01");
  b.event("A1", "S6", "2025-01-01");
  b.event("A1", "S6", "2024-06-01", model::EventKind::forecast);
  const planning::StageHistories histories(b.build().project);
  const auto newest = [&](std::string_view date) { return histories.last_events_at(test::day(date)).at(0); };
  EXPECT_FALSE(newest("2023-04-30").has_value());
  EXPECT_EQ(newest("2024-02-29"), test::day("2024-02-01"));
  EXPECT_EQ(newest("2024-12-31"), test::day("2024-03-01"));
  EXPECT_EQ(newest("2025-01-01"), test::day("2025-01-01"));
  EXPECT_FALSE(histories.last_events_at(test::day("2025-01-01")).at(1).has_value());
}
