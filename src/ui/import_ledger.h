// Of the import dialog, for spreadsheets and CSV: the first rows as they lie in the sheet with the header that was
// found, which field each column feeds, which rows and cells are unsure or left out, and how the rows meet the
// project's. What the user changes here goes into the options of the import.
#pragma once

#include <map>
#include <string>

#include "ui/frame.h"

namespace zaitu::ui {

// What a planner calls a field: its first Chinese alias, else its name.
std::string field_label(const Frame& frame, const model::ImportField& field);

class ImportLedger {
 public:
  // Another source or sheet: nothing is chosen yet.
  void forget();
  // Header row and mapping as chosen.
  void apply(app::ImportOptions& options) const;
  // Of a source that is a table; of any other it draws nothing and returns false.
  bool draw(const Frame& frame, const app::ImportPreview& preview);

 private:
  void draw_rows(const Frame& frame, const app::ImportPreview& preview, float height);
  void draw_columns(const Frame& frame, const app::ImportPreview& preview);
  void draw_oddities(const Frame& frame, const app::ImportPreview& preview) const;
  void choose_field(const app::ImportResult& result, const std::string& column, std::string_view field);

  std::int64_t m_header_row = 0;                 // 0: as found
  std::map<std::string, std::string> m_mapping;  // field -> column, empty: none
};

}  // namespace zaitu::ui
