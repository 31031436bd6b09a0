// Anything that can be looked at: a project file, or a foreign layer taken as parcels through the steps of an ordinary
// import, the rows of which go into a snapshot instead of a project file.
#include <algorithm>
#include <future>

#include "app/commands.h"
#include "app/import_run.h"
#include "app/viewed_rows.h"
#include "base/utf8.h"

namespace zaitu::app {

namespace fs = std::filesystem;

namespace {

void require_map(const io::SourceHeader& header, const std::string& name) {
  if (!header.has_geometry) {
    throw base::Error(base::ExitCode::input_unreadable,
                      "geometry: " + name + " is a table without geometry; import it into a project");
  }
  if (header.crs_definition.empty()) {
    throw base::Error(
        base::ExitCode::input_unreadable,
        "crs-missing: " + name +
            " does not say in which CRS its coordinates are; import it into a project with --crs EPSG:...");
  }
}

model::Project view(const fs::path& path, base::Progress& progress, std::vector<io::Warning>* warnings) {
  ViewedRows rows;
  // Some files that are read while the first rows of the source are on their way.
  std::future<model::Project> vocabulary = std::async(std::launch::async, [&rows] {
    base::Progress quiet;
    load_vocabulary(rows, quiet);
    return rows.vocabulary();
  });
  model::Project project;
  ImportOptions options;
  options.source = path;
  options.kind = model::ImportKind::parcels;
  options.source_options.with_hash = false;
  ImportRun run{rows, project, options, {}, {}, {}, {}, {}, &rows.parcels()};
  run.on_header = [&](const io::SourceHeader& header) {
    require_map(header, path.filename().string());
    project = vocabulary.get();
    project.crs = std::make_shared<const crs::CoordinateReferenceSystem>(
        crs::CoordinateReferenceSystem::from_text(header.crs_definition));
    if (header.declared_rows > 0) {
      // No row takes fewer bytes in the file than this, whatever the file says of itself.
      constexpr std::uint64_t least_row_bytes = 16;
      rows.reserve(std::min(static_cast<std::uint64_t>(header.declared_rows), header.bytes / least_row_bytes));
    }
  };
  run.run(progress);
  rows.finish(project);
  if (warnings != nullptr) {
    warnings->clear();
    for (const ImportLog::Entry& entry : run.log.entries()) warnings->push_back(entry.warning);
  }
  project.file = path.string();
  project.name_zh = path.stem().string();
  return project;
}  // namespace

}  // namespace

bool names_project(const fs::path& path) {
  const std::string ending = base::ascii_lower(path.extension().string());
  return ending == ".sqlite" || ending == ".db" || ending == ".zaitu" || ending.empty();
}

std::shared_ptr<const model::Project> load_for_reading(const fs::path& path, base::Progress& progress,
                                                       std::vector<io::Warning>* warnings) {
  std::error_code error;
  const bool exists = fs::is_regular_file(path, error);
  if ((exists && store::ProjectFile::is_project(path)) || (names_project(path) && !fs::is_directory(path, error))) {
    const store::ProjectFile file = store::ProjectFile::open(path, store::Access::read_only);
    return std::make_shared<const model::Project>(file.load(progress));
  }
  return std::make_shared<const model::Project>(view(path, progress, warnings));
}

}  // namespace zaitu::app
