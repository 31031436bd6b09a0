// What one phase adds to the supply under a rule, and where it goes: the part that totals, groups and the curve share.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "planning/stage_order.h"
#include "planning/supply.h"

namespace zaitu::planning {

// Rows of an area layer with the weight of a phase in each; weights add up to 1. Row -1: outside all of them.
using Placement = std::vector<std::pair<int, double>>;

// Rule 3: the whole phase at its largest share, or divided by share.
Placement placement(const ShareList& shares, bool split_by_share);

class Scope {
 public:
  Scope(const model::Project& project, const CountingRule& rule);  // throws Error(usage) for an unknown scope
  // 1 inside, 0 outside; between them only with split.
  double weight(const Locations& locations, std::uint32_t phase) const;
  int circle_row() const { return m_kind == Kind::circle ? m_row : -1; }  // -1: the scope is not a circle

 private:
  enum class Kind { all, circle, zone } m_kind = Kind::all;
  int m_row = -1;
  bool m_split = false;
};

// Rule 2: does a phase at this standing count, and what is its area.
class Counting {
 public:
  Counting(const model::Project& project, const CountingRule& rule);
  bool counts(const model::Phase& phase, const Standing& standing) const;
  // The same by rows of pathway (-1: none) and stage, for those who ask it of many dates.
  bool counts(int pathway_row, int stage_row) const {
    return stage_row >= 0 &&
           m_counts[static_cast<std::size_t>(pathway_row + 1) * m_stages + static_cast<std::size_t>(stage_row)];
  }
  int pathway_row(const model::Phase& phase) const;  // -1: none
  // The same for a single stage, as an event puts a phase there.
  bool reaches(const model::Phase& phase, std::string_view stage_code) const;
  // The same for land without a phase: stages rank by their seq.
  bool land_counts(const Standing& own) const;
  double area_m2(const model::Phase& phase) const;  // NaN: missing
  const StageOrder& order() const { return m_order; }

 private:
  StageOrder m_order;
  CountingRule m_rule;
  std::size_t m_stages = 0;
  std::vector<bool> m_counts;  // by pathway row + 1, then stage row
  std::unordered_map<model::ProjectId, int> m_pathway_of_project;
};

// Phase rows in the order of phase ids, the order in which everything is summed.
std::vector<std::uint32_t> rows_by_id(const model::Project& project);

// Divides the evidence into groups; the addends are those of the total. `weight` of a divided scope is already in them.
std::vector<SupplyGroup> group_supply(const model::Project& project, const Locations& locations, const StatusAt& status,
                                      const CountingRule& rule, const Scope& scope, const Counting& counting,
                                      const std::vector<PhaseCount>& evidence, const std::vector<GroupBy>& group_by,
                                      base::Language language);

}  // namespace zaitu::planning
