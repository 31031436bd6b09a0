#include "app/id_set.h"

#include <algorithm>

namespace zaitu::app {

void IdSet::put_in_order() const {
  if (m_in_order || !m_ids) return;
  // Unshared since the first insert that broke the order, because copying puts in order.
  std::sort(m_ids->begin(), m_ids->end());
  m_ids->erase(std::unique(m_ids->begin(), m_ids->end()), m_ids->end());
  m_in_order = true;
}

const std::vector<std::int64_t>& IdSet::ids() const {
  static const std::vector<std::int64_t> none;
  put_in_order();
  return m_ids ? *m_ids : none;
}

std::vector<std::int64_t>& IdSet::own() {
  if (!m_ids) {
    m_ids = std::make_shared<std::vector<std::int64_t>>();
  } else if (m_ids.use_count() > 1) {
    m_ids = std::make_shared<std::vector<std::int64_t>>(*m_ids);
  }
  return *m_ids;
}

void IdSet::insert(std::int64_t id) {
  std::vector<std::int64_t>& all = own();
  if (m_in_order && !all.empty() && all.back() >= id) m_in_order = false;
  all.push_back(id);
}

std::size_t IdSet::erase(std::int64_t id) {
  if (!contains(id)) return 0;
  std::vector<std::int64_t>& all = own();
  all.erase(std::lower_bound(all.begin(), all.end(), id));
  return 1;
}

bool IdSet::contains(std::int64_t id) const {
  const std::vector<std::int64_t>& all = ids();
  return std::binary_search(all.begin(), all.end(), id);
}

}  // namespace zaitu::app
