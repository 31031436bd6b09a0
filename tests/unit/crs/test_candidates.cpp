#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "crs/candidates.h"

namespace zaitu::crs {
namespace {

using geom::Coord;

// A bureau's project in zone 40, without layers.
const ExpectedPlace in_zone_40{std::nullopt, geom::Envelope{118.5, 24.4, 121.5, 40.7}, 4549};
const ExpectedPlace in_minhang{geom::Envelope{121.35, 31.0, 121.5, 31.2}, geom::Envelope{118.5, 24.4, 121.5, 40.7},
                               4549};

std::vector<Coord> some(Coord c) { return {c, {c.x + 300, c.y}, {c.x, c.y + 200}, {c.x + 10, c.y + 10}}; }

TEST(CrsCandidates, RankedByWhereTheCoordinatesLand) {
  struct Given {
    std::vector<Coord> sample;
    const ExpectedPlace& expected;
    int epsg;
    bool swapped;
  };
  const std::vector<Given> given = {
      {some({557000, 3464000}), in_zone_40, 4549, false},
      {some({40557000, 3464000}), in_zone_40, 4528, false},
      {some({3464000, 557000}), in_zone_40, 4549, true},
      {some({3464000, 40557000}), in_zone_40, 4528, true},
      {some({39557000, 3464000}), in_zone_40, 4527, false},  // in another zone, but it says so itself
      {some({20723000, 3464000}), in_zone_40, 4498, false},  // six degrees
      {some({21297000, 3464000}), in_zone_40, 4499, false},
      {some({13425000, 3672000}), in_zone_40, 3857, false},  // begins like zone 13
      {{{120.6, 31.3}, {120.61, 31.31}}, in_zone_40, 4490, false},
      {{{31.3, 120.6}, {31.31, 120.61}}, in_zone_40, 4490, true},
      {some({643144, 3441000}), in_minhang, 4549, false},  // on the rim of two zones
      {some({356500, 3441000}), in_minhang, 4550, false},
      // Half of them with the zone number.
      {{{557000, 3464000}, {40557001, 3464000}, {557002, 3464000}, {40557003, 3464000}}, in_zone_40, 4549, false},
  };
  for (const Given& one : given) {
    const CandidateList list = candidates_for(one.sample, one.expected);
    ASSERT_FALSE(list.ranked.empty()) << one.epsg;
    const Candidate& best = list.ranked.front();
    EXPECT_EQ(best.epsg, one.epsg) << one.sample.front().x << " " << reason_of(best);
    EXPECT_EQ(best.swapped, one.swapped) << one.epsg;
    EXPECT_TRUE(list.clear) << one.epsg << (list.ranked.size() > 1 ? list.ranked[1].name : "");
    EXPECT_FALSE(list.local);
    EXPECT_EQ(CoordinateReferenceSystem::from_text(best.code()).name(), best.name);
  }
}

TEST(CrsCandidates, OlderDatumsAreNamedBesideTheNewOne) {
  const CandidateList list = candidates_for(some({557000, 3464000}), in_zone_40);
  const auto has = [&](int epsg) {
    return std::any_of(list.ranked.begin(), list.ranked.end(), [&](const Candidate& one) { return one.epsg == epsg; });
  };
  EXPECT_TRUE(has(2385));  // Xian 1980
  EXPECT_TRUE(has(2437));  // Beijing 1954
  EXPECT_TRUE(list.ranked.front().is_project);
  EXPECT_THAT(reason_of(list.ranked.front()), testing::HasSubstr("120.599E 31.297N"));
}

TEST(CrsCandidates, CodesNameTheZoneTheyAreMeantFor) {
  // A zone of each family, wherever it lies.
  for (const Coord c :
       {Coord{13500000, 4e6}, Coord{23600000, 4e6}, Coord{25500000, 4e6}, Coord{45400000, 4e6}, Coord{500000, 4e6}}) {
    for (const Candidate& one : candidates_for(std::vector{c}, {}).ranked) {
      const auto crs = CoordinateReferenceSystem::from_text(one.code());
      EXPECT_EQ(crs.name(), one.name) << one.epsg;
      if (crs.is_geographic() || one.epsg == 3857) continue;
      const Coord place = Transformation(crs, CoordinateReferenceSystem::from_text("EPSG:4490")).forward(c);
      EXPECT_NEAR(place.x, one.lon_lat.x, 0.01) << one.epsg;
      EXPECT_NEAR(place.y, one.lon_lat.y, 0.02) << one.epsg;
    }
  }
}

TEST(CrsCandidates, ALocalGridIsNeverGuessed) {
  for (const Coord c : {Coord{-3500, 2100}, Coord{57000, 64000}, Coord{504000, 306000}}) {
    const CandidateList list = candidates_for(some(c), in_zone_40);
    EXPECT_TRUE(list.ranked.empty()) << list.ranked.front().name;
    EXPECT_TRUE(list.local);
    EXPECT_FALSE(list.clear);
  }
  EXPECT_FALSE(candidates_for(some({557000, 34640000}), in_zone_40).local);
  EXPECT_FALSE(candidates_for({}, in_zone_40).local);
  EXPECT_FALSE(candidates_for(std::vector{Coord{NAN, 3}}, in_zone_40).clear);
}

TEST(CrsCandidates, NotClearWhereSeveralPlacesFit) {
  // Without a project to compare with, every meridian is as good as the next.
  const CandidateList list = candidates_for(some({557000, 3464000}), {});
  EXPECT_GT(list.ranked.size(), 10U);
  EXPECT_FALSE(list.clear);
}

}  // namespace
}  // namespace zaitu::crs
