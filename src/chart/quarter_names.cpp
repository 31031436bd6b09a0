#include <string>

#include "chart/layout_parts.h"

namespace zaitu::chart {

void lay_quarter_names(DisplayList& list, const std::vector<std::string>& names, double x0, double slot, double x1,
                       double top, const ChartStyle& style, const MeasureText& measure) {
  const double size = style.text_size;
  const bool quarters = slot >= measure("Q4", size, false) + 4;
  const double quarter_y = top + size * 0.7, year_y = quarters ? top + size * 2.0 : quarter_y;
  std::string shown_year;
  double free_from = -1;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const double left = x0 + static_cast<double>(i) * slot;
    const std::string year = names[i].substr(0, 4), quarter = names[i].size() > 4 ? names[i].substr(4) : "";
    if (quarters) {
      list.items.emplace_back(TextItem{{left + slot / 2, quarter_y}, quarter, size, style.muted, 0.5, 0.5, false});
    }
    if (year == shown_year) continue;
    if (!shown_year.empty())
      list.items.emplace_back(PolylineItem{{{left, top}, {left, top + size * 0.5}}, style.muted, 0.8, {}});
    shown_year = year;
    const double width = measure(year, size, true);
    if (left < free_from || left + width > x1) continue;
    list.items.emplace_back(TextItem{{left + 2, year_y}, year, size, style.ink, 0, 0.5, true});
    free_from = left + width + 6;
  }
}

}  // namespace zaitu::chart
