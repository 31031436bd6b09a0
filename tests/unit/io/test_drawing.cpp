// Lines of a drawing that are an outline together.
#include <gmock/gmock.h>

#include "io/drawing.h"

namespace zaitu::io {
namespace {

DrawnLine line(std::vector<geom::Coord> vertices, std::string layer = "0") {
  return {std::move(vertices), std::move(layer)};
}

TEST(DrawingTest, JoinsLinesWhoseEndsMeetWithinTheGap) {
  // Three lines in any direction, the ends up to 1.9 mm apart; one on another layer and one that leads away.
  const DrawnOutlines made =
      outlines_of({line({{0, 0}, {100, 0}}), line({{100, 80.0019}, {100, 0.0015}}), line({{50, 50}, {70, 50}}),
                   line({{100, 80}, {0, 80}, {0, 0.001}}), line({{0, 0}, {-5, -5}}, "other")},
                  drawing_gap_m);
  ASSERT_EQ(made.outlines.size(), 1U);
  EXPECT_THAT(made.outlines[0].lines, testing::ElementsAre(0, 1, 3));
  EXPECT_EQ(made.outlines[0].ring.front(), made.outlines[0].ring.back());
  EXPECT_EQ(made.outlines[0].ring.size(), 5U);
  EXPECT_NEAR(made.largest_gap, 0.0019, 1e-9);
}

TEST(DrawingTest, LeavesWhatDoesNotCloseAndWhereThreeMeet) {
  EXPECT_TRUE(
      outlines_of({line({{0, 0}, {100, 0}}), line({{100, 0}, {100, 80}}), line({{100, 80}, {0, 0.003}})}, drawing_gap_m)
          .outlines.empty());
  EXPECT_TRUE(outlines_of({line({{0, 0}, {100, 0}}), line({{100, 0}, {100, 80}}), line({{100, 80}, {0, 0}}),
                           line({{0, 0}, {-9, 0}})},
                          drawing_gap_m)
                  .outlines.empty());
  const DrawnOutlines closed = outlines_of({line({{0, 0}, {9, 0}, {9, 9}, {0, 0.001}})}, drawing_gap_m);
  ASSERT_EQ(closed.outlines.size(), 1U);
  EXPECT_EQ(closed.outlines[0].ring.back(), closed.outlines[0].ring.front());
}

}  // namespace
}  // namespace zaitu::io
