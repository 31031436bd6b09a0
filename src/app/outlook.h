// What is to come, of one picture: forecast, gap ladders, latest starts and cohorts, together on a worker.
#pragma once

#include <memory>
#include <vector>

#include "app/picture.h"
#include "planning/cohorts.h"
#include "planning/forecast.h"
#include "planning/latest_start.h"

namespace zaitu::app {

// By the default options, so that it is what the command line says without options.
struct Outlook {
  std::shared_ptr<const Picture> picture;
  planning::Forecast forecast;
  std::vector<std::vector<planning::LadderStep>> ladders;  // by place in Forecast::ahead
  std::vector<planning::LatestStart> starts;
  planning::CohortTriangle cohorts;
};
Outlook make_outlook(std::shared_ptr<const Picture> picture, base::Progress& progress);

}  // namespace zaitu::app
