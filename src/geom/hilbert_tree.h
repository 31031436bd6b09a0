// Packed Hilbert R-tree: built once over envelopes, then only read (any thread). Node size 16.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "geom/geometry.h"

namespace zaitu::geom {

class HilbertTree {
 public:
  HilbertTree() = default;
  explicit HilbertTree(std::span<const Envelope> boxes);  // empty boxes are never found
  // Rows whose envelope meets `box`, in ascending row order.
  std::vector<std::uint32_t> query(const Envelope& box) const;
  void query(const Envelope& box, const std::function<void(std::uint32_t row)>& visit) const;  // any order
  std::size_t size() const { return m_count; }

 private:
  std::size_t m_count = 0;
  std::vector<Envelope> m_boxes;          // leaves in Hilbert order, then the levels above, root last
  std::vector<std::uint32_t> m_rows;      // row of each leaf
  std::vector<std::size_t> m_level_ends;  // end of each level in m_boxes
};

}  // namespace zaitu::geom
