// What to export (summary page, quarterly package, parcel cards, ledgers, a layer, the map as it is seen) and where to.
// Runs the same commands as `zaitu report`, `zaitu export` and `zaitu render`.
#pragma once

#include <filesystem>
#include <string>

#include "ui/frame.h"
#include "ui/icons.h"

namespace zaitu::ui {

// The quarterly package of the clock's quarter.
app::ReportOptions quarter_options(const Frame& frame, const std::filesystem::path& folder);

class ExportDialog {
 public:
  void open(const Frame& frame);
  void draw(const Frame& frame, CommandQueue& commands);

 private:
  enum class What { summary, quarter, cards, ledger_xlsx, ledger_csv, layer, map };
  void choice(const Frame& frame, const char* key, What what, Icon icon, const std::string& label,
              const std::string& note, bool enabled);
  void draw_layer_choices(const Frame& frame);
  void draw_map_choices(const Frame& frame);
  Command command(const Frame& frame) const;

  What m_what = What::summary;
  std::string m_folder;
  std::string m_layer = "parcels", m_layer_format = "gpkg", m_layer_crs;
  std::string m_map_format = "png";
  int m_map_size = 1;
};

}  // namespace zaitu::ui
