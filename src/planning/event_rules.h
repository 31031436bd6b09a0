// What speaks against a stage event before it is entered: impossible orders, dates and stages. The import and the
// window ask the same rules. Pure functions; an EventRules is built once per snapshot and then only read.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/format.h"
#include "model/project.h"
#include "planning/stage_order.h"

namespace zaitu::planning {

enum class EventFault {
  twice,                 // a second actual event of a stage
  before_earlier_stage,  // dated before an actual event of an earlier stage
  after_later_stage,     // dated after an actual event of a later stage
  plan_out_of_order,     // the same of two baseline, or of two forecast dates
  off_pathway,           // the stage is none of the pathway's
  outside_life,          // the parcel was not in force on that day
  before_land,           // before any of the phase's parcels was in force
  in_future,             // an actual event later than today
};

struct EventFinding {
  EventFault fault = EventFault::twice;
  // The event would make the standing of its phase or parcel contradict itself, and is refused; the others are told.
  bool refused = false;
  std::string other_stage;               // code of the stage it collides with
  std::optional<base::Date> other_date;  // of that event, or the bound of a life
};

class EventRules {
 public:
  explicit EventRules(const model::Project& project);

  // `others`: the events of the same phase or parcel, without the candidate itself. Actual events are compared within
  // the stretch between two stalls (SX): a project that was taken up again may go through its stages once more.
  // Findings in the order of EventFault.
  std::vector<EventFinding> findings(const model::StageEvent& candidate, std::span<const model::StageEvent> others,
                                     base::Date today) const;
  // One line: "S5 already has an actual event, 2024-01-31".
  std::string describe(const EventFinding& finding, const model::StageEvent& event, base::Language language) const;

 private:
  int pathway_of(model::PhaseId phase) const;  // row; -1: none
  std::string stage_name(const std::string& code, base::Language language) const;

  model::Project m_tables;  // those that are asked
  StageOrder m_order;
  struct OfPhase {
    int pathway = -1;
    std::optional<base::Date> land_from;  // the first day of its oldest parcel; none: not known
  };
  std::unordered_map<model::PhaseId, OfPhase> m_phases;
};

}  // namespace zaitu::planning
