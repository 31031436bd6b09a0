// What the window remembers between two starts: a small JSON file in the user's config folder. Main thread.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/format.h"
#include "planning/supply.h"
#include "style/theme.h"

namespace zaitu::ui {

inline constexpr float least_scale = 0.75F, most_scale = 4.0F;

// Playing the clock: by what it goes on, and how often a second at most.
enum class PlayStep { day, month, quarter };
inline constexpr std::array<double, 4> play_speeds = {0.7, 1.4, 4, 20};

struct Settings {
  int window_x = -1, window_y = -1;  // -1: where the desktop puts it
  int window_width = 1440, window_height = 900;
  bool maximised = false;
  float left_px = 264, right_px = 340, bottom_px = 240;  // panes, at scale 1
  bool left_open = true, right_open = true, bottom_open = true;
  std::string bottom_tab = "curve";
  std::string compare = "year";  // the first of two dates: one of compare_names(), or a day as ISO text
  float swipe = 0.5F;            // where the line between two dates stands, as a share of the map's width
  PlayStep play_step = PlayStep::quarter;
  int play_speed = 1;  // of play_speeds
  style::Theme theme = style::Theme::stage;
  bool dark = false;
  float scale = 0;  // of texts, widgets and the map's lines; 0: the monitor's
  base::Language language = base::Language::zh;
  std::string owner;    // of the assumptions last entered
  bool backups = true;  // kept beside the projects that are opened
  std::string last_project;
  std::vector<std::string> recent_projects;  // newest first
  planning::CountingRule rule;

  void remember_project(const std::string& file);
  friend bool operator==(const Settings& a, const Settings& b);
};

std::filesystem::path settings_file();  // empty when there is no home
// A missing file gives the defaults; an unreadable one too, and `problem` then says so in one line.
Settings load_settings(const std::filesystem::path& file, std::string& problem);
// Written beside the target and renamed. Returns an empty text, or what went wrong in one line.
std::string save_settings(const Settings& settings, const std::filesystem::path& file);

}  // namespace zaitu::ui
