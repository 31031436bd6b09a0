#include "report/page_map.h"

#include <cairo.h>

#include <algorithm>
#include <cmath>

#include "render/text.h"

namespace zaitu::report {

namespace {

using render::set_colour;

void trace(cairo_t* cr, const render::View& view, const geom::FeatureGeometry& polygon) {
  for (std::size_t p = 0; p < polygon.part_count(); ++p) {
    const geom::PartView part = polygon.part(p);
    for (std::size_t r = 0; r < part.ring_count(); ++r) {
      const geom::Ring ring = part.ring(r);
      for (std::size_t i = 0; i < ring.size(); ++i) {
        const geom::Coord at = view.to_screen(ring[i]);
        if (i == 0) {
          cairo_move_to(cr, at.x, at.y);
        } else {
          cairo_line_to(cr, at.x, at.y);
        }
      }
      cairo_close_path(cr);
    }
  }
}

void mark_parcels(cairo_t* cr, const render::View& view, const PageMap& map) {
  geom::Envelope box;
  for (const std::uint32_t row : map.marked) {
    const geom::FeatureGeometry polygon = map.project->parcels->geometry[row];
    box.expand(polygon.envelope());
    trace(cr, view, polygon);
  }
  if (box.empty()) return;
  if (map.ring) {
    set_colour(cr, warning);
    cairo_fill(cr);
    const geom::Coord centre = view.to_screen(box.centre());
    const double radius = std::max(9.0, std::hypot(box.width(), box.height()) / 2 / view.m_per_px + 5);
    cairo_set_line_width(cr, 4);
    set_colour(cr, white);
    cairo_arc(cr, centre.x, centre.y, radius, 0, 6.283185307179586);
    cairo_stroke_preserve(cr);
    cairo_set_line_width(cr, 2);
    set_colour(cr, warning);
    cairo_stroke(cr);
    return;
  }
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width(cr, 5);
  set_colour(cr, white);
  cairo_stroke_preserve(cr);
  cairo_set_line_width(cr, 2.4);
  set_colour(cr, warning);
  cairo_stroke(cr);
}

void draw_labels(const Canvas& canvas, const render::View& view, const render::Scene& scene,
                 const std::vector<geom::Envelope>& keep_clear) {
  cairo_t* cr = canvas.cairo();
  const auto measure = [&](const std::string& text, float size) {
    return geom::Coord{canvas.text_width(text, {.size = static_cast<double>(size), .bold = true}),
                       canvas.line_height(static_cast<double>(size))};
  };
  for (const render::Label& label : render::place_labels(scene, view, measure)) {
    const TextStyle style{.size = static_cast<double>(label.size_px), .bold = label.bold, .colour = label.colour};
    const double width = canvas.text_width(label.text, style);
    const double x = label.place_px.x - width / 2;
    const double y = label.place_px.y - canvas.line_height(style.size) / 2;
    const geom::Envelope box{x, y, x + width, y + canvas.line_height(style.size)};
    if (std::any_of(keep_clear.begin(), keep_clear.end(), [&](const auto& other) { return box.intersects(other); }))
      continue;
    set_colour(cr, label.halo);
    cairo_set_line_width(cr, 3);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    canvas.outline_text(x, y, label.text, style);
    canvas.text(x, y, 0, label.text, style);
  }
}

// Members of circles that lie outside the frame: an arrow at its edge, with name and distance. Returns what they take.
std::vector<geom::Envelope> draw_pointers(const Canvas& canvas, const render::View& view, const PageMap& map) {
  std::vector<geom::Envelope> taken;
  const model::Project& project = *map.project;
  if (!project.circle_members || !project.circles) return taken;
  cairo_t* cr = canvas.cairo();
  const geom::Envelope frame = view.extent();
  const double width = view.width_px, height = view.height_px, line = canvas.line_height(8);
  for (std::size_t row = 0; row < project.circle_members->rows.size(); ++row) {
    const model::CircleMember& member = project.circle_members->rows[row];
    const geom::Envelope box = project.circle_members->geometry[row].envelope();
    if (box.empty() || frame.intersects(box)) continue;
    const auto circle = std::find_if(project.circles->begin(), project.circles->end(),
                                     [&](const model::Circle& c) { return c.id == member.circle; });
    const style::Rgba colour = circle == project.circles->end()
                                   ? ink
                                   : style::mixed(style::parse_colour(circle->colour), {20, 18, 14, 255}, 0.3);
    const geom::Coord target = view.to_screen(box.centre());
    const double dx = target.x - width / 2, dy = target.y - height / 2, length = std::hypot(dx, dy);
    // Where the way from the centre of the map to the member leaves the frame, a little inside.
    constexpr double inside = 12;
    const double share = std::min(dx == 0 ? 1e9 : (width / 2 - inside) / std::abs(dx),
                                  dy == 0 ? 1e9 : (height / 2 - inside) / std::abs(dy));
    const geom::Coord tip{width / 2 + dx * share, height / 2 + dy * share};
    cairo_save(cr);
    cairo_translate(cr, tip.x, tip.y);
    cairo_rotate(cr, std::atan2(dy, dx));
    cairo_move_to(cr, 7, 0);
    cairo_line_to(cr, -6, 5.5);
    cairo_line_to(cr, -3, 0);
    cairo_line_to(cr, -6, -5.5);
    cairo_close_path(cr);
    cairo_restore(cr);
    set_colour(cr, white);
    cairo_set_line_width(cr, 2.5);
    cairo_stroke_preserve(cr);
    set_colour(cr, colour);
    cairo_fill(cr);
    const double metres = length * view.m_per_px;
    const std::string words =
        member.name +
        (project.crs && project.crs->is_geographic() ? std::string() : " " + base::number(metres / 1000, 0) + " km");
    const TextStyle style{.size = 8, .bold = true, .colour = colour};
    const double text_width = canvas.text_width(words, style);
    const double text_x = tip.x < width / 2 ? tip.x + 11 : tip.x - 11 - text_width;
    const double x = std::clamp(text_x, 3.0, std::max(3.0, width - text_width - 3));
    double y = std::clamp(tip.y - line / 2, 2.0, height - line - 2);
    const auto covered = [&] {
      return std::any_of(taken.begin(), taken.end(), [&](const geom::Envelope& other) {
        return other.intersects({x, y, x + text_width, y + line});
      });
    };
    for (int tries = 0; tries < 6 && covered(); ++tries) y += tip.y < height / 2 ? line : -line;
    set_colour(cr, {255, 255, 255, 225});
    cairo_set_line_width(cr, 3);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    canvas.outline_text(x, y, words, style);
    canvas.text(x, y, 0, words, style);
    taken.push_back({x, y, x + text_width, y + line});
    taken.push_back({tip.x - 8, tip.y - 8, tip.x + 8, tip.y + 8});
  }
  return taken;
}

// Classes that look alike (what is certain has no pattern) share one swatch.
void merge_alike(std::vector<LegendRow>& entries) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (std::size_t j = i + 1; j < entries.size();) {
      if (entries[j].entry.symbol != entries[i].entry.symbol) {
        ++j;
        continue;
      }
      entries[i].entry.label += " / " + entries[j].entry.label;
      entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(j));
    }
  }
}

}  // namespace

geom::Envelope core_of_parcels(const model::Project& project, base::Date as_of) {
  std::vector<double> xs, ys;
  const model::ParcelTable& parcels = *project.parcels;
  for (std::size_t row = 0; row < parcels.size(); ++row) {
    const geom::Envelope box = parcels.geometry[row].envelope();
    if (box.empty() || !parcels.in_force(row, as_of)) continue;
    xs.push_back(box.centre().x);
    ys.push_back(box.centre().y);
  }
  geom::Envelope core;
  if (xs.empty()) return core;
  std::sort(xs.begin(), xs.end());
  std::sort(ys.begin(), ys.end());
  const std::size_t low = xs.size() / 20, high = xs.size() - 1 - low;
  core.expand(geom::Coord{xs[low], ys[low]});
  core.expand(geom::Coord{xs[high], ys[high]});
  return core.buffered(0.08 * std::max(core.width(), core.height()));
}

render::View view_of(const PageMap& map, double width, double height) {
  return render::View::fitting(map.extent, static_cast<int>(width), static_cast<int>(height), map.margin_px);
}

geom::Envelope visible_extent(const PageMap& map, double width, double height) {
  return view_of(map, width, height).extent();
}

void draw_map(const Canvas& canvas, double x, double y, double width, double height, const PageMap& map) {
  if (canvas.dry()) return;
  cairo_t* cr = canvas.cairo();
  const render::View view = view_of(map, width, height);
  cairo_save(cr);
  cairo_rectangle(cr, x, y, width, height);
  cairo_clip(cr);
  cairo_translate(cr, x, y);
  set_colour(cr, map.scene->background());
  cairo_paint(cr);
  render::paint_vectors(*map.scene, view, cr);
  mark_parcels(cr, view, map);
  cairo_new_path(cr);
  std::vector<geom::Envelope> keep_clear;
  if (map.pointers) keep_clear = draw_pointers(canvas, view, map);
  if (map.labels != nullptr) {  // scale bar and attribution below, the north arrow on top
    keep_clear.push_back({0, height - 44, width, height});
    keep_clear.push_back({width - 42, 0, width, 54});
    draw_labels(canvas, view, *map.labels, keep_clear);
  }
  render::paint_furniture(map.labels != nullptr ? *map.labels : *map.scene, view, cr, map.language);
  cairo_restore(cr);
  canvas.frame(x, y, width, height, muted, 0.8);
}

std::vector<LegendRow> legend_rows(const PageMap& map, double width, double height, bool everything) {
  const style::Legend legend =
      everything ? map.scene->legend() : map.scene->legend_in(view_of(map, width, height).extent());
  std::vector<LegendRow> rows;
  for (const style::LegendGroup& group : legend) {
    std::vector<LegendRow> entries;
    for (const style::LegendEntry& entry : group.entries) {
      if (entry.features > 0) entries.push_back({"", entry});
    }
    if (entries.empty()) continue;
    merge_alike(entries);
    rows.push_back({group.title, {}});
    rows.insert(rows.end(), entries.begin(), entries.end());
  }
  return rows;
}

double draw_legend(const Canvas& canvas, double x, double y, double width, const std::vector<LegendRow>& rows,
                   double text_size) {
  const double line = canvas.line_height(text_size) + 1;
  double at_x = x, at_y = y;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool title = !rows[i].title.empty();
    const TextStyle style{.size = text_size, .bold = title, .colour = title ? muted : ink};
    const std::string& words = title ? rows[i].title : rows[i].entry.label;
    const double needed = (title ? 0 : 17) + canvas.text_width(words, style);
    if (at_x > x && (title || at_x + needed > x + width)) {
      at_x = x;
      at_y += line;
    }
    if (!title) canvas.swatch(at_x, at_y + line / 2 - 4.5, 13, 9, rows[i].entry.symbol);
    canvas.text(at_x + (title ? 0 : 17), at_y, std::min(needed + 1, x + width - at_x), words,
                {.size = text_size, .bold = title, .colour = style.colour, .one_line = true});
    at_x += needed + 10;
  }
  return rows.empty() ? 0 : at_y + line - y;
}

}  // namespace zaitu::report
