// A set of row ids that may hold a million of them: sorted in one allocation, which copies share until one of them is
// changed. Copies and comparisons of copies cost nothing; inserting is amortised (the ids are put in order when the set
// is next read or copied). One thread at a time for one object; its copies may be read on other threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <vector>

namespace zaitu::app {

class IdSet {
 public:
  using value_type = std::int64_t;
  using const_iterator = std::vector<std::int64_t>::const_iterator;
  using iterator = const_iterator;

  IdSet() = default;
  IdSet(std::initializer_list<std::int64_t> ids) : IdSet(ids.begin(), ids.end()) {}
  template <class Iterator>
  IdSet(Iterator begin, Iterator end) {
    insert(begin, end);
  }
  IdSet(const IdSet& other) : m_ids((other.put_in_order(), other.m_ids)) {}
  IdSet(IdSet&& other) noexcept = default;
  IdSet& operator=(const IdSet& other) {
    if (this == &other) return *this;
    other.put_in_order();
    m_ids = other.m_ids;
    m_in_order = true;
    return *this;
  }
  IdSet& operator=(IdSet&& other) noexcept = default;
  ~IdSet() = default;

  void insert(std::int64_t id);
  template <class Iterator>
  void insert(Iterator begin, Iterator end) {
    for (; begin != end; ++begin) insert(*begin);
  }
  std::size_t erase(std::int64_t id);  // how many: 0 or 1
  template <class Condition>
  void erase_if(Condition condition) {
    bool any = false;
    for (const std::int64_t id : *this) any = any || condition(id);
    if (any) std::erase_if(own(), condition);
  }
  void clear() { *this = IdSet(); }

  bool contains(std::int64_t id) const;
  std::size_t size() const { return ids().size(); }
  bool empty() const { return !m_ids || m_ids->empty(); }
  const_iterator begin() const { return ids().begin(); }
  const_iterator end() const { return ids().end(); }
  friend bool operator==(const IdSet& a, const IdSet& b) { return a.m_ids == b.m_ids || a.ids() == b.ids(); }

 private:
  void put_in_order() const;
  const std::vector<std::int64_t>& ids() const;
  std::vector<std::int64_t>& own();  // to be changed: no copy shares it

  mutable std::shared_ptr<std::vector<std::int64_t>> m_ids;  // null: empty
  mutable bool m_in_order = true;
};

}  // namespace zaitu::app
