// Where a command's result goes: one JSON object or text on stdout, words and progress on stderr.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/progress.h"
#include "cli/arguments.h"

namespace zaitu::cli {

struct Session {
  const Arguments& arguments;
  base::Progress& progress;
  bool zh() const { return arguments.language == base::Language::zh; }
};

// Throws base::Error(output_failed) when stdout does not take it all.
void print(const std::string& text);
void print(const nlohmann::ordered_json& object);
// One line on stderr.
void say(const std::string& line);

// A number for JSON: null where it is not known.
nlohmann::ordered_json json_number(double value);
// {"from","area","net","scope","split"}
nlohmann::ordered_json rule_json(const planning::CountingRule& rule);

// Shows progress on stderr while it lives, when stderr is a terminal; leaves a clean line behind.
class ProgressLine {
 public:
  ProgressLine(base::Progress& progress, std::string what);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;

 private:
  base::Progress& m_progress;
  bool m_shown = false;
};

// The commands; each returns the exit code of a run without error.
int run_init(Session& session);
int run_import(Session& session);
int run_info(Session& session);
int run_list(Session& session);
int run_supply(Session& session);
int run_conversion(Session& session);
int run_forecast(Session& session);
int run_quarter(Session& session);
int run_report(Session& session);
int run_render(Session& session);
int run_export(Session& session);
int run_history(Session& session);
int run_undo_redo(Session& session);
int run_verify(Session& session);
int run_recover(Session& session);

// PROJECT as a project file; throws base::Error(project_unusable) for what this release cannot open.
std::filesystem::path project_path(const Session& session);
// PROJECT for a change: a backup first when one is due, and what the user should hear of the file.
store::ProjectFile open_to_change(Session& session);
std::shared_ptr<const model::Project> load_project_file(Session& session);
// PROJECT as a project file or any OGR file, whose warnings go to stderr (and to `warnings`).
std::shared_ptr<const model::Project> load_any(Session& session, std::vector<io::Warning>* warnings = nullptr);
// "warning: code: file feature field: message" for each, at most 100 lines.
void say_warnings(const std::vector<io::Warning>& warnings, const std::string& file);
// What a place that cannot be written means for `file`, before anybody tries to change it.
void warn_of_read_only(const std::filesystem::path& file);
// A project on a network share is written slower and by one at a time.
void warn_of_share(const store::ProjectFile& file);
// Maps and reports would have boxes in place of Chinese characters.
void warn_of_missing_font();
// Targets whose unit is no floor area would be left out in silence otherwise.
void warn_of_units(const model::Project& project, const std::string& file);
app::Picture picture_of(Session& session, std::shared_ptr<const model::Project> project);

}  // namespace zaitu::cli
