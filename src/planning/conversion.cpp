#include "planning/conversion.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>
#include <unordered_map>

#include "base/error.h"
#include "base/message.h"
#include "geom/geos/overlay.h"
#include "geom/hilbert_tree.h"
#include "planning/compensated_sum.h"
#include "planning/counting.h"
#include "planning/land_use.h"
#include "planning/stage_histories.h"

namespace zaitu::planning {

namespace {

constexpr double least_piece_m2 = 1e-6;

struct StatePart : LandPart {
  std::size_t state = 0;
};

// The states and the place of each stage or land-use code among them.
class States {
 public:
  States(const model::Project& project, ConversionBy by) {
    if (by == ConversionBy::stage) {
      add_stages(project);
    } else {
      add_land_uses(project);
    }
    m_unknown = m_states.size();
    m_states.push_back({ConversionState::Kind::unknown, "", by == ConversionBy::stage ? "无阶段记录" : "未填",
                        by == ConversionBy::stage ? "no stage known" : "not given", ""});
    m_states.push_back({ConversionState::Kind::unplaced, "", "未定位 unplaced", "unplaced", ""});
    m_states.push_back({ConversionState::Kind::outside, "", "地块外", "outside the parcels", ""});
  }

  std::size_t unknown() const { return m_unknown; }
  std::size_t unplaced() const { return m_unknown + 1; }
  std::size_t outside() const { return m_unknown + 2; }
  std::size_t of_stage(int stage_row) const {
    return stage_row < 0 ? m_unknown : m_of_stage[static_cast<std::size_t>(stage_row)];
  }
  std::size_t of_use(const std::string& code) const {
    const auto found = m_of_use.find(code);
    return found == m_of_use.end() ? m_unknown : found->second;
  }
  const std::vector<ConversionState>& all() const { return m_states; }

 private:
  void add_stages(const model::Project& project) {
    if (!project.stages) return;
    std::vector<std::size_t> order(project.stages->size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return (*project.stages)[a].seq < (*project.stages)[b].seq; });
    m_of_stage.resize(order.size());
    for (const std::size_t row : order) {
      const model::Stage& stage = (*project.stages)[row];
      m_of_stage[row] = m_states.size();
      m_states.push_back({ConversionState::Kind::known, stage.code, stage.name_zh, stage.name_en, stage.colour});
    }
  }

  void add_land_uses(const model::Project& project) {
    std::vector<std::string> codes;
    for (const auto* column : {&project.parcels->land_use_current, &project.parcels->land_use_planned}) {
      for (const std::string& word : (*column)->words()) {
        if (!word.empty()) codes.push_back(word);
      }
    }
    std::sort(codes.begin(), codes.end());
    codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
    for (const std::string& code : codes) {
      m_of_use[code] = m_states.size();
      const model::LandUseClass* known = project.land_use_classes ? model::find_land_use(project, code) : nullptr;
      m_states.push_back({ConversionState::Kind::known, code, known != nullptr ? known->name_zh : code,
                          known != nullptr ? known->name_en : code, known != nullptr ? known->colour : ""});
    }
  }

  std::vector<ConversionState> m_states;
  std::vector<std::size_t> m_of_stage;
  std::unordered_map<std::string, std::size_t> m_of_use;
  std::size_t m_unknown = 0;
};

// The land at one date: which parcels are in force, and the parts of each.
class LandAt {
 public:
  LandAt(const model::Project& project, const StageHistories& histories, const Counting& counting, const States& states,
         ConversionBy by, base::Date at)
      : m_project(project),
        m_parcels(*project.parcels),
        m_counting(counting),
        m_states(states),
        m_by(by),
        m_at(at),
        m_parts(project, locate_phases(project, at), at),
        m_phases(histories.phases_at(at)),
        m_own(histories.parcels_at(at)) {
    for (const std::string& word : m_parcels.land_use_current->words()) m_current.push_back(states.of_use(word));
    for (const std::string& word : m_parcels.land_use_planned->words()) m_planned.push_back(states.of_use(word));
  }

  bool in_force(std::uint32_t row) const { return m_parcels.in_force(row, m_at); }
  const Standing& standing(std::uint32_t phase) const { return m_phases[phase]; }

  void parts_of(std::uint32_t row, std::vector<StatePart>& parts) const {
    parts.clear();
    for (const LandPart& part : m_parts.of(row)) parts.push_back({part, state_of(row, part.phase)});
  }

 private:
  bool moving(const Standing& standing) const {
    return standing.stage >= 0 && standing.stage != m_counting.order().stalled_row();
  }

  std::size_t state_of(std::uint32_t row, int phase) const {
    const Standing& own = m_own[row];
    if (m_by == ConversionBy::stage) {
      const StageOrder& order = m_counting.order();
      int stage = own.stage;
      if (phase != no_phase) {
        const Standing& by_phase = m_phases[static_cast<std::size_t>(phase)];
        const bool takes = own.stage < 0 ? by_phase.stage >= 0
                           : moving(own)
                               ? moving(by_phase) && order.rank(-1, by_phase.stage) > order.rank(-1, own.stage)
                               : moving(by_phase);
        if (takes) stage = by_phase.stage;
      }
      return m_states.of_stage(stage);
    }
    const std::size_t planned = m_planned[m_parcels.land_use_planned->code(row)];
    const Standing& of_phase = phase == no_phase ? own : m_phases[static_cast<std::size_t>(phase)];
    if (planned != m_states.unknown() && is_used_as_planned(m_project, m_counting, phase, of_phase, own))
      return planned;
    return m_current[m_parcels.land_use_current->code(row)];
  }

  const model::Project& m_project;
  const model::ParcelTable& m_parcels;
  const Counting& m_counting;
  const States& m_states;
  const ConversionBy m_by;
  const base::Date m_at;
  const LandParts m_parts;
  const std::vector<Standing> m_phases;
  const Standings m_own;
  std::vector<std::size_t> m_current, m_planned;  // state of each word
};

class Links {
 public:
  using Key = std::tuple<std::size_t, std::size_t, int>;  // from, to, row of the pathway

  Links(const model::Project& project, const StageOrder& order) {
    if (!project.phases) return;
    std::unordered_map<model::ProjectId, int> pathway_of_project;
    if (project.projects) {
      for (const auto& row : *project.projects) {
        pathway_of_project[row.id] = order.pathway_row(row.pathway_code);
      }
    }
    for (const model::Phase& phase : *project.phases) {
      const auto found = pathway_of_project.find(phase.project);
      m_pathways.push_back(found == pathway_of_project.end() ? -1 : found->second);
    }
    m_land_of_phase.resize(project.phases->size());
  }

  int pathway(int phase) const { return phase == no_phase ? -1 : m_pathways[static_cast<std::size_t>(phase)]; }

  // `row`: the parcel that the link names.
  void add_land(const StatePart& from, const StatePart& to, std::uint32_t row, double area_m2) {
    const int phase = to.phase != no_phase ? to.phase : from.phase;
    const Key key{from.state, to.state, pathway(phase)};
    Sums& sums = m_links[key];
    sums.land.add(area_m2);
    sums.parcels.push_back(row);
    if (phase == no_phase) return;
    sums.phases.push_back(static_cast<std::uint32_t>(phase));
    if (to.phase != no_phase) m_land_of_phase[static_cast<std::size_t>(to.phase)].emplace_back(key, area_m2);
  }
  void add_floor(const Key& key, std::uint32_t phase, double area_m2) {
    Sums& sums = m_links[key];
    sums.floor.add(area_m2);
    sums.phases.push_back(phase);
  }
  const std::vector<std::pair<Key, double>>& land_of_phase(std::uint32_t phase) const { return m_land_of_phase[phase]; }

  std::vector<ConversionLink> finish(const model::Project& project) {
    std::vector<ConversionLink> links;
    for (auto& [key, sums] : m_links) {
      ConversionLink link;
      const auto [from, to, pathway] = key;
      link.from = from;
      link.to = to;
      if (pathway >= 0) link.pathway = (*project.pathways)[static_cast<std::size_t>(pathway)].code;
      link.land_m2 = sums.land.value();
      link.floor_m2 = sums.floor.value();
      link.parcels = once_each(std::move(sums.parcels));
      link.phases = once_each(std::move(sums.phases));
      links.push_back(std::move(link));
    }
    return links;
  }

  static std::vector<std::uint32_t> once_each(std::vector<std::uint32_t> rows) {
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    return rows;
  }

 private:
  struct Sums {
    CompensatedSum land, floor;
    std::vector<std::uint32_t> parcels, phases;
  };
  std::map<Key, Sums> m_links;
  std::vector<int> m_pathways;  // by phase row; row of the pathway
  std::vector<std::vector<std::pair<Key, double>>> m_land_of_phase;
};

// The piece of land on which parts `before` meet parts `after`: equal phases first, what is left in proportion.
void add_piece(Links& links, const std::vector<StatePart>& before, const std::vector<StatePart>& after,
               std::uint32_t row, double area_m2) {
  if (before.size() == 1 && after.size() == 1) {
    links.add_land(before.front(), after.front(), row, area_m2);
    return;
  }
  std::vector<double> rest_before, rest_after;
  for (const StatePart& part : before) rest_before.push_back(part.weight);
  for (const StatePart& part : after) rest_after.push_back(part.weight);
  double rest = 1;
  for (std::size_t i = 0; i < before.size(); ++i) {
    for (std::size_t j = 0; j < after.size(); ++j) {
      if (before[i].phase == no_phase || before[i].phase != after[j].phase) continue;
      const double both = std::min(rest_before[i], rest_after[j]);
      if (both <= 0) continue;
      links.add_land(before[i], after[j], row, both * area_m2);
      rest_before[i] -= both;
      rest_after[j] -= both;
      rest -= both;
    }
  }
  if (rest * area_m2 <= least_piece_m2) return;
  for (std::size_t i = 0; i < before.size(); ++i) {
    for (std::size_t j = 0; j < after.size(); ++j) {
      const double weight = rest_before[i] * rest_after[j] / rest;
      if (weight > 0) links.add_land(before[i], after[j], row, weight * area_m2);
    }
  }
}

double shared_m2(const model::ParcelTable& parcels, std::uint32_t a, std::uint32_t b) {
  try {
    return geom::geos::intersection_area(parcels.geometry[a], parcels.geometry[b]);
  } catch (const base::Error& error) {
    throw base::Error(error.code(), base::say("parcels {} and {}: {}", parcels.code[a], parcels.code[b], error.what()));
  }
}

}  // namespace

Conversion conversion(const model::Project& project, const StageHistories& histories, base::Date from, base::Date to,
                      ConversionBy by, const CountingRule& rule, base::Progress& progress) {
  if (from > to) {
    throw base::Error(base::ExitCode::usage,
                      base::say("the first date {} is later than the second {}; exchange them", from.iso(), to.iso()));
  }
  const model::ParcelTable& parcels = *project.parcels;
  const Counting counting(project, rule);
  const States states(project, by);
  const LandAt before(project, histories, counting, states, by, from);
  const LandAt after(project, histories, counting, states, by, to);
  Links links(project, counting.order());
  Conversion result;
  result.by = by;
  result.from = from;
  result.to = to;
  result.rule = rule;
  result.rule.scope.clear();

  CompensatedSum land_before, land_after, overlap;
  std::vector<StatePart> parts_before, parts_after;
  const std::vector<StatePart> outside{{{no_phase, 1}, states.outside()}};
  std::vector<std::uint32_t> retired, made;
  for (std::uint32_t row = 0; row < parcels.size(); ++row) {
    if (row % 4096 == 0) {
      progress.throw_if_stopped();
      progress.report(row, parcels.size());
    }
    const bool was = before.in_force(row), is = after.in_force(row);
    if (!was && !is) continue;
    if (parcels.synthetic[row] != 0) ++result.synthetic_parcels;
    const double area_m2 = land_m2(parcels.geometry[row]);
    if (was) land_before.add(area_m2);
    if (is) land_after.add(area_m2);
    if (was && is) {
      before.parts_of(row, parts_before);
      after.parts_of(row, parts_after);
      add_piece(links, parts_before, parts_after, row, area_m2);
    } else {
      (was ? retired : made).push_back(row);
    }
  }

  // What was retired, laid over what was made.
  std::vector<geom::Envelope> boxes;
  boxes.reserve(made.size());
  for (const std::uint32_t row : made) boxes.push_back(parcels.geometry[row].envelope());
  const geom::HilbertTree tree(boxes);
  std::vector<CompensatedSum> matched(made.size());
  const auto to_outside = [&](double area_m2, double shared_area_m2) {
    if (shared_area_m2 > area_m2 + least_piece_m2) overlap.add(shared_area_m2 - area_m2);
    return area_m2 - shared_area_m2 > least_piece_m2 ? area_m2 - shared_area_m2 : 0.0;
  };
  for (const std::uint32_t row : retired) {
    progress.throw_if_stopped();
    const double area_m2 = land_m2(parcels.geometry[row]);
    before.parts_of(row, parts_before);
    CompensatedSum shared;
    if (area_m2 > 0) {
      for (const std::uint32_t place : tree.query(parcels.geometry[row].envelope())) {
        if (land_m2(parcels.geometry[made[place]]) <= 0) continue;
        const double piece_m2 = shared_m2(parcels, row, made[place]);
        if (piece_m2 <= least_piece_m2) continue;
        after.parts_of(made[place], parts_after);
        add_piece(links, parts_before, parts_after, made[place], piece_m2);
        shared.add(piece_m2);
        matched[place].add(piece_m2);
      }
    }
    const double rest_m2 = to_outside(area_m2, shared.value());
    if (rest_m2 > 0) add_piece(links, parts_before, outside, row, rest_m2);
  }
  for (std::size_t place = 0; place < made.size(); ++place) {
    const double rest_m2 = to_outside(land_m2(parcels.geometry[made[place]]), matched[place].value());
    if (rest_m2 <= 0) continue;
    after.parts_of(made[place], parts_after);
    add_piece(links, outside, parts_after, made[place], rest_m2);
  }

  CompensatedSum floor, unplaced;
  for (const std::uint32_t phase : rows_by_id(project)) {
    double area_m2 = counting.area_m2((*project.phases)[phase]);
    if (std::isnan(area_m2)) {
      ++result.missing_area;
      area_m2 = 0;
    }
    floor.add(area_m2);
    if ((*project.phases)[phase].synthetic) ++result.synthetic_phases;
    const auto& land = links.land_of_phase(phase);
    const double whole_m2 = std::accumulate(land.begin(), land.end(), 0.0,
                                            [](double sum, const auto& piece) { return sum + piece.second; });
    if (whole_m2 <= 0) unplaced.add(area_m2);
    if (by == ConversionBy::stage) {
      links.add_floor({states.of_stage(before.standing(phase).stage), states.of_stage(after.standing(phase).stage),
                       links.pathway(static_cast<int>(phase))},
                      phase, area_m2);
    } else if (whole_m2 <= 0) {
      links.add_floor({states.unplaced(), states.unplaced(), links.pathway(static_cast<int>(phase))}, phase, area_m2);
    } else {
      for (const auto& [key, piece_m2] : land) links.add_floor(key, phase, area_m2 * (piece_m2 / whole_m2));
    }
  }

  result.states = states.all();
  result.links = links.finish(project);
  result.land_before_m2 = land_before.value();
  result.land_after_m2 = land_after.value();
  result.overlap_m2 = overlap.value();
  result.floor_m2 = floor.value();
  result.unplaced_floor_m2 = unplaced.value();
  progress.report(parcels.size(), parcels.size());
  return result;
}

std::vector<ConversionLink> without_pathways(const Conversion& conversion) {
  std::vector<ConversionLink> merged;
  for (const ConversionLink& link : conversion.links) {
    if (merged.empty() || merged.back().from != link.from || merged.back().to != link.to) {
      merged.push_back(link);
      merged.back().pathway.clear();
      continue;
    }
    ConversionLink& whole = merged.back();
    whole.land_m2 += link.land_m2;
    whole.floor_m2 += link.floor_m2;
    whole.parcels.insert(whole.parcels.end(), link.parcels.begin(), link.parcels.end());
    whole.phases.insert(whole.phases.end(), link.phases.begin(), link.phases.end());
  }
  for (ConversionLink& link : merged) {
    link.parcels = Links::once_each(std::move(link.parcels));
    link.phases = Links::once_each(std::move(link.phases));
  }
  return merged;
}

}  // namespace zaitu::planning
