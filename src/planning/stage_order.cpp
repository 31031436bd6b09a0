#include "planning/stage_order.h"

#include <algorithm>

namespace zaitu::planning {

StageOrder::StageOrder(const model::Project& project) {
  static const std::vector<model::Stage> no_stages;
  static const std::vector<model::Pathway> no_pathways;
  const auto& stages = project.stages ? *project.stages : no_stages;
  const auto& pathways = project.pathways ? *project.pathways : no_pathways;

  for (std::size_t i = 0; i < stages.size(); ++i) m_stage_rows.emplace(stages[i].code, static_cast<int>(i));
  m_stalled_row = stage_row(model::stalled_stage);
  m_certainty_rows.assign(stages.size(), -1);
  if (project.certainty_classes) {
    const auto& classes = *project.certainty_classes;
    for (std::size_t i = 0; i < stages.size(); ++i) {
      const auto found = std::find_if(classes.begin(), classes.end(), [&](const model::CertaintyClass& row) {
        return row.code == stages[i].certainty_class;
      });
      if (found != classes.end()) m_certainty_rows[i] = static_cast<int>(found - classes.begin());
    }
  }

  Route by_seq;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    by_seq.rank_of.push_back({0, stages[i].seq});
    if (static_cast<int>(i) == m_stalled_row) continue;
    if (by_seq.first < 0 || stages[i].seq < stages[static_cast<std::size_t>(by_seq.first)].seq) {
      by_seq.first = static_cast<int>(i);
    }
  }
  m_routes.push_back(by_seq);

  for (std::size_t p = 0; p < pathways.size(); ++p) {
    m_pathway_rows.emplace(pathways[p].code, static_cast<int>(p));
    std::vector<int> way;  // stage rows in the pathway's order
    for (const auto& step : pathways[p].stages) {
      const int row = stage_row(step.stage_code);
      if (row >= 0 && row != m_stalled_row) way.push_back(row);
    }
    if (way.empty()) {
      m_routes.push_back(by_seq);
      continue;
    }
    Route route;
    route.first = way.front();
    for (std::size_t i = 0; i < stages.size(); ++i) {
      const auto on_way = std::find(way.begin(), way.end(), static_cast<int>(i));
      StageRank rank{-1, stages[i].seq};
      if (on_way != way.end()) {
        rank.place = static_cast<int>(on_way - way.begin());
      } else {
        for (std::size_t place = 0; place < way.size(); ++place) {
          if (stages[static_cast<std::size_t>(way[place])].seq <= rank.seq) rank.place = static_cast<int>(place);
        }
      }
      route.rank_of.push_back(rank);
    }
    m_routes.push_back(std::move(route));
  }
}

int StageOrder::stage_row(std::string_view code) const {
  const auto found = m_stage_rows.find(code);
  return found == m_stage_rows.end() ? -1 : found->second;
}

int StageOrder::pathway_row(std::string_view code) const {
  const auto found = m_pathway_rows.find(code);
  return found == m_pathway_rows.end() ? -1 : found->second;
}

StageRank StageOrder::rank(int pathway_row, int stage_row) const {
  return m_routes[static_cast<std::size_t>(pathway_row + 1)].rank_of[static_cast<std::size_t>(stage_row)];
}

int StageOrder::first_stage(int pathway_row) const { return m_routes[static_cast<std::size_t>(pathway_row + 1)].first; }

int StageOrder::certainty_row(int stage_row) const {
  return stage_row < 0 ? -1 : m_certainty_rows[static_cast<std::size_t>(stage_row)];
}

}  // namespace zaitu::planning
