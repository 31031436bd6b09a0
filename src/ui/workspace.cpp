#include "ui/workspace.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/message.h"

namespace zaitu::ui {

const char* name_of(MapTool tool) {
  return tool == MapTool::measure ? "measure" : tool == MapTool::select_area ? "select_area" : "select";
}

const char* hint_of(MapTool tool) {
  return tool == MapTool::measure       ? "status.measure"
         : tool == MapTool::select_area ? "status.select_area"
                                        : "status.ready";
}

void Workspace::take_tool(MapTool wanted) {
  tool = wanted;
  sketch.clear();
  sketch_closed = false;
}

void Workspace::move_swipe(float share) { settings.swipe = std::clamp(share, swipe_least, swipe_most); }

std::string without_options(std::string text) {
  // "(--crs)", "（--crs EPSG:…）" in whole; of "（--crs；…）" the option alone.
  for (const auto& [open, stop, close] : {std::array<std::string_view, 3>{" (--", "; ", ")"}, {"（--", "；", "）"}}) {
    for (std::size_t at = 0; (at = text.find(open, at)) != std::string::npos;) {
      const std::size_t end = text.find(close, at);
      if (end == std::string::npos) break;
      const std::size_t more = text.find(stop, at);
      const std::size_t bracket = open.size() - 2;
      if (more < end) {
        text.erase(at + bracket, more + stop.size() - at - bracket);
      } else {
        text.erase(at, end + close.size() - at);
      }
    }
  }
  return text;
}

std::string shown_message(const base::Translation& tr, const std::string& told) {
  std::string message = without_options(told);
  const std::size_t end = message.find(": ");
  if (end == std::string::npos) return message;
  const auto label = tr.texts().find("keyword." + message.substr(0, end));
  if (label == tr.texts().end()) return message;
  return tr("keyword.of", {{"label", label->second}, {"message", message.substr(end + 2)}});
}

void Workspace::notify(bool is_error, std::string text) {
  text = shown_message(tr, text);
  std::erase_if(notices, [&](const StatusNotice& notice) { return notice.text == text; });
  notices.push_back({next_notice++, is_error, std::move(text), now + 6});
  if (notices.size() > 6) notices.erase(notices.begin());
}

void Workspace::open_project(const std::string& file) {
  playing = false;
  take_tool(tool);
  hovered_parcel.reset();
  hovered_change.clear();
  swipe = false;
  hidden_layers.clear();
  ledger_only.reset();
  // Absolute, because it is remembered for a start from elsewhere.
  std::error_code error;
  const std::filesystem::path path = std::filesystem::absolute(file, error);
  document.open(error ? std::filesystem::path(file) : path);
}

void Workspace::set_language(base::Language language) {
  settings.language = language;
  tr = base::Translation::load(language);
  base::set_message_language(language);
  document.set_language(language);
}

void Workspace::set_as_of(base::Date date) {
  if (date != document.as_of()) document.set_as_of(date);
}

void Workspace::toggle_play() {
  playing = !playing;
  next_step_at = 0;
  const auto picture = document.picture();
  if (!playing || !picture) return;
  const ClockRange range = clock_range(*picture->project);
  if (next_step(document.as_of(), settings.play_step) >= range.last) set_as_of(range.first);
}

void Workspace::set_rule(const planning::CountingRule& rule) {
  settings.rule = rule;
  document.set_rule(rule);
}

void Workspace::select(app::Selection selection, bool show) {
  document.select(std::move(selection));
  if (!show) return;
  const geom::Envelope extent = selection_extent();
  if (extent.empty() || map_width_px < 1) return;
  const geom::Envelope seen = camera.view(map_width_px, map_height_px).extent();
  if (seen.contains(extent)) return;
  if (extent.width() < seen.width() && extent.height() < seen.height()) {
    camera.centre_on(extent.centre());
  } else {
    camera.fit(extent, map_width_px, map_height_px, true);
  }
}

void Workspace::show_phases(const std::set<std::int64_t>& ids) {
  app::Selection chosen;
  chosen.phases = app::IdSet(ids.begin(), ids.end());
  select(chosen, false);
  ledger_kind = app::LedgerKind::phases;
  ledger_only = std::make_shared<const std::set<std::int64_t>>(ids);
  settings.bottom_tab = "ledger";
  settings.bottom_open = true;
}

void Workspace::show_ledger(app::LedgerKind kind) {
  if (kind != ledger_kind) ledger_only.reset();
  ledger_kind = kind;
}

std::filesystem::path Workspace::report_folder() const {
  const auto picture = document.picture();
  std::error_code error;
  const std::filesystem::path file = std::filesystem::absolute(picture ? picture->project->file : "", error);
  return file.parent_path() / (file.stem().string() + "-reports");
}

geom::Envelope Workspace::selection_extent() const {
  geom::Envelope extent;
  const auto picture = document.picture();
  if (!picture) return extent;
  const model::Project& project = *picture->project;
  const app::Selection& selection = document.selection();
  for (const std::int64_t id : selection.parcels) {
    if (const auto row = project.parcels->row_of(model::ParcelId{id})) {
      extent.expand(project.parcels->geometry[*row].envelope());
    }
  }
  for (std::size_t row = 0; row < project.phases->size(); ++row) {
    const model::Phase& phase = (*project.phases)[row];
    if (!selection.phases.contains(phase.id.value) && !selection.projects.contains(phase.project.value)) continue;
    for (const std::uint32_t parcel : picture->locations->phase_parcels[row]) {
      extent.expand(project.parcels->geometry[parcel].envelope());
    }
  }
  if (!extent.empty()) return extent;
  for (const model::CarrierProject& row : *project.projects) {
    if (row.location && selection.projects.contains(row.id.value)) extent.expand(*row.location);
  }
  return extent;
}

void Workspace::fit_start() {
  fit_all(false);
  const auto picture = document.picture();
  if (!picture || picture->project->circles->empty()) return;
  const model::Project& project = *picture->project;
  geom::Envelope extent;
  for (std::size_t row = 0; row < project.circle_members->rows.size(); ++row) {
    if (project.circle_members->rows[row].circle == project.circles->front().id) {
      extent.expand(project.circle_members->geometry[row].envelope());
    }
  }
  camera.fit(extent, map_width_px, map_height_px, false);
}

void Workspace::fit_all(bool smooth) {
  const auto picture = document.picture();
  if (!picture) return;
  geom::Envelope extent = full_extent;
  if (extent.empty()) extent = picture->project->circle_members->geometry.envelope();
  if (extent.empty()) extent = picture->project->towns->geometry.envelope();
  if (extent.empty()) {
    for (const model::ReferenceLayer& layer : *picture->project->reference_layers) {
      extent.expand(layer.geometry.envelope());
    }
  }
  if (extent.empty()) return;
  camera.set_bounds(extent);
  camera.fit(extent, map_width_px, map_height_px, smooth);
}

void Workspace::fit_selection() {
  const geom::Envelope extent = selection_extent();
  if (extent.empty()) return;
  camera.fit(extent.buffered(std::max(extent.width(), extent.height()) * 0.15), map_width_px, map_height_px, true);
}

ClockRange clock_range(const model::Project& project) {
  base::Date first = base::Date::today(), last = first;
  for (const planning::TargetGap& target : planning::supply_targets(project)) {
    first = std::min(first, base::Date::year_end(target.year - 2));
    last = std::max(last, base::Date::year_end(target.year));
  }
  for (const model::StageEvent& event : *project.stage_events) {
    if (event.kind != model::EventKind::actual) continue;
    last = std::max(last, event.dated);
    // Works of decades ago would squeeze the years that are planned for into a corner of the slider.
    first = std::min(first, std::max(event.dated, base::Date::year_end(last.year() - 8)));
  }
  return {first.quarter_end(), last.quarter_end()};
}

base::Date next_quarter_end(base::Date date) {
  const base::Date end = date.quarter_end();
  return end > date ? end : date.plus_days(1).quarter_end();
}

base::Date previous_quarter_end(base::Date date) {
  return date.quarter_end().plus_days(1).plus_months(-3).plus_days(-1) < date
             ? base::Date::from_ymd(date.year(), (date.quarter() - 1) * 3 + 1, 1)->plus_days(-1)
             : date;
}

base::Date next_step(base::Date date, PlayStep step) {
  if (step == PlayStep::quarter) return next_quarter_end(date);
  const base::Date day = date.plus_days(1);
  if (step == PlayStep::day) return day;
  const base::Date month = *base::Date::from_ymd(day.year(), day.month(), 1);
  return month.plus_months(1).plus_days(-1);
}

const std::vector<std::string>& compare_names() {
  static const std::vector<std::string> names = {"quarter", "year", "three_years", "start"};
  return names;
}

base::Date compare_date(const std::string& name, base::Date as_of, const model::Project& project) {
  if (name == "quarter") return previous_quarter_end(as_of);
  if (const auto day = base::Date::parse(name)) return std::min(*day, as_of);
  if (name == "start") return std::min(clock_range(project).first, as_of);
  return base::Date::year_end(as_of.year() - (name == "three_years" ? 3 : 1));
}

base::Date Workspace::compared_with() const {
  const auto picture = document.picture();
  return compare_date(settings.compare, picture->status->as_of, *picture->project);
}

}  // namespace zaitu::ui
