// Anything that can be looked at: a project file, or a foreign layer taken as parcels through the ordinary import, into
// a project that exists only while it is read.
#include <cstdlib>

#include "app/commands.h"
#include "base/utf8.h"

namespace zaitu::app {

namespace fs = std::filesystem;

namespace {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::error_code error;
    std::string pattern = (fs::temp_directory_path(error) / "zaitu-view-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) {
      throw base::Error(base::ExitCode::output_failed, "cannot make a temporary folder " + pattern + "; set TMPDIR");
    }
    m_folder = pattern;
  }
  ~TemporaryFolder() {
    std::error_code error;
    fs::remove_all(m_folder, error);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path& path() const { return m_folder; }

 private:
  fs::path m_folder;
};

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
  const io::SourceHeader header = io::inspect_source(path, {});
  if (!header.has_geometry) {
    throw base::Error(base::ExitCode::input_unreadable, "geometry: " + path.filename().string() +
                                                            " is a table without geometry; import it into a project");
  }
  if (header.crs_definition.empty()) {
    throw base::Error(
        base::ExitCode::input_unreadable,
        "crs-missing: " + path.filename().string() +
            " does not say in which CRS its coordinates are; import it into a project with --crs EPSG:...");
  }
  const TemporaryFolder folder;
  InitOptions init;
  init.project = folder.path() / "view.sqlite";
  init.crs = header.crs_definition;
  init.any_unit = true;
  init_project(init, progress);
  store::ProjectFile file = store::ProjectFile::open(init.project, store::Access::read_write);
  ImportOptions import;
  import.source = path;
  import.kind = model::ImportKind::parcels;
  ImportResult imported = import_source(file, import, progress);
  if (warnings != nullptr) *warnings = std::move(imported.warnings);
  model::Project project = file.load(progress);
  project.file = path.string();
  project.name_zh = path.stem().string();
  project.name_en.clear();
  project.read_only = true;
  return std::make_shared<const model::Project>(std::move(project));
}

}  // namespace zaitu::app
