// Where the coordinates of an import are taken to lie: guessed only when asked and clear, put right only when every
// feature agrees, never in silence, the originals kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

#include "app/commands.h"
#include "app/import_sketch.h"
#include "crs/gcj02.h"

namespace zaitu::app {
namespace {

namespace fs = std::filesystem;
using geom::Coord;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class ImportCrsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "zaitu-test-XXXXXX").string();
    m_folder = mkdtemp(pattern.data());
    base::Progress progress;
    InitOptions options;
    options.project = m_folder / "p.sqlite";
    init_project(options, progress);
    m_file.emplace(store::ProjectFile::open(options.project, store::Access::read_write));
  }
  void TearDown() override {
    m_file.reset();
    fs::remove_all(m_folder);
  }
  fs::path write(const std::string& name, const std::string& content) {
    std::ofstream(m_folder / name, std::ios::binary) << content;
    return m_folder / name;
  }
  // A table without a CRS whose rows are squares of 100 m (or 0.001 degrees) at these corners.
  fs::path squares(const std::string& name, const std::vector<Coord>& corners, double size = 100,
                   const std::string& codes = "P") {
    std::string text = "code,WKT\n";
    int number = 0;
    for (const Coord c : corners) {
      text += fmt::format("{0}{1},\"POLYGON(({2} {3},{4} {3},{4} {5},{2} {5},{2} {3}))\"\n", codes, number++, c.x, c.y,
                          c.x + size, c.y + size);
    }
    return write(name, text);
  }
  ImportResult import(const fs::path& source, const std::function<void(ImportOptions&)>& change) {
    ImportOptions options;
    options.source = source;
    change(options);
    base::Progress progress;
    return import_source(*m_file, options, progress);
  }
  ImportResult declared(const fs::path& source, const std::string& crs) {
    return import(source, [&](ImportOptions& options) { options.source_options.crs = crs; });
  }
  ImportResult guessed(const fs::path& source) {
    return import(source, [](ImportOptions& options) { options.guess_crs = true; });
  }
  model::Project load() {
    base::Progress progress;
    return m_file->load(progress);
  }
  geom::Envelope extent() { return load().parcels->geometry->envelope(); }
  std::size_t originals_kept() {
    std::size_t kept = 0;
    const std::vector<store::Change> newest = m_file->history(1, true);
    for (const store::RowChange& row : newest.front().rows) {
      if (row.table != "import_log") continue;
      for (const auto& [column, value] : row.after) {
        if (column == "original" && std::holds_alternative<geom::Bytes>(value)) ++kept;
      }
    }
    return kept;
  }
  static std::vector<std::string> codes(const ImportResult& result) {
    std::vector<std::string> list;
    for (const io::Warning& warning : result.warnings) list.push_back(warning.code);
    return list;
  }
  static std::string message(const ImportResult& result, const std::string& code) {
    for (const io::Warning& warning : result.warnings) {
      if (warning.code == code) return warning.message;
    }
    return "";
  }

  fs::path m_folder;
  std::optional<store::ProjectFile> m_file;
};

TEST_F(ImportCrsTest, WithoutACrsItNamesTheCandidatesAndGuessesOnlyWhenAsked) {
  const fs::path file = squares("a.csv", {{557000, 3464000}, {557200, 3464000}, {557400, 3464000}});
  try {
    import(file, [](ImportOptions&){});
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.code(), base::ExitCode::input_unreadable);
    EXPECT_THAT(error.what(), AllOf(HasSubstr("crs-missing"), HasSubstr("EPSG:4549"), HasSubstr("120.6"),
                                    HasSubstr("--crs guess"), Not(HasSubstr("\n"))));
  }
  EXPECT_EQ(load().parcels->size(), 0U);
  const ImportResult result = guessed(file);
  EXPECT_EQ(result.crs.value, "EPSG:4549");
  EXPECT_THAT(result.crs.how, HasSubstr("guessed"));
  EXPECT_THAT(message(result, "crs-missing"), AllOf(HasSubstr("EPSG:4549"), HasSubstr("EPSG:2385")));
  EXPECT_EQ(extent().min_x, 557000);
}

TEST_F(ImportCrsTest, ALocalGridIsKeptWithoutOutline) {
  const std::vector<Coord> corners = {{-3500, 2100}, {-3300, 2100}, {-3100, 2100}};
  const fs::path file = squares("local.csv", corners);
  const ImportResult results[] = {guessed(file), declared(squares("plane.csv", corners, 100, "Q"), "EPSG:4549"),
                                  declared(squares("degrees.csv", corners, 100, "R"), "EPSG:4490"),
                                  declared(squares("web.csv", corners, 100, "S"), "EPSG:3857")};
  for (const ImportResult& result : results) {
    EXPECT_EQ(result.inserted, 3);
    EXPECT_THAT(codes(result), Contains("crs-local"));
    EXPECT_EQ(result.crs.value, "");
  }
  EXPECT_EQ(originals_kept(), 3U);
  EXPECT_TRUE(extent().empty());
}

TEST_F(ImportCrsTest, ControlPointsPlaceALocalGrid) {
  const fs::path points =
      write("points.csv",
            "name,from_x,from_y,to_x,to_y\nA,-4000,2000,636000,3440000\nB,-3000,2000,637000,3440000\n"
            "C,-3000,3000,637000,3441000\nD,-4000,3000,636000,3441000.2\n");
  const fs::path file = squares("local.csv", {{-3500, 2100}, {-3300, 2100}});
  const ImportResult result = import(file, [&](ImportOptions& options) { options.control_points = points; });
  ASSERT_TRUE(result.fit);
  ASSERT_EQ(result.fit->residuals.size(), 4U);
  EXPECT_GT(result.fit->rms, 0.01);
  EXPECT_LT(result.fit->rms, 0.2);
  EXPECT_THAT(result.crs.how, HasSubstr("4 points"));
  EXPECT_NEAR(extent().min_x, 636500, 0.3);
  EXPECT_NEAR(extent().min_y, 3440100, 0.3);
  EXPECT_EQ(originals_kept(), 2U);
  // The same as four parameters.
  const fs::path parameters = write("grid.csv", "shift_x,shift_y,rotation,scale\n640000,3438000,0,0\n");
  import(squares("second.csv", {{-3500, 2100}}, 100, "Q"),
         [&](ImportOptions& options) { options.control_points = parameters;
});
EXPECT_NEAR(load().parcels->geometry->envelope().min_x, 636500, 0.3);
EXPECT_THROW(import(file, [&](ImportOptions& options) { options.control_points = file; }), base::Error);
}  // namespace

TEST_F(ImportCrsTest, ExchangedAxesArePutRightOnlyWhenAllAgree) {
  const ImportResult all = declared(squares("all.csv", {{3464000, 557000}, {3464000, 557200}}), "EPSG:4549");
  EXPECT_THAT(message(all, "crs-axis"), HasSubstr("put right"));
  EXPECT_EQ(extent().min_x, 557000);
  EXPECT_EQ(extent().min_y, 3464000);
  EXPECT_EQ(originals_kept(), 2U);
  const ImportResult some =
      declared(squares("some.csv", {{3464000, 557000}, {557200, 3464000}}, 100, "Q"), "EPSG:4549");
  EXPECT_THAT(message(some, "crs-axis"), HasSubstr("kept without geometry"));
  const model::Project stored = load();
  EXPECT_TRUE((*stored.parcels->geometry)[2].empty());
  EXPECT_FALSE((*stored.parcels->geometry)[3].empty());
  // Degrees, where WGS 84 covers the whole Earth: the project tells which way round they are.
  EXPECT_THAT(codes(declared(squares("deg.csv", {{31.0, 121.4}, {31.002, 121.4}}, 0.001, "R"), "EPSG:4326")),
              Contains("crs-axis"));
  EXPECT_LT(extent().max_x, 700000);
}

TEST_F(ImportCrsTest, UnitsArePutRightWhenCertain) {
  const ImportResult degrees = declared(squares("deg.csv", {{120.6, 31.3}, {120.602, 31.3}}, 0.001), "EPSG:4549");
  EXPECT_THAT(message(degrees, "crs-units"), HasSubstr("EPSG:4490"));
  EXPECT_EQ(degrees.crs.value, "EPSG:4490");
  EXPECT_NEAR(extent().min_x, 557107, 100);
  const ImportResult metres = declared(squares("m.csv", {{557000, 3464000}}, 100, "Q"), "EPSG:4326");
  EXPECT_THAT(message(metres, "crs-units"), HasSubstr("EPSG:4549"));
  EXPECT_EQ(load().parcels->geometry->size(), 3U);
  EXPECT_EQ(extent().min_x, 557000);
  // A CRS with zone numbers, which degrees have as little as eastings from which they were left out.
  const ImportResult zoned = declared(squares("z.csv", {{120.6, 31.3}}, 0.001, "R"), "EPSG:4528");
  EXPECT_THAT(message(zoned, "crs-units"), HasSubstr("EPSG:4490"));
  EXPECT_THAT(codes(declared(squares("u.csv", {{557200, 3464000}}, 100, "S"), "EPSG:4528")), Contains("crs-zone"));
  EXPECT_LT(extent().max_x, 558000);
  EXPECT_THAT(message(declared(squares("w.csv", {{40557200, 3464000}}, 100, "T"), "EPSG:4527"), "crs-zone"),
              HasSubstr("40: EPSG:4528"));
}

TEST_F(ImportCrsTest, ZoneNumbersAreSettledRowByRow) {
  const ImportResult mixed =
      guessed(squares("mixed.csv", {{557000, 3464000}, {40557200, 3464000}, {557400, 3464000}, {40557600, 3464000}}));
  EXPECT_THAT(message(mixed, "crs-zone"), AllOf(HasSubstr("2 features"), HasSubstr("2 (40557200")));
  EXPECT_EQ(extent().max_x, 557700);
  EXPECT_EQ(extent().min_x, 557000);
  // Points of a table are no outlines, but their rows are judged all the same.
  const ImportResult points =
      guessed(write("xy.csv", "code,X,Y\nA,557000,3464000\nB,40557001,3464000\nC,557002,3464000\n"));
  EXPECT_EQ(points.inserted, 3);
  EXPECT_THAT(codes(points), Contains("crs-zone"));
  EXPECT_EQ(originals_kept(), 3U);
}

TEST_F(ImportCrsTest, AnExtraDigitIsNoPlace) {
  const ImportResult result = declared(squares("ten.csv", {{557000, 34640000}, {557200, 34640000}}), "EPSG:4549");
  EXPECT_THAT(message(result, "extent"), HasSubstr("digit"));
  EXPECT_TRUE(extent().empty());
}

TEST_F(ImportCrsTest, MapOffsetsAreRecognisedByTheParcelsThatAreThere) {
  std::vector<Coord> places;
  for (int i = 0; i < 5; ++i) places.push_back({120.6 + 0.002 * i, 31.3});
  std::string text = "code,WKT\n";
  std::string others = text;
  int number = 0;
  for (const Coord c : places) {
    std::string ring;
    for (const Coord corner : {c, Coord{c.x + 0.001, c.y}, Coord{c.x + 0.001, c.y + 0.001}, c}) {
      const Coord there = crs::shifted(corner, crs::MapShift::gcj02);
      ring += fmt::format("{}{:.9f} {:.9f}", ring.empty() ? "" : ",", there.x, there.y);
    }
    text += fmt::format("P{},\"POLYGON(({}))\"\n", number, ring);
    others += fmt::format("other{},\"POLYGON(({}))\"\n", number++, ring);
  }
  std::string truth = "code,WKT\n";
  number = 0;
  for (const Coord c : places) {
    truth += fmt::format("P{},\"POLYGON(({} {},{} {},{} {},{} {}))\"\n", number++, c.x, c.y, c.x + 0.001, c.y,
                         c.x + 0.001, c.y + 0.001, c.x, c.y);
  }
  EXPECT_THAT(codes(declared(write("truth.csv", truth), "EPSG:4490")), Not(Contains("crs-shift")));
  const geom::Envelope before = extent();

  const ImportResult by_code = declared(write("shifted.csv", text), "EPSG:4326");
  EXPECT_EQ(by_code.rejected, 5);
  EXPECT_THAT(message(by_code, "crs-shift"), AllOf(HasSubstr("5 of 5"), HasSubstr("code"), HasSubstr("--shift gcj02")));
  const ImportResult again = declared(m_folder / "truth.csv", "EPSG:4490");
  EXPECT_THAT(codes(again), Not(Contains("crs-shift"))) << "the same parcels in their own place";

  const auto look = [&](crs::MapShift shift) {
    return import(write("others.csv", others), [&](ImportOptions& options) {
      options.source_options.crs = "EPSG:4326";
      options.shift = shift;
      options.dry_run = shift == crs::MapShift::none;
    });
  };
  EXPECT_THAT(message(look(crs::MapShift::none), "crs-shift"), HasSubstr("shape"));
  EXPECT_THAT(codes(look(crs::MapShift::gcj02)), Not(Contains("crs-shift")));
  EXPECT_NEAR(extent().min_x, before.min_x, 0.01) << "brought back";
  EXPECT_NEAR(extent().max_y, before.max_y, 0.01);
}

TEST_F(ImportCrsTest, ASketchShowsWhereItWouldLie) {
  ImportOptions options;
  options.source = write("a.csv",
                         "code,name,WKT\nA,枫桥路,\"POLYGON((557000 3464000,557100 3464000,557100 3464100,"
                         "557000 3464000))\"\n");
  options.guess_crs = true;
  options.dry_run = true;
  base::Progress progress;
  const ImportResult result = import_source(*m_file, options, progress);
  const ImportSketch sketch = sketch_of(options, result, load(), progress);
  ASSERT_EQ(sketch.outlines.size(), 1U);
  EXPECT_EQ(sketch.extent.min_x, 557000);
  EXPECT_NEAR(sketch.lon_lat->x, 120.6, 0.01);
  EXPECT_THAT(sketch.texts, Contains("枫桥路"));
  EXPECT_FALSE(result.candidates.ranked.empty());
}

}  // namespace zaitu::app
}  // namespace zaitu::app
