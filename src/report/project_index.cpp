#include "report/project_index.h"

#include <algorithm>
#include <set>

namespace zaitu::report {

ProjectIndex::ProjectIndex(const Subject& subject)
    : m_subject(subject),
      m_supply(
          planning::supply(*subject.project, *subject.locations, *subject.status, subject.rule, {}, subject.language)),
      m_order(*subject.project) {
  const model::Project& project = *subject.project;
  const auto& phases = rows_of(project.phases);
  m_phases_of_parcel.resize(project.parcels ? project.parcels->size() : 0);
  m_parcel_events.resize(m_phases_of_parcel.size());
  m_phase_events.resize(phases.size());
  std::unordered_map<model::PhaseId, std::uint32_t> phase_rows;
  for (std::uint32_t row = 0; row < phases.size(); ++row) {
    phase_rows.emplace(phases[row].id, row);
    m_phases_of_project[phases[row].project].push_back(row);
    for (const std::uint32_t parcel : subject.locations->phase_parcels[row]) m_phases_of_parcel[parcel].push_back(row);
  }
  const auto& projects = rows_of(project.projects);
  for (std::uint32_t row = 0; row < projects.size(); ++row) m_project_rows.emplace(projects[row].id, row);
  for (const model::StageEvent& event : rows_of(project.stage_events)) {
    Events* events = nullptr;
    if (event.phase) {
      const auto found = phase_rows.find(event.phase);
      if (found != phase_rows.end()) events = &m_phase_events[found->second];
    } else if (const auto row = project.parcels->row_of(event.parcel)) {
      events = &m_parcel_events[*row];
    }
    if (events == nullptr) continue;
    if (event.kind == model::EventKind::actual && event.dated > as_of()) {
      ++events->later_actuals;
    } else {
      events->known.push_back(&event);
    }
  }
  for (std::size_t i = 0; i < m_supply.evidence.size(); ++i) m_counts.emplace(m_supply.evidence[i].phase, i);
}

const std::vector<std::uint32_t>& ProjectIndex::phases_of_project(model::ProjectId id) const {
  static const std::vector<std::uint32_t> none;
  const auto found = m_phases_of_project.find(id);
  return found == m_phases_of_project.end() ? none : found->second;
}

std::vector<std::uint32_t> ProjectIndex::parcels_of_project(model::ProjectId id) const {
  std::set<std::uint32_t> rows;
  for (const model::ProjectParcel& link : rows_of(project().project_parcels)) {
    if (link.project != id) continue;
    if (const auto row = project().parcels->row_of(link.parcel)) rows.insert(*row);
  }
  for (const std::uint32_t phase : phases_of_project(id)) {
    for (const std::uint32_t row : m_subject.locations->phase_parcels[phase]) rows.insert(row);
  }
  return {rows.begin(), rows.end()};
}

std::vector<std::uint32_t> ProjectIndex::projects_of_parcel(std::uint32_t parcel_row) const {
  std::set<std::uint32_t> rows;
  const auto add = [&](model::ProjectId id) {
    if (const auto found = m_project_rows.find(id); found != m_project_rows.end()) rows.insert(found->second);
  };
  for (const model::ProjectParcel& link : rows_of(project().project_parcels)) {
    if (link.parcel == project().parcels->id[parcel_row]) add(link.project);
  }
  for (const std::uint32_t phase : m_phases_of_parcel[parcel_row]) add((*project().phases)[phase].project);
  return {rows.begin(), rows.end()};
}

const std::vector<const model::StageEvent*>& ProjectIndex::events_of_phase(std::uint32_t row) const {
  return m_phase_events[row].known;
}
const std::vector<const model::StageEvent*>& ProjectIndex::events_of_parcel(std::uint32_t row) const {
  return m_parcel_events[row].known;
}
std::size_t ProjectIndex::later_actuals_of_phase(std::uint32_t row) const { return m_phase_events[row].later_actuals; }
std::size_t ProjectIndex::later_actuals_of_parcel(std::uint32_t row) const {
  return m_parcel_events[row].later_actuals;
}

const planning::PhaseCount* ProjectIndex::count_of(std::uint32_t phase_row) const {
  const auto found = m_counts.find(phase_row);
  return found == m_counts.end() ? nullptr : &m_supply.evidence[found->second];
}

const model::Stage* ProjectIndex::stage_of_phase(std::uint32_t row) const {
  const int stage = m_subject.status->phases[row].stage;
  return stage < 0 ? nullptr : &(*project().stages)[static_cast<std::size_t>(stage)];
}

const model::Stage* ProjectIndex::stage_of_parcel(std::uint32_t row) const {
  const int stage = m_subject.status->parcels[row].stage;
  return stage < 0 ? nullptr : &(*project().stages)[static_cast<std::size_t>(stage)];
}

const model::CarrierProject* ProjectIndex::project_of(const model::Phase& phase) const {
  const auto found = m_project_rows.find(phase.project);
  return found == m_project_rows.end() ? nullptr : &(*project().projects)[found->second];
}

bool ProjectIndex::is_late(std::uint32_t phase_row, const model::StageEvent& event) const {
  if (event.kind != model::EventKind::commitment || event.dated > as_of()) return false;
  const model::CarrierProject* owner = project_of((*project().phases)[phase_row]);
  const int pathway = owner == nullptr ? -1 : m_order.pathway_row(owner->pathway_code);
  const int promised = m_order.stage_row(event.stage_code);
  if (promised < 0 || promised == m_order.stalled_row()) return false;
  const auto& events = m_phase_events[phase_row].known;
  return std::none_of(events.begin(), events.end(), [&](const model::StageEvent* other) {
    if (other->kind != model::EventKind::actual) return false;
    const int reached = m_order.stage_row(other->stage_code);
    return reached >= 0 && reached != m_order.stalled_row() &&
           m_order.rank(pathway, reached) >= m_order.rank(pathway, promised);
  });
}

std::vector<LateCommitment> ProjectIndex::late_commitments() const {
  std::vector<LateCommitment> late;
  for (std::uint32_t row = 0; row < m_phase_events.size(); ++row) {
    const model::StageEvent* oldest = nullptr;
    for (const model::StageEvent* event : m_phase_events[row].known) {
      if (is_late(row, *event) && (oldest == nullptr || event->dated < oldest->dated)) oldest = event;
    }
    if (oldest != nullptr) late.push_back({row, oldest, as_of().days() - oldest->dated.days()});
  }
  const auto& phases = rows_of(project().phases);
  const auto area_of = [&](std::uint32_t phase) {
    const planning::PhaseCount* count = count_of(phase);
    return count == nullptr || count->missing_area ? 0.0 : count->area_m2;
  };
  std::sort(late.begin(), late.end(), [&](const LateCommitment& a, const LateCommitment& b) {
    if (a.days != b.days) return a.days > b.days;
    const double area_a = area_of(a.phase), area_b = area_of(b.phase);
    return area_a != area_b ? area_a > area_b : phases[a.phase].code < phases[b.phase].code;
  });
  return late;
}

}  // namespace zaitu::report
