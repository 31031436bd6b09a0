// The column of geometries against a plain list of them.
#include "geom/geometry.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace zaitu::geom {
namespace {

using Shape = std::vector<std::vector<std::vector<Coord>>>;  // parts, rings, vertices

Shape shape_of(const FeatureGeometry& feature) {
  Shape shape(feature.part_count());
  for (std::size_t p = 0; p < shape.size(); ++p) {
    for (std::size_t r = 0; r < feature.part(p).ring_count(); ++r) {
      const Ring ring = feature.part(p).ring(r);
      shape[p].emplace_back(ring.begin(), ring.end());
    }
  }
  return shape;
}

void append(GeometryColumn& column, const Shape& shape) {
  column.begin_feature();
  for (const auto& part : shape) {
    column.begin_part();
    for (const auto& ring : part) column.add_ring(ring);
  }
}

Shape square(double x) { return {{{{x, 0}, {x + 1, 0}, {x + 1, 1}, {x, 0}}}}; }

// Now and then no part, two parts, a hole, many vertices.
Shape random_shape(std::mt19937& random) {
  Shape shape(random() % 20 == 0 ? 0 : 1 + (random() % 9 == 0));
  for (auto& part : shape) {
    part.resize(1 + (random() % 5 == 0));
    for (auto& ring : part) {
      ring.resize(3 + random() % 6);
      for (Coord& c : ring) c = {static_cast<double>(random() % 1000), static_cast<double>(random() % 1000)};
    }
  }
  return shape;
}

void expect_same(const GeometryColumn& column, const std::vector<Shape>& shapes) {
  ASSERT_EQ(column.size(), shapes.size());
  std::size_t vertices = 0;
  Envelope box;
  for (std::size_t row = 0; row < shapes.size(); ++row) {
    ASSERT_EQ(shape_of(column[row]), shapes[row]) << "row " << row;
    std::vector<Coord> all;
    for (const auto& part : shapes[row]) {
      for (const auto& ring : part) all.insert(all.end(), ring.begin(), ring.end());
    }
    const auto found = column[row].vertices();
    ASSERT_TRUE(std::equal(found.begin(), found.end(), all.begin(), all.end())) << "row " << row;
    vertices += all.size();
    for (const Coord c : all) box.expand(c);
  }
  EXPECT_EQ(column.vertex_count(), vertices);
  EXPECT_EQ(column.envelope(), box);
  for (const auto& chunk : column.chunks()) EXPECT_TRUE(chunk->is_sound());
}

constexpr std::size_t chunk_rows = GeometryColumn::chunk_rows;

TEST(GeometryColumn, HoldsMoreThanAChunk) {
  std::mt19937 random(1);
  std::vector<Shape> shapes(2 * chunk_rows + 100);
  GeometryColumn column;
  column.reserve(shapes.size(), 5 * shapes.size());
  for (Shape& shape : shapes) append(column, shape = random_shape(random));
  expect_same(column, shapes);
  expect_same(column.packed(), shapes);
  const GeometryColumn copy = column;
  append(column, square(5));
  EXPECT_EQ(copy.size(), shapes.size());
  expect_same(copy, shapes);
  shapes.push_back(square(5));
  expect_same(column, shapes);
  column.clear();
  EXPECT_EQ(column.size(), 0u);
  append(column, square(7));
  expect_same(column, {square(7)});
  expect_same(copy, {shapes.begin(), shapes.end() - 1});
}

TEST(GeometryColumn, ARowInsteadOfAnotherCopiesItsChunkOnly) {
  std::vector<Shape> shapes;
  GeometryColumn column;
  for (std::size_t row = 0; row < 4 * chunk_rows; ++row)
    append(column, shapes.emplace_back(square(static_cast<double>(row % 1000))));
  for (const std::size_t row : {std::size_t{0}, chunk_rows - 1, chunk_rows, 2 * chunk_rows + 77, shapes.size() - 1}) {
    GeometryColumn one;
    append(one, square(-3));
    GeometryColumn changed;
    changed.append(column, 0, row);
    changed.append(one, 0, 1);
    changed.append(column, row + 1, column.size());
    shapes[row] = square(-3);
    expect_same(changed, shapes);
    std::size_t shared = 0;
    for (const auto& chunk : changed.chunks()) {
      shared += static_cast<std::size_t>(std::count(column.chunks().begin(), column.chunks().end(), chunk));
    }
    EXPECT_EQ(shared, 3u) << "row " << row;
    EXPECT_EQ(changed.chunks().size(), 4u) << "row " << row;
    column = changed;
  }
}

TEST(GeometryColumn, RandomPiecesInRandomOrder) {
  for (const unsigned seed : {1U, 2U, 3U}) {
    std::mt19937 random(seed);
    std::vector<Shape> shapes;
    GeometryColumn column;
    for (int i = 0; i < 20000; ++i) append(column, shapes.emplace_back(random_shape(random)));
    for (int round = 0; round < 12; ++round) {
      GeometryColumn next;
      std::vector<Shape> next_shapes;
      while (next_shapes.size() < 30000) {
        const std::size_t from = random() % column.size();
        const std::size_t to = std::min(column.size(), from + random() % (random() % 3 == 0 ? 30000 : 50));
        next.append(column, from, to);
        next_shapes.insert(next_shapes.end(), shapes.begin() + static_cast<std::ptrdiff_t>(from),
                           shapes.begin() + static_cast<std::ptrdiff_t>(to));
        if (random() % 2 == 0) append(next, next_shapes.emplace_back(random_shape(random)));
      }
      expect_same(next, next_shapes);
      if (HasFatalFailure()) return;
      column = std::move(next);
      shapes = std::move(next_shapes);
    }
  }
}

TEST(GeometryColumn, ADamagedChunkIsNotSound) {
  GeometryColumn column;
  append(column, square(1));
  append(column, square(2));
  const GeometryChunk whole = *column.chunks()[0];
  EXPECT_TRUE(whole.is_sound());
  for (const auto member : {&GeometryChunk::feature_parts, &GeometryChunk::part_rings, &GeometryChunk::ring_coords}) {
    for (std::size_t i = 0; i < (whole.*member).size(); ++i) {
      GeometryChunk damaged = whole;
      (damaged.*member)[i] = 1000;
      EXPECT_FALSE(damaged.is_sound());
    }
    GeometryChunk damaged = whole;
    (damaged.*member).push_back(1);
    EXPECT_FALSE(damaged.is_sound());
  }
  GeometryChunk damaged = whole;
  damaged.coords.push_back({});
  EXPECT_FALSE(damaged.is_sound());
}

}  // namespace
}  // namespace zaitu::geom
