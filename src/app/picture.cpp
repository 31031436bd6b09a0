#include "app/picture.h"

#include <algorithm>

#include "app/commands.h"

namespace zaitu::app {

namespace {

bool in_force(const model::Zone& zone, base::Date at) {
  return (!zone.valid_from || *zone.valid_from <= at) && (!zone.valid_to || at < *zone.valid_to);
}

// Locations depend on these tables and on which zones are in force, and on nothing else.
bool same_places(const Picture& before, const model::Project& now, base::Date as_of) {
  const model::Project& old = *before.project;
  if (old.parcels != now.parcels || old.circles != now.circles || old.circle_members != now.circle_members ||
      old.zones != now.zones || old.towns != now.towns || old.phases != now.phases || old.projects != now.projects ||
      old.phase_parcels != now.phase_parcels || old.project_parcels != now.project_parcels) {
    return false;
  }
  if (!now.zones) return true;
  const auto& zones = now.zones->rows;
  return std::all_of(zones.begin(), zones.end(), [&](const model::Zone& zone) {
    return in_force(zone, before.status->as_of) == in_force(zone, as_of);
  });
}

bool same_curve(const Picture& before, const Picture& now) {
  const model::Project& a = *before.project;
  const model::Project& b = *now.project;
  return before.rule == now.rule && before.locations == now.locations && a.stages == b.stages &&
         a.certainty_classes == b.certainty_classes && a.pathways == b.pathways && a.projects == b.projects &&
         a.phases == b.phases && a.stage_events == b.stage_events && a.indicators == b.indicators &&
         a.indicator_targets == b.indicator_targets && a.documents == b.documents;
}

// From the year end before the first target to the last target, and on to the last actual event when that is later;
// without targets, from the first actual event to the last. At most a century, so that one mistyped year in the data
// cannot draw a curve of millennia.
std::vector<planning::CurvePoint> whole_curve(const Picture& picture) {
  const model::Project& project = *picture.project;
  std::optional<base::Date> from, to;
  if (project.stage_events) {
    for (const auto& event : *project.stage_events) {
      if (event.kind != model::EventKind::actual) continue;
      if (!from || event.dated < *from) from = event.dated;
      if (!to || event.dated > *to) to = event.dated;
    }
  }
  const auto& targets = picture.supply->targets;
  if (!targets.empty()) {
    from = base::Date::year_end(targets.front().year - 1);
    const base::Date last = base::Date::year_end(targets.back().year);
    if (!to || *to < last) to = last;
  }
  if (!from || !to) return {};
  constexpr int century_months = 1200;
  const base::Date end = std::min(to->quarter_end(), from->plus_months(century_months));
  return planning::supply_curve(project, *picture.locations, picture.rule, *from, end);
}

}  // namespace

Picture make_picture(std::shared_ptr<const model::Project> project, base::Date as_of,
                     const planning::CountingRule& rule, base::Language language, base::Progress& progress,
                     const Picture* before) {
  if (before != nullptr && (!before->project || !before->status || !before->locations)) before = nullptr;
  Picture picture;
  picture.project = std::move(project);
  picture.rule = rule;
  if (before != nullptr && same_places(*before, *picture.project, as_of)) {
    picture.locations = before->locations;
  } else {
    picture.locations =
        std::make_shared<const planning::Locations>(planning::locate(*picture.project, as_of, progress));
  }
  progress.throw_if_stopped();
  const model::Project& p = *picture.project;
  const planning::Locations& locations = *picture.locations;
  picture.status = std::make_shared<const planning::StatusAt>(planning::status_at(p, locations, as_of));
  picture.supply =
      std::make_shared<const planning::Supply>(planning::supply(p, locations, *picture.status, rule, {}, language));
  picture.by_circle_and_certainty = std::make_shared<const planning::Supply>(planning::supply(
      p, locations, *picture.status, rule, {planning::GroupBy::circle, planning::GroupBy::certainty}, language));
  progress.throw_if_stopped();
  picture.curve = before != nullptr && same_curve(*before, picture) ? before->curve : whole_curve(picture);
  return picture;
}

base::Date default_as_of(const model::Project&) { return base::Date::today(); }

}  // namespace zaitu::app
