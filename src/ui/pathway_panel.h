// The tab "stages and pathways": the stages, the pathways with the numbers of their stages, the assumption register and
// the supply targets as data. Each edit is one undoable command; what may not be stored is refused in the form.
#pragma once

#include <cstdint>
#include <string>

#include "app/plan_edits.h"
#include "ui/frame.h"
#include "ui/record_form.h"

namespace zaitu::ui {

class PathwayPanel {
 public:
  void draw(const Frame& frame, CommandQueue& commands);

 private:
  void draw_bar(const Frame& frame);
  void draw_pathway_choice(const Frame& frame);
  void draw_steps(const Frame& frame, CommandQueue& commands);
  void draw_stages(const Frame& frame, CommandQueue& commands);
  void draw_register(const Frame& frame);
  void draw_targets(const Frame& frame);
  const model::Pathway* chosen(const Frame& frame) const;  // nullptr: there is none

  int m_section = 0;      // of section_names
  std::string m_pathway;  // code
  bool m_without_owner = false;
  RecordForm m_form;
};

}  // namespace zaitu::ui
