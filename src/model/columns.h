// Column storage for tables that may have a million rows: text in one block, repeated text as dictionary codes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace zaitu::model {

// All texts of a column end to end; 4 bytes of overhead a row.
class TextColumn {
 public:
  std::size_t size() const { return m_ends.size(); }
  std::string_view operator[](std::size_t row) const {
    const std::size_t from = row == 0 ? 0 : m_ends[row - 1];
    return std::string_view(m_bytes).substr(from, m_ends[row] - from);
  }
  void push_back(std::string_view text) {
    m_bytes.append(text);
    m_ends.push_back(static_cast<std::uint32_t>(m_bytes.size()));
  }

 private:
  std::string m_bytes;
  std::vector<std::uint32_t> m_ends;
};

// A column of few distinct texts (land use, ownership): a code per row and the dictionary. Code 0 is the empty text.
class DictionaryColumn {
 public:
  DictionaryColumn() {
    m_words.emplace_back();
    m_codes_by_word.emplace("", 0);
  }
  std::size_t size() const { return m_codes.size(); }
  const std::string& operator[](std::size_t row) const { return m_words[m_codes[row]]; }
  std::uint32_t code(std::size_t row) const { return m_codes[row]; }
  const std::vector<std::string>& words() const { return m_words; }
  void push_back(std::string_view text) {
    const auto [place, inserted] =
        m_codes_by_word.try_emplace(std::string(text), static_cast<std::uint32_t>(m_words.size()));
    if (inserted) m_words.emplace_back(text);
    m_codes.push_back(place->second);
  }

 private:
  std::vector<std::uint32_t> m_codes;
  std::vector<std::string> m_words;
  std::unordered_map<std::string, std::uint32_t> m_codes_by_word;
};

}  // namespace zaitu::model
