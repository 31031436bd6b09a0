#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <set>

#include "planning/compensated_sum.h"
#include "planning/counting.h"

namespace zaitu::planning {

namespace {

struct Key {
  std::string code, label;
};

// One grouping: its keys in the order they are shown, the one for "none" last, and the places of each phase among them.
struct Dimension {
  std::vector<Key> keys;
  std::function<std::vector<std::pair<std::size_t, double>>(std::uint32_t phase)> places;
};

struct Words {
  const char* code;
  const char* zh;
  const char* en;
};
constexpr Words owner_types[] = {{"state", "国有", "State"},
                                 {"collective", "集体", "Collective"},
                                 {"private", "民营", "Private"},
                                 {"university", "高校", "University"},
                                 {"mixed", "混合", "Mixed"}};
constexpr Words chain_stages[] = {{"research", "研发", "Research"},
                                  {"incubation", "孵化", "Incubation"},
                                  {"pilot", "中试", "Pilot"},
                                  {"industry", "产业化", "Industry"},
                                  {"service", "服务", "Service"}};

class Grouping {
 public:
  Grouping(const model::Project& project, const Locations& locations, const StatusAt& status, const CountingRule& rule,
           const Scope& scope, const Counting& counting, const std::vector<PhaseCount>& evidence,
           base::Language language)
      : m_project(project),
        m_locations(locations),
        m_status(status),
        m_rule(rule),
        m_scope(scope),
        m_counting(counting),
        m_evidence(evidence),
        m_zh(language == base::Language::zh) {}

  Dimension dimension(GroupBy group) const {
    switch (group) {
      case GroupBy::circle:
        return circles();
      case GroupBy::town:
        return towns();
      case GroupBy::stage:
        return stages();
      case GroupBy::certainty:
        return certainties();
      case GroupBy::lead_unit:
        return lead_units();
      case GroupBy::owner_type:
        return words(&model::CarrierProject::owner_type, owner_types);
      case GroupBy::chain_stage:
        return words(&model::CarrierProject::chain_stage, chain_stages);
      case GroupBy::programme:
        return programmes();
      case GroupBy::year:
        return years();
    }
    return {};
  }

 private:
  std::string shown(const std::string& zh, const std::string& en) const {
    if (m_zh) return zh.empty() ? en : zh;
    return en.empty() ? zh : en;
  }
  const model::Phase& phase(std::uint32_t row) const { return (*m_project.phases)[row]; }

  // Keys of the rows of a table in the order of their codes, and where each row went.
  template <class Row, class Before>
  Dimension of_rows(const std::vector<Row>& rows, Before before, const std::function<Key(const Row&)>& key,
                    std::vector<std::size_t>& place_of, const std::string& none) const {
    std::vector<std::size_t> order(rows.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return before(rows[a], rows[b]); });
    Dimension dimension;
    place_of.assign(rows.size(), 0);
    for (std::size_t place = 0; place < order.size(); ++place) {
      place_of[order[place]] = place;
      dimension.keys.push_back(key(rows[order[place]]));
    }
    dimension.keys.push_back({"", none});
    return dimension;
  }

  // Phases that lie nowhere are "unplaced"; those that have a place which no area of the layer covers lie outside.
  // Both go to the key "", and its label says what is in it.
  std::string none_label(const ShareLists& shares, const char* outside_zh, const char* outside_en) const {
    bool unplaced = false, outside = false;
    for (const PhaseCount& count : m_evidence) {
      double covered = 0;
      if (count.phase < shares.size()) {
        for (const Share share : shares[count.phase]) covered += share.share;
      }
      const bool in_part = m_rule.split_by_share && covered > 0 && covered <= 1 - 1e-9;
      if (covered > 0 && !in_part) continue;
      (has_place(count.phase) ? outside : unplaced) = true;
    }
    if (!outside) return m_zh ? "未定位 unplaced" : "unplaced";
    if (!unplaced) return m_zh ? outside_zh : outside_en;
    return m_zh ? std::string("未定位 unplaced / ") + outside_zh : std::string("unplaced / ") + outside_en;
  }

  bool has_place(std::uint32_t row) const {
    if (row < m_locations.phase_parcels.size() && !m_locations.phase_parcels[row].empty()) return true;
    const auto* project = model::find_project(m_project, phase(row).project);
    return project != nullptr && project->location.has_value();
  }

  template <class Row>
  Dimension of_areas(const std::vector<Row>& rows, const ShareLists& shares, int scope_row,
                     const std::string& none) const {
    std::vector<std::size_t> place_of;
    Dimension dimension = of_rows<Row>(
        rows, [](const Row& a, const Row& b) { return a.code < b.code; },
        [this](const Row& row) {
          return Key{row.code, shown(row.name_zh, row.name_en)};
        },
        place_of, none);
    const std::size_t none_place = dimension.keys.size() - 1;
    dimension.places = [this, place_of, none_place, &shares, scope_row](std::uint32_t row) {
      std::vector<std::pair<std::size_t, double>> places;
      if (scope_row >= 0) {  // the evidence already is the part inside this area
        places.emplace_back(place_of[static_cast<std::size_t>(scope_row)], 1.0);
        return places;
      }
      for (const auto& [area, weight] :
           placement(row < shares.size() ? shares[row] : ShareList{}, m_rule.split_by_share)) {
        places.emplace_back(area < 0 ? none_place : place_of[static_cast<std::size_t>(area)], weight);
      }
      return places;
    };
    return dimension;
  }

  Dimension circles() const {
    static const std::vector<model::Circle> none;
    return of_areas(m_project.circles ? *m_project.circles : none, m_locations.phase_circles, m_scope.circle_row(),
                    none_label(m_locations.phase_circles, "圈层外", "outside the circles"));
  }

  Dimension towns() const {
    static const std::vector<model::Town> none;
    return of_areas(m_project.towns ? m_project.towns->rows : none, m_locations.phase_towns, -1,
                    none_label(m_locations.phase_towns, "街镇外", "outside the towns"));
  }

  // A dimension with one row number of a table for each phase, -1 for none.
  static void place_by_row(Dimension& dimension, const std::vector<std::size_t>& place_of,
                           std::function<int(std::uint32_t)> row_of_phase) {
    const std::size_t none_place = dimension.keys.size() - 1;
    dimension.places = [place_of, none_place, row_of_phase = std::move(row_of_phase)](std::uint32_t phase) {
      const int row = row_of_phase(phase);
      return std::vector<std::pair<std::size_t, double>>{
          {row < 0 ? none_place : place_of[static_cast<std::size_t>(row)], 1.0}};
    };
  }

  Dimension stages() const {
    static const std::vector<model::Stage> none;
    std::vector<std::size_t> place_of;
    Dimension dimension = of_rows<model::Stage>(
        m_project.stages ? *m_project.stages : none,
        [](const model::Stage& a, const model::Stage& b) { return a.seq < b.seq; },
        [this](const model::Stage& row) {
          return Key{row.code, shown(row.name_zh, row.name_en)};
        },
        place_of, not_given());
    place_by_row(dimension, place_of, [this](std::uint32_t row) { return m_status.phases[row].stage; });
    return dimension;
  }

  Dimension certainties() const {
    static const std::vector<model::CertaintyClass> none;
    std::vector<std::size_t> place_of;
    Dimension dimension = of_rows<model::CertaintyClass>(
        m_project.certainty_classes ? *m_project.certainty_classes : none,
        [](const model::CertaintyClass& a, const model::CertaintyClass& b) { return a.seq < b.seq; },
        [this](const model::CertaintyClass& row) {
          return Key{row.code, shown(row.label_zh, row.label_en)};
        },
        place_of, not_given());
    place_by_row(dimension, place_of, [this](std::uint32_t row) { return m_status.phases[row].certainty; });
    return dimension;
  }

  // A phase counts once: of several lead units the first one named takes it.
  Dimension lead_units() const {
    std::map<model::ProjectId, model::UnitId> lead;
    if (m_project.project_units) {
      for (const auto& row : *m_project.project_units) {
        if (row.role == model::UnitRole::lead) lead.emplace(row.project, row.unit);
      }
    }
    return by_project_link(m_project.units, lead, m_zh ? "无牵头单位" : "no lead unit");
  }

  // Rule 3: the project's primary programme; where none is marked, the first one named.
  Dimension programmes() const {
    std::map<model::ProjectId, model::ProgrammeId> programme;
    if (m_project.project_programmes) {
      for (const auto& row : *m_project.project_programmes) {
        if (row.primary) programme.emplace(row.project, row.programme);
      }
      for (const auto& row : *m_project.project_programmes) programme.emplace(row.project, row.programme);
    }
    return by_project_link(m_project.programmes, programme, m_zh ? "无专项" : "no programme");
  }

  template <class Row, class RowId>
  Dimension by_project_link(const model::Rows<Row>& rows, const std::map<model::ProjectId, RowId>& link,
                            const std::string& none_label) const {
    const auto& table = rows_of(rows);
    std::vector<std::size_t> place_of;
    Dimension dimension = of_rows<Row>(
        table, [](const Row& a, const Row& b) { return a.code < b.code; },
        [this](const Row& row) {
          return Key{row.code, shown(row.name_zh, row.name_en)};
        },
        place_of, none_label);
    std::map<RowId, int> row_of;
    for (std::size_t i = 0; i < table.size(); ++i) row_of.emplace(table[i].id, static_cast<int>(i));
    place_by_row(dimension, place_of, [this, link, row_of](std::uint32_t row) {
      const auto linked = link.find(phase(row).project);
      if (linked == link.end()) return -1;
      const auto found = row_of.find(linked->second);
      return found == row_of.end() ? -1 : found->second;
    });
    return dimension;
  }

  // A code of the project itself: the known words in their order, then any others, then "not given".
  template <std::size_t N>
  Dimension words(std::string model::CarrierProject::*field, const Words (&known)[N]) const {
    Dimension dimension;
    std::map<std::string, std::size_t> place_of;
    const auto add = [&](const std::string& code, const std::string& label) {
      if (!code.empty() && place_of.emplace(code, dimension.keys.size()).second)
        dimension.keys.push_back({code, label});
    };
    for (const Words& word : known) add(word.code, m_zh ? word.zh : word.en);
    std::set<std::string> others;
    if (m_project.projects) {
      for (const auto& row : *m_project.projects) others.insert(row.*field);
    }
    for (const std::string& other : others) add(other, other);
    place_of.emplace("", dimension.keys.size());
    dimension.keys.push_back({"", not_given()});
    dimension.places = [this, field, place_of](std::uint32_t row) {
      const auto* project = model::find_project(m_project, phase(row).project);
      const std::string code = project == nullptr ? "" : project->*field;
      return std::vector<std::pair<std::size_t, double>>{{place_of.at(code), 1.0}};
    };
    return dimension;
  }

  // The year in which a counted phase first had an actual event of the rule's stage or a further one.
  Dimension years() const {
    std::map<model::PhaseId, base::Date> reached;
    std::map<model::PhaseId, std::uint32_t> counted;
    for (const PhaseCount& count : m_evidence) {
      if (count.counts) counted.emplace(phase(count.phase).id, count.phase);
    }
    if (m_project.stage_events) {
      for (const auto& event : *m_project.stage_events) {
        if (event.kind != model::EventKind::actual || event.dated > m_status.as_of) continue;
        const auto found = counted.find(event.phase);
        if (found == counted.end() || !m_counting.reaches(phase(found->second), event.stage_code)) continue;
        const auto [place, inserted] = reached.emplace(event.phase, event.dated);
        if (!inserted && event.dated < place->second) place->second = event.dated;
      }
    }
    std::set<int> years;
    for (const auto& [id, date] : reached) years.insert(date.year());
    Dimension dimension;
    std::map<int, std::size_t> place_of;
    for (const int year : years) {
      place_of.emplace(year, dimension.keys.size());
      dimension.keys.push_back({std::to_string(year), std::to_string(year)});
    }
    const std::size_t none_place = dimension.keys.size();
    dimension.keys.push_back({"", m_zh ? "未计入" : "not counted"});
    dimension.places = [this, reached, place_of, none_place](std::uint32_t row) {
      const auto found = reached.find(phase(row).id);
      return std::vector<std::pair<std::size_t, double>>{
          {found == reached.end() ? none_place : place_of.at(found->second.year()), 1.0}};
    };
    return dimension;
  }

  std::string not_given() const { return m_zh ? "未填" : "not given"; }

  const model::Project& m_project;
  const Locations& m_locations;
  const StatusAt& m_status;
  const CountingRule& m_rule;
  const Scope& m_scope;
  const Counting& m_counting;
  const std::vector<PhaseCount>& m_evidence;
  const bool m_zh;
};

struct Part {
  std::vector<std::size_t> place;
  double weight = 1;
};

// All combinations of the phase's places, one for each dimension. On two divided dimensions (circle and town) the
// shares are multiplied: each dimension's own totals stay exact, the cells between them are an estimate.
std::vector<Part> parts_of(std::uint32_t phase, const std::vector<Dimension>& dimensions) {
  std::vector<Part> parts{{}};
  for (const Dimension& dimension : dimensions) {
    const auto places = dimension.places(phase);
    std::vector<Part> finer;
    for (const Part& part : parts) {
      for (const auto& [place, weight] : places) {
        Part next = part;
        next.place.push_back(place);
        next.weight *= weight;
        finer.push_back(std::move(next));
      }
    }
    parts = std::move(finer);
  }
  return parts;
}

}  // namespace

std::vector<SupplyGroup> group_supply(const model::Project& project, const Locations& locations, const StatusAt& status,
                                      const CountingRule& rule, const Scope& scope, const Counting& counting,
                                      const std::vector<PhaseCount>& evidence, const std::vector<GroupBy>& group_by,
                                      base::Language language) {
  const Grouping grouping(project, locations, status, rule, scope, counting, evidence, language);
  std::vector<Dimension> dimensions;
  dimensions.reserve(group_by.size());
  for (const GroupBy group : group_by) dimensions.push_back(grouping.dimension(group));

  struct Sums {
    SupplyGroup group;
    CompensatedSum area, counted;
  };
  std::map<std::vector<std::size_t>, Sums> sums;
  if (dimensions.empty()) sums.try_emplace({});  // the whole is a group too, even of no phases
  for (const PhaseCount& count : evidence) {
    const std::vector<Part> parts = parts_of(count.phase, dimensions);
    // The largest part takes what the others leave, so that the parts of a divided phase add up to it to the last bit.
    std::size_t last = 0;
    for (std::size_t i = 1; i < parts.size(); ++i) {
      if (parts[i].weight > parts[last].weight) last = i;
    }
    CompensatedSum rest;
    rest.add(count.area_m2);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (i != last) rest.add(-(count.area_m2 * parts[i].weight));
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const double area = i == last ? rest.value() : count.area_m2 * parts[i].weight;
      Sums& sum = sums[parts[i].place];
      sum.area.add(area);
      if (count.counts) {
        sum.counted.add(area);
        ++sum.group.counted_phases;
      }
      ++sum.group.phases;
      if (count.missing_area) ++sum.group.missing_area;
      sum.group.phase_rows.push_back(count.phase);
    }
  }

  std::vector<SupplyGroup> groups;
  for (auto& [place, sum] : sums) {
    SupplyGroup group = std::move(sum.group);
    group.area_m2 = sum.area.value();
    group.counted_m2 = sum.counted.value();
    for (std::size_t i = 0; i < place.size(); ++i) {
      group.key.push_back(dimensions[i].keys[place[i]].code);
      group.label.push_back(dimensions[i].keys[place[i]].label);
    }
    groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace zaitu::planning
