// Simple Features geometry in flat arrays: one GeometryColumn holds the geometries of all features of a table, in a
// handful of allocations for each some thousand features, so that a million parcels are walked without chasing
// pointers. Coordinates are doubles in the unit of the layer's coordinate reference system, always x = east, y = north.
// Values only; a column that is no longer changed may be read from any number of threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "base/plain_vector.h"

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

// Some thousand features that follow each other in a column. Offsets count from the chunk's own beginning.
struct GeometryChunk {
  GeometryKind kind = GeometryKind::polygon;
  base::PlainVector<std::uint32_t> feature_parts{1, 0};  // feature i owns parts [i, i+1)
  base::PlainVector<std::uint32_t> part_rings{1, 0};     // part i owns rings [i, i+1)
  base::PlainVector<std::uint32_t> ring_coords{1, 0};    // ring i owns coordinates [i, i+1)
  base::PlainVector<Coord> coords;

  std::size_t size() const { return feature_parts.size() - 1; }
  // Every offset leads to where there is something; the kind is one of the three.
  bool is_sound() const;
};

// One part of a feature: a polygon (ring 0 = shell, then holes), a line string or a point (one "ring" of vertices).
class PartView {
 public:
  std::size_t ring_count() const { return m_chunk->part_rings[m_part + 1] - m_chunk->part_rings[m_part]; }
  Ring ring(std::size_t i) const {
    const std::size_t ring = m_chunk->part_rings[m_part] + i;
    const std::size_t from = m_chunk->ring_coords[ring];
    return {m_chunk->coords.data() + from, m_chunk->ring_coords[ring + 1] - from};
  }
  Ring shell() const { return ring(0); }

 private:
  friend class FeatureGeometry;
  PartView(const GeometryChunk* chunk, std::size_t part) : m_chunk(chunk), m_part(part) {}
  const GeometryChunk* m_chunk;
  std::size_t m_part;
};

// The (multi)geometry of one feature; it has no parts where the feature has no geometry.
class FeatureGeometry {
 public:
  std::size_t part_count() const { return m_chunk->feature_parts[m_row + 1] - m_chunk->feature_parts[m_row]; }
  PartView part(std::size_t i) const { return {m_chunk, m_chunk->feature_parts[m_row] + i}; }
  bool empty() const { return part_count() == 0; }
  std::size_t vertex_count() const { return vertices().size(); }
  std::span<const Coord> vertices() const;  // of all parts and rings, in order
  Envelope envelope() const;
  GeometryKind kind() const { return m_chunk->kind; }

 private:
  friend class GeometryColumn;
  FeatureGeometry(const GeometryChunk* chunk, std::size_t row) : m_chunk(chunk), m_row(row) {}
  const GeometryChunk* m_chunk;
  std::size_t m_row;  // in the chunk
};

// The features lie in chunks, which copies of a column share until one changes them.
class GeometryColumn {
 public:
  static constexpr std::size_t chunk_rows = 16384;  // of a chunk that was filled row by row

  explicit GeometryColumn(GeometryKind kind = GeometryKind::polygon) : m_kind(kind) {}

  GeometryKind kind() const { return m_kind; }
  std::size_t size() const { return m_ends.empty() ? 0 : m_ends.back(); }
  FeatureGeometry operator[](std::size_t row) const {
    std::size_t chunk = m_first_guess[row / guess_rows];
    while (row >= m_ends[chunk]) ++chunk;
    return {m_chunks[chunk].get(), chunk == 0 ? row : row - m_ends[chunk - 1]};
  }
  Envelope envelope() const;  // of all features
  std::size_t vertex_count() const;

  // Building, feature by feature: begin_feature, then for each part begin_part and its rings. A feature begun without
  // a part is an empty geometry.
  void begin_feature();
  void begin_part();
  void add_ring(std::span<const Coord> vertices);
  Coord* add_ring(std::size_t vertices);        // to be written by the caller
  void append(const FeatureGeometry& feature);  // copies one feature of any column of the same kind
  // Features [from, to) of another column; large chunks that lie in it as a whole are shared.
  void append(const GeometryColumn& other, std::size_t from, std::size_t to);
  void reserve(std::size_t features, std::size_t coords);
  void clear();                   // keeps the memory of one chunk for the next features
  GeometryColumn packed() const;  // a copy that shares nothing and takes no more memory than it needs

  std::span<const std::shared_ptr<GeometryChunk>> chunks() const { return m_chunks; }
  // Sound chunks of the same kind, none of them empty.
  static GeometryColumn of_chunks(GeometryKind kind, std::vector<std::shared_ptr<GeometryChunk>> chunks);

 private:
  static constexpr std::size_t guess_rows = 1024;

  GeometryChunk& last();  // to be changed: of this column alone
  void add_chunk(std::shared_ptr<GeometryChunk> chunk);
  void count_rows(std::size_t more);  // of the last chunk

  GeometryKind m_kind;
  std::vector<std::shared_ptr<GeometryChunk>> m_chunks;
  std::vector<std::size_t> m_ends;           // of each chunk: the row after its last
  std::vector<std::uint32_t> m_first_guess;  // the chunk of every guess_rows'th row
};

}  // namespace zaitu::geom
