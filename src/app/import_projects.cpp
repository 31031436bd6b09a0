// Carrier projects, their phases, what happened to them, and how full they are.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <map>

#include "app/attachments.h"
#include "app/import_context.h"
#include "base/message.h"
#include "base/utf8.h"
#include "planning/event_rules.h"

namespace zaitu::app {

namespace {

// Rows of a link table that are there already, so that an update adds only what is new.
template <class Row, class First, class Second>
std::set<std::pair<std::int64_t, std::int64_t>> links_of(const std::vector<Row>& rows, First Row::*first,
                                                         Second Row::*second) {
  std::set<std::pair<std::int64_t, std::int64_t>> links;
  for (const Row& row : rows) links.insert({(row.*first).value, (row.*second).value});
  return links;
}

// One of the words of product.md where the text means one; else as written.
std::string word_of(const std::string& text,
                    std::initializer_list<std::pair<std::string_view, std::string_view>> meanings) {
  const std::string key = match_key(text);
  for (const auto& [part, word] : meanings) {
    if (key.find(part) != key.npos) return std::string(word);
  }
  return text;
}

class ProjectWriter : public RowWriter {
 public:
  explicit ProjectWriter(ImportContext& context)
      : m_context(context),
        m_projects(project_keys(context.project)),
        m_parcels(parcel_keys(context.project)),
        m_parcel_links(
            links_of(*context.project.project_parcels, &model::ProjectParcel::project, &model::ProjectParcel::parcel)),
        m_programme_links(links_of(*context.project.project_programmes, &model::ProjectProgramme::project,
                                   &model::ProjectProgramme::programme)) {
    std::int64_t index = 0;
    for (const model::Pathway& row : *context.project.pathways)
      m_pathways.add(row.code, ++index, {row.name_zh, row.name_en});
    for (const model::Programme& row : *context.project.programmes)
      m_programmes.add(row.code, row.id.value, {row.name_zh, row.name_en});
    for (const model::ProjectUnit& row : *context.project.project_units) {
      m_unit_links.insert({{row.project.value, row.unit.value}, row.role});
    }
    for (const model::ProjectProgramme& row : *context.project.project_programmes) {
      if (row.primary) m_with_primary.insert(row.project.value);
    }
  }

  RowOutcome write(const ImportRow& row) override {
    const std::string name = row.text("name");
    if (name.empty()) return m_context.reject(row, "name", "field", base::say("the project has no name"));
    auto stored = m_context.coded_row(row, m_projects);
    if (!stored) return RowOutcome::rejected;
    bool rejected = false;
    const auto taken = m_context.take_geometry(row, geom::GeometryKind::point, rejected);
    if (rejected) return RowOutcome::rejected;

    Cells cells;
    cells.text("name_zh", name)
        .text("name_en", row.text("name_en"))
        .text("kind", row.text("kind"))
        .text("type", row.text("type"))
        .text("owner_type", word_of(row.text("owner_type"), {{"国", "state"},
                                                             {"集体", "collective"},
                                                             {"民营", "private"},
                                                             {"私", "private"},
                                                             {"高校", "university"},
                                                             {"大学", "university"},
                                                             {"混合", "mixed"}}))
        .text("chain_stage", word_of(row.text("chain_stage"), {{"研发", "research"},
                                                               {"孵化", "incubation"},
                                                               {"中试", "pilot"},
                                                               {"产业化", "industry"},
                                                               {"服务", "service"}}))
        .text("location_text", row.text("location"))
        .id("document_id", m_context.linked(row, "document", m_context.documents(), "document"))
        .text("quote", row.text("quote"))
        .text("quote_place", row.text("quote_place"))
        .flag("synthetic", row.flag("synthetic"))
        .text("note", row.text("note"))
        .id("import_id", m_context.import_id);
    if (const std::int64_t pathway = m_context.linked(row, "pathway", m_pathways, "pathway"); pathway != 0) {
      cells.text("pathway_code", (*m_context.project.pathways)[static_cast<std::size_t>(pathway - 1)].code);
    }
    if (taken) {
      cells.blob("geom", geom::to_spatialite(taken->column[0], m_context.srid()));
    } else if (const auto place = table_location(row)) {
      geom::GeometryColumn column(geom::GeometryKind::point);
      column.begin_feature();
      column.begin_part();
      column.add_ring(std::span(&*place, 1));
      cells.blob("geom", geom::to_spatialite(column[0], m_context.srid()));
    }
    const RowOutcome outcome = m_context.write_row("projects", *stored, cells, m_projects, name);
    m_context.keep_source("projects", stored->id, row);
    const std::int64_t id = stored->id;
    write_units(row, id, "lead_units", model::UnitRole::lead, "lead");
    write_units(row, id, "responsible_units", model::UnitRole::responsible, "responsible");
    for (const std::string& text : row.list("programmes")) {
      const std::int64_t programme = m_context.linked_text(row, "programmes", text, m_programmes, "programme");
      if (programme == 0 || !m_programme_links.insert({id, programme}).second) continue;
      const bool primary = m_with_primary.insert(id).second;
      m_context.change.insert(
          "project_programmes",
          Cells().id("project_id", id).id("programme_id", programme).flag("is_primary", primary).list());
    }
    for (const std::string& text : row.list("parcels")) {
      const std::int64_t parcel = m_context.joined_link(row, "parcels", text, m_parcels, "parcel");
      if (parcel == 0 || !m_parcel_links.insert({id, parcel}).second) continue;
      m_context.change.insert("project_parcels", Cells().id("project_id", id).id("parcel_id", parcel).list());
    }
    return outcome;
  }

  void finish() override {
    if (m_table_intake) m_table_intake->finish();
  }

 private:
  // From the columns x and y of a table, when their CRS is named.
  std::optional<geom::Coord> table_location(const ImportRow& row) {
    if (m_context.geometry != nullptr) return std::nullopt;
    const auto x = row.number("x");
    const auto y = row.number("y");
    if (!x || !y) return std::nullopt;
    if (m_context.header.crs_definition.empty()) {
      m_context.log.add_once("x", "crs-missing",
                             base::say("columns x and y were left out: name their CRS with --crs EPSG:..."));
      return std::nullopt;
    }
    if (!m_table_intake) {
      SourcePlace place;
      place.crs = m_context.header.crs_definition;
      place.swapped = m_context.options.swap_axes;
      place.shift = m_context.options.shift;
      m_table_intake.emplace(std::move(place), *m_context.project.crs, false, m_context.log);
    }
    return m_table_intake->point(*x, *y, row.source().fid);
  }

  void write_units(const ImportRow& row, std::int64_t project, std::string_view field, model::UnitRole role,
                   const std::string& word) {
    for (const std::int64_t unit : m_context.units(row, field)) {
      if (!m_unit_links.insert({{project, unit}, role}).second) continue;
      m_context.change.insert("project_units",
                              Cells().id("project_id", project).id("unit_id", unit).text("role", word).list());
    }
  }

  ImportContext& m_context;
  Keys m_projects, m_parcels, m_pathways, m_programmes;
  std::set<std::pair<std::int64_t, std::int64_t>> m_parcel_links, m_programme_links;
  std::set<std::pair<std::pair<std::int64_t, std::int64_t>, model::UnitRole>> m_unit_links;
  std::set<std::int64_t> m_with_primary;
  std::optional<GeometryIntake> m_table_intake;
};

class PhaseWriter : public RowWriter {
 public:
  explicit PhaseWriter(ImportContext& context)
      : m_context(context),
        m_phases(phase_keys(context.project)),
        m_projects(project_keys(context.project)),
        m_parcels(parcel_keys(context.project)),
        m_parcel_links(
            links_of(*context.project.phase_parcels, &model::PhaseParcel::phase, &model::PhaseParcel::parcel)) {}

  RowOutcome write(const ImportRow& row) override {
    const std::string project_text = row.text("project");
    const std::int64_t project = m_context.joined("project", row, project_text, m_projects);
    if (project == 0)
      return m_context.reject(row, "project", "field", base::say("there is no project \"{}\"", project_text));
    auto stored = m_context.coded_row(row, m_phases);
    if (!stored) return RowOutcome::rejected;
    Cells cells;
    cells.text("name_zh", row.text("name"))
        .text("name_en", row.text("name_en"))
        .id("project_id", project)
        .number("gross_m2", row.area_m2("gross"))
        .number("plot_ratio_m2", row.area_m2("plot_ratio"))
        .number("carrier_m2", row.area_m2("carrier"))
        .number("leasable_m2", row.area_m2("leasable"))
        .number("demolished_m2", row.area_m2("demolished"))
        .flag("synthetic", row.flag("synthetic"))
        .text("note", row.text("note"))
        .id("import_id", m_context.import_id);
    const RowOutcome outcome = m_context.write_row("phases", *stored, cells, m_phases, row.text("name"));
    m_context.keep_source("phases", stored->id, row);
    const std::int64_t id = stored->id;
    for (const std::string& text : row.list("parcels")) {
      const std::int64_t parcel = m_context.joined_link(row, "parcels", text, m_parcels, "parcel");
      if (parcel == 0 || !m_parcel_links.insert({id, parcel}).second) continue;
      m_context.change.insert("phase_parcels", Cells().id("phase_id", id).id("parcel_id", parcel).list());
    }
    return outcome;
  }

 private:
  ImportContext& m_context;
  Keys m_phases, m_projects, m_parcels;
  std::set<std::pair<std::int64_t, std::int64_t>> m_parcel_links;
};

std::string event_key(std::int64_t phase, std::int64_t parcel, const std::string& stage, const std::string& kind,
                      const std::string& date) {
  return fmt::format("{}\n{}\n{}\n{}\n{}", phase, parcel, stage, kind, date);
}

// The files that events name as their evidence. They are read by the program itself and only from the source's folder
// and below it, so that a ledger from elsewhere cannot fetch what is not its own.
class EvidenceOfSource {
 public:
  explicit EvidenceOfSource(ImportContext& context) : m_context(context) {
    std::error_code error;
    const std::filesystem::path source = std::filesystem::absolute(context.options.source, error);
    m_folder = std::filesystem::weakly_canonical(source.parent_path(), error);
  }

  void attach_files(const ImportRow& row, std::int64_t event) {
    const std::string cell = row.text("attachment");
    if (cell.empty()) return;
    // Not at 、 as other lists: names of files have it. A single name may have any mark in it.
    if (std::error_code error; std::filesystem::is_regular_file(m_folder / portable(cell), error)) {
      return attach_file(row, event, cell);
    }
    std::string rest = cell;
    for (std::size_t at = 0; (at = rest.find("；", at)) != std::string::npos;) rest.replace(at, std::strlen("；"), ";");
    for (std::string_view names = rest; !names.empty();) {
      const std::size_t end = std::min(names.find_first_of(";\n\r"), names.size());
      if (const std::string_view name = base::trim(names.substr(0, end)); !name.empty())
        attach_file(row, event, std::string(name));
      names.remove_prefix(std::min(end + 1, names.size()));
    }
  }

 private:
  static std::string portable(std::string name) {
    std::replace(name.begin(), name.end(), '\\', '/');
    return name;
  }

  void attach_file(const ImportRow& row, std::int64_t event, const std::string& name) {
    const std::filesystem::path wanted = portable(name);
    std::error_code error;
    const std::filesystem::path file = std::filesystem::weakly_canonical(m_folder / wanted, error);
    const std::filesystem::path inside = file.lexically_relative(m_folder);
    if (error || wanted.is_absolute() || inside.empty() || *inside.begin() == "..") {
      return row.warn("attachment", "path",
                      base::say("\"{}\" lies outside the source's folder: it was not attached", name));
    }
    if (!std::filesystem::exists(file, error)) {
      return row.warn("attachment", "path",
                      base::say("there is no file \"{}\" beside the source: it was not attached", name));
    }
    try {
      const auto [known, fresh] = m_read.try_emplace(file);
      if (fresh) {
        base::Progress quiet;
        known->second = read_evidence(file, quiet);
      }
      if (!attach(m_context.change, event, known->second))
        row.warn("attachment", "duplicate", base::say("\"{}\" is attached to this event already", name));
      known->second.content.clear();  // the project has it now
    } catch (const base::Error& problem) {
      m_read.erase(file);
      row.warn("attachment", "path", base::say("{}: it was not attached", problem.what()));
    }
  }

  ImportContext& m_context;
  std::filesystem::path m_folder;
  std::map<std::filesystem::path, EvidenceFile> m_read;  // without their contents
};

constexpr const char* event_kind_names[] = {"commitment", "baseline", "forecast", "actual"};

class EventWriter : public RowWriter {
 public:
  explicit EventWriter(ImportContext& context)
      : m_context(context),
        m_phases(phase_keys(context.project)),
        m_parcels(parcel_keys(context.project)),
        m_stages(stage_keys(context.project)),
        m_rules(context.project),
        m_evidence(context),
        m_today(base::Date::today()) {
    for (const model::StageEvent& event : *context.project.stage_events) {
      m_of_subject[{event.phase.value, event.parcel.value}].push_back(event);
      m_events[event_key(event.phase.value, event.parcel.value, event.stage_code,
                         event_kind_names[static_cast<std::size_t>(event.kind)], event.dated.iso())] = event.id.value;
    }
  }

  RowOutcome write(const ImportRow& row) override {
    const std::string phase_text = row.text("phase");
    const std::string parcel_text = row.text("parcel");
    if (phase_text.empty() == parcel_text.empty()) {
      return m_context.reject(row, "phase", "field", base::say("an event belongs to one phase or to one parcel"));
    }
    const std::int64_t phase = m_context.joined("phase", row, phase_text, m_phases);
    const std::int64_t parcel = m_context.joined("parcel", row, parcel_text, m_parcels);
    if (phase == 0 && parcel == 0) {
      return phase_text.empty()
                 ? m_context.reject(row, "parcel", "field", base::say("there is no parcel \"{}\"", parcel_text))
                 : m_context.reject(row, "phase", "field", base::say("there is no phase \"{}\"", phase_text));
    }
    const std::string stage_text = row.text("stage");
    const std::int64_t stage = m_stages.find(stage_text);
    if (stage == 0) return m_context.reject(row, "stage", "field", base::say("there is no stage \"{}\"", stage_text));
    const auto date = row.date("date");
    if (!date) return m_context.reject(row, "date", "date", base::say("the event has no certain day"));
    const std::string kind_text = row.text("kind");
    std::string kind = word_of(kind_text, {{"承诺", "commitment"},
                                           {"commit", "commitment"},
                                           {"计划", "baseline"},
                                           {"基线", "baseline"},
                                           {"baseline", "baseline"},
                                           {"plan", "baseline"},
                                           {"预测", "forecast"},
                                           {"预计", "forecast"},
                                           {"forecast", "forecast"},
                                           {"实际", "actual"},
                                           {"actual", "actual"}});
    if (kind.empty() && !row.mapping().column("kind")) {
      kind = "actual";
      m_context.log.add_once("kind", "field",
                             base::say("no column says what the events are: all were taken as actual 实际"));
    }
    if (std::find(std::begin(event_kind_names), std::end(event_kind_names), kind) == std::end(event_kind_names)) {
      return m_context.reject(
          row, "kind", "field",
          base::say("\"{}\" is none of commitment 承诺, baseline 计划, forecast 预测, actual 实际", kind_text));
    }
    const std::string& stage_code = (*m_context.project.stages)[static_cast<std::size_t>(stage - 1)].code;
    const std::string key = event_key(phase, parcel, stage_code, kind, date->iso());
    const auto existing = m_events.find(key);
    std::int64_t id = existing == m_events.end() ? 0 : existing->second;
    const bool exists = id != 0;
    if (exists && m_context.is_repeated(key)) {
      return m_context.reject(row, "date", "duplicate", base::say("the same event is there already"));
    }
    model::StageEvent event;
    event.phase = {phase};
    event.parcel = {parcel};
    event.stage_code = stage_code;
    event.kind = static_cast<model::EventKind>(
        std::find(std::begin(event_kind_names), std::end(event_kind_names), kind) - std::begin(event_kind_names));
    event.dated = *date;
    std::vector<model::StageEvent>& others = m_of_subject[{phase, parcel}];
    if (!exists) {
      for (const planning::EventFinding& finding : m_rules.findings(event, others, m_today)) {
        const std::string why = m_rules.describe(finding, event, base::message_language());
        const char* code = finding.fault == planning::EventFault::twice         ? "duplicate"
                           : finding.fault == planning::EventFault::off_pathway ? "field"
                                                                                : "date";
        const char* field = finding.fault == planning::EventFault::off_pathway ? "stage" : "date";
        if (finding.refused) return m_context.reject(row, field, code, why);
        row.warn(field, code, why);
      }
    }
    Cells cells;
    cells.id("document_id", m_context.linked(row, "document", m_context.documents(), "document"))
        .text("evidence", row.text("evidence"))
        .text("page", row.text("page"))
        .text("note", row.text("note"))
        .flag("synthetic", row.flag("synthetic"))
        .id("import_id", m_context.import_id);
    if (exists) {
      m_context.change.update("stage_events", id, cells.list());
    } else {
      cells.id("phase_id", phase)
          .id("parcel_id", parcel)
          .text("stage_code", stage_code)
          .text("kind", kind)
          .date("dated", date);
      id = m_context.change.insert("stage_events", cells.list());
      m_events[key] = id;
      event.id = {id};
      others.push_back(std::move(event));
    }
    m_evidence.attach_files(row, id);
    m_context.codes_of_this_import.insert(key);
    return exists ? RowOutcome::updated : RowOutcome::inserted;
  }

 private:
  ImportContext& m_context;
  Keys m_phases, m_parcels, m_stages;
  planning::EventRules m_rules;
  EvidenceOfSource m_evidence;
  base::Date m_today;
  std::map<std::string, std::int64_t> m_events;
  std::map<std::pair<std::int64_t, std::int64_t>, std::vector<model::StageEvent>> m_of_subject;  // phase, parcel
};

class OccupancyWriter : public RowWriter {
 public:
  explicit OccupancyWriter(ImportContext& context) : m_context(context), m_phases(phase_keys(context.project)) {
    for (const model::Occupancy& row : *context.project.occupancies)
      m_rows[{row.phase.value, row.as_of.days()}] = row.id;
  }

  RowOutcome write(const ImportRow& row) override {
    const std::string text = row.text("phase");
    const std::int64_t phase = m_context.joined("phase", row, text, m_phases);
    if (phase == 0) return m_context.reject(row, "phase", "field", base::say("there is no phase \"{}\"", text));
    const auto date = row.date("date");
    if (!date) return m_context.reject(row, "date", "date", base::say("the count has no certain day"));
    const std::string key = text + '\n' + date->iso();
    std::int64_t& id = m_rows[{phase, date->days()}];
    const bool exists = id != 0;
    if (exists && m_context.is_repeated(key)) {
      return m_context.reject(row, "date", "duplicate",
                              base::say("phase {} already has a count of {}", text, date->iso()));
    }
    Cells cells;
    cells.number("leasable_m2", row.area_m2("leasable"))
        .number("signed_m2", row.area_m2("signed"))
        .number("moved_in_m2", row.area_m2("moved_in"))
        .id("document_id", m_context.linked(row, "document", m_context.documents(), "document"))
        .flag("synthetic", row.flag("synthetic"));
    if (exists) {
      if (!cells.empty()) m_context.change.update("occupancies", id, cells.list());
    } else {
      cells.id("phase_id", phase).date("as_of", date);
      id = m_context.change.insert("occupancies", cells.list());
    }
    m_context.codes_of_this_import.insert(key);
    return exists ? RowOutcome::updated : RowOutcome::inserted;
  }

 private:
  ImportContext& m_context;
  Keys m_phases;
  std::map<std::pair<std::int64_t, std::int32_t>, std::int64_t> m_rows;
};

}  // namespace

std::unique_ptr<RowWriter> project_writer(ImportContext& context) { return std::make_unique<ProjectWriter>(context); }
std::unique_ptr<RowWriter> phase_writer(ImportContext& context) { return std::make_unique<PhaseWriter>(context); }
std::unique_ptr<RowWriter> event_writer(ImportContext& context) { return std::make_unique<EventWriter>(context); }
std::unique_ptr<RowWriter> occupancy_writer(ImportContext& context) {
  return std::make_unique<OccupancyWriter>(context);
}

}  // namespace zaitu::app
