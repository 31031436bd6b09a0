// Tasks and projects with their reports of the clock's quarter in the bottom pane: progress, problem and next step are
// edited in place, one change for each field; a frozen quarter is only read.
#pragma once

#include <optional>
#include <string>

#include "ui/frame.h"
#include "ui/unit_filter.h"

namespace zaitu::ui {

class TaskPanel {
 public:
  void draw(const Frame& frame, CommandQueue& commands);

 private:
  struct Draft {
    std::int64_t task = 0, project = 0;  // one of them
    int field = 0;
    std::string quarter, text, stored;
    bool focus = true;
  };
  void draw_bar(const Frame& frame, CommandQueue& commands, const app::QuarterBoard* board, planning::Quarter quarter);
  void draw_table(const Frame& frame, CommandQueue& commands, const app::QuarterBoard& board);
  void draw_cell(const Frame& frame, CommandQueue& commands, const app::QuarterBoard& board,
                 const planning::ReportLine& line, int field, const std::string& code, bool row_clicked,
                 class PlanTable& table);

  UnitFilter m_units;
  int m_kind = 0;  // 0 tasks, 1 projects
  bool m_missing = false;
  std::optional<Draft> m_draft;
};

}  // namespace zaitu::ui
