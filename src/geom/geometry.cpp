#include "geom/geometry.h"

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

void GeometryColumn::reserve(std::size_t features, std::size_t coords) {
  m_feature_parts.reserve(features + 1);
  m_part_rings.reserve(features + 1);
  m_ring_coords.reserve(features + 1);
  m_coords.reserve(coords);
}

}  // namespace zaitu::geom
