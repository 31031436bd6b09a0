// What is painted of a fabric at any scale is as much land as the ledger says, class by class.
#include <gtest/gtest.h>

#include <random>

#include "geom/measure.h"
#include "render/raster_canvas.h"
#include "support/parcel_fabric.h"

namespace zaitu::render {
namespace {

using Ring = std::vector<geom::Coord>;

// Blocks cut again and again along bent lines into parcels that share their vertices, as a cadastre's do.
class Fabric {
 public:
  explicit Fabric(unsigned seed) : m_random(seed) {}

  geom::GeometryColumn column{geom::GeometryKind::polygon};
  std::vector<std::size_t> class_of;

  void add(const std::vector<Ring>& rings, std::size_t class_row) {
    column.begin_feature();
    column.begin_part();
    for (Ring ring : rings) {
      ring.push_back(ring.front());
      column.add_ring(ring);
    }
    class_of.push_back(class_row);
  }

  // A lattice with moved nodes and a bend in every edge; some cells have a hole that another parcel fills.
  void add_lattice(geom::Coord at, int columns, int rows, double size, bool holes) {
    std::uniform_real_distribution<double> move(-0.25, 0.25), bend(-0.12, 0.12);
    const auto index = [&](int i, int j) { return static_cast<std::size_t>(j * (columns + 1) + i); };
    std::vector<geom::Coord> node, right, up;
    for (int j = 0; j <= rows; ++j) {
      for (int i = 0; i <= columns; ++i) {
        node.push_back({at.x + (i + move(m_random)) * size, at.y + (j + move(m_random)) * size});
        right.push_back({bend(m_random) * size, bend(m_random) * size});
        up.push_back({bend(m_random) * size, bend(m_random) * size});
      }
    }
    const auto between = [](geom::Coord a, geom::Coord b, geom::Coord off) {
      return geom::Coord{(a.x + b.x) / 2 + off.x, (a.y + b.y) / 2 + off.y};
    };
    for (int j = 0; j < rows; ++j) {
      for (int i = 0; i < columns; ++i) {
        const geom::Coord a = node[index(i, j)], b = node[index(i + 1, j)];
        const geom::Coord c = node[index(i + 1, j + 1)], d = node[index(i, j + 1)];
        const Ring shell{a, between(a, b, right[index(i, j)]),     b, between(b, c, up[index(i + 1, j)]),
                         c, between(d, c, right[index(i, j + 1)]), d, between(a, d, up[index(i, j)])};
        const std::size_t use = m_random() % 3;
        if (holes && m_random() % 5 == 0) {
          const geom::Coord heart{(a.x + b.x + c.x + d.x) / 4, (a.y + b.y + c.y + d.y) / 4};
          const double r = size / 8;
          const Ring island{{heart.x - r, heart.y - r}, {heart.x + r, heart.y - r}, {heart.x, heart.y + r}};
          add({shell, island}, use);
          add({island}, (use + 1) % 3);
        } else {
          add({shell}, use);
        }
      }
    }
  }

 private:
  std::mt19937 m_random;
};

// Red, green and blue land of the classes 0, 1 and 2 as painted on black, in m².
std::array<double, 3> painted(const Fabric& fabric, double m_per_px, Image* keep = nullptr) {
  const FeatureIndex index(fabric.column);
  View view = View::fitting(index.box, 10, 10);
  view.m_per_px = m_per_px;
  view.width_px = static_cast<int>(index.box.width() / m_per_px) + 8;
  view.height_px = static_cast<int>(index.box.height() / m_per_px) + 8;
  Image image{view.width_px, view.height_px, {}};
  image.rgba.resize(static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) * 4, 0);
  RasterMemory memory(image.width, image.height);
  RasterCanvas canvas(image, PixelGrid(view), view, memory);
  constexpr style::Rgba colours[] = {{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}};
  std::vector<Shaded> shaded;
  for (std::size_t slot = 0; slot < index.tree.slots(); ++slot) {
    const std::uint32_t row = index.tree.row(slot);
    shaded.push_back({row, static_cast<std::uint32_t>(slot), colours[fabric.class_of[row]]});
  }
  canvas.fabric(index, fabric.column, shaded);
  std::array<double, 3> sums{};
  for (std::size_t i = 0; i < image.rgba.size(); ++i) {
    if (i % 4 < 3) sums[i % 4] += image.rgba[i];
  }
  for (double& sum : sums) sum *= m_per_px * m_per_px / 255;
  if (keep != nullptr) *keep = std::move(image);
  return sums;
}

std::array<double, 3> ledger(const Fabric& fabric) {
  std::array<double, 3> sums{};
  for (std::size_t row = 0; row < fabric.class_of.size(); ++row) {
    sums[fabric.class_of[row]] += geom::area(fabric.column[row]);
  }
  return sums;
}

void expect_true_areas(const Fabric& fabric, double finest, double coarsest) {
  const auto wanted = ledger(fabric);
  for (double m_per_px = finest; m_per_px <= coarsest; m_per_px *= 1.37) {
    const auto found = painted(fabric, m_per_px);
    for (std::size_t i = 0; i < 3; ++i) {
      EXPECT_NEAR(found[i] / wanted[i], 1, 0.02) << "class " << i << " at " << m_per_px << " m per px";
    }
  }
}

TEST(LevelOfDetail, PaintedAreaIsTheLedgersAtEveryScale) {
  Fabric fabric(3);
  fabric.add_lattice({40636000, 3430000}, 90, 90, 22, true);
  expect_true_areas(fabric, 1.9, 120);
}

TEST(LevelOfDetail, ACitysFabricWithItsDefects) {
  test::FabricOptions options;
  options.parcels = 8000;
  test::ParcelFabric city = test::make_parcel_fabric(options);
  Fabric fabric(1);
  fabric.column = std::move(city.geometry);
  for (std::size_t row = 0; row < fabric.column.size(); ++row) fabric.class_of.push_back(row * 7 % 11 % 3);
  expect_true_areas(fabric, 1.7, 60);
}

TEST(LevelOfDetail, LargeParcelsBesideSmallOnes) {
  Fabric fabric(4);
  const double x = 40636000, y = 3430000;
  fabric.add_lattice({x, y}, 12, 12, 150, true);
  fabric.add_lattice({x + 2000, y}, 120, 120, 15, false);
  fabric.add_lattice({x, y + 2000}, 300, 100, 3, false);
  expect_true_areas(fabric, 3.1, 120);
}

TEST(LevelOfDetail, SmallParcelsOnALargeOneAreSeen) {
  // An overlap: a large parcel was drawn over a quarter that had been divided already.
  Fabric fabric(5);
  const double x = 40636000, y = 3430000;
  fabric.add({{{x, y}, {x + 1000, y}, {x + 1000, y + 1000}, {x, y + 1000}}}, 0);
  for (int i = 0; i < 20; ++i) {
    for (int j = 0; j < 20; ++j) {
      const double a = x + 200 + i * 20, b = y + 300 + j * 20;
      fabric.add({{{a, b}, {a + 20, b}, {a + 20, b + 20}, {a, b + 20}}}, 1);
    }
  }
  const double small = 400.0 * 400;
  for (double m_per_px = 3; m_per_px < 40; m_per_px *= 1.4) {
    const auto found = painted(fabric, m_per_px);
    EXPECT_NEAR(found[1] / small, 1, 0.03) << m_per_px;
    EXPECT_NEAR(found[0] / (1e6 - small), 1, 0.03) << m_per_px;
  }
}

TEST(LevelOfDetail, NothingIsMissingAndNothingExplodes) {
  // Bow-ties, a ring walked twice, a spike, duplicates by the hundred, a hole outside its shell.
  const double x = 40636000, y = 3430000;
  for (const double size : {0.7, 3.0, 9.0, 14.0, 60.0}) {
    const auto at = [&](double px, double py) { return geom::Coord{x + px * size, y + py * size}; };
    std::vector<std::vector<Ring>> shapes{
        {{at(0, 0), at(1, 1), at(1, 0), at(0, 0.6)}},
        {{at(0, 0), at(1, 0), at(1, 1), at(0, 1), at(0, 0), at(1, 0), at(1, 1), at(0.5, 1)}},
        {{at(0, 0), at(1, 0), at(1, 1), at(40, 1.0001), at(0, 1)}},
        {{at(0, 0), at(1, 0), at(0, 1)}, {at(3, 3), at(4, 3), at(4, 4)}},
    };
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      Fabric fabric(1);
      for (int copies = 0; copies < 300; ++copies) fabric.add(shapes[i], i % 3);
      const geom::Envelope box = fabric.column.envelope();
      Image image;
      const auto found = painted(fabric, 1, &image);
      EXPECT_GT(found[i % 3], 0) << i << " of " << size << " px";
      EXPECT_LE(found[i % 3], (box.width() + 4) * (box.height() + 4));
      EXPECT_EQ(found[(i + 1) % 3] + found[(i + 2) % 3], 0);
    }
  }
}

TEST(LevelOfDetail, OutlinesOfNeighboursMakeUpTheirWidth) {
  Fabric fabric(1);
  const double x = 40636000, y = 3430000;
  for (int i = 0; i < 2; ++i) {  // one walked each way round
    const double a = x + i * 40;
    Ring ring{{a, y}, {a + 40, y}, {a + 40, y + 40}, {a, y + 40}};
    if (i == 1) std::reverse(ring.begin(), ring.end());
    fabric.add({ring}, 0);
  }
  const FeatureIndex index(fabric.column);
  View view = View::fitting(index.box, 100, 60, 0);
  view.m_per_px = 1;
  view.centre = {x + 40, y + 20};
  Image image{100, 60, std::vector<std::uint8_t>(100 * 60 * 4, 0)};
  RasterMemory memory(100, 60);
  RasterCanvas canvas(image, PixelGrid(view), view, memory);
  const std::vector<Outlined> outlined{{0, {255, 0, 0, 255}, 0.5F}, {1, {0, 0, 255, 255}, 0.5F}};
  canvas.outlines(fabric.column, outlined);
  const auto row_sum = [&](int from, int to, std::size_t channel) {
    int sum = 0;
    for (int px = from; px < to; ++px) sum += image.rgba[static_cast<std::size_t>(30 * 100 + px) * 4 + channel];
    return sum;
  };
  // Across the middle: a quarter of a pixel on each side of the shared edge, each in its own colour, and nothing
  // outside.
  EXPECT_NEAR(row_sum(45, 50, 0), 64, 1);
  EXPECT_NEAR(row_sum(50, 55, 2), 64, 1);
  EXPECT_EQ(row_sum(50, 55, 0) + row_sum(45, 50, 2), 0);
  EXPECT_NEAR(row_sum(10, 20, 0), 64, 1);
  EXPECT_EQ(row_sum(0, 10, 0), 0);
  EXPECT_NEAR(row_sum(85, 90, 2), 64, 1);
  EXPECT_EQ(row_sum(90, 100, 2), 0);
}

TEST(LevelOfDetail, ATileIsThatPieceOfTheWhole) {
  Fabric fabric(8);
  const double x = 40636000, y = 3430000;
  fabric.add_lattice({x, y}, 60, 60, 22, true);
  fabric.add_lattice({x + 1400, y}, 9, 9, 140, false);
  const FeatureIndex index(fabric.column);
  constexpr style::Rgba colours[] = {{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 120}};
  for (const double m_per_px : {2.3, 5.1, 14.0, 40.0}) {
    View view = View::fitting(index.box, 640, 320);
    view.m_per_px = m_per_px;
    const auto part = [&](int left, int top, int width, int height) {
      Image image{width, height, {}};
      image.rgba.assign(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4, 255);
      RasterMemory memory(width, height);
      RasterCanvas canvas(image, PixelGrid(view, left, top), view, memory);
      std::vector<Shaded> shaded;
      std::vector<Outlined> outlined;
      const geom::Coord corner = view.to_map({static_cast<double>(left), static_cast<double>(top + height)});
      const geom::Envelope box{corner.x, corner.y, corner.x + width * m_per_px, corner.y + height * m_per_px};
      index.tree.query_slots(box.buffered(3 * m_per_px), [&](std::size_t slot) {
        const std::uint32_t row = index.tree.row(slot);
        shaded.push_back({row, static_cast<std::uint32_t>(slot), colours[fabric.class_of[row]]});
        outlined.push_back({row, {9, 9, 9, 255}, 0.8F});
      });
      canvas.fabric(index, fabric.column, shaded);
      canvas.outlines(fabric.column, outlined);
      return image;
    };
    const Image whole = part(0, 0, 640, 320);
    for (const auto& [left, top] : {std::pair{0, 0}, {97, 51}, {333, 120}, {511, 191}}) {
      const Image piece = part(left, top, 128, 128);
      for (int row = 0; row < 128; ++row) {
        const auto at = static_cast<std::ptrdiff_t>((top + row) * 640 + left) * 4;
        EXPECT_TRUE(std::equal(piece.rgba.begin() + row * 128 * 4, piece.rgba.begin() + (row + 1) * 128 * 4,
                               whole.rgba.begin() + at))
            << m_per_px << " m per px, " << left << ", " << top << ", row " << row;
      }
    }
  }
}

}  // namespace
}  // namespace zaitu::render
