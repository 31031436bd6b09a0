#include "geom/hilbert_tree.h"

#include <cmath>
#include <limits>

#include "base/parallel.h"

namespace zaitu::geom {

namespace {

constexpr int bits = 16;  // of each axis: 32-bit Hilbert values
constexpr FloatBox nothing{std::numeric_limits<float>::infinity(), std::numeric_limits<float>::infinity(),
                           -std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()};

float rounded_down(double v) {
  const auto f = static_cast<float>(v);
  return static_cast<double>(f) > v ? std::nextafter(f, -std::numeric_limits<float>::infinity()) : f;
}
float rounded_up(double v) { return -rounded_down(-v); }

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

void expand(FloatBox& box, const FloatBox& other) {
  box.min_x = std::min(box.min_x, other.min_x);
  box.min_y = std::min(box.min_y, other.min_y);
  box.max_x = std::max(box.max_x, other.max_x);
  box.max_y = std::max(box.max_y, other.max_y);
}

// Threads that pay for this many boxes.
unsigned threads_for(std::size_t count) { return count < 100000 ? 1 : base::processors(); }

}  // namespace

FloatBox float_box(const Envelope& box, Coord origin) {
  if (!usable(box)) return nothing;
  return {rounded_down(box.min_x - origin.x), rounded_down(box.min_y - origin.y), rounded_up(box.max_x - origin.x),
          rounded_up(box.max_y - origin.y)};
}

HilbertTree::HilbertTree(std::span<const Envelope> boxes) {
  for (const Envelope& box : boxes) {
    if (!usable(box)) continue;
    m_origin = box.centre();
    break;
  }
  if (!std::isfinite(m_origin.x) || !std::isfinite(m_origin.y)) m_origin = {};
  std::vector<FloatBox> floats(boxes.size());
  const unsigned threads = threads_for(boxes.size());
  base::for_stretches(boxes.size(), threads, [&](unsigned, std::size_t from, std::size_t to) {
    for (std::size_t row = from; row < to; ++row) floats[row] = float_box(boxes[row], m_origin);
  });
  build(floats, threads);
}

HilbertTree::HilbertTree(std::span<const FloatBox> boxes, Coord origin, unsigned threads) : m_origin(origin) {
  build(boxes, threads);
}

void HilbertTree::build(std::span<const FloatBox> boxes, unsigned threads) {
  FloatBox all = nothing;
  std::vector<Leaf> leaves;
  leaves.reserve(boxes.size());
  for (std::size_t row = 0; row < boxes.size(); ++row) {
    if (boxes[row].empty()) continue;
    expand(all, boxes[row]);
    leaves.push_back({0, static_cast<std::uint32_t>(row)});
  }
  m_count = m_packed = leaves.size();
  if (m_count == 0) return;

  // Halves first, and nothing beyond what floats hold: the width of two far boxes may be infinite.
  const auto half = [](float v) {
    constexpr float most = std::numeric_limits<float>::max();
    return static_cast<double>(std::clamp(v, -most, most)) / 2;
  };
  const double cells = (1 << bits) - 1;
  const auto cell = [&](float low, float high, float from, float to) {
    const double extent = half(to) - half(from);
    const double at = extent > 0 ? ((half(low) - half(from)) + (half(high) - half(from))) / 2 / extent : 0;
    return static_cast<std::uint32_t>(std::clamp(at, 0.0, 1.0) * cells);
  };
  base::for_stretches(m_count, threads, [&](unsigned, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      const FloatBox& box = boxes[leaves[i].row];
      leaves[i].value = hilbert_value(cell(box.min_x, box.max_x, all.min_x, all.max_x),
                                      cell(box.min_y, box.max_y, all.min_y, all.max_y));
    }
  });
  sort_by_value(leaves);

  m_leaves.reserve(m_count);
  m_rows.reserve(m_count);
  FloatBox* const slot_boxes = m_leaves.extend(m_count);
  std::uint32_t* const rows = m_rows.extend(m_count);
  base::for_stretches(m_count, threads, [&](unsigned, std::size_t from, std::size_t to) {
    for (std::size_t slot = from; slot < to; ++slot) {
      slot_boxes[slot] = boxes[leaves[slot].row];
      rows[slot] = leaves[slot].row;
    }
  });
  std::size_t below = m_count;
  do {
    base::PlainVector<FloatBox> level((below + node_size - 1) / node_size, nothing);
    const base::PlainVector<FloatBox>& children = m_levels.empty() ? m_leaves : m_levels.back();
    for (std::size_t node = 0; node < level.size(); ++node) {
      level[node] = around(children, node * node_size, std::min((node + 1) * node_size, below));
    }
    below = level.size();
    m_levels.push_back(std::move(level));
  } while (below > 1);
}

template <class Boxes>
FloatBox HilbertTree::around(const Boxes& boxes, std::size_t from, std::size_t end) {
  FloatBox node = nothing;
  for (std::size_t i = from; i < end; ++i) expand(node, boxes[i]);
  return node;
}

std::vector<std::uint32_t> HilbertTree::query(const Envelope& box) const {
  std::vector<std::uint32_t> rows;
  query(box, [&](std::uint32_t row) { rows.push_back(row); });
  std::sort(rows.begin(), rows.end());
  return rows;
}

Envelope HilbertTree::envelope(std::size_t slot) const {
  const FloatBox& box = m_leaves[slot];
  if (box.empty()) return {};
  // The offset from the origin was rounded before it became a float, and the sum is rounded again.
  const auto wide = [](double origin, float offset) {
    const double at = static_cast<double>(offset);
    return (std::abs(origin) + std::abs(at)) * std::numeric_limits<double>::epsilon();
  };
  const double min_x = static_cast<double>(box.min_x), min_y = static_cast<double>(box.min_y);
  const double max_x = static_cast<double>(box.max_x), max_y = static_cast<double>(box.max_y);
  return {m_origin.x + min_x - wide(m_origin.x, box.min_x), m_origin.y + min_y - wide(m_origin.y, box.min_y),
          m_origin.x + max_x + wide(m_origin.x, box.max_x), m_origin.y + max_y + wide(m_origin.y, box.max_y)};
}

bool HilbertTree::is_sound(std::size_t rows) const {
  if (m_packed > m_leaves.size() || m_rows.size() != m_leaves.size() || m_count > m_leaves.size()) return false;
  std::size_t below = m_packed;
  for (const auto& level : m_levels) {
    if (below <= 1 && &level != &m_levels.front()) return false;  // the root has nothing above it
    if (level.size() != (below + node_size - 1) / node_size || level.empty()) return false;
    below = level.size();
  }
  if (m_packed > 0 && (m_levels.empty() || below != 1)) return false;
  return std::all_of(m_rows.begin(), m_rows.end(), [rows](std::uint32_t row) { return row < rows; });
}

std::size_t HilbertTree::slot_of(std::uint32_t row, const FloatBox& box) const {
  std::size_t found = m_leaves.size();
  const auto look = [&](std::size_t slot) {
    if (m_rows[slot] == row) found = slot;
  };
  if (box.empty()) return found;
  if (!m_levels.empty()) visit_node(m_levels.size() - 1, 0, box, look);
  for (std::size_t slot = m_packed; slot < m_leaves.size(); ++slot) look(slot);
  return found;
}

void HilbertTree::set(std::size_t slot, const FloatBox& box) {
  if (!m_leaves[slot].empty()) --m_count;
  if (!box.empty()) ++m_count;
  m_leaves[slot] = box.empty() ? nothing : box;
  if (slot >= m_packed) return;
  std::size_t node = slot / node_size;
  m_levels[0][node] = around(m_leaves, node * node_size, std::min((node + 1) * node_size, m_packed));
  for (std::size_t level = 1; level < m_levels.size(); ++level) {
    node /= node_size;
    const base::PlainVector<FloatBox>& children = m_levels[level - 1];
    m_levels[level][node] = around(children, node * node_size, std::min((node + 1) * node_size, children.size()));
  }
}

void HilbertTree::add(std::uint32_t row, const FloatBox& box) {
  if (box.empty()) return;
  m_leaves.push_back(box);
  m_rows.push_back(row);
  ++m_count;
}

}  // namespace zaitu::geom
