#include <algorithm>
#include <cmath>
#include <string_view>

#include "render/canvas.h"

namespace zaitu::render {

namespace {

class Painter {
 public:
  Painter(const StyledScene& scene, const View& view, Canvas& canvas)
      : m_scene(scene),
        m_canvas(canvas),
        m_units_per_px(view.m_per_px * view.px_scale),
        m_box(view.extent().buffered(reach_px * m_units_per_px)),
        // By the whole scene, not the view: widths must not change from tile to tile.
        m_metres_per_px(m_units_per_px * scene.metres_per_unit(scene.extent().centre())),
        m_dark(scene.options.theme.dark) {}

  void paint() {
    paint_references([](std::string_view role, geom::GeometryKind kind) {
      return kind == geom::GeometryKind::polygon && role != "building";
    });
    if (m_scene.visible("towns"))
      paint_boundaries(m_scene.town_index, m_scene.project->towns, style::town_symbol(m_dark));
    if (m_scene.visible("parcels")) paint_parcels();
    paint_references([](std::string_view role, geom::GeometryKind) { return role == "building"; });
    paint_references([](std::string_view, geom::GeometryKind kind) { return kind == geom::GeometryKind::line; });
    if (m_scene.visible("zones"))
      paint_boundaries(m_scene.zone_index, m_scene.project->zones, style::zone_symbol(m_dark));
    if (m_scene.visible("circles")) paint_circles();
    paint_references([](std::string_view, geom::GeometryKind kind) { return kind == geom::GeometryKind::point; });
    if (m_scene.visible("projects")) paint_projects();
  }

 private:
  template <class Choose>
  void paint_references(const Choose& choose) {
    for (const StyledScene::ReferencePart& part : m_scene.references) {
      const LayerInfo& info = m_scene.layers()[part.layer];
      const model::ReferenceLayer& layer = (*m_scene.project->reference_layers)[part.row];
      if (!info.visible || !choose(layer.role, layer.geometry_kind)) continue;
      const std::vector<std::uint32_t> rows = part.index->tree.query(m_box);
      if (rows.empty()) continue;
      switch (layer.geometry_kind) {
        case geom::GeometryKind::polygon:
          paint_areas(*part.index, layer, rows, info.symbol);
          break;
        case geom::GeometryKind::line:
          paint_lines(part, rows, info.symbol);
          break;
        case geom::GeometryKind::point:
          paint_points(layer, rows, info.symbol);
          break;
      }
    }
  }

  void paint_areas(const FeatureIndex& index, const model::ReferenceLayer& layer,
                   const std::vector<std::uint32_t>& rows, const style::Symbol& symbol) {
    if (symbol.fill.a > 0) {
      std::vector<Shaded> shaded;
      shaded.reserve(rows.size());
      index.tree.query_slots(m_box, [&](std::size_t slot) {
        shaded.push_back({index.tree.row(slot), static_cast<std::uint32_t>(slot), symbol.fill});
      });
      m_canvas.fabric(index, layer.geometry, shaded);
    }
    const double width = symbol.outline_px * outline_share(index);
    if (width > 0.1) m_canvas.stroke(layer.geometry, rows, {symbol.outline, width, false, symbol.dash_px});
  }

  void paint_lines(const StyledScene::ReferencePart& part, std::vector<std::uint32_t> rows,
                   const style::Symbol& symbol) {
    const model::ReferenceLayer& layer = (*m_scene.project->reference_layers)[part.row];
    std::vector<std::uint32_t> yards;
    for (const std::uint32_t row : rows) {
      if (part.is_yard(row)) yards.push_back(row);
    }
    if (!yards.empty()) {
      std::erase_if(rows, [&](std::uint32_t row) { return part.is_yard(row); });
      paint_yards(layer, yards, symbol);
    }
    const double width = line_width(layer.role, symbol.outline_px);
    // Stubs (ramps and decks cut into pieces) shorter than a few widths would be blots.
    const bool road = layer.role == "expressway" || layer.role == "road_axis";
    const double shortest = road ? std::max(8.0, 4 * width) : 0;
    if (symbol.fill.a > 0) {
      const double casing = m_metres_per_px > 40 ? 0.5 : 1.0;
      m_canvas.stroke(layer.geometry, rows, {symbol.fill, width + 2 * casing, true, {}, false, shortest});
    }
    m_canvas.stroke(layer.geometry, rows, {symbol.outline, width, true, symbol.dash_px, false, shortest});
  }

  // Tracks as hair lines where there is room for them; the long ones among them lead somewhere.
  void paint_yards(const model::ReferenceLayer& layer, const std::vector<std::uint32_t>& rows,
                   const style::Symbol& symbol) {
    constexpr double long_m = 1500;
    const style::Rgba faint = style::mixed(symbol.outline, style::background(m_dark), 0.45);
    if (m_metres_per_px < 6) m_canvas.stroke(layer.geometry, rows, {faint, 0.7, true, {}});
    m_canvas.stroke(
        layer.geometry, rows,
        {symbol.outline, line_width(layer.role, symbol.outline_px), true, {}, false, long_m / m_metres_per_px});
  }

  // Roads keep their width on the ground between a hair line and a band.
  double line_width(std::string_view role, double nominal_px) const {
    if (role == "expressway") return std::clamp(26 / m_metres_per_px, 1.3, 12.0);
    if (role == "road_axis") return std::clamp(16 / m_metres_per_px, 0.8, 9.0);
    if (role == "metro") return std::clamp(12 / m_metres_per_px, 1.1, 2.6);
    return nominal_px;
  }

  void paint_points(const model::ReferenceLayer& layer, const std::vector<std::uint32_t>& rows,
                    const style::Symbol& symbol) {
    const double share = point_share();
    for (std::uint32_t row : rows) {
      for (geom::Coord place : layer.geometry[row].vertices()) paint_mark(place, symbol, share);
    }
  }

  double point_share() const {
    return std::clamp(1.35 - std::log2(std::max(1.0, m_metres_per_px / 6)) * 0.22, 0.45, 1.35);
  }

  void paint_mark(geom::Coord place, const style::Symbol& symbol, double share) {
    const double radius = symbol.point_size_px / 2 * share;
    m_canvas.disc(place, radius + symbol.outline_px * std::min(1.0, share), symbol.outline);
    m_canvas.disc(place, radius, symbol.fill);
  }

  // Below it neither outlines nor hatches show.
  static constexpr double least_share = 0.03;
  // Outlines fade away as the features get small: below 4 px nothing, full width from 24 px on.
  double outline_share(const FeatureIndex& index) const {
    return std::clamp((index.median_size / m_units_per_px - 4) / 20, 0.0, 1.0);
  }

  void paint_parcels() {
    if (!m_scene.parcel_index) return;
    const FeatureIndex& index = *m_scene.parcel_index;
    const geom::GeometryColumn& column = m_scene.project->parcels->geometry;
    std::vector<Shaded> shaded;
    index.tree.query_slots(m_box, [&](std::size_t slot) {
      const std::uint32_t row = index.tree.row(slot);
      if (!m_scene.shown(row)) return;
      const auto symbol = static_cast<std::size_t>(m_scene.parcels.symbol_of[row]);
      shaded.push_back({row, static_cast<std::uint32_t>(slot), m_scene.parcels.symbols[symbol].fill});
    });
    m_canvas.fabric(index, column, shaded);
    const double share = outline_share(index);
    if (share < least_share) return;
    std::vector<std::vector<std::uint32_t>> by_symbol(m_scene.parcels.symbols.size());  // slots
    const double smallest = 5 * m_units_per_px;                                         // smaller ones are fill alone
    for (const Shaded& feature : shaded) {
      const geom::FloatBox& box = index.tree.box(feature.slot);
      if (static_cast<double>(std::max(box.max_x - box.min_x, box.max_y - box.min_y)) < smallest) continue;
      by_symbol[static_cast<std::size_t>(m_scene.parcels.symbol_of[feature.row])].push_back(feature.slot);
    }
    for (std::size_t symbol = 0; symbol < by_symbol.size(); ++symbol) {
      const style::Symbol& style = m_scene.parcels.symbols[symbol];
      if (style.hatch == style::HatchPattern::none || share < 0.25) continue;
      std::vector<std::uint32_t> rows;
      for (std::uint32_t slot : by_symbol[symbol]) {
        const FeatureIndex::Extent extent = index.extent(slot);
        const double narrow = static_cast<double>(std::min(extent.width, extent.height)) / m_units_per_px;
        if (narrow >= style.hatch_spacing_px) rows.push_back(index.tree.row(slot));
      }
      std::sort(rows.begin(), rows.end());
      if (!rows.empty()) m_canvas.hatch(column, rows, style);
    }
    // While the outlines fade in each parcel has its own side of them; at their full width they are strokes.
    std::vector<Outlined> outlined;
    for (std::size_t symbol = 0; symbol < by_symbol.size(); ++symbol) {
      const style::Symbol& style = m_scene.parcels.symbols[symbol];
      const double width = style.outline_px * share;
      if (width < 0.1) continue;
      std::vector<std::uint32_t>& rows = by_symbol[symbol];
      for (std::uint32_t& slot : rows) slot = index.tree.row(slot);
      if (share < 1 && style.dash_px.empty()) {
        for (const std::uint32_t row : rows) outlined.push_back({row, style.outline, static_cast<float>(width)});
      } else if (!rows.empty()) {
        std::sort(rows.begin(), rows.end());
        m_canvas.stroke(column, rows, {style.outline, width, false, style.dash_px});
      }
    }
    if (!outlined.empty()) m_canvas.outlines(column, outlined);
  }

  template <class Table>
  void paint_boundaries(const std::shared_ptr<const FeatureIndex>& index, const Table& table,
                        const style::Symbol& symbol) {
    if (!index) return;
    std::vector<std::uint32_t> rows;
    for (std::uint32_t row : index->tree.query(m_box)) {
      if (in_force(table->rows[row])) rows.push_back(row);
    }
    if (!rows.empty()) {
      m_canvas.stroke(table->geometry, rows, {symbol.outline, symbol.outline_px, false, symbol.dash_px});
    }
  }
  bool in_force(const model::Town&) const { return true; }
  bool in_force(const model::Zone& zone) const {
    const base::Date at = m_scene.status->as_of;
    return (!zone.valid_from || *zone.valid_from <= at) && (!zone.valid_to || at < *zone.valid_to);
  }

  void paint_circles() {
    if (!m_scene.circle_index || !m_scene.project->circles) return;
    const auto& members = *m_scene.project->circle_members;
    const std::vector<std::uint32_t> found = m_scene.circle_index->tree.query(m_box);
    // The first circle is the innermost: it is drawn last, over the rims of those around it.
    const std::vector<model::Circle>& circles = *m_scene.project->circles;
    for (std::size_t i = circles.size(); i-- > 0;) {
      std::vector<std::uint32_t> rows;
      for (std::uint32_t row : found) {
        if (members.rows[row].circle == circles[i].id) rows.push_back(row);
      }
      if (rows.empty()) continue;
      const style::Symbol symbol = style::circle_symbol(circles[i], m_dark);
      constexpr double bands[] = {12, 9.5, 7, 4.5, 2.5};
      m_canvas.outer_bands(members.geometry, rows, style::with_alpha(symbol.outline, m_dark ? 24 : 17), bands);
      m_canvas.stroke(members.geometry, rows, {symbol.outline, symbol.outline_px, true, {}, true});
    }
  }

  void paint_projects() {
    const double share = point_share();
    for (const StyledScene::ProjectMark& mark : m_scene.marks) {
      if (m_box.contains(mark.place)) paint_mark(mark.place, mark.symbol, share);
    }
  }

  const StyledScene& m_scene;
  Canvas& m_canvas;
  double m_units_per_px;  // of the design, as all widths here
  geom::Envelope m_box;
  double m_metres_per_px;
  bool m_dark;
};

}  // namespace

bool too_short(const geom::PartView& part, double least) {
  geom::Envelope box;
  for (geom::Coord c : part.shell()) box.expand(c);
  return std::max(box.width(), box.height()) < least;
}

void paint_scene(const StyledScene& scene, const View& view, Canvas& canvas) { Painter(scene, view, canvas).paint(); }

}  // namespace zaitu::render
