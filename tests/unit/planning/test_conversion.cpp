// What turned into what: single cases by hand, and fabrics that are split and merged at random, in which no square
// metre may be lost.
#include "planning/conversion.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "base/error.h"
#include "planning/land_use.h"
#include "planning/stage_histories.h"
#include "support/project_builder.h"

using namespace zaitu;
using planning::ConversionBy;
using test::ProjectBuilder;

namespace {

constexpr double lost_m2 = 0.01;

planning::Conversion convert(const test::Built& built, const char* from, const char* to,
                             ConversionBy by = ConversionBy::land_use, const planning::CountingRule& rule = {}) {
  base::Progress progress;
  return planning::conversion(built.project, planning::StageHistories(built.project), test::day(from), test::day(to),
                              by, rule, progress);
}

std::string name(const planning::ConversionState& state) {
  if (state.kind == planning::ConversionState::Kind::outside) return "outside";
  if (state.kind == planning::ConversionState::Kind::unplaced) return "unplaced";
  return state.code.empty() ? "unknown" : state.code;
}

using Sums = std::map<std::string, double>;
template <class Value>
Sums sums(const planning::Conversion& conversion, Value value) {
  Sums sums;
  for (const auto& link : planning::without_pathways(conversion)) {
    if (link.*value == 0) continue;
    sums[name(conversion.states[link.from]) + ">" + name(conversion.states[link.to])] = link.*value;
  }
  return sums;
}
Sums land(const planning::Conversion& conversion) { return sums(conversion, &planning::ConversionLink::land_m2); }
Sums floor(const planning::Conversion& conversion) { return sums(conversion, &planning::ConversionLink::floor_m2); }

void expect_sums(const Sums& found, const Sums& expected) {
  std::string keys;
  for (const auto& [key, value] : found) keys += key + "=" + std::to_string(value) + " ";
  EXPECT_EQ(found.size(), expected.size()) << keys;
  for (const auto& [key, value] : expected) {
    const auto at = found.find(key);
    ASSERT_NE(at, found.end()) << "no " << key << " in " << keys;
    EXPECT_NEAR(at->second, value, 1e-6) << key;
  }
}

// Land by what it is used for at a date, as map, ledger and cards say it.
Sums land_in_use(const test::Built& built, const char* at) {
  const model::ParcelTable& parcels = *built.project.parcels;
  const base::Date day = test::day(at);
  const auto status = planning::status_at(built.project, planning::locate_phases(built.project, day), day);
  Sums sums;
  for (std::uint32_t row = 0; row < parcels.size(); ++row) {
    if (!parcels.in_force(row, day)) continue;
    const double planned = status.land_use.planned_share(row), land_m2 = planning::land_m2(parcels.geometry[row]);
    sums[parcels.land_use_planned[row]] += land_m2 * planned;
    sums[parcels.land_use_current[row]] += land_m2 * (1 - planned);
  }
  return sums;
}

geom::Envelope box(double x0, double y0, double x1, double y1) { return {x0, y0, x1, y1}; }

TEST(Conversion, LandTakesItsPlannedUseWhenItsStageIsReached) {
  ProjectBuilder builder;
  builder.parcel("A", {.land_use = "1001", .planned = "0802", .box = box(0, 0, 100, 50)});
  builder.parcel("B", {.land_use = "1001", .planned = "0701", .box = box(100, 0, 200, 50)});
  builder.project("P", {.parcels = {"A"}});
  builder.phase("P-1", "P", {.carrier = 9000, .demolished = 1000});
  builder.event("P-1", "S5", "2022-05-01");
  builder.event("P-1", "S6", "2024-03-01");
  builder.parcel_event("B", "S6", "2024-06-01");
  const auto built = builder.build();

  const auto all = convert(built, "2023-12-31", "2024-12-31");
  expect_sums(land(all), {{"1001>0802", 5000}, {"1001>0701", 5000}});
  expect_sums(floor(all), {{"1001>0802", 8000}});
  EXPECT_EQ(all.links.front().pathway, "");
  EXPECT_EQ(all.links.back().pathway, "reserve_grant");
  EXPECT_EQ(all.links.back().parcels, std::vector<std::uint32_t>{0});
  EXPECT_EQ(all.links.back().phases, std::vector<std::uint32_t>{0});
  expect_sums(land(convert(built, "2023-12-31", "2024-03-01")), {{"1001>0802", 5000}, {"1001>1001", 5000}});
  expect_sums(land(convert(built, "2023-12-31", "2024-02-29")), {{"1001>1001", 10000}});
  // By another stage of the rule it was converted earlier, or is not yet.
  expect_sums(land(convert(built, "2021-12-31", "2023-12-31", ConversionBy::land_use,
                           {.from = planning::CountFrom::under_construction})),
              {{"1001>0802", 5000}, {"1001>1001", 5000}});
  expect_sums(
      land(convert(built, "2021-12-31", "2024-12-31", ConversionBy::land_use, {.from = planning::CountFrom::in_use})),
      {{"1001>1001", 10000}});
}

TEST(Conversion, AParcelOfTwoPhasesConvertsInParts) {
  ProjectBuilder builder;
  builder.parcel("A", {.land_use = "1001", .planned = "0802", .box = box(0, 0, 100, 40)});
  builder.project("P", {.parcels = {"A"}});
  builder.phase("P-1", "P", {.carrier = 100, .gross = 3000});
  builder.phase("P-2", "P", {.carrier = 50, .gross = 1000});
  builder.event("P-1", "S6", "2024-03-01");
  const auto built = builder.build();
  const auto uses = convert(built, "2023-12-31", "2024-12-31");
  expect_sums(land(uses), {{"1001>0802", 3000}, {"1001>1001", 1000}});
  expect_sums(floor(uses), {{"1001>0802", 100}, {"1001>1001", 50}});
  const auto stages = convert(built, "2023-12-31", "2024-12-31", ConversionBy::stage);
  expect_sums(land(stages), {{"S0>S6", 3000}, {"S0>S0", 1000}});
  expect_sums(floor(stages), {{"S0>S6", 100}, {"S0>S0", 50}});
}

TEST(Conversion, APhaseWithoutAnAreaTakesTheMeanOfTheOthers) {
  ProjectBuilder builder;
  builder.parcel("A", {.box = box(0, 0, 100, 60)});
  builder.project("P", {.parcels = {"A"}});
  builder.phase("P-1", "P", {.gross = 3000});
  builder.phase("P-2", "P", {.gross = 1000});
  builder.phase("P-3", "P", {});
  builder.event("P-3", "S6", "2024-03-01");
  expect_sums(land(convert(builder.build(), "2023-12-31", "2024-12-31", ConversionBy::stage)),
              {{"S0>S6", 2000}, {"S0>S0", 4000}});
}

TEST(Conversion, ASplitGivesEachChildItsPartOfTheParent) {
  ProjectBuilder builder;
  builder.parcel("P", {.land_use = "1001", .box = box(0, 0, 100, 100), .to = "2024-05-01"});
  builder.parcel("C1", {.land_use = "0802", .box = box(0, 0, 30, 100), .from = "2024-05-01"});
  builder.parcel("C2", {.land_use = "1401", .box = box(30, 0, 100, 100), .from = "2024-05-01", .to = "2024-08-01"});
  // The second child is split once more, and not all of it is given out again.
  builder.parcel("D1", {.land_use = "0701", .box = box(30, 0, 80, 100), .from = "2024-08-01"});
  const auto built = builder.build();
  expect_sums(land(convert(built, "2024-04-30", "2024-05-01")), {{"1001>0802", 3000}, {"1001>1401", 7000}});
  expect_sums(land(convert(built, "2024-01-01", "2024-12-31")),
              {{"1001>0802", 3000}, {"1001>0701", 5000}, {"1001>outside", 2000}});
  expect_sums(land(convert(built, "2024-05-01", "2024-12-31")),
              {{"0802>0802", 3000}, {"1401>0701", 5000}, {"1401>outside", 2000}});
}

TEST(Conversion, AMergeOverNewLandComesFromOutside) {
  ProjectBuilder builder;
  builder.parcel("A", {.land_use = "0101", .box = box(0, 0, 10, 10), .to = "2024-05-01"});
  builder.parcel("B", {.land_use = "0703", .box = box(10, 0, 20, 10), .to = "2024-05-01"});
  builder.parcel("M", {.land_use = "0802", .box = box(0, 0, 20, 15), .from = "2024-05-01"});
  expect_sums(land(convert(builder.build(), "2024-01-01", "2024-12-31")),
              {{"0101>0802", 100}, {"0703>0802", 100}, {"outside>0802", 100}});
}

TEST(Conversion, PhasesKeepTheirLandThroughAMerge) {
  ProjectBuilder builder;
  builder.parcel("A", {.box = box(0, 0, 10, 10), .to = "2024-05-01"});
  builder.parcel("B", {.box = box(10, 0, 20, 10), .to = "2024-05-01"});
  builder.parcel("M", {.box = box(0, 0, 20, 10), .from = "2024-05-01"});
  builder.project("P", {.parcels = {"A", "M"}});
  builder.project("Q", {.parcels = {"B", "M"}});
  builder.phase("P-1", "P", {.gross = 500});
  builder.phase("Q-1", "Q", {.gross = 500});
  builder.event("P-1", "S3", "2023-01-01");
  builder.event("Q-1", "S4", "2023-01-01");
  builder.event("P-1", "S5", "2024-06-01");
  // Each half of the merged parcel is half of each phase by floor area; the half that a phase brought stays its own,
  // as far as the halves allow.
  const auto stages = convert(builder.build(), "2024-01-01", "2024-12-31", ConversionBy::stage);
  expect_sums(land(stages), {{"S3>S5", 50}, {"S3>S4", 50}, {"S4>S4", 50}, {"S4>S5", 50}});
  expect_sums(Sums{{"before", stages.land_before_m2}, {"after", stages.land_after_m2}},
              {{"before", 200}, {"after", 200}});
}

TEST(Conversion, StalledPhasesAndPhasesWithoutLandAreShown) {
  ProjectBuilder builder;
  builder.project("P");
  builder.phase("P-1", "P", {.carrier = 700});
  builder.phase("P-2", "P", {});
  builder.event("P-1", "S4", "2023-01-01");
  builder.event("P-1", "SX", "2024-02-01");
  const auto built = builder.build();
  const auto stages = convert(built, "2023-12-31", "2024-12-31", ConversionBy::stage);
  expect_sums(floor(stages), {{"S4>SX", 700}});
  EXPECT_EQ(stages.missing_area, 1U);
  EXPECT_DOUBLE_EQ(stages.unplaced_floor_m2, 700);
  expect_sums(floor(convert(built, "2023-12-31", "2024-12-31")), {{"unplaced>unplaced", 700}});
}

TEST(Conversion, AStalledPhaseOnLandWithoutEventsOfItsOwn) {
  ProjectBuilder builder;
  builder.parcel("A", {.box = box(0, 0, 10, 10)});
  builder.project("P", {.parcels = {"A"}});
  builder.phase("P-1", "P", {.carrier = 70});
  builder.event("P-1", "S4", "2023-01-01");
  builder.event("P-1", "SX", "2024-02-01");
  expect_sums(land(convert(builder.build(), "2023-12-31", "2024-12-31", ConversionBy::stage)), {{"S4>SX", 100}});
}

TEST(Conversion, OverlapIsTold) {
  ProjectBuilder builder;
  builder.parcel("P", {.box = box(0, 0, 10, 10), .to = "2024-05-01"});
  builder.parcel("C1", {.box = box(0, 0, 6, 10), .from = "2024-05-01"});
  builder.parcel("C2", {.box = box(4, 0, 10, 10), .from = "2024-05-01"});
  EXPECT_NEAR(convert(builder.build(), "2024-01-01", "2024-12-31").overlap_m2, 20, 1e-6);
}

TEST(Conversion, DatesInTheWrongOrderAreRefused) {
  ProjectBuilder builder;
  const auto built = builder.build();
  EXPECT_THROW(convert(built, "2024-01-02", "2024-01-01"), base::Error);
  EXPECT_NO_THROW(convert(built, "2024-01-01", "2024-01-01"));
}

// A square is cut anew several times: strips are split and merged at random, phases come and go, and between any two
// dates the links add up to the land in force at both, per state.
TEST(Conversion, NoSquareMetreIsLostInRandomFabrics) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    std::mt19937 random(seed);
    const auto pick = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
    const char* days[] = {"2020-01-01", "2021-01-01", "2022-01-01", "2023-01-01"};
    const char* uses[] = {"0101", "1001", "0802", "0701", ""};
    struct Strip {
      double x0, x1;
      std::string use, planned;
      std::size_t first, last;  // generations in which it is in force
    };
    std::vector<Strip> strips, now;
    for (double x = 0; x < 1000; x += 100) now.push_back({x, x + 100, uses[pick(5)], uses[pick(5)], 0, 3});
    for (std::size_t generation = 1; generation <= 3; ++generation) {
      std::vector<Strip> next;
      const auto retire = [&](Strip strip) {
        strip.last = generation - 1;
        strips.push_back(strip);
      };
      for (std::size_t i = 0; i < now.size(); ++i) {
        const std::size_t what = pick(4);
        if (what == 0) {
          const double cut = now[i].x0 + (now[i].x1 - now[i].x0) * (0.1 + 0.8 * static_cast<double>(pick(1000)) / 1000);
          retire(now[i]);
          next.push_back({now[i].x0, cut, uses[pick(5)], uses[pick(5)], generation, 3});
          next.push_back({cut, now[i].x1, uses[pick(5)], uses[pick(5)], generation, 3});
        } else if (what == 1 && i + 1 < now.size()) {
          retire(now[i]);
          retire(now[i + 1]);
          next.push_back({now[i].x0, now[i + 1].x1, uses[pick(5)], uses[pick(5)], generation, 3});
          ++i;
        } else {
          next.push_back(now[i]);
        }
      }
      now = next;
    }
    strips.insert(strips.end(), now.begin(), now.end());

    ProjectBuilder builder;
    std::vector<std::string> codes;
    for (const Strip& strip : strips) {
      codes.push_back("T" + std::to_string(codes.size()));
      test::ParcelFacts facts{.land_use = strip.use, .planned = strip.planned, .box = box(strip.x0, 0, strip.x1, 77)};
      if (strip.first > 0) facts.from = days[strip.first];
      if (strip.last < 3) facts.to = days[strip.last + 1];
      builder.parcel(codes.back(), facts);
    }
    for (int i = 0; i < 12; ++i) {
      const std::string code = "P" + std::to_string(i);
      builder.project(code, {.parcels = {codes[pick(codes.size())], codes[pick(codes.size())]}});
      builder.phase(code + "-1", code, {.carrier = 100.0 + i, .gross = i % 3 == 0 ? model::unknown : 130.0 * i});
      const char* stages[] = {"S3", "S4", "S5", "S6", "S7", "SX"};
      for (int k = 0; k < 3; ++k) builder.event(code + "-1", stages[pick(6)], days[pick(4)]);
      builder.parcel_event(codes[pick(codes.size())], stages[pick(6)], days[pick(4)]);
    }
    const auto built = builder.build();
    for (const auto& [first, second] : {std::pair(0, 3), {0, 1}, {1, 2}, {2, 2}}) {
      for (const ConversionBy by : {ConversionBy::land_use, ConversionBy::stage}) {
        SCOPED_TRACE(std::to_string(seed) + " " + days[first] + " " + days[second]);
        const auto across = convert(built, days[first], days[second], by);
        const auto before = convert(built, days[first], days[first], by);
        const auto after = convert(built, days[second], days[second], by);
        EXPECT_NEAR(across.land_before_m2, 77000, lost_m2);
        EXPECT_NEAR(across.land_after_m2, 77000, lost_m2);
        std::map<std::size_t, double> left, entered, was, is;
        double whole = 0, floor_m2 = 0;
        for (const auto& link : across.links) {
          left[link.from] += link.land_m2;
          entered[link.to] += link.land_m2;
          whole += link.land_m2;
          floor_m2 += link.floor_m2;
        }
        for (const auto& link : before.links) was[link.from] += link.land_m2;
        for (const auto& link : after.links) is[link.from] += link.land_m2;
        EXPECT_NEAR(whole, 77000, lost_m2);
        EXPECT_NEAR(floor_m2, across.floor_m2, 1e-6);
        for (std::size_t state = 0; state < across.states.size(); ++state) {
          EXPECT_NEAR(left[state], was[state], lost_m2) << name(across.states[state]);
          EXPECT_NEAR(entered[state], is[state], lost_m2) << name(across.states[state]);
        }
        if (by == ConversionBy::stage) continue;
        Sums in_use = land_in_use(built, days[second]);
        for (const auto& [state, land_m2] : is) {
          if (across.states[state].kind == planning::ConversionState::Kind::outside ||
              across.states[state].kind == planning::ConversionState::Kind::unplaced)
            continue;
          EXPECT_NEAR(in_use[across.states[state].code], land_m2, lost_m2) << name(across.states[state]);
        }
      }
    }
  }
}

TEST(Conversion, FloorSpaceByStageIsWhatSupplySays) {
  ProjectBuilder builder;
  builder.parcel("A", {.box = box(0, 0, 100, 50)});
  builder.parcel_event("A", "S7", "2021-01-01");  // of the land, not of the floor space
  builder.project("P", {.parcels = {"A"}});
  builder.project("Q", {.pathway = "renewal"});
  builder.phase("P-1", "P", {.carrier = 9000, .demolished = 1000});
  builder.phase("P-2", "P", {.carrier = 100});
  builder.phase("Q-1", "Q", {.carrier = 40});
  builder.event("P-1", "S5", "2022-05-01");
  builder.event("P-1", "S6", "2024-03-01");
  builder.event("P-2", "SX", "2024-03-01");
  builder.event("Q-1", "S5", "2020-03-01");
  const auto built = builder.build();
  const auto stages = convert(built, "2023-12-31", "2024-12-31", ConversionBy::stage);
  std::map<std::string, double> before, after;
  for (const auto& link : stages.links) {
    before[stages.states[link.from].code] += link.floor_m2;
    after[stages.states[link.to].code] += link.floor_m2;
  }
  const auto expect_supply = [&](std::map<std::string, double>& by_stage, const char* at) {
    for (const auto& group : built.supply(at, {}, {planning::GroupBy::stage}).groups) {
      EXPECT_NEAR(by_stage[group.key.front()], group.area_m2, 1e-9) << at << " " << group.key.front();
    }
  };
  expect_supply(before, "2023-12-31");
  expect_supply(after, "2024-12-31");
}

}  // namespace
