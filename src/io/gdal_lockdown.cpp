#include "io/gdal_lockdown.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_http.h>
#include <ogrsf_frmts.h>

#include <algorithm>
#include <set>

#include "base/message.h"
#include "base/utf8.h"
#include "io/worker_outbox.h"

namespace zaitu::io {

namespace {

std::string private_prefix;

// What GDAL says becomes a warning, each text once and not endlessly.
void CPL_STDCALL on_gdal_message(CPLErr level, CPLErrorNum, const char* message) {
  static std::set<std::string> said;
  if (level != CE_Warning && level != CE_Failure) return;
  std::string text = message == nullptr ? "" : message;
  std::replace(text.begin(), text.end(), '\n', ' ');
  for (std::size_t at = 0; (at = text.find(private_prefix, at)) != std::string::npos;)
    text.erase(at, private_prefix.size());
  if (!base::is_valid_utf8(text) || said.size() >= 20 || !said.insert(text).second) return;
  const auto holds = [&](const char* part) { return text.find(part) != std::string::npos; };
  // The feature's own geometry tells of the one, the whole table of the other.
  if (holds("Non closed ring") || (holds("Unable to open") && holds(".SHP."))) return;
  const bool nested = holds("recursion") || holds("ested");
  const char* const keyword = nested                         ? "nested"
                              : holds("user_version")        ? "version"
                              : holds("64bit integer range") ? "precision"
                              : holds("Corrupted")           ? "corrupt"
                                                             : "format";
  outbox().send(Warning{"", "", keyword, text});
}

CPLHTTPResult* refuse_network(const char* url, CSLConstList, GDALProgressFunc, void*, CPLHTTPFetchWriteFunc, void*,
                              void*) {
  outbox().send(Warning{
      "", "", "blocked",
      base::say("the file asks for an address on the network, which is not fetched: {}", url == nullptr ? "" : url)});
  return nullptr;
}

}  // namespace

void lock_down_gdal(const std::filesystem::path& private_folder) {
  private_prefix = private_folder.string() + "/";
  const auto set = [](const char* key, const char* value) { CPLSetConfigOption(key, value); };
  set("GDAL_DRIVER_PATH", "disable");
  set("OGR_DRIVER_PATH", "disable");
  set("GDAL_VRT_ENABLE_PYTHON", "NO");
  set("GDAL_PAM_ENABLED", "NO");
  set("GML_DOWNLOAD_SCHEMA", "NO");
  set("GML_SKIP_RESOLVE_ELEMS", "ALL");
  set("OGR_SQLITE_LIST_VIRTUAL_OGR", "NO");
  set("OGR_ARC_STEPSIZE", "0.5");
  set("OGR_GEOMETRY_ACCEPT_UNCLOSED_RING", "YES");
  set("SHAPE_RESTORE_SHX", "YES");  // in the private copy only
  set("DXF_ENCODING", "UTF-8");     // rewritten as that before
  set("CPL_TMPDIR", "/nonexistent");
  CPLHTTPPushFetchCallback(refuse_network, nullptr);
  CPLSetErrorHandler(on_gdal_message);
}

void register_driver(const std::string& name) {
  if (name == "ESRI Shapefile") RegisterOGRShape();
  if (name == "GPKG") RegisterOGRGeoPackage();
  if (name == "GeoJSON") RegisterOGRGeoJSON();
  if (name == "GeoJSONSeq") RegisterOGRGeoJSONSeq();
  if (name == "LIBKML") RegisterOGRLIBKML();
  if (name == "KML") RegisterOGRKML();
  if (name == "GML") RegisterOGRGML();
  if (name == "DXF") RegisterOGRDXF();
  if (name == "FlatGeobuf") RegisterOGRFlatGeobuf();
  if (name == "MapInfo File") RegisterOGRTAB();
  if (name == "OpenFileGDB") RegisterOGROpenFileGDB();
  if (name == "SQLite") RegisterOGRSQLite();
}

}  // namespace zaitu::io
