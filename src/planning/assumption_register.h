// Whose assumption every number of the pathways is, and where it comes from. A number is kept once, in its pathway's
// stage; the register's row of the same code says source, owner and note of it. Pure functions of a snapshot.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/format.h"
#include "model/project.h"

namespace zaitu::planning {

enum class StageNumber { min_months, typical_months, max_months, conversion_probability };
inline constexpr StageNumber all_stage_numbers[] = {StageNumber::min_months, StageNumber::typical_months,
                                                    StageNumber::max_months, StageNumber::conversion_probability};

std::string_view column_of(StageNumber number);                    // of the table pathway_stages: "min_months"
double& value_of(model::PathwayStage& stage, StageNumber number);  // months or a probability; NaN: not known
double value_of(const model::PathwayStage& stage, StageNumber number);
std::string_view unit_of(StageNumber number);  // "months", or "1" for a probability

// The register's code of a number: "reserve_grant.S3.typical_months".
std::string register_code(std::string_view pathway, std::string_view stage, StageNumber number);
// What it is called there: "收储出让 · S3 收储 · 典型工期 typical months".
std::string register_subject(const model::Project& project, const model::Pathway& pathway, std::string_view stage,
                             StageNumber number);
// As the register writes a number; empty: not known.
std::string register_value(double value);

struct RegisterLine {
  std::string code, subject, value, unit, source, owner, note;
  std::int64_t id = 0;         // of its row in assumptions; 0: the register has none yet, and the owner is not known
  bool of_stage = false;       // a number of a pathway's stage: its value is kept and changed there
  std::string pathway, stage;  // of such a number: codes
  StageNumber number = StageNumber::min_months;
};
// All numbers of the pathways in their order, then what else the register holds.
std::vector<RegisterLine> assumption_register(const model::Project& project);
// The line of one number.
RegisterLine register_line(const model::Project& project, const model::Pathway& pathway,
                           const model::PathwayStage& stage, StageNumber number);
const model::Assumption* find_assumption(const model::Project& project, std::string_view code);  // nullptr: none

}  // namespace zaitu::planning
