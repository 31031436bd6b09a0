// The scene behind render/map.h: styled layers with their spatial indexes. Private to this folder. Immutable after
// build; indexes are shared between scenes of the same tables.
#pragma once

#include <algorithm>
#include <span>

#include "geom/feature_index.h"
#include "render/map.h"

namespace zaitu::render {

using geom::FeatureIndex;

class StyledScene final : public Scene {
 public:
  struct ReferencePart {
    std::size_t row = 0;    // of Project::reference_layers
    std::size_t layer = 0;  // of layers()
    std::shared_ptr<const FeatureIndex> index;
    std::vector<std::uint32_t> yards;  // of rails: features of many short tracks, ascending
    bool is_yard(std::uint32_t feature) const { return std::binary_search(yards.begin(), yards.end(), feature); }
  };
  struct ProjectMark {
    std::uint32_t row = 0;  // of Project::projects
    geom::Coord place;
    style::Symbol symbol;
  };

  static const StyledScene& of(const Scene& scene) { return static_cast<const StyledScene&>(scene); }

  const std::vector<LayerInfo>& layers() const override { return m_layers; }
  const style::Legend& legend() const override { return m_legend; }
  style::Legend legend_in(const geom::Envelope& box) const override;
  geom::Envelope extent() const override { return m_extent; }
  std::string attribution() const override;
  bool has_synthetic() const override;
  style::Rgba background() const override { return style::background(options.theme.dark); }
  std::vector<std::uint32_t> parcels_at(geom::Coord point) const override;
  std::vector<std::uint32_t> parcels_in(const geom::Envelope& box) const override;
  std::vector<std::uint32_t> parcels_in(geom::Ring area) const override;
  std::optional<Snapped> snap(geom::Coord point, double radius) const override;
  std::vector<std::uint32_t> projects_at(geom::Coord point, double radius) const override;
  std::size_t parcel_count(const geom::Envelope& box) const override;
  std::uint64_t revision() const override { return m_revision; }
  std::optional<std::vector<geom::Envelope>> changes_since(const Scene& before) const override;

  const LayerInfo* layer(const std::string& key) const;
  bool visible(const char* key) const;
  bool shown(std::uint32_t parcel) const { return parcel < parcels.symbol_of.size() && parcels.symbol_of[parcel] >= 0; }
  // Metres on the ground per CRS unit near `at` (1 in a projected CRS).
  double metres_per_unit(geom::Coord at) const;
  // Every symbol of the visible layers in the box without the parcels' classes, for the legend of a finished map.
  std::vector<style::LegendEntry> layer_legend(const geom::Envelope& box) const;

  std::shared_ptr<const model::Project> project;
  std::shared_ptr<const planning::Locations> locations;
  std::shared_ptr<const planning::StatusAt> status;
  std::shared_ptr<const planning::Supply> supply;
  SceneOptions options;
  style::ParcelStyle parcels;
  std::shared_ptr<const FeatureIndex> parcel_index, circle_index, zone_index, town_index;  // null: no table
  std::vector<ReferencePart> references;
  std::vector<ProjectMark> marks;

 private:
  friend class Scene;
  void build_indexes(const StyledScene* before);
  void build_parcel_index(const StyledScene* before);
  void build_marks();
  void build_layers();
  geom::Envelope extent_in_force() const;

  std::vector<LayerInfo> m_layers;
  style::Legend m_legend;
  geom::Envelope m_extent;
  std::uint64_t m_revision = 0;
};

}  // namespace zaitu::render
