#include "model/parcel_code.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"

namespace zaitu::model {

namespace {

constexpr std::array<std::string_view, 5> parting_words{"单元", "街坊", "地块", "宗地", "号"};

bool is_code_digit(char c) { return c >= '0' && c <= '9'; }
bool is_code_letter(char c) { return c >= 'A' && c <= 'Z'; }

bool is_dash(char32_t c) {
  return c == '-' || c == '_' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0x2500 || c == 0x30FC ||
         c == 0xFE63 || c == 0xFF0D;
}

bool is_blank(char32_t c) {
  return c <= ' ' || c == 0xA0 || c == 0x3000 || c == 0xFEFF || (c >= 0x2000 && c <= 0x200D) || c == 0x202F;
}

char normal_ascii(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return c == 'O' ? '0' : c;
}

// At most one dash between two segments, none at the ends.
void put_dash(std::string& to) {
  if (!to.empty() && to.back() != '-') to += '-';
}

// The codes of the two national standards: 12 digits, two letters, 5 digits, then the fixture.
bool is_national(std::string_view code, std::size_t size) {
  if (code.size() != size) return false;
  for (std::size_t i = 0; i < size; ++i) {
    const bool letter = i == 12 || i == 13 || i == 19;
    // 宅基地使用权 has the letter C, no right has an O: nothing is lost by O = 0.
    if (letter ? !is_code_letter(code[i]) : !is_code_digit(code[i])) return false;
  }
  return true;
}

}  // namespace

std::string normal_parcel_code(std::string_view text) {
  std::string normal;
  normal.reserve(text.size());
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return static_cast<signed char>(c) > 0; });
  if (ascii) {
    for (const char c : text) {
      if (c <= ' ' || c == '\x7F') continue;
      if (c == '-' || c == '_') {
        put_dash(normal);
      } else {
        normal += normal_ascii(c);
      }
    }
  } else {
    const std::string half = base::half_width(text);
    for (std::size_t at = 0; at < half.size();) {
      const auto word = std::find_if(parting_words.begin(), parting_words.end(), [&](std::string_view candidate) {
        return std::string_view(half).substr(at).starts_with(candidate);
      });
      if (word != parting_words.end()) {
        put_dash(normal);
        at += word->size();
        continue;
      }
      const char32_t c = base::next_code_point(half, at);
      if (is_blank(c)) continue;
      if (is_dash(c)) {
        put_dash(normal);
      } else if (c < 0x80) {
        normal += normal_ascii(static_cast<char>(c));
      } else {
        base::append_utf8(normal, c);
      }
    }
  }
  if (normal.ends_with('-')) normal.pop_back();
  return normal;
}

std::string_view name_of(ParcelCodeScheme scheme) {
  switch (scheme) {
    case ParcelCodeScheme::cadastral_19:
      return "宗地代码";
    case ParcelCodeScheme::real_estate_28:
      return "不动产单元代码";
    case ParcelCodeScheme::control_plan:
      return "控规地块";
    case ParcelCodeScheme::transfer:
      return "出让地块";
    case ParcelCodeScheme::block_parcel:
      return "权籍地块";
    case ParcelCodeScheme::other:
      break;
  }
  return "其他";
}

ParcelCodeParts split_parcel_code(std::string_view normal) {
  const auto national = [&](std::initializer_list<std::size_t> widths, ParcelCodeScheme scheme) {
    ParcelCodeParts parts{scheme, {}};
    std::size_t at = 0;
    parts.segments.reserve(widths.size());
    for (const std::size_t width : widths) {
      parts.segments.emplace_back(normal.substr(at, width));
      at += width;
    }
    return parts;
  };
  if (is_national(normal, 28)) return national({6, 3, 3, 2, 5, 1, 8}, ParcelCodeScheme::real_estate_28);
  if (is_national(normal, 19)) return national({6, 3, 3, 2, 5}, ParcelCodeScheme::cadastral_19);
  ParcelCodeParts parts;
  for (std::string_view rest = normal; !rest.empty();) {
    const std::size_t end = std::min(rest.find('-'), rest.size());
    parts.segments.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  const auto plain = [](const std::string& text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_code_digit(c) || is_code_letter(c); });
  };
  const auto has_digit = [](const std::string& text) { return std::any_of(text.begin(), text.end(), is_code_digit); };
  const std::size_t count = parts.segments.size();
  if (count < 2 || !has_digit(parts.segments.back())) return parts;
  const bool all_plain = std::all_of(parts.segments.begin(), parts.segments.end(), plain);
  if (all_plain && count >= 3 && is_code_letter(parts.segments[0][0])) {
    parts.scheme = ParcelCodeScheme::control_plan;
  } else if (count == 2 && !plain(parts.segments[0]) && plain(parts.segments[1])) {
    // 浦江镇124街坊P1宗地 has the number of its block before the word that parts.
    parts.scheme =
        is_code_digit(parts.segments[0].back()) ? ParcelCodeScheme::block_parcel : ParcelCodeScheme::transfer;
  }
  return parts;
}

std::optional<std::string> parcel_of_real_estate_unit(std::string_view normal) {
  if (!is_national(normal, 28)) return std::nullopt;
  return std::string(normal.substr(0, 19));
}

}  // namespace zaitu::model
