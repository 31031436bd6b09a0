#include "io/flattening.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "base/message.h"
#include "geom/geometry.h"
#include "geom/measure.h"
#include "io/worker_outbox.h"

namespace zaitu::io {

namespace {

geom::GeometryColumn outline_of(const OGRLinearRing& ring) {
  std::vector<geom::Coord> vertices;
  vertices.reserve(static_cast<std::size_t>(ring.getNumPoints()));
  for (int i = 0; i < ring.getNumPoints(); ++i) vertices.push_back({ring.getX(i), ring.getY(i)});
  geom::GeometryColumn outline(geom::GeometryKind::polygon);
  outline.begin_feature();
  outline.begin_part();
  outline.add_ring(vertices);
  return outline;
}

void say_once(bool& said, const std::string& feature, const char* code, const std::string& what) {
  if (!std::exchange(said, true)) outbox().send(Warning{feature, "", code, what});
}

}  // namespace

std::size_t return_holes(OGRMultiPolygon& polygons) {
  const auto count = static_cast<std::size_t>(polygons.getNumGeometries());
  const auto part = [&](std::size_t i) { return polygons.getGeometryRef(static_cast<int>(i)); };
  std::vector<geom::GeometryColumn> outlines;
  std::vector<geom::Envelope> boxes;
  for (std::size_t i = 0; i < count; ++i) {
    if (part(i)->getExteriorRing() == nullptr) return 0;
    outlines.push_back(outline_of(*part(i)->getExteriorRing()));
    boxes.push_back(outlines.back().envelope());
  }
  const auto size = [&](std::size_t i) { return boxes[i].width() * boxes[i].height(); };
  std::vector<std::size_t> around(count, count);  // count: nothing, it is an outline
  std::vector<bool> runs_like_outline(count, false);
  for (std::size_t i = 0; i < count; ++i) {
    const auto vertices = outlines[i][0].vertices();
    if (part(i)->getNumInteriorRings() > 0) continue;
    runs_like_outline[i] = !(geom::signed_area(vertices) > 0);
    for (std::size_t k = 0; k < count; ++k) {
      if (!boxes[k].intersects(boxes[i]) || !(size(k) > size(i))) continue;
      if (around[i] < count && size(k) >= size(around[i])) continue;
      if (runs_like_outline[i] && !boxes[k].contains(boxes[i])) continue;
      const auto inside = std::count_if(vertices.begin(), vertices.end(),
                                        [&](geom::Coord c) { return geom::contains(outlines[k][0], c); });
      const std::size_t wanted = runs_like_outline[i] ? vertices.size() : vertices.size() / 2 + 1;
      if (static_cast<std::size_t>(inside) >= wanted) around[i] = k;
    }
  }
  std::size_t turned = 0;
  for (std::size_t i = count; i-- > 0;) {
    if (around[i] == count || around[around[i]] != count) continue;
    turned += runs_like_outline[i] ? 1U : 0U;
    part(around[i])->addRing(part(i)->getExteriorRing());
  }
  for (std::size_t i = count; i-- > 0;) {
    if (around[i] != count && around[around[i]] == count) polygons.removeGeometry(static_cast<int>(i));
  }
  return turned;
}

geom::Bytes Flattening::operator()(OGRGeometry* geometry, const std::string& feature) {
  if (geometry == nullptr) return {};
  std::unique_ptr<OGRGeometry> made;
  if (geometry->hasCurveGeometry()) {
    made.reset(geometry->getLinearGeometry(0.5));
    if (!made) return {};
    geometry = made.get();
    say_once(m_curve, feature, "geom-curve",
             base::say("curves were drawn as chords of 0.5 degrees (first at this feature)"));
  }
  if (geometry->Is3D())
    say_once(m_z, feature, "geom-z", base::say("heights (Z) were left out (first at this feature)"));
  if (geometry->IsMeasured())
    say_once(m_m, feature, "geom-m", base::say("measures (M) were left out (first at this feature)"));
  geometry->flattenTo2D();
  const OGRwkbGeometryType type = wkbFlatten(geometry->getGeometryType());
  if (type == wkbTIN || type == wkbPolyhedralSurface || type == wkbTriangle) {
    OGRGeometry* owned = made ? made.release() : geometry->clone();
    made.reset(OGRGeometryFactory::forceToMultiPolygon(owned));
    geometry = made.get();
  }
  geom::Bytes wkb(geometry->WkbSize());
  if (geometry->exportToWkb(wkbNDR, wkb.data(), wkbVariantIso) != OGRERR_NONE) return {};
  return wkb;
}

}  // namespace zaitu::io
