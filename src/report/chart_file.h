// One chart of the window as a file of its own, SVG or PDF, as it looks on the screen, with what its figures rest on.
#pragma once

#include <string>
#include <vector>

#include "chart/figure.h"

namespace zaitu::report {

struct ChartPicture {
  chart::DisplayList list;
  chart::Colour ground, ink;
  std::string title;
  std::vector<std::string> notes;  // lines below the chart: rule, as-of date, synthetic mark
};

// SVG or PDF, by the file's ending. Throws base::Error(output_failed), and then leaves nothing behind. Any thread.
void write_chart(const ChartPicture& picture, const std::string& file);

}  // namespace zaitu::report
