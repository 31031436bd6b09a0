// The figures of a quarter at its last day: what is frozen with it and what the quarterly package counts. Values only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "planning/absorption.h"

namespace zaitu::planning {

// Areas are m²; NaN: not known.
struct ProjectFigures {
  std::string code;
  std::string stage;  // code of the furthest stage of its phases; stalled only when all are
  double area_m2 = model::unknown, counted_m2 = model::unknown;  // by the rule
  double land_m2 = model::unknown;                               // planar area of its parcels in force
};
struct PhaseFigures {  // of a phase in the rule's scope
  std::string code, project;
  std::string stage, certainty, circle, town;  // codes; "" none
  double area_m2 = model::unknown;             // by the rule
  double counted_m2 = 0;
  bool synthetic = false;
};
struct GroupFigures {     // of a circle or town, and one class of certainty
  std::string place;      // code; "": outside all of them, or without a place
  std::string name;       // of the place, in the language of whoever asked
  std::string certainty;  // code
  double area_m2 = 0, counted_m2 = 0;
  std::size_t phases = 0, missing_area = 0;
};
// Of a supply grouped by a kind of place and by certainty.
inline std::vector<GroupFigures> group_figures(const Supply& groups) {
  std::vector<GroupFigures> figures;
  for (const SupplyGroup& group : groups.groups)
    figures.push_back({group.key[0], group.label[0], group.key[1], group.area_m2, group.counted_m2, group.phases,
                       group.missing_area});
  return figures;
}

struct QuarterFigures {
  base::Date as_of;
  std::string rule;                      // in words
  std::optional<CountingRule> counting;  // nullopt: frozen before rules were kept
  double counted_m2 = 0;
  std::size_t counted_phases = 0, missing_area = 0, synthetic_phases = 0;
  int target_year = 0;  // 0: none
  double target_m2 = model::unknown;
  double new_carrier_m2 = 0, take_up_m2 = model::unknown;  // of the quarter
  double leasable_m2 = model::unknown, vacant_m2 = model::unknown, months_to_clear = model::unknown;
  std::string sentence;                  // planning::sentence
  std::size_t parcels = 0;               // in force
  double land_m2 = 0;                    // their planar area
  std::vector<ProjectFigures> projects;  // those with phases, by code
  // Empty of a quarter that was frozen before they were kept. Each of the three adds up to counted_m2.
  std::vector<PhaseFigures> phases;              // in the order of phase ids
  std::vector<GroupFigures> by_circle, by_town;  // as supply() groups them
};

}  // namespace zaitu::planning
