// The state of the window: the open document, where the map looks, what is chosen and remembered. Owned by the frame
// loop, changed only by commands between two frames, read by the panels.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/document.h"
#include "base/translation.h"
#include "ui/drafts.h"
#include "ui/map_camera.h"
#include "ui/settings.h"

namespace zaitu::ui {

enum class MapTool { select, select_area, measure };
const char* name_of(MapTool tool);
const char* hint_of(MapTool tool);  // translation key of how it is used
enum class DialogKind { none, open, import_file, new_export, keys, lost_drafts, damaged };

// A text of the core without the options of the command line that it names in brackets.
std::string without_options(std::string text);
// A message of the core as the window shows it, without such options: the keyword in front ("locked: "), which is there
// for programs, is a word of the window's language.
std::string shown_message(const base::Translation& tr, const std::string& message);

struct StatusNotice {
  std::int64_t number = 0;
  bool is_error = false;
  std::string text;
  double until = 0;  // seconds of the window's clock; errors stay
};

struct Workspace {
  explicit Workspace(std::function<void()> wake) : document(std::move(wake)) {}

  app::Document document;
  Settings settings;
  base::Translation tr;

  // Map
  MapCamera camera;
  int map_width_px = 0, map_height_px = 0;  // of the last frame
  geom::Envelope full_extent;               // of the project, as its scene knows it
  MapTool tool = MapTool::select;
  bool placed = false;         // the camera looks at the open project
  bool sketch_closed = false;  // finished by a double click or Enter
  bool swipe = false;          // left of a line the map shows the date that is compared with
  // What the tool in hand has drawn, the area to select or the line that is measured: vertices in the project's CRS.
  std::vector<geom::Coord> sketch;
  std::set<std::string> hidden_layers;          // keys of render::Scene::layers()
  std::optional<std::uint32_t> hovered_parcel;  // row
  float swipe_least = 0, swipe_most = 1;        // where the line may stand, so that both dates can be read
  std::vector<std::uint32_t> hovered_change;    // rows of the parcels of the change under the mouse, in the list

  // Ledger
  app::LedgerKind ledger_kind = app::LedgerKind::parcels;
  std::shared_ptr<const std::set<std::int64_t>> ledger_only;  // ids: the rows behind a figure; none: all rows

  // Indicators and tasks
  std::int64_t unit = 0;  // whose are shown; 0: all

  // The clock
  bool playing = false;
  double next_step_at = 0;

  // Dialogs and messages
  DialogKind dialog = DialogKind::none;
  std::string dropped_file;             // for DialogKind::import_file
  std::vector<LostDrafts> lost_drafts;  // for DialogKind::lost_drafts
  std::vector<StatusNotice> notices;
  std::int64_t next_notice = 1;
  bool focus_search = false;
  bool chart_has_keys = false;  // a chart was clicked: arrows, Enter and Escape are its own
  bool preparing_demo = false;
  bool quit = false;

  // What the program holds, looked at once a second while something moves.
  struct Memory {
    std::size_t resident_bytes = 0;  // 0: not known
    std::size_t tiles_bytes = 0, tiles_budget_bytes = 0;
  } memory;

  double now = 0;  // seconds since the window opened

  void take_tool(MapTool wanted);  // drops what the one before has drawn
  void move_swipe(float share);    // of the map's width
  void notify(bool is_error, std::string text);
  void open_project(const std::string& file);
  void set_language(base::Language language);
  void set_as_of(base::Date date);
  // Plays by Settings::play_step from the date on; from the start when little or nothing is left to play.
  void toggle_play();
  void set_rule(const planning::CountingRule& rule);
  // Selects, and moves the map there when `show` and it is out of sight.
  void select(app::Selection selection, bool show);
  // The rows behind a figure: selects these phases and shows them, and nothing else, in the ledger.
  void show_phases(const std::set<std::int64_t>& ids);
  void show_ledger(app::LedgerKind kind);
  // Is what changed since then marked on the map? While the list of changes is open, or two dates are side by side.
  bool marks_changes() const { return swipe || lists_changes(); }
  bool lists_changes() const { return settings.bottom_open && settings.bottom_tab == "between"; }
  base::Date compared_with() const;  // the first of the two dates, never after the as-of date; a project must be open
  geom::Envelope selection_extent() const;      // empty when nothing with a place is selected
  std::filesystem::path report_folder() const;  // beside the project file: "<name>-reports"
  void fit_start();  // the first circle, where the planning happens; everything where there is none
  void fit_all(bool smooth);
  void fit_selection();
};

// The quarters the as-of slider runs over: from the year before the first target or event to the last target or today.
struct ClockRange {
  base::Date first, last;  // ends of quarters
};
ClockRange clock_range(const model::Project& project);
base::Date next_quarter_end(base::Date date);
base::Date previous_quarter_end(base::Date date);
base::Date next_step(base::Date date, PlayStep step);  // the next day, end of a month, end of a quarter
// The dates with which the as-of date is compared: "quarter" (the end of the one before), "year", "three_years",
// "start" (of the clock); compare_date() takes a day as ISO text too. Other words mean "year".
const std::vector<std::string>& compare_names();
base::Date compare_date(const std::string& name, base::Date as_of, const model::Project& project);

}  // namespace zaitu::ui
