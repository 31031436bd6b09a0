// A quarter's reporting: its figures at its last day, live or frozen, the lines of tasks and projects, and the commands
// that freeze a quarter and set it free again. Each of these is one change in the journal.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/picture.h"
#include "planning/absorption.h"
#include "planning/quarterly.h"
#include "store/project_file.h"

namespace zaitu::app {

// NaN: not known.
struct ProjectFigures {
  std::string code;
  std::string stage;  // code of the furthest stage of its phases; stalled only when all are
  double area_m2 = model::unknown, counted_m2 = model::unknown;  // by the rule
  double land_m2 = model::unknown;                               // planar area of its parcels in force
};
struct QuarterFigures {
  base::Date as_of;
  std::string rule;  // in words
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
};

// Of a picture at any date.
QuarterFigures quarter_figures(const Picture& picture, base::Language language);
std::string to_json(const QuarterFigures& figures);
// Throws Error(project_unusable) for a text that to_json() did not write.
QuarterFigures quarter_figures_of(const model::FrozenQuarter& frozen);

// What the window shows of a quarter.
struct QuarterBoard {
  planning::Quarter quarter;
  std::shared_ptr<const model::Project> project;  // the lines belong to it
  const model::FrozenQuarter* frozen = nullptr;
  QuarterFigures figures;  // as frozen, else at the quarter's last day, by the picture's rule
  std::vector<planning::ReportLine> lines;
  std::size_t missing = 0;
};
QuarterBoard quarter_board(const Picture& picture, planning::Quarter quarter, base::Language language,
                           base::Progress& progress);

// Freezes a quarter that is over, with its figures by the rule. Throws Error(data_failed) for one that is not over on
// `today`, or frozen already. The number of the change.
std::int64_t freeze_quarter(store::ProjectFile& file, planning::Quarter quarter, const planning::CountingRule& rule,
                            base::Language language, base::Date today, base::Progress& progress);
// Throws Error(data_failed) when the quarter is not frozen.
std::int64_t unfreeze_quarter(store::ProjectFile& file, planning::Quarter quarter);

}  // namespace zaitu::app
