#include "geom/wkb.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstring>

#include "base/error.h"
#include "unit/geom/polygons.h"

namespace zaitu::geom {
namespace {

using test::box_ring;
using test::same_geometry;

Bytes from_hex(std::string_view hex) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

// Writes ISO WKB in either byte order.
class WkbText {
 public:
  explicit WkbText(bool big) : m_big(big) {}
  template <class Number>
  WkbText& put(Number value) {
    std::uint8_t raw[sizeof(Number)];
    std::memcpy(raw, &value, sizeof(Number));
    if (m_big) std::reverse(std::begin(raw), std::end(raw));
    m_bytes.insert(m_bytes.end(), std::begin(raw), std::end(raw));
    return *this;
  }
  WkbText& begin(std::uint32_t type) {
    put(static_cast<std::uint8_t>(m_big ? 0 : 1));
    return put(type);
  }
  WkbText& numbers(std::initializer_list<double> values) {
    for (double value : values) put(value);
    return *this;
  }
  const Bytes& bytes() const { return m_bytes; }

 private:
  bool m_big;
  Bytes m_bytes;
};

GeometryColumn two_parts_and_a_hole() {
  GeometryColumn column;
  column.begin_feature();
  column.begin_part();
  column.add_ring(box_ring(40643144.25, 3440811.5, 40643244.25, 3440911.5));
  column.add_ring(box_ring(40643154.25, 3440821.5, 40643164.25, 3440831.5));
  column.begin_part();
  column.add_ring(box_ring(40643344.25, 3440811.5, 40643444.25, 3440911.5));
  return column;
}

TEST(Wkb, RoundTripKeepsEveryBit) {
  const GeometryColumn column = two_parts_and_a_hole();
  GeometryColumn back;
  append_wkb(back, to_wkb(column[0]));
  append_spatialite(back, to_spatialite(column[0], 4528));
  ASSERT_EQ(back.size(), 2U);
  EXPECT_TRUE(same_geometry(back[0], column[0]));
  EXPECT_TRUE(same_geometry(back[1], column[0]));
}

TEST(Wkb, LinesAndPointsRoundTrip) {
  GeometryColumn lines(GeometryKind::line);
  lines.begin_feature();
  for (double x : {0.0, 10.0}) {
    lines.begin_part();
    lines.add_ring(test::Vertices{{x, 0}, {x + 1, 2}, {x + 3, 4}});
  }
  GeometryColumn points(GeometryKind::point);
  points.begin_feature();
  points.begin_part();
  points.add_ring(test::Vertices{{121.43, 31.03}});
  for (const GeometryColumn* column : {&lines, &points}) {
    GeometryColumn back(column->kind());
    append_wkb(back, to_wkb((*column)[0]));
    append_spatialite(back, to_spatialite((*column)[0], 4490));
    EXPECT_TRUE(same_geometry(back[0], (*column)[0]));
    EXPECT_TRUE(same_geometry(back[1], (*column)[0]));
  }
}

TEST(Wkb, EmptyGeometriesStayEmpty) {
  for (GeometryKind kind : {GeometryKind::point, GeometryKind::line, GeometryKind::polygon}) {
    GeometryColumn column(kind);
    column.begin_feature();
    GeometryColumn back(kind);
    append_wkb(back, to_wkb(column[0]));
    ASSERT_EQ(back.size(), 1U);
    EXPECT_TRUE(back[0].empty());
    EXPECT_TRUE(to_spatialite(column[0], 4549).empty());
  }
}

TEST(Wkb, BothByteOrdersAndZAndMAreRead) {
  for (bool big : {false, true}) {
    for (std::uint32_t dimension : {0U, 1U, 2U, 3U}) {
      WkbText text(big);
      text.begin(1000 * dimension + 3).put(std::uint32_t{1}).put(std::uint32_t{4});
      for (const Coord c : {Coord{0, 0}, Coord{4, 0}, Coord{0, 3}, Coord{0, 0}}) {
        text.numbers({c.x, c.y});
        if (dimension == 1 || dimension == 2) text.numbers({7});
        if (dimension == 3) text.numbers({7, 8});
      }
      GeometryColumn column;
      append_wkb(column, text.bytes());
      EXPECT_TRUE(same_geometry(column[0], test::polygon({{{0, 0}, {4, 0}, {0, 3}, {0, 0}}})[0]))
          << "big " << big << " dimension " << dimension;
    }
  }
}

TEST(Wkb, ExtendedFlagsOfPostgisAreRead) {
  // SELECT ST_AsEWKB: SRID=4490;POINT Z (1 2 3)
  WkbText text(false);
  text.begin(0xA0000001U).put(std::uint32_t{4490}).numbers({1, 2, 3});
  GeometryColumn column(GeometryKind::point);
  append_wkb(column, text.bytes());
  EXPECT_EQ(column[0].vertices()[0], (Coord{1, 2}));
}

TEST(Wkb, PartsOfAnotherKindAreLeftOut) {
  WkbText text(false);
  text.begin(7).put(std::uint32_t{3});
  text.begin(1).numbers({9, 9});
  text.begin(2).put(std::uint32_t{2}).numbers({0, 0, 5, 5});
  text.begin(3).put(std::uint32_t{1}).put(std::uint32_t{4}).numbers({0, 0, 1, 0, 0, 1, 0, 0});
  for (const auto& [kind, vertices] :
       {std::pair{GeometryKind::point, 1U}, std::pair{GeometryKind::line, 2U}, std::pair{GeometryKind::polygon, 4U}}) {
    GeometryColumn column(kind);
    append_wkb(column, text.bytes());
    ASSERT_EQ(column[0].part_count(), 1U);
    EXPECT_EQ(column[0].vertex_count(), vertices);
  }
}

TEST(Wkb, OpenRingIsClosedAndEmptyShellIsNoPart) {
  WkbText open(false);
  open.begin(3).put(std::uint32_t{1}).put(std::uint32_t{3}).numbers({0, 0, 1, 0, 0, 1});
  WkbText hollow(false);
  hollow.begin(3).put(std::uint32_t{2}).put(std::uint32_t{0}).put(std::uint32_t{4}).numbers({0, 0, 1, 0, 0, 1, 0, 0});
  GeometryColumn column;
  append_wkb(column, open.bytes());
  append_wkb(column, hollow.bytes());
  EXPECT_EQ(column[0].vertices().back(), (Coord{0, 0}));
  EXPECT_EQ(column[0].vertex_count(), 4U);
  EXPECT_TRUE(column[1].empty());
}

// Bytes that this program did not write itself: SpatiaLite 5.0.1's
// hex(GeomFromText('POLYGON((0 0,4 0,0 3,0 0))',4490)) and hex(CompressGeometry(GeomFromText('LINESTRING(1 1,1.5 2,3
// 3)',4549))).
constexpr const char* spatialite_polygon =
    "00018A1100000000000000000000000000000000000000000000000010400000000000000840"
    "7C03000000010000000400000000000000000000000000000000000000000000000000104000"
    "000000000000000000000000000000000000000000084000000000000000000000000000000000FE";
constexpr const char* spatialite_compressed_line =
    "0001C5110000000000000000F03F000000000000F03F00000000000008400000000000000840"
    "7C42420F0003000000000000000000F03F000000000000F03F0000003F0000803F0000000000"
    "0008400000000000000840FE";

TEST(Wkb, ReadsWhatSpatialiteWrites) {
  GeometryColumn column;
  append_spatialite(column, from_hex(spatialite_polygon));
  EXPECT_TRUE(same_geometry(column[0], test::polygon({{{0, 0}, {4, 0}, {0, 3}, {0, 0}}})[0]));
}

TEST(Wkb, ReadsCompressedSpatialiteLines) {
  GeometryColumn column(GeometryKind::line);
  append_spatialite(column, from_hex(spatialite_compressed_line));
  const auto vertices = column[0].vertices();
  ASSERT_EQ(vertices.size(), 3U);
  EXPECT_EQ(vertices[1], (Coord{1.5, 2}));
  EXPECT_EQ(vertices[2], (Coord{3, 3}));
}

TEST(Wkb, EveryPrefixThrowsAndLeavesTheColumnAsItWas) {
  const GeometryColumn source = two_parts_and_a_hole();
  const Bytes wkb = to_wkb(source[0]);
  const Bytes blob = to_spatialite(source[0], 4549);
  GeometryColumn column = source;
  for (std::size_t n = 0; n < wkb.size(); ++n) {
    const Bytes prefix(wkb.begin(), wkb.begin() + static_cast<std::ptrdiff_t>(n));  // own allocation: overruns show
    EXPECT_THROW(append_wkb(column, prefix), base::Error) << n;
  }
  for (std::size_t n = 0; n < blob.size(); ++n) {
    const Bytes prefix(blob.begin(), blob.begin() + static_cast<std::ptrdiff_t>(n));
    EXPECT_THROW(append_spatialite(column, prefix), base::Error) << n;
  }
  ASSERT_EQ(column.size(), 1U);
  EXPECT_TRUE(same_geometry(column[0], source[0]));
  append_wkb(column, wkb);
  EXPECT_TRUE(same_geometry(column[1], source[0]));
}

TEST(Wkb, EveryChangedByteThrowsOrWorks) {
  const GeometryColumn source = two_parts_and_a_hole();
  for (const bool is_blob : {false, true}) {
    const Bytes good = is_blob ? to_spatialite(source[0], 4549) : to_wkb(source[0]);
    for (std::size_t n = 0; n < good.size(); ++n) {
      for (const int value : {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
        Bytes bytes = good;
        bytes[n] = static_cast<std::uint8_t>(value);
        GeometryColumn column;
        try {
          is_blob ? append_spatialite(column, bytes) : append_wkb(column, bytes);
          EXPECT_EQ(column.size(), 1U);
        } catch (const base::Error& error) {
          EXPECT_EQ(error.code(), base::ExitCode::input_unreadable);
          EXPECT_EQ(column.size(), 0U);
        }
      }
    }
  }
}

// The common blob has a path of its own; the same body as WKB has not. Whatever one byte becomes, both read the same.
TEST(Wkb, ABlobIsReadAsTheSameWkbIs) {
  const GeometryColumn column = two_parts_and_a_hole();
  const Bytes blob = to_spatialite(column[0], 4549), wkb = to_wkb(column[0]);
  constexpr std::size_t shift = 38;  // the blob's head is longer by so much; after it only the marks differ
  std::size_t read = 0, closed = 0;
  for (std::size_t at = 0; at < wkb.size(); ++at) {
    for (const int change : {0x00, 0x01, 0x80, 0xff}) {
      Bytes changed_blob = blob, changed_wkb = wkb;
      if (at > 0 && wkb[at] == blob[at + shift]) {  // no mark
        changed_blob[at + shift] ^= static_cast<std::uint8_t>(change);
        changed_wkb[at] ^= static_cast<std::uint8_t>(change);
      }
      GeometryColumn one, other;
      try {
        append_spatialite(one, changed_blob);
      } catch (const base::Error&) {
        EXPECT_EQ(one.size(), 0u);
        continue;
      }
      append_wkb(other, changed_wkb);
      EXPECT_TRUE(same_geometry(one[0], other[0])) << "byte " << at << " ^ " << change;
      ++read;
      closed += one[0].vertex_count() > column[0].vertex_count() ? 1U : 0U;
    }
  }
  EXPECT_GT(read, wkb.size());
  EXPECT_GT(closed, 0u) << "rings that a change opened are closed again";
}

TEST(Wkb, NestingIsLimited) {
  const auto nested = [](int levels) {
    WkbText text(false);
    for (int i = 0; i < levels; ++i) text.begin(7).put(std::uint32_t{1});
    text.begin(1).numbers({1, 2});
    return text.bytes();
  };
  GeometryColumn column(GeometryKind::point);
  append_wkb(column, nested(32));
  EXPECT_THROW(append_wkb(column, nested(33)), base::Error);
  EXPECT_THROW(append_wkb(column, nested(100000)), base::Error);
  EXPECT_EQ(column.size(), 1U);
}

TEST(Wkb, HugeCountsAreRefusedBeforeMemoryIsTaken) {
  WkbText text(false);
  text.begin(2).put(std::uint32_t{0xFFFFFFFFU}).numbers({1, 2});
  GeometryColumn column(GeometryKind::line);
  EXPECT_THROW(append_wkb(column, text.bytes()), base::Error);
}

}  // namespace
}  // namespace zaitu::geom
