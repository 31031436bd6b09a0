// The edits of stages, pathways, their numbers, the assumption register and the targets, as rows of the project file.
// planning/plan_rules says before whether they may be stored. Pure functions of a snapshot.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/field_edit.h"
#include "model/project.h"
#include "planning/assumption_register.h"

namespace zaitu::app {

// Whose number it is and where it comes from, as the register keeps it.
struct Provenance {
  std::string source, owner, note;
};

// `stage.id` 0: a new one, which comes last before the stalled stage.
std::vector<FieldEdit> store_stage(const model::Project& project, const model::Stage& stage);
std::vector<FieldEdit> remove_stage(const model::Stage& stage);
// One place up (-1) or down (+1) in the order of all stages; nothing at the ends.
std::vector<FieldEdit> move_stage(const model::Project& project, std::string_view stage, int by);

// `pathway.id` 0: a new one with its stages, whose numbers are those of `provenance`; else its names alone.
std::vector<FieldEdit> store_pathway(const model::Project& project, const model::Pathway& pathway,
                                     const Provenance& provenance);
std::vector<FieldEdit> remove_pathway(const model::Project& project, const model::Pathway& pathway);
// After the stage `after`; at the front when that is empty.
std::vector<FieldEdit> add_step(const model::Project& project, const model::Pathway& pathway, std::string_view after,
                                const model::PathwayStage& step, const Provenance& provenance);
std::vector<FieldEdit> remove_step(const model::Project& project, const model::Pathway& pathway,
                                   std::string_view stage);
std::vector<FieldEdit> move_step(const model::Pathway& pathway, std::string_view stage, int by);
// The numbers that differ from those of its row, each with its provenance in the register.
std::vector<FieldEdit> store_numbers(const model::Project& project, const model::Pathway& pathway,
                                     const model::PathwayStage& step, const Provenance& provenance);

// What the register says of a line; of a pathway's number its provenance alone.
std::vector<FieldEdit> store_register_line(const planning::RegisterLine& line);
std::vector<FieldEdit> remove_register_line(const planning::RegisterLine& line);

std::vector<FieldEdit> store_target(const model::IndicatorTarget& target);  // `target.id` 0: a new one
std::vector<FieldEdit> remove_target(const model::IndicatorTarget& target);

}  // namespace zaitu::app
