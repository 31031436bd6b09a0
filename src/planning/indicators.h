// The wall of indicators: targets by year of one document, with the observations beside them. A number stands on an
// indicator's line only where its scope and unit are those of the targets; every other number gets a line of its own
// that says its scope, and no status. Pure functions of a snapshot.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "planning/supply.h"

namespace zaitu::planning {

// One issue of targets: a document in one of its versions.
struct TargetDocument {
  model::DocumentId document;
  std::string version;
  friend bool operator==(const TargetDocument&, const TargetDocument&) = default;
};
// All that give targets, by date of issue (those without one first), then by code; the last one holds when nothing else
// is said.
std::vector<TargetDocument> target_documents(const model::Project& project);

// of a target: what the comparable observations up to the clock's date say of it. Larger is better, as in the papers.
//   reached: one of the target's year has the value or more;
//   missed: the one of the whole year, or of its last day, has less;
//   on_the_way: the year is not over, and there is a comparable observation;
//   no_observation: nothing can be said.
enum class WallStatus { none, reached, on_the_way, missed, no_observation };
std::string describe(WallStatus status, base::Language language);
// A mark that is read without colour: "✓", "→", "✗", "?", "".
std::string mark_of(WallStatus status);

struct WallCell {
  int year = 0;
  double target = model::unknown;
  WallStatus status = WallStatus::none;                      // none: no target, or a line of another scope
  const model::IndicatorObservation* observation = nullptr;  // the newest of that year, up to the clock's date
  double counted = model::unknown;                           // on a line of our own count, in the indicator's unit
};

struct WallRow {
  enum class Kind {
    targets,      // of the document, with the comparable observations
    other_scope,  // observations of one other scope and unit
    counted       // of an indicator of supply: what our own counting says
  } kind = Kind::targets;
  std::uint32_t indicator = 0;  // row of Project::indicators
  std::string scope, unit;
  bool synthetic = false;
  std::vector<WallCell> cells;  // by IndicatorWall::years
};

struct IndicatorWall {
  base::Date as_of;
  TargetDocument document;
  std::vector<int> years;     // of the targets of all documents and of the observations, ascending
  std::vector<WallRow> rows;  // by number of the indicator; its own line first
};

// `curve`: of the rule, for the lines of our own count; its points after the date are not used.
IndicatorWall indicator_wall(const model::Project& project, const TargetDocument& document, base::Date as_of,
                             const Supply& supply, const std::vector<CurvePoint>& curve, base::Language language);

// Two issues of targets, row by row.
struct TargetDifference {
  enum class Kind { same, changed, only_first, only_second } kind = Kind::same;
  std::uint32_t indicator = 0;  // row of Project::indicators
  int year = 0;
  double first = model::unknown, second = model::unknown;
};
std::vector<TargetDifference> compare_targets(const model::Project& project, const TargetDocument& first,
                                              const TargetDocument& second);

}  // namespace zaitu::planning
