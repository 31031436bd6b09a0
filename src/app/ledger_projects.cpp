// Ledgers of carrier projects, their phases, stage events and occupancy.
#include <algorithm>
#include <map>
#include <set>

#include "app/ledger_rows.h"
#include "planning/ageing.h"

namespace zaitu::app {

namespace {

const char* name_of(model::EventKind kind) {
  switch (kind) {
    case model::EventKind::commitment:
      return "commitment";
    case model::EventKind::baseline:
      return "baseline";
    case model::EventKind::forecast:
      return "forecast";
    case model::EventKind::actual:
      break;
  }
  return "actual";
}

// Units and programmes of each project, as text; the lead unit and the primary programme first.
struct ProjectLinks {
  std::map<model::ProjectId, std::string> lead_unit, responsible_units, programmes, parcels;

  ProjectLinks(const model::Project& project, base::Language language) {
    const RowsById<model::Unit, model::UnitId> units(project.units);
    for (const auto& link : rows_of(project.project_units)) {
      const model::Unit* unit = units.find(link.unit);
      if (unit == nullptr || link.role == model::UnitRole::push) continue;
      append((link.role == model::UnitRole::lead ? lead_unit : responsible_units)[link.project],
             shown(language, unit->name_zh, unit->name_en));
    }
    const RowsById<model::Programme, model::ProgrammeId> table(project.programmes);
    for (const bool primary : {true, false}) {
      for (const auto& link : rows_of(project.project_programmes)) {
        if (link.primary == primary) append(programmes[link.project], table.code(link.programme));
      }
    }
    for (const auto& link : rows_of(project.project_parcels)) {
      if (const auto row = rows_of(project.parcels).row_of(link.parcel)) {
        append(parcels[link.project], project.parcels->code[*row]);
      }
    }
  }
};

std::string of(const std::map<model::ProjectId, std::string>& texts, model::ProjectId id) {
  const auto found = texts.find(id);
  return found == texts.end() ? std::string() : found->second;
}

// A sum that stays unknown while nothing known was added.
struct KnownSum {
  double value = model::unknown;
  void add(double addend) {
    if (std::isnan(addend)) return;
    value = std::isnan(value) ? addend : value + addend;
  }
};

}  // namespace

Ledger project_ledger(const Picture& picture, base::Language language) {
  const model::Project& project = *picture.project;
  Ledger ledger = ledger_of(LedgerKind::projects, language,
                            {{{"code", "项目编号", "Code"},
                              {"name", "项目", "Project"},
                              {"kind", "类别", "Kind"},
                              {"type", "类型", "Type"},
                              {"pathway", "路径", "Pathway"}},
                             standing_columns,
                             place_columns,
                             {{"lead_unit", "牵头单位", "Lead unit"},
                              {"responsible_units", "责任单位", "Responsible units"},
                              {"owner_type", "业主类型", "Owner type"},
                              {"chain_stage", "创新链环节", "Chain stage"},
                              {"programmes", "专项", "Programmes"},
                              {"parcels", "地块", "Parcels"},
                              {"phases", "分期数", "Phases", ColumnKind::number, true},
                              {"missing_area", "缺面积分期", "Phases without area", ColumnKind::number, true}},
                             counted_columns,
                             floor_columns,
                             {{"location", "位置", "Location"},
                              {"document", "文件", "Document"},
                              {"synthetic", "虚构", "Synthetic", ColumnKind::flag},
                              {"note", "备注", "Note"}}});
  const ProjectLinks links(project, language);
  const RowsById<model::Document, model::DocumentId> documents(project.documents);
  const auto counts = counts_by_phase(picture);
  const auto& locations = *picture.locations;
  const auto& circles = rows_of(project.circles);
  const auto& towns = rows_of(project.towns).rows;
  std::map<model::ProjectId, std::vector<std::uint32_t>> phases_of;
  for (std::size_t i = 0; i < rows_of(project.phases).size(); ++i) {
    phases_of[(*project.phases)[i].project].push_back(static_cast<std::uint32_t>(i));
  }
  std::map<model::ProjectId, std::set<std::uint32_t>> parcels_of;
  for (const auto& link : rows_of(project.project_parcels)) {
    if (const auto row = rows_of(project.parcels).row_of(link.parcel)) parcels_of[link.project].insert(*row);
  }

  for (const auto& row : rows_of(project.projects)) {
    // The project stands where its furthest phase stands; stalled only when all of it is.
    planning::Standing standing;
    const auto order = [&](const planning::Standing& s) {
      if (s.stage < 0) return -2;
      const model::Stage& stage = (*project.stages)[static_cast<std::size_t>(s.stage)];
      return stage.code == model::stalled_stage ? -1 : stage.seq;
    };
    KnownSum carrier, gross, plot_ratio, leasable, demolished, area, counted;
    std::size_t missing = 0;
    bool synthetic = row.synthetic;
    std::set<std::uint32_t> on_parcels = parcels_of[row.id];
    planning::ShareList circle_shares, town_shares;
    for (const std::uint32_t at : phases_of[row.id]) {
      const model::Phase& phase = (*project.phases)[at];
      const planning::Standing& of_phase = picture.status->phases[at];
      if (order(of_phase) > order(standing) || (order(of_phase) == order(standing) && of_phase.since &&
                                                standing.since && *of_phase.since < *standing.since)) {
        standing = of_phase;
      }
      carrier.add(phase.carrier_m2);
      gross.add(phase.gross_m2);
      plot_ratio.add(phase.plot_ratio_m2);
      leasable.add(phase.leasable_m2);
      demolished.add(phase.demolished_m2);
      synthetic = synthetic || phase.synthetic;
      if (const auto count = counts.find(at); count != counts.end()) {
        area.add(count->second->area_m2);
        counted.add(count->second->counts ? count->second->area_m2 : 0);
        if (count->second->missing_area) ++missing;
      }
      on_parcels.insert(locations.phase_parcels[at].begin(), locations.phase_parcels[at].end());
      if (circle_shares.empty()) circle_shares = locations.phase_circles[at];
      if (town_shares.empty()) town_shares = locations.phase_towns[at];
    }
    // All parcels together say the circle and the town; without parcels the point did, through the phases.
    const auto largest_of = [&](const planning::ShareLists& shares, const planning::ShareList& by_point,
                                const auto& areas) -> int {
      if (on_parcels.empty()) return planning::largest(by_point);
      std::map<std::uint32_t, double> sums;
      for (const std::uint32_t parcel : on_parcels) {
        for (const planning::Share share : shares[parcel]) sums[share.area] += share.area_m2;
      }
      int best = -1;
      double most = 0;
      for (const auto& [at, sum] : sums) {
        // Halves that differ by the rounding of coordinates are a tie, as in the locations.
        const bool tie = best >= 0 && std::abs(sum - most) <= 1e-9 * most;
        const bool lower = tie && areas[at].code < areas[static_cast<std::size_t>(best)].code;
        if (best < 0 || (!tie && sum > most) || lower) {
          best = static_cast<int>(at);
          most = sum;
        }
      }
      return best;
    };
    const int circle = largest_of(locations.circles, circle_shares, circles);
    const int town = largest_of(locations.towns, town_shares, towns);
    const auto* circle_row = circle < 0 ? nullptr : &circles[static_cast<std::size_t>(circle)];
    const auto* town_row = town < 0 ? nullptr : &towns[static_cast<std::size_t>(town)];
    const StandingNames names = standing_names(project, standing, language);
    ledger.add_row(row.id.value, {text(row.code),
                                  text(shown(language, row.name_zh, row.name_en)),
                                  text(row.kind),
                                  text(row.type),
                                  text(row.pathway_code),
                                  text(names.stage),
                                  text(names.stage_name),
                                  text(names.certainty),
                                  day(standing.since),
                                  text(circle_row ? circle_row->code : ""),
                                  text(circle_row ? shown(language, circle_row->name_zh, circle_row->name_en) : ""),
                                  text(town_row ? town_row->code : ""),
                                  text(town_row ? shown(language, town_row->name_zh, town_row->name_en) : ""),
                                  text(of(links.lead_unit, row.id)),
                                  text(of(links.responsible_units, row.id)),
                                  text(row.owner_type),
                                  text(row.chain_stage),
                                  text(of(links.programmes, row.id)),
                                  text(of(links.parcels, row.id)),
                                  whole(phases_of[row.id].size()),
                                  whole(missing),
                                  number(area.value),
                                  number(counted.value),
                                  number(carrier.value),
                                  number(gross.value),
                                  number(plot_ratio.value),
                                  number(leasable.value),
                                  number(demolished.value),
                                  text(row.location_text),
                                  text(documents.code(row.document)),
                                  flag(synthetic),
                                  text(row.note)});
  }
  return ledger;
}

Ledger phase_ledger(const Picture& picture, base::Language language) {
  const model::Project& project = *picture.project;
  Ledger ledger =
      ledger_of(LedgerKind::phases, language,
                {{{"code", "分期编号", "Code"},
                  {"name", "分期", "Phase"},
                  {"project", "项目编号", "Project"},
                  {"project_name", "项目", "Project name"}},
                 standing_columns,
                 place_columns,
                 {{"zones", "政策区(占比)", "Zones (share)"}, {"counts", "计入", "Counts", ColumnKind::flag}},
                 counted_columns,
                 {{"missing_area", "缺面积", "No area", ColumnKind::flag}},
                 floor_columns,
                 {{"lead_unit", "牵头单位", "Lead unit"},
                  {"programmes", "专项", "Programmes"},
                  {"parcels", "地块", "Parcels"},
                  {"document", "依据", "Evidence document"},
                  {"synthetic", "虚构", "Synthetic", ColumnKind::flag},
                  {"note", "备注", "Note"}}});
  const ProjectLinks links(project, language);
  const RowsById<model::CarrierProject, model::ProjectId> projects(project.projects);
  const RowsById<model::Document, model::DocumentId> documents(project.documents);
  const auto counts = counts_by_phase(picture);
  const auto& locations = *picture.locations;
  const auto& phases = rows_of(project.phases);
  for (std::size_t at = 0; at < phases.size(); ++at) {
    const model::Phase& row = phases[at];
    const model::CarrierProject* owner = projects.find(row.project);
    const planning::Standing& standing = picture.status->phases[at];
    const StandingNames names = standing_names(project, standing, language);
    const PlaceNames circle = place_names(rows_of(project.circles), locations.phase_circles[at], language);
    const PlaceNames town = place_names(rows_of(project.towns).rows, locations.phase_towns[at], language);
    const PlaceNames zones = place_names(rows_of(project.zones).rows, locations.phase_zones[at], language);
    std::string parcels;
    for (const std::uint32_t parcel : locations.phase_parcels[at]) append(parcels, project.parcels->code[parcel]);
    const auto found = counts.find(static_cast<std::uint32_t>(at));
    const planning::PhaseCount count = found == counts.end() ? planning::PhaseCount{} : *found->second;
    const bool in_scope = found != counts.end();
    ledger.add_row(row.id.value, {text(row.code),
                                  text(shown(language, row.name_zh, row.name_en)),
                                  text(owner ? owner->code : ""),
                                  text(owner ? shown(language, owner->name_zh, owner->name_en) : ""),
                                  text(names.stage),
                                  text(names.stage_name),
                                  text(names.certainty),
                                  day(standing.since),
                                  text(circle.code),
                                  text(circle.name),
                                  text(town.code),
                                  text(town.name),
                                  text(zones.all),
                                  flag(count.counts),
                                  in_scope && !count.missing_area ? number(count.area_m2) : LedgerValue{},
                                  number(count.counts ? count.area_m2 : 0),
                                  flag(count.missing_area),
                                  number(row.carrier_m2),
                                  number(row.gross_m2),
                                  number(row.plot_ratio_m2),
                                  number(row.leasable_m2),
                                  number(row.demolished_m2),
                                  text(of(links.lead_unit, row.project)),
                                  text(of(links.programmes, row.project)),
                                  text(parcels),
                                  text(standing.event == nullptr ? "" : documents.code(standing.event->document)),
                                  flag(row.synthetic),
                                  text(row.note)});
  }
  return ledger;
}

Ledger ageing_ledger(const Picture& picture, base::Language language) {
  const model::Project& project = *picture.project;
  Ledger ledger = ledger_of(LedgerKind::ageing, language,
                            {{{"code", "分期编号", "Code"},
                              {"name", "分期", "Phase"},
                              {"project", "项目编号", "Project"},
                              {"project_name", "项目", "Project name"}},
                             standing_columns,
                             {{"days_in_stage", "停留天数", "Days in stage", ColumnKind::number},
                              {"baseline_stage", "计划逾期阶段", "Overdue by plan"},
                              {"baseline_due", "计划日期", "Planned for", ColumnKind::date},
                              {"baseline_overdue", "计划逾期天数", "Days over plan", ColumnKind::number},
                              {"commitment_stage", "承诺逾期阶段", "Overdue by promise"},
                              {"commitment_due", "承诺日期", "Promised for", ColumnKind::date},
                              {"commitment_overdue", "承诺逾期天数", "Days over promise", ColumnKind::number},
                              {"idle", "闲置", "Idle"},
                              {"idle_since", "闲置自", "Idle since", ColumnKind::date},
                              {"lead_unit", "牵头单位", "Lead unit"},
                              {"synthetic", "虚构", "Synthetic", ColumnKind::flag}}});
  const ProjectLinks links(project, language);
  const RowsById<model::CarrierProject, model::ProjectId> projects(project.projects);
  const auto ages = planning::ageing(project, *picture.histories, *picture.status);
  const auto& phases = rows_of(project.phases);
  for (std::size_t at = 0; at < phases.size(); ++at) {
    const model::Phase& row = phases[at];
    const model::CarrierProject* owner = projects.find(row.project);
    const planning::Standing& standing = picture.status->phases[at];
    const StandingNames names = standing_names(project, standing, language);
    const planning::Ageing& age = ages[at];
    const auto stage_of = [&](const std::optional<planning::Overdue>& overdue) {
      return overdue ? text((*project.stages)[static_cast<std::size_t>(overdue->stage)].code) : LedgerValue{};
    };
    const auto due = [&](const std::optional<planning::Overdue>& overdue) {
      return day(overdue ? std::optional(overdue->due) : std::nullopt);
    };
    const auto days = [&](const std::optional<planning::Overdue>& overdue) {
      return overdue ? whole(static_cast<std::size_t>(overdue->days)) : LedgerValue{};
    };
    ledger.add_row(row.id.value,
                   {text(row.code), text(shown(language, row.name_zh, row.name_en)), text(owner ? owner->code : ""),
                    text(owner ? shown(language, owner->name_zh, owner->name_en) : ""), text(names.stage),
                    text(names.stage_name), text(names.certainty), day(standing.since),
                    age.days_in_stage ? whole(static_cast<std::size_t>(*age.days_in_stage)) : LedgerValue{},
                    stage_of(age.baseline), due(age.baseline), days(age.baseline), stage_of(age.commitment),
                    due(age.commitment), days(age.commitment), text(planning::describe(age.idle, language)),
                    day(age.idle_since), text(of(links.lead_unit, row.project)), flag(row.synthetic)});
  }
  return ledger;
}

Ledger event_ledger(const Picture& picture, base::Language language) {
  const model::Project& project = *picture.project;
  Ledger ledger = ledger_of(LedgerKind::events, language,
                            {{{"date", "日期", "Date", ColumnKind::date},
                              {"phase", "分期", "Phase"},
                              {"parcel", "地块", "Parcel"},
                              {"project", "项目编号", "Project"},
                              {"stage", "阶段", "Stage"},
                              {"stage_name", "阶段名称", "Stage name"},
                              {"kind", "性质", "Kind"},
                              {"document", "文件", "Document"},
                              {"evidence", "依据", "Evidence"},
                              {"page", "页码", "Page"},
                              {"synthetic", "虚构", "Synthetic", ColumnKind::flag},
                              {"note", "备注", "Note"},
                              {"attachments", "附件", "Attachments"},
                              {"attachment_hashes", "附件哈希", "Hashes of attachments"}}});
  std::unordered_map<model::EventId, std::pair<std::string, std::string>> attachments;  // names and hashes
  for (const auto& row : rows_of(project.attachments)) {
    auto& [names, hashes] = attachments[row.event];
    append(names, row.file_name);
    append(hashes, row.sha256);
  }
  const RowsById<model::Phase, model::PhaseId> phases(project.phases);
  const RowsById<model::CarrierProject, model::ProjectId> projects(project.projects);
  const RowsById<model::Document, model::DocumentId> documents(project.documents);
  for (const auto& row : rows_of(project.stage_events)) {
    const model::Phase* phase = row.phase ? phases.find(row.phase) : nullptr;
    const auto parcel = row.parcel ? rows_of(project.parcels).row_of(row.parcel) : std::nullopt;
    const model::Stage* stage = model::find_stage(project, row.stage_code);
    const auto attached = attachments.find(row.id);
    const bool has_files = attached != attachments.end();
    ledger.add_row(
        row.id.value,
        {text(row.dated.iso()), text(phase ? phase->code : ""),
         text(parcel ? project.parcels->code[*parcel] : std::string_view()),
         text(phase ? projects.code(phase->project) : ""), text(row.stage_code),
         text(stage ? shown(language, stage->name_zh, stage->name_en) : ""), text(name_of(row.kind)),
         text(documents.code(row.document)), text(row.evidence), text(row.page), flag(row.synthetic), text(row.note),
         text(has_files ? attached->second.first : ""), text(has_files ? attached->second.second : "")});
  }
  return ledger;
}

Ledger occupancy_ledger(const Picture& picture, base::Language language) {
  const model::Project& project = *picture.project;
  Ledger ledger = ledger_of(LedgerKind::occupancy, language,
                            {{{"phase", "分期", "Phase"},
                              {"date", "日期", "As of", ColumnKind::date},
                              {"leasable", "可租面积", "Leasable", ColumnKind::area_m2},
                              {"signed", "已签约面积", "Signed", ColumnKind::area_m2},
                              {"moved_in", "已入驻面积", "Moved in", ColumnKind::area_m2},
                              {"document", "文件", "Document"},
                              {"synthetic", "虚构", "Synthetic", ColumnKind::flag}}});
  const RowsById<model::Phase, model::PhaseId> phases(project.phases);
  const RowsById<model::Document, model::DocumentId> documents(project.documents);
  for (const auto& row : rows_of(project.occupancies)) {
    ledger.add_row(row.id,
                   {text(phases.code(row.phase)), text(row.as_of.iso()), number(row.leasable_m2), number(row.signed_m2),
                    number(row.moved_in_m2), text(documents.code(row.document)), flag(row.synthetic)});
  }
  return ledger;
}

}  // namespace zaitu::app
