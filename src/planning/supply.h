// Floor-area supply against the targets: counting rules 1-6 of the product, exactly. Pure functions of a snapshot.
// Sums are Neumaier-compensated in the order of phase ids, and group totals are summed from the same addends, so that
// groups add up to the total (the difference is 0 after rounding to 1e-6 m²; tests hold it).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/format.h"
#include "model/project.h"
#include "planning/location.h"
#include "planning/status.h"

namespace zaitu::planning {

enum class CountFrom { completed, in_use, under_construction };  // S6, S7, S5
enum class FloorArea { carrier, gross, plot_ratio };
enum class GroupBy { circle, town, stage, certainty, lead_unit, owner_type, chain_stage, programme, year };
// year: the year in which the phase reached the rule's stage; "" for phases that do not count.

struct CountingRule {
  CountFrom from = CountFrom::completed;
  FloorArea area = FloorArea::carrier;
  bool net = true;              // minus demolished
  std::string scope = {};       // code or name of a circle or zone; empty = all
  bool split_by_share = false;  // divide a phase on two circles / towns by share instead of the larger one
  friend bool operator==(const CountingRule&, const CountingRule&) = default;
};
std::optional<CountFrom> parse_count_from(std::string_view word);
std::optional<FloorArea> parse_floor_area(std::string_view word);
std::optional<GroupBy> parse_group_by(std::string_view word);
std::string_view name_of(CountFrom from);
std::string_view name_of(FloorArea area);
std::string_view name_of(GroupBy group);
// One line for screens and reports: "计竣工(S6)起 · 载体面积 · 净增(扣拆除) · 全部".
std::string describe(const CountingRule& rule, base::Language language);

struct PhaseCount {         // one row of the evidence behind the figure
  std::uint32_t phase = 0;  // row of Project::phases
  bool counts = false;
  bool missing_area = false;  // no area of the rule's kind: adds exactly 0, its demolished area too (rule 4)
  double area_m2 = 0;         // by the rule's kind and net, counted or not; with split, the part inside the scope
};

struct SupplyGroup {
  std::vector<std::string> key;    // codes, one for each GroupBy; "" = unplaced / none
  std::vector<std::string> label;  // shown names in the asked language
  double area_m2 = 0;              // all phases of the group
  double counted_m2 = 0;           // the part that counts
  std::size_t phases = 0;          // with split, a divided phase is in several groups
  std::size_t counted_phases = 0, missing_area = 0;
  std::vector<std::uint32_t> phase_rows;
};

struct TargetGap {
  int year = 0;
  double target_m2 = 0, gap_m2 = 0;
  std::string document, document_version;
};

struct Supply {
  base::Date as_of;
  CountingRule rule;
  double counted_m2 = 0;
  std::size_t counted_phases = 0, stalled = 0, synthetic_phases = 0;
  std::size_t missing_area = 0;          // phases in scope without an area of the rule's kind, counted or not
  std::size_t missing_area_counted = 0;  // those of them whose stage counts: the total is too low by their area
  std::vector<TargetGap> targets;        // by year
  std::vector<SupplyGroup>
      groups;  // by key order (circle code, stage seq ...); one group with an empty key list when no grouping
  std::vector<PhaseCount> evidence;  // phases in scope, by row
};

// A circle's scope holds the phases that go to this circle (rule 3); a zone's those with at least half of their area in
// it; with split each phase adds its share. Throws Error(usage) when no circle or zone has the scope's code or name.
Supply supply(const model::Project& project, const Locations& locations, const StatusAt& status,
              const CountingRule& rule, const std::vector<GroupBy>& group_by, base::Language language);

// Targets in m² at 31 December of each year, by year, from the indicators marked is_supply; `gap_m2` is not filled.
// Where two documents give a year, the one issued last holds. An indicator whose unit is not a floor area is left out.
std::vector<TargetGap> supply_targets(const model::Project& project);
// m² of one unit of an indicator ("万㎡", "m²", "公顷" ...); nullopt when it is not an area.
std::optional<double> floor_area_unit_m2(std::string_view unit);
// The target that the headline names: the next one at or after the date, else the last one; nullptr without targets.
const TargetGap* headline_target(const std::vector<TargetGap>& targets, base::Date at);
// Straight line between year ends; nullopt before the first target's 31 December and after the last one's.
std::optional<double> target_at(const std::vector<TargetGap>& targets, base::Date at);

// One point of the S-curve: stacked areas by certainty class at a date (by the rule's area kind and net).
struct CurvePoint {
  base::Date at;
  double counted_m2 = 0;
  std::vector<double> by_certainty_m2;  // by row of Project::certainty_classes
};
// At every quarter's end within [from, to]: each point is what supply() says at its own date, with the parcels and
// zones in force then. What is known today is drawn: later quarters repeat the last actual state.
std::vector<CurvePoint> supply_curve(const model::Project& project, const StageHistories& histories,
                                     const CountingRule& rule, base::Date from, base::Date to);
std::vector<CurvePoint> supply_curve(const model::Project& project, const CountingRule& rule, base::Date from,
                                     base::Date to);

}  // namespace zaitu::planning
