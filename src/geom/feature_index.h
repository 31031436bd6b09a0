// Spatial index of one geometry column, with what one walk along each outline tells beside its box: so much that a map
// can draw features which are too small for their outline, and a planner can place parcels, without another walk.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "base/plain_vector.h"
#include "geom/geometry.h"
#include "geom/hilbert_tree.h"

namespace zaitu::geom {

// Of one feature, in CRS units.
struct FeatureMeasure {
  Envelope box;
  double area = 0;                       // of a polygon, as area() says; NaN where a coordinate is
  float centroid_x = 0, centroid_y = 0;  // of a polygon, from the box's lower left corner
};
FeatureMeasure measure(const FeatureGeometry& feature);

// Values only; what is no longer changed may be read from any number of threads. 33 bytes a row.
class FeatureIndex {
 public:
  struct Extent {  // centroid from the tree's origin, sides of the box and area of a feature, in CRS units
    float x = 0, y = 0, width = 0, height = 0, area = 0;
  };
  FeatureIndex() = default;  // of no feature
  explicit FeatureIndex(const GeometryColumn& column);
  // The same where each row has been measured already.
  FeatureIndex(const GeometryColumn& column, std::span<const FeatureMeasure> measures);
  // Of a column that differs from that of `before` by these features. new_of_old: where the rows have moved to,
  // UINT32_MAX = gone; empty = nowhere.
  struct Change {
    std::uint32_t row = 0;      // in the new column; UINT32_MAX = gone
    std::uint32_t old_row = 0;  // in the old one; UINT32_MAX = it is new
    Envelope old_box, box;
  };
  FeatureIndex(const FeatureIndex& before, const GeometryColumn& column, std::span<const Change> changes,
               std::span<const std::uint32_t> new_of_old);

  Extent extent(std::size_t slot) const {
    const FloatBox& b = tree.box(slot);
    const Weight& weight = m_weights[slot];
    const float width = b.max_x - b.min_x, height = b.max_y - b.min_y;
    return {b.min_x + width * (static_cast<float>(weight.x) + 0.5F) / 256,
            b.min_y + height * (static_cast<float>(weight.y) + 0.5F) / 256, width, height,
            width * height * static_cast<float>(weight.area) / 65535};
  }
  // By slot: the planar area of the polygon as area() says it; 0 where that is not finite.
  double area(std::size_t slot) const { return m_areas[slot]; }

  HilbertTree tree;
  Envelope box;
  double median_size = 0;  // of the larger side of the features, to 1.6 %: one feature more or less seldom moves it

  // What the index is made of, for whoever writes it down or reads it back (store/parcel_cache.h).
  template <class Self, class Visitor>
  static void each_member(Self& index, Visitor& visitor) {
    HilbertTree::each_member(index.tree, visitor);
    visitor.value(index.box);
    visitor.value(index.median_size);
    visitor.array(index.m_weights);
    visitor.array(index.m_areas);
  }
  // Every row is one of `rows` rows, and there is as much as there must be for each.
  bool is_sound(std::size_t rows) const {
    return tree.is_sound(rows) && m_weights.size() == tree.slots() && m_areas.size() == tree.slots();
  }

 private:
  struct Weight {
    std::uint16_t area = 0;     // of the box's area, 65535 = all of it
    std::uint8_t x = 0, y = 0;  // the centroid's place in the box in 256ths
  };
  static Weight weight_of(const FeatureMeasure& measure, const FloatBox& box, Coord origin);

  base::PlainVector<Weight> m_weights;  // by slot
  base::PlainVector<double> m_areas;    // by slot
};

}  // namespace zaitu::geom
