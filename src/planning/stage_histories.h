// What the actual events of a snapshot say of every phase and parcel at any date: worked out once, then a new date
// costs a look at each of those that have events. Immutable, any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "model/project.h"
#include "planning/stage_order.h"
#include "planning/status.h"

namespace zaitu::planning {

class StageHistories {
 public:
  explicit StageHistories(const model::Project& project);
  // Would those of this snapshot be the same? Then these may be used with it.
  bool hold_for(const model::Project& project) const;

  const StageOrder& order() const { return m_order; }
  // Days of the first and the last actual event, of events of unknown stages too; nullopt: none.
  std::optional<std::pair<base::Date, base::Date>> span() const { return m_span; }
  std::vector<Standing> phases_at(base::Date as_of) const;  // by row
  // By phase row: the day of its newest actual event up to then, whatever its stage.
  std::vector<std::optional<base::Date>> last_events_at(base::Date as_of) const;
  Standings parcels_at(base::Date as_of) const;  // by row; by their own events only
  // The stages of all phases at one date after the other, each later than the one before: costs the events in between.
  class PhaseWalk {
   public:
    explicit PhaseWalk(const StageHistories& histories);  // must outlive the walk
    void go_to(base::Date at);
    std::span<const int> stages() const { return m_stages; }  // rows of Project::stages, by phase row

   private:
    const StageHistories& m_histories;
    std::vector<int> m_stages;
    std::size_t m_next = 0;  // place in m_phase_steps_by_date
  };
  // The same for one row.
  Standing phase_at(std::uint32_t row, base::Date as_of) const;
  Standing parcel_at(std::uint32_t row, base::Date as_of) const;

 private:
  // From `from` on, until the next step of the same row, this event says where the row stands.
  struct Step {
    base::Date from, since;
    std::uint32_t event = 0;  // row of the table
    int stage = -1;
  };
  // The rows that have steps, ascending; row i owns steps [starts[i], starts[i + 1]), by date.
  struct Steps {
    std::vector<std::uint32_t> rows, starts;
    std::vector<Step> steps;
  };
  struct OfRow {
    std::uint32_t row = 0, event = 0;
    base::Date dated;
    int stage = -1;
  };
  // `pathways`: by row; none: all rank by seq.
  Steps steps_of(std::vector<OfRow> events, std::span<const int> pathways) const;
  Standing standing(const Step& step) const;
  const Step* step_at(const Steps& steps, std::uint32_t row, base::Date as_of) const;  // nullptr: none by then
  // Calls visit(row, step) for each row that has an event by then.
  template <class Visit>
  static void each_at(const Steps& steps, base::Date as_of, Visit visit);

  model::Project m_tables;  // those that the rest was made of, and no others
  model::Held<model::IdColumn<model::ParcelId>> m_parcel_ids;
  StageOrder m_order;
  std::vector<int> m_first_stages;  // by phase row
  Steps m_phases, m_parcels;
  struct PhaseStep {
    base::Date from;
    std::uint32_t row = 0;
    int stage = -1;
  };
  std::vector<PhaseStep> m_phase_steps_by_date;
  std::optional<std::pair<base::Date, base::Date>> m_span;
};

}  // namespace zaitu::planning
