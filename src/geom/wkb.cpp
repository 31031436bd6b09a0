#include "geom/wkb.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>
#include <utility>

#include "base/error.h"
#include "base/message.h"

namespace zaitu::geom {

namespace {

static_assert(std::endian::native == std::endian::little,
              "bytes are written in the machine's own, little-endian order");

constexpr int max_depth = 32;

// Geometry type numbers of ISO 13249-3 / OGC 06-103r4; SpatiaLite uses the same ones.
enum : std::uint32_t {
  type_point = 1,
  type_line = 2,
  type_polygon = 3,
  type_multi_point = 4,
  type_multi_line = 5,
  type_multi_polygon = 6,
  type_collection = 7,
  type_polyhedral_surface = 15,
  type_tin = 16,
  type_triangle = 17
};

// Marks of a SpatiaLite blob.
constexpr std::uint8_t blob_start = 0x00;
constexpr std::uint8_t blob_tiny_point = 0x80;
constexpr std::uint8_t blob_mbr_end = 0x7C;
constexpr std::uint8_t blob_entity = 0x69;
constexpr std::uint8_t blob_end = 0xFE;
constexpr std::uint32_t blob_compressed = 1000000;

[[noreturn]] void broken(const std::string& what) {
  throw base::Error(base::ExitCode::input_unreadable, base::say("geometry bytes are broken: {}", what));
}

enum class Format { wkb, spatialite };

// Reads one geometry. With no sink it only checks, so that a second pass writes into a column what is known to be good.
class Parser {
 public:
  Parser(std::span<const std::uint8_t> bytes, Format format) : m_bytes(bytes), m_format(format) {}

  // With a sink of none: what a pass over all of it meets.
  void survey(WkbSurvey& to) {
    m_survey = &to;
    m_position = 0;
    read_wkb(0);
  }

  void parse(GeometryKind kind, GeometryColumn* sink) {
    m_position = 0;
    m_kind = kind;
    m_sink = sink;
    if (m_sink != nullptr) m_sink->begin_feature();
    if (m_format == Format::wkb) {
      read_wkb(0);
    } else {
      read_blob();
    }
  }

 private:
  struct Type {
    std::uint32_t base = 0;
    std::size_t dimensions = 2;
    bool measured_only = false;  // XYM
    bool compressed = false;
  };

  std::size_t remaining() const { return m_bytes.size() - m_position; }

  template <class Number>
  Number take() {
    if (remaining() < sizeof(Number)) broken(base::say("they end too early"));
    std::uint8_t raw[sizeof(Number)];
    std::memcpy(raw, m_bytes.data() + m_position, sizeof(Number));
    m_position += sizeof(Number);
    if (m_swap) std::reverse(std::begin(raw), std::end(raw));
    Number value;
    std::memcpy(&value, raw, sizeof(Number));
    return value;
  }

  // A count can never promise more than the bytes that are left could hold.
  std::uint32_t take_count(std::size_t least_bytes_each) {
    const auto count = take<std::uint32_t>();
    if (count > remaining() / least_bytes_each) broken(base::say("a count is larger than the bytes that follow"));
    return count;
  }

  void take_byte_order() {
    const auto order = take<std::uint8_t>();
    if (order > 1) broken(base::say("the byte order mark is neither 0 nor 1"));
    m_swap = order == 0;
  }

  Type take_type() {
    auto code = take<std::uint32_t>();
    Type type;
    if (m_format == Format::wkb) {
      // The flags of PostGIS's extended form, as some writers leave them in.
      const bool z = (code & 0x80000000U) != 0;
      const bool m = (code & 0x40000000U) != 0;
      const bool srid = (code & 0x20000000U) != 0;
      code &= 0x1FFFFFFFU;
      if (srid) take<std::uint32_t>();
      type.dimensions += (z ? 1U : 0U) + (m ? 1U : 0U);
      type.measured_only = m && !z;
    } else if (code >= blob_compressed) {
      type.compressed = true;
      code -= blob_compressed;
    }
    const std::uint32_t dimension_code = code / 1000;
    if (dimension_code > 3) broken(base::say("unknown geometry type {}", code));
    if (dimension_code > 0) {
      type.dimensions = dimension_code == 3 ? 4 : 3;
      type.measured_only = dimension_code == 2;
    }
    type.base = code % 1000;
    return type;
  }

  void check_depth(int depth) const {
    if (depth <= max_depth) return;
    if (m_survey != nullptr) m_survey->nested = true;
    broken(base::say("nested deeper than {}", max_depth));
  }

  void read_wkb(int depth) {
    check_depth(depth);
    take_byte_order();
    read_body(take_type(), depth);
  }

  void read_blob() {
    m_swap = false;
    const auto start = take<std::uint8_t>();
    if (start != blob_start && start != blob_tiny_point) broken(base::say("not a SpatiaLite geometry"));
    take_byte_order();
    take<std::int32_t>();  // the table says the reference system
    if (start == blob_tiny_point) {
      const auto dimension_code = take<std::uint8_t>();
      if (dimension_code < 1 || dimension_code > 4) broken(base::say("unknown kind of tiny point"));
      Type type;
      type.base = type_point;
      type.dimensions = dimension_code == 1 ? 2 : dimension_code == 4 ? 4 : 3;
      read_body(type, 0);
    } else {
      for (int i = 0; i < 4; ++i) take<double>();
      if (take<std::uint8_t>() != blob_mbr_end) broken(base::say("the mark after the bounding box is missing"));
      read_body(take_type(), 0);
    }
    if (take<std::uint8_t>() != blob_end || remaining() != 0)
      broken(base::say("the end mark is not where it should be"));
  }

  void read_member(int depth) {
    if (m_format == Format::wkb) return read_wkb(depth);
    check_depth(depth);
    if (take<std::uint8_t>() != blob_entity) broken(base::say("the mark before a part is missing"));
    read_body(take_type(), depth);
  }

  void read_body(const Type& type, int depth) {
    switch (type.base) {
      case type_point: {
        m_ring.clear();
        read_coords(type, 1);
        // A point without coordinates is written as NaN NaN.
        if (std::isnan(m_ring[0].x) && std::isnan(m_ring[0].y)) m_ring.clear();
        add_single_part(GeometryKind::point);
        if (m_survey != nullptr) ++(m_ring.empty() ? m_empty : m_survey->points);
        break;
      }
      case type_line:
        read_vertices(type);
        add_single_part(GeometryKind::line);
        if (m_survey != nullptr) ++(m_ring.empty() ? m_empty : m_survey->lines);
        break;
      case type_polygon:
      case type_triangle:
        read_polygon(type);
        break;
      case type_multi_point:
      case type_multi_line:
      case type_multi_polygon:
      case type_collection:
      case type_polyhedral_surface:
      case type_tin: {
        // The smallest member is a mark and a type and a count.
        const auto count = take_count(m_format == Format::wkb ? 9 : 5);
        if (m_survey != nullptr && type.base == type_collection) m_survey->is_collection = true;
        if (m_survey != nullptr && count == 0) ++m_empty;
        for (std::uint32_t i = 0; i < count; ++i) read_member(depth + 1);
        // A geometry that is empty as a whole has no empty member.
        if (m_survey != nullptr) m_survey->empty_members = m_empty;
        break;
      }
      default:
        broken(base::say("geometry type {} is not a simple feature", type.base));
    }
  }

  void read_polygon(const Type& type) {
    const auto rings = take_count(4);
    bool has_shell = false;
    for (std::uint32_t i = 0; i < rings; ++i) {
      read_vertices(type);
      // Rings are closed here, once, where a writer forgot to.
      const bool is_open = m_ring.size() >= 3 && m_ring.front() != m_ring.back();
      if (is_open && m_survey != nullptr && m_survey->unclosed_rings++ == 0) m_survey->first_unclosed = m_ring.front();
      if (is_open) m_ring.push_back(m_ring.front());
      if (i == 0) has_shell = !m_ring.empty();
      if (m_sink == nullptr || m_kind != GeometryKind::polygon || !has_shell || m_ring.empty()) continue;
      if (i == 0) m_sink->begin_part();
      m_sink->add_ring(m_ring);
    }
    if (m_survey != nullptr) ++(has_shell ? m_survey->areas : m_empty);
  }

  void add_single_part(GeometryKind kind) {
    if (m_sink == nullptr || m_kind != kind || m_ring.empty()) return;
    m_sink->begin_part();
    m_sink->add_ring(m_ring);
  }

  void read_vertices(const Type& type) {
    m_ring.clear();
    if (!type.compressed) {
      const std::size_t bytes_each = type.dimensions * sizeof(double);
      const std::uint32_t count = take_count(bytes_each);
      if (m_sink == nullptr && m_survey == nullptr) {
        m_position += count * bytes_each;  // only checked: the count fits
      } else {
        read_coords(type, count);
      }
      return;
    }
    // SpatiaLite's compressed form: the first and last vertex in doubles, the others as float steps from the one
    // before; M is never compressed.
    const std::size_t steps = type.measured_only ? 2 : type.dimensions == 2 ? 2 : 3;
    const std::size_t measure_bytes = type.dimensions == 4 || type.measured_only ? sizeof(double) : 0;
    const auto count = take_count(steps * sizeof(float) + measure_bytes);
    m_ring.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      if (i == 0 || i + 1 == count) {
        read_coords(type, 1);
        continue;
      }
      const auto dx = static_cast<double>(take<float>());
      const auto dy = static_cast<double>(take<float>());
      if (steps == 3) take<float>();
      if (measure_bytes != 0) take<double>();
      m_ring.push_back({m_ring.back().x + dx, m_ring.back().y + dy});
    }
  }

  // Appends `count` uncompressed vertices to m_ring.
  void read_coords(const Type& type, std::size_t count) {
    if (count > remaining() / (type.dimensions * sizeof(double))) broken(base::say("they end too early"));
    const std::size_t from = m_ring.size();
    if (type.dimensions == 2 && !m_swap) {
      m_ring.resize(from + count);
      if (count > 0) std::memcpy(m_ring.data() + from, m_bytes.data() + m_position, count * sizeof(Coord));
      m_position += count * sizeof(Coord);
      return;
    }
    m_ring.reserve(from + count);
    for (std::size_t i = 0; i < count; ++i) {
      Coord c;
      c.x = take<double>();
      c.y = take<double>();
      for (std::size_t d = 2; d < type.dimensions; ++d) take<double>();
      m_ring.push_back(c);
    }
  }

  std::span<const std::uint8_t> m_bytes;
  Format m_format;
  std::size_t m_position = 0;
  bool m_swap = false;
  GeometryKind m_kind = GeometryKind::polygon;
  GeometryColumn* m_sink = nullptr;
  WkbSurvey* m_survey = nullptr;
  std::size_t m_empty = 0;  // members, as long as a survey counts
  std::vector<Coord> m_ring;
};

// What nearly every row holds, without a step for each byte: polygons in two dimensions, little-endian, not compressed,
// all rings closed. Anything else, broken bytes too: false, and the column is as it was.
class PlainPolygons {
 public:
  PlainPolygons(std::span<const std::uint8_t> bytes, Format format) : m_bytes(bytes), m_format(format) {}

  bool append_to(GeometryColumn& column) {
    if (!is_plain(1)) return false;
    column.begin_feature();
    walk(
        1, [&](std::size_t) { column.begin_part(); },
        [&](std::size_t at, std::size_t vertices) {
          std::memcpy(static_cast<void*>(column.add_ring(vertices)), m_bytes.data() + at, vertices * sizeof(Coord));
        });
    return true;
  }

  bool is_plain(std::size_t least_vertices) {
    if (!find_first()) return false;
    return walk(
        least_vertices, [](std::size_t) {}, [](std::size_t, std::size_t) {});
  }

 private:
  static constexpr std::size_t blob_head = 47;  // to the number of polygons and with it
  static constexpr std::size_t wkb_head = 9;    // likewise

  // Where the first polygon begins and how many there are.
  bool find_first() {
    if (m_format == Format::spatialite) {
      if (m_bytes.size() < blob_head || m_bytes[0] != blob_start || m_bytes[1] != 1 || m_bytes[38] != blob_mbr_end ||
          number_at(39) != type_multi_polygon) {
        return false;
      }
      m_first = blob_head;
      m_parts = number_at(blob_head - 4);
      return true;
    }
    if (m_bytes.size() < wkb_head || m_bytes[0] != 1) return false;
    const std::uint32_t type = number_at(1);
    m_first = type == type_multi_polygon ? wkb_head : 0;
    m_parts = type == type_multi_polygon ? number_at(wkb_head - 4) : 1;
    return type == type_polygon || type == type_multi_polygon;
  }

  std::uint32_t number_at(std::size_t at) const {
    std::uint32_t number = 0;
    std::memcpy(&number, m_bytes.data() + at, sizeof number);
    return number;
  }

  Coord coord_at(std::size_t at) const {
    Coord coord;
    std::memcpy(static_cast<void*>(&coord), m_bytes.data() + at, sizeof coord);
    return coord;
  }

  // part(rings), then ring(where its vertices start, how many) for each of them.
  template <class Part, class Ring>
  bool walk(std::size_t least_vertices, Part part, Ring ring) const {
    const std::uint8_t mark = m_format == Format::spatialite ? blob_entity : 1;
    std::size_t at = m_first;
    const std::size_t end = m_bytes.size();
    for (std::uint32_t parts = m_parts; parts > 0; --parts) {
      if (end - at < 9 || m_bytes[at] != mark || number_at(at + 1) != type_polygon) return false;
      std::uint32_t rings = number_at(at + 5);
      if (rings == 0) return false;
      part(rings);
      at += 9;
      for (; rings > 0; --rings) {
        if (end - at < 4) return false;
        const std::size_t vertices = number_at(at);
        at += 4;
        if (vertices < least_vertices || vertices > (end - at) / sizeof(Coord)) return false;
        if (coord_at(at) != coord_at(at + (vertices - 1) * sizeof(Coord))) return false;
        ring(at, vertices);
        at += vertices * sizeof(Coord);
      }
    }
    return m_format == Format::spatialite ? end - at == 1 && m_bytes[at] == blob_end : at == end;
  }

  std::span<const std::uint8_t> m_bytes;
  Format m_format;
  std::size_t m_first = 0;
  std::uint32_t m_parts = 0;
};

void append(GeometryColumn& column, std::span<const std::uint8_t> bytes, Format format) {
  Parser parser(bytes, format);
  parser.parse(column.kind(), nullptr);
  parser.parse(column.kind(), &column);
}

class Writer {
 public:
  template <class Number>
  void put(Number value) {
    const std::size_t at = m_bytes.size();
    m_bytes.resize(at + sizeof(Number));
    std::memcpy(m_bytes.data() + at, &value, sizeof(Number));
  }
  void put_coords(std::span<const Coord> coords) {
    const std::size_t at = m_bytes.size();
    m_bytes.resize(at + coords.size_bytes());
    if (!coords.empty()) std::memcpy(m_bytes.data() + at, coords.data(), coords.size_bytes());
  }
  void put_vertices(std::span<const Coord> coords) {
    put(static_cast<std::uint32_t>(coords.size()));
    put_coords(coords);
  }
  void reserve(std::size_t bytes) { m_bytes.reserve(bytes); }
  Bytes take() { return std::move(m_bytes); }

 private:
  Bytes m_bytes;
};

void put_body(Writer& out, const FeatureGeometry& geometry, Format format) {
  const auto member = [&](std::uint32_t type) {
    out.put(format == Format::wkb ? std::uint8_t{1} : blob_entity);
    out.put(type);
  };
  const auto parts = static_cast<std::uint32_t>(geometry.part_count());
  switch (geometry.kind()) {
    case GeometryKind::point:
      out.put(std::uint32_t{type_point});
      if (geometry.vertex_count() == 0) {
        const Coord none{std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::quiet_NaN()};
        out.put_coords({&none, 1});
      } else {
        out.put_coords(geometry.vertices().first(1));
      }
      break;
    case GeometryKind::line:
      out.put(std::uint32_t{type_multi_line});
      out.put(parts);
      for (std::size_t p = 0; p < parts; ++p) {
        member(type_line);
        const PartView part = geometry.part(p);
        out.put_vertices(part.ring_count() == 0 ? Ring{} : part.ring(0));
      }
      break;
    case GeometryKind::polygon:
      out.put(std::uint32_t{type_multi_polygon});
      out.put(parts);
      for (std::size_t p = 0; p < parts; ++p) {
        member(type_polygon);
        const PartView part = geometry.part(p);
        out.put(static_cast<std::uint32_t>(part.ring_count()));
        for (std::size_t r = 0; r < part.ring_count(); ++r) out.put_vertices(part.ring(r));
      }
      break;
  }
}

}  // namespace

WkbSurvey survey_wkb(std::span<const std::uint8_t> wkb) {
  WkbSurvey survey;
  try {
    Parser(wkb, Format::wkb).survey(survey);
  } catch (const base::Error& error) {
    survey.fault = error.what();
  }
  return survey;
}

void append_wkb(GeometryColumn& column, std::span<const std::uint8_t> wkb) {
  if (column.kind() == GeometryKind::polygon && PlainPolygons(wkb, Format::wkb).append_to(column)) return;
  append(column, wkb, Format::wkb);
}

void append_spatialite(GeometryColumn& column, std::span<const std::uint8_t> blob) {
  if (column.kind() == GeometryKind::polygon && PlainPolygons(blob, Format::spatialite).append_to(column)) return;
  append(column, blob, Format::spatialite);
}

bool is_plain_polygon_wkb(std::span<const std::uint8_t> wkb) { return PlainPolygons(wkb, Format::wkb).is_plain(4); }

Bytes to_wkb(const FeatureGeometry& geometry) {
  Writer out;
  out.reserve(32 + 32 * geometry.part_count() + sizeof(Coord) * geometry.vertex_count());
  out.put(std::uint8_t{1});
  put_body(out, geometry, Format::wkb);
  return out.take();
}

Bytes to_spatialite(const FeatureGeometry& geometry, int srid) {
  if (geometry.vertex_count() == 0) return {};
  Writer out;
  out.reserve(64 + 32 * geometry.part_count() + sizeof(Coord) * geometry.vertex_count());
  const Envelope box = geometry.envelope();
  out.put(blob_start);
  out.put(std::uint8_t{1});
  out.put(static_cast<std::int32_t>(srid));
  out.put(box.min_x);
  out.put(box.min_y);
  out.put(box.max_x);
  out.put(box.max_y);
  out.put(blob_mbr_end);
  put_body(out, geometry, Format::spatialite);
  out.put(blob_end);
  return out.take();
}

}  // namespace zaitu::geom
