#include "app/shift_check.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.h"
#include "base/message.h"
#include "geom/measure.h"

namespace zaitu::app {

namespace {

using geom::Coord;

constexpr std::size_t most_compared = 3000;
constexpr std::size_t least_pairs = 3;
constexpr double least_share = 0.6;
constexpr double same_place_m = 12;    // corners are redrawn, datums differ by a metre or two
constexpr double least_offset_m = 30;  // less is no offset of a map
constexpr double alike = 0.01;         // of the area: offsets stretch it by some ten thousandths

double distance(Coord a, Coord b) { return std::hypot(a.x - b.x, a.y - b.y); }

}  // namespace

ShiftCheck::ShiftCheck(const model::Project& project, crs::MapShift undone)
    : m_project(project),
      m_undone(undone),
      m_to_degrees(*project.crs, crs::CoordinateReferenceSystem::from_text("EPSG:4326")) {}

void ShiftCheck::see(std::int64_t parcel, const TakenFacts& taken) {
  if (taken.state != TakenFacts::State::taken || m_undone != crs::MapShift::none) return;
  const auto row = parcel == 0 ? std::nullopt : m_project.parcels->row_of({parcel});
  if (!row) {
    if (m_unpaired.size() < most_compared) m_unpaired.push_back(taken);
    return;
  }
  if (m_pairs.size() >= most_compared) return;
  const geom::Envelope box = (*m_project.parcels->geometry)[*row].envelope();
  if (!box.empty()) m_pairs.push_back({taken.centre, box.centre()});
}

Coord ShiftCheck::place_without(Coord c, crs::MapShift shift) const {
  try {
    return m_to_degrees.inverse(crs::unshifted(m_to_degrees.forward(c), shift));
  } catch (const base::Error&) {
    return c;
  }
}

// Outlines that would meet a stored one of the same area and as many corners, were they brought back.
std::vector<ShiftCheck::Pair> ShiftCheck::pairs_by_shape(crs::MapShift shift) const {
  using Cell = std::pair<std::int64_t, std::int64_t>;
  const auto cell_of = [](Coord c) {
    return Cell{static_cast<std::int64_t>(std::floor(c.x / same_place_m)),
                static_cast<std::int64_t>(std::floor(c.y / same_place_m))};
  };
  std::multimap<Cell, std::pair<Coord, const TakenFacts*>> expected;
  for (const TakenFacts& one : m_unpaired) {
    const Coord back = place_without(one.centre, shift);
    const auto [x, y] = cell_of(back);
    for (std::int64_t dx = -1; dx <= 1; ++dx) {
      for (std::int64_t dy = -1; dy <= 1; ++dy) expected.insert({{x + dx, y + dy}, {back, &one}});
    }
  }
  std::vector<Pair> pairs;
  const model::ParcelTable& parcels = *m_project.parcels;
  for (std::size_t row = 0; row < parcels.size(); ++row) {
    const geom::FeatureGeometry outline = (*parcels.geometry)[row];
    if (outline.empty()) continue;
    const Coord centre = outline.envelope().centre();
    const auto [from, to] = expected.equal_range(cell_of(centre));
    for (auto at = from; at != to; ++at) {
      const auto& [back, taken] = at->second;
      if (distance(back, centre) > same_place_m || outline.vertex_count() != taken->corners) continue;
      const double area = geom::area(outline);
      if (std::abs(area - taken->area) <= alike * area) pairs.push_back({taken->centre, centre});
    }
  }
  return pairs;
}

std::optional<io::Warning> ShiftCheck::finding() const {
  for (const crs::MapShift shift : {crs::MapShift::gcj02, crs::MapShift::bd09}) {
    std::vector<Pair> agreeing;
    for (const Pair& pair : m_pairs) {
      if (distance(pair.source, pair.stored) > least_offset_m &&
          distance(place_without(pair.source, shift), pair.stored) < same_place_m) {
        agreeing.push_back(pair);
      }
    }
    std::size_t compared = m_pairs.size();
    const bool by_code = agreeing.size() >= least_pairs;
    if (!by_code && m_unpaired.size() >= least_pairs) {
      agreeing = pairs_by_shape(shift);
      compared = m_unpaired.size();
    }
    if (agreeing.size() < least_pairs ||
        static_cast<double>(agreeing.size()) < least_share * static_cast<double>(compared)) {
      continue;
    }
    Coord offset;
    for (const Pair& pair : agreeing) {
      offset.x += (pair.source.x - pair.stored.x) / static_cast<double>(agreeing.size());
      offset.y += (pair.source.y - pair.stored.y) / static_cast<double>(agreeing.size());
    }
    return io::Warning{
        "", "", "crs-shift",
        base::say("{} of {} parcels that the project has already (by {}) lie {:.0f} m beside their place ({:+.0f} m "
                  "east, {:+.0f} m north), just as {} offsets them; --shift {} brings them back",
                  agreeing.size(), compared, by_code ? base::say("code") : base::say("shape"),
                  std::hypot(offset.x, offset.y), offset.x, offset.y,
                  shift == crs::MapShift::gcj02 ? base::say("GCJ-02 (Amap, Tencent)") : base::say("BD-09 (Baidu)"),
                  crs::name_of(shift))};
  }
  return std::nullopt;
}

}  // namespace zaitu::app
