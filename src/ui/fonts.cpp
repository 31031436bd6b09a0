#include "ui/fonts.h"

#include <fontconfig/fontconfig.h>
#include <imgui_freetype.h>

#include <algorithm>
#include <cmath>

#include "base/utf8.h"

namespace zaitu::ui {

namespace {

// Line heights at scale 1; Noto Sans CJK's line is 1.448 em, so these are ems of about 12.4, 14, 18 and 25 px.
constexpr float line_px[] = {18, 20, 26, 36};

// Signs of our own texts outside ASCII and the common Chinese range.
constexpr const char* always = "㎡·…—–×⁴²°′″≥≤←→↑↓✓©±μ“”‘’•";

struct Match {
  std::string path;
  int index = 0;
  bool chinese = false;
};

Match match_font(const char* family, bool bold) {
  Match match;
  FcPattern* pattern = FcPatternCreate();
  FcPatternAddString(pattern, FC_FAMILY, reinterpret_cast<const FcChar8*>(family));
  FcPatternAddString(pattern, FC_LANG, reinterpret_cast<const FcChar8*>("zh-cn"));
  FcPatternAddInteger(pattern, FC_WEIGHT, bold ? FC_WEIGHT_BOLD : FC_WEIGHT_REGULAR);
  FcPatternAddBool(pattern, FC_SCALABLE, FcTrue);
  FcConfigSubstitute(nullptr, pattern, FcMatchPattern);
  FcDefaultSubstitute(pattern);
  FcResult result = FcResultNoMatch;
  if (FcPattern* found = FcFontMatch(nullptr, pattern, &result); found != nullptr) {
    FcChar8* path = nullptr;
    if (FcPatternGetString(found, FC_FILE, 0, &path) == FcResultMatch) match.path = reinterpret_cast<const char*>(path);
    FcPatternGetInteger(found, FC_INDEX, 0, &match.index);
    match.index &= 0xFFFF;  // the upper half names an instance of a variable font
    FcCharSet* characters = nullptr;
    if (FcPatternGetCharSet(found, FC_CHARSET, 0, &characters) == FcResultMatch) {
      match.chinese = FcCharSetHasChar(characters, U'载') == FcTrue;
    }
    FcPatternDestroy(found);
  }
  FcPatternDestroy(pattern);
  return match;
}

}  // namespace

geom::Coord GlyphAdvances::measure(const std::string& text, float em_px) const {
  std::vector<char32_t> characters;
  for (std::size_t at = 0; at < text.size();) characters.push_back(base::next_code_point(text, at));
  const float wanted = Fonts::line_of_em(em_px);
  const Face* best = nullptr;
  for (const Face& face : faces) {
    if (best != nullptr && std::abs(face.line_px - wanted) >= std::abs(best->line_px - wanted)) continue;
    const bool complete =
        std::all_of(characters.begin(), characters.end(), [&](char32_t c) { return face.px.contains(c); });
    if (complete) best = &face;
  }
  float width = 0;
  for (const char32_t c : characters) width += best != nullptr ? best->px.at(c) : em_px;
  return {static_cast<double>(width), static_cast<double>(best != nullptr ? best->line_px : wanted)};
}

void Fonts::find(std::string& problem) {
  const Match regular = match_font("Noto Sans CJK SC", false);
  const Match bold = match_font("Noto Sans CJK SC", true);
  m_regular = {regular.path, regular.index};
  m_bold = bold.chinese == regular.chinese && !bold.path.empty() ? File{bold.path, bold.index} : m_regular;
  m_has_chinese = regular.chinese;
  if (!m_has_chinese) {
    problem = "font: no font with Chinese characters was found; install Noto Sans CJK (Debian: fonts-noto-cjk)";
  }
}

void Fonts::need(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = base::next_code_point(text, at);
    if (c < 0x80 || c > 0xFFFF) continue;  // the atlas has 16-bit characters
    if (m_characters.insert(c).second) m_dirty = true;
  }
}

void Fonts::need(const std::set<char32_t>& characters) {
  for (const char32_t c : characters) {
    if (c >= 0x80 && c <= 0xFFFF && m_characters.insert(c).second) m_dirty = true;
  }
}

bool Fonts::update(float scale) {
  if (scale == m_scale && !m_dirty) return false;
  m_scale = scale;
  m_dirty = false;
  need(std::string_view(always));
  m_dirty = false;

  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  atlas.Clear();
  atlas.FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
  ImFontGlyphRangesBuilder builder;
  builder.AddRanges(atlas.GetGlyphRangesDefault());
  for (const char32_t c : m_characters) builder.AddChar(static_cast<ImWchar>(c));
  // Texts of the window itself and of the project: enough for the big sizes.
  ImVector<ImWchar> needed, with_common;
  builder.BuildRanges(&needed);
  builder.AddRanges(atlas.GetGlyphRangesChineseSimplifiedCommon());
  builder.BuildRanges(&with_common);

  for (int i = 0; i < 4; ++i) {
    const bool big = i >= 2;
    const File& file = big ? m_bold : m_regular;
    const float size = std::round(line_px[i] * scale);
    ImFontConfig config;
    config.FontNo = file.index;
    config.OversampleH = 1;
    config.PixelSnapH = true;
    // The font leaves more room above than below: raised a little, texts stand in the middle of their fields.
    config.GlyphOffset.y = -std::round(size * 0.045F);
    config.FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
    m_fonts[i] = file.path.empty()
                     ? nullptr
                     : atlas.AddFontFromFileTTF(file.path.c_str(), size, &config, big ? needed.Data : with_common.Data);
    if (m_fonts[i] == nullptr) {
      ImFontConfig plain;
      plain.SizePixels = std::round(line_px[i] * scale * 0.8F);
      m_fonts[i] = atlas.AddFontDefault(&plain);
    }
  }
  atlas.Build();
  ImGui::GetIO().FontDefault = m_fonts[static_cast<int>(TextSize::body)];

  auto advances = std::make_shared<GlyphAdvances>();
  for (const ImFont* font : m_fonts) {
    GlyphAdvances::Face& face = advances->faces.emplace_back();
    face.line_px = font->FontSize;
    for (const ImFontGlyph& glyph : font->Glyphs) face.px[glyph.Codepoint] = glyph.AdvanceX;
  }
  m_advances = std::move(advances);
  return true;
}

ImFont* Fonts::nearest(float em_px, std::string_view text) const {
  ImFont* best = m_fonts[static_cast<int>(TextSize::body)];
  float best_distance = 1e9F;
  for (ImFont* font : m_fonts) {
    const float distance = std::abs(font->FontSize - line_of_em(em_px));
    if (distance >= best_distance) continue;
    bool complete = true;
    for (std::size_t at = 0; at < text.size() && complete;) {
      const char32_t c = base::next_code_point(text, at);
      complete = c <= 0xFFFF && font->FindGlyphNoFallback(static_cast<ImWchar>(c)) != nullptr;
    }
    if (!complete) continue;
    best = font;
    best_distance = distance;
  }
  return best;
}

}  // namespace zaitu::ui
