// Stages, pathways with their numbers, and the assumption register from files in the columns of data/vocabulary.
#include <algorithm>
#include <cmath>
#include <map>

#include "app/import_context.h"
#include "app/plan_edits.h"
#include "base/format.h"
#include "base/message.h"
#include "planning/plan_rules.h"

namespace zaitu::app {

namespace {

using planning::StageNumber;

// The vocabulary as it is after the rows so far, for the rules.
class VocabularyNow {
 public:
  explicit VocabularyNow(const model::Project& before) : m_project(before) {}
  const model::Project& project() const { return m_project; }
  std::vector<model::Stage> stages() const { return *m_project.stages; }
  std::vector<model::Pathway> pathways() const { return *m_project.pathways; }
  void set(std::vector<model::Stage> rows) {
    m_project.stages = std::make_shared<const std::vector<model::Stage>>(std::move(rows));
  }
  void set(std::vector<model::Pathway> rows) {
    m_project.pathways = std::make_shared<const std::vector<model::Pathway>>(std::move(rows));
  }

 private:
  model::Project m_project;  // shares all tables but these
};

// What the row says goes into `text`; an empty cell leaves what is there.
void take_text(const ImportRow& row, std::string_view field, std::string& text) {
  if (std::string given = row.text(field); !given.empty()) text = std::move(given);
}

// The field of an import that is called otherwise than its column.
std::string field_of(const planning::Refusal& refusal) {
  return refusal.field == "certainty_class" ? "certainty" : refusal.field == "stage_code" ? "stage" : refusal.field;
}

RowOutcome refuse(ImportContext& context, const ImportRow& row, const planning::Refusal& refusal) {
  const bool number = refusal.field.ends_with("_months") || refusal.field == "conversion_probability";
  return context.reject(row, field_of(refusal), number ? "number" : "field", refusal.text(base::message_language()));
}

class StageWriter : public RowWriter {
 public:
  explicit StageWriter(ImportContext& context) : m_context(context), m_now(context.project) {
    for (const model::Stage& stage : *context.project.stages) m_keys.add(stage.code, stage.id);
  }

  RowOutcome write(const ImportRow& row) override {
    if (row.text("code").empty()) return m_context.reject(row, "code", "field", base::say("the stage has no code"));
    auto stored = m_context.coded_row(row, m_keys);
    if (!stored) return RowOutcome::rejected;
    std::vector<model::Stage> stages = m_now.stages();
    auto place = std::find_if(stages.begin(), stages.end(), [&](const auto& s) { return s.code == stored->code; });
    const bool is_new = place == stages.end();
    model::Stage stage = is_new ? model::Stage() : *place;
    stage.code = stored->code;
    take_text(row, "name", stage.name_zh);
    take_text(row, "name_en", stage.name_en);
    take_text(row, "colour", stage.colour);
    take_text(row, "certainty", stage.certainty_class);
    take_text(row, "source", stage.source);
    const auto seq = row.number("seq");
    if (seq && std::abs(*seq) < 1e6) {
      stage.seq = static_cast<int>(std::lround(*seq));
    } else if (is_new) {
      for (const model::Stage& other : stages) {
        if (other.code != model::stalled_stage) stage.seq = std::max(stage.seq, other.seq + 1);
      }
    }
    const auto refusals = planning::check_stage(m_now.project(), stage, is_new);
    if (!refusals.empty()) return refuse(m_context, row, refusals.front());
    Cells cells;
    cells.integer("seq", stage.seq)
        .text("name_zh", stage.name_zh)
        .text("name_en", stage.name_en)
        .text("colour", stage.colour)
        .text("certainty_class", stage.certainty_class)
        .text("source", stage.source);
    const RowOutcome outcome = m_context.write_row("stages", *stored, cells, m_keys, "");
    stage.id = stored->id;
    if (is_new) {
      stages.push_back(stage);
    } else {
      *place = stage;
    }
    m_now.set(std::move(stages));
    return outcome;
  }

 private:
  ImportContext& m_context;
  VocabularyNow m_now;
  Keys m_keys;
};

// One source row is one stage of a pathway.
class PathwayWriter : public RowWriter {
 public:
  explicit PathwayWriter(ImportContext& context)
      : m_context(context), m_now(context.project), m_stages(stage_keys(context.project)) {}

  RowOutcome write(const ImportRow& row) override {
    const std::string code = row.text("code"), stage_text = row.text("stage");
    if (code.empty()) return m_context.reject(row, "code", "field", base::say("the pathway has no code"));
    const std::int64_t stage_row = m_stages.find(stage_text);
    if (stage_row == 0)
      return m_context.reject(row, "stage", "field", base::say("there is no stage \"{}\"", stage_text));
    const std::string& stage = (*m_context.project.stages)[static_cast<std::size_t>(stage_row - 1)].code;

    std::vector<model::Pathway> pathways = m_now.pathways();
    auto place = std::find_if(pathways.begin(), pathways.end(), [&](const auto& p) { return p.code == code; });
    const bool new_pathway = place == pathways.end();
    model::Pathway pathway = new_pathway ? model::Pathway() : *place;
    pathway.code = code;
    take_text(row, "name", pathway.name_zh);
    take_text(row, "name_en", pathway.name_en);
    auto refusals = planning::check_pathway(m_now.project(), pathway, new_pathway);
    if (!refusals.empty()) return refuse(m_context, row, refusals.front());

    auto step = std::find_if(pathway.stages.begin(), pathway.stages.end(),
                             [&](const auto& s) { return s.stage_code == stage; });
    const bool new_step = step == pathway.stages.end();
    const std::string key = code + '\n' + stage;
    if (!new_step && m_context.is_repeated(key)) {
      return m_context.reject(
          row, "stage", "duplicate",
          base::say("pathway {} already has the stage {}; --on-duplicate update changes it", code, stage));
    }
    if (new_step) {
      refusals = planning::check_added_stage(m_now.project(), pathway, stage);
      if (!refusals.empty()) return refuse(m_context, row, refusals.front());
      pathway.stages.emplace_back().stage_code = stage;
      step = pathway.stages.end() - 1;
    }
    const model::PathwayStage before = *step;
    for (const StageNumber number : planning::all_stage_numbers) {
      const std::string_view field = planning::column_of(number);
      const auto value = row.number(field);
      if (!value && !row.text(field).empty()) {
        return m_context.reject(row, field, "number", base::say("\"{}\" is no number", row.text(field)));
      }
      if (value) planning::value_of(*step, number) = *value;
    }
    take_text(row, "source", step->source);
    refusals = planning::check_numbers(*step);
    if (!refusals.empty()) return refuse(m_context, row, refusals.front());

    store_pathway_row(pathway, new_pathway);
    store_step(row, pathway, *step, new_step);
    for (const StageNumber number : planning::all_stage_numbers) {
      const double now = planning::value_of(*step, number), was = planning::value_of(before, number);
      const bool same = now == was || (std::isnan(now) && std::isnan(was));
      if (new_step || !same) put_into_register(row, pathway, *step, number);
    }
    if (new_pathway) {
      pathways.push_back(pathway);
    } else {
      *place = pathway;
    }
    m_now.set(std::move(pathways));
    m_context.codes_of_this_import.insert(key);
    return new_step ? RowOutcome::inserted : RowOutcome::updated;
  }

 private:
  void store_pathway_row(model::Pathway& pathway, bool is_new) {
    Cells cells;
    cells.text("name_zh", pathway.name_zh).text("name_en", pathway.name_en);
    if (is_new) {
      pathway.id = m_context.change.insert("pathways", cells.text("code", pathway.code).list());
    } else {
      m_context.change.update("pathways", pathway.id, cells.list());
    }
  }

  void store_step(const ImportRow& row, const model::Pathway& pathway, model::PathwayStage& step, bool is_new) {
    Cells cells;
    for (const StageNumber number : planning::all_stage_numbers) {
      const double value = planning::value_of(step, number);
      if (!std::isnan(value)) cells.number(planning::column_of(number), value);
    }
    cells.text("source", step.source);
    if (const auto seq = row.number("seq"); seq && std::abs(*seq) < 1e6) {
      cells.integer("seq", std::lround(*seq));
    } else if (is_new) {
      cells.integer("seq", static_cast<std::int64_t>(pathway.stages.size()) - 1);
    }
    if (is_new) {
      cells.text("pathway_code", pathway.code).text("stage_code", step.stage_code);
      step.id = m_context.change.insert("pathway_stages", cells.list());
    } else {
      m_context.change.update("pathway_stages", step.id, cells.list());
    }
  }

  void put_into_register(const ImportRow& row, const model::Pathway& pathway, const model::PathwayStage& step,
                         StageNumber number) {
    const std::string code = planning::register_code(pathway.code, step.stage_code, number);
    Cells cells;
    cells.text("subject", planning::register_subject(m_now.project(), pathway, step.stage_code, number))
        .text("unit", planning::unit_of(number))
        .text("source", step.source)
        .text("owner", row.text("owner"));
    // Unknown is a value too: the register must not go on saying the number of before.
    std::vector<store::Cell> list = cells.list();
    list.push_back({"value", planning::register_value(planning::value_of(step, number))});
    const std::int64_t id = m_context.change.find("assumptions", {{"code", code}});
    if (id != 0) {
      m_context.change.update("assumptions", id, list);
    } else {
      list.push_back({"code", code});
      m_context.change.insert("assumptions", list);
    }
  }

  ImportContext& m_context;
  VocabularyNow m_now;
  Keys m_stages;
};

class AssumptionWriter : public RowWriter {
 public:
  explicit AssumptionWriter(ImportContext& context) : m_context(context) {
    for (planning::RegisterLine& line : planning::assumption_register(context.project)) {
      if (line.id != 0) m_keys.add(line.code, line.id);
      m_lines.emplace(line.code, std::move(line));
    }
  }

  RowOutcome write(const ImportRow& row) override {
    const std::string code = row.text("code"), value = row.text("value");
    if (code.empty()) return m_context.reject(row, "code", "field", base::say("the assumption has no code"));
    auto stored = m_context.coded_row(row, m_keys);
    if (!stored) return RowOutcome::rejected;
    const auto known = m_lines.find(code);
    const bool of_stage = known != m_lines.end() && known->second.of_stage;
    Cells cells;
    if (of_stage) {
      // The number is kept in its pathway: here only whose it is and where it comes from.
      const planning::RegisterLine& line = known->second;
      const auto number = row.number("value");
      if (!value.empty() && (!number || base::shortest(*number) != line.value)) {
        return m_context.reject(row, "value", "number",
                                base::say("the pathway's number is {}, not \"{}\"; change it with --as pathways",
                                          line.value.empty() ? "not known" : line.value, value));
      }
      cells.text("subject", line.subject).text("unit", line.unit);
    } else {
      cells.text("subject", row.text("subject")).text("unit", row.text("unit"));
      if (stored->id == 0 && row.text("subject").empty()) {
        return m_context.reject(row, "subject", "field",
                                base::say("assumption {} does not say what it is about", code));
      }
      if (stored->id == 0 && value.empty()) {
        return m_context.reject(row, "value", "field", base::say("assumption {} has no value", code));
      }
    }
    cells.text("value", of_stage ? known->second.value : value)
        .text("source", row.text("source"))
        .text("owner", row.text("owner"))
        .text("note", row.text("note"));
    return m_context.write_row("assumptions", *stored, cells, m_keys, "");
  }

 private:
  ImportContext& m_context;
  Keys m_keys;
  std::map<std::string, planning::RegisterLine> m_lines;
};

}  // namespace

std::unique_ptr<RowWriter> stage_writer(ImportContext& context) { return std::make_unique<StageWriter>(context); }
std::unique_ptr<RowWriter> pathway_writer(ImportContext& context) { return std::make_unique<PathwayWriter>(context); }
std::unique_ptr<RowWriter> assumption_writer(ImportContext& context) {
  return std::make_unique<AssumptionWriter>(context);
}

}  // namespace zaitu::app
