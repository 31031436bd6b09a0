#include "ui/settings.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "ui/workspace.h"

namespace zaitu::ui {
namespace {

class SettingsFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "zaitu-settings-XXXXXX").string();
    m_folder = ::mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(m_folder); }
  std::filesystem::path m_folder;
};

TEST_F(SettingsFile, WhatIsSavedIsLoaded) {
  Settings settings;
  settings.dark = true;
  settings.language = base::Language::en;
  settings.theme = style::Theme::land_use;
  settings.left_px = 301;
  settings.rule.from = planning::CountFrom::in_use;
  settings.rule.net = false;
  settings.compare = "2024-02-29";
  settings.swipe = 0.25F;
  settings.play_step = PlayStep::month;
  settings.play_speed = 3;
  settings.remember_project("/a/大零号湾.sqlite");
  const auto file = m_folder / "deep" / "window.json";
  EXPECT_EQ(save_settings(settings, file), "");
  std::string problem;
  EXPECT_EQ(load_settings(file, problem), settings);
  EXPECT_EQ(problem, "");
}

TEST_F(SettingsFile, AMissingFileIsNoProblemAndABrokenOneIsNamed) {
  std::string problem;
  EXPECT_EQ(load_settings(m_folder / "window.json", problem), Settings());
  EXPECT_EQ(problem, "");
  std::filesystem::create_directories(m_folder);
  std::ofstream(m_folder / "window.json") << "{\"window\": \"wide\"";
  EXPECT_EQ(load_settings(m_folder / "window.json", problem), Settings());
  EXPECT_NE(problem.find("window.json"), std::string::npos);
}

TEST(RecentProjects, TheNewestIsFirstAndNoneIsTwice) {
  Settings settings;
  settings.remember_project("a");
  settings.remember_project("b");
  settings.remember_project("a");
  EXPECT_EQ(settings.recent_projects, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(settings.last_project, "a");
}

TEST_F(SettingsFile, WhatIsOutOfRangeIsBroughtBack) {
  std::filesystem::create_directories(m_folder);
  std::ofstream(m_folder / "window.json") << R"({"swipe": 7, "play_speed": 99, "play_step": "week"})";
  std::string problem;
  const Settings settings = load_settings(m_folder / "window.json", problem);
  EXPECT_EQ(settings.swipe, 1);
  EXPECT_EQ(settings.play_speed, static_cast<int>(play_speeds.size()) - 1);
  EXPECT_EQ(settings.play_step, PlayStep::quarter);
}

TEST(Playing, GoesOnByDayMonthOrQuarter) {
  const auto day = [](const char* iso) { return *base::Date::parse(iso); };
  EXPECT_EQ(next_step(day("2024-02-28"), PlayStep::day), day("2024-02-29"));
  EXPECT_EQ(next_step(day("2024-02-28"), PlayStep::month), day("2024-02-29"));
  EXPECT_EQ(next_step(day("2024-02-29"), PlayStep::month), day("2024-03-31"));
  EXPECT_EQ(next_step(day("2024-12-31"), PlayStep::month), day("2025-01-31"));
  EXPECT_EQ(next_step(day("2024-02-28"), PlayStep::quarter), day("2024-03-31"));
}

TEST(Comparing, ADayIsTakenAsItIsAndNeverAfterTheAsOfDate) {
  const auto day = [](const char* iso) { return *base::Date::parse(iso); };
  const model::Project project;
  EXPECT_EQ(compare_date("2024-02-29", day("2025-06-30"), project), day("2024-02-29"));
  EXPECT_EQ(compare_date("2026-02-28", day("2025-06-30"), project), day("2025-06-30"));
  EXPECT_EQ(compare_date("no day", day("2025-06-30"), project), day("2024-12-31"));
}

TEST(Quarters, StepsEndOnTheLastDayOfAQuarter) {
  const auto day = [](const char* iso) { return *base::Date::parse(iso); };
  EXPECT_EQ(next_quarter_end(day("2025-02-10")), day("2025-03-31"));
  EXPECT_EQ(next_quarter_end(day("2025-03-31")), day("2025-06-30"));
  EXPECT_EQ(next_quarter_end(day("2025-12-31")), day("2026-03-31"));
  EXPECT_EQ(previous_quarter_end(day("2025-02-10")), day("2024-12-31"));
  EXPECT_EQ(previous_quarter_end(day("2025-03-31")), day("2024-12-31"));
}

}  // namespace
}  // namespace zaitu::ui
