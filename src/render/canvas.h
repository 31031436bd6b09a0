// What the map is painted on: the same painting code (paint.h) drives the pixel canvas and the vector canvas.
// Sizes in pixels of the design (the canvas makes them View::px_scale larger), places in the CRS of the project. Rows
// are rows of the column given.
#pragma once

#include <span>

#include "render/scene.h"

namespace zaitu::render {

struct Shaded {
  std::uint32_t row = 0;
  std::uint32_t slot = 0;  // of the index
  style::Rgba colour;
};

struct Outlined {
  std::uint32_t row = 0;
  style::Rgba colour;
  float width_px = 1;  // of the whole line, of which the feature has its own half
};

struct LineStyle {
  style::Rgba colour;
  double width_px = 1;
  bool round = false;
  std::span<const float> dash_px;
  bool shells_only = false;  // leaves out the rings of holes
  double shortest_px = 0;    // parts with a smaller extent are left out
};

using RowList = std::span<const std::uint32_t>;

class Canvas {
 public:
  virtual ~Canvas() = default;
  // Polygons side by side, in any order: shared edges leave no seam, and what is smaller than two pixels keeps its
  // painted area. Where polygons overlap the small ones lie on top, large ones by row, the last one topmost.
  virtual void fabric(const FeatureIndex& index, const geom::GeometryColumn& column,
                      std::span<const Shaded> features) = 0;
  virtual void fill(const geom::GeometryColumn& column, std::uint32_t row, style::Rgba colour) = 0;
  // The pattern is anchored to the map: it runs on from one feature and one tile to the next.
  virtual void hatch(const geom::GeometryColumn& column, RowList rows, const style::Symbol& symbol) = 0;
  // Outlines of polygons side by side, each on its own side of its edges: neighbours make up the whole width together.
  virtual void outlines(const geom::GeometryColumn& column, std::span<const Outlined> features) = 0;
  // Lines, or the rings of polygons; overlapping strokes of one call melt together.
  virtual void stroke(const geom::GeometryColumn& column, RowList rows, const LineStyle& line) = 0;
  // Bands of these widths along the outer side of the polygons' shells, all of the polygons taken together.
  virtual void outer_bands(const geom::GeometryColumn& column, RowList rows, style::Rgba colour,
                           std::span<const double> widths_px) = 0;
  virtual void disc(geom::Coord place, double radius_px, style::Rgba colour) = 0;
};

// The extent of a line is below `least`, in CRS units.
bool too_short(const geom::PartView& part, double least);

// Paints all visible layers in their order, without labels. The canvas already holds the background.
void paint_scene(const StyledScene& scene, const View& view, Canvas& canvas);

}  // namespace zaitu::render
