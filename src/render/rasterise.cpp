// A view as pixels; a large one in parts, by several workers.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <memory>

#include "base/parallel.h"
#include "render/raster_canvas.h"

namespace zaitu::render {

Image rasterise_part(const Scene& scene, const View& view, int left, int top, int width, int height) {
  Image image;
  image.width = width;
  image.height = height;
  const style::Rgba ground = scene.background();
  image.rgba.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4);
  const std::array<std::uint8_t, 4> pixel{ground.r, ground.g, ground.b, 255};
  for (std::size_t i = 0; i < image.rgba.size(); i += 4) std::memcpy(image.rgba.data() + i, pixel.data(), 4);
  // Tiles come by the thousand in one size: each thread keeps the memory of its last one.
  thread_local std::unique_ptr<RasterMemory> memory;
  if (!memory || memory->coverage.width() != width || memory->coverage.height() != height) {
    memory = std::make_unique<RasterMemory>(width, height);
  }
  View part = view;
  part.centre = view.to_map({left + width / 2.0, top + height / 2.0});
  part.width_px = width;
  part.height_px = height;
  RasterCanvas canvas(image, PixelGrid(view, left, top), view, *memory);
  paint_scene(StyledScene::of(scene), part, canvas);
  return image;
}

Image rasterise(const Scene& scene, const View& view) {
  Image image;
  image.width = std::max(0, view.width_px);
  image.height = std::max(0, view.height_px);
  if (image.width == 0 || image.height == 0 || !(view.m_per_px > 0)) return image;
  constexpr int largest = 512;
  if (image.width <= largest && image.height <= largest) {
    return rasterise_part(scene, view, 0, 0, image.width, image.height);
  }
  image.rgba.resize(static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) * 4);
  // Parts of one size, whose planes stay in the processor's cache and are made once; what hangs over is cut off.
  constexpr int usual = 256;
  const int columns = (image.width + usual - 1) / usual, rows = (image.height + usual - 1) / usual;
  const int part_width = (image.width + columns - 1) / columns, part_height = (image.height + rows - 1) / rows;
  std::atomic<int> next{0};
  const auto paint = [&](unsigned, std::size_t, std::size_t) {
    for (int i = next++; i < columns * rows; i = next++) {
      const int left = i % columns * part_width, top = i / columns * part_height;
      const Image part = rasterise_part(scene, view, left, top, part_width, part_height);
      const int width = std::min(part_width, image.width - left);
      const int height = std::min(part_height, image.height - top);
      for (int y = 0; y < height && width > 0; ++y) {
        const auto from = part.rgba.begin() + static_cast<std::ptrdiff_t>(y) * part_width * 4;
        const std::ptrdiff_t to = (static_cast<std::ptrdiff_t>(top + y) * image.width + left) * 4;
        std::copy(from, from + static_cast<std::ptrdiff_t>(width) * 4, image.rgba.begin() + to);
      }
    }
  };
  const auto threads = std::min(base::processors(), static_cast<unsigned>(columns * rows));
  base::for_stretches(threads, threads, paint);
  return image;
}

}  // namespace zaitu::render
