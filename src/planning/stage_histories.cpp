#include "planning/stage_histories.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace zaitu::planning {

namespace {

model::Project tables_of(const model::Project& project) {
  model::Project tables;
  tables.stages = project.stages;
  tables.certainty_classes = project.certainty_classes;
  tables.pathways = project.pathways;
  tables.projects = project.projects;
  tables.phases = project.phases;
  tables.stage_events = project.stage_events;
  return tables;
}

}  // namespace

StageHistories::StageHistories(const model::Project& project) : m_tables(tables_of(project)), m_order(m_tables) {
  if (project.parcels) m_parcel_ids = project.parcels->id;
  std::unordered_map<model::ProjectId, int> pathway_of_project;
  if (project.projects) {
    for (const auto& row : *project.projects) pathway_of_project[row.id] = m_order.pathway_row(row.pathway_code);
  }
  std::unordered_map<model::PhaseId, std::uint32_t> row_of_phase;
  std::vector<int> pathways;  // by phase row
  if (project.phases) {
    for (const model::Phase& phase : *project.phases) {
      row_of_phase.emplace(phase.id, static_cast<std::uint32_t>(pathways.size()));
      const auto found = pathway_of_project.find(phase.project);
      pathways.push_back(found == pathway_of_project.end() ? -1 : found->second);
      m_first_stages.push_back(m_order.first_stage(pathways.back()));
    }
  }

  std::vector<OfRow> of_phases, of_parcels;
  const std::size_t count = project.stage_events ? project.stage_events->size() : 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const model::StageEvent& event = (*project.stage_events)[i];
    if (event.kind != model::EventKind::actual) continue;
    if (!m_span) m_span.emplace(event.dated, event.dated);
    m_span->first = std::min(m_span->first, event.dated);
    m_span->second = std::max(m_span->second, event.dated);
    const int stage = m_order.stage_row(event.stage_code);
    if (stage < 0) continue;
    if (event.phase) {
      const auto found = row_of_phase.find(event.phase);
      if (found != row_of_phase.end()) of_phases.push_back({found->second, i, event.dated, stage});
    }
    if (event.parcel && project.parcels) {
      if (const auto row = project.parcels->row_of(event.parcel)) of_parcels.push_back({*row, i, event.dated, stage});
    }
  }
  m_phases = steps_of(std::move(of_phases), pathways);
  m_parcels = steps_of(std::move(of_parcels), {});
  m_phase_steps_by_date.reserve(m_phases.steps.size());
  for (std::size_t i = 0; i < m_phases.rows.size(); ++i) {
    for (std::uint32_t step = m_phases.starts[i]; step < m_phases.starts[i + 1]; ++step) {
      m_phase_steps_by_date.push_back({m_phases.steps[step].from, m_phases.rows[i], m_phases.steps[step].stage});
    }
  }
  std::sort(m_phase_steps_by_date.begin(), m_phase_steps_by_date.end(),
            [](const PhaseStep& a, const PhaseStep& b) { return std::tie(a.from, a.row) < std::tie(b.from, b.row); });
}

bool StageHistories::hold_for(const model::Project& project) const {
  static const model::Held<model::IdColumn<model::ParcelId>> none;
  const auto& parcel_ids = project.parcels ? project.parcels->id : none;
  return m_tables.stages == project.stages && m_tables.certainty_classes == project.certainty_classes &&
         m_tables.pathways == project.pathways && m_tables.projects == project.projects &&
         m_tables.phases == project.phases && m_tables.stage_events == project.stage_events &&
         (m_parcel_ids.is_shared_with(parcel_ids) || (m_parcel_ids->size() == 0 && parcel_ids->size() == 0));
}

StageHistories::Steps StageHistories::steps_of(std::vector<OfRow> events, std::span<const int> pathways) const {
  Steps result;
  if (events.empty()) return result;
  const auto& table = *m_tables.stage_events;
  std::sort(events.begin(), events.end(), [&](const OfRow& a, const OfRow& b) {
    if (a.row != b.row) return a.row < b.row;
    return a.dated != b.dated ? a.dated < b.dated : table[a.event].id < table[b.event].id;
  });

  result.steps.reserve(events.size());
  for (std::size_t i = 0; i < events.size();) {
    const std::uint32_t row = events[i].row;
    const int pathway = row < pathways.size() ? pathways[row] : -1;
    result.rows.push_back(row);
    result.starts.push_back(static_cast<std::uint32_t>(result.steps.size()));
    const OfRow* furthest = nullptr;  // SX aside
    while (i < events.size() && events[i].row == row) {
      const base::Date from = events[i].dated;
      const OfRow* newest = nullptr;
      for (; i < events.size() && events[i].row == row && events[i].dated == from; ++i) {
        newest = &events[i];
        // Of the events of a stage the earliest one says since when.
        if (newest->stage != m_order.stalled_row() &&
            (furthest == nullptr || m_order.rank(pathway, newest->stage) > m_order.rank(pathway, furthest->stage))) {
          furthest = newest;
        }
      }
      const OfRow& holds = newest->stage == m_order.stalled_row() ? *newest : *furthest;
      result.steps.push_back({from, holds.dated, holds.event, holds.stage});
    }
  }
  result.starts.push_back(static_cast<std::uint32_t>(result.steps.size()));
  return result;
}

Standing StageHistories::standing(const Step& step) const {
  return {step.stage, m_order.certainty_row(step.stage), step.since, &(*m_tables.stage_events)[step.event]};
}

const StageHistories::Step* StageHistories::step_at(const Steps& steps, std::uint32_t row, base::Date as_of) const {
  const auto found = std::lower_bound(steps.rows.begin(), steps.rows.end(), row);
  if (found == steps.rows.end() || *found != row) return nullptr;
  const auto i = static_cast<std::size_t>(found - steps.rows.begin());
  const auto first = steps.steps.begin() + steps.starts[i], last = steps.steps.begin() + steps.starts[i + 1];
  const auto after = std::find_if(first, last, [&](const Step& step) { return step.from > as_of; });
  return after == first ? nullptr : &*(after - 1);
}

Standing StageHistories::phase_at(std::uint32_t row, base::Date as_of) const {
  if (const Step* step = step_at(m_phases, row, as_of)) return standing(*step);
  return {m_first_stages[row], m_order.certainty_row(m_first_stages[row]), {}, nullptr};
}

Standing StageHistories::parcel_at(std::uint32_t row, base::Date as_of) const {
  const Step* step = step_at(m_parcels, row, as_of);
  return step == nullptr ? Standing{} : standing(*step);
}

template <class Visit>
void StageHistories::each_at(const Steps& steps, base::Date as_of, Visit visit) {
  for (std::size_t i = 0; i < steps.rows.size(); ++i) {
    const auto first = steps.steps.begin() + steps.starts[i], last = steps.steps.begin() + steps.starts[i + 1];
    // A row has few steps.
    auto after = first;
    while (after != last && after->from <= as_of) ++after;
    if (after != first) visit(steps.rows[i], *(after - 1));
  }
}

std::vector<Standing> StageHistories::phases_at(base::Date as_of) const {
  std::vector<Standing> standings;
  standings.reserve(m_first_stages.size());
  for (const int stage : m_first_stages) standings.push_back({stage, m_order.certainty_row(stage), {}, nullptr});
  each_at(m_phases, as_of, [&](std::uint32_t row, const Step& step) { standings[row] = standing(step); });
  return standings;
}

StageHistories::PhaseWalk::PhaseWalk(const StageHistories& histories)
    : m_histories(histories), m_stages(histories.m_first_stages) {}

void StageHistories::PhaseWalk::go_to(base::Date at) {
  const auto& steps = m_histories.m_phase_steps_by_date;
  for (; m_next < steps.size() && steps[m_next].from <= at; ++m_next) m_stages[steps[m_next].row] = steps[m_next].stage;
}

std::vector<std::optional<base::Date>> StageHistories::last_events_at(base::Date as_of) const {
  std::vector<std::optional<base::Date>> dates(m_first_stages.size());
  each_at(m_phases, as_of, [&](std::uint32_t row, const Step& step) { dates[row] = step.from; });
  return dates;
}

Standings StageHistories::parcels_at(base::Date as_of) const {
  Standings standings(m_parcel_ids->size());
  each_at(m_parcels, as_of,
          [&](std::uint32_t row, const Step& step) { standings.set_code(row, standings.add(standing(step))); });
  return standings;
}

}  // namespace zaitu::planning
