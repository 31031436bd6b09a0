// The popup in which a stage event is entered, changed or removed: stage, kind, day, document, page, evidence and the
// files attached to it. What speaks against it is said while it is typed (planning/event_rules). Each save is one
// undoable command. Main thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "planning/event_rules.h"
#include "ui/evidence_list.h"
#include "ui/frame.h"
#include "ui/inspector_content.h"

namespace zaitu::ui {

class EventForm {
 public:
  // Opens with the next draw(). `of` is a phase or a parcel; `stages` those that can be chosen, `chosen` the first
  // shown.
  void enter(const Frame& frame, model::PhaseId phase, model::ParcelId parcel, const std::string& title,
             std::vector<StageOption> stages, int chosen);
  void change(const Frame& frame, model::EventId event, const std::string& title, std::vector<StageOption> stages);
  void draw(const Frame& frame, CommandQueue& commands);
  // Attaches a file that was dropped on the window; false while the form is closed.
  bool take_file(const std::filesystem::path& file);

 private:
  std::optional<model::StageEvent> draft() const;  // nullopt: the day is none
  void open(const Frame& frame, const std::string& title, std::vector<StageOption> stages, int chosen);
  void draw_fields(const Frame& frame);
  bool draw_findings(const Frame& frame) const;  // true: it may be saved
  void save(const Frame& frame, CommandQueue& commands) const;

  bool m_due = false;
  model::StageEvent m_before;  // as it was stored; without an id: a new one
  std::string m_title;
  std::vector<StageOption> m_stages;
  int m_stage = 0, m_kind = 0;
  model::DocumentId m_document;
  std::string m_date, m_page, m_evidence;
  std::optional<planning::EventRules> m_rules;  // of the snapshot in which the form was opened
  std::vector<model::StageEvent> m_others;
  EvidenceList m_attachments;
  bool m_open = false;
};

}  // namespace zaitu::ui
