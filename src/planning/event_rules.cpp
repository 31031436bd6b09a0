#include "planning/event_rules.h"

#include <algorithm>

namespace zaitu::planning {

namespace {

// The stalls next to a date on either side: events between them are of one stretch.
struct Stretch {
  std::optional<base::Date> from, to;
  bool holds(base::Date at) const { return (!from || *from <= at) && (!to || at <= *to); }
};

Stretch stretch_around(base::Date at, std::span<const model::StageEvent> events) {
  Stretch stretch;
  for (const model::StageEvent& event : events) {
    if (event.kind != model::EventKind::actual || event.stage_code != model::stalled_stage) continue;
    if (event.dated <= at && (!stretch.from || *stretch.from < event.dated)) stretch.from = event.dated;
    if (event.dated > at && (!stretch.to || event.dated < *stretch.to)) stretch.to = event.dated;
  }
  return stretch;
}

}  // namespace

EventRules::EventRules(const model::Project& project) : m_order(project) {
  m_tables.stages = project.stages;
  m_tables.pathways = project.pathways;
  m_tables.parcels = project.parcels;
  if (!project.phases) return;
  std::unordered_map<model::ProjectId, int> pathways;
  if (project.projects) {
    for (const auto& row : *project.projects) pathways[row.id] = m_order.pathway_row(row.pathway_code);
  }
  std::unordered_map<model::ProjectId, std::vector<model::ParcelId>> of_project;
  std::unordered_map<model::PhaseId, std::vector<model::ParcelId>> of_phase;
  if (project.project_parcels) {
    for (const auto& link : *project.project_parcels) of_project[link.project].push_back(link.parcel);
  }
  if (project.phase_parcels) {
    for (const auto& link : *project.phase_parcels) of_phase[link.phase].push_back(link.parcel);
  }
  for (const model::Phase& phase : *project.phases) {
    OfPhase of;
    const auto pathway = pathways.find(phase.project);
    if (pathway != pathways.end()) of.pathway = pathway->second;
    const auto own = of_phase.find(phase.id);
    const auto& parcels = own != of_phase.end() ? own->second : of_project[phase.project];
    bool open = parcels.empty();  // a parcel without a first day was always there
    for (const model::ParcelId parcel : parcels) {
      const auto row = project.parcels->row_of(parcel);
      const auto from = row ? project.parcels->valid_from[*row] : std::nullopt;
      if (!from) {
        open = true;
      } else if (!of.land_from || *from < *of.land_from) {
        of.land_from = from;
      }
    }
    if (open) of.land_from.reset();
    m_phases.emplace(phase.id, of);
  }
}

int EventRules::pathway_of(model::PhaseId phase) const {
  const auto found = m_phases.find(phase);
  return found == m_phases.end() ? -1 : found->second.pathway;
}

std::vector<EventFinding> EventRules::findings(const model::StageEvent& candidate,
                                               std::span<const model::StageEvent> others, base::Date today) const {
  std::vector<EventFinding> found;
  const bool actual = candidate.kind == model::EventKind::actual;
  const bool stall = candidate.stage_code == model::stalled_stage;
  const int pathway = pathway_of(candidate.phase);
  const int stage = m_order.stage_row(candidate.stage_code);
  // Commitments are words of several papers, one beside the other: nothing is held against them.
  if (!stall && stage >= 0 && candidate.kind != model::EventKind::commitment) {
    const Stretch stretch = stretch_around(candidate.dated, others);
    std::optional<EventFinding> twice, earlier, later;
    for (const model::StageEvent& other : others) {
      const int other_stage = m_order.stage_row(other.stage_code);
      if (other.kind != candidate.kind || other_stage < 0 || other.stage_code == model::stalled_stage) continue;
      if (actual && !stretch.holds(other.dated)) continue;
      if (other.stage_code == candidate.stage_code) {
        if (actual) twice = EventFinding{EventFault::twice, true, other.stage_code, other.dated};
        continue;
      }
      const bool is_later = m_order.rank(pathway, other_stage) > m_order.rank(pathway, stage);
      if (is_later ? other.dated >= candidate.dated : other.dated <= candidate.dated) continue;
      auto& place = is_later ? later : earlier;
      if (place) continue;
      place = EventFinding{actual ? (is_later ? EventFault::after_later_stage : EventFault::before_earlier_stage)
                                  : EventFault::plan_out_of_order,
                           actual, other.stage_code, other.dated};
    }
    for (const auto& finding : {twice, earlier, later}) {
      if (finding) found.push_back(*finding);
    }
  }
  if (!stall && pathway >= 0) {
    const auto& stages = (*m_tables.pathways)[static_cast<std::size_t>(pathway)].stages;
    if (std::none_of(stages.begin(), stages.end(),
                     [&](const auto& step) { return step.stage_code == candidate.stage_code; })) {
      found.push_back({EventFault::off_pathway, false, "", {}});
    }
  }
  if (candidate.parcel) {
    if (const auto row = m_tables.parcels->row_of(candidate.parcel); row && actual) {
      const auto from = m_tables.parcels->valid_from[*row], to = m_tables.parcels->valid_to[*row];
      if (from && candidate.dated < *from) found.push_back({EventFault::outside_life, true, "", from});
      if (to && candidate.dated >= *to) found.push_back({EventFault::outside_life, true, "", to});
    }
  } else if (const auto phase = m_phases.find(candidate.phase); actual && phase != m_phases.end() &&
                                                                phase->second.land_from &&
                                                                candidate.dated < *phase->second.land_from) {
    found.push_back({EventFault::before_land, false, "", phase->second.land_from});
  }
  if (actual && candidate.dated > today) found.push_back({EventFault::in_future, false, "", {}});
  return found;
}

std::string EventRules::stage_name(const std::string& code, base::Language language) const {
  const model::Stage* stage = model::find_stage(m_tables, code);
  if (stage == nullptr) return code;
  const std::string& name = language == base::Language::zh ? stage->name_zh : stage->name_en;
  return name.empty() ? code : code + " " + name;
}

std::string EventRules::describe(const EventFinding& finding, const model::StageEvent& event,
                                 base::Language language) const {
  const bool zh = language == base::Language::zh;
  const std::string stage = stage_name(event.stage_code, language), at = event.dated.iso();
  const std::string other = finding.other_stage.empty() ? "" : stage_name(finding.other_stage, language);
  const std::string date = finding.other_date ? finding.other_date->iso() : "";
  switch (finding.fault) {
    case EventFault::twice:
      return zh ? stage + " 已有实际日期 " + date + ",不能再记一次"
                : stage + " already has an actual event, of " + date;
    case EventFault::before_earlier_stage:
      return zh ? stage + " " + at + " 早于前一阶段 " + other + " " + date
                : stage + " of " + at + " lies before the earlier stage " + other + " of " + date;
    case EventFault::after_later_stage:
      return zh ? stage + " " + at + " 晚于后一阶段 " + other + " " + date
                : stage + " of " + at + " lies after the later stage " + other + " of " + date;
    case EventFault::plan_out_of_order:
      return zh ? stage + " " + at + " 与同类日期 " + other + " " + date + " 先后颠倒"
                : stage + " of " + at + " is out of order with " + other + " of " + date + " of the same kind";
    case EventFault::off_pathway:
      return zh ? stage + " 不在该项目的路径上" : stage + " is not on the pathway of its project";
    case EventFault::outside_life:
      return zh ? at + " 该地块不在有效期内(" + date + ")" : "the parcel is not in force on " + at + " (" + date + ")";
    case EventFault::before_land:
      return zh ? at + " 早于其地块的设立 " + date : at + " lies before its parcels were made, " + date;
    case EventFault::in_future:
      break;
  }
  return zh ? "实际日期 " + at + " 晚于今天" : "the actual date " + at + " is later than today";
}

}  // namespace zaitu::planning
