#include "app/import_overlaps.h"

#include <algorithm>
#include <map>
#include <unordered_set>

#include "base/message.h"

namespace zaitu::app {

namespace {

constexpr std::size_t most_parcels = 3000000;  // looked at: some 150 bytes each
constexpr std::size_t most_pairs = 100;        // told one by one

bool meet_in_time(const std::optional<base::Date>& from_a, const std::optional<base::Date>& to_a,
                  const std::optional<base::Date>& from_b, const std::optional<base::Date>& to_b) {
  return !(to_a && from_b && *to_a <= *from_b) && !(to_b && from_a && *to_b <= *from_a);
}

}  // namespace

void ParcelOverlaps::add(const geom::FeatureGeometry& outline, const Parcel& parcel) {
  if (m_parcels.size() >= most_parcels) {
    ++m_left_out;
    return;
  }
  if (!m_search.add(outline)) ++m_left_out;
  m_parcels.push_back(parcel);
}

std::vector<ParcelOverlaps::Stored> ParcelOverlaps::on_stored(const ImportContext& context) {
  std::vector<Stored> found;
  const model::ParcelTable& parcels = *context.project.parcels;
  if (parcels.size() == 0 || m_parcels.empty()) return found;
  std::unordered_set<std::int64_t> replaced;  // by rows of this import
  for (const Parcel& parcel : m_parcels) replaced.insert(parcel.id);
  for (std::size_t row = 0; row < parcels.size(); ++row) {
    const std::int64_t id = parcels.id[row].value;
    if (replaced.contains(id)) continue;
    for (const geom::OverlapSearch::Pair& pair : m_search.sharing((*parcels.geometry)[row])) {
      const Parcel& own = m_parcels[pair.a];
      if (own.has_parents || !meet_in_time(own.from, own.to, parcels.valid_from[row], parcels.valid_to[row])) continue;
      found.push_back({id, pair.a, pair.area_m2, pair.same});
    }
  }
  return found;
}

void ParcelOverlaps::report(ImportContext& context, const Keys& codes) {
  base::Progress* const progress = context.progress;
  const auto counts = [&](std::uint32_t a, std::uint32_t b) {
    const Parcel& first = m_parcels[a];
    const Parcel& second = m_parcels[b];
    return first.id != second.id && meet_in_time(first.from, first.to, second.from, second.to);
  };
  const geom::OverlapSearch::Found found =
      m_search.find(counts, [&] { return progress == nullptr || !progress->stop_requested(); });
  if (progress != nullptr) progress->throw_if_stopped();
  const std::vector<Stored> stored = on_stored(context);

  std::map<std::int64_t, std::string> code;  // of the parcels that are told of
  const auto wants = [&](std::int64_t id) { code[id]; };
  for (std::size_t i = 0; i < std::min(found.pairs.size(), most_pairs); ++i)
    wants(m_parcels[found.pairs[i].a].id), wants(m_parcels[found.pairs[i].b].id);
  for (std::size_t i = 0; i < std::min(stored.size(), most_pairs); ++i)
    wants(stored[i].id), wants(m_parcels[stored[i].row].id);
  codes.name(code);

  const auto tell = [&](const Parcel& parcel, const std::string& other, double area_m2, bool same) {
    context.log.add(
        std::to_string(parcel.fid), "", same ? "duplicate" : "overlap",
        same ? base::say("parcel {} has the same outline as {}: its {:.2f} m² count twice", code[parcel.id], other,
                         area_m2)
             : base::say("parcel {} lies on {} with {:.2f} m², which count twice", code[parcel.id], other, area_m2));
  };
  double shared_m2 = 0;
  std::size_t pairs = 0;
  for (const geom::OverlapSearch::Pair& pair : found.pairs) {
    shared_m2 += pair.area_m2;
    if (pairs++ < most_pairs) {
      const Parcel& other = m_parcels[pair.a];
      tell(m_parcels[pair.b], base::say("parcel {} (feature {})", code[other.id], other.fid), pair.area_m2, pair.same);
    }
  }
  std::size_t on_project = 0;
  for (const Stored& below : stored) {
    shared_m2 += below.area_m2;
    if (on_project++ < most_pairs)
      tell(m_parcels[below.row], base::say("parcel {} of the project", code[below.id]), below.area_m2, below.same);
  }
  if (pairs > most_pairs || on_project > most_pairs) {
    context.log.add(
        "", "", "overlap",
        base::say("{} pairs of parcels lie on each other with {:.2f} m² in all; the first of them are listed",
                  pairs + on_project, shared_m2));
  }
  if (!found.complete || m_left_out > 0) {
    context.log.add(
        "", "", "overlap",
        base::say("not all parcels were compared with each other: they are too many, too large or too far apart"));
  }
}

}  // namespace zaitu::app
