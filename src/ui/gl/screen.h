// The window's picture, kept from frame to frame: what did not change is not drawn again. A software renderer spends
// its time on pixels, most of them text of panels that stay as they are while the map moves. Held with its first row at
// the top, as a window of the X server holds its pixels, so that showing it is a plain copy. All of it on the thread
// that owns the OpenGL context.
#pragma once

#include <imgui.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "ui/gl/tiles.h"

namespace zaitu::ui::gl {

class Screen {
 public:
  Screen();
  ~Screen();
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  // The size of this frame; another one than before leaves nothing of the old picture.
  void begin(int width_px, int height_px);
  void mark(const PixelRect& changed);
  void mark_all();
  // Marks what differs from the frame before, then draws the marked places: `below` first, then Dear ImGui's lists.
  // Returns false when nothing changed. `data`'s clip rectangles are not as before afterwards.
  bool draw(ImDrawData& data, const std::function<void(const PixelRect& clip)>& below);
  // Copies the picture to the window's back buffer.
  void show() const;
  std::size_t bytes() const;

 private:
  // What one of Dear ImGui's lists said in the frame before.
  struct Drawn {
    std::string owner;
    std::vector<ImDrawVert> vertices;
    std::vector<ImDrawIdx> indices;
    struct Command {
      ImVec4 clip;
      ImTextureID texture;
      unsigned vertex_offset, index_offset, elements;
    };
    std::vector<Command> commands;
    PixelRect bounds;
    bool same_as(const ImDrawList& list) const;
    void assign(const ImDrawList& list);
  };
  void compare(const ImDrawData& data);
  void merge();

  unsigned m_frame_buffer = 0, m_texture = 0;
  int m_width = 0, m_height = 0;
  std::vector<Drawn> m_drawn;
  std::vector<PixelRect> m_marked;
};

}  // namespace zaitu::ui::gl
