// Writes a fabric of invented parcels as the files that a bureau would have, for benchmarks of whole programs: the
// parcels as GeoPackage, three circles and fourteen towns as GeoJSON, projects, phases and stage events as CSV, and the
// defects that were put in. Everything in it is synthetic and says so. The same arguments give the same files.
// Usage: make_fabric PARCELS FOLDER [SEED]
#include <fmt/format.h>
#include <ogrsf_frmts.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <numbers>
#include <random>
#include <string_view>

#include "geom/measure.h"
#include "support/parcel_fabric.h"

namespace zaitu {
namespace {

namespace fs = std::filesystem;
using geom::Coord;

constexpr std::array land_uses{"0701", "0702", "0901", "1001", "100101", "1301", "1401", "0801", "0803", "1207"};
constexpr std::array stages{"S1", "S2", "S3", "S4", "S5", "S6", "S7"};
constexpr std::size_t town_columns = 2, town_rows = 7;

std::string code_of(std::size_t row) { return fmt::format("FAB{:08}", row + 1); }

// Writes next to the name and puts it there at the end: a benchmark that was stopped leaves no half file.
class TextFile {
 public:
  TextFile(const fs::path& path, std::string_view head) : m_path(path), m_out(path.string() + ".part") {
    m_out << head << '\n';
  }
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    m_out << fmt::format(format, std::forward<Args>(args)...) << '\n';
  }
  bool close() {
    m_out.close();
    if (!m_out) return false;
    fs::rename(m_path.string() + ".part", m_path);
    return true;
  }

 private:
  fs::path m_path;
  std::ofstream m_out;
};

bool write_parcels(const test::ParcelFabric& fabric, const fs::path& file) {
  GDALAllRegister();
  CPLSetConfigOption("OGR_SQLITE_SYNCHRONOUS", "OFF");
  fs::remove(file);
  GDALDriver* driver = GetGDALDriverManager()->GetDriverByName("GPKG");
  std::unique_ptr<GDALDataset> dataset(driver->Create(file.c_str(), 0, 0, 0, GDT_Unknown, nullptr));
  if (!dataset) return false;
  OGRSpatialReference crs;
  crs.importFromEPSG(4549);
  crs.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  OGRLayer* layer = dataset->CreateLayer("parcels", &crs, wkbPolygon, nullptr);
  for (const auto& [name, type] : {std::pair{"code", OFTString},
                                   {"land_use", OFTString},
                                   {"far", OFTReal},
                                   {"site_area", OFTReal},
                                   {"synthetic", OFTInteger}}) {
    OGRFieldDefn field(name, type);
    layer->CreateField(&field);
  }
  std::mt19937_64 random(1);
  std::uint32_t block = ~0U;
  std::size_t common_use = 0;  // blocks have a character
  if (layer->StartTransaction() != OGRERR_NONE) return false;
  for (std::size_t row = 0; row < fabric.geometry.size(); ++row) {
    if (fabric.block[row] != block) {
      block = fabric.block[row];
      common_use = random() % land_uses.size();
    }
    OGRFeature feature(layer->GetLayerDefn());
    feature.SetField(0, code_of(row).c_str());
    feature.SetField(1, land_uses[random() % 10 < 7 ? common_use : random() % land_uses.size()]);
    feature.SetField(2, static_cast<double>(random() % 350) / 100);
    feature.SetField(3, std::round(geom::area(fabric.geometry[row]) * 100) / 100);
    feature.SetField(4, 1);
    auto polygon = std::make_unique<OGRPolygon>();
    const geom::PartView part = fabric.geometry[row].part(0);
    for (std::size_t r = 0; r < part.ring_count(); ++r) {
      auto ring = std::make_unique<OGRLinearRing>();
      for (const Coord c : part.ring(r)) ring->addPoint(c.x, c.y);
      polygon->addRingDirectly(ring.release());
    }
    feature.SetGeometryDirectly(polygon.release());
    if (layer->CreateFeature(&feature) != OGRERR_NONE) return false;
  }
  return layer->CommitTransaction() == OGRERR_NONE;
}

std::string ring_json(const std::vector<Coord>& ring) {
  std::string text = "[";
  for (std::size_t i = 0; i < ring.size(); ++i) {
    text += fmt::format("{}[{:.3f},{:.3f}]", i == 0 ? "" : ",", ring[i].x, ring[i].y);
  }
  return text + "]";
}

constexpr std::string_view collection_head =
    R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::4549"}},"features":[)";

// A disc and two rings around the middle of the fabric.
bool write_circles(const geom::Envelope& extent, const fs::path& file) {
  constexpr std::array shares{0.12, 0.27, 0.42};
  constexpr std::array colours{"#D84315", "#F9A825", "#1565C0"};
  const auto ring = [&](double radius, double turn) {
    std::vector<Coord> points;
    for (int i = 0; i <= 64; ++i) {
      const double angle = turn * 2 * std::numbers::pi * (i % 64) / 64;
      points.push_back({extent.centre().x + radius * std::cos(angle), extent.centre().y + radius * std::sin(angle)});
    }
    return points;
  };
  TextFile out(file, collection_head);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    std::string rings = ring_json(ring(shares[i] * extent.width(), 1));
    if (i > 0) rings += "," + ring_json(ring(shares[i - 1] * extent.width(), -1));
    out.line(
        R"({{"type":"Feature","properties":{{"code":"C{0}","name":"圈层{0}","member":"{0}","colour":"{1}","synthetic":1}},)"
        R"("geometry":{{"type":"Polygon","coordinates":[{2}]}}}}{3})",
        i + 1, colours[i], rings, i + 1 < shares.size() ? "," : "");
  }
  out.line("]}}");
  return out.close();
}

// Towns with wavy limits; neighbours share every vertex.
bool write_towns(const geom::Envelope& extent, const fs::path& file) {
  constexpr int steps = 40;
  // The corner (x, y) of the grid of towns, x and y with a fraction along a limit; the outermost limits are straight.
  const auto place = [&](double x, double y) {
    const double wave_x = x > 0 && x < town_columns && x == std::floor(x) ? std::sin(y * 9) : 0;
    const double wave_y = y > 0 && y < town_rows && y == std::floor(y) ? std::sin(x * 9) : 0;
    const bool corner = x == std::floor(x) && y == std::floor(y);
    const double reach = corner ? 0 : extent.height() / 300;
    return Coord{extent.min_x + extent.width() * x / town_columns + wave_x * reach,
                 extent.min_y + extent.height() * y / town_rows + wave_y * reach};
  };
  TextFile out(file, collection_head);
  std::size_t number = 0;
  for (std::size_t row = 0; row < town_rows; ++row) {
    for (std::size_t column = 0; column < town_columns; ++column) {
      const auto x = static_cast<double>(column), y = static_cast<double>(row);
      std::vector<Coord> ring;
      for (int i = 0; i < steps; ++i) ring.push_back(place(x + static_cast<double>(i) / steps, y));
      for (int i = 0; i < steps; ++i) ring.push_back(place(x + 1, y + static_cast<double>(i) / steps));
      for (int i = 0; i < steps; ++i) ring.push_back(place(x + static_cast<double>(steps - i) / steps, y + 1));
      for (int i = 0; i < steps; ++i) ring.push_back(place(x, y + static_cast<double>(steps - i) / steps));
      ring.push_back(ring.front());
      ++number;
      out.line(R"({{"type":"Feature","properties":{{"code":"T{0:02}","name":"街镇{0}","kind":"town","synthetic":1}},)"
               R"("geometry":{{"type":"Polygon","coordinates":[{1}]}}}}{2})",
               number, ring_json(ring), number < town_columns * town_rows ? "," : "");
    }
  }
  out.line("]}}");
  return out.close();
}

// One event a stage, in order, some months apart, as far as the years 2021 to 2026 reach.
template <class Random>
void write_events(TextFile& out, std::string_view phase, std::string_view parcel, Random& random) {
  std::size_t month = 2021 * 12 + random() % 30;
  const std::size_t last = random() % stages.size();
  for (std::size_t stage = 0; stage <= last && month < 2027 * 12; ++stage) {
    out.line("{},{},{},{}-{:02}-{:02},actual,1", phase, parcel, stages[stage], month / 12, month % 12 + 1,
             1 + random() % 28);
    month += 1 + random() % 13;
  }
}

// Every tenth parcel has events of its own; a thousand projects of two phases stand on three parcels each.
bool write_work(std::size_t parcels, const fs::path& folder) {
  TextFile events(folder / "events.csv", "phase,parcel,stage,date,kind,synthetic");
  TextFile projects(folder / "projects.csv", "code,name,kind,parcels,synthetic");
  TextFile phases(folder / "phases.csv", "code,name,project,gross,carrier,synthetic");
  std::mt19937_64 random(2);
  for (std::size_t row = 0; row < parcels; ++row) {
    if (random() % 10 == 0) write_events(events, "", code_of(row), random);
  }
  const std::size_t count = std::min<std::size_t>(1000, parcels / 3);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t row = i * (parcels / count);
    projects.line("P{0:04},项目{0:04},carrier,{1};{2};{3},1", i, code_of(row), code_of(row + 1), code_of(row + 2));
    for (int phase = 1; phase <= 2; ++phase) {
      const std::size_t carrier = 2000 + random() % 18000;
      phases.line("P{0:04}-{1},{1}期,P{0:04},{2},{3},1", i, phase, carrier + random() % 20000, carrier);
      write_events(events, fmt::format("P{:04}-{}", i, phase), "", random);
    }
  }
  return events.close() && projects.close() && phases.close();
}

bool write_defects(const test::ParcelFabric& fabric, const fs::path& file) {
  constexpr std::array kinds{"overlap", "gap", "bowtie", "duplicate", "sliver"};
  TextFile out(file, "code,kind,other");
  for (const test::FabricDefect& defect : fabric.defects) {
    out.line("{},{},{}", code_of(defect.row), kinds[static_cast<std::size_t>(defect.kind)], code_of(defect.other));
  }
  return out.close();
}

}  // namespace
}  // namespace zaitu

int main(int count, char** words) {
  using namespace zaitu;
  test::FabricOptions options;
  const auto number = [](std::string_view text, auto& value) {
    return std::from_chars(text.data(), text.data() + text.size(), value).ptr == text.data() + text.size();
  };
  if (count < 3 || count > 4 || !number(words[1], options.parcels) || (count == 4 && !number(words[3], options.seed))) {
    std::fputs("usage: make_fabric PARCELS FOLDER [SEED]\n", stderr);
    return 2;
  }
  const fs::path folder = words[2];
  fs::create_directories(folder);
  const test::ParcelFabric fabric = test::make_parcel_fabric(options);
  const geom::Envelope extent = fabric.geometry.envelope();
  const bool written = write_circles(extent, folder / "circles.geojson") &&
                       write_towns(extent, folder / "towns.geojson") && write_work(options.parcels, folder) &&
                       write_defects(fabric, folder / "defects.csv") && write_parcels(fabric, folder / "parcels.gpkg");
  if (!written) {
    std::fprintf(stderr, "error: the fabric could not be written to %s\n", folder.c_str());
    return 5;
  }
  std::printf("%zu parcels, %zu vertices, %zu defects: %s\n", fabric.geometry.size(), fabric.geometry.vertex_count(),
              fabric.defects.size(), folder.c_str());
  return 0;
}
