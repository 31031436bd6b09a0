// The choice of one unit for the tabs of indicators and tasks: both then show what it leads or answers for.
#pragma once

#include <vector>

#include "planning/unit_view.h"
#include "ui/frame.h"

namespace zaitu::ui {

class UnitFilter {
 public:
  void draw(const Frame& frame, CommandQueue& commands, std::string_view key);
  // Does the chosen unit have to do with this row? True for all while none is chosen.
  bool shows(const Frame& frame, planning::UnitDuty::Kind kind, std::int64_t id);

 private:
  void refresh(const Frame& frame);

  std::shared_ptr<const model::Project> m_project;
  std::int64_t m_unit = 0;
  std::vector<std::pair<planning::UnitDuty::Kind, std::int64_t>> m_duties;
};

// Names of the units of a thing, leads first, one after another.
template <class Link, class RowId>
std::string unit_names(const Frame& frame, const model::Project& project, const model::Rows<Link>& links,
                       RowId Link::*of, RowId id, const char* separator, bool leads, bool others) {
  std::string names;
  if (!links) return names;
  for (const bool lead : {true, false}) {
    if (lead ? !leads : !others) continue;
    for (const Link& link : *links) {
      if (link.*of != id || (link.role == model::UnitRole::lead) != lead) continue;
      const model::Unit* unit = model::find_unit(project, link.unit);
      if (unit != nullptr) names += (names.empty() ? "" : separator) + frame.name(unit->name_zh, unit->name_en);
    }
  }
  return names;
}

}  // namespace zaitu::ui
