// Maps on a page: a styled scene painted as vectors into a frame, parcels marked on top, and the legend of what the
// frame shows. One thread per canvas.
#pragma once

#include <string>
#include <vector>

#include "render/map.h"
#include "report/canvas.h"

namespace zaitu::report {

struct PageMap {
  const render::Scene* scene = nullptr;
  const model::Project* project = nullptr;
  geom::Envelope extent;  // what must be seen
  double margin_px = 12;
  std::vector<std::uint32_t> marked;  // parcel rows
  bool ring = false;                  // a circle around the marked parcels, for maps where they are tiny
  base::Language language = base::Language::zh;
  const render::Scene* labels = nullptr;  // a scene of the same things whose labels stand above the marks
  bool pointers = false;                  // arrows to the circles' members outside the frame
};

// The box that holds the middle nine tenths of the parcels in both directions, with a margin: what the map is about
// where a few parcels lie far away. Empty without parcels.
geom::Envelope core_of_parcels(const model::Project& project, base::Date as_of);

render::View view_of(const PageMap& map, double width, double height);
geom::Envelope visible_extent(const PageMap& map, double width, double height);

void draw_map(const Canvas& canvas, double x, double y, double width, double height, const PageMap& map);

// Entries of the scene's legend that parcels inside the frame use; all that have parcels when `everything`.
struct LegendRow {
  std::string title;  // of a group; then no symbol
  style::LegendEntry entry;
};
std::vector<LegendRow> legend_rows(const PageMap& map, double width, double height, bool everything);
// Lays rows in columns from the left, group titles inline; returns the height used.
double draw_legend(const Canvas& canvas, double x, double y, double width, const std::vector<LegendRow>& rows,
                   double text_size = 8);

}  // namespace zaitu::report
