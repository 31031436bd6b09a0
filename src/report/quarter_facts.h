// What the pages and the sheets of the quarterly package both say, worked out once: rows of tasks, indicators and
// overdue phases, what is missing, what is synthetic. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "report/quarter_package.h"

namespace zaitu::report {

// "2025Q3 · 截至 2025-09-30 · 计竣工(S6)起 …", and of a frozen quarter since when.
std::string quarter_basis(const QuarterContent& content);
// Of a frozen quarter: that it is, since when, and what of the package is not of the freeze; else empty.
std::string frozen_statement(const QuarterContent& content);
// Why there are no groups by place: no phases, or a release froze the quarter that did not keep them.
std::string no_groups_reason(const QuarterContent& content);
// The names of a phase and its project in one line, without saying the same twice.
std::string phase_title(const model::Project& project, const model::Phase& phase, base::Language language);

struct QuarterLine {  // a task or a project
  bool is_task = false;
  int number = 0;  // of a task
  std::string code, group, title, text, units;
  std::string progress, problem, next_step;
  bool missing = false, synthetic = false;
};
// Tasks by number, or projects by code.
std::vector<QuarterLine> quarter_lines(const QuarterContent& content, bool tasks);

// The years of the targets: of the wall's years those in which some indicator has one, as places in WallRow::cells.
std::vector<std::size_t> target_years(const planning::IndicatorWall& wall);
// The rows that the package shows: all, but for our own count where that is not the frozen one.
std::vector<const planning::WallRow*> wall_rows(const QuarterContent& content);
std::string indicator_units(const model::Project& project, model::IndicatorId indicator, model::UnitRole role,
                            base::Language language);

struct OverdueRow {
  std::uint32_t phase = 0;
  const planning::Ageing* age = nullptr;
  int days = 0;  // the longer one of both delays
};
// Phases that are behind their plan or promise, or idle; the longest first.
std::vector<OverdueRow> overdue_rows(const QuarterContent& content);

struct QuarterFact {
  std::string what;
  std::size_t count = 0, of = 0;
  std::string which;  // their codes, the first of many
};
std::vector<QuarterFact> missing_facts(const QuarterContent& content);
std::vector<QuarterFact> synthetic_facts(const QuarterContent& content);

}  // namespace zaitu::report
