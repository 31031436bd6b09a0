// The immutable picture of a whole planning project at one moment: tables shared by pointer, so that a change copies
// only the tables it touches and "changed?" is a comparison of pointers. Safe to read from any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "crs/crs.h"
#include "model/tables.h"

namespace zaitu::model {

template <class T>
using Shared = std::shared_ptr<const T>;
template <class Row>
using Rows = Shared<std::vector<Row>>;

// The table itself; an empty one where it is missing.
template <class T>
const T& rows_of(const Shared<T>& table) {
  static const T none;
  return table ? *table : none;
}

struct Project {
  std::string file;  // as opened
  std::string name_zh, name_en;
  int schema_version = 0;
  bool read_only = false;
  std::int64_t revision = 0;  // number of the last change in the journal
  Shared<crs::CoordinateReferenceSystem> crs;

  Rows<Stage> stages;  // by seq
  Rows<CertaintyClass> certainty_classes;
  Rows<Pathway> pathways;
  Rows<Assumption> assumptions;  // by id
  Rows<LandUseClass> land_use_classes;
  Rows<Unit> units;
  Rows<Document> documents;
  Rows<Programme> programmes;

  Shared<ParcelTable> parcels;
  Rows<ParcelIdentifier> parcel_identifiers;
  Rows<ParcelLineage> parcel_lineage;
  Rows<LandRecord> land_records;

  Rows<CarrierProject> projects;
  Rows<ProjectUnit> project_units;
  Rows<ProjectParcel> project_parcels;
  Rows<ProjectProgramme> project_programmes;
  Rows<Phase> phases;
  Rows<PhaseParcel> phase_parcels;
  Rows<StageEvent> stage_events;  // by date, then id
  Rows<Attachment> attachments;   // of stage events, by id
  Rows<Occupancy> occupancies;

  Rows<Circle> circles;
  Shared<AreaTable<CircleMember>> circle_members;
  Shared<AreaTable<Zone>> zones;
  Shared<AreaTable<Town>> towns;
  Rows<ReferenceLayer> reference_layers;  // by draw order

  Rows<Indicator> indicators;
  Rows<IndicatorTarget> indicator_targets;
  Rows<IndicatorObservation> indicator_observations;
  Rows<IndicatorUnit> indicator_units;
  Rows<Task> tasks;
  Rows<TaskUnit> task_units;
  Rows<QuarterlyReport> quarterly_reports;
  Rows<FrozenQuarter> frozen_quarters;  // by quarter
};

// Look-ups by key; nullptr when there is none.
const Stage* find_stage(const Project& project, std::string_view code);
const Pathway* find_pathway(const Project& project, std::string_view code);
const LandUseClass* find_land_use(const Project& project, std::string_view code);
const CarrierProject* find_project(const Project& project, ProjectId id);
const Phase* find_phase(const Project& project, PhaseId id);
const Document* find_document(const Project& project, DocumentId id);
const Unit* find_unit(const Project& project, UnitId id);

}  // namespace zaitu::model
