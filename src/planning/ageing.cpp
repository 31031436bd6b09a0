#include "planning/ageing.h"

#include <algorithm>
#include <unordered_map>

namespace zaitu::planning {

namespace {

constexpr int idle_update_years = 3;

// The same day so many years later; 29 February becomes 28 February.
base::Date plus_years(base::Date date, int years) {
  const auto same = base::Date::from_ymd(date.year() + years, date.month(), date.day());
  return same ? *same : *base::Date::from_ymd(date.year() + years, date.month(), date.day() - 1);
}

struct Dates {
  // Of a kind, by stage row: the event recorded last.
  std::unordered_map<int, const model::StageEvent*> baseline, commitment;
  std::optional<base::Date> newest;  // of any kind, up to the as-of date for actual ones
};

void keep_last(std::unordered_map<int, const model::StageEvent*>& events, int stage, const model::StageEvent& event) {
  const model::StageEvent*& kept = events[stage];
  if (kept == nullptr || kept->id < event.id) kept = &event;
}

}  // namespace

std::vector<Ageing> ageing(const model::Project& project, const StageHistories& histories, const StatusAt& status) {
  std::vector<Ageing> result(project.phases ? project.phases->size() : 0);
  if (result.empty()) return result;
  const StageOrder& order = histories.order();
  const base::Date as_of = status.as_of;
  std::unordered_map<model::PhaseId, std::size_t> rows;
  for (std::size_t row = 0; row < result.size(); ++row) rows.emplace((*project.phases)[row].id, row);
  std::unordered_map<model::ProjectId, int> pathways;
  if (project.projects) {
    for (const auto& row : *project.projects) pathways[row.id] = order.pathway_row(row.pathway_code);
  }

  std::vector<Dates> dates(result.size());
  if (project.stage_events) {
    for (const model::StageEvent& event : *project.stage_events) {
      const auto row = rows.find(event.phase);
      const int stage = order.stage_row(event.stage_code);
      if (row == rows.end() || stage < 0) continue;
      Dates& of = dates[row->second];
      if (event.kind == model::EventKind::baseline) keep_last(of.baseline, stage, event);
      if (event.kind == model::EventKind::commitment) keep_last(of.commitment, stage, event);
      if (event.dated <= as_of && (!of.newest || *of.newest < event.dated)) of.newest = event.dated;
    }
  }

  const int granted = order.stage_row("S4"), started = order.stage_row("S5"), in_use = order.stage_row("S7");
  for (std::size_t row = 0; row < result.size(); ++row) {
    Ageing& ageing = result[row];
    const Standing& standing = status.phases[row];
    if (standing.since) ageing.days_in_stage = as_of.days() - standing.since->days();
    if (standing.stage < 0 || standing.stage == order.stalled_row()) continue;
    const auto pathway_of = pathways.find((*project.phases)[row].project);
    const int pathway = pathway_of == pathways.end() ? -1 : pathway_of->second;
    const auto before = [&](int stage) {
      return stage >= 0 && order.rank(pathway, standing.stage) < order.rank(pathway, stage);
    };
    const auto most_overdue = [&](const auto& events) {
      std::optional<Overdue> most;
      for (const auto& [stage, event] : events) {
        const int days = as_of.days() - event->dated.days();
        if (days < 1 || stage == order.stalled_row() || !before(stage)) continue;
        const bool longer = !most || days > most->days ||
                            (days == most->days && order.rank(pathway, stage) < order.rank(pathway, most->stage));
        if (longer) most = Overdue{stage, event->dated, days};
      }
      return most;
    };
    ageing.baseline = most_overdue(dates[row].baseline);
    ageing.commitment = most_overdue(dates[row].commitment);

    if (granted >= 0 && !before(granted) && before(started)) {
      const auto promised = dates[row].commitment.find(started), planned = dates[row].baseline.find(started);
      const model::StageEvent* agreed = promised != dates[row].commitment.end() ? promised->second
                                        : planned != dates[row].baseline.end()  ? planned->second
                                                                                : nullptr;
      if (agreed != nullptr && plus_years(agreed->dated, 1) <= as_of) {
        ageing.idle = Idle::not_started;
        ageing.idle_since = plus_years(agreed->dated, 1);
      }
    }
    if (ageing.idle == Idle::none && dates[row].newest && before(in_use) &&
        plus_years(*dates[row].newest, idle_update_years) <= as_of) {
      ageing.idle = Idle::no_update;
      ageing.idle_since = plus_years(*dates[row].newest, idle_update_years);
    }
  }
  return result;
}

std::string describe(Idle idle, base::Language language) {
  const bool zh = language == base::Language::zh;
  switch (idle) {
    case Idle::not_started:
      return zh ? "闲置:约定开工满一年未开工" : "idle: a year past the agreed start of construction";
    case Idle::no_update:
      return zh ? "三年无任何记录" : "no record for three years";
    case Idle::none:
      break;
  }
  return "";
}

std::string source_of(Idle idle, base::Language language) {
  const bool zh = language == base::Language::zh;
  switch (idle) {
    case Idle::not_started:
      return zh ? "《闲置土地处置办法》第二条" : "Measures for the Disposal of Idle Land (闲置土地处置办法), art. 2";
    case Idle::no_update:
      return zh ? "纽约市规划局:三年无更新的项目视为停滞"
                : "New York City DCP: a job without an update for three years";
    case Idle::none:
      break;
  }
  return "";
}

}  // namespace zaitu::planning
