#include "render/furniture.h"

#include <cairo.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/format.h"
#include "render/cairo_canvas.h"
#include "render/hatch.h"
#include "render/text.h"

namespace zaitu::render {

namespace {

constexpr double margin = 14;
constexpr double small_text = 10, rule_text = 9, body_text = 11.5, title_text = 17;

struct Ink {
  style::Rgba text, quiet, plate, rule, halo, warning;
};
Ink ink(bool dark) {
  if (dark) {
    return {{226, 232, 240, 255}, {150, 162, 176, 255}, {26, 33, 42, 236},
            {62, 73, 88, 255},    {18, 23, 30, 220},    {244, 182, 92, 255}};
  }
  return {{46, 42, 36, 255},    {116, 108, 96, 255},  {255, 254, 251, 238},
          {214, 207, 194, 255}, {252, 250, 246, 220}, {168, 92, 12, 255}};
}

const char* synthetic_mark(base::Language language) {
  return language == base::Language::zh ? "含示意数据 SYNTHETIC" : "SYNTHETIC · contains illustrative data";
}

void rounded_rectangle(cairo_t* cr, double x, double y, double width, double height, double radius) {
  constexpr double quarter = std::numbers::pi / 2;
  cairo_new_sub_path(cr);
  cairo_arc(cr, x + width - radius, y + radius, radius, -quarter, 0);
  cairo_arc(cr, x + width - radius, y + height - radius, radius, 0, quarter);
  cairo_arc(cr, x + radius, y + height - radius, radius, quarter, 2 * quarter);
  cairo_arc(cr, x + radius, y + radius, radius, 2 * quarter, 3 * quarter);
  cairo_close_path(cr);
}

void plate(cairo_t* cr, const geom::Envelope& box, const Ink& colours) {
  rounded_rectangle(cr, box.min_x, box.min_y, box.width(), box.height(), 6);
  set_colour(cr, colours.plate);
  cairo_fill_preserve(cr);
  set_colour(cr, colours.rule);
  cairo_set_line_width(cr, 0.8);
  cairo_stroke(cr);
}

struct ScaleBar {
  double metres = 0, width_px = 0;
};
ScaleBar scale_bar(const StyledScene& scene, const View& view) {
  const double metres_per_px = view.m_per_px * scene.metres_per_unit(view.centre);
  const double most_px = std::clamp(view.width_px * 0.22, 60.0, 170.0);
  const double metres = round_length(most_px * metres_per_px);
  return {metres, metres / metres_per_px};
}

void paint_scale_bar(cairo_t* cr, Text& text, const ScaleBar& bar, double x, double y, const Ink& colours) {
  // Two segments, the outer one hollow; labels at both ends and the middle line up with the cells.
  constexpr double height = 4.5;
  cairo_rectangle(cr, x - 1.5, y - 1.5, bar.width_px + 3, height + 3);
  set_colour(cr, colours.halo);
  cairo_fill(cr);
  cairo_rectangle(cr, x, y, bar.width_px / 2, height);
  set_colour(cr, colours.text);
  cairo_fill(cr);
  cairo_rectangle(cr, x + 0.5, y + 0.5, bar.width_px - 1, height - 1);
  cairo_set_line_width(cr, 1);
  cairo_stroke(cr);
  const auto label = [&](double at, const std::string& words, double align) {
    const geom::Coord size = text.size(words, small_text);
    text.draw(at - size.x * align, y - size.y - 2, words, small_text, false, colours.text, colours.halo, 1.6);
  };
  label(x, "0", 0);
  label(x + bar.width_px, length_text(bar.metres), 0.5);
}

void paint_north_arrow(cairo_t* cr, Text& text, double x, double y, const Ink& colours) {  // x, y = tip
  constexpr double half = 7, height = 24, notch = 6;
  cairo_move_to(cr, x, y);
  cairo_line_to(cr, x + half, y + height);
  cairo_line_to(cr, x, y + height - notch);
  cairo_line_to(cr, x - half, y + height);
  cairo_close_path(cr);
  set_colour(cr, colours.halo);
  cairo_set_line_width(cr, 3.5);
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke_preserve(cr);
  set_colour(cr, colours.plate);
  cairo_fill_preserve(cr);
  set_colour(cr, colours.text);
  cairo_set_line_width(cr, 1);
  cairo_stroke(cr);
  cairo_move_to(cr, x, y);
  cairo_line_to(cr, x, y + height - notch);
  cairo_line_to(cr, x - half, y + height);
  cairo_close_path(cr);
  cairo_fill(cr);
  const geom::Coord size = text.size("N", body_text, true);
  text.draw(x - size.x / 2, y + height + 1, "N", body_text, true, colours.text, colours.halo, 1.8);
}

// Lines of at most `width_px`, broken at " · " where one is too long.
std::vector<std::string> broken(Text& text, const std::string& words, double size, double width_px) {
  std::vector<std::string> lines;
  std::string line;
  std::size_t from = 0;
  const std::string separator = " · ";
  while (from <= words.size()) {
    const std::size_t end = std::min(words.find(separator, from), words.size());
    const std::string piece = words.substr(from, end - from);
    const std::string longer = line.empty() ? piece : line + separator + piece;
    if (!line.empty() && text.size(longer, size).x > width_px) {
      lines.push_back(line);
      line = piece;
    } else {
      line = longer;
    }
    from = end + separator.size();
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

void paint_swatch(cairo_t* cr, const style::Symbol& symbol, double x, double y, double width, double height) {
  using style::HatchPattern;
  if (symbol.point_size_px > 0) {
    const double radius = std::min(static_cast<double>(symbol.point_size_px), height) / 2;
    cairo_arc(cr, x + width / 2, y + height / 2, radius, 0, 2 * std::numbers::pi);
    set_colour(cr, symbol.fill);
    cairo_fill_preserve(cr);
    set_colour(cr, symbol.outline);
    cairo_set_line_width(cr, static_cast<double>(symbol.outline_px));
    cairo_stroke(cr);
    return;
  }
  cairo_save(cr);
  cairo_rectangle(cr, x, y, width, height);
  set_colour(cr, symbol.fill);
  cairo_fill_preserve(cr);
  if (symbol.hatch != HatchPattern::none) {
    cairo_clip_preserve(cr);
    cairo_new_path(cr);
    geom::GeometryColumn box(geom::GeometryKind::polygon);
    const geom::Coord ring[] = {{x, -y}, {x + width, -y}, {x + width, -y - height}, {x, -y - height}, {x, -y}};
    box.begin_feature();
    box.begin_part();
    box.add_ring(ring);
    View view;  // the swatch's own little map
    view.width_px = static_cast<int>(std::ceil(x + width)) * 2;
    view.height_px = static_cast<int>(std::ceil(y + height)) * 2;
    view.centre = {view.width_px / 2.0, -view.height_px / 2.0};
    const std::uint32_t row[] = {0};
    CairoCanvas(cr, view).hatch(box, row, symbol);
  }
  cairo_restore(cr);
  cairo_new_path(cr);
  if (symbol.outline.a > 0 && symbol.outline_px > 0) {
    const double inset = static_cast<double>(symbol.outline_px) / 2;
    cairo_rectangle(cr, x + inset, y + inset, width - 2 * inset, height - 2 * inset);
    set_colour(cr, symbol.outline);
    cairo_set_line_width(cr, static_cast<double>(symbol.outline_px));
    const std::vector<double> dash(symbol.dash_px.begin(), symbol.dash_px.end());
    cairo_set_dash(cr, dash.data(), static_cast<int>(dash.size()), 0);
    cairo_stroke(cr);
    cairo_set_dash(cr, nullptr, 0, 0);
  }
}

void paint_line_swatch(cairo_t* cr, const style::Symbol& symbol, double x, double y, double width) {
  const std::vector<double> dash(symbol.dash_px.begin(), symbol.dash_px.end());
  const double line = static_cast<double>(symbol.outline_px);
  const auto stroke = [&](style::Rgba colour, double line_width) {
    cairo_move_to(cr, x, y);
    cairo_line_to(cr, x + width, y);
    set_colour(cr, colour);
    cairo_set_line_width(cr, line_width);
    cairo_stroke(cr);
  };
  if (symbol.fill.a > 0) stroke(symbol.fill, line + 2);
  cairo_set_dash(cr, dash.data(), static_cast<int>(dash.size()), 0);
  stroke(symbol.outline, line);
  cairo_set_dash(cr, nullptr, 0, 0);
}

bool is_area(const StyledScene& scene, const LayerInfo& info) {
  for (const model::ReferenceLayer& layer : *scene.project->reference_layers) {
    if (info.key == "reference:" + layer.code) return layer.geometry_kind == geom::GeometryKind::polygon;
  }
  return false;
}

}  // namespace

double round_length(double most_m) {
  if (!(most_m > 0) || !std::isfinite(most_m)) return 1;
  const double power = std::pow(10.0, std::floor(std::log10(most_m)));
  for (double factor : {5.0, 2.0}) {
    if (factor * power <= most_m) return factor * power;
  }
  return power;
}

std::string length_text(double metres) {
  return metres >= 1000 ? base::shortest(metres / 1000) + " km" : base::shortest(metres) + " m";
}

std::vector<geom::Envelope> furniture_boxes(const Scene& scene, const View& view) {
  const double width = view.width_px;
  const double height = view.height_px;
  const ScaleBar bar = scale_bar(StyledScene::of(scene), view);
  std::vector<geom::Envelope> boxes;
  boxes.push_back({margin - 4, height - margin - 24, margin + bar.width_px + 26, height - margin + 4});
  boxes.push_back({width - margin - 22, margin - 2, width - margin + 4, margin + 44});
  if (!scene.attribution().empty() || scene.has_synthetic()) {
    boxes.push_back({width * 0.5, height - margin - (scene.has_synthetic() ? 26 : 12), width, height});
  }
  return boxes;
}

void paint_furniture(const Scene& scene, const View& asked, cairo_t* cr, base::Language language) {
  const StyledScene& styled = StyledScene::of(scene);
  const Ink colours = ink(styled.options.theme.dark);
  const DesignPixels design(cr, asked);
  const View& view = design.view();
  cairo_new_path(cr);
  Text text(cr);
  const double width = view.width_px;
  const double height = view.height_px;
  paint_scale_bar(cr, text, scale_bar(styled, view), margin, height - margin - 6, colours);
  paint_north_arrow(cr, text, width - margin - 8, margin, colours);

  // A small map keeps its room for the land.
  const double note_text = width < 460 ? 7.5 : small_text, note_margin = width < 460 ? 5 : margin - 4;
  double bottom = height - (width < 460 ? 3 : 5);
  const std::string attribution = scene.attribution();
  if (!attribution.empty()) {
    const std::vector<std::string> lines = broken(text, attribution, note_text, width * 0.62);
    for (std::size_t i = lines.size(); i-- > 0;) {
      const geom::Coord size = text.size(lines[i], note_text);
      bottom -= size.y;
      text.draw(width - note_margin - size.x, bottom, lines[i], note_text, false, colours.quiet, colours.halo, 1.8);
    }
  }
  if (scene.has_synthetic()) {
    const std::string words = synthetic_mark(language);
    const geom::Coord size = text.size(words, note_text, true);
    bottom -= size.y + 1;
    text.draw(width - note_margin - size.x, bottom, words, note_text, true, colours.warning, colours.halo, 2);
  }
}

geom::Envelope paint_title_and_legend(const Scene& scene, const View& view, cairo_t* cr, base::Language language) {
  const StyledScene& styled = StyledScene::of(scene);
  const Ink colours = ink(styled.options.theme.dark);
  const bool zh = language == base::Language::zh;
  constexpr double pad = 12, row_height = 18, swatch_width = 24, swatch_height = 12;

  std::string title = zh || styled.project->name_en.empty() ? styled.project->name_zh : styled.project->name_en;
  if (title.empty()) title = zh ? "地块与载体" : "Parcels and carrier space";
  const std::string as_of = (zh ? "截至 " : "As of ") + styled.status->as_of.iso();

  // The whole area with its numbers, or what a part of it shows.
  const geom::Envelope shown_box = view.extent();
  style::Legend legend = shown_box.contains(scene.extent()) ? scene.legend() : scene.legend_in(shown_box);
  style::LegendGroup base{zh ? "底图与边界" : "Base map", {}};
  for (const style::LegendEntry& entry : styled.layer_legend(shown_box)) base.entries.push_back(entry);
  if (!base.entries.empty()) legend.push_back(std::move(base));

  // Without a context only the size is asked for: a scratch surface measures.
  cairo_surface_t* scratch = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, nullptr);
  cairo_t* scratch_cr = cairo_create(scratch);
  geom::Envelope box;
  {
    cairo_t* target = cr == nullptr ? scratch_cr : cr;
    Text text(target);
    struct Numbers {
      std::string count, land, floor;
    };
    const auto numbers = [&](const style::LegendEntry& entry) {
      Numbers result;
      if (entry.features == 0) return result;
      result.count = base::number(static_cast<double>(entry.features), 0);
      result.land = base::number(entry.land_m2 / base::m2_per_hectare, 1);
      if (entry.floor_m2 != 0) result.floor = base::wan_m2(entry.floor_m2);
      return result;
    };
    const Numbers headings = zh ? Numbers{"宗", "公顷", "万㎡"} : Numbers{"parcels", "ha", "10⁴ m²"};
    const double title_width = std::max(text.size(title, title_text, true).x, text.size(as_of, body_text).x);
    const double gap = 12;
    // Floor areas do not stand without the rule that counts them.
    const auto has_floor = [](const style::LegendGroup& group) {
      return std::any_of(group.entries.begin(), group.entries.end(), [](const auto& e) { return e.floor_m2 != 0; });
    };
    const std::string rule = (zh ? "万㎡：" : "10⁴ m²: ") + planning::describe(styled.supply->rule, language);
    const bool with_rule = std::any_of(legend.begin(), legend.end(), has_floor);
    const double heading = with_rule ? 66 : 50;
    const double most = view.height_px - 2 * margin - 44;  // the scale bar stays free
    double label_width = 0, count_width = 0, land_width = 0, floor_width = 0, inner = 0, wanted = 0;
    const auto measure = [&] {
      label_width = 60;
      count_width = land_width = floor_width = 0;
      wanted = heading + pad;
      for (const style::LegendGroup& group : legend) {
        wanted += 26 + static_cast<double>(group.entries.size()) * row_height;
        for (const style::LegendEntry& entry : group.entries) {
          label_width = std::max(label_width, text.size(entry.label, body_text).x);
          const Numbers shown = numbers(entry);
          const auto widen = [&](double& width, const std::string& words, const std::string& heading_words) {
            if (!words.empty()) {
              width = std::max({width, text.size(words, small_text).x, text.size(heading_words, small_text).x});
            }
          };
          widen(count_width, shown.count, headings.count);
          widen(land_width, shown.land, headings.land);
          widen(floor_width, shown.floor, headings.floor);
        }
      }
      inner = swatch_width + 8 + label_width;
      for (double width : {count_width, land_width, floor_width}) inner += width > 0 ? gap + width : 0;
      inner = std::max(inner, title_width);
      if (with_rule) inner = std::max(inner, text.size(rule, rule_text).x);
    };
    measure();
    // What does not fit goes from the end: first the base map, then the patterns; in the end the title stands alone.
    while (!legend.empty() && (wanted > most || inner + 2 * pad > view.width_px * 0.5)) {
      legend.pop_back();
      measure();
    }
    const bool with_legend = !legend.empty();
    box = {margin, margin, margin + (with_legend ? inner : title_width) + 2 * pad,
           margin + (with_legend ? wanted : heading + 8)};
    if (cr != nullptr) {
      cairo_save(cr);
      cairo_new_path(cr);
      plate(cr, box, colours);
      const double left = margin + pad;
      const double right = box.max_x - pad;
      text.draw(left, margin + 8, title, title_text, true, colours.text);
      text.draw(left, margin + 33, as_of, body_text, false, colours.quiet);
      if (with_rule && with_legend) text.draw(left, margin + 51, rule, rule_text, false, colours.quiet);
      double y = margin + heading + 4;
      const auto draw_numbers = [&](const Numbers& shown, double middle) {
        double edge = right;
        const auto column = [&](const std::string& words, double width) {
          if (width <= 0) return;
          const geom::Coord size = text.size(words, small_text);
          text.draw(edge - size.x, middle - size.y / 2, words, small_text, false, colours.quiet);
          edge -= width + gap;
        };
        column(shown.floor, floor_width);
        column(shown.land, land_width);
        column(shown.count, count_width);
      };
      for (const style::LegendGroup& group : legend) {
        cairo_move_to(cr, left, y + 2);
        cairo_line_to(cr, right, y + 2);
        set_colour(cr, colours.rule);
        cairo_set_line_width(cr, 0.8);
        cairo_stroke(cr);
        text.draw(left, y + 6, group.title, small_text, true, colours.quiet);
        if (&group == &legend.front() && group.entries.front().features > 0) draw_numbers(headings, y + 13);
        y += 26;
        for (const style::LegendEntry& entry : group.entries) {
          const LayerInfo* info = styled.layer(entry.key);
          const bool is_line = entry.features == 0 && entry.symbol.point_size_px <= 0 &&
                               !(info != nullptr && info->role == LayerRole::reference && is_area(styled, *info));
          if (is_line) {
            paint_line_swatch(cr, entry.symbol, left, y + swatch_height / 2 + 1, swatch_width);
          } else {
            paint_swatch(cr, entry.symbol, left, y + 1, swatch_width, swatch_height);
          }
          const geom::Coord size = text.size(entry.label, body_text);
          text.draw(left + swatch_width + 8, y + 7 - size.y / 2, entry.label, body_text, false, colours.text);
          draw_numbers(numbers(entry), y + 7);
          y += row_height;
        }
      }
      cairo_restore(cr);
    }
  }
  cairo_destroy(scratch_cr);
  cairo_surface_destroy(scratch);
  return box;
}

}  // namespace zaitu::render
