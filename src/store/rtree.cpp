#include "store/rtree.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <numeric>

#include "base/error.h"
#include "base/message.h"
#include "store/trust.h"

namespace zaitu::store {

namespace {

// "The content of a node": a 16-bit depth (of use in the root only), a 16-bit number of entries, the entries. All
// big-endian; an entry is a 64-bit id (of a row in a leaf, of a node above) and its coordinates in 32 bits.
constexpr std::size_t node_head_bytes = 4;
constexpr std::size_t entry_bytes = 8 + 4 * 4;

float rounded_down(double value) {
  const auto f = static_cast<float>(value);
  if (static_cast<double>(f) <= value) return f;
  return static_cast<float>(value * (value < 0 ? 1 + 0x1p-23 : 1 - 0x1p-23));
}

float rounded_up(double value) {
  const auto f = static_cast<float>(value);
  if (static_cast<double>(f) >= value) return f;
  return static_cast<float>(value * (value < 0 ? 1 - 0x1p-23 : 1 + 0x1p-23));
}

// Place on a Hilbert curve through a grid of 65536 x 65536.
std::uint32_t hilbert(std::uint32_t x, std::uint32_t y) {
  std::uint32_t place = 0;
  for (std::uint32_t side = 1U << 15; side > 0; side >>= 1) {
    const std::uint32_t right = (x & side) != 0 ? 1 : 0;
    const std::uint32_t upper = (y & side) != 0 ? 1 : 0;
    place += side * side * ((3 * right) ^ upper);
    if (upper == 0) {
      if (right == 1) {
        x = 65535 - x;
        y = 65535 - y;
      }
      std::swap(x, y);
    }
  }
  return place;
}

class NodeBlob {
 public:
  explicit NodeBlob(std::size_t bytes) : m_bytes(bytes, 0) {}

  void begin() {
    std::fill(m_bytes.begin(), m_bytes.end(), std::uint8_t{0});
    m_count = 0;
  }
  void add(std::int64_t id, const RtreeEntry& box) {
    std::size_t at = node_head_bytes + entry_bytes * m_count++;
    put(at, static_cast<std::uint64_t>(id), 8);
    for (const float f : {box.min_x, box.max_x, box.min_y, box.max_y}) put(at, std::bit_cast<std::uint32_t>(f), 4);
  }
  const geom::Bytes& finished(std::size_t depth) {
    std::size_t at = 0;
    put(at, depth, 2);
    put(at, m_count, 2);
    return m_bytes;
  }

 private:
  void put(std::size_t& at, std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i) m_bytes[at++] = static_cast<std::uint8_t>(value >> (8 * (bytes - 1 - i)));
  }
  geom::Bytes m_bytes;
  std::size_t m_count = 0;
};

void expand(RtreeEntry& box, const RtreeEntry& other) {
  box.min_x = std::min(box.min_x, other.min_x);
  box.max_x = std::max(box.max_x, other.max_x);
  box.min_y = std::min(box.min_y, other.min_y);
  box.max_y = std::max(box.max_y, other.max_y);
}

// Runs as even as can be: item i of `count` goes to group i * groups / count.
std::size_t group_end(std::size_t group, std::size_t groups, std::size_t count) {
  return ((group + 1) * count + groups - 1) / groups;
}

std::vector<std::uint32_t> in_hilbert_order(const std::vector<RtreeEntry>& entries) {
  RtreeEntry all = entries.front();
  for (const RtreeEntry& entry : entries) expand(all, entry);
  const auto cell = [](float low, float high, float from, float to) {
    const double width = double{to} - from;
    const double place = width > 0 ? ((double{low} + high) / 2 - from) / width : 0;
    return static_cast<std::uint32_t>(std::clamp(place * 65535, 0.0, 65535.0));
  };
  std::vector<std::uint32_t> keys;
  keys.reserve(entries.size());
  for (const RtreeEntry& entry : entries) {
    keys.push_back(hilbert(cell(entry.min_x, entry.max_x, all.min_x, all.max_x),
                           cell(entry.min_y, entry.max_y, all.min_y, all.max_y)));
  }
  std::vector<std::uint32_t> order(entries.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return keys[a] != keys[b] ? keys[a] < keys[b] : entries[a].id < entries[b].id;
  });
  return order;
}

// `entries` by ascending id.
void write_packed(const Connection& connection, const std::string& name, const std::vector<RtreeEntry>& entries,
                  base::Progress& progress) {
  const auto node_bytes = static_cast<std::size_t>(
      connection.integer(fmt::format("SELECT length(data) FROM \"{}_node\" WHERE nodeno = 1", name)));
  if (node_bytes < node_head_bytes + 8 * entry_bytes) {
    throw base::Error(base::ExitCode::project_unusable,
                      base::say("{}: damaged (spatial index {}); open a backup of it", connection.file(), name));
  }
  // Room for edits: a full node is split by the next box that comes.
  const std::size_t capacity = std::max<std::size_t>((node_bytes - node_head_bytes) / entry_bytes * 7 / 8, 4);
  for (const char* part : {"node", "rowid", "parent"}) {
    connection.execute(fmt::format("DELETE FROM \"{}_{}\"", name, part));
  }
  Statement node(connection, fmt::format("INSERT INTO \"{}_node\" (nodeno, data) VALUES (?, ?)", name));
  Statement parent(connection, fmt::format("INSERT INTO \"{}_parent\" (nodeno, parentnode) VALUES (?, ?)", name));
  Statement rowid(connection, fmt::format("INSERT INTO \"{}_rowid\" (rowid, nodeno) VALUES (?, ?)", name));

  std::vector<std::size_t> level_sizes;  // nodes of each level, leaves first
  for (std::size_t count = entries.size();;) {
    const std::size_t nodes = std::max<std::size_t>((count + capacity - 1) / capacity, 1);
    level_sizes.push_back(nodes);
    if (nodes == 1) break;
    count = nodes;
  }
  const std::size_t depth = level_sizes.size() - 1;

  std::vector<std::uint32_t> order = in_hilbert_order(entries);
  std::vector<std::uint32_t> leaf_of(entries.size());
  std::vector<RtreeEntry> below, level;  // boxes of the nodes of a level, with their numbers as ids
  NodeBlob blob(node_bytes);
  std::int64_t next_number = 2;  // the root is number 1
  for (std::size_t height = 0; height <= depth; ++height) {
    const std::size_t nodes = level_sizes[height];
    const std::size_t count = height == 0 ? entries.size() : below.size();
    level.clear();
    std::size_t at = 0;
    for (std::size_t n = 0; n < nodes; ++n) {
      if (n % 256 == 0) {
        progress.throw_if_stopped();
        if (height == 0 && n > 0) progress.report(at, 2 * entries.size());
      }
      const std::int64_t number = height == depth ? 1 : next_number++;
      RtreeEntry box;
      blob.begin();
      const std::size_t end = group_end(n, nodes, count);
      for (std::size_t first = at; at < end; ++at) {
        const RtreeEntry& child = height == 0 ? entries[order[at]] : below[at];
        blob.add(child.id, child);
        if (height == 0) leaf_of[order[at]] = static_cast<std::uint32_t>(number);
        if (at == first) box = child;
        expand(box, child);
        if (height > 0) {
          parent.bind(0, child.id);
          parent.bind(1, number);
          parent.run();
        }
      }
      box.id = number;
      level.push_back(box);
      node.bind(0, number);
      node.bind(1, blob.finished(height == depth ? depth : 0));
      node.run();
    }
    below.swap(level);
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (i % 4096 == 0) {
      progress.throw_if_stopped();
      if (i > 0) progress.report(entries.size() + i, 2 * entries.size());
    }
    rowid.bind(0, entries[i].id);
    rowid.bind(1, std::int64_t{leaf_of[i]});
    rowid.run();
  }
}

}  // namespace

RtreeEntry::RtreeEntry(std::int64_t row, const geom::Envelope& box)
    : id(row),
      min_x(rounded_down(box.min_x)),
      max_x(rounded_up(box.max_x)),
      min_y(rounded_down(box.min_y)),
      max_y(rounded_up(box.max_y)) {}

void add_to_rtree(const Connection& connection, const std::string& name, std::vector<RtreeEntry> entries,
                  base::Progress& progress) {
  if (entries.empty()) return;
  const auto present =
      static_cast<std::size_t>(connection.integer(fmt::format("SELECT count(*) FROM \"{}_rowid\"", name)));
  constexpr std::size_t cheaper_anew = 16;  // times as many rows are packed while one is inserted
  if (entries.size() < present / cheaper_anew) {
    Statement insert(connection,
                     fmt::format("INSERT INTO \"{}\" (pkid, xmin, xmax, ymin, ymax) VALUES (?, ?, ?, ?, ?)", name));
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (i % 256 == 0) progress.throw_if_stopped();
      const RtreeEntry& entry = entries[i];
      insert.bind(0, entry.id);
      int column = 1;
      for (const float f : {entry.min_x, entry.max_x, entry.min_y, entry.max_y}) insert.bind(column++, double{f});
      insert.run();
    }
    return;
  }
  if (present > 0) {
    entries.reserve(entries.size() + present);
    Statement all(connection, fmt::format("SELECT pkid, xmin, xmax, ymin, ymax FROM \"{}\"", name));
    while (all.step()) {
      if (entries.size() % 4096 == 0) progress.throw_if_stopped();
      RtreeEntry entry;
      entry.id = all.integer(0);
      entry.min_x = static_cast<float>(all.real(1));
      entry.max_x = static_cast<float>(all.real(2));
      entry.min_y = static_cast<float>(all.real(3));
      entry.max_y = static_cast<float>(all.real(4));
      entries.push_back(entry);
    }
    std::sort(entries.begin(), entries.end(), [](const RtreeEntry& a, const RtreeEntry& b) { return a.id < b.id; });
  }
  const ShadowTables open(connection);
  write_packed(connection, name, entries, progress);
}

}  // namespace zaitu::store
