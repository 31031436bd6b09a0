// Everything a unit leads or answers for. Pure function of a snapshot.
#pragma once

#include <cstdint>
#include <vector>

#include "model/project.h"

namespace zaitu::planning {

struct UnitDuty {
  enum class Kind { indicator, task, project } kind = Kind::indicator;
  std::uint32_t row = 0;  // of Project::indicators, tasks or projects
  model::UnitRole role = model::UnitRole::lead;
};

// Indicators and tasks by number, projects by code; of several roles in one thing the strongest (lead, responsible,
// push).
std::vector<UnitDuty> unit_view(const model::Project& project, model::UnitId unit);

}  // namespace zaitu::planning
