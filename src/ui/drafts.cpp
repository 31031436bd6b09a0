#include "ui/drafts.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "base/output_file.h"
#include "base/paths.h"

namespace zaitu::ui {

namespace fs = std::filesystem;

namespace {

constexpr double draft_rest_s = 1;  // between two writes

// Files whose program has ended.
std::vector<fs::path> left_behind(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  if (folder.empty() || !fs::is_directory(folder, error)) return files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().stem().string();
    int pid = 0;
    std::from_chars(name.data(), name.data() + name.size(), pid);
    if (entry.path().extension() != ".json" || pid <= 0 || pid == ::getpid()) continue;
    const fs::path program = fs::read_symlink(fmt::format("/proc/{}/exe", pid), error);
    if (error || program.filename() != base::executable_path().filename()) files.push_back(entry.path());
  }
  return files;
}

}  // namespace

fs::path drafts_folder() {
  const fs::path dir = base::config_dir();
  return dir.empty() ? dir : dir / "drafts";
}

Drafts::Drafts(const fs::path& folder) {
  if (!folder.empty()) m_file = folder / fmt::format("{}.json", ::getpid());
}

Drafts::~Drafts() {
  if (m_now.empty() && !m_written.empty()) write_now();
}

void Drafts::note(std::string place, std::string text) { m_noted.push_back({std::move(place), std::move(text)}); }

void Drafts::end_frame(const std::string& project, double now) {
  m_project = project;
  m_now = std::exchange(m_noted, {});
  // What was entered is gone from the file at once: it would be offered though it is stored.
  if (m_now == m_written || (!m_now.empty() && now < m_written_at + draft_rest_s)) return;
  m_written_at = now;
  write_now();
}

void Drafts::write_now() {
  if (m_file.empty() || m_now == m_written) return;
  m_written = m_now;
  std::error_code error;
  if (m_now.empty()) {
    fs::remove(m_file, error);
    return;
  }
  nlohmann::json json{{"project", m_project},
                      {"at", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)))},
                      {"drafts", nlohmann::json::array()}};
  for (const Draft& draft : m_now) json["drafts"].push_back({{"place", draft.place}, {"text", draft.text}});
  try {
    fs::create_directories(m_file.parent_path(), error);
    base::OutputFile out(m_file);
    out.write(json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace));
    out.commit_as_written();
  } catch (const base::Error&) {
    // Settings that cannot be written are told of elsewhere; typing goes on.
  }
}

std::vector<LostDrafts> Drafts::lost(const fs::path& folder) {
  const std::vector<fs::path> files = left_behind(folder);
  std::vector<LostDrafts> all;
  all.reserve(files.size());
  for (const fs::path& file : files) {
    try {
      std::ifstream in(file);
      const auto json = nlohmann::json::parse(in);
      LostDrafts lost{json.value("project", ""), json.value("at", ""), {}};
      for (const auto& draft : json.at("drafts")) {
        lost.drafts.push_back({draft.value("place", ""), draft.value("text", "")});
      }
      if (!lost.drafts.empty()) all.push_back(std::move(lost));
    } catch (const nlohmann::json::exception&) {
      // Not one of ours.
    }
  }
  return all;
}

void Drafts::forget(const fs::path& folder) {
  std::error_code error;
  for (const fs::path& file : left_behind(folder)) fs::remove(file, error);
}

}  // namespace zaitu::ui
