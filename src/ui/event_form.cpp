#include "ui/event_form.h"

#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "ui/widgets.h"

namespace zaitu::ui {

namespace {

constexpr std::array<const char*, 4> kind_names = {"commitment", "baseline", "forecast", "actual"};
constexpr const char* popup = "inspector.event_form";

}  // namespace

void EventForm::open(const Frame& frame, const std::string& title, std::vector<StageOption> stages, int chosen) {
  m_due = true;
  m_title = title;
  m_stages = std::move(stages);
  m_stage = std::clamp(chosen, 0, std::max(0, static_cast<int>(m_stages.size()) - 1));
  m_kind = static_cast<int>(m_before.kind);
  m_document = m_before.document;
  m_page = m_before.page;
  m_evidence = m_before.evidence;
  const model::Project& project = *frame.picture->project;
  m_attachments.open(frame, m_before.id);
  m_rules.emplace(project);
  m_others.clear();
  for (const model::StageEvent& event : *project.stage_events) {
    if (event.phase == m_before.phase && event.parcel == m_before.parcel && event.id != m_before.id) {
      m_others.push_back(event);
    }
  }
}

void EventForm::enter(const Frame& frame, model::PhaseId phase, model::ParcelId parcel, const std::string& title,
                      std::vector<StageOption> stages, int chosen) {
  m_before = {};
  m_before.phase = phase;
  m_before.parcel = parcel;
  m_date = frame.document.as_of().iso();
  open(frame, title, std::move(stages), chosen);
}

void EventForm::change(const Frame& frame, model::EventId id, const std::string& title,
                       std::vector<StageOption> stages) {
  const auto& events = *frame.picture->project->stage_events;
  const auto event = std::find_if(events.begin(), events.end(), [&](const auto& row) { return row.id == id; });
  if (event == events.end()) return;
  m_before = *event;
  m_date = event->dated.iso();
  auto stage = std::find_if(stages.begin(), stages.end(),
                            [&](const StageOption& option) { return option.code == event->stage_code; });
  if (stage == stages.end()) {  // off its pathway: it can be kept
    stages.push_back({event->stage_code, event->stage_code});
    stage = stages.end() - 1;
  }
  const auto chosen = static_cast<int>(stage - stages.begin());
  open(frame, title, std::move(stages), chosen);
}

std::optional<model::StageEvent> EventForm::draft() const {
  const auto date = base::Date::parse(m_date);
  if (!date || m_stages.empty()) return std::nullopt;
  model::StageEvent event = m_before;
  event.stage_code = m_stages[static_cast<std::size_t>(m_stage)].code;
  event.kind = static_cast<model::EventKind>(m_kind);
  event.dated = *date;
  event.document = m_document;
  event.page = m_page;
  event.evidence = m_evidence;
  return event;
}

void EventForm::draw(const Frame& frame, CommandQueue& commands) {
  if (std::exchange(m_due, false)) open_popup(popup);
  m_open = begin_popup(frame, popup);
  if (!m_open) return;
  ImGui::PushItemWidth(frame.px(300));
  text(m_title, frame.look.colour.text);
  draw_fields(frame);
  m_attachments.draw(frame, commands);
  ImGui::PopItemWidth();
  const bool may_be_saved = draw_findings(frame) && !m_attachments.reading();
  if (frame.probe.on()) frame.probe.state("event", nlohmann::json{{"refused", !may_be_saved}}.dump());
  if (button(frame, "event.save", frame.tr(m_before.id ? "event.change" : "event.save"), ButtonKind::primary,
             Icon::check, may_be_saved)) {
    save(frame, commands);
    ImGui::CloseCurrentPopup();
  }
  if (m_before.id) {
    ImGui::SameLine(0, frame.px(8));
    if (button(frame, "event.remove", frame.tr("event.remove"), ButtonKind::ghost, Icon::close)) {
      app::FieldEdit edit;
      edit.table = "stage_events";
      edit.row_id = m_before.id.value;
      edit.remove = true;
      commands.push(
          [edit, command = frame.tr("command.remove_event", {{"phase", m_title}, {"stage", m_before.stage_code}})](
              Workspace& workspace) { workspace.document.edit(command, {edit}); });
      ImGui::CloseCurrentPopup();
    }
  }
  end_popup();
}

void EventForm::draw_fields(const Frame& frame) {
  text_muted(frame, frame.tr("event.stage"));
  if (!m_stages.empty() &&
      ImGui::BeginCombo("##stage", with_glyphs(m_stages[static_cast<std::size_t>(m_stage)].name))) {
    for (std::size_t i = 0; i < m_stages.size(); ++i) {
      if (ImGui::Selectable(with_glyphs(m_stages[i].name), static_cast<int>(i) == m_stage))
        m_stage = static_cast<int>(i);
      frame.probe.note("event.stage." + m_stages[i].code);
    }
    ImGui::EndCombo();
  }
  frame.probe.note("event.stage");
  text_muted(frame, frame.tr("event.kind"));
  const auto kind_word = [&](int kind) {
    return frame.tr(std::string("event.kind.") + kind_names[static_cast<std::size_t>(kind)]);
  };
  if (ImGui::BeginCombo("##kind", with_glyphs(kind_word(m_kind)))) {
    for (int i = 0; i < static_cast<int>(kind_names.size()); ++i) {
      if (ImGui::Selectable(with_glyphs(kind_word(i)), i == m_kind)) m_kind = i;
    }
    ImGui::EndCombo();
  }
  text_muted(frame, frame.tr("event.date"));
  ImGui::InputText("##date", &m_date);
  frame.probe.note("event.date");
  text_muted(frame, frame.tr("event.document"));
  const auto title = [&](const model::Document& document) {
    return document.code + " " + frame.name(document.title_zh, document.title_en);
  };
  const model::Document* chosen = model::find_document(*frame.picture->project, m_document);
  const std::string none = frame.tr("event.no_document");
  if (ImGui::BeginCombo("##document", with_glyphs(chosen == nullptr ? none : title(*chosen)))) {
    if (ImGui::Selectable(with_glyphs(none), chosen == nullptr)) m_document = {};
    for (const model::Document& document : *frame.picture->project->documents) {
      ImGui::PushID(static_cast<int>(document.id.value));
      if (ImGui::Selectable(with_glyphs(title(document)), document.id == m_document)) m_document = document.id;
      ImGui::PopID();
    }
    ImGui::EndCombo();
  }
  text_muted(frame, frame.tr("event.page"));
  need_glyphs(m_page);
  ImGui::InputText("##page", &m_page);
  frame.probe.note("event.page");
  text_muted(frame, frame.tr("event.evidence"));
  need_glyphs(m_evidence);
  ImGui::InputText("##evidence", &m_evidence);
  frame.probe.note("event.evidence");
  if (m_page != m_before.page) frame.drafts.note(m_title + " · " + frame.tr("event.page"), m_page);
  if (m_evidence != m_before.evidence) frame.drafts.note(m_title + " · " + frame.tr("event.evidence"), m_evidence);
}

bool EventForm::take_file(const std::filesystem::path& file) {
  if (m_open) m_attachments.take_file(file);
  return m_open;
}

bool EventForm::draw_findings(const Frame& frame) const {
  const auto event = draft();
  if (!event) {
    text(frame.tr("event.bad_date"), frame.look.colour.danger);
    return false;
  }
  bool refused = false;
  for (const planning::EventFinding& finding : m_rules->findings(*event, m_others, base::Date::today())) {
    // What has not happened cannot be an actual event that somebody enters by hand today.
    const bool stops = finding.refused || finding.fault == planning::EventFault::in_future;
    refused = refused || stops;
    text_wrapped(m_rules->describe(finding, *event, frame.tr.language()),
                 stops ? frame.look.colour.danger : frame.look.colour.warning);
  }
  return !refused;
}

void EventForm::save(const Frame& frame, CommandQueue& commands) const {
  const auto event = draft();
  if (!event) return;
  app::FieldEdit edit;
  edit.table = "stage_events";
  edit.row_id = m_before.id.value;
  if (!m_before.id) {
    if (m_before.phase) edit.cells.emplace_back("phase_id", store::Value(m_before.phase.value));
    if (m_before.parcel) edit.cells.emplace_back("parcel_id", store::Value(m_before.parcel.value));
  }
  edit.cells.emplace_back("stage_code", store::Value(event->stage_code));
  edit.cells.emplace_back("kind", store::Value(std::string(kind_names[static_cast<std::size_t>(m_kind)])));
  edit.cells.emplace_back("dated", store::Value(event->dated.iso()));
  edit.cells.emplace_back("document_id", event->document ? store::Value(event->document.value) : store::Value());
  edit.cells.emplace_back("page", store::Value(event->page));
  edit.cells.emplace_back("evidence", store::Value(event->evidence));
  // A date that somebody enters is no invented one any more.
  if (m_before.id && m_before.synthetic && event->dated != m_before.dated) {
    edit.cells.emplace_back("synthetic", store::Value(std::int64_t{0}));
  }
  const std::string& stage = m_stages[static_cast<std::size_t>(m_stage)].name;
  commands.push([edit, removed = m_attachments.removed(), added = m_attachments.added(),
                 command = frame.tr(m_before.id ? "command.change_event" : "command.add_event",
                                    {{"phase", m_title}, {"stage", stage}})](Workspace& workspace) {
    workspace.document.edit_event(command, edit, removed, added);
  });
}

}  // namespace zaitu::ui
