#include "cli/text_table.h"

#include <gtest/gtest.h>

using zaitu::cli::display_width;
using zaitu::cli::TextTable;

TEST(TextTable, a_chinese_character_takes_two_cells) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("圈层"), 4U);
  EXPECT_EQ(display_width("万㎡ · 1"), 8U);
  EXPECT_EQ(display_width("（全角）"), 8U);
  EXPECT_EQ(display_width("e\u0301"), 1U);
  EXPECT_EQ(display_width(""), 0U);
}

TEST(TextTable, columns_line_up_whatever_is_in_them) {
  TextTable table;
  table.add_column("圈层");
  table.add_column("㎡", TextTable::Align::right);
  table.add_row({"核心", "1.00"});
  table.add_row({"x", "12.00"});
  table.add_total({"总计", "13.00"});
  EXPECT_EQ(table.text(),
            "圈层     ㎡\n"
            "───────────\n"
            "核心   1.00\n"
            "x     12.00\n"
            "───────────\n"
            "总计  13.00\n");
}

TEST(TextTable, lines_have_no_trailing_spaces) {
  TextTable table;
  table.add_column("a");
  table.add_column("longer title");
  table.add_row({"1", ""});
  EXPECT_EQ(table.text(), "a  longer title\n───────────────\n1\n");
}
