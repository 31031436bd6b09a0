// Import: one source layer, one transaction, every row counted, every doubt written down.
#include <fmt/format.h>

#include <ctime>

#include "app/import_context.h"
#include "app/import_memory.h"
#include "app/import_pipeline.h"
#include "app/import_run.h"
#include "app/parcel_columns.h"
#include "base/message.h"
#include "base/paths.h"
#include "store/backup.h"

namespace zaitu::app {

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec);
}

namespace {

// As the project file keeps it: shipped files by their place in data/, which is the same on every machine.
std::string source_name(const std::filesystem::path& source) {
  std::error_code error;
  const std::filesystem::path inside = std::filesystem::relative(source, base::data_dir(), error);
  if (error || inside.empty() || *inside.begin() == "..") return source.string();
  return ("data" / inside).string();
}

bool has_outlines(model::ImportKind kind) {
  switch (kind) {
    case model::ImportKind::parcels:
    case model::ImportKind::projects:
    case model::ImportKind::circles:
    case model::ImportKind::zones:
    case model::ImportKind::towns:
    case model::ImportKind::reference:
      return true;
    default:
      return false;
  }
}

std::unique_ptr<RowWriter> make_writer(ImportContext& context) {
  switch (context.options.kind) {
    case model::ImportKind::parcels:
      return parcel_writer(context);
    case model::ImportKind::projects:
      return project_writer(context);
    case model::ImportKind::phases:
      return phase_writer(context);
    case model::ImportKind::circles:
      return circle_writer(context);
    case model::ImportKind::zones:
      return zone_writer(context);
    case model::ImportKind::towns:
      return town_writer(context);
    case model::ImportKind::events:
      return event_writer(context);
    case model::ImportKind::occupancy:
      return occupancy_writer(context);
    case model::ImportKind::indicators:
      return indicator_writer(context);
    case model::ImportKind::tasks:
      return task_writer(context);
    case model::ImportKind::reports:
      return report_writer(context);
    case model::ImportKind::assessments:
      return assessment_writer(context);
    case model::ImportKind::reference:
      return reference_writer(context);
    case model::ImportKind::stages:
      return stage_writer(context);
    case model::ImportKind::pathways:
      return pathway_writer(context);
    case model::ImportKind::assumptions:
      return assumption_writer(context);
  }
  throw base::Error(base::ExitCode::usage, base::say("unknown kind of import"));
}

}  // namespace

void ImportRun::run(base::Progress& progress) {
  std::optional<io::SourceHeader> header;
  std::optional<ImportContext> context;
  std::optional<FieldMapping> mapping;
  std::optional<GeometryIntake> intake;
  std::optional<ShiftCheck> shift_check;
  std::unique_ptr<RowWriter> writer;

  const auto begin = [&](const io::SourceHeader& source) {
    if (on_header) on_header(source);
    header = source;
    result.crs = source.crs;
    result.encoding = source.encoding;
    result.table = source.table;
    result.set_aside = source.set_aside;
    result.skipped = source.table.skipped;
    result.columns.reserve(source.fields.size());
    for (const io::SourceField& field : source.fields) result.columns.push_back(field.name);
    std::map<std::string, std::string> wanted = options.mapping;
    if (remembered) wanted.merge(remembered(*header));
    mapping.emplace(options.kind, *header, wanted, log);
    result.mapping = mapping->used();
    context.emplace(target, project, options, *header, log);
    context->progress = &progress;
    const std::optional<PointColumns> points =
        !source.has_geometry && options.kind == model::ImportKind::parcels ? point_columns(source) : std::nullopt;
    if ((source.has_geometry && has_outlines(options.kind)) || points) {
      if (!place) {
        place = points ? settle_table_place(source, options, *points, project, progress)
                       : settle_place(source, options, project, progress);
      }
      intake.emplace(*place, *project.crs, !options.dry_run, log);
      context->geometry = &*intake;
      context->point_columns = points;
      result.crs = place->stated;
      if (!place->crs.empty() && (result.crs.value.empty() || !options.source_options.crs.empty()))
        result.crs.value = intake->source_crs().code();
      result.candidates = place->candidates;
      result.fit = place->fit;
      result.crs_state = place->crs.empty() ? CrsState::unknown : place->guessed ? CrsState::guessed : CrsState::stated;
      result.swapped = place->swapped;
      result.crs_definition = place->crs;
      if (points) {
        log.add("", "", "geom-null",
                base::say(
                    "the table's points are no outlines: parcels come without one, the points are in the import log"));
      } else if (options.kind == model::ImportKind::parcels && project.parcels->size() > 0) {
        shift_check.emplace(project, place->shift);
        context->shift_check = &*shift_check;
      }
    }
    if (on_begin) context->import_id = on_begin(*header, *mapping);
    const bool has_links = mapping->column("identifiers") || mapping->column("parents");
    writer = columns != nullptr && !has_links ? parcel_columns_writer(*context, *columns) : make_writer(*context);
  };
  const auto count = [&](const RowCounts& counts) {
    result.read += counts.inserted + counts.updated + counts.rejected;
    result.inserted += counts.inserted;
    result.updated += counts.updated;
    result.rejected += counts.rejected;
  };
  PipelineSteps steps;
  steps.on_header = begin;
  steps.make_preparer = [&] { return writer->preparer(*mapping); };
  steps.on_prepared = [&](PreparedRows& rows) { count(writer->write_prepared(rows)); };
  steps.on_row = [&](io::SourceRow&& source) {
    RowCounts one;
    one.add(writer->write(ImportRow(*mapping, *header, source, log, &context->areas)));
    count(one);
    for (const std::size_t column : mapping->other().dates) {
      if (const auto* text = std::get_if<std::string>(&source.values[column]))
        warn_of_date(*text, std::to_string(source.fid), header->fields[column].name, log);
    }
  };
  steps.on_warning = [&](io::Warning&& warning) { log.add(std::move(warning)); };
  run_pipeline(options.source, options.source_options, steps, progress);
  if (intake && may_be_better) better = better_place(*place, *intake, project);
  if (better) return;
  if (on_rows_read) on_rows_read();
  writer->finish();
  if (shift_check) {
    if (auto found = shift_check->finding()) log.add(std::move(*found));
  }
  if (intake) intake->finish();
  context->areas.say(log);
  result.repaired = context->repaired;
  result.join = std::move(context->join);
  // Rows that the reader could not take: each is said.
  result.read += header->set_aside;
  result.rejected += header->set_aside;
  if (result.read == 0) log.add("", "", "no-features", base::say("the layer {} has no rows", header->layer));

  // The promise of every import: no row is lost without being listed.
  if (result.read != result.inserted + result.updated + result.rejected ||
      (header->declared_rows >= 0 && header->declared_rows + header->set_aside != result.read)) {
    throw base::Error(
        base::ExitCode::input_unreadable,
        base::say("record-count: {}: {} rows declared, {} read, {} stored, {} rejected: nothing was written",
                  options.source.filename().string(), header->declared_rows, result.read,
                  result.inserted + result.updated, result.rejected));
  }
}

namespace {

// Some hundred thousand parcels: what was there before is kept beside the project.
constexpr std::uintmax_t large_source_bytes = 30U << 20;

// One go at it, in a transaction of its own. A place that turns out to be better than the one declared is left in
// `place`, and nothing is written; then it is to be done again.
std::optional<ImportResult> import_at(std::optional<SourcePlace>& place, store::ProjectFile& file,
                                      const model::Project& project, const ImportOptions& options,
                                      base::Progress& progress) {
  store::Transaction change =
      file.begin(fmt::format("import {} {}", model::name_of(options.kind), options.source.filename().string()));
  StoredRows target(change);
  ImportRun rows{.target = target, .project = project, .options = options, .place = place, .may_be_better = !place};
  ImportResult& result = rows.result;
  ImportMemory memory(change, options);
  rows.remembered = [&](const io::SourceHeader& source) { return memory.mapping_of(source, result.remembered); };
  std::int64_t import_id = 0;
  std::optional<std::int64_t> declared;
  rows.on_begin = [&](const io::SourceHeader& source, const FieldMapping& mapping) {
    import_id = change.insert("imports", Cells()
                                             .text("at", utc_now())
                                             .text("kind", std::string(model::name_of(options.kind)))
                                             .text("source", source_name(options.source))
                                             .text("layer", source.layer)
                                             .text("driver", source.driver)
                                             .integer("bytes", static_cast<std::int64_t>(source.bytes))
                                             .text("sha256", source.sha256)
                                             .text("encoding", source.encoding.value)
                                             .text("encoding_how", source.encoding.how)
                                             .text("crs", result.crs.value)
                                             .text("crs_how", source.crs.how)
                                             .list());
    if (source.declared_rows >= 0) declared = source.declared_rows + source.set_aside;
    change.begin_source_rows(import_id);
    // Rows with links to others, and changes of rows that are there, take the ordinary way.
    const bool updates = options.on_duplicate == OnDuplicate::update && project.parcels->size() > 0;
    if (options.kind == model::ImportKind::parcels && !updates && !mapping.column("identifiers")) {
      change.begin_bulk("parcels");
    }
    return import_id;
  };
  const auto keeps_nothing = [&] { return options.dry_run || (options.strict && result.rejected > 0); };
  rows.on_rows_read = [&] {
    if (!keeps_nothing()) change.finish_bulk(progress);
  };
  rows.run(progress);
  if (rows.better) {
    place = std::move(rows.better);
    return std::nullopt;
  }
  const std::vector<ImportLog::Entry>& log = rows.log.entries();
  for (const ImportLog::Entry& entry : log) {
    if (!entry.silent) result.warnings.push_back(entry.warning);
  }
  if (keeps_nothing()) return result;

  change.update("imports", import_id,
                Cells()
                    .integer("rows_read", result.read)
                    .integer("inserted", result.inserted)
                    .integer("updated", result.updated)
                    .integer("repaired", result.repaired)
                    .integer("rejected", result.rejected)
                    .integer("rows_declared", declared)
                    .text("decisions", decisions_of(result, rows.place ? decision_text(*rows.place) : ""))
                    .list());
  memory.keep();
  for (const ImportLog::Entry& entry : log) {
    Cells cells;
    cells.id("import_id", import_id)
        .text("feature", entry.warning.feature)
        .text("field", entry.warning.field)
        .text("code", entry.warning.code)
        .text("message", entry.warning.message);
    if (!entry.original.empty()) cells.blob("original", entry.original);
    change.insert("import_log", cells.list());
  }
  progress.throw_if_stopped();
  result.change = change.commit();
  return result;
}

}  // namespace

ImportResult import_source(store::ProjectFile& file, const ImportOptions& options, base::Progress& progress) {
  if (file.read_only()) {
    throw base::Error(
        base::ExitCode::project_unusable,
        base::say("readonly: {} cannot be written; copy it to a place where you may write", file.path().string()));
  }
  std::error_code unknown;
  if (!options.dry_run && std::filesystem::file_size(options.source, unknown) >= large_source_bytes && !unknown) {
    store::snapshot_before_import(file.path(), progress);
  }
  base::Progress quiet;  // loading what is there is not the progress of the import
  const model::Project project = file.load(quiet);
  std::optional<SourcePlace> place;
  std::optional<ImportResult> result = import_at(place, file, project, options, progress);
  if (!result) result = import_at(place, file, project, options, progress);
  return std::move(*result);
}

}  // namespace zaitu::app
