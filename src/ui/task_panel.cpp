#include "ui/task_panel.h"

#include <imgui_stdlib.h>

#include <array>
#include <nlohmann/json.hpp>

#include "ui/export_dialog.h"
#include "ui/plan_table.h"
#include "ui/widgets.h"

namespace zaitu::ui {

namespace {

struct ReportField {
  const char* column;
  std::string model::QuarterlyReport::*text;
};
constexpr std::array<ReportField, 3> fields = {{{"progress", &model::QuarterlyReport::progress},
                                                {"problem", &model::QuarterlyReport::problem},
                                                {"next_step", &model::QuarterlyReport::next_step}}};

}  // namespace

void TaskPanel::draw(const Frame& frame, CommandQueue& commands) {
  if (!frame.picture) return;
  const planning::Quarter quarter = planning::Quarter::of(frame.document.as_of());
  const auto of = frame.document.quarter_board(quarter);
  draw_bar(frame, commands, of ? &of->value : nullptr, quarter);
  if (of) {
    draw_table(frame, commands, of->value);
  } else {
    text_muted(frame, frame.tr("ledger.loading"));
  }
}

void TaskPanel::draw_bar(const Frame& frame, CommandQueue& commands, const app::QuarterBoard* board,
                         planning::Quarter quarter) {
  const auto go = [&](int quarters) {
    commands.push([to = quarter.plus(quarters).end()](Workspace& workspace) { workspace.set_as_of(to); });
  };
  if (icon_button(frame, "tasks.before", Icon::back, frame.tr("tasks.before"))) go(-1);
  ImGui::SameLine(0, frame.px(4));
  ImGui::AlignTextToFramePadding();
  text(quarter.name(), frame.look.colour.text);
  ImGui::SameLine(0, frame.px(4));
  if (icon_button(frame, "tasks.after", Icon::forward, frame.tr("tasks.after"))) go(1);
  ImGui::SameLine(0, frame.px(12));
  const std::array<std::string, 2> names = {"tasks", "projects"},
                                   labels = {frame.tr("ledger.tasks"), frame.tr("ledger.projects")};
  if (const int picked = segmented(frame, "tasks.kind", labels, names, m_kind); picked >= 0) m_kind = picked;
  m_units.draw(frame, commands, "tasks.unit");
  if (board == nullptr) return;
  ImGui::SameLine(0, frame.px(12));
  checkbox(frame, "tasks.missing", frame.tr("tasks.missing", {{"count", std::to_string(board->missing)}}), m_missing);
  if (!frame.picture->project->read_only) {
    ImGui::SameLine(0, frame.px(12));
    const bool frozen = board->frozen != nullptr, over = board->quarter.end() < base::Date::today();
    if (button(frame, "tasks.freeze", frame.tr(frozen ? "tasks.unfreeze" : "tasks.freeze"), ButtonKind::plain,
               frozen ? Icon::undo : Icon::check, frozen || over)) {
      commands.push([frozen, at = board->quarter](Workspace& workspace) {
        if (frozen) {
          workspace.document.unfreeze_quarter(at);
        } else {
          workspace.document.freeze_quarter(at);
        }
      });
    }
    tooltip(frame, frame.tr(frozen ? "tasks.unfreeze.help" : over ? "tasks.freeze.help" : "tasks.freeze.not_over"));
  }
  ImGui::SameLine(0, frame.px(4));
  if (icon_button(frame, "tasks.package", Icon::download, frame.tr("tasks.package", {{"quarter", quarter.name()}}))) {
    commands.push([options = quarter_options(frame, frame.workspace.report_folder())](Workspace& workspace) {
      workspace.document.write_reports(options);
    });
  }
  // What the quarter's figures say, as frozen or as they are.
  if (board->figures.synthetic_phases > 0) {
    ImGui::SameLine(0, frame.px(12));
    const float line = ImGui::GetCursorPosY();
    ImGui::SetCursorPosY(line + frame.px(6));
    synthetic_chip(frame);
    ImGui::SameLine(0, frame.px(8));
    ImGui::SetCursorPosY(line + frame.px(5));
  } else {
    ImGui::SameLine(0, frame.px(8));
    ImGui::AlignTextToFramePadding();
  }
  const std::string state = board->frozen == nullptr
                                ? frame.tr("tasks.live")
                                : frame.tr("tasks.frozen", {{"date", board->frozen->frozen_on.iso()}});
  const float room = ImGui::GetContentRegionAvail().x;
  const std::string said = state + " · " + frame.tr("tasks.counted") + " " +
                           base::wan_m2_with_unit(board->figures.counted_m2, frame.tr.language()) + " · " +
                           board->figures.sentence;
  text(elided(said, room), frame.look.colour.muted);
  tooltip(frame, said + "\n" + board->figures.rule);
  frame.probe.note("tasks.figures");
}

void TaskPanel::draw_table(const Frame& frame, CommandQueue& commands, const app::QuarterBoard& board) {
  const model::Project& project = *board.project;
  const Palette& c = frame.look.colour;
  const bool projects = m_kind == 1;
  std::vector<PlanColumn> columns = {{frame.tr("tasks.number"), 36, !projects},
                                     {frame.tr(projects ? "tasks.project" : "tasks.task"), 0, false, 1.1F},
                                     {frame.tr("tasks.units"), 0, false, 0.7F}};
  for (const ReportField& field : fields) columns.push_back({frame.tr(std::string("tasks.") + field.column), 0});
  nlohmann::json seen = nlohmann::json::array();
  {
    PlanTable table(frame, projects ? "tasks.projects" : "tasks.tasks", columns, {0, 0});
    if (!table.open()) return;
    for (const planning::ReportLine& line : board.lines) {
      const bool of_project = line.project.value != 0;
      if (of_project != projects || (m_missing && !line.missing())) continue;
      std::string code, number, title, whole, units;
      const char* separator = frame.zh() ? "、" : ", ";
      if (of_project) {
        const model::CarrierProject* row = model::find_project(project, line.project);
        if (row == nullptr || !m_units.shows(frame, planning::UnitDuty::Kind::project, row->id.value)) continue;
        code = number = row->code;
        title = whole = frame.name(row->name_zh, row->name_en);
        units = unit_names(frame, project, project.project_units, &model::ProjectUnit::project, row->id, separator,
                           true, true);
      } else {
        if (!m_units.shows(frame, planning::UnitDuty::Kind::task, line.task.value)) continue;
        for (const model::Task& row : *project.tasks) {
          if (row.id != line.task) continue;
          code = row.code;
          number = std::to_string(row.number);
          title = frame.name(row.title_zh, row.title_en);
          whole = row.action_group + "\n" + title + "\n" + row.text;
          units = unit_names(frame, project, project.task_units, &model::TaskUnit::task, row.id, separator, true, true);
        }
      }
      ImGui::PushID(code.c_str());
      const bool clicked = table.row("tasks.row." + code);
      table.cell(number, c.muted);
      table.cell(title);
      tooltip(frame, whole);
      table.cell(units, c.muted);
      tooltip(frame, units);
      for (int field = 0; field < 3; ++field) draw_cell(frame, commands, board, line, field, code, clicked, table);
      ImGui::PopID();
      if (clicked && of_project && !m_draft) {
        commands.push([id = line.project.value](Workspace& workspace) {
          app::Selection selection;
          selection.projects = {id};
          workspace.select(selection, true);
        });
      }
      if (frame.probe.on()) {
        const model::QuarterlyReport none;
        const model::QuarterlyReport& report = line.report == nullptr ? none : *line.report;
        seen.push_back({{"code", code},
                        {"progress", report.progress},
                        {"problem", report.problem},
                        {"next_step", report.next_step},
                        {"missing", line.missing()}});
      }
    }
  }
  if (frame.probe.on()) {
    frame.probe.state("tasks", nlohmann::json{{"quarter", board.quarter.name()},
                                              {"frozen", board.frozen != nullptr},
                                              {"counted", board.figures.counted_m2},
                                              {"missing", board.missing},
                                              {"rows", seen}}
                                   .dump());
  }
}

void TaskPanel::draw_cell(const Frame& frame, CommandQueue& commands, const app::QuarterBoard& board,
                          const planning::ReportLine& line, int field, const std::string& code, bool row_clicked,
                          PlanTable& table) {
  const ReportField& of = fields[static_cast<std::size_t>(field)];
  const std::string stored = line.report == nullptr ? std::string() : line.report->*of.text;
  const std::string key = "tasks.cell." + code + "." + of.column;
  const PlanTable::Box box = table.next_box();
  const bool editing = m_draft && m_draft->task == line.task.value && m_draft->project == line.project.value &&
                       m_draft->field == field && m_draft->quarter == board.quarter.name();
  if (editing) {
    ImGui::SetNextItemWidth(box.size.x);
    if (std::exchange(m_draft->focus, false)) ImGui::SetKeyboardFocusHere();
    need_glyphs(m_draft->text);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(frame.px(2), 0));
    ImGui::InputText(("##" + key).c_str(), &m_draft->text);
    ImGui::PopStyleVar();
    frame.probe.note(key);
    if (m_draft->text != m_draft->stored) frame.drafts.note(m_draft->quarter + " · " + code, m_draft->text);
    if (!ImGui::IsItemDeactivated()) return;
    if (m_draft->text != m_draft->stored) {
      app::FieldEdit edit{"quarterly_reports", 0, {{of.column, store::Value(m_draft->text)}}, false};
      if (line.report != nullptr) {
        edit.row_id = line.report->id;
      } else {
        edit.cells.emplace_back("quarter", store::Value(m_draft->quarter));
        edit.cells.emplace_back(line.task.value != 0 ? "task_id" : "project_id",
                                store::Value(line.task.value != 0 ? line.task.value : line.project.value));
      }
      const std::string command = frame.tr("command.edit_report", {{"code", code}, {"quarter", m_draft->quarter}});
      commands.push([edit, command](Workspace& workspace) { workspace.document.edit(command, {edit}); });
    }
    m_draft.reset();
    return;
  }
  const Palette& c = frame.look.colour;
  const bool gap = line.missing() && field == 0;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const bool synthetic = line.report != nullptr && line.report->synthetic && !stored.empty();
  const std::string shown = gap ? frame.tr("tasks.is_missing") : elided(stored, box.size.x);
  if (gap) {  // a mark of its own beside the word
    list.AddTriangleFilled({box.at.x, box.at.y + frame.px(13)}, {box.at.x + frame.px(10), box.at.y + frame.px(13)},
                           {box.at.x + frame.px(5), box.at.y + frame.px(4)}, c.warning);
  }
  add_text(list, {box.at.x + (gap ? frame.px(14) : 0), box.at.y}, gap ? c.warning : c.text, shown);
  ImGui::Dummy({std::max(1.0F, box.size.x), ImGui::GetTextLineHeight()});
  frame.probe.note(key);
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const bool inside = mouse.x >= box.at.x && mouse.x < box.at.x + box.size.x;
  if (table.hovered() && inside) {
    std::string tip = stored;
    if (synthetic) tip += "\n" + frame.tr("mark.synthetic.help");
    if (board.frozen != nullptr) tip += (tip.empty() ? "" : "\n") + frame.tr("tasks.frozen.help");
    tooltip(frame, tip);
  }
  if (row_clicked && inside && board.frozen == nullptr && !board.project->read_only) {
    m_draft = Draft{line.task.value, line.project.value, field, board.quarter.name(), stored, stored, true};
  }
}

}  // namespace zaitu::ui
