#include "planning/absorption.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <unordered_map>

#include "planning/compensated_sum.h"
#include "planning/counting.h"

namespace zaitu::planning {

namespace {

constexpr int months_of_quarter = 3, months_of_year = 12;

// The first day's eve of a day's quarter: the end of the one before.
base::Date quarter_begin(base::Date at) { return at.quarter_end().plus_days(1).plus_months(-3).plus_days(-1); }

// Records of each phase, by date.
class Records {
 public:
  explicit Records(const model::Project& project) {
    if (!project.occupancies) return;
    for (const model::Occupancy& row : *project.occupancies) m_of_phase[row.phase].push_back(&row);
    for (auto& [phase, rows] : m_of_phase) {
      std::stable_sort(rows.begin(), rows.end(),
                       [](const model::Occupancy* a, const model::Occupancy* b) { return a->as_of < b->as_of; });
    }
  }
  const model::Occupancy* newest(model::PhaseId phase, base::Date at) const {
    const auto found = m_of_phase.find(phase);
    if (found == m_of_phase.end()) return nullptr;
    const auto after = std::upper_bound(found->second.begin(), found->second.end(), at,
                                        [](base::Date date, const model::Occupancy* row) { return date < row->as_of; });
    return after == found->second.begin() ? nullptr : *(after - 1);
  }

 private:
  std::unordered_map<model::PhaseId, std::vector<const model::Occupancy*>> m_of_phase;
};

class Measuring {
 public:
  Measuring(const model::Project& project, const Locations& locations, const StageHistories& histories,
            const CountingRule& rule)
      : m_project(project),
        m_histories(histories),
        m_records(project),
        m_scope(project, rule),
        m_counting(project, rule),
        m_in_use(project, in_use_rule(rule)) {
    for (const std::uint32_t row : rows_by_id(project)) {
      const double weight = m_scope.weight(locations, row);
      if (weight > 0) m_rows.push_back({row, weight});
    }
  }

  const Scope& scope() const { return m_scope; }
  const Counting& counting() const { return m_counting; }

  std::vector<AbsorptionPhase> phases_at(base::Date at) const {
    const std::vector<Standing> now = m_histories.phases_at(at);
    const base::Date year_ago = at.plus_months(-months_of_year);
    const std::vector<Standing> then = m_histories.phases_at(year_ago);
    std::vector<AbsorptionPhase> phases;
    for (const InScope& in_scope : m_rows) {
      const model::Phase& phase = (*m_project.phases)[in_scope.row];
      AbsorptionPhase row;
      row.phase = in_scope.row;
      row.weight = in_scope.weight;
      row.record = m_records.newest(phase.id, at);
      row.in_use = m_in_use.counts(phase, now[in_scope.row]);
      if (row.record == nullptr && !row.in_use) continue;
      if (row.record != nullptr) {
        const bool own = !std::isnan(row.record->leasable_m2);
        row.leasable_m2 = own ? row.record->leasable_m2 : phase.leasable_m2;
        row.vacant_m2 = row.leasable_m2 - row.record->moved_in_m2;
        row.measured = !std::isnan(row.vacant_m2);
        row.stale = row.record->as_of < year_ago;
        row.synthetic = row.record->synthetic || (!own && phase.synthetic);
        const auto before = moved_in_at(phase, then[in_scope.row], year_ago, year_ago.plus_months(-months_of_quarter));
        if (before && row.record->as_of >= at.plus_months(-months_of_quarter))
          row.year_take_up_m2 = row.record->moved_in_m2 - *before;
      }
      phases.push_back(row);
    }
    return phases;
  }

  AbsorptionQuarter quarter(base::Date to) const {
    AbsorptionQuarter quarter;
    quarter.from = quarter_begin(to);
    quarter.to = to;
    quarter.name = to.quarter_name();
    const std::vector<Standing> first = m_histories.phases_at(quarter.from), last = m_histories.phases_at(to);
    CompensatedSum take_up, vacant, leasable, carrier;
    for (const InScope& in_scope : m_rows) {
      const model::Phase& phase = (*m_project.phases)[in_scope.row];
      const double area = m_counting.area_m2(phase) * in_scope.weight;
      if (!std::isnan(area)) {
        if (m_counting.counts(phase, last[in_scope.row])) carrier.add(area);
        if (m_counting.counts(phase, first[in_scope.row])) carrier.add(-area);
      }
      const model::Occupancy* record = m_records.newest(phase.id, to);
      if (record == nullptr && !m_in_use.counts(phase, last[in_scope.row])) continue;
      if (record != nullptr) {
        const double can_be_let = std::isnan(record->leasable_m2) ? phase.leasable_m2 : record->leasable_m2;
        const double free = (can_be_let - record->moved_in_m2) * in_scope.weight;
        if (!std::isnan(free)) {
          vacant.add(free);
          leasable.add(can_be_let * in_scope.weight);
          ++quarter.measured;
        }
      }
      const auto before =
          moved_in_at(phase, first[in_scope.row], quarter.from, quarter_begin(quarter.from).plus_days(1));
      const bool known =
          before && record != nullptr && record->as_of > quarter.from && !std::isnan(record->moved_in_m2);
      if (!known) {
        ++quarter.unknown;
        continue;
      }
      take_up.add((record->moved_in_m2 - *before) * in_scope.weight);
      ++quarter.known;
    }
    if (quarter.known > 0) quarter.take_up_m2 = take_up.value();
    if (quarter.measured > 0) {
      quarter.vacant_m2 = vacant.value();
      quarter.leasable_m2 = leasable.value();
    }
    quarter.new_carrier_m2 = carrier.value();
    return quarter;
  }

 private:
  struct InScope {
    std::uint32_t row = 0;
    double weight = 1;
  };
  static CountingRule in_use_rule(CountingRule rule) {
    rule.from = CountFrom::in_use;
    return rule;
  }

  // What was moved in at a date, by a record of the days [oldest, at]; nobody where it was not in use and no record
  // says otherwise.
  std::optional<double> moved_in_at(const model::Phase& phase, const Standing& standing, base::Date at,
                                    base::Date oldest) const {
    const model::Occupancy* record = m_records.newest(phase.id, at);
    if (record == nullptr) return m_in_use.counts(phase, standing) ? std::nullopt : std::optional(0.0);
    if (record->as_of < oldest || std::isnan(record->moved_in_m2)) return std::nullopt;
    return record->moved_in_m2;
  }

  const model::Project& m_project;
  const StageHistories& m_histories;
  Records m_records;
  Scope m_scope;
  Counting m_counting, m_in_use;
  std::vector<InScope> m_rows;
};

// Months, or why there are none.
void clear(AbsorptionFigures& figures) {
  constexpr double nothing_m2 = 1e-6;
  if (figures.measured == 0) {
    figures.no_clearing = NoClearing::no_measure;
  } else if (figures.vacant_m2 <= nothing_m2) {
    figures.no_clearing = NoClearing::none;
    figures.months_to_clear = 0;
  } else if (figures.without_year == figures.measured) {
    figures.no_clearing = NoClearing::no_records;
  } else if (figures.year_take_up_m2 <= nothing_m2) {
    figures.no_clearing = NoClearing::no_take_up;
  } else {
    figures.no_clearing = NoClearing::none;
    figures.months_to_clear = figures.year_vacant_m2 / (figures.year_take_up_m2 / months_of_year);
  }
}

}  // namespace

std::string describe(NoClearing why, base::Language language) {
  const bool zh = language == base::Language::zh;
  switch (why) {
    case NoClearing::no_measure:
      return zh ? "无去化记录" : "no records";
    case NoClearing::no_records:
      return zh ? "近四季记录不全" : "records of four quarters are missing";
    case NoClearing::no_take_up:
      return zh ? "近四季净入驻不增" : "no net take-up in four quarters";
    case NoClearing::none:
      break;
  }
  return {};
}

Absorption absorption(const model::Project& project, const Locations& locations, const StageHistories& histories,
                      const StatusAt& status, const CountingRule& rule, const std::vector<GroupBy>& group_by,
                      base::Language language, std::size_t quarter_count) {
  const Measuring measuring(project, locations, histories, rule);
  Absorption result;
  result.as_of = status.as_of;
  result.rule = rule;
  result.phases = measuring.phases_at(status.as_of);
  std::unordered_map<std::uint32_t, const AbsorptionPhase*> by_row;
  for (const AbsorptionPhase& phase : result.phases) by_row.emplace(phase.phase, &phase);

  // One number of each phase, divided into the groups as supply divides its area, so that they add up in the same way.
  using Measure = std::function<double(const AbsorptionPhase&)>;
  const auto grouped = [&](const std::vector<GroupBy>& by, const Measure& measure) {
    std::vector<PhaseCount> evidence;
    for (const AbsorptionPhase& phase : result.phases) {
      PhaseCount count;
      count.phase = phase.phase;
      count.counts = phase.in_use;
      const double value = phase.measured ? measure(phase) : model::unknown;
      count.missing_area = std::isnan(value);
      count.area_m2 = count.missing_area ? 0 : value * phase.weight;
      evidence.push_back(count);
    }
    return group_supply(project, locations, status, rule, measuring.scope(), measuring.counting(), evidence, by,
                        language);
  };
  const auto groups_by = [&](const std::vector<GroupBy>& by) {
    const Measure measures[] = {
        [](const AbsorptionPhase& p) { return p.leasable_m2; },
        [](const AbsorptionPhase& p) { return p.record->moved_in_m2; },
        [](const AbsorptionPhase& p) { return p.vacant_m2; },
        [](const AbsorptionPhase& p) { return p.record->signed_m2; },
        [](const AbsorptionPhase& p) { return std::isnan(p.record->signed_m2) ? model::unknown : p.leasable_m2; },
        [](const AbsorptionPhase& p) { return p.year_take_up_m2; },
        [](const AbsorptionPhase& p) { return std::isnan(p.year_take_up_m2) ? model::unknown : p.vacant_m2; }};
    double AbsorptionFigures::*const into[] = {
        &AbsorptionFigures::leasable_m2,   &AbsorptionFigures::moved_in_m2,        &AbsorptionFigures::vacant_m2,
        &AbsorptionFigures::signed_m2,     &AbsorptionFigures::signed_leasable_m2, &AbsorptionFigures::year_take_up_m2,
        &AbsorptionFigures::year_vacant_m2};
    std::vector<AbsorptionGroup> groups;
    for (std::size_t m = 0; m < std::size(measures); ++m) {
      std::vector<SupplyGroup> sums = grouped(by, measures[m]);
      if (m == 0) groups.resize(sums.size());
      for (std::size_t g = 0; g < sums.size(); ++g) {
        // NaN where the group has no phase with this number.
        if (sums[g].missing_area < sums[g].phases) groups[g].figures.*into[m] = sums[g].area_m2;
        if (m > 0) continue;
        groups[g].key = std::move(sums[g].key);
        groups[g].label = std::move(sums[g].label);
        groups[g].phase_rows = std::move(sums[g].phase_rows);
      }
    }
    for (AbsorptionGroup& group : groups) {
      AbsorptionFigures& figures = group.figures;
      for (const std::uint32_t row : group.phase_rows) {
        const AbsorptionPhase& phase = *by_row.at(row);
        ++figures.phases;
        if (phase.record == nullptr) ++figures.without_record;
        if (phase.record != nullptr && !phase.measured) ++figures.incomplete;
        if (phase.stale) ++figures.stale;
        if (phase.synthetic) ++figures.synthetic;
        if (!phase.measured) continue;
        ++figures.measured;
        if (std::isnan(phase.record->signed_m2)) ++figures.missing_signed;
        if (phase.vacant_m2 < 0) ++figures.over_full;
        if (std::isnan(phase.year_take_up_m2)) ++figures.without_year;
      }
      clear(figures);
    }
    return groups;
  };
  result.total = groups_by({}).front().figures;
  result.groups = group_by.empty() ? std::vector<AbsorptionGroup>{} : groups_by(group_by);

  base::Date to = status.as_of;
  for (std::size_t i = 0; i < quarter_count; ++i) {
    result.quarters.push_back(measuring.quarter(to));
    to = result.quarters.back().from;
  }
  std::reverse(result.quarters.begin(), result.quarters.end());
  return result;
}

std::string sentence(const Absorption& absorption, base::Language language) {
  const bool zh = language == base::Language::zh;
  if (absorption.quarters.empty()) return {};
  const AbsorptionQuarter& quarter = absorption.quarters.back();
  const AbsorptionFigures& total = absorption.total;
  const std::string not_known = zh ? "不详" : "not known";
  std::string take_up = not_known;
  if (quarter.known > 0) {
    take_up = base::wan_m2_with_unit(quarter.take_up_m2, language);
    if (quarter.unknown > 0) {
      const std::string of_all = fmt::format("{}/{}", quarter.known, quarter.known + quarter.unknown);
      take_up += zh ? "（" + of_all + " 个分期有记录）" : " (" + of_all + " phases with records)";
    }
  }
  const double rate = total.vacancy_rate();
  const std::string vacancy = std::isnan(rate) ? not_known : base::percent(rate);
  std::string months = not_known;
  if (total.no_clearing == NoClearing::none) {
    months = base::number(total.months_to_clear, 1) + (zh ? " 个月" : " months");
    if (total.without_year > 0) {
      months += zh ? fmt::format("（{} 个分期近四季记录不全，未计）", total.without_year)
                   : fmt::format(" (without {} phases that lack records of four quarters)", total.without_year);
    }
  } else {
    months += (zh ? "（" : " (") + describe(total.no_clearing, language) + (zh ? "）" : ")");
  }
  const std::string added = base::wan_m2_with_unit(quarter.new_carrier_m2, language);
  return zh ? fmt::format("{} 本季新增载体 {}，新增入驻 {}，空置率 {}，去化周期 {}。", quarter.name, added, take_up,
                          vacancy, months)
            : fmt::format("{}: new carrier space {}, net take-up {}, vacancy {}, time to clear {}.", quarter.name,
                          added, take_up, vacancy, months);
}

}  // namespace zaitu::planning
