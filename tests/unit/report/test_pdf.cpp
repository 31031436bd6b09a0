// The pages as a reader gets them: text as poppler extracts it, fonts, bytes, and no trace of what failed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>

#include "base/format.h"
#include "base/paths.h"
#include "report/project_index.h"
#include "support/golden.h"
#include "unit/report/report_fixture.h"

namespace {

using namespace zaitu;
using testing::HasSubstr;

// The text without white space: poppler sets a space or none between words that are near each other. Said as a result,
// not a matcher, as a whole page in a failure message helps nobody.
testing::AssertionResult says(const std::string& text, const std::string& wanted) {
  const auto flat = [](const std::string& from) {
    std::string to;
    for (const char c : from) {
      if (c != ' ' && c != '\n' && c != '\f') to += c;
    }
    return to;
  };
  if (flat(text).find(flat(wanted)) != std::string::npos) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "the page does not say: " << wanted;
}

std::string text_of(const std::string& file) { return test::output_of("pdftotext -layout '" + file + "' -"); }

// A strip of a page, heights in points from the top: goldens leave the maps to the renderer's own tests. White space is
// poppler's choice and is closed up.
std::string strip_of(const std::string& file, int page, int from, int to) {
  const std::string where = " -f " + std::to_string(page) + " -l " + std::to_string(page) + " -x 0 -W 596 -y " +
                            std::to_string(from) + " -H " + std::to_string(to - from);
  std::string closed;
  for (const char c : test::output_of("pdftotext -layout" + where + " '" + file + "' -")) {
    const bool blank = c == ' ' || c == '\n' || c == '\f';
    if (blank && !closed.empty() && (closed.back() == '\n' || (closed.back() == ' ' && c == ' '))) continue;
    if (c == '\n' && !closed.empty() && closed.back() == ' ') closed.pop_back();
    if (!(blank && closed.empty()) && c != '\f') closed += c;
  }
  const std::string version = base::version();
  for (std::size_t at = 0; (at = closed.find(version, at)) != std::string::npos;)
    closed.replace(at, version.size(), "(version)");
  return closed;
}

int pages_of(const std::string& file) {
  return std::atoi(test::output_of("pdfinfo '" + file + "' | sed -n 's/^Pages: *//p'").c_str());
}

TEST(ParcelCard, golden_text_of_a_full_card) {
  const test::Folder folder;
  const test::PagesProject pages;
  base::Progress progress;
  const auto written = report::write_parcel_cards(pages.subject, {0}, folder.file("card.pdf"), progress);
  EXPECT_EQ(written.kind, "parcel-card");
  EXPECT_EQ(written.subject, "MH-01");
  EXPECT_EQ(pages_of(written.path), 1);
  // The maps take what room the text leaves: what stands between their title and the next heading is not text to
  // compare.
  std::string text = strip_of(written.path, 1, 0, 842);
  const std::size_t maps = text.find("位置图"), facts = text.find("基本情况与面积账");
  ASSERT_LT(maps, facts);
  test::expect_golden("report/parcel_card.txt", text.erase(maps, facts - maps));
}

TEST(ParcelCard, says_what_the_model_says) {
  const test::Folder folder;
  const test::PagesProject pages;
  base::Progress progress;
  report::write_parcel_cards(pages.subject, {0}, folder.file("card.pdf"), progress);
  const std::string text = text_of(folder.file("card.pdf"));
  for (const char* wanted :
       {"MH-01", "S7 投用", "310112 001 GB00001", "28,240.0", "28,249.3", "42.36", "2.8240", "432 ppm",
        "核心功能圈 75.0 %", "溢出辐射圈 25.0 %", "T字型 100.0 %", "612,345.3", "2024-04-01", "竣工备案表",
        "土地分割 2021-7", "截至 2025-12-31", "快照修订 42", "含示意数据", "EPSG:4549"}) {
    EXPECT_TRUE(says(text, wanted));
  }
}

TEST(ParcelCard, an_actual_event_after_the_date_is_not_told) {
  const test::Folder folder;
  base::Progress progress;
  const test::PagesProject before("2024-03-31");
  report::write_parcel_cards(before.subject, {0}, folder.file("card.pdf"), progress);
  const std::string text = text_of(folder.file("card.pdf"));
  EXPECT_TRUE(says(text, "S6 竣工（自 2023-11-20）"));
  EXPECT_FALSE(says(text, "2024-04-01"));
  EXPECT_TRUE(says(text, "截至日之后另有 1 条实际事件"));
}

TEST(ParcelCard, a_parcel_of_which_little_is_known_has_a_card_too) {
  const test::Folder folder;
  const test::PagesProject pages;
  base::Progress progress;
  report::write_parcel_cards(pages.subject, {5}, folder.file("card.pdf"), progress);
  const std::string text = text_of(folder.file("card.pdf"));
  EXPECT_TRUE(says(text, "无阶段记录"));
  EXPECT_TRUE(says(text, "圈层外"));
  EXPECT_TRUE(says(text, "本地块无载体项目"));
  EXPECT_TRUE(says(text, "采用平面面积"));
}

TEST(ParcelCard, events_are_listed_by_date_whoever_they_belong_to) {
  const test::Folder folder;
  test::PagesProject pages;
  auto project = *pages.subject.project;
  auto events = *project.stage_events;
  events.push_back(events.front());
  events.back().id.value = 10000;
  events.back().parcel = project.parcels->id[0];
  events.back().phase = {};
  events.back().dated = *base::Date::parse("2022-12-24");
  events.back().evidence = "补登";
  project.stage_events = std::make_shared<const std::vector<model::StageEvent>>(events);
  pages.subject.project = std::make_shared<const model::Project>(project);
  base::Progress progress;
  report::write_parcel_cards(pages.subject, {0}, folder.file("card.pdf"), progress);
  // Raw order is the order of drawing: down the first column, then down the second.
  const std::string text = test::output_of("pdftotext -raw '" + folder.file("card.pdf") + "' -");
  std::vector<std::string> dates;
  for (std::size_t at = text.find("依据 / 证据"); (at = text.find("20", at)) != std::string::npos; ++at) {
    if (at == 0 || text[at - 1] != '\n' || at + 10 > text.size() || text[at + 4] != '-' || text[at + 7] != '-')
      continue;
    dates.push_back(text.substr(at, 10));
  }
  EXPECT_EQ(dates.size(), 11u);
  EXPECT_THAT(dates, testing::Contains("2022-12-24"));
  EXPECT_TRUE(std::is_sorted(dates.begin(), dates.end())) << testing::PrintToString(dates);
}

TEST(ParcelCard, a_long_story_goes_on_on_further_pages) {
  const test::Folder folder;
  test::PagesProject pages;
  auto project = *pages.subject.project;
  auto events = *project.stage_events;
  const model::StageEvent first = events.front();
  for (int i = 0; i < 90; ++i) {
    events.push_back(first);
    events.back().id.value = 10000 + i;
    events.back().parcel = project.parcels->id[0];
    events.back().phase = {};
    events.back().dated = first.dated.plus_days(i);
    events.back().kind = model::EventKind::forecast;
    events.back().evidence =
        "第 " + std::to_string(i) + " 次会议纪要，一段较长的说明文字，说明为什么预测改变了，以及谁在什么时候提出";
  }
  project.stage_events = std::make_shared<const std::vector<model::StageEvent>>(events);
  pages.subject.project = std::make_shared<const model::Project>(project);
  base::Progress progress;
  report::write_parcel_cards(pages.subject, {0}, folder.file("card.pdf"), progress);
  const int count = pages_of(folder.file("card.pdf"));
  EXPECT_GE(count, 3);
  const std::string text = text_of(folder.file("card.pdf"));
  EXPECT_TRUE(says(text, "第 1 / " + std::to_string(count) + " 页"));
  EXPECT_TRUE(says(text, "第 " + std::to_string(count) + " / " + std::to_string(count) + " 页"));
  EXPECT_TRUE(says(text, "第 89 次会议纪要"));
}

TEST(Summary, golden_text) {
  const test::Folder folder;
  const test::PagesProject pages;
  const auto written = report::write_summary(pages.subject, folder.file("summary.pdf"));
  EXPECT_EQ(written.kind, "summary");
  EXPECT_EQ(pages_of(written.path), 1);
  test::expect_golden("report/summary.txt", strip_of(written.path, 1, 0, 165) + strip_of(written.path, 1, 410, 842));
}

TEST(Summary, its_figures_are_those_of_the_counting_rule) {
  const test::Folder folder;
  const test::PagesProject pages;
  report::write_summary(pages.subject, folder.file("summary.pdf"));
  const std::string text = text_of(folder.file("summary.pdf"));
  const planning::Supply supply =
      planning::supply(*pages.subject.project, *pages.subject.locations, *pages.subject.status, {},
                       {planning::GroupBy::circle}, base::Language::zh);
  // 612 345.25 + (300 000.5 - 350 000) m², by hand.
  EXPECT_DOUBLE_EQ(supply.counted_m2, 562345.75);
  EXPECT_TRUE(says(text, "56.23"));
  for (const planning::TargetGap& target : supply.targets) {
    EXPECT_TRUE(says(text, "缺口 " + base::wan_m2(target.gap_m2)));
    EXPECT_TRUE(says(text, base::percent(supply.counted_m2 / target.target_m2)));
  }
  for (const planning::SupplyGroup& group : supply.groups) EXPECT_TRUE(says(text, base::wan_m2(group.counted_m2)));
  EXPECT_TRUE(says(text, "1 个缺面积"));
  EXPECT_THAT(text, HasSubstr("-5.00"));  // the net-negative renovation stays visible
  EXPECT_TRUE(says(text, planning::describe({}, base::Language::zh)));
}

TEST(Summary, lists_what_fell_behind_longest_first) {
  const test::PagesProject pages;
  const report::ProjectIndex index(pages.subject);
  const auto late = index.late_commitments();
  ASSERT_EQ(late.size(), 2u);  // P1-1 kept its word; P3-1 is due on the day itself
  EXPECT_EQ((*pages.subject.project->phases)[late[0].phase].code, "P1-2");
  EXPECT_EQ(late[0].days, 365);
  EXPECT_EQ((*pages.subject.project->phases)[late[1].phase].code, "P3-1");
  EXPECT_EQ(late[1].days, 0);
}

TEST(ProjectCard, has_the_project_and_the_cards_of_its_parcels) {
  const test::Folder folder;
  const test::PagesProject pages;
  base::Progress progress;
  const auto written = report::write_project_card(pages.subject, 0, folder.file("project.pdf"), progress);
  EXPECT_EQ(written.kind, "project-card");
  const std::string text = text_of(written.path);
  for (const char* wanted : {"P1项目", "862,345.3", "MH-01", "MH-02", "48,240.0", "国有", "孵化", "GN2023（主）"})
    EXPECT_TRUE(says(text, wanted));
  EXPECT_GE(pages_of(written.path), 3);
}

TEST(Pdf, fonts_are_embedded_subset_and_the_documents_own) {
  const test::Folder folder;
  const test::PagesProject pages;
  base::Progress progress;
  report::write_parcel_cards(pages.subject, {0}, folder.file("card.pdf"), progress);
  report::write_summary(pages.subject, folder.file("summary.pdf"));
  for (const char* name : {"card.pdf", "summary.pdf"}) {
    std::istringstream lines(test::output_of("pdffonts '" + folder.file(name) + "' | tail -n +3"));
    int fonts = 0;
    for (std::string line; std::getline(lines, line); ++fonts) {
      EXPECT_THAT(line, HasSubstr("NotoSansCJKsc")) << "fallback font on the page";
      EXPECT_THAT(line, HasSubstr(" yes yes yes ")) << "embedded, subset, with Unicode";
      EXPECT_EQ(line.find('+'), 6u);
    }
    EXPECT_GE(fonts, 2);
  }
  EXPECT_LT(std::filesystem::file_size(folder.file("card.pdf")), 2500000u);
}

TEST(Pdf, the_same_input_gives_the_same_bytes) {
  const test::Folder folder;
  base::Progress progress;
  for (const char* name : {"a.pdf", "b.pdf"}) {
    const test::PagesProject pages;
    report::write_parcel_cards(pages.subject, {0, 1, 3}, folder.file(name), progress);
    report::write_summary(pages.subject, folder.file(std::string("s") + name));
    if (name[0] == 'a') ::sleep(1);  // a creation time would show
  }
  EXPECT_EQ(test::read_file(folder.file("a.pdf")), test::read_file(folder.file("b.pdf")));
  EXPECT_EQ(test::read_file(folder.file("sa.pdf")), test::read_file(folder.file("sb.pdf")));
  EXPECT_THAT(test::output_of("pdfinfo -isodates '" + folder.file("a.pdf") + "'"), HasSubstr("2025-12-31"));
}

TEST(Pdf, english_pages_hold_no_chinese_of_the_programs_own) {
  const test::Folder folder;
  base::Progress progress;
  const test::PagesProject pages("2025-12-31", base::Language::en);
  report::write_parcel_cards(pages.subject, {5}, folder.file("card.pdf"), progress);
  const std::string text = text_of(folder.file("card.pdf"));
  EXPECT_TRUE(says(text, "Parcel record card"));
  for (const char* chinese : {"地块档案", "面积", "截至", "圈层", "页"}) EXPECT_FALSE(says(text, chinese));
}

TEST(Pdf, what_cannot_be_written_leaves_no_trace) {
  const test::Folder folder;
  const test::PagesProject pages;
  base::Progress progress;
  const auto expect_failure = [&](const std::string& file) {
    try {
      report::write_parcel_cards(pages.subject, {0}, file, progress);
      ADD_FAILURE() << file << " was written";
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ExitCode::output_failed);
      EXPECT_THAT(error.what(), HasSubstr(file));
    }
  };
  expect_failure(folder.file("missing/card.pdf"));
  std::filesystem::create_directory(folder.file("taken.pdf"));
  expect_failure(folder.file("taken.pdf"));
  if (::geteuid() != 0) {
    std::filesystem::permissions(folder.path(),
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    expect_failure(folder.file("card.pdf"));
    std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);  // the folder "taken.pdf"
}

TEST(Pdf, a_stopped_report_leaves_the_old_file) {
  const test::Folder folder;
  const test::PagesProject pages;
  std::ofstream(folder.file("card.pdf")) << "old";
  base::Progress progress;
  progress.request_stop();
  EXPECT_THROW(report::write_parcel_cards(pages.subject, {0}, folder.file("card.pdf"), progress), base::Cancelled);
  EXPECT_EQ(test::read_file(folder.file("card.pdf")), "old");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

}  // namespace
