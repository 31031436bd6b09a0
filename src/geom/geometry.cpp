#include "geom/geometry.h"

#include <algorithm>
#include <cstdint>
#include <stdexcept>

#include "base/message.h"

namespace zaitu::geom {

namespace {

constexpr std::size_t chunk_coords = 1U << 24;  // a chunk that has so many is full, whatever its features

bool are_offsets(std::span<const std::uint32_t> offsets, std::size_t count) {
  if (offsets.empty() || offsets.front() != 0 || offsets.back() != count) return false;
  return std::is_sorted(offsets.begin(), offsets.end());
}

std::span<const std::uint32_t> all_of(const base::PlainVector<std::uint32_t>& offsets) {
  return {offsets.data(), offsets.size()};
}

// The offsets from first + 1 to end, moved to where `mine` ends.
void append_offsets(base::PlainVector<std::uint32_t>& mine, const base::PlainVector<std::uint32_t>& theirs,
                    std::size_t first, std::size_t end) {
  const std::uint32_t shift = mine.back() - theirs[first];  // wraps around where it is negative, and back
  std::uint32_t* const to = mine.extend(end - first);
  for (std::size_t i = first + 1; i <= end; ++i) to[i - first - 1] = theirs[i] + shift;
}

void append_rows(GeometryChunk& mine, const GeometryChunk& theirs, std::size_t from, std::size_t to) {
  const std::size_t part = theirs.feature_parts[from], part_end = theirs.feature_parts[to];
  const std::size_t ring = theirs.part_rings[part], ring_end = theirs.part_rings[part_end];
  const std::size_t coord = theirs.ring_coords[ring], coord_end = theirs.ring_coords[ring_end];
  append_offsets(mine.feature_parts, theirs.feature_parts, from, to);
  append_offsets(mine.part_rings, theirs.part_rings, part, part_end);
  append_offsets(mine.ring_coords, theirs.ring_coords, ring, ring_end);
  mine.coords.append(theirs.coords.data() + coord, coord_end - coord);
}

}  // namespace

bool GeometryChunk::is_sound() const {
  return kind <= GeometryKind::polygon && !feature_parts.empty() && !part_rings.empty() &&
         are_offsets(all_of(feature_parts), part_rings.size() - 1) &&
         are_offsets(all_of(part_rings), ring_coords.size() - 1) && are_offsets(all_of(ring_coords), coords.size());
}

std::span<const Coord> FeatureGeometry::vertices() const {
  const GeometryChunk& chunk = *m_chunk;
  const std::size_t from = chunk.ring_coords[chunk.part_rings[chunk.feature_parts[m_row]]];
  return {chunk.coords.data() + from, chunk.ring_coords[chunk.part_rings[chunk.feature_parts[m_row + 1]]] - from};
}

Envelope FeatureGeometry::envelope() const {
  Envelope box;
  for (Coord c : vertices()) box.expand(c);
  return box;
}

Envelope GeometryColumn::envelope() const {
  Envelope box;
  for (const auto& chunk : m_chunks) {
    for (Coord c : chunk->coords) box.expand(c);
  }
  return box;
}

std::size_t GeometryColumn::vertex_count() const {
  std::size_t count = 0;
  for (const auto& chunk : m_chunks) count += chunk->coords.size();
  return count;
}

GeometryChunk& GeometryColumn::last() {
  std::shared_ptr<GeometryChunk>& chunk = m_chunks.back();
  if (chunk.use_count() != 1) chunk = std::make_shared<GeometryChunk>(*chunk);
  return *chunk;
}

void GeometryColumn::add_chunk(std::shared_ptr<GeometryChunk> chunk) {
  const std::size_t rows = chunk->size();
  m_ends.push_back(size());
  m_chunks.push_back(std::move(chunk));
  count_rows(rows);
}

void GeometryColumn::count_rows(std::size_t more) {
  m_ends.back() += more;
  const auto index = static_cast<std::uint32_t>(m_chunks.size() - 1);
  while (m_first_guess.size() * guess_rows < m_ends.back()) m_first_guess.push_back(index);
}

void GeometryColumn::begin_feature() {
  // Another column's chunk is not copied for a row more.
  if (m_chunks.empty() || m_chunks.back().use_count() != 1 || m_chunks.back()->size() >= chunk_rows ||
      m_chunks.back()->coords.size() >= chunk_coords) {
    auto chunk = std::make_shared<GeometryChunk>();
    chunk->kind = m_kind;
    add_chunk(std::move(chunk));
  }
  GeometryChunk& chunk = *m_chunks.back();
  chunk.feature_parts.push_back(chunk.feature_parts.back());
  count_rows(1);
}

void GeometryColumn::begin_part() {
  GeometryChunk& chunk = last();
  ++chunk.feature_parts.back();
  chunk.part_rings.push_back(chunk.part_rings.back());
}

Coord* GeometryColumn::add_ring(std::size_t vertices) {
  GeometryChunk& chunk = last();
  if (vertices > UINT32_MAX - chunk.coords.size())
    throw std::length_error(base::say("a geometry has too many vertices"));
  Coord* const first = chunk.coords.extend(vertices);
  ++chunk.part_rings.back();
  chunk.ring_coords.push_back(static_cast<std::uint32_t>(chunk.coords.size()));
  return first;
}

void GeometryColumn::add_ring(std::span<const Coord> vertices) {
  std::copy(vertices.begin(), vertices.end(), add_ring(vertices.size()));
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
  std::size_t first_row = 0;  // of the chunk
  for (std::size_t i = 0; i < other.m_chunks.size(); first_row = other.m_ends[i++]) {
    const std::size_t first = std::max(from, first_row), end = std::min(to, other.m_ends[i]);
    if (first >= end) continue;
    const std::shared_ptr<GeometryChunk> theirs = other.m_chunks[i];
    if (end - first == theirs->size() && theirs->size() >= chunk_rows / 4) {
      add_chunk(theirs);
      continue;
    }
    // A piece joins the one before it, also beyond what a chunk is filled to row by row: a row put between others
    // leaves no scraps.
    const bool joins = !m_chunks.empty() && m_chunks.back().use_count() == 1 &&
                       m_chunks.back()->size() + (end - first) <= 2 * chunk_rows &&
                       m_chunks.back()->coords.size() < chunk_coords && theirs->coords.size() <= 2 * chunk_coords;
    if (!joins) {
      auto chunk = std::make_shared<GeometryChunk>();
      chunk->kind = m_kind;
      add_chunk(std::move(chunk));
    }
    append_rows(*m_chunks.back(), *theirs, first - first_row, end - first_row);
    count_rows(end - first);
  }
}

void GeometryColumn::reserve(std::size_t features, std::size_t coords) {
  if (!m_chunks.empty() || features == 0) return;
  auto chunk = std::make_shared<GeometryChunk>();
  chunk->kind = m_kind;
  if (features > chunk_rows) {
    coords = coords / features * chunk_rows;
    features = chunk_rows;
  }
  chunk->feature_parts.reserve(features + 1);
  chunk->part_rings.reserve(features + 1);
  chunk->ring_coords.reserve(features + 1);
  chunk->coords.reserve(coords);
  add_chunk(std::move(chunk));
}

void GeometryColumn::clear() {
  std::shared_ptr<GeometryChunk> kept;
  if (!m_chunks.empty() && m_chunks.front().use_count() == 1) {
    kept = std::move(m_chunks.front());
    for (auto* offsets : {&kept->feature_parts, &kept->part_rings, &kept->ring_coords}) {
      offsets->clear();
      offsets->push_back(0);
    }
    kept->coords.clear();
  }
  m_chunks.clear();
  m_ends.clear();
  m_first_guess.clear();
  if (kept) add_chunk(std::move(kept));
}

GeometryColumn GeometryColumn::packed() const {
  GeometryColumn copy(m_kind);
  for (const auto& chunk : m_chunks) {
    if (chunk->size() > 0) copy.add_chunk(std::make_shared<GeometryChunk>(*chunk));
  }
  return copy;
}

GeometryColumn GeometryColumn::of_chunks(GeometryKind kind, std::vector<std::shared_ptr<GeometryChunk>> chunks) {
  GeometryColumn column(kind);
  for (auto& chunk : chunks) column.add_chunk(std::move(chunk));
  return column;
}

}  // namespace zaitu::geom
