#include "app/picture.h"

#include <algorithm>
#include <tuple>

#include "app/commands.h"

namespace zaitu::app {

namespace {

// Do both have the same parcels with the same outlines and times in force? An edit of other facts leaves these columns
// shared.
bool same_parcels(const model::Project& a, const model::Project& b) {
  if (a.parcels == b.parcels) return true;
  return a.parcels && b.parcels && a.parcels->id.is_shared_with(b.parcels->id) &&
         a.parcels->geometry.is_shared_with(b.parcels->geometry) &&
         a.parcels->valid_from.is_shared_with(b.parcels->valid_from) &&
         a.parcels->valid_to.is_shared_with(b.parcels->valid_to);
}

// Locations depend on these tables and on what is in force at the date, and on nothing else.
bool same_place_tables(const model::Project& a, const model::Project& b) {
  return same_parcels(a, b) && a.circles == b.circles && a.circle_members == b.circle_members && a.zones == b.zones &&
         a.towns == b.towns && a.phases == b.phases && a.projects == b.projects && a.phase_parcels == b.phase_parcels &&
         a.project_parcels == b.project_parcels;
}

bool same_curve(const Picture& before, const Picture& now) {
  const model::Project& a = *before.project;
  const model::Project& b = *now.project;
  return before.rule == now.rule && (now.rule.scope.empty() || same_place_tables(a, b)) && a.stages == b.stages &&
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
  if (const auto span = picture.histories->span()) std::tie(from, to) = *span;
  const auto& targets = picture.supply->targets;
  if (!targets.empty()) {
    from = base::Date::year_end(targets.front().year - 1);
    const base::Date last = base::Date::year_end(targets.back().year);
    if (!to || *to < last) to = last;
  }
  if (!from || !to) return {};
  constexpr int century_months = 1200;
  const base::Date end = std::min(to->quarter_end(), from->plus_months(century_months));
  return planning::supply_curve(project, *picture.histories, picture.rule, *from, end);
}

}  // namespace

Picture make_picture(std::shared_ptr<const model::Project> project, base::Date as_of,
                     const planning::CountingRule& rule, base::Language language, base::Progress& progress,
                     const Picture* before) {
  if (before != nullptr && (!before->project || !before->status || !before->locations)) before = nullptr;
  Picture picture;
  picture.project = std::move(project);
  picture.rule = rule;
  if (before != nullptr && same_place_tables(*before->project, *picture.project) &&
      planning::same_places(*picture.project, *before->locations, before->status->as_of, as_of)) {
    picture.locations = before->locations;
  } else {
    picture.locations = std::make_shared<const planning::Locations>(
        before == nullptr
            ? planning::locate(*picture.project, as_of, progress)
            : planning::relocate(*picture.project, as_of, *before->project, *before->locations, progress));
  }
  progress.throw_if_stopped();
  const model::Project& p = *picture.project;
  const planning::Locations& locations = *picture.locations;
  picture.histories = before != nullptr && before->histories && before->histories->hold_for(p)
                          ? before->histories
                          : std::make_shared<const planning::StageHistories>(p);
  picture.status = std::make_shared<const planning::StatusAt>(
      planning::status_at(p, *picture.histories, locations, as_of, rule.from));
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
