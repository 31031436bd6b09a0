// The small tables of the bottom pane: a head that stays, rows that can be clicked and hovered as a whole, numbers at
// the right. One object lives as long as its table is drawn.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ui/frame.h"

namespace zaitu::ui {

struct PlanColumn {
  std::string title;
  float width = 0;  // at least, at scale 1; 0: shares the rest, by `share`
  bool right = false;
  float share = 1;
};

class PlanTable {
 public:
  PlanTable(const Frame& frame, std::string_view id, const std::vector<PlanColumn>& columns, ImVec2 size);
  ~PlanTable();
  PlanTable(const PlanTable&) = delete;
  bool open() const { return m_open; }

  // Begins a row; true when it was clicked.
  bool row(std::string_view probe_key, bool strong = false);
  bool hovered() const { return m_hovered; }  // the row last begun
  // The next cell of the row, cut to its width.
  void cell(std::string_view text);
  void cell(std::string_view text, ImU32 colour);
  // The same for a caller that draws it: its place and size.
  struct Box {
    ImVec2 at, size;
  };
  Box next_box();

 private:
  const Frame& m_frame;
  const std::vector<PlanColumn>& m_columns;
  bool m_open = false, m_hovered = false;
  int m_row = 0, m_column = -1;
  float m_row_height = 0;
};

}  // namespace zaitu::ui
