// Parcels that are lit up on the map: each with its outline, or what they cover where very many are in sight. Main
// thread, inside Dear ImGui's frame.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "geom/triangulate.h"
#include "ui/frame.h"
#include "ui/map_window.h"

namespace zaitu::ui {

struct HighlightInk {
  ImU32 line = 0, halo = 0;
  float width_px = 2;    // at scale 1
  float halo_px = 2.5F;  // wider than the line, of both sides together
  float ground = 0;      // opacity of the parcel's ground, 0: none
};

// Outlines of single parcels of one snapshot; keeps the triangles of those that have a ground.
class ParcelOutlines {
 public:
  void draw(const Frame& frame, ImDrawList& list, const MapWindow& window, const model::ParcelTable& parcels,
            std::uint32_t row, const HighlightInk& ink);
  void forget() { m_triangles.clear(); }  // another snapshot comes

 private:
  std::unordered_map<std::uint32_t, geom::Triangles> m_triangles;  // by parcel row
};

// Fills without smoothed edges: between neighbours those would show as seams.
void fill_area(ImDrawList& list, const MapWindow& window, const geom::Triangles& triangles, ImU32 colour);

class ParcelHighlight {
 public:
  // `parcels`: of all calls until the next set().
  void set(const model::ParcelTable& parcels, std::vector<std::uint32_t> rows);
  std::size_t size() const { return m_rows.size(); }
  void draw(const Frame& frame, ImDrawList& list, const MapWindow& window, const model::ParcelTable& parcels,
            ParcelOutlines& outlines, const HighlightInk& ink);

 private:
  void draw_cover(const Frame& frame, ImDrawList& list, const MapWindow& window, const model::ParcelTable& parcels,
                  ImU32 colour);
  void build_cover(const model::ParcelTable& parcels, const render::View& view);

  std::vector<std::uint32_t> m_rows;
  std::vector<geom::Envelope> m_boxes;  // of those
  // Very many parcels as rectangles of the map: what they cover, in cells of a few pixels of one scale.
  struct Cover {
    double m_per_px = 0;
    geom::Envelope area;  // it was made for
    std::vector<geom::Envelope> pieces;
  };
  std::optional<Cover> m_cover;
};

}  // namespace zaitu::ui
