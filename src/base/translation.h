// The words of the screen: texts by key from data/strings/<language>.json. Read once per language, then only read.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/format.h"

namespace zaitu::base {

class Translation {
 public:
  Translation() = default;
  // Throws Error(input_unreadable) naming the file when it is missing or not a flat JSON object of texts.
  static Translation load(Language language);

  Language language() const { return m_language; }
  // The text of a key; the key itself when there is none, so that a gap is seen and not hidden.
  const std::string& operator()(std::string_view key) const;
  // The text with {name} replaced.
  std::string operator()(std::string_view key,
                         std::initializer_list<std::pair<std::string_view, std::string>> values) const;
  const std::unordered_map<std::string, std::string>& texts() const { return m_texts; }

 private:
  Language m_language = Language::zh;
  std::unordered_map<std::string, std::string> m_texts;
  mutable std::unordered_map<std::string, std::string> m_missing;  // keys asked for in vain, as their own text
};

}  // namespace zaitu::base
