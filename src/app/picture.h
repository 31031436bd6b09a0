// Everything that is derived from one snapshot at one date under one rule, computed together on a worker, so that map,
// figures and tables always speak of the same moment.
#pragma once

#include <memory>

#include "model/project.h"
#include "planning/location.h"
#include "planning/stage_histories.h"
#include "planning/status.h"
#include "planning/supply.h"

namespace zaitu::app {

struct Picture {
  std::shared_ptr<const model::Project> project;
  std::shared_ptr<const planning::Locations> locations;
  std::shared_ptr<const planning::StageHistories> histories;  // of the project, for its next date
  std::shared_ptr<const planning::StatusAt> status;
  planning::CountingRule rule;
  std::shared_ptr<const planning::Supply> supply;                   // ungrouped
  std::shared_ptr<const planning::Supply> by_circle_and_certainty;  // the summary's table
  std::vector<planning::CurvePoint> curve;                          // by quarter, targets' span
};

// `before` lends what is still true (locations and histories of an unchanged snapshot, the curve of an unchanged rule).
Picture make_picture(std::shared_ptr<const model::Project> project, base::Date as_of,
                     const planning::CountingRule& rule, base::Language language, base::Progress& progress,
                     const Picture* before = nullptr);

}  // namespace zaitu::app
