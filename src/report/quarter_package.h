// The quarterly package (季度报送包) on paper and as a workbook: both are made of one QuarterContent, so that they say
// the same. Nothing in them comes from the clock or the machine.
//
// A frozen quarter shows the figures that were frozen. What was not frozen is made of present data and marked so; where
// present data give other figures than those frozen (`differs`), every block whose figures hang on them is left out.
#pragma once

#include <optional>
#include <vector>

#include "base/output_file.h"
#include "base/progress.h"
#include "planning/absorption.h"
#include "planning/ageing.h"
#include "planning/conversion.h"
#include "planning/forecast.h"
#include "planning/indicators.h"
#include "planning/latest_start.h"
#include "planning/quarter_figures.h"
#include "planning/quarterly.h"
#include "report/report.h"

namespace zaitu::report {

struct QuarterContent {
  Subject subject;  // at the quarter's last day, by the rule of the figures
  planning::Quarter quarter;
  planning::QuarterFigures figures;     // as frozen, else of the subject
  std::optional<base::Date> frozen_on;  // nullopt: not frozen
  bool differs = false;                 // see above
  double present_m2 = 0;                // counted by present data
  std::vector<planning::ReportLine> lines;
  std::vector<planning::CurvePoint> curve;
  planning::Forecast forecast;
  std::vector<planning::LadderStep> ladder;  // for the next target; empty without one
  std::vector<planning::LatestStart> starts;
  planning::Conversion by_land_use, by_stage;  // over the quarter
  planning::Absorption by_circle, by_owner;
  planning::IndicatorWall wall;
  std::vector<planning::Ageing> ageing;  // by phase row
  std::vector<Table> ledgers;            // of the workbook: parcels, projects, phases, overdue
};

// Each fills the temporary file and checks it; putting it in place is left to the caller, who does it for all files of
// the package at once. Throw base::Error(output_failed), Cancelled.
void fill_quarter_pdf(base::OutputFile& output, const QuarterContent& content, base::Progress& progress);
void fill_quarter_workbook(base::OutputFile& output, const QuarterContent& content);

}  // namespace zaitu::report
