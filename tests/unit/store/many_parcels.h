// A project of so many parcels that they are read by several connections and may be cached.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "store/project_file.h"

namespace zaitu::store {

// Cell by cell, numbers bit by bit; "" when the tables are the same.
inline std::string first_difference(const model::ParcelTable& a, const model::ParcelTable& b) {
  if (a.size() != b.size()) return "sizes";
  std::string found;
  int column = 0;
  const auto same_outline = [](const geom::FeatureGeometry& x, const geom::FeatureGeometry& y) {
    if (x.part_count() != y.part_count()) return false;
    for (std::size_t p = 0; p < x.part_count(); ++p) {
      if (x.part(p).ring_count() != y.part(p).ring_count()) return false;
      for (std::size_t r = 0; r < x.part(p).ring_count(); ++r) {
        const geom::Ring one = x.part(p).ring(r), other = y.part(p).ring(r);
        if (!std::equal(one.begin(), one.end(), other.begin(), other.end())) return false;
      }
    }
    return true;
  };
  model::ParcelTable::each_column(
      [&](const auto& x, const auto& y) {
        ++column;
        for (std::size_t row = 0; row < a.size() && found.empty(); ++row) {
          bool equal = false;
          if constexpr (requires { x->vertex_count(); }) {
            equal = same_outline(x[row], y[row]);
          } else {
            equal = model::same_value(x[row], y[row]);
          }
          if (!equal) found = "column " + std::to_string(column) + " row " + std::to_string(row);
        }
      },
      a, b);
  return found;
}

// "" when both find the same rows by the same boxes, and say the same of them.
inline std::string first_difference(const geom::FeatureIndex& a, const geom::FeatureIndex& b) {
  const geom::Envelope everywhere{-1e12, -1e12, 1e12, 1e12};
  if (a.tree.slots() != b.tree.slots() || a.tree.size() != b.tree.size()) return "slots";
  if (!(a.box == b.box) || a.median_size != b.median_size || !(a.tree.origin() == b.tree.origin())) return "whole";
  if (a.tree.query(everywhere) != b.tree.query(everywhere)) return "rows found";
  for (std::size_t slot = 0; slot < a.tree.slots(); ++slot) {
    const auto x = a.extent(slot), y = b.extent(slot);
    if (a.tree.row(slot) != b.tree.row(slot) || !(a.tree.envelope(slot) == b.tree.envelope(slot)) ||
        a.area(slot) != b.area(slot) || x.x != y.x || x.y != y.y || x.area != y.area) {
      return "slot " + std::to_string(slot);
    }
  }
  return "";
}

constexpr int many_parcels = 24000;

inline Value many_outline(int i, int parts) {
  geom::GeometryColumn shape;
  shape.begin_feature();
  for (int part = 0; part < parts; ++part) {
    const double x = 640000 + 10 * i, y = 3440000 + 20 * part;
    const geom::Coord ring[] = {{x, y}, {x + 9, y}, {x + 9, y + 9 + i % 3}, {x, y + 9}, {x, y}};
    shape.begin_part();
    shape.add_ring(ring);
  }
  return geom::to_spatialite(shape[0], 4549);
}

// Ids with gaps; now and then a field, two parts or no outline.
inline void fill_many_parcels(ProjectFile& project) {
  Transaction t = project.begin("many");
  for (int i = 0; i < many_parcels; ++i) {
    std::vector<Cell> cells{{"id", std::int64_t{100 + i * 2 + i / 1000}}, {"code", "P" + std::to_string(i)}};
    if (i % 3 == 0) cells.push_back({"ownership", std::string(i % 2 == 0 ? "G" : "J")});
    if (i % 5 == 0) cells.push_back({"area_title_m2", 0.1 * i});
    if (i > 20000) cells.push_back({"note", "备注" + std::to_string(i % 7)});
    if (i == 23000) cells.push_back({"valid_to", std::string("2025-01-31")});
    if (i % 50 == 0) cells.push_back({"geom", many_outline(i, i % 100 == 0 ? 2 : 1)});
    t.insert("parcels", cells);
  }
  t.commit();
}

}  // namespace zaitu::store
