#include "geom/geometry.h"

#include <sys/mman.h>

#include <cstdint>

namespace zaitu::geom {

std::size_t PartView::ring_count() const { return m_column->m_part_rings[m_part + 1] - m_column->m_part_rings[m_part]; }

Ring PartView::ring(std::size_t i) const {
  const std::size_t ring = m_column->m_part_rings[m_part] + i;
  const std::size_t from = m_column->m_ring_coords[ring];
  return {m_column->m_coords.data() + from, m_column->m_ring_coords[ring + 1] - from};
}

std::size_t FeatureGeometry::part_count() const {
  return m_column->m_feature_parts[m_row + 1] - m_column->m_feature_parts[m_row];
}

PartView FeatureGeometry::part(std::size_t i) const { return {m_column, m_column->m_feature_parts[m_row] + i}; }

std::span<const Coord> FeatureGeometry::vertices() const {
  const std::size_t first_ring = m_column->m_part_rings[m_column->m_feature_parts[m_row]];
  const std::size_t last_ring = m_column->m_part_rings[m_column->m_feature_parts[m_row + 1]];
  const std::size_t from = m_column->m_ring_coords[first_ring];
  return {m_column->m_coords.data() + from, m_column->m_ring_coords[last_ring] - from};
}

std::size_t FeatureGeometry::vertex_count() const { return vertices().size(); }
GeometryKind FeatureGeometry::kind() const { return m_column->m_kind; }

Envelope FeatureGeometry::envelope() const {
  Envelope box;
  for (Coord c : vertices()) box.expand(c);
  return box;
}

Envelope GeometryColumn::envelope() const {
  Envelope box;
  for (Coord c : m_coords) box.expand(c);
  return box;
}

void GeometryColumn::append(const FeatureGeometry& feature) {
  begin_feature();
  for (std::size_t p = 0; p < feature.part_count(); ++p) {
    begin_part();
    const PartView part = feature.part(p);
    for (std::size_t r = 0; r < part.ring_count(); ++r) add_ring(part.ring(r));
  }
}

void GeometryColumn::append(const GeometryColumn& other, std::size_t from, std::size_t to) {
  if (from == to) return;
  const std::size_t part = other.m_feature_parts[from], part_end = other.m_feature_parts[to];
  const std::size_t ring = other.m_part_rings[part], ring_end = other.m_part_rings[part_end];
  const std::size_t coord = other.m_ring_coords[ring], coord_end = other.m_ring_coords[ring_end];
  // The last offset of each list is where the next one starts.
  const auto move_on = [](auto& mine, const auto& theirs, std::size_t first, std::size_t end) {
    const auto shift = mine.back() - theirs[first];  // wraps around where it is negative, and back
    for (std::size_t i = first + 1; i <= end; ++i) mine.push_back(theirs[i] + shift);
  };
  move_on(m_feature_parts, other.m_feature_parts, from, to);
  move_on(m_part_rings, other.m_part_rings, part, part_end);
  move_on(m_ring_coords, other.m_ring_coords, ring, ring_end);
  m_coords.insert(m_coords.end(), other.m_coords.begin() + static_cast<std::ptrdiff_t>(coord),
                  other.m_coords.begin() + static_cast<std::ptrdiff_t>(coord_end));
}

namespace {

// Hundreds of megabytes that are about to be written once: in large pages the kernel hands them out much faster.
void ask_for_large_pages(void* start, std::size_t bytes) {
  constexpr std::uintptr_t large_page = 2U << 20;
  const std::uintptr_t address = reinterpret_cast<std::uintptr_t>(start);
  const std::uintptr_t from = (address + large_page - 1) & ~(large_page - 1);
  const std::uintptr_t to = (address + bytes) & ~(large_page - 1);
  if (to > from) madvise(static_cast<char*>(start) + (from - address), to - from, MADV_HUGEPAGE);  // only a wish
}

}  // namespace

void GeometryColumn::reserve(std::size_t features, std::size_t coords) {
  m_feature_parts.reserve(features + 1);
  m_part_rings.reserve(features + 1);
  m_ring_coords.reserve(features + 1);
  m_coords.reserve(coords);
  ask_for_large_pages(m_coords.data(), coords * sizeof(Coord));
}

}  // namespace zaitu::geom
