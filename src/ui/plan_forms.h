// The forms of the tab "stages and pathways". Each is a description that RecordForm draws; what it saves is one
// command.
#pragma once

#include <string_view>

#include "planning/assumption_register.h"
#include "ui/record_form.h"

namespace zaitu::ui {

std::string shown_number(double value);  // "–": not known
std::string stage_label(const Frame& frame, std::string_view code);
std::string document_label(const Frame& frame, model::DocumentId id);

// `stage`, `pathway`, `line`, `target`: the row to change; nullptr: a new one. `focus`: the column to begin with.
RecordForm::Spec stage_form(const Frame& frame, const model::Stage* stage, std::string_view focus);
RecordForm::Spec pathway_form(const Frame& frame, const model::Pathway* pathway);
RecordForm::Spec numbers_form(const Frame& frame, const model::Pathway& pathway, const model::PathwayStage& step,
                              std::string_view focus);
RecordForm::Spec new_step_form(const Frame& frame, const model::Pathway& pathway);
RecordForm::Spec register_form(const Frame& frame, const planning::RegisterLine* line, std::string_view focus);
RecordForm::Spec target_form(const Frame& frame, const model::IndicatorTarget* target, std::string_view focus);

}  // namespace zaitu::ui
