// Writing layers: what is written is read again by the reading worker and must be the same; failures leave no trace.
#include "io/export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "geom/measure.h"
#include "geom/wkb.h"

namespace zaitu::io {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ExportTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "zaitu-test-XXXXXX").string();
    m_folder = mkdtemp(pattern.data());
    const std::vector<geom::Coord> square{
        {500000, 3450000}, {500100, 3450000}, {500100, 3450080}, {500000, 3450080}, {500000, 3450000}};
    m_geometry.begin_feature();
    m_geometry.begin_part();
    m_geometry.add_ring(square);
    m_geometry.begin_feature();  // a row without a shape is a row
    m_layer.name = "parcels";
    m_layer.fields = {{"code", SourceFieldType::text},
                      {"far", SourceFieldType::real},
                      {"count", SourceFieldType::integer},
                      {"since", SourceFieldType::date}};
    m_layer.rows = {{std::string("地块-1"), 2.5, std::int64_t{9007199254740993}, std::string("2024-02-29")},
                    {std::string("=HYPERLINK(\"x\")"), std::monostate{}, std::int64_t{-2}, std::monostate{}}};
    m_layer.geometry = &m_geometry;
  }
  void TearDown() override { fs::remove_all(m_folder); }

  std::int64_t write(const std::string& name, const std::string& crs = "EPSG:4549") {
    base::Progress progress;
    return export_layers({m_layer}, crs::CoordinateReferenceSystem::from_text("EPSG:4549"),
                         crs::CoordinateReferenceSystem::from_text(crs), m_folder / name, progress);
  }
  std::vector<SourceRow> read(const std::string& name) {
    std::vector<SourceRow> rows;
    base::Progress progress;
    read_source(
        m_folder / name, {}, [&](const SourceHeader& header) { m_header = header; },
        [&](SourceRow&& row) { rows.push_back(std::move(row)); }, [](Warning&&) {}, progress);
    return rows;
  }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(m_folder), fs::directory_iterator()));
  }
  static double area(const SourceRow& row) {
    geom::GeometryColumn column(geom::GeometryKind::polygon);
    geom::append_wkb(column, row.wkb);
    return geom::area(column[0]);
  }

  fs::path m_folder;
  geom::GeometryColumn m_geometry{geom::GeometryKind::polygon};
  ExportLayer m_layer;
  SourceHeader m_header;
};

TEST_F(ExportTest, GeoPackageKeepsEverything) {
  EXPECT_EQ(write("out.gpkg"), 2);
  const auto rows = read("out.gpkg");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(std::get<std::string>(rows[0].values[0]), "地块-1");
  EXPECT_EQ(std::get<double>(rows[0].values[1]), 2.5);
  EXPECT_EQ(std::get<std::int64_t>(rows[0].values[2]), 9007199254740993);
  EXPECT_EQ(std::get<std::string>(rows[0].values[3]), "2024-02-29");
  EXPECT_DOUBLE_EQ(area(rows[0]), 8000);
  EXPECT_TRUE(rows[1].wkb.empty());
  EXPECT_TRUE(std::holds_alternative<std::monostate>(rows[1].values[1]));
  EXPECT_EQ(std::get<std::string>(rows[1].values[0]), "=HYPERLINK(\"x\")");
  EXPECT_EQ(m_header.crs.value, "EPSG:4549");
  EXPECT_EQ(files(), 1u);
}

TEST_F(ExportTest, ShapefileSaysItsEncoding) {
  EXPECT_EQ(write("地块.shp"), 2);
  const auto rows = read("地块.shp");
  EXPECT_EQ(std::get<std::string>(rows[0].values[0]), "地块-1");
  EXPECT_EQ(m_header.encoding.how, "from .cpg");
  EXPECT_EQ(m_header.crs.value, "EPSG:4549");
  EXPECT_DOUBLE_EQ(area(rows[0]), 8000);
}

TEST_F(ExportTest, OtherFormatsHoldTheSameRows) {
  for (const char* name : {"out.geojson", "out.csv", "out.xlsx", "out.kml"}) {
    EXPECT_EQ(write(name), 2) << name;
    const auto rows = read(name);
    ASSERT_EQ(rows.size(), 2u) << name;
    bool found = false;
    for (const SourceRow& row : rows) {
      for (const SourceValue& value : row.values) found = found || value == SourceValue(std::string("地块-1"));
    }
    EXPECT_TRUE(found) << name;
  }
  EXPECT_EQ(write("out.dxf"), 1) << "a drawing holds only what has a shape";
}

TEST_F(ExportTest, FlatGeobufDropsNothingInSilence) {
  try {
    write("out.fgb");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("limit: row 2 of parcels has no shape"));
  }
  EXPECT_EQ(files(), 0u);
  m_layer.rows.pop_back();
  geom::GeometryColumn shaped(geom::GeometryKind::polygon);
  shaped.append(m_geometry[0]);
  m_layer.geometry = &shaped;
  EXPECT_EQ(write("out.fgb"), 1);
  EXPECT_DOUBLE_EQ(area(read("out.fgb")[0]), 8000);
}

TEST_F(ExportTest, SpreadsheetsNeverRunACell) {
  for (const char* name : {"out.csv", "out.xlsx"}) {
    write(name);
    bool guarded = false;
    for (const SourceRow& row : read(name)) {
      for (const SourceValue& value : row.values)
        guarded = guarded || value == SourceValue(std::string("'=HYPERLINK(\"x\")"));
    }
    EXPECT_TRUE(guarded) << name;
  }
}

TEST_F(ExportTest, TransformsToTheWantedCrs) {
  write("out.gpkg", "EPSG:4490");
  const auto rows = read("out.gpkg");
  geom::GeometryColumn column(geom::GeometryKind::polygon);
  geom::append_wkb(column, rows[0].wkb);
  EXPECT_NEAR(column[0].envelope().min_x, 120.0, 0.01);
  EXPECT_NEAR(column[0].envelope().min_y, 31.17, 0.05);
}

TEST_F(ExportTest, AFailureLeavesTheOldFileAndNoTrace) {
  std::ofstream(m_folder / "old.shp") << "old";
  m_layer.rows[0][0] = std::string(300, 'x');  // more than a shapefile holds
  try {
    write("old.shp");
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ExitCode::output_failed);
    EXPECT_THAT(error.what(), HasSubstr("limit: field code"));
  }
  EXPECT_EQ(files(), 1u);
  EXPECT_EQ(fs::file_size(m_folder / "old.shp"), 3u);
  EXPECT_THROW(write("out.unknown"), base::Error);
  EXPECT_THROW(write("no/such/folder.gpkg"), base::Error);
  EXPECT_EQ(files(), 1u);
}

}  // namespace
}  // namespace zaitu::io
