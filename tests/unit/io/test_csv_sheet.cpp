// Tables in CSV files: any table comes back as it was written, whatever is in its cells; titles, totals and torn rows
// are told from data.
#include "io/csv_sheet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/error.h"
#include "io/table_shape.h"

namespace zaitu::io {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

struct Table {
  TableShape shape;
  std::vector<std::vector<std::string>> rows;
  std::vector<Warning> warnings;
};

Table read(std::string text, std::int64_t header_row = 0) {
  Table table;
  Sheet sheet = read_csv_sheet(std::move(text), "t.csv", table.warnings);
  table.shape = shape_of(sheet, header_row, table.warnings);
  TableRows rows(sheet, table.shape);
  for (std::size_t i = 0; i < table.shape.rows.size(); ++i) {
    rows.go_to(i);
    std::vector<std::string> cells;
    for (const SheetCell* cell : rows.cells()) cells.emplace_back(cell == nullptr ? "" : sheet.text(*cell));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

auto says(const char* code) { return Contains(Field(&Warning::code, code)); }

std::string field_text(const std::string& text, char delimiter, bool quote) {
  if (!quote && text.find_first_of(std::string("\"\r\n") + delimiter) == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

TEST(CsvSheet, AnyTableComesBackAsItWasWritten) {
  std::mt19937 random(20240601);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  const std::vector<std::string> pieces{"甲", "a",  "，", ",", ";",  "\t", "\"", "\n", "\r\n", "12.5",
                                        "'",  "=1", "0",  "|", "㎡", "𠮷", "-",  "号", "x",    "\u3000y"};
  constexpr int tables = 400;
  for (int t = 0; t < tables; ++t) {
    const char delimiter = ",;\t"[below(3)];
    const std::size_t columns = 2 + below(7), rows = 1 + below(30);
    std::string text = below(2) == 0 ? "" : "code";
    text.clear();
    std::vector<std::vector<std::string>> wanted;
    for (std::size_t c = 0; c < columns; ++c)
      text += (c > 0 ? std::string(1, delimiter) : "") + "列" + std::to_string(c);
    text += "\n";
    for (std::size_t r = 0; r < rows; ++r) {
      std::vector<std::string> cells(columns);
      cells[0] = "R" + std::to_string(r) + "x";
      for (std::size_t c = 1; c < columns; ++c) {
        const std::size_t count = below(4);
        for (std::size_t i = 0; i < count; ++i) cells[c] += pieces[below(pieces.size())];
        if (cells[c].find_first_not_of(" \t\r\n\u3000") == std::string::npos) cells[c].clear();
      }
      for (std::size_t c = 0; c < columns; ++c)
        text += (c > 0 ? std::string(1, delimiter) : "") + field_text(cells[c], delimiter, below(5) == 0);
      text += below(9) == 0 ? "\r\n" : "\n";
      wanted.push_back(std::move(cells));
    }
    const Table table = read(text);
    ASSERT_EQ(table.rows, wanted) << text;
    ASSERT_EQ(table.shape.set_aside + table.shape.skipped, 0) << text;
  }
}

TEST(CsvSheet, NoRowIsLostOrShifted) {
  // Whatever is struck out of the text: rows are data, skipped, set aside, or the file is refused.
  std::mt19937 random(7);
  const std::string whole = "地块编号,名称,面积\nA-1,\"甲,乙\",10\nA-2,丙,20\nA-3,\"丁\n戊\",30\n合计,,60\n";
  for (int t = 0; t < 2000; ++t) {
    std::string text = whole;
    text.erase(random() % text.size(), 1 + random() % 3);
    try {
      const Table table = read(text);
      for (const auto& row : table.rows) EXPECT_LE(row.size(), table.shape.titles.size());
    } catch (const base::Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("quote"));
    }
  }
}

TEST(CsvSheet, UnclosedQuotesAreRefusedBeforeRowsAreSwallowed) {
  EXPECT_THROW(read("a,b,c\n1,\"x,2\n3,y,4\n"), base::Error);
  EXPECT_THROW(read("a,b,c\n1,\"x,2\n3,y,4\n5,\"z\",6\n"), base::Error) << "the next quote opens, it does not close";
  EXPECT_THROW(read("a,b,c\n1,\"x,2\n3,y,4\n5,u,6\n7,v\",8\n"), base::Error) << "whole rows within one field";
  const Table table = read("a,b\n1,\"说明\"见附件\n");
  EXPECT_THAT(table.rows, ElementsAre(ElementsAre("1", "\"说明\"见附件")));
  EXPECT_THAT(table.warnings, says("quote"));
}

TEST(TableShape, TitlesNotesAndTotalsAreNoData) {
  const Table table = read(
      "闵行区地块台账,,,\n填报单位：规划局,,单位：公顷,\n地块编号,名称,用地面积,备注\nA-1,甲,1.5,\nA-2,乙,2.5,\n合 "
      "计,,4.0,\n"
      "注：面积为实测,,,\n");
  EXPECT_EQ(table.shape.header_first, 3);
  EXPECT_THAT(table.shape.titles, ElementsAre("地块编号", "名称", "用地面积", "备注"));
  EXPECT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.shape.skipped, 2);
  EXPECT_THAT(table.warnings, says("header"));
  EXPECT_THAT(table.warnings, says("total"));
  EXPECT_THAT(table.shape.notes, Contains(HasSubstr("单位：公顷")));
}

TEST(TableShape, TwoRowsOfTitlesAreJoinedByTheirGaps) {
  const Table table = read("地块编号,规划指标,,备注\n,容积率,建筑高度,\nA-1,2.5,60,x\nA-2,3.0,80,y\n");
  EXPECT_THAT(table.shape.titles, ElementsAre("地块编号", "规划指标/容积率", "规划指标/建筑高度", "备注"));
  EXPECT_EQ(table.rows.size(), 2U);
  // A sparse first row of data is none.
  const Table plain = read("编号,,名称\nA,b,\nB,,丙\n");
  EXPECT_EQ(plain.rows.size(), 2U);
}

TEST(TableShape, RowsOfOtherWidthAreNamedAndNeverShifted) {
  const Table table = read("地块编号,名称,面积\nA-1,甲,1\nA-2,乙\nA-3,丙,丁,3,\nA-4,戊,4\n");
  EXPECT_EQ(table.shape.set_aside, 1);
  EXPECT_THAT(table.rows,
              ElementsAre(ElementsAre("A-1", "甲", "1"), ElementsAre("A-2", "乙", ""), ElementsAre("A-4", "戊", "4")));
  EXPECT_THAT(table.warnings, Contains(Field(&Warning::message, HasSubstr("丙 | 丁"))));
}

TEST(TableShape, TheHeaderRowCanBeGiven) {
  const Table table = read("x,y\n地块编号,名称\nA,甲\n", 2);
  EXPECT_THAT(table.shape.titles, ElementsAre("地块编号", "名称"));
  EXPECT_EQ(table.rows.size(), 1U);
  EXPECT_THROW(read("a,b\n1,2\n", 9), base::Error);
}

TEST(TableShape, DamagedIdsBlanksAndControlsAreSaid) {
  const Table table = read("证号,名称\n3.10104E+17, 甲\n310104198001011234,\u3000乙\n1,\x01丙\n");
  EXPECT_THAT(table.warnings, says("precision"));
  EXPECT_THAT(table.warnings, says("space"));
  EXPECT_THAT(table.warnings, says("character"));
  EXPECT_EQ(table.rows[1][0], "310104198001011234");
}

}  // namespace
}  // namespace zaitu::io
