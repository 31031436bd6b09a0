// What to import, as what, and what would come of it: the source is read once beforehand without writing
// (Document::preview_import), and the mapping of its columns, encoding, coordinate system and warnings are shown.
#pragma once

#include "ui/file_browser.h"

namespace zaitu::ui {

class ImportDialog {
 public:
  void open();
  void draw(const Frame& frame, CommandQueue& commands, FileBrowser& browser);

 private:
  app::ImportOptions options(const FileBrowser& browser) const;
  void ask_for_preview(const Frame& frame, CommandQueue& commands, const app::ImportOptions& wanted);
  void draw_choices(const Frame& frame);
  void draw_preview(const Frame& frame, const app::ImportPreview* preview);

  std::string m_layer, m_crs;
  model::ImportKind m_kind = model::ImportKind::parcels;
  bool m_update = false;
  std::string m_looked_at;  // what the last preview was asked for
  std::string m_seen;       // of the last frame
  double m_changed_at = 0;
};

}  // namespace zaitu::ui
