#include "base/utf8.h"

namespace zaitu::base {

namespace {

constexpr char32_t replacement = 0xFFFD;

// Returns the code point, or `replacement` with length 1 for a broken sequence; never reads past the end.
char32_t decode(std::string_view text, std::size_t at, std::size_t& length, bool& valid) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  length = 1;
  valid = true;
  if (first < 0x80) return first;
  std::size_t extra = 0;
  char32_t value = 0;
  char32_t least = 0;
  if (first >= 0xC2 && first <= 0xDF) {
    extra = 1, value = first & 0x1Fu, least = 0x80;
  } else if (first >= 0xE0 && first <= 0xEF) {
    extra = 2, value = first & 0x0Fu, least = 0x800;
  } else if (first >= 0xF0 && first <= 0xF4) {
    extra = 3, value = first & 0x07u, least = 0x10000;
  } else {
    valid = false;
    return replacement;
  }
  for (std::size_t i = 1; i <= extra; ++i) {
    if (at + i >= text.size() || (byte(at + i) & 0xC0u) != 0x80u) {
      valid = false;
      return replacement;
    }
    value = (value << 6) | (byte(at + i) & 0x3Fu);
  }
  if (value < least || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
    valid = false;
    return replacement;
  }
  length = extra + 1;
  return value;
}

// Those of no width and the marks of direction, which copying from web pages leaves, are seen even less.
bool is_space(char32_t c) {
  return c == ' ' || (c >= 9 && c <= 13) || c == 0x3000 || c == 0xA0 || c == 0xFEFF || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x202A && c <= 0x202E) || c == 0x2060;
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = 0;
    bool valid = false;
    decode(text, at, length, valid);
    if (!valid) return false;
    at += length;
  }
  return true;
}

char32_t next_code_point(std::string_view text, std::size_t& position) {
  std::size_t length = 0;
  bool valid = false;
  const char32_t value = decode(text, position, length, valid);
  position += length;
  return value;
}

void append_utf8(std::string& text, char32_t c) {
  const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(static_cast<unsigned char>(byte))); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0u | (c >> 6)), put(0x80u | (c & 0x3Fu));
  } else if (c < 0x10000) {
    put(0xE0u | (c >> 12)), put(0x80u | ((c >> 6) & 0x3Fu)), put(0x80u | (c & 0x3Fu));
  } else {
    put(0xF0u | (c >> 18)), put(0x80u | ((c >> 12) & 0x3Fu)), put(0x80u | ((c >> 6) & 0x3Fu)), put(0x80u | (c & 0x3Fu));
  }
}

std::string_view trim(std::string_view text) {
  std::size_t start = 0;
  for (std::size_t at = 0; at < text.size() && is_space(next_code_point(text, at));) start = at;
  // From the end: long texts between are not looked at.
  std::size_t end = text.size();
  while (end > start) {
    std::size_t at = end - 1;
    while (at > start && end - at < 4 && (static_cast<unsigned char>(text[at]) & 0xC0u) == 0x80u) --at;
    std::size_t next = at;
    if (!is_space(next_code_point(text, next)) || next != end) break;
    end = at;
  }
  return text.substr(start, end - start);
}

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string half_width(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    char32_t c = next_code_point(text, at);
    if (c >= 0xFF01 && c <= 0xFF5E) c = c - 0xFF01 + 0x21;
    if (c == 0x3000) c = ' ';
    append_utf8(out, c);
  }
  return out;
}

}  // namespace zaitu::base
