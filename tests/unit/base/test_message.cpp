// What the program says, in two languages.
#include "base/message.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace zaitu::base;

// The only test of this program that reads the texts: they are read once.
TEST(Message, follows_the_language_and_never_fails_for_a_bad_template) {
  EXPECT_EQ(message_language(), Language::en);
  const std::filesystem::path data = std::filesystem::path(testing::TempDir()) / "zaitu_message_test";
  std::filesystem::create_directories(data / "strings");
  std::ofstream(data / "strings" / "messages_zh_CN.json")
      << R"({"row {} of {}": "{1}的第 {0} 行", "{} rows": "{} 行 {}", "{} m": "{:d} 米", "{} cells": "{ 格"})";
  setenv("ZAITU_DATA_DIR", data.c_str(), 1);
  set_message_language(Language::zh);
  unsetenv("ZAITU_DATA_DIR");
  std::filesystem::remove_all(data);
  EXPECT_EQ(message_language(), Language::zh);
  EXPECT_EQ(say("row {} of {}", 3, "a.csv"), "a.csv的第 3 行");
  EXPECT_EQ(say("nobody translated {}", 3), "nobody translated 3");
  EXPECT_EQ(say("{} rows", 3), "3 rows") << "a place without a value";
  EXPECT_EQ(say("{} m", "3"), "3 m") << "a form that the value does not have";
  EXPECT_EQ(say("{} cells", 3), "3 cells") << "no template at all";
  set_message_language(Language::en);
  EXPECT_EQ(say("row {} of {}", 3, "a.csv"), "row 3 of a.csv");
}
