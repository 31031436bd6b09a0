#include "app/plan_edits.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace zaitu::app {

namespace {

using planning::StageNumber;
using CellList = std::vector<std::pair<std::string, store::Value>>;

store::Value text_value(std::string_view words) { return std::string(words); }
store::Value whole_value(std::int64_t number) { return number; }
store::Value real_value(double number) { return std::isnan(number) ? store::Value() : store::Value(number); }

FieldEdit removal(std::string table, std::int64_t row) { return {std::move(table), row, {}, true}; }
FieldEdit change_of(std::string table, std::int64_t row, CellList cells) {
  return {std::move(table), row, std::move(cells), false};
}

FieldEdit register_edit(const model::Project& project, const model::Pathway& pathway, const model::PathwayStage& step,
                        StageNumber number, const Provenance& provenance) {
  const std::string code = planning::register_code(pathway.code, step.stage_code, number);
  const model::Assumption* before = planning::find_assumption(project, code);
  CellList cells = {{"subject", text_value(planning::register_subject(project, pathway, step.stage_code, number))},
                    {"value", text_value(planning::register_value(planning::value_of(step, number)))},
                    {"unit", text_value(planning::unit_of(number))},
                    {"source", text_value(provenance.source)},
                    {"owner", text_value(provenance.owner)},
                    {"note", text_value(provenance.note)}};
  if (before == nullptr) cells.emplace_back("code", text_value(code));
  return change_of("assumptions", before == nullptr ? 0 : before->id, std::move(cells));
}

void add_new_step(std::vector<FieldEdit>& edits, const model::Project& project, const model::Pathway& pathway,
                  const model::PathwayStage& step, std::int64_t seq, const Provenance& provenance) {
  CellList cells = {{"pathway_code", text_value(pathway.code)},
                    {"stage_code", text_value(step.stage_code)},
                    {"seq", whole_value(seq)},
                    {"source", text_value(provenance.source)}};
  for (const StageNumber number : planning::all_stage_numbers) {
    cells.emplace_back(std::string(planning::column_of(number)), real_value(planning::value_of(step, number)));
  }
  edits.push_back(change_of("pathway_stages", 0, std::move(cells)));
  for (const StageNumber number : planning::all_stage_numbers) {
    edits.push_back(register_edit(project, pathway, step, number, provenance));
  }
}

void remove_from_register(std::vector<FieldEdit>& edits, const model::Project& project, const model::Pathway& pathway,
                          const model::PathwayStage& step) {
  for (const StageNumber number : planning::all_stage_numbers) {
    const auto* row =
        planning::find_assumption(project, planning::register_code(pathway.code, step.stage_code, number));
    if (row != nullptr) edits.push_back(removal("assumptions", row->id));
  }
}

std::size_t place_of(const model::Pathway& pathway, std::string_view stage) {
  const auto found = std::find_if(pathway.stages.begin(), pathway.stages.end(),
                                  [&](const model::PathwayStage& step) { return step.stage_code == stage; });
  return static_cast<std::size_t>(found - pathway.stages.begin());
}

}  // namespace

std::vector<FieldEdit> store_stage(const model::Project& project, const model::Stage& stage) {
  CellList cells = {{"name_zh", text_value(stage.name_zh)},
                    {"name_en", text_value(stage.name_en)},
                    {"colour", text_value(stage.colour)},
                    {"certainty_class", text_value(stage.certainty_class)},
                    {"source", text_value(stage.source)}};
  if (stage.id != 0) return {change_of("stages", stage.id, std::move(cells))};
  std::int64_t seq = 0;
  const model::Stage* stalled = nullptr;
  for (const model::Stage& other : *project.stages) {
    if (other.code == model::stalled_stage) {
      stalled = &other;
    } else {
      seq = std::max<std::int64_t>(seq, other.seq + 1);
    }
  }
  std::vector<FieldEdit> edits;
  if (stalled != nullptr && stalled->seq <= seq)
    edits.push_back(change_of("stages", stalled->id, {{"seq", whole_value(seq + 1)}}));
  cells.emplace_back("code", text_value(stage.code));
  cells.emplace_back("seq", whole_value(seq));
  edits.push_back(change_of("stages", 0, std::move(cells)));
  return edits;
}

std::vector<FieldEdit> remove_stage(const model::Stage& stage) { return {removal("stages", stage.id)}; }

std::vector<FieldEdit> move_stage(const model::Project& project, std::string_view stage, int by) {
  const auto& stages = *project.stages;
  const auto found =
      std::find_if(stages.begin(), stages.end(), [&](const model::Stage& row) { return row.code == stage; });
  if (found == stages.end()) return {};
  const auto from = found - stages.begin(), to = from + by;
  if (to < 0 || to >= static_cast<std::ptrdiff_t>(stages.size())) return {};
  std::vector<const model::Stage*> order;
  order.reserve(stages.size());
  for (const model::Stage& row : stages) order.push_back(&row);
  std::swap(order[static_cast<std::size_t>(from)], order[static_cast<std::size_t>(to)]);
  // The numbers that are there stay in use; where two were alike the later ones move up.
  std::vector<FieldEdit> edits;
  std::int64_t least = stages.front().seq;
  for (std::size_t i = 0; i < order.size(); ++i) {
    const std::int64_t seq = std::max<std::int64_t>(stages[i].seq, least);
    least = seq + 1;
    if (order[i]->seq != seq) edits.push_back(change_of("stages", order[i]->id, {{"seq", whole_value(seq)}}));
  }
  return edits;
}

std::vector<FieldEdit> store_pathway(const model::Project& project, const model::Pathway& pathway,
                                     const Provenance& provenance) {
  CellList cells = {{"name_zh", text_value(pathway.name_zh)}, {"name_en", text_value(pathway.name_en)}};
  if (pathway.id != 0) return {change_of("pathways", pathway.id, std::move(cells))};
  cells.emplace_back("code", text_value(pathway.code));
  std::vector<FieldEdit> edits = {change_of("pathways", 0, std::move(cells))};
  std::int64_t seq = 0;
  for (const model::PathwayStage& step : pathway.stages) add_new_step(edits, project, pathway, step, seq++, provenance);
  return edits;
}

std::vector<FieldEdit> remove_pathway(const model::Project& project, const model::Pathway& pathway) {
  std::vector<FieldEdit> edits;
  for (const model::PathwayStage& step : pathway.stages) {
    remove_from_register(edits, project, pathway, step);
    edits.push_back(removal("pathway_stages", step.id));
  }
  edits.push_back(removal("pathways", pathway.id));
  return edits;
}

std::vector<FieldEdit> add_step(const model::Project& project, const model::Pathway& pathway, std::string_view after,
                                const model::PathwayStage& step, const Provenance& provenance) {
  std::vector<FieldEdit> edits;
  const std::size_t place = after.empty() ? 0 : std::min(place_of(pathway, after) + 1, pathway.stages.size());
  // The model does not keep the numbers by which a pathway's stages are ordered: all are numbered anew.
  for (std::size_t i = 0; i < pathway.stages.size(); ++i) {
    const auto seq = static_cast<std::int64_t>(i < place ? i : i + 1);
    edits.push_back(change_of("pathway_stages", pathway.stages[i].id, {{"seq", whole_value(seq)}}));
  }
  add_new_step(edits, project, pathway, step, static_cast<std::int64_t>(place), provenance);
  return edits;
}

std::vector<FieldEdit> remove_step(const model::Project& project, const model::Pathway& pathway,
                                   std::string_view stage) {
  const std::size_t place = place_of(pathway, stage);
  if (place == pathway.stages.size()) return {};
  std::vector<FieldEdit> edits;
  remove_from_register(edits, project, pathway, pathway.stages[place]);
  edits.push_back(removal("pathway_stages", pathway.stages[place].id));
  return edits;
}

std::vector<FieldEdit> move_step(const model::Pathway& pathway, std::string_view stage, int by) {
  const std::size_t from = place_of(pathway, stage);
  const auto to = static_cast<std::ptrdiff_t>(from) + by;
  if (from == pathway.stages.size() || to < 0 || to >= static_cast<std::ptrdiff_t>(pathway.stages.size())) return {};
  std::vector<std::int64_t> ids;
  for (const model::PathwayStage& step : pathway.stages) ids.push_back(step.id);
  std::swap(ids[from], ids[static_cast<std::size_t>(to)]);
  std::vector<FieldEdit> edits;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    edits.push_back(change_of("pathway_stages", ids[i], {{"seq", whole_value(static_cast<std::int64_t>(i))}}));
  }
  return edits;
}

std::vector<FieldEdit> store_numbers(const model::Project& project, const model::Pathway& pathway,
                                     const model::PathwayStage& step, const Provenance& provenance) {
  const std::size_t place = place_of(pathway, step.stage_code);
  if (place == pathway.stages.size()) return {};
  const model::PathwayStage& before = pathway.stages[place];
  CellList cells;
  std::vector<FieldEdit> edits;
  for (const StageNumber number : planning::all_stage_numbers) {
    const double now = planning::value_of(step, number), was = planning::value_of(before, number);
    if (now == was || (std::isnan(now) && std::isnan(was))) continue;
    cells.emplace_back(std::string(planning::column_of(number)), real_value(now));
    edits.push_back(register_edit(project, pathway, step, number, provenance));
  }
  if (!cells.empty()) edits.push_back(change_of("pathway_stages", before.id, std::move(cells)));
  return edits;
}

std::vector<FieldEdit> store_register_line(const planning::RegisterLine& line) {
  CellList cells = {{"subject", text_value(line.subject)}, {"value", text_value(line.value)},
                    {"unit", text_value(line.unit)},       {"source", text_value(line.source)},
                    {"owner", text_value(line.owner)},     {"note", text_value(line.note)}};
  if (line.id == 0) cells.emplace_back("code", text_value(line.code));
  return {change_of("assumptions", line.id, std::move(cells))};
}

std::vector<FieldEdit> remove_register_line(const planning::RegisterLine& line) {
  return {removal("assumptions", line.id)};
}

std::vector<FieldEdit> store_target(const model::IndicatorTarget& target) {
  return {change_of("indicator_targets", target.id,
                    {{"indicator_id", whole_value(target.indicator.value)},
                     {"year", whole_value(target.year)},
                     {"value", real_value(target.value)},
                     {"document_id", target.document ? whole_value(target.document.value) : store::Value()},
                     {"document_version", text_value(target.document_version)}})};
}

std::vector<FieldEdit> remove_target(const model::IndicatorTarget& target) {
  return {removal("indicator_targets", target.id)};
}

}  // namespace zaitu::app
