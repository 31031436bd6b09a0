#include "app/outlook.h"

namespace zaitu::app {

Outlook make_outlook(std::shared_ptr<const Picture> picture, base::Progress& progress) {
  const model::Project& project = *picture->project;
  const base::Date as_of = picture->status->as_of;
  Outlook made;
  made.forecast =
      planning::forecast(project, *picture->locations, *picture->histories, as_of, picture->rule, {}, progress);
  for (std::size_t i = 0; i < made.forecast.ahead.size(); ++i) {
    made.ladders.push_back(planning::gap_ladder(project, made.forecast, i));
  }
  made.starts = planning::latest_starts(project, *picture->locations, *picture->histories, as_of, picture->rule);
  made.cohorts = planning::cohort_triangle(project, *picture->locations, *picture->histories, as_of, picture->rule);
  made.picture = std::move(picture);
  return made;
}

}  // namespace zaitu::app
