// A chart as a file of its own: the display list of the screen, drawn as vectors, with the lines it rests on.
#include "report/chart_file.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "unit/report/report_fixture.h"

namespace {

using namespace zaitu;

report::ChartPicture two_bars() {
  report::ChartPicture picture;
  picture.list.width = 400;
  picture.list.height = 120;
  picture.list.items.emplace_back(chart::PolygonItem{{{10, 100}, {60, 100}, {60, 20}, {10, 20}}, {27, 94, 32, 255}});
  picture.list.items.emplace_back(
      chart::PolygonItem{{{80, 100}, {130, 100}, {130, 50}, {80, 50}}, {30, 136, 229, 255}});
  picture.list.items.emplace_back(chart::TextItem{{10, 110}, "2025Q3", 11, {0, 0, 0, 255}, 0, 0.5, false});
  picture.ground = {255, 255, 255, 255};
  picture.ink = {0, 0, 0, 255};
  picture.title = "供给曲线";
  picture.notes = {"截至 2025-09-30 · 计竣工(S6)起", "含示例虚构数据"};
  return picture;
}

TEST(ChartFile, an_svg_has_what_the_screen_has_and_is_the_same_every_time) {
  const test::Folder folder;
  report::write_chart(two_bars(), folder.file("a.svg"));
  report::write_chart(two_bars(), folder.file("b.svg"));
  const std::string svg = test::read_file(folder.file("a.svg"));
  EXPECT_EQ(svg, test::read_file(folder.file("b.svg")));
  // The bars in their colours, as shares of 255.
  for (const char* fill : {"rgb(10.588235%,36.862745%,12.54902%)", "rgb(11.764706%,53.333333%,89.803922%)"}) {
    EXPECT_NE(svg.find(fill), std::string::npos) << fill;
  }
  auto without = two_bars();
  without.notes.clear();
  report::write_chart(without, folder.file("c.svg"));
  EXPECT_LT(test::read_file(folder.file("c.svg")).size(), svg.size()) << "the notes are drawn";
}

TEST(ChartFile, a_pdf_is_a_pdf) {
  const test::Folder folder;
  report::write_chart(two_bars(), folder.file("a.pdf"));
  EXPECT_EQ(test::read_file(folder.file("a.pdf")).substr(0, 5), "%PDF-");
}

TEST(ChartFile, a_missing_folder_is_told) {
  const test::Folder folder;
  EXPECT_THROW(report::write_chart(two_bars(), folder.file("none/a.svg")), base::Error);
}

}  // namespace
