#include <gtest/gtest.h>

#include "unit/render/sample_scene.h"

namespace zaitu::render {
namespace {

using test::Sample;

TEST(Scene, HitTestsAreExact) {
  Sample sample;
  sample.add_parcel({{{0, 0}, {100, 0}, {0, 100}, {0, 0}}});  // a triangle: its box is twice its area
  sample.add_parcel({Sample::box(200, 0, 300, 100), Sample::box(220, 20, 280, 80)});
  const auto scene = sample.scene();
  EXPECT_EQ(scene->parcels_at({20, 20}), std::vector<std::uint32_t>{0});
  EXPECT_TRUE(scene->parcels_at({90, 90}).empty());
  EXPECT_TRUE(scene->parcels_at({250, 50}).empty());  // in the hole
  EXPECT_EQ(scene->parcels_at({210, 50}), std::vector<std::uint32_t>{1});
  EXPECT_TRUE(scene->parcels_in({80, 80, 99, 99}).empty());
  EXPECT_EQ(scene->parcels_in({10, 10, 210, 20}), (std::vector<std::uint32_t>{0, 1}));
}

TEST(Scene, ParcelsInADrawnArea) {
  Sample sample;
  const auto west = sample.add_parcel({Sample::box(0, 0, 10, 10)});
  const auto east = sample.add_parcel({Sample::box(20, 0, 30, 10)});
  const auto scene = sample.scene();
  const Sample::Ring triangle{{-5, -5}, {-5, 25}, {18, -5}, {-5, -5}};
  EXPECT_EQ(scene->parcels_in(triangle), std::vector{west});
  // Its envelope meets the eastern parcel, the area itself does not.
  const Sample::Ring slanted{{12, -5}, {30, 40}, {12, 40}, {12, -5}};
  EXPECT_TRUE(scene->parcels_in(slanted).empty());
  EXPECT_EQ(scene->parcels_in(Sample::box(-1, -1, 31, 11)), (std::vector{west, east}));
}

TEST(Scene, SnapsToVerticesBeforeEdges) {
  Sample sample;
  sample.add_parcel({Sample::box(0, 0, 10, 10)});
  const auto scene = sample.scene();
  const auto corner = scene->snap({9.2, 10.3}, 1);
  ASSERT_TRUE(corner);
  EXPECT_TRUE(corner->is_vertex);
  EXPECT_EQ(corner->place, (geom::Coord{10, 10}));
  const auto edge = scene->snap({5, 10.3}, 1);  // nearer than any vertex
  ASSERT_TRUE(edge);
  EXPECT_FALSE(edge->is_vertex);
  EXPECT_EQ(edge->place, (geom::Coord{5, 10}));
  EXPECT_FALSE(scene->snap({5, 5}, 1));
}

TEST(Scene, ParcelsNotInForceAreNotThere) {
  Sample sample;
  sample.add_parcel({Sample::box(0, 0, 10, 10)});
  sample.add_parcel({Sample::box(20, 0, 30, 10)});
  sample.parcels->valid_to.edit().set(0, base::Date::parse("2025-01-01"));
  const auto scene = sample.scene();
  EXPECT_TRUE(scene->parcels_at({5, 5}).empty());
  EXPECT_EQ(scene->parcels_at({25, 5}), std::vector<std::uint32_t>{1});
  EXPECT_EQ(scene->parcel_count({-100, -100, 100, 100}), 1U);
  EXPECT_EQ(scene->extent(), (geom::Envelope{20, 0, 30, 10}));
}

TEST(Scene, ProjectsNearestFirst) {
  Sample sample;
  sample.add_project("a", {0, 0});
  sample.add_project("b", {3, 0});
  sample.add_project("c", {50, 0});
  EXPECT_EQ(sample.scene()->projects_at({2.5, 0}, 10), (std::vector<std::uint32_t>{1, 0}));
}

TEST(Scene, AttributionOfWhatIsShown) {
  Sample sample;
  sample.add_layer("a", "road_axis", geom::GeometryKind::line, {{{0, 0}, {5, 5}}}, "© A");
  sample.add_layer("b", "metro", geom::GeometryKind::line, {{{0, 0}, {5, 5}}}, "© B");
  sample.add_layer("c", "metro", geom::GeometryKind::line, {{{0, 0}, {5, 5}}}, "© A");
  EXPECT_EQ(sample.scene()->attribution(), "© A · © B");
  SceneOptions options;
  options.hidden_layers = {"reference:a", "reference:c"};
  const auto scene = sample.scene(options);
  EXPECT_EQ(scene->attribution(), "© B");
  ASSERT_EQ(scene->layers().size(), 5U);  // hidden layers stay in the list
}

TEST(Scene, SyntheticOnlyWhileItsLayerIsShown) {
  Sample sample;
  sample.add_parcel({Sample::box(0, 0, 10, 10)});
  EXPECT_FALSE(sample.scene()->has_synthetic());
  sample.parcels->synthetic.edit().set(0, 1);
  EXPECT_TRUE(sample.scene()->has_synthetic());
  SceneOptions options;
  options.hidden_layers = {"parcels"};
  EXPECT_FALSE(sample.scene(options)->has_synthetic());
}

TEST(Scene, EveryBuildHasItsOwnRevision) {
  const Sample sample = test::small_town();
  const auto first = sample.scene();
  const auto second = sample.scene({}, first.get());
  EXPECT_NE(first->revision(), second->revision());
  const View view = View::fitting(first->extent(), 200, 150);
  EXPECT_EQ(rasterise(*first, view).rgba, rasterise(*second, view).rgba);
}

TEST(Scene, ChangedTableGetsANewIndex) {
  Sample sample;
  sample.add_parcel({Sample::box(0, 0, 10, 10)});
  const auto before = sample.scene();
  Sample moved;
  moved.add_parcel({Sample::box(100, 0, 110, 10)});
  const auto after = moved.scene({}, before.get());
  EXPECT_EQ(after->parcels_at({105, 5}).size(), 1U);
  EXPECT_TRUE(after->parcels_at({5, 5}).empty());
}

// Another snapshot of the same town: its tables are copies that share what is not edited.
Sample snapshot_of(const Sample& sample) {
  Sample copy = sample;
  copy.parcels = std::make_shared<model::ParcelTable>(*sample.parcels);
  copy.project = std::make_shared<model::Project>(*sample.project);
  copy.project->parcels = copy.parcels;
  copy.status = std::make_shared<planning::StatusAt>(*sample.status);
  return copy;
}

// The column with another ring in place of one feature.
geom::GeometryColumn with_ring(const geom::GeometryColumn& column, std::size_t row, const Sample::Ring& ring) {
  geom::GeometryColumn result(column.kind());
  result.append(column, 0, row);
  result.begin_feature();
  result.begin_part();
  result.add_ring(ring);
  result.append(column, row + 1, column.size());
  return result;
}

// The pictures are equal wherever the changes do not reach, at several scales; and the index patched for the change
// paints what a new one paints.
void expect_changes_are_all(const Sample& before, const Sample& after, std::size_t boxes_at_least) {
  SceneOptions options;
  options.theme.theme = style::Theme::land_use;
  const auto first = before.scene(options);
  const auto second = after.scene(options, first.get());
  const auto anew = after.scene(options);
  EXPECT_EQ(second->extent(), anew->extent());
  const auto changes = second->changes_since(*first);
  ASSERT_TRUE(changes.has_value());
  EXPECT_GE(changes->size(), boxes_at_least);
  for (const double m_per_px : {0.7, 2.0, 9.0, 60.0}) {
    View view = View::fitting(first->extent(), 420, 300);
    view.m_per_px = m_per_px;
    const Image a = rasterise(*first, view);
    const Image b = rasterise(*second, view);
    EXPECT_EQ(b.rgba, rasterise(*anew, view).rgba) << m_per_px;
    std::vector<geom::Envelope> reached;
    for (const geom::Envelope& box : *changes) reached.push_back(box.buffered(reach_px * m_per_px));
    std::size_t unexplained = 0;
    for (int y = 0; y < view.height_px; ++y) {
      for (int x = 0; x < view.width_px; ++x) {
        const auto at = static_cast<std::size_t>(y * view.width_px + x) * 4;
        if (std::equal(a.rgba.begin() + static_cast<std::ptrdiff_t>(at),
                       a.rgba.begin() + static_cast<std::ptrdiff_t>(at) + 4,
                       b.rgba.begin() + static_cast<std::ptrdiff_t>(at))) {
          continue;
        }
        const geom::Coord place = view.to_map({x + 0.5, y + 0.5});
        const bool explained =
            std::any_of(reached.begin(), reached.end(), [&](const geom::Envelope& box) { return box.contains(place); });
        unexplained += explained ? 0 : 1;
      }
    }
    EXPECT_EQ(unexplained, 0U) << m_per_px;
  }
}

TEST(SceneChanges, NothingChanged) {
  const Sample sample = test::small_town();
  const auto first = sample.scene();
  const auto second = snapshot_of(sample).scene({}, first.get());
  EXPECT_EQ(second->changes_since(*first), std::vector<geom::Envelope>{});
}

TEST(SceneChanges, AnotherShape) {
  const Sample before = test::small_town();
  Sample after = snapshot_of(before);
  const geom::Envelope box = before.parcels->geometry[5].envelope();
  after.parcels->geometry.edit() = with_ring(
      *before.parcels->geometry, 5, Sample::box(box.min_x + 20, box.min_y + 10, box.max_x + 30, box.max_y - 5));
  expect_changes_are_all(before, after, 2);
}

TEST(SceneChanges, TheOutermostParcelShrinks) {
  const Sample before = test::small_town();
  Sample after = snapshot_of(before);
  const geom::Envelope box = before.parcels->geometry[0].envelope();
  after.parcels->geometry.edit() =
      with_ring(*before.parcels->geometry, 0, Sample::box(box.min_x + 50, box.min_y + 50, box.max_x, box.max_y));
  expect_changes_are_all(before, after, 2);
}

TEST(SceneChanges, AnotherLandUse) {
  const Sample before = test::small_town();
  Sample after = snapshot_of(before);
  model::DictionaryColumn uses;
  for (std::size_t row = 0; row < before.parcels->size(); ++row) {
    uses.push_back(row == 7 ? "10" : (*before.parcels->land_use_current)[row]);
  }
  ASSERT_NE(uses[7], (*before.parcels->land_use_current)[7]);
  after.parcels->land_use_current.edit() = uses;
  expect_changes_are_all(before, after, 1);
}

TEST(SceneChanges, ASplitRetiresOneParcelAndAddsTwo) {
  const Sample before = test::small_town();
  Sample after = snapshot_of(before);
  const geom::Envelope box = before.parcels->geometry[10].envelope();
  const double middle = (box.min_x + box.max_x) / 2;
  after.parcels->valid_to.edit().set(10, base::Date::parse("2025-01-01"));
  after.add_parcel({Sample::box(box.min_x, box.min_y, middle, box.max_y)}, "07", 1, 0);
  after.add_parcel({Sample::box(middle, box.min_y, box.max_x, box.max_y)}, "14", 0, 1);
  expect_changes_are_all(before, after, 3);
}

TEST(SceneChanges, AParcelLessMovesTheRowsAfterIt) {
  const Sample before = test::small_town();
  Sample after = snapshot_of(before);
  after.parcels = std::make_shared<model::ParcelTable>();
  after.project->parcels = after.parcels;
  for (std::size_t row = 0; row < before.parcels->size(); ++row) {
    if (row == 3) continue;
    model::ParcelTable::each_column(
        [row](auto& to, const auto& from) {
          if (row < from.size()) to.edit().append(*from, row, row + 1);
        },
        *after.parcels, std::as_const(*before.parcels));
  }
  after.status->parcels = planning::Standings();
  for (std::size_t row = 0; row < before.status->parcels.size(); ++row) {
    if (row != 3) after.status->parcels.push_back(before.status->parcels[row]);
  }
  expect_changes_are_all(before, after, 1);
}

TEST(SceneChanges, ThemeGroundAndLayersAreEverywhere) {
  const Sample sample = test::small_town();
  const auto first = sample.scene();
  SceneOptions options;
  options.theme.theme = style::Theme::supply;
  EXPECT_FALSE(sample.scene(options)->changes_since(*first).has_value());
  options = {};
  options.theme.dark = true;
  EXPECT_FALSE(sample.scene(options)->changes_since(*first).has_value());
  options = {};
  options.hidden_layers = {"circles"};
  EXPECT_FALSE(sample.scene(options)->changes_since(*first).has_value());
}

TEST(Scene, LegendOfAPartTellsOnlyWhatIsThere) {
  Sample sample;
  sample.add_parcel({Sample::box(0, 0, 100, 100)}, "07", 0, 1);
  sample.add_parcel({Sample::box(200, 0, 300, 100)}, "07", 1, 0);
  sample.add_parcel({Sample::box(400, 0, 500, 100)}, "14", 1, 0);
  SceneOptions options;
  options.theme.theme = style::Theme::land_use;
  const auto scene = sample.scene(options);
  const style::Legend part = scene->legend_in({-10, -10, 310, 110});
  ASSERT_EQ(part.front().entries.size(), 1U);
  EXPECT_EQ(part.front().entries[0].key, "07");
  EXPECT_EQ(part.front().entries[0].features, 2U);
  EXPECT_EQ(scene->legend_in({-10, -10, 510, 110}).front().entries.size(), scene->legend().front().entries.size());
}

geom::Coord plain_measure(const std::string& text, float size_px) {
  return {static_cast<double>(text.size()) * static_cast<double>(size_px) * 0.35, static_cast<double>(size_px) * 1.4};
}

TEST(Labels, NeverOverlapAndStayInTheView) {
  const Sample sample = test::small_town();
  const auto scene = sample.scene();
  std::size_t all = 0;
  for (const double m_per_px : {0.4, 0.8, 1.5, 3.0, 6.0}) {
    View view = View::fitting(scene->extent(), 700, 500);
    view.m_per_px = m_per_px;
    const std::vector<Label> labels = place_labels(*scene, view, plain_measure);
    all += labels.size();
    std::vector<geom::Envelope> boxes;
    for (const Label& label : labels) {
      const geom::Coord size = plain_measure(label.text, label.size_px);
      const geom::Envelope box{label.place_px.x - size.x / 2, label.place_px.y - size.y / 2,
                               label.place_px.x + size.x / 2, label.place_px.y + size.y / 2};
      EXPECT_GE(box.min_x, 0);
      EXPECT_LE(box.max_x, 700);
      EXPECT_GE(box.min_y, 0);
      EXPECT_LE(box.max_y, 500);
      for (const geom::Envelope& other : boxes) EXPECT_FALSE(box.intersects(other)) << label.text << " at " << m_per_px;
      boxes.push_back(box);
    }
    const std::vector<Label> again = place_labels(*scene, view, plain_measure);
    ASSERT_EQ(again.size(), labels.size());
    for (std::size_t i = 0; i < labels.size(); ++i) {
      EXPECT_EQ(again[i].text, labels[i].text);
      EXPECT_EQ(again[i].place_px, labels[i].place_px);
    }
  }
  EXPECT_GT(all, 20U);
}

TEST(Labels, LargeParcelsAndBothProjectsHaveNames) {
  const auto scene = test::small_town().scene();
  View view = View::fitting(scene->extent(), 900, 600);
  const std::vector<Label> labels = place_labels(*scene, view, plain_measure);
  const auto count = [&](const std::string& text) {
    return std::count_if(labels.begin(), labels.end(), [&](const Label& label) { return label.text == text; });
  };
  EXPECT_EQ(count("零号湾"), 1);
  EXPECT_EQ(count("小零号湾"), 1);
  EXPECT_EQ(count("核心"), 1);
  EXPECT_TRUE(std::any_of(labels.begin(), labels.end(), [](const Label& l) { return l.parcel != UINT32_MAX; }));
}

TEST(Labels, ALongProjectNameStandsInTwoLinesThatAreWhole) {
  Sample sample;
  sample.add_parcel({Sample::box(0, 0, 3000, 2000)});
  sample.add_project("科技企业总部园区优质厂房（闵行经济技术开发区重点地块转型）", {1500, 1000});
  const auto scene = sample.scene();
  const std::vector<Label> labels = place_labels(*scene, View::fitting(scene->extent(), 900, 600), plain_measure);
  std::vector<Label> lines;
  for (const Label& label : labels) {
    if (label.parcel == UINT32_MAX) lines.push_back(label);
  }
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].text, "科技企业总部园区优质厂房");
  EXPECT_EQ(lines[1].text, "（闵行经济技术开发区重点地块转型）");
  EXPECT_LT(lines[0].place_px.y, lines[1].place_px.y);
  // Both lines begin beside the point.
  const auto left = [](const Label& label) {
    return label.place_px.x - plain_measure(label.text, label.size_px).x / 2;
  };
  EXPECT_NEAR(left(lines[0]), left(lines[1]), 6);
}

TEST(Labels, TracksOfADepotHaveNoName) {
  Sample sample;
  sample.add_parcel({Sample::box(0, 0, 3000, 2000)});
  model::ReferenceLayer& layer =
      sample.add_layer("metro", "metro", geom::GeometryKind::line, {{{0, 500}, {3000, 500}}});
  layer.name = model::TextColumn();
  layer.geometry = geom::GeometryColumn(geom::GeometryKind::line);
  layer.geometry.begin_feature();
  layer.geometry.begin_part();
  layer.geometry.add_ring(Sample::Ring{{0, 500}, {3000, 500}});
  layer.name.push_back("5号线");
  layer.geometry.begin_feature();
  for (int i = 0; i < 80; ++i) {
    layer.geometry.begin_part();
    layer.geometry.add_ring(Sample::Ring{{1000, 1000.0 + i * 3}, {1400, 1000.0 + i * 3}});
  }
  layer.name.push_back("车辆段");
  const auto scene = sample.scene();
  const std::vector<Label> labels = place_labels(*scene, View::fitting(scene->extent(), 1500, 1000), plain_measure);
  const auto named = [&](const std::string& text) {
    return std::any_of(labels.begin(), labels.end(), [&](const Label& label) { return label.text == text; });
  };
  EXPECT_TRUE(named("5号线"));
  EXPECT_FALSE(named("车辆段"));
}

TEST(Labels, OfAFineScreenAreThoseOfTheDesignTwiceAsLarge) {
  const auto scene = test::small_town().scene();
  const View design = View::fitting(scene->extent(), 700, 500);
  View fine = design;
  fine.m_per_px /= 2;
  fine.width_px *= 2;
  fine.height_px *= 2;
  fine.px_scale = 2;
  const std::vector<Label> labels = place_labels(*scene, design, plain_measure);
  const std::vector<Label> large = place_labels(*scene, fine, plain_measure);
  ASSERT_EQ(large.size(), labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    EXPECT_EQ(large[i].text, labels[i].text);
    EXPECT_NEAR(large[i].place_px.x, 2 * labels[i].place_px.x, 1e-6);
    EXPECT_NEAR(large[i].place_px.y, 2 * labels[i].place_px.y, 1e-6);
    EXPECT_FLOAT_EQ(large[i].size_px, 2 * labels[i].size_px);
  }
}

TEST(Labels, NoneWhenNotAskedFor) {
  SceneOptions options;
  options.labels = false;
  const auto scene = test::small_town().scene(options);
  EXPECT_TRUE(place_labels(*scene, View::fitting(scene->extent(), 900, 600), plain_measure).empty());
}

}  // namespace
}  // namespace zaitu::render
