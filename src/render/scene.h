// The scene behind render/map.h: styled layers with their spatial indexes. Private to this folder. Immutable after
// build; indexes are shared between scenes of the same tables.
#pragma once

#include <algorithm>
#include <span>

#include "render/map.h"

namespace zaitu::render {

// Spatial index of one geometry column, with what is needed to draw features that are too small for their outline.
// 25 bytes a row.
struct LayerIndex {
  struct Extent {  // centroid from the tree's origin, sides of the box and area of a feature, in CRS units
    float x = 0, y = 0, width = 0, height = 0, area = 0;
  };
  explicit LayerIndex(const geom::GeometryColumn& column);
  // Of a column that differs from that of `before` by these features. new_of_old: where the rows have moved to,
  // UINT32_MAX = gone; empty = nowhere.
  struct Change {
    std::uint32_t row = 0;      // in the new column; UINT32_MAX = gone
    std::uint32_t old_row = 0;  // in the old one; UINT32_MAX = it is new
    geom::Envelope old_box, box;
  };
  LayerIndex(const LayerIndex& before, const geom::GeometryColumn& column, std::span<const Change> changes,
             std::span<const std::uint32_t> new_of_old);

  Extent extent(std::size_t slot) const {
    const geom::FloatBox& b = tree.box(slot);
    const Weight& weight = m_weights[slot];
    const float width = b.max_x - b.min_x, height = b.max_y - b.min_y;
    return {b.min_x + width * (static_cast<float>(weight.x) + 0.5F) / 256,
            b.min_y + height * (static_cast<float>(weight.y) + 0.5F) / 256, width, height,
            width * height * static_cast<float>(weight.area) / 65535};
  }

  geom::HilbertTree tree;
  geom::Envelope box;
  double median_size = 0;  // of the larger side of the features, to 1.6 %: one feature more or less seldom moves it

 private:
  struct Weight {
    std::uint16_t area = 0;     // of the box's area, 65535 = all of it
    std::uint8_t x = 0, y = 0;  // the centroid's place in the box in 256ths
  };
  struct Measured {
    geom::Envelope box;
    geom::FloatBox float_box;
    Weight weight;
  };
  static Measured measure(const geom::FeatureGeometry& feature, geom::Coord origin);

  std::vector<Weight> m_weights;  // by slot
};

class StyledScene final : public Scene {
 public:
  struct ReferencePart {
    std::size_t row = 0;    // of Project::reference_layers
    std::size_t layer = 0;  // of layers()
    std::shared_ptr<const LayerIndex> index;
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
  std::shared_ptr<const LayerIndex> parcel_index, circle_index, zone_index, town_index;  // null: no table
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
