#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>

#include "render/coverage.h"
#include "render/hatch.h"
#include "unit/render/sample_scene.h"

namespace zaitu::render {
namespace {

using test::Sample;

View view_at(geom::Coord centre, double m_per_px, int width, int height) {
  View view;
  view.centre = centre;
  view.m_per_px = m_per_px;
  view.width_px = width;
  view.height_px = height;
  return view;
}

std::array<int, 3> pixel(const Image& image, int x, int y) {
  const std::size_t at =
      (static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(x)) * 4;
  return {image.rgba[at], image.rgba[at + 1], image.rgba[at + 2]};
}

TEST(View, ScreenAndMapAreInverse) {
  const View view = view_at({636500, 3435100}, 2.5, 800, 600);
  const geom::Coord screen = view.to_screen({636600, 3435300});
  EXPECT_DOUBLE_EQ(screen.x, 440);
  EXPECT_DOUBLE_EQ(screen.y, 220);
  const geom::Coord back = view.to_map(screen);
  EXPECT_NEAR(back.x, 636600, 1e-6);
  EXPECT_NEAR(back.y, 3435300, 1e-6);
  EXPECT_EQ(view.extent(), (geom::Envelope{635500, 3434350, 637500, 3435850}));
}

TEST(View, FittingHoldsTheBox) {
  const geom::Envelope box{0, 0, 1000, 200};
  const View view = View::fitting(box, 500, 400, 20);
  EXPECT_TRUE(view.extent().contains(box));
  EXPECT_NEAR(view.to_screen({0, 0}).x, 20, 1e-9);
  EXPECT_GT(View::fitting({5, 5, 5, 5}, 100, 100).m_per_px, 0);
  EXPECT_GT(View::fitting({}, 100, 100).m_per_px, 0);
}

// The same land at twice the pixels: averaged back it is the picture of the design, lines and symbols as wide.
TEST(Rasterise, TwiceTheScaleIsTheSamePictureInFinerPixels) {
  const auto scene = test::small_town().scene();
  const View design = View::fitting(scene->extent(), 300, 200);
  View fine = design;
  fine.m_per_px /= 2;
  fine.width_px *= 2;
  fine.height_px *= 2;
  const auto difference = [&](const View& view) {
    const Image coarse = rasterise(*scene, design), image = rasterise(*scene, view);
    double sum = 0;
    for (int y = 0; y < coarse.height; ++y) {
      for (int x = 0; x < coarse.width; ++x) {
        const std::array<int, 3> one = pixel(coarse, x, y);
        for (std::size_t c = 0; c < 3; ++c) {
          int four = 0;
          for (int i = 0; i < 4; ++i) four += pixel(image, 2 * x + i % 2, 2 * y + i / 2)[c];
          sum += std::abs(one[c] - four / 4.0);
        }
      }
    }
    return sum / (coarse.width * coarse.height * 3);
  };
  const double thin = difference(fine);
  fine.px_scale = 2;
  const double same = difference(fine);
  EXPECT_LT(same, 2.55) << "one per cent; hatches begin elsewhere by less than a pixel";
  EXPECT_LT(same, thin / 3) << "without the scale lines are half as wide";
}

TEST(Rasterise, EmptyProjectIsBackground) {
  const auto scene = Sample().scene();
  EXPECT_TRUE(scene->extent().empty());
  const Image image = rasterise(*scene, view_at({0, 0}, 1, 16, 16));
  const style::Rgba ground = scene->background();
  for (int y = 0; y < 16; ++y) {
    for (int x = 0; x < 16; ++x) EXPECT_EQ(pixel(image, x, y), (std::array<int, 3>{ground.r, ground.g, ground.b}));
  }
}

TEST(Rasterise, FourTilesAreOneImageByteForByte) {
  const Sample sample = test::small_town();
  for (const char* theme : {"stage", "land_use"}) {
    SceneOptions options;
    options.theme.theme = *style::parse_theme(theme);
    const auto scene = sample.scene(options);
    for (const double m_per_px : {0.61, 1.7, 3.3, 14.2, 130.0}) {
      const geom::Coord centre{636800.123, 3435299.7};
      const Image whole = rasterise(*scene, view_at(centre, m_per_px, 512, 512));
      // Larger pictures are made of parts: the same pixels again.
      const Image larger = rasterise(*scene, view_at(centre, m_per_px, 1100, 700));
      std::size_t moved = 0;
      for (int y = 0; y < 512; ++y) {
        for (int x = 0; x < 512; ++x) moved += pixel(larger, x + 294, y + 94) != pixel(whole, x, y) ? 1U : 0U;
      }
      EXPECT_EQ(moved, 0U) << theme << " at " << m_per_px;
      for (int tile = 0; tile < 4; ++tile) {
        const int left = tile % 2 * 256, top = tile / 2 * 256;
        const geom::Coord tile_centre{centre.x + (left - 128) * m_per_px, centre.y - (top - 128) * m_per_px};
        const Image part = rasterise(*scene, view_at(tile_centre, m_per_px, 256, 256));
        std::size_t different = 0;
        for (int y = 0; y < 256; ++y) {
          for (int x = 0; x < 256; ++x) different += pixel(part, x, y) != pixel(whole, left + x, top + y) ? 1U : 0U;
        }
        EXPECT_EQ(different, 0U) << theme << " at " << m_per_px << ", tile " << tile;
      }
    }
  }
}

TEST(Rasterise, SameSceneSamePixels) {
  const Sample sample = test::small_town();
  const View view = view_at({636800, 3435300}, 1.3, 300, 200);
  EXPECT_EQ(rasterise(*sample.scene(), view).rgba, rasterise(*sample.scene(), view).rgba);
}

TEST(Rasterise, HoleShowsTheGround) {
  Sample sample;
  sample.add_parcel({Sample::box(0, 0, 100, 100), Sample::box(30, 30, 70, 70)}, "07");
  SceneOptions options;
  options.theme.theme = style::Theme::land_use;
  const auto scene = sample.scene(options);
  const Image image = rasterise(*scene, view_at({50, 50}, 1, 120, 120));
  const style::Rgba ground = scene->background();
  EXPECT_EQ(pixel(image, 60, 60), (std::array<int, 3>{ground.r, ground.g, ground.b}));
  EXPECT_NE(pixel(image, 20, 60), pixel(image, 60, 60));
}

TEST(Rasterise, PolygonTenMillionPixelsWideFillsTheView) {
  Sample sample;
  sample.add_parcel({Sample::box(-1e7, -1e7, 1e7, 1e7)}, "07");
  SceneOptions options;
  options.theme.theme = style::Theme::land_use;
  const auto scene = sample.scene(options);
  const Image image = rasterise(*scene, view_at({0, 0}, 1, 64, 64));
  for (int i = 0; i < 64; ++i) EXPECT_EQ(pixel(image, i, 63 - i), pixel(image, 0, 0));
  const style::Rgba ground = scene->background();
  EXPECT_NE(pixel(image, 0, 0), (std::array<int, 3>{ground.r, ground.g, ground.b}));
}

// Painted area per class against the ledger: a crooked fabric of three classes is unmixed from the mean colour.
TEST(Rasterise, PaintedAreaPerClassIsTheLedgersAtEveryScale) {
  Sample sample;
  std::mt19937 random(11);
  std::uniform_real_distribution<double> shake(-2.4, 2.4);
  constexpr int n = 80;
  std::vector<geom::Coord> knots;
  for (int j = 0; j <= n; ++j) {
    for (int i = 0; i <= n; ++i) knots.push_back({i * 10 + shake(random), j * 10 + shake(random)});
  }
  const char* uses[] = {"07", "10", "14"};
  double ledger[3] = {0, 0, 0};
  std::discrete_distribution<int> pick({5, 3, 2});
  for (int j = 0; j < n; ++j) {
    for (int i = 0; i < n; ++i) {
      const auto k = static_cast<std::size_t>(j * (n + 1) + i);
      const int use = pick(random);
      const std::uint32_t row =
          sample.add_parcel({{knots[k], knots[k + 1], knots[k + n + 2], knots[k + n + 1], knots[k]}}, uses[use]);
      ledger[use] += sample.parcels->area(row, model::AreaKind::planar);
    }
  }
  SceneOptions options;
  options.theme.theme = style::Theme::land_use;
  const auto scene = sample.scene(options);
  ASSERT_EQ(scene->legend().front().entries.size(), 3U);
  const style::Rgba ground = scene->background();
  for (const double m_per_px :
       {2.6, 4.0, 4.6, 5.9, 6.9, 8.3, 10.1, 13.0, 17.0, 41.0}) {  // below 4 px a parcel, where outlines are gone
    const Image image = rasterise(*scene, view_at({400, 400}, m_per_px, 400, 400));
    double sum[3] = {0, 0, 0};
    for (std::size_t i = 0; i < image.rgba.size(); i += 4) {
      sum[0] += image.rgba[i] - ground.r;
      sum[1] += image.rgba[i + 1] - ground.g;
      sum[2] += image.rgba[i + 2] - ground.b;
    }
    // sum = M * area: three channels, three classes; Cramer's rule.
    double m[3][3];
    for (std::size_t c = 0; c < 3; ++c) {
      const style::Rgba fill = scene->legend().front().entries[c].symbol.fill;
      m[0][c] = fill.r - ground.r;
      m[1][c] = fill.g - ground.g;
      m[2][c] = fill.b - ground.b;
    }
    const auto det = [](const double(&a)[3][3]) {
      return a[0][0] * (a[1][1] * a[2][2] - a[1][2] * a[2][1]) - a[0][1] * (a[1][0] * a[2][2] - a[1][2] * a[2][0]) +
             a[0][2] * (a[1][0] * a[2][1] - a[1][1] * a[2][0]);
    };
    for (std::size_t c = 0; c < 3; ++c) {
      double replaced[3][3];
      for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t k = 0; k < 3; ++k) replaced[i][k] = k == c ? sum[i] : m[i][k];
      }
      const double painted = det(replaced) / det(m) * m_per_px * m_per_px;
      EXPECT_NEAR(painted / ledger[c], 1, 0.02) << "class " << c << " at " << m_per_px << " m/px";
    }
  }
}

TEST(Rasterise, HatchRunsOnFromParcelToParcel) {
  // Two hatched neighbours look like one parcel of both, away from the edges.
  Sample two, one;
  two.add_parcel({Sample::box(0, 0, 60, 100)}, "", 2, 2);
  two.add_parcel({Sample::box(60, 0, 120, 100)}, "", 2, 2);
  one.add_parcel({Sample::box(0, 0, 120, 100)}, "", 2, 2);
  const View view = view_at({60, 50}, 1, 140, 120);
  const Image a = rasterise(*two.scene(), view);
  const Image b = rasterise(*one.scene(), view);
  int inks = 0;
  for (int y = 20; y < 100; ++y) {
    for (int x = 20; x < 120; ++x) {
      if (x > 65 && x < 74) continue;
      ASSERT_EQ(pixel(a, x, y), pixel(b, x, y)) << x << "," << y;
      inks += pixel(a, x, y) != pixel(a, 20, 20) ? 1 : 0;
    }
  }
  EXPECT_GT(inks, 500);
}

TEST(Hatch, StripesHaveTheirShareAndPhase) {
  using style::HatchPattern;
  for (const HatchPattern pattern : {HatchPattern::diagonal, HatchPattern::back_diagonal}) {
    const HatchCover cover(pattern, 7, 1, 123 * subpixel, -77 * subpixel, 198, 198);
    double sum = 0;
    for (int y = 0; y < 198; ++y) {
      for (int x = 0; x < 198; ++x) sum += cover(x, y);
    }
    EXPECT_NEAR(sum / full_coverage / (198 * 198), hatch_line_px / 7, 0.005);
  }
  const HatchCover whole(HatchPattern::dots, 6, 1, 0, 0, 64, 64);
  const HatchCover tile(HatchPattern::dots, 6, 1, 32 * subpixel, -16 * subpixel, 32, 32);
  for (int y = 0; y < 32; ++y) {
    for (int x = 0; x < 32; ++x) ASSERT_EQ(tile(x, y), whole(x + 32, y + 16));
  }
}

}  // namespace
}  // namespace zaitu::render
