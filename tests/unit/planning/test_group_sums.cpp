#include "planning/group_sums.h"

#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <numeric>
#include <random>

namespace zaitu::planning {
namespace {

using Codes = std::vector<std::uint32_t>;

TEST(GroupSums, ByTwoColumns) {
  const Codes stage = {0, 1, 1, 2, 0}, town = {0, 0, 1, 1, 0};
  const Codes class_of_stage = {0, 1, 1}, class_of_town = {1, 0};
  const std::vector<double> area_m2 = {1, 2, 4, 8, std::numeric_limits<double>::quiet_NaN()};
  const GroupColumn by[] = {{stage, class_of_stage, 2}, {town, class_of_town, 3}};
  const GroupSums groups = group_sums(by, area_m2);
  EXPECT_EQ(groups.rows, (std::vector<std::size_t>{0, 2, 0, 2, 1, 0}));
  EXPECT_EQ(groups.sums, (std::vector<double>{0, 1, 0, 12, 2, 0}));

  const Codes rows = {1, 3};
  EXPECT_EQ(group_sums(by, area_m2, rows).sums, (std::vector<double>{0, 0, 0, 8, 2, 0}));
  EXPECT_EQ(group_sums(by, {}).rows, groups.rows);
  EXPECT_EQ(group_sums({}, area_m2).sums, (std::vector<double>{15}));
}

TEST(GroupSums, ManyRowsGiveTheSameBytesOnAnyNumberOfThreads) {
  std::mt19937 random(5);
  constexpr std::size_t count = 500000;
  Codes a(count), b(count), c(count);
  std::vector<double> values(count);
  std::map<std::vector<std::uint32_t>, std::pair<std::size_t, long double>> expected;
  for (std::size_t i = 0; i < count; ++i) {
    a[i] = static_cast<std::uint32_t>(i / 70000);
    b[i] = static_cast<std::uint32_t>(random() % 5);
    c[i] = static_cast<std::uint32_t>(random() % 3);
    values[i] = static_cast<double>(random() % 1000000) / 7;
    auto& [rows, sum] = expected[{a[i], b[i], c[i]}];
    ++rows;
    sum += values[i];
  }
  Codes same(8);
  std::iota(same.begin(), same.end(), 0U);
  const GroupColumn by[] = {{a, same, 8}, {b, same, 5}, {c, same, 3}};
  const GroupSums one = group_sums(by, values, std::nullopt, 1), many = group_sums(by, values, std::nullopt, 5);
  EXPECT_EQ(one.rows, many.rows);
  EXPECT_EQ(one.sums, many.sums);
  for (const auto& [key, sum] : expected) {
    const std::size_t group = (key[0] * 5 + key[1]) * 3 + key[2];
    EXPECT_EQ(one.rows[group], sum.first);
    EXPECT_NEAR(one.sums[group], static_cast<double>(sum.second), 1e-9 * one.sums[group]);
  }
}

}  // namespace
}  // namespace zaitu::planning
