// Drawing on a page: text through Pango in the document's one font, lines, boxes, chips and charts through Cairo. The
// unit is px = 1/96 inch, as in style and chart; the font's measures do not depend on any device, so a dry canvas lays
// out exactly what a real one draws. A canvas belongs to one thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "chart/figure.h"
#include "style/symbol.h"

typedef struct _cairo cairo_t;

namespace zaitu::report {

inline constexpr const char* font_family = "Noto Sans CJK SC";

inline constexpr style::Rgba ink{31, 41, 51, 255}, muted{91, 103, 117, 255}, rule_grey{198, 206, 214, 255},
    panel{243, 246, 249, 255}, band{18, 59, 93, 255}, white{255, 255, 255, 255}, warning{178, 34, 42, 255},
    caution{138, 83, 0, 255}, caution_panel{255, 245, 222, 255};

struct TextStyle {
  double size = 10;
  bool bold = false;
  style::Rgba colour = ink;
  enum class Align { left, centre, right } align = Align::left;
  bool one_line = false;  // cut with an ellipsis where it is too long, instead of wrapped
};

class Canvas {
 public:
  explicit Canvas(cairo_t* cr, bool dry = false);
  ~Canvas();
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;

  cairo_t* cairo() const { return m_cr; }
  bool dry() const { return m_dry; }

  double text_width(const std::string& text, const TextStyle& style) const;
  // Height of the text set in `width`; one line's height is line_height().
  double text_height(const std::string& text, double width, const TextStyle& style) const;
  double line_height(double size) const;
  // Draws with the top left at (x, y) in `width` (needed for centre and right); returns the height.
  double text(double x, double y, double width, const std::string& text, const TextStyle& style) const;

  // Strokes the outlines of the glyphs with the context's colour and line width: the halo of a label.
  void outline_text(double x, double y, const std::string& text, const TextStyle& style) const;

  void line(double x0, double y0, double x1, double y1, style::Rgba colour, double width = 0.75,
            const std::vector<double>& dash = {}) const;
  void box(double x, double y, double width, double height, style::Rgba fill, double radius = 0) const;
  void frame(double x, double y, double width, double height, style::Rgba colour, double line_width = 0.75,
             double radius = 0) const;
  // A legend swatch: fill, hatch and outline of a map symbol.
  void swatch(double x, double y, double width, double height, const style::Symbol& symbol) const;
  void chart(const chart::DisplayList& list, double x, double y) const;

 private:
  struct Pango;
  cairo_t* m_cr;
  bool m_dry;
  std::unique_ptr<Pango> m_pango;
};

// Black or white, whichever reads better on the colour (WCAG 2 relative luminance).
style::Rgba readable_on(style::Rgba background);

}  // namespace zaitu::report
