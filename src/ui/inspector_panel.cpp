#include "ui/inspector_panel.h"

#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "ui/overview.h"
#include "ui/widgets.h"

namespace zaitu::ui {

namespace {

constexpr const char* kind_names[] = {"commitment", "baseline", "forecast", "actual"};

// The four kinds of events are told apart by shape: actual = filled disc, commitment = diamond, baseline = ring,
// forecast = ring with a gap.
void draw_event_mark(ImDrawList& list, ImVec2 at, float radius, model::EventKind kind, ImU32 colour, ImU32 ground) {
  switch (kind) {
    case model::EventKind::actual:
      list.AddCircleFilled(at, radius, colour);
      break;
    case model::EventKind::commitment:
      list.AddQuadFilled({at.x, at.y - radius}, {at.x + radius, at.y}, {at.x, at.y + radius}, {at.x - radius, at.y},
                         ground);
      list.AddQuad({at.x, at.y - radius}, {at.x + radius, at.y}, {at.x, at.y + radius}, {at.x - radius, at.y}, colour,
                   1.5F);
      break;
    case model::EventKind::baseline:
      list.AddCircleFilled(at, radius - 1, ground);
      list.AddCircle(at, radius - 1, colour, 0, 1.5F);
      break;
    case model::EventKind::forecast:
      list.AddCircleFilled(at, radius - 1, ground);
      list.PathArcTo(at, radius - 1, 0.5F, 5.8F);
      list.PathStroke(colour, 0, 1.5F);
      break;
  }
}

ImU32 stage_ink(const std::string& colour) { return to_imgui(style::parse_colour(colour)); }

// A disc in the stage's colour and its name.
void stage_line(const Frame& frame, const std::string& name, const std::string& colour, const std::string& since) {
  if (name.empty()) return;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float line = ImGui::GetTextLineHeight(), radius = frame.px(5);
  ImGui::GetWindowDrawList()->AddCircleFilled({at.x + radius, at.y + line / 2}, radius, stage_ink(colour));
  ImGui::Dummy({2 * radius, line});
  ImGui::SameLine(0, frame.px(6));
  need_glyphs(name);
  ImGui::TextUnformatted(name.c_str());
  if (!since.empty()) {
    ImGui::SameLine(0, frame.px(8));
    text_muted(frame, frame.tr("inspector.since", {{"date", since}}));
  }
}

void facts(const Frame& frame, const std::vector<FactRow>& rows) {
  for (const FactRow& row : rows) fact(frame, row.label, row.value, row.synthetic);
}

// What is late stands out by a mark and a colour.
void ageing(const Frame& frame, const std::vector<AgeingRow>& rows) {
  for (const AgeingRow& row : rows) {
    ImGui::BeginGroup();
    if (row.late) {
      const ImVec2 at = ImGui::GetCursorScreenPos();
      const float line = ImGui::GetTextLineHeight();
      draw_icon(*ImGui::GetWindowDrawList(), Icon::warning, {at.x + frame.px(7), at.y + line / 2}, frame.px(13),
                frame.look.colour.danger);
      ImGui::Dummy({frame.px(14), line});
      ImGui::SameLine(0, frame.px(4));
    }
    text_wrapped(row.label + "  " + row.value, row.late ? frame.look.colour.danger : frame.look.colour.muted);
    ImGui::EndGroup();
    tooltip(frame, row.rule);
  }
}

void section(const Frame& frame, const char* key, const std::vector<FactRow>& rows) {
  if (rows.empty()) return;
  heading(frame, frame.tr(key));
  facts(frame, rows);
}

// The source's own words, where no field has room for them.
void imported(const Frame& frame, model::ParcelId parcel) {
  const auto rows = frame.document.imported_rows_of(parcel);
  if (rows == nullptr) return;
  for (const app::ImportedRow& row : *rows) {
    heading(frame, frame.tr("inspector.imported"));
    text_wrapped(frame.tr("inspector.imported_from", {{"source", std::filesystem::path(row.source).filename().string()},
                                                      {"feature", std::to_string(row.feature)},
                                                      {"date", row.imported_at.substr(0, 10)}}),
                 frame.look.colour.muted);
    for (const auto& [column, value] : row.cells) fact(frame, column, value.empty() ? "–" : value);
  }
}

// Attached files, each opened by a click.
void draw_attached(const Frame& frame, CommandQueue& commands, const std::vector<model::Attachment>& attachments,
                   float gutter) {
  for (const model::Attachment& attachment : attachments) {
    ImGui::Indent(gutter);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float line = ImGui::GetTextLineHeight(), icon = frame.px(14);
    const std::string shown = elided(evidence_text(attachment.file_name, attachment.bytes, attachment.sha256),
                                     ImGui::GetContentRegionAvail().x - icon - frame.px(6));
    ImGui::PushID(static_cast<int>(attachment.id));
    const bool opened = ImGui::InvisibleButton("##attached", {icon + frame.px(6) + text_size(shown).x, line});
    ImGui::PopID();
    const ImU32 ink = ImGui::IsItemHovered() ? frame.look.colour.accent_hover : frame.look.colour.accent;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    draw_icon(list, Icon::file, {at.x + icon / 2, at.y + line / 2}, icon, ink);
    add_text(list, {at.x + icon + frame.px(6), at.y}, ink, shown);
    frame.probe.note("inspector.attachment." + std::to_string(attachment.id));
    tooltip(frame, frame.tr("attachment.open") + "\n" + attachment.file_name + "\nSHA-256 " + attachment.sha256);
    if (opened) commands.push([id = attachment.id](Workspace& workspace) { workspace.document.open_attachment(id); });
    ImGui::Unindent(gutter);
  }
}

// Returns the event that was clicked; none where the project cannot be changed.
std::optional<model::EventId> timeline(const Frame& frame, CommandQueue& commands,
                                       const std::vector<TimelineRow>& rows) {
  std::optional<model::EventId> clicked;
  if (rows.empty()) {
    text_muted(frame, frame.tr("inspector.no_events"));
    return clicked;
  }
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const Palette& c = frame.look.colour;
  const float gutter = frame.px(18);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const TimelineRow& row = rows[i];
    const ImVec2 start = ImGui::GetCursorScreenPos();
    ImGui::Indent(gutter);
    text(row.dated.iso() + "  " + row.stage_name, row.after_as_of ? c.faint : c.text);
    text_wrapped(frame.tr(std::string("event.kind.") + kind_names[static_cast<int>(row.kind)]) +
                     (row.evidence.empty() ? "" : " · " + row.evidence),
                 row.after_as_of ? c.faint : c.muted);
    if (row.synthetic) synthetic_chip(frame);
    ImGui::Unindent(gutter);
    const float y = start.y + ImGui::GetTextLineHeight() / 2;
    if (i + 1 < rows.size()) {
      list.AddLine({start.x + frame.px(6), y}, {start.x + frame.px(6), ImGui::GetCursorScreenPos().y + frame.px(6)},
                   c.border_strong);
    }
    const ImU32 ink = row.stage_colour.empty() ? c.muted : stage_ink(row.stage_colour);
    draw_event_mark(list, {start.x + frame.px(6), y}, frame.px(5), row.kind, ink, c.surface);
    const ImVec2 next = ImGui::GetCursorScreenPos();
    const ImVec2 size{ImGui::GetContentRegionAvail().x, next.y - start.y - ImGui::GetStyle().ItemSpacing.y};
    if (frame.picture->project->read_only) {
      draw_attached(frame, commands, row.attachments, gutter);
      continue;
    }
    ImGui::SetCursorScreenPos(start);
    ImGui::PushID(static_cast<int>(row.id.value));
    if (ImGui::InvisibleButton("##event", size)) clicked = row.id;
    frame.probe.note("inspector.event." + std::to_string(row.id.value));
    if (ImGui::IsItemHovered()) {
      list.AddRect(start, {start.x + size.x, start.y + size.y}, c.border_strong, frame.px(4));
      tooltip(frame, frame.tr("inspector.change_event"));
    }
    ImGui::PopID();
    ImGui::SetCursorScreenPos(next);
    draw_attached(frame, commands, row.attachments, gutter);
  }
  return clicked;
}

}  // namespace

void InspectorPanel::draw(const Frame& frame, CommandQueue& commands) {
  if (!frame.picture) return;
  refresh(frame);
  if (!m_content.parcel && m_content.projects.empty() && !m_content.summary) {
    ImGui::Dummy({1, frame.px(12)});
    text_wrapped(frame.tr("inspector.empty"), frame.look.colour.muted);
    draw_overview(frame, commands);
  }
  if (m_content.summary) draw_summary(frame, commands);
  if (m_content.parcel) draw_parcel(frame, commands);
  for (const ProjectCard& card : m_content.projects) {
    ImGui::PushID(card.code.c_str());
    draw_project(frame, commands, card);
    ImGui::PopID();
  }
  m_event_form.draw(frame, commands);
  write_probe(frame);
}

void InspectorPanel::refresh(const Frame& frame) {
  const app::Selection& selection = frame.document.selection();
  const std::uint64_t generation = frame.document.generation();
  if (generation == m_generation && selection == m_selection && frame.tr.language() == m_language) return;
  m_generation = generation;
  m_selection = selection;
  m_language = frame.tr.language();
  m_content = inspector_content(*frame.picture, selection, frame.tr);
  if (m_content.parcel) {
    m_name_draft = m_content.parcel->name;
    m_land_use_draft = m_content.parcel->land_use_planned;
    m_note_draft = m_content.parcel->note;
  }
}

void InspectorPanel::edited_text(const Frame& frame, CommandQueue& commands, const char* key, const char* column,
                                 std::string& draft, const std::string& stored) {
  text_muted(frame, frame.tr(key));
  ImGui::SetNextItemWidth(-1);
  need_glyphs(draft);
  ImGui::InputText((std::string("##") + key).c_str(), &draft);
  frame.probe.note(key);
  if (draft != stored) frame.drafts.note(m_content.parcel->code + " · " + frame.tr(key), draft);
  if (!ImGui::IsItemDeactivatedAfterEdit() || draft == stored) return;
  const ParcelCard& card = *m_content.parcel;
  app::FieldEdit edit{"parcels", card.id.value, {{column, store::Value(draft)}}, false};
  commands.push([edit, command = frame.tr("command.edit_parcel", {{"code", card.code}})](Workspace& workspace) {
    workspace.document.edit(command, {edit});
  });
}

void InspectorPanel::draw_parcel(const Frame& frame, CommandQueue& commands) {
  const ParcelCard& card = *m_content.parcel;
  ImGui::PushFont(frame.fonts[TextSize::title]);
  text_wrapped(card.name.empty() ? card.code : card.name, frame.look.colour.text);
  ImGui::PopFont();
  if (!card.name.empty()) text_muted(frame, card.code);
  if (card.synthetic) synthetic_chip(frame);
  stage_line(frame, card.stage_name, card.stage_colour, card.since);
  ageing(frame, card.ageing);
  if (icon_button(frame, "inspector.fit", Icon::fit, frame.tr("inspector.fit"))) {
    commands.push([](Workspace& workspace) { workspace.fit_selection(); });
  }
  ImGui::SameLine();
  if (button(frame, "inspector.report", frame.tr("inspector.report"), ButtonKind::primary, Icon::report)) {
    commands.push([code = card.code](Workspace& workspace) {
      app::ReportOptions options;
      options.parcels = {code};
      options.out = workspace.report_folder();
      workspace.document.write_reports(options);
    });
  }
  section(frame, "inspector.facts", card.facts);
  section(frame, "inspector.area_book", card.area_book);
  section(frame, "inspector.identifiers", card.identifiers);
  section(frame, "inspector.places", card.places);
  section(frame, "inspector.lineage", card.lineage);
  imported(frame, card.id);
  const bool can_be_changed = !frame.picture->project->read_only;
  if (!card.timeline.empty() || can_be_changed) heading(frame, frame.tr("inspector.parcel_events"));
  const std::string title = card.name.empty() ? card.code : card.name;
  if (!card.timeline.empty()) {
    if (const auto event = timeline(frame, commands, card.timeline)) {
      m_event_form.change(frame, *event, title, card.stage_options);
    }
  }
  if (can_be_changed) {
    if (button(frame, "inspector.add_parcel_event", frame.tr("inspector.add_event"), ButtonKind::ghost, Icon::plus)) {
      m_event_form.enter(frame, {}, card.id, title, card.stage_options, 0);
    }
    heading(frame, frame.tr("inspector.edit"));
    edited_text(frame, commands, "inspector.edit.name", "name", m_name_draft, card.name);
    edited_text(frame, commands, "inspector.edit.land_use_planned", "land_use_planned", m_land_use_draft,
                card.land_use_planned);
    edited_text(frame, commands, "inspector.edit.note", "note", m_note_draft, card.note);
  }
}

void InspectorPanel::draw_project(const Frame& frame, CommandQueue& commands, const ProjectCard& card) {
  ImGui::Dummy({1, frame.px(6)});
  heading(frame, frame.tr("inspector.project"));
  ImGui::PushFont(frame.fonts[TextSize::title]);
  text_wrapped(card.title, frame.look.colour.text);
  ImGui::PopFont();
  text_muted(frame, card.code);
  if (card.synthetic) {
    ImGui::SameLine();
    synthetic_chip(frame);
  }
  ImGui::SameLine();
  if (icon_button(frame, "inspector.select_project." + card.code, Icon::pointer, frame.tr("inspector.select_project"),
                  false, true, 22)) {
    commands.push([id = card.id.value](Workspace& workspace) {
      app::Selection selection;
      selection.projects = {id};
      workspace.select(selection, true);
    });
  }
  draw_pathway(frame, commands, card);
  facts(frame, card.facts);
  if (!card.quote.empty()) {
    text_wrapped("“" + card.quote + "”", frame.look.colour.text);
    text_wrapped(card.quote_source, frame.look.colour.muted);
  }
  for (const PhaseCard& phase : card.phases) {
    ImGui::PushID(phase.code.c_str());
    draw_phase(frame, commands, phase);
    ImGui::PopID();
  }
}

void InspectorPanel::draw_pathway(const Frame& frame, CommandQueue& commands, const ProjectCard& card) {
  const model::Project& project = *frame.picture->project;
  const model::Pathway* pathway = model::find_pathway(project, card.pathway);
  const std::string name = pathway == nullptr ? "–" : frame.name(pathway->name_zh, pathway->name_en);
  if (project.read_only) {
    fact(frame, frame.tr("inspector.pathway"), name);
    return;
  }
  const float left = ImGui::GetCursorPosX();
  ImGui::AlignTextToFramePadding();
  text_muted(frame, frame.tr("inspector.pathway"));
  ImGui::SameLine(left + frame.px(96));
  const std::string key = "inspector.pathway." + card.code;
  if (drop_field(frame, key, name, ImGui::GetContentRegionAvail().x)) open_popup(key);
  if (!begin_popup(frame, key)) return;
  for (const model::Pathway& row : *project.pathways) {
    if (!menu_item(frame, key + "." + row.code, Icon::none, frame.name(row.name_zh, row.name_en), row.code, true,
                   &row == pathway)) {
      continue;
    }
    const app::FieldEdit edit{"projects", card.id.value, {{"pathway_code", store::Value(row.code)}}, false};
    commands.push([edit, command = frame.tr("command.set_pathway", {{"project", card.code}, {"pathway", row.name_zh}})](
                      Workspace& workspace) { workspace.document.edit(command, {edit}); });
  }
  end_popup();
}

void InspectorPanel::draw_phase(const Frame& frame, CommandQueue& commands, const PhaseCard& card) {
  ImGui::Dummy({1, frame.px(4)});
  heading(frame, frame.tr("inspector.phase") + " · " + card.code);
  text_wrapped(card.title, frame.look.colour.text);
  if (card.counts) {
    chip(frame, frame.tr("inspector.counts"), frame.look.colour.accent_soft, frame.look.colour.accent);
    if (card.synthetic) ImGui::SameLine();
  }
  if (card.synthetic) synthetic_chip(frame);
  stage_line(frame, card.stage_name, card.stage_colour, card.since);
  ImGui::BeginGroup();
  ageing(frame, card.ageing);
  ImGui::EndGroup();
  frame.probe.note("inspector.ageing." + card.code);
  facts(frame, card.areas);
  ImGui::Dummy({1, frame.px(2)});
  if (const auto event = timeline(frame, commands, card.timeline)) {
    m_event_form.change(frame, *event, card.title, card.stage_options);
  }
  if (frame.picture->project->read_only) return;
  if (button(frame, "inspector.add_event." + card.code, frame.tr("inspector.add_event"), ButtonKind::ghost,
             Icon::plus)) {
    // The stage after the present one is what has most likely happened.
    int next = 0;
    for (std::size_t i = 0; i + 1 < card.stage_options.size(); ++i) {
      if (card.stage_options[i].name == card.stage_name) next = static_cast<int>(i) + 1;
    }
    m_event_form.enter(frame, card.id, {}, card.title, card.stage_options, next);
  }
}

void InspectorPanel::draw_summary(const Frame& frame, CommandQueue& commands) {
  const SelectionSummary& summary = *m_content.summary;
  ImGui::PushFont(frame.fonts[TextSize::title]);
  text(frame.tr("inspector.selected"), frame.look.colour.text);
  ImGui::PopFont();
  if (summary.synthetic) synthetic_chip(frame);
  if (icon_button(frame, "inspector.fit", Icon::fit, frame.tr("inspector.fit"))) {
    commands.push([](Workspace& workspace) { workspace.fit_selection(); });
  }
  const auto count = [&](const char* key, std::size_t n) {
    if (n > 0) fact(frame, frame.tr(key), std::to_string(n));
  };
  count("inspector.parcels", summary.parcels);
  count("inspector.projects", summary.projects);
  count("inspector.phases", summary.phases);
  if (summary.parcels > 0) fact(frame, frame.tr("area.land"), base::land_area(summary.land_m2, m_language));
  if (summary.phases > 0) {
    fact(frame, frame.tr("inspector.floor_area"), base::wan_m2_with_unit(summary.area_m2, m_language));
    fact(frame, frame.tr("inspector.counted"), base::wan_m2_with_unit(summary.counted_m2, m_language));
    text_wrapped(planning::describe(frame.picture->rule, m_language) + " · " + frame.picture->status->as_of.iso(),
                 frame.look.colour.muted);
  }
}

void InspectorPanel::write_probe(const Frame& frame) const {
  if (!frame.probe.on()) return;
  nlohmann::json state = nlohmann::json::object();
  if (m_content.parcel) {
    state["parcel"] = m_content.parcel->code;
    state["name"] = m_content.parcel->name;
    state["stage"] = m_content.parcel->stage_name;
    state["synthetic"] = m_content.parcel->synthetic;
  }
  const auto days = [](const std::optional<planning::Overdue>& late) {
    return late ? nlohmann::json(late->days) : nlohmann::json();
  };
  for (const ProjectCard& card : m_content.projects) {
    state["projects"].push_back(card.code);
    for (const PhaseCard& phase : card.phases) {
      state["ageing"][phase.code] = {
          {"days_in_stage", phase.age.days_in_stage ? nlohmann::json(*phase.age.days_in_stage) : nlohmann::json()},
          {"baseline_overdue", days(phase.age.baseline)},
          {"commitment_overdue", days(phase.age.commitment)},
          {"idle", planning::describe(phase.age.idle, m_language)}};
    }
  }
  if (m_content.summary) {
    state["selected"] = {{"parcels", m_content.summary->parcels},
                         {"phases", m_content.summary->phases},
                         {"counted", m_content.summary->counted_m2}};
  }
  frame.probe.state("inspector", state.dump());
}

}  // namespace zaitu::ui
