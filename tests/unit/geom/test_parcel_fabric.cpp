// The fabric that other tests lean on: its defects are all there and are all there is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "geom/geos/overlay.h"
#include "geom/hilbert_tree.h"
#include "support/parcel_fabric.h"

namespace zaitu {
namespace {

using test::Defect;

test::ParcelFabric dirty_fabric() { return test::make_parcel_fabric({4000, 3, 0.03}); }

TEST(ParcelFabric, HasAsManyParcelsAsAskedAndIsTheSameEveryTime) {
  const test::ParcelFabric one = test::make_parcel_fabric({1234, 7, 0.01});
  const test::ParcelFabric other = test::make_parcel_fabric({1234, 7, 0.01});
  ASSERT_EQ(one.geometry.size(), 1234U);
  ASSERT_EQ(one.geometry.vertex_count(), other.geometry.vertex_count());
  for (std::size_t row = 0; row < one.geometry.size(); ++row) {
    EXPECT_TRUE(std::ranges::equal(one.geometry[row].vertices(), other.geometry[row].vertices())) << row;
  }
  EXPECT_NE(test::make_parcel_fabric({1234, 8, 0.01}).geometry.vertex_count(), one.geometry.vertex_count());
}

TEST(ParcelFabric, OnlyBowtiesAreInvalid) {
  const test::ParcelFabric fabric = dirty_fabric();
  std::set<std::size_t> bowties, invalid;
  for (const auto& defect : fabric.defects) {
    if (defect.kind == Defect::bowtie) bowties.insert(defect.row);
  }
  for (std::size_t row = 0; row < fabric.geometry.size(); ++row) {
    if (geom::geos::invalidity(fabric.geometry[row])) invalid.insert(row);
  }
  EXPECT_EQ(invalid, bowties);
  EXPECT_FALSE(bowties.empty());
}

TEST(ParcelFabric, OnlyItsDefectsOverlap) {
  const test::ParcelFabric fabric = dirty_fabric();
  std::set<std::uint32_t> bowties;
  std::set<std::pair<std::uint32_t, std::uint32_t>> wanted, found;
  for (const auto& defect : fabric.defects) {
    if (defect.kind == Defect::bowtie) bowties.insert(defect.row);
    if (defect.kind == Defect::overlap || defect.kind == Defect::duplicate || defect.kind == Defect::sliver) {
      wanted.insert(std::minmax(defect.row, defect.other));
    }
  }
  std::vector<geom::Envelope> boxes;
  for (std::size_t row = 0; row < fabric.geometry.size(); ++row) boxes.push_back(fabric.geometry[row].envelope());
  const geom::HilbertTree tree(boxes);
  for (std::uint32_t row = 0; row < boxes.size(); ++row) {
    if (bowties.contains(row)) continue;
    for (const std::uint32_t other : tree.query(boxes[row])) {
      if (other <= row || bowties.contains(other)) continue;
      if (geom::geos::intersection_area(fabric.geometry[row], fabric.geometry[other]) > 1e-9) {
        found.emplace(row, other);
      }
    }
  }
  EXPECT_EQ(found, wanted);
  EXPECT_GT(wanted.size(), 10U);
}

}  // namespace
}  // namespace zaitu
