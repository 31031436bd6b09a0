#include "render/labels.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "base/utf8.h"
#include "geom/measure.h"
#include "render/clip.h"

namespace zaitu::render {

namespace {

// Lower comes first.
enum Importance : int {
  circle_name,
  area_name,
  project_name,
  town_name,
  station_name,
  parcel_name,
  road_name,
  member_name,
  building_name
};

struct Candidate {
  Importance importance = building_name;
  double rank = 0;  // larger first within the importance
  std::string text;
  geom::Coord place;    // px
  double aside_px = 0;  // > 0: beside a point of this radius, on one of its sides; 0: centred on the place
  std::vector<geom::Coord> other_places;  // centred there when the first one is taken
  double room_px = 0;                     // > 0: the text must not be wider
  double room_high_px = 0;
  float size_px = 12;
  bool bold = false;
  style::Rgba colour;
  std::uint32_t parcel = UINT32_MAX;
};

constexpr std::size_t most_candidates = 3000;
constexpr double line_pitch = 0.86;  // of the height of a line: the font's own lines stand far apart

class Labeller {
 public:
  Labeller(const StyledScene& scene, const View& view)
      : m_scene(scene),
        m_view(view),
        m_box(view.extent()),
        m_metres_per_px(view.m_per_px * scene.metres_per_unit(view.centre)),
        m_dark(scene.options.theme.dark),
        m_zh(scene.options.theme.language == base::Language::zh) {}

  std::vector<Candidate> candidates() {
    if (m_scene.visible("circles")) add_circles();
    if (m_scene.visible("towns")) add_towns();
    if (m_scene.visible("projects")) add_projects();
    if (m_scene.visible("parcels")) add_parcels();
    add_references();
    std::stable_sort(m_found.begin(), m_found.end(), [](const Candidate& a, const Candidate& b) {
      return std::tie(a.importance, b.rank) < std::tie(b.importance, a.rank);
    });
    if (m_found.size() > most_candidates) m_found.resize(most_candidates);
    return std::move(m_found);
  }

  style::Rgba halo() const { return m_dark ? style::Rgba{18, 23, 30, 225} : style::Rgba{252, 250, 246, 225}; }

 private:
  style::Rgba ink() const { return m_dark ? style::Rgba{222, 228, 236, 255} : style::Rgba{52, 48, 42, 255}; }
  style::Rgba quiet_ink() const { return m_dark ? style::Rgba{150, 162, 176, 255} : style::Rgba{122, 114, 102, 255}; }
  style::Rgba readable(style::Rgba colour) const {
    return m_dark ? style::mixed(colour, {255, 255, 255, 255}, 0.35) : style::mixed(colour, {20, 18, 14, 255}, 0.35);
  }
  std::string pick(const std::string& zh, const std::string& en) const { return m_zh || en.empty() ? zh : en; }

  // Place and room inside a polygon; false when it is too small or its heart is out of view.
  bool inside(const geom::FeatureGeometry& polygon, double least_px, Candidate& label) const {
    const geom::Envelope extent = polygon.envelope();
    if (extent.empty()) return false;
    const double width = extent.width() / m_view.m_per_px;
    const double height = extent.height() / m_view.m_per_px;
    if (std::max(width, height) < least_px) return false;
    const geom::Coord place = geom::label_point(polygon, std::max(extent.width(), extent.height()) / 60);
    if (!m_box.contains(place)) return false;
    label.place = m_view.to_screen(place);
    label.rank = width * height;
    label.room_px = width;
    label.room_high_px = height;
    return true;
  }

  void add_circles() {
    if (!m_scene.circle_index || !m_scene.project->circles) return;
    const auto& members = *m_scene.project->circle_members;
    for (const model::Circle& circle : *m_scene.project->circles) {
      const style::Rgba colour = readable(style::parse_colour(circle.colour));
      std::vector<Candidate> labels;
      for (std::uint32_t row = 0; row < members.rows.size(); ++row) {
        if (members.rows[row].circle != circle.id) continue;
        Candidate label;
        if (!inside(members.geometry[row], 60, label)) continue;
        label.text = members.rows[row].name;
        label.importance = member_name;
        label.size_px = 12;
        label.colour = colour;
        // Projects crowd the heart of a circle: other heights inside it, then above and below its rim.
        const geom::Envelope box = members.geometry[row].envelope();
        const double above = m_view.to_screen({0, box.max_y}).y;
        const double below = m_view.to_screen({0, box.min_y}).y;
        const geom::Coord heart = label.place;
        label.other_places = {{heart.x, heart.y - 22},
                              {heart.x, heart.y + 22},
                              {(heart.x + m_view.to_screen(box.centre()).x) / 2, above - 12},
                              {(heart.x + m_view.to_screen(box.centre()).x) / 2, below + 12}};
        labels.push_back(std::move(label));
      }
      const auto largest = std::max_element(labels.begin(), labels.end(),
                                            [](const Candidate& a, const Candidate& b) { return a.rank < b.rank; });
      if (largest != labels.end()) {
        largest->text = pick(circle.name_zh, circle.name_en);
        largest->importance = circle_name;
        largest->size_px = 15;
        largest->bold = true;
      }
      for (Candidate& label : labels) m_found.push_back(std::move(label));
    }
  }

  void add_towns() {
    if (!m_scene.town_index) return;
    for (std::uint32_t row : m_scene.town_index->tree.query(m_box)) {
      const model::Town& town = m_scene.project->towns->rows[row];
      Candidate label;
      if (!inside(m_scene.project->towns->geometry[row], 80, label)) continue;
      label.text = pick(town.name_zh, town.name_en);
      label.importance = town_name;
      label.size_px = 13;
      label.colour = quiet_ink();
      m_found.push_back(std::move(label));
    }
  }

  void add_projects() {
    for (const StyledScene::ProjectMark& mark : m_scene.marks) {
      if (!m_box.contains(mark.place)) continue;
      const model::CarrierProject& carrier = (*m_scene.project->projects)[mark.row];
      Candidate label;
      label.text = pick(carrier.name_zh, carrier.name_en);
      label.importance = project_name;
      label.place = m_view.to_screen(mark.place);
      label.aside_px = 7;
      label.size_px = 12;
      label.bold = m_metres_per_px < 8;
      label.colour = ink();
      m_found.push_back(std::move(label));
    }
  }

  void add_parcels() {
    if (!m_scene.parcel_index) return;
    const model::ParcelTable& table = *m_scene.project->parcels;
    std::vector<std::pair<float, std::uint32_t>> large;
    const auto least = static_cast<float>(56 * m_view.m_per_px);
    const FeatureIndex& index = *m_scene.parcel_index;
    index.tree.query_slots(m_box, [&](std::size_t slot) {
      const geom::FloatBox& box = index.tree.box(slot);
      if (box.max_x - box.min_x < least) return;
      const std::uint32_t row = index.tree.row(slot);
      if (m_scene.shown(row)) large.emplace_back(-index.extent(slot).area, row);
    });
    std::sort(large.begin(), large.end());
    if (large.size() > 600) large.resize(600);
    for (const auto& [area, row] : large) {
      Candidate label;
      const bool named = !table.name[row].empty();  // a bare code waits until the parcel is large
      label.text = std::string(named ? table.name[row] : table.code[row]);
      if (label.text.empty() || !inside(table.geometry[row], named ? 56 : 110, label)) continue;
      label.importance = parcel_name;
      label.size_px = named ? 11 : 10;
      label.colour = named ? ink() : quiet_ink();
      label.parcel = row;
      m_found.push_back(std::move(label));
    }
  }

  void add_references() {
    for (const StyledScene::ReferencePart& part : m_scene.references) {
      const model::ReferenceLayer& layer = (*m_scene.project->reference_layers)[part.row];
      const LayerInfo& info = m_scene.layers()[part.layer];
      if (!info.visible || layer.role == "outline") continue;
      const std::vector<std::uint32_t> rows = part.index->tree.query(m_box);
      switch (layer.geometry_kind) {
        case geom::GeometryKind::polygon:
          add_areas(layer, rows);
          break;
        case geom::GeometryKind::line:
          add_roads(part, rows);
          break;
        case geom::GeometryKind::point:
          add_points(layer, rows, info.symbol);
          break;
      }
    }
  }

  void add_areas(const model::ReferenceLayer& layer, const std::vector<std::uint32_t>& rows) {
    const bool building = layer.role == "building";
    if (building && m_metres_per_px > 1.6) return;
    for (std::uint32_t row : rows) {
      if (layer.name[row].empty()) continue;
      Candidate label;
      if (!inside(layer.geometry[row], building ? 40 : 90, label)) continue;
      label.text = std::string(layer.name[row]);
      label.importance = building ? building_name : area_name;
      label.size_px = building ? 10 : 13;
      label.colour = layer.role == "campus" ? (m_dark ? style::Rgba{132, 176, 146, 255} : style::Rgba{82, 118, 70, 255})
                                            : quiet_ink();
      m_found.push_back(std::move(label));
    }
  }

  void add_points(const model::ReferenceLayer& layer, const std::vector<std::uint32_t>& rows,
                  const style::Symbol& symbol) {
    if (m_metres_per_px > 14) return;
    for (std::uint32_t row : rows) {
      const auto vertices = layer.geometry[row].vertices();
      if (vertices.empty() || layer.name[row].empty() || !m_box.contains(vertices[0])) continue;
      Candidate label;
      label.text = std::string(layer.name[row]);
      label.importance = station_name;
      label.place = m_view.to_screen(vertices[0]);
      label.aside_px = 6;
      label.size_px = 11;
      label.colour = readable(symbol.outline);
      m_found.push_back(std::move(label));
    }
  }

  // One label for each name, on the longest stretch in view.
  void add_roads(const StyledScene::ReferencePart& part, const std::vector<std::uint32_t>& rows) {
    const model::ReferenceLayer& layer = (*m_scene.project->reference_layers)[part.row];
    const bool metro = layer.role == "metro";
    if (m_metres_per_px > 45) return;
    struct Stretch {
      double length = 0;
      geom::Coord middle;
    };
    std::map<std::string_view, Stretch> longest;
    const geom::Envelope screen{0, 0, static_cast<double>(m_view.width_px), static_cast<double>(m_view.height_px)};
    for (std::uint32_t row : rows) {
      if (layer.name[row].empty() || part.is_yard(row)) continue;
      const geom::FeatureGeometry feature = layer.geometry[row];
      for (std::size_t p = 0; p < feature.part_count(); ++p) {
        std::vector<geom::Coord> path;
        for (geom::Coord c : feature.part(p).ring(0)) path.push_back(m_view.to_screen(c));
        for (const ClippedPath& piece : clip_path(path, screen)) {
          double length = 0;
          for (std::size_t i = 1; i < piece.vertices.size(); ++i) length += step(piece.vertices, i);
          Stretch& best = longest[layer.name[row]];
          if (length > best.length) best = {length, along(piece.vertices, length / 2)};
        }
      }
    }
    for (const auto& [name, stretch] : longest) {
      if (stretch.length < 110) continue;
      Candidate label;
      label.text = std::string(name);
      label.importance = road_name;
      label.rank = stretch.length;
      label.place = stretch.middle;
      label.size_px = 10.5F;
      label.colour = metro ? readable(style::reference_symbol(layer, m_dark).outline) : quiet_ink();
      m_found.push_back(std::move(label));
    }
  }
  static double step(const std::vector<geom::Coord>& path, std::size_t i) {
    return std::hypot(path[i].x - path[i - 1].x, path[i].y - path[i - 1].y);
  }
  static geom::Coord along(const std::vector<geom::Coord>& path, double distance) {
    for (std::size_t i = 1; i < path.size(); ++i) {
      const double length = step(path, i);
      if (length >= distance && length > 0) {
        const double t = distance / length;
        return {path[i - 1].x + (path[i].x - path[i - 1].x) * t, path[i - 1].y + (path[i].y - path[i - 1].y) * t};
      }
      distance -= length;
    }
    return path.back();
  }

  const StyledScene& m_scene;
  const View& m_view;
  geom::Envelope m_box;
  double m_metres_per_px;
  bool m_dark, m_zh;
  std::vector<Candidate> m_found;
};

// In two lines of about the same length: at a blank or beside a bracket near the middle, else between two characters of
// a script without blanks. One line where there is no such place.
std::vector<std::string> in_two_lines(const std::string& text) {
  double best_cost = 0.34 * static_cast<double>(text.size());  // further from the middle than this: rather not
  std::size_t best = std::string::npos;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t next = at;
    const char32_t c = base::next_code_point(text, next);
    const bool wide = c >= 0x2E80;
    const bool opens = c == U'（' || c == U'(' || c == U'“' || c == U'《';
    const bool closes = c == U'）' || c == U')' || c == U'”' || c == U'》' || c == U'·' || c == U'、' || c == U'，';
    const auto consider = [&](std::size_t place, double bonus) {
      const double half = static_cast<double>(text.size()) / 2;
      const double cost = std::abs(static_cast<double>(place) - half) - bonus;
      if (place == 0 || place >= text.size() || cost >= best_cost) return;
      best_cost = cost;
      best = place;
    };
    if (c == U' ' || c == U'/') consider(next, 8);
    if (opens) consider(at, 9);
    if (closes) consider(next, 5);
    if (wide && !opens && !closes) {
      std::size_t after = next;
      const char32_t follows = next < text.size() ? base::next_code_point(text, after) : U'）';
      const bool may_begin = follows >= 0x4E00 && follows < 0xA000;
      if (may_begin) consider(next, 0);
      if (follows >= U'0' && follows <= U'9') consider(next, 12);  // the number of a parcel stays whole
    }
    at = next;
  }
  if (best == std::string::npos) return {text};
  std::string first = text.substr(0, best), second = text.substr(best);
  while (!first.empty() && first.back() == ' ') first.pop_back();
  while (!second.empty() && second.front() == ' ') second.erase(0, 1);
  return {first, second};
}

// Where a label of this size may stand, best place first.
std::vector<geom::Coord> places(const Candidate& label, geom::Coord size) {
  if (label.aside_px <= 0) {
    std::vector<geom::Coord> centred = label.other_places;
    centred.insert(centred.begin(), label.place);
    return centred;
  }
  const double dx = label.aside_px + size.x / 2 + 1;
  const double dy = label.aside_px + size.y / 2 - 1;
  const geom::Coord p = label.place;
  return {{p.x + dx, p.y}, {p.x - dx, p.y}, {p.x, p.y - dy}, {p.x, p.y + dy}};
}

}  // namespace

std::vector<Label> place_labels_around(const Scene& scene, const View& view, const MeasureText& measure,
                                       const std::vector<geom::Envelope>& taken_px) {
  if (view.px_scale != 1 && view.px_scale > 0) {  // placed in pixels of the design, told in those of the view
    const View design = view.of_design();
    const auto scale = static_cast<float>(view.px_scale);
    const MeasureText measure_design = [&](const std::string& text, float size_px) {
      const geom::Coord size = measure(text, size_px * scale);
      return geom::Coord{size.x / view.px_scale, size.y / view.px_scale};
    };
    std::vector<geom::Envelope> taken_design;
    for (const geom::Envelope& box : taken_px) {
      const geom::Coord a = design.to_screen(view.to_map({box.min_x, box.min_y}));
      const geom::Coord b = design.to_screen(view.to_map({box.max_x, box.max_y}));
      taken_design.push_back({a.x, a.y, b.x, b.y});
    }
    std::vector<Label> labels = place_labels_around(scene, design, measure_design, taken_design);
    for (Label& label : labels) {
      label.place_px = view.to_screen(design.to_map(label.place_px));
      label.size_px *= scale;
    }
    return labels;
  }
  const StyledScene& styled = StyledScene::of(scene);
  std::vector<Label> labels;
  if (!styled.options.labels || view.width_px <= 0 || view.height_px <= 0 || !(view.m_per_px > 0)) return labels;
  Labeller labeller(styled, view);
  const geom::Envelope screen{2, 2, view.width_px - 2.0, view.height_px - 2.0};
  std::vector<geom::Envelope> taken = taken_px;
  for (const StyledScene::ProjectMark& mark : styled.marks) {  // markers stay readable
    if (!styled.visible("projects")) break;
    const geom::Coord p = view.to_screen(mark.place);
    if (screen.contains(p)) taken.push_back({p.x - 5, p.y - 5, p.x + 5, p.y + 5});
  }
  for (Candidate& candidate : labeller.candidates()) {
    const auto line_size = [&](const std::string& line) {
      geom::Coord size = measure(line, candidate.size_px);
      if (candidate.bold) size.x *= 1.06;
      return size;
    };
    // A long name beside a point, or one too long for its polygon, stands in two lines.
    std::vector<std::string> lines{candidate.text};
    geom::Coord size = line_size(candidate.text);
    const double line_high = size.y;
    const bool too_long = candidate.importance == circle_name ? false
                          : candidate.room_px > 0             ? size.x > candidate.room_px * 0.96
                                                  : candidate.aside_px > 0 && size.x > 12.5 * candidate.size_px;
    if (too_long) lines = in_two_lines(candidate.text);
    if (lines.size() == 2) size = {std::max(line_size(lines[0]).x, line_size(lines[1]).x), 2 * line_high * line_pitch};
    const bool fits = candidate.room_px <= 0 || candidate.importance == circle_name ||
                      (size.x <= candidate.room_px * 0.96 && size.y <= candidate.room_high_px * 1.1);
    if (!fits) continue;
    for (geom::Coord place : places(candidate, size)) {
      const geom::Envelope box{place.x - size.x / 2 - 2, place.y - size.y / 2 - 1, place.x + size.x / 2 + 2,
                               place.y + size.y / 2 + 1};
      if (!screen.contains(box)) continue;
      if (std::any_of(taken.begin(), taken.end(), [&](const geom::Envelope& t) { return t.intersects(box); })) continue;
      taken.push_back(box);
      const bool beside = candidate.aside_px > 0 && std::abs(place.y - candidate.place.y) < 1;
      for (std::size_t i = 0; i < lines.size(); ++i) {
        geom::Coord at = place;
        if (lines.size() == 2) {
          at.y += (i == 0 ? -0.5 : 0.5) * line_high * line_pitch;
          const double slack = (size.x - line_size(lines[i]).x) / 2;
          if (beside) at.x += place.x > candidate.place.x ? -slack : slack;  // flush with the point
        }
        labels.push_back(
            {lines[i], at, candidate.size_px, candidate.colour, labeller.halo(), candidate.bold, candidate.parcel});
      }
      break;
    }
  }
  return labels;
}

std::vector<Label> place_labels(const Scene& scene, const View& view, const MeasureText& measure) {
  return place_labels_around(scene, view, measure, {});
}

}  // namespace zaitu::render
