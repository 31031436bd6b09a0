// Map tiles on the graphics card: a cache of textures within a budget of bytes, and painting them to the window. A tile
// at its own scale is copied pixel by pixel (a blit costs a tenth of a textured quad on a software renderer), a scaled
// one by a blit that scales. All of it on the thread that owns the OpenGL context.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <list>
#include <map>

#include "ui/map_worker.h"

namespace zaitu::ui::gl {

class TileCache {
 public:
  explicit TileCache(std::size_t budget_bytes) : m_budget(budget_bytes) {}
  ~TileCache();
  TileCache(const TileCache&) = delete;
  TileCache& operator=(const TileCache&) = delete;

  void insert(const TileImage& tile);
  unsigned find(const TileKey& key);  // texture, 0 when it is not there; marks it as used
  bool contains(const TileKey& key) const { return m_tiles.contains(key); }
  // Tiles of one revision and scale, in any order.
  void each(std::uint64_t revision, int level, const std::function<void(const TileKey&, unsigned texture)>& visit);
  // Tiles of one scene that show the next one as well: they are known by its revision from now on. `keeps` tells of
  // each.
  void take_over(std::uint64_t from_revision, std::uint64_t to_revision,
                 const std::function<bool(const TileKey&)>& keeps);
  void clear();
  std::size_t bytes() const { return m_bytes; }
  std::size_t budget() const { return m_budget; }

 private:
  struct Tile {
    unsigned texture = 0;
    std::size_t bytes = 0;
    std::list<TileKey>::iterator use;
  };
  void evict();
  const std::size_t m_budget;
  std::size_t m_bytes = 0;
  std::map<TileKey, Tile> m_tiles;
  std::list<TileKey> m_uses;  // newest first
};

struct PixelRect {  // in the window's pixels, y down
  double left = 0, top = 0, width = 0, height = 0;
  friend bool operator==(const PixelRect&, const PixelRect&) = default;
};
PixelRect common(const PixelRect& a, const PixelRect& b);  // of no size when they do not overlap

// A texture of opaque pixels, rows from the top; null pixels: undefined. Its format is one that software renderers copy
// to frame buffers without converting; to be copied from, not to be read by shaders.
unsigned make_texture(int width_px, int height_px, const std::uint8_t* rgba);

class TilePainter {
 public:
  TilePainter();
  ~TilePainter();
  TilePainter(const TilePainter&) = delete;
  TilePainter& operator=(const TilePainter&) = delete;

  // Clips to `clip` (whole pixels) and fills it with a colour; then tiles; then end(). Paints into the frame buffer
  // that is bound for drawing, whose first row is the top.
  void begin(const PixelRect& clip, style::Rgba background);
  void draw(unsigned texture, int texture_px, const PixelRect& place);
  void end();

 private:
  unsigned m_frame_buffer = 0;  // to copy from
  PixelRect m_clip;
};

}  // namespace zaitu::ui::gl
