#include "base/utf8.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace zaitu::base {
namespace {

TEST(Trim, TakesEveryBlankOfBothEnds) {
  EXPECT_EQ(trim(""), "");
  EXPECT_EQ(trim(" \t\r\n"), "");
  EXPECT_EQ(trim("　枫桥 路　"), "枫桥 路");
  EXPECT_EQ(trim("\uFEFF\u00A0MHP0\u200B\u2060"), "MHP0");
  EXPECT_EQ(trim("\xE3\x80"), "\xE3\x80");  // a broken blank is none
  EXPECT_EQ(trim("a\x80\x80\x80\x80 "), "a\x80\x80\x80\x80");
}

// What is left begins and ends with no blank, and only blanks were taken: for any bytes.
TEST(Trim, NothingElseIsTaken) {
  const std::string pieces[] = {" ", "\t", "　", "\u00A0", "\uFEFF", "桥", "a", "\xE3", "\x80", "\xF0\x90", "𠮷"};
  std::mt19937 chance(7);
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (unsigned i = chance() % 8; i > 0; --i) text += pieces[chance() % std::size(pieces)];
    const std::string_view kept = trim(text);
    EXPECT_EQ(trim(kept), kept);
    const std::string before = text.substr(0, static_cast<std::size_t>(kept.data() - text.data()));
    const std::string after = text.substr(before.size() + kept.size());
    EXPECT_EQ(trim(before), "") << text;
    EXPECT_EQ(trim(after), "") << text;
  }
}

}  // namespace
}  // namespace zaitu::base
