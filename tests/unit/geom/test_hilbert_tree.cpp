#include "geom/hilbert_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace zaitu::geom {
namespace {

std::vector<Envelope> random_boxes(std::size_t count, std::mt19937& random) {
  std::uniform_real_distribution<double> x(40600000, 40700000);
  std::uniform_real_distribution<double> y(3400000, 3500000);
  std::exponential_distribution<double> size(1.0 / 800);
  std::vector<Envelope> boxes;
  for (std::size_t i = 0; i < count; ++i) {
    const double left = x(random);
    const double bottom = y(random);
    boxes.push_back({left, bottom, left + size(random), bottom + size(random)});
  }
  return boxes;
}

std::vector<std::uint32_t> brute_force(const std::vector<Envelope>& boxes, const Envelope& box) {
  std::vector<std::uint32_t> rows;
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    if (!boxes[i].empty() && boxes[i].intersects(box)) rows.push_back(static_cast<std::uint32_t>(i));
  }
  return rows;
}

TEST(HilbertTree, FindsWhatALoopFinds) {
  std::mt19937 random(42);
  const auto boxes = random_boxes(2000, random);
  const HilbertTree tree(boxes);
  EXPECT_EQ(tree.size(), boxes.size());
  auto queries = random_boxes(300, random);
  for (std::size_t i = 0; i < 100; ++i) queries.push_back(queries[i].buffered(20000));
  queries.push_back({-1e12, -1e12, 1e12, 1e12});
  queries.push_back({0, 0, 1, 1});
  for (std::size_t i = 0; i < 50; ++i) {
    // Touching at a corner counts.
    queries.push_back({boxes[i].max_x, boxes[i].max_y, boxes[i].max_x + 1, boxes[i].max_y + 1});
  }
  for (const Envelope& query : queries) EXPECT_EQ(tree.query(query), brute_force(boxes, query));
}

TEST(HilbertTree, EverySizeAroundTheNodeSize) {
  std::mt19937 random(1);
  for (const std::size_t count : {0U, 1U, 2U, 15U, 16U, 17U, 255U, 256U, 257U, 4096U, 4097U}) {
    const auto boxes = random_boxes(count, random);
    const HilbertTree tree(boxes);
    EXPECT_EQ(tree.query({-1e12, -1e12, 1e12, 1e12}).size(), count);
    for (const Envelope& query : random_boxes(20, random)) {
      EXPECT_EQ(tree.query(query.buffered(3000)), brute_force(boxes, query.buffered(3000)));
    }
  }
  EXPECT_TRUE(HilbertTree().query({-1e12, -1e12, 1e12, 1e12}).empty());
}

TEST(HilbertTree, EmptyAndBrokenBoxesAreNeverFound) {
  const double inf = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<Envelope> boxes{{}, {0, 0, 1, 1}, {nan, 0, 1, 1}, {-inf, 0, inf, 1}, {5, 5, 5, 5}};
  const HilbertTree tree(boxes);
  EXPECT_EQ(tree.size(), 2U);
  EXPECT_EQ(tree.query({-1e12, -1e12, 1e12, 1e12}), (std::vector<std::uint32_t>{1, 4}));
  EXPECT_TRUE(tree.query(Envelope{}).empty());
}

TEST(HilbertTree, ChangedBoxesAreFoundWhereTheyAre) {
  std::mt19937 random(9);
  auto boxes = random_boxes(3000, random);
  HilbertTree tree(boxes);
  const auto moved = random_boxes(80, random);
  for (std::size_t i = 0; i < moved.size(); ++i) {
    const std::size_t row = i * 37;
    const std::size_t slot = tree.slot_of(static_cast<std::uint32_t>(row), float_box(boxes[row], tree.origin()));
    ASSERT_LT(slot, tree.slots());
    boxes[row] = i % 4 == 0 ? Envelope{} : moved[i];
    tree.set(slot, float_box(boxes[row], tree.origin()));
  }
  for (const Envelope& box : random_boxes(20, random)) {
    tree.add(static_cast<std::uint32_t>(boxes.size()), float_box(box, tree.origin()));
    boxes.push_back(box);
  }
  EXPECT_EQ(tree.size(), boxes.size() - 20);
  for (const Envelope& query : random_boxes(300, random)) {
    EXPECT_EQ(tree.query(query.buffered(2000)), brute_force(boxes, query.buffered(2000)));
  }
  EXPECT_EQ(tree.slot_of(1, float_box(moved[1], tree.origin())), tree.slots());
}

TEST(HilbertTree, RoundingNeverLosesARow) {
  // Far apart and finely placed at once: floats are coarse here.
  std::mt19937 random(5);
  std::uniform_real_distribution<double> place(40000000, 41000000), size(1e-4, 1e-2);
  std::vector<Envelope> boxes;
  for (int i = 0; i < 5000; ++i) {
    const double x = place(random), y = place(random);
    boxes.push_back({x, y, x + size(random), y + size(random)});
  }
  const HilbertTree tree(boxes);
  for (std::uint32_t row = 0; row < boxes.size(); ++row) {
    const Coord corner{boxes[row].max_x, boxes[row].min_y};
    const auto found = tree.query({corner.x, corner.y, corner.x, corner.y});
    EXPECT_TRUE(std::binary_search(found.begin(), found.end(), row));
  }
  for (std::size_t slot = 0; slot < tree.slots(); ++slot) {
    const Envelope &given = boxes[tree.row(slot)], said = tree.envelope(slot);
    EXPECT_TRUE(said.contains(given) && given.buffered(0.2).contains(said)) << slot;
  }
}

TEST(HilbertTree, DegenerateExtents) {
  // All in one place, on one line, and as far apart as doubles go.
  std::vector<Envelope> same(100, Envelope{3, 3, 3, 3});
  EXPECT_EQ(HilbertTree(same).query({3, 3, 3, 3}).size(), 100U);
  std::vector<Envelope> line;
  for (int i = 0; i < 100; ++i) line.push_back({1.0 * i, 7, i + 0.5, 7});
  EXPECT_EQ(HilbertTree(line).query({10, 0, 20, 10}).size(), 11U);
  const double most = std::numeric_limits<double>::max();
  const std::vector<Envelope> far{{-most, -most, -most, -most}, {0, 0, 1, 1}, {most, most, most, most}};
  EXPECT_EQ(HilbertTree(far).query({-1, -1, 2, 2}), (std::vector<std::uint32_t>{1}));
}

}  // namespace
}  // namespace zaitu::geom
