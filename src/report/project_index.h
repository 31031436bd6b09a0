// What belongs together in a snapshot, found once for all pages of a document. Keeps references: the subject must
// outlive it. Read-only after construction, any thread.
#pragma once

#include <unordered_map>
#include <vector>

#include "planning/stage_order.h"
#include "report/report.h"

namespace zaitu::report {

struct LateCommitment {
  std::uint32_t phase = 0;
  const model::StageEvent* commitment = nullptr;
  int days = 0;  // from the promised date to the as-of date
};

class ProjectIndex {
 public:
  explicit ProjectIndex(const Subject& subject);

  const Subject& subject() const { return m_subject; }
  const model::Project& project() const { return *m_subject.project; }
  const planning::Supply& supply() const { return m_supply; }
  base::Language language() const { return m_subject.language; }
  base::Date as_of() const { return m_subject.status->as_of; }

  const std::vector<std::uint32_t>& phases_of_parcel(std::uint32_t row) const { return m_phases_of_parcel[row]; }
  const std::vector<std::uint32_t>& phases_of_project(model::ProjectId id) const;
  // By links of the project and of its phases, ascending.
  std::vector<std::uint32_t> parcels_of_project(model::ProjectId id) const;
  std::vector<std::uint32_t> projects_of_parcel(std::uint32_t row) const;  // rows of Project::projects
  // Known at the as-of date: actual events after it are left out (and counted by later_actuals()).
  const std::vector<const model::StageEvent*>& events_of_phase(std::uint32_t row) const;
  const std::vector<const model::StageEvent*>& events_of_parcel(std::uint32_t row) const;
  std::size_t later_actuals_of_phase(std::uint32_t row) const;
  std::size_t later_actuals_of_parcel(std::uint32_t row) const;
  const planning::PhaseCount* count_of(std::uint32_t phase_row) const;  // nullptr: outside the rule's scope
  const model::Stage* stage_of_phase(std::uint32_t row) const;
  const model::Stage* stage_of_parcel(std::uint32_t row) const;
  const model::CarrierProject* project_of(const model::Phase& phase) const;

  // A commitment that is due while no actual event reached its stage. The as-of day is taken as over, as rule 1 does.
  bool is_late(std::uint32_t phase_row, const model::StageEvent& event) const;
  // For each phase its longest overdue commitment; longest first, then larger area, then phase code.
  std::vector<LateCommitment> late_commitments() const;

 private:
  struct Events {
    std::vector<const model::StageEvent*> known;
    std::size_t later_actuals = 0;
  };

  const Subject& m_subject;
  planning::Supply m_supply;
  planning::StageOrder m_order;
  std::vector<std::vector<std::uint32_t>> m_phases_of_parcel;
  std::unordered_map<model::ProjectId, std::vector<std::uint32_t>> m_phases_of_project;
  std::unordered_map<model::ProjectId, std::uint32_t> m_project_rows;
  std::vector<Events> m_phase_events, m_parcel_events;
  std::unordered_map<std::uint32_t, std::size_t> m_counts;
};

}  // namespace zaitu::report
