#include "base/paths.h"

#include <unistd.h>

#include <cstdlib>
#include <vector>

#include "base/error.h"

namespace zaitu::base {

namespace fs = std::filesystem;

namespace {

fs::path xdg(const char* variable, const char* below_home) {
  if (const char* dir = std::getenv(variable); dir != nullptr && dir[0] == '/') return fs::path(dir) / "zaitu";
  if (const char* home = std::getenv("HOME"); home != nullptr && home[0] == '/') {
    return fs::path(home) / below_home / "zaitu";
  }
  return {};
}

}  // namespace

fs::path executable_path() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error);
}

fs::path data_dir() {
  if (const char* dir = std::getenv("ZAITU_DATA_DIR"); dir != nullptr && dir[0] != '\0') return dir;
  std::error_code error;
  fs::path installed = executable_path().parent_path().parent_path() / "share" / "zaitu";
  if (fs::is_directory(installed, error)) return installed;
  fs::path source = ZAITU_SOURCE_DATA_DIR;
  if (fs::is_directory(source, error)) return source;
  throw Error(ExitCode::input_unreadable, "data folder not found in " + installed.string() + " or " + source.string() +
                                              ": set ZAITU_DATA_DIR to the folder data of the installation");
}

fs::path config_dir() { return xdg("XDG_CONFIG_HOME", ".config"); }
fs::path cache_dir() { return xdg("XDG_CACHE_HOME", ".cache"); }

fs::path temporary_dir() {
  std::vector<fs::path> places;
  if (const char* chosen = std::getenv("TMPDIR"); chosen != nullptr && chosen[0] == '/') places.emplace_back(chosen);
  places.insert(places.end(), {"/tmp", "/var/tmp"});
  std::error_code error;
  for (const fs::path& place : places) {
    if (fs::is_directory(place, error) && ::access(place.c_str(), W_OK | X_OK) == 0) return place;
  }
  fs::path last = cache_dir();
  if (!last.empty() && (fs::create_directories(last, error) || fs::is_directory(last, error))) return last;
  return "/tmp";
}

std::string version() { return ZAITU_VERSION; }

}  // namespace zaitu::base
