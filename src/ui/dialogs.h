// The dialogs: open a file, import a source, export a report, the list of keys. One is open at a time
// (Workspace::dialog); Esc closes it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ui/actions.h"
#include "ui/frame.h"

namespace zaitu::ui {

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
  void list_folder(const Frame& frame);
  std::filesystem::path m_folder;
  std::string m_path, m_problem;
  std::vector<Entry> m_entries;
  bool m_listed = false;
};

class Dialogs {
 public:
  void draw(const Frame& frame, const std::vector<Action>& actions, CommandQueue& commands);

 private:
  void draw_open(const Frame& frame, CommandQueue& commands);
  void draw_import(const Frame& frame, CommandQueue& commands);
  void draw_export(const Frame& frame, CommandQueue& commands);
  void draw_keys(const Frame& frame, const std::vector<Action>& actions);

  DialogKind m_shown = DialogKind::none;
  FileBrowser m_browser;
  // Import
  std::string m_layer, m_crs;
  model::ImportKind m_kind = model::ImportKind::parcels;
  bool m_update = false;
  // Export
  enum class What { summary, cards, ledger_csv, ledger_xlsx } m_what = What::summary;
  std::string m_folder;
};

}  // namespace zaitu::ui
