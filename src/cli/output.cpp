#include "cli/output.h"

#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "render/text.h"

namespace zaitu::cli {

void print(const std::string& text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!written || std::fflush(stdout) != 0) {
    throw base::Error(base::ExitCode::output_failed, "standard output cannot be written; is the disk full?");
  }
}

void print(const nlohmann::ordered_json& object) {
  // Text from foreign files was checked on its way in; what the user typed (paths) may still be no UTF-8.
  print(object.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

void say(const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); }

nlohmann::ordered_json json_number(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json();
}

nlohmann::ordered_json rule_json(const planning::CountingRule& rule) {
  nlohmann::ordered_json object;
  object["from"] = planning::name_of(rule.from);
  object["area"] = planning::name_of(rule.area);
  object["net"] = rule.net;
  object["scope"] = rule.scope.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(rule.scope);
  object["split"] = rule.split_by_share ? "share" : "largest";
  return object;
}

ProgressLine::ProgressLine(base::Progress& progress, std::string what) : m_progress(progress) {
  if (isatty(STDERR_FILENO) == 0) return;
  m_progress.on_report = [this, what = std::move(what), last = std::chrono::steady_clock::time_point()](
                             std::uint64_t done, std::uint64_t total) mutable {
    const auto now = std::chrono::steady_clock::now();
    if (now - last < std::chrono::milliseconds(100)) return;
    last = now;
    m_shown = true;
    const std::string count = base::number(static_cast<double>(done), 0) +
                              (total > 0 ? " / " + base::number(static_cast<double>(total), 0) : std::string());
    std::fprintf(stderr, "\r\033[K%s  %s", what.c_str(), count.c_str());
    std::fflush(stderr);
  };
}

ProgressLine::~ProgressLine() {
  m_progress.on_report = nullptr;
  if (m_shown) std::fprintf(stderr, "\r\033[K");
}

std::filesystem::path project_path(const Session& session) {
  const std::string text = session.arguments.project.string();
  for (const char* scheme : {"postgresql://", "postgres://"}) {
    if (text.rfind(scheme, 0) == 0) {
      throw base::Error(base::ExitCode::project_unusable,
                        std::string(scheme) +
                            "...: this release works on project files (.sqlite), not on a database "
                            "server; give a file");
    }
  }
  return session.arguments.project;
}

void warn_of_read_only(const std::filesystem::path& file) {
  if (store::ProjectFile::may_be_written(file)) return;
  say("warning: readonly: " + file.string() +
      ": this user cannot write it or its folder, so it can be looked at and not changed; copy it to change it");
}

void warn_of_share(const store::ProjectFile& file) {
  if (!file.disk().shared) return;
  say("warning: share: " + file.path().string() + " lies on a network share (" + file.disk().kind +
      "): one writer at a time and slower saves; better work on a copy on a local disk");
}

void warn_of_missing_font() {
  if (render::has_chinese_font()) return;
  say("warning: font: no font with Chinese characters is installed; maps and reports have boxes in their place; "
      "install the package fonts-noto-cjk");
}

std::shared_ptr<const model::Project> load_project_file(Session& session) {
  const auto path = project_path(session);
  const ProgressLine line(session.progress, session.zh() ? "读取工程" : "reading the project");
  const auto file = store::ProjectFile::open(path, store::Access::read_only);
  warn_of_read_only(path);
  return std::make_shared<const model::Project>(file.load(session.progress));
}

std::shared_ptr<const model::Project> load_any(Session& session, std::vector<io::Warning>* warnings) {
  const auto path = project_path(session);
  std::vector<io::Warning> said;
  std::shared_ptr<const model::Project> project;
  {
    const ProgressLine line(session.progress, session.zh() ? "读取" : "reading");
    project = app::load_for_reading(path, session.progress, &said);
  }
  if (store::ProjectFile::is_project(path)) warn_of_read_only(path);
  say_warnings(said, path.filename().string());
  if (warnings != nullptr) *warnings = std::move(said);
  return project;
}

void say_warnings(const std::vector<io::Warning>& warnings, const std::string& file) {
  constexpr std::size_t most = 100;  // lines on a screen; the import log of a project has them all
  for (std::size_t i = 0; i < warnings.size() && i < most; ++i) {
    const io::Warning& warning = warnings[i];
    std::string line = "warning: " + warning.code + ": " + file;
    if (!warning.feature.empty()) line += " " + warning.feature;
    if (!warning.field.empty()) line += " " + warning.field;
    say(line + ": " + warning.message);
  }
  if (warnings.size() > most) {
    say("warning: ... " + std::to_string(warnings.size() - most) + " more; --json lists them all");
  }
}

void warn_of_units(const model::Project& project, const std::string& file) {
  for (const auto& indicator : *project.indicators) {
    if (!indicator.is_supply || planning::floor_area_unit_m2(indicator.unit)) continue;
    say("warning: unit: " + file + " indicators " + indicator.code + ": '" + indicator.unit +
        "' is no unit of floor area; its targets are left out");
  }
}

app::Picture picture_of(Session& session, std::shared_ptr<const model::Project> project) {
  const ProgressLine line(session.progress, session.zh() ? "落位" : "placing");
  const Arguments& arguments = session.arguments;
  const base::Date as_of = arguments.report.quarter ? arguments.report.quarter->end()
                                                    : arguments.as_of.value_or(app::default_as_of(*project));
  return app::make_picture(std::move(project), as_of, arguments.rule, arguments.language, session.progress);
}

}  // namespace zaitu::cli
