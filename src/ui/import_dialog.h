// What to import, as what, and what would come of it: the source is read once beforehand without writing
// (Document::preview_import), and the mapping of its columns, encoding, coordinate system and warnings are shown, with
// its outlines on a small map and the coordinate systems that its coordinates fit.
#pragma once

#include "ui/file_browser.h"
#include "ui/import_ledger.h"
#include "ui/import_map.h"

namespace zaitu::ui {

class ImportDialog {
 public:
  void open();
  void draw(const Frame& frame, CommandQueue& commands, FileBrowser& browser);

 private:
  app::ImportOptions options(const FileBrowser& browser) const;
  void ask_for_preview(const Frame& frame, CommandQueue& commands, const app::ImportOptions& wanted);
  void draw_choices(const Frame& frame, const app::ImportPreview* preview);
  void draw_kind(const Frame& frame, float width);
  void draw_crs(const Frame& frame, float width);
  void draw_layer(const Frame& frame, float width, const app::ImportPreview* preview);
  void draw_encoding(const Frame& frame, float width);
  void draw_duplicates(const Frame& frame, float width);
  void draw_shift(const Frame& frame, float width);
  void draw_preview(const Frame& frame, const app::ImportPreview* preview, float width, float height);
  void draw_result(const Frame& frame, const app::ImportPreview& preview);
  void draw_crs_state(const Frame& frame, const app::ImportResult& result);
  void forget_choices();

  std::string m_layer, m_crs, m_encoding, m_control_points;
  model::ImportKind m_kind = model::ImportKind::parcels;
  crs::MapShift m_shift = crs::MapShift::none;
  app::OnDuplicate m_on_duplicate = app::OnDuplicate::reject;
  bool m_swap = false;
  bool m_allow_partial = false;
  std::filesystem::path m_source;            // whose choices these are
  std::vector<crs::Candidate> m_candidates;  // for its CRS, also when one of them is chosen
  std::string m_looked_at;                   // what the last preview was asked for
  std::string m_seen;                        // of the last frame
  ImportLedger m_ledger;
  std::string m_ledger_of;  // kind and layer that the choices in m_ledger are of
  double m_changed_at = 0;
  ImportMap m_map;
};

}  // namespace zaitu::ui
