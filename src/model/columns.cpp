#include "model/columns.h"

#include <algorithm>
#include <stdexcept>

#include "base/message.h"

namespace zaitu::model {

void TextColumn::spread() {
  m_ends.reserve(std::max(m_expected, m_size + 1));
  m_ends.append(m_size, 0);
}

void TextColumn::fail_full() { throw std::length_error(base::say("the texts of one column take more than 4 GiB")); }

void TextColumn::append(const TextColumn& other, std::size_t from, std::size_t to) {
  if (from == to) return;
  const std::size_t first = from == 0 || other.m_ends.empty() ? 0 : other.m_ends[from - 1];
  const std::size_t end = other.m_ends.empty() ? 0 : other.m_ends[to - 1];
  const std::size_t base = m_bytes.size();
  if (end - first > most_bytes - base) fail_full();
  if (m_ends.empty() && end > first) spread();
  m_bytes.append(other.m_bytes.data() + first, end - first);
  m_size += to - from;
  if (m_bytes.empty()) return;
  std::uint32_t* const ends = m_ends.extend(to - from);
  for (std::size_t row = from; row < to; ++row) {
    ends[row - from] = static_cast<std::uint32_t>(base + (other.m_ends.empty() ? 0 : other.m_ends[row] - first));
  }
}

bool TextColumn::is_sound() const {
  if (m_bytes.empty() || m_ends.empty()) return m_bytes.empty() && m_ends.empty();
  return m_ends.size() == m_size && m_ends.back() == m_bytes.size() && std::is_sorted(m_ends.begin(), m_ends.end());
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
  m_codes.reserve(m_codes.size() + to - from);
  for (std::size_t row = from; row < to; ++row) {
    std::uint32_t& code = mine[other.m_codes[row]];
    if (code == not_yet) code = code_of(other.m_words[other.m_codes[row]]);
    m_codes.push_back(code);
  }
}

bool DictionaryColumn::make_sound() {
  m_codes_by_word.clear();
  for (std::size_t code = 0; code < m_words.size(); ++code) {
    m_codes_by_word.emplace(m_words[code], static_cast<std::uint32_t>(code));
  }
  if (m_words.empty() || !m_words[0].empty() || m_codes_by_word.size() != m_words.size()) return false;
  return std::all_of(m_codes.begin(), m_codes.end(), [&](std::uint32_t code) { return code < m_words.size(); });
}

}  // namespace zaitu::model
