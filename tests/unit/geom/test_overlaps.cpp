// Areas that lie on each other, and vertices that say nothing.
#include <gmock/gmock.h>

#include "geom/clean.h"
#include "geom/measure.h"
#include "geom/overlaps.h"

namespace zaitu::geom {
namespace {

void add(GeometryColumn& to, std::vector<std::vector<Coord>> rings) {
  to.begin_feature();
  to.begin_part();
  for (const auto& ring : rings) to.add_ring(ring);
}
std::vector<Coord> box(double x, double y, double width, double height, bool clockwise = false) {
  if (clockwise) return {{x, y}, {x, y + height}, {x + width, y + height}, {x + width, y}, {x, y}};
  return {{x, y}, {x + width, y}, {x + width, y + height}, {x, y + height}, {x, y}};
}
OverlapSearch::Found found(OverlapSearch& search, const GeometryColumn& areas) {
  for (std::size_t i = 0; i < areas.size(); ++i) search.add(areas[i]);
  return search.find([](std::uint32_t, std::uint32_t) { return true; }, [] { return true; });
}

TEST(OverlapsTest, FindsSharedAreasAndRepeatedOutlines) {
  const double x = 557000, y = 3464000;
  GeometryColumn areas(GeometryKind::polygon);
  add(areas, {box(x, y, 100, 80)});
  add(areas, {box(x + 50, y, 100, 80, true)});                            // half of it on the first
  add(areas, {box(x + 150, y, 100, 80)});                                 // touches the second
  add(areas, {box(x + 300, y, 100, 100), box(x + 310, y + 10, 80, 80)});  // with a hole
  add(areas, {box(x + 320, y + 20, 10, 10)});                             // in the hole
  add(areas, {box(x + 300, y, 5, 5)});                                    // inside the rim
  add(areas, {{{x, y + 500}, {x + 90, y + 500}, {x, y + 590}, {x, y + 500}}});
  add(areas, {{{x, y + 590}, {x, y + 500}, {x + 90, y + 500}, {x, y + 590}}});  // the same from another corner
  OverlapSearch search;
  const OverlapSearch::Found pairs = found(search, areas);
  ASSERT_EQ(pairs.pairs.size(), 3U);
  EXPECT_TRUE(pairs.complete);
  EXPECT_EQ(pairs.pairs[0].a, 0U);
  EXPECT_EQ(pairs.pairs[0].b, 1U);
  EXPECT_NEAR(pairs.pairs[0].area_m2, 4000, 1e-6);
  EXPECT_NEAR(pairs.pairs[1].area_m2, 25, 1e-6);
  EXPECT_TRUE(pairs.pairs[2].same);

  GeometryColumn other(GeometryKind::polygon);
  add(other, {box(x + 240, y + 10, 20, 10)});
  const auto sharing = search.sharing(other[0]);
  ASSERT_EQ(sharing.size(), 1U);
  EXPECT_EQ(sharing[0].a, 2U);
  EXPECT_NEAR(sharing[0].area_m2, 100, 1e-6);
}

TEST(CleanTest, RepeatedVerticesGoAndTheAreaStays) {
  const double x = 557000, y = 3464000;
  GeometryColumn areas(GeometryKind::polygon);
  add(areas, {{{x, y},
               {x, y},
               {x + 100, y},
               {x + 100, y},
               {x + 100, y + 5e-5},
               {x + 100, y + 80},
               {x, y + 80},
               {x + 3e-5, y},
               {x, y}}});
  const double before = area(areas[0]);
  const RepeatedVertices repeated = remove_repeated_vertices(areas, 1e-4, 5e-5);
  EXPECT_EQ(repeated.equal, 2U);
  EXPECT_EQ(repeated.near, 1U) << "the other one stands 80 m from a corner: 12 cm² hang on it";
  EXPECT_EQ(areas[0].vertex_count(), 6U);
  EXPECT_NEAR(area(areas[0]), before, 1e-4);
  EXPECT_EQ(remove_repeated_vertices(areas, 1e-4, 5e-5).equal, 0U);
}

}  // namespace
}  // namespace zaitu::geom
