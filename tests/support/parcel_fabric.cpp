#include "support/parcel_fabric.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <random>
#include <thread>
#include <utility>

namespace zaitu::test {

namespace {

using geom::Coord;
using Outline = std::vector<Coord>;  // a ring without its first vertex repeated, counter-clockwise

constexpr double road_m = 14;
constexpr double spacing_m = 6.5;  // of vertices along a line
constexpr double parcels_per_block = 40;
constexpr double parcel_m2 = 430;
constexpr double clearance_m = 0.6;  // new lines keep away from old vertices by this

// The standard's distributions differ between libraries: only the generator's own numbers are used.
class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t stream) : m_engine(seed * 0x9E3779B97F4A7C15U + stream) {}
  double between(double low, double high) {
    return low + (high - low) * static_cast<double>(m_engine() >> 11U) * 0x1p-53;
  }
  bool chance(double probability) { return between(0, 1) < probability; }
  std::size_t below(std::size_t end) { return static_cast<std::size_t>(m_engine() % end); }

 private:
  std::mt19937_64 m_engine;
};

Coord on_grid(Coord c) { return {std::round(c.x * 1000) / 1000, std::round(c.y * 1000) / 1000}; }
double distance(Coord a, Coord b) { return std::hypot(b.x - a.x, b.y - a.y); }
double side_of(Coord a, Coord b, Coord c) { return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x); }

// Area of the outline from vertex `from` to vertex `to`, closed by a straight line.
double signed_area(const Outline& outline, std::size_t from, std::size_t to) {
  const Coord origin = outline[from];
  double sum = 0;
  for (std::size_t i = from; i < to; ++i) sum += side_of(origin, outline[i], outline[i + 1]);
  return sum / 2;
}
double signed_area(const Outline& outline) { return signed_area(outline, 0, outline.size() - 1); }

bool holds(const Outline& outline, Coord p) {
  bool inside = false;
  for (std::size_t i = 0, j = outline.size() - 1; i < outline.size(); j = i++) {
    const Coord a = outline[i], b = outline[j];
    if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}

double distance_to_edge(Coord p, Coord a, Coord b) {
  const double dx = b.x - a.x, dy = b.y - a.y, length2 = dx * dx + dy * dy;
  const double t = length2 > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length2, 0.0, 1.0) : 0;
  return distance(p, {a.x + t * dx, a.y + t * dy});
}
double distance_to_rim(Coord p, const Outline& outline) {
  double least = 1e300;
  for (std::size_t i = 0, j = outline.size() - 1; i < outline.size(); j = i++) {
    least = std::min(least, distance_to_edge(p, outline[j], outline[i]));
  }
  return least;
}

bool cross(Coord a, Coord b, Coord c, Coord d) {
  return side_of(a, b, c) * side_of(a, b, d) < 0 && side_of(c, d, a) * side_of(c, d, b) < 0;
}
bool is_simple(const Outline& outline) {
  const std::size_t n = outline.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = i + 2; j < n; ++j) {
      if (i == 0 && j == n - 1) continue;
      if (cross(outline[i], outline[i + 1], outline[j], outline[(j + 1) % n])) return false;
    }
  }
  return true;
}

// Vertices between a and b: a line like a surveyed boundary, sometimes with a jog.
Outline boundary(Coord a, Coord b, double jitter_m, double jog_m, Random& random) {
  const double length = distance(a, b);
  const auto pieces = static_cast<std::size_t>(std::max(1.0, std::round(length / spacing_m)));
  const Coord across{-(b.y - a.y) / length, (b.x - a.x) / length};
  std::size_t jog_from = pieces, jog_to = pieces;
  if (jog_m != 0 && pieces >= 4) {
    jog_from = 1 + random.below(pieces / 2);
    jog_to = jog_from + 1 + random.below(pieces / 2);
  }
  Outline line;
  for (std::size_t i = 1; i < pieces; ++i) {
    const double t = (static_cast<double>(i) + random.between(-0.15, 0.15)) / static_cast<double>(pieces);
    const double off = random.between(-jitter_m, jitter_m) + (i >= jog_from && i < jog_to ? jog_m : 0);
    line.push_back(on_grid({a.x + (b.x - a.x) * t + across.x * off, a.y + (b.y - a.y) * t + across.y * off}));
  }
  return line;
}

// May the line a, middle..., b run inside the outline, from its vertex `from` to its vertex `to`?
bool runs_inside(const Outline& outline, std::size_t from, std::size_t to, const Outline& middle) {
  for (const Coord c : middle) {
    if (!holds(outline, c) || distance_to_rim(c, outline) < clearance_m) return false;
  }
  const auto at = [&](std::size_t i) {
    if (i == 0) return outline[from];
    return i <= middle.size() ? middle[i - 1] : outline[to];
  };
  const std::size_t pieces = middle.size() + 1;
  const std::size_t n = outline.size();
  for (std::size_t piece = 0; piece < pieces; ++piece) {
    for (std::size_t i = 0; i < n; ++i) {
      if (cross(at(piece), at(piece + 1), outline[i], outline[(i + 1) % n])) return false;
      if (i != from && i != to && distance_to_edge(outline[i], at(piece), at(piece + 1)) < clearance_m) return false;
    }
  }
  return true;
}

// Two outlines that share the new line's vertices; nullopt where no line was found.
std::optional<std::pair<Outline, Outline>> cut(const Outline& outline, Random& random) {
  const std::size_t n = outline.size();
  if (n < 8) return std::nullopt;
  const double whole = signed_area(outline);
  double best = 1e300;
  std::size_t from = 0, to = 0;
  for (int attempt = 0; attempt < 24; ++attempt) {
    std::size_t i = random.below(n), j = (i + n / 4 + random.below(n / 2 + 1)) % n;
    if (i > j) std::swap(i, j);
    if (j - i < 3 || n - (j - i) < 3) continue;
    const double share = signed_area(outline, i, j) / whole;
    const double score = distance(outline[i], outline[j]) * (1 + 2 * std::abs(share - 0.5));
    const Coord middle{(outline[i].x + outline[j].x) / 2, (outline[i].y + outline[j].y) / 2};
    if (share < 0.25 || share > 0.75 || score >= best || !holds(outline, middle)) continue;
    best = score;
    from = i;
    to = j;
  }
  if (to == 0) return std::nullopt;
  for (int attempt = 0; attempt < 4; ++attempt) {
    const double jog_m = attempt < 2 && random.chance(0.35) ? random.between(-4, 4) : 0;
    const Outline line = boundary(outline[from], outline[to], attempt < 3 ? 0.25 : 0, jog_m, random);
    if (!runs_inside(outline, from, to, line)) continue;
    const auto begin = outline.begin();
    const auto first = begin + static_cast<std::ptrdiff_t>(from), last = begin + static_cast<std::ptrdiff_t>(to);
    Outline one(first, last + 1), other(last, outline.end());
    one.insert(one.end(), line.rbegin(), line.rend());
    other.insert(other.end(), begin, first + 1);
    other.insert(other.end(), line.begin(), line.end());
    const double least = 0.15 * whole;
    if (signed_area(one) > least && signed_area(other) > least) return std::pair(std::move(one), std::move(other));
  }
  return std::nullopt;
}

struct Parcel {
  Outline shell, hole;
};
struct Block {
  std::vector<Parcel> parcels;
  std::vector<FabricDefect> defects;  // rows within the block
};

Outline block_outline(const std::array<Coord, 4>& corners, Random& random) {
  Coord middle;
  for (const Coord c : corners) middle.x += c.x / 4, middle.y += c.y / 4;
  std::array<Coord, 4> drawn_in{};
  for (std::size_t i = 0; i < 4; ++i) {
    const double away = distance(corners[i], middle), kept = (away - 0.75 * road_m) / away;
    drawn_in[i] = on_grid({middle.x + (corners[i].x - middle.x) * kept, middle.y + (corners[i].y - middle.y) * kept});
  }
  Outline outline;
  for (std::size_t i = 0; i < 4; ++i) {
    outline.push_back(drawn_in[i]);
    const Outline side = boundary(drawn_in[i], drawn_in[(i + 1) % 4], 0.5, 0, random);
    outline.insert(outline.end(), side.begin(), side.end());
  }
  return outline;
}

void add_hole(Parcel& parcel, Random& random) {
  for (int attempt = 0; attempt < 12; ++attempt) {
    Coord middle;
    const auto n = static_cast<double>(parcel.shell.size());
    for (const Coord c : parcel.shell) middle.x += c.x / n, middle.y += c.y / n;
    middle.x += random.between(-4, 4);
    middle.y += random.between(-4, 4);
    const double room = distance_to_rim(middle, parcel.shell);
    if (!holds(parcel.shell, middle) || room < 3) continue;
    const double radius = std::min(room * 0.7, 12.0), start = random.between(0, 2 * std::numbers::pi);
    const std::size_t corners = 6 + random.below(7);
    for (std::size_t i = 0; i < corners; ++i) {
      const double angle = start - 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(corners);
      const double reach = radius * random.between(0.8, 1);
      parcel.hole.push_back(on_grid({middle.x + reach * std::cos(angle), middle.y + reach * std::sin(angle)}));
    }
    return;
  }
}

// A vertex of the parcel of which both neighbouring vertices belong to one and the same other parcel too.
std::optional<std::pair<std::size_t, std::uint32_t>> shared_vertex(const std::vector<Parcel>& parcels, std::size_t row,
                                                                   const std::vector<char>& used, Random& random) {
  const Outline& shell = parcels[row].shell;
  const std::size_t n = shell.size(), start = random.below(n);
  for (std::size_t step = 0; step < n; ++step) {
    const std::size_t k = (start + step) % n;
    for (std::uint32_t other = 0; other < used.size(); ++other) {  // without those that are added to it
      if (other == row || used[other] != 0) continue;
      const Outline& theirs = parcels[other].shell;
      const auto has = [&](Coord c) { return std::find(theirs.begin(), theirs.end(), c) != theirs.end(); };
      if (has(shell[k]) && has(shell[(k + n - 1) % n]) && has(shell[(k + 1) % n])) return std::pair(k, other);
    }
  }
  return std::nullopt;
}

bool move_shared_vertex(Block& block, std::uint32_t row, std::vector<char>& used, Defect kind, Random& random) {
  const auto found = shared_vertex(block.parcels, row, used, random);
  if (!found) return false;
  const auto [k, other] = *found;
  Outline moved = block.parcels[row].shell;
  const std::size_t n = moved.size();
  const Coord a = moved[(k + n - 1) % n], b = moved[(k + 1) % n];
  const double length = std::max(0.1, distance(a, b));
  const double by = kind == Defect::overlap ? random.between(0.6, 2.0) : -random.between(0.05, 0.15);
  moved[k] = on_grid({moved[k].x + (b.y - a.y) / length * by, moved[k].y - (b.x - a.x) / length * by});
  if (!is_simple(moved) || signed_area(moved) <= 0) return false;
  const bool in_neighbour = holds(block.parcels[other].shell, moved[k]);
  if (in_neighbour != (kind == Defect::overlap)) return false;
  if (kind == Defect::gap && !holds(block.parcels[row].shell, moved[k])) return false;
  block.parcels[row].shell = std::move(moved);
  used[row] = used[other] = 1;
  block.defects.push_back({kind, row, other});
  return true;
}

bool add_defect(Block& block, std::uint32_t row, std::vector<char>& used, Random& random) {
  const double which = random.between(0, 1);
  if (which < 0.25) return move_shared_vertex(block, row, used, Defect::overlap, random);
  if (which < 0.5) return move_shared_vertex(block, row, used, Defect::gap, random);
  const auto added = static_cast<std::uint32_t>(block.parcels.size());
  if (which < 0.7) {
    Outline swapped = block.parcels[row].shell;
    const std::size_t n = swapped.size(), k = random.below(n), next = (k + 1) % n;
    std::swap(swapped[k], swapped[next]);
    if (!cross(swapped[(k + n - 1) % n], swapped[k], swapped[next], swapped[(next + 1) % n])) return false;
    block.parcels[row].shell = std::move(swapped);
    block.defects.push_back({Defect::bowtie, row, row});
  } else if (which < 0.9) {
    block.parcels.push_back(block.parcels[row]);
    block.defects.push_back({Defect::duplicate, added, row});
  } else {
    const Outline& shell = block.parcels[row].shell;
    const std::size_t k = random.below(shell.size());
    const Coord a = shell[k], b = shell[(k + 1) % shell.size()];
    const double wide = random.between(0.01, 0.05);
    const Coord tip = on_grid({(a.x + b.x) / 2 - (b.y - a.y) * wide, (a.y + b.y) / 2 + (b.x - a.x) * wide});
    block.parcels.push_back({{a, b, tip}, {}});
    block.defects.push_back({Defect::sliver, added, row});
  }
  used[row] = 1;
  return true;
}

Block make_block(const std::array<Coord, 4>& corners, double defect_share, Random random) {
  const auto wanted = static_cast<std::size_t>(std::round(parcels_per_block * random.between(0.7, 1.3)));
  // The largest piece is cut next; some stay large, as factories among houses do.
  std::vector<std::pair<double, Outline>> open;
  open.emplace_back(1e300, block_outline(corners, random));
  std::vector<Outline> pieces;
  const auto smaller = [](const auto& a, const auto& b) { return a.first < b.first; };
  while (!open.empty() && open.size() + pieces.size() < wanted) {
    std::pop_heap(open.begin(), open.end(), smaller);
    Outline whole = std::move(open.back().second);
    open.pop_back();
    auto parts = cut(whole, random);
    for (int attempt = 0; attempt < 5 && !parts; ++attempt) parts = cut(whole, random);
    if (!parts) {
      pieces.push_back(std::move(whole));
      continue;
    }
    for (Outline* part : {&parts->first, &parts->second}) {
      const double area = signed_area(*part);
      const double rank = random.chance(0.01) && area < 4000 ? area / 1000 : area * random.between(0.5, 1);
      open.emplace_back(rank, std::move(*part));
      std::push_heap(open.begin(), open.end(), smaller);
    }
  }
  for (auto& [rank, outline] : open) pieces.push_back(std::move(outline));

  Block block;
  for (Outline& shell : pieces) {
    Parcel parcel{std::move(shell), {}};
    if (signed_area(parcel.shell) > 250 && random.chance(0.015)) add_hole(parcel, random);
    const Outline hole = parcel.hole;
    block.parcels.push_back(std::move(parcel));
    if (!hole.empty() && random.chance(0.5)) block.parcels.push_back({{hole.rbegin(), hole.rend()}, {}});
  }
  std::vector<char> used(block.parcels.size(), 0);
  const std::size_t whole_parcels = block.parcels.size();
  for (std::uint32_t row = 0; row < whole_parcels; ++row) {
    if (used[row] != 0 || !random.chance(defect_share)) continue;
    for (int attempt = 0; attempt < 8 && !add_defect(block, row, used, random); ++attempt) {
    }
  }
  return block;
}

void append_ring(geom::GeometryColumn& column, const Outline& outline, std::vector<Coord>& ring) {
  ring.assign(outline.begin(), outline.end());
  ring.push_back(outline.front());
  column.add_ring(ring);
}

}  // namespace

ParcelFabric make_parcel_fabric(const FabricOptions& options) {
  const double side = std::sqrt(parcel_m2 * parcels_per_block) + road_m;
  const auto wide = static_cast<std::size_t>(
      std::max(1.0, std::ceil(std::sqrt(static_cast<double>(options.parcels) / parcels_per_block))));
  const auto node = [&](std::size_t x, std::size_t y) {
    Random random(options.seed, 2 * (y * (wide + 1) + x));
    return Coord{options.centre.x + (static_cast<double>(x) - static_cast<double>(wide) / 2) * side +
                     random.between(-0.16, 0.16) * side,
                 options.centre.y + (static_cast<double>(y) - static_cast<double>(wide) / 2) * side +
                     random.between(-0.16, 0.16) * side};
  };
  ParcelFabric fabric;
  std::vector<Coord> ring;
  // Row after row of blocks, until there are enough parcels.
  for (std::size_t y = 0; fabric.geometry.size() < options.parcels; ++y) {
    std::vector<Block> blocks(wide);
    const auto make = [&](std::size_t first, std::size_t step) {
      for (std::size_t x = first; x < wide; x += step) {
        blocks[x] = make_block({node(x, y), node(x + 1, y), node(x + 1, y + 1), node(x, y + 1)}, options.defect_share,
                               Random(options.seed, 2 * (y * wide + x) + 1));
      }
    };
    const std::size_t threads = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 8);
    std::vector<std::thread> workers;
    for (std::size_t i = 1; i < threads; ++i) workers.emplace_back(make, i, threads);
    make(0, threads);
    for (std::thread& worker : workers) worker.join();
    for (std::size_t x = 0; x < wide; ++x) {
      const std::size_t base = fabric.geometry.size();
      for (const Parcel& parcel : blocks[x].parcels) {
        if (fabric.geometry.size() == options.parcels) break;
        fabric.geometry.begin_feature();
        fabric.geometry.begin_part();
        append_ring(fabric.geometry, parcel.shell, ring);
        if (!parcel.hole.empty()) append_ring(fabric.geometry, parcel.hole, ring);
        fabric.block.push_back(static_cast<std::uint32_t>(y * wide + x));
      }
      for (FabricDefect defect : blocks[x].defects) {
        defect.row += static_cast<std::uint32_t>(base);
        defect.other += static_cast<std::uint32_t>(base);
        if (std::max(defect.row, defect.other) < options.parcels) fabric.defects.push_back(defect);
      }
    }
  }
  return fabric;
}

}  // namespace zaitu::test
