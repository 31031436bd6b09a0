// The right pane: facts of what is selected, area book, identifiers, stage timeline with evidence, projects and phases;
// a few fields are edited in place, each edit one undoable command.
#pragma once

#include <string>

#include "ui/event_form.h"
#include "ui/frame.h"
#include "ui/inspector_content.h"

namespace zaitu::ui {

class InspectorPanel {
 public:
  void draw(const Frame& frame, CommandQueue& commands);
  // A file that was dropped on the window; false when it is not for the form of an event.
  bool take_file(const std::filesystem::path& file) { return m_event_form.take_file(file); }

 private:
  void refresh(const Frame& frame);
  void draw_parcel(const Frame& frame, CommandQueue& commands);
  void draw_project(const Frame& frame, CommandQueue& commands, const ProjectCard& card);
  void draw_pathway(const Frame& frame, CommandQueue& commands, const ProjectCard& card);
  void draw_phase(const Frame& frame, CommandQueue& commands, const PhaseCard& card);
  void draw_summary(const Frame& frame, CommandQueue& commands);
  void edited_text(const Frame& frame, CommandQueue& commands, const char* key, const char* column, std::string& draft,
                   const std::string& stored);
  void write_probe(const Frame& frame) const;

  // What the content was gathered for.
  std::uint64_t m_generation = 0;
  app::Selection m_selection;
  base::Language m_language = base::Language::zh;
  InspectorContent m_content;
  std::string m_name_draft, m_land_use_draft, m_note_draft;
  EventForm m_event_form;
};

}  // namespace zaitu::ui
