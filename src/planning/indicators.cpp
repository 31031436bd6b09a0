#include "planning/indicators.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

namespace zaitu::planning {

namespace {

std::string trimmed(const std::string& text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  std::size_t from = 0, to = text.size();
  while (from < to && blank(text[from])) ++from;
  while (to > from && blank(text[to - 1])) --to;
  return text.substr(from, to - from);
}

// The day up to which an observation speaks: a year's is its last one. nullopt: neither a day nor a year.
std::optional<base::Date> day_of(const model::IndicatorObservation& observation) {
  if (const auto date = base::Date::parse(observation.as_of)) return date;
  int year = 0;
  const std::string& text = observation.as_of;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), year);
  constexpr std::size_t digits = 4;
  if (error != std::errc() || end != text.data() + text.size() || text.size() != digits) return std::nullopt;
  return base::Date::year_end(year);
}

// 万平方米 and 万㎡ are one unit, others are equal as they are written.
bool same_unit(const std::string& a, const std::string& b) {
  const auto area_a = floor_area_unit_m2(a), area_b = floor_area_unit_m2(b);
  if (area_a && area_b) return *area_a == *area_b;
  return trimmed(a) == trimmed(b);
}

struct Seen {
  const model::IndicatorObservation* row = nullptr;
  base::Date day;
};

// The newest one of a year; of one day the one entered last.
const model::IndicatorObservation* newest_of(const std::vector<Seen>& seen, int year) {
  const model::IndicatorObservation* newest = nullptr;
  base::Date day;
  for (const Seen& one : seen) {
    if (one.day.year() != year || (newest != nullptr && one.day < day)) continue;
    newest = one.row;
    day = one.day;
  }
  return newest;
}

WallStatus status_of(double target, const std::vector<Seen>& seen, int year, base::Date as_of) {
  const base::Date end = base::Date::year_end(year);
  bool of_the_year = false, missed = false;
  for (const Seen& one : seen) {
    if (one.day.year() != year) continue;
    of_the_year = true;
    if (one.row->value >= target) return WallStatus::reached;
    if (one.day == end) missed = true;
  }
  if (missed) return WallStatus::missed;
  if (as_of <= end && (of_the_year || !seen.empty())) return WallStatus::on_the_way;
  return WallStatus::no_observation;
}

}  // namespace

std::vector<TargetDocument> target_documents(const model::Project& project) {
  std::vector<TargetDocument> documents;
  for (const model::IndicatorTarget& target : rows_of(project.indicator_targets)) {
    const TargetDocument document{target.document, target.document_version};
    if (std::find(documents.begin(), documents.end(), document) == documents.end()) documents.push_back(document);
  }
  const auto order = [&](const TargetDocument& one) {
    const model::Document* row = model::find_document(project, one.document);
    const base::Date issued = row != nullptr && row->issued_on ? *row->issued_on : base::Date::year_end(0);
    return std::tuple(issued, row == nullptr ? std::string() : row->code, one.version);
  };
  std::stable_sort(documents.begin(), documents.end(),
                   [&](const TargetDocument& a, const TargetDocument& b) { return order(a) < order(b); });
  return documents;
}

std::string describe(WallStatus status, base::Language language) {
  const bool zh = language == base::Language::zh;
  switch (status) {
    case WallStatus::reached:
      return zh ? "已达到" : "reached";
    case WallStatus::on_the_way:
      return zh ? "推进中" : "on the way";
    case WallStatus::missed:
      return zh ? "未达到" : "missed";
    case WallStatus::no_observation:
      return zh ? "无同口径实绩" : "no observation";
    case WallStatus::none:
      break;
  }
  return {};
}

std::string mark_of(WallStatus status) {
  switch (status) {
    case WallStatus::reached:
      return "✓";
    case WallStatus::on_the_way:
      return "→";
    case WallStatus::missed:
      return "✗";
    case WallStatus::no_observation:
      return "?";
    case WallStatus::none:
      break;
  }
  return {};
}

IndicatorWall indicator_wall(const model::Project& project, const TargetDocument& document, base::Date as_of,
                             const Supply& supply, const std::vector<CurvePoint>& curve, base::Language language) {
  IndicatorWall wall;
  wall.as_of = as_of;
  wall.document = document;
  std::set<int> years;
  std::map<std::pair<model::IndicatorId, int>, double> targets;
  for (const model::IndicatorTarget& target : rows_of(project.indicator_targets)) {
    years.insert(target.year);
    if (TargetDocument{target.document, target.document_version} == document)
      targets[{target.indicator, target.year}] = target.value;
  }
  std::map<model::IndicatorId, std::vector<Seen>> observations;
  for (const model::IndicatorObservation& row : rows_of(project.indicator_observations)) {
    const auto day = day_of(row);
    if (!day || *day > as_of) continue;
    observations[row.indicator].push_back({&row, *day});
    years.insert(day->year());
  }
  wall.years.assign(years.begin(), years.end());

  std::vector<std::uint32_t> order(rows_of(project.indicators).size());
  for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return (*project.indicators)[a].number < (*project.indicators)[b].number;
  });
  for (const std::uint32_t at : order) {
    const model::Indicator& indicator = (*project.indicators)[at];
    const std::string scope = trimmed(indicator.scope);
    std::vector<Seen> comparable;
    std::map<std::pair<std::string, std::string>, std::vector<Seen>> others;  // by scope and unit
    for (const Seen& one : observations[indicator.id]) {
      // Where nobody says the scope, nobody can say that it is the same.
      const bool same = !scope.empty() && trimmed(one.row->scope) == scope && same_unit(one.row->unit, indicator.unit);
      if (same) {
        comparable.push_back(one);
      } else {
        others[{trimmed(one.row->scope), one.row->unit}].push_back(one);
      }
    }
    WallRow own{WallRow::Kind::targets, at, indicator.scope, indicator.unit, false, {}};
    for (const int year : wall.years) {
      WallCell cell;
      cell.year = year;
      cell.observation = newest_of(comparable, year);
      if (const auto target = targets.find({indicator.id, year}); target != targets.end()) {
        cell.target = target->second;
        cell.status = status_of(cell.target, comparable, year, as_of);
      }
      if (cell.observation != nullptr && cell.observation->synthetic) own.synthetic = true;
      own.cells.push_back(cell);
    }
    wall.rows.push_back(std::move(own));

    const auto unit_m2 = floor_area_unit_m2(indicator.unit);
    if (indicator.is_supply && unit_m2) {
      WallRow counted{WallRow::Kind::counted,      at, describe(supply.rule, language), indicator.unit,
                      supply.synthetic_phases > 0, {}};
      for (const int year : wall.years) {
        WallCell cell;
        cell.year = year;
        const base::Date end = base::Date::year_end(year);
        if (as_of.year() == year) cell.counted = supply.counted_m2 / *unit_m2;
        for (const CurvePoint& point : curve) {
          if (point.at == end && end <= as_of) cell.counted = point.counted_m2 / *unit_m2;
        }
        counted.cells.push_back(cell);
      }
      wall.rows.push_back(std::move(counted));
    }
    for (const auto& [key, seen] : others) {
      WallRow other{WallRow::Kind::other_scope, at, key.first, key.second, false, {}};
      for (const int year : wall.years) {
        WallCell cell;
        cell.year = year;
        cell.observation = newest_of(seen, year);
        if (cell.observation != nullptr && cell.observation->synthetic) other.synthetic = true;
        other.cells.push_back(cell);
      }
      wall.rows.push_back(std::move(other));
    }
  }
  return wall;
}

std::vector<TargetDifference> compare_targets(const model::Project& project, const TargetDocument& first,
                                              const TargetDocument& second) {
  std::map<model::IndicatorId, std::uint32_t> row_of;
  for (std::uint32_t i = 0; i < rows_of(project.indicators).size(); ++i) row_of[(*project.indicators)[i].id] = i;
  std::map<std::tuple<int, std::uint32_t, int>, TargetDifference> rows;
  for (const model::IndicatorTarget& target : rows_of(project.indicator_targets)) {
    const auto indicator = row_of.find(target.indicator);
    if (indicator == row_of.end()) continue;
    const TargetDocument document{target.document, target.document_version};
    if (document != first && document != second) continue;
    const int number = (*project.indicators)[indicator->second].number;
    TargetDifference& row = rows[{number, indicator->second, target.year}];
    row.indicator = indicator->second;
    row.year = target.year;
    if (document == first) row.first = target.value;
    if (document == second) row.second = target.value;
  }
  std::vector<TargetDifference> differences;
  for (auto& [key, row] : rows) {
    using Kind = TargetDifference::Kind;
    row.kind = std::isnan(row.second)    ? Kind::only_first
               : std::isnan(row.first)   ? Kind::only_second
               : row.first == row.second ? Kind::same
                                         : Kind::changed;
    differences.push_back(row);
  }
  return differences;
}

}  // namespace zaitu::planning
