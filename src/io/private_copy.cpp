#include "io/private_copy.h"

#include <cstdlib>
#include <fstream>
#include <vector>

#include "base/utf8.h"
#include "io/refuse.h"
#include "io/sha256.h"

namespace zaitu::io {

namespace fs = std::filesystem;

namespace {

struct SourceFormat {
  const char* ending;
  const char* driver;
  const char* copied_as;  // the ending the driver wants
  std::vector<const char*> siblings;
};

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
      {"ods", "ODS", "ods", {}},
      {"kml", "LIBKML", "kml", {}},
      {"gml", "GML", "gml", {"xsd"}},
      {"dxf", "DXF", "dxf", {}},
      {"fgb", "FlatGeobuf", "fgb", {}},
      {"tab", "MapInfo File", "tab", {"dat", "map", "id", "ind"}},
      {"mif", "MapInfo File", "mif", {"mid"}},
      {"gdb", "OpenFileGDB", "gdb", {}},
      {"sqlite", "SQLite", "sqlite", {"sqlite-wal"}},
  };
  return all;
}

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
  if (head.starts_with("PK\x03\x04"sv)) return "a ZIP or Excel (XLSX) file";
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

// Refuses by content: what is never opened, and names that lie.
void look_inside(const fs::path& file, const SourceFormat& format) {
  const std::string head = head_of(file);
  const std::string name = file.filename().string();
  const std::string_view driver = format.driver;
  const std::string real = real_format(head);
  const auto holds = [&](std::string_view text) { return head.find(text) != std::string::npos; };
  if (holds("<OGRVRTDataSource") || holds("<VRTDataset") || holds("<GDAL_WMS") || holds("<OGRWFSDataSource") ||
      holds("<GDAL_WCS")) {
    refuse("blocked: " + name + " only points to other sources (VRT or web service); import those files themselves");
  }
  if (driver == "XLSX" && real.starts_with("an old or encrypted")) {
    refuse("password: " + name + " is encrypted or in the old XLS form; save it as XLSX without a password");
  }
  const bool zip = driver == "XLSX" || driver == "ODS";
  const bool sqlite = driver == "GPKG" || driver == "SQLite";
  const bool expected =
      real.empty() || (zip && real.starts_with("a ZIP")) || (sqlite && real.starts_with("an SQLite")) ||
      (driver == "ESRI Shapefile" && real == "a shapefile") || (driver == "FlatGeobuf" && real == "a FlatGeobuf");
  const bool must_show = zip || sqlite || driver == "FlatGeobuf" || std::string_view(format.ending) == "shp";
  if (!expected || (must_show && real.empty())) {
    refuse("format: " + name + " is not what its ending ." + format.ending + " says: it is " +
           (real.empty() ? "something else, perhaps text" : real) + "; rename it or export it again");
  }
  const bool xml = driver == "LIBKML" || driver == "GML";
  if (xml && holds("<!ENTITY")) {
    refuse("entity: " + name + " declares XML entities, which can read other files or blow up; remove them");
  }
}

}  // namespace

std::string readable_endings() {
  std::string list;
  for (const SourceFormat& format : source_formats()) list += (list.empty() ? "" : ", ") + std::string(format.ending);
  return list;
}

PrivateCopy::PrivateCopy(const fs::path& source) {
  const std::string text = source.string();
  const std::size_t colon = text.find(':');
  std::error_code error;
  const fs::file_status status = fs::status(source, error);
  if (text.starts_with("/vsi") || (colon != std::string::npos && colon > 1 && !fs::exists(status))) {
    refuse("blocked: \"" + text + "\" is no plain file; only files and FileGDB folders are read");
  }
  if (!fs::exists(status)) refuse("cannot find " + text + "; check the name");
  std::string name = source.filename().string();
  fs::path clean = source;
  if (name.empty()) {
    clean = source.parent_path();
    name = clean.filename().string();
  }
  std::string ending = base::ascii_lower(clean.extension().string());
  if (!ending.empty()) ending.erase(0, 1);
  const SourceFormat* format = nullptr;
  for (const SourceFormat& candidate : source_formats()) {
    if (ending == candidate.ending) format = &candidate;
  }
  const bool folder = fs::is_directory(status);
  if (!folder && !fs::is_regular_file(status)) refuse("blocked: " + text + " is no plain file");
  if (!folder && fs::file_size(source, error) == 0) refuse("empty: " + text + " has 0 bytes; fetch it again");
  if (format == nullptr || folder != (std::string_view(format->driver) == "OpenFileGDB")) {
    const std::string head = folder ? "" : head_of(source);
    if (head.find("<OGRVRTDataSource") != std::string::npos || head.find("<VRTDataset") != std::string::npos ||
        head.find("<GDAL_W") != std::string::npos) {
      refuse("blocked: " + name + " only points to other sources (VRT or web service); import those files themselves");
    }
    const std::string real = real_format(head);
    refuse("format: " + name + (real.empty() ? "" : " is " + real + " and") +
           " cannot be read; readable endings: " + readable_endings());
  }
  if (!folder) look_inside(source, *format);
  m_driver = format->driver;

  std::string pattern = (fs::temp_directory_path(error) / "zaitu-read-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) refuse("cannot make a temporary folder " + pattern + "; set TMPDIR");
  m_folder = pattern;
  try {
    if (folder) {
      copy_folder(clean);
    } else {
      copy_files(clean, format->copied_as);
      // A large file is hashed while the worker reads it; readers of the other formats may write to their copy.
      if (m_driver == "ESRI Shapefile" || m_driver == "FlatGeobuf") {
        m_hashing = std::thread([this] { m_sha256 = sha256_of_file(m_file, &m_stop); });
      } else {
        m_sha256 = sha256_of_file(m_file);
        if (m_sha256.empty()) refuse("cannot read " + source.string());
      }
    }
  } catch (...) {
    fs::remove_all(m_folder, error);
    throw;
  }
}

const std::string& PrivateCopy::sha256() {
  if (m_hashing.joinable()) m_hashing.join();
  return m_sha256;
}

PrivateCopy::~PrivateCopy() {
  m_stop = true;
  if (m_hashing.joinable()) m_hashing.join();
  std::error_code error;
  fs::remove_all(m_folder, error);
}

void PrivateCopy::copy(const fs::path& from, const fs::path& to) {
  std::error_code error;
  if (!fs::copy_file(from, to, error) || error) {
    refuse("cannot read " + from.string() + " into " + m_folder.string() + ": " + error.message());
  }
  // The copy must be ours to remove and to index, also when the source is read-only.
  fs::permissions(to, fs::perms::owner_read | fs::perms::owner_write, fs::perm_options::replace, error);
  m_bytes += fs::file_size(to, error);
}

void PrivateCopy::copy_folder(const fs::path& source) {
  m_file = m_folder / source.filename();
  std::error_code error;
  fs::create_directory(m_file, error);
  for (const fs::directory_entry& entry : fs::directory_iterator(source, error)) {
    if (entry.is_regular_file(error) && !entry.is_symlink(error)) copy(entry.path(), m_file / entry.path().filename());
  }
  if (m_bytes == 0) refuse("empty: " + source.string() + " holds no files");
}

void PrivateCopy::copy_files(const fs::path& source, const std::string& ending) {
  const fs::path stem = source.stem();
  m_file = m_folder / (stem.string() + "." + ending);
  copy(source, m_file);
  const SourceFormat* format = nullptr;
  std::string own = base::ascii_lower(source.extension().string().substr(1));
  for (const SourceFormat& candidate : source_formats()) {
    if (own == candidate.ending) format = &candidate;
  }
  if (format == nullptr || format->siblings.empty()) return;
  const std::string stem_key = base::ascii_lower(stem.string());
  std::error_code error;
  const fs::path folder = source.has_parent_path() ? source.parent_path() : fs::path(".");
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (base::ascii_lower(entry.path().stem().string()) != stem_key || !entry.is_regular_file(error)) continue;
    std::string other = base::ascii_lower(entry.path().extension().string());
    if (other.empty()) continue;
    other.erase(0, 1);
    for (const char* sibling : format->siblings) {
      const fs::path target = m_folder / (stem.string() + "." + sibling);
      // An exact match of case wins over another file that differs only in case.
      if (other != sibling || (fs::exists(target, error) && entry.path().stem() != stem)) continue;
      fs::remove(target, error);
      copy(entry.path(), target);
    }
  }
}

}  // namespace zaitu::io
