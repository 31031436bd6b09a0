// An array of plain values that grows, for columns of a million rows and more: new elements are not zeroed before they
// are written, and from a megabyte on the memory is pages of its own, which move instead of being copied when the array
// grows, are large where the system has large ones, and go back to the system at once. One thread writes; any number
// may read what is no longer written.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <type_traits>
#include <utility>

namespace zaitu::base {

// Memory of `bytes` (> 0) in place of `block`, which has `old_bytes` (nullptr: none) and of which the first `kept`
// bytes stay. Throws std::bad_alloc.
void* change_block(void* block, std::size_t old_bytes, std::size_t bytes, std::size_t kept);
void free_block(void* block, std::size_t bytes) noexcept;
// The system provides the memory of a block's [data, data + bytes) at once, not page by page as it is written.
void provide(void* data, std::size_t bytes) noexcept;

template <class T>
class PlainVector {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);

 public:
  PlainVector() = default;
  PlainVector(std::size_t count, const T& value) { append(count, value); }
  PlainVector(const PlainVector& other) {  // takes no more than it needs
    reserve(other.size());
    provide(m_data, other.size() * sizeof(T));
    append(other.begin(), other.size());
  }
  PlainVector(PlainVector&& other) noexcept { swap(other); }
  PlainVector& operator=(const PlainVector& other) {
    if (this != &other) PlainVector(other).swap(*this);
    return *this;
  }
  PlainVector& operator=(PlainVector&& other) noexcept {
    PlainVector(std::move(other)).swap(*this);
    return *this;
  }
  ~PlainVector() {
    if (m_data != nullptr) free_block(m_data, m_capacity * sizeof(T));
  }

  std::size_t size() const { return m_size; }
  std::size_t capacity() const { return m_capacity; }
  bool empty() const { return m_size == 0; }
  T* data() { return m_data; }
  const T* data() const { return m_data; }
  const T* begin() const { return m_data; }
  const T* end() const { return m_data + m_size; }
  T& operator[](std::size_t i) { return m_data[i]; }
  const T& operator[](std::size_t i) const { return m_data[i]; }
  T& back() { return m_data[m_size - 1]; }
  const T& back() const { return m_data[m_size - 1]; }

  void reserve(std::size_t count) {
    if (count > m_capacity) set_capacity(count);
  }
  void push_back(T value) {  // by value: it may stand in this array
    if (m_size == m_capacity) grow(1);
    m_data[m_size++] = value;
  }
  // `count` more elements, to be written by the caller.
  T* extend(std::size_t count) {
    if (count > m_capacity - m_size) grow(count);
    T* const first = m_data + m_size;
    m_size += count;
    return first;
  }
  void append(const T* first, std::size_t count) {  // not of this array
    if (count > 0) std::memcpy(static_cast<void*>(extend(count)), first, count * sizeof(T));
  }
  void append(std::size_t count, T value) {
    T* const first = extend(count);
    for (std::size_t i = 0; i < count; ++i) first[i] = value;
  }
  void clear() { m_size = 0; }  // keeps the memory
  void shrink_to_fit() {
    if (m_size == 0) {
      PlainVector().swap(*this);
    } else if (m_size < m_capacity) {
      set_capacity(m_size);
    }
  }

 private:
  void swap(PlainVector& other) noexcept {
    std::swap(m_data, other.m_data);
    std::swap(m_size, other.m_size);
    std::swap(m_capacity, other.m_capacity);
  }
  void grow(std::size_t more) {
    const std::size_t least = m_size + more, half_more = m_capacity + m_capacity / 2;
    set_capacity(least > half_more ? least : half_more);
  }
  void set_capacity(std::size_t count) {
    m_data = static_cast<T*>(change_block(m_data, m_capacity * sizeof(T), count * sizeof(T), m_size * sizeof(T)));
    m_capacity = count;
  }

  T* m_data = nullptr;
  std::size_t m_size = 0, m_capacity = 0;
};

}  // namespace zaitu::base
