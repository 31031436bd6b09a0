// CSV and XLSX as spreadsheets read them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "unit/report/report_fixture.h"

namespace {

using namespace zaitu;
using report::Table;
using testing::HasSubstr;
using Kind = Table::Column::Kind;

Table sample() {
  Table table;
  table.name = "地块/台账";
  table.columns = {{"编号"}, {"面积 ㎡", Kind::number, 1, true}, {"日期", Kind::date}, {"备注"}};
  table.rows = {{"MH-01", "28249.3", "2025-12-31", "含,逗号和\"引号\""},
                {"=1+1", "-20000.25", "", "两\n行"},
                {"+86", "0.1", "不详", "@SUM(A1)"},
                {"-5", "", "2024-02-29", "\tTab"}};
  table.notes = {"截至：2025-12-31", "=含示意数据"};
  table.dated = test::day("2025-12-31");
  return table;
}

TEST(Csv, is_what_rfc_4180_and_excel_want) {
  const test::Folder folder;
  base::Progress progress;
  report::write_csv(sample(), folder.file("t.csv"), progress);
  EXPECT_EQ(test::read_file(folder.file("t.csv")),
            "\xEF\xBB\xBF编号,面积 ㎡,日期,备注\r\n"
            "MH-01,28249.3,2025-12-31,\"含,逗号和\"\"引号\"\"\"\r\n"
            "'=1+1,-20000.25,,\"两\n行\"\r\n"
            "'+86,0.1,不详,'@SUM(A1)\r\n"
            "'-5,,2024-02-29,'\tTab\r\n"
            ",,,\r\n"
            "# 截至：2025-12-31,,,\r\n"
            "# =含示意数据,,,\r\n");
}

TEST(Csv, rows_made_when_they_are_written_are_written_alike) {
  Table held = sample();
  for (int i = 0; i < 90000; ++i) held.rows.push_back({"MH-" + std::to_string(i), "1.5", "2025-12-31", "备注"});
  Table made = held;
  made.rows.clear();
  made.made_rows = held.rows.size();
  made.make_row = [&](std::size_t row) { return held.rows[row]; };
  const test::Folder folder;
  base::Progress progress;
  report::write_csv(held, folder.file("held.csv"), progress);
  report::write_csv(made, folder.file("made.csv"), progress);
  const std::string bytes = test::read_file(folder.file("held.csv"));
  EXPECT_GT(bytes.size(), std::size_t{2} << 20) << "written in several pieces";
  EXPECT_TRUE(bytes == test::read_file(folder.file("made.csv")));
  EXPECT_THAT(bytes, HasSubstr("MH-89999,1.5,2025-12-31,备注\r\n,,,\r\n# 截至"));
}

TEST(Csv, a_stopped_one_leaves_nothing_behind) {
  Table table = sample();
  table.made_rows = 10000;
  base::Progress progress;
  table.make_row = [&](std::size_t) {
    progress.request_stop();
    return std::vector<std::string>{"x"};
  };
  const test::Folder folder;
  EXPECT_THROW(report::write_csv(table, folder.file("t.csv"), progress), base::Cancelled);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Xlsx, the_same_input_gives_the_same_bytes) {
  const test::Folder folder;
  report::write_xlsx({sample()}, folder.file("a.xlsx"), base::Language::zh);
  ::sleep(2);  // the clock of a zip file ticks every two seconds
  report::write_xlsx({sample()}, folder.file("b.xlsx"), base::Language::zh);
  EXPECT_EQ(test::read_file(folder.file("a.xlsx")), test::read_file(folder.file("b.xlsx")));
}

TEST(Xlsx, numbers_are_numbers_text_is_text_and_the_total_is_a_formula) {
  const test::Folder folder;
  report::write_xlsx({sample(), sample()}, folder.file("t.xlsx"), base::Language::zh);
  const std::string unzip =
      "python3 -c 'import sys, zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))' '" +
      folder.file("t.xlsx") + "' ";
  const std::string sheet = test::output_of(unzip + "xl/worksheets/sheet1.xml");
  EXPECT_THAT(sheet, HasSubstr("<v>28249.3</v>"));
  EXPECT_THAT(sheet, HasSubstr("<f>SUM(B2:B5)</f><v>8249.15</v>"));  // 28249.3 - 20000.25 + 0.1
  EXPECT_EQ(sheet.find("<f>"), sheet.rfind("<f>")) << "no other cell is a formula";
  EXPECT_THAT(sheet, HasSubstr("<autoFilter ref=\"A1:D5\"/>"));
  EXPECT_THAT(sheet, HasSubstr("state=\"frozen\""));
  const std::string strings = test::output_of(unzip + "xl/sharedStrings.xml");
  EXPECT_THAT(strings, HasSubstr("<t>=1+1</t>"));
  EXPECT_THAT(strings, HasSubstr("截至：2025-12-31"));
  const std::string book = test::output_of(unzip + "xl/workbook.xml");
  EXPECT_THAT(book, HasSubstr("name=\"地块台账\""));
  EXPECT_THAT(book, HasSubstr("name=\"说明\""));
  EXPECT_THAT(test::output_of(unzip + "docProps/core.xml"), HasSubstr("2025-12-31T00:00:00Z"));
}

TEST(Tables, what_cannot_be_written_leaves_no_trace) {
  const test::Folder folder;
  for (const auto& write : std::vector<std::function<void(const std::string&)>>{
           [](const std::string& file) {
             base::Progress progress;
             report::write_csv(sample(), file, progress);
           },
           [](const std::string& file) { report::write_xlsx({sample()}, file, base::Language::zh); }}) {
    try {
      write(folder.file("missing/t"));
      ADD_FAILURE();
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ExitCode::output_failed);
    }
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
