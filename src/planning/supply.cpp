#include "planning/supply.h"

#include <cmath>

#include "planning/compensated_sum.h"
#include "planning/counting.h"

namespace zaitu::planning {

namespace {

template <class Word>
struct Named {
  Word word;
  std::string_view name;
};
constexpr Named<CountFrom> count_from_names[] = {{CountFrom::completed, "completed"},
                                                 {CountFrom::in_use, "in_use"},
                                                 {CountFrom::under_construction, "under_construction"}};
constexpr Named<FloorArea> floor_area_names[] = {
    {FloorArea::carrier, "carrier"}, {FloorArea::gross, "gross"}, {FloorArea::plot_ratio, "plot_ratio"}};
constexpr Named<GroupBy> group_names[] = {
    {GroupBy::circle, "circle"},           {GroupBy::town, "town"},           {GroupBy::stage, "stage"},
    {GroupBy::certainty, "certainty"},     {GroupBy::lead_unit, "lead_unit"}, {GroupBy::owner_type, "owner_type"},
    {GroupBy::chain_stage, "chain_stage"}, {GroupBy::programme, "programme"}, {GroupBy::year, "year"}};

template <class Word, std::size_t N>
std::optional<Word> parse(const Named<Word> (&names)[N], std::string_view text) {
  for (const auto& entry : names) {
    if (entry.name == text) return entry.word;
  }
  return std::nullopt;
}

template <class Word, std::size_t N>
std::string_view name(const Named<Word> (&names)[N], Word word) {
  for (const auto& entry : names) {
    if (entry.word == word) return entry.name;
  }
  return {};
}

}  // namespace

std::optional<CountFrom> parse_count_from(std::string_view word) { return parse(count_from_names, word); }
std::optional<FloorArea> parse_floor_area(std::string_view word) { return parse(floor_area_names, word); }
std::optional<GroupBy> parse_group_by(std::string_view word) { return parse(group_names, word); }
std::string_view name_of(CountFrom from) { return name(count_from_names, from); }
std::string_view name_of(FloorArea area) { return name(floor_area_names, area); }
std::string_view name_of(GroupBy group) { return name(group_names, group); }

std::string describe(const CountingRule& rule, base::Language language) {
  const bool zh = language == base::Language::zh;
  std::string text;
  switch (rule.from) {
    case CountFrom::completed:
      text = zh ? "计竣工(S6)起" : "counted from completion (S6)";
      break;
    case CountFrom::in_use:
      text = zh ? "计投用(S7)起" : "counted from use (S7)";
      break;
    case CountFrom::under_construction:
      text = zh ? "计开工(S5)起" : "counted from construction (S5)";
      break;
  }
  text += " · ";
  switch (rule.area) {
    case FloorArea::carrier:
      text += zh ? "载体面积" : "carrier area";
      break;
    case FloorArea::gross:
      text += zh ? "建筑面积" : "gross floor area";
      break;
    case FloorArea::plot_ratio:
      text += zh ? "计容建筑面积" : "plot-ratio floor area";
      break;
  }
  text += " · ";
  if (rule.net) {
    text += zh ? "净增(扣拆除)" : "net (minus demolished)";
  } else {
    text += zh ? "总量(不扣拆除)" : "not net (demolished not subtracted)";
  }
  text += " · ";
  if (rule.scope.empty()) {
    text += zh ? "全部" : "whole area";
  } else {
    text += (zh ? "范围 " : "scope ") + rule.scope;
  }
  if (rule.split_by_share) text += zh ? " · 跨区按面积比例分摊" : " · divided by share of area";
  return text;
}

Supply supply(const model::Project& project, const Locations& locations, const StatusAt& status,
              const CountingRule& rule, const std::vector<GroupBy>& group_by, base::Language language) {
  const Scope scope(project, rule);
  const Counting counting(project, rule);
  Supply result;
  result.as_of = status.as_of;
  result.rule = rule;

  CompensatedSum counted;
  for (const std::uint32_t row : rows_by_id(project)) {
    const double weight = scope.weight(locations, row);
    if (weight <= 0) continue;
    const model::Phase& phase = (*project.phases)[row];
    const double area = counting.area_m2(phase);

    PhaseCount count;
    count.phase = row;
    count.counts = counting.counts(phase, status.phases[row]);
    count.missing_area = std::isnan(area);
    count.area_m2 = count.missing_area ? 0 : area * weight;
    if (count.counts) {
      counted.add(count.area_m2);
      ++result.counted_phases;
    }
    if (count.missing_area) {
      ++result.missing_area;
      if (count.counts) ++result.missing_area_counted;
    }
    if (status.phases[row].stage >= 0 && status.phases[row].stage == counting.order().stalled_row()) ++result.stalled;
    if (phase.synthetic) ++result.synthetic_phases;
    result.evidence.push_back(count);
  }
  result.counted_m2 = counted.value();
  result.targets = supply_targets(project);
  for (TargetGap& target : result.targets) target.gap_m2 = target.target_m2 - result.counted_m2;
  result.groups = group_supply(project, locations, status, rule, scope, counting, result.evidence, group_by, language);
  return result;
}

}  // namespace zaitu::planning
