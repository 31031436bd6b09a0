#include <cairo-svg.h>
#include <cairo.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>

#include "base/error.h"
#include "render/furniture.h"
#include "support/golden.h"
#include "unit/render/sample_scene.h"

namespace zaitu::render {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "zaitu_render_XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~Folder() { fs::remove_all(path); }
  fs::path path;
};

View small_view(const Scene& scene) { return View::fitting(scene.extent(), 420, 300); }

cairo_status_t append(void* closure, const unsigned char* bytes, unsigned int count) {
  static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

TEST(WriteMap, SvgOfTheLandIsTheGolden) {
  SceneOptions options;
  options.labels = false;  // glyph outlines would tie the golden to a font's version
  const auto scene = test::small_town().scene(options);
  const View view = small_view(*scene);
  std::string svg;
  cairo_surface_t* surface = cairo_svg_surface_create_for_stream(append, &svg, view.width_px, view.height_px);
  cairo_t* cr = cairo_create(surface);
  paint_vectors(*scene, view, cr);
  cairo_destroy(cr);
  cairo_surface_finish(surface);
  cairo_surface_destroy(surface);
  test::expect_golden("render/small_town.svg", std::regex_replace(svg, std::regex("surface[0-9]+"), "surface"));
}

TEST(WriteMap, PixelsAreTheGolden) {
  const auto scene = test::small_town().scene();
  const Image image = rasterise(*scene, small_view(*scene));
  cairo_surface_t* picture = cairo_image_surface_create(CAIRO_FORMAT_RGB24, image.width, image.height);
  unsigned char* data = cairo_image_surface_get_data(picture);
  const int stride = cairo_image_surface_get_stride(picture);
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      for (int c = 0; c < 3; ++c) {
        data[y * stride + x * 4 + 2 - c] = image.rgba[static_cast<std::size_t>((y * image.width + x) * 4 + c)];
      }
    }
  }
  cairo_surface_mark_dirty(picture);
  const fs::path file = fs::path(TEST_DATA_DIR) / "render" / "small_town.png";
  cairo_surface_t* golden = cairo_image_surface_create_from_png(file.c_str());
  bool alike = false;
  if (cairo_image_surface_get_width(golden) == image.width && cairo_image_surface_get_height(golden) == image.height) {
    const unsigned char* expected = cairo_image_surface_get_data(golden);
    std::size_t different = 0;
    for (int y = 0; y < image.height; ++y) {
      for (int i = 0; i < image.width * 4; ++i) {
        if (i % 4 == 3) continue;
        different += std::abs(int{expected[y * stride + i]} - int{data[y * stride + i]}) > 2 ? 1U : 0U;
      }
    }
    alike = different <= 420U * 300U / 500U;
  }
  if (!alike && std::getenv("ZAITU_UPDATE_GOLDENS") != nullptr) {
    fs::create_directories(file.parent_path());
    cairo_surface_write_to_png(picture, file.c_str());
  }
  cairo_surface_destroy(golden);
  cairo_surface_destroy(picture);
  EXPECT_TRUE(alike) << "differs from " << file;
}

// The two painters agree: the vectors painted into pixels look like the pixels.
TEST(WriteMap, VectorsLookLikePixels) {
  SceneOptions options;
  options.labels = false;
  const auto scene = test::small_town().scene(options);
  const View view = small_view(*scene);
  const Image image = rasterise(*scene, view);
  cairo_surface_t* surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, view.width_px, view.height_px);
  cairo_t* cr = cairo_create(surface);
  cairo_set_antialias(cr, CAIRO_ANTIALIAS_BEST);
  paint_vectors(*scene, view, cr);
  cairo_destroy(cr);
  cairo_surface_flush(surface);
  const unsigned char* data = cairo_image_surface_get_data(surface);
  const int stride = cairo_image_surface_get_stride(surface);
  double difference = 0;
  std::size_t far_off = 0;
  for (int y = 0; y < view.height_px; ++y) {
    for (int x = 0; x < view.width_px; ++x) {
      const unsigned char* theirs = data + y * stride + x * 4;
      const std::uint8_t* ours =
          image.rgba.data() + (static_cast<std::size_t>(y) * 420 + static_cast<std::size_t>(x)) * 4;
      int worst = 0;
      for (int c = 0; c < 3; ++c) worst = std::max(worst, std::abs(int{theirs[2 - c]} - int{ours[c]}));
      difference += worst;
      far_off += worst > 60 ? 1U : 0U;
    }
  }
  cairo_surface_destroy(surface);
  EXPECT_LT(difference / (420 * 300), 2.0);
  EXPECT_LT(far_off, 420U * 300U / 500U);
}

TEST(WriteMap, SameInputSameBytes) {
  const Folder folder;
  for (const char* ending : {"pdf", "svg", "png"}) {
    const auto scene = test::small_town().scene();
    const fs::path a = folder.path / (std::string("a.") + ending);
    const fs::path b = folder.path / (std::string("b.") + ending);
    write_map(*scene, small_view(*scene), a.string(), base::Language::zh);
    write_map(*test::small_town().scene(), small_view(*scene), b.string(), base::Language::zh);
    EXPECT_GT(read(a).size(), 2000U);
    EXPECT_TRUE(read(a) == read(b)) << ending;
    EXPECT_EQ(read(a).find("CreationDate"), std::string::npos);
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()), 6);  // no temporary is left
}

TEST(WriteMap, RefusesWhatItCannotWrite) {
  const Folder folder;
  const auto scene = test::small_town().scene();
  for (const fs::path& file : {folder.path / "map.gif", folder.path / "missing" / "map.png"}) {
    try {
      write_map(*scene, small_view(*scene), file.string(), base::Language::zh);
      FAIL() << file;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ExitCode::output_failed);
      EXPECT_NE(std::string(error.what()).find(file.string()), std::string::npos);
    }
  }
  EXPECT_TRUE(fs::is_empty(folder.path));
}

TEST(Furniture, ScaleBarIsRound) {
  EXPECT_DOUBLE_EQ(round_length(999), 500);
  EXPECT_DOUBLE_EQ(round_length(1000), 1000);
  EXPECT_DOUBLE_EQ(round_length(260), 200);
  EXPECT_DOUBLE_EQ(round_length(0.3), 0.2);
  EXPECT_EQ(length_text(500), "500 m");
  EXPECT_EQ(length_text(2000), "2 km");
}

TEST(Furniture, LegendKeepsInsideTheView) {
  const auto scene = test::small_town().scene();
  for (const auto& [width, height] : {std::pair{1400, 900}, std::pair{420, 300}, std::pair{200, 120}}) {
    const View view = View::fitting(scene->extent(), width, height);
    const geom::Envelope box = paint_title_and_legend(*scene, view, nullptr, base::Language::zh);
    EXPECT_GE(box.min_x, 0);
    EXPECT_LE(box.max_y, height);
  }
}

}  // namespace
}  // namespace zaitu::render
