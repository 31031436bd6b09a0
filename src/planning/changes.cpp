#include "planning/changes.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

namespace zaitu::planning {

std::vector<ChangeOfLand> changes_between(const model::Project& project, const StageHistories& histories,
                                          base::Date from, base::Date to) {
  std::vector<ChangeOfLand> changes;
  std::unordered_map<model::PhaseId, std::uint32_t> row_of_phase;
  if (project.phases) {
    for (std::uint32_t row = 0; row < project.phases->size(); ++row)
      row_of_phase.emplace((*project.phases)[row].id, row);
  }
  const auto within = [&](base::Date at) { return from < at && at <= to; };
  if (project.stage_events) {
    for (const model::StageEvent& event : *project.stage_events) {
      if (event.kind != model::EventKind::actual || !within(event.dated)) continue;
      ChangeOfLand change;
      change.at = event.dated;
      change.event = &event;
      const base::Date day_before = event.dated.plus_days(-1);
      if (const auto phase = row_of_phase.find(event.phase); phase != row_of_phase.end()) {
        change.phase = phase->second;
        change.before = histories.phase_at(phase->second, day_before).stage;
        change.after = histories.phase_at(phase->second, event.dated).stage;
      } else if (const auto parcel = project.parcels->row_of(event.parcel)) {
        change.parcel = *parcel;
        change.before = histories.parcel_at(*parcel, day_before).stage;
        change.after = histories.parcel_at(*parcel, event.dated).stage;
      } else {
        continue;
      }
      changes.push_back(change);
    }
  }
  const model::ParcelTable& parcels = *project.parcels;
  for (std::uint32_t row = 0; row < parcels.size(); ++row) {
    const auto add = [&](ChangeOfLand::Kind kind, base::Date at, model::LandRecordId record) {
      ChangeOfLand change;
      change.kind = kind;
      change.at = at;
      change.parcel = row;
      change.record = record;
      changes.push_back(change);
    };
    if (const auto made = parcels.valid_from[row]; made && within(*made)) {
      add(ChangeOfLand::Kind::made, *made, parcels.created_by[row]);
    }
    if (const auto retired = parcels.valid_to[row]; retired && within(*retired)) {
      add(ChangeOfLand::Kind::retired, *retired, parcels.retired_by[row]);
    }
  }
  std::stable_sort(changes.begin(), changes.end(), [](const ChangeOfLand& a, const ChangeOfLand& b) {
    return std::tie(a.at, a.phase, a.parcel) < std::tie(b.at, b.phase, b.parcel);
  });
  return changes;
}

std::vector<std::uint32_t> changed_parcels(std::span<const ChangeOfLand> changes, const Locations& locations) {
  std::vector<std::uint32_t> rows;
  for (const ChangeOfLand& change : changes) {
    if (change.parcel >= 0) {
      rows.push_back(static_cast<std::uint32_t>(change.parcel));
    } else if (const auto phase = static_cast<std::size_t>(change.phase); phase < locations.phase_parcels.size()) {
      const auto& land = locations.phase_parcels[phase];
      rows.insert(rows.end(), land.begin(), land.end());
    }
  }
  std::sort(rows.begin(), rows.end());
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return rows;
}

}  // namespace zaitu::planning
