#include "model/project.h"

#include <algorithm>

namespace zaitu::model {

namespace {

template <class Row, class Match>
const Row* find_row(const Rows<Row>& rows, Match match) {
  if (!rows) return nullptr;
  const auto found = std::find_if(rows->begin(), rows->end(), match);
  return found == rows->end() ? nullptr : &*found;
}

}  // namespace

const Stage* find_stage(const Project& project, std::string_view code) {
  return find_row<Stage>(project.stages, [&](const Stage& row) { return row.code == code; });
}
const Pathway* find_pathway(const Project& project, std::string_view code) {
  return find_row<Pathway>(project.pathways, [&](const Pathway& row) { return row.code == code; });
}
const LandUseClass* find_land_use(const Project& project, std::string_view code) {
  return find_row<LandUseClass>(project.land_use_classes, [&](const LandUseClass& row) { return row.code == code; });
}
const CarrierProject* find_project(const Project& project, ProjectId id) {
  return find_row<CarrierProject>(project.projects, [&](const CarrierProject& row) { return row.id == id; });
}
const Phase* find_phase(const Project& project, PhaseId id) {
  return find_row<Phase>(project.phases, [&](const Phase& row) { return row.id == id; });
}
const Document* find_document(const Project& project, DocumentId id) {
  return find_row<Document>(project.documents, [&](const Document& row) { return row.id == id; });
}
const Unit* find_unit(const Project& project, UnitId id) {
  return find_row<Unit>(project.units, [&](const Unit& row) { return row.id == id; });
}

}  // namespace zaitu::model
