// A foreign layer that is looked at: what is seen is what an import would store, and nothing is left behind.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <set>
#include <thread>

#include "app/commands.h"
#include "io/export.h"
#include "support/parcel_fabric.h"
#include "unit/store/many_parcels.h"

namespace zaitu::app {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::vector<std::string> lines_of(const std::vector<io::Warning>& warnings) {
  std::vector<std::string> lines;
  for (const io::Warning& w : warnings) lines.push_back(w.feature + "|" + w.field + "|" + w.code + "|" + w.message);
  return lines;
}

class LoadForReadingTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "zaitu-test-XXXXXX").string();
    m_folder = mkdtemp(pattern.data());
    fs::create_directory(m_folder / "tmp");
    if (const char* const before = std::getenv("TMPDIR")) m_tmpdir = before;
    setenv("TMPDIR", (m_folder / "tmp").c_str(), 1);
  }
  void TearDown() override {
    EXPECT_TRUE(fs::is_empty(m_folder / "tmp")) << "something is left of the private copy";
    if (m_tmpdir) {
      setenv("TMPDIR", m_tmpdir->c_str(), 1);
    } else {
      unsetenv("TMPDIR");
    }
    fs::remove_all(m_folder);
  }

  // Seen as by load_for_reading, and as after an import into a project of the layer's own CRS.
  void expect_as_imported(const fs::path& source, std::size_t least_rows) {
    SCOPED_TRACE(source.string());
    base::Progress progress;
    std::vector<io::Warning> warnings;
    const auto seen = load_for_reading(source, progress, &warnings);

    InitOptions init;
    init.project = m_folder / ("p" + std::to_string(++m_projects) + ".sqlite");
    init.crs = io::inspect_source(source, {}).crs_definition;
    init.any_unit = true;
    init_project(init, progress);
    auto file = store::ProjectFile::open(init.project, store::Access::read_write);
    ImportOptions import;
    import.source = source;
    const ImportResult imported = import_source(file, import, progress);
    const model::Project stored = file.load(progress);

    // An import compares its parcels with each other too, which a look does not wait for.
    std::vector<io::Warning> of_rows = imported.warnings;
    std::erase_if(of_rows, [](const io::Warning& said) { return said.code == "overlap" || said.code == "duplicate"; });
    EXPECT_EQ(lines_of(warnings), lines_of(of_rows));
    EXPECT_GE(seen->parcels->size(), least_rows);
    EXPECT_EQ(store::first_difference(*seen->parcels, *stored.parcels), "");
    EXPECT_EQ(seen->parcels->geometry->kind(), geom::GeometryKind::polygon);
    EXPECT_EQ(seen->crs->definition(), stored.crs->definition());
    // An import also keeps identifiers of columns that feed other fields.
    std::set<std::tuple<std::int64_t, std::string, std::string, std::string>> identifiers;
    for (const model::ParcelIdentifier& one : *stored.parcel_identifiers)
      identifiers.emplace(one.parcel.value, one.scheme, one.value, one.normal);
    for (const model::ParcelIdentifier& one : *seen->parcel_identifiers)
      EXPECT_TRUE(identifiers.contains({one.parcel.value, one.scheme, one.value, one.normal})) << one.value;
    ASSERT_EQ(seen->parcel_lineage->size(), stored.parcel_lineage->size());
    for (std::size_t i = 0; i < stored.parcel_lineage->size(); ++i) {
      const model::ParcelLineage& one = seen->parcel_lineage->at(i);
      const model::ParcelLineage& other = stored.parcel_lineage->at(i);
      EXPECT_EQ(std::tie(one.parent.value, one.child.value, one.kind, one.record.value),
                std::tie(other.parent.value, other.child.value, other.kind, other.record.value));
    }
  }

  fs::path m_folder;

 private:
  std::optional<std::string> m_tmpdir;
  int m_projects = 0;
};

TEST_F(LoadForReadingTest, RealLayersAreSeenAsTheyWouldBeStored) {
  expect_as_imported(fs::path(TEST_DATA_DIR) / "seoul_gangnam_parcels" / "Parcels.shp", 235);
  const fs::path prague = fs::path(TEST_DATA_DIR) / "prague_bubenec_plots" / "bubenec.gpkg";
  for (const char* const name : {"plots", "tessellation", "streets"}) {  // one of its layers in a file of its own
    base::Progress progress;
    io::SourceOptions options;
    options.layer = name;
    io::ExportLayer layer{name, {}, {}, nullptr, ""};
    geom::GeometryColumn shapes(std::string_view(name) == "streets" ? geom::GeometryKind::line
                                                                    : geom::GeometryKind::polygon);
    std::string crs;
    io::read_source(
        prague, options,
        [&](const io::SourceHeader& header) {
          layer.fields = header.fields;
          crs = header.crs_definition;
        },
        [&](io::SourceRow&& row) {
          layer.rows.push_back(std::move(row.values));
          geom::append_wkb(shapes, row.wkb);
        },
        [](io::Warning&&) {}, progress);
    layer.geometry = &shapes;
    const auto own = crs::CoordinateReferenceSystem::from_text(crs);
    const fs::path file = m_folder / (std::string(name) + ".gpkg");
    io::export_layers({layer}, own, own, file, progress);
    expect_as_imported(file, shapes.kind() == geom::GeometryKind::line ? 0 : 10);
  }
}

TEST_F(LoadForReadingTest, TheDemosLayersAreSeenAsTheyWouldBeStored) {
  std::size_t layers = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(fs::path(PROJECT_DATA_DIR) / "demo")) {
    if (entry.path().extension() != ".geojson") continue;
    ++layers;
    expect_as_imported(entry.path(), 0);  // lines and points are no parcels, and that is said
  }
  EXPECT_GE(layers, 4u);
}

TEST_F(LoadForReadingTest, AFabricWithDefectsIsSeenAsItWouldBeStored) {
  test::FabricOptions options;
  options.parcels = 2000;
  options.defect_share = 0.05;
  const test::ParcelFabric fabric = test::make_parcel_fabric(options);
  using io::SourceFieldType;
  io::ExportLayer layer{"parcels",
                        {{"code", SourceFieldType::text},
                         {"name", SourceFieldType::text},
                         {"land_use", SourceFieldType::text},
                         {"far", SourceFieldType::real},
                         {"area_title", SourceFieldType::real},
                         {"valid_from", SourceFieldType::date},
                         {"note", SourceFieldType::text}},
                        {},
                        &fabric.geometry,
                        ""};
  for (std::size_t i = 0; i < fabric.geometry.size(); ++i) {
    const std::string number = std::to_string(i);
    io::SourceValue far, date;
    if (i % 3 == 0) far = i % 2 == 0 ? 2.5 : -0.0;
    if (i % 7 != 0) date = std::string("2020-01-0") + std::to_string(1 + i % 9);
    layer.rows.push_back({"闵行-" + (i % 500 == 499 ? "twice" : number), "地块 " + number,
                          std::string(i % 4 == 0 ? "工业用地" : "0701"), far, 400.0 + static_cast<double>(i), date,
                          std::string(i % 5 == 0 ? "备注" : "")});
  }
  const auto crs = crs::CoordinateReferenceSystem::from_text("EPSG:4549");
  for (const char* const name : {"fabric.gpkg", "fabric.shp", "fabric.fgb", "fabric.geojson"}) {
    base::Progress progress;
    io::export_layers({layer}, crs, crs, m_folder / name, progress);
    expect_as_imported(m_folder / name, 1996);  // 4 rows have the same code
  }
}

TEST_F(LoadForReadingTest, LinksBetweenRowsAreSeenToo) {
  std::string text =
      R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4549"}},"features":[)";
  const char* const properties[] = {
      R"({"code":"A","name":"old","identifiers":"deed=沪(2020)001; 310112"})",
      R"({"code":"B","parents":"A","ownership":"国有","valid_from":"2021年3月1日","valid_to":"2020-01-01"})",
      R"({"code":"C","parents":"a;nowhere","lineage_kind":"merge","area_title":"1,5公顷","area_planned":"2公顷"})",
      R"({"code":"c ","parents":"old","synthetic":"是","ownership":"谁"})"};
  for (int i = 0; i < 4; ++i) {
    const int x = 640000 + 200 * i;
    text += (i == 0 ? "" : ",") + std::string(R"({"type":"Feature","properties":)") + properties[i] +
            R"(,"geometry":{"type":"Polygon","coordinates":[[)";
    const int corners[][2] = {{0, 0}, {100, 0}, {100, 100}, {0, 100}, {0, 0}};
    for (int c = 0; c < 5; ++c) {
      text += (c == 0 ? "[" : ",[") + std::to_string(x + corners[c][0]) + "," +
              std::to_string(3430000 + corners[c][1]) + "]";
    }
    text += "]]}}";
  }
  std::ofstream(m_folder / "linked.geojson") << text << "]}";
  expect_as_imported(m_folder / "linked.geojson", 4);
  base::Progress progress;
  const auto seen = load_for_reading(m_folder / "linked.geojson", progress);
  EXPECT_EQ(seen->parcel_identifiers->size(), 2u);
  EXPECT_EQ(seen->parcel_lineage->size(), 3u);
}

TEST_F(LoadForReadingTest, VocabularyIsThatOfANewProject) {
  base::Progress progress;
  const auto seen = load_for_reading(fs::path(PROJECT_DATA_DIR) / "demo" / "parcels.geojson", progress);
  InitOptions init;
  init.project = m_folder / "p.sqlite";
  init_project(init, progress);
  const model::Project stored = store::ProjectFile::open(init.project, store::Access::read_only).load(progress);
  ASSERT_EQ(seen->stages->size(), stored.stages->size());
  for (std::size_t i = 0; i < stored.stages->size(); ++i) {
    const model::Stage &a = seen->stages->at(i), &b = stored.stages->at(i);
    EXPECT_EQ(std::tie(a.code, a.seq, a.name_zh, a.name_en, a.colour, a.certainty_class, a.source),
              std::tie(b.code, b.seq, b.name_zh, b.name_en, b.colour, b.certainty_class, b.source));
  }
  ASSERT_EQ(seen->certainty_classes->size(), stored.certainty_classes->size());
  for (std::size_t i = 0; i < stored.certainty_classes->size(); ++i) {
    const model::CertaintyClass &a = seen->certainty_classes->at(i), &b = stored.certainty_classes->at(i);
    EXPECT_EQ(std::tie(a.code, a.seq, a.label_zh, a.label_en, a.colour, a.pattern, a.stacked),
              std::tie(b.code, b.seq, b.label_zh, b.label_en, b.colour, b.pattern, b.stacked));
  }
  ASSERT_EQ(seen->land_use_classes->size(), stored.land_use_classes->size());
  for (std::size_t i = 0; i < stored.land_use_classes->size(); ++i) {
    const model::LandUseClass &a = seen->land_use_classes->at(i), &b = stored.land_use_classes->at(i);
    EXPECT_EQ(std::tie(a.code, a.name_zh, a.name_en, a.colour, a.level, a.parent_code, a.colour_status),
              std::tie(b.code, b.name_zh, b.name_en, b.colour, b.level, b.parent_code, b.colour_status));
  }
  ASSERT_EQ(seen->pathways->size(), stored.pathways->size());
  for (std::size_t i = 0; i < stored.pathways->size(); ++i) {
    const model::Pathway &a = seen->pathways->at(i), &b = stored.pathways->at(i);
    EXPECT_EQ(std::tie(a.code, a.name_zh, a.name_en), std::tie(b.code, b.name_zh, b.name_en));
    ASSERT_EQ(a.stages.size(), b.stages.size());
    for (std::size_t s = 0; s < b.stages.size(); ++s) {
      EXPECT_EQ(std::tie(a.stages[s].stage_code, a.stages[s].source),
                std::tie(b.stages[s].stage_code, b.stages[s].source));
      EXPECT_TRUE(model::same_value(a.stages[s].min_months, b.stages[s].min_months));
      EXPECT_TRUE(model::same_value(a.stages[s].typical_months, b.stages[s].typical_months));
      EXPECT_TRUE(model::same_value(a.stages[s].max_months, b.stages[s].max_months));
      EXPECT_TRUE(model::same_value(a.stages[s].conversion_probability, b.stages[s].conversion_probability));
    }
  }
  EXPECT_TRUE(seen->documents->empty() && seen->phases->empty() && seen->towns->rows.empty());
}

TEST_F(LoadForReadingTest, StopsAndLeavesNothing) {
  test::FabricOptions options;
  options.parcels = 3000;
  const test::ParcelFabric fabric = test::make_parcel_fabric(options);
  io::ExportLayer layer{"parcels", {{"code", io::SourceFieldType::text}}, {}, &fabric.geometry, ""};
  for (std::size_t i = 0; i < fabric.geometry.size(); ++i) layer.rows.push_back({std::to_string(i)});
  const auto crs = crs::CoordinateReferenceSystem::from_text("EPSG:4549");
  base::Progress writing;
  io::export_layers({layer}, crs, crs, m_folder / "fabric.gpkg", writing);
  base::Progress at_once;
  at_once.request_stop();
  EXPECT_THROW(load_for_reading(m_folder / "fabric.gpkg", at_once), base::Cancelled);
  EXPECT_TRUE(fs::is_empty(m_folder / "tmp"));
}

// What was looked at comes from the cache while nothing about the file has changed, and says the same.
TEST_F(LoadForReadingTest, AKnownFileComesFromTheCacheUntilItChanges) {
  const std::string before = std::getenv("XDG_CACHE_HOME") == nullptr ? "" : std::getenv("XDG_CACHE_HOME");
  fs::create_directory(m_folder / "cache");
  setenv("XDG_CACHE_HOME", (m_folder / "cache").c_str(), 1);
  test::FabricOptions options;
  options.parcels = 21000;
  options.defect_share = 0.01;
  const test::ParcelFabric fabric = test::make_parcel_fabric(options);
  io::ExportLayer layer{"parcels", {{"code", io::SourceFieldType::text}}, {}, &fabric.geometry, ""};
  for (std::size_t i = 0; i < fabric.geometry.size(); ++i) layer.rows.push_back({std::to_string(i % 20900)});
  const auto crs = crs::CoordinateReferenceSystem::from_text("EPSG:4549");
  base::Progress progress;
  const fs::path file = m_folder / "known.gpkg";
  io::export_layers({layer}, crs, crs, file, progress);

  struct Look {
    std::shared_ptr<const model::Project> project;
    std::vector<std::string> said;
    std::function<void(const base::Progress&)> to_cache;
  };
  const auto look = [&] {
    Look made;
    std::vector<io::Warning> warnings;
    made.project = load_for_reading(file, progress, &warnings, &made.to_cache);
    made.said = lines_of(warnings);
    return made;
  };
  EXPECT_FALSE(look().to_cache) << "it was written just now, a change would not show";
  std::this_thread::sleep_for(std::chrono::milliseconds(2500));
  const Look first = look();
  ASSERT_TRUE(first.to_cache);
  EXPECT_FALSE(first.said.empty());
  first.to_cache(progress);
  const Look known = look();
  EXPECT_FALSE(known.to_cache) << "it came from the cache";
  EXPECT_EQ(known.said, first.said);
  EXPECT_EQ(store::first_difference(*known.project->parcels, *first.project->parcels), "");
  EXPECT_EQ(known.project->crs->definition(), first.project->crs->definition());
  EXPECT_EQ(known.project->name_zh, first.project->name_zh);

  // Another content with the old time of change.
  const auto time = fs::last_write_time(file);
  for (std::vector<io::SourceValue>& row : layer.rows) row[0] = "X" + std::get<std::string>(row[0]);
  fs::remove(file);
  io::export_layers({layer}, crs, crs, file, progress);
  fs::last_write_time(file, time);
  const Look changed = look();
  EXPECT_EQ(changed.project->parcels->code[5], "X5");
  EXPECT_EQ(known.project->parcels->code[5], "5");
  if (before.empty()) {
    unsetenv("XDG_CACHE_HOME");
  } else {
    setenv("XDG_CACHE_HOME", before.c_str(), 1);
  }
}

TEST_F(LoadForReadingTest, SaysWhatCannotBeLookedAt) {
  const auto problem = [&](const fs::path& path) -> std::string {
    base::Progress progress;
    try {
      load_for_reading(path, progress);
    } catch (const base::Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(problem(fs::path(PROJECT_DATA_DIR) / "demo" / "phases.csv"), HasSubstr("is a table without geometry"));
  fs::copy(fs::path(TEST_DATA_DIR) / "seoul_gangnam_parcels", m_folder / "seoul");
  fs::remove(m_folder / "seoul" / "Parcels.prj");
  EXPECT_THAT(problem(m_folder / "seoul" / "Parcels.shp"), HasSubstr("crs-missing: Parcels.shp"));
}

}  // namespace
}  // namespace zaitu::app
