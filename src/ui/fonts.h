// The window's fonts: Noto Sans CJK in four sizes in Dear ImGui's atlas. Beyond ASCII a character is drawn into the
// atlas when a text with it is measured or shown for the first time (some 20 us), so that a start bakes nothing it does
// not show, and the rarest character of a name is there as soon as the name is. Main thread with the OpenGL context,
// except GlyphAdvances, which workers use.
#pragma once

#include <imgui.h>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "geom/geometry.h"

namespace zaitu::ui {

enum class TextSize { small, body, title, headline };

class FontFile;   // mapped into memory
class GlyphFace;  // one size of it

// Widths of texts in the sizes that Fonts has, for placing labels: a label is measured with the very size that
// Fonts::nearest() will draw it with. Any thread.
class GlyphAdvances {
 public:
  GlyphAdvances(const std::shared_ptr<const FontFile>& regular, const std::shared_ptr<const FontFile>& bold,
                float scale);
  ~GlyphAdvances();
  geom::Coord measure(const std::string& text, float em_px) const;

 private:
  struct Face {
    float line_px = 0;
    std::unique_ptr<GlyphFace> glyphs;
    std::unordered_map<char32_t, float> px;
  };
  mutable std::mutex m_mutex;
  mutable std::vector<Face> m_faces;
};

class Fonts {
 public:
  Fonts();
  ~Fonts();
  Fonts(const Fonts&) = delete;
  Fonts& operator=(const Fonts&) = delete;

  // Asks fontconfig; `problem` is one line when there is no Chinese font (a Latin font stands in). Any thread, before
  // the first update().
  void find(std::string& problem);
  bool has_chinese() const { return m_has_chinese; }
  // Rebuilds the atlas when the scale changed or the atlas is full, before a frame; true when its texture is a new one.
  bool update(float scale);
  bool full() const { return m_full; }  // the next update() makes room

  ImFont* operator[](TextSize size) const { return m_fonts[static_cast<int>(size)]; }
  // Dear ImGui's font size (line height) for an em in px.
  static float line_of_em(float em_px) { return em_px * 1.448F; }
  // The font whose size is nearest to an em in px.
  ImFont* nearest(float em_px) const;
  // The same font with every character a pixel of the design wider on all sides, to be drawn under it.
  ImFont* halo_of(const ImFont* font) const;
  std::shared_ptr<const GlyphAdvances> advances() const { return m_advances; }

  // Draws the text's characters into the atlas where they are not there yet; `font` is one of these, or its halo.
  // Every text that is not ASCII for certain goes through here before Dear ImGui sees it.
  void need(const ImFont* font, std::string_view text);
  // In all sizes: for text fields, whose text Dear ImGui draws by itself.
  void need(std::string_view text);
  // Those of the window; nullptr before it is open.
  static Fonts* of_window();

 private:
  struct Face;  // a font of the atlas and where its characters come from
  void add(Face& face, bool to_halo, char32_t character);
  bool place(int width, int height, int& x, int& y);

  std::shared_ptr<const FontFile> m_regular, m_bold;
  bool m_has_chinese = false;
  float m_scale = 0;
  bool m_full = false;
  int m_room_px = 0;                                                    // height of the atlas's free part
  int m_room_x = 0, m_room_y = 0, m_room_width = 0, m_room_height = 0;  // where it lies
  int m_pen_x = 0, m_pen_y = 0, m_row_height = 0;                       // in it
  ImFont* m_fonts[4] = {};
  std::vector<Face> m_faces;
  std::shared_ptr<const GlyphAdvances> m_advances;
};

// Fonts::need() of the window's fonts in Dear ImGui's current font.
void need_glyphs(std::string_view text);
// The same, for a text that is handed to Dear ImGui itself.
const char* with_glyphs(const std::string& text);

}  // namespace zaitu::ui
