// What lies ahead of a phase at a date: the stages of its pathway between where it stands and the first one that counts
// under a rule. The part that the forecast (rule 7) and the latest starts (rule 8) share.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "planning/counting.h"
#include "planning/stage_histories.h"

namespace zaitu::planning {

inline constexpr double days_per_month = 365.2425 / 12;  // of the Gregorian calendar's 400 years
inline constexpr double most_months = 12000;             // of a stage or of some together; beyond it is a mistake

struct WayStage {
  int stage = -1;                            // row of Project::stages
  const model::PathwayStage* row = nullptr;  // its durations; belongs to the snapshot
};

struct RemainingStages {
  enum class Course {
    counts,        // it counts already
    ahead,         // it stands at way[present] and counts from way[counts_at] on
    stalled,       // SX
    no_pathway,    // its project has none that the vocabulary knows
    never_counts,  // no stage of its pathway counts under the rule
  };
  Course course = Course::no_pathway;
  std::span<const WayStage> way;  // the pathway's stages in order, without SX and stages that the vocabulary lacks
  int present = -1;               // -1: it stands before the pathway's first stage
  bool off_pathway = false;       // it stands at a stage that is not on the pathway, directly after way[present]
  int counts_at = -1;             // above `present`
  std::optional<base::Date> last_event;  // its newest actual event up to the date
};

class StagesAhead {
 public:
  StagesAhead(const model::Project& project, const StageHistories& histories, const CountingRule& rule,
              base::Date as_of);
  RemainingStages of(std::uint32_t phase) const;  // by row
  const Counting& counting() const { return m_counting; }

 private:
  const model::Project& m_project;
  Counting m_counting;
  std::vector<Standing> m_standings;                     // by phase row
  std::vector<std::optional<base::Date>> m_last_events;  // by phase row
  std::vector<std::vector<WayStage>> m_ways;             // by pathway row
  std::unordered_map<model::ProjectId, int> m_pathway_of_project;
};

}  // namespace zaitu::planning
