// A snapshot made of rows as they come, without a project file: for a foreign layer that is only looked at. The tables
// are as store::ProjectFile::load would give them after the same rows had been stored.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "app/row_target.h"
#include "model/project.h"

namespace zaitu::app {

// Takes the vocabulary and parcels with their identifiers and lineage, of which nothing is there before.
class ViewedRows : public RowTarget {
 public:
  // Throws std::logic_error for another table or column, and what geom:: throws for a geometry that is none.
  std::int64_t insert(std::string_view table, const std::vector<store::Cell>& cells) override;
  // Nothing that is looked at is changed or asked for again.
  void update(std::string_view table, std::int64_t id, const std::vector<store::Cell>& cells) override;
  std::int64_t find(std::string_view table, const std::vector<store::Cell>& equal) override;

  // A guess at the parcels that will come.
  void reserve(std::size_t parcels);
  // The parcels so far, to which columns may be added instead of rows.
  model::ParcelTable& parcels() { return m_parcels; }
  // The vocabulary so far; all other tables are empty.
  model::Project vocabulary();
  // Hands over parcels, identifiers and lineage.
  void finish(model::Project& project);

 private:
  struct PathwayStage {
    std::int64_t seq = 0;
    model::PathwayStage stage;
  };

  void insert_parcel(const std::vector<store::Cell>& cells);
  void pack_outlines();

  std::vector<model::Stage> m_stages;
  std::vector<model::CertaintyClass> m_certainty_classes;
  std::vector<model::Pathway> m_pathways;
  std::map<std::string, std::vector<PathwayStage>> m_pathway_stages;  // by the pathway's code
  std::vector<model::LandUseClass> m_land_use_classes;
  std::vector<model::ParcelIdentifier> m_identifiers;
  std::vector<model::ParcelLineage> m_lineage;
  model::ParcelTable m_parcels;
  geom::GeometryColumn m_outlines;  // of the newest parcels, before they are packed
  std::int64_t m_rows = 0;          // of tables whose ids the snapshot does not hold
};

}  // namespace zaitu::app
