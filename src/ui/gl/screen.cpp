#include "ui/gl/screen.h"

#include <epoxy/gl.h>
// After the OpenGL loader.
#include <backends/imgui_impl_opengl3.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>
#include <string_view>

#include "ui/imgui_compat.h"

namespace zaitu::ui::gl {

namespace {

PixelRect of_corners(double left, double top, double right, double bottom) {
  return {left, top, std::max(0.0, right - left), std::max(0.0, bottom - top)};
}

PixelRect both(const PixelRect& a, const PixelRect& b) {
  return of_corners(std::min(a.left, b.left), std::min(a.top, b.top), std::max(a.left + a.width, b.left + b.width),
                    std::max(a.top + a.height, b.top + b.height));
}

double area(const PixelRect& rect) { return rect.width * rect.height; }
bool empty(const PixelRect& rect) { return rect.width <= 0 || rect.height <= 0; }

std::string_view owner_of(const ImDrawList& list) {
  return list._OwnerName == nullptr ? std::string_view() : std::string_view(list._OwnerName);
}

template <class T>
bool same(const std::vector<T>& before, const ImVector<T>& now) {
  return before.size() == static_cast<std::size_t>(now.Size) &&
         (now.Size == 0 || std::memcmp(before.data(), now.Data, before.size() * sizeof(T)) == 0);
}

// Where the list can leave pixels.
PixelRect bounds_of(const ImDrawList& list) {
  PixelRect clips{};
  for (const ImDrawCmd& command : list.CmdBuffer) {
    if (command.ElemCount == 0) continue;
    const ImVec4& c = command.ClipRect;
    const PixelRect clip = of_corners(c.x, c.y, c.z, c.w);
    if (empty(clip)) continue;
    clips = empty(clips) ? clip : both(clips, clip);
  }
  if (empty(clips) || list.VtxBuffer.empty()) return {};
  ImVec2 least = list.VtxBuffer[0].pos, most = least;
  for (const ImDrawVert& vertex : list.VtxBuffer) {
    least = {std::min(least.x, vertex.pos.x), std::min(least.y, vertex.pos.y)};
    most = {std::max(most.x, vertex.pos.x), std::max(most.y, vertex.pos.y)};
  }
  return common(clips,
                of_corners(std::floor(least.x), std::floor(least.y), std::ceil(most.x) + 1, std::ceil(most.y) + 1));
}

}  // namespace

bool Screen::Drawn::same_as(const ImDrawList& list) const {
  if (commands.size() != static_cast<std::size_t>(list.CmdBuffer.Size)) return false;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const Command& a = commands[i];
    const ImDrawCmd& b = list.CmdBuffer[static_cast<int>(i)];
    const bool equal = a.clip.x == b.ClipRect.x && a.clip.y == b.ClipRect.y && a.clip.z == b.ClipRect.z &&
                       a.clip.w == b.ClipRect.w && a.texture == b.GetTexID() && a.vertex_offset == b.VtxOffset &&
                       a.index_offset == b.IdxOffset && a.elements == b.ElemCount;
    if (!equal) return false;
  }
  return same(vertices, list.VtxBuffer) && same(indices, list.IdxBuffer);
}

void Screen::Drawn::assign(const ImDrawList& list) {
  owner = owner_of(list);
  vertices.assign(list.VtxBuffer.begin(), list.VtxBuffer.end());
  indices.assign(list.IdxBuffer.begin(), list.IdxBuffer.end());
  commands.clear();
  for (const ImDrawCmd& c : list.CmdBuffer) {
    commands.push_back({c.ClipRect, c.GetTexID(), c.VtxOffset, c.IdxOffset, c.ElemCount});
  }
  bounds = bounds_of(list);
}

Screen::Screen() { glGenFramebuffers(1, &m_frame_buffer); }

Screen::~Screen() {
  glDeleteFramebuffers(1, &m_frame_buffer);
  if (m_texture != 0) glDeleteTextures(1, &m_texture);
}

std::size_t Screen::bytes() const { return static_cast<std::size_t>(m_width) * static_cast<std::size_t>(m_height) * 4; }

void Screen::begin(int width_px, int height_px) {
  if (width_px == m_width && height_px == m_height) return;
  m_width = width_px;
  m_height = height_px;
  if (m_texture != 0) glDeleteTextures(1, &m_texture);
  m_texture = make_texture(width_px, height_px, nullptr);
  glBindFramebuffer(GL_FRAMEBUFFER, m_frame_buffer);
  glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, m_texture, 0);
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  mark_all();
}

void Screen::mark(const PixelRect& changed) {
  const PixelRect whole{0, 0, static_cast<double>(m_width), static_cast<double>(m_height)};
  const PixelRect seen =
      common(whole, of_corners(std::floor(changed.left), std::floor(changed.top),
                               std::ceil(changed.left + changed.width), std::ceil(changed.top + changed.height)));
  if (!empty(seen)) m_marked.push_back(seen);
}

void Screen::mark_all() { mark({0, 0, static_cast<double>(m_width), static_cast<double>(m_height)}); }

void Screen::compare(const ImDrawData& data) {
  std::set<std::string_view> before, now;
  for (const Drawn& drawn : m_drawn) before.insert(drawn.owner);
  for (int i = 0; i < data.CmdListsCount; ++i) now.insert(owner_of(*data.CmdLists[i]));
  // Lists that are in both frames must lie over each other as before.
  std::vector<std::string_view> order_before, order_now;
  for (const Drawn& drawn : m_drawn) {
    if (now.contains(drawn.owner)) order_before.push_back(drawn.owner);
  }
  for (int i = 0; i < data.CmdListsCount; ++i) {
    if (before.contains(owner_of(*data.CmdLists[i]))) order_now.push_back(owner_of(*data.CmdLists[i]));
  }
  if (order_before != order_now) mark_all();
  for (const Drawn& drawn : m_drawn) {
    if (!now.contains(drawn.owner)) mark(drawn.bounds);
  }
  std::vector<Drawn> drawn;
  drawn.reserve(static_cast<std::size_t>(data.CmdListsCount));
  for (int i = 0; i < data.CmdListsCount; ++i) {
    const ImDrawList& list = *data.CmdLists[i];
    const auto old =
        std::find_if(m_drawn.begin(), m_drawn.end(), [&](const Drawn& d) { return d.owner == owner_of(list); });
    if (old != m_drawn.end() && old->same_as(list)) {
      drawn.push_back(std::move(*old));
      old->owner.clear();
      continue;
    }
    Drawn& made = drawn.emplace_back();
    if (old != m_drawn.end()) {
      mark(old->bounds);
      made = std::move(*old);  // its memory is used again
      old->owner.clear();
    }
    made.assign(list);
    mark(made.bounds);
  }
  m_drawn = std::move(drawn);
}

// Places that overlap, or whose common rectangle is hardly larger than they are, become one.
void Screen::merge() {
  for (std::size_t i = 0; i < m_marked.size();) {
    bool merged = false;
    for (std::size_t j = i + 1; j < m_marked.size() && !merged; ++j) {
      const PixelRect joined = both(m_marked[i], m_marked[j]);
      const bool overlap = !empty(common(m_marked[i], m_marked[j]));
      if (!overlap && area(joined) > 1.1 * (area(m_marked[i]) + area(m_marked[j]))) continue;
      m_marked[i] = joined;
      m_marked.erase(m_marked.begin() + static_cast<std::ptrdiff_t>(j));
      merged = true;
    }
    i = merged ? 0 : i + 1;
  }
}

bool Screen::draw(ImDrawData& data, const std::function<void(const PixelRect& clip)>& below) {
  compare(data);
  if (m_marked.empty()) return false;
  merge();
  glBindFramebuffer(GL_FRAMEBUFFER, m_frame_buffer);
  glViewport(0, 0, m_width, m_height);
  std::vector<ImVec4> clips;
  std::vector<ImDrawList*> lists;
  for (const PixelRect& place : m_marked) {
    below(place);
    clips.clear();
    lists.clear();
    for (std::size_t i = 0; i < m_drawn.size(); ++i) {
      if (empty(common(place, m_drawn[i].bounds))) continue;
      ImDrawList& list = *data.CmdLists[static_cast<int>(i)];
      lists.push_back(&list);
      for (ImDrawCmd& command : list.CmdBuffer) {
        const ImVec4 c = command.ClipRect;
        clips.push_back(c);
        const PixelRect clip = common(place, of_corners(c.x, c.y, c.z, c.w));
        const auto left = static_cast<float>(clip.left), top = static_cast<float>(clip.top);
        const auto right = static_cast<float>(clip.left + clip.width),
                   bottom = static_cast<float>(clip.top + clip.height);
        // Upside down, as the whole of it is drawn: see draw_upside_down().
        command.ClipRect = {left, bottom, right, top};
      }
    }
    draw_upside_down(data, lists);
    std::size_t next = 0;
    for (ImDrawList* list : lists) {
      for (ImDrawCmd& command : list->CmdBuffer) command.ClipRect = clips[next++];
    }
  }
  m_marked.clear();
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
  return true;
}

void Screen::show() const {
  glDisable(GL_SCISSOR_TEST);
  glBindFramebuffer(GL_READ_FRAMEBUFFER, m_frame_buffer);
  glBindFramebuffer(GL_DRAW_FRAMEBUFFER, 0);
  glBlitFramebuffer(0, 0, m_width, m_height, 0, m_height, m_width, 0, GL_COLOR_BUFFER_BIT, GL_NEAREST);
  glBindFramebuffer(GL_FRAMEBUFFER, 0);
}

}  // namespace zaitu::ui::gl
