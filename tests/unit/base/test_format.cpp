// Figures as texts.
#include "base/format.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <limits>
#include <random>

using namespace zaitu::base;

TEST(Format, numbers_have_separators_and_fixed_decimals) {
  EXPECT_EQ(number(0, 0), "0");
  EXPECT_EQ(number(999, 0), "999");
  EXPECT_EQ(number(1000, 0), "1,000");
  EXPECT_EQ(number(-1234567.8, 2), "-1,234,567.80");
  EXPECT_EQ(number(0.04, 1), "0.0");
  EXPECT_EQ(number(0.05, 1), "0.1");
  EXPECT_EQ(number(999.95, 1), "1,000.0");
  EXPECT_EQ(number(5e15, 1), "5,000,000,000,000,000.0");
  EXPECT_EQ(number(std::nan(""), 1), "—");
}

TEST(Format, half_is_rounded_away_from_zero_and_nothing_is_minus_zero) {
  EXPECT_EQ(number(0.125, 2), "0.13");
  EXPECT_EQ(number(2.675, 2), "2.68");
  EXPECT_EQ(number(-0.125, 2), "-0.13");
  EXPECT_EQ(number(-0.001, 2), "0.00");
}

TEST(Format, digits_are_those_of_printf_where_no_half_is_near) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 200000; ++i) {
    const int decimals = static_cast<int>(random() % 9);
    const double value = std::ldexp(static_cast<double>(random() % 2000001) / 1e6 - 1, static_cast<int>(random() % 30));
    const double scaled = std::abs(value) * std::pow(10.0, decimals);
    if (std::abs(scaled - std::floor(scaled) - 0.5) < 1e-6 * std::max(1.0, scaled * 1e-6)) continue;
    char expected[64];
    std::snprintf(expected, sizeof expected, "%.*f", decimals, value);
    std::string plain = number(value, decimals);
    std::erase(plain, ',');
    const bool nothing = std::string_view(expected).find_first_of("123456789") == std::string_view::npos;
    ASSERT_EQ(plain, nothing && expected[0] == '-' ? expected + 1 : expected) << value << " " << decimals;
  }
}
