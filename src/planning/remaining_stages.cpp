#include "planning/remaining_stages.h"

namespace zaitu::planning {

StagesAhead::StagesAhead(const model::Project& project, const StageHistories& histories, const CountingRule& rule,
                         base::Date as_of)
    : m_project(project),
      m_counting(project, rule),
      m_standings(histories.phases_at(as_of)),
      m_last_events(histories.last_events_at(as_of)) {
  const StageOrder& order = m_counting.order();
  if (project.pathways) {
    for (const model::Pathway& pathway : *project.pathways) {
      std::vector<WayStage>& way = m_ways.emplace_back();
      for (const model::PathwayStage& row : pathway.stages) {
        const int stage = order.stage_row(row.stage_code);
        if (stage >= 0 && stage != order.stalled_row()) way.push_back({stage, &row});
      }
    }
  }
  if (!project.projects) return;
  for (const auto& row : *project.projects) m_pathway_of_project[row.id] = order.pathway_row(row.pathway_code);
}

RemainingStages StagesAhead::of(std::uint32_t phase) const {
  using Course = RemainingStages::Course;
  const StageOrder& order = m_counting.order();
  const model::Phase& row = (*m_project.phases)[phase];
  const Standing& standing = m_standings[phase];
  RemainingStages remaining;
  remaining.last_event = m_last_events[phase];
  const auto found = m_pathway_of_project.find(row.project);
  const int pathway = found == m_pathway_of_project.end() ? -1 : found->second;
  if (pathway >= 0) remaining.way = m_ways[static_cast<std::size_t>(pathway)];

  if (m_counting.counts(row, standing)) {
    remaining.course = Course::counts;
  } else if (standing.stage >= 0 && standing.stage == order.stalled_row()) {
    remaining.course = Course::stalled;
  } else if (remaining.way.empty() || standing.stage < 0) {
    remaining.course = Course::no_pathway;
  } else {
    remaining.present = order.rank(pathway, standing.stage).place;
    remaining.off_pathway =
        remaining.present < 0 || remaining.way[static_cast<std::size_t>(remaining.present)].stage != standing.stage;
    remaining.course = Course::never_counts;
    for (std::size_t place = 0; place < remaining.way.size(); ++place) {
      if (!m_counting.reaches(row, remaining.way[place].row->stage_code)) continue;
      remaining.course = Course::ahead;
      remaining.counts_at = static_cast<int>(place);
      break;
    }
  }
  return remaining;
}

}  // namespace zaitu::planning
