// What speaks against a stage, a pathway, its numbers or a target before it is stored. The import and the window ask
// the same rules. Pure functions of a snapshot.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/format.h"
#include "model/project.h"

namespace zaitu::planning {

// Why something is not stored, and the field that has to be mended: the column of its table.
struct Refusal {
  std::string field;
  std::string zh, en;  // one line
  const std::string& text(base::Language language) const { return language == base::Language::zh ? zh : en; }
};
using Refusals = std::vector<Refusal>;  // empty: nothing speaks against it

// `is_new`: its code must be free; else it is the row of that code, changed.
Refusals check_stage(const model::Project& project, const model::Stage& stage, bool is_new);
Refusals check_pathway(const model::Project& project, const model::Pathway& pathway, bool is_new);
// Durations in months, min <= typical <= max as far as they are known; 0 <= probability <= 1.
Refusals check_numbers(const model::PathwayStage& stage);
// That a stage can be added to a pathway.
Refusals check_added_stage(const model::Project& project, const model::Pathway& pathway, std::string_view stage);
// A target's year, value and document; `target.id` 0: a new one.
Refusals check_target(const model::Project& project, const model::IndicatorTarget& target);

// What keeps a row from being removed: the rows that use it, by number.
Refusals check_removed_stage(const model::Project& project, std::string_view stage);
Refusals check_removed_pathway(const model::Project& project, std::string_view pathway);
Refusals check_removed_step(const model::Project& project, const model::Pathway& pathway, std::string_view stage);

}  // namespace zaitu::planning
