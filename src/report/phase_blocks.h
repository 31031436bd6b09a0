// Blocks that parcel card and project card share: the phases' floor areas, the timeline of stage events drawn and
// listed. One thread.
#pragma once

#include <string>
#include <vector>

#include "report/project_index.h"
#include "report/sheet.h"
#include "report/sources.h"

namespace zaitu::report {

// Phases with their stage, floor areas by kind and what the rule counts of them, and a total row below several.
PageTable phases_table(const ProjectIndex& index, const std::vector<std::uint32_t>& phase_rows);

// One line of a timeline: a parcel's own events or a phase's.
struct Lane {
  std::string name;
  std::string project;  // shown above the name, where phases of several projects stand together; else empty
  std::string code;     // before the name in the list of events; else empty
  std::vector<const model::StageEvent*> events;  // known at the as-of date
  bool is_phase = false;
  std::uint32_t phase = 0;
  std::size_t later_actuals = 0;
};
Lane lane_of_phase(const ProjectIndex& index, std::uint32_t phase_row, bool with_project);

// Draws the lanes on one time axis (the four event kinds by shape), then lists every event by date with its evidence.
void timeline(Sheet& sheet, const ProjectIndex& index, const std::vector<Lane>& lanes, Sources& sources);

style::Rgba stage_colour(const model::Stage* stage);

}  // namespace zaitu::report
