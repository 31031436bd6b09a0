#include "io/export.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_vsi.h>
#include <fcntl.h>
#include <ogrsf_frmts.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <set>

#include "base/message.h"
#include "base/output_file.h"
#include "base/temporary_folder.h"
#include "base/utf8.h"
#include "geom/wkb.h"

namespace zaitu::io {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const std::string& message) { throw base::Error(base::ExitCode::output_failed, message); }

struct Format {
  const char* ending;
  const char* driver;
  bool many_layers;
  bool wgs84_only;
  bool keeps_fields;
  bool same_areas, same_texts;  // comparable when it is read again
  std::vector<const char*> layer_options;
};

const std::vector<Format>& formats() {
  static const std::vector<Format> all = {
      {"gpkg", "GPKG", true, false, true, true, true, {"GEOMETRY_NAME=geom", "FID=fid"}},
      {"shp", "ESRI Shapefile", false, false, true, true, true, {"ENCODING=UTF-8"}},
      {"geojson", "GeoJSON", false, true, true, true, true, {"RFC7946=YES", "COORDINATE_PRECISION=10"}},
      {"json", "GeoJSON", false, true, true, true, true, {"RFC7946=YES", "COORDINATE_PRECISION=10"}},
      {"csv",
       "CSV",
       false,
       false,
       true,
       true,
       true,
       {"WRITE_BOM=YES", "GEOMETRY=AS_WKT", "STRING_QUOTING=IF_AMBIGUOUS"}},
      {"xlsx", "XLSX", true, false, true, false, true, {}},
      {"fgb", "FlatGeobuf", false, false, true, true, true, {}},
      {"kml", "KML", true, true, true, false, false, {}},
      {"dxf", "DXF", false, false, false, false, false, {}},
  };
  return all;
}

void register_drivers() {
  static const bool done = [] {
    CPLSetConfigOption("GDAL_PAM_ENABLED", "NO");
    RegisterOGRGeoPackage();
    RegisterOGRShape();
    RegisterOGRGeoJSON();
    RegisterOGRCSV();
    RegisterOGRXLSX();
    RegisterOGRFlatGeobuf();
    RegisterOGRKML();
    RegisterOGRLIBKML();
    RegisterOGRDXF();
    RegisterOGRMEM();
    return true;
  }();
  static_cast<void>(done);
}

// Messages of GDAL during one export, kept for the error instead of going to stderr.
class Messages {
 public:
  Messages() { CPLPushErrorHandlerEx(&Messages::take, this); }
  ~Messages() { CPLPopErrorHandler(); }
  Messages(const Messages&) = delete;
  Messages& operator=(const Messages&) = delete;
  std::string last() const { return m_last.empty() ? "" : " (" + m_last + ")"; }
  bool failed() const { return m_failed; }

 private:
  static void CPL_STDCALL take(CPLErr level, CPLErrorNum, const char* message) {
    auto* self = static_cast<Messages*>(CPLGetErrorHandlerUserData());
    if (level < CE_Failure) return;
    self->m_failed = true;
    self->m_last = message == nullptr ? "" : message;
    std::replace(self->m_last.begin(), self->m_last.end(), '\n', ' ');
  }
  std::string m_last;
  bool m_failed = false;
};

// Beside the target, on the same file system, so that a rename is all that is left to do.
base::TemporaryFolder workshop_of(const fs::path& target) {
  const fs::path parent = target.has_parent_path() ? target.parent_path() : fs::path(".");
  std::error_code error;
  if (!fs::is_directory(parent, error)) fail(base::say("the folder {} does not exist; make it first", parent.string()));
  return base::TemporaryFolder(".zaitu-write-", parent);
}

// What a driver writes in memory, for one that does not bear a disk that is full.
class MemoryFile {
 public:
  explicit MemoryFile(const fs::path& like) : m_path("/vsimem/" + like.string()) {}
  ~MemoryFile() {
    VSIUnlink(m_path.c_str());
    VSIUnlink((m_path + ".tmp").c_str());
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  const std::string& path() const { return m_path; }
  void save(const fs::path& file) const {
    vsi_l_offset bytes = 0;
    const GByte* const content = VSIGetMemFileBuffer(m_path.c_str(), &bytes, FALSE);
    std::ofstream stream(file, std::ios::binary | std::ios::trunc);
    stream.write(reinterpret_cast<const char*>(content), static_cast<std::streamsize>(bytes));
    stream.close();
    if (content == nullptr || !stream) {
      fail(base::say("disk: {} could not be brought onto the disk; is it full?", file.filename().string()));
    }
  }

 private:
  std::string m_path;
};

void sync(const fs::path& path) {
  if (!base::sync_to_disk(path))
    fail(base::say("disk: {} could not be brought onto the disk; is it full?", path.filename().string()));
}

OGRwkbGeometryType type_of(const geom::GeometryColumn* geometry) {
  if (geometry == nullptr) return wkbNone;
  switch (geometry->kind()) {
    case geom::GeometryKind::point:
      return wkbPoint;
    case geom::GeometryKind::line:
      return wkbMultiLineString;
    case geom::GeometryKind::polygon:
      break;
  }
  return wkbMultiPolygon;
}

OGRFieldType type_of(SourceFieldType type) {
  switch (type) {
    case SourceFieldType::integer:
      return OFTInteger64;
    case SourceFieldType::real:
      return OFTReal;
    case SourceFieldType::date:
      return OFTDate;
    case SourceFieldType::text:
      break;
  }
  return OFTString;
}

// A spreadsheet program runs what begins like this as a formula.
bool looks_like_formula(std::string_view text) {
  return !text.empty() &&
         (text[0] == '=' || text[0] == '+' || text[0] == '-' || text[0] == '@' || text[0] == '\t' || text[0] == '\r');
}

std::size_t widest_text(const ExportLayer& layer, std::size_t field) {
  std::size_t width = 1;
  for (const auto& row : layer.rows) {
    if (const auto* text = std::get_if<std::string>(&row[field])) width = std::max(width, text->size());
  }
  return width;
}

// What must be the same in the file that was written: how many, how large, and which texts.
struct Contents {
  std::int64_t rows = 0;
  double area = 0;  // of all polygons, in the output's units
  std::uint64_t texts = 0;

  // Blanks and control characters are left aside: some formats drop them at the ends of a text or cannot hold them.
  void take_text(std::string_view text) {
    std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
    bool any = false;
    for (const char byte : text) {
      if (static_cast<unsigned char>(byte) <= ' ') continue;
      hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211ULL;
      any = true;
    }
    if (any) texts += hash;  // in any order
  }
  void take(const OGRGeometry* geometry) {
    if (geometry == nullptr) return;
    if (const auto type = wkbFlatten(geometry->getGeometryType()); type == wkbPolygon) {
      area += geometry->toPolygon()->get_Area();
    } else if (type == wkbMultiPolygon) {
      area += geometry->toMultiPolygon()->get_Area();
    }
  }
};

void write_layer(GDALDataset& target, const Format& format, const ExportLayer& layer,
                 const geom::GeometryColumn* geometry, const OGRSpatialReference& srs, Messages& messages,
                 base::Progress& progress, std::uint64_t total, std::uint64_t& done, Contents& contents) {
  std::vector<const char*> options = format.layer_options;
  const std::string_view driver = format.driver;
  if (driver == "CSV" && geometry == nullptr)
    std::erase_if(options, [](const char* option) { return std::string_view(option).starts_with("GEOMETRY="); });
  if (driver == "DXF") options.clear();
  options.push_back(nullptr);
  OGRSpatialReference copy(srs);
  OGRLayer* out = target.CreateLayer(layer.name.c_str(), geometry == nullptr ? nullptr : &copy, type_of(geometry),
                                     const_cast<char**>(options.data()));
  if (out == nullptr) fail(base::say("disk: cannot make the layer {}{}", layer.name, messages.last()));
  std::vector<int> columns;
  for (std::size_t f = 0; f < layer.fields.size() && format.keeps_fields; ++f) {
    OGRFieldDefn field(layer.fields[f].name.c_str(), type_of(layer.fields[f].type));
    if (driver == "ESRI Shapefile" && field.GetType() == OFTString) {
      const std::size_t width = widest_text(layer, f);
      if (width > 254) {
        fail(base::say("limit: field {} has a text of {} bytes and a shapefile holds 254; export GPKG instead",
                       layer.fields[f].name, width));
      }
      field.SetWidth(static_cast<int>(width));
    }
    if (out->CreateField(&field) != OGRERR_NONE)
      fail(base::say("disk: cannot make the field {}{}", layer.fields[f].name, messages.last()));
    columns.push_back(out->GetLayerDefn()->GetFieldCount() - 1);
  }
  const bool transaction = out->StartTransaction() == OGRERR_NONE;
  for (std::size_t r = 0; r < layer.rows.size(); ++r) {
    OGRFeature feature(out->GetLayerDefn());
    for (std::size_t f = 0; f < columns.size(); ++f) {
      const SourceValue& value = layer.rows[r][f];
      if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        feature.SetField(columns[f], static_cast<GIntBig>(*integer));
      } else if (const auto* real = std::get_if<double>(&value)) {
        if (std::isfinite(*real)) feature.SetField(columns[f], *real);
      } else if (const auto* text = std::get_if<std::string>(&value)) {
        const bool guard = (driver == "CSV" || driver == "XLSX") && layer.fields[f].type == SourceFieldType::text &&
                           looks_like_formula(*text);
        feature.SetField(columns[f], guard ? ("'" + *text).c_str() : text->c_str());
        if (layer.fields[f].type == SourceFieldType::text) contents.take_text(guard ? "'" + *text : *text);
      }
    }
    if (!format.keeps_fields) feature.SetField("Layer", layer.name.c_str());
    if (geometry != nullptr && !(*geometry)[r].empty()) {
      const geom::Bytes wkb = geom::to_wkb((*geometry)[r]);
      OGRGeometry* made = nullptr;
      if (OGRGeometryFactory::createFromWkb(wkb.data(), nullptr, &made, wkb.size()) != OGRERR_NONE) {
        fail(base::say("{}: row {} has a geometry that cannot be written", layer.name, r + 1));
      }
      contents.take(made);
      feature.SetGeometryDirectly(made);  // takes it, and frees it where the format has no room for one
    }
    if (!format.keeps_fields && feature.GetGeometryRef() == nullptr) {  // a drawing has nothing to say without a shape
      ++done;
      continue;
    }
    if (out->CreateFeature(&feature) != OGRERR_NONE)
      fail(base::say("disk: {}: row {} could not be written{}", layer.name, r + 1, messages.last()));
    if (++done % 1000 == 0) progress.report(done, total);
    progress.throw_if_stopped();
  }
  if (transaction && out->CommitTransaction() != OGRERR_NONE)
    fail(base::say("disk: {} could not be written{}", layer.name, messages.last()));
}

// The table in which QGIS looks for the styles of a GeoPackage's layers.
void write_styles(GDALDataset& target, const std::vector<ExportLayer>& layers, base::Date dated,
                  const Messages& messages) {
  if (std::all_of(layers.begin(), layers.end(), [](const ExportLayer& layer) { return layer.qml.empty(); })) return;
  OGRLayer* table = target.CreateLayer("layer_styles", nullptr, wkbNone, nullptr);
  if (table == nullptr) fail(base::say("disk: cannot make the layer of styles{}", messages.last()));
  for (const char* name : {"f_table_catalog", "f_table_schema", "f_table_name", "f_geometry_column", "styleName",
                           "styleQML", "styleSLD"}) {
    OGRFieldDefn field(name, OFTString);
    table->CreateField(&field);
  }
  OGRFieldDefn by_default("useAsDefault", OFTInteger);
  by_default.SetSubType(OFSTBoolean);
  table->CreateField(&by_default);
  for (const char* name : {"description", "owner", "ui"}) {
    OGRFieldDefn field(name, OFTString);
    table->CreateField(&field);
  }
  // QGIS asks for the newest style by this column, and finds none where it is missing.
  OGRFieldDefn updated("update_time", OFTDateTime);
  table->CreateField(&updated);
  for (const ExportLayer& layer : layers) {
    if (layer.qml.empty()) continue;
    OGRFeature row(table->GetLayerDefn());
    row.SetField("f_table_catalog", "");
    row.SetField("f_table_schema", "");
    row.SetField("f_table_name", layer.name.c_str());
    row.SetField("f_geometry_column", "geom");
    row.SetField("styleName", "zaitu");
    row.SetField("styleQML", layer.qml.c_str());
    row.SetField("styleSLD", "");
    row.SetField("useAsDefault", 1);
    row.SetField("description", "Zaitu");
    row.SetField("owner", "");
    constexpr int utc = 100;
    row.SetField("update_time", dated.year(), dated.month(), dated.day(), 0, 0, 0.0F, utc);
    if (table->CreateFeature(&row) != OGRERR_NONE)
      fail(base::say("disk: the style of {} could not be written{}", layer.name, messages.last()));
  }
}

Contents read_again(const fs::path& file, const Format& format, const std::vector<ExportLayer>& layers,
                    const Messages& messages) {
  // GDAL's plain KML driver writes placemarks without a shape and leaves them out when it reads.
  const bool kml = std::string_view(format.driver) == "KML";
  const char* const drivers[] = {kml ? "LIBKML" : format.driver, nullptr};
  const char* const csv_options[] = {"HEADERS=YES", nullptr};
  const char* const none[] = {nullptr};
  CPLConfigOptionSetter headers("OGR_XLSX_HEADERS", "FORCE", false);
  const GDALDatasetUniquePtr again(GDALDataset::Open(file.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY, drivers,
                                                     std::string_view(format.driver) == "CSV" ? csv_options : none));
  if (!again)
    fail(base::say("disk: what was written cannot be read again; nothing was put in place{}", messages.last()));
  Contents contents;
  for (OGRLayer* layer : again->GetLayers()) {
    auto written = std::find_if(layers.begin(), layers.end(),
                                [&](const ExportLayer& candidate) { return candidate.name == layer->GetName(); });
    if (written == layers.end() && layers.size() == 1) written = layers.begin();
    if (written == layers.end() || std::string_view(layer->GetName()) == "layer_styles") continue;
    std::vector<int> texts;  // fields of the file
    texts.reserve(written->fields.size());
    for (std::size_t f = 0; f < written->fields.size() && format.same_texts; ++f) {
      // A shapefile cuts names and keeps the order.
      const int field = std::string_view(format.driver) == "ESRI Shapefile"
                            ? static_cast<int>(f)
                            : layer->GetLayerDefn()->GetFieldIndex(written->fields[f].name.c_str());
      if (written->fields[f].type == SourceFieldType::text && field >= 0) texts.push_back(field);
    }
    layer->ResetReading();
    while (const OGRFeatureUniquePtr feature{layer->GetNextFeature()}) {
      ++contents.rows;
      contents.take(feature->GetGeometryRef());
      for (const int field : texts) {
        if (feature->IsFieldSetAndNotNull(field)) contents.take_text(feature->GetFieldAsString(field));
      }
    }
  }
  return contents;
}

// "" when the file holds what was written.
std::string difference(const Contents& expected, const Contents& found, const Format& format) {
  if (found.rows != expected.rows) {
    return base::say("{} rows were written and {} can be read again", expected.rows, found.rows);
  }
  constexpr double rounding = 1e-6;  // of coordinates written in decimals
  if (format.same_areas && std::abs(found.area - expected.area) > rounding * std::abs(expected.area)) {
    return base::say("areas of {:.10g} were written and {:.10g} can be read again", expected.area, found.area);
  }
  if (format.same_texts && found.texts != expected.texts)
    return base::say("the texts that can be read again are other ones");
  return {};
}

// The files of one output take their names together: those in the way are kept until all are there, and come back when
// one of them cannot be placed. `written`: in a folder beside them, in the order of placing; indexes of an old
// shapefile, which would be taken for the new one's, go with it.
void put_in_place(const std::vector<fs::path>& written, const fs::path& target, const base::TemporaryFolder& workshop) {
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  std::error_code error;
  const fs::path aside = workshop.path() / "before";
  fs::create_directory(aside, error);
  std::vector<fs::path> names;
  names.reserve(written.size() + 8);
  for (const fs::path& path : written) names.push_back(path.filename());
  if (base::ascii_lower(target.extension().string()) == ".shp") {
    for (const char* ending : {".qix", ".sbn", ".sbx", ".ain", ".aih"}) {
      names.push_back(target.filename().replace_extension(ending));
    }
  }
  std::vector<fs::path> kept, placed;
  kept.reserve(written.size() + 8);
  placed.reserve(written.size());
  const auto go_back = [&](const fs::path& name) {
    const std::string why = error.message();
    for (const fs::path& each : placed) fs::remove(folder / each, error);
    for (const fs::path& each : kept) fs::rename(aside / each, folder / each, error);
    fail(base::say("disk: cannot put {} into {}: {}", name.string(), folder.string(), why));
  };
  if (names.size() > 1) {  // one file replaces one by the rename alone, at no moment missing
    for (const fs::path& name : names) {
      if (!fs::exists(fs::symlink_status(folder / name, error))) continue;
      fs::rename(folder / name, aside / name, error);
      if (error) go_back(name);
      kept.push_back(name);
    }
  }
  for (const fs::path& path : written) {
    fs::rename(path, folder / path.filename(), error);
    if (error) go_back(path.filename());
    placed.push_back(path.filename());
  }
  sync(folder);
}

const Format& format_of(const fs::path& target) {
  std::string ending = base::ascii_lower(target.extension().string());
  if (!ending.empty()) ending.erase(0, 1);
  std::string list;
  for (const Format& format : formats()) {
    if (ending == format.ending) return format;
    list += (list.empty() ? "" : ", ") + std::string(format.ending);
  }
  throw base::Error(base::ExitCode::usage, base::say("format: \"{}\" has no ending that can be written; use one of {}",
                                                     target.filename().string(), list));
}

}  // namespace

std::int64_t export_layers(const std::vector<ExportLayer>& layers, const crs::CoordinateReferenceSystem& from,
                           const crs::CoordinateReferenceSystem& to, const fs::path& target, base::Progress& progress,
                           std::optional<base::Date> dated) {
  const Format& format = format_of(target);
  std::error_code error;
  if (fs::is_directory(target, error)) fail(base::say("{} is a folder; name a file", target.string()));
  if (layers.size() > 1 && !format.many_layers) {
    throw base::Error(base::ExitCode::usage,
                      base::say("a .{} holds one layer; export them one by one or as GPKG", format.ending));
  }
  register_drivers();
  Messages messages;
  std::optional<CPLConfigOptionSetter> clock;
  if (dated) clock.emplace("OGR_CURRENT_DATE", (dated->iso() + "T00:00:00.000Z").c_str(), false);
  // GeoJSON and KML are WGS 84 by their standards.
  const crs::CoordinateReferenceSystem out_crs =
      format.wgs84_only ? crs::CoordinateReferenceSystem::from_text("EPSG:4326") : to;
  const crs::Transformation transformation(from, out_crs);
  OGRSpatialReference srs;
  srs.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
  if (out_crs.epsg() > 0 ? srs.importFromEPSG(out_crs.epsg()) != OGRERR_NONE
                         : srs.importFromWkt(out_crs.wkt().c_str()) != OGRERR_NONE) {
    fail(base::say("the CRS {} cannot be written", out_crs.code()));
  }

  if (fs::path log = target; fs::exists(log += "-wal", error)) {
    fail(base::say("locked: {} is open in another program; close it there or choose another name", target.string()));
  }
  const base::TemporaryFolder workshop = workshop_of(target);
  const fs::path file = workshop.path() / target.filename();
  // GDAL 3.6's writer of DXF smashes its stack when a disk fills up in the middle of it.
  std::optional<MemoryFile> in_memory;
  if (std::string_view(format.driver) == "DXF") in_memory.emplace(workshop.path() / target.filename());
  std::uint64_t total = 0;
  Contents expected;
  std::uint64_t done = 0;
  for (const ExportLayer& layer : layers) {
    total += layer.rows.size();
    if (layer.geometry != nullptr && layer.geometry->size() != layer.rows.size())
      fail(base::say("{}: rows and geometries differ in number", layer.name));
    for (std::size_t r = 0; r < layer.rows.size(); ++r) {
      const bool shapeless = layer.geometry == nullptr || (*layer.geometry)[r].empty();
      if (shapeless && std::string_view(format.driver) == "FlatGeobuf") {
        fail(base::say("limit: row {} of {} has no shape, and FlatGeobuf would drop it; export GPKG instead", r + 1,
                       layer.name));
      }
      if (format.keeps_fields || !shapeless) ++expected.rows;
    }
  }
  {
    GDALDriver* driver = GetGDALDriverManager()->GetDriverByName(format.driver);
    if (driver == nullptr) fail(base::say("GDAL has no driver {}", format.driver));
    GDALDatasetUniquePtr dataset(
        driver->Create(in_memory ? in_memory->path().c_str() : file.c_str(), 0, 0, 0, GDT_Unknown, nullptr));
    if (!dataset) fail(base::say("disk: cannot make {}{}", target.string(), messages.last()));
    for (const ExportLayer& layer : layers) {
      std::optional<geom::GeometryColumn> moved;
      if (layer.geometry != nullptr && !transformation.is_identity())
        moved = crs::transformed(*layer.geometry, transformation);
      write_layer(*dataset, format, layer, moved ? &*moved : layer.geometry, srs, messages, progress, total, done,
                  expected);
    }
    if (std::string_view(format.driver) == "GPKG")
      write_styles(*dataset, layers, dated.value_or(base::Date::today()), messages);
    dataset->FlushCache(true);
  }
  if (messages.failed()) fail(base::say("disk: {} could not be written{}", target.string(), messages.last()));
  if (in_memory) in_memory->save(file);
  const Contents found = read_again(file, format, layers, messages);
  if (const std::string differs = difference(expected, found, format); !differs.empty()) {
    fail(base::say("disk: {}: {}; nothing was put in place", target.string(), differs));
  }
  std::vector<fs::path> written;
  for (const fs::directory_entry& entry : fs::directory_iterator(workshop.path(), error))
    written.push_back(entry.path());
  std::sort(written.begin(), written.end());
  for (const fs::path& path : written) sync(path);
  // The named file last: whoever sees it new finds its siblings new too.
  std::stable_partition(written.begin(), written.end(), [&](const fs::path& path) { return path != file; });
  put_in_place(written, target, workshop);
  progress.report(total, total);
  return found.rows;
}

}  // namespace zaitu::io
