// Files of a folder in a list, with a field for the path; for the dialogs. The folder is read when it is shown and
// every time another one is.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ui/frame.h"

namespace zaitu::ui {

std::filesystem::path home_folder();

// A folder's entries in a list, with a field for the path; folders first, then files by name.
class FileBrowser {
 public:
  void show(std::filesystem::path folder);
  // Draws path field and list; true when a file was chosen by double click or Enter.
  bool draw(const Frame& frame, std::string_view key, float height);
  std::filesystem::path chosen() const { return m_path; }
  void set_path(const std::string& path) { m_path = path; }

 private:
  struct Entry {
    std::string name;
    bool folder = false;
    std::uintmax_t bytes = 0;
  };
  void list_folder();
  std::filesystem::path m_folder;
  std::string m_path, m_problem;
  std::vector<Entry> m_entries;
  bool m_listed = false;
};

}  // namespace zaitu::ui
