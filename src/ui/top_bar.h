// The bars above the map: project and tools in the first row; the figure, the clock, the rule and the theme in the
// second. Draws and raises commands; holds only widget state.
#pragma once

#include <vector>

#include "ui/actions.h"
#include "ui/frame.h"
#include "ui/search_box.h"

namespace zaitu::ui {

class TopBar {
 public:
  static float height(const Frame& frame);
  void draw(const Frame& frame, const std::vector<Action>& actions, CommandQueue& commands, float width);

 private:
  void draw_tools(const Frame& frame, const std::vector<Action>& actions, CommandQueue& commands, float width);
  void draw_headline(const Frame& frame, CommandQueue& commands, float width);
  void draw_clock(const Frame& frame, CommandQueue& commands, float width);
  void draw_play_options(const Frame& frame, CommandQueue& commands, ImVec2 at);
  void draw_rule(const Frame& frame, CommandQueue& commands, float width);

  SearchBox m_search;
  std::shared_ptr<const model::Project> m_range_of;
  ClockRange m_range;
  std::vector<planning::TargetGap> m_targets;
  std::string m_date_text;
};

}  // namespace zaitu::ui
