#include "render/cairo_canvas.h"

#include <cairo.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "render/clip.h"
#include "render/coverage.h"
#include "render/hatch.h"
#include "render/text.h"

namespace zaitu::render {

namespace {

constexpr double margin_px = 64;

double offset_in(double place, double period) { return place - std::floor(place / period) * period; }

}  // namespace

DesignPixels::DesignPixels(cairo_t* cr, const View& view) : m_cr(cr), m_view(view.of_design()) {
  cairo_save(cr);
  if (view.px_scale == 1) return;
  cairo_translate(cr, view.width_px / 2.0, view.height_px / 2.0);
  cairo_scale(cr, view.px_scale, view.px_scale);
  cairo_translate(cr, -m_view.width_px / 2.0, -m_view.height_px / 2.0);
}

DesignPixels::~DesignPixels() { cairo_restore(m_cr); }

CairoCanvas::CairoCanvas(cairo_t* cr, const View& view)
    : m_cr(cr), m_view(view), m_box{-margin_px, -margin_px, view.width_px + margin_px, view.height_px + margin_px} {}

std::vector<geom::Coord> CairoCanvas::projected(geom::Ring ring) const {
  std::vector<geom::Coord> result;
  result.reserve(ring.size());
  for (geom::Coord c : ring) {
    const geom::Coord p = m_view.to_screen(c);
    // Vertices closer than a twentieth of a pixel add bytes, not shape.
    if (!result.empty() && std::abs(p.x - result.back().x) < 0.05 && std::abs(p.y - result.back().y) < 0.05) continue;
    result.push_back(p);
  }
  return result;
}

bool CairoCanvas::add_polygon(const geom::FeatureGeometry& feature) {
  bool any = false;
  for (std::size_t p = 0; p < feature.part_count(); ++p) {
    const geom::PartView part = feature.part(p);
    for (std::size_t r = 0; r < part.ring_count(); ++r) {
      const std::vector<geom::Coord> ring = clip_ring(projected(part.ring(r)), m_box);
      if (ring.empty()) continue;
      cairo_move_to(m_cr, ring[0].x, ring[0].y);
      for (std::size_t i = 1; i < ring.size(); ++i) cairo_line_to(m_cr, ring[i].x, ring[i].y);
      cairo_close_path(m_cr);
      any = true;
    }
  }
  return any;
}

void CairoCanvas::fabric(const FeatureIndex& index, const geom::GeometryColumn& column,
                         std::span<const Shaded> features) {
  std::vector<Shaded> by_row(features.begin(), features.end());
  std::sort(by_row.begin(), by_row.end(), [](const Shaded& a, const Shaded& b) { return a.row < b.row; });
  cairo_set_fill_rule(m_cr, CAIRO_FILL_RULE_EVEN_ODD);
  for (const Shaded& feature : by_row) {
    if (feature.colour.a == 0) continue;
    const FeatureIndex::Extent extent = index.extent(feature.slot);
    const double width = static_cast<double>(extent.width);
    const double height = static_cast<double>(extent.height);
    set_colour(m_cr, feature.colour);
    if (std::max(width, height) < m_view.m_per_px) {
      const double area = static_cast<double>(extent.area);
      if (!(area > 0)) continue;
      const double box_width = std::sqrt(area * width / height);
      const geom::Coord centre = m_view.to_screen({index.tree.origin().x + static_cast<double>(extent.x),
                                                   index.tree.origin().y + static_cast<double>(extent.y)});
      const double w = box_width / m_view.m_per_px;
      const double h = area / box_width / m_view.m_per_px;
      cairo_rectangle(m_cr, centre.x - w / 2, centre.y - h / 2, w, h);
      cairo_fill(m_cr);
    } else if (add_polygon(column[feature.row])) {
      cairo_fill(m_cr);
    }
  }
}

void CairoCanvas::outlines(const geom::GeometryColumn& column, std::span<const Outlined> features) {
  // As strokes: a page has room for the few pixels by which they reach over to the neighbour.
  std::size_t from = 0;
  std::vector<std::uint32_t> rows;
  for (std::size_t i = 0; i <= features.size(); ++i) {
    if (i < features.size() && features[i].colour == features[from].colour &&
        features[i].width_px == features[from].width_px) {
      rows.push_back(features[i].row);
      continue;
    }
    if (!rows.empty()) {
      std::sort(rows.begin(), rows.end());
      stroke(column, rows, {features[from].colour, static_cast<double>(features[from].width_px), false, {}});
    }
    if (i == features.size()) break;
    from = i;
    rows.assign(1, features[i].row);
  }
}

void CairoCanvas::fill(const geom::GeometryColumn& column, std::uint32_t row, style::Rgba colour) {
  cairo_set_fill_rule(m_cr, CAIRO_FILL_RULE_EVEN_ODD);
  if (!add_polygon(column[row])) return;
  set_colour(m_cr, colour);
  cairo_fill(m_cr);
}

void CairoCanvas::hatch(const geom::GeometryColumn& column, RowList rows, const style::Symbol& symbol) {
  const geom::Envelope view_box{0, 0, static_cast<double>(m_view.width_px), static_cast<double>(m_view.height_px)};
  for (std::uint32_t row : rows) {
    const geom::Envelope extent = column[row].envelope();
    const geom::Coord a = m_view.to_screen({extent.min_x, extent.max_y});
    const geom::Coord b = m_view.to_screen({extent.max_x, extent.min_y});
    const geom::Envelope box{std::max(a.x, view_box.min_x), std::max(a.y, view_box.min_y),
                             std::min(b.x, view_box.max_x), std::min(b.y, view_box.max_y)};
    if (box.empty()) continue;
    cairo_save(m_cr);
    cairo_set_fill_rule(m_cr, CAIRO_FILL_RULE_EVEN_ODD);
    if (add_polygon(column[row])) {
      cairo_clip(m_cr);
      set_colour(m_cr, symbol.hatch_colour);
      add_hatch_lines(box, symbol);
    }
    cairo_restore(m_cr);
    cairo_new_path(m_cr);
  }
}

void CairoCanvas::add_hatch_lines(const geom::Envelope& box, const style::Symbol& symbol) {
  using style::HatchPattern;
  const double period =
      static_cast<double>(hatch_period(static_cast<double>(symbol.hatch_spacing_px))) / static_cast<double>(subpixel);
  // The map's pixel grid at this scale starts at the origin of the CRS, as for the pixels.
  const double left = m_view.centre.x / m_view.m_per_px - m_view.width_px / 2.0;
  const double top = m_view.centre.y / m_view.m_per_px + m_view.height_px / 2.0;
  const double half_band = hatch_line_px * std::numbers::sqrt2 / 2;
  cairo_set_line_width(m_cr, hatch_line_px);
  if (symbol.hatch == HatchPattern::diagonal || symbol.hatch == HatchPattern::cross) {
    // x + y = c in the view; the first c that meets the box.
    const double first = box.min_x + box.min_y;
    const double start = first - offset_in(left - top + first - half_band, period);
    for (double c = start; c <= box.max_x + box.max_y + period; c += period) {
      cairo_move_to(m_cr, c - box.max_y, box.max_y);
      cairo_line_to(m_cr, c - box.min_y, box.min_y);
    }
    cairo_stroke(m_cr);
  }
  if (symbol.hatch == HatchPattern::back_diagonal || symbol.hatch == HatchPattern::cross) {
    const double first = box.min_x - box.max_y;
    const double start = first - offset_in(left + top + first - half_band, period);
    for (double c = start; c <= box.max_x - box.min_y + period; c += period) {
      cairo_move_to(m_cr, c + box.min_y, box.min_y);
      cairo_line_to(m_cr, c + box.max_y, box.max_y);
    }
    cairo_stroke(m_cr);
  }
  if (symbol.hatch == HatchPattern::dots) {
    const double half = period / 2;
    const double y_start = box.min_y - offset_in(box.min_y - top, half) - half;
    const double x_start = box.min_x - offset_in(box.min_x + left, half) - half;
    for (double y = y_start; y <= box.max_y + half; y += half) {
      for (double x = x_start; x <= box.max_x + half; x += half) {
        const auto column = std::llround((x + left) / half);
        const auto row = std::llround((y - top) / half);
        if ((column + row) % 2 != 0) continue;
        cairo_new_sub_path(m_cr);
        cairo_arc(m_cr, x, y, hatch_dot_radius_px, 0, 2 * std::numbers::pi);
      }
    }
    cairo_fill(m_cr);
  }
}

void CairoCanvas::stroke(const geom::GeometryColumn& column, RowList rows, const LineStyle& line) {
  set_colour(m_cr, line.colour);
  cairo_set_line_width(m_cr, line.width_px);
  cairo_set_line_join(m_cr, line.round ? CAIRO_LINE_JOIN_ROUND : CAIRO_LINE_JOIN_MITER);
  cairo_set_line_cap(m_cr, line.round ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT);
  cairo_set_miter_limit(m_cr, 3);
  const bool dashed = line.dash_px.size() >= 2;
  const std::vector<double> dash(line.dash_px.begin(), line.dash_px.end());
  const bool closed = column.kind() == geom::GeometryKind::polygon;
  for (std::uint32_t row : rows) {
    const geom::FeatureGeometry feature = column[row];
    for (std::size_t p = 0; p < feature.part_count(); ++p) {
      const geom::PartView part = feature.part(p);
      if (line.shortest_px > 0 && too_short(part, line.shortest_px * m_view.m_per_px)) continue;
      const std::size_t rings = line.shells_only ? std::min<std::size_t>(1, part.ring_count()) : part.ring_count();
      for (std::size_t r = 0; r < rings; ++r) {
        const std::vector<geom::Coord> path = projected(part.ring(r));
        const std::vector<ClippedPath> pieces = clip_path(path, m_box);
        for (const ClippedPath& piece : pieces) {
          cairo_move_to(m_cr, piece.vertices[0].x, piece.vertices[0].y);
          const bool whole = closed && pieces.size() == 1 && piece.vertices.size() == path.size();
          const std::size_t end = whole ? piece.vertices.size() - 1 : piece.vertices.size();
          for (std::size_t i = 1; i < end; ++i) cairo_line_to(m_cr, piece.vertices[i].x, piece.vertices[i].y);
          if (whole) cairo_close_path(m_cr);
          if (dashed) {
            cairo_set_dash(m_cr, dash.data(), static_cast<int>(dash.size()), piece.start);
            cairo_stroke(m_cr);
          }
        }
      }
    }
  }
  if (!dashed) cairo_stroke(m_cr);
  cairo_set_dash(m_cr, nullptr, 0, 0);
}

void CairoCanvas::outer_bands(const geom::GeometryColumn& column, RowList rows, style::Rgba colour,
                              std::span<const double> widths_px) {
  cairo_save(m_cr);
  for (std::uint32_t row : rows) {  // one clip each: what overlaps stays outside of all
    cairo_set_fill_rule(m_cr, CAIRO_FILL_RULE_EVEN_ODD);
    cairo_rectangle(m_cr, m_box.min_x - 1, m_box.min_y - 1, m_box.width() + 2, m_box.height() + 2);
    add_polygon(column[row]);
    cairo_clip(m_cr);
  }
  for (double width_px : widths_px) stroke(column, rows, {colour, 2 * width_px, true, {}, true});
  cairo_restore(m_cr);
}

void CairoCanvas::disc(geom::Coord place, double radius_px, style::Rgba colour) {
  const geom::Coord p = m_view.to_screen(place);
  set_colour(m_cr, colour);
  cairo_new_sub_path(m_cr);
  cairo_arc(m_cr, p.x, p.y, radius_px, 0, 2 * std::numbers::pi);
  cairo_fill(m_cr);
}

void paint_land(const Scene& scene, const View& view, cairo_t* cr) {
  cairo_save(cr);
  cairo_rectangle(cr, 0, 0, view.width_px, view.height_px);
  cairo_clip(cr);
  set_colour(cr, scene.background());
  cairo_paint(cr);
  {
    const DesignPixels design(cr, view);
    CairoCanvas canvas(cr, design.view());
    paint_scene(StyledScene::of(scene), design.view(), canvas);
  }
  cairo_restore(cr);
}

void paint_vectors(const Scene& scene, const View& view, cairo_t* cr) {
  paint_land(scene, view, cr);
  cairo_save(cr);
  cairo_rectangle(cr, 0, 0, view.width_px, view.height_px);
  cairo_clip(cr);
  Text text(cr);
  draw_labels(cr, place_labels(scene, view, [&](const std::string& words, float size_px) {
                return text.size(words, static_cast<double>(size_px));
              }));
  cairo_restore(cr);
}

}  // namespace zaitu::render
