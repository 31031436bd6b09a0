#include "model/cell_values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/format.h"
#include "base/utf8.h"

namespace zaitu::model {

namespace {

struct AreaUnit {
  std::string_view word;
  double to_m2;
};
// Longer words first: "万㎡" before "㎡".
constexpr std::array<AreaUnit, 24> area_units{{{"万平方米", base::m2_per_wan},
                                               {"万平米", base::m2_per_wan},
                                               {"万㎡", base::m2_per_wan},
                                               {"万m²", base::m2_per_wan},
                                               {"万m2", base::m2_per_wan},
                                               {"平方公里", 1e6},
                                               {"平方千米", 1e6},
                                               {"km²", 1e6},
                                               {"km2", 1e6},
                                               {"万亩", base::m2_per_mu * 1e4},
                                               {"公顷", base::m2_per_hectare},
                                               {"hm²", base::m2_per_hectare},
                                               {"hm2", base::m2_per_hectare},
                                               {"ha", base::m2_per_hectare},
                                               {"亩", base::m2_per_mu},
                                               {"平方米", 1},
                                               {"平米", 1},
                                               {"平方", 1},
                                               {"㎡", 1},
                                               {"m²", 1},
                                               {"m2", 1},
                                               {"sqm", 1},
                                               {"万方", base::m2_per_wan},
                                               {"万", base::m2_per_wan}}};

bool digit(char c) { return c >= '0' && c <= '9'; }

// Plain or with thousands separators in their right places; nothing else.
std::optional<double> parse_plain(std::string_view text) {
  std::string digits;
  std::size_t at = 0;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) {
    if (text[at] == '-') digits += '-';
    ++at;
  }
  const std::size_t start = at;
  bool separated = false;
  std::size_t group = 0;
  while (at < text.size() && (digit(text[at]) || text[at] == ',')) {
    if (text[at] == ',') {
      if (group == 0 || group > 3 || (separated && group != 3)) return std::nullopt;
      separated = true;
      group = 0;
    } else {
      digits += text[at];
      ++group;
    }
    ++at;
  }
  if (at == start || (separated && group != 3)) return std::nullopt;
  digits += text.substr(at);
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::string without_spaces(std::string_view text) {
  std::string out = base::half_width(text);
  std::string tight;
  for (std::size_t at = 0; at < out.size();) {
    const char32_t c = base::next_code_point(out, at);
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != 0xA0 && c != 0xFEFF) base::append_utf8(tight, c);
  }
  return tight;
}

}  // namespace

std::optional<ParsedNumber> parse_number(std::string_view raw, bool area) {
  const std::string text = base::ascii_lower(without_spaces(raw));
  if (const auto plain = parse_plain(text)) return ParsedNumber{*plain, ""};
  for (const AreaUnit& unit : area_units) {
    if (!text.ends_with(unit.word) || (!area && unit.word != "万")) continue;
    const auto plain = parse_plain(std::string_view(text).substr(0, text.size() - unit.word.size()));
    if (!plain) return std::nullopt;
    return ParsedNumber{*plain * unit.to_m2, std::string(unit.word)};
  }
  return std::nullopt;
}

namespace {

// The position and unit of "(公顷)", "[亩]", "_万㎡", "/ha" or a bare unit at the end of a normalised title.
std::optional<std::pair<std::size_t, const AreaUnit*>> find_unit(std::string_view title) {
  for (const AreaUnit& unit : area_units) {
    for (const auto& [before, after] : {std::pair{"(", ")"}, {"[", "]"}, {"_", ""}, {"/", ""}, {"(单位:", ")"}}) {
      const std::string wanted = std::string(before) + std::string(unit.word) + after;
      if (title.ends_with(wanted) && title.size() > wanted.size())
        return std::pair{title.size() - wanted.size(), &unit};
    }
    const bool bare = static_cast<unsigned char>(unit.word[0]) >= 0x80 && unit.word != "平方" && unit.word != "万";
    if (bare && title.ends_with(unit.word) && title.size() > unit.word.size()) {
      return std::pair{title.size() - unit.word.size(), &unit};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<TitleUnit> unit_of_title(std::string_view title) {
  const std::string text = base::ascii_lower(without_spaces(title));
  const auto found = find_unit(text);
  if (!found) return std::nullopt;
  return TitleUnit{std::string(found->second->word), found->second->to_m2};
}

std::string title_key(std::string_view title) {
  std::string text = base::ascii_lower(without_spaces(title));
  if (const auto found = find_unit(text)) text.resize(found->first);
  std::erase(text, '*');  // marks a column that must be filled
  return text;
}

std::optional<base::Date> parse_date(std::string_view raw) {
  if (const auto date = base::Date::parse(raw)) return date;  // as most are written
  std::string text = without_spaces(raw);
  for (const std::string_view word : {"年", "月", "/", "."}) {
    for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos;) text.replace(at, word.size(), "-");
  }
  if (const std::size_t at = text.find("日"); at != std::string::npos) text.resize(at);
  if (const std::size_t at = text.find('T'); at != std::string::npos) text.resize(at);
  if (const std::size_t at = text.find(':'); at != std::string::npos) {
    // "2023-6-30" and a time that lost its space: the date cannot be told from the hours.
    const std::string spaced = base::half_width(base::trim(raw));
    const std::size_t space = spaced.find(' ');
    return space == std::string::npos ? std::nullopt : parse_date(std::string_view(spaced).substr(0, space));
  }
  if (text.size() == 8 && std::all_of(text.begin(), text.end(), digit)) {
    text = text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 2);
  }
  int parts[3] = {0, 0, 0};
  std::size_t at = 0;
  for (int i = 0; i < 3; ++i) {
    const std::size_t from = at;
    while (at < text.size() && digit(text[at])) ++at;
    const std::size_t length = at - from;
    if (length == 0 || length > 4 || (i == 0 && length != 4) || (i > 0 && length > 2)) return std::nullopt;
    std::from_chars(text.data() + from, text.data() + at, parts[i]);
    if (i < 2 && (at >= text.size() || text[at++] != '-')) return std::nullopt;
  }
  if (at != text.size()) return std::nullopt;
  return base::Date::from_ymd(parts[0], parts[1], parts[2]);
}

std::optional<bool> parse_flag(std::string_view raw) {
  const std::string text = match_key(raw);
  for (const std::string_view word : {"1", "true", "yes", "y", "t", "是", "√", "有", "1.0"}) {
    if (text == word) return true;
  }
  for (const std::string_view word : {"0", "false", "no", "n", "f", "否", "无", "0.0"}) {
    if (text == word) return false;
  }
  return std::nullopt;
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  std::string item;
  const auto end_item = [&] {
    const std::string_view trimmed = base::trim(item);
    if (!trimmed.empty()) items.emplace_back(trimmed);
    item.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = base::next_code_point(text, at);
    if (c == ';' || c == 0xFF1B || c == 0x3001 || c == '\n' || c == '\r') {
      end_item();
    } else {
      base::append_utf8(item, c);
    }
  }
  end_item();
  return items;
}

std::string match_key(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7F'; });
  return base::ascii_lower(plain ? std::string(text) : without_spaces(text));
}

}  // namespace zaitu::model
