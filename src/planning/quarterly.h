// Quarterly reports: which are due in a quarter, which are there. Pure functions of a snapshot.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "planning/stage_histories.h"

namespace zaitu::planning {

struct Quarter {
  int year = 0, number = 0;                                    // number: 1..4
  static std::optional<Quarter> parse(std::string_view name);  // "2025Q3", nothing else
  static Quarter of(base::Date date) { return {date.year(), date.quarter()}; }
  std::string name() const;
  base::Date end() const;  // its last day
  base::Date eve() const;  // the last day of the quarter before
  Quarter plus(int quarters) const;
  friend bool operator==(const Quarter&, const Quarter&) = default;
  friend auto operator<=>(const Quarter&, const Quarter&) = default;
};

// One line of a quarter's reporting: a task or a project, with its report where there is one.
struct ReportLine {
  model::TaskId task;                              // exactly one of task
  model::ProjectId project;                        // and project is set
  const model::QuarterlyReport* report = nullptr;  // belongs to the snapshot
  bool due =
      false;  // every task; a project while, on the quarter's eve, some phase of it is not in use and not stalled
  // A report whose three texts are empty says nothing.
  bool missing() const;
};

// Tasks by number, then projects by code: those that are due, and those that reported all the same.
std::vector<ReportLine> reports_of(const model::Project& project, const StageHistories& histories, Quarter quarter);

// The quarter when it is frozen; nullptr while it is not.
const model::FrozenQuarter* find_frozen(const model::Project& project, Quarter quarter);

}  // namespace zaitu::planning
