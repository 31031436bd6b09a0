#include "geom/feature_index.h"

#include <bit>
#include <cmath>
#include <vector>

#include "base/parallel.h"

namespace zaitu::geom {

namespace {

unsigned measuring_threads(std::size_t rows) { return rows < 20000 ? 1 : base::processors(); }

// Floats count from a place amid the features; one feature with a mistyped place would draw their centre far away.
Coord origin_amid(const GeometryColumn& column) {
  const std::size_t rows = column.size();
  for (std::size_t i = 0; i < rows; ++i) {
    const auto vertices = column[(rows / 2 + i) % rows].vertices();
    if (!vertices.empty() && std::isfinite(vertices[0].x) && std::isfinite(vertices[0].y)) return vertices[0];
  }
  return {};
}

base::PlainVector<FeatureMeasure> measures_of(const GeometryColumn& column) {
  base::PlainVector<FeatureMeasure> measures;
  measures.reserve(column.size());
  FeatureMeasure* const all = measures.extend(column.size());
  base::for_stretches(column.size(), measuring_threads(column.size()), [&](unsigned, std::size_t from, std::size_t to) {
    for (std::size_t row = from; row < to; ++row) all[row] = measure(column[row]);
  });
  return measures;
}

}  // namespace

FeatureMeasure measure(const FeatureGeometry& feature) {
  FeatureMeasure result;
  const bool polygon = feature.kind() == GeometryKind::polygon;
  double area2 = 0, moment_x = 0, moment_y = 0;  // shells count up, holes down, whichever way they turn
  Coord origin;
  bool begun = false;
  for (std::size_t p = 0; p < feature.part_count(); ++p) {
    const PartView part = feature.part(p);
    for (std::size_t r = 0; r < part.ring_count(); ++r) {
      const Ring ring = part.ring(r);
      if (ring.empty()) continue;
      const Coord first = ring[0];
      if (!std::exchange(begun, true)) origin = first;
      double ring_area2 = 0, ring_x = 0, ring_y = 0;
      double ax = 0, ay = 0;
      for (const Coord c : ring) {
        result.box.expand(c);
        const double bx = c.x - first.x, by = c.y - first.y;
        const double cross = ax * by - bx * ay;
        ring_area2 += cross;
        ring_x += (ax + bx) * cross;
        ring_y += (ay + by) * cross;
        ax = bx;
        ay = by;
      }
      if (!polygon) continue;
      const double sign = (r == 0) == (ring_area2 >= 0) ? 1 : -1;
      area2 += sign * ring_area2;
      moment_x += sign * (ring_x + 3 * ring_area2 * (first.x - origin.x));
      moment_y += sign * (ring_y + 3 * ring_area2 * (first.y - origin.y));
    }
  }
  result.area = area2 / 2;
  if (area2 > 0) {
    result.centroid_x = static_cast<float>(moment_x / (3 * area2) + (origin.x - result.box.min_x));
    result.centroid_y = static_cast<float>(moment_y / (3 * area2) + (origin.y - result.box.min_y));
  }
  return result;
}

FeatureIndex::Weight FeatureIndex::weight_of(const FeatureMeasure& measure, const FloatBox& box, Coord origin) {
  Weight weight;
  const double width = static_cast<double>(box.max_x) - static_cast<double>(box.min_x);
  const double height = static_cast<double>(box.max_y) - static_cast<double>(box.min_y);
  if (box.empty() || !(measure.area > 0) || !(width > 0) || !(height > 0)) return weight;
  const auto in = [](double part, double whole, double steps) { return std::clamp(part / whole, 0.0, 1.0) * steps; };
  const double x = static_cast<double>(measure.centroid_x) + (measure.box.min_x - origin.x);
  const double y = static_cast<double>(measure.centroid_y) + (measure.box.min_y - origin.y);
  weight.area = static_cast<std::uint16_t>(in(measure.area, width * height, 65535) + 0.5);
  weight.x = static_cast<std::uint8_t>(in(x - static_cast<double>(box.min_x), width, 255.99));
  weight.y = static_cast<std::uint8_t>(in(y - static_cast<double>(box.min_y), height, 255.99));
  return weight;
}

FeatureIndex::FeatureIndex(const GeometryColumn& column) : FeatureIndex(column, {}) {}

FeatureIndex::FeatureIndex(const GeometryColumn& column, std::span<const FeatureMeasure> measures) {
  const std::size_t rows = column.size();
  base::PlainVector<FeatureMeasure> own;
  if (measures.size() != rows) {
    own = measures_of(column);
    measures = {own.data(), own.size()};
  }
  const Coord origin = origin_amid(column);
  constexpr unsigned dropped_bits = 17;  // of the float's 23: steps of 1/64
  constexpr std::size_t steps = std::size_t{1} << (31 - dropped_bits);
  const unsigned threads = measuring_threads(rows);
  base::PlainVector<FloatBox> boxes;
  boxes.reserve(rows);
  FloatBox* const all_boxes = boxes.extend(rows);
  std::vector<Envelope> envelopes(threads);
  std::vector<std::vector<std::uint32_t>> sizes(threads, std::vector<std::uint32_t>(steps));
  base::for_stretches(rows, threads, [&](unsigned part, std::size_t from, std::size_t to) {
    Envelope all;
    for (std::size_t row = from; row < to; ++row) {
      const Envelope& envelope = measures[row].box;
      all_boxes[row] = float_box(envelope, origin);
      if (all_boxes[row].empty()) continue;
      all.expand(envelope);
      const float size = static_cast<float>(std::max(envelope.width(), envelope.height()));
      ++sizes[part][std::bit_cast<std::uint32_t>(size) >> dropped_bits];
    }
    envelopes[part] = all;
  });
  for (const Envelope& part : envelopes) box.expand(part);
  tree = HilbertTree({boxes.data(), boxes.size()}, origin, threads);
  m_weights.reserve(tree.slots());
  m_areas.reserve(tree.slots());
  Weight* const weights = m_weights.extend(tree.slots());
  double* const areas = m_areas.extend(tree.slots());
  base::for_stretches(tree.slots(), threads, [&](unsigned, std::size_t from, std::size_t to) {
    for (std::size_t slot = from; slot < to; ++slot) {
      const FeatureMeasure& measure = measures[tree.row(slot)];
      weights[slot] = weight_of(measure, tree.box(slot), origin);
      areas[slot] = std::isfinite(measure.area) ? measure.area : 0;
    }
  });
  std::size_t smaller = 0;
  for (std::size_t step = 0; step < steps && tree.size() > 0; ++step) {
    for (const auto& part : sizes) smaller += part[step];
    if (2 * smaller <= tree.size()) continue;
    median_size = static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(step << dropped_bits)));
    break;
  }
}

FeatureIndex::FeatureIndex(const FeatureIndex& before, const GeometryColumn& column, std::span<const Change> changes,
                           std::span<const std::uint32_t> new_of_old)
    : tree(before.tree),
      box(before.box),
      median_size(before.median_size),
      m_weights(before.m_weights),
      m_areas(before.m_areas) {
  constexpr std::uint32_t none = UINT32_MAX;
  bool shrinks = false;
  for (const Change& change : changes) {
    std::size_t slot = tree.slots();
    if (change.old_row != none) {
      slot = tree.slot_of(change.old_row, float_box(change.old_box, tree.origin()));
      const Envelope& old = change.old_box;
      const Envelope& now = change.box;
      shrinks = shrinks || (old.min_x == box.min_x && now.min_x != old.min_x) ||
                (old.min_y == box.min_y && now.min_y != old.min_y) ||
                (old.max_x == box.max_x && now.max_x != old.max_x) ||
                (old.max_y == box.max_y && now.max_y != old.max_y);
    }
    FeatureMeasure measured;
    if (change.row != none) measured = measure(column[change.row]);
    const FloatBox in_floats = float_box(measured.box, tree.origin());
    if (!in_floats.empty()) box.expand(measured.box);
    const Weight weight = weight_of(measured, in_floats, tree.origin());
    const double area = std::isfinite(measured.area) ? measured.area : 0;
    if (slot < tree.slots()) {
      tree.set(slot, in_floats);
      m_weights[slot] = weight;
      m_areas[slot] = area;
    } else if (!in_floats.empty()) {
      // Takes the number that renumbering turns into its row.
      tree.add(change.row, in_floats);
      m_weights.push_back(weight);
      m_areas.push_back(area);
    }
  }
  if (!new_of_old.empty()) {
    std::size_t slot = 0;
    const std::size_t old_slots = before.tree.slots();
    tree.renumber([&](std::uint32_t row) { return slot++ < old_slots ? new_of_old[row] : row; });
  }
  if (shrinks) box = column.envelope();
}

}  // namespace zaitu::geom
