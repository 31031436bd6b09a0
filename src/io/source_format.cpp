#include "io/source_format.h"

#include <string_view>

#include "base/message.h"
#include "base/utf8.h"
#include "io/refuse.h"
#include "io/text_file.h"

namespace zaitu::io {

namespace fs = std::filesystem;

namespace {

enum class Shown {
  nothing,
  zip,
  rar,
  seven_zip,
  gzip,
  office,
  sqlite,
  pdf,
  access,
  dwg,
  shapefile,
  flatgeobuf,
  html,
  xml_sheet,
  json,
  xml
};

// What the first bytes show whatever the name says.
Shown shown_by(std::string_view head) {
  using namespace std::string_view_literals;
  if (head.starts_with("PK\x03\x04"sv) || head.starts_with("PK\x05\x06"sv)) return Shown::zip;
  if (head.starts_with("Rar!"sv)) return Shown::rar;
  if (head.starts_with("7z\xBC\xAF"sv)) return Shown::seven_zip;
  if (head.starts_with("\x1F\x8B"sv)) return Shown::gzip;
  if (head.starts_with("\xD0\xCF\x11\xE0"sv)) return Shown::office;
  if (head.starts_with("SQLite format 3\0"sv)) return Shown::sqlite;
  if (head.starts_with("%PDF"sv)) return Shown::pdf;
  if (head.substr(0, 32).find("Standard Jet DB"sv) != head.npos ||
      head.substr(0, 32).find("Standard ACE DB"sv) != head.npos) {
    return Shown::access;
  }
  if (head.starts_with("AC10"sv)) return Shown::dwg;
  if (head.starts_with("\0\0\x27\x0A"sv)) return Shown::shapefile;
  if (head.starts_with("fgb\x03"sv)) return Shown::flatgeobuf;
  return Shown::nothing;
}

std::string described(Shown shown) {
  switch (shown) {
    case Shown::zip:
      return base::say("a ZIP or Excel (XLSX) file");
    case Shown::rar:
      return base::say("a RAR archive");
    case Shown::seven_zip:
      return base::say("a 7-Zip archive");
    case Shown::gzip:
      return base::say("a gzip file");
    case Shown::office:
      return base::say("an old or encrypted Office file");
    case Shown::sqlite:
      return base::say("an SQLite file (GeoPackage, project)");
    case Shown::pdf:
      return base::say("a PDF");
    case Shown::access:
      return base::say("an Access database (MDB)");
    case Shown::dwg:
      return base::say("a DWG drawing (save it as DXF)");
    case Shown::shapefile:
      return base::say("a shapefile");
    case Shown::flatgeobuf:
      return base::say("a FlatGeobuf");
    case Shown::html:
      return base::say("an HTML page (open it in a spreadsheet and save it as XLSX)");
    case Shown::xml_sheet:
      return base::say("an XML spreadsheet of 2003 (save it as XLSX)");
    case Shown::json:
      return base::say("JSON text");
    case Shown::xml:
      return base::say("XML text");
    case Shown::nothing:
      break;
  }
  return base::say("something else, perhaps text");
}

// What text shows that is no table and no layer.
Shown shown_by_text(std::string_view head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  const std::string text = base::ascii_lower(base::trim(head));
  if (text.starts_with("<html") || text.starts_with("<!doctype html") || text.starts_with("<table") ||
      text.starts_with("<meta"))
    return Shown::html;
  if (text.starts_with("<?xml") && text.find("urn:schemas-microsoft-com:office:spreadsheet") != text.npos)
    return Shown::xml_sheet;
  if (text.starts_with('{') || text.starts_with('[')) return Shown::json;
  return text.starts_with('<') ? Shown::xml : Shown::nothing;
}

// What opens other sources by name is no source.
void refuse_pointers(std::string_view head, const std::string& name) {
  for (const char* const mark : {"<OGRVRTDataSource", "<VRTDataset", "<GDAL_W", "<OGRWFSDataSource", "WFS_Capabilities",
                                 "WMS_Capabilities", "WMT_MS_Capabilities"}) {
    if (head.find(mark) == head.npos) continue;
    refuse(base::say("blocked: {} only points to other sources (VRT or web service); import those files themselves",
                     name));
  }
}

}  // namespace

const std::vector<SourceFormat>& source_formats() {
  static const std::vector<SourceFormat> all = {
      {"shp", "ESRI Shapefile", "shp", {"shx", "dbf", "prj", "cpg"}},
      {"dbf", "ESRI Shapefile", "dbf", {"cpg"}},
      {"gpkg", "GPKG", "gpkg", {"gpkg-wal", "gpkg-journal"}},
      {"geojson", "GeoJSON", "geojson", {}},
      {"json", "GeoJSON", "geojson", {}},
      {"geojsonl", "GeoJSONSeq", "geojsonl", {}},
      {"csv", "CSV", "csv", {}},
      {"txt", "CSV", "csv", {}},
      {"tsv", "CSV", "csv", {}},
      {"xlsx", "XLSX", "xlsx", {}},
      {"xlsm", "XLSX", "xlsx", {}},
      {"xls", "XLS", "xls", {}},
      {"ods", "ODS", "ods", {}},
      {"kml", "LIBKML", "kml", {}},
      {"gml", "GML", "gml", {"xsd"}},
      {"dxf", "DXF", "dxf", {}},
      {"fgb", "FlatGeobuf", "fgb", {}},
      {"tab", "MapInfo File", "tab", {"dat", "map", "id", "ind"}},
      {"mif", "MapInfo File", "mif", {"mid"}},
      {"gdb", "OpenFileGDB", "gdb", {}},
      {"sqlite", "SQLite", "sqlite", {"sqlite-wal", "sqlite-journal"}},
      {"zip", archive_driver, "zip", {}},
      {"kmz", archive_driver, "kmz", {}},
  };
  return all;
}

void look_inside(const fs::path& file, const SourceFormat& format, const std::string& name) {
  const std::string head = head_of(file);
  const std::string_view driver = format.driver;
  const Shown shown = shown_by(head);
  refuse_pointers(head, name);
  if (name.starts_with("~$") || name.starts_with(".~lock.")) {
    refuse(
        base::say("format: {} is the mark that an office program leaves while the file without \"{}\" is open and "
                  "locked; import that one",
                  name, name.substr(0, name.starts_with("~$") ? 2 : 7)));
  }
  if (driver == "XLSX" && shown == Shown::office) {
    refuse(base::say("password: {} is encrypted or in the old XLS form; save it as XLSX without a password", name));
  }
  const bool zip = driver == "XLSX" || driver == "ODS" || driver == archive_driver;
  const bool sqlite = driver == "GPKG" || driver == "SQLite";
  if (driver == archive_driver && shown != Shown::zip) {
    refuse(shown == Shown::nothing
               ? base::say("format: {} is no zip archive; unpack it with the program that made it", name)
               : base::say("format: {} is no zip archive but {}; unpack it with the program that made it", name,
                           described(shown)));
  }
  const bool expected = shown == Shown::nothing || (driver == "XLS" && shown == Shown::office) ||
                        (zip && shown == Shown::zip) || (sqlite && shown == Shown::sqlite) ||
                        (driver == "ESRI Shapefile" && shown == Shown::shapefile) ||
                        (driver == "FlatGeobuf" && shown == Shown::flatgeobuf);
  const bool must_show =
      zip || sqlite || driver == "XLS" || driver == "FlatGeobuf" || std::string_view(format.ending) == "shp";
  if (!expected || (must_show && shown == Shown::nothing)) {
    refuse(base::say("format: {} is not what its ending .{} says: it is {}; rename it or export it again", name,
                     format.ending, described(shown == Shown::nothing ? shown_by_text(head) : shown)));
  }
}

void refuse_unknown(const fs::path& file, const std::string& name) {
  const std::string head = file.empty() ? "" : head_of(file);
  refuse_pointers(head, name);
  if (head.find("<!ENTITY") != head.npos) {
    refuse(base::say("entity: {} declares XML entities, which can read other files or blow up; remove them", name));
  }
  const Shown shown = shown_by(head);
  refuse(shown == Shown::nothing
             ? base::say("format: {} cannot be read; readable endings: {}", name, readable_endings())
             : base::say("format: {} is {} and cannot be read; readable endings: {}", name, described(shown),
                         readable_endings()));
}

const SourceFormat* source_format_of(const fs::path& source) {
  std::string own = base::ascii_lower(source.extension().string());
  if (!own.empty()) own.erase(0, 1);
  for (const SourceFormat& candidate : source_formats()) {
    if (own == candidate.ending) return &candidate;
  }
  return nullptr;
}

std::string readable_endings() {
  std::string list;
  for (const SourceFormat& format : source_formats()) list += (list.empty() ? "" : ", ") + std::string(format.ending);
  return list;
}

}  // namespace zaitu::io
