// The order of the stages along each pathway, as ranks that can be compared. Built once per snapshot, then only read.
#pragma once

#include <compare>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/project.h"

namespace zaitu::planning {

// A stage on the pathway ranks by its place there. One that is not on it ranks by its seq: directly after the last
// stage of the pathway whose seq is not above its own. Ranks of different pathways must not be compared.
struct StageRank {
  int place = -1;
  int seq = 0;
  friend auto operator<=>(const StageRank&, const StageRank&) = default;
};

class StageOrder {
 public:
  explicit StageOrder(const model::Project& project);

  int stage_row(std::string_view code) const;        // -1: no such stage
  int stalled_row() const { return m_stalled_row; }  // -1: the vocabulary has no SX
  int pathway_row(std::string_view code) const;      // -1: none, then stages rank by seq alone
  StageRank rank(int pathway_row, int stage_row) const;
  int first_stage(int pathway_row) const;  // row of the stage where a phase without events stands
  int certainty_row(int stage_row) const;  // -1: none

 private:
  struct Route {
    std::vector<StageRank> rank_of;  // by stage row
    int first = -1;
  };
  std::unordered_map<std::string_view, int> m_stage_rows, m_pathway_rows;
  std::vector<Route> m_routes;  // by pathway row + 1; 0 = by seq
  std::vector<int> m_certainty_rows;
  int m_stalled_row = -1;
};

}  // namespace zaitu::planning
