#include "ui/settings.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/paths.h"

namespace zaitu::ui {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t recent_limit = 8;
constexpr std::array<const char*, 3> play_step_names = {"day", "month", "quarter"};

nlohmann::json to_json(const Settings& s) {
  return {{"window", {s.window_x, s.window_y, s.window_width, s.window_height}},
          {"maximised", s.maximised},
          {"panes", {s.left_px, s.right_px, s.bottom_px}},
          {"panes_open", {s.left_open, s.right_open, s.bottom_open}},
          {"bottom_tab", s.bottom_tab},
          {"compare", s.compare},
          {"swipe", s.swipe},
          {"play_step", play_step_names[static_cast<std::size_t>(s.play_step)]},
          {"play_speed", s.play_speed},
          {"theme", style::name_of(s.theme)},
          {"dark", s.dark},
          {"backups", s.backups},
          {"scale", s.scale},
          {"language", s.language == base::Language::zh ? "zh" : "en"},
          {"owner", s.owner},
          {"last_project", s.last_project},
          {"recent_projects", s.recent_projects},
          {"rule",
           {{"from", planning::name_of(s.rule.from)},
            {"area", planning::name_of(s.rule.area)},
            {"net", s.rule.net},
            {"scope", s.rule.scope}}}};
}

Settings from_json(const nlohmann::json& json) {
  Settings s;
  if (json.contains("window")) {
    const auto window = json.at("window").get<std::vector<int>>();
    if (window.size() == 4 && window[2] >= 640 && window[3] >= 480 && window[2] <= 16384 && window[3] <= 16384) {
      s.window_x = window[0], s.window_y = window[1], s.window_width = window[2], s.window_height = window[3];
    }
  }
  s.maximised = json.value("maximised", s.maximised);
  if (json.contains("panes")) {
    const auto panes = json.at("panes").get<std::vector<float>>();
    if (panes.size() == 3) {
      s.left_px = std::clamp(panes[0], 180.0F, 800.0F);
      s.right_px = std::clamp(panes[1], 220.0F, 1000.0F);
      s.bottom_px = std::clamp(panes[2], 120.0F, 1000.0F);
    }
  }
  if (json.contains("panes_open")) {
    const auto open = json.at("panes_open").get<std::vector<bool>>();
    if (open.size() == 3) s.left_open = open[0], s.right_open = open[1], s.bottom_open = open[2];
  }
  s.bottom_tab = json.value("bottom_tab", s.bottom_tab);
  s.compare = json.value("compare", s.compare);
  s.swipe = std::clamp(json.value("swipe", s.swipe), 0.0F, 1.0F);
  const std::string step = json.value("play_step", "");
  for (std::size_t i = 0; i < play_step_names.size(); ++i) {
    if (step == play_step_names[i]) s.play_step = static_cast<PlayStep>(i);
  }
  s.play_speed = std::clamp(json.value("play_speed", s.play_speed), 0, static_cast<int>(play_speeds.size()) - 1);
  s.theme = style::parse_theme(json.value("theme", "")).value_or(s.theme);
  s.dark = json.value("dark", s.dark);
  s.backups = json.value("backups", s.backups);
  const float scale = json.value("scale", 0.0F);
  if (scale >= least_scale && scale <= most_scale) s.scale = scale;
  s.language = json.value("language", "zh") == "en" ? base::Language::en : base::Language::zh;
  s.owner = json.value("owner", "");
  s.last_project = json.value("last_project", "");
  s.recent_projects = json.value("recent_projects", s.recent_projects);
  if (s.recent_projects.size() > recent_limit) s.recent_projects.resize(recent_limit);
  if (json.contains("rule")) {
    const auto& rule = json.at("rule");
    s.rule.from = planning::parse_count_from(rule.value("from", "")).value_or(s.rule.from);
    s.rule.area = planning::parse_floor_area(rule.value("area", "")).value_or(s.rule.area);
    s.rule.net = rule.value("net", s.rule.net);
    s.rule.scope = rule.value("scope", "");
  }
  return s;
}

}  // namespace

void Settings::remember_project(const std::string& file) {
  last_project = file;
  std::erase(recent_projects, file);
  recent_projects.insert(recent_projects.begin(), file);
  if (recent_projects.size() > recent_limit) recent_projects.resize(recent_limit);
}

bool operator==(const Settings& a, const Settings& b) { return to_json(a) == to_json(b); }

fs::path settings_file() {
  const fs::path dir = base::config_dir();
  return dir.empty() ? dir : dir / "window.json";
}

Settings load_settings(const fs::path& file, std::string& problem) {
  problem.clear();
  std::error_code error;
  if (file.empty() || !fs::exists(file, error)) return {};
  try {
    std::ifstream in(file);
    return from_json(nlohmann::json::parse(in));
  } catch (const nlohmann::json::exception&) {
    problem = file.string();
    return {};
  }
}

std::string save_settings(const Settings& settings, const fs::path& file) {
  if (file.empty()) return {};
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  fs::path part = file;
  part += ".part";
  {
    std::ofstream out(part);
    out << to_json(settings).dump(1) << '\n';
    if (!out.flush()) return part.string();
  }
  fs::rename(part, file, error);
  if (!error) return {};
  fs::remove(part, error);
  return file.string();
}

}  // namespace zaitu::ui
