// Column storage for tables that may have a million rows: text in one block, repeated text as dictionary codes, numbers
// that nobody filled in as nothing at all. A table's columns are shared between snapshots until one changes them.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace zaitu::model {

// NaN, the unknown number, is the same as NaN; -0 is not 0.
template <class T>
bool same_value(const T& a, const T& b) {
  if constexpr (std::is_same_v<T, double>) {
    return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
  } else {
    return a == b;
  }
}

// One value a row. As long as all values are the same only their number is stored.
template <class T>
class ValueColumn {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  std::size_t size() const { return m_size; }
  const T& operator[](std::size_t row) const { return m_values.empty() ? m_same : m_values[row]; }
  std::span<const T> values() const { return m_values; }  // by row; none while all are the same
  void reserve(std::size_t rows) { m_expected = rows; }
  void push_back(const T& value) {
    if (m_values.empty() && !is_same(value)) spread();
    if (!m_values.empty()) m_values.push_back(value);
    ++m_size;
  }
  void set(std::size_t row, const T& value) {
    if (m_values.empty() && m_size > 0) spread();
    m_values[row] = value;
  }
  void append(const ValueColumn& other, std::size_t from, std::size_t to) {
    if (from == to) return;
    if (other.m_values.empty()) {
      if (m_values.empty() && !is_same(other.m_same)) spread();
      if (!m_values.empty()) m_values.insert(m_values.end(), to - from, other.m_same);
    } else {
      if (m_values.empty()) spread();
      m_values.insert(m_values.end(), other.m_values.begin() + static_cast<std::ptrdiff_t>(from),
                      other.m_values.begin() + static_cast<std::ptrdiff_t>(to));
    }
    m_size += to - from;
  }

 private:
  bool is_same(const T& value) {
    if (m_size == 0) m_same = value;
    return same_value(value, m_same);
  }
  void spread() {
    m_values.reserve(std::max(m_expected, m_size + 1));
    m_values.assign(m_size, m_same);
  }

  T m_same{};
  std::size_t m_size = 0, m_expected = 0;
  std::vector<T> m_values;
};

// All texts of a column end to end; 4 bytes of overhead a row, none while all texts are empty.
class TextColumn {
 public:
  std::size_t size() const { return m_size; }
  std::string_view operator[](std::size_t row) const {
    if (m_ends.empty()) return {};
    const std::size_t from = row == 0 ? 0 : m_ends[row - 1];
    return std::string_view(m_bytes).substr(from, m_ends[row] - from);
  }
  void reserve(std::size_t rows, std::size_t bytes) {
    m_expected = rows;
    m_bytes.reserve(bytes);
  }
  void push_back(std::string_view text) {
    if (m_ends.empty() && !text.empty()) spread();
    m_bytes.append(text);
    ++m_size;
    if (!m_bytes.empty()) m_ends.push_back(static_cast<std::uint32_t>(m_bytes.size()));
  }
  void append(const TextColumn& other, std::size_t from, std::size_t to);
  std::size_t bytes() const { return m_bytes.size(); }

 private:
  void spread();

  std::string m_bytes;
  std::size_t m_size = 0, m_expected = 0;
  std::vector<std::uint32_t> m_ends;  // none while m_bytes is empty
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
  std::span<const std::uint32_t> codes() const { return m_codes; }
  const std::vector<std::string>& words() const { return m_words; }
  void reserve(std::size_t rows) { m_codes.reserve(rows); }
  void push_back(std::string_view text) { m_codes.push_back(code_of(text)); }
  void append(const DictionaryColumn& other, std::size_t from, std::size_t to);

 private:
  std::uint32_t code_of(std::string_view text);

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  std::vector<std::uint32_t> m_codes;
  std::vector<std::string> m_words;
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> m_codes_by_word;
};

// A column (or geometry column) as a table holds it: copies of the table share it, edit() gives a copy of its own to
// the table that changes it. Whoever edits must be the only one who knows this table.
template <class C>
class Held {
 public:
  Held() : m_column(std::make_shared<C>()) {}
  explicit Held(C&& column) : m_column(std::make_shared<C>(std::move(column))) {}
  const C& operator*() const { return *m_column; }
  const C* operator->() const { return m_column.get(); }
  operator const C&() const { return *m_column; }
  decltype(auto) operator[](std::size_t row) const { return (*std::as_const(m_column))[row]; }
  std::size_t size() const { return m_column->size(); }
  C& edit() {
    if (m_column.use_count() != 1) m_column = std::make_shared<C>(*m_column);
    return *m_column;
  }
  bool is_shared_with(const Held& other) const { return m_column == other.m_column; }

 private:
  std::shared_ptr<C> m_column;
};

}  // namespace zaitu::model
