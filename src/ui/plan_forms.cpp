#include "ui/plan_forms.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "app/plan_edits.h"
#include "base/utf8.h"
#include "ui/widgets.h"

namespace zaitu::ui {

namespace {

using Field = RecordForm::Field;
using Kind = RecordForm::Field::Kind;
using Option = RecordForm::Option;
using planning::Refusals;
using planning::StageNumber;
using ProjectPointer = std::shared_ptr<const model::Project>;

std::string entered(const RecordForm& form, std::string_view column) {
  return std::string(base::trim(form.text(column)));
}

void push_edits(CommandQueue& commands, std::string command, std::vector<app::FieldEdit> edits) {
  if (edits.empty()) return;
  commands.push([command = std::move(command), edits = std::move(edits)](Workspace& workspace) {
    workspace.document.edit(command, edits);
  });
}

// Who says so and on what ground, asked with every number.
void add_provenance(const Frame& frame, std::vector<Field>& fields, const app::Provenance& before) {
  const std::string& owner = frame.workspace.settings.owner;
  fields.push_back({"source",
                    frame.tr("plan.source"),
                    before.source.empty() ? frame.tr("plan.assumption") : before.source,
                    Kind::text,
                    {},
                    true});
  fields.push_back({"owner", frame.tr("plan.owner"), owner.empty() ? before.owner : owner, Kind::text, {}, true});
  fields.push_back({"note", frame.tr("plan.note"), before.note});
}

app::Provenance provenance_of(const RecordForm& form) {
  return {entered(form, "source"), entered(form, "owner"), entered(form, "note")};
}

void remember_owner(CommandQueue& commands, const std::string& owner) {
  commands.push([owner](Workspace& workspace) { workspace.settings.owner = owner; });
}

void add_numbers(const Frame& frame, std::vector<Field>& fields, const model::PathwayStage& step) {
  for (const StageNumber number : planning::all_stage_numbers) {
    const std::string column(planning::column_of(number));
    fields.push_back(
        {column, frame.tr("plan." + column), base::shortest(planning::value_of(step, number)), Kind::number});
  }
}

model::PathwayStage step_of(const RecordForm& form, model::PathwayStage step) {
  for (const StageNumber number : planning::all_stage_numbers)
    planning::value_of(step, number) = form.number(planning::column_of(number));
  return step;
}

std::vector<Option> document_options(const Frame& frame) {
  std::vector<Option> options = {{"", frame.tr("event.no_document")}};
  for (const model::Document& document : *frame.picture->project->documents)
    options.push_back({document.code, document_label(frame, document.id)});
  return options;
}

}  // namespace

std::string shown_number(double value) { return std::isnan(value) ? "–" : base::shortest(value); }

std::string stage_label(const Frame& frame, std::string_view code) {
  const model::Stage* stage = model::find_stage(*frame.picture->project, code);
  return std::string(code) + (stage == nullptr ? "" : " " + frame.name(stage->name_zh, stage->name_en));
}

std::string document_label(const Frame& frame, model::DocumentId id) {
  const model::Document* document = model::find_document(*frame.picture->project, id);
  if (document == nullptr) return frame.tr("event.no_document");
  return document->code + " " + frame.name(document->title_zh, document->title_en);
}

RecordForm::Spec stage_form(const Frame& frame, const model::Stage* stage, std::string_view focus) {
  const ProjectPointer project = frame.picture->project;
  const bool is_new = stage == nullptr;
  model::Stage before;
  if (is_new) {
    before.colour = "#9E9E9E";
    before.certainty_class = project->certainty_classes->empty() ? "" : project->certainty_classes->back().code;
  } else {
    before = *stage;
  }
  std::vector<Option> classes;
  for (const model::CertaintyClass& row : *project->certainty_classes)
    classes.push_back({row.code, row.code + " " + frame.name(row.label_zh, row.label_en)});
  RecordForm::Spec spec;
  spec.title = is_new ? frame.tr("plan.add_stage") : stage_label(frame, before.code);
  spec.fields = {{"code", frame.tr("plan.code"), before.code, is_new ? Kind::text : Kind::fixed},
                 {"name_zh", frame.tr("plan.name_zh"), before.name_zh},
                 {"name_en", frame.tr("plan.name_en"), before.name_en},
                 {"colour", frame.tr("plan.colour"), before.colour, Kind::colour},
                 {"certainty_class", frame.tr("plan.certainty"), before.certainty_class, Kind::choice, classes},
                 {"source", frame.tr("plan.source"), is_new ? frame.tr("plan.assumption") : before.source}};
  spec.focus = is_new ? "code" : focus;
  const auto made = [before, is_new](const RecordForm& form) {
    model::Stage now = before;
    if (is_new) now.code = entered(form, "code");
    now.name_zh = entered(form, "name_zh");
    now.name_en = entered(form, "name_en");
    now.colour = entered(form, "colour");
    now.certainty_class = form.text("certainty_class");
    now.source = entered(form, "source");
    return now;
  };
  spec.check = [project, made, is_new](const RecordForm& form) {
    return planning::check_stage(*project, made(form), is_new);
  };
  const base::Translation& tr = frame.tr;
  spec.save = [project, made, is_new, tr](const RecordForm& form, CommandQueue& commands) {
    const model::Stage now = made(form);
    push_edits(commands, tr(is_new ? "command.add_stage" : "command.change_stage", {{"stage", now.code}}),
               app::store_stage(*project, now));
  };
  if (!is_new) {
    spec.stays = planning::check_removed_stage(*project, before.code);
    spec.remove = [before, tr](CommandQueue& commands) {
      push_edits(commands, tr("command.remove_stage", {{"stage", before.code}}), app::remove_stage(before));
    };
  }
  return spec;
}

RecordForm::Spec pathway_form(const Frame& frame, const model::Pathway* pathway) {
  const ProjectPointer project = frame.picture->project;
  const bool is_new = pathway == nullptr;
  const model::Pathway before = is_new ? model::Pathway() : *pathway;
  RecordForm::Spec spec;
  spec.title = is_new ? frame.tr("plan.add_pathway") : frame.name(before.name_zh, before.name_en);
  spec.fields = {{"code", frame.tr("plan.code"), before.code, is_new ? Kind::text : Kind::fixed},
                 {"name_zh", frame.tr("plan.name_zh"), before.name_zh},
                 {"name_en", frame.tr("plan.name_en"), before.name_en}};
  if (is_new) {
    // Its stages and numbers begin as those of another one: nobody enters eight stages from nothing.
    std::vector<Option> others;
    for (const model::Pathway& other : *project->pathways)
      others.push_back({other.code, frame.name(other.name_zh, other.name_en)});
    const std::string first = others.empty() ? "" : others.front().code;
    spec.fields.push_back({"like", frame.tr("plan.like"), first, Kind::choice, std::move(others)});
    add_provenance(frame, spec.fields, {});
  }
  spec.focus = is_new ? "code" : "name_zh";
  const auto made = [project, before, is_new](const RecordForm& form) {
    model::Pathway now = before;
    now.name_zh = entered(form, "name_zh");
    now.name_en = entered(form, "name_en");
    if (!is_new) return now;
    now.code = entered(form, "code");
    if (const model::Pathway* other = model::find_pathway(*project, form.text("like"))) now.stages = other->stages;
    return now;
  };
  spec.check = [project, made, is_new](const RecordForm& form) {
    return planning::check_pathway(*project, made(form), is_new);
  };
  const base::Translation& tr = frame.tr;
  spec.save = [project, made, is_new, tr](const RecordForm& form, CommandQueue& commands) {
    const model::Pathway now = made(form);
    if (is_new) remember_owner(commands, entered(form, "owner"));
    push_edits(commands, tr(is_new ? "command.add_pathway" : "command.rename_pathway", {{"pathway", now.name_zh}}),
               app::store_pathway(*project, now, provenance_of(form)));
  };
  if (!is_new) {
    spec.stays = planning::check_removed_pathway(*project, before.code);
    spec.remove = [project, before, tr](CommandQueue& commands) {
      push_edits(commands, tr("command.remove_pathway", {{"pathway", before.name_zh}}),
                 app::remove_pathway(*project, before));
    };
  }
  return spec;
}

RecordForm::Spec numbers_form(const Frame& frame, const model::Pathway& pathway, const model::PathwayStage& step,
                              std::string_view focus) {
  const ProjectPointer project = frame.picture->project;
  const std::string stage = stage_label(frame, step.stage_code);
  RecordForm::Spec spec;
  spec.title = frame.name(pathway.name_zh, pathway.name_en) + " · " + stage;
  add_numbers(frame, spec.fields, step);
  add_provenance(frame, spec.fields, {});
  spec.focus = focus;
  spec.check = [step](const RecordForm& form) { return planning::check_numbers(step_of(form, step)); };
  const base::Translation& tr = frame.tr;
  spec.save = [project, pathway, step, stage, tr](const RecordForm& form, CommandQueue& commands) {
    remember_owner(commands, entered(form, "owner"));
    push_edits(commands, tr("command.change_numbers", {{"pathway", pathway.name_zh}, {"stage", stage}}),
               app::store_numbers(*project, pathway, step_of(form, step), provenance_of(form)));
  };
  spec.stays = planning::check_removed_step(*project, pathway, step.stage_code);
  spec.remove = [project, pathway, step, stage, tr](CommandQueue& commands) {
    push_edits(commands, tr("command.remove_step", {{"pathway", pathway.name_zh}, {"stage", stage}}),
               app::remove_step(*project, pathway, step.stage_code));
  };
  return spec;
}

RecordForm::Spec new_step_form(const Frame& frame, const model::Pathway& pathway) {
  const ProjectPointer project = frame.picture->project;
  std::vector<Option> stages, places = {{"", frame.tr("plan.first")}};
  for (const model::Stage& stage : *project->stages) {
    if (planning::check_added_stage(*project, pathway, stage.code).empty())
      stages.push_back({stage.code, stage_label(frame, stage.code)});
  }
  for (const model::PathwayStage& step : pathway.stages)
    places.push_back({step.stage_code, stage_label(frame, step.stage_code)});
  // Where its number among all stages would put it.
  std::string after;
  const model::Stage* first = stages.empty() ? nullptr : model::find_stage(*project, stages.front().code);
  for (const model::PathwayStage& step : pathway.stages) {
    const model::Stage* other = model::find_stage(*project, step.stage_code);
    if (first != nullptr && other != nullptr && other->seq < first->seq) after = step.stage_code;
  }
  RecordForm::Spec spec;
  spec.title = frame.tr("plan.add_step") + " · " + frame.name(pathway.name_zh, pathway.name_en);
  const std::string chosen = stages.empty() ? "" : stages.front().code;
  spec.fields = {{"stage_code", frame.tr("event.stage"), chosen, Kind::choice, std::move(stages)},
                 {"after", frame.tr("plan.after"), after, Kind::choice, std::move(places)}};
  add_numbers(frame, spec.fields, {});
  add_provenance(frame, spec.fields, {});
  spec.focus = "min_months";
  const auto made = [](const RecordForm& form) {
    model::PathwayStage step;
    step.stage_code = form.text("stage_code");
    return step_of(form, step);
  };
  spec.check = [project, pathway, made](const RecordForm& form) {
    const model::PathwayStage step = made(form);
    Refusals all = planning::check_added_stage(*project, pathway, step.stage_code);
    for (planning::Refusal& refusal : planning::check_numbers(step)) all.push_back(std::move(refusal));
    return all;
  };
  const base::Translation& tr = frame.tr;
  spec.save = [project, pathway, made, tr](const RecordForm& form, CommandQueue& commands) {
    remember_owner(commands, entered(form, "owner"));
    const model::PathwayStage step = made(form);
    push_edits(commands, tr("command.add_step", {{"pathway", pathway.name_zh}, {"stage", step.stage_code}}),
               app::add_step(*project, pathway, form.text("after"), step, provenance_of(form)));
  };
  return spec;
}

RecordForm::Spec register_form(const Frame& frame, const planning::RegisterLine* line, std::string_view focus) {
  const ProjectPointer project = frame.picture->project;
  const bool is_new = line == nullptr;
  const planning::RegisterLine before = is_new ? planning::RegisterLine() : *line;
  const Kind kept = before.of_stage ? Kind::fixed : Kind::text;
  RecordForm::Spec spec;
  spec.title = is_new ? frame.tr("plan.add_assumption") : before.code;
  if (is_new) spec.fields.push_back({"code", frame.tr("plan.code"), "", Kind::text, {}, true});
  spec.fields.push_back({"subject", frame.tr("plan.subject"), before.subject, kept, {}, true});
  spec.fields.push_back({"value", frame.tr("plan.value"), before.value, kept, {}, !before.of_stage});
  spec.fields.push_back({"unit", frame.tr("plan.unit"), before.unit, kept});
  const std::string& owner = frame.workspace.settings.owner;
  spec.fields.push_back(
      {"source", frame.tr("plan.source"), is_new ? frame.tr("plan.assumption") : before.source, Kind::text, {}, true});
  spec.fields.push_back(
      {"owner", frame.tr("plan.owner"), before.owner.empty() ? owner : before.owner, Kind::text, {}, true});
  spec.fields.push_back({"note", frame.tr("plan.note"), before.note});
  spec.focus = is_new ? "code" : focus;
  spec.check = [project, is_new](const RecordForm& form) {
    Refusals all;
    const std::string code = entered(form, "code");
    for (const planning::RegisterLine& other : planning::assumption_register(*project)) {
      if (is_new && other.code == code)
        all.push_back({"code", "代码 " + code + " 已被使用", "the code " + code + " is taken"});
    }
    return all;
  };
  const base::Translation& tr = frame.tr;
  spec.save = [before, is_new, tr](const RecordForm& form, CommandQueue& commands) {
    planning::RegisterLine now = before;
    if (is_new) now.code = entered(form, "code");
    now.subject = entered(form, "subject");
    now.value = entered(form, "value");
    now.unit = entered(form, "unit");
    now.source = entered(form, "source");
    now.owner = entered(form, "owner");
    now.note = entered(form, "note");
    remember_owner(commands, now.owner);
    push_edits(commands, tr("command.change_assumption", {{"code", now.code}}), app::store_register_line(now));
  };
  if (!is_new && !before.of_stage) {
    spec.remove = [before, tr](CommandQueue& commands) {
      push_edits(commands, tr("command.remove_assumption", {{"code", before.code}}), app::remove_register_line(before));
    };
  }
  return spec;
}

RecordForm::Spec target_form(const Frame& frame, const model::IndicatorTarget* target, std::string_view focus) {
  const ProjectPointer project = frame.picture->project;
  const bool is_new = target == nullptr;
  std::vector<Option> indicators;
  for (const model::Indicator& row : *project->indicators) {
    if (!row.is_supply) continue;
    indicators.push_back({row.code, row.code + " " + frame.name(row.name_zh, row.name_en) + " · " + row.unit});
  }
  model::IndicatorTarget before;
  if (!is_new) before = *target;
  // The year after the last one that has a target.
  std::string indicator = indicators.empty() ? "" : indicators.front().code;
  int year = base::Date::today().year();
  for (const model::IndicatorTarget& row : *project->indicator_targets) {
    for (const model::Indicator& of : *project->indicators) {
      if (of.id != row.indicator || !of.is_supply) continue;
      year = std::max(year, row.year + 1);
      if (row.id == before.id && !is_new) indicator = of.code;
    }
  }
  const model::Document* document = model::find_document(*project, before.document);
  RecordForm::Spec spec;
  spec.title = frame.tr(is_new ? "plan.add_target" : "plan.target");
  spec.fields = {
      {"indicator", frame.tr("plan.indicator"), indicator, Kind::choice, std::move(indicators)},
      {"year", frame.tr("indicators.year"), std::to_string(is_new ? year : before.year), Kind::number, {}, true},
      {"value", frame.tr("plan.value"), is_new ? "" : base::shortest(before.value), Kind::number, {}, true},
      {"document", frame.tr("plan.document"), document == nullptr ? "" : document->code, Kind::choice,
       document_options(frame)},
      {"document_version", frame.tr("plan.version"), before.document_version}};
  spec.focus = is_new ? "value" : focus;
  const auto made = [project, before](const RecordForm& form) {
    model::IndicatorTarget now = before;
    now.indicator = {};
    for (const model::Indicator& row : *project->indicators) {
      if (row.code == form.text("indicator")) now.indicator = row.id;
    }
    const double written = form.number("year");
    now.year = written == std::floor(written) && std::abs(written) < 1e6 ? static_cast<int>(written) : 0;
    now.value = form.number("value");
    now.document = {};
    for (const model::Document& row : *project->documents) {
      if (row.code == form.text("document")) now.document = row.id;
    }
    now.document_version = entered(form, "document_version");
    return now;
  };
  spec.check = [project, made](const RecordForm& form) {
    const model::IndicatorTarget now = made(form);
    Refusals all = planning::check_target(*project, now);
    if (!now.indicator)
      all.push_back(
          {"indicator", "项目没有供给指标;先导入指标", "the project has no supply indicator; import one first"});
    return all;
  };
  const base::Translation& tr = frame.tr;
  spec.save = [made, tr](const RecordForm& form, CommandQueue& commands) {
    const model::IndicatorTarget now = made(form);
    push_edits(commands, tr("command.set_target", {{"year", std::to_string(now.year)}}), app::store_target(now));
  };
  if (!is_new) {
    spec.remove = [before, tr](CommandQueue& commands) {
      push_edits(commands, tr("command.remove_target", {{"year", std::to_string(before.year)}}),
                 app::remove_target(before));
    };
  }
  return spec;
}

}  // namespace zaitu::ui
