// Where the parcels of a fabric with defects lie, against plain GEOS; and what another date or an edit leaves alone.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "geom/geos/overlay.h"
#include "geom/measure.h"
#include "planning/location.h"
#include "support/parcel_fabric.h"
#include "unit/geom/polygons.h"

namespace zaitu::planning {
namespace {

const base::Date today = *base::Date::parse("2025-12-31");

test::Vertices round(geom::Coord centre, double radius, int corners) {
  test::Vertices ring;
  for (int i = 0; i < corners; ++i) {
    const double angle = 2 * std::numbers::pi * i / corners;
    // Every third corner drawn in: concave.
    const double r = i % 3 == 0 ? radius * 0.8 : radius;
    ring.push_back({centre.x + r * std::cos(angle), centre.y + r * std::sin(angle)});
  }
  ring.push_back(ring.front());
  return ring;
}

// A fabric of parcels under areas as dirty as they come: concave, with a hole, of several parts, overlapping members, a
// ring that crosses itself, rims along boundaries of the fabric.
struct City {
  test::ParcelFabric fabric = test::make_parcel_fabric({.parcels = 4000, .seed = 3, .defect_share = 0.05});
  geom::Envelope box = fabric.geometry.envelope();
  model::Project project;
  std::vector<geom::GeometryColumn> zones;  // each alone

  City() {
    auto parcels = std::make_shared<model::ParcelTable>();
    for (std::size_t row = 0; row < fabric.geometry.size(); ++row)
      add_row(*parcels, static_cast<std::int64_t>(row) * 2 + 5);
    parcels->geometry.edit() = fabric.geometry;
    project.parcels = parcels;

    const geom::Coord middle = box.centre();
    const double w = box.width(), h = box.height();
    const auto zone = [&](std::initializer_list<test::Vertices> rings) { zones.push_back(test::polygon(rings)); };
    zone({round(middle, 0.3 * w, 50), round(middle, 0.1 * w, 12)});
    zone({round({box.min_x, box.min_y}, 0.6 * w, 90)});
    zone({round({middle.x + 0.2 * w, middle.y}, 0.2 * w, 7)});
    zone({{{middle.x, middle.y},
           {middle.x + 0.4 * w, middle.y + 0.4 * h},
           {middle.x + 0.4 * w, middle.y},
           {middle.x, middle.y + 0.4 * h},
           {middle.x, middle.y}}});  // crosses itself
    // Along the outlines of a parcel itself.
    zones.emplace_back();
    zones.back().append(fabric.geometry[1234]);
    zones.emplace_back();
    zones.back().begin_feature();
    for (const double at : {0.1, 0.5, 0.8}) {
      zones.back().begin_part();
      zones.back().add_ring(
          test::box_ring(box.min_x + at * w, box.min_y - h, box.min_x + (at + 0.08) * w, box.max_y + h));
    }
    model::AreaTable<model::Zone> table;
    for (std::size_t i = 0; i < zones.size(); ++i) {
      table.rows.push_back({});
      table.rows.back().code = "Z" + std::to_string(i);
      table.geometry.append(zones[i][0]);
    }
    table.rows[1].valid_from = base::Date::parse("2024-01-01");
    project.zones = std::make_shared<const model::AreaTable<model::Zone>>(table);

    // A circle of two boxes that overlap in a third.
    model::AreaTable<model::CircleMember> members;
    std::vector<model::Circle> circles(1);
    circles[0].id = {1};
    circles[0].code = "C";
    for (const test::Vertices& ring : {left(), right()}) {
      members.rows.push_back({});
      members.rows.back().circle = {1};
      test::add_polygon(members.geometry, {ring});
    }
    project.circles = std::make_shared<const std::vector<model::Circle>>(circles);
    project.circle_members = std::make_shared<const model::AreaTable<model::CircleMember>>(members);
  }

  static void add_row(model::ParcelTable& parcels, std::int64_t id) {
    parcels.id.edit().push_back({id});
    parcels.code.edit().push_back("P" + std::to_string(id));
    parcels.valid_from.edit().push_back({});
    parcels.valid_to.edit().push_back({});
  }
  test::Vertices left() const {
    return test::box_ring(box.min_x + 50, box.min_y + 50, box.centre().x + 33, box.max_y - 80);
  }
  test::Vertices right() const { return test::box_ring(box.centre().x - 71, box.min_y + 150, box.max_x, box.max_y); }
  test::Vertices both() const {
    return test::box_ring(box.centre().x - 71, box.min_y + 150, box.centre().x + 33, box.max_y - 80);
  }
};

Locations located(const model::Project& project, unsigned threads = 0, base::Date at = today) {
  base::Progress progress;
  return locate(project, at, progress, threads);
}

double area_in(const ShareList& shares, std::size_t area) {
  for (const Share share : shares) {
    if (share.area == area) return share.area_m2;
  }
  return 0;
}

void expect_same(const ShareLists& a, const ShareLists& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t row = 0; row < a.size(); ++row) {
    ASSERT_EQ(a[row].size(), b[row].size()) << row;
    for (std::size_t i = 0; i < a[row].size(); ++i) EXPECT_EQ(a[row][i], b[row][i]) << row;
  }
}

void expect_same(const Locations& a, const Locations& b) {
  expect_same(a.circles, b.circles);
  expect_same(a.zones, b.zones);
  expect_same(a.towns, b.towns);
}

TEST(LocatedFabric, AnIndexOfTheOutlinesChangesNothing) {
  const City city;
  model::Project indexed = city.project;
  auto parcels = std::make_shared<model::ParcelTable>(*city.project.parcels);
  parcels->feature_index = std::make_shared<const geom::FeatureIndex>(*parcels->geometry);
  indexed.parcels = parcels;
  const Locations plain = located(city.project);
  for (const unsigned threads : {1U, 3U}) {
    const Locations fast = located(indexed, threads);
    EXPECT_EQ(*fast.parcel_m2, *plain.parcel_m2);
    for (std::size_t row = 0; row < parcels->size(); ++row) {
      for (const auto& [a, b] : {std::pair{&plain.circles, &fast.circles}, {&plain.zones, &fast.zones}}) {
        const ShareList x = (*a)[row], y = (*b)[row];
        ASSERT_EQ(x.size(), y.size()) << row;
        for (std::size_t i = 0; i < x.size(); ++i) {
          EXPECT_EQ(x[i].area, y[i].area) << row;
          EXPECT_NEAR(x[i].area_m2, y[i].area_m2, 1e-9 * plain.parcel_m2[row]) << row;
        }
      }
    }
  }
}

TEST(LocatedFabric, EveryShareIsThatOfAPlainGeosIntersection) {
  const City city;
  const Locations locations = located(city.project);
  std::vector<geom::GeometryColumn> valid;
  for (const auto& zone : city.zones) {
    valid.emplace_back();
    geom::geos::make_valid(zone[0], valid.back());
  }
  const auto left = test::polygon({city.left()}), right = test::polygon({city.right()}),
             both = test::polygon({city.both()});
  std::size_t partial = 0;
  for (std::size_t row = 0; row < city.fabric.geometry.size(); ++row) {
    const geom::FeatureGeometry parcel = city.fabric.geometry[row];
    const double area_m2 = geom::area(parcel);
    const bool whole = !geom::geos::invalidity(parcel);
    const auto expect = [&](const ShareList& shares, std::size_t area, double geos_m2) {
      // What is smaller than the least share is nothing; an invalid parcel has no more than its planar area.
      const double expected = geos_m2 / area_m2 > 1e-6 ? std::min(geos_m2, area_m2) : 0;
      if (std::abs(geos_m2 / area_m2 - 1e-6) < 1e-9) return;
      if (!whole && geos_m2 > area_m2 * 0.5) return;  // lobes and planar area are different things
      EXPECT_NEAR(area_in(shares, area), expected, std::max(1e-6, 1e-9 * area_m2)) << row << " in " << area;
      if (expected > 0 && expected < area_m2 * 0.999) ++partial;
    };
    for (std::size_t i = 0; i < valid.size(); ++i) {
      expect(locations.zones[row], i, geom::geos::intersection_area(parcel, valid[i][0]));
    }
    expect(locations.circles[row], 0,
           geom::geos::intersection_area(parcel, left[0]) + geom::geos::intersection_area(parcel, right[0]) -
               geom::geos::intersection_area(parcel, both[0]));
  }
  EXPECT_GT(partial, 500U);
}

TEST(LocatedFabric, TheNumberOfThreadsChangesNothing) {
  const City city;
  const Locations one = located(city.project, 1);
  expect_same(one, located(city.project, 2));
  expect_same(one, located(city.project, 5));
}

TEST(LocatedFabric, AnotherDateIsMadeOfWhatIsKnown) {
  const City city;
  const base::Date early = *base::Date::parse("2020-01-01");
  const Locations now = located(city.project);
  base::Progress progress;
  const Locations then = relocate(city.project, early, city.project, now, progress);
  expect_same(then, located(city.project, 0, early));
  EXPECT_EQ(then.circles.codes().data(), now.circles.codes().data()) << "shared, not computed again";
  expect_same(relocate(city.project, today, city.project, then, progress), now);
}

TEST(LocatedFabric, OnlyParcelsWithANewOutlineAreLocatedAgain) {
  const City city;
  Locations before = located(city.project);
  // Parcel 20 moves to where parcel 3000 is, parcel 7 goes, one more comes.
  auto parcels = std::make_shared<model::ParcelTable>();
  geom::GeometryColumn outlines;
  for (std::uint32_t row = 0; row < city.fabric.geometry.size(); ++row) {
    if (row == 7) continue;
    City::add_row(*parcels, city.project.parcels->id[row].value);
    outlines.append(city.fabric.geometry[row == 20 ? 3000 : row]);
  }
  City::add_row(*parcels, 1000000);
  outlines.append(city.fabric.geometry[1234]);
  parcels->geometry.edit() = outlines;
  model::Project changed = city.project;
  changed.parcels = parcels;
  base::Progress progress;
  expect_same(relocate(changed, today, city.project, before, progress), located(changed));

  // A lie about another parcel is believed: it was not looked at.
  before.circles.set(100, std::vector<Share>{{0, 77, 0.77}});
  const Locations after = relocate(changed, today, city.project, before, progress);
  EXPECT_EQ(after.circles[99].front().area_m2, 77);
  // But not when its circle changes.
  model::Project moved = changed;
  moved.circles = std::make_shared<const std::vector<model::Circle>>(*changed.circles);
  expect_same(relocate(moved, today, city.project, before, progress), located(changed));
}

}  // namespace
}  // namespace zaitu::planning
