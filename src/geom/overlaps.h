// Which of many areas lie on each other. Outlines are kept to the millimetre, 8 bytes a vertex, so that those of a
// million parcels are looked at beside an import.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "geom/geometry.h"
#include "geom/hilbert_tree.h"
#include "geom/shared_area.h"

namespace zaitu::geom {

class OverlapSearch {
 public:
  // What areas may share without being said to overlap: two outlines of the same boundary differ by as much.
  static constexpr double tolerance_m2 = 1;

  struct Pair {
    std::uint32_t a = 0, b = 0;  // in the order of add(), a < b
    double area_m2 = 0;          // that they share
    bool same = false;           // one outline twice
  };
  struct Found {
    std::vector<Pair> pairs;  // sorted
    bool complete = true;     // false: there was too much to look at, and the search ended early
  };

  // A valid polygon, in metres. False: it is not looked at (without vertices, far from the first, with a million
  // vertices). Each call counts as one area.
  bool add(const FeatureGeometry& polygon);
  std::size_t size() const { return m_areas.size(); }

  // After the last add(). `counts(a, b)`: do these two belong to the same time? Called by several threads, as is
  // `goes_on`, which says false to stop.
  Found find(const std::function<bool(std::uint32_t, std::uint32_t)>& counts, const std::function<bool()>& goes_on);
  // The areas that one more shares land with, like pairs with b = 0. Not before find(); for one thread at a time.
  std::vector<Pair> sharing(const FeatureGeometry& other);

 private:
  struct Area {
    std::uint32_t first_ring = 0;
    std::uint32_t rings = 0;
    std::int32_t min_x = 0, min_y = 0, max_x = -1, max_y = -1;  // millimetres from the origin; empty: not looked at
    double area_m2 = 0;
    std::uint64_t shape = 0;  // equal for equal outlines, wherever they begin
  };
  struct Vertex {
    std::int32_t x, y;
    friend bool operator==(Vertex, Vertex) = default;
  };
  struct Scratch {
    std::vector<Edge> a, b;
  };

  std::size_t vertices_of(const Area& area) const;
  bool is_same(const Area& a, const Area& b) const;
  double shared(const Area& a, const Area& b, Scratch& scratch) const;
  void edges_above(const Area& area, const Area& other, std::vector<Edge>& to) const;

  bool m_has_origin = false;
  Coord m_origin;
  std::vector<Area> m_areas;
  std::vector<std::uint64_t> m_ring_ends;  // of all rings, in m_vertices
  std::vector<Vertex> m_vertices;
  HilbertTree m_tree;
};

}  // namespace zaitu::geom
