#include "ui/gl/tiles.h"

#include <epoxy/gl.h>

#include <algorithm>
#include <cmath>

namespace zaitu::ui::gl {

PixelRect common(const PixelRect& a, const PixelRect& b) {
  const double left = std::max(a.left, b.left), top = std::max(a.top, b.top);
  return {left, top, std::max(0.0, std::min(a.left + a.width, b.left + b.width) - left),
          std::max(0.0, std::min(a.top + a.height, b.top + b.height) - top)};
}

unsigned make_texture(int width_px, int height_px, const std::uint8_t* rgba) {
  unsigned texture = 0;
  glGenTextures(1, &texture);
  glBindTexture(GL_TEXTURE_2D, texture);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
  glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
  glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
  // Asked for in this way, Mesa keeps BGRA, the order of a window's pixels. Its software renderer (22.3) exchanges red
  // and blue when a shader reads such a texture, and does not when it is copied.
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA, width_px, height_px, 0, GL_BGRA, GL_UNSIGNED_INT_8_8_8_8_REV, nullptr);
  if (rgba != nullptr) glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, width_px, height_px, GL_RGBA, GL_UNSIGNED_BYTE, rgba);
  return texture;
}

TileCache::~TileCache() { clear(); }

void TileCache::clear() {
  for (auto& [key, tile] : m_tiles) glDeleteTextures(1, &tile.texture);
  m_tiles.clear();
  m_uses.clear();
  m_bytes = 0;
}

void TileCache::insert(const TileImage& image) {
  if (m_tiles.contains(image.key)) return;
  Tile tile;
  tile.texture = make_texture(image.image.width, image.image.height, image.image.rgba.data());
  tile.bytes = image.image.rgba.size();
  m_uses.push_front(image.key);
  tile.use = m_uses.begin();
  m_bytes += tile.bytes;
  m_tiles.emplace(image.key, tile);
  evict();
}

unsigned TileCache::find(const TileKey& key) {
  const auto found = m_tiles.find(key);
  if (found == m_tiles.end()) return 0;
  m_uses.splice(m_uses.begin(), m_uses, found->second.use);
  return found->second.texture;
}

void TileCache::each(std::uint64_t revision, int level,
                     const std::function<void(const TileKey&, unsigned texture)>& visit) {
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  for (auto it = m_tiles.lower_bound({revision, level, least, least});
       it != m_tiles.end() && it->first.revision == revision && it->first.level == level; ++it) {
    visit(it->first, it->second.texture);
  }
}

void TileCache::take_over(std::uint64_t from_revision, std::uint64_t to_revision,
                          const std::function<bool(const TileKey&)>& keeps) {
  constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
  auto it = m_tiles.lower_bound({from_revision, std::numeric_limits<int>::min(), least, least});
  while (it != m_tiles.end() && it->first.revision == from_revision) {
    const auto next = std::next(it);
    if (keeps(it->first)) {
      auto node = m_tiles.extract(it);
      node.key().revision = to_revision;
      *node.mapped().use = node.key();
      m_tiles.insert(std::move(node));
    }
    it = next;
  }
}

void TileCache::evict() {
  while (m_bytes > m_budget && m_uses.size() > 1) {
    const auto oldest = m_tiles.find(m_uses.back());
    glDeleteTextures(1, &oldest->second.texture);
    m_bytes -= oldest->second.bytes;
    m_tiles.erase(oldest);
    m_uses.pop_back();
  }
}

TilePainter::TilePainter() { glGenFramebuffers(1, &m_frame_buffer); }

TilePainter::~TilePainter() { glDeleteFramebuffers(1, &m_frame_buffer); }

void TilePainter::begin(const PixelRect& clip, style::Rgba background) {
  m_clip = clip;
  glEnable(GL_SCISSOR_TEST);
  glScissor(static_cast<int>(clip.left), static_cast<int>(clip.top), static_cast<int>(clip.width),
            static_cast<int>(clip.height));
  glClearColor(static_cast<float>(background.r) / 255.0F, static_cast<float>(background.g) / 255.0F,
               static_cast<float>(background.b) / 255.0F, 1);
  glClear(GL_COLOR_BUFFER_BIT);
}

void TilePainter::draw(unsigned texture, int texture_px, const PixelRect& place) {
  // Neighbours round their common edge alike.
  const int left = static_cast<int>(std::round(place.left)), top = static_cast<int>(std::round(place.top));
  const int right = static_cast<int>(std::round(place.left + place.width));
  const int bottom = static_cast<int>(std::round(place.top + place.height));
  glBindFramebuffer(GL_READ_FRAMEBUFFER, m_frame_buffer);
  glFramebufferTexture2D(GL_READ_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, texture, 0);
  if (right - left != texture_px || bottom - top != texture_px) {
    glBlitFramebuffer(0, 0, texture_px, texture_px, left, top, right, bottom, GL_COLOR_BUFFER_BIT, GL_LINEAR);
    return;
  }
  // Clipped here: with a scissor a software renderer draws what it could have copied.
  const int from_x = std::max(left, static_cast<int>(m_clip.left));
  const int from_y = std::max(top, static_cast<int>(m_clip.top));
  const int to_x = std::min(right, static_cast<int>(m_clip.left + m_clip.width));
  const int to_y = std::min(bottom, static_cast<int>(m_clip.top + m_clip.height));
  if (to_x <= from_x || to_y <= from_y) return;
  glDisable(GL_SCISSOR_TEST);
  glBlitFramebuffer(from_x - left, from_y - top, to_x - left, to_y - top, from_x, from_y, to_x, to_y,
                    GL_COLOR_BUFFER_BIT, GL_NEAREST);
  glEnable(GL_SCISSOR_TEST);
}

void TilePainter::end() { glDisable(GL_SCISSOR_TEST); }

}  // namespace zaitu::ui::gl
