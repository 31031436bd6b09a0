// A new project: the vocabulary of data/vocabulary, and for the demo everything data/demo/manifest.json names, through
// the same import that a user's files go through.
#include <fstream>
#include <nlohmann/json.hpp>

#include "app/commands.h"
#include "app/import_context.h"
#include "app/import_run.h"
#include "base/message.h"
#include "base/paths.h"
#include "planning/assumption_register.h"

namespace zaitu::app {

namespace fs = std::filesystem;

namespace {

// One CSV of the installation as rows of named cells.
class TableReader {
 public:
  using Row = std::map<std::string, std::string>;
  static std::vector<Row> read(const fs::path& file, base::Progress& progress) {
    std::vector<Row> rows;
    std::vector<std::string> names;
    io::SourceOptions options;
    options.encoding = "UTF-8";
    io::read_source(
        file, options,
        [&](const io::SourceHeader& header) {
          for (const io::SourceField& field : header.fields) names.push_back(field.name);
        },
        [&](io::SourceRow&& source) {
          Row row;
          for (std::size_t i = 0; i < names.size(); ++i) {
            if (const auto* text = std::get_if<std::string>(&source.values[i])) row[names[i]] = *text;
          }
          rows.push_back(std::move(row));
        },
        [&](io::Warning&& warning) {
          throw base::Error(base::ExitCode::input_unreadable, file.string() + ": " + warning.message);
        },
        progress);
    return rows;
  }
};

enum class As { text, number, integer };
struct ColumnRule {
  const char* name;
  As as = As::text;
};

void add_cell(Cells& cells, const ColumnRule& rule, const TableReader::Row& row, const fs::path& file) {
  const auto found = row.find(rule.name);
  if (found == row.end() || found->second.empty()) return;
  if (rule.as == As::text) {
    cells.text(rule.name, found->second);
    return;
  }
  const auto parsed = parse_number(found->second, false);
  if (!parsed) {
    throw base::Error(base::ExitCode::input_unreadable,
                      base::say("{}: column {}: \"{}\" is no number", file.string(), rule.name, found->second));
  }
  if (rule.as == As::number) {
    cells.number(rule.name, parsed->value);
  } else {
    cells.integer(rule.name, static_cast<std::int64_t>(parsed->value));
  }
}

void load_table(RowTarget& change, const fs::path& file, const char* table, const std::vector<ColumnRule>& columns,
                base::Progress& progress, const Keys* documents = nullptr) {
  for (const TableReader::Row& row : TableReader::read(file, progress)) {
    Cells cells;
    for (const ColumnRule& column : columns) add_cell(cells, column, row, file);
    if (const auto document = row.find("document");
        documents != nullptr && document != row.end() && !document->second.empty()) {
      const std::int64_t id = documents->find(document->second);
      if (id == 0)
        throw base::Error(base::ExitCode::input_unreadable,
                          base::say("{}: there is no document {}", file.string(), document->second));
      cells.id("document_id", id);
    }
    change.insert(table, cells.list());
  }
}

}  // namespace

void load_vocabulary(RowTarget& change, base::Progress& progress) {
  const fs::path folder = base::data_dir() / "vocabulary";
  load_table(
      change, folder / "certainty_classes.csv", "certainty_classes",
      {{"code"}, {"seq", As::integer}, {"label_zh"}, {"label_en"}, {"colour"}, {"pattern"}, {"stacked", As::integer}},
      progress);
  load_table(change, folder / "stages.csv", "stages",
             {{"code"}, {"seq", As::integer}, {"name_zh"}, {"name_en"}, {"colour"}, {"certainty_class"}, {"source"}},
             progress);
  load_table(
      change, folder / "land_use_classes.csv", "land_use_classes",
      {{"code"}, {"name_zh"}, {"name_en"}, {"colour"}, {"level", As::integer}, {"parent_code"}, {"colour_status"}},
      progress);
  const fs::path pathways = folder / "pathways.csv";
  std::set<std::string> made;
  for (const TableReader::Row& row : TableReader::read(pathways, progress)) {
    const std::string& code = row.at("code");
    if (made.insert(code).second) {
      Cells pathway;
      for (const char* name : {"code", "name_zh", "name_en"}) add_cell(pathway, {name}, row, pathways);
      change.insert("pathways", pathway.list());
    }
    Cells cells;
    cells.text("pathway_code", code).text("stage_code", row.at("stage"));
    for (const ColumnRule& column : std::initializer_list<ColumnRule>{{"seq", As::integer},
                                                                      {"min_months", As::number},
                                                                      {"typical_months", As::number},
                                                                      {"max_months", As::number},
                                                                      {"conversion_probability", As::number},
                                                                      {"source"}}) {
      add_cell(cells, column, row, pathways);
    }
    change.insert("pathway_stages", cells.list());
  }
}

namespace {

// Of every shipped number the register says that it is the program's: no record of the bureau's gives it.
void register_shipped_numbers(const store::ProjectFile& file, RowTarget& change) {
  base::Progress quiet;
  const model::Project vocabulary = file.load(quiet);
  for (const planning::RegisterLine& line : planning::assumption_register(vocabulary)) {
    change.insert("assumptions", {{"code", line.code},
                                  {"subject", line.subject},
                                  {"value", line.value},
                                  {"unit", line.unit},
                                  {"source", line.source},
                                  {"owner", std::string("Zaitu")},
                                  {"note", std::string("随程序附带,待按本局记录校准 shipped with the program")}});
  }
}

nlohmann::json read_manifest(const fs::path& file) {
  std::ifstream in(file);
  if (!in) throw base::Error(base::ExitCode::input_unreadable, base::say("cannot read the demo's {}", file.string()));
  try {
    return nlohmann::json::parse(in);
  } catch (const nlohmann::json::exception& error) {
    throw base::Error(base::ExitCode::input_unreadable, file.string() + ": " + error.what());
  }
}

void load_registers(store::ProjectFile& file, const fs::path& folder, const nlohmann::json& manifest,
                    base::Progress& progress) {
  store::Transaction transaction = file.begin("load the demo's registers");
  StoredRows change(transaction);
  Keys documents;
  if (manifest.contains("documents")) {
    const fs::path table = folder / manifest["documents"].get<std::string>();
    for (const TableReader::Row& row : TableReader::read(table, progress)) {
      Cells cells;
      for (const char* name : {"code", "title_zh", "title_en", "number", "status", "version", "issued_on", "note"})
        add_cell(cells, {name}, row, table);
      documents.add(row.at("code"), change.insert("documents", cells.list()));
    }
  }
  if (manifest.contains("units")) {
    load_table(change, folder / manifest["units"].get<std::string>(), "units",
               {{"code"}, {"name_zh"}, {"name_en"}, {"kind"}}, progress);
  }
  if (manifest.contains("programmes")) {
    load_table(change, folder / manifest["programmes"].get<std::string>(), "programmes",
               {{"code"}, {"name_zh"}, {"name_en"}}, progress, &documents);
  }
  if (manifest.contains("land_records")) {
    load_table(change, folder / manifest["land_records"].get<std::string>(), "land_records",
               {{"code"}, {"kind"}, {"title"}, {"dated"}}, progress, &documents);
  }
  transaction.commit();
}

ImportOptions options_of(const fs::path& folder, const nlohmann::json& item) {
  ImportOptions options;
  options.source = (folder / item.at("file").get<std::string>()).lexically_normal();
  const std::string word = item.at("as").get<std::string>();
  const auto kind = model::parse_import_kind(word);
  if (!kind)
    throw base::Error(base::ExitCode::input_unreadable, base::say("the demo's manifest: unknown kind \"{}\"", word));
  options.kind = *kind;
  options.source_options.crs = item.value("crs", "");
  options.source_options.layer = item.value("layer", "");
  if (item.contains("map")) options.mapping = item["map"].get<std::map<std::string, std::string>>();
  if (item.contains("reference")) {
    const nlohmann::json& facts = item["reference"];
    options.reference.code = facts.value("code", "");
    options.reference.name_zh = facts.value("name_zh", "");
    options.reference.name_en = facts.value("name_en", "");
    options.reference.role = facts.value("role", "other");
    options.reference.attribution = facts.value("attribution", "");
    options.reference.licence = facts.value("licence", "");
    options.reference.source = facts.value("source", "");
    options.reference.draw_order = facts.value("draw_order", 0);
    if (facts.contains("synthetic")) {
      const nlohmann::json& flag = facts["synthetic"];
      options.reference.synthetic = flag.is_boolean() ? flag.get<bool>() : flag.get<int>() != 0;
    }
  }
  return options;
}

void load_demo(store::ProjectFile& file, const fs::path& folder, const nlohmann::json& manifest,
               base::Progress& progress) {
  load_registers(file, folder, manifest, progress);
  const nlohmann::json& imports = manifest.at("imports");
  std::uint64_t done = 0;
  for (const nlohmann::json& item : imports) {
    progress.report(done++, imports.size());
    base::Progress one;  // the rows of one file are too fine a step for the bar of the whole
    one.on_report = [&](std::uint64_t, std::uint64_t) {
      if (progress.stop_requested()) one.request_stop();
    };
    const ImportOptions options = options_of(folder, item);
    const ImportResult result = import_source(file, options, one);
    // Shipped data that does not go in completely is a fault of the installation, not something to pass over.
    if (result.rejected > 0) {
      std::string first;
      if (!result.warnings.empty()) {
        const io::Warning& warning = result.warnings.front();
        first = warning.feature + " " + warning.field + ": " + warning.message;
      }
      throw base::Error(base::ExitCode::data_failed,
                        base::say("demo: {}: {} of {} rows were rejected; the first warning: {}",
                                  options.source.filename().string(), result.rejected, result.read, first));
    }
    progress.throw_if_stopped();
  }
  progress.report(imports.size(), imports.size());
}

void remove_project(const fs::path& project) {
  std::error_code error;
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) fs::remove(fs::path(project.string() + suffix), error);
}

}  // namespace

InitResult init_project(const InitOptions& options, base::Progress& progress) {
  std::error_code error;
  if (fs::exists(fs::symlink_status(options.project, error))) {
    throw base::Error(base::ExitCode::output_failed,
                      base::say("{} exists already; choose another name or remove it first", options.project.string()));
  }
  std::string crs_text = options.crs;
  std::string name_zh = options.project.stem().string();
  std::string name_en;
  nlohmann::json manifest;
  const fs::path demo_folder = options.demo ? base::data_dir() / "demo" : fs::path();
  if (options.demo) {
    manifest = read_manifest(demo_folder / "manifest.json");
    name_zh = manifest.value("name_zh", name_zh);
    name_en = manifest.value("name_en", "");
    if (options.crs == InitOptions{}.crs) crs_text = manifest.value("crs", crs_text);
  }
  const auto crs = crs::CoordinateReferenceSystem::from_text(crs_text);
  if (!options.any_unit && crs.metres_per_unit() != 1) {
    throw base::Error(
        base::ExitCode::usage,
        crs.is_geographic()
            ? base::say("--crs: {} is in degrees, and a project's areas are m²; choose a projected CRS in "
                        "metres such as EPSG:4549",
                        crs.code())
            : base::say("--crs: {} is not in metres, and a project's areas are m²; choose a projected CRS "
                        "in metres such as EPSG:4549",
                        crs.code()));
  }
  InitResult result;
  store::ProjectFile file = store::ProjectFile::create(options.project, crs, name_zh, name_en);
  try {
    {
      store::Transaction change = file.begin("load the vocabulary");
      StoredRows rows(change);
      load_vocabulary(rows, progress);
      register_shipped_numbers(file, rows);
      change.commit();
    }
    if (options.demo) load_demo(file, demo_folder, manifest, progress);
    file.finish_creation();
  } catch (const nlohmann::json::exception& failure) {
    { const store::ProjectFile closed = std::move(file); }
    remove_project(options.project);
    throw base::Error(base::ExitCode::input_unreadable, base::say("the demo's manifest.json: {}", failure.what()));
  } catch (...) {
    { const store::ProjectFile closed = std::move(file); }
    remove_project(options.project);
    throw;
  }
  result.project = options.project.string();
  result.crs = crs.code();
  result.schema_version = store::schema_version;
  return result;
}

}  // namespace zaitu::app
