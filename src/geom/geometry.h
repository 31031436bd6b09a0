// Simple Features geometry in flat arrays: one GeometryColumn holds the geometries of all features of a table, in a
// handful of allocations, so that a million parcels are walked without chasing pointers.
// Coordinates are doubles in the unit of the layer's coordinate reference system, always x = east, y = north.
// Values only; a column that is no longer changed may be read from any number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace zaitu::geom {

struct Coord {
  double x = 0;
  double y = 0;
  friend bool operator==(Coord, Coord) = default;
};

struct Envelope {
  double min_x = std::numeric_limits<double>::infinity();
  double min_y = std::numeric_limits<double>::infinity();
  double max_x = -std::numeric_limits<double>::infinity();
  double max_y = -std::numeric_limits<double>::infinity();

  bool empty() const { return !(min_x <= max_x && min_y <= max_y); }
  double width() const { return empty() ? 0 : max_x - min_x; }
  double height() const { return empty() ? 0 : max_y - min_y; }
  Coord centre() const { return {(min_x + max_x) / 2, (min_y + max_y) / 2}; }
  void expand(Coord c) {
    if (c.x < min_x) min_x = c.x;
    if (c.y < min_y) min_y = c.y;
    if (c.x > max_x) max_x = c.x;
    if (c.y > max_y) max_y = c.y;
  }
  void expand(const Envelope& other) {
    if (other.empty()) return;
    expand(Coord{other.min_x, other.min_y});
    expand(Coord{other.max_x, other.max_y});
  }
  bool intersects(const Envelope& o) const {
    return min_x <= o.max_x && o.min_x <= max_x && min_y <= o.max_y && o.min_y <= max_y;
  }
  bool contains(Coord c) const { return min_x <= c.x && c.x <= max_x && min_y <= c.y && c.y <= max_y; }
  bool contains(const Envelope& o) const {
    return min_x <= o.min_x && o.max_x <= max_x && min_y <= o.min_y && o.max_y <= max_y;
  }
  Envelope buffered(double d) const { return {min_x - d, min_y - d, max_x + d, max_y + d}; }
  friend bool operator==(const Envelope&, const Envelope&) = default;
};

enum class GeometryKind : std::uint8_t { point, line, polygon };

// A closed ring stores its first vertex again at the end, as Simple Features does.
using Ring = std::span<const Coord>;

class GeometryColumn;

// One part of a feature: a polygon (ring 0 = shell, then holes), a line string or a point (one "ring" of vertices).
class PartView {
 public:
  std::size_t ring_count() const;
  Ring ring(std::size_t i) const;
  Ring shell() const { return ring(0); }

 private:
  friend class FeatureGeometry;
  PartView(const GeometryColumn* column, std::size_t part) : m_column(column), m_part(part) {}
  const GeometryColumn* m_column;
  std::size_t m_part;
};

// The (multi)geometry of one feature; it has no parts where the feature has no geometry.
class FeatureGeometry {
 public:
  std::size_t part_count() const;
  PartView part(std::size_t i) const;
  bool empty() const { return part_count() == 0; }
  std::size_t vertex_count() const;
  std::span<const Coord> vertices() const;  // of all parts and rings, in order
  Envelope envelope() const;
  GeometryKind kind() const;

 private:
  friend class GeometryColumn;
  FeatureGeometry(const GeometryColumn* column, std::size_t row) : m_column(column), m_row(row) {}
  const GeometryColumn* m_column;
  std::size_t m_row;
};

class GeometryColumn {
 public:
  explicit GeometryColumn(GeometryKind kind = GeometryKind::polygon) : m_kind(kind) {}

  GeometryKind kind() const { return m_kind; }
  std::size_t size() const { return m_feature_parts.size() - 1; }
  FeatureGeometry operator[](std::size_t row) const { return {this, row}; }
  Envelope envelope() const;  // of all features
  std::size_t vertex_count() const { return m_coords.size(); }

  // Building, feature by feature: begin_feature, then for each part begin_part and its rings. A feature begun without
  // a part is an empty geometry.
  void begin_feature() { m_feature_parts.push_back(m_feature_parts.back()); }
  void begin_part() {
    ++m_feature_parts.back();
    m_part_rings.push_back(m_part_rings.back());
  }
  void add_ring(std::span<const Coord> vertices) {
    ++m_part_rings.back();
    m_coords.insert(m_coords.end(), vertices.begin(), vertices.end());
    m_ring_coords.push_back(m_coords.size());
  }
  void append(const FeatureGeometry& feature);  // copies one feature of any column of the same kind
  void append(const GeometryColumn& other, std::size_t from, std::size_t to);  // features [from, to)
  void reserve(std::size_t features, std::size_t coords);

 private:
  friend class PartView;
  friend class FeatureGeometry;
  GeometryKind m_kind;
  std::vector<std::uint32_t> m_feature_parts{0};  // feature i owns parts [i, i+1)
  std::vector<std::uint32_t> m_part_rings{0};     // part i owns rings [i, i+1)
  std::vector<std::size_t> m_ring_coords{0};      // ring i owns coordinates [i, i+1)
  std::vector<Coord> m_coords;
};

}  // namespace zaitu::geom
