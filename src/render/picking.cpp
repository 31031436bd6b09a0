// What the mouse asks of the parcels beyond a point and a box: those in a drawn area, and where their boundary is near.
#include <algorithm>
#include <cmath>
#include <limits>

#include "geom/measure.h"
#include "render/scene.h"

namespace zaitu::render {

std::vector<std::uint32_t> StyledScene::parcels_in(geom::Ring area) const {
  std::vector<std::uint32_t> rows;
  if (!parcel_index || !visible("parcels")) return rows;
  geom::Envelope box;
  for (const geom::Coord c : area) box.expand(c);
  const geom::GeometryColumn& geometry = project->parcels->geometry;
  for (const std::uint32_t row : parcel_index->tree.query(box)) {
    if (shown(row) && geom::intersects(geometry[row], area)) rows.push_back(row);
  }
  return rows;
}

std::optional<Snapped> StyledScene::snap(geom::Coord point, double radius) const {
  if (!parcel_index || !visible("parcels") || !(radius > 0)) return std::nullopt;
  const geom::Envelope near = geom::Envelope{point.x, point.y, point.x, point.y}.buffered(radius);
  struct Nearest {
    double distance = std::numeric_limits<double>::infinity();
    geom::Coord place;
    void offer(geom::Coord to, geom::Coord from) {
      const double away = std::hypot(to.x - from.x, to.y - from.y);
      if (away < distance) distance = away, place = to;
    }
  };
  Nearest vertex, edge;
  const geom::GeometryColumn& geometry = project->parcels->geometry;
  for (const std::uint32_t row : parcel_index->tree.query(near)) {
    if (!shown(row)) continue;
    const geom::FeatureGeometry parcel = geometry[row];
    for (std::size_t p = 0; p < parcel.part_count(); ++p) {
      for (std::size_t r = 0; r < parcel.part(p).ring_count(); ++r) {
        const geom::Ring ring = parcel.part(p).ring(r);
        for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
          const geom::Coord a = ring[i], b = ring[i + 1];
          vertex.offer(a, point);
          const double dx = b.x - a.x, dy = b.y - a.y, length2 = dx * dx + dy * dy;
          if (!(length2 > 0)) continue;
          const double t = std::clamp(((point.x - a.x) * dx + (point.y - a.y) * dy) / length2, 0.0, 1.0);
          edge.offer({a.x + t * dx, a.y + t * dy}, point);
        }
      }
    }
  }
  if (vertex.distance <= radius) return Snapped{vertex.place, true};
  if (edge.distance <= radius) return Snapped{edge.place, false};
  return std::nullopt;
}

}  // namespace zaitu::render
