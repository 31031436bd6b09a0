#include "planning/assumption_register.h"

#include <algorithm>
#include <set>

namespace zaitu::planning {

namespace {

struct NumberWords {
  std::string_view column, unit, name;
  double model::PathwayStage::*value;
};

const NumberWords& words_of(StageNumber number) {
  static constexpr NumberWords words[] = {
      {"min_months", "months", "最短月数 min months", &model::PathwayStage::min_months},
      {"typical_months", "months", "典型月数 typical months", &model::PathwayStage::typical_months},
      {"max_months", "months", "最长月数 max months", &model::PathwayStage::max_months},
      {"conversion_probability", "1", "转化概率 conversion probability", &model::PathwayStage::conversion_probability}};
  return words[static_cast<std::size_t>(number)];
}

}  // namespace

std::string_view column_of(StageNumber number) { return words_of(number).column; }
std::string_view unit_of(StageNumber number) { return words_of(number).unit; }
double& value_of(model::PathwayStage& stage, StageNumber number) { return stage.*words_of(number).value; }
double value_of(const model::PathwayStage& stage, StageNumber number) { return stage.*words_of(number).value; }

std::string register_code(std::string_view pathway, std::string_view stage, StageNumber number) {
  return std::string(pathway) + "." + std::string(stage) + "." + std::string(column_of(number));
}

std::string register_subject(const model::Project& project, const model::Pathway& pathway, std::string_view stage,
                             StageNumber number) {
  const model::Stage* row = model::find_stage(project, stage);
  const std::string& name = pathway.name_zh.empty() ? pathway.code : pathway.name_zh;
  return name + " · " + std::string(stage) + (row == nullptr ? "" : " " + row->name_zh) + " · " +
         std::string(words_of(number).name);
}

std::string register_value(double value) { return base::shortest(value); }

const model::Assumption* find_assumption(const model::Project& project, std::string_view code) {
  if (!project.assumptions) return nullptr;
  const auto found = std::find_if(project.assumptions->begin(), project.assumptions->end(),
                                  [&](const model::Assumption& row) { return row.code == code; });
  return found == project.assumptions->end() ? nullptr : &*found;
}

RegisterLine register_line(const model::Project& project, const model::Pathway& pathway,
                           const model::PathwayStage& stage, StageNumber number) {
  RegisterLine line;
  line.code = register_code(pathway.code, stage.stage_code, number);
  line.subject = register_subject(project, pathway, stage.stage_code, number);
  line.value = register_value(value_of(stage, number));
  line.unit = unit_of(number);
  line.source = stage.source;
  line.of_stage = true;
  line.pathway = pathway.code;
  line.stage = stage.stage_code;
  line.number = number;
  if (const model::Assumption* row = find_assumption(project, line.code)) {
    line.id = row->id;
    line.source = row->source;
    line.owner = row->owner;
    line.note = row->note;
  }
  return line;
}

std::vector<RegisterLine> assumption_register(const model::Project& project) {
  std::vector<RegisterLine> lines;
  std::set<std::string> of_stages;
  if (project.pathways) {
    for (const model::Pathway& pathway : *project.pathways) {
      for (const model::PathwayStage& stage : pathway.stages) {
        for (const StageNumber number : all_stage_numbers) {
          lines.push_back(register_line(project, pathway, stage, number));
          of_stages.insert(lines.back().code);
        }
      }
    }
  }
  if (!project.assumptions) return lines;
  for (const model::Assumption& row : *project.assumptions) {
    if (of_stages.contains(row.code)) continue;
    RegisterLine& line = lines.emplace_back();
    line.code = row.code;
    line.subject = row.subject;
    line.value = row.value;
    line.unit = row.unit;
    line.source = row.source;
    line.owner = row.owner;
    line.note = row.note;
    line.id = row.id;
  }
  return lines;
}

}  // namespace zaitu::planning
