#include "io/layer_reading.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <thread>

#include "base/message.h"
#include "base/utf8.h"
#include "io/drawing_layer.h"
#include "io/field_names.h"
#include "io/flattening.h"
#include "io/geopackage.h"
#include "io/refuse.h"
#include "io/worker_outbox.h"

namespace zaitu::io {

namespace fs = std::filesystem;

namespace {

std::string to_text(const TextRule& rule, const char* raw, const std::string& feature, const std::string& field) {
  const std::string_view text = raw == nullptr ? "" : raw;
  if (!rule.decoder || (rule.mixed && base::is_valid_utf8(text))) {
    if (base::is_valid_utf8(text)) return std::string(text);
    static const Decoder chinese("GB18030");
    std::string clean;
    if (chinese(text, clean) == Decoded::whole) {
      outbox().send(Warning{feature, field, "encoding",
                            base::say("bytes that are not UTF-8 were read as GB18030: \"{}\"", clean)});
      return clean;
    }
    outbox().send(Warning{feature, field, "encoding", base::say("bytes that are not UTF-8 became U+FFFD")});
    clean.clear();
    for (std::size_t at = 0; at < text.size();) base::append_utf8(clean, base::next_code_point(text, at));
    return clean;
  }
  if (rule.encoding == "UTF-8" && base::is_valid_utf8(text)) return std::string(text);
  std::string utf8;
  const Decoded decoded = (*rule.decoder)(text, utf8);
  if (decoded == Decoded::cut) {
    outbox().send(Warning{feature, field, "encoding",
                          base::say("the text was cut in the middle of a character: kept up to \"{}\"", utf8)});
  } else if (decoded == Decoded::broken) {
    outbox().send(Warning{feature, field, "encoding",
                          base::say("bytes that are not {} became \xEF\xBF\xBD: \"{}\"", rule.encoding, utf8)});
  }
  return utf8;
}

bool is_layer_of_the_format(const char* name) {
  const std::string_view text = name;
  return text == "layer_styles" || text == "spatial_ref_sys" || text == "geometry_columns" ||
         text == "ElementaryGeometries" || text.starts_with("sqlite_") || text.starts_with("virts_geometry") ||
         text.starts_with("views_geometry") || text.starts_with("geometry_columns_") ||
         text.starts_with("spatial_ref_sys_") || text.starts_with("idx_") || text == "SpatialIndex" || text == "KNN" ||
         text == "KNN2" || text == "spatialite_history" || text == "sql_statements_log" || text == "data_licenses" ||
         text == "vector_layers" || text.starts_with("vector_layers_");
}

OGRLayer* choose_layer(GDALDataset& source, const WorkerOrder& order, const std::string& name,
                       const std::set<std::string>& views, SourceHeader& header) {
  std::vector<OGRLayer*> all;
  std::vector<OGRLayer*> filled;
  for (OGRLayer* layer : source.GetLayers()) {
    if (is_layer_of_the_format(layer->GetName()) || views.contains(layer->GetName())) continue;
    all.push_back(layer);
    header.layers.push_back(cut_name(layer->GetName()));
    if (layer->GetFeatureCount() != 0) filled.push_back(layer);
  }
  if (all.empty() && !views.empty()) {
    refuse(base::say("untrusted: {} has no tables but views, which run the file's own SQL; save them as tables", name));
  }
  if (all.empty()) refuse(base::say("no-features: {} has no layers", name));
  if (!order.layer.empty()) {
    for (OGRLayer* layer : all) {
      if (layer->GetName() == order.layer) return layer;
    }
  }
  std::string list;
  for (const std::string& layer : header.layers) list += (list.empty() ? "" : ", ") + layer;
  if (!order.layer.empty()) {
    throw base::Error(base::ExitCode::usage,
                      base::say("layer: {} has no layer \"{}\"; it has: {}", name, order.layer, list));
  }
  if (order.header_only || all.size() == 1) return filled.empty() ? all.front() : filled.front();
  if (filled.size() > 1) refuse(base::say("layer: {} has several layers, choose one with --layer: {}", name, list));
  return filled.empty() ? all.front() : filled.front();
}

// Plain SQL on an SQLite file that GDAL has open: the first cell of the answer.
std::string first_text(GDALDataset& source, const std::string& sql) {
  std::string text;
  OGRLayer* result = source.ExecuteSQL(sql.c_str(), nullptr, nullptr);
  if (result == nullptr) return text;
  if (const OGRFeatureUniquePtr row{result->GetNextFeature()}; row && row->GetFieldCount() > 0) {
    text = row->GetFieldAsString(0);
  }
  source.ReleaseResultSet(result);
  return text;
}

// A damaged page makes a GeoPackage give fewer rows without a word.
void refuse_damaged(GDALDataset& source, const std::string& name) {
  const std::string state = first_text(source, "PRAGMA quick_check(1)");
  if (state != "ok") {
    refuse(base::say("corrupt: {} is damaged ({}); restore it from a copy", name, state.substr(0, 120)));
  }
}

// The same while the rows are read already: they count for nothing before it is over.
class DamageCheck {
 public:
  explicit DamageCheck(const fs::path& file) : m_thread([this, file] { m_state = quick_check(file); }) {}
  ~DamageCheck() {
    if (m_thread.joinable()) m_thread.join();
  }
  DamageCheck(const DamageCheck&) = delete;
  DamageCheck& operator=(const DamageCheck&) = delete;
  // What is not plainly sound is asked once more in the driver's words, which knows functions that the file may use.
  void finish(GDALDataset& source, const std::string& name) {
    if (!m_thread.joinable()) return;
    m_thread.join();
    if (m_state != "ok") refuse_damaged(source, name);
  }

 private:
  std::string m_state;
  std::thread m_thread;
};

// The rows of the table itself: the count that GDAL's own bookkeeping table holds goes stale.
std::int64_t rows_in_table(GDALDataset& source, const std::string& layer) {
  std::string quoted = layer;
  for (std::size_t at = 0; (at = quoted.find('"', at)) != std::string::npos; at += 2) quoted.insert(at, "\"");
  const std::string count = first_text(source, "SELECT count(*) AS n FROM \"" + quoted + "\"");
  return count.empty() ? -1 : std::atoll(count.c_str());
}

void describe_crs(const OGRSpatialReference* of_layer, const std::string& from, SourceHeader& header) {
  if (of_layer == nullptr) return;
  OGRSpatialReference srs(*of_layer);
  if (srs.IsCompound()) srs.StripVertical();
  if (srs.GetAxesCount() == 3) srs.DemoteTo2D(nullptr);
  const std::string_view name = srs.GetName() == nullptr ? "" : srs.GetName();
  if (srs.IsLocal() || name.starts_with("Undefined") || name.starts_with("undefined") || name.starts_with("Unknown"))
    return;
  const auto code_of = [](const OGRSpatialReference& of) -> std::string {
    const char* authority = of.GetAuthorityName(nullptr);
    const char* code = of.GetAuthorityCode(nullptr);
    if (authority == nullptr || code == nullptr) return "";
    return std::string(authority) + ":" + code;
  };
  std::string code = code_of(srs);
  if (code.empty()) {
    OGRSpatialReference* match = srs.FindBestMatch(90, "EPSG", nullptr);
    if (match != nullptr) {
      code = code_of(*match);
      match->Release();
    }
  }
  header.crs.how = from;
  if (!code.empty()) {
    header.crs.value = code;
    header.crs_definition = code;
    return;
  }
  char* wkt = nullptr;
  const char* const options[] = {"FORMAT=WKT2_2018", nullptr};
  if (srs.exportToWkt(&wkt, options) == OGRERR_NONE && wkt != nullptr) {
    header.crs.value = std::string(name);
    header.crs_definition = wkt;
  }
  CPLFree(wkt);
}

SourceFieldType type_of(const OGRFieldDefn& field) {
  switch (field.GetType()) {
    case OFTInteger:
    case OFTInteger64:
      return SourceFieldType::integer;
    case OFTReal:
      return SourceFieldType::real;
    case OFTDate:
    case OFTDateTime:
      return SourceFieldType::date;
    default:
      return SourceFieldType::text;
  }
}

// Once for each field.
void say_odd_text(const std::string& text, const std::string& id, const std::string& field) {
  static std::set<std::string> with_controls, with_blanks;
  if (has_control_characters(text) && with_controls.insert(field).second) {
    outbox().send(
        Warning{id, field, "character", base::say("holds control characters, which are kept (first at this feature)")});
  }
  if (base::trim(text).size() != text.size() && with_blanks.insert(field).second) {
    outbox().send(
        Warning{id, field, "space",
                base::say("has blanks before or after the text, which do not count (first at this feature)")});
  }
}

SourceValue value_of(const OGRFeature& feature, int i, const TextRule& rule, const std::string& id,
                     const std::string& field) {
  if (!feature.IsFieldSetAndNotNull(i)) return {};
  const OGRFieldDefn* definition = feature.GetFieldDefnRef(i);
  switch (definition->GetType()) {
    case OFTInteger:
    case OFTInteger64:
      return static_cast<std::int64_t>(feature.GetFieldAsInteger64(i));
    case OFTReal:
      return feature.GetFieldAsDouble(i);
    case OFTDate:
    case OFTDateTime: {
      int year = 0, month = 0, day = 0, hour = 0, minute = 0, zone = 0;
      float second = 0;
      if (feature.GetFieldAsDateTime(i, &year, &month, &day, &hour, &minute, &second, &zone) == 0) return {};
      std::string text(10, '-');
      if (year >= 0 && year <= 9999 && month >= 0 && month <= 99 && day >= 0 && day <= 99) {
        const auto digit = [](int value) { return static_cast<char>('0' + value % 10); };
        text[0] = digit(year / 1000), text[1] = digit(year / 100), text[2] = digit(year / 10), text[3] = digit(year);
        text[5] = digit(month / 10), text[6] = digit(month);
        text[8] = digit(day / 10), text[9] = digit(day);
      } else {
        text = fmt::format("{:04}-{:02}-{:02}", year, month, day);
      }
      if (hour != 0 || minute != 0 || second > 0)
        text += fmt::format("T{:02}:{:02}:{:02}", hour, minute, static_cast<int>(second));
      return text;
    }
    case OFTStringList: {
      std::string text;
      char** list = feature.GetFieldAsStringList(i);
      for (int n = 0; list != nullptr && list[n] != nullptr; ++n)
        text += (n == 0 ? "" : ";") + to_text(rule, list[n], id, field);
      return text;
    }
    case OFTIntegerList:
    case OFTInteger64List:
    case OFTRealList: {
      std::string text = feature.GetFieldAsString(i);  // "(3:1,2,3)"
      const std::size_t colon = text.find(':');
      if (colon != std::string::npos && text.ends_with(")")) text = text.substr(colon + 1, text.size() - colon - 2);
      std::replace(text.begin(), text.end(), ',', ';');
      return text;
    }
    case OFTBinary:
      return {};
    default: {
      std::string text = to_text(rule, feature.GetFieldAsString(i), id, field);
      say_odd_text(text, id, field);
      return text;
    }
  }
}

void name_fields(const OGRFeatureDefn& definition, const TextRule& rule, SourceHeader& header) {
  std::vector<std::string> raw;
  raw.reserve(static_cast<std::size_t>(definition.GetFieldCount()));
  for (int i = 0; i < definition.GetFieldCount(); ++i)
    raw.push_back(to_text(rule, definition.GetFieldDefn(i)->GetNameRef(), "", ""));
  const std::vector<std::string> names = field_names(raw, [](Warning&& warning) { outbox().send(warning); });
  for (int i = 0; i < definition.GetFieldCount(); ++i)
    header.fields.push_back({names[static_cast<std::size_t>(i)], type_of(*definition.GetFieldDefn(i))});
}

// One layer of an open source, from its header to its last row.
class LayerReading {
 public:
  LayerReading(GDALDataset& source, const WorkerOrder& order, const TextRule& rule, const EarlierLooks& looks)
      : m_source(source),
        m_order(order),
        m_rule(rule),
        m_looks(looks),
        m_file(order.file),
        m_name(m_file.filename().string()) {}

  // `declared`: rows that the file was found to have; -1: the layer is asked.
  void send_header(SourceHeader&& header, std::int64_t declared) {
    m_header = std::move(header);
    const bool database = m_order.driver == "GPKG" || m_order.driver == "SQLite";
    m_layer = choose_layer(m_source, m_order, m_name, m_looks.views, m_header);
    m_header.layer = cut_name(m_layer->GetName());
    if (m_header.layer != m_layer->GetName()) {
      outbox().send(Warning{"", "", "name",
                            base::say("the name of the layer has {} bytes: it was cut", strlen(m_layer->GetName()))});
    }
    if (database) declared = rows_in_table(m_source, m_layer->GetName());
    if (m_order.driver == "DXF" && !m_order.header_only) {
      std::vector<Warning> warnings;
      m_drawn = drawn_features(*m_layer, m_file, warnings);
      for (const Warning& warning : warnings) outbox().send(warning);
      declared = static_cast<std::int64_t>(m_drawn.size());
    }
    m_looks.name_layer(m_header);
    const OGRFeatureDefn& definition = *m_layer->GetLayerDefn();
    name_fields(definition, m_rule, m_header);
    m_header.has_geometry = definition.GetGeomFieldCount() > 0 && definition.GetGeomFieldDefn(0)->GetType() != wkbNone;
    m_header.declared_rows = declared >= 0 ? declared : m_layer->GetFeatureCount(1);
    const bool is_shp = m_file.extension() == ".shp";
    if (m_header.has_geometry) {
      describe_crs(m_layer->GetSpatialRef(), is_shp ? base::say("from .prj") : base::say("from the file"), m_header);
    }
    const bool wgs84_by_format = m_order.driver.starts_with("GeoJSON") || m_order.driver.ends_with("KML");
    if (wgs84_by_format && m_header.crs.value == "EPSG:4326") m_header.crs.how = base::say("the format's (WGS 84)");
    if (is_shp && m_header.crs.value.empty()) {
      std::error_code error;
      if (fs::exists(fs::path(m_file).replace_extension(".prj"), error))
        outbox().send(Warning{"", "", "crs", base::say("the .prj cannot be understood")});
    }
    outbox().begin(m_header);
  }

  void send_rows() {
    if (m_order.driver == "DXF") {
      for (OGRFeatureUniquePtr& feature : m_drawn) {
        outbox().rows().add(row_of(*feature));
        feature.reset();
        outbox().count_row();
      }
      return;
    }
    m_layer->ResetReading();
    if (m_order.driver == "GPKG") {
      const auto table = GeoPackageTable::open(m_file, *m_layer, m_header);
      const auto by_driver = [&](std::int64_t fid) {
        CPLErrorReset();
        const OGRFeatureUniquePtr feature(m_layer->GetFeature(fid));
        if (!feature) refuse_rest();
        outbox().rows().add(row_of(*feature));
      };
      if (table && table->read(outbox().rows(), by_driver, [] { outbox().count_row(); })) return;
      const std::int64_t read = outbox().counted();
      if (read > 0 && m_layer->SetNextByIndex(read) != OGRERR_NONE) refuse_rest();
    }
    for (;;) {
      CPLErrorReset();
      const OGRFeatureUniquePtr feature(m_layer->GetNextFeature());
      if (!feature) {
        if (CPLGetLastErrorType() == CE_Failure) refuse_rest();
        return;
      }
      outbox().rows().add(row_of(*feature));
      outbox().count_row();
    }
  }

 private:
  SourceRow row_of(OGRFeature& feature) {
    SourceRow row;
    row.fid = feature.GetFID();
    const std::string id = std::to_string(row.fid);
    row.values.reserve(m_header.fields.size());
    for (int i = 0; i < feature.GetFieldCount(); ++i) {
      row.values.push_back(value_of(feature, i, m_rule, id, m_header.fields[static_cast<std::size_t>(i)].name));
    }
    OGRGeometry* geometry = m_header.has_geometry ? feature.GetGeometryRef() : nullptr;
    if (m_order.driver == "ESRI Shapefile" && geometry != nullptr &&
        wkbFlatten(geometry->getGeometryType()) == wkbMultiPolygon) {
      OGRMultiPolygon& polygons = *geometry->toMultiPolygon();
      const double before = polygons.get_Area();
      if (const std::size_t turned = return_holes(polygons); turned > 0) {
        outbox().send(Warning{id, "", "geom-invalid",
                              base::say("{} rings run like an outline and lie within another one: they were taken as "
                                        "its holes, area {:.2f} before and {:.2f} after",
                                        turned, before, polygons.get_Area())});
      }
    }
    if (m_header.has_geometry) row.wkb = m_flatten(geometry, id);
    return row;
  }

  [[noreturn]] void refuse_rest() const {
    std::string said = CPLGetLastErrorMsg();
    std::replace(said.begin(), said.end(), '\n', ' ');
    refuse(base::say("corrupt: {} cannot be read beyond row {} ({})", m_name, outbox().counted(), said));
  }

  GDALDataset& m_source;
  const WorkerOrder& m_order;
  const TextRule& m_rule;
  const EarlierLooks& m_looks;
  fs::path m_file;
  std::string m_name;
  SourceHeader m_header;
  OGRLayer* m_layer = nullptr;
  std::vector<OGRFeatureUniquePtr> m_drawn;  // of a drawing: all features
  Flattening m_flatten;
};

}  // namespace

void send_layer(GDALDataset& source, const WorkerOrder& order, const TextRule& rule, const EarlierLooks& looks,
                SourceHeader&& header, std::int64_t declared) {
  const fs::path file = order.file;
  const std::string name = file.filename().string();
  std::optional<DamageCheck> damage;
  if (order.driver == "GPKG" || order.driver == "SQLite") {
    std::error_code error;
    // A log that is not yet in the file is seen by the driver alone.
    if (order.header_only || fs::exists(file.string() + "-wal", error)) {
      refuse_damaged(source, name);
    } else {
      damage.emplace(file);
    }
  }
  LayerReading reading(source, order, rule, looks);
  try {
    reading.send_header(std::move(header), declared);
    if (!order.header_only) reading.send_rows();
  } catch (const base::Error&) {
    if (damage) damage->finish(source, name);
    throw;
  }
  if (damage) damage->finish(source, name);
}

}  // namespace zaitu::io
