#include "report/page_map.h"

#include <cairo.h>

#include <algorithm>
#include <cmath>
#include <set>

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

}  // namespace

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
  if (map.labels != nullptr) {
    std::vector<geom::Envelope> keep_clear = map.keep_clear;
    if (map.furniture) {  // scale bar and attribution below, the north arrow on top
      keep_clear.push_back({0, height - 44, width, height});
      keep_clear.push_back({width - 42, 0, width, 54});
    }
    draw_labels(canvas, view, *map.labels, keep_clear);
  }
  if (map.furniture) render::paint_furniture(map.labels != nullptr ? *map.labels : *map.scene, view, cr, map.language);
  cairo_restore(cr);
  canvas.frame(x, y, width, height, muted, 0.8);
}

std::vector<LegendRow> legend_rows(const PageMap& map, double width, double height, const planning::StatusAt& status,
                                   bool everything) {
  std::set<std::string> seen;  // codes of what the parcels in the frame are
  const model::Project& project = *map.project;
  if (!everything) {
    const render::View view = view_of(map, width, height);
    for (const std::uint32_t row : map.scene->parcels_in(view.extent())) {
      if (!project.parcels->in_force(row, status.as_of)) continue;
      for (const auto* column : {&project.parcels->land_use_current, &project.parcels->land_use_planned}) {
        // A finer code is drawn as the class above it: every beginning of the code may be the one in the legend.
        const std::string& code = (*column)[row];
        for (std::size_t length = 1; length <= code.size(); ++length) seen.insert(code.substr(0, length));
      }
      const planning::Standing& standing = status.parcels[row];
      if (standing.stage >= 0) seen.insert((*project.stages)[static_cast<std::size_t>(standing.stage)].code);
      if (standing.certainty >= 0)
        seen.insert((*project.certainty_classes)[static_cast<std::size_t>(standing.certainty)].code);
    }
  }
  std::vector<LegendRow> rows;
  for (const style::LegendGroup& group : map.scene->legend()) {
    std::vector<LegendRow> entries;
    for (const style::LegendEntry& entry : group.entries) {
      const bool used = everything ? entry.features > 0 : !entry.key.empty() && seen.contains(entry.key);
      if (used) entries.push_back({"", entry});
    }
    if (entries.empty()) continue;
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
