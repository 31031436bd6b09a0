#include "planning/location.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_map>

#include "base/error.h"
#include "geom/geos/overlay.h"
#include "geom/hilbert_tree.h"
#include "geom/measure.h"

namespace zaitu::planning {

namespace {

constexpr double least_share = 1e-6;

bool is_finite(const geom::FeatureGeometry& geometry) {
  const auto vertices = geometry.vertices();
  return std::all_of(vertices.begin(), vertices.end(),
                     [](geom::Coord c) { return std::isfinite(c.x) && std::isfinite(c.y); });
}

// Circles, zones or towns: each row's polygons, prepared.
class AreaSet {
 public:
  // Rows whose polygons have broken coordinates, or none, lie nowhere.
  void add(std::uint32_t row, std::string code, std::vector<geom::FeatureGeometry> members) {
    std::erase_if(members, [](const geom::FeatureGeometry& member) { return member.empty() || !is_finite(member); });
    if (m_codes.size() <= row) m_codes.resize(row + 1);
    m_codes[row] = std::move(code);
    if (members.empty()) return;
    try {
      m_areas.push_back({row, geom::geos::PreparedArea(members), members});
    } catch (const base::Error& error) {
      throw base::Error(error.code(), "area \"" + m_codes[row] + "\": " + error.what());
    }
  }

  void build_index() {
    std::vector<geom::Envelope> boxes;
    for (const Area& area : m_areas) boxes.push_back(area.prepared.envelope());
    m_tree = geom::HilbertTree(boxes);
  }

  std::vector<Share> shares_of(const geom::FeatureGeometry& parcel, const geom::Envelope& box, double area_m2) const {
    std::vector<Share> shares;
    m_tree.query(box, [&](std::uint32_t i) {
      const Area& area = m_areas[i];
      const double shared_m2 = std::min(area.prepared.intersection_area(parcel), area_m2);
      if (shared_m2 / area_m2 > least_share) shares.push_back({area.row, shared_m2, shared_m2 / area_m2});
    });
    sort(shares);
    return shares;
  }

  // A point has no area: it lies wholly in every area that contains it.
  std::vector<Share> shares_of(geom::Coord point) const {
    std::vector<Share> shares;
    m_tree.query({point.x, point.y, point.x, point.y}, [&](std::uint32_t i) {
      const Area& area = m_areas[i];
      if (std::any_of(area.members.begin(), area.members.end(),
                      [&](const geom::FeatureGeometry& member) { return geom::contains(member, point); })) {
        shares.push_back({area.row, 0, 1});
      }
    });
    sort(shares);
    return shares;
  }

  // Shares of several parcels together.
  std::vector<Share> sum(const std::vector<std::uint32_t>& parcels, const ShareLists& parcel_shares,
                         double area_m2) const {
    std::vector<Share> shares;
    for (std::uint32_t parcel : parcels) {
      for (const Share& share : parcel_shares[parcel]) {
        const auto same = [&](const Share& other) { return other.area == share.area; };
        const auto found = std::find_if(shares.begin(), shares.end(), same);
        if (found == shares.end()) {
          shares.push_back({share.area, share.area_m2, 0});
        } else {
          found->area_m2 += share.area_m2;
        }
      }
    }
    for (Share& share : shares) share.share = std::min(share.area_m2 / area_m2, 1.0);
    std::erase_if(shares, [](const Share& share) { return share.share <= least_share; });
    sort(shares);
    return shares;
  }

 private:
  struct Area {
    std::uint32_t row;
    geom::geos::PreparedArea prepared;
    std::vector<geom::FeatureGeometry> members;
  };

  // Largest first, ties by lower code. Halves that differ by the rounding of coordinates are a tie.
  void sort(std::vector<Share>& shares) const {
    const auto rounded = [](const Share& share) { return std::llround(share.share * 1e9); };
    std::sort(shares.begin(), shares.end(), [&](const Share& a, const Share& b) {
      if (rounded(a) != rounded(b)) return rounded(a) > rounded(b);
      return m_codes[a.area] < m_codes[b.area];
    });
  }

  std::vector<Area> m_areas;
  std::vector<std::string> m_codes;  // by row
  geom::HilbertTree m_tree;
};

AreaSet circle_set(const model::Project& project) {
  AreaSet set;
  if (!project.circles) return set;
  std::unordered_map<model::CircleId, std::vector<geom::FeatureGeometry>> members;
  if (project.circle_members) {
    const auto& table = *project.circle_members;
    for (std::size_t i = 0; i < table.rows.size(); ++i) members[table.rows[i].circle].push_back(table.geometry[i]);
  }
  for (std::uint32_t row = 0; row < project.circles->size(); ++row) {
    const model::Circle& circle = (*project.circles)[row];
    set.add(row, circle.code, members[circle.id]);
  }
  set.build_index();
  return set;
}

bool in_force(const model::Zone& zone, base::Date at) {
  return (!zone.valid_from || *zone.valid_from <= at) && (!zone.valid_to || at < *zone.valid_to);
}

AreaSet zone_set(const model::Project& project, base::Date at) {
  AreaSet set;
  if (!project.zones) return set;
  const auto& table = *project.zones;
  for (std::uint32_t row = 0; row < table.rows.size(); ++row) {
    if (in_force(table.rows[row], at)) set.add(row, table.rows[row].code, {table.geometry[row]});
  }
  set.build_index();
  return set;
}

AreaSet town_set(const model::Project& project) {
  AreaSet set;
  if (!project.towns) return set;
  const auto& table = *project.towns;
  for (std::uint32_t row = 0; row < table.rows.size(); ++row) {
    set.add(row, table.rows[row].code, {table.geometry[row]});
  }
  set.build_index();
  return set;
}

// Rows in ascending order, each once; links to parcels that do not exist are left out.
template <class Id, class Links>
std::unordered_map<Id, std::vector<std::uint32_t>> rows_by_owner(const model::ParcelTable& parcels, const Links& links,
                                                                 Id std::decay_t<decltype((*links)[0])>::*owner) {
  std::unordered_map<Id, std::vector<std::uint32_t>> rows;
  if (!links) return rows;
  for (const auto& link : *links) {
    if (const auto row = parcels.row_of(link.parcel)) rows[link.*owner].push_back(*row);
  }
  for (auto& [id, list] : rows) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
  }
  return rows;
}

// The parcel rows each phase stands on at a date, by phase row.
std::vector<std::vector<std::uint32_t>> parcels_of_phases(const model::Project& project,
                                                          const model::ParcelTable& parcels, base::Date at) {
  std::vector<std::vector<std::uint32_t>> result;
  if (!project.phases) return result;
  const auto by_phase = rows_by_owner(parcels, project.phase_parcels, &model::PhaseParcel::phase);
  const auto by_project = rows_by_owner(parcels, project.project_parcels, &model::ProjectParcel::project);
  for (const model::Phase& phase : *project.phases) {
    std::vector<std::uint32_t>& own = result.emplace_back();
    if (const auto found = by_phase.find(phase.id); found != by_phase.end()) {
      own = found->second;
    } else if (const auto shared = by_project.find(phase.project); shared != by_project.end()) {
      own = shared->second;
    }
    const auto past = [&](std::uint32_t row) { return !parcels.in_force(row, at); };
    if (!std::all_of(own.begin(), own.end(), past)) std::erase_if(own, past);
  }
  return result;
}

// `all`: every parcel is located; else only those that a phase stands on.
Locations locate(const model::Project& project, base::Date at, bool all, base::Progress& progress) {
  const AreaSet circles = circle_set(project);
  const AreaSet zones = zone_set(project, at);
  const AreaSet towns = town_set(project);

  Locations locations;
  static const model::ParcelTable no_parcels;
  const model::ParcelTable& parcels = project.parcels ? *project.parcels : no_parcels;
  const std::size_t count = parcels.size();
  locations.phase_parcels = parcels_of_phases(project, parcels, at);
  std::vector<char> wanted(count, all ? 1 : 0);
  for (const auto& own : locations.phase_parcels) {
    for (const std::uint32_t row : own) wanted[row] = 1;
  }

  std::vector<double> area_m2(count, 0);
  for (std::size_t row = 0; row < count; ++row) {
    if (row % 1000 == 0) {
      progress.throw_if_stopped();
      progress.report(row, count);
    }
    const geom::FeatureGeometry parcel = parcels.geometry[row];
    if (wanted[row] != 0 && is_finite(parcel)) area_m2[row] = geom::area(parcel);
    if (!(area_m2[row] > 0)) {
      locations.circles.push_back({});
      locations.zones.push_back({});
      locations.towns.push_back({});
      continue;
    }
    const geom::Envelope box = parcel.envelope();
    try {
      locations.circles.push_back(circles.shares_of(parcel, box, area_m2[row]));
      locations.zones.push_back(zones.shares_of(parcel, box, area_m2[row]));
      locations.towns.push_back(towns.shares_of(parcel, box, area_m2[row]));
    } catch (const base::Error& error) {
      throw base::Error(error.code(), "parcel \"" + std::string(parcels.code[row]) + "\": " + error.what());
    }
  }
  progress.report(count, count);

  if (!project.phases) return locations;
  std::unordered_map<model::ProjectId, std::optional<geom::Coord>> points;
  if (project.projects) {
    for (const model::CarrierProject& row : *project.projects) points[row.id] = row.location;
  }

  const std::size_t phases = project.phases->size();
  for (std::size_t row = 0; row < phases; ++row) {
    const model::Phase& phase = (*project.phases)[row];
    const std::vector<std::uint32_t>& own = locations.phase_parcels[row];
    double total_m2 = 0;
    for (std::uint32_t parcel : own) total_m2 += area_m2[parcel];
    if (total_m2 > 0) {
      locations.phase_circles.push_back(circles.sum(own, locations.circles, total_m2));
      locations.phase_zones.push_back(zones.sum(own, locations.zones, total_m2));
      locations.phase_towns.push_back(towns.sum(own, locations.towns, total_m2));
      continue;
    }
    const auto point = points.find(phase.project);
    const bool placed = point != points.end() && point->second;
    const auto at_point = [&](const AreaSet& set) {
      return placed ? set.shares_of(*point->second) : std::vector<Share>{};
    };
    locations.phase_circles.push_back(at_point(circles));
    locations.phase_zones.push_back(at_point(zones));
    locations.phase_towns.push_back(at_point(towns));
  }
  return locations;
}

}  // namespace

Locations locate(const model::Project& project, base::Date at, base::Progress& progress) {
  return locate(project, at, true, progress);
}

Locations locate_phases(const model::Project& project, base::Date at) {
  base::Progress progress;
  return locate(project, at, false, progress);
}

bool same_places(const model::Project& project, base::Date a, base::Date b) {
  if (a == b) return true;
  if (project.zones) {
    for (const model::Zone& zone : project.zones->rows) {
      if (in_force(zone, a) != in_force(zone, b)) return false;
    }
  }
  if (project.parcels) {
    for (std::size_t row = 0; row < project.parcels->size(); ++row) {
      if (project.parcels->in_force(row, a) != project.parcels->in_force(row, b)) return false;
    }
  }
  return true;
}

}  // namespace zaitu::planning
