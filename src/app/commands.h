// The commands of the product: the window and the command line run these and nothing else. Each is a function from
// options to a result value; failures are base::Error. Long ones report progress and can be stopped.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/ledger.h"
#include "app/picture.h"
#include "crs/candidates.h"
#include "crs/gcj02.h"
#include "crs/helmert.h"
#include "io/source.h"
#include "model/import_kind.h"
#include "planning/quarterly.h"
#include "render/map.h"
#include "report/report.h"
#include "store/project_file.h"

namespace zaitu::app {

// ---- init ------------------------------------------------------------------------------------------------------
struct InitOptions {
  std::filesystem::path project;
  std::string crs = "EPSG:4549";
  bool demo = false;
  bool any_unit = false;  // also a CRS that is not in metres: for looking at a foreign layer, never for a project
};
struct InitResult {
  std::string project, crs;
  int schema_version = 0;
};
// Throws Error(usage) for a CRS whose coordinates are not metres: planar areas would not be m².
InitResult init_project(const InitOptions& options, base::Progress& progress);

// ---- import ----------------------------------------------------------------------------------------------------
// Of a row whose code is there already: it is rejected, it changes the stored one, or (kinds with codes of their own)
// both are kept, the later one under a code that says so ("SZ-001#2").
enum class OnDuplicate { reject, update, keep };
// What a reference layer says of itself (kind reference only); code and names default to the source's layer name.
struct ReferenceFacts {
  std::string code, name_zh, name_en, role = "other", attribution, licence, source;
  bool synthetic = false;
  int draw_order = 0;
};
struct ImportOptions {
  std::filesystem::path source;
  model::ImportKind kind = model::ImportKind::parcels;
  io::SourceOptions source_options;
  std::map<std::string, std::string> mapping;  // field -> column, empty: none; the rest is remembered or guessed
  OnDuplicate on_duplicate = OnDuplicate::reject;
  bool strict = false;  // any rejected row: nothing is written, ImportResult::change is 0
  ReferenceFacts reference;
  bool dry_run = false;
  // A source that does not say its CRS gets the best candidate when that is clear; else its rows come without outline.
  bool guess_crs = false;
  bool swap_axes = false;                     // x and y are exchanged in the source
  crs::MapShift shift = crs::MapShift::none;  // its coordinates are offset like that: they are brought back
  std::filesystem::path control_points;       // of a local grid: app/control_points.h says what it holds
};
// How the rows of a source met what is in the project, by the codes, identifiers and names in them.
struct JoinRow {
  std::string row;         // of the source
  std::string what;        // "parcel", "phase", ...
  std::string value;       // as written
  bool ambiguous = false;  // several are called so; else none is
  std::vector<std::string> candidates;
};
struct JoinReport {
  std::int64_t matched = 0, unmatched = 0, ambiguous = 0;
  std::map<std::string, std::map<std::string, std::int64_t>>
      by;                     // what -> code, spelling, identifier, name, ... -> rows
  std::vector<JoinRow> rows;  // that did not meet one
  bool empty() const { return matched + unmatched + ambiguous == 0; }
};
// Whether it is known where outlines lie: on somebody's word, from where they would land, or not at all (then they are
// not placed).
enum class CrsState { no_outlines, stated, guessed, unknown };
struct ImportResult {
  // read = inserted + updated + rejected; `skipped` rows of a table are none (totals, notes), each with a warning.
  std::int64_t read = 0, inserted = 0, updated = 0, repaired = 0, rejected = 0, skipped = 0;
  std::int64_t set_aside = 0;  // of the rejected, those that the reader could not take whole
  io::Decision crs, encoding;
  JoinReport join;
  io::TableView table;                         // of a spreadsheet or CSV
  std::vector<std::string> columns;            // of the source
  std::string remembered;                      // when the columns were mapped like this before, UTC; empty: not
  std::map<std::string, std::string> mapping;  // as used: field -> column
  std::vector<io::Warning> warnings;
  std::int64_t change = 0;             // 0: nothing written
  crs::CandidateList candidates;       // of the CRS, where it was in doubt
  std::optional<crs::HelmertFit> fit;  // to control points
  CrsState crs_state = CrsState::no_outlines;
  bool swapped = false;        // x and y were exchanged
  std::string crs_definition;  // of `crs`, as crs:: takes it; empty: no outline was placed
};
ImportResult import_source(store::ProjectFile& file, const ImportOptions& options, base::Progress& progress);

// ---- opening ---------------------------------------------------------------------------------------------------
// A project file, or any OGR file taken as parcels (read-only, in memory, in its own CRS). `warnings` gets what the
// import of an OGR file had to say.
// Of a large OGR file `to_cache` gets what keeps its parcels in the user's cache, for any thread, or nothing.
std::shared_ptr<const model::Project> load_for_reading(const std::filesystem::path& path, base::Progress& progress,
                                                       std::vector<io::Warning>* warnings = nullptr,
                                                       std::function<void(const base::Progress&)>* to_cache = nullptr);
// Does the name, by its ending, mean a project rather than a foreign file? Tells what is missing when nothing is there.
bool names_project(const std::filesystem::path& path);

// The date shown when none is asked for: today.
base::Date default_as_of(const model::Project& project);

// ---- reports and exports ---------------------------------------------------------------------------------------
struct ReportOptions {
  std::vector<std::string> parcels;    // codes
  std::optional<std::string> project;  // code
  std::optional<std::string> where;    // over the parcels ledger
  bool summary = false;
  std::optional<planning::Quarter> quarter;  // the quarterly package, as at its last day, whatever the picture's date
  std::filesystem::path out;
  std::string format = {};  // pdf | csv | xlsx; empty: pdf. Of a quarter pdf | xlsx | gpkg; empty: all three
};
std::vector<report::WrittenFile> write_reports(const Picture& picture, const ReportOptions& options,
                                               base::Language language, base::Progress& progress);

struct RenderOptions {
  std::filesystem::path out;
  int width_px = 1600, height_px = 1000;
  double px_scale = 1;  // lines, symbols and texts larger: 2 for a fine screen or print
  std::optional<geom::Envelope> extent;
  render::SceneOptions scene;
};
struct RenderResult {
  std::string file;
  geom::Envelope extent;
  std::size_t features = 0;
  double milliseconds = 0;
};
RenderResult render_map(const Picture& picture, const RenderOptions& options);

std::int64_t export_layer(const Picture& picture, const std::string& layer, const std::filesystem::path& out,
                          const std::string& crs, base::Language language, base::Progress& progress);

}  // namespace zaitu::app
