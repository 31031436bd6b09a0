// Reading foreign files through the worker process: real layers, wrong encodings, broken and hostile files.
#include "io/source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <set>

#include "base/sha256.h"
#include "geom/geometry.h"
#include "geom/measure.h"
#include "io/private_copy.h"

namespace zaitu::io {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

const fs::path test_data = TEST_DATA_DIR;

struct Result {
  SourceHeader header;
  std::vector<SourceRow> rows;
  std::vector<Warning> warnings;
};

Result read_all(const fs::path& file, const SourceOptions& options = {}) {
  Result result;
  base::Progress progress;
  read_source(
      file, options, [&](const SourceHeader& header) { result.header = header; },
      [&](SourceRow&& row) { result.rows.push_back(std::move(row)); },
      [&](Warning&& warning) { result.warnings.push_back(std::move(warning)); }, progress);
  return result;
}

std::string error_of(const fs::path& file, const SourceOptions& options = {}) {
  try {
    read_all(file, options);
  } catch (const base::Error& error) {
    return std::to_string(static_cast<int>(error.code())) + " " + error.what();
  }
  return "";
}

std::set<std::string> listing(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) names.insert(entry.path().filename().string());
  return names;
}

std::size_t temporary_folders() {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(fs::temp_directory_path())) {
    if (entry.path().filename().string().starts_with("zaitu-read-")) ++count;
  }
  return count;
}

class SourceTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "zaitu-test-XXXXXX").string();
    m_folder = mkdtemp(pattern.data());
    fs::create_directory(m_folder / "tmp");
    m_old = std::getenv("TMPDIR") == nullptr ? "" : std::getenv("TMPDIR");
    setenv("TMPDIR", (m_folder / "tmp").c_str(), 1);  // so that what is left behind is seen
  }
  void TearDown() override {
    EXPECT_EQ(temporary_folders(), 0u) << "a private copy was left behind";
    EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "a worker was left behind";
    if (m_old.empty()) {
      unsetenv("TMPDIR");
    } else {
      setenv("TMPDIR", m_old.c_str(), 1);
    }
    fs::remove_all(m_folder);
  }
  fs::path write(const std::string& name, std::string_view content) {
    std::ofstream out(m_folder / name, std::ios::binary);
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    return m_folder / name;
  }
  static std::string little(std::uint32_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) text += static_cast<char>((value >> (8 * i)) & 0xFFu);
    return text;
  }
  static std::string big(std::uint32_t value) {
    std::string text;
    for (int i = 3; i >= 0; --i) text += static_cast<char>((value >> (8 * i)) & 0xFFu);
    return text;
  }
  // Of a .shp or .shx, for points (1) or polygons (5).
  static std::string shp_head(std::size_t bytes, std::uint32_t type) {
    return big(9994) + std::string(20, '\0') + big(static_cast<std::uint32_t>((100 + bytes) / 2)) + little(1000, 4) +
           little(type, 4) + std::string(64, '\0');
  }
  // A DBF of one text column, with the given bytes, and a .shp/.shx of as many points.
  fs::path write_shapefile(const std::string& stem, const std::vector<std::string>& cells, unsigned char language = 0,
                           int lie_about_records = 0) {
    const auto count = static_cast<std::uint32_t>(cells.size());
    std::string dbf = "\x03\x7b\x01\x01" + little(count + static_cast<std::uint32_t>(lie_about_records), 4) +
                      little(65, 2) + little(21, 2) + std::string(17, '\0') + static_cast<char>(language) +
                      std::string(2, '\0');
    dbf += std::string("DKMC") + std::string(7, '\0') + "C" + std::string(4, '\0') + std::string(1, 20) +
           std::string(15, '\0') + "\r";
    for (std::string cell : cells) {
      cell.resize(20, ' ');
      dbf += " " + cell;
    }
    write(stem + ".dbf", dbf + "\x1a");
    std::string shp, shx;
    for (std::uint32_t i = 0; i < count; ++i) {
      const double xy[2] = {557000.0 + i, 3464000.0};
      shx += big(50 + i * 14) + big(10);
      shp += big(i + 1) + big(10) + little(1, 4) + std::string(reinterpret_cast<const char*>(xy), 16);
    }
    write(stem + ".shx", shp_head(shx.size(), 1) + shx);
    return write(stem + ".shp", shp_head(shp.size(), 1) + shp);
  }
  // One polygon of these rings.
  fs::path write_polygon(const std::string& stem, const std::vector<std::vector<geom::Coord>>& rings) {
    write_shapefile(stem, {"A"});
    std::string starts, vertices;
    for (const auto& ring : rings) {
      starts += little(static_cast<std::uint32_t>(vertices.size() / sizeof(geom::Coord)), 4);
      vertices.append(reinterpret_cast<const char*>(ring.data()), ring.size() * sizeof(geom::Coord));
    }
    const std::string shape =
        little(5, 4) + std::string(32, '\0') + little(static_cast<std::uint32_t>(rings.size()), 4) +
        little(static_cast<std::uint32_t>(vertices.size() / sizeof(geom::Coord)), 4) + starts + vertices;
    const auto words = static_cast<std::uint32_t>(shape.size() / 2);
    write(stem + ".shx", shp_head(8, 5) + big(50) + big(words));
    return write(stem + ".shp", shp_head(8 + shape.size(), 5) + big(1) + big(words) + shape);
  }
  fs::path m_folder;
  std::string m_old;
};

TEST_F(SourceTest, ReadsARealShapefileCompletely) {
  const Result result = read_all(test_data / "seoul_gangnam_parcels" / "Parcels.shp");
  EXPECT_EQ(result.header.declared_rows, 235);
  ASSERT_EQ(result.rows.size(), 235u);
  EXPECT_EQ(result.header.layers, std::vector<std::string>{"Parcels"});
  EXPECT_TRUE(result.header.has_geometry);
  EXPECT_FALSE(result.header.crs_definition.empty());
  EXPECT_EQ(result.header.encoding.value, "UTF-8");
  EXPECT_EQ(result.header.sha256.size(), 64u);
  EXPECT_THAT(result.warnings, IsEmpty());
  double area = 0;
  for (const SourceRow& row : result.rows) {
    geom::GeometryColumn column(geom::GeometryKind::polygon);
    geom::append_wkb(column, row.wkb);
    area += geom::area(column[0]);
  }
  EXPECT_GT(area, 1e5);
}

TEST_F(SourceTest, WantsALayerNamedWhereThereAreSeveral) {
  const fs::path file = test_data / "prague_bubenec_plots" / "bubenec.gpkg";
  EXPECT_THAT(error_of(file), HasSubstr("tessellation"));
  EXPECT_THAT(error_of(file), HasSubstr("--layer"));
  SourceOptions options;
  options.layer = "tessellation";
  const Result result = read_all(file, options);
  EXPECT_EQ(result.rows.size(), 144u);
  EXPECT_EQ(result.header.crs.value, "EPSG:3857");
  options.layer = "no such layer";
  EXPECT_THAT(error_of(file, options), testing::StartsWith("2 layer:"));
  EXPECT_GT(inspect_source(file, {}).layers.size(), 1u);
}

TEST_F(SourceTest, DetectsGbkWithoutADeclaration) {
  const fs::path file = write_shapefile("parcels", {"\xB7\xE3\xC7\xC5\xC2\xB7"});  // 枫桥路 in GBK
  const Result result = read_all(file);
  ASSERT_EQ(result.rows.size(), 1u);
  EXPECT_EQ(std::get<std::string>(result.rows[0].values[0]), "枫桥路");
  EXPECT_EQ(result.header.encoding.value, "GB18030");
  EXPECT_THAT(result.warnings, ElementsAre(Field(&Warning::code, "encoding")));
}

TEST_F(SourceTest, BelievesTheLanguageByteWhenItDecodes) {
  const Result result = read_all(write_shapefile("parcels", {"\xB7\xE3\xC7\xC5\xC2\xB7"}, 0x4D));
  EXPECT_EQ(std::get<std::string>(result.rows[0].values[0]), "枫桥路");
  EXPECT_THAT(result.warnings, IsEmpty());
}

TEST_F(SourceTest, OverrulesACpgThatLies) {
  const fs::path file = write_shapefile("parcels", {"\xB7\xE3\xC7\xC5\xC2\xB7"});
  write("parcels.cpg", "UTF-8");
  const Result result = read_all(file);
  EXPECT_EQ(std::get<std::string>(result.rows[0].values[0]), "枫桥路");
  EXPECT_THAT(result.warnings, ElementsAre(Field(&Warning::message, HasSubstr(".cpg says UTF-8"))));

  const fs::path other = write_shapefile("utf8", {"枫桥路"});
  write("utf8.cpg", "GBK");
  EXPECT_EQ(std::get<std::string>(read_all(other).rows[0].values[0]), "枫桥路");
}

TEST_F(SourceTest, AnEncodingGivenByTheUserWins) {
  SourceOptions options;
  options.encoding = "BIG5";
  const Result result = read_all(write_shapefile("parcels", {"\xA4\xA4\xA4\xE5"}), options);  // 中文 in Big5
  EXPECT_EQ(std::get<std::string>(result.rows[0].values[0]), "中文");
  options.encoding = "KLINGON";
  EXPECT_THAT(error_of(m_folder / "parcels.shp", options), testing::StartsWith("2 encoding:"));
}

TEST_F(SourceTest, KeepsTheWholeCharactersOfACutText) {
  const std::string ten_and_a_half = "\xB7\xE3\xC7\xC5\xC2\xB7\xB7\xE3\xC7\xC5\xC2\xB7\xB7\xE3\xC7\xC5\xC2\xB7x\xB7";
  const Result result = read_all(write_shapefile("parcels", {ten_and_a_half}));
  EXPECT_EQ(std::get<std::string>(result.rows[0].values[0]), "枫桥路枫桥路枫桥路x");
  EXPECT_THAT(result.warnings, Contains(Field(&Warning::feature, "0")));
}

TEST_F(SourceTest, RefusesWhatLosesRows) {
  EXPECT_THAT(error_of(write_shapefile("lie", {"a", "b"}, 0, 1)), testing::StartsWith("3 truncated:"));
  write_shapefile("more", {"a", "b", "c"});
  const fs::path fewer = write_shapefile("fewer", {"a", "b"});
  fs::copy_file(m_folder / "more.dbf", m_folder / "fewer.dbf", fs::copy_options::overwrite_existing);
  EXPECT_THAT(error_of(fewer), HasSubstr("record-count: fewer.shp holds 2 shapes and fewer.dbf holds 3 records"));
  const fs::path cut = write_shapefile("cut", {"a", "b", "c", "d"});
  fs::resize_file(cut, 160);
  EXPECT_THAT(error_of(cut), HasSubstr("truncated: cut.shp: 2 of 4 shapes are missing"));
  EXPECT_THAT(error_of(write("quote.csv", "a,b\n1,\"x\n2,y\n3,z\n")), HasSubstr("quote"));
}

TEST_F(SourceTest, RebuildsAMissingIndexWithoutTouchingTheSource) {
  const fs::path file = write_shapefile("parcels", {"a", "b"});
  fs::remove(m_folder / "parcels.shx");
  const std::set<std::string> before = listing(m_folder);
  const Result result = read_all(file);
  EXPECT_EQ(result.rows.size(), 2u);
  EXPECT_FALSE(result.rows[0].wkb.empty());
  EXPECT_THAT(result.warnings, Contains(Field(&Warning::code, "shx")));
  EXPECT_EQ(listing(m_folder), before);
}

TEST_F(SourceTest, RebuildsADamagedIndexAndReadsShapesWithoutAttributes) {
  const fs::path file = write_shapefile("parcels", {"a", "b"});
  std::string index(116, '\x5A');
  write("parcels.shx", index);
  const Result result = read_all(file);
  EXPECT_EQ(result.rows.size(), 2u);
  EXPECT_FALSE(result.rows[1].wkb.empty());
  EXPECT_THAT(result.warnings, Contains(Field(&Warning::code, "shx")));
  fs::remove(m_folder / "parcels.dbf");
  const Result bare = read_all(file);
  EXPECT_EQ(bare.rows.size(), 2u);
  EXPECT_THAT(bare.warnings, Contains(Field(&Warning::code, "dbf")));
}

TEST_F(SourceTest, FindsSiblingsWhateverTheirCase) {
  write_shapefile("parcels", {"a"});
  fs::rename(m_folder / "parcels.dbf", m_folder / "PARCELS.DBF");
  EXPECT_EQ(read_all(m_folder / "parcels.shp").rows.size(), 1u);
}

TEST_F(SourceTest, AHoleStaysAHoleInAnOutlineThatCrossesItself) {
  const auto shape = [&](const std::string& stem, const std::vector<std::vector<geom::Coord>>& rings) {
    geom::GeometryColumn column(geom::GeometryKind::polygon);
    geom::append_wkb(column, read_all(write_polygon(stem, rings)).rows.at(0).wkb);
    return column;
  };
  // A bow-tie of a large and a small triangle; the ring in the large one runs counter-clockwise, as holes do.
  const std::vector<geom::Coord> bow_tie{{0, 0}, {0, 100}, {110, 0}, {110, 10}, {0, 0}};
  const std::vector<geom::Coord> ring{{10, 30}, {20, 30}, {20, 40}, {10, 40}, {10, 30}};
  const geom::GeometryColumn holed = shape("holed", {bow_tie, ring});
  ASSERT_EQ(holed[0].part_count(), 1U);
  ASSERT_EQ(holed[0].part(0).ring_count(), 2U);
  EXPECT_DOUBLE_EQ(std::abs(geom::signed_area(holed[0].part(0).ring(1))), 100);
  // The same ring beside the bow-tie, as careless writers leave the direction of an island, stays land.
  std::vector<geom::Coord> island = ring;
  for (geom::Coord& c : island) c.x += 200;
  EXPECT_EQ(shape("island", {bow_tie, island})[0].part_count(), 2U);
}

TEST_F(SourceTest, NamesWhatIsWrongWithAFile) {
  EXPECT_THAT(error_of(m_folder / "missing.shp"), HasSubstr("cannot find"));
  EXPECT_THAT(error_of(write("text.shp", "this is no shapefile")), testing::StartsWith("3 format:"));
  EXPECT_THAT(error_of(write("empty.shp", "")), HasSubstr("empty:"));
  EXPECT_THAT(error_of(write("parcels.vrt", "<OGRVRTDataSource></OGRVRTDataSource>")), HasSubstr("blocked:"));
  EXPECT_THAT(error_of(write("parcels.geojson", "<OGRVRTDataSource></OGRVRTDataSource>")), HasSubstr("blocked:"));
  EXPECT_THAT(error_of("/vsicurl/http://127.0.0.1/x.geojson"), HasSubstr("blocked:"));
  EXPECT_THAT(error_of("PG:host=127.0.0.1"), HasSubstr("blocked:"));
  EXPECT_THAT(error_of(write("bomb.kml", "<?xml version='1.0'?><!DOCTYPE k [<!ENTITY a 'b'>]><kml/>")),
              HasSubstr("entity:"));
  EXPECT_THAT(error_of(write("ledger.mdb", std::string("\0\1\0\0Standard Jet DB", 19))), HasSubstr("Access"));
  EXPECT_THAT(error_of(write("secret.xlsx", "\xD0\xCF\x11\xE0 rest")), HasSubstr("password:"));
  EXPECT_THAT(error_of(write("broken.geojson", "{\"type\":\"FeatureCollection\",\"features\":[")),
              testing::StartsWith("3 "));
}

TEST_F(SourceTest, ReadsCsvInTheEncodingsOfferedByOfficePrograms) {
  const std::string gbk =
      "\xB5\xD8\xBF\xE9\xB1\xE0\xBA\xC5,\xC3\xFB\xB3\xC6\nA1,\xB7\xE3\xC7\xC5\n";  // 地块编号,名称 A1,枫桥
  const Result guessed = read_all(write("gbk.csv", gbk));
  EXPECT_EQ(guessed.header.fields[0].name, "地块编号");
  EXPECT_EQ(std::get<std::string>(guessed.rows[0].values[1]), "枫桥");
  EXPECT_THAT(guessed.warnings, ElementsAre(Field(&Warning::code, "encoding")));

  const Result marked = read_all(write("bom.csv", "\xEF\xBB\xBF编号;名称\n1;\"a\nb\"\n"));
  EXPECT_EQ(marked.header.fields[0].name, "编号");
  ASSERT_EQ(marked.rows.size(), 1u);
  EXPECT_EQ(std::get<std::string>(marked.rows[0].values[1]), "a\nb");
  EXPECT_THAT(marked.warnings, IsEmpty());

  const Result wide = read_all(write("utf16.csv", std::string("\xFF\xFE\x16\x7F,\0a\0\n\0\x2D\x4E,\0001\0\n\0", 18)));
  EXPECT_EQ(wide.header.fields[0].name, "编");
  EXPECT_EQ(std::get<std::string>(wide.rows[0].values[0]), "中");

  const Result ragged = read_all(write("ragged.csv", "a,b\n1\n2,3,4\n"));
  EXPECT_EQ(ragged.rows.size(), 1u) << "values that may belong to any column are listed, not taken";
  EXPECT_THAT(ragged.warnings,
              Contains(AllOf(Field(&Warning::code, "column"), Field(&Warning::message, HasSubstr("2 | 3 | 4")))));
}

TEST_F(SourceTest, FlattensWhatThePlanDoesNotNeed) {
  const Result result = read_all(write("z.geojson", R"({"type":"FeatureCollection","features":[
    {"type":"Feature","properties":{"n":1,"d":"2024-02-29"},"geometry":{"type":"Point","coordinates":[121.4,31.0,7.5]}},
    {"type":"Feature","properties":{"n":2,"d":null},"geometry":{"type":"Point","coordinates":[121.5,31.0,7.5]}}]})"));
  EXPECT_EQ(result.header.crs.value, "EPSG:4326");
  EXPECT_THAT(result.warnings, ElementsAre(Field(&Warning::code, "geom-z")));
  EXPECT_EQ(result.rows[0].wkb.size(), 21u);
  EXPECT_EQ(std::get<std::string>(result.rows[0].values[1]), "2024-02-29");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(result.rows[1].values[1]));
}

TEST_F(SourceTest, StopsAReaderThatTurnsInCircles) {
  // GDAL 3.6.2 never returns from this drawing.
  const fs::path hang = test_data / "hostile" / "endless.dxf";
  EXPECT_THAT(error_of(hang), HasSubstr("time:"));
}

TEST_F(SourceTest, AKilledWorkerIsOneLine) {
  std::string text = "a,b\n";
  for (int i = 0; i < 200000; ++i) text += "x,y\n";
  const fs::path file = write("long.csv", text);
  base::Progress progress;
  bool killed = false;
  try {
    read_source(
        file, {}, [](const SourceHeader&) {},
        [&](SourceRow&&) {
          if (std::exchange(killed, true)) return;
          // The only child of this process is the worker.
          std::ifstream children("/proc/self/task/" + std::to_string(getpid()) + "/children");
          pid_t worker = 0;
          children >> worker;
          ASSERT_GT(worker, 0);
          kill(worker, SIGKILL);  // a signal that no sanitizer turns into an exit
        },
        [](Warning&&) {}, progress);
    FAIL() << "must throw";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ExitCode::input_unreadable);
    EXPECT_THAT(error.what(), HasSubstr("format: the reader of long.csv was stopped by signal 9"));
  }
}

TEST_F(SourceTest, CancelStopsTheWorker) {
  std::string text = "a,b\n";
  for (int i = 0; i < 200000; ++i) text += "x,y\n";
  const fs::path file = write("long.csv", text);
  base::Progress progress;
  std::int64_t rows = 0;
  EXPECT_THROW(read_source(
                   file, {}, [](const SourceHeader&) {},
                   [&](SourceRow&&) {
                     if (++rows == 10) progress.request_stop();
                   },
                   [](Warning&&) {}, progress),
               base::Cancelled);
  EXPECT_EQ(rows, 10);
}

TEST_F(SourceTest, AnExceptionOfTheCallerStopsTheWorker) {
  const fs::path file = write("a.csv", "a,b\n1,2\n");
  base::Progress progress;
  EXPECT_THROW(read_source(
                   file, {}, [](const SourceHeader&) { throw std::runtime_error("no"); }, [](SourceRow&&) {},
                   [](Warning&&) {}, progress),
               std::runtime_error);
}

TEST_F(SourceTest, TheEnvironmentDoesNotReachTheReader) {
  setenv("GDAL_SKIP", "CSV", 1);
  setenv("OGR_CSV_MAX_LINE_SIZE", "1", 1);
  EXPECT_EQ(read_all(write("a.csv", "a,b\n1,2\n")).rows.size(), 1u);
  unsetenv("GDAL_SKIP");
  unsetenv("OGR_CSV_MAX_LINE_SIZE");
}

TEST(Sha256, FollowsTheStandard) {
  EXPECT_EQ(base::sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(base::sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(base::sha256(std::string(1000000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

}  // namespace
}  // namespace zaitu::io
