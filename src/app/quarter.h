// A quarter's reporting: its figures at its last day, live or frozen, the lines of tasks and projects, and the commands
// that freeze a quarter and set it free again. Each of these is one change in the journal.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/picture.h"
#include "planning/quarter_figures.h"
#include "planning/quarterly.h"
#include "store/project_file.h"

namespace zaitu::app {

using planning::ProjectFigures;
using planning::QuarterFigures;

// Of a picture at any date.
QuarterFigures quarter_figures(const Picture& picture, base::Language language);
std::string to_json(const QuarterFigures& figures);
// Throws Error(project_unusable) for a text that to_json() did not write.
QuarterFigures quarter_figures_of(const model::FrozenQuarter& frozen);
// Do both say the same of the quarter? Words (the rule's, the sentence's) are not compared, nor what was not kept.
bool same_figures(const QuarterFigures& frozen, const QuarterFigures& now);

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
