// What a cell means: only what is certain is taken.
#include "app/import_values.h"

#include <gtest/gtest.h>

namespace zaitu::app {
namespace {

double area(std::string_view text) {
  const auto parsed = parse_number(text, true);
  return parsed ? parsed->value : -1;
}

TEST(ImportValues, NumbersThatAreCertain) {
  EXPECT_DOUBLE_EQ(area("1,234.5"), 1234.5);
  EXPECT_DOUBLE_EQ(area("1,234,567"), 1234567);
  EXPECT_DOUBLE_EQ(area("1.2e3"), 1200);
  EXPECT_DOUBLE_EQ(area("３５"), 35);
  EXPECT_DOUBLE_EQ(area(" 8000 "), 8000);
  EXPECT_DOUBLE_EQ(area("-2"), -2) << "the sign is a matter of the field";
}

TEST(ImportValues, UnitsAreConvertedToSquareMetres) {
  EXPECT_DOUBLE_EQ(area("12.3万"), 123000);
  EXPECT_DOUBLE_EQ(area("12.3万㎡"), 123000);
  EXPECT_DOUBLE_EQ(area("1.5 万平方米"), 15000);
  EXPECT_NEAR(area("３５亩"), 23333.3333333, 1e-6);
  EXPECT_DOUBLE_EQ(area("2.5公顷"), 25000);
  EXPECT_DOUBLE_EQ(area("8000㎡"), 8000);
  EXPECT_DOUBLE_EQ(area("4.9平方公里"), 4900000);
  EXPECT_EQ(parse_number("35亩", true)->unit, "亩");
  EXPECT_FALSE(parse_number("35亩", false)) << "not an area";
}

TEST(ImportValues, DoubtfulNumbersAreNone) {
  for (const char* text : {"约1200", "-", "空", "", "1.234,5", "(1,200.00)", "12,34", "1,2345", "1-2", "0x10", "nan",
                           "inf", "1e999", "12.3.4", "abc", "１２ａ", "3亩2分"}) {
    EXPECT_FALSE(parse_number(text, true)) << text;
  }
}

TEST(ImportValues, UnitsOfColumnTitles) {
  EXPECT_DOUBLE_EQ(unit_of_title("用地面积(公顷)")->to_m2, 10000);
  EXPECT_DOUBLE_EQ(unit_of_title("用地面积（亩）")->to_m2, 10000.0 / 15);
  EXPECT_DOUBLE_EQ(unit_of_title("建筑面积_万㎡")->to_m2, 10000);
  EXPECT_DOUBLE_EQ(unit_of_title("建筑面积(m2)")->to_m2, 1);
  EXPECT_FALSE(unit_of_title("用地面积"));
  EXPECT_FALSE(unit_of_title("亩"));
  EXPECT_FALSE(unit_of_title("alpha"));
  EXPECT_EQ(title_key("用地 面积（公顷）"), "用地面积");
  EXPECT_EQ(title_key("ＤＫＢＨ"), "dkbh");
}

TEST(ImportValues, Dates) {
  for (const char* text : {"2023-06-30", "2023/6/30", "2023.6.30", "20230630", "2023年6月30日", "２０２３年６月３０日",
                           "2023-06-30T00:00:00", "2023-06-30 12:30:00", "2023/6/30 8:05"}) {
    ASSERT_TRUE(parse_date(text)) << text;
    EXPECT_EQ(parse_date(text)->iso(), "2023-06-30") << text;
  }
  for (const char* text : {"2023年6月31日", "2023-02-29", "1/2/23", "2023年6月", "2023", "45123", "", "06/30/2023",
                           "2023-06-30x", "2023--06", "20231301"}) {
    EXPECT_FALSE(parse_date(text)) << text;
  }
}

TEST(ImportValues, FlagsAndLists) {
  EXPECT_TRUE(parse_flag("是").value());
  EXPECT_FALSE(parse_flag("0").value());
  EXPECT_FALSE(parse_flag("maybe"));
  EXPECT_EQ(split_list("甲；乙、 丙;;丁 "), (std::vector<std::string>{"甲", "乙", "丙", "丁"}));
  EXPECT_EQ(match_key(" ＡＢ　01 "), "ab01");
}

}  // namespace
}  // namespace zaitu::app
