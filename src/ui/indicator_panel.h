// The wall of indicators in the bottom pane: targets by year with the observations of the same scope, every other
// number on a line of its own; and two issues of targets row by row.
#pragma once

#include "ui/frame.h"
#include "ui/unit_filter.h"

namespace zaitu::ui {

class IndicatorPanel {
 public:
  void draw(const Frame& frame, CommandQueue& commands);

 private:
  std::optional<std::size_t> other(const app::WallOfIssue& wall) const;  // of its issues; nullopt: there is no other
  void draw_issues(const Frame& frame, const app::WallOfIssue& wall, const model::Project& project);
  void draw_wall(const Frame& frame, const app::Of<app::WallOfIssue>& of);
  void draw_differences(const Frame& frame, const app::Of<app::WallOfIssue>& of);

  UnitFilter m_units;
  std::string m_file;                                  // of the project these were chosen in
  std::size_t m_issue = static_cast<std::size_t>(-1);  // the last one
  std::optional<std::size_t> m_other;                  // to compare with; none chosen: the one before
  bool m_compare = false;
  std::optional<std::size_t> m_asked_other;  // of the wall that came last
};

}  // namespace zaitu::ui
