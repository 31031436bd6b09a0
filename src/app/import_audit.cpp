#include "app/import_audit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "app/import_row.h"
#include "base/format.h"
#include "base/message.h"

namespace zaitu::app {

namespace {

constexpr std::size_t rows_listed = 20;
constexpr std::size_t rows_kept = 2'000'000;

// What a value is too small by when it stands in another unit than m².
struct UnitSlip {
  std::string_view unit;
  double m2;
};
constexpr std::string_view hectare_or_wan = "公顷 or 万㎡";
constexpr std::array<UnitSlip, 4> unit_slips{{{"亩", base::m2_per_mu},
                                              {hectare_or_wan, base::m2_per_hectare},
                                              {"平方公里", 1e6},
                                              {"万亩", base::m2_per_mu * 1e4}}};

// The unit in which the value would be what it is compared with.
std::optional<UnitSlip> slip_of(double value, double truth) {
  constexpr double tolerance = 0.03;
  for (const UnitSlip& slip : unit_slips) {
    if (std::abs(value * slip.m2 / truth - 1) < tolerance) return slip;
    if (std::abs(value / slip.m2 / truth - 1) < tolerance) return UnitSlip{slip.unit, 1 / slip.m2};
  }
  return std::nullopt;
}

std::string said_of_slip(const UnitSlip& slip) {
  const std::string unit = slip.unit == hectare_or_wan ? base::say("公顷 or 万㎡") : std::string(slip.unit);
  return slip.m2 > 1 ? base::say("times {} it is the outline's: perhaps it is in {}", base::shortest(slip.m2), unit)
                     : base::say("divided by {} it is the outline's: perhaps it is in m² and not in {}",
                                 base::shortest(1 / slip.m2), unit);
}

}  // namespace

void AreaAudit::see(const std::string& name, const std::vector<Seen>& rows) {
  constexpr double agrees_within = 0.01;
  const std::lock_guard lock(m_mutex);
  Column& column = m_columns[name];
  for (const Seen& row : rows) {
    if (!std::isfinite(row.value_m2) || row.value_m2 <= 0) continue;
    if (!std::isfinite(row.outline_m2) || row.outline_m2 <= 0) {
      if (column.alone.size() < rows_kept) column.alone.push_back(row);
      continue;
    }
    ++column.compared;
    if (std::abs(row.value_m2 / row.outline_m2 - 1) > agrees_within && column.differing.size() < rows_kept)
      column.differing.push_back(row);
  }
}

void AreaAudit::say(ImportLog& log) {
  for (auto& [name, column] : m_columns) {
    say_differing(name, column, log);
    if (column.compared == 0) say_alone(name, column, log);
  }
}

void AreaAudit::say_differing(const std::string& name, Column& column, ImportLog& log) {
  std::vector<Seen>& rows = column.differing;
  if (rows.empty()) return;
  std::sort(rows.begin(), rows.end(), [](const Seen& a, const Seen& b) { return a.row < b.row; });
  // All of the column in one other unit is one thing to say.
  std::map<std::string, std::int64_t> slips;
  for (const Seen& row : rows) {
    if (const auto slip = slip_of(row.value_m2, row.outline_m2)) ++slips[said_of_slip(*slip)];
  }
  for (const auto& [said, count] : slips) {
    if (count < 3 || 10 * count < 9 * column.compared) continue;
    log.add("", name, "unit",
            base::say("{} of {} areas in this column differ from their outlines by one factor: {}; the area is kept as "
                      "it was read",
                      count, column.compared, said));
    return;
  }
  for (std::size_t i = 0; i < std::min(rows.size(), rows_listed); ++i) {
    const Seen& row = rows[i];
    const auto slip = slip_of(row.value_m2, row.outline_m2);
    const std::string written = base::shortest(row.value_m2), outline = base::number(row.outline_m2, 2);
    const std::string difference = base::number(row.value_m2 - row.outline_m2, 2);
    log.add(std::to_string(row.row), name, slip ? "unit" : "area",
            slip ? base::say("the area in this column, {} m², differs from the outline's {} m² by {} m²; {}", written,
                             outline, difference, said_of_slip(*slip))
                 : base::say("the area in this column, {} m², differs from the outline's {} m² by {} m²", written,
                             outline, difference));
  }
  if (rows.size() > rows_listed) {
    log.add("", name, "area",
            base::say("{} of {} areas in this column differ from their outlines by more than 1 %", rows.size(),
                      column.compared));
  }
}

// Without outlines the values have only each other: two groups with a wide gap between them, of which one would fall
// among the other in another unit.
void AreaAudit::say_alone(const std::string& name, Column& column, ImportLog& log) {
  std::vector<Seen>& rows = column.alone;
  constexpr std::size_t fewest = 4;
  constexpr double gap = 200;
  if (rows.size() < fewest) return;
  std::sort(rows.begin(), rows.end(), [](const Seen& a, const Seen& b) { return a.value_m2 < b.value_m2; });
  std::size_t cut = 0;
  double widest = gap;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const double ratio = rows[i].value_m2 / rows[i - 1].value_m2;
    if (ratio > widest) widest = ratio, cut = i;
  }
  if (cut == 0) return;
  const bool upper_is_odd = 2 * cut >= rows.size();
  const auto odd_from = rows.begin() + (upper_is_odd ? static_cast<std::ptrdiff_t>(cut) : 0);
  const auto odd_to = upper_is_odd ? rows.end() : rows.begin() + static_cast<std::ptrdiff_t>(cut);
  const double low = upper_is_odd ? rows.front().value_m2 : rows[cut].value_m2;
  const double high = upper_is_odd ? rows[cut - 1].value_m2 : rows.back().value_m2;
  std::vector<Seen> odd(odd_from, odd_to);
  std::sort(odd.begin(), odd.end(), [](const Seen& a, const Seen& b) { return a.row < b.row; });
  constexpr double margin = 3;
  std::string factors;
  for (const UnitSlip& slip : unit_slips) {
    const bool fits = std::all_of(odd.begin(), odd.end(), [&](const Seen& row) {
      const double other = upper_is_odd ? row.value_m2 / slip.m2 : row.value_m2 * slip.m2;
      return other >= low / margin && other <= high * margin;
    });
    if (fits) factors += (factors.empty() ? "" : base::say(" or ")) + base::shortest(slip.m2);
  }
  if (factors.empty()) return;
  for (std::size_t i = 0; i < std::min(odd.size(), rows_listed); ++i) {
    const std::string value = base::number(odd[i].value_m2, 0);
    log.add(
        std::to_string(odd[i].row), name, "unit",
        upper_is_odd
            ? base::say("the area {} m² lies far from the rest of the column ({} to {} m²): in another unit, divided "
                        "by {}, it would lie among them; it is kept as it was read",
                        value, base::number(low, 0), base::number(high, 0), factors)
            : base::say("the area {} m² lies far from the rest of the column ({} to {} m²): in another unit, "
                        "multiplied by {}, it would lie among them; it is kept as it was read",
                        value, base::number(low, 0), base::number(high, 0), factors));
  }
  if (odd.size() > rows_listed)
    log.add("", name, "unit", base::say("{} areas of this column lie far from the rest", odd.size()));
}

}  // namespace zaitu::app
