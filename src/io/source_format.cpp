#include "io/source_format.h"

#include <fstream>
#include <string_view>

#include "base/utf8.h"
#include "io/refuse.h"

namespace zaitu::io {

namespace fs = std::filesystem;

namespace {

std::string head_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string head(4096, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(in.gcount()));
  return head;
}

// What the first bytes show whatever the name says; empty when they show nothing.
std::string real_format(std::string_view head) {
  using namespace std::string_view_literals;
  if (head.starts_with("PK\x03\x04"sv) || head.starts_with("PK\x05\x06"sv)) return "a ZIP or Excel (XLSX) file";
  if (head.starts_with("Rar!"sv)) return "a RAR archive";
  if (head.starts_with("7z\xBC\xAF"sv)) return "a 7-Zip archive";
  if (head.starts_with("\x1F\x8B"sv)) return "a gzip file";
  if (head.starts_with("\xD0\xCF\x11\xE0"sv)) return "an old or encrypted Office file";
  if (head.starts_with("SQLite format 3\0"sv)) return "an SQLite file (GeoPackage, project)";
  if (head.starts_with("%PDF"sv)) return "a PDF";
  if (head.substr(0, 32).find("Standard Jet DB"sv) != head.npos ||
      head.substr(0, 32).find("Standard ACE DB"sv) != head.npos) {
    return "an Access database (MDB)";
  }
  if (head.starts_with("AC10"sv)) return "a DWG drawing (save it as DXF)";
  if (head.starts_with("\0\0\x27\x0A"sv)) return "a shapefile";
  if (head.starts_with("fgb\x03"sv)) return "a FlatGeobuf";
  return "";
}

// What opens other sources by name is no source.
void refuse_pointers(std::string_view head, const std::string& name) {
  for (const char* const mark : {"<OGRVRTDataSource", "<VRTDataset", "<GDAL_W", "<OGRWFSDataSource"}) {
    if (head.find(mark) == head.npos) continue;
    refuse("blocked: " + name + " only points to other sources (VRT or web service); import those files themselves");
  }
}

}  // namespace

const std::vector<SourceFormat>& source_formats() {
  static const std::vector<SourceFormat> all = {
      {"shp", "ESRI Shapefile", "shp", {"shx", "dbf", "prj", "cpg"}},
      {"dbf", "ESRI Shapefile", "dbf", {"cpg"}},
      {"gpkg", "GPKG", "gpkg", {"gpkg-wal"}},
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
      {"sqlite", "SQLite", "sqlite", {"sqlite-wal"}},
      {"zip", archive_driver, "zip", {}},
      {"kmz", archive_driver, "kmz", {}},
  };
  return all;
}

void look_inside(const fs::path& file, const SourceFormat& format, const std::string& name) {
  const std::string head = head_of(file);
  const std::string_view driver = format.driver;
  const std::string real = real_format(head);
  refuse_pointers(head, name);
  if (name.starts_with("~$") || name.starts_with(".~lock.")) {
    refuse("format: " + name + " is the mark that an office program leaves while the file without \"" +
           name.substr(0, name.starts_with("~$") ? 2 : 7) + "\" is open; import that one");
  }
  if (driver == "XLSX" && real.starts_with("an old or encrypted")) {
    refuse("password: " + name + " is encrypted or in the old XLS form; save it as XLSX without a password");
  }
  const bool zip = driver == "XLSX" || driver == "ODS" || driver == archive_driver;
  const bool sqlite = driver == "GPKG" || driver == "SQLite";
  if (driver == archive_driver && real != "a ZIP or Excel (XLSX) file") {
    refuse("format: " + name + " is no zip archive" + (real.empty() ? "" : " but " + real) +
           "; unpack it with the program that made it");
  }
  const bool expected = real.empty() || (driver == "XLS" && real.starts_with("an old or encrypted")) ||
                        (zip && real.starts_with("a ZIP")) || (sqlite && real.starts_with("an SQLite")) ||
                        (driver == "ESRI Shapefile" && real == "a shapefile") ||
                        (driver == "FlatGeobuf" && real == "a FlatGeobuf");
  const bool must_show =
      zip || sqlite || driver == "XLS" || driver == "FlatGeobuf" || std::string_view(format.ending) == "shp";
  if (!expected || (must_show && real.empty())) {
    refuse("format: " + name + " is not what its ending ." + format.ending + " says: it is " +
           (real.empty() ? "something else, perhaps text" : real) + "; rename it or export it again");
  }
}

void refuse_unknown(const fs::path& file, const std::string& name) {
  const std::string head = file.empty() ? "" : head_of(file);
  refuse_pointers(head, name);
  const std::string real = real_format(head);
  refuse("format: " + name + (real.empty() ? "" : " is " + real + " and") +
         " cannot be read; readable endings: " + readable_endings());
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
