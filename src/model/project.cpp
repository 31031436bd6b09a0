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

std::optional<std::uint32_t> ParcelTable::row_of(ParcelId parcel) const {
  const std::size_t count = size();
  if (count == 0 || parcel < id[0]) return std::nullopt;
  // Without gaps in the ids the first guess is right; else it is an upper bound.
  std::size_t low = 0;
  auto high = static_cast<std::size_t>(
      std::min<std::int64_t>(parcel.value - id[0].value, static_cast<std::int64_t>(count) - 1));
  if (id[high] == parcel) return static_cast<std::uint32_t>(high);
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (id[middle] < parcel) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return id[low] == parcel ? std::optional(static_cast<std::uint32_t>(low)) : std::nullopt;
}

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
