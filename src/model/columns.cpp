#include "model/columns.h"

#include <algorithm>

namespace zaitu::model {

void TextColumn::spread() {
  m_ends.reserve(std::max(m_expected, m_size + 1));
  m_ends.assign(m_size, 0);
}

void TextColumn::append(const TextColumn& other, std::size_t from, std::size_t to) {
  if (from == to) return;
  const std::size_t first = from == 0 || other.m_ends.empty() ? 0 : other.m_ends[from - 1];
  const std::size_t end = other.m_ends.empty() ? 0 : other.m_ends[to - 1];
  if (m_ends.empty() && end > first) spread();
  const std::size_t base = m_bytes.size();
  m_bytes.append(other.m_bytes, first, end - first);
  m_size += to - from;
  if (m_bytes.empty()) return;
  if (other.m_ends.empty()) {
    m_ends.resize(m_size, static_cast<std::uint32_t>(base));
    return;
  }
  for (std::size_t row = from; row < to; ++row) {
    m_ends.push_back(static_cast<std::uint32_t>(base + other.m_ends[row] - first));
  }
}

std::uint32_t DictionaryColumn::code_of(std::string_view text) {
  // Neighbours are often alike.
  if (!m_codes.empty() && m_words[m_codes.back()] == text) return m_codes.back();
  if (const auto known = m_codes_by_word.find(text); known != m_codes_by_word.end()) return known->second;
  const auto code = static_cast<std::uint32_t>(m_words.size());
  m_words.emplace_back(text);
  m_codes_by_word.emplace(text, code);
  return code;
}

void DictionaryColumn::append(const DictionaryColumn& other, std::size_t from, std::size_t to) {
  constexpr std::uint32_t not_yet = UINT32_MAX;
  std::vector<std::uint32_t> mine(other.m_words.size(), not_yet);
  m_codes.reserve(std::max(m_codes.capacity(), m_codes.size() + to - from));
  for (std::size_t row = from; row < to; ++row) {
    std::uint32_t& code = mine[other.m_codes[row]];
    if (code == not_yet) code = code_of(other.m_words[other.m_codes[row]]);
    m_codes.push_back(code);
  }
}

}  // namespace zaitu::model
