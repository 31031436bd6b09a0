// Boundary points as land departments exchange them: every form that is met, and there and back without loss.
#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "base/error.h"
#include "geom/measure.h"
#include "io/boundary_text.h"

namespace zaitu::io {
namespace {

using geom::Coord;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;

constexpr const char* head =
    "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n投影类型=高斯克吕格\n计量单位=米\n带号=40\n精度=0.001\n["
    "地块坐标]\n";

std::string boundary_error_of(const std::string& text) {
  try {
    parse_boundary_text(text, "a.txt");
  } catch (const base::Error& error) {
    return error.what();
  }
  return "";
}

TEST(BoundaryTextTest, ReadsFactsHolesAndCrs) {
  const std::string text = std::string(head) +
                           "10,0.7900,2022-K037,某公司,面,I-1,商服用地,0901,@\n"
                           "J1,1,3464080,40557000\nJ2,1,3464080,40557100\nJ3,1,3464000,40557100\n"
                           "J4,1,3464000,40557000\nJ1,1,3464080,40557000\n"
                           "J5,2,3464020,40557010\nJ6,2,3464020,40557020\nJ7,2,3464010,40557020\n"
                           "J8,2,3464010,40557010\nJ5,2,3464020,40557010\n";
  ASSERT_TRUE(is_boundary_text(text));
  const BoundaryText read = parse_boundary_text(text, "a.txt");
  ASSERT_EQ(read.parcels.size(), 1U);
  EXPECT_EQ(read.parcels[0].code, "2022-K037");
  EXPECT_EQ(read.parcels[0].use, "商服用地");
  EXPECT_EQ(read.parcels[0].land_class, "0901");
  EXPECT_EQ(read.crs, "EPSG:4528");  // CGCS2000, zone 40, with its number in the eastings
  EXPECT_DOUBLE_EQ(geom::area(read.outlines[0]), 7900);
  EXPECT_EQ(read.outlines[0].part(0).ring_count(), 2U);
  EXPECT_TRUE(read.warnings.empty());
}

TEST(BoundaryTextTest, ReadsTheShortFormAndPointsAlone) {
  const std::string points = "J1,1,3464080,557000\nJ2,1,3464080,557100\nJ3,1,3464000,557100\nJ1,1,3464080,557000\n";
  const BoundaryText text = parse_boundary_text(head + ("1,地块1,面,,@\n" + points), "a.txt");
  ASSERT_EQ(text.parcels.size(), 1U);
  EXPECT_EQ(text.parcels[0].name, "地块1");
  EXPECT_EQ(text.crs, "EPSG:4549");  // no zone number in the eastings
  EXPECT_TRUE(is_boundary_text(points));
  EXPECT_DOUBLE_EQ(geom::area(parse_boundary_text(points, "a.txt").outlines[0]), 4000);
  EXPECT_FALSE(is_boundary_text("code,name\nJ1,x\n"));
}

TEST(BoundaryTextTest, ExchangesAxesAndDoubtsAreasAndPoints) {
  const BoundaryText text =
      parse_boundary_text(std::string(head) +
                              "5,12.0,A,甲,面,,住宅,0701,@\nJ1,1,40557000,3464080\nJ2,1,40557100,3464080\n"
                              "J3,1,40557100,3464000\nJ4,1,40557000,3464000\nJ1,1,40557000,3464080\n"
                              "5,12.0,B,乙,面,,住宅,0701,@\nJ1,1,40557200,3464080\nJ2,1,40557300,3464080\n"
                              "J3,1,40557300,3464000\nJ4,1,40557200,3464000\nJ1,1,40557200,3464080\n",
                          "a.txt");
  EXPECT_THAT(text.warnings, Contains(Field(&Warning::code, "crs-axis")));
  EXPECT_THAT(text.warnings, Contains(Field(&Warning::code, testing::AnyOf("area", "unit"))));  // 12 mu are 8000 m²
  EXPECT_DOUBLE_EQ(geom::area(text.outlines[0]), 8000);
  EXPECT_GT(text.outlines[0].vertices()[0].x, 4e7);
  EXPECT_THAT(
      boundary_error_of(std::string(head) + "9,0.8,A,甲,面,,,,@\nJ1,1,3464080,40557000\nJ2,1,3464080,40557100\n"),
      HasSubstr("truncated"));
  EXPECT_THAT(boundary_error_of(std::string(head) + "3,0.8,A,甲,面,,,,@\nJ1,1,3464080\n"), HasSubstr("number"));
}

TEST(BoundaryTextTest, NumbersFromTheNorthWestCornerClockwiseAndComesBackWhole) {
  std::mt19937 random(7);
  std::uniform_real_distribution<double> radius(20, 90);
  geom::GeometryColumn outlines(geom::GeometryKind::polygon);
  std::vector<BoundaryParcel> parcels;
  for (int i = 0; i < 200; ++i) {
    std::vector<Coord> shell, hole;
    const double x = 40557000 + 300 * i, y = 3464000;
    const int corners = 3 + i % 9;
    const double turn = i % 2 == 0 ? 1 : -1;  // in either direction
    const auto millimetres = [](double v) { return std::round(v * 1000) / 1000; };
    for (int c = 0; c < corners; ++c) {
      const double angle = turn * 2 * 3.14159265358979 * (c + 0.37 * i) / corners;
      const double r = radius(random);
      shell.push_back({millimetres(x + r * std::cos(angle)), millimetres(y + r * std::sin(angle))});
    }
    shell.push_back(shell.front());
    for (const auto& [dx, dy] : {std::pair{-2, -2}, {2, -2}, {2, 2}, {-2, 2}, {-2, -2}})
      hole.push_back({x + dx, y + dy});
    outlines.begin_feature();
    outlines.begin_part();
    outlines.add_ring(shell);
    if (corners > 5) outlines.add_ring(hole);
    BoundaryParcel parcel;
    parcel.code = "P" + std::to_string(i);
    parcel.name = "a,b\n";  // what would break the line
    parcels.push_back(parcel);

    const std::vector<BoundaryPoint> points = boundary_points(outlines[outlines.size() - 1]);
    double north_west = -1e300, area = 0;
    for (std::size_t p = 0; p + 1 < points.size() && points[p].ring == 1; ++p) {
      EXPECT_EQ(points[p].number, points[p].closes ? 1 : static_cast<int>(p) + 1);
      north_west = std::max(north_west, points[p].at.y - points[p].at.x);
      if (!points[p].closes) {
        const Coord a = points[p].at, b = points[p + 1].at;
        area += (a.x - x) * (b.y - y) - (b.x - x) * (a.y - y);
      }
    }
    EXPECT_EQ(points[0].at.y - points[0].at.x, north_west);
    EXPECT_LT(area, 0) << "clockwise";
  }
  const std::string text = write_boundary_text({"局", "2025-06-30", 3, 40}, parcels, outlines);
  const BoundaryText read = parse_boundary_text(text, "a.txt");
  ASSERT_EQ(read.parcels.size(), parcels.size());
  EXPECT_TRUE(read.warnings.empty());
  EXPECT_EQ(read.crs, "EPSG:4528");
  for (std::size_t i = 0; i < parcels.size(); ++i) {
    EXPECT_EQ(read.parcels[i].code, parcels[i].code);
    EXPECT_NEAR(geom::area(read.outlines[i]), geom::area(outlines[i]), 1e-3);
  }
}

}  // namespace
}  // namespace zaitu::io
