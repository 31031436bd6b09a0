#include "planning/location.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "base/error.h"
#include "base/row_chunks.h"
#include "geom/geos/overlay.h"
#include "geom/measure.h"
#include "planning/area_grid.h"

namespace zaitu::planning {

namespace {

constexpr double least_share = 1e-6;

bool is_finite(const geom::FeatureGeometry& geometry) {
  const auto vertices = geometry.vertices();
  return std::all_of(vertices.begin(), vertices.end(),
                     [](geom::Coord c) { return std::isfinite(c.x) && std::isfinite(c.y); });
}

// The polygons of one circle, zone or town.
struct Area {
  std::string code;
  std::vector<geom::FeatureGeometry> members;  // without broken coordinates; none: it lies nowhere
};

std::vector<geom::FeatureGeometry> sound(std::vector<geom::FeatureGeometry> members) {
  std::erase_if(members, [](const geom::FeatureGeometry& member) { return member.empty() || !is_finite(member); });
  return members;
}

// The areas of a layer by row.
using Areas = std::vector<Area>;

Areas circles_of(const model::Project& project) {
  Areas areas;
  if (!project.circles) return areas;
  std::unordered_map<model::CircleId, std::vector<geom::FeatureGeometry>> members;
  if (project.circle_members) {
    const auto& table = *project.circle_members;
    for (std::size_t i = 0; i < table.rows.size(); ++i) members[table.rows[i].circle].push_back(table.geometry[i]);
  }
  for (const model::Circle& circle : *project.circles) areas.push_back({circle.code, sound(members[circle.id])});
  return areas;
}

template <class Row>
Areas areas_of(const model::Shared<model::AreaTable<Row>>& table) {
  Areas areas;
  if (!table) return areas;
  for (std::size_t row = 0; row < table->rows.size(); ++row) {
    areas.push_back({table->rows[row].code, sound({table->geometry[row]})});
  }
  return areas;
}

bool in_force(const model::Zone& zone, base::Date at) {
  return (!zone.valid_from || *zone.valid_from <= at) && (!zone.valid_to || at < *zone.valid_to);
}

// Largest first, ties by lower code. Halves that differ by the rounding of coordinates are a tie.
void sort(std::vector<Share>& shares, const Areas& areas) {
  const auto rounded = [](const Share& share) { return std::llround(share.share * 1e9); };
  std::sort(shares.begin(), shares.end(), [&](const Share& a, const Share& b) {
    if (rounded(a) != rounded(b)) return rounded(a) > rounded(b);
    return std::tie(areas[a.area].code, a.area) < std::tie(areas[b.area].code, b.area);
  });
}

// Areas prepared for exact intersection; one for each thread.
class Intersecting {
 public:
  explicit Intersecting(const Areas& areas) : m_areas(areas), m_prepared(areas.size()), m_boxes(areas.size()) {
    for (std::size_t row = 0; row < areas.size(); ++row) {
      for (const geom::FeatureGeometry& member : areas[row].members) m_boxes[row].expand(member.envelope());
    }
  }

  // nullptr: the area has no polygon.
  const geom::geos::PreparedArea* area(std::size_t row) {
    if (!m_prepared[row] && !m_areas[row].members.empty()) {
      try {
        m_prepared[row].emplace(m_areas[row].members);
      } catch (const base::Error& error) {
        throw base::Error(error.code(), "area \"" + m_areas[row].code + "\": " + error.what());
      }
    }
    return m_prepared[row] ? &*m_prepared[row] : nullptr;
  }

  std::vector<Share> shares_of(const geom::FeatureGeometry& parcel, double area_m2) {
    std::vector<Share> shares;
    const geom::Envelope box = parcel.envelope();
    for (std::uint32_t row = 0; row < m_areas.size(); ++row) {
      if (!m_boxes[row].intersects(box)) continue;
      const double shared_m2 = std::min(area(row)->intersection_area(parcel), area_m2);
      if (shared_m2 / area_m2 > least_share) shares.push_back({row, shared_m2, shared_m2 / area_m2});
    }
    sort(shares, m_areas);
    return shares;
  }

 private:
  const Areas& m_areas;
  std::vector<std::optional<geom::geos::PreparedArea>> m_prepared;  // when first asked for
  std::vector<geom::Envelope> m_boxes;
};

// One layer while parcels are placed in it.
class Layer {
 public:
  Layer(Areas areas, ShareLists& lists, std::size_t parcels) : m_areas(std::move(areas)), m_lists(&lists) {
    constexpr std::size_t few = 64;  // not worth a grid
    if (parcels < few) return;
    Intersecting prepared(m_areas);
    std::vector<geom::FeatureGeometry> outlines;
    for (std::uint32_t row = 0; row < m_areas.size(); ++row) {
      if (const auto* area = prepared.area(row)) {
        outlines.push_back(area->outline());
        m_rows.push_back(row);
      }
    }
    // About a cell for each parcel, at most some megabytes.
    m_grid.emplace(outlines, std::min(parcels, std::size_t{1} << 20));
    for (const std::vector<std::uint32_t>& set : m_grid->sets()) {
      std::vector<Share> shares;
      shares.reserve(set.size());
      for (const std::uint32_t place : set) shares.push_back({m_rows[place], ShareLists::all_of_row, 1});
      sort(shares, m_areas);
      m_codes.push_back(code_of(shares));
    }
  }

  const Areas& areas() const { return m_areas; }
  ShareLists& lists() { return *m_lists; }
  // Code of the parcel's list; nullopt near a rim.
  std::optional<std::uint32_t> code_around(const geom::Envelope& box) const {
    if (!m_grid) return std::nullopt;
    const auto set = m_grid->set_around(box);
    return set ? std::optional(m_codes[*set]) : std::nullopt;
  }
  // Code of a list. One that leaves its areas to the row serves all rows that lie wholly in the same areas.
  std::uint32_t code_of(const std::vector<Share>& shares) {
    std::vector<std::uint32_t> rows;
    for (const Share& share : shares) {
      if (share.area_m2 != ShareLists::all_of_row) return m_lists->add_list(shares);
      rows.push_back(share.area);
    }
    const auto known = m_code_of_set.find(rows);
    if (known != m_code_of_set.end()) return known->second;
    return m_code_of_set[rows] = m_lists->add_list(shares);
  }

 private:
  Areas m_areas;
  ShareLists* m_lists;
  std::vector<std::uint32_t> m_rows;   // of the areas in the grid
  std::vector<std::uint32_t> m_codes;  // by set of the grid
  std::optional<AreaGrid> m_grid;
  std::map<std::vector<std::uint32_t>, std::uint32_t> m_code_of_set;
};

// Which parcels to place: `rows`, or all of them.
struct Wanted {
  bool all = true;
  std::vector<std::uint32_t> rows = {};
};

// Writes area and shares of the wanted parcels into `parcel_m2` and the lists of the layers, which have a place for
// every row. First every parcel that no rim comes near, from the grids; then the others, by exact intersection.
void place(const model::ParcelTable& parcels, const Wanted& wanted, std::vector<double>& parcel_m2,
           std::vector<Layer>& layers, base::Progress& progress, unsigned threads) {
  const std::size_t count = wanted.all ? parcels.size() : wanted.rows.size();
  struct Open {
    std::uint32_t row;
    std::uint32_t layer;
  };
  constexpr std::size_t chunk = 8192;
  std::vector<std::vector<Open>> open_of_chunk((count + chunk - 1) / chunk);
  std::vector<std::vector<std::uint32_t>*> codes;
  codes.reserve(layers.size());
  for (Layer& layer : layers) codes.push_back(&layer.lists().edit_codes());

  const auto place_row = [&](std::uint32_t row, const geom::Envelope& box, double area_m2, std::vector<Open>& open) {
    parcel_m2[row] = area_m2 > 0 ? area_m2 : 0;
    for (std::uint32_t layer = 0; layer < layers.size(); ++layer) {
      std::uint32_t code = 0;
      if (area_m2 > 0) {
        if (const auto found = layers[layer].code_around(box)) {
          code = *found;
        } else {
          open.push_back({row, layer});
        }
      }
      (*codes[layer])[row] = code;
    }
  };
  if (const geom::FeatureIndex* index = wanted.all ? parcels.feature_index.get() : nullptr; index != nullptr) {
    // Rows that are in no slot have no outline, and are in no area already.
    base::for_row_chunks(index->tree.slots(), chunk, threads, progress,
                         [&](unsigned, std::size_t from, std::size_t to) {
                           for (std::size_t slot = from; slot < to; ++slot) {
                             place_row(index->tree.row(slot), index->tree.envelope(slot), index->area(slot),
                                       open_of_chunk[from / chunk]);
                           }
                         });
  } else {
    base::for_row_chunks(count, chunk, threads, progress, [&](unsigned, std::size_t from, std::size_t to) {
      for (std::size_t i = from; i < to; ++i) {
        const std::uint32_t row = wanted.all ? static_cast<std::uint32_t>(i) : wanted.rows[i];
        const geom::FeatureGeometry parcel = parcels.geometry[row];
        geom::Envelope box;
        double probe = 0;  // NaN as soon as one coordinate is not finite
        for (const geom::Coord c : parcel.vertices()) {
          box.expand(c);
          probe += c.x * 0 + c.y * 0;
        }
        place_row(row, box, std::isnan(probe) ? 0 : geom::area(parcel), open_of_chunk[from / chunk]);
      }
    });
  }

  std::vector<Open> open;
  for (const auto& list : open_of_chunk) open.insert(open.end(), list.begin(), list.end());
  // The same lists in the same order, whoever found the rows.
  std::sort(open.begin(), open.end(),
            [](const Open& a, const Open& b) { return std::tie(a.row, a.layer) < std::tie(b.row, b.layer); });
  std::vector<std::vector<Share>> shares(open.size());
  base::Progress stop;  // the few that are left are not counted again
  stop.on_report = [&](std::uint64_t, std::uint64_t) {
    if (progress.stop_requested()) stop.request_stop();
  };
  const unsigned workers = base::row_chunk_threads(open.size(), 32, threads);
  std::vector<std::vector<Intersecting>> exact(workers);
  for (auto& of_worker : exact) {
    for (const Layer& layer : layers) of_worker.emplace_back(layer.areas());
  }
  base::for_row_chunks(open.size(), 32, workers, stop, [&](unsigned worker, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      const std::uint32_t row = open[i].row;
      try {
        shares[i] = exact[worker][open[i].layer].shares_of(parcels.geometry[row], parcel_m2[row]);
      } catch (const base::Error& error) {
        throw base::Error(error.code(), "parcel \"" + std::string(parcels.code[row]) + "\": " + error.what());
      }
    }
  });
  for (std::size_t i = 0; i < open.size(); ++i) {
    // Wholly inside after all: the same list as its neighbours have.
    if (std::all_of(shares[i].begin(), shares[i].end(), [](const Share& share) { return share.share == 1; })) {
      for (Share& share : shares[i]) share.area_m2 = ShareLists::all_of_row;
    }
    (*codes[open[i].layer])[open[i].row] = layers[open[i].layer].code_of(shares[i]);
  }
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

// The parcel rows each phase is linked with, by phase row.
std::vector<std::vector<std::uint32_t>> links_of_phases(const model::Project& project,
                                                        const model::ParcelTable& parcels) {
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
  }
  return result;
}

std::vector<std::uint32_t> in_force_of(const model::ParcelTable& parcels, std::vector<std::uint32_t> own,
                                       base::Date at) {
  const auto past = [&](std::uint32_t row) { return !parcels.in_force(row, at); };
  if (!std::all_of(own.begin(), own.end(), past)) std::erase_if(own, past);
  return own;
}

// A point has no area: it lies wholly in every area that contains it.
std::vector<Share> shares_at(geom::Coord point, const Areas& areas) {
  std::vector<Share> shares;
  for (std::uint32_t row = 0; row < areas.size(); ++row) {
    const auto& members = areas[row].members;
    if (std::any_of(members.begin(), members.end(), [&](const geom::FeatureGeometry& member) {
          return member.envelope().contains(point) && geom::contains(member, point);
        })) {
      shares.push_back({row, 0, 1});
    }
  }
  sort(shares, areas);
  return shares;
}

// Shares of several parcels together.
std::vector<Share> sum(const std::vector<std::uint32_t>& parcels, const ShareLists& of_parcels, double area_m2,
                       const Areas& areas) {
  std::vector<Share> shares;
  for (const std::uint32_t parcel : parcels) {
    for (const Share share : of_parcels[parcel]) {
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
  sort(shares, areas);
  return shares;
}

const model::ParcelTable& parcels_of(const model::Project& project) {
  static const model::ParcelTable none;
  return project.parcels ? *project.parcels : none;
}

// From what does not depend on the date to what does: zones in force, the phases' parcels and their shares.
void turn_to(base::Date at, const model::Project& project, Locations& locations) {
  const model::ParcelTable& parcels = parcels_of(project);
  Areas zones = areas_of(project.zones);
  std::vector<char> holds(zones.size());
  for (std::size_t row = 0; row < zones.size(); ++row) {
    holds[row] = in_force(project.zones->rows[row], at) ? 1 : 0;
    if (holds[row] == 0) zones[row].members.clear();
  }
  locations.zones = locations.zones_of_any_date.only([&](std::uint32_t zone) { return holds[zone] != 0; });
  locations.phase_parcels.clear();
  locations.phase_circles = locations.phase_zones = locations.phase_towns = {};
  if (!project.phases) return;

  std::unordered_map<model::ProjectId, std::optional<geom::Coord>> points;
  if (project.projects) {
    for (const model::CarrierProject& row : *project.projects) points[row.id] = row.location;
  }
  const Areas circles = circles_of(project), towns = areas_of(project.towns);
  for (std::size_t row = 0; row < project.phases->size(); ++row) {
    const std::vector<std::uint32_t>& own =
        locations.phase_parcels.emplace_back(in_force_of(parcels, locations.linked_parcels[row], at));
    double total_m2 = 0;
    for (const std::uint32_t parcel : own) total_m2 += locations.parcel_m2[parcel];
    const auto point = points.find((*project.phases)[row].project);
    const auto shares = [&](const ShareLists& of_parcels, const Areas& areas) {
      if (total_m2 > 0) return sum(own, of_parcels, total_m2, areas);
      if (point != points.end() && point->second) return shares_at(*point->second, areas);
      return std::vector<Share>{};
    };
    locations.phase_circles.push_back(shares(locations.circles, circles));
    locations.phase_zones.push_back(shares(locations.zones, zones));
    locations.phase_towns.push_back(shares(locations.towns, towns));
  }
}

bool same_circles(const model::Project& a, const model::Project& b) {
  return a.circles == b.circles && a.circle_members == b.circle_members;
}

bool same_ring(geom::Ring a, geom::Ring b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

bool same_outline(const geom::FeatureGeometry& a, const geom::FeatureGeometry& b) {
  if (a.part_count() != b.part_count()) return false;
  for (std::size_t p = 0; p < a.part_count(); ++p) {
    if (a.part(p).ring_count() != b.part(p).ring_count()) return false;
    for (std::size_t r = 0; r < a.part(p).ring_count(); ++r) {
      if (!same_ring(a.part(p).ring(r), b.part(p).ring(r))) return false;
    }
  }
  return true;
}

// For each row the row of the same parcel in the older table, where it has the same outline there; -1 elsewhere.
std::vector<std::int64_t> rows_before(const model::ParcelTable& parcels, const model::ParcelTable& before,
                                      base::Progress& progress, unsigned threads) {
  std::vector<std::int64_t> rows(parcels.size(), -1);
  base::for_row_chunks(rows.size(), 8192, threads, progress, [&](unsigned, std::size_t from, std::size_t to) {
    for (std::size_t row = from; row < to; ++row) {
      const auto old = before.row_of(parcels.id[row]);
      if (old && same_outline(parcels.geometry[row], before.geometry[*old])) rows[row] = *old;
    }
  });
  return rows;
}

}  // namespace

Locations locate(const model::Project& project, base::Date at, base::Progress& progress, unsigned threads) {
  return relocate(project, at, {}, {}, progress, threads);
}

Locations relocate(const model::Project& project, base::Date at, const model::Project& before,
                   const Locations& of_before, base::Progress& progress, unsigned threads) {
  progress.throw_if_stopped();
  const model::ParcelTable& parcels = parcels_of(project);
  const model::ParcelTable& old = parcels_of(before);
  Locations locations;
  locations.circles = of_before.circles;
  locations.zones_of_any_date = of_before.zones_of_any_date;
  locations.towns = of_before.towns;
  locations.parcel_m2 = of_before.parcel_m2;
  struct Part {
    ShareLists* lists;
    bool same;
  };
  const std::array parts = {Part{&locations.circles, same_circles(project, before)},
                            Part{&locations.zones_of_any_date, project.zones == before.zones},
                            Part{&locations.towns, project.towns == before.towns}};

  Wanted changed{false, {}};
  const bool same_rows =
      &parcels == &old || (parcels.geometry.is_shared_with(old.geometry) && parcels.id.is_shared_with(old.id));
  if (!same_rows) {
    const std::vector<std::int64_t> rows = rows_before(parcels, old, progress, threads);
    std::vector<double>& area_m2 = locations.parcel_m2.edit();
    area_m2.resize(rows.size());
    for (std::uint32_t row = 0; row < rows.size(); ++row) {
      area_m2[row] = rows[row] < 0 ? 0 : of_before.parcel_m2[static_cast<std::size_t>(rows[row])];
      if (rows[row] < 0) changed.rows.push_back(row);
    }
    for (const Part& part : parts) part.lists->reorder(rows);
  }

  const auto areas = [&](const Part& part) {
    if (part.lists == &locations.circles) return circles_of(project);
    return part.lists == &locations.towns ? areas_of(project.towns) : areas_of(project.zones);
  };
  const bool all_new = changed.rows.size() == parcels.size();
  for (const bool same : {true, false}) {
    const Wanted& wanted = same && !all_new ? changed : Wanted{};
    if (!wanted.all && wanted.rows.empty()) continue;
    std::vector<Layer> layers;
    for (const Part& part : parts) {
      if (all_new ? !same : part.same != same) continue;
      if (wanted.all) *part.lists = ShareLists(parcels.size());
      layers.emplace_back(areas(part), *part.lists, wanted.all ? parcels.size() : wanted.rows.size());
    }
    if (!layers.empty()) place(parcels, wanted, locations.parcel_m2.edit(), layers, progress, threads);
  }
  for (const Part& part : parts) part.lists->set_row_areas(locations.parcel_m2);
  progress.report(parcels.size(), parcels.size());

  const bool same_links = same_rows && project.phases == before.phases &&
                          project.phase_parcels == before.phase_parcels &&
                          project.project_parcels == before.project_parcels;
  locations.linked_parcels = same_links ? of_before.linked_parcels : links_of_phases(project, parcels);
  turn_to(at, project, locations);
  return locations;
}

Locations locate_phases(const model::Project& project, base::Date at) {
  const model::ParcelTable& parcels = parcels_of(project);
  Locations locations;
  locations.linked_parcels = links_of_phases(project, parcels);
  Wanted linked{false, {}};
  for (const auto& own : locations.linked_parcels) linked.rows.insert(linked.rows.end(), own.begin(), own.end());
  std::sort(linked.rows.begin(), linked.rows.end());
  linked.rows.erase(std::unique(linked.rows.begin(), linked.rows.end()), linked.rows.end());

  locations.circles = locations.zones_of_any_date = locations.towns = ShareLists(parcels.size());
  locations.parcel_m2.edit().resize(parcels.size());
  std::vector<Layer> layers;
  layers.emplace_back(circles_of(project), locations.circles, linked.rows.size());
  layers.emplace_back(areas_of(project.zones), locations.zones_of_any_date, linked.rows.size());
  layers.emplace_back(areas_of(project.towns), locations.towns, linked.rows.size());
  base::Progress progress;
  place(parcels, linked, locations.parcel_m2.edit(), layers, progress, 1);
  for (Layer& layer : layers) layer.lists().set_row_areas(locations.parcel_m2);
  turn_to(at, project, locations);
  return locations;
}

bool same_places(const model::Project& project, const Locations& locations, base::Date a, base::Date b) {
  if (a == b) return true;
  if (project.zones) {
    for (const model::Zone& zone : project.zones->rows) {
      if (in_force(zone, a) != in_force(zone, b)) return false;
    }
  }
  const model::ParcelTable& parcels = parcels_of(project);
  const auto same = [&](std::uint32_t row) { return parcels.in_force(row, a) == parcels.in_force(row, b); };
  return std::all_of(locations.linked_parcels.begin(), locations.linked_parcels.end(),
                     [&](const auto& own) { return std::all_of(own.begin(), own.end(), same); });
}

}  // namespace zaitu::planning
