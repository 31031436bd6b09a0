#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/message.h"
#include "crs/crs.h"
#include "crs/proj_handles.h"

namespace zaitu::crs {

namespace {

// The agreement of Earth-centred datums with each other, when PROJ lists no shift between them.
constexpr double earth_centred_agreement_m = 2;

// Is the CRS on a registered datum whose ellipsoid is GRS 80 or WGS 84? Such datums are satellite-age and
// Earth-centred; a classical datum on these ellipsoids is not in the registry.
bool is_earth_centred(PJ_CONTEXT* context, const PJ* crs) {
  const Owned<PJ> geodetic(proj_crs_get_geodetic_crs(context, crs));
  if (!geodetic || epsg_code(context, geodetic.get()) == 0) return false;
  const Owned<PJ> ellipsoid(proj_get_ellipsoid(context, geodetic.get()));
  double semi_major = 0;
  double inverse_flattening = 0;
  return ellipsoid &&
         proj_ellipsoid_get_parameters(context, ellipsoid.get(), &semi_major, nullptr, nullptr, &inverse_flattening) &&
         std::abs(semi_major - 6378137) < 1e-3 && std::abs(inverse_flattening - 298.25722) < 1e-4;
}

}  // namespace

struct Transformation::Impl {
  Owned<PJ_CONTEXT> context;  // first, so that it outlives the legs
  std::vector<Owned<PJ>> legs;
  std::string from, to;
  bool identity = false;
  bool ballpark = false;
  double accuracy_m = -1;

  // Adds PROJ's way between the two; false when there is none.
  bool add_leg(const PJ* source, const PJ* target);
  void run(PJ_DIRECTION direction, std::span<geom::Coord> coords) const;
};

bool Transformation::Impl::add_leg(const PJ* source, const PJ* target) {
  PJ_CONTEXT* c = context.get();
  const Owned<PJ_OPERATION_FACTORY_CONTEXT> factory(proj_create_operation_factory_context(c, nullptr));
  proj_operation_factory_context_set_spatial_criterion(c, factory.get(), PROJ_SPATIAL_CRITERION_PARTIAL_INTERSECTION);
  proj_operation_factory_context_set_grid_availability_use(c, factory.get(),
                                                           PROJ_GRID_AVAILABILITY_DISCARD_OPERATION_IF_MISSING_GRID);
  const Owned<PJ_OBJ_LIST> operations(proj_create_operations(c, source, target, factory.get()));
  if (!operations || proj_list_get_count(operations.get()) == 0) return false;
  // The list is sorted best first; the first one tells how good the way is.
  const Owned<PJ> best(proj_list_get(c, operations.get(), 0));
  // Where there are several operations, PROJ takes for each point the best one whose area it lies in, as GDAL and QGIS
  // have it done. The choice depends on the coordinate alone, so corners that neighbours share stay shared.
  const Owned<PJ> any(proj_create_crs_to_crs_from_pj(c, source, target, nullptr, nullptr));
  Owned<PJ> leg(best && any ? proj_normalize_for_visualization(c, any.get()) : nullptr);
  if (!leg) return false;
  double leg_accuracy_m = proj_coordoperation_get_accuracy(c, best.get());
  if (proj_coordoperation_has_ballpark_transformation(c, best.get()) != 0) {
    if (is_earth_centred(c, source) && is_earth_centred(c, target)) {
      leg_accuracy_m = earth_centred_agreement_m;
    } else {
      ballpark = true;
    }
  }
  // The accuracy of a chain is known when that of every leg is.
  accuracy_m = legs.empty() ? leg_accuracy_m : accuracy_m < 0 || leg_accuracy_m < 0 ? -1 : accuracy_m + leg_accuracy_m;
  legs.push_back(std::move(leg));
  return true;
}

void Transformation::Impl::run(PJ_DIRECTION direction, std::span<geom::Coord> coords) const {
  const bool back = direction == PJ_INV;
  std::vector<geom::Coord> before;
  constexpr std::size_t block = 4096;
  while (!identity && !coords.empty()) {
    const std::span<geom::Coord> now = coords.first(std::min(block, coords.size()));
    before.assign(now.begin(), now.end());
    int error = 0;
    for (std::size_t k = 0; k < legs.size(); ++k) {
      PJ* leg = legs[back ? legs.size() - 1 - k : k].get();
      proj_errno_reset(leg);
      proj_trans_generic(leg, direction, &now[0].x, sizeof(geom::Coord), now.size(), &now[0].y, sizeof(geom::Coord),
                         now.size(), nullptr, 0, 0, nullptr, 0, 0);
      if (error == 0) error = proj_errno(leg);
    }
    for (std::size_t i = 0; i < now.size(); ++i) {
      if (std::isfinite(now[i].x) && std::isfinite(now[i].y)) continue;
      const char* reason = error != 0 ? proj_context_errno_string(context.get(), error) : nullptr;
      throw base::Error(base::ExitCode::input_unreadable,
                        base::say("coordinate ({}, {}) cannot be transformed from {} to {}{}; check the coordinate "
                                  "reference system of the source",
                                  before[i].x, before[i].y, back ? to : from, back ? from : to,
                                  reason != nullptr ? std::string(": ") + reason : ""));
    }
    coords = coords.subspan(now.size());
  }
}

Transformation::Transformation(const CoordinateReferenceSystem& from, const CoordinateReferenceSystem& to)
    : m_impl(std::make_unique<Impl>()) {
  m_impl->from = from.code();
  m_impl->to = to.code();
  m_impl->context = make_context();
  PJ_CONTEXT* context = m_impl->context.get();
  const OpenedCrs source = open_crs(context, from.definition());
  const OpenedCrs target = open_crs(context, to.definition());

  // The same CRS on both sides: coordinates must come out bit for bit, whatever the two texts looked like.
  m_impl->identity = source.epsg != 0 || target.epsg != 0
                         ? source.epsg == target.epsg
                         : proj_is_equivalent_to_with_ctx(context, source.object.get(), target.object.get(),
                                                          PJ_COMP_EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS) != 0;
  if (m_impl->identity) {
    m_impl->accuracy_m = 0;
    return;
  }

  // A definition that brings its own shift to WGS 84 is only heeded by PROJ on the way to exactly that datum: go there
  // first, or the shift would be dropped without a word.
  bool known = false;
  if (source.bound != target.bound) {
    const Owned<PJ> hub(proj_get_target_crs(context, (source.bound ? source : target).object.get()));
    known = hub && m_impl->add_leg(source.object.get(), hub.get()) && m_impl->add_leg(hub.get(), target.object.get());
  } else {
    known = m_impl->add_leg(source.object.get(), target.object.get());
  }
  if (!known) {
    throw base::Error(base::ExitCode::input_unreadable,
                      base::say("PROJ knows no way from {} to {}; give the source's coordinate reference system",
                                m_impl->from, m_impl->to));
  }
}

Transformation::~Transformation() = default;
Transformation::Transformation(Transformation&&) noexcept = default;
Transformation& Transformation::operator=(Transformation&&) noexcept = default;

void Transformation::forward(std::span<geom::Coord> coords) const { m_impl->run(PJ_FWD, coords); }

geom::Coord Transformation::forward(geom::Coord c) const {
  m_impl->run(PJ_FWD, {&c, 1});
  return c;
}

geom::Coord Transformation::inverse(geom::Coord c) const {
  m_impl->run(PJ_INV, {&c, 1});
  return c;
}

bool Transformation::is_identity() const { return m_impl->identity; }
bool Transformation::is_ballpark() const { return m_impl->ballpark; }
double Transformation::accuracy_m() const { return m_impl->accuracy_m; }

geom::GeometryColumn transformed(const geom::GeometryColumn& column, const Transformation& transformation) {
  if (transformation.is_identity()) return column;
  geom::GeometryColumn result(column.kind());
  result.reserve(column.size(), column.vertex_count());
  std::vector<geom::Coord> ring;
  for (std::size_t row = 0; row < column.size(); ++row) {
    result.begin_feature();
    const geom::FeatureGeometry feature = column[row];
    for (std::size_t p = 0; p < feature.part_count(); ++p) {
      result.begin_part();
      const geom::PartView part = feature.part(p);
      for (std::size_t r = 0; r < part.ring_count(); ++r) {
        const geom::Ring from = part.ring(r);
        ring.assign(from.begin(), from.end());
        transformation.forward(ring);
        result.add_ring(ring);
      }
    }
  }
  return result;
}

}  // namespace zaitu::crs
