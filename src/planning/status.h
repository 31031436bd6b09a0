// The stage of every phase and parcel at a date (product.md, counting rule 1). Pure function of a snapshot.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/project.h"
#include "planning/land_use.h"
#include "planning/location.h"

namespace zaitu::planning {

struct Standing {
  int stage = -1;                   // row of Project::stages; -1 only where the project has no stages
  int certainty = -1;               // row of Project::certainty_classes
  std::optional<base::Date> since;  // date of the actual event that put it there; none: first stage of its pathway
  const model::StageEvent* event = nullptr;  // that event; belongs to the snapshot
};

// The standing of each of many rows, most of which have none or share theirs with others: 4 bytes a row.
class Standings {
 public:
  Standings() = default;
  explicit Standings(std::size_t rows) : m_codes(rows, 0) {}
  std::size_t size() const { return m_codes.size(); }
  const Standing& operator[](std::size_t row) const { return m_standings[m_codes[row]]; }
  // Rows with equal codes stand alike (not the reverse). Code 0: nothing is known.
  std::span<const std::uint32_t> codes() const { return m_codes; }
  const std::vector<Standing>& by_code() const { return m_standings; }

  std::uint32_t add(const Standing& standing) {  // its code
    m_standings.push_back(standing);
    return static_cast<std::uint32_t>(m_standings.size() - 1);
  }
  void set_code(std::size_t row, std::uint32_t code) { m_codes[row] = code; }
  void push_back(const Standing& standing) { m_codes.push_back(add(standing)); }

 private:
  std::vector<std::uint32_t> m_codes;
  std::vector<Standing> m_standings{1};
};

class StageHistories;  // planning/stage_histories.h

struct StatusAt {
  base::Date as_of;
  std::vector<Standing> phases;  // by row
  Standings parcels;             // by row; stage -1 where nothing is known of the parcel (no event, no phase)
  LandUseAt land_use;
};

// Rule 1: furthest stage in the pathway's order with an actual event dated <= as_of; SX while the newest actual event
// is SX. Newest = latest date, then highest id. An event of a stage that is not on the pathway is ranked by the stage's
// seq: directly after the last stage of the pathway whose seq is not above its own. `since` is the earliest event of
// the stage, for SX the newest one.
//
// Phases by that. A parcel stands at the furthest (by seq) of its own actual events and of the phases on it; at SX when
// that is all there is. Standings point into the histories' snapshot. `planned_use_from`: the rule's `from`.
StatusAt status_at(const model::Project& project, const StageHistories& histories, const Locations& locations,
                   base::Date as_of, CountFrom planned_use_from);
// For a single date and the default rule.
StatusAt status_at(const model::Project& project, const Locations& locations, base::Date as_of);

}  // namespace zaitu::planning
