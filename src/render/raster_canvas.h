// The pixel canvas: paints into an opaque premultiplied RGBA image with the coverage rasteriser.
#pragma once

#include <deque>

#include "render/canvas.h"
#include "render/coverage.h"
#include "render/hatch.h"
#include "render/small_rasteriser.h"
#include "render/stroke.h"

namespace zaitu::render {

// Map coordinates to sub-pixels of a tile, by way of one grid for the whole map at this scale: a vertex rounds to the
// same place whichever tile asks.
class PixelGrid {
 public:
  // The part of the view whose upper left corner is (left_px, top_px).
  explicit PixelGrid(const View& view, int left_px = 0, int top_px = 0);
  Point operator()(geom::Coord c) const { return {rounded(c.x * m_scale) - m_left, m_top - rounded(c.y * m_scale)}; }
  std::int64_t left() const { return m_left; }  // of the tile, in sub-pixels of the map's grid
  std::int64_t top() const { return m_top; }    // growing northwards
  double scale() const { return m_scale; }

 private:
  static std::int64_t rounded(double v);
  double m_scale;
  std::int64_t m_left, m_top;
};

// Coverage-weighted premultiplied colours of polygons that lie side by side, two channels to a number: one
// multiplication weighs both.
struct FabricPixel {
  std::uint64_t rg = 0, ba = 0;  // r and b in the low halves
};
struct FabricColour {
  explicit FabricColour(style::Rgba colour);
  std::uint64_t rg, ba;
};

// Which pixels of a plane were written, row by row: what was not touched needs no composing and no clearing.
class TouchedRows {
 public:
  explicit TouchedRows(int height) : m_spans(static_cast<std::size_t>(height)) {}
  void add(int y, int first, int end) {
    Span& span = m_spans[static_cast<std::size_t>(y)];
    if (first < span.first) span.first = first;
    if (end > span.end) span.end = end;
  }
  template <class Visit>
  void each(const Visit& visit) const {  // visit(y, first, end) for every touched row
    for (std::size_t y = 0; y < m_spans.size(); ++y) {
      if (m_spans[y].end > 0) visit(static_cast<int>(y), m_spans[y].first, m_spans[y].end);
    }
  }
  // The same, and each row is then untouched again.
  template <class Visit>
  void take(const Visit& visit) {
    for (std::size_t y = 0; y < m_spans.size(); ++y) {
      if (m_spans[y].end > 0) visit(static_cast<int>(y), m_spans[y].first, m_spans[y].end);
      m_spans[y] = Span{};
    }
  }

 private:
  struct Span {
    int first = INT32_MAX, end = 0;
  };
  std::vector<Span> m_spans;
};

// Memory that outlives one tile. The planes are zero wherever no painting is under way.
struct RasterMemory {
  RasterMemory(int width, int height);
  CoverageRasteriser coverage;
  std::vector<Point> points;
  std::vector<FabricPixel> fabric;
  std::vector<std::uint16_t> fabric_cover;
  // Of small features and outlines, beyond a full pixel where they overlap; with a margin around the tile.
  static constexpr int margin = 2;
  std::vector<FabricPixel> small;
  std::vector<std::uint32_t> small_cover, spill;
  std::vector<std::uint16_t> mask;
  TouchedRows touched, small_touched;
};

class RasterCanvas final : public Canvas {
 public:
  RasterCanvas(Image& image, const PixelGrid& grid, const View& view, RasterMemory& memory);

  void fabric(const FeatureIndex& index, const geom::GeometryColumn& column, std::span<const Shaded> features) override;
  void fill(const geom::GeometryColumn& column, std::uint32_t row, style::Rgba colour) override;
  void hatch(const geom::GeometryColumn& column, RowList rows, const style::Symbol& symbol) override;
  void outlines(const geom::GeometryColumn& column, std::span<const Outlined> features) override;
  void stroke(const geom::GeometryColumn& column, RowList rows, const LineStyle& line) override;
  void outer_bands(const geom::GeometryColumn& column, RowList rows, style::Rgba colour,
                   std::span<const double> widths_px) override;
  void disc(geom::Coord place, double radius_px, style::Rgba colour) override;

 private:
  void add_polygon(const geom::FeatureGeometry& feature);
  // The pen in pixels of the image.
  void add_strokes(const geom::GeometryColumn& column, RowList rows, const Pen& pen, bool shells_only,
                   double shortest_px);
  const HatchCover& hatch_cover(style::HatchPattern pattern, float spacing_px);
  void add_speck(const FeatureIndex& index, const Shaded& feature);
  bool add_small(const geom::FeatureGeometry& feature, style::Rgba colour);
  void add_inner_line(Point a, Point b, double half_width_px, const FabricColour& colour);
  void add_small_cover(std::int64_t x, std::int64_t y, std::uint32_t cover, const FabricColour& colour);
  std::size_t small_index(std::int64_t x, std::int64_t y) const;
  void touch_small(std::int64_t y, std::int64_t first, std::int64_t end);
  void normalise_small();
  void spread_small();
  void compose_fabric();

  Image& m_image;
  PixelGrid m_grid;
  double m_units_per_px;  // of the image
  double m_px_scale;
  RasterMemory& m_memory;
  CoverageRasteriser& m_coverage;
  SmallRasteriser m_small;
  struct KnownHatch {
    style::HatchPattern pattern;
    float spacing_px;
    HatchCover cover;
  };
  std::deque<KnownHatch> m_hatches;
};

// A rectangle of the view; the same pixels as in the whole.
Image rasterise_part(const Scene& scene, const View& view, int left, int top, int width, int height);

}  // namespace zaitu::render
