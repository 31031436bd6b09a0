#include "geom/hilbert_tree.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace zaitu::geom {

namespace {

constexpr std::size_t node_size = 16;
constexpr int bits = 16;  // of each axis: 32-bit Hilbert values

// Position on the Hilbert curve of a cell of the 2^16 x 2^16 grid (the state machine of Skilling's and Hamilton's
// descriptions for two dimensions): per state and quadrant (2 * x bit + y bit), the digit and the next state.
std::uint32_t hilbert_value(std::uint32_t x, std::uint32_t y) {
  constexpr std::array<std::array<std::uint8_t, 4>, 4> digit{{{0, 1, 3, 2}, {0, 3, 1, 2}, {2, 3, 1, 0}, {2, 1, 3, 0}}};
  constexpr std::array<std::array<std::uint8_t, 4>, 4> next{{{1, 0, 3, 0}, {0, 2, 1, 1}, {2, 1, 2, 3}, {3, 3, 0, 2}}};
  std::uint32_t value = 0;
  std::uint8_t state = 0;
  for (int bit = bits - 1; bit >= 0; --bit) {
    const std::uint32_t quadrant = 2 * ((x >> bit) & 1U) + ((y >> bit) & 1U);
    value = value << 2 | digit[state][quadrant];
    state = next[state][quadrant];
  }
  return value;
}

struct Leaf {
  std::uint32_t value;
  std::uint32_t row;
};

// Radix sort by value, 11 bits at a time; stable, so equal values keep the order of rows.
void sort_by_value(std::vector<Leaf>& leaves) {
  constexpr std::size_t digits = std::size_t{1} << 11;
  std::vector<Leaf> other(leaves.size());
  for (int shift = 0; shift < 32; shift += 11) {
    std::array<std::size_t, digits> starts{};
    for (const Leaf& leaf : leaves) ++starts[(leaf.value >> shift) & (digits - 1)];
    std::size_t sum = 0;
    for (std::size_t& start : starts) sum += std::exchange(start, sum);
    for (const Leaf& leaf : leaves) other[starts[(leaf.value >> shift) & (digits - 1)]++] = leaf;
    leaves.swap(other);
  }
}

bool usable(const Envelope& box) {
  return !box.empty() && std::isfinite(box.min_x) && std::isfinite(box.min_y) && std::isfinite(box.max_x) &&
         std::isfinite(box.max_y);
}

}  // namespace

HilbertTree::HilbertTree(std::span<const Envelope> boxes) {
  Envelope all;
  std::vector<Leaf> leaves;
  leaves.reserve(boxes.size());
  for (std::size_t row = 0; row < boxes.size(); ++row) {
    if (!usable(boxes[row])) continue;
    all.expand(boxes[row]);
    leaves.push_back({0, static_cast<std::uint32_t>(row)});
  }
  m_count = leaves.size();
  if (m_count == 0) return;

  const double cells = (1 << bits) - 1;
  // Halves first: the width of two far boxes may be infinite.
  const double width = all.max_x / 2 - all.min_x / 2;
  const double height = all.max_y / 2 - all.min_y / 2;
  const auto cell = [&](double low, double high, double from, double extent) {
    const double at = extent > 0 ? ((low / 2 - from / 2) + (high / 2 - from / 2)) / 2 / extent : 0;
    return static_cast<std::uint32_t>(std::clamp(at, 0.0, 1.0) * cells);
  };
  for (Leaf& leaf : leaves) {
    const Envelope& box = boxes[leaf.row];
    leaf.value =
        hilbert_value(cell(box.min_x, box.max_x, all.min_x, width), cell(box.min_y, box.max_y, all.min_y, height));
  }
  sort_by_value(leaves);

  m_boxes.reserve(m_count + m_count / (node_size - 1) + 16);
  m_rows.reserve(m_count);
  for (const Leaf& leaf : leaves) {
    m_boxes.push_back(boxes[leaf.row]);
    m_rows.push_back(leaf.row);
  }
  m_level_ends.push_back(m_boxes.size());
  std::size_t from = 0;
  while (m_level_ends.back() - from > 1) {
    const std::size_t end = m_level_ends.back();
    for (std::size_t child = from; child < end; child += node_size) {
      Envelope node;
      for (std::size_t i = child; i < std::min(child + node_size, end); ++i) {
        const Envelope& box = m_boxes[i];
        node.min_x = std::min(node.min_x, box.min_x);
        node.min_y = std::min(node.min_y, box.min_y);
        node.max_x = std::max(node.max_x, box.max_x);
        node.max_y = std::max(node.max_y, box.max_y);
      }
      m_boxes.push_back(node);
    }
    from = end;
    m_level_ends.push_back(m_boxes.size());
  }
}

void HilbertTree::query(const Envelope& box, const std::function<void(std::uint32_t row)>& visit) const {
  if (m_count == 0 || box.empty() || !m_boxes.back().intersects(box)) return;
  // Node i of level k covers the children [16 i, 16 i + 16) of level k - 1. A node wholly inside the box gives all its
  // leaves without further tests.
  struct Node {
    std::size_t index;  // within its level
    std::size_t level;
  };
  std::array<Node, (node_size - 1) * 9 + 1> stack;  // 16^8 leaves fill 32-bit rows: at most 9 levels
  std::size_t depth = 0;
  stack[depth++] = {0, m_level_ends.size() - 1};
  while (depth > 0) {
    const Node node = stack[--depth];
    const std::size_t start = node.level == 0 ? 0 : m_level_ends[node.level - 1];
    if (node.level == 0) {
      visit(m_rows[node.index]);
      continue;
    }
    if (box.contains(m_boxes[start + node.index])) {
      std::size_t first = node.index;
      std::size_t last = node.index + 1;
      for (std::size_t level = node.level; level > 0; --level) {
        first *= node_size;
        last *= node_size;
      }
      for (std::size_t leaf = first; leaf < std::min(last, m_count); ++leaf) visit(m_rows[leaf]);
      continue;
    }
    const std::size_t children_start = node.level == 1 ? 0 : m_level_ends[node.level - 2];
    const std::size_t children_end = m_level_ends[node.level - 1] - children_start;
    const std::size_t first = node.index * node_size;
    for (std::size_t child = first; child < std::min(first + node_size, children_end); ++child) {
      if (!m_boxes[children_start + child].intersects(box)) continue;
      if (node.level == 1) {
        visit(m_rows[child]);
      } else {
        stack[depth++] = {child, node.level - 1};
      }
    }
  }
}

std::vector<std::uint32_t> HilbertTree::query(const Envelope& box) const {
  std::vector<std::uint32_t> rows;
  query(box, [&](std::uint32_t row) { rows.push_back(row); });
  std::sort(rows.begin(), rows.end());
  return rows;
}

}  // namespace zaitu::geom
