// Text on a Cairo context by Pango, always in Noto Sans CJK SC, without hinting so that paper and picture agree.
#pragma once

#include <string>

#include "render/map.h"

typedef struct _PangoLayout PangoLayout;

namespace zaitu::render {

class Text {
 public:
  explicit Text(cairo_t* cr);
  ~Text();
  Text(const Text&) = delete;
  Text& operator=(const Text&) = delete;

  geom::Coord size(const std::string& text, double size_px, bool bold = false);
  // x, y = upper left corner. A halo of width 0 is not drawn.
  void draw(double x, double y, const std::string& text, double size_px, bool bold, style::Rgba colour,
            style::Rgba halo = {0, 0, 0, 0}, double halo_px = 0);

 private:
  void set(const std::string& text, double size_px, bool bold);
  cairo_t* m_cr;
  PangoLayout* m_layout;
};

// Is there a font that has Chinese characters? Asks fontconfig as Text does; some milliseconds.
bool has_chinese_font();

void set_colour(cairo_t* cr, style::Rgba colour);

// Draws the labels as they were placed.
void draw_labels(cairo_t* cr, const std::vector<Label>& labels);

}  // namespace zaitu::render
