// The index of a dirty fabric against a walk along every outline.
#include "geom/feature_index.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "geom/measure.h"
#include "support/parcel_fabric.h"
#include "unit/geom/polygons.h"

namespace zaitu::geom {
namespace {

GeometryColumn dirty_fabric() {
  GeometryColumn column = test::make_parcel_fabric({.parcels = 3000, .seed = 11, .defect_share = 0.1}).geometry;
  column.begin_feature();  // no outline
  column.begin_feature();  // a part without a ring
  column.begin_part();
  for (const double broken : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    test::add_polygon(column, {{{1, 1}, {2, 1}, {broken, 2}, {1, 1}}});
  }
  test::add_polygon(column, {test::box_ring(0, 0, 1, 1), test::box_ring(-5, -5, 5, 5)});  // more hole than land
  return column;
}

TEST(FeatureIndex, SaysWhatAWalkAlongTheOutlinesSays) {
  const GeometryColumn column = dirty_fabric();
  const FeatureIndex index(column);
  ASSERT_TRUE(index.is_sound(column.size()));
  EXPECT_FALSE(index.is_sound(column.size() - 1));
  std::vector<int> times(column.size());
  for (std::size_t slot = 0; slot < index.tree.slots(); ++slot) {
    const FeatureGeometry feature = column[index.tree.row(slot)];
    ++times[index.tree.row(slot)];
    const double area = geom::area(feature);
    EXPECT_EQ(index.area(slot), std::isfinite(area) ? area : 0) << index.tree.row(slot);  // to the bit
    EXPECT_TRUE(index.tree.envelope(slot).contains(feature.envelope()));
    const FeatureIndex::Extent extent = index.extent(slot);
    if (!(area > 1)) continue;
    const Coord centre = centroid(feature);
    const auto step = static_cast<double>(std::max(extent.width, extent.height)) / 128;
    EXPECT_NEAR(static_cast<double>(extent.x) + index.tree.origin().x, centre.x, step);
    EXPECT_NEAR(static_cast<double>(extent.y) + index.tree.origin().y, centre.y, step);
    EXPECT_NEAR(static_cast<double>(extent.area) / area, 1, 0.02);
  }
  for (std::size_t row = 0; row < column.size(); ++row) {
    const Envelope box = column[row].envelope();
    EXPECT_EQ(times[row], !box.empty() && std::isfinite(box.width()) && std::isfinite(box.height()) ? 1 : 0) << row;
  }
}

TEST(FeatureIndex, IsTheSameOfRowsThatWereMeasuredAlready) {
  const GeometryColumn column = dirty_fabric();
  std::vector<FeatureMeasure> measures;
  for (std::size_t row = 0; row < column.size(); ++row) measures.push_back(measure(column[row]));
  const FeatureIndex one(column), other(column, measures);
  ASSERT_EQ(one.tree.slots(), other.tree.slots());
  EXPECT_EQ(one.box, other.box);
  EXPECT_EQ(one.median_size, other.median_size);
  for (std::size_t slot = 0; slot < one.tree.slots(); ++slot) {
    EXPECT_EQ(one.tree.row(slot), other.tree.row(slot));
    EXPECT_EQ(one.area(slot), other.area(slot));
    EXPECT_EQ(one.extent(slot).x, other.extent(slot).x);
  }
}

}  // namespace
}  // namespace zaitu::geom
