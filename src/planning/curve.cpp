#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "base/utf8.h"
#include "planning/compensated_sum.h"
#include "planning/counting.h"
#include "planning/stage_histories.h"
#include "planning/supply.h"

namespace zaitu::planning {

std::optional<double> floor_area_unit_m2(std::string_view unit) {
  static const std::map<std::string, double, std::less<>> units = {{"万㎡", base::m2_per_wan},
                                                                   {"万m²", base::m2_per_wan},
                                                                   {"万m2", base::m2_per_wan},
                                                                   {"万平方米", base::m2_per_wan},
                                                                   {"万平米", base::m2_per_wan},
                                                                   {"wan_m2", base::m2_per_wan},
                                                                   {"10^4 m2", base::m2_per_wan},
                                                                   {"10^4 m²", base::m2_per_wan},
                                                                   {"×10⁴ m²", base::m2_per_wan},
                                                                   {"10000 m2", base::m2_per_wan},
                                                                   {"㎡", 1.0},
                                                                   {"m²", 1.0},
                                                                   {"m2", 1.0},
                                                                   {"平方米", 1.0},
                                                                   {"平米", 1.0},
                                                                   {"公顷", base::m2_per_hectare},
                                                                   {"ha", base::m2_per_hectare},
                                                                   {"km²", 1e6},
                                                                   {"km2", 1e6},
                                                                   {"平方公里", 1e6}};
  const auto found = units.find(base::ascii_lower(base::trim(base::half_width(unit))));
  return found == units.end() ? std::nullopt : std::optional(found->second);
}

std::vector<TargetGap> supply_targets(const model::Project& project) {
  std::vector<TargetGap> targets;
  if (!project.indicators || !project.indicator_targets) return targets;

  // The rank of each year's best row so far: the lowest indicator number, then the document issued last.
  using Rank = std::tuple<int, std::int32_t, std::int64_t>;
  std::map<int, std::pair<Rank, TargetGap>> by_year;
  for (const auto& row : *project.indicator_targets) {
    const auto indicator = std::find_if(project.indicators->begin(), project.indicators->end(),
                                        [&](const model::Indicator& i) { return i.id == row.indicator; });
    if (indicator == project.indicators->end() || !indicator->is_supply || std::isnan(row.value)) continue;
    if (row.year < 1 || row.year > 9999) continue;  // no calendar day to hold it to
    const auto unit = floor_area_unit_m2(indicator->unit);
    if (!unit) continue;
    const model::Document* document = row.document ? model::find_document(project, row.document) : nullptr;
    const std::int32_t issued = document != nullptr && document->issued_on ? document->issued_on->days()
                                                                           : std::numeric_limits<std::int32_t>::min();
    const Rank rank{-indicator->number, issued, row.document.value};
    const auto found = by_year.find(row.year);
    if (found != by_year.end() && found->second.first >= rank) continue;
    TargetGap target;
    target.year = row.year;
    target.target_m2 = row.value * *unit;
    target.document = document != nullptr ? document->code : "";
    target.document_version = row.document_version;
    by_year[row.year] = {rank, target};
  }
  for (auto& [year, entry] : by_year) targets.push_back(std::move(entry.second));
  return targets;
}

const TargetGap* headline_target(const std::vector<TargetGap>& targets, base::Date at) {
  for (const TargetGap& target : targets) {
    if (at <= base::Date::year_end(target.year)) return &target;
  }
  return targets.empty() ? nullptr : &targets.back();
}

std::optional<double> target_at(const std::vector<TargetGap>& targets, base::Date at) {
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const base::Date end = base::Date::year_end(targets[i].year);
    if (at == end) return targets[i].target_m2;
    if (at > end) continue;
    if (i == 0) return std::nullopt;
    const base::Date start = base::Date::year_end(targets[i - 1].year);
    const double part = static_cast<double>(at.days() - start.days()) / static_cast<double>(end.days() - start.days());
    return targets[i - 1].target_m2 + part * (targets[i].target_m2 - targets[i - 1].target_m2);
  }
  return std::nullopt;
}

std::vector<CurvePoint> supply_curve(const model::Project& project, const CountingRule& rule, base::Date from,
                                     base::Date to) {
  return supply_curve(project, StageHistories(project), rule, from, to);
}

std::vector<CurvePoint> supply_curve(const model::Project& project, const StageHistories& histories,
                                     const CountingRule& rule, base::Date from, base::Date to) {
  const Scope scope(project, rule);
  const Counting counting(project, rule);
  const std::size_t classes = project.certainty_classes ? project.certainty_classes->size() : 0;

  struct Addend {
    std::uint32_t phase;
    double area_m2;
    int pathway;
  };
  std::vector<Addend> addends;
  // Without a scope every phase is in, wherever it lies.
  const auto gather = [&](const Locations& locations) {
    addends.clear();
    for (const std::uint32_t row : rows_by_id(project)) {
      const double area = counting.area_m2((*project.phases)[row]) * scope.weight(locations, row);
      if (!std::isnan(area) && area != 0) addends.push_back({row, area, counting.pathway_row((*project.phases)[row])});
    }
  };
  if (rule.scope.empty()) gather({});

  std::vector<CurvePoint> curve;
  StageHistories::PhaseWalk walk(histories);
  std::optional<Locations> located;
  base::Date located_at;
  for (base::Date at = from.quarter_end(); at <= to; at = at.plus_days(1).quarter_end()) {
    if (!rule.scope.empty() && (!located || !same_places(project, *located, located_at, at))) {
      base::Progress progress;
      located = located ? relocate(project, at, project, *located, progress) : locate_phases(project, at);
      located_at = at;
      gather(*located);
    }
    walk.go_to(at);
    CompensatedSum counted;
    std::vector<CompensatedSum> by_certainty(classes);
    for (const Addend& addend : addends) {
      const int stage = walk.stages()[addend.phase];
      if (counting.counts(addend.pathway, stage)) counted.add(addend.area_m2);
      const int certainty = histories.order().certainty_row(stage);
      if (certainty >= 0) by_certainty[static_cast<std::size_t>(certainty)].add(addend.area_m2);
    }
    CurvePoint point;
    point.at = at;
    point.counted_m2 = counted.value();
    for (const CompensatedSum& sum : by_certainty) point.by_certainty_m2.push_back(sum.value());
    curve.push_back(std::move(point));
  }
  return curve;
}

}  // namespace zaitu::planning
