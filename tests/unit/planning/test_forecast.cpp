// Rule 7 and 9: the Monte Carlo runs against closed forms, enumeration and numeric convolution, what is certain, what
// is left out, and that the same seed gives the same bytes on any number of threads.
#include "planning/forecast.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numeric>
#include <random>

#include "base/error.h"
#include "support/project_builder.h"

using namespace zaitu;
using planning::CountFrom;
using planning::CountingRule;
using planning::Forecast;
using planning::ForecastOptions;
using planning::LeftOut;
using planning::Triangular;
using test::day;
using test::ProjectBuilder;
using testing::ElementsAre;

namespace {

constexpr double month_days = 365.2425 / 12;
constexpr double tolerance = 0.01;  // of a probability

Forecast forecast_of(const test::Built& built, std::string_view as_of, const ForecastOptions& options = {},
                     const CountingRule& rule = {}, unsigned threads = 1) {
  base::Progress progress;
  return planning::forecast(built.project, built.locations, planning::StageHistories(built.project), day(as_of), rule,
                            options, progress, threads);
}

// S1 -> S5 -> S6 -> S7 with certain durations, unless a test says otherwise.
ProjectBuilder renewal(const test::TimedStage& study = {"S1", 6, 6, 6, 1},
                       const test::TimedStage& construction = {"S5", 12, 12, 12, 1}) {
  ProjectBuilder b;
  b.timed_pathway("renewal", {study, construction, {"S6", 3, 3, 3, 1}, {"S7", 0, 0, 0, 1}});
  b.project("A", {.pathway = "renewal"});
  return b;
}

// Share of a triangular duration in months that ends within `days`, given that it exceeds `spent` days.
double conditional_cdf(const Triangular& months, double days, double spent) {
  const double before = months.cdf(spent / month_days);
  return (months.cdf(days / month_days) - before) / (1 - before);
}

const planning::ForecastPoint& at(const Forecast& forecast, std::string_view date) {
  for (const auto& point : forecast.points) {
    if (point.at == day(date)) return point;
  }
  throw std::invalid_argument("no point");
}

std::vector<std::pair<std::string, std::string>> left_out(const test::Built& built, const Forecast& forecast) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (const LeftOut& row : forecast.left_out) {
    rows.emplace_back((*built.project.phases)[row.phase].code, planning::name_of(row.reason));
  }
  return rows;
}

bool same(const Forecast& a, const Forecast& b) {
  const auto equal_points = [](const auto& p, const auto& q) {
    return p.at == q.at && p.p10_m2 == q.p10_m2 && p.p50_m2 == q.p50_m2 && p.p90_m2 == q.p90_m2 &&
           p.mean_m2 == q.mean_m2;
  };
  const auto equal_targets = [](const auto& p, const auto& q) {
    return p.probability == q.probability && p.p50_date == q.p50_date;
  };
  const auto equal_phases = [](const auto& p, const auto& q) {
    return p.phase == q.phase && p.probability == q.probability && p.median_date == q.median_date;
  };
  return std::equal(a.points.begin(), a.points.end(), b.points.begin(), b.points.end(), equal_points) &&
         std::equal(a.targets.begin(), a.targets.end(), b.targets.begin(), b.targets.end(), equal_targets) &&
         std::equal(a.phases.begin(), a.phases.end(), b.phases.begin(), b.phases.end(), equal_phases);
}

// Many phases at all stages of the ordinary pathway, in three circles.
ProjectBuilder a_ledger(int projects) {
  ProjectBuilder b;
  b.timed_pathway("reserve_grant", {{"S0", 3, 6, 18, 0.15},
                                    {"S1", 6, 9, 24, 0.3},
                                    {"S2", 6, 12, 36, 0.4},
                                    {"S3", 3, 6, 18, 0.55},
                                    {"S4", 2, 4, 12, 0.75},
                                    {"S5", 18, 24, 42, 0.95},
                                    {"S6", 1, 3, 9, 0.99},
                                    {"S7", 0, 0, 0, 1}});
  std::mt19937_64 random(20240701);
  for (int i = 0; i < projects; ++i) {
    const std::string code = "A" + std::to_string(i);
    b.project(code);
    b.phase(code + "-1", code, {.carrier = 1000.5 + static_cast<double>(random() % 20000)});
    const auto stages = static_cast<int>(random() % 7);
    base::Date date = day("2024-12-31").plus_days(-static_cast<int>(random() % 400));
    for (int stage = stages; stage > 0; --stage) {
      b.event(code + "-1", "S" + std::to_string(stage), date.iso());
      date = date.plus_days(-200);
    }
  }
  b.target(2024, 20);
  b.target(2026, 30);
  b.target(2027, 40);
  return b;
}

}  // namespace

TEST(Forecast, CertainDatesAreThoseOfTheCalendar) {
  ProjectBuilder b = renewal();
  b.phase("A1", "A", {.carrier = 10000});
  b.phase("A2", "A", {.carrier = 500, .demolished = 200});
  b.event("A1", "S5", "2024-03-01");  // 365.2425 days: after 1 March 2025
  b.event("A2", "S6", "2020-01-01");
  b.target(2024, 0.5);
  b.target(2025, 1);
  b.target(2026, 2);
  const auto built = b.build();
  const Forecast f = forecast_of(built, "2024-12-31", {.until = day("2025-08-01"), .draws = 100});
  EXPECT_EQ(f.until, day("2025-09-30"));
  EXPECT_EQ(f.horizon, day("2026-12-31"));
  EXPECT_EQ(f.counted_m2, 300);
  ASSERT_EQ(f.points.size(), 4U);
  EXPECT_EQ(f.points.front().at, day("2024-12-31"));
  for (const auto& point : f.points) {
    const double expected = point.at < day("2025-03-02") ? 300 : 10300;
    EXPECT_EQ(point.p10_m2, expected) << point.at.iso();
    EXPECT_EQ(point.p50_m2, expected);
    EXPECT_EQ(point.p90_m2, expected);
    EXPECT_EQ(point.mean_m2, expected);
  }
  ASSERT_EQ(f.targets.size(), 3U);
  EXPECT_TRUE(f.targets[0].decided);
  EXPECT_EQ(f.targets[0].probability, 0);
  EXPECT_EQ(f.targets[0].p50_date, day("2025-03-02"));  // late, but reached
  EXPECT_FALSE(f.targets[1].decided);
  EXPECT_EQ(f.targets[1].probability, 1);
  EXPECT_EQ(f.targets[1].target.gap_m2, 9700);
  EXPECT_EQ(f.targets[1].p50_date, day("2025-03-02"));
  EXPECT_EQ(f.targets[2].probability, 0);
  EXPECT_FALSE(f.targets[2].p50_date.has_value());
  ASSERT_EQ(f.phases.size(), 1U);
  EXPECT_EQ(f.phases[0].median_date, day("2025-03-02"));
  EXPECT_THAT(f.ahead, ElementsAre(1, 2));
  EXPECT_THAT(f.phases[0].probability, ElementsAre(1, 1));
}

TEST(Forecast, ByDefaultTheCurveGoesEightQuartersOrToTheLastTarget) {
  ProjectBuilder b = renewal();
  b.phase("A1", "A", {.carrier = 1});
  EXPECT_EQ(forecast_of(b.build(), "2024-12-31", {.draws = 1}).points.size(), 9U);
  EXPECT_EQ(forecast_of(b.build(), "2024-11-15", {.draws = 1}).until, day("2026-12-31"));
  b.target(2030, 1);
  EXPECT_EQ(forecast_of(b.build(), "2024-11-15", {.draws = 1}).until, day("2030-12-31"));
}

TEST(Forecast, OnePhaseHasTheClosedForm) {
  const Triangular months{8, 14, 30};
  ProjectBuilder b = renewal({"S1", 6, 6, 6, 1}, {"S5", months.min, months.mode, months.max, 0.8});
  b.phase("A1", "A", {.carrier = 10000});
  b.event("A1", "S1", "2023-01-01");
  b.event("A1", "S5", "2024-02-10");  // 325 days: between min and mode
  b.target(2025, 1);
  b.target(2026, 1);
  const auto built = b.build();
  const Forecast f = forecast_of(built, "2024-12-31", {.draws = 40000});
  const double spent = day("2024-12-31").days() - day("2024-02-10").days();
  for (std::size_t i = 0; i < f.points.size(); ++i) {
    const double days = f.points[i].at.days() - day("2024-02-10").days();
    const double expected = 0.8 * conditional_cdf(months, days, spent);
    EXPECT_NEAR(f.points[i].mean_m2 / 10000, expected, tolerance) << f.points[i].at.iso();
    EXPECT_EQ(f.points[i].p50_m2, expected > 0.5 ? 10000 : 0);
  }
  for (int i : {0, 1}) {
    const double days = base::Date::year_end(2025 + i).days() - day("2024-02-10").days();
    EXPECT_NEAR(*f.targets[static_cast<std::size_t>(i)].probability, 0.8 * conditional_cdf(months, days, spent),
                tolerance);
  }
  // P50 reaches the area where the distribution, with a fifth of it never, reaches a half.
  double low = spent, high = 900;
  while (high - low > 1e-6) {
    const double middle = (low + high) / 2;
    (0.8 * conditional_cdf(months, middle, spent) < 0.5 ? low : high) = middle;
  }
  EXPECT_NEAR(f.targets[0].p50_date->days(), day("2024-02-10").days() + high, 4);
  // The median of those that are completed.
  low = spent;
  high = 900;
  while (high - low > 1e-6) {
    const double middle = (low + high) / 2;
    (conditional_cdf(months, middle, spent) < 0.5 ? low : high) = middle;
  }
  EXPECT_NEAR(f.phases[0].median_date->days(), day("2024-02-10").days() + high, 4);
}

TEST(Forecast, SpentTimeBeyondTheModeIsRuledOutToo) {
  const Triangular months{8, 14, 30};
  ProjectBuilder b = renewal({"S1", 6, 6, 6, 1}, {"S5", months.min, months.mode, months.max, 1});
  b.phase("A1", "A", {.carrier = 10000});
  b.event("A1", "S5", "2023-03-01");  // 671 days: 22 of 30 months
  b.target(2025, 1);
  const auto built = b.build();
  const Forecast f = forecast_of(built, "2024-12-31", {.draws = 40000});
  for (const auto& point : f.points) {
    const double days = point.at.days() - day("2023-03-01").days();
    EXPECT_NEAR(point.mean_m2 / 10000, conditional_cdf(months, days, 671), tolerance) << point.at.iso();
  }
}

TEST(Forecast, TwoPhasesAreIndependent) {
  const Triangular months{10, 12, 20};
  ProjectBuilder b = renewal({"S1", 6, 6, 6, 1}, {"S5", months.min, months.mode, months.max, 0.9});
  b.phase("A1", "A", {.carrier = 10000});
  b.phase("A2", "A", {.carrier = 7000});
  b.event("A1", "S5", "2024-10-01");
  b.event("A2", "S5", "2024-12-31");
  b.target(2025, 1.7);  // needs both
  b.target(2026, 0.7);  // needs any
  const auto built = b.build();
  const Forecast f = forecast_of(built, "2024-12-31", {.draws = 40000});
  const double spent = day("2024-12-31").days() - day("2024-10-01").days();
  const auto p = [&](std::string_view date, std::string_view begun, double spent_days) {
    return 0.9 * conditional_cdf(months, day(date).days() - day(begun).days(), spent_days);
  };
  const double first = p("2025-12-31", "2024-10-01", spent), second = p("2025-12-31", "2024-12-31", 0);
  ASSERT_GT(first * second, 0.05);
  EXPECT_NEAR(*f.targets[0].probability, first * second, tolerance);
  const double any = 1 - (1 - p("2026-12-31", "2024-10-01", spent)) * (1 - p("2026-12-31", "2024-12-31", 0));
  EXPECT_NEAR(*f.targets[1].probability, any, tolerance);
  EXPECT_NEAR(at(f, "2025-12-31").mean_m2, 10000 * first + 7000 * second, 150);
}

// Every outcome of several phases of different sizes, each with its chance to count by then.
TEST(Forecast, ProbabilityIsThatOfTheEnumeration) {
  ProjectBuilder b;
  const std::vector<Triangular> months = {{4, 8, 20}, {6, 9, 14}, {2, 12, 24}, {12, 15, 18}, {1, 2, 30}};
  const std::vector<double> chance = {0.9, 0.7, 1, 0.6, 0.85};
  const std::vector<double> areas = {12000, 7500, 4000, 21000, 3300};
  const char* const begun = "2025-03-15";
  for (std::size_t i = 0; i < months.size(); ++i) {
    const std::string code = "P" + std::to_string(i);
    b.timed_pathway(code, {{"S5", months[i].min, months[i].mode, months[i].max, chance[i]}, {"S6", 0, 0, 0, 1}});
    b.project(code, {.pathway = code});
    b.phase(code + "-1", code, {.carrier = areas[i]});
    b.event(code + "-1", "S5", begun);
  }
  b.phase("P0-0", "P0", {.carrier = 5000});
  b.event("P0-0", "S6", "2024-01-01");
  for (const auto& [year, target] : {std::pair{2025, 1.5}, {2026, 3.2}, {2027, 4.5}}) b.target(year, target);
  const auto built = b.build();
  const Forecast f = forecast_of(built, "2025-06-30");
  const double spent = day("2025-06-30").days() - day(begun).days();
  ASSERT_EQ(f.draws, 10000);
  for (std::size_t t = 0; t < f.targets.size(); ++t) {
    const double days = base::Date::year_end(f.targets[t].target.year).days() - day(begun).days();
    double expected = 0;
    for (unsigned outcome = 0; outcome < 32; ++outcome) {
      double probability = 1, area = 5000;
      for (std::size_t i = 0; i < areas.size(); ++i) {
        const double p = chance[i] * conditional_cdf(months[i], days, spent);
        const bool counts = (outcome >> i & 1U) != 0;
        probability *= counts ? p : 1 - p;
        if (counts) area += areas[i];
      }
      if (area >= f.targets[t].target.target_m2) expected += probability;
    }
    EXPECT_NEAR(*f.targets[t].probability, expected, tolerance) << f.targets[t].target.year;
    EXPECT_GT(expected, 0.02);
    EXPECT_LT(expected, 0.98);
  }
}

// Three stages in a row: their sum by numeric convolution in steps of a quarter of a day.
TEST(Forecast, StagesInARowAreTheConvolution) {
  const Triangular study{4, 8, 20}, building{8, 14, 30}, opening{1, 3, 9};
  ProjectBuilder b;
  b.timed_pathway("renewal", {{"S1", study.min, study.mode, study.max, 0.6},
                              {"S5", building.min, building.mode, building.max, 0.95},
                              {"S6", opening.min, opening.mode, opening.max, 0.99},
                              {"S7", 0, 0, 0, 1}});
  b.project("A", {.pathway = "renewal"});
  b.phase("A1", "A", {.carrier = 10000});
  b.event("A1", "S1", "2024-05-31");
  for (int year : {2026, 2027, 2028}) b.target(year, 1);
  const auto built = b.build();
  const Forecast f = forecast_of(built, "2024-12-31", {.draws = 40000}, {.from = CountFrom::in_use});

  constexpr double step = 0.25;
  const double spent = day("2024-12-31").days() - day("2024-05-31").days();
  const auto density = [&](const Triangular& months, double spent_days) {
    std::vector<double> mass;
    for (double t = 0; t < months.max * month_days + step; t += step) {
      const double from = std::max(t, spent_days), to = std::max(t + step, spent_days);
      mass.push_back(conditional_cdf(months, to, spent_days) - conditional_cdf(months, from, spent_days));
    }
    return mass;
  };
  const auto convolve = [](const std::vector<double>& a, const std::vector<double>& c) {
    std::vector<double> sum(a.size() + c.size(), 0.0);
    for (std::size_t i = 0; i < a.size(); ++i) {
      for (std::size_t j = 0; j < c.size(); ++j) sum[i + j] += a[i] * c[j];
    }
    return sum;
  };
  const auto mass = convolve(convolve(density(study, spent), density(building, 0)), density(opening, 0));
  for (const auto& target : f.targets) {
    const double days = base::Date::year_end(target.target.year).days() - day("2024-05-31").days();
    double expected = 0;
    // Each of the three steps is half a step late in the mean.
    for (std::size_t i = 0; i < mass.size(); ++i) {
      if (static_cast<double>(i) * step + 1.5 * step <= days) expected += mass[i];
    }
    EXPECT_NEAR(*target.probability, 0.6 * expected, tolerance) << target.target.year;
  }
}

TEST(Forecast, AStageThatTookTooLongBeginsAnew) {
  ProjectBuilder b = renewal({"S1", 6, 6, 6, 1}, {"S5", 10, 12, 14, 1});
  b.phase("A1", "A", {.carrier = 10000});
  b.event("A1", "S5", "2023-01-01");  // nearly two years, max is 14 months
  const auto built = b.build();
  const Forecast f = forecast_of(built, "2024-12-31", {.draws = 20000});
  EXPECT_TRUE(f.phases.at(0).begins_anew);
  for (const auto& point : f.points) {
    const double days = point.at.days() - day("2024-12-31").days();
    EXPECT_NEAR(point.mean_m2 / 10000, (Triangular{10, 12, 14}.cdf(days / month_days)), tolerance);
  }
  // Exactly at its max it begins anew, too; a day before it is sure to end with the day.
  b = renewal({"S1", 6, 6, 6, 1}, {"S5", 0, 0, 0, 1});
  b.phase("A1", "A", {.carrier = 10000});
  b.event("A1", "S5", "2024-12-31");
  const Forecast none = forecast_of(b.build(), "2024-12-31", {.draws = 1});
  EXPECT_TRUE(none.phases.at(0).begins_anew);
  EXPECT_EQ(none.points[0].p50_m2, 0);  // what has not happened on the as-of date has not
  EXPECT_EQ(none.phases.at(0).median_date, day("2025-01-01"));
}

TEST(Forecast, WithoutAnEventTheFirstStageBeginsAtTheAsOfDate) {
  ProjectBuilder b = renewal();
  b.phase("A1", "A", {.carrier = 10000});
  const Forecast f = forecast_of(b.build(), "2024-12-31", {.draws = 10});
  EXPECT_TRUE(f.phases.at(0).without_event);
  EXPECT_EQ(f.phases.at(0).median_date, day("2026-07-02"));  // 18 months are 547.86 days
}

TEST(Forecast, TheNewestEventCountsAfterAStandstill) {
  ProjectBuilder b = renewal({"S1", 6, 6, 6, 1}, {"S5", 12, 12, 12, 1});
  b.phase("A1", "A", {.carrier = 10000});
  b.event("A1", "S5", "2022-06-30");
  b.event("A1", "SX", "2023-11-15");
  auto built = b.build();
  EXPECT_THAT(left_out(built, forecast_of(built, "2024-12-31", {.draws = 10})),
              ElementsAre(std::pair("A1", "stalled")));
  EXPECT_EQ(forecast_of(built, "2024-12-31", {.draws = 10}).points.back().p90_m2, 0);
  b.event("A1", "S5", "2024-09-02");
  built = b.build();
  EXPECT_EQ(forecast_of(built, "2024-12-31", {.draws = 10}).phases.at(0).median_date, day("2025-09-03"));
}

TEST(Forecast, WhatCountsAlreadyIsCertainEvenWhenItsChanceIsSmall) {
  ProjectBuilder b;
  b.timed_pathway("renewal", {{"S5", 6, 6, 6, 0.1}, {"S6", 3, 3, 3, 0.1}, {"S7", 0, 0, 0, 0.1}});
  b.project("A", {.pathway = "renewal"});
  b.phase("A1", "A", {.carrier = 10000});
  b.event("A1", "S6", "2024-01-01");
  const Forecast f = forecast_of(b.build(), "2024-12-31");
  EXPECT_EQ(f.counted_m2, 10000);
  EXPECT_EQ(f.points.back().p10_m2, 10000);
  EXPECT_TRUE(f.phases.empty());
}

TEST(Forecast, AForecastDateIsTakenAsGiven) {
  ProjectBuilder b = renewal({"S1", 4, 8, 20, 0.5}, {"S5", 12, 12, 12, 1});
  b.phase("A1", "A", {.carrier = 10000});
  b.event("A1", "S1", "2024-06-30");
  b.event("A1", "S6", "2026-03-10", model::EventKind::forecast);
  b.event("A1", "S6", "2026-08-20", model::EventKind::forecast);  // recorded later: it holds
  b.event("A1", "S6", "2025-01-15", model::EventKind::baseline);
  b.event("A1", "S6", "2025-01-15", model::EventKind::commitment);
  const Forecast f = forecast_of(b.build(), "2024-12-31");
  EXPECT_EQ(f.phases.at(0).median_date, day("2026-08-20"));
  EXPECT_EQ(at(f, "2026-06-30").mean_m2, 0);
  EXPECT_NEAR(at(f, "2026-09-30").mean_m2, 5000, 150);  // its chance stays that of its present stage
  // An earlier stage's date: the rest is drawn from there.
  b.event("A1", "S6", "2024-12-31", model::EventKind::forecast);  // did not come true
  b.event("A1", "S5", "2025-06-30", model::EventKind::forecast);
  const Forecast from_start = forecast_of(b.build(), "2024-12-31");
  EXPECT_TRUE(from_start.phases.at(0).outdated_forecast);
  EXPECT_EQ(from_start.phases.at(0).median_date, day("2026-07-01"));
  const Forecast without = forecast_of(b.build(), "2024-12-31", {.use_forecast_dates = false});
  EXPECT_NE(without.phases.at(0).median_date, from_start.phases.at(0).median_date);
}

TEST(Forecast, AForecastDateHoldsWhateverIsDrawnBefore) {
  // Study alone takes until 2026: the date of completion holds, and construction begins by then at the latest.
  ProjectBuilder b = renewal({"S1", 24, 24, 24, 1}, {"S5", 12, 12, 12, 1});
  b.phase("A1", "A", {.carrier = 10000});
  b.event("A1", "S1", "2024-06-30");
  b.event("A1", "S6", "2025-08-20", model::EventKind::forecast);
  const auto built = b.build();
  EXPECT_EQ(forecast_of(built, "2024-12-31", {.draws = 10}).phases.at(0).median_date, day("2025-08-20"));
  EXPECT_EQ(
      forecast_of(built, "2024-12-31", {.draws = 10}, {.from = CountFrom::under_construction}).phases.at(0).median_date,
      day("2025-08-20"));
  EXPECT_EQ(forecast_of(built, "2024-12-31", {.draws = 10}, {.from = CountFrom::in_use}).phases.at(0).median_date,
            day("2025-11-20"));  // 91.3 days later
}

TEST(Forecast, ADelayLengthensWhatIsStillToCome) {
  ProjectBuilder b = renewal({"S1", 6, 6, 6, 1}, {"S5", 12, 12, 12, 1});
  b.phase("A1", "A", {.carrier = 10000});
  b.phase("A2", "A", {.carrier = 10000});
  b.event("A1", "S5", "2024-07-01");
  b.event("A2", "S5", "2024-07-01");
  b.event("A2", "S6", "2025-10-01", model::EventKind::forecast);
  b.target(2026, 1);
  const auto built = b.build();
  const Forecast twice = forecast_of(built, "2024-12-31", {.draws = 10, .delay = Triangular{2, 2, 2}});
  EXPECT_EQ(twice.phases.at(0).median_date, day("2025-12-31"));  // 182.2425 days were left
  EXPECT_EQ(twice.phases.at(1).median_date, day("2025-10-01"));
  // All phases of a run are late together: of two alike, either both count or none.
  ProjectBuilder c = renewal();
  for (const char* code : {"A1", "A2"}) {
    c.phase(code, "A", {.carrier = 10000});
    c.event(code, "S5", "2024-12-31");
  }
  const Forecast common = forecast_of(c.build(), "2024-12-31", {.draws = 20000, .delay = Triangular{0.5, 1, 1.5}});
  EXPECT_EQ(at(common, "2025-12-31").p10_m2, 0);
  EXPECT_EQ(at(common, "2025-12-31").p90_m2, 20000);
  EXPECT_NEAR(at(common, "2025-12-31").mean_m2, 10000, 200);
  EXPECT_NEAR(at(common, "2025-09-30").mean_m2, 20000 * (Triangular{0.5, 1, 1.5}.cdf(273 / 365.2425)), 200);
}

TEST(Forecast, WhatCannotBeDrawnIsListedWithItsReason) {
  ProjectBuilder b = renewal();
  b.timed_pathway("no_months", {{"S1", 6, model::unknown, 9, 1}, {"S5", 6, 6, 6, 1}, {"S6", 0, 0, 0, 1}});
  b.timed_pathway("wrong_months", {{"S1", 6, 5, 9, 1}, {"S5", 6, 6, 6, 1}, {"S6", 0, 0, 0, 1}});
  b.timed_pathway("no_chance", {{"S1", 6, 6, 9, model::unknown}, {"S5", 6, 6, 6, 1}, {"S6", 0, 0, 0, 1}});
  b.timed_pathway("ends_early", {{"S1", 6, 6, 9, 1}, {"S5", 6, 6, 6, 1}});
  for (const char* code : {"no_months", "wrong_months", "no_chance", "ends_early", "unheard_of"}) {
    b.project(code, {.pathway = code});
    b.phase(code, code, {.carrier = 1000});
  }
  b.phase("no_area", "A", {.gross = 1000});
  b.phase("no_months_left", "no_months", {.carrier = 4000});
  b.event("no_months_left", "S5", "2024-12-31");  // what is missing lies behind it
  b.phase("no_months_needed", "no_months", {.carrier = 2000});
  b.event("no_months_needed", "S5", "2025-06-30", model::EventKind::forecast);
  const auto built = b.build();
  const Forecast f = forecast_of(built, "2024-12-31", {.draws = 10});
  EXPECT_THAT(left_out(built, f),
              ElementsAre(std::pair("no_months", "no_durations"), std::pair("wrong_months", "no_durations"),
                          std::pair("no_chance", "no_probability"), std::pair("ends_early", "never_counts"),
                          std::pair("unheard_of", "no_pathway"), std::pair("no_area", "no_area")));
  EXPECT_EQ(f.points.back().p50_m2, 6000);
  EXPECT_EQ(f.missing_area, 1U);
}

TEST(Forecast, AStageOffThePathwayStandsForTheOneBefore) {
  ProjectBuilder b = renewal({"S1", 6, 6, 6, 1}, {"S5", 12, 12, 12, 1});
  b.phase("A1", "A", {.carrier = 10000});
  b.event("A1", "S4", "2024-10-01");  // the pathway has S1 and S5 only
  b.phase("A2", "A", {.carrier = 10000});
  b.event("A2", "S0", "2024-10-01");  // before its first stage
  const auto built = b.build();
  const Forecast f = forecast_of(built, "2024-12-31", {.draws = 10});
  ASSERT_EQ(f.phases.size(), 1U);
  EXPECT_TRUE(f.phases[0].off_pathway);
  EXPECT_EQ(f.phases[0].median_date, day("2026-04-02"));
  EXPECT_THAT(left_out(built, f), ElementsAre(std::pair("A2", "no_probability")));
}

TEST(Forecast, FollowsTheRule) {
  ProjectBuilder b;
  b.timed_pathway("renewal", {{"S1", 6, 6, 6, 1}, {"S5", 6, 6, 6, 1}, {"S6", 6, 6, 6, 1}, {"S7", 0, 0, 0, 1}});
  for (const char* code : {"C1", "C2"}) b.circle(code);
  b.parcel("P1", {.area_m2 = 1000, .circles = {{"C1", 0.75}, {"C2", 0.25}}});
  b.project("A", {.pathway = "renewal", .parcels = {"P1"}});
  b.phase("A1", "A", {.carrier = 8000, .gross = 10000, .plot_ratio = 9000, .demolished = 2000});
  b.event("A1", "S1", "2024-12-31");
  const auto built = b.build();
  const auto last = [&](const CountingRule& rule) {
    return forecast_of(built, "2024-12-31", {.draws = 10}, rule).points.back().p50_m2;
  };
  EXPECT_EQ(last({}), 6000);
  EXPECT_EQ(last({.net = false}), 8000);
  EXPECT_EQ(last({.area = planning::FloorArea::gross}), 8000);
  EXPECT_EQ(last({.scope = "C1"}), 6000);
  EXPECT_EQ(last({.scope = "C2"}), 0);
  EXPECT_EQ(last({.scope = "C1", .split_by_share = true}), 4500);
  EXPECT_EQ(last({.scope = "C2", .split_by_share = true}), 1500);
  const auto median = [&](CountFrom from) {
    return forecast_of(built, "2024-12-31", {.draws = 10}, {.from = from}).phases.at(0).median_date;
  };
  EXPECT_EQ(median(CountFrom::under_construction), day("2025-07-02"));
  EXPECT_EQ(median(CountFrom::completed), day("2026-01-01"));
  EXPECT_EQ(median(CountFrom::in_use), day("2026-07-02"));
}

TEST(Forecast, SameSeedSameBytesOnAnyNumberOfThreads) {
  const auto built = a_ledger(150).build();
  const ForecastOptions options{.draws = 3001, .seed = 7, .delay = Triangular{0.9, 1, 1.4}};
  const Forecast once = forecast_of(built, "2024-12-31", options);
  EXPECT_TRUE(same(once, forecast_of(built, "2024-12-31", options)));
  for (const unsigned threads : {2U, 3U, 7U}) {
    EXPECT_TRUE(same(once, forecast_of(built, "2024-12-31", options, {}, threads))) << threads;
  }
  ForecastOptions other = options;
  other.seed = 8;
  EXPECT_FALSE(same(once, forecast_of(built, "2024-12-31", other)));
}

TEST(Forecast, MeanIsTheSumOfWhatIsExpected) {
  const auto built = a_ledger(100).build();
  const Forecast f = forecast_of(built, "2024-12-31");
  for (std::size_t i = 0; i < f.ahead.size(); ++i) {
    double sum = f.counted_m2;
    for (const auto& phase : f.phases) sum += phase.area_m2 * phase.probability[i];
    const auto date = base::Date::year_end(f.targets[f.ahead[i]].target.year);
    EXPECT_NEAR(at(f, date.iso()).mean_m2, sum, 1e-3);
  }
}

TEST(Forecast, NoPercentileFallsAndTheyAreInOrder) {
  const Forecast f = forecast_of(a_ledger(120).build(), "2024-12-31");
  EXPECT_EQ(f.negative_phases, 0U);
  EXPECT_EQ(f.points.front().p10_m2, f.counted_m2);
  EXPECT_EQ(f.points.front().p90_m2, f.counted_m2);
  for (std::size_t i = 0; i < f.points.size(); ++i) {
    EXPECT_LE(f.points[i].p10_m2, f.points[i].p50_m2);
    EXPECT_LE(f.points[i].p50_m2, f.points[i].p90_m2);
    if (i == 0) continue;
    EXPECT_GE(f.points[i].p10_m2, f.points[i - 1].p10_m2);
    EXPECT_GE(f.points[i].p50_m2, f.points[i - 1].p50_m2);
    EXPECT_GE(f.points[i].p90_m2, f.points[i - 1].p90_m2);
  }
}

TEST(Forecast, AnExpectedDateIsWhereTheMedianReachesTheTarget) {
  const auto built = a_ledger(120).build();
  const Forecast f = forecast_of(built, "2024-12-31");
  std::size_t dates = 0;
  for (const auto& target : f.targets) {
    for (std::size_t i = 1; i < f.points.size(); ++i) {
      const bool before = f.points[i - 1].p50_m2 >= target.target.target_m2;
      const bool after = f.points[i].p50_m2 >= target.target.target_m2;
      if (before || !after) continue;
      ++dates;
      ASSERT_TRUE(target.p50_date.has_value());
      EXPECT_GT(*target.p50_date, f.points[i - 1].at);
      EXPECT_LE(*target.p50_date, f.points[i].at);
    }
  }
  EXPECT_GT(dates, 1U);
}

// So many runs that their days are drawn a second time instead of being kept.
TEST(Forecast, AnExpectedDateOfVeryManyRuns) {
  ProjectBuilder b = renewal({"S1", 6, 6, 6, 0}, {"S5", 8, 14, 30, 0.9});
  b.phase("A1", "A", {.carrier = 10000});
  b.event("A1", "S5", "2024-12-31");
  for (int i = 0; i < 700; ++i) b.phase("B" + std::to_string(i), "A", {.carrier = 1});  // never completed
  b.target(2026, 1);
  const auto built = b.build();
  const Forecast many = forecast_of(built, "2024-12-31", {.draws = 100000}, {}, 2);
  EXPECT_EQ(many.points.back().p90_m2, 10000);
  // Half of all runs are five ninths of those in which it is completed.
  const double days = Triangular{8, 14, 30}.quantile(0.5 / 0.9) * month_days;
  EXPECT_NEAR(many.targets[0].p50_date->days(), day("2024-12-31").days() + days, 2.5);
}

// P10, P50 and P90 of small numbers of runs, against sorting them.
TEST(Forecast, PercentilesAreNearestRanks) {
  ProjectBuilder b = renewal({"S1", 6, 6, 6, 1}, {"S5", 1, 6, 11, 0.5});
  for (const char* code : {"A1", "A2", "A3"}) {
    b.phase(code, "A", {.carrier = code[1] == '1' ? 1.0 : code[1] == '2' ? 2.0 : 4.0});
    b.event(code, "S5", "2024-12-31");
  }
  const auto built = b.build();
  for (const int draws : {1, 2, 3, 9, 10, 11}) {
    // The first n runs of a seed are the same however many follow: single runs by difference of the means.
    std::vector<double> runs;
    double sum = 0;
    for (int n = 1; n <= draws; ++n) {
      const double total = at(forecast_of(built, "2024-12-31", {.draws = n}), "2026-12-31").mean_m2 * n;
      runs.push_back(std::round(total - sum));
      sum = total;
    }
    std::sort(runs.begin(), runs.end());
    const auto rank = [&](double share) { return runs[static_cast<std::size_t>(std::ceil(share * draws)) - 1]; };
    const auto forecast = forecast_of(built, "2024-12-31", {.draws = draws});
    const auto& point = at(forecast, "2026-12-31");
    EXPECT_EQ(point.p10_m2, rank(0.1)) << draws;
    EXPECT_EQ(point.p50_m2, rank(0.5)) << draws;
    EXPECT_EQ(point.p90_m2, rank(0.9)) << draws;
  }
}

TEST(Forecast, DemolitionCanMakeItFallAndIsSaid) {
  ProjectBuilder b = renewal();
  b.phase("A1", "A", {.carrier = 9000});
  b.phase("A2", "A", {.carrier = 5000, .demolished = 12000});
  b.event("A1", "S6", "2024-01-01");
  b.event("A2", "S5", "2024-12-31");
  b.target(2024, 0.5);
  b.target(2026, 0.5);
  const auto built = b.build();
  const Forecast f = forecast_of(built, "2024-12-31", {.draws = 10});
  EXPECT_EQ(f.negative_phases, 1U);
  EXPECT_EQ(f.points.front().p50_m2, 9000);
  EXPECT_EQ(f.points.back().p50_m2, 2000);
  EXPECT_EQ(f.targets[0].probability, 1);
  EXPECT_EQ(f.targets[0].p50_date, day("2024-12-31"));
  EXPECT_EQ(f.targets[1].probability, 0);
}

TEST(Forecast, OtherPhasesDoNotChangeAPhasesDraws) {
  ProjectBuilder b = renewal({"S1", 4, 8, 20, 0.7}, {"S5", 8, 14, 30, 0.95});
  b.target(2026, 1);
  b.phase("A1", "A", {.carrier = 100});
  b.event("A1", "S1", "2024-12-01");
  const Forecast alone = forecast_of(b.build(), "2024-12-31");
  b.phase("A2", "A", {.carrier = 100});
  const Forecast both = forecast_of(b.build(), "2024-12-31");
  EXPECT_EQ(alone.phases[0].probability, both.phases[0].probability);
  EXPECT_NE(both.phases[0].probability, both.phases[1].probability);
}

// True histories are drawn with another generator; the forecast in the midst of them should hold what came: P10-P90 in
// four of five worlds, and the rank of the truth among the runs is uniform.
TEST(Forecast, IsCalibratedOnSimulatedHistories) {
  const std::vector<test::TimedStage> stages = {{"S1", 4, 8, 20, 0.6}, {"S5", 8, 14, 30, 0.9}, {"S6", 0, 0, 0, 1}};
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> uniform(0, 1);
  constexpr int worlds = 300, projects = 40;
  int inside = 0;
  std::array<int, 5> fifths{};
  for (int world = 0; world < worlds; ++world) {
    ProjectBuilder b;
    b.timed_pathway("renewal", stages);
    b.project("A", {.pathway = "renewal"});
    const base::Date as_of = day("2024-12-31"), end = day("2026-12-31");
    double truth = 0;
    for (int i = 0; i < projects; ++i) {
      const std::string code = "A" + std::to_string(i);
      const double area = 1000 + static_cast<double>(random() % 9000);
      b.phase(code, "A", {.carrier = area});
      // Begun in the last months so that none is completed or begins anew; those at construction are completed with the
      // chance of construction, the others with that of study, as the rule has it.
      const bool building = i % 2 == 0;
      const auto& first = stages[building ? 1 : 0];
      const base::Date begun = as_of.plus_days(-static_cast<int>(random() % 200));
      const double spent = as_of.days() - begun.days();
      double months = 0;
      do {
        months = (Triangular{first.min_months, first.typical_months, first.max_months}.quantile(uniform(random)));
      } while (months * month_days <= spent);
      if (!building) {
        months += (Triangular{stages[1].min_months, stages[1].typical_months, stages[1].max_months}.quantile(
            uniform(random)));
      }
      b.event(code, first.code, begun.iso());
      if (uniform(random) < first.conversion_probability && begun.days() + months * month_days <= end.days()) {
        truth += area;
      }
    }
    b.target(2026, truth / 1e4);
    const auto built = b.build();
    const auto f = forecast_of(built, "2024-12-31", {.until = end, .draws = 1000, .seed = 5});
    const auto& point = f.points.back();
    ASSERT_EQ(point.at, end);
    if (truth >= point.p10_m2 && truth <= point.p90_m2) ++inside;
    const double below = 1 - *f.targets.at(0).probability;  // runs that are below the truth
    ++fifths[std::min<std::size_t>(static_cast<std::size_t>(below * 5), 4)];
  }
  EXPECT_NEAR(inside, 0.8 * worlds, 0.07 * worlds);  // three standard deviations
  for (const int count : fifths) EXPECT_NEAR(count, worlds / 5.0, 3 * std::sqrt(worlds * 0.16));
}

TEST(Forecast, LadderAddsUpToWhatIsExpected) {
  const auto built = a_ledger(60).build();
  const Forecast f = forecast_of(built, "2024-12-31");
  for (std::size_t t = 0; t < f.ahead.size(); ++t) {
    const auto ladder = planning::gap_ladder(built.project, f, t);
    ASSERT_GT(ladder.size(), 5U);
    double running = 0;
    for (std::size_t i = 0; i < ladder.size(); ++i) {
      EXPECT_DOUBLE_EQ(ladder[i].expected_m2, ladder[i].area_m2 * ladder[i].probability);
      running += ladder[i].expected_m2;
      EXPECT_NEAR(ladder[i].running_m2, running, 1e-6);
      if (i > 0) {
        EXPECT_GE(ladder[i - 1].expected_m2, ladder[i].expected_m2);
      }
    }
    const auto date = base::Date::year_end(f.targets[f.ahead[t]].target.year);
    EXPECT_NEAR(f.counted_m2 + running, at(f, date.iso()).mean_m2, 1e-3);
  }
}

TEST(Forecast, LadderPutsTheLargestFirstAndTheOneThatTakesAwayLast) {
  ProjectBuilder b = renewal();
  b.phase("Z", "A", {.carrier = 5000});
  b.phase("Y", "A", {.carrier = 100, .demolished = 900});
  b.phase("X", "A", {.carrier = 5000});
  b.phase("W", "A", {.carrier = 7000});
  for (const char* code : {"X", "Y", "Z", "W"}) b.event(code, "S5", "2024-12-31");
  b.target(2026, 1);
  const auto built = b.build();
  std::string order;
  std::vector<double> running;
  const Forecast f = forecast_of(built, "2024-12-31", {.draws = 10});
  for (const auto& step : planning::gap_ladder(built.project, f, 0)) {
    order += (*built.project.phases)[step.phase].code;
    running.push_back(step.running_m2);
  }
  EXPECT_EQ(order, "WXZY");
  EXPECT_THAT(running, ElementsAre(7000, 12000, 17000, 16200));
}

TEST(Forecast, RefusesWhatMakesNoSense) {
  ProjectBuilder b = renewal();
  b.phase("A1", "A", {.carrier = 1});
  const auto built = b.build();
  for (const ForecastOptions& options :
       {ForecastOptions{.draws = 0}, ForecastOptions{.draws = 100001}, ForecastOptions{.until = day("2024-12-30")},
        ForecastOptions{.until = day("2084-12-30")}, ForecastOptions{.delay = Triangular{0, 1, 2}},
        ForecastOptions{.delay = Triangular{1, 0.5, 2}}}) {
    try {
      forecast_of(built, "2024-12-31", options);
      ADD_FAILURE() << "taken";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ExitCode::usage);
    }
  }
  EXPECT_THROW(forecast_of(built, "2024-12-31", {}, {.scope = "nowhere"}), base::Error);
}

TEST(Forecast, CanBeStopped) {
  const auto built = a_ledger(50).build();
  base::Progress progress;
  std::uint64_t reported = 0;
  progress.on_report = [&](std::uint64_t done, std::uint64_t) {
    reported = done;
    if (done > 5) progress.request_stop();
  };
  EXPECT_THROW(planning::forecast(built.project, built.locations, planning::StageHistories(built.project),
                                  day("2024-12-31"), {}, {}, progress, 1),
               base::Cancelled);
  EXPECT_EQ(reported, 6U);
}

TEST(Forecast, AnEmptyProjectIsForecastAsEmpty) {
  const Forecast f = forecast_of(ProjectBuilder().build(), "2024-12-31");
  EXPECT_EQ(f.points.size(), 9U);
  EXPECT_EQ(f.points.back().p90_m2, 0);
}
