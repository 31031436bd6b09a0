#include "planning/land_use.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <unordered_map>

#include "geom/measure.h"
#include "planning/counting.h"
#include "planning/stage_histories.h"

namespace zaitu::planning {

namespace {

constexpr LandPart whole_parcel;

// The word of each planned use among the current ones; where there is none, one that no parcel has.
std::vector<std::uint32_t> current_code_of_planned(const model::ParcelTable& parcels) {
  std::unordered_map<std::string_view, std::uint32_t> codes;
  for (const std::string& word : parcels.land_use_current->words()) {
    codes.emplace(word, static_cast<std::uint32_t>(codes.size()));
  }
  std::vector<std::uint32_t> result;
  for (const std::string& word : parcels.land_use_planned->words()) {
    const auto found = codes.find(word);
    result.push_back(found == codes.end() ? static_cast<std::uint32_t>(codes.size()) : found->second);
  }
  return result;
}

}  // namespace

double land_m2(const geom::FeatureGeometry& outline) {
  if (outline.empty()) return 0;
  const double area_m2 = geom::area(outline);
  return std::isfinite(area_m2) ? area_m2 : 0;
}

LandParts::LandParts(const model::Project& project, const Locations& locations, base::Date at) {
  if (!project.phases || !project.parcels) return;
  const model::ParcelTable& parcels = *project.parcels;
  struct Piece {
    std::uint32_t parcel = 0, phase = 0;
    double gross_m2 = 0;
  };
  std::vector<Piece> pieces;
  std::vector<std::uint32_t> rows;
  std::vector<double> areas_m2;
  for (std::uint32_t phase = 0; phase < locations.phase_parcels.size(); ++phase) {
    rows = locations.phase_parcels[phase];
    std::erase_if(rows, [&](std::uint32_t row) { return !parcels.in_force(row, at); });
    areas_m2.clear();
    double whole_m2 = 0;
    for (const std::uint32_t row : rows) {
      areas_m2.push_back(land_m2(parcels.geometry[row]));
      whole_m2 += areas_m2.back();
    }
    const double gross_m2 = (*project.phases)[phase].gross_m2;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double part = whole_m2 > 0 ? areas_m2[i] / whole_m2 : 1 / static_cast<double>(rows.size());
      pieces.push_back({rows[i], phase, gross_m2 > 0 ? gross_m2 * part : model::unknown});
    }
  }
  std::sort(pieces.begin(), pieces.end(),
            [](const Piece& a, const Piece& b) { return std::tie(a.parcel, a.phase) < std::tie(b.parcel, b.phase); });
  // From floor area to weights that add up to 1; who has none takes the mean of the others.
  for (std::size_t first = 0; first < pieces.size();) {
    std::size_t last = first, known = 0;
    double sum_m2 = 0;
    for (; last < pieces.size() && pieces[last].parcel == pieces[first].parcel; ++last) {
      if (std::isnan(pieces[last].gross_m2)) continue;
      sum_m2 += pieces[last].gross_m2;
      ++known;
    }
    const double mean = known > 0 ? sum_m2 / static_cast<double>(known) : 1;
    const double whole = mean * static_cast<double>(last - first);
    m_parcels.push_back(pieces[first].parcel);
    m_starts.push_back(static_cast<std::uint32_t>(m_parts.size()));
    for (; first < last; ++first) {
      const Piece& piece = pieces[first];
      m_parts.push_back({static_cast<int>(piece.phase), (std::isnan(piece.gross_m2) ? mean : piece.gross_m2) / whole});
    }
  }
  m_starts.push_back(static_cast<std::uint32_t>(m_parts.size()));
}

std::span<const LandPart> LandParts::of(std::uint32_t parcel) const {
  const auto found = std::lower_bound(m_parcels.begin(), m_parcels.end(), parcel);
  if (found == m_parcels.end() || *found != parcel) return {&whole_parcel, 1};
  const auto i = static_cast<std::size_t>(found - m_parcels.begin());
  return std::span(m_parts).subspan(m_starts[i], m_starts[i + 1] - m_starts[i]);
}

bool is_used_as_planned(const model::Project& project, const Counting& counting, int phase, const Standing& of_phase,
                        const Standing& own) {
  const bool by_phase =
      phase != no_phase && counting.counts((*project.phases)[static_cast<std::size_t>(phase)], of_phase);
  return by_phase || counting.land_counts(own);
}

double LandUseAt::planned_share(std::uint32_t parcel) const {
  const auto found = std::lower_bound(parcels.begin(), parcels.end(), parcel);
  return found == parcels.end() || *found != parcel ? 0 : shares[static_cast<std::size_t>(found - parcels.begin())];
}

LandUseAt land_use_at(const model::Project& project, const StageHistories& histories, const Locations& locations,
                      const StatusAt& status, CountFrom from) {
  LandUseAt result;
  if (!project.parcels) return result;
  const model::ParcelTable& parcels = *project.parcels;
  if (parcels.land_use_planned->words().size() == 1) return result;  // none is given
  CountingRule rule;
  rule.from = from;
  const Counting counting(project, rule);
  const std::vector<std::uint32_t> same_use = current_code_of_planned(parcels);
  const auto changes = [&](std::uint32_t row) {
    const std::uint32_t planned = parcels.land_use_planned->code(row);
    return planned != 0 && same_use[planned] != parcels.land_use_current->code(row) &&
           parcels.in_force(row, status.as_of);
  };

  const LandParts parts(project, locations, status.as_of);
  const auto& with_phases = parts.parcels_with_phases();
  auto next = with_phases.begin();
  // Without a phase a parcel stands where its own events put it.
  const std::span<const std::uint32_t> codes = status.parcels.codes();
  for (std::uint32_t row = 0; row < codes.size(); ++row) {
    const bool has_phases = next != with_phases.end() && *next == row;
    if (has_phases) ++next;
    if (codes[row] == 0 || !changes(row)) continue;
    double share = 0;
    if (has_phases) {
      const Standing own = histories.parcel_at(row, status.as_of);
      for (const LandPart& part : parts.of(row)) {
        const Standing& of_phase = status.phases[static_cast<std::size_t>(part.phase)];
        if (is_used_as_planned(project, counting, part.phase, of_phase, own)) share += part.weight;
      }
    } else if (counting.land_counts(status.parcels[row])) {
      share = 1;
    }
    if (share <= 0) continue;
    result.parcels.push_back(row);
    result.shares.push_back(std::min(share, 1.0));
  }
  return result;
}

const std::string& land_use_code(const model::ParcelTable& parcels, const LandUseAt& uses, std::uint32_t parcel) {
  return uses.is_planned(parcel) ? parcels.land_use_planned[parcel] : parcels.land_use_current[parcel];
}

}  // namespace zaitu::planning
