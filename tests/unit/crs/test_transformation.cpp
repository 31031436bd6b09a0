#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "base/error.h"
#include "crs/crs.h"
#include "unit/crs/vectors.h"

namespace zaitu::crs {
namespace {

Transformation between(const std::string& from, const std::string& to) {
  return Transformation(CoordinateReferenceSystem::from_text(from), CoordinateReferenceSystem::from_text(to));
}

TEST(Transformation, PublishedVectors) {
  const auto vectors = test::read_transformation_vectors();
  ASSERT_EQ(vectors.size(), 4U);
  for (const auto& v : vectors) {
    const Transformation transformation = between("EPSG:4490", v.target);
    EXPECT_FALSE(transformation.is_ballpark());
    const geom::Coord to = transformation.forward(v.lon_lat);
    EXPECT_NEAR(to.x, v.expected.x, 2e-6) << v.id;
    EXPECT_NEAR(to.y, v.expected.y, 2e-6) << v.id;
    const geom::Coord back = transformation.inverse(to);
    EXPECT_NEAR(back.x, v.lon_lat.x, 1e-11) << v.id;
    EXPECT_NEAR(back.y, v.lon_lat.y, 1e-11) << v.id;
  }
}

TEST(Transformation, XIsAlwaysEast) {
  // EPSG:4490 and EPSG:4549 both name north first; EPSG:4326 latitude first.
  for (const char* geographic : {"EPSG:4490", "EPSG:4326"}) {
    const geom::Coord to = between(geographic, "EPSG:4549").forward(geom::Coord{121.43, 31.03});
    EXPECT_NEAR(to.x, 636535, 1) << geographic;
    EXPECT_NEAR(to.y, 3435178, 1) << geographic;
  }
}

TEST(Transformation, SameCrsKeepsEveryBit) {
  const Transformation same = between("EPSG:4549", "EPSG:4549");
  EXPECT_TRUE(same.is_identity());
  EXPECT_FALSE(same.is_ballpark());
  EXPECT_EQ(same.accuracy_m(), 0);
  std::mt19937 random(3);
  std::uniform_real_distribution<double> any(-1e9, 1e9);
  for (int i = 0; i < 1000; ++i) {
    const geom::Coord c{any(random), any(random)};
    EXPECT_EQ(same.forward(c), c);
    EXPECT_EQ(same.inverse(c), c);
  }
  EXPECT_FALSE(between("EPSG:4549", "EPSG:4528").is_identity());
}

TEST(Transformation, ClassicalDatumsWithoutAShiftAreBallpark) {
  EXPECT_TRUE(between("EPSG:2437", "EPSG:4549").is_ballpark());  // Beijing 1954
  EXPECT_TRUE(between("EPSG:4610", "EPSG:4549").is_ballpark());  // Xian 1980
  // An unnamed datum on a modern ellipsoid may be anything.
  EXPECT_TRUE(between("+proj=longlat +ellps=GRS80", "EPSG:4549").is_ballpark());
  for (const char* modern : {"EPSG:4326", "EPSG:3857", "EPSG:32651", "EPSG:5186"}) {
    const Transformation transformation = between(modern, "EPSG:4549");
    EXPECT_FALSE(transformation.is_ballpark()) << modern;
    EXPECT_EQ(transformation.accuracy_m(), 2) << modern;
  }
}

TEST(Transformation, ShiftGivenWithTheDefinitionIsUsed) {
  const char* shifted =
      "+proj=tmerc +lat_0=0 +lon_0=120 +k=1 +x_0=500000 +y_0=0 +ellps=krass +towgs84=15.8,-154.4,-82.3,0,0,0,0 "
      "+units=m";
  const Transformation with = between(shifted, "EPSG:4549");
  const Transformation without = between("EPSG:2437", "EPSG:4549");
  EXPECT_FALSE(with.is_ballpark());
  const geom::Coord c{636535.0, 3435178.0};
  EXPECT_GT(std::abs(with.forward(c).x - without.forward(c).x), 10);
}

TEST(Transformation, BestOperationForTheArea) {
  // S-JTSK has several ways to WGS 84; all are better than none.
  const Transformation prague = between("EPSG:5514", "EPSG:4326");
  EXPECT_FALSE(prague.is_ballpark());
  EXPECT_GT(prague.accuracy_m(), 0);
  EXPECT_LE(prague.accuracy_m(), 6);
}

TEST(Transformation, FirstBadCoordinateIsNamed) {
  const Transformation transformation = between("EPSG:4490", "EPSG:4549");
  std::vector<geom::Coord> coords(5000, geom::Coord{121.5, 31.0});
  coords[4500] = {121.5, 91.25};
  coords[4800] = {std::numeric_limits<double>::quiet_NaN(), 0};
  try {
    transformation.forward(coords);
    FAIL() << "a latitude of 91.25 degrees was accepted";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ExitCode::input_unreadable);
    EXPECT_THAT(error.what(), testing::HasSubstr("91.25"));
    EXPECT_THAT(error.what(), testing::HasSubstr("EPSG:4490"));
    EXPECT_THAT(error.what(), testing::HasSubstr("EPSG:4549"));
  }
  const double inf = std::numeric_limits<double>::infinity();
  EXPECT_THROW(transformation.forward(geom::Coord{inf, 0}), base::Error);
  // A failure leaves nothing behind.
  EXPECT_NEAR(transformation.forward(geom::Coord{121.5, 31.08}).x, 643144.354466, 1e-5);
}

TEST(Transformation, ColumnsKeepTheirShape) {
  geom::GeometryColumn column;
  column.begin_feature();
  column.begin_part();
  const std::vector<geom::Coord> ring{{121.43, 31.03}, {121.44, 31.03}, {121.44, 31.04}, {121.43, 31.03}};
  column.add_ring(ring);
  column.add_ring(ring);
  column.begin_feature();
  const Transformation transformation = between("EPSG:4490", "EPSG:4549");
  const geom::GeometryColumn result = transformed(column, transformation);
  ASSERT_EQ(result.size(), 2U);
  EXPECT_EQ(result[0].part(0).ring_count(), 2U);
  EXPECT_TRUE(result[1].empty());
  EXPECT_EQ(result[0].vertices()[0], transformation.forward(ring[0]));
}

}  // namespace
}  // namespace zaitu::crs
