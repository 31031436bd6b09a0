// Shows a laid-out chart and answers the mouse and the keyboard: hovering a spot lights it up and tells its values, a
// click names its key. A click also gives the chart the keyboard: left and right go through the spots, Enter clicks,
// Escape gives it back. A right click offers the chart as a file, with rule and date. Main thread.
#pragma once

#include <optional>
#include <string>

#include "chart/figure.h"
#include "ui/frame.h"

namespace zaitu::ui {

class ChartView {
 public:
  // Draws at the cursor; the chart was laid out for `size` divided by the look's scale. Returns the key of the spot
  // that was clicked. `key` is the probe's; spots are known to it as "key SPOT".
  std::optional<std::string> draw(const Frame& frame, CommandQueue& commands, std::string_view key,
                                  const chart::Laid& laid, ImVec2 size);

 private:
  static void save(const Frame& frame, CommandQueue& commands, std::string_view key, const chart::Laid& laid,
                   const std::string& ending);

  std::optional<std::size_t> m_at;  // the spot the keyboard stands on
};

chart::Colour to_chart(ImU32 colour);
chart::ChartStyle chart_style(const Frame& frame);  // of the window's look
chart::MeasureText chart_measure(const Frame& frame);

}  // namespace zaitu::ui
