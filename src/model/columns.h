// Column storage for tables that may have a million rows: text in one block, repeated text as dictionary codes, numbers
// that nobody filled in as nothing at all. A table's columns are shared between snapshots until one changes them.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/date.h"
#include "base/plain_vector.h"

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

// How a value lies in memory.
template <class T>
struct Stored {
  using Type = T;
  static T pack(const T& value) { return value; }
  static T unpack(T stored) { return stored; }
};
template <>
struct Stored<std::optional<base::Date>> {  // in half the bytes
  using Type = std::int32_t;
  static constexpr Type none = std::numeric_limits<Type>::min();
  static Type pack(std::optional<base::Date> date) { return date ? date->days() : none; }
  static std::optional<base::Date> unpack(Type days) {
    return days == none ? std::nullopt : std::optional(base::Date::from_days(days));
  }
};

// One value a row. As long as all values are the same only their number is stored.
template <class T>
class ValueColumn {
  using Cell = typename Stored<T>::Type;
  static_assert(std::is_trivially_copyable_v<Cell>);

 public:
  std::size_t size() const { return m_size; }
  T operator[](std::size_t row) const { return Stored<T>::unpack(m_values.empty() ? m_same : m_values[row]); }
  // By row, as stored; none while all are the same.
  std::span<const Cell> values() const { return {m_values.data(), m_values.size()}; }
  void reserve(std::size_t rows) { m_expected = rows; }
  void clear() {  // keeps the memory, as in the other columns
    m_values.clear();
    m_size = 0;
  }
  void push_back(const T& value) {
    const Cell cell = Stored<T>::pack(value);
    if (m_values.empty() && !is_same(cell)) spread();
    if (!m_values.empty()) m_values.push_back(cell);
    ++m_size;
  }
  void set(std::size_t row, const T& value) {
    if (m_values.empty() && m_size > 0) spread();
    m_values[row] = Stored<T>::pack(value);
  }
  void append(const ValueColumn& other, std::size_t from, std::size_t to) {
    if (from == to) return;
    if (other.m_values.empty()) {
      if (m_values.empty() && !is_same(other.m_same)) spread();
      if (!m_values.empty()) m_values.append(to - from, other.m_same);
    } else {
      if (m_values.empty()) spread();
      m_values.append(other.m_values.data() + from, to - from);
    }
    m_size += to - from;
  }

  // What the column is made of, for whoever writes it down or reads it back (store/parcel_cache.h).
  template <class Self, class Visitor>
  static void each_member(Self& column, Visitor& visitor) {
    visitor.number(column.m_size);
    visitor.value(column.m_same);
    visitor.array(column.m_values);
  }
  bool is_sound() const { return m_values.empty() || m_values.size() == m_size; }

 private:
  bool is_same(const Cell& value) {
    if (m_size == 0) m_same = value;
    return same_value(value, m_same);
  }
  void spread() {
    m_values.reserve(std::max(m_expected, m_size + 1));
    m_values.append(m_size, m_same);
  }

  Cell m_same{};
  std::size_t m_size = 0, m_expected = 0;
  base::PlainVector<Cell> m_values;
};

// Ascending row ids. As long as they follow each other without a gap only the first one is stored.
template <class Id>
class IdColumn {
 public:
  std::size_t size() const { return m_size; }
  Id operator[](std::size_t row) const {
    return m_values.empty() ? Id{m_first + static_cast<std::int64_t>(row)} : Id{m_values[row]};
  }
  void reserve(std::size_t rows) { m_expected = rows; }
  void clear() {
    m_values.clear();
    m_size = 0;
  }
  void push_back(Id id) {
    if (m_size == 0) m_first = id.value;
    if (m_values.empty() && id.value != m_first + static_cast<std::int64_t>(m_size)) spread();
    if (!m_values.empty()) m_values.push_back(id.value);
    ++m_size;
  }
  void append(const IdColumn& other, std::size_t from, std::size_t to) {
    if (from == to) return;
    if (other.m_values.empty() && m_values.empty()) {
      const std::int64_t id = other[from].value;
      if (m_size == 0) m_first = id;
      if (id == m_first + static_cast<std::int64_t>(m_size)) {
        m_size += to - from;
        return;
      }
    }
    for (std::size_t row = from; row < to; ++row) push_back(other[row]);
  }

  template <class Self, class Visitor>
  static void each_member(Self& column, Visitor& visitor) {
    visitor.number(column.m_size);
    visitor.value(column.m_first);
    visitor.array(column.m_values);
  }
  bool is_sound() const {
    return m_values.empty() || (m_values.size() == m_size && std::is_sorted(m_values.begin(), m_values.end()));
  }

 private:
  void spread() {
    m_values.reserve(std::max(m_expected, m_size + 1));
    std::int64_t* const values = m_values.extend(m_size);
    for (std::size_t row = 0; row < m_size; ++row) values[row] = m_first + static_cast<std::int64_t>(row);
  }

  std::int64_t m_first = 0;
  std::size_t m_size = 0, m_expected = 0;
  base::PlainVector<std::int64_t> m_values;
};

// All texts of a column end to end, 4 GiB at most; 4 bytes of overhead a row, none while all texts are empty.
class TextColumn {
 public:
  std::size_t size() const { return m_size; }
  std::string_view operator[](std::size_t row) const {
    if (m_ends.empty()) return {};
    const std::size_t from = row == 0 ? 0 : m_ends[row - 1];
    return {m_bytes.data() + from, m_ends[row] - from};
  }
  void reserve(std::size_t rows, std::size_t bytes) {
    m_expected = rows;
    m_bytes.reserve(bytes);
  }
  void clear() {
    m_bytes.clear();
    m_ends.clear();
    m_size = 0;
  }
  void push_back(std::string_view text) {
    if (!text.empty()) {
      if (text.size() > most_bytes - m_bytes.size()) fail_full();
      if (m_ends.empty()) spread();
      m_bytes.append(text.data(), text.size());
    }
    ++m_size;
    if (!m_bytes.empty()) m_ends.push_back(static_cast<std::uint32_t>(m_bytes.size()));
  }
  void append(const TextColumn& other, std::size_t from, std::size_t to);
  std::size_t bytes() const { return m_bytes.size(); }

  template <class Self, class Visitor>
  static void each_member(Self& column, Visitor& visitor) {
    visitor.number(column.m_size);
    visitor.array(column.m_bytes);
    visitor.array(column.m_ends);
  }
  bool is_sound() const;

 private:
  static constexpr std::size_t most_bytes = std::numeric_limits<std::uint32_t>::max();

  void spread();
  [[noreturn]] static void fail_full();

  base::PlainVector<char> m_bytes;
  std::size_t m_size = 0, m_expected = 0;
  base::PlainVector<std::uint32_t> m_ends;  // none while m_bytes is empty
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
  std::span<const std::uint32_t> codes() const { return {m_codes.data(), m_codes.size()}; }
  const std::vector<std::string>& words() const { return m_words; }
  void reserve(std::size_t rows) { m_codes.reserve(rows); }
  void clear() { m_codes.clear(); }  // the words stay
  void push_back(std::string_view text) { m_codes.push_back(code_of(text)); }
  void append(const DictionaryColumn& other, std::size_t from, std::size_t to);

  template <class Self, class Visitor>
  static void each_member(Self& column, Visitor& visitor) {
    visitor.array(column.m_codes);
    visitor.texts(column.m_words);
  }
  // Also makes the dictionary ready for more words after the members were read back.
  bool make_sound();

 private:
  std::uint32_t code_of(std::string_view text);

  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  base::PlainVector<std::uint32_t> m_codes;
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
