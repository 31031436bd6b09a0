#include "ui/fonts.h"

#include <epoxy/gl.h>
#include <fcntl.h>
#include <fontconfig/fontconfig.h>
#include <ft2build.h>
#include <imgui_freetype.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include FT_FREETYPE_H

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "base/utf8.h"

namespace zaitu::ui {

namespace {

// Line heights at scale 1; Noto Sans CJK's line is 1.448 em, so these are ems of about 12.4, 14, 18 and 25 px.
constexpr float line_px[] = {18, 20, 26, 36};

constexpr int sizes = 4;
constexpr bool is_bold(int size) { return size >= 2; }
constexpr int atlas_width_px = 2048;

Fonts* window_fonts = nullptr;

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

// Read by the pages that are touched: a font of all Chinese characters has twenty million bytes.
class FontFile {
 public:
  explicit FontFile(const Match& match) : m_index(match.index) {
    const int file = ::open(match.path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    struct stat facts {};
    if (::fstat(file, &facts) == 0 && facts.st_size > 0) {
      void* mapped = ::mmap(nullptr, static_cast<std::size_t>(facts.st_size), PROT_READ, MAP_PRIVATE, file, 0);
      if (mapped != MAP_FAILED) {
        m_data = static_cast<unsigned char*>(mapped);
        m_size = static_cast<std::size_t>(facts.st_size);
      }
    }
    ::close(file);
  }
  ~FontFile() {
    if (m_data != nullptr) ::munmap(m_data, m_size);
  }
  FontFile(const FontFile&) = delete;
  FontFile& operator=(const FontFile&) = delete;
  unsigned char* data() const { return m_data; }
  std::size_t size() const { return m_size; }
  int index() const { return m_index; }

 private:
  unsigned char* m_data = nullptr;
  std::size_t m_size = 0;
  int m_index = 0;
};

// Sized and hinted as Dear ImGui's FreeType builder does it, so that its ASCII and our other characters stand together.
class GlyphFace {
 public:
  GlyphFace(std::shared_ptr<const FontFile> file, float height_px) : m_file(std::move(file)) {
    if (m_file->data() == nullptr || FT_Init_FreeType(&m_library) != 0) return;
    if (FT_New_Memory_Face(m_library, m_file->data(), static_cast<FT_Long>(m_file->size()), m_file->index(), &m_face) !=
        0) {
      m_face = nullptr;
      return;
    }
    FT_Select_Charmap(m_face, FT_ENCODING_UNICODE);
    FT_Size_RequestRec request{};
    request.type = FT_SIZE_REQUEST_TYPE_REAL_DIM;
    request.height = static_cast<FT_Long>(height_px) * 64;
    FT_Request_Size(m_face, &request);
  }
  ~GlyphFace() {
    if (m_face != nullptr) FT_Done_Face(m_face);
    if (m_library != nullptr) FT_Done_FreeType(m_library);
  }
  GlyphFace(const GlyphFace&) = delete;
  GlyphFace& operator=(const GlyphFace&) = delete;

  // nullptr: the font has no such character. `drawn`: with its bitmap, grey; valid until the next call.
  FT_GlyphSlot load(char32_t character, bool drawn) {
    if (m_face == nullptr) return nullptr;
    const FT_UInt glyph = FT_Get_Char_Index(m_face, character);
    const FT_Int32 flags = FT_LOAD_NO_BITMAP | FT_LOAD_TARGET_LIGHT;
    if (glyph == 0 || FT_Load_Glyph(m_face, glyph, flags) != 0) return nullptr;
    if (drawn && FT_Render_Glyph(m_face->glyph, FT_RENDER_MODE_NORMAL) != 0) return nullptr;
    return m_face->glyph;
  }
  static float advance_px(FT_GlyphSlot glyph) { return static_cast<float>((glyph->advance.x + 63) >> 6); }

 private:
  std::shared_ptr<const FontFile> m_file;
  FT_Library m_library = nullptr;
  FT_Face m_face = nullptr;
};

GlyphAdvances::GlyphAdvances(const std::shared_ptr<const FontFile>& regular,
                             const std::shared_ptr<const FontFile>& bold, float scale) {
  for (int i = 0; i < sizes; ++i) {
    Face& face = m_faces.emplace_back();
    face.line_px = std::round(line_px[i] * scale);
    face.glyphs = std::make_unique<GlyphFace>(is_bold(i) ? bold : regular, face.line_px);
  }
}

GlyphAdvances::~GlyphAdvances() = default;

geom::Coord GlyphAdvances::measure(const std::string& text, float em_px) const {
  const std::lock_guard lock(m_mutex);
  const float wanted = Fonts::line_of_em(em_px);
  Face& face = *std::min_element(m_faces.begin(), m_faces.end(), [wanted](const Face& a, const Face& b) {
    return std::abs(a.line_px - wanted) < std::abs(b.line_px - wanted);
  });
  float width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = base::next_code_point(text, at);
    auto known = face.px.find(c);
    if (known == face.px.end()) {
      const FT_GlyphSlot glyph = face.glyphs->load(c, false);
      known = face.px.emplace(c, glyph != nullptr ? GlyphFace::advance_px(glyph) : em_px).first;
    }
    width += known->second;
  }
  return {static_cast<double>(width), static_cast<double>(face.line_px)};
}

struct Fonts::Face {
  ImFont* font = nullptr;
  ImFont* halo = nullptr;
  std::unique_ptr<GlyphFace> glyphs;
  int halo_px = 1;
  std::unordered_set<char32_t> absent;  // the font has them not
};

Fonts::Fonts() { window_fonts = this; }

Fonts::~Fonts() {
  if (window_fonts == this) window_fonts = nullptr;
}

Fonts* Fonts::of_window() { return window_fonts; }

void Fonts::find(std::string& problem) {
  const Match regular = match_font("Noto Sans CJK SC", false);
  const Match bold = match_font("Noto Sans CJK SC", true);
  m_regular = std::make_shared<const FontFile>(regular);
  const bool has_bold = bold.chinese == regular.chinese && !bold.path.empty();
  m_bold = has_bold ? std::make_shared<const FontFile>(bold) : m_regular;
  m_has_chinese = regular.chinese;
  if (!m_has_chinese) {
    problem = "font: no font with Chinese characters was found; install Noto Sans CJK (Debian: fonts-noto-cjk)";
  }
}

bool Fonts::update(float scale) {
  if (scale == m_scale && !m_full) return false;
  // Room for some 1500 characters at first, twice as much each time it was too little.
  m_room_px = m_full && scale == m_scale ? std::min(m_room_px * 2, 8192) : static_cast<int>(256 * scale * scale);
  m_scale = scale;
  m_full = false;

  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  atlas.Clear();
  atlas.FontBuilderIO = ImGuiFreeType::GetBuilderForFreeType();
  atlas.TexDesiredWidth = atlas_width_px;
  static constexpr ImWchar ascii[] = {0x20, 0x7E, 0};
  static constexpr ImWchar blank[] = {0x20, 0x20, 0};
  m_faces.clear();
  for (int i = 0; i < sizes; ++i) {
    const FontFile& file = is_bold(i) ? *m_bold : *m_regular;
    const float size = std::round(line_px[i] * scale);
    ImFontConfig config;
    config.FontNo = file.index();
    config.OversampleH = 1;
    config.PixelSnapH = true;
    // The font leaves more room above than below: raised a little, texts stand in the middle of their fields.
    config.GlyphOffset.y = -std::round(size * 0.045F);
    config.FontBuilderFlags = ImGuiFreeTypeBuilderFlags_LightHinting;
    Face& face = m_faces.emplace_back();
    const auto add_font = [&](const ImWchar* characters) -> ImFont* {
      if (file.data() == nullptr) return nullptr;
      ImFont* font = atlas.AddFontFromMemoryTTF(file.data(), static_cast<int>(file.size()), size, &config, characters);
      // Of a file that is not its own the atlas would make a copy of 19 MB for each font: it is told that the file is
      // its own, and before it could free it, that it is not.
      atlas.ConfigData.back().FontDataOwnedByAtlas = false;
      return font;
    };
    face.font = add_font(ascii);
    if (face.font != nullptr) {
      face.halo = add_font(blank);
      face.halo_px = std::max(1, static_cast<int>(std::lround(scale)));
      face.glyphs = std::make_unique<GlyphFace>(is_bold(i) ? m_bold : m_regular, size);
    } else {
      ImFontConfig plain;
      plain.SizePixels = std::round(line_px[i] * scale * 0.8F);
      face.font = face.halo = atlas.AddFontDefault(&plain);
    }
    m_fonts[i] = face.font;
  }
  const int room = atlas.AddCustomRectRegular(atlas_width_px - 8, m_room_px);
  atlas.Build();
  const ImFontAtlasCustomRect& rect = *atlas.GetCustomRectByIndex(room);
  m_room_x = rect.X, m_room_y = rect.Y, m_room_width = rect.Width, m_room_height = rect.Height;
  m_pen_x = m_pen_y = m_row_height = 0;
  // Characters are added one by one: those that are there must not move in memory, the fall-back is known by its
  // address.
  for (const Face& face : m_faces) {
    for (ImFont* font : {face.font, face.halo}) {
      const ImWchar fallback = font->FallbackChar;
      font->Glyphs.reserve(0x10000);
      font->FallbackGlyph = font->FindGlyphNoFallback(fallback);
    }
  }
  ImGui::GetIO().FontDefault = m_fonts[static_cast<int>(TextSize::body)];
  m_advances = std::make_shared<const GlyphAdvances>(m_regular, m_bold, scale);
  return true;
}

bool Fonts::place(int width, int height, int& x, int& y) {
  if (m_pen_x + width > m_room_width) {
    m_pen_x = 0;
    m_pen_y += m_row_height;
    m_row_height = 0;
  }
  if (width > m_room_width || m_pen_y + height > m_room_height) return false;
  x = m_room_x + m_pen_x;
  y = m_room_y + m_pen_y;
  m_pen_x += width;
  m_row_height = std::max(m_row_height, height);
  return true;
}

void Fonts::add(Face& face, bool to_halo, char32_t character) {
  const FT_GlyphSlot glyph = face.glyphs->load(character, true);
  if (glyph == nullptr) {
    face.absent.insert(character);
    return;
  }
  const FT_Bitmap& bitmap = glyph->bitmap;
  const int width = static_cast<int>(bitmap.width), height = static_cast<int>(bitmap.rows);
  const auto at = [&](int x, int y) {
    return x < 0 || y < 0 || x >= width || y >= height ? std::uint8_t{0} : bitmap.buffer[y * bitmap.pitch + x];
  };
  ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
  const auto add_to = [&](ImFont& font, int wider) {
    const int w = width > 0 ? width + 2 * wider : 0, h = height > 0 ? height + 2 * wider : 0;
    int x = 0, y = 0;
    if (!place(w + 1, h + 1, x, y)) return false;  // a pixel apart from the neighbours
    std::vector<std::uint8_t> rgba(static_cast<std::size_t>(w) * static_cast<std::size_t>(h) * 4, 255);
    for (int row = 0; row < h; ++row) {
      for (int column = 0; column < w; ++column) {
        std::uint8_t most = 0;  // of the character's coverage as far as it is made wider
        for (int dy = -wider; dy <= wider; ++dy) {
          for (int dx = -wider; dx <= wider; ++dx) most = std::max(most, at(column - wider + dx, row - wider + dy));
        }
        rgba[(static_cast<std::size_t>(row) * static_cast<std::size_t>(w) + static_cast<std::size_t>(column)) * 4 + 3] =
            most;
      }
    }
    if (!rgba.empty()) {
      glBindTexture(GL_TEXTURE_2D, static_cast<unsigned>(reinterpret_cast<std::intptr_t>(atlas.TexID)));
      glPixelStorei(GL_UNPACK_ROW_LENGTH, 0);
      glTexSubImage2D(GL_TEXTURE_2D, 0, x, y, w, h, GL_RGBA, GL_UNSIGNED_BYTE, rgba.data());
    }
    const float offset_y = font.ConfigData->GlyphOffset.y + std::round(font.Ascent);
    const auto left = static_cast<float>(glyph->bitmap_left - wider);
    const auto top = static_cast<float>(-glyph->bitmap_top - wider) + offset_y;
    const auto u = [&](int px) { return static_cast<float>(px) * atlas.TexUvScale.x; };
    const auto v = [&](int px) { return static_cast<float>(px) * atlas.TexUvScale.y; };
    font.AddGlyph(nullptr, static_cast<ImWchar>(character), left, top, left + static_cast<float>(w),
                  top + static_cast<float>(h), u(x), v(y), u(x + w), v(y + h), GlyphFace::advance_px(glyph));
    // What ImFont::BuildLookupTable() does for all of them.
    font.GrowIndex(static_cast<int>(character) + 1);
    font.IndexAdvanceX[static_cast<int>(character)] = font.Glyphs.back().AdvanceX;
    font.IndexLookup[static_cast<int>(character)] = static_cast<ImWchar>(font.Glyphs.Size - 1);
    font.DirtyLookupTables = false;
    return true;
  };
  m_full = m_full || !(to_halo ? add_to(*face.halo, face.halo_px) : add_to(*face.font, 0));
}

void Fonts::need(const ImFont* font, std::string_view text) {
  // Most texts are ASCII, and nothing is to be done.
  std::size_t at = 0;
  while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) ++at;
  const bool is_halo = std::any_of(m_faces.begin(), m_faces.end(), [font](const Face& f) { return f.halo == font; });
  if (at == text.size() && !is_halo) return;
  const auto face =
      std::find_if(m_faces.begin(), m_faces.end(), [font](const Face& f) { return f.font == font || f.halo == font; });
  if (face == m_faces.end() || !face->glyphs) return;
  if (is_halo) at = 0;
  while (at < text.size()) {
    const char32_t c = base::next_code_point(text, at);
    if (c < 0x20 || c > 0xFFFF || m_full) continue;  // the atlas has 16-bit characters
    if (font->FindGlyphNoFallback(static_cast<ImWchar>(c)) != nullptr || face->absent.contains(c)) continue;
    add(*face, is_halo, c);
  }
}

void Fonts::need(std::string_view text) {
  for (const Face& face : m_faces) need(face.font, text);
}

void need_glyphs(std::string_view text) {
  if (Fonts* fonts = Fonts::of_window(); fonts != nullptr) fonts->need(ImGui::GetFont(), text);
}

const char* with_glyphs(const std::string& text) {
  need_glyphs(text);
  return text.c_str();
}

ImFont* Fonts::nearest(float em_px) const {
  return *std::min_element(std::begin(m_fonts), std::end(m_fonts), [wanted = line_of_em(em_px)](ImFont* a, ImFont* b) {
    return std::abs(a->FontSize - wanted) < std::abs(b->FontSize - wanted);
  });
}

ImFont* Fonts::halo_of(const ImFont* font) const {
  const auto face = std::find_if(m_faces.begin(), m_faces.end(), [font](const Face& f) { return f.font == font; });
  return face != m_faces.end() ? face->halo : nullptr;
}

}  // namespace zaitu::ui
