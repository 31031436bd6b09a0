// Texts that are being entered and are not in the project yet. While there are any they stand in a file of the user's
// settings folder, written at most once a second, so that a crash or a power cut costs no more than a second's typing;
// what a run that ended left there is offered at the next start. Main thread.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace zaitu::ui {

struct Draft {
  std::string place;  // "地块 MH-01 · 备注": of what it is
  std::string text;
  friend bool operator==(const Draft&, const Draft&) = default;
};

struct LostDrafts {
  std::string project, at;  // file; UTC, ISO 8601
  std::vector<Draft> drafts;
};

class Drafts {
 public:
  // `folder`: of the files, one for each running program; empty: nothing is kept.
  explicit Drafts(const std::filesystem::path& folder);
  // Everything was entered or dropped: no file is left.
  ~Drafts();
  Drafts(const Drafts&) = delete;
  Drafts& operator=(const Drafts&) = delete;

  // While a frame is drawn: a text that differs from what is stored.
  void note(std::string place, std::string text);
  // After it. `now`: seconds of the window's clock.
  void end_frame(const std::string& project, double now);
  // At once, as the program is about to end for no wish of the user's.
  void write_now();

  // What ended runs left. forget() removes their files.
  static std::vector<LostDrafts> lost(const std::filesystem::path& folder);
  static void forget(const std::filesystem::path& folder);

 private:
  std::filesystem::path m_file;
  std::string m_project;
  std::vector<Draft> m_noted, m_now, m_written;
  double m_written_at = -1;
};

std::filesystem::path drafts_folder();

}  // namespace zaitu::ui
