// Absorption (去化): how much of the space that can be let is taken, and how long what is left will last. Pure
// functions of a snapshot. Areas are m²; NaN = not known, and nothing unknown becomes 0.
//
// The record of a phase at a date is its newest one not after that date. A phase is measured when that record says what
// is moved in, and it or else the phase says what can be let; vacant = leasable - moved in. Sums are over the measured
// phases alone; those in use without a record, and those with half of one, are counted and listed beside them.
//
// Take-up is the net change of the moved-in area. Of a quarter it is known for phases with a record in the quarter and
// one in the quarter before it, of the trailing four quarters (the twelve months up to the date) for those with a
// record in the three months up to either end. A phase that was not yet in use at the earlier end, and has no record of
// it, had nobody in it then.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "planning/stage_histories.h"
#include "planning/supply.h"

namespace zaitu::planning {

// Why there is no number of months.
enum class NoClearing {
  none,        // there is one; 0 where nothing is vacant
  no_measure,  // no phase is measured
  no_records,  // none has records of the trailing four quarters
  no_take_up,  // the net take-up of four quarters is 0 or less: at this pace it never clears
};
std::string describe(NoClearing why, base::Language language);

struct AbsorptionFigures {
  std::size_t phases = 0;  // in use, or with a record; with split, a divided phase is in several groups
  std::size_t measured = 0;
  std::size_t without_record = 0;  // in use, no record up to the date
  std::size_t incomplete = 0;      // a record, but not what it takes to measure
  std::size_t missing_signed = 0;  // measured, without a signed area
  std::size_t over_full = 0;       // measured with more moved in than can be let: a vacancy below 0
  std::size_t stale = 0;           // the record is older than a year
  std::size_t synthetic = 0;       // the record, or the leasable area of the phase, is invented
  // Of the measured phases; NaN without any.
  double leasable_m2 = model::unknown, moved_in_m2 = model::unknown, vacant_m2 = model::unknown;
  double signed_m2 = model::unknown, signed_leasable_m2 = model::unknown;  // of those with a signed area
  // Of the measured phases whose records reach back four quarters: their net take-up, and what is vacant in them.
  double year_take_up_m2 = model::unknown, year_vacant_m2 = model::unknown;
  std::size_t without_year = 0;             // measured phases whose records do not
  double months_to_clear = model::unknown;  // year_vacant / (year_take_up / 12)
  NoClearing no_clearing = NoClearing::no_measure;

  // NaN where nothing can be let.
  double moved_in_rate() const { return leasable_m2 > 0 ? moved_in_m2 / leasable_m2 : model::unknown; }
  double vacancy_rate() const { return leasable_m2 > 0 ? vacant_m2 / leasable_m2 : model::unknown; }
  double signed_rate() const { return signed_leasable_m2 > 0 ? signed_m2 / signed_leasable_m2 : model::unknown; }
};

struct AbsorptionGroup {
  std::vector<std::string> key, label;  // as in SupplyGroup
  AbsorptionFigures figures;
  std::vector<std::uint32_t> phase_rows;
};

struct AbsorptionPhase {  // one row of the evidence
  std::uint32_t phase = 0;
  double weight = 1;                         // part inside the rule's scope
  const model::Occupancy* record = nullptr;  // belongs to the snapshot
  double leasable_m2 = model::unknown;       // of the record, else of the phase
  double vacant_m2 = model::unknown;         // of the whole phase
  double year_take_up_m2 = model::unknown;   // of the whole phase
  bool in_use = false, measured = false, stale = false, synthetic = false;
};

// One bar of the chart. The last one ends at the asked date, within its quarter.
struct AbsorptionQuarter {
  base::Date from, to;                 // take-up after `from`, up to `to`
  std::string name;                    // "2025Q4"
  double take_up_m2 = model::unknown;  // of the phases for which it is known; NaN when it is for none
  std::size_t known = 0, unknown = 0;  // phases in use or with a record at `to`
  double vacant_m2 = model::unknown, leasable_m2 = model::unknown;  // of the phases measured at `to`
  std::size_t measured = 0;
  double new_carrier_m2 = 0;  // counted at `to` minus counted at `from`, by the rule
};

struct Absorption {
  base::Date as_of;
  CountingRule rule;  // `scope`, `split_by_share`; the rest speaks of new_carrier_m2
  AbsorptionFigures total;
  std::vector<AbsorptionGroup> groups;      // by key order; they add up to the total
  std::vector<AbsorptionPhase> phases;      // by row
  std::vector<AbsorptionQuarter> quarters;  // ascending; the last one is that of the date
};

// The scope is as in supply(). Places of phases are those of `locations`, for the earlier quarters too. Throws
// Error(usage) for an unknown scope.
Absorption absorption(const model::Project& project, const Locations& locations, const StageHistories& histories,
                      const StatusAt& status, const CountingRule& rule, const std::vector<GroupBy>& group_by,
                      base::Language language, std::size_t quarter_count = 12);

// 本季新增载体 …，新增入驻 …，空置率 …，去化周期 …。 / the same in English. What is not known is said to be unknown.
std::string sentence(const Absorption& absorption, base::Language language);

}  // namespace zaitu::planning
