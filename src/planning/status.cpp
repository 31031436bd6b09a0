#include "planning/status.h"

#include <unordered_map>

#include "planning/stage_order.h"

namespace zaitu::planning {

namespace {

// What the events of one phase or parcel say so far; they may come in any order.
struct Reading {
  const model::StageEvent* newest = nullptr;
  const model::StageEvent* furthest = nullptr;  // SX aside
  int furthest_row = -1;
};

bool later(const model::StageEvent& a, const model::StageEvent& b) {
  return a.dated != b.dated ? a.dated > b.dated : a.id > b.id;
}

void read_event(Reading& reading, const model::StageEvent& event, int stage_row, int pathway_row,
                const StageOrder& order) {
  if (reading.newest == nullptr || later(event, *reading.newest)) reading.newest = &event;
  if (stage_row == order.stalled_row()) return;
  if (reading.furthest == nullptr) {
    reading.furthest = &event;
    reading.furthest_row = stage_row;
    return;
  }
  const StageRank now = order.rank(pathway_row, stage_row);
  const StageRank before = order.rank(pathway_row, reading.furthest_row);
  if (now > before || (now == before && later(*reading.furthest, event))) {
    reading.furthest = &event;
    reading.furthest_row = stage_row;
  }
}

Standing standing_of(const Reading& reading, const StageOrder& order) {
  if (reading.newest == nullptr) return {};
  const bool stalled = reading.newest->stage_code == model::stalled_stage;
  const int row = stalled ? order.stalled_row() : reading.furthest_row;
  const model::StageEvent* event = stalled ? reading.newest : reading.furthest;
  return {row, order.certainty_row(row), event->dated, event};
}

bool holds(const model::StageEvent& event, base::Date as_of) {
  return event.kind == model::EventKind::actual && event.dated <= as_of;
}

std::vector<Standing> phase_standings(const model::Project& project, base::Date as_of, const StageOrder& order) {
  std::vector<Standing> standings;
  if (!project.phases) return standings;

  std::unordered_map<model::ProjectId, int> pathway_of_project;
  if (project.projects) {
    for (const auto& row : *project.projects) pathway_of_project[row.id] = order.pathway_row(row.pathway_code);
  }
  const auto& phases = *project.phases;
  std::unordered_map<model::PhaseId, std::size_t> row_of_phase;
  std::vector<int> pathways(phases.size(), -1);
  for (std::size_t i = 0; i < phases.size(); ++i) {
    row_of_phase.emplace(phases[i].id, i);
    const auto found = pathway_of_project.find(phases[i].project);
    if (found != pathway_of_project.end()) pathways[i] = found->second;
  }

  std::vector<Reading> readings(phases.size());
  if (project.stage_events) {
    for (const auto& event : *project.stage_events) {
      if (!event.phase || !holds(event, as_of)) continue;
      const auto found = row_of_phase.find(event.phase);
      const int stage = order.stage_row(event.stage_code);
      if (found == row_of_phase.end() || stage < 0) continue;
      read_event(readings[found->second], event, stage, pathways[found->second], order);
    }
  }

  standings.reserve(phases.size());
  for (std::size_t i = 0; i < phases.size(); ++i) {
    Standing standing = standing_of(readings[i], order);
    if (readings[i].newest == nullptr) {
      standing.stage = order.first_stage(pathways[i]);
      standing.certainty = order.certainty_row(standing.stage);
    }
    standings.push_back(standing);
  }
  return standings;
}

}  // namespace

std::vector<Standing> phase_standings(const model::Project& project, base::Date as_of) {
  return phase_standings(project, as_of, StageOrder(project));
}

StatusAt status_at(const model::Project& project, const Locations& locations, base::Date as_of) {
  const StageOrder order(project);
  StatusAt status;
  status.as_of = as_of;
  status.phases = phase_standings(project, as_of, order);
  if (!project.parcels) return status;

  status.parcels = Standings(project.parcels->size());
  Standings& standings = status.parcels;
  if (project.stage_events) {
    std::vector<Reading> readings(1);  // by code
    for (const auto& event : *project.stage_events) {
      if (!event.parcel || !holds(event, as_of)) continue;
      const auto row = project.parcels->row_of(event.parcel);
      const int stage = order.stage_row(event.stage_code);
      if (!row || stage < 0) continue;
      if (standings.codes()[*row] == 0) {
        standings.set_code(*row, static_cast<std::uint32_t>(readings.size()));
        readings.emplace_back();
      }
      read_event(readings[standings.codes()[*row]], event, stage, -1, order);
    }
    for (std::size_t code = 1; code < readings.size(); ++code) standings.add(standing_of(readings[code], order));
  }

  const auto moving = [&](const Standing& standing) {
    return standing.stage >= 0 && standing.stage != order.stalled_row();
  };
  for (std::size_t phase = 0; phase < locations.phase_parcels.size() && phase < status.phases.size(); ++phase) {
    const Standing& candidate = status.phases[phase];
    if (candidate.stage < 0) continue;
    const std::uint32_t code = standings.add(candidate);
    for (const std::uint32_t parcel : locations.phase_parcels[phase]) {
      const Standing& present = standings[parcel];
      if (present.stage < 0 || (!moving(present) && moving(candidate))) {
        standings.set_code(parcel, code);
      } else if (moving(present) && moving(candidate)) {
        const StageRank a = order.rank(-1, candidate.stage);
        const StageRank b = order.rank(-1, present.stage);
        // Of equal stages the earliest date says since when the parcel stands there.
        const bool earlier =
            candidate.since && present.since ? *candidate.since < *present.since : candidate.since && !present.since;
        if (a > b || (a == b && earlier)) standings.set_code(parcel, code);
      }
    }
  }
  return status;
}

}  // namespace zaitu::planning
