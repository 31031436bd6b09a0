// The dialogs: open a file, import a source, export, the list of keys. One is open at a time (Workspace::dialog); Esc
// closes it.
#pragma once

#include <vector>

#include "ui/actions.h"
#include "ui/export_dialog.h"
#include "ui/file_browser.h"
#include "ui/frame.h"
#include "ui/import_dialog.h"

namespace zaitu::ui {

class Dialogs {
 public:
  void draw(const Frame& frame, const std::vector<Action>& actions, CommandQueue& commands);

 private:
  void draw_open(const Frame& frame, CommandQueue& commands);
  static void draw_lost_drafts(const Frame& frame, CommandQueue& commands);
  static void draw_damaged(const Frame& frame, CommandQueue& commands);
  void draw_keys(const Frame& frame, const std::vector<Action>& actions);

  DialogKind m_shown = DialogKind::none;
  FileBrowser m_browser;
  ImportDialog m_import;
  ExportDialog m_export;
};

}  // namespace zaitu::ui
