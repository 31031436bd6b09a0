#include "planning/share_lists.h"

namespace zaitu::planning {

std::uint32_t ShareLists::add_list(std::span<const Share> shares) {
  if (shares.empty()) return 0;
  m_shares.insert(m_shares.end(), shares.begin(), shares.end());
  m_starts.push_back(static_cast<std::uint32_t>(m_shares.size()));
  return static_cast<std::uint32_t>(m_starts.size() - 2);
}

void ShareLists::push_back(std::span<const Share> shares) { m_codes.edit().push_back(add_list(shares)); }

void ShareLists::set(std::size_t row, std::span<const Share> shares) { m_codes.edit()[row] = add_list(shares); }

void ShareLists::reorder(std::span<const std::int64_t> rows) {
  std::vector<std::uint32_t> codes(rows.size(), 0);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (rows[row] >= 0) codes[row] = m_codes[static_cast<std::size_t>(rows[row])];
  }
  m_codes.edit() = std::move(codes);
}

}  // namespace zaitu::planning
