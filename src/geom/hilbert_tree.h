// Packed Hilbert R-tree: built once over envelopes, then only read (any thread). Node size 16. Boxes are kept as floats
// about an origin, rounded outwards, 21 bytes a row: a query may find rows whose envelope misses the box by that
// rounding (a millimetre in a city), never fewer; exact tests follow where it matters.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/plain_vector.h"
#include "geom/geometry.h"

namespace zaitu::geom {

struct FloatBox {
  float min_x, min_y, max_x, max_y;
  bool intersects(const FloatBox& o) const {
    return min_x <= o.max_x && o.min_x <= max_x && min_y <= o.max_y && o.min_y <= max_y;
  }
  bool contains(const FloatBox& o) const {
    return min_x <= o.min_x && o.max_x <= max_x && min_y <= o.min_y && o.max_y <= max_y;
  }
  bool empty() const { return !(min_x <= max_x && min_y <= max_y); }
};
// The box about the origin, rounded outwards; an empty one for an empty box or one with coordinates that are not
// finite.
FloatBox float_box(const Envelope& box, Coord origin);

class HilbertTree {
 public:
  HilbertTree() = default;
  explicit HilbertTree(std::span<const Envelope> boxes);  // empty boxes are never found
  // The same of boxes about an origin, by row; the work is shared by this many threads.
  HilbertTree(std::span<const FloatBox> boxes, Coord origin, unsigned threads);

  // Rows whose envelope meets `box`, in ascending row order.
  std::vector<std::uint32_t> query(const Envelope& box) const;
  // visit(row), in the order of slots.
  template <class Visit>
  void query(const Envelope& box, Visit&& visit) const {
    query_slots(box, [&](std::size_t slot) { visit(m_rows[slot]); });
  }
  // visit(slot), ascending. Slots are the places of the rows along the Hilbert curve, 0..slots()-1: what belongs to a
  // row may be kept by slot, near what is near on the ground.
  template <class Visit>
  void query_slots(const Envelope& box, Visit&& visit) const;

  std::size_t size() const { return m_count; }           // rows with a box
  std::size_t slots() const { return m_leaves.size(); }  // at least size()
  std::uint32_t row(std::size_t slot) const { return m_rows[slot]; }
  const FloatBox& box(std::size_t slot) const { return m_leaves[slot]; }  // about the origin
  Coord origin() const { return m_origin; }
  // Contains the envelope that the row was given.
  Envelope envelope(std::size_t slot) const;
  // Slots beyond these came by add() and are looked through one by one.
  std::size_t packed() const { return m_packed; }

  // Changes, for a copy of a tree that is otherwise kept: the slot of a row that has this box (slots() when there is
  // none), another box for it (an empty one: never found any more), a row more.
  std::size_t slot_of(std::uint32_t row, const FloatBox& box) const;
  void set(std::size_t slot, const FloatBox& box);
  void add(std::uint32_t row, const FloatBox& box);
  // Rows get other numbers: `row_now(row)` for each slot.
  template <class RowNow>
  void renumber(RowNow&& row_now) {
    for (std::size_t slot = 0; slot < m_rows.size(); ++slot) m_rows[slot] = row_now(m_rows[slot]);
  }

  // What the tree is made of, for whoever writes it down or reads it back (store/parcel_cache.h).
  template <class Self, class Visitor>
  static void each_member(Self& tree, Visitor& visitor) {
    visitor.value(tree.m_origin);
    visitor.number(tree.m_count);
    visitor.number(tree.m_packed);
    visitor.array(tree.m_leaves);
    visitor.array(tree.m_rows);
    std::size_t levels = tree.m_levels.size();
    visitor.number(levels);
    if constexpr (!std::is_const_v<Self>) tree.m_levels.resize(std::min(levels, most_levels));
    for (auto& level : tree.m_levels) visitor.array(level);
  }
  // Every slot's row is one of `rows`, and every node has its children.
  bool is_sound(std::size_t rows) const;

 private:
  static constexpr std::size_t node_size = 16;
  static constexpr std::size_t most_levels = 8;  // 16^8 slots

  void build(std::span<const FloatBox> boxes, unsigned threads);
  template <class Boxes>
  static FloatBox around(const Boxes& boxes, std::size_t from, std::size_t end);
  template <class Visit>
  void visit_node(std::size_t level, std::size_t index, const FloatBox& box, Visit& visit) const;

  Coord m_origin;
  std::size_t m_count = 0, m_packed = 0;
  base::PlainVector<FloatBox> m_leaves;     // by slot
  base::PlainVector<std::uint32_t> m_rows;  // by slot
  // Level 0 lies above the leaves; node i of a level covers the children [16 i, 16 i + 16) below. The last has one
  // node.
  std::vector<base::PlainVector<FloatBox>> m_levels;
};

template <class Visit>
void HilbertTree::query_slots(const Envelope& box, Visit&& visit) const {
  if (box.empty()) return;
  const FloatBox wanted = float_box(box, m_origin);
  if (wanted.empty()) return;
  if (!m_levels.empty()) visit_node(m_levels.size() - 1, 0, wanted, visit);
  for (std::size_t slot = m_packed; slot < m_leaves.size(); ++slot) {
    if (m_leaves[slot].intersects(wanted)) visit(slot);
  }
}

template <class Visit>
void HilbertTree::visit_node(std::size_t level, std::size_t index, const FloatBox& box, Visit& visit) const {
  const FloatBox& node = m_levels[level][index];
  if (!node.intersects(box)) return;
  const std::size_t first = index * node_size;
  if (level > 0) {
    const std::size_t end = std::min(first + node_size, m_levels[level - 1].size());
    for (std::size_t child = first; child < end; ++child) visit_node(level - 1, child, box, visit);
    return;
  }
  const std::size_t end = std::min(first + node_size, m_packed);
  for (std::size_t slot = first; slot < end; ++slot) {
    if (m_leaves[slot].intersects(box)) visit(slot);
  }
}

}  // namespace zaitu::geom
