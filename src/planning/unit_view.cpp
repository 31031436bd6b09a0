#include "planning/unit_view.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace zaitu::planning {

namespace {

// The rows of a table that a unit is linked with, in the order of `before`.
template <class Row, class Link, class RowId, class Before>
void add_duties(std::vector<UnitDuty>& duties, UnitDuty::Kind kind, const model::Rows<Row>& rows,
                const model::Rows<Link>& links, RowId Link::*of, model::UnitId unit, Before before) {
  if (!rows || !links) return;
  std::unordered_map<RowId, std::uint32_t> row_of;
  for (std::uint32_t i = 0; i < rows->size(); ++i) row_of.emplace((*rows)[i].id, i);
  std::map<std::uint32_t, model::UnitRole> roles;
  for (const Link& link : *links) {
    const auto row = row_of.find(link.*of);
    if (link.unit != unit || row == row_of.end()) continue;
    const auto [place, inserted] = roles.emplace(row->second, link.role);
    if (!inserted) place->second = std::min(place->second, link.role);
  }
  const std::size_t first = duties.size();
  for (const auto& [row, role] : roles) duties.push_back({kind, row, role});
  std::stable_sort(duties.begin() + static_cast<std::ptrdiff_t>(first), duties.end(),
                   [&](const UnitDuty& a, const UnitDuty& b) { return before((*rows)[a.row], (*rows)[b.row]); });
}

}  // namespace

std::vector<UnitDuty> unit_view(const model::Project& project, model::UnitId unit) {
  std::vector<UnitDuty> duties;
  add_duties(duties, UnitDuty::Kind::indicator, project.indicators, project.indicator_units,
             &model::IndicatorUnit::indicator, unit,
             [](const model::Indicator& a, const model::Indicator& b) { return a.number < b.number; });
  add_duties(duties, UnitDuty::Kind::task, project.tasks, project.task_units, &model::TaskUnit::task, unit,
             [](const model::Task& a, const model::Task& b) { return a.number < b.number; });
  add_duties(duties, UnitDuty::Kind::project, project.projects, project.project_units, &model::ProjectUnit::project,
             unit, [](const model::CarrierProject& a, const model::CarrierProject& b) { return a.code < b.code; });
  return duties;
}

}  // namespace zaitu::planning
