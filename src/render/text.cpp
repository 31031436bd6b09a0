#include "render/text.h"

#include <pango/pangocairo.h>

namespace zaitu::render {

Text::Text(cairo_t* cr) : m_cr(cr), m_layout(pango_cairo_create_layout(cr)) {
  PangoContext* context = pango_layout_get_context(m_layout);
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options(context, options);
  pango_cairo_context_set_resolution(context, 96);
  pango_context_set_round_glyph_positions(context, FALSE);
  cairo_font_options_destroy(options);
  pango_layout_context_changed(m_layout);
}

Text::~Text() { g_object_unref(m_layout); }

void Text::set(const std::string& text, double size_px, bool bold) {
  PangoFontDescription* font = pango_font_description_new();
  pango_font_description_set_family(font, "Noto Sans CJK SC");
  pango_font_description_set_absolute_size(font, size_px * PANGO_SCALE);
  pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description(m_layout, font);
  pango_font_description_free(font);
  pango_layout_set_text(m_layout, text.data(), static_cast<int>(text.size()));
}

geom::Coord Text::size(const std::string& text, double size_px, bool bold) {
  set(text, size_px, bold);
  int width = 0, height = 0;
  pango_layout_get_size(m_layout, &width, &height);
  return {static_cast<double>(width) / PANGO_SCALE, static_cast<double>(height) / PANGO_SCALE};
}

void Text::draw(double x, double y, const std::string& text, double size_px, bool bold, style::Rgba colour,
                style::Rgba halo, double halo_px) {
  set(text, size_px, bold);
  if (halo_px > 0 && halo.a > 0) {
    cairo_move_to(m_cr, x, y);
    pango_cairo_layout_path(m_cr, m_layout);
    cairo_set_line_width(m_cr, 2 * halo_px);
    cairo_set_line_join(m_cr, CAIRO_LINE_JOIN_ROUND);
    set_colour(m_cr, halo);
    cairo_stroke(m_cr);
  }
  cairo_move_to(m_cr, x, y);
  set_colour(m_cr, colour);
  pango_cairo_show_layout(m_cr, m_layout);
  cairo_new_path(m_cr);
}

bool has_chinese_font() {
  PangoContext* context = pango_font_map_create_context(pango_cairo_font_map_get_default());
  PangoFontDescription* wanted = pango_font_description_from_string("Noto Sans CJK SC 10");
  bool found = false;
  if (PangoFontset* fonts = pango_context_load_fontset(context, wanted, pango_language_from_string("zh-cn"));
      fonts != nullptr) {
    constexpr gunichar sample = 0x8F7D;  // 载
    if (PangoFont* font = pango_fontset_get_font(fonts, sample); font != nullptr) {
      found = pango_font_has_char(font, sample) != FALSE;
      g_object_unref(font);
    }
    g_object_unref(fonts);
  }
  pango_font_description_free(wanted);
  g_object_unref(context);
  return found;
}

void set_colour(cairo_t* cr, style::Rgba colour) {
  cairo_set_source_rgba(cr, colour.r / 255.0, colour.g / 255.0, colour.b / 255.0, colour.a / 255.0);
}

void draw_labels(cairo_t* cr, const std::vector<Label>& labels) {
  Text text(cr);
  for (const Label& label : labels) {
    const double size_px = static_cast<double>(label.size_px);
    const geom::Coord size = text.size(label.text, size_px, label.bold);
    text.draw(label.place_px.x - size.x / 2, label.place_px.y - size.y / 2, label.text, size_px, label.bold,
              label.colour, label.halo, size_px * 0.13);
  }
}

}  // namespace zaitu::render
