// The words of the screen: texts by key from data/strings/<language>.json. Read once per language, then only read.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/format.h"

namespace zaitu::base {

using Texts = std::unordered_map<std::string, std::string>;

// A flat JSON object of texts. Throws Error(input_unreadable) naming the file when it is missing or something else.
Texts read_texts(const std::filesystem::path& file);

class Translation {
 public:
  Translation() = default;
  // Throws what read_texts throws.
  static Translation load(Language language);

  Language language() const { return m_language; }
  // The text of a key; the key itself when there is none, so that a gap is seen and not hidden.
  const std::string& operator()(std::string_view key) const;
  // The text with {name} replaced.
  std::string operator()(std::string_view key,
                         std::initializer_list<std::pair<std::string_view, std::string>> values) const;
  const Texts& texts() const { return m_texts; }

 private:
  Language m_language = Language::zh;
  Texts m_texts;
  mutable Texts m_missing;  // keys asked for in vain, as their own text
};

}  // namespace zaitu::base
