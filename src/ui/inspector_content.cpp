#include "ui/inspector_content.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace zaitu::ui {

namespace {

constexpr std::size_t most_projects = 20;

class Gatherer {
 public:
  Gatherer(const app::Picture& picture, const base::Translation& tr)
      : m_picture(picture),
        m_project(*picture.project),
        m_tr(tr),
        m_language(tr.language()),
        m_ages(planning::ageing(m_project, *picture.histories, *picture.status)) {}

  ParcelCard parcel(std::uint32_t row) const {
    const model::ParcelTable& table = *m_project.parcels;
    ParcelCard card;
    card.id = table.id[row];
    card.code = table.code[row];
    card.name = table.name[row];
    card.note = table.note[row];
    card.land_use_planned = table.land_use_planned[row];
    card.synthetic = table.synthetic[row] != 0;
    const planning::Standing& standing = m_picture.status->parcels[row];
    name_stage(standing, card.stage_name, card.stage_colour, card.since);
    for (const model::Stage& stage : *m_project.stages) card.stage_options.push_back(option(stage));
    if (standing.since)
      card.ageing.push_back(days_in_stage(standing, m_picture.status->as_of.days() - standing.since->days()));

    add(card.facts, "inspector.land_use", land_use_at(row));
    add(card.facts, "inspector.land_use_current", land_use(table.land_use_current[row]));
    add(card.facts, "inspector.land_use_planned", land_use(table.land_use_planned[row]));
    if (!table.ownership[row].empty())
      add(card.facts, "inspector.ownership", m_tr("ownership." + table.ownership[row]));
    add(card.facts, "inspector.right_holder", std::string(table.right_holder[row]));
    if (!std::isnan(table.far_planned[row])) {
      std::string far = base::number(table.far_planned[row], 2);
      if (!std::isnan(table.far_cap[row])) far += " / ≤ " + base::number(table.far_cap[row], 2);
      add(card.facts, "inspector.far", far);
    }
    if (table.valid_from[row] || table.valid_to[row]) {
      add(card.facts, "inspector.validity",
          (table.valid_from[row] ? table.valid_from[row]->iso() : "…") + " – " +
              (table.valid_to[row] ? table.valid_to[row]->iso() : "…"));
    }
    area_book(row, card.area_book);
    for (const model::ParcelIdentifier& identifier : *m_project.parcel_identifiers) {
      if (identifier.parcel == card.id) card.identifiers.push_back({identifier.scheme, identifier.value});
    }
    places(row, card.places);
    lineage(card.id, card.lineage);
    for (const model::StageEvent& event : *m_project.stage_events) {
      if (event.parcel == card.id) card.timeline.push_back(timeline_row(event));
    }
    return card;
  }

  ProjectCard project(const model::CarrierProject& row) const {
    ProjectCard card;
    card.id = row.id;
    card.code = row.code;
    card.title = name(row.name_zh, row.name_en);
    card.note = row.note;
    card.synthetic = row.synthetic;
    add(card.facts, "inspector.type", row.type);
    card.pathway = row.pathway_code;
    add(card.facts, "inspector.lead_units", units(row.id, model::UnitRole::lead));
    add(card.facts, "inspector.responsible_units", units(row.id, model::UnitRole::responsible));
    add(card.facts, "inspector.programmes", programmes(row.id));
    add(card.facts, "inspector.location", row.location_text);
    if (!row.quote.empty()) {
      card.quote = row.quote;
      card.quote_source = document_name(row.document) + (row.quote_place.empty() ? "" : " · " + row.quote_place);
    }
    for (std::uint32_t i = 0; i < m_project.phases->size(); ++i) {
      if ((*m_project.phases)[i].project == row.id) card.phases.push_back(phase(i, row));
    }
    return card;
  }

  std::string name(const std::string& zh, const std::string& en) const {
    const std::string& first = m_language == base::Language::zh ? zh : en;
    return first.empty() ? (m_language == base::Language::zh ? en : zh) : first;
  }

 private:
  void add(std::vector<FactRow>& rows, std::string_view key, std::string value, bool synthetic = false) const {
    if (!value.empty()) rows.push_back({m_tr(key), std::move(value), synthetic});
  }

  StageOption option(const model::Stage& stage) const {
    return {stage.code, stage.code + " " + name(stage.name_zh, stage.name_en)};
  }

  std::string land_use(const std::string& code) const {
    if (code.empty()) return {};
    const model::LandUseClass* found = model::find_land_use(m_project, code);
    return found == nullptr ? code : code + " " + name(found->name_zh, found->name_en);
  }

  // At the picture's date; of a parcel that is used as planned in part, both uses with their shares.
  std::string land_use_at(std::uint32_t row) const {
    const model::ParcelTable& table = *m_project.parcels;
    const double planned = m_picture.status->land_use.planned_share(row);
    if (planned <= 0) return land_use(table.land_use_current[row]);
    if (planned >= 1) return land_use(table.land_use_planned[row]);
    return land_use(table.land_use_planned[row]) + " " + base::percent(planned) + "\n" +
           land_use(table.land_use_current[row]) + " " + base::percent(1 - planned);
  }

  std::string document_name(model::DocumentId id) const {
    const model::Document* document = model::find_document(m_project, id);
    if (document == nullptr) return {};
    return name(document->title_zh, document->title_en) + (document->number.empty() ? "" : " " + document->number);
  }

  void name_stage(const planning::Standing& standing, std::string& stage_name, std::string& colour,
                  std::string& since) const {
    if (standing.stage < 0) return;
    const model::Stage& stage = (*m_project.stages)[static_cast<std::size_t>(standing.stage)];
    stage_name = stage.code + " " + name(stage.name_zh, stage.name_en);
    colour = stage.colour;
    if (standing.since) since = standing.since->iso();
  }

  std::string stage_text(int row) const { return option((*m_project.stages)[static_cast<std::size_t>(row)]).name; }

  AgeingRow days_in_stage(const planning::Standing& standing, int days) const {
    return {m_tr("ageing.in_stage"), m_tr("ageing.days", {{"n", std::to_string(days)}}),
            m_tr("ageing.in_stage_rule", {{"stage", stage_text(standing.stage)},
                                          {"since", standing.since->iso()},
                                          {"as_of", m_picture.status->as_of.iso()}}),
            false};
  }

  std::vector<AgeingRow> ageing(std::uint32_t row) const {
    const planning::Ageing& age = m_ages[row];
    std::vector<AgeingRow> rows;
    if (age.days_in_stage) rows.push_back(days_in_stage(m_picture.status->phases[row], *age.days_in_stage));
    const std::string as_of = m_picture.status->as_of.iso();
    const auto overdue = [&](const char* label, const char* rule, const std::optional<planning::Overdue>& late) {
      if (!late) return;
      rows.push_back(
          {m_tr(label), m_tr("ageing.overdue", {{"stage", stage_text(late->stage)}, {"n", std::to_string(late->days)}}),
           m_tr(rule, {{"stage", stage_text(late->stage)}, {"due", late->due.iso()}, {"as_of", as_of}}), true});
    };
    overdue("ageing.baseline", "ageing.baseline_rule", age.baseline);
    overdue("ageing.commitment", "ageing.commitment_rule", age.commitment);
    if (age.idle != planning::Idle::none) {
      rows.push_back({m_tr("ageing.idle"), planning::describe(age.idle, m_language),
                      m_tr("ageing.idle_rule", {{"source", planning::source_of(age.idle, m_language)},
                                                {"since", age.idle_since ? age.idle_since->iso() : "?"},
                                                {"as_of", as_of}}),
                      true});
    }
    return rows;
  }

  TimelineRow timeline_row(const model::StageEvent& event) const {
    TimelineRow row;
    row.id = event.id;
    row.dated = event.dated;
    row.kind = event.kind;
    row.synthetic = event.synthetic;
    row.after_as_of = event.dated > m_picture.status->as_of;
    if (const model::Stage* stage = model::find_stage(m_project, event.stage_code)) {
      row.stage_name = stage->code + " " + name(stage->name_zh, stage->name_en);
      row.stage_colour = stage->colour;
    } else {
      row.stage_name = event.stage_code;
    }
    for (const model::Attachment& attachment : *m_project.attachments) {
      if (attachment.event == event.id) row.attachments.push_back(attachment);
    }
    row.evidence = event.evidence;
    for (const std::string& part : {document_name(event.document), event.page, event.note}) {
      if (!part.empty()) row.evidence += (row.evidence.empty() ? "" : " · ") + part;
    }
    return row;
  }

  void area_book(std::uint32_t row, std::vector<FactRow>& rows) const {
    static constexpr const char* keys[] = {"area.title",   "area.contract", "area.surveyed",
                                           "area.planned", "area.planar",   "area.ellipsoidal"};
    const model::ParcelTable& table = *m_project.parcels;
    for (const model::AreaKind kind : model::all_area_kinds) {
      const double area = table.area(row, kind);
      if (!std::isnan(area)) add(rows, keys[static_cast<int>(kind)], base::square_metres(area, m_language));
    }
    const double planar = table.area(row, model::AreaKind::planar);
    const double ellipsoidal = table.area(row, model::AreaKind::ellipsoidal);
    if (!std::isnan(planar)) add(rows, "area.land", base::land_area(planar, m_language));
    if (!std::isnan(planar) && !std::isnan(ellipsoidal) && ellipsoidal > 0) {
      add(rows, "area.difference", base::number((planar / ellipsoidal - 1) * 1e6, 0) + " ppm");
    }
  }

  // "核心功能圈 82.0 %", one row for each kind of area.
  void places(std::uint32_t row, std::vector<FactRow>& rows) const {
    const planning::Locations& at = *m_picture.locations;
    const auto share_text = [](const std::string& label, double share) {
      return share > 0.9995 ? label : label + " " + base::percent(share);
    };
    for (const planning::Share share : at.circles[row]) {
      const model::Circle& circle = (*m_project.circles)[share.area];
      add(rows, "inspector.circle", share_text(name(circle.name_zh, circle.name_en), share.share));
    }
    for (const planning::Share share : at.towns[row]) {
      const model::Town& town = m_project.towns->rows[share.area];
      add(rows, "inspector.town", share_text(name(town.name_zh, town.name_en), share.share), town.synthetic);
    }
    for (const planning::Share share : at.zones[row]) {
      const model::Zone& zone = m_project.zones->rows[share.area];
      add(rows, "inspector.zone", share_text(name(zone.name_zh, zone.name_en), share.share), zone.synthetic);
    }
  }

  void lineage(model::ParcelId id, std::vector<FactRow>& rows) const {
    const auto code_of = [&](model::ParcelId other) {
      const auto row = m_project.parcels->row_of(other);
      return row ? std::string(m_project.parcels->code[*row]) : std::string("?");
    };
    for (const model::ParcelLineage& link : *m_project.parcel_lineage) {
      if (link.child != id && link.parent != id) continue;
      std::string value = m_tr("lineage." + link.kind) + " " + code_of(link.child == id ? link.parent : link.child);
      for (const model::LandRecord& record : *m_project.land_records) {
        if (record.id == link.record) value += " · " + record.title + (record.dated ? " " + record.dated->iso() : "");
      }
      add(rows, link.child == id ? "inspector.from" : "inspector.into", std::move(value));
    }
  }

  std::string units(model::ProjectId id, model::UnitRole role) const {
    std::string text;
    for (const model::ProjectUnit& link : *m_project.project_units) {
      if (link.project != id || link.role != role) continue;
      if (const model::Unit* unit = model::find_unit(m_project, link.unit)) {
        text += (text.empty() ? "" : "、") + name(unit->name_zh, unit->name_en);
      }
    }
    return text;
  }

  std::string programmes(model::ProjectId id) const {
    std::string text;
    for (const model::ProjectProgramme& link : *m_project.project_programmes) {
      if (link.project != id) continue;
      for (const model::Programme& programme : *m_project.programmes) {
        if (programme.id == link.programme) {
          text += (text.empty() ? "" : "、") + name(programme.name_zh, programme.name_en);
        }
      }
    }
    return text;
  }

  PhaseCard phase(std::uint32_t row, const model::CarrierProject& project) const {
    const model::Phase& phase = (*m_project.phases)[row];
    PhaseCard card;
    card.id = phase.id;
    card.code = phase.code;
    card.title = name(phase.name_zh, phase.name_en);
    if (card.title.empty()) card.title = phase.code;
    card.synthetic = phase.synthetic;
    name_stage(m_picture.status->phases[row], card.stage_name, card.stage_colour, card.since);
    card.age = m_ages[row];
    card.ageing = ageing(row);
    const std::pair<const char*, double> areas[] = {{"floor.gross", phase.gross_m2},
                                                    {"floor.plot_ratio", phase.plot_ratio_m2},
                                                    {"floor.carrier", phase.carrier_m2},
                                                    {"floor.leasable", phase.leasable_m2},
                                                    {"floor.demolished", phase.demolished_m2}};
    for (const auto& [key, area] : areas) {
      if (!std::isnan(area)) add(card.areas, key, base::square_metres(area, m_language), phase.synthetic);
    }
    if (std::isnan(phase.carrier_m2)) add(card.areas, "floor.carrier", m_tr("inspector.missing_area"));
    for (const model::StageEvent& event : *m_project.stage_events) {
      if (event.phase == phase.id) card.timeline.push_back(timeline_row(event));
    }
    const model::Pathway* pathway = model::find_pathway(m_project, project.pathway_code);
    for (const model::Stage& stage : *m_project.stages) {
      const bool on_pathway =
          pathway == nullptr || std::any_of(pathway->stages.begin(), pathway->stages.end(),
                                            [&](const model::PathwayStage& s) { return s.stage_code == stage.code; });
      if (on_pathway || stage.code == model::stalled_stage) {
        card.stage_options.push_back(option(stage));
      }
    }
    for (const planning::PhaseCount& count : m_picture.supply->evidence) {
      if (count.phase == row) card.counts = count.counts;
    }
    return card;
  }

  const app::Picture& m_picture;
  const model::Project& m_project;
  const base::Translation& m_tr;
  base::Language m_language;
  std::vector<planning::Ageing> m_ages;  // by phase row
};

}  // namespace

InspectorContent inspector_content(const app::Picture& picture, const app::Selection& selection,
                                   const base::Translation& tr) {
  InspectorContent content;
  const model::Project& project = *picture.project;
  const Gatherer gatherer(picture, tr);
  const std::size_t selected = selection.parcels.size() + selection.projects.size() + selection.phases.size();
  if (selected == 0) return content;

  app::IdSet project_ids = selection.projects;
  std::set<std::uint32_t> phase_rows;
  for (std::uint32_t i = 0; i < project.phases->size(); ++i) {
    const model::Phase& phase = (*project.phases)[i];
    if (selection.phases.contains(phase.id.value)) {
      project_ids.insert(phase.project.value);
      phase_rows.insert(i);
    }
    if (selection.projects.contains(phase.project.value)) phase_rows.insert(i);
  }
  std::vector<std::uint32_t> parcel_rows;
  for (const std::int64_t id : selection.parcels) {
    if (const auto row = project.parcels->row_of(model::ParcelId{id})) parcel_rows.push_back(*row);
  }
  for (std::uint32_t i = 0; i < picture.locations->phase_parcels.size(); ++i) {
    for (const std::uint32_t row : picture.locations->phase_parcels[i]) {
      if (selection.parcels.contains(project.parcels->id[row].value)) {
        phase_rows.insert(i);
        if (selected == 1) project_ids.insert((*project.phases)[i].project.value);
      }
    }
  }

  if (selected == 1) {
    for (const model::ProjectParcel& link : *project.project_parcels) {  // projects without phases too
      if (selection.parcels.contains(link.parcel.value)) project_ids.insert(link.project.value);
    }
    if (parcel_rows.size() == 1) content.parcel = gatherer.parcel(parcel_rows.front());
  } else {
    SelectionSummary summary;
    summary.parcels = parcel_rows.size();
    summary.projects = selection.projects.size();
    summary.phases = phase_rows.size();
    for (const std::uint32_t row : parcel_rows) {
      const double area = project.parcels->area(row, model::AreaKind::planar);
      if (!std::isnan(area)) summary.land_m2 += area;
      summary.synthetic = summary.synthetic || project.parcels->synthetic[row] != 0;
    }
    for (const planning::PhaseCount& count : picture.supply->evidence) {
      if (!phase_rows.contains(count.phase)) continue;
      summary.area_m2 += count.area_m2;
      if (count.counts) summary.counted_m2 += count.area_m2;
      summary.synthetic = summary.synthetic || (*project.phases)[count.phase].synthetic;
    }
    content.summary = summary;
  }
  for (const model::CarrierProject& row : *project.projects) {
    if (content.projects.size() == most_projects) break;
    if (project_ids.contains(row.id.value)) content.projects.push_back(gatherer.project(row));
  }
  return content;
}

}  // namespace zaitu::ui
