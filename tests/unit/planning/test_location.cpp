#include "planning/location.h"

#include <gtest/gtest.h>

#include <limits>
#include <memory>

#include "planning/supply.h"
#include "unit/geom/polygons.h"

namespace zaitu::planning {
namespace {

using test::box_ring;

base::Date day(const char* iso) { return *base::Date::parse(iso); }

// A project put together row by row.
class Town {
 public:
  int circle(const std::string& code, std::initializer_list<test::Vertices> members) {
    model::Circle circle;
    circle.id = {static_cast<std::int64_t>(m_circles.size()) + 1};
    circle.code = code;
    for (const test::Vertices& member : members) {
      model::CircleMember row;
      row.circle = circle.id;
      m_members.rows.push_back(row);
      test::add_polygon(m_members.geometry, {member});
    }
    m_circles.push_back(circle);
    return static_cast<int>(m_circles.size()) - 1;
  }
  int zone(const std::string& code, const test::Vertices& ring, const char* from = nullptr, const char* to = nullptr) {
    model::Zone zone;
    zone.code = code;
    if (from != nullptr) zone.valid_from = day(from);
    if (to != nullptr) zone.valid_to = day(to);
    m_zones.rows.push_back(zone);
    test::add_polygon(m_zones.geometry, {ring});
    return static_cast<int>(m_zones.rows.size()) - 1;
  }
  int town(const std::string& code, const test::Vertices& ring) {
    model::Town town;
    town.code = code;
    m_towns.rows.push_back(town);
    test::add_polygon(m_towns.geometry, {ring});
    return static_cast<int>(m_towns.rows.size()) - 1;
  }
  model::ParcelId parcel(const test::Vertices& ring, const char* from = nullptr, const char* to = nullptr) {
    const model::ParcelId id{100 + static_cast<std::int64_t>(m_parcels.size())};
    m_parcels.id.edit().push_back(id);
    m_parcels.code.edit().push_back("P");
    m_parcels.valid_from.edit().push_back(from == nullptr ? std::nullopt : std::optional(day(from)));
    m_parcels.valid_to.edit().push_back(to == nullptr ? std::nullopt : std::optional(day(to)));
    if (ring.empty()) {
      m_parcels.geometry.edit().begin_feature();
    } else {
      test::add_polygon(m_parcels.geometry.edit(), {ring});
    }
    return id;
  }
  model::ProjectId carrier(std::initializer_list<model::ParcelId> parcels,
                           std::optional<geom::Coord> point = std::nullopt) {
    model::CarrierProject row;
    row.id = {1000 + static_cast<std::int64_t>(m_projects.size())};
    row.location = point;
    for (model::ParcelId parcel : parcels) m_project_parcels.push_back({row.id, parcel});
    m_projects.push_back(row);
    return row.id;
  }
  std::size_t phase(model::ProjectId project, std::initializer_list<model::ParcelId> parcels = {}) {
    model::Phase row;
    row.id = {10000 + static_cast<std::int64_t>(m_phases.size())};
    row.project = project;
    for (model::ParcelId parcel : parcels) m_phase_parcels.push_back({row.id, parcel});
    m_phases.push_back(row);
    return m_phases.size() - 1;
  }
  Locations locate(const char* at = "2025-12-31") const {
    base::Progress progress;
    return planning::locate(project(), day(at), progress);
  }
  model::Project project() const {
    model::Project project;
    project.circles = share(m_circles);
    project.circle_members = share(m_members);
    project.zones = share(m_zones);
    project.towns = share(m_towns);
    project.parcels = share(m_parcels);
    project.projects = share(m_projects);
    project.project_parcels = share(m_project_parcels);
    project.phases = share(m_phases);
    project.phase_parcels = share(m_phase_parcels);
    return project;
  }

 private:
  template <class T>
  static std::shared_ptr<const T> share(const T& value) {
    return std::make_shared<const T>(value);
  }
  std::vector<model::Circle> m_circles;
  model::AreaTable<model::CircleMember> m_members;
  model::AreaTable<model::Zone> m_zones;
  model::AreaTable<model::Town> m_towns;
  model::ParcelTable m_parcels;
  std::vector<model::CarrierProject> m_projects;
  std::vector<model::ProjectParcel> m_project_parcels;
  std::vector<model::Phase> m_phases;
  std::vector<model::PhaseParcel> m_phase_parcels;
};

TEST(Location, ParcelAcrossTwoCircles) {
  Town town;
  const int west = town.circle("B", {box_ring(0, 0, 100, 100)});
  const int east = town.circle("A", {box_ring(100, 0, 200, 100)});
  town.parcel(box_ring(90, 10, 120, 20));
  town.parcel(box_ring(10, 10, 20, 20));
  town.parcel(box_ring(500, 10, 520, 20));
  const Locations locations = town.locate();
  ASSERT_EQ(locations.circles[0].size(), 2U);
  EXPECT_EQ(largest(locations.circles[0]), east);
  EXPECT_NEAR(locations.circles[0][0].area_m2, 200, 1e-9);
  EXPECT_NEAR(locations.circles[0][0].share, 2.0 / 3, 1e-12);
  EXPECT_EQ(locations.circles[0][1].area, static_cast<std::uint32_t>(west));
  EXPECT_NEAR(locations.circles[0][1].share, 1.0 / 3, 1e-12);
  ASSERT_EQ(locations.circles[1].size(), 1U);
  EXPECT_EQ(locations.circles[1][0].share, 1);
  EXPECT_EQ(largest(locations.circles[2]), -1);
}

TEST(Location, TiesGoToTheLowerCode) {
  // At an easting where halves differ in the last digits.
  const double x = 643144.354466;
  Town town;
  town.circle("C2", {box_ring(x, 0, x + 100, 100)});
  const int first = town.circle("C1", {box_ring(x - 100, 0, x, 100)});
  town.parcel({{x - 7.3, 3.1}, {x, 1.2}, {x + 7.3, 3.1}, {x, 40.7}, {x - 7.3, 3.1}});
  const Locations locations = town.locate();
  ASSERT_EQ(locations.circles[0].size(), 2U);
  EXPECT_NEAR(locations.circles[0][0].share, 0.5, 1e-8);
  EXPECT_EQ(largest(locations.circles[0]), first);
}

TEST(Location, MembersOfACircleAreUnitedFirst) {
  Town town;
  town.circle("A", {box_ring(0, 0, 60, 100), box_ring(40, 0, 100, 100)});
  town.circle("none", {});
  town.parcel(box_ring(30, 10, 70, 20));
  const Locations locations = town.locate();
  ASSERT_EQ(locations.circles[0].size(), 1U);
  EXPECT_NEAR(locations.circles[0][0].share, 1, 1e-12);
}

TEST(Location, TouchingNeighboursAndSliversDoNotCount) {
  Town town;
  town.town("T1", box_ring(0, 0, 100, 100));
  town.town("T2", box_ring(100, 0, 200, 100));
  town.parcel(box_ring(90, 10, 100, 20));         // along the boundary
  town.parcel(box_ring(90, 10, 100.000005, 20));  // 5e-7 of it across
  const Locations locations = town.locate();
  EXPECT_EQ(locations.towns[0].size(), 1U);
  EXPECT_EQ(locations.towns[1].size(), 1U);
  EXPECT_EQ(locations.towns[0][0].share, 1);
}

TEST(Location, ZonesCountWhileInForce) {
  Town town;
  const int zone = town.zone("Z", box_ring(0, 0, 100, 100), "2024-01-01", "2025-01-01");
  const int always = town.zone("Y", box_ring(0, 0, 100, 100));
  town.parcel(box_ring(10, 10, 20, 20));
  const auto zones_at = [&](const char* at) {
    std::vector<int> rows;
    const Locations locations = town.locate(at);
    for (const Share share : locations.zones[0]) rows.push_back(static_cast<int>(share.area));
    return rows;
  };
  EXPECT_EQ(zones_at("2023-12-31"), (std::vector<int>{always}));
  EXPECT_EQ(zones_at("2024-01-01"), (std::vector<int>{always, zone}));  // equal shares: by code
  EXPECT_EQ(zones_at("2024-12-31"), (std::vector<int>{always, zone}));
  EXPECT_EQ(zones_at("2025-01-01"), (std::vector<int>{always}));  // the first day it is no longer in force
}

TEST(Location, PhasesStandOnTheirOwnParcelsElseOnTheProjects) {
  Town town;
  const int west = town.circle("W", {box_ring(0, 0, 100, 100)});
  const int east = town.circle("E", {box_ring(100, 0, 200, 100)});
  const auto in_west = town.parcel(box_ring(10, 10, 20, 20));    // 100 m2
  const auto in_east = town.parcel(box_ring(110, 10, 140, 20));  // 300 m2
  const auto project = town.carrier({in_west, in_east, in_east});
  const std::size_t whole = town.phase(project);
  const std::size_t own = town.phase(project, {in_west});
  const Locations locations = town.locate();
  EXPECT_EQ(locations.phase_parcels[whole], (std::vector<std::uint32_t>{0, 1}));
  ASSERT_EQ(locations.phase_circles[whole].size(), 2U);
  EXPECT_EQ(largest(locations.phase_circles[whole]), east);
  EXPECT_NEAR(locations.phase_circles[whole][0].share, 0.75, 1e-12);
  EXPECT_NEAR(locations.phase_circles[whole][1].share, 0.25, 1e-12);
  EXPECT_EQ(locations.phase_parcels[own], (std::vector<std::uint32_t>{0}));
  EXPECT_EQ(largest(locations.phase_circles[own]), west);
}

TEST(Location, RetiredParcelsAndTheirChildrenCountTheLandOnce) {
  Town town;
  const int west = town.circle("W", {box_ring(0, 0, 100, 100)});
  const int east = town.circle("E", {box_ring(100, 0, 200, 100)});
  // In 2024 the parcel was divided: the smaller part, in the west, left the project.
  const auto parent = town.parcel(box_ring(60, 10, 120, 20), nullptr, "2024-07-01");
  const auto child = town.parcel(box_ring(90, 10, 120, 20), "2024-07-01");
  const std::size_t phase = town.phase(town.carrier({parent, child}));
  const std::size_t own = town.phase(town.carrier({}), {parent, child});
  const std::size_t not_linked_anew = town.phase(town.carrier({parent}));

  const Locations before = town.locate("2024-06-30");
  for (const std::size_t row : {phase, own}) {
    EXPECT_EQ(before.phase_parcels[row], (std::vector<std::uint32_t>{0}));
    EXPECT_EQ(largest(before.phase_circles[row]), west);
    EXPECT_NEAR(before.phase_circles[row][0].share, 2.0 / 3, 1e-12);
  }
  const Locations after = town.locate("2024-07-01");
  for (const std::size_t row : {phase, own}) {
    EXPECT_EQ(after.phase_parcels[row], (std::vector<std::uint32_t>{1}));
    EXPECT_EQ(largest(after.phase_circles[row]), east);
    EXPECT_NEAR(after.phase_circles[row][0].share, 2.0 / 3, 1e-12);
  }
  // Its place is the last one known, not nowhere.
  EXPECT_EQ(after.phase_parcels[not_linked_anew], (std::vector<std::uint32_t>{0}));
  EXPECT_EQ(largest(after.phase_circles[not_linked_anew]), west);

  const model::Project project = town.project();
  EXPECT_FALSE(same_places(project, after, day("2024-06-30"), day("2024-07-01")));
  EXPECT_TRUE(same_places(project, after, day("2024-07-01"), day("2025-12-31")));
}

TEST(Location, OfPhasesAloneIsTheSame) {
  Town town;
  town.circle("W", {box_ring(0, 0, 100, 100)});
  const auto parcel = town.parcel(box_ring(90, 10, 120, 20));
  town.parcel(box_ring(10, 10, 20, 20));  // without a phase
  const std::size_t on_parcel = town.phase(town.carrier({parcel}));
  const std::size_t at_point = town.phase(town.carrier({}, geom::Coord{50, 50}));
  const Locations whole = town.locate();
  const Locations phases = locate_phases(town.project(), day("2025-12-31"));
  EXPECT_EQ(phases.phase_parcels, whole.phase_parcels);
  for (const std::size_t row : {on_parcel, at_point}) {
    ASSERT_EQ(phases.phase_circles[row].size(), 1U);
    EXPECT_EQ(phases.phase_circles[row][0].share, whole.phase_circles[row][0].share);
  }
}

TEST(Location, TheCurveOfAScopeTakesWhatIsInForceAtEachDate) {
  Town town;
  town.zone("Z", box_ring(0, 0, 100, 100), "2024-01-01", "2025-01-01");
  town.phase(town.carrier({town.parcel(box_ring(10, 10, 20, 20))}));
  model::Project project = town.project();
  auto phases = *project.phases;
  phases[0].carrier_m2 = 1000;
  project.phases = std::make_shared<const std::vector<model::Phase>>(phases);
  model::StageEvent done;
  done.phase = phases[0].id;
  done.stage_code = "S6";
  done.dated = day("2023-01-01");
  project.stage_events = std::make_shared<const std::vector<model::StageEvent>>(1, done);
  model::Stage completed;
  completed.code = "S6";
  project.stages = std::make_shared<const std::vector<model::Stage>>(1, completed);
  CountingRule rule;
  rule.scope = "Z";
  std::vector<double> counted;
  for (const CurvePoint& point : supply_curve(project, rule, day("2023-10-01"), day("2025-03-31"))) {
    counted.push_back(point.counted_m2);
  }
  EXPECT_EQ(counted, (std::vector<double>{0, 1000, 1000, 1000, 1000, 0}));
}

TEST(Location, PhasesWithoutParcelsTakeTheProjectsPoint) {
  Town town;
  const int circle = town.circle("W", {box_ring(0, 0, 100, 100)});
  const int north = town.town("T", box_ring(0, 0, 100, 100));
  const auto no_outline = town.parcel({});
  const std::size_t placed = town.phase(town.carrier({}, geom::Coord{50, 50}));
  const std::size_t outside = town.phase(town.carrier({}, geom::Coord{500, 50}));
  const std::size_t nowhere = town.phase(town.carrier({}));
  const std::size_t empty_parcel = town.phase(town.carrier({no_outline}, geom::Coord{50, 50}));
  const std::size_t orphan = town.phase({77});
  const Locations locations = town.locate();
  EXPECT_EQ(largest(locations.phase_circles[placed]), circle);
  EXPECT_EQ(locations.phase_circles[placed][0].share, 1);
  EXPECT_EQ(largest(locations.phase_towns[placed]), north);
  EXPECT_TRUE(locations.phase_zones[placed].empty());
  EXPECT_EQ(largest(locations.phase_circles[outside]), -1);
  EXPECT_EQ(largest(locations.phase_circles[nowhere]), -1);
  EXPECT_EQ(largest(locations.phase_circles[empty_parcel]), circle);
  EXPECT_EQ(largest(locations.phase_circles[orphan]), -1);
}

TEST(Location, BrokenCoordinatesLieNowhere) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Town town;
  town.circle("W", {box_ring(0, 0, 100, 100)});
  town.circle("broken", {{{0, 0}, {nan, 0}, {1, 1}, {0, 0}}});
  town.parcel({{10, 10}, {nan, 10}, {20, 20}, {10, 10}});
  town.parcel(box_ring(10, 10, 20, 20));
  const Locations locations = town.locate();
  EXPECT_TRUE(locations.circles[0].empty());
  EXPECT_EQ(locations.circles[1].size(), 1U);
}

TEST(Location, AnEmptyProjectAndAStop) {
  base::Progress progress;
  const Locations locations = locate(model::Project{}, day("2025-12-31"), progress);
  EXPECT_TRUE(locations.circles.empty());
  EXPECT_TRUE(locations.phase_circles.empty());

  model::Project project;
  auto parcels = std::make_shared<model::ParcelTable>();
  parcels->id.edit().push_back({1});
  parcels->code.edit().push_back("P");
  parcels->valid_from.edit().push_back({});
  parcels->valid_to.edit().push_back({});
  test::add_polygon(parcels->geometry.edit(), {box_ring(0, 0, 1, 1)});
  project.parcels = parcels;
  progress.request_stop();
  EXPECT_THROW(locate(project, day("2025-12-31"), progress), base::Cancelled);
}

}  // namespace
}  // namespace zaitu::planning
