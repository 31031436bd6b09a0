// The window's fonts: Noto Sans CJK in four sizes, baked into Dear ImGui's atlas. The common Chinese characters are
// there from the start; others are baked when a text needs them (a rebuild takes about a tenth of a second).
// Main thread, except GlyphAdvances, which is a value for workers.
#pragma once

#include <imgui.h>

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "geom/geometry.h"

namespace zaitu::ui {

enum class TextSize { small, body, title, headline };

// Widths of the characters of each baked size, for placing labels off the main thread: a label is measured with the
// very size that Fonts::nearest() will draw it with.
struct GlyphAdvances {
  struct Face {
    float line_px = 0;
    std::unordered_map<char32_t, float> px;
  };
  std::vector<Face> faces;
  geom::Coord measure(const std::string& text, float em_px) const;
};

class Fonts {
 public:
  // Asks fontconfig; `problem` is one line when there is no Chinese font (a Latin font stands in).
  void find(std::string& problem);
  bool has_chinese() const { return m_has_chinese; }
  // Notes characters that a text needs; the atlas is rebuilt before the next frame when some are missing.
  void need(std::string_view text);
  void need(const std::set<char32_t>& characters);
  // Rebuilds the atlas when the scale or the characters changed; true when the texture must be uploaded again.
  bool update(float scale);

  ImFont* operator[](TextSize size) const { return m_fonts[static_cast<int>(size)]; }
  // Dear ImGui's font size (line height) for an em in px.
  static float line_of_em(float em_px) { return em_px * 1.448F; }
  // The font whose size is nearest to an em in px, and which has every character of the text.
  ImFont* nearest(float em_px, std::string_view text) const;
  std::shared_ptr<const GlyphAdvances> advances() const { return m_advances; }

 private:
  struct File {
    std::string path;
    int index = 0;
  };
  File m_regular, m_bold;
  bool m_has_chinese = false;
  float m_scale = 0;
  bool m_dirty = true;
  std::set<char32_t> m_characters;  // beyond ASCII and the common ones
  ImFont* m_fonts[4] = {};
  std::shared_ptr<const GlyphAdvances> m_advances = std::make_shared<GlyphAdvances>();
};

}  // namespace zaitu::ui
