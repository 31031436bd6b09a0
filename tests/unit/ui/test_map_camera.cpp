#include <gtest/gtest.h>

#include "ui/map_camera.h"

namespace zaitu::ui {
namespace {

constexpr int width = 800, height = 600;

MapCamera camera_over_a_town() {
  MapCamera camera;
  const geom::Envelope town{620000, 3430000, 644000, 3456000};
  camera.set_bounds(town);
  camera.fit(town, width, height, false);
  return camera;
}

void run_out(MapCamera& camera) {
  for (int i = 0; i < 1000 && camera.tick(0.016); ++i) {
  }
}

TEST(MapCamera, FitShowsTheWholeBoxAtAQuantisedScale) {
  const MapCamera camera = camera_over_a_town();
  EXPECT_TRUE(camera.view(width, height).extent().contains(geom::Envelope{620000, 3430000, 644000, 3456000}));
  EXPECT_EQ(camera.m_per_px(), MapCamera::resolution(camera.level()));
}

TEST(MapCamera, ZoomKeepsThePlaceUnderTheCursorAndEndsOnAScale) {
  MapCamera camera = camera_over_a_town();
  const geom::Coord cursor{width / 2.0 + 170, height / 2.0 - 90};
  const geom::Coord before = camera.view(width, height).to_map(cursor);
  camera.zoom(-6, {170, -90});
  run_out(camera);
  const geom::Coord after = camera.view(width, height).to_map(cursor);
  EXPECT_FALSE(camera.moving());
  EXPECT_EQ(camera.m_per_px(), MapCamera::resolution(camera.level()));
  EXPECT_NEAR(after.x, before.x, camera.m_per_px() * 1e-3);
  EXPECT_NEAR(after.y, before.y, camera.m_per_px() * 1e-3);
}

TEST(MapCamera, PanMovesTheMapWithTheMouse) {
  MapCamera camera = camera_over_a_town();
  const geom::Coord before = camera.centre();
  camera.pan_px(10, 20);
  EXPECT_DOUBLE_EQ(camera.centre().x, before.x - 10 * camera.m_per_px());
  EXPECT_DOUBLE_EQ(camera.centre().y, before.y + 20 * camera.m_per_px());
}

TEST(MapCamera, ZoomStopsWhereItMakesNoSenseAnyMore) {
  MapCamera camera = camera_over_a_town();
  camera.zoom(-1000, {0, 0});
  run_out(camera);
  EXPECT_GT(camera.m_per_px(), 0.005);
  camera.zoom(1000, {0, 0});
  run_out(camera);
  EXPECT_LT(camera.m_per_px(), 1000);
}

}  // namespace
}  // namespace zaitu::ui
