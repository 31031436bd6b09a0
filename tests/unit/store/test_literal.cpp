#include "store/literal.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/error.h"

namespace zaitu::store {
namespace {

TEST(Literal, ReadsEveryKindOfValue) {
  EXPECT_EQ(parse_literal("NULL"), Value());
  EXPECT_EQ(parse_literal("-12"), Value(std::int64_t{-12}));
  EXPECT_EQ(parse_literal("9223372036854775807"), Value(std::numeric_limits<std::int64_t>::max()));
  EXPECT_EQ(parse_literal("1.00000000000000005551e-01"), Value(0.1));
  EXPECT_EQ(parse_literal("-9.0e+999"), Value(-std::numeric_limits<double>::infinity()));
  EXPECT_EQ(parse_literal("'it''s'"), Value(std::string("it's")));
  EXPECT_EQ(parse_literal("''"), Value(std::string()));
  EXPECT_EQ(parse_literal("''''"), Value(std::string("'")));
  EXPECT_EQ(parse_literal("X'00FFa0'"), Value(geom::Bytes{0x00, 0xff, 0xa0}));
  EXPECT_EQ(parse_literal("X''"), Value(geom::Bytes{}));
}

TEST(Literal, RefusesEverythingElse) {
  for (const char* text : {"", "'", "'a", "'a'b'", "'a'''''b", "X'0'", "X'0G'", "1; DROP TABLE parcels", "0x10", "nan",
                           "1e", "abs(1)", "1 ", " 1", "inf", "99999999999999999999x"}) {
    EXPECT_THROW(parse_literal(text), base::Error) << text;
  }
}

TEST(Literal, ReadsRowsWithEscapes) {
  const auto row = parse_row(R"({"name":"'\"\\\n\u4e2d\ud83c\udfd7 中'","n":"NULL"})");
  ASSERT_EQ(row.size(), 2u);
  EXPECT_EQ(row[0].first, "name");
  EXPECT_EQ(row[0].second, Value(std::string("\"\\\n中🏗 中")));
  EXPECT_EQ(row[1].second, Value());
  EXPECT_TRUE(parse_row("{}").empty());
  EXPECT_TRUE(parse_row("").empty());
}

TEST(Literal, RefusesBrokenRows) {
  for (const char* text : {"{", "{\"a\"}", "{\"a\":1}", "{\"a\":\"1\"", "{\"a\":\"1\"}x", "[]", "{\"a\":\"\\x\"}",
                           "{\"a\":\"\\ud800\"}", "{\"a\":\"1\",}", "{\"a\":\"\\u12"}) {
    EXPECT_THROW(parse_row(text), base::Error) << text;
  }
}

}  // namespace
}  // namespace zaitu::store
