// What the inspector says of the selection, gathered once per picture and selection (not per frame): plain texts and
// numbers, no widgets. Pure functions of a picture.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/document.h"
#include "app/picture.h"
#include "base/translation.h"
#include "planning/ageing.h"

namespace zaitu::ui {

struct FactRow {
  std::string label, value;
  bool synthetic = false;
};

struct TimelineRow {
  model::EventId id;
  base::Date dated;
  model::EventKind kind = model::EventKind::actual;
  std::string stage_name, stage_colour;
  std::string evidence;  // evidence text, document and page in one line
  std::vector<model::Attachment> attachments;
  bool after_as_of = false;
  bool synthetic = false;
};

// How long it has stood, what is late, whether the land lies idle.
struct AgeingRow {
  std::string label, value;
  std::string rule;  // by which rule and which dates, for its hover
  bool late = false;
};

struct StageOption {
  std::string code, name;
};

struct PhaseCard {
  model::PhaseId id;
  std::string code, title, stage_name, stage_colour, since;
  std::vector<FactRow> areas;
  planning::Ageing age;
  std::vector<AgeingRow> ageing;
  std::vector<TimelineRow> timeline;       // newest last
  std::vector<StageOption> stage_options;  // its pathway's stages and "stalled"
  bool counts = false;
  bool synthetic = false;
};

struct ProjectCard {
  model::ProjectId id;
  std::string code, title, note;
  std::string pathway;  // code
  std::vector<FactRow> facts;
  std::string quote, quote_source;
  std::vector<PhaseCard> phases;
  bool synthetic = false;
};

struct ParcelCard {
  model::ParcelId id;
  std::string code, name, note, land_use_planned;
  std::string stage_name, stage_colour, since;
  std::vector<FactRow> facts, area_book, identifiers, places, lineage;
  std::vector<AgeingRow> ageing;           // of the parcel's own stage; what is late is said of its phases
  std::vector<TimelineRow> timeline;       // the parcel's own events
  std::vector<StageOption> stage_options;  // all stages
  bool synthetic = false;
};

struct SelectionSummary {
  std::size_t parcels = 0, projects = 0, phases = 0;
  double land_m2 = 0;                  // planar, of the parcels
  double counted_m2 = 0, area_m2 = 0;  // of the phases on or in them, by the picture's rule
  bool synthetic = false;
};

struct InspectorContent {
  std::optional<ParcelCard> parcel;         // exactly one parcel selected
  std::vector<ProjectCard> projects;        // of that parcel, or the selected ones (20 at most)
  std::optional<SelectionSummary> summary;  // more than one thing selected
};

InspectorContent inspector_content(const app::Picture& picture, const app::Selection& selection,
                                   const base::Translation& tr);

}  // namespace zaitu::ui
