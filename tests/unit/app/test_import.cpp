// Import into real project files: mapping, geometry, links, duplicates, counts, all or nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "app/commands.h"
#include "base/utf8.h"
#include "geom/measure.h"

namespace zaitu::app {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const fs::path test_data = TEST_DATA_DIR;

class ImportTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "zaitu-test-XXXXXX").string();
    m_folder = mkdtemp(pattern.data());
  }
  void TearDown() override {
    m_file.reset();
    fs::remove_all(m_folder);
  }
  store::ProjectFile& project(const std::string& crs = "EPSG:4549") {
    if (!m_file) {
      base::Progress progress;
      InitOptions options;
      options.project = m_folder / "p.sqlite";
      options.crs = crs;
      init_project(options, progress);
      m_file.emplace(store::ProjectFile::open(options.project, store::Access::read_write));
    }
    return *m_file;
  }
  fs::path write(const std::string& name, const std::string& content) {
    std::ofstream(m_folder / name, std::ios::binary) << content;
    return m_folder / name;
  }
  ImportResult import(model::ImportKind kind, const fs::path& source,
                      const std::function<void(ImportOptions&)>& change = {}) {
    ImportOptions options;
    options.source = source;
    options.kind = kind;
    if (change) change(options);
    base::Progress progress;
    ImportResult result = import_source(project(), options, progress);
    EXPECT_EQ(result.read, result.inserted + result.updated + result.rejected);
    return result;
  }
  model::Project load() {
    base::Progress progress;
    return project().load(progress);
  }
  std::string error_of(model::ImportKind kind, const fs::path& source,
                       const std::function<void(ImportOptions&)>& change = {}) {
    try {
      import(kind, source, change);
    } catch (const base::Error& error) {
      return std::to_string(static_cast<int>(error.code())) + " " + error.what();
    }
    return "";
  }
  // A GeoJSON of squares of 100 m at Minhang with the given properties, in EPSG:4549.
  fs::path squares(const std::string& name, const std::vector<std::string>& properties) {
    std::string text =
        R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4549"}},"features":[)";
    for (std::size_t i = 0; i < properties.size(); ++i) {
      const double x = 640000 + 200.0 * static_cast<double>(i);
      text += (i == 0 ? "" : ",") + std::string(R"({"type":"Feature","properties":)") + properties[i] +
              R"(,"geometry":)" +
              polygon({{x, 3430000}, {x + 100, 3430000}, {x + 100, 3430100}, {x, 3430100}, {x, 3430000}}) + "}";
    }
    return write(name, text + "]}");
  }
  static std::string polygon(const std::vector<geom::Coord>& ring) {
    std::string text = R"({"type":"Polygon","coordinates":[[)";
    for (std::size_t i = 0; i < ring.size(); ++i) {
      text += (i == 0 ? "[" : ",[") + std::to_string(ring[i].x) + "," + std::to_string(ring[i].y) + "]";
    }
    return text + "]]}";
  }
  fs::path feature(const std::string& name, const std::string& geometry, const std::string& epsg = "4549") {
    return write(name,
                 R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::)" +
                     epsg + R"("}},"features":[{"type":"Feature","properties":{"code":"A"},"geometry":)" + geometry +
                     "}]}");
  }
  static std::vector<std::string> codes(const ImportResult& result) {
    std::vector<std::string> list;
    for (const io::Warning& warning : result.warnings) list.push_back(warning.code);
    return list;
  }

  fs::path m_folder;
  std::optional<store::ProjectFile> m_file;
};

constexpr auto parcels = model::ImportKind::parcels;

TEST_F(ImportTest, TakesEveryParcelOfARealLayer) {
  const ImportResult result = import(parcels, test_data / "seoul_gangnam_parcels" / "Parcels.shp");
  EXPECT_EQ(result.read, 235);
  EXPECT_EQ(result.inserted, 235);
  EXPECT_THAT(codes(result), Contains("id")) << "no column is a code, and that is said";
  EXPECT_THAT(codes(result), Contains("extent")) << "Seoul is not in the project's CRS's area";
  const model::Project stored = load();
  EXPECT_EQ(stored.parcels->size(), 235u);
  EXPECT_EQ(stored.parcels->code[0], "Parcels-0");
}

TEST_F(ImportTest, KeepsTheAreaOfALayerInItsOwnCrs) {
  project("EPSG:5186");
  import(parcels, test_data / "seoul_gangnam_parcels" / "Parcels.shp");
  const model::Project stored = load();
  double worst = 0;
  geom::GeometryColumn source(geom::GeometryKind::polygon);
  base::Progress progress;
  io::read_source(
      test_data / "seoul_gangnam_parcels" / "Parcels.shp", {}, [](const io::SourceHeader&) {},
      [&](io::SourceRow&& row) { geom::append_wkb(source, row.wkb); }, [](io::Warning&&) {}, progress);
  for (std::size_t i = 0; i < source.size(); ++i) {
    const double expected = geom::area(source[i]);
    worst = std::max(worst, std::abs(stored.parcels->area(i, model::AreaKind::planar) / expected - 1));
    EXPECT_GT(stored.parcels->area(i, model::AreaKind::ellipsoidal), 0);
  }
  EXPECT_LT(worst, 1e-9);
}

TEST_F(ImportTest, GuessesChineseColumnNames) {
  const fs::path file = squares(
      "a.geojson",
      {R"j({"地块编号":"SZ-001","用地性质":"工业用地","容积率":"2.5","用地面积(亩)":15,"权属":"国有","生效日期":"2023年6月30日"})j"});
  const ImportResult result = import(parcels, file);
  EXPECT_EQ(result.mapping.at("code"), "地块编号");
  EXPECT_EQ(result.mapping.at("area_planned"), "用地面积(亩)");
  EXPECT_THAT(codes(result), testing::ElementsAre("unit"));
  const model::Project stored = load();
  EXPECT_EQ(stored.parcels->code[0], "SZ-001");
  EXPECT_EQ(stored.parcels->ownership[0], "G");
  EXPECT_DOUBLE_EQ(stored.parcels->far_planned[0], 2.5);
  EXPECT_DOUBLE_EQ(stored.parcels->area(0, model::AreaKind::planned), 10000);
  EXPECT_DOUBLE_EQ(stored.parcels->area(0, model::AreaKind::planar), 10000);
  EXPECT_NEAR(stored.parcels->area(0, model::AreaKind::ellipsoidal), 10000, 10);
  EXPECT_NE(stored.parcels->area(0, model::AreaKind::ellipsoidal), 10000);
  EXPECT_EQ(stored.parcels->valid_from[0]->iso(), "2023-06-30");
  const auto* use = model::find_land_use(stored, stored.parcels->land_use_current[0]);
  ASSERT_NE(use, nullptr) << "the name became the code of its class";
  EXPECT_EQ(use->name_zh, "工业用地");
}

TEST_F(ImportTest, AGivenMappingWins) {
  const fs::path file = squares("a.geojson", {R"({"地块编号":"A","旧编号":"B"})"});
  const auto mapped = [](ImportOptions& options) { options.mapping["code"] = "旧编号"; };
  import(parcels, file, mapped);
  EXPECT_EQ(load().parcels->code[0], "B");
  EXPECT_THAT(error_of(parcels, file, [](ImportOptions& o) { o.mapping["code"] = "none"; }), HasSubstr("2 --map code"));
  EXPECT_THAT(error_of(parcels, file, [](ImportOptions& o) { o.mapping["cod"] = "地块编号"; }),
              HasSubstr("no field \"cod\""));
}

TEST_F(ImportTest, DoubtfulCellsStayUnknownAndAreListed) {
  const fs::path file =
      write("ledger.csv", "地块编号,用地面积,生效日期\nA,约1200,2023-02-29\nB,\"1,234.5\",2023/6/30\nC,３５亩,\n");
  const ImportResult result = import(parcels, file);
  EXPECT_EQ(result.inserted, 3);
  EXPECT_THAT(result.warnings,
              Contains(testing::AllOf(Field(&io::Warning::code, "number"), Field(&io::Warning::feature, "1"))));
  EXPECT_THAT(codes(result), Contains("date"));
  EXPECT_THAT(codes(result), Contains("unit"));
  const model::Project stored = load();
  EXPECT_TRUE(std::isnan(stored.parcels->area(0, model::AreaKind::planned)));
  EXPECT_DOUBLE_EQ(stored.parcels->area(1, model::AreaKind::planned), 1234.5);
  EXPECT_NEAR(stored.parcels->area(2, model::AreaKind::planned), 23333.333, 1e-3);
}

TEST_F(ImportTest, RepairsABowTieAndKeepsTheOriginal) {
  const fs::path file =
      feature("bow.geojson",
              polygon({{640000, 3430000}, {640100, 3430100}, {640100, 3430000}, {640000, 3430100}, {640000, 3430000}}));
  const ImportResult result = import(parcels, file);
  EXPECT_EQ(result.repaired, 1);
  ASSERT_EQ(codes(result), std::vector<std::string>{"geom-invalid"});
  EXPECT_THAT(result.warnings[0].message, HasSubstr("area 0 before and 5000 after"));
  const model::Project stored = load();
  EXPECT_NEAR(stored.parcels->area(0, model::AreaKind::planar), 5000, 1e-6);
  bool kept = false;
  const std::vector<store::Change> history = project().history(1, true);
  for (const store::RowChange& row : history.front().rows) {
    if (row.table != "import_log") continue;
    for (const auto& [column, value] : row.after)
      kept = kept || (column == "original" && std::holds_alternative<geom::Bytes>(value));
  }
  EXPECT_TRUE(kept);
}

TEST_F(ImportTest, SetsAsideWhatIsNoPlace) {
  const ImportResult result = import(parcels,
                                     write("wkt.csv",
                                           "code,WKT\nA,\"POLYGON((0 0,1 0,1 nan,0 0))\"\nB,\"POLYGON((640000 "
                                           "3430000,1e300 3430000,640000 3430100,640000 3430000))\"\nC,\n"),
                                     [](ImportOptions& options) { options.source_options.crs = "EPSG:4549"; });
  EXPECT_EQ(result.inserted, 3) << "the attributes stay";
  EXPECT_THAT(codes(result), Contains("geom-coordinate"));
  EXPECT_THAT(codes(result), Contains("geom-null"));
  EXPECT_TRUE(load().parcels->geometry->envelope().empty());
}

TEST_F(ImportTest, ClosedLinesAreParcelsOpenOnesAreNot) {
  const fs::path file = write("lines.csv",
                              "code,WKT\nA,\"LINESTRING(640000 3430000,640100 3430000,640100 3430100,640000 "
                              "3430000)\"\nB,\"LINESTRING(640000 3430000,640100 3430000)\"\n");
  const ImportResult result =
      import(parcels, file, [](ImportOptions& options) { options.source_options.crs = "EPSG:4549"; });
  EXPECT_EQ(result.inserted, 2);
  EXPECT_EQ(result.rejected, 0);
  EXPECT_THAT(codes(result), Contains("geom-mixed"));
  EXPECT_DOUBLE_EQ(load().parcels->area(0, model::AreaKind::planar), 5000);
  EXPECT_TRUE((*load().parcels->geometry)[1].empty());
}

TEST_F(ImportTest, RefusesToGuessTheCrs) {
  const fs::path file = write("wkt.csv", "code,WKT\nA,\"POLYGON((121.4 31,121.5 31,121.5 31.1,121.4 31))\"\n");
  EXPECT_THAT(error_of(parcels, file), testing::AllOf(HasSubstr("3 crs-missing"), HasSubstr("--crs EPSG:")));
  EXPECT_EQ(load().parcels->size(), 0u);
}

TEST_F(ImportTest, SettlesTheZonePrefix) {
  // CM 120E without prefix, eastings that begin with its zone number 40: the parcel lies where it lies, and that is
  // said.
  const fs::path file = feature(
      "zone.geojson", polygon({{40640000, 3430000}, {40640100, 3430000}, {40640100, 3430100}, {40640000, 3430000}}));
  const ImportResult result = import(parcels, file);
  EXPECT_THAT(codes(result), Contains("crs-zone"));
  EXPECT_DOUBLE_EQ(load().parcels->geometry->envelope().min_x, 640000);

  const fs::path other = feature(
      "other.geojson", polygon({{39640000, 3430000}, {39640100, 3430000}, {39640100, 3430100}, {39640000, 3430000}}));
  const ImportResult wrong =
      import(parcels, other, [](ImportOptions& options) { options.on_duplicate = OnDuplicate::update; });
  EXPECT_THAT(codes(wrong), Contains("crs-zone"));
  EXPECT_DOUBLE_EQ(load().parcels->geometry->envelope().max_x, 640100) << "a wrong place is not stored";
}

TEST_F(ImportTest, DuplicatesAreRejectedOrUpdated) {
  import(parcels, squares("a.geojson", {R"({"code":"A","name":"one","far":1.5})"}));
  const fs::path second =
      squares("b.geojson", {R"({"code":"A","name":"two"})", R"({"code":"B"})", R"({"code":"B"})", R"({"code":" b"})"});
  const ImportResult rejected = import(parcels, second);
  EXPECT_EQ(rejected.rejected, 2);
  EXPECT_EQ(rejected.inserted, 2);
  EXPECT_THAT(codes(rejected), testing::UnorderedElementsAre("duplicate-id", "duplicate-id", "duplicate-id", "space"))
      << "two rejected, one that only looks alike";
  EXPECT_EQ(load().parcels->name[0], "one");

  const ImportResult updated = import(parcels, squares("c.geojson", {R"({"code":"A","name":"three"})"}),
                                      [](ImportOptions& o) { o.on_duplicate = OnDuplicate::update; });
  EXPECT_EQ(updated.updated, 1);
  const model::Project stored = load();
  EXPECT_EQ(stored.parcels->name[0], "three");
  EXPECT_DOUBLE_EQ(stored.parcels->far_planned[0], 1.5) << "what the source does not say stays";
}

// Rows are made ready by several threads; what is stored and said must not show it.
TEST_F(ImportTest, ManyRowsKeepTheirOrder) {
  constexpr int rows = 3000;
  std::vector<std::string> properties;
  std::vector<std::string> expected_codes, expected_features;
  for (int i = 0; i < rows; ++i) {
    const bool again = i % 500 == 499;     // the code of the row before
    const bool doubtful = i % 700 == 100;  // no certain number
    const bool alike = i % 900 == 30;      // differs in case only from the one before
    const std::string code = again   ? "P" + std::to_string(i - 1)
                             : alike ? "p" + std::to_string(i - 1)
                                     : "P" + std::to_string(i);
    properties.push_back(R"({"code":")" + code + R"(","far":)" + (doubtful ? R"("2 or 3")" : R"("2.5")") + "}");
    if (!again) expected_codes.push_back(code);
    if (again || doubtful || alike) expected_features.push_back(std::to_string(i));
  }
  expected_features.emplace_back();  // the row reaches beyond the CRS's area of use: summed up at the end
  const ImportResult result = import(parcels, squares("many.geojson", properties));
  EXPECT_EQ(result.read, rows);
  EXPECT_EQ(result.rejected, rows / 500);
  std::vector<std::string> features;
  for (const io::Warning& warning : result.warnings) features.push_back(warning.feature);
  EXPECT_EQ(features, expected_features);
  const model::Project stored = load();
  const model::ParcelTable& table = *stored.parcels;
  ASSERT_EQ(table.size(), expected_codes.size());
  for (std::size_t i = 0; i < table.size(); ++i) {
    ASSERT_EQ(std::string(table.code[i]), expected_codes[i]);
    ASSERT_EQ(table.id[i].value, static_cast<std::int64_t>(i) + 1);
  }
  // Each is in the journal, and one undo takes them all back.
  const std::vector<store::Change> history = project().history(1, false);
  EXPECT_EQ(history.at(0).row_count, expected_codes.size() + 2 + expected_features.size());
  project().undo();
  EXPECT_EQ(load().parcels->size(), 0u);
}

TEST_F(ImportTest, CanBeStoppedOnTheWay) {
  std::vector<std::string> properties;
  for (int i = 0; i < 20000; ++i) properties.push_back(R"({"code":"P)" + std::to_string(i) + R"("})");
  ImportOptions options;
  options.source = squares("many.geojson", properties);
  options.kind = parcels;
  base::Progress progress;
  project();
  const auto caller = std::this_thread::get_id();
  progress.on_report = [&](std::uint64_t, std::uint64_t) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    progress.request_stop();
  };
  EXPECT_THROW(import_source(project(), options, progress), base::Cancelled);
  EXPECT_EQ(load().parcels->size(), 0u);
  EXPECT_EQ(import(parcels, squares("one.geojson", {R"({"code":"A"})"})).inserted, 1);
}

TEST_F(ImportTest, StrictIsAllOrNothing) {
  const fs::path file = squares("a.geojson", {R"({"code":"A"})", R"({"code":"A"})"});
  const ImportResult result = import(parcels, file, [](ImportOptions& o) { o.strict = true; });
  EXPECT_EQ(result.rejected, 1);
  EXPECT_EQ(result.change, 0);
  EXPECT_EQ(load().parcels->size(), 0u);
  const ImportResult dry = import(parcels, file, [](ImportOptions& o) { o.dry_run = true; });
  EXPECT_EQ(dry.inserted, 1);
  EXPECT_EQ(load().parcels->size(), 0u);
  EXPECT_EQ(import(parcels, file).inserted, 1);
}

TEST_F(ImportTest, OneUndoTakesAnImportBack) {
  import(parcels, squares("a.geojson", {R"({"code":"A"})", R"({"code":"B"})"}));
  project().undo();
  EXPECT_EQ(load().parcels->size(), 0u);
}

TEST_F(ImportTest, CancelLeavesTheProjectAsItWas) {
  ImportOptions options;
  options.source = test_data / "seoul_gangnam_parcels" / "Parcels.shp";
  base::Progress progress;
  progress.request_stop();
  const std::int64_t before = load().revision;
  EXPECT_THROW(import_source(project(), options, progress), base::Cancelled);
  EXPECT_EQ(load().revision, before);
  EXPECT_EQ(load().parcels->size(), 0u);
}

TEST_F(ImportTest, ProjectsPhasesAndEventsFindEachOther) {
  import(parcels, squares("a.geojson", {R"({"code":"A","identifiers":"old=旧-7"})"}));
  const ImportResult projects = import(
      model::ImportKind::projects,
      write(
          "p.csv",
          "项目编号,项目名称,牵头单位,地块编号,路径,lon,lat\nP1,科创大厦,南滨江公司,旧－7;Z9,收储出让,121.44,31.02\n"),
      [](ImportOptions& o) { o.source_options.crs = "EPSG:4490"; });
  EXPECT_EQ(projects.inserted, 1);
  EXPECT_THAT(projects.warnings, Contains(testing::AllOf(Field(&io::Warning::field, "parcels"),
                                                         Field(&io::Warning::message, HasSubstr("Z9")))));
  const ImportResult phases =
      import(model::ImportKind::phases,
             write("f.csv", "分期编号,项目名称,建筑面积(万㎡),载体面积\nF1,科创大厦,2.5,20000\nF2,没有的项目,1,1\n"));
  EXPECT_EQ(phases.inserted, 1);
  EXPECT_EQ(phases.rejected, 1);
  const ImportResult events =
      import(model::ImportKind::events, write("e.csv",
                                              "分期编号,阶段,日期,事件类型\nF1,在建,2023/6/"
                                              "30,实际\nF1,S6,2025年12月31日,承诺\nF9,S6,2025-01-01,实际\nF1,S6,2025-"
                                              "02-30,实际\nF1,S99,2025-02-01,实际\n"));
  EXPECT_EQ(events.inserted, 2);
  EXPECT_EQ(events.rejected, 3);
  const ImportResult again = import(model::ImportKind::events, m_folder / "e.csv");
  EXPECT_EQ(again.inserted, 0) << "the same event is not counted twice";

  const model::Project stored = load();
  ASSERT_EQ(stored.projects->size(), 1u);
  EXPECT_EQ(stored.projects->front().pathway_code, "reserve_grant");
  ASSERT_TRUE(stored.projects->front().location);
  EXPECT_NEAR(stored.projects->front().location->x, 637000, 2000);
  EXPECT_EQ(stored.project_parcels->size(), 1u);
  ASSERT_EQ(stored.units->size(), 1u);
  EXPECT_EQ(stored.units->front().name_zh, "南滨江公司");
  ASSERT_EQ(stored.phases->size(), 1u);
  EXPECT_DOUBLE_EQ(stored.phases->front().gross_m2, 25000);
  ASSERT_EQ(stored.stage_events->size(), 2u);
  EXPECT_EQ(stored.stage_events->at(0).stage_code, "S5");
  EXPECT_EQ(stored.stage_events->at(1).kind, model::EventKind::commitment);
}

TEST_F(ImportTest, ReferenceLayersKeepTheirFacts) {
  const fs::path file = write("ref.geojson", R"({"type":"FeatureCollection","features":[
    {"type":"Feature","properties":{"name":"五号线","n":5},"geometry":{"type":"LineString","coordinates":[[121.4,31.0],[121.5,31.1]]}},
    {"type":"Feature","properties":{"name":"站"},"geometry":{"type":"Point","coordinates":[121.4,31.0]}}]})");
  const ImportResult result = import(model::ImportKind::reference, file, [](ImportOptions& o) {
    o.reference.code = "metro";
    o.reference.name_zh = "地铁";
    o.reference.attribution = "© OpenStreetMap contributors";
  });
  EXPECT_EQ(result.inserted, 2);
  EXPECT_THAT(codes(result), Contains("geom-mixed"));
  const model::Project stored = load();
  ASSERT_EQ(stored.reference_layers->size(), 2u);
  for (const auto& layer : *stored.reference_layers) {
    EXPECT_EQ(layer.attribution, "© OpenStreetMap contributors");
    EXPECT_EQ(layer.geometry.size(), 1u);
  }
  EXPECT_THAT(error_of(model::ImportKind::reference, file, [](ImportOptions& o) { o.reference.code = "metro"; }),
              HasSubstr("duplicate-id"));
}

TEST_F(ImportTest, AFailedInitLeavesNothing) {
  base::Progress progress;
  InitOptions options;
  options.project = m_folder / "x.sqlite";
  setenv("ZAITU_DATA_DIR", m_folder.c_str(), 1);  // no vocabulary there
  EXPECT_THROW(init_project(options, progress), base::Error);
  unsetenv("ZAITU_DATA_DIR");
  EXPECT_TRUE(fs::is_empty(m_folder));
  write("x.sqlite", "mine");
  try {
    init_project(options, progress);
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ExitCode::output_failed);
  }
  EXPECT_EQ(fs::file_size(m_folder / "x.sqlite"), 4u);
}

TEST_F(ImportTest, AProjectIsInMetres) {
  base::Progress progress;
  InitOptions options;
  options.project = m_folder / "x.sqlite";
  for (const char* crs : {"EPSG:4326", "EPSG:4490", "EPSG:2263", "+proj=tmerc +lon_0=121 +ellps=GRS80 +units=km"}) {
    options.crs = crs;
    try {
      init_project(options, progress);
      FAIL() << crs;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ExitCode::usage) << crs;
      EXPECT_THAT(error.what(), HasSubstr("metres")) << crs;
    }
  }
  EXPECT_TRUE(fs::is_empty(m_folder));
}

TEST_F(ImportTest, AssessmentsTwiceInUpdateModeAreUpdated) {
  import(parcels, squares("p.geojson", {R"({"code":"A"})"}));
  const fs::path file = write("a.csv", "parcel,cycle,class\nA,2024,B\n");
  const auto kind = model::ImportKind::assessments;
  EXPECT_EQ(import(kind, file).inserted, 1);
  EXPECT_EQ(import(kind, file).rejected, 1);
  const auto update = [](ImportOptions& options) { options.on_duplicate = OnDuplicate::update; };
  const ImportResult again = import(kind, file, update);
  EXPECT_EQ(again.updated, 1);
  EXPECT_EQ(again.rejected, 0);
  EXPECT_EQ(again.inserted, 0);
}

TEST_F(ImportTest, ForeignLayersInDegreesHaveTrueAreas) {
  base::Progress progress;
  write("square.geojson", R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"A"},
    "geometry":{"type":"Polygon","coordinates":[[[121.4,31.0],[121.401,31.0],[121.401,31.001],[121.4,31.001],[121.4,31.0]]]}}]})");
  const auto seen = load_for_reading(m_folder / "square.geojson", progress);
  ASSERT_EQ(seen->parcels->size(), 1u);
  EXPECT_EQ(seen->crs->code(), "EPSG:4326");
  EXPECT_TRUE(std::isnan(seen->parcels->area(0, model::AreaKind::planar)));
  EXPECT_NEAR(seen->parcels->area(0, model::AreaKind::ellipsoidal), 10590, 20);
}

TEST_F(ImportTest, ForeignLayersCanBeLookedAt) {
  base::Progress progress;
  std::vector<io::Warning> warnings;
  const auto seen = load_for_reading(test_data / "seoul_gangnam_parcels" / "Parcels.shp", progress, &warnings);
  EXPECT_FALSE(warnings.empty()) << "codes had to be made";
  EXPECT_EQ(seen->parcels->size(), 235u);
  EXPECT_TRUE(seen->read_only);
  EXPECT_FALSE(seen->stages->empty());
  EXPECT_THAT(seen->crs->name(), HasSubstr("KGD2002"));
  EXPECT_NE(seen->parcels->geometry->envelope().min_x, 0);
  project();
  EXPECT_EQ(load_for_reading(m_folder / "p.sqlite", progress)->parcels->size(), 0u);
}

}  // namespace
}  // namespace zaitu::app
