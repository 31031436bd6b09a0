#include "report/canvas.h"

#include <cairo.h>
#include <pango/pangocairo.h>

#include <cmath>

#include "render/text.h"

namespace zaitu::report {

namespace {

using render::set_colour;

style::Rgba rgba(chart::Colour c) { return {c.r, c.g, c.b, c.a}; }

void rounded(cairo_t* cr, double x, double y, double width, double height, double radius) {
  if (radius <= 0) {
    cairo_rectangle(cr, x, y, width, height);
    return;
  }
  constexpr double quarter = 1.5707963267948966;
  cairo_new_sub_path(cr);
  cairo_arc(cr, x + width - radius, y + radius, radius, -quarter, 0);
  cairo_arc(cr, x + width - radius, y + height - radius, radius, 0, quarter);
  cairo_arc(cr, x + radius, y + height - radius, radius, quarter, 2 * quarter);
  cairo_arc(cr, x + radius, y + radius, radius, 2 * quarter, 3 * quarter);
  cairo_close_path(cr);
}

void trace(cairo_t* cr, const std::vector<chart::Point>& points) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i == 0) {
      cairo_move_to(cr, points[i].x, points[i].y);
    } else {
      cairo_line_to(cr, points[i].x, points[i].y);
    }
  }
}

}  // namespace

struct Canvas::Pango {
  PangoContext* context = nullptr;
  PangoLayout* layout = nullptr;
  ~Pango() {
    if (layout != nullptr) g_object_unref(layout);
    if (context != nullptr) g_object_unref(context);
  }
};

Canvas::Canvas(cairo_t* cr, bool dry) : m_cr(cr), m_dry(dry), m_pango(std::make_unique<Pango>()) {
  m_pango->context = pango_cairo_create_context(cr);
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options(m_pango->context, options);
  cairo_font_options_destroy(options);
  pango_context_set_language(m_pango->context, pango_language_from_string("zh-cn"));
  pango_context_set_round_glyph_positions(m_pango->context, FALSE);
  m_pango->layout = pango_layout_new(m_pango->context);
}

Canvas::~Canvas() = default;

namespace {

using render::set_colour;

void set(PangoLayout* layout, const std::string& text, double width, const TextStyle& style) {
  PangoFontDescription* font = pango_font_description_new();
  pango_font_description_set_family(font, font_family);
  pango_font_description_set_absolute_size(font, style.size * PANGO_SCALE);
  pango_font_description_set_weight(font, style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
  pango_layout_set_font_description(layout, font);
  pango_font_description_free(font);
  pango_layout_set_text(layout, text.c_str(), static_cast<int>(text.size()));
  pango_layout_set_width(layout, width > 0 ? static_cast<int>(std::floor(width * PANGO_SCALE)) : -1);
  pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_ellipsize(layout, style.one_line && width > 0 ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  pango_layout_set_single_paragraph_mode(layout, style.one_line ? TRUE : FALSE);
  pango_layout_set_alignment(layout, style.align == TextStyle::Align::left     ? PANGO_ALIGN_LEFT
                                     : style.align == TextStyle::Align::centre ? PANGO_ALIGN_CENTER
                                                                               : PANGO_ALIGN_RIGHT);
}

}  // namespace

double Canvas::text_width(const std::string& text, const TextStyle& style) const {
  set(m_pango->layout, text, 0, style);
  int width = 0, height = 0;
  pango_layout_get_size(m_pango->layout, &width, &height);
  return static_cast<double>(width) / PANGO_SCALE;
}

double Canvas::text_height(const std::string& text, double width, const TextStyle& style) const {
  set(m_pango->layout, text, width, style);
  int ignored = 0, height = 0;
  pango_layout_get_size(m_pango->layout, &ignored, &height);
  return static_cast<double>(height) / PANGO_SCALE;
}

double Canvas::line_height(double size) const { return text_height("国g", 0, TextStyle{size}); }

double Canvas::text(double x, double y, double width, const std::string& text, const TextStyle& style) const {
  const double height = text_height(text, width, style);  // sets the layout
  if (m_dry || text.empty()) return height;
  set_colour(m_cr, style.colour);
  cairo_move_to(m_cr, x, y);
  pango_cairo_show_layout(m_cr, m_pango->layout);
  cairo_new_path(m_cr);  // the point that was moved to would begin the next arc
  return height;
}

void Canvas::outline_text(double x, double y, const std::string& text, const TextStyle& style) const {
  if (m_dry) return;
  set(m_pango->layout, text, 0, style);
  cairo_new_path(m_cr);
  cairo_move_to(m_cr, x, y);
  pango_cairo_layout_path(m_cr, m_pango->layout);
  cairo_stroke(m_cr);
}

void Canvas::line(double x0, double y0, double x1, double y1, style::Rgba colour, double width,
                  const std::vector<double>& dash) const {
  if (m_dry) return;
  cairo_save(m_cr);
  set_colour(m_cr, colour);
  cairo_set_line_width(m_cr, width);
  cairo_set_dash(m_cr, dash.data(), static_cast<int>(dash.size()), 0);
  cairo_move_to(m_cr, x0, y0);
  cairo_line_to(m_cr, x1, y1);
  cairo_stroke(m_cr);
  cairo_restore(m_cr);
}

void Canvas::box(double x, double y, double width, double height, style::Rgba fill, double radius) const {
  if (m_dry) return;
  set_colour(m_cr, fill);
  rounded(m_cr, x, y, width, height, radius);
  cairo_fill(m_cr);
}

void Canvas::frame(double x, double y, double width, double height, style::Rgba colour, double line_width,
                   double radius) const {
  if (m_dry) return;
  set_colour(m_cr, colour);
  cairo_set_line_width(m_cr, line_width);
  rounded(m_cr, x, y, width, height, radius);
  cairo_stroke(m_cr);
}

void Canvas::swatch(double x, double y, double width, double height, const style::Symbol& symbol) const {
  if (m_dry) return;
  cairo_save(m_cr);
  if (symbol.point_size_px > 0) {
    const double radius = std::min(height, static_cast<double>(symbol.point_size_px)) / 2;
    cairo_arc(m_cr, x + width / 2, y + height / 2, radius, 0, 6.283185307179586);
    set_colour(m_cr, symbol.fill);
    cairo_fill_preserve(m_cr);
    set_colour(m_cr, symbol.outline);
    cairo_set_line_width(m_cr, symbol.outline_px > 0 ? static_cast<double>(symbol.outline_px) : 0);
    cairo_stroke(m_cr);
    cairo_restore(m_cr);
    return;
  }
  cairo_rectangle(m_cr, x, y, width, height);
  set_colour(m_cr, symbol.fill);
  cairo_fill(m_cr);
  if (symbol.hatch != style::HatchPattern::none) {
    cairo_save(m_cr);
    cairo_rectangle(m_cr, x, y, width, height);
    cairo_clip(m_cr);
    set_colour(m_cr, symbol.hatch_colour);
    cairo_set_line_width(m_cr, 1);
    const bool forward = symbol.hatch != style::HatchPattern::back_diagonal;
    const bool backward =
        symbol.hatch == style::HatchPattern::back_diagonal || symbol.hatch == style::HatchPattern::cross;
    for (double offset = -height; offset < width; offset += 4) {
      if (symbol.hatch == style::HatchPattern::dots) {
        for (double down = 2; down < height; down += 4) cairo_rectangle(m_cr, x + offset, y + down, 1.2, 1.2);
        continue;
      }
      if (forward) {
        cairo_move_to(m_cr, x + offset, y + height);
        cairo_line_to(m_cr, x + offset + height, y);
      }
      if (backward) {
        cairo_move_to(m_cr, x + offset, y);
        cairo_line_to(m_cr, x + offset + height, y + height);
      }
    }
    if (symbol.hatch == style::HatchPattern::dots) {
      cairo_fill(m_cr);
    } else {
      cairo_stroke(m_cr);
    }
    cairo_restore(m_cr);
  }
  if (symbol.outline_px > 0 && symbol.outline.a > 0) {
    const double line_width = std::min(2.0, static_cast<double>(symbol.outline_px));
    set_colour(m_cr, symbol.outline);
    cairo_set_line_width(m_cr, line_width);
    std::vector<double> dash(symbol.dash_px.begin(), symbol.dash_px.end());
    cairo_set_dash(m_cr, dash.data(), static_cast<int>(dash.size()), 0);
    cairo_rectangle(m_cr, x + line_width / 2, y + line_width / 2, width - line_width, height - line_width);
    cairo_stroke(m_cr);
  }
  cairo_restore(m_cr);
}

void Canvas::chart(const chart::DisplayList& list, double x, double y) const {
  if (m_dry) return;
  cairo_save(m_cr);
  cairo_translate(m_cr, x, y);
  for (const auto& item : list.items) {
    if (const auto* path = std::get_if<chart::PolylineItem>(&item)) {
      set_colour(m_cr, rgba(path->colour));
      cairo_set_line_width(m_cr, path->width);
      cairo_set_line_join(m_cr, CAIRO_LINE_JOIN_ROUND);
      cairo_set_dash(m_cr, path->dash.data(), static_cast<int>(path->dash.size()), 0);
      trace(m_cr, path->points);
      cairo_stroke(m_cr);
    } else if (const auto* area = std::get_if<chart::PolygonItem>(&item)) {
      set_colour(m_cr, rgba(area->fill));
      trace(m_cr, area->points);
      cairo_close_path(m_cr);
      cairo_fill(m_cr);
    } else if (const auto* words = std::get_if<chart::TextItem>(&item)) {
      TextStyle style{words->size, words->bold, rgba(words->colour)};
      const double width = text_width(words->text, style), height = text_height(words->text, 0, style);
      text(words->at.x - words->anchor_x * width, words->at.y - words->anchor_y * height, 0, words->text, style);
    }
  }
  cairo_restore(m_cr);
}

style::Rgba readable_on(style::Rgba background) {
  const auto linear = [](std::uint8_t channel) {
    const double c = channel / 255.0;
    return c <= 0.03928 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
  };
  const double luminance =
      0.2126 * linear(background.r) + 0.7152 * linear(background.g) + 0.0722 * linear(background.b);
  return luminance > 0.3 ? ink : white;
}

}  // namespace zaitu::report
