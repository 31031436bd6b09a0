// Anything that can be looked at: a project file, or a foreign layer taken as parcels through the steps of an ordinary
// import, the rows of which go into a snapshot instead of a project file.
#include <algorithm>
#include <future>

#include "app/commands.h"
#include "app/import_run.h"
#include "app/viewed_rows.h"
#include "base/message.h"
#include "base/parallel.h"
#include "base/paths.h"
#include "base/utf8.h"
#include "io/private_copy.h"
#include "store/parcel_cache.h"

namespace zaitu::app {

namespace fs = std::filesystem;

namespace {

void require_map(const io::SourceHeader& header, const std::string& name) {
  if (!header.has_geometry) {
    throw base::Error(base::ExitCode::input_unreadable,
                      base::say("geometry: {} is a table without geometry; import it into a project", name));
  }
  if (header.crs_definition.empty()) {
    throw base::Error(base::ExitCode::input_unreadable,
                      base::say("crs-missing: {} does not say in which CRS its coordinates are; import it into a "
                                "project with --crs EPSG:...",
                                name));
  }
}

// What a look has to say, and the CRS it had found, as texts to be kept beside the parcels.
std::vector<std::string> notes_of(const std::string& crs, const std::vector<io::Warning>& warnings) {
  std::vector<std::string> notes{crs};
  for (const io::Warning& warning : warnings) {
    for (const std::string* text : {&warning.feature, &warning.field, &warning.code, &warning.message}) {
      notes.push_back(*text);
    }
  }
  return notes;
}

std::vector<io::Warning> warnings_in(const std::vector<std::string>& notes) {
  std::vector<io::Warning> warnings;
  for (std::size_t at = 1; at + 4 <= notes.size(); at += 4) {
    warnings.push_back({notes[at], notes[at + 1], notes[at + 2], notes[at + 3]});
  }
  return warnings;
}

// What proves that the file is as it was; nullopt: nothing does.
std::optional<store::ParcelCacheKey> key_of(const fs::path& path) {
  constexpr std::uintmax_t least_bytes = 2 << 20;  // below it the file is read as quickly
  std::error_code error;
  if (fs::file_size(path, error) < least_bytes || error) return std::nullopt;
  const std::vector<fs::path> files = io::files_of_source(path);
  for (const fs::path& file : files) {
    if (file.extension() == ".gpkg-wal" || file.extension() == ".sqlite-wal") return std::nullopt;
  }
  std::vector<fs::path> vocabulary;
  for (const fs::directory_entry& entry : fs::directory_iterator(base::data_dir() / "vocabulary", error)) {
    vocabulary.push_back(entry.path());
  }
  std::sort(vocabulary.begin(), vocabulary.end());
  return store::viewed_cache_key(files, vocabulary);
}

struct Looked {
  model::Project project;
  std::vector<io::Warning> warnings;
  std::function<void(const base::Progress&)> to_cache;
};

void set_crs(model::Project& project, const std::string& definition) {
  project.crs =
      std::make_shared<const crs::CoordinateReferenceSystem>(crs::CoordinateReferenceSystem::from_text(definition));
}

Looked view(const fs::path& path, base::Progress& progress) {
  Looked looked;
  ViewedRows rows;
  // Some files that are read while the first rows of the source are on their way.
  std::future<model::Project> vocabulary = std::async(std::launch::async, [&rows] {
    base::Progress quiet;
    load_vocabulary(rows, quiet);
    return rows.vocabulary();
  });
  model::Project& project = looked.project;
  const std::optional<store::ParcelCacheKey> key = key_of(path);
  std::optional<store::CachedTables> cached;
  if (key) cached = store::read_parcel_cache(*key, base::processors());
  if (cached && !cached->notes.empty()) {
    project = vocabulary.get();
    set_crs(project, cached->notes.front());
    project.parcels = std::make_shared<const model::ParcelTable>(std::move(cached->parcels));
    looked.warnings = warnings_in(cached->notes);
    progress.throw_if_stopped();
  } else {
    ImportOptions options;
    options.source = path;
    options.kind = model::ImportKind::parcels;
    options.source_options.with_hash = false;
    ImportRun run{.target = rows, .project = project, .options = options, .columns = &rows.parcels()};
    std::string crs;
    run.on_header = [&](const io::SourceHeader& header) {
      require_map(header, path.filename().string());
      project = vocabulary.get();
      crs = header.crs_definition;
      set_crs(project, crs);
      if (header.declared_rows > 0) {
        // No row takes fewer bytes in the file than this, whatever the file says of itself.
        constexpr std::uint64_t least_row_bytes = 16;
        rows.reserve(std::min(static_cast<std::uint64_t>(header.declared_rows), header.bytes / least_row_bytes));
      }
    };
    run.run(progress);
    rows.finish(project);
    for (const ImportLog::Entry& entry : run.log.entries()) looked.warnings.push_back(entry.warning);
    constexpr std::size_t least_for_cache = 20000;
    const bool has_links = !project.parcel_identifiers->empty() || !project.parcel_lineage->empty();
    // What was copied and read is what the key names only if it names the same now.
    if (key && key->settled && !has_links && project.parcels->size() >= least_for_cache && key_of(path) == key) {
      looked.to_cache = [key = *key, parcels = project.parcels,
                         said = notes_of(crs, looked.warnings)](const base::Progress& writing) {
        store::write_parcel_cache(key, *parcels, {}, writing, said);
      };
    }
  }
  project.file = path.string();
  project.name_zh = path.stem().string();
  return looked;
}

}  // namespace

bool names_project(const fs::path& path) {
  const std::string ending = base::ascii_lower(path.extension().string());
  return ending == ".sqlite" || ending == ".db" || ending == ".zaitu" || ending.empty();
}

std::shared_ptr<const model::Project> load_for_reading(const fs::path& path, base::Progress& progress,
                                                       std::vector<io::Warning>* warnings,
                                                       std::function<void(const base::Progress&)>* to_cache) {
  if (to_cache != nullptr) *to_cache = {};
  std::error_code error;
  const bool exists = fs::is_regular_file(path, error);
  if ((exists && store::ProjectFile::is_project(path)) || (names_project(path) && !fs::is_directory(path, error))) {
    const store::ProjectFile file = store::ProjectFile::open(path, store::Access::read_only);
    return std::make_shared<const model::Project>(file.load(progress));
  }
  Looked looked = view(path, progress);
  if (warnings != nullptr) *warnings = std::move(looked.warnings);
  if (to_cache != nullptr) *to_cache = std::move(looked.to_cache);
  return std::make_shared<const model::Project>(std::move(looked.project));
}

}  // namespace zaitu::app
