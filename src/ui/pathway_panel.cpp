#include "ui/pathway_panel.h"

#include <imgui.h>

#include <algorithm>
#include <array>
#include <functional>
#include <nlohmann/json.hpp>

#include "ui/plan_forms.h"
#include "ui/plan_table.h"
#include "ui/widgets.h"

namespace zaitu::ui {

namespace {

using planning::StageNumber;

const std::array<std::string, 4> section_names = {"pathways", "stages", "register", "targets"};
enum Section { pathways_section, stages_section, register_section, targets_section };

// A row whose cells are clicked one by one: each knows the column of the form that it opens.
class ClickedCells {
 public:
  ClickedCells(const Frame& frame, PlanTable& table, bool clicked)
      : m_frame(frame), m_table(table), m_clicked(clicked) {}

  // Draws the next cell; its probe key is `key`, `tip` is shown over it.
  void cell(std::string_view key, const std::string& column, const std::string& shown, ImU32 ink,
            const std::string& tip = {}, bool right = false) {
    const PlanTable::Box box = m_table.next_box();
    const std::string fitting = elided(shown, box.size.x);
    const float x = right ? box.at.x + std::max(0.0F, box.size.x - text_size(fitting).x) : box.at.x;
    add_text(*ImGui::GetWindowDrawList(), {x, box.at.y}, ink, fitting);
    take(key, column, box, fitting == shown ? tip : shown + (tip.empty() ? "" : "\n" + tip));
  }
  // One that starts with a disc in a colour.
  void coloured(std::string_view key, const std::string& column, const std::string& colour, const std::string& shown) {
    const PlanTable::Box box = m_table.next_box();
    const float radius = m_frame.px(5), text_x = 2 * radius + m_frame.px(6);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddCircleFilled({box.at.x + radius, box.at.y + box.size.y / 2}, radius, to_imgui(style::parse_colour(colour)));
    const std::string fitting = elided(shown, box.size.x - text_x);
    add_text(list, {box.at.x + text_x, box.at.y}, m_frame.look.colour.text, fitting);
    take(key, column, box, fitting == shown ? "" : shown);
  }
  const std::string& clicked() const { return m_column; }  // empty: none was

 private:
  void take(std::string_view key, const std::string& column, const PlanTable::Box& box, const std::string& tip) {
    ImGui::Dummy({std::max(1.0F, box.size.x), box.size.y});
    m_frame.probe.note(key);
    const float mouse = ImGui::GetIO().MousePos.x;
    if (mouse < box.at.x || mouse >= box.at.x + box.size.x) return;
    if (m_table.hovered() && !tip.empty()) tooltip_box(m_frame, tip);
    if (m_clicked) m_column = column;
  }

  const Frame& m_frame;
  PlanTable& m_table;
  bool m_clicked;
  std::string m_column;
};

// Up, down: -1, 1 when one of them was pressed, else 0.
int draw_order_buttons(const Frame& frame, const std::string& key, bool first, bool last) {
  constexpr float edge = 20;
  int by = 0;
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  if (icon_button(frame, key + ".up", Icon::chevron_up, frame.tr("plan.up"), false, !first, edge)) by = -1;
  ImGui::SameLine(0, 0);
  if (icon_button(frame, key + ".down", Icon::chevron_down, frame.tr("plan.down"), false, !last, edge)) by = 1;
  ImGui::PopStyleVar();
  return by;
}

// What tells one number from the next comes first: the rest may be cut off.
std::string shown_subject(const Frame& frame, const planning::RegisterLine& line) {
  if (!line.of_stage) return line.subject;
  const model::Pathway* pathway = model::find_pathway(*frame.picture->project, line.pathway);
  return frame.tr("plan." + std::string(planning::column_of(line.number))) + " · " + line.stage + " · " +
         (pathway == nullptr ? line.pathway : frame.name(pathway->name_zh, pathway->name_en));
}

std::string provenance_tip(const Frame& frame, const planning::RegisterLine& line) {
  std::string tip = frame.tr("plan.source") + "  " + (line.source.empty() ? "–" : line.source);
  tip += "\n" + frame.tr("plan.owner") + "  " + (line.owner.empty() ? frame.tr("plan.no_owner") : line.owner);
  return line.note.empty() ? tip : tip + "\n" + line.note;
}

}  // namespace

void PathwayPanel::draw(const Frame& frame, CommandQueue& commands) {
  if (!frame.picture) return;
  draw_bar(frame);
  switch (m_section) {
    case stages_section:
      draw_stages(frame, commands);
      break;
    case register_section:
      draw_register(frame);
      break;
    case targets_section:
      draw_targets(frame);
      break;
    default:
      draw_steps(frame, commands);
  }
  m_form.draw(frame, commands);
}

const model::Pathway* PathwayPanel::chosen(const Frame& frame) const {
  const model::Project& project = *frame.picture->project;
  if (const model::Pathway* pathway = model::find_pathway(project, m_pathway)) return pathway;
  return project.pathways->empty() ? nullptr : &project.pathways->front();
}

void PathwayPanel::draw_bar(const Frame& frame) {
  std::array<std::string, section_names.size()> labels;
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = frame.tr("plan.section." + section_names[i]);
  if (const int picked = segmented(frame, "plan.section", labels, section_names, m_section); picked >= 0)
    m_section = picked;
  const bool can_be_changed = !frame.picture->project->read_only;
  const auto add = [&](const char* key, const std::function<RecordForm::Spec()>& form) {
    if (!can_be_changed) return;
    ImGui::SameLine(0, frame.px(8));
    if (button(frame, key, frame.tr(key), ButtonKind::ghost, Icon::plus)) m_form.open(form());
  };
  switch (m_section) {
    case stages_section:
      add("plan.add_stage", [&] { return stage_form(frame, nullptr, ""); });
      break;
    case register_section:
      ImGui::SameLine(0, frame.px(12));
      checkbox(frame, "plan.without_owner", frame.tr("plan.without_owner"), m_without_owner);
      add("plan.add_assumption", [&] { return register_form(frame, nullptr, ""); });
      break;
    case targets_section:
      add("plan.add_target", [&] { return target_form(frame, nullptr, ""); });
      break;
    default:
      draw_pathway_choice(frame);
      if (can_be_changed) {
        const model::Pathway* pathway = chosen(frame);
        if (pathway != nullptr) {
          ImGui::SameLine(0, frame.px(4));
          if (icon_button(frame, "plan.rename_pathway", Icon::pencil, frame.tr("plan.rename_pathway")))
            m_form.open(pathway_form(frame, pathway));
        }
        ImGui::SameLine(0, frame.px(4));
        if (icon_button(frame, "plan.add_pathway", Icon::plus, frame.tr("plan.add_pathway")))
          m_form.open(pathway_form(frame, nullptr));
        if (pathway != nullptr) add("plan.add_step", [&] { return new_step_form(frame, *pathway); });
      }
  }
}

void PathwayPanel::draw_pathway_choice(const Frame& frame) {
  const model::Pathway* pathway = chosen(frame);
  ImGui::SameLine(0, frame.px(12));
  const std::string name = pathway == nullptr ? "–" : frame.name(pathway->name_zh, pathway->name_en);
  if (drop_field(frame, "plan.pathway", name, frame.px(136))) open_popup("plan.pathway.popup");
  if (!begin_popup(frame, "plan.pathway.popup")) return;
  for (const model::Pathway& row : *frame.picture->project->pathways) {
    if (menu_item(frame, "plan.pathway." + row.code, Icon::none, frame.name(row.name_zh, row.name_en), row.code, true,
                  &row == pathway)) {
      m_pathway = row.code;
    }
  }
  end_popup();
}

void PathwayPanel::draw_steps(const Frame& frame, CommandQueue& commands) {
  const model::Pathway* pathway = chosen(frame);
  if (pathway == nullptr || pathway->stages.empty()) {
    text_muted(frame, frame.tr("plan.no_steps"));
    return;
  }
  const model::Project& project = *frame.picture->project;
  const Palette& c = frame.look.colour;
  std::vector<PlanColumn> columns = {{"", 40}, {frame.tr("event.stage"), 116}};
  for (const StageNumber number : planning::all_stage_numbers)
    columns.push_back({frame.tr("plan." + std::string(planning::column_of(number))), 62, true});
  columns.push_back({frame.tr("plan.source"), 0});
  columns.push_back({frame.tr("plan.owner"), 56});
  nlohmann::json seen = nlohmann::json::array();
  PlanTable table(frame, "plan.steps", columns, {0, 0});
  if (!table.open()) return;
  for (std::size_t i = 0; i < pathway->stages.size(); ++i) {
    const model::PathwayStage& step = pathway->stages[i];
    const std::string key = "plan.step." + step.stage_code;
    ImGui::PushID(step.stage_code.c_str());
    const bool clicked = table.row(key) && !project.read_only;
    table.next_box();
    if (!project.read_only) {
      if (const int by = draw_order_buttons(frame, key, i == 0, i + 1 == pathway->stages.size()); by != 0) {
        const std::string command =
            frame.tr("command.move_step", {{"pathway", pathway->name_zh}, {"stage", step.stage_code}});
        commands.push([command, edits = app::move_step(*pathway, step.stage_code, by)](Workspace& workspace) {
          workspace.document.edit(command, edits);
        });
      }
    }
    ClickedCells cells(frame, table, clicked);
    const model::Stage* stage = model::find_stage(project, step.stage_code);
    cells.coloured(key + ".stage", "min_months", stage == nullptr ? "" : stage->colour,
                   stage_label(frame, step.stage_code));
    std::string sources, owners, tips;
    nlohmann::json row = {{"stage", step.stage_code}};
    for (const StageNumber number : planning::all_stage_numbers) {
      const planning::RegisterLine line = planning::register_line(project, *pathway, step, number);
      const std::string column(planning::column_of(number)), shown = shown_number(planning::value_of(step, number));
      cells.cell(key + "." + column, column, shown, c.text, provenance_tip(frame, line), true);
      const auto add = [](std::string& list, const std::string& more) {
        if (!more.empty() && list.find(more) == std::string::npos) list += (list.empty() ? "" : " · ") + more;
      };
      add(sources, line.source);
      add(owners, line.owner);
      row[column] = shown;
    }
    cells.cell(key + ".source", "source", sources, c.muted);
    cells.cell(key + ".owner", "owner", owners.empty() ? frame.tr("plan.no_owner") : owners,
               owners.empty() ? c.warning : c.muted);
    if (!cells.clicked().empty()) m_form.open(numbers_form(frame, *pathway, step, cells.clicked()));
    ImGui::PopID();
    row["owner"] = owners;
    seen.push_back(std::move(row));
  }
  if (frame.probe.on())
    frame.probe.state("plan",
                      nlohmann::json{{"pathway", pathway->code}, {"name", pathway->name_zh}, {"steps", seen}}.dump());
}

void PathwayPanel::draw_stages(const Frame& frame, CommandQueue& commands) {
  const model::Project& project = *frame.picture->project;
  const Palette& c = frame.look.colour;
  const std::vector<PlanColumn> columns = {{"", 40},
                                           {frame.tr("plan.code"), 48},
                                           {frame.tr("plan.name_zh"), 0, false, 0.9F},
                                           {frame.tr("plan.name_en"), 0, false, 1.1F},
                                           {frame.tr("plan.colour"), 70},
                                           {frame.tr("plan.certainty"), 0, false, 1},
                                           {frame.tr("plan.source"), 0, false, 1.6F}};
  nlohmann::json seen = nlohmann::json::array();
  PlanTable table(frame, "plan.stages", columns, {0, 0});
  if (!table.open()) return;
  const auto& stages = *project.stages;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const model::Stage& stage = stages[i];
    const std::string key = "plan.stage." + stage.code;
    ImGui::PushID(stage.code.c_str());
    const bool clicked = table.row(key) && !project.read_only;
    table.next_box();
    // The stalled stage stands outside the order.
    if (!project.read_only && stage.code != model::stalled_stage) {
      const bool last = i + 1 == stages.size() || stages[i + 1].code == model::stalled_stage;
      if (const int by = draw_order_buttons(frame, key, i == 0, last); by != 0) {
        commands.push([command = frame.tr("command.move_stage", {{"stage", stage.code}}),
                       edits = app::move_stage(project, stage.code, by)](Workspace& workspace) {
          workspace.document.edit(command, edits);
        });
      }
    }
    ClickedCells cells(frame, table, clicked);
    cells.coloured(key + ".code", "name_zh", stage.colour, stage.code);
    cells.cell(key + ".name_zh", "name_zh", stage.name_zh, c.text);
    cells.cell(key + ".name_en", "name_en", stage.name_en, c.text);
    cells.cell(key + ".colour", "colour", stage.colour, c.muted);
    std::string certainty = stage.certainty_class;
    for (const model::CertaintyClass& row : *project.certainty_classes) {
      if (row.code == stage.certainty_class) certainty += " " + frame.name(row.label_zh, row.label_en);
    }
    cells.cell(key + ".certainty_class", "name_zh", certainty, c.text);
    cells.cell(key + ".source", "source", stage.source, c.muted);
    if (!cells.clicked().empty()) m_form.open(stage_form(frame, &stage, cells.clicked()));
    ImGui::PopID();
    seen.push_back({{"code", stage.code}, {"name", stage.name_zh}});
  }
  if (frame.probe.on()) frame.probe.state("plan", nlohmann::json{{"stages", seen}}.dump());
}

void PathwayPanel::draw_register(const Frame& frame) {
  const model::Project& project = *frame.picture->project;
  const Palette& c = frame.look.colour;
  const std::vector<PlanColumn> columns = {{frame.tr("plan.subject"), 0, false, 2.4F},
                                           {frame.tr("plan.value"), 60, true},
                                           {frame.tr("plan.unit"), 60},
                                           {frame.tr("plan.source"), 0, false, 1.4F},
                                           {frame.tr("plan.owner"), 0, false, 0.6F},
                                           {frame.tr("plan.note"), 0, false, 1}};
  nlohmann::json seen = nlohmann::json::array();
  PlanTable table(frame, "plan.register", columns, {0, 0});
  if (!table.open()) return;
  for (const planning::RegisterLine& line : planning::assumption_register(project)) {
    if (m_without_owner && !line.owner.empty()) continue;
    const std::string key = "plan.line." + line.code;
    ImGui::PushID(line.code.c_str());
    ClickedCells cells(frame, table, table.row(key) && !project.read_only);
    cells.cell(key + ".subject", "source", shown_subject(frame, line), c.text, line.subject + "\n" + line.code);
    cells.cell(key + ".value", "source", line.value.empty() ? "–" : line.value, c.text, "", true);
    cells.cell(key + ".unit", "source", line.of_stage ? frame.tr("plan.unit." + line.unit) : line.unit, c.muted);
    cells.cell(key + ".source", "source", line.source, c.muted);
    cells.cell(key + ".owner", "owner", line.owner.empty() ? frame.tr("plan.no_owner") : line.owner,
               line.owner.empty() ? c.warning : c.text);
    cells.cell(key + ".note", "note", line.note, c.muted);
    if (!cells.clicked().empty()) m_form.open(register_form(frame, &line, cells.clicked()));
    ImGui::PopID();
    seen.push_back({{"code", line.code}, {"value", line.value}, {"source", line.source}, {"owner", line.owner}});
  }
  if (frame.probe.on()) frame.probe.state("plan", nlohmann::json{{"register", seen}}.dump());
}

void PathwayPanel::draw_targets(const Frame& frame) {
  const model::Project& project = *frame.picture->project;
  const Palette& c = frame.look.colour;
  const std::vector<PlanColumn> columns = {{frame.tr("indicators.year"), 60, true},
                                           {frame.tr("plan.value"), 80, true},
                                           {frame.tr("plan.unit"), 60},
                                           {frame.tr("plan.indicator"), 0},
                                           {frame.tr("plan.document"), 0},
                                           {frame.tr("plan.version"), 0, false, 0.5F}};
  std::vector<std::pair<const model::IndicatorTarget*, const model::Indicator*>> rows;
  for (const model::IndicatorTarget& target : *project.indicator_targets) {
    for (const model::Indicator& indicator : *project.indicators) {
      if (indicator.id == target.indicator && indicator.is_supply) rows.emplace_back(&target, &indicator);
    }
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.first->year < b.first->year; });
  nlohmann::json seen = nlohmann::json::array();
  PlanTable table(frame, "plan.targets", columns, {0, 0});
  if (!table.open()) return;
  for (const auto& [target, indicator] : rows) {
    const std::string key = "plan.target." + std::to_string(target->id);
    ImGui::PushID(static_cast<int>(target->id));
    ClickedCells cells(frame, table, table.row(key) && !project.read_only);
    cells.cell(key + ".year", "year", std::to_string(target->year), c.text, "", true);
    cells.cell(key + ".value", "value", shown_number(target->value), c.text, "", true);
    cells.cell(key + ".unit", "value", indicator->unit, c.muted);
    cells.cell(key + ".indicator", "value", frame.name(indicator->name_zh, indicator->name_en), c.text);
    cells.cell(key + ".document", "document", document_label(frame, target->document), c.muted);
    cells.cell(key + ".version", "document_version", target->document_version, c.muted);
    if (!cells.clicked().empty()) m_form.open(target_form(frame, target, cells.clicked()));
    ImGui::PopID();
    seen.push_back({{"year", target->year}, {"value", target->value}, {"version", target->document_version}});
  }
  if (frame.probe.on()) frame.probe.state("plan", nlohmann::json{{"targets", seen}}.dump());
}

}  // namespace zaitu::ui
