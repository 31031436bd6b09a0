#include "geom/geos/overlay.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/message.h"
#include "geom/geos/handles.h"
#include "geom/geos/surely_valid.h"
#include "geom/hilbert_tree.h"
#include "geom/measure.h"
#include "geom/shared_area.h"

namespace zaitu::geom::geos {

namespace {

using base::Error;
using base::ExitCode;

std::optional<Coord> first_not_finite(const FeatureGeometry& geometry) {
  for (Coord c : geometry.vertices()) {
    if (!std::isfinite(c.x) || !std::isfinite(c.y)) return c;
  }
  return std::nullopt;
}

// What GEOS finds wrong, in the language of messages; what it does not say otherwise stays as it says it.
std::string reason_of_geos(std::string_view reason) {
  if (reason == "Self-intersection") return base::say("Self-intersection");
  if (reason == "Ring Self-intersection") return base::say("Ring Self-intersection");
  if (reason == "Hole lies outside shell") return base::say("Hole lies outside shell");
  if (reason == "Holes are nested") return base::say("Holes are nested");
  if (reason == "Nested shells") return base::say("Nested shells");
  if (reason == "Interior is disconnected") return base::say("Interior is disconnected");
  if (reason == "Duplicate Rings") return base::say("Duplicate Rings");
  return std::string(reason);
}

void require_finite(const FeatureGeometry& geometry) {
  if (const auto c = first_not_finite(geometry)) {
    throw Error(ExitCode::input_unreadable,
                base::say("a polygon has the coordinate ({}, {}), which is not finite; repair the source", c->x, c->y));
  }
}

Geometry ring_to_geos(const Context& context, Ring ring) {
  GEOSCoordSequence* sequence = nullptr;
  if (ring.front() == ring.back()) {
    sequence = GEOSCoordSeq_copyFromBuffer_r(context, &ring[0].x, static_cast<unsigned>(ring.size()), 0, 0);
  } else {
    std::vector<Coord> closed(ring.begin(), ring.end());
    closed.push_back(ring.front());
    sequence = GEOSCoordSeq_copyFromBuffer_r(context, &closed[0].x, static_cast<unsigned>(closed.size()), 0, 0);
  }
  return own(context, sequence == nullptr ? nullptr : GEOSGeom_createLinearRing_r(context, sequence));
}

// Rings of fewer than four vertices have no area, and GEOS refuses them: they are left out.
bool has_area(Ring ring) { return ring.size() >= 4 || (ring.size() == 3 && ring.front() != ring.back()); }

Geometry to_geos(const Context& context, const FeatureGeometry& polygon) {
  static_assert(sizeof(Coord) == 2 * sizeof(double));
  std::vector<GEOSGeometry*> parts;  // owned until the collection takes them
  bool failed = false;
  for (std::size_t p = 0; p < polygon.part_count() && !failed; ++p) {
    const PartView part = polygon.part(p);
    if (part.ring_count() == 0 || !has_area(part.shell())) continue;
    Geometry shell = ring_to_geos(context, part.shell());
    std::vector<GEOSGeometry*> holes;
    failed = !shell;
    for (std::size_t r = 1; r < part.ring_count() && !failed; ++r) {
      if (!has_area(part.ring(r))) continue;
      Geometry hole = ring_to_geos(context, part.ring(r));
      failed = !hole;
      if (hole) holes.push_back(hole.release());
    }
    GEOSGeometry* made = nullptr;
    if (!failed) {
      // Takes shell and holes, also when it fails.
      made = GEOSGeom_createPolygon_r(context, shell.release(), holes.data(), static_cast<unsigned>(holes.size()));
    } else {
      for (GEOSGeometry* hole : holes) GEOSGeom_destroy_r(context, hole);
    }
    failed = made == nullptr;
    if (made != nullptr) parts.push_back(made);
  }
  if (failed) {
    for (GEOSGeometry* part : parts) GEOSGeom_destroy_r(context, part);
    throw Error(ExitCode::input_unreadable, base::say("GEOS cannot take a polygon: {}", context.error()));
  }
  if (parts.size() == 1) return own(context, parts[0]);
  Geometry multi = own(context, GEOSGeom_createCollection_r(context, GEOS_MULTIPOLYGON, parts.data(),
                                                            static_cast<unsigned>(parts.size())));
  if (!multi) throw Error(ExitCode::input_unreadable, base::say("GEOS cannot take a polygon: {}", context.error()));
  return multi;
}

void add_ring(const Context& context, const GEOSGeometry* ring, GeometryColumn& out) {
  const GEOSCoordSequence* sequence = GEOSGeom_getCoordSeq_r(context, ring);
  unsigned size = 0;
  GEOSCoordSeq_getSize_r(context, sequence, &size);
  std::vector<Coord> vertices(size);
  if (size > 0) GEOSCoordSeq_copyToBuffer_r(context, sequence, &vertices[0].x, 0, 0);
  out.add_ring(vertices);
}

// Adds the polygons of any geometry as parts of the feature begun; lines and points are left out.
void add_parts(const Context& context, const GEOSGeometry* geometry, GeometryColumn& out) {
  const int type = GEOSGeomTypeId_r(context, geometry);
  if (type == GEOS_POLYGON) {
    if (GEOSisEmpty_r(context, geometry) != 0) return;
    out.begin_part();
    add_ring(context, GEOSGetExteriorRing_r(context, geometry), out);
    const int holes = GEOSGetNumInteriorRings_r(context, geometry);
    for (int i = 0; i < holes; ++i) add_ring(context, GEOSGetInteriorRingN_r(context, geometry, i), out);
  } else if (type == GEOS_MULTIPOLYGON || type == GEOS_GEOMETRYCOLLECTION) {
    const int count = GEOSGetNumGeometries_r(context, geometry);
    for (int i = 0; i < count; ++i) add_parts(context, GEOSGetGeometryN_r(context, geometry, i), out);
  }
}

// Null when GEOS fails.
Geometry repaired(const Context& context, const GEOSGeometry* geometry) {
  const auto parameters = own(context, GEOSMakeValidParams_create_r(context));
  if (!parameters) return own<GEOSGeometry>(context, nullptr);
  GEOSMakeValidParams_setMethod_r(context, parameters.get(), GEOS_MAKE_VALID_STRUCTURE);
  GEOSMakeValidParams_setKeepCollapsed_r(context, parameters.get(), 0);
  return own(context, GEOSMakeValidWithParams_r(context, geometry, parameters.get()));
}

// The geometry itself when valid, else repaired. Overlay of invalid polygons may fail, or worse, give an area that
// means nothing.
Geometry to_valid_geos(const Context& context, const FeatureGeometry& polygon) {
  Geometry geometry = to_geos(context, polygon);
  if (surely_valid(polygon) || GEOSisValid_r(context, geometry.get()) == 1) return geometry;
  Geometry valid = repaired(context, geometry.get());
  if (!valid) throw Error(ExitCode::input_unreadable, base::say("GEOS cannot repair a polygon: {}", context.error()));
  return valid;
}

// Area of what two valid geometries share.
double shared_area(const Context& context, const GEOSGeometry* a, const GEOSGeometry* b) {
  const Geometry shared = own(context, GEOSIntersection_r(context, a, b));
  if (!shared)
    throw Error(ExitCode::input_unreadable, base::say("GEOS cannot intersect two polygons: {}", context.error()));
  // Our own formula, which keeps its digits at large eastings.
  GeometryColumn parts;
  parts.begin_feature();
  add_parts(context, shared.get(), parts);
  return area(parts[0]);
}

}  // namespace

std::optional<Invalidity> invalidity(const FeatureGeometry& polygon) {
  if (const auto c = first_not_finite(polygon)) return Invalidity{base::say("Invalid Coordinate"), *c};
  for (std::size_t p = 0; p < polygon.part_count(); ++p) {
    const PartView part = polygon.part(p);
    for (std::size_t r = 0; r < part.ring_count(); ++r) {
      const Ring ring = part.ring(r);
      if (ring.empty()) return Invalidity{base::say("Ring without vertices"), {}};
      if (ring.size() > 1 && ring.front() != ring.back())
        return Invalidity{base::say("Ring is not closed"), ring.front()};
      if (ring.size() < 4) return Invalidity{base::say("Too few points in geometry component"), ring.front()};
    }
  }
  if (surely_valid(polygon)) return std::nullopt;
  const Context context;
  const Geometry geometry = to_geos(context, polygon);
  char* raw_reason = nullptr;
  GEOSGeometry* raw_place = nullptr;
  const char valid = GEOSisValidDetail_r(context, geometry.get(), 0, &raw_reason, &raw_place);
  const Geometry place = own(context, raw_place);
  Invalidity found;
  if (raw_reason != nullptr) {
    found.reason = reason_of_geos(raw_reason);
    GEOSFree_r(context, raw_reason);
  }
  if (valid == 1) return std::nullopt;
  if (valid != 0) found.reason = context.error();
  if (place) {
    GEOSGeomGetX_r(context, place.get(), &found.place.x);
    GEOSGeomGetY_r(context, place.get(), &found.place.y);
  }
  return found;
}

bool make_valid(const FeatureGeometry& polygon, GeometryColumn& out) {
  if (first_not_finite(polygon)) {
    out.begin_feature();
    return false;
  }
  const Context context;
  const Geometry geometry = to_geos(context, polygon);
  const Geometry valid = repaired(context, geometry.get());
  out.begin_feature();
  if (valid) add_parts(context, valid.get(), out);
  return area(out[out.size() - 1]) > 0;
}

double intersection_area(const FeatureGeometry& a, const FeatureGeometry& b) {
  if (!a.envelope().intersects(b.envelope())) return 0;
  require_finite(a);
  require_finite(b);
  const Context context;
  return shared_area(context, to_valid_geos(context, a).get(), to_valid_geos(context, b).get());
}

struct PreparedArea::Impl {
  Context context;  // first: the geometries end before it
  Geometry area;
  Owned<const GEOSPreparedGeometry> prepared;
  Envelope envelope;
  GeometryColumn outline;   // of the united area
  std::vector<Edge> edges;  // of the outline, its inside on their left
  HilbertTree edge_boxes;

  bool meets_edge(const Envelope& box) const;
  bool contains(Coord point) const;
  double shared_with(Ring ring, const Envelope& box, double area_m2) const;
};

bool PreparedArea::Impl::meets_edge(const Envelope& box) const {
  // The box of the edge meets; the edge itself passes by when all corners of the box lie clearly on one side of it.
  const auto passes_by = [&](const Edge& edge) {
    const double dx = edge.b.x - edge.a.x, dy = edge.b.y - edge.a.y;
    const auto side = [&](double x, double y) { return dx * (y - edge.a.y) - dy * (x - edge.a.x); };
    const double sides[] = {side(box.min_x, box.min_y), side(box.max_x, box.min_y), side(box.max_x, box.max_y),
                            side(box.min_x, box.max_y)};
    // A micrometre off the line: far above the rounding of these products, and what GEOS is asked for costs only time.
    const double clear = 1e-6 * (std::abs(dx) + std::abs(dy));
    return std::all_of(std::begin(sides), std::end(sides), [&](double s) { return s > clear; }) ||
           std::all_of(std::begin(sides), std::end(sides), [&](double s) { return s < -clear; });
  };
  bool meets = false;
  edge_boxes.query(box, [&](std::uint32_t edge) { meets = meets || !passes_by(edges[edge]); });
  return meets;
}

// For a clearly simple ring; `box` and `area_m2` are the ring's.
double PreparedArea::Impl::shared_with(Ring ring, const Envelope& box, double area_m2) const {
  std::vector<Edge> near;
  edge_boxes.query({box.min_x, box.min_y, box.max_x, std::max(box.max_y, envelope.max_y)},
                   [&](std::uint32_t edge) { near.push_back(edges[edge]); });
  const double shared_m2 = geom::shared_area(ring, near);
  constexpr double noise = 1e-12;  // of these sums: a parcel that touches the rim lies inside
  return shared_m2 >= area_m2 * (1 - noise) ? area_m2 : shared_m2;
}

// Even-odd count of the edges to the right; as geom::contains, but a look at those edges alone.
bool PreparedArea::Impl::contains(Coord point) const {
  bool inside = false;
  edge_boxes.query({point.x, point.y, envelope.max_x, point.y}, [&](std::uint32_t i) {
    const auto& [a, b] = edges[i];
    if ((a.y > point.y) == (b.y > point.y)) return;
    if (point.x - a.x < (b.x - a.x) * ((point.y - a.y) / (b.y - a.y))) inside = !inside;
  });
  return inside;
}

PreparedArea::PreparedArea(const std::vector<FeatureGeometry>& members) : m_impl(nullptr) {
  auto impl = std::make_unique<Impl>();
  const Context& context = impl->context;
  std::vector<Geometry> valid;
  for (const FeatureGeometry& member : members) {
    require_finite(member);
    valid.push_back(to_valid_geos(context, member));
  }
  std::vector<GEOSGeometry*> parts;
  parts.reserve(valid.size());
  for (Geometry& member : valid) parts.push_back(member.release());
  const Geometry all = own(context, GEOSGeom_createCollection_r(context, GEOS_GEOMETRYCOLLECTION, parts.data(),
                                                                static_cast<unsigned>(parts.size())));
  impl->area = own(context, all ? GEOSUnaryUnion_r(context, all.get()) : nullptr);
  if (!impl->area)
    throw Error(ExitCode::input_unreadable, base::say("GEOS cannot unite the parts of an area: {}", context.error()));
  impl->prepared = own(context, GEOSPrepare_r(context, impl->area.get()));
  impl->outline.begin_feature();
  add_parts(context, impl->area.get(), impl->outline);
  impl->envelope = impl->outline.envelope();

  std::vector<Envelope> boxes;
  const FeatureGeometry outline = impl->outline[0];
  for (std::size_t p = 0; p < outline.part_count(); ++p) {
    for (std::size_t r = 0; r < outline.part(p).ring_count(); ++r) {
      const Ring ring = outline.part(p).ring(r);
      const bool inside_left = (signed_area(ring) > 0) == (r == 0);
      for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
        Envelope box;
        box.expand(ring[i]);
        box.expand(ring[i + 1]);
        boxes.push_back(box);
        impl->edges.push_back(inside_left ? Edge{ring[i], ring[i + 1]} : Edge{ring[i + 1], ring[i]});
      }
    }
  }
  impl->edge_boxes = HilbertTree(boxes);
  m_impl = impl.release();
}

PreparedArea::~PreparedArea() { delete m_impl; }
PreparedArea::PreparedArea(PreparedArea&& other) noexcept : m_impl(std::exchange(other.m_impl, nullptr)) {}
PreparedArea& PreparedArea::operator=(PreparedArea&& other) noexcept {
  std::swap(m_impl, other.m_impl);
  return *this;
}

const Envelope& PreparedArea::envelope() const { return m_impl->envelope; }
FeatureGeometry PreparedArea::outline() const { return m_impl->outline[0]; }

double PreparedArea::intersection_area(const FeatureGeometry& parcel) const {
  const Impl& impl = *m_impl;
  const Envelope box = parcel.envelope();
  if (!box.intersects(impl.envelope)) return 0;
  require_finite(parcel);
  // Most parcels meet no edge of the area: their box lies wholly inside or wholly outside, and one point decides.
  if (!impl.meets_edge(box)) return impl.contains(box.centre()) ? area(parcel) : 0;

  if (parcel.part_count() == 1 && parcel.part(0).ring_count() == 1 && is_clearly_simple(parcel.part(0).shell())) {
    return impl.shared_with(parcel.part(0).shell(), box, area(parcel));
  }

  const Context& context = impl.context;
  const Geometry geometry = to_valid_geos(context, parcel);
  // 2 = GEOS failed; the intersection then says so.
  if (GEOSPreparedCovers_r(context, impl.prepared.get(), geometry.get()) == 1) return area(parcel);
  if (GEOSPreparedIntersects_r(context, impl.prepared.get(), geometry.get()) == 0) return 0;
  return shared_area(context, impl.area.get(), geometry.get());
}

}  // namespace zaitu::geom::geos
