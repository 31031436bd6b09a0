// A Sankey diagram: what flows from the nodes of each column to those of the next, every band as wide as its value.
// Pure functions.
#pragma once

#include "chart/figure.h"

namespace zaitu::chart {

struct SankeyNode {
  std::string key, name, value_text;  // value_text stands beside the name
  Colour colour;
};
struct SankeyLink {
  std::size_t column = 0;        // from this column to the next
  std::size_t from = 0, to = 0;  // nodes of the two columns
  double value = 0;              // > 0
  std::string key, text;         // of its hot spot
};
struct SankeyFigure {
  std::vector<std::string> titles;  // one for each column
  std::vector<std::vector<SankeyNode>> columns;
  std::vector<SankeyLink> links;
};

// One scale for all columns. A node is as tall as the larger of what enters and what leaves it; nodes keep their order,
// and so do the links at each of them. Hot spots: links, above them the nodes (key of the node, text of name and
// value). Names that would overlap are left out, values that find no room too. A figure without links gives an empty
// list.
Laid lay_out(const SankeyFigure& figure, double width, double height, const ChartStyle& style,
             const MeasureText& measure);

}  // namespace zaitu::chart
