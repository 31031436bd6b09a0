#include "planning/counting.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/message.h"

namespace zaitu::planning {

namespace {

std::string_view stage_code(CountFrom from) {
  switch (from) {
    case CountFrom::in_use:
      return "S7";
    case CountFrom::under_construction:
      return "S5";
    case CountFrom::completed:
      break;
  }
  return "S6";
}

template <class Row>
int find_area(const std::vector<Row>& rows, const std::string& wanted) {
  const auto by = [&](auto field) {
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.*field == wanted; });
    return found == rows.end() ? -1 : static_cast<int>(found - rows.begin());
  };
  int row = by(&Row::code);
  if (row < 0) row = by(&Row::name_zh);
  if (row < 0) row = by(&Row::name_en);
  return row;
}

ShareList shares_of(const ShareLists& table, std::uint32_t phase) {
  return phase < table.size() ? table[phase] : ShareList{};
}

}  // namespace

Placement placement(const ShareList& shares, bool split_by_share) {
  if (!split_by_share || shares.empty()) return {{largest(shares), 1.0}};
  double covered = 0;
  for (const Share share : shares) covered += share.share;
  // Areas that overlap each other cover more than the phase: they divide it in proportion. What lies outside all areas
  // stays outside; 1e-9 is noise of the intersection.
  constexpr double noise = 1e-9;
  Placement parts;
  const double whole = covered > 1 - noise ? covered : 1.0;
  for (const Share share : shares) parts.emplace_back(static_cast<int>(share.area), share.share / whole);
  if (covered <= 1 - noise) parts.emplace_back(-1, 1 - covered);
  return parts;
}

Scope::Scope(const model::Project& project, const CountingRule& rule) : m_split(rule.split_by_share) {
  if (rule.scope.empty()) return;
  if (project.circles) {
    m_row = find_area(*project.circles, rule.scope);
    if (m_row >= 0) {
      m_kind = Kind::circle;
      return;
    }
  }
  if (project.zones) {
    m_row = find_area(project.zones->rows, rule.scope);
    if (m_row >= 0) {
      m_kind = Kind::zone;
      return;
    }
  }
  std::string known;
  const auto note = [&](const std::string& code) { known += (known.empty() ? "" : ", ") + code; };
  if (project.circles) {
    for (const auto& circle : *project.circles) note(circle.code);
  }
  if (project.zones) {
    for (const auto& zone : project.zones->rows) note(zone.code);
  }
  throw base::Error(
      base::ExitCode::usage,
      known.empty() ? base::say("scope: no circle or zone has the code or name '{}'; the project has none", rule.scope)
                    : base::say("scope: no circle or zone has the code or name '{}'; known: {}", rule.scope, known));
}

double Scope::weight(const Locations& locations, std::uint32_t phase) const {
  if (m_kind == Kind::all) return 1;
  if (m_kind == Kind::circle) {
    for (const auto& [row, part] : placement(shares_of(locations.phase_circles, phase), m_split)) {
      if (row == m_row) return part;
    }
    return 0;
  }
  for (const Share share : shares_of(locations.phase_zones, phase)) {
    if (static_cast<int>(share.area) != m_row) continue;
    if (m_split) return std::min(share.share, 1.0);
    return share.share >= 0.5 - 1e-9 ? 1 : 0;
  }
  return 0;
}

Counting::Counting(const model::Project& project, const CountingRule& rule) : m_order(project), m_rule(rule) {
  const int from_row = m_order.stage_row(stage_code(rule.from));
  const int pathways = project.pathways ? static_cast<int>(project.pathways->size()) : 0;
  m_stages = project.stages ? project.stages->size() : 0;
  m_counts.assign(static_cast<std::size_t>(pathways + 1) * m_stages, false);
  for (int pathway = -1; from_row >= 0 && pathway < pathways; ++pathway) {
    for (std::size_t stage = 0; stage < m_stages; ++stage) {
      const auto stage_row = static_cast<int>(stage);
      m_counts[static_cast<std::size_t>(pathway + 1) * m_stages + stage] =
          stage_row != m_order.stalled_row() && m_order.rank(pathway, stage_row) >= m_order.rank(pathway, from_row);
    }
  }
  if (!project.projects) return;
  for (const auto& row : *project.projects) m_pathway_of_project[row.id] = m_order.pathway_row(row.pathway_code);
}

int Counting::pathway_row(const model::Phase& phase) const {
  const auto found = m_pathway_of_project.find(phase.project);
  return found == m_pathway_of_project.end() ? -1 : found->second;
}

bool Counting::counts(const model::Phase& phase, const Standing& standing) const {
  return counts(pathway_row(phase), standing.stage);
}

bool Counting::reaches(const model::Phase& phase, std::string_view code) const {
  return counts(pathway_row(phase), m_order.stage_row(code));
}

bool Counting::land_counts(const Standing& own) const { return counts(-1, own.stage); }

double Counting::area_m2(const model::Phase& phase) const {
  double area = phase.carrier_m2;
  if (m_rule.area == FloorArea::gross) area = phase.gross_m2;
  if (m_rule.area == FloorArea::plot_ratio) area = phase.plot_ratio_m2;
  if (m_rule.net && !std::isnan(phase.demolished_m2)) area -= phase.demolished_m2;
  return area;
}

std::vector<std::uint32_t> rows_by_id(const model::Project& project) {
  std::vector<std::uint32_t> rows(project.phases ? project.phases->size() : 0);
  std::iota(rows.begin(), rows.end(), 0U);
  std::sort(rows.begin(), rows.end(),
            [&](std::uint32_t a, std::uint32_t b) { return (*project.phases)[a].id < (*project.phases)[b].id; });
  return rows;
}

}  // namespace zaitu::planning
