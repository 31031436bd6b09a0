// The vector canvas: the same painting as pixels, as Cairo paths for PDF and SVG. Belongs to one thread.
#pragma once

#include "render/canvas.h"

namespace zaitu::render {

class CairoCanvas final : public Canvas {
 public:
  CairoCanvas(cairo_t* cr, const View& view);

  void fabric(const FeatureIndex& index, const geom::GeometryColumn& column, std::span<const Shaded> features) override;
  void fill(const geom::GeometryColumn& column, std::uint32_t row, style::Rgba colour) override;
  void hatch(const geom::GeometryColumn& column, RowList rows, const style::Symbol& symbol) override;
  void outlines(const geom::GeometryColumn& column, std::span<const Outlined> features) override;
  void stroke(const geom::GeometryColumn& column, RowList rows, const LineStyle& line) override;
  void outer_bands(const geom::GeometryColumn& column, RowList rows, style::Rgba colour,
                   std::span<const double> widths_px) override;
  void disc(geom::Coord place, double radius_px, style::Rgba colour) override;

 private:
  std::vector<geom::Coord> projected(geom::Ring ring) const;
  bool add_polygon(const geom::FeatureGeometry& feature);  // false: nothing of it is in view
  void add_hatch_lines(const geom::Envelope& box, const style::Symbol& symbol);

  cairo_t* m_cr;
  View m_view;
  geom::Envelope m_box;  // in pixels, wider than the view by more than any stroke
};

// Painting in pixels of the design: what is drawn while this lives comes out View::px_scale larger.
class DesignPixels {
 public:
  DesignPixels(cairo_t* cr, const View& view);
  ~DesignPixels();
  DesignPixels(const DesignPixels&) = delete;
  DesignPixels& operator=(const DesignPixels&) = delete;
  const View& view() const { return m_view; }

 private:
  cairo_t* m_cr;
  View m_view;
};

// Background and layers without labels, nothing outside the view.
void paint_land(const Scene& scene, const View& view, cairo_t* cr);

}  // namespace zaitu::render
