#include "io/read_worker.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_http.h>
#include <fmt/format.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <ogrsf_frmts.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <fstream>
#include <set>
#include <thread>

#include "base/date.h"
#include "base/utf8.h"
#include "geom/geometry.h"
#include "geom/measure.h"
#include "io/boundary_text.h"
#include "io/database_guard.h"
#include "io/drawing_layer.h"
#include "io/encoding.h"
#include "io/field_names.h"
#include "io/frame.h"
#include "io/geopackage.h"
#include "io/ledger.h"
#include "io/refuse.h"
#include "io/row_batch.h"
#include "io/shapefile_check.h"
#include "io/source_format.h"
#include "io/text_file.h"
#include "io/text_guard.h"
#include "io/unpack.h"

namespace zaitu::io {

namespace fs = std::filesystem;

std::vector<std::string> to_arguments(const WorkerOrder& order) {
  return {"--read-worker",
          order.file,
          order.driver,
          order.layer,
          order.encoding,
          order.header_only ? "header" : "rows",
          std::to_string(order.cpu_seconds),
          std::to_string(order.parent),
          std::to_string(order.header_row),
          order.plain_kml ? "plain-kml" : ""};
}

WorkerOrder order_from(int argc, char** argv) {
  WorkerOrder order;
  if (argc < 11) return order;
  order.file = argv[2];
  order.driver = argv[3];
  order.layer = argv[4];
  order.encoding = argv[5];
  order.header_only = std::string_view(argv[6]) == "header";
  order.cpu_seconds = std::atoi(argv[7]);
  order.parent = std::atoi(argv[8]);
  order.header_row = std::atoll(argv[9]);
  order.plain_kml = argv[10][0] != '\0';
  return order;
}

namespace {

// Frames to the parent, gathered and written in large pieces. Rows wait until they make a block, or until something
// else is to be said after them.
class Outbox {
 public:
  void send(FrameType type, const PayloadWriter& payload) {
    send_rows();
    put_head(type, payload.bytes().size());
    m_pending += payload.bytes();
    if (m_pending.size() > (1u << 16)) flush();
  }
  void send(const Warning& warning) {
    PayloadWriter payload;
    write_warning(payload, warning);
    send(FrameType::warning, payload);
  }
  // Said at once, without regard to the rows that wait.
  void send_aside(FrameType type, const PayloadWriter& payload) {
    put_head(type, payload.bytes().size());
    m_pending += payload.bytes();
    write_pending();
  }
  // From here on rows may be added.
  void begin_rows(const SourceHeader& header) { m_rows.emplace(header); }
  RowBatchWriter& rows() { return *m_rows; }
  // After each row.
  void row_added() {
    // Of as many features is a chunk of geometry that a table can take over as it is.
    constexpr std::size_t block_rows = 4096;
    constexpr std::size_t block_bytes = std::size_t{4} << 20;
    if (m_rows->size() == block_rows || m_rows->bytes() >= block_bytes) send_rows();
  }
  void flush() {
    send_rows();
    write_pending();
  }

 private:
  void put_head(FrameType type, std::size_t bytes) {
    m_pending.push_back(static_cast<char>(type));
    const auto size = static_cast<std::uint32_t>(bytes);
    m_pending.append(reinterpret_cast<const char*>(&size), sizeof size);
  }
  void send_rows() {
    if (!m_rows || m_rows->size() == 0) return;
    const std::string block = m_rows->take();
    put_head(FrameType::rows, block.size());
    write_pending();
    write_bytes(block);
  }
  void write_pending() {
    write_bytes(m_pending);
    m_pending.clear();
  }
  static void write_bytes(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t done = ::write(worker_pipe, bytes.data(), bytes.size());
      if (done < 0 && errno == EINTR) continue;
      if (done <= 0) _exit(1);  // nobody listens any more
      bytes.remove_prefix(static_cast<std::size_t>(done));
    }
  }

  std::string m_pending;
  std::optional<RowBatchWriter> m_rows;
};

Outbox& outbox() {
  static Outbox box;
  return box;
}

// What GDAL says becomes a warning, each text once and not endlessly.
void CPL_STDCALL on_gdal_message(CPLErr level, CPLErrorNum, const char* message) {
  static std::set<std::string> said;
  if (level != CE_Warning && level != CE_Failure) return;
  std::string text = message == nullptr ? "" : message;
  std::replace(text.begin(), text.end(), '\n', ' ');
  if (!base::is_valid_utf8(text) || said.size() >= 20 || !said.insert(text).second) return;
  const auto holds = [&](const char* part) { return text.find(part) != std::string::npos; };
  if (holds("Non closed ring")) return;  // the feature's own geometry tells of it
  const bool nested = holds("recursion") || holds("ested");
  outbox().send(Warning{"", "", nested ? "nested" : holds("user_version") ? "version" : "format", text});
}

CPLHTTPResult* refuse_network(const char* url, CSLConstList, GDALProgressFunc, void*, CPLHTTPFetchWriteFunc, void*,
                              void*) {
  outbox().send(Warning{"", "", "blocked",
                        std::string("the file asks for an address on the network, which is not fetched: ") +
                            (url == nullptr ? "" : url)});
  return nullptr;
}

// No network, no other program, no look into other processes, whatever a driver is brought to do. Calls of another
// architecture's numbers end the process.
void deny_system_calls() {
#if defined(__x86_64__) || defined(__aarch64__)
#ifdef __x86_64__
  constexpr std::uint32_t architecture = AUDIT_ARCH_X86_64;
#else
  constexpr std::uint32_t architecture = AUDIT_ARCH_AARCH64;
#endif
  constexpr std::uint32_t denied = SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(EPERM);
  const std::uint32_t calls[] = {SYS_socket,           SYS_connect,        SYS_bind,       SYS_execve,     SYS_execveat,
                                 SYS_process_vm_readv, SYS_mount,          SYS_umount2,    SYS_bpf,        SYS_keyctl,
                                 SYS_perf_event_open,  SYS_io_uring_setup, SYS_kexec_load, SYS_init_module};
  std::vector<sock_filter> program;
  program.reserve(7 + 2 * std::size(calls));
  const auto load = [&](std::size_t offset) {
    program.push_back({BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<std::uint32_t>(offset)});
  };
  const auto answer = [&](std::uint32_t value) { program.push_back({BPF_RET | BPF_K, 0, 0, value}); };
  load(offsetof(seccomp_data, arch));
  program.push_back({BPF_JMP | BPF_JEQ | BPF_K, 1, 0, architecture});
  answer(SECCOMP_RET_KILL_PROCESS);
  load(offsetof(seccomp_data, nr));
  constexpr std::uint32_t other_numbers = 0x40000000;  // of x32, on the same processor
  program.push_back({BPF_JMP | BPF_JGE | BPF_K, 0, 1, other_numbers});
  answer(SECCOMP_RET_KILL_PROCESS);
  for (const std::uint32_t call : calls) {
    program.push_back({BPF_JMP | BPF_JEQ | BPF_K, 0, 1, call});
    answer(denied);
  }
  answer(SECCOMP_RET_ALLOW);
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  // Where the kernel has no filters, the other limits stand alone.
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
#endif
}

void limit_this_process(int cpu_seconds, int parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);  // the parent went away before that
  signal(SIGPIPE, SIG_DFL);
  signal(SIGINT, SIG_IGN);  // the parent decides
  const auto limit = [](auto what, rlim_t soft, rlim_t hard) {
    const rlimit both{soft, hard};
    setrlimit(what, &both);
  };
  limit(RLIMIT_CORE, 0, 0);
  const auto seconds = static_cast<rlim_t>(cpu_seconds);
  limit(RLIMIT_CPU, seconds, seconds + 2);
#ifndef __SANITIZE_ADDRESS__
  constexpr rlim_t memory = rlim_t{2} << 30;
  limit(RLIMIT_AS, memory, memory);
#endif
  // What was open when the program started this process is none of its business.
  close_range(worker_pipe + 1, ~0U, 0);
  constexpr rlim_t descriptors = 256;
  limit(RLIMIT_NOFILE, descriptors, descriptors);
  // A process without a network of its own; where the system does not allow it, the filter below stands alone.
  if (unshare(CLONE_NEWNET) != 0) unshare(CLONE_NEWUSER | CLONE_NEWNET);
  deny_system_calls();
}

void lock_down_gdal() {
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

// The text of cells: decoded here when the driver hands it over raw.
struct TextRule {
  std::optional<Decoder> decoder;  // nullopt: already UTF-8
  bool mixed = false;
  std::string encoding;
};

std::string to_text(const TextRule& rule, const char* raw, const std::string& feature, const std::string& field) {
  const std::string_view text = raw == nullptr ? "" : raw;
  if (!rule.decoder || (rule.mixed && base::is_valid_utf8(text))) {
    if (base::is_valid_utf8(text)) return std::string(text);
    outbox().send(Warning{feature, field, "encoding", "bytes that are not UTF-8 became \xEF\xBF\xBD"});
    std::string clean;
    for (std::size_t at = 0; at < text.size();) base::append_utf8(clean, base::next_code_point(text, at));
    return clean;
  }
  if (rule.encoding == "UTF-8" && base::is_valid_utf8(text)) return std::string(text);
  std::string utf8;
  const Decoded decoded = (*rule.decoder)(text, utf8);
  if (decoded == Decoded::cut) {
    outbox().send(Warning{feature, field, "encoding",
                          "the text was cut in the middle of a character: kept up to \"" + utf8 + "\""});
  } else if (decoded == Decoded::broken) {
    outbox().send(Warning{feature, field, "encoding",
                          "bytes that are not " + rule.encoding + " became \xEF\xBF\xBD: \"" + utf8 + "\""});
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
  if (all.empty()) refuse("no-features: " + name + " has no layers");
  if (!order.layer.empty()) {
    for (OGRLayer* layer : all) {
      if (layer->GetName() == order.layer) return layer;
    }
  }
  std::string list;
  for (const std::string& layer : header.layers) list += (list.empty() ? "" : ", ") + layer;
  if (!order.layer.empty()) {
    throw base::Error(base::ExitCode::usage,
                      "layer: " + name + " has no layer \"" + order.layer + "\"; it has: " + list);
  }
  if (order.header_only || all.size() == 1) return filled.empty() ? all.front() : filled.front();
  if (filled.size() > 1) refuse("layer: " + name + " has several layers, choose one with --layer: " + list);
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
    refuse("corrupt: " + name + " is damaged (" + state.substr(0, 120) + "); restore it from a copy");
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
    default:
      return to_text(rule, feature.GetFieldAsString(i), id, field);
  }
}

geom::GeometryColumn outline_of(const OGRLinearRing& ring) {
  std::vector<geom::Coord> vertices;
  vertices.reserve(static_cast<std::size_t>(ring.getNumPoints()));
  for (int i = 0; i < ring.getNumPoints(); ++i) vertices.push_back({ring.getX(i), ring.getY(i)});
  geom::GeometryColumn outline(geom::GeometryKind::polygon);
  outline.begin_feature();
  outline.begin_part();
  outline.add_ring(vertices);
  return outline;
}

// A shapefile tells holes from outlines by their direction, holes run counter-clockwise. GDAL then looks for the
// outline around each hole by an exact test, which fails where that outline crosses itself, and the hole comes as land.
// Such a hole goes back to the smallest outline that most of its vertices lie in.
void return_holes(OGRMultiPolygon& polygons) {
  const auto count = static_cast<std::size_t>(polygons.getNumGeometries());
  const auto part = [&](std::size_t i) { return polygons.getGeometryRef(static_cast<int>(i)); };
  std::vector<geom::GeometryColumn> outlines;
  std::vector<geom::Envelope> boxes;
  for (std::size_t i = 0; i < count; ++i) {
    if (part(i)->getExteriorRing() == nullptr) return;
    outlines.push_back(outline_of(*part(i)->getExteriorRing()));
    boxes.push_back(outlines.back().envelope());
  }
  const auto size = [&](std::size_t i) { return boxes[i].width() * boxes[i].height(); };
  std::vector<std::size_t> around(count, count);  // count: nothing, it is an outline
  for (std::size_t i = 0; i < count; ++i) {
    const auto vertices = outlines[i][0].vertices();
    if (part(i)->getNumInteriorRings() > 0 || !(geom::signed_area(vertices) > 0)) continue;
    for (std::size_t k = 0; k < count; ++k) {
      if (!boxes[k].intersects(boxes[i]) || !(size(k) > size(i))) continue;
      if (around[i] < count && size(k) >= size(around[i])) continue;
      const auto inside = std::count_if(vertices.begin(), vertices.end(),
                                        [&](geom::Coord c) { return geom::contains(outlines[k][0], c); });
      if (2 * static_cast<std::size_t>(inside) > vertices.size()) around[i] = k;
    }
  }
  for (std::size_t i = count; i-- > 0;) {
    if (around[i] == count || around[around[i]] != count) continue;
    part(around[i])->addRing(part(i)->getExteriorRing());
  }
  for (std::size_t i = count; i-- > 0;) {
    if (around[i] != count && around[around[i]] == count) polygons.removeGeometry(static_cast<int>(i));
  }
}

// Plain 2D geometry of the seven simple kinds; says once per layer what was taken away.
class Flattening {
 public:
  geom::Bytes operator()(OGRGeometry* geometry, const std::string& feature) {
    if (geometry == nullptr) return {};
    std::unique_ptr<OGRGeometry> made;
    if (geometry->hasCurveGeometry()) {
      made.reset(geometry->getLinearGeometry(0.5));
      if (!made) return {};
      geometry = made.get();
      once(m_curve, feature, "geom-curve", "curves were drawn as chords of 0.5 degrees");
    }
    if (geometry->Is3D()) once(m_z, feature, "geom-z", "heights (Z) were left out");
    if (geometry->IsMeasured()) once(m_m, feature, "geom-m", "measures (M) were left out");
    geometry->flattenTo2D();
    const OGRwkbGeometryType type = wkbFlatten(geometry->getGeometryType());
    if (type == wkbTIN || type == wkbPolyhedralSurface || type == wkbTriangle) {
      OGRGeometry* owned = made ? made.release() : geometry->clone();
      made.reset(OGRGeometryFactory::forceToMultiPolygon(owned));
      geometry = made.get();
    }
    geom::Bytes wkb(geometry->WkbSize());
    if (geometry->exportToWkb(wkbNDR, wkb.data(), wkbVariantIso) != OGRERR_NONE) return {};
    return wkb;
  }

 private:
  static void once(bool& said, const std::string& feature, const char* code, const char* what) {
    if (!std::exchange(said, true))
      outbox().send(Warning{feature, "", code, std::string(what) + " (first at this feature)"});
  }
  bool m_curve = false, m_z = false, m_m = false;
};

void name_fields(const OGRFeatureDefn& definition, const TextRule& rule, SourceHeader& header) {
  std::vector<std::string> raw;
  raw.reserve(static_cast<std::size_t>(definition.GetFieldCount()));
  for (int i = 0; i < definition.GetFieldCount(); ++i)
    raw.push_back(to_text(rule, definition.GetFieldDefn(i)->GetNameRef(), "", ""));
  const std::vector<std::string> names = field_names(raw, [](Warning&& warning) { outbox().send(warning); });
  for (int i = 0; i < definition.GetFieldCount(); ++i)
    header.fields.push_back({names[static_cast<std::size_t>(i)], type_of(*definition.GetFieldDefn(i))});
}

// What looks at the file before its driver found.
struct EarlierLooks {
  std::set<std::string> views;       // of a database
  std::vector<std::string> members;  // of an archive with several layers, and the one that is read
  std::string chosen;
};

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
                            fmt::format("the name of the layer has {} bytes: it was cut", strlen(m_layer->GetName()))});
    }
    if (database) declared = rows_in_table(m_source, m_layer->GetName());
    if (m_order.driver == "DXF" && !m_order.header_only) {
      std::vector<Warning> warnings;
      m_drawn = drawn_features(*m_layer, m_file, warnings);
      for (const Warning& warning : warnings) outbox().send(warning);
      declared = static_cast<std::int64_t>(m_drawn.size());
    }
    if (!m_looks.members.empty()) {
      m_header.layers = m_looks.members;
      m_header.layer = m_looks.chosen;
    }
    const OGRFeatureDefn& definition = *m_layer->GetLayerDefn();
    name_fields(definition, m_rule, m_header);
    m_header.has_geometry = definition.GetGeomFieldCount() > 0 && definition.GetGeomFieldDefn(0)->GetType() != wkbNone;
    m_header.declared_rows = declared >= 0 ? declared : m_layer->GetFeatureCount(1);
    const bool is_shp = m_file.extension() == ".shp";
    if (m_header.has_geometry) {
      describe_crs(m_layer->GetSpatialRef(), is_shp ? "from .prj" : "from the file", m_header);
    }
    const bool wgs84_by_format = m_order.driver.starts_with("GeoJSON") || m_order.driver.ends_with("KML");
    if (wgs84_by_format && m_header.crs.value == "EPSG:4326") m_header.crs.how = "the format's (WGS 84)";
    if (is_shp && m_header.crs.value.empty()) {
      std::error_code error;
      if (fs::exists(fs::path(m_file).replace_extension(".prj"), error))
        outbox().send(Warning{"", "", "crs", "the .prj cannot be understood"});
    }
    PayloadWriter payload;
    write_header(payload, m_header);
    outbox().send(FrameType::header, payload);
    outbox().flush();
    outbox().begin_rows(m_header);
  }

  void send_rows() {
    if (m_order.driver == "DXF") {
      for (OGRFeatureUniquePtr& feature : m_drawn) {
        outbox().rows().add(row_of(*feature));
        feature.reset();
        count_row();
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
      if (table && table->read(outbox().rows(), by_driver, [&] { count_row(); })) return;
      if (m_rows > 0 && m_layer->SetNextByIndex(m_rows) != OGRERR_NONE) refuse_rest();
    }
    for (;;) {
      CPLErrorReset();
      const OGRFeatureUniquePtr feature(m_layer->GetNextFeature());
      if (!feature) {
        if (CPLGetLastErrorType() == CE_Failure) refuse_rest();
        return;
      }
      outbox().rows().add(row_of(*feature));
      count_row();
    }
  }

  std::int64_t rows() const { return m_rows; }

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
      return_holes(*geometry->toMultiPolygon());
    }
    if (m_header.has_geometry) row.wkb = m_flatten(geometry, id);
    return row;
  }

  void count_row() {
    ++m_rows;
    outbox().row_added();
    constexpr std::int64_t often = 64;
    if (m_rows % often != 0) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - m_last_sign <= std::chrono::milliseconds(100)) return;
    m_last_sign = now;
    PayloadWriter payload;
    payload.i64(m_rows);
    payload.i64(m_header.declared_rows);
    outbox().send_aside(FrameType::progress, payload);
  }

  [[noreturn]] void refuse_rest() const {
    std::string said = CPLGetLastErrorMsg();
    std::replace(said.begin(), said.end(), '\n', ' ');
    refuse(fmt::format("corrupt: {} cannot be read beyond row {} ({})", m_name, m_rows, said));
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
  std::int64_t m_rows = 0;
  std::chrono::steady_clock::time_point m_last_sign = std::chrono::steady_clock::now();
};

// A file of boundary points is told by its first lines, in whatever encoding they are.
bool holds_boundary_points(const fs::path& file) {
  std::string head(4096, '\0');
  std::ifstream in(file, std::ios::binary);
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(in.gcount()));
  if (is_boundary_text(head)) return true;
  std::string utf8;
  Decoder("GB18030")(head, utf8);
  return is_boundary_text(utf8);
}

void send_done(std::int64_t rows) {
  PayloadWriter payload;
  payload.i64(rows);
  outbox().send(FrameType::done, payload);
  outbox().flush();
}

// Boundary points have no driver: the text is parsed here.
void send_boundary_text(const WorkerOrder& order, std::vector<Warning>& warnings) {
  const fs::path file = order.file;
  const DecodedText decoded = read_as_utf8(file, order.encoding, warnings);
  for (const Warning& warning : warnings) outbox().send(warning);
  const BoundaryText parsed = parse_boundary_text(decoded.text, file.filename().string());
  SourceHeader header;
  header.encoding = decoded.decision;
  header.driver = "boundary points";
  header.layer = file.stem().string();
  header.layers = {header.layer};
  using enum SourceFieldType;
  header.fields = {{"地块编号", text}, {"地块名称", text}, {"地块面积(公顷)", real}, {"图形属性", text},
                   {"图幅号", text},   {"用途", text},     {"地类", text},           {"界址点数", integer}};
  header.has_geometry = true;
  header.declared_rows = static_cast<std::int64_t>(parsed.parcels.size());
  header.crs = {parsed.crs, parsed.crs_how};
  header.crs_definition = parsed.crs;
  for (const Warning& warning : parsed.warnings) outbox().send(warning);
  PayloadWriter payload;
  write_header(payload, header);
  outbox().send(FrameType::header, payload);
  outbox().flush();
  outbox().begin_rows(header);
  for (std::size_t i = 0; i < parsed.parcels.size() && !order.header_only; ++i) {
    const BoundaryParcel& parcel = parsed.parcels[i];
    SourceRow row;
    row.fid = static_cast<std::int64_t>(i) + 1;
    const auto cell = [](const std::string& value) { return value.empty() ? SourceValue() : SourceValue(value); };
    row.values = {cell(parcel.code),
                  cell(parcel.name),
                  parcel.area_ha ? SourceValue(*parcel.area_ha) : SourceValue(),
                  cell(parcel.figure),
                  cell(parcel.sheet),
                  cell(parcel.use),
                  cell(parcel.land_class),
                  parcel.points ? SourceValue(*parcel.points) : SourceValue()};
    if (!parsed.outlines[i].empty()) row.wkb = geom::to_wkb(parsed.outlines[i]);
    outbox().rows().add(row);
    outbox().row_added();
  }
  send_done(order.header_only ? 0 : header.declared_rows);
}

bool is_nested_too_deep(std::string_view wkt) {
  std::size_t depth = 0;
  for (const char c : wkt) {
    if (c == '(' && ++depth > most_nesting + 4) return true;
    if (c == ')' && depth > 0) --depth;
  }
  return false;
}

// `looks`: of the archive that it came in.
void read_ledger(const WorkerOrder& order, const EarlierLooks& looks, std::vector<Warning>& warnings) {
  const fs::path file = order.file;
  if (order.driver == "CSV") nested_records(file, file.filename().string());  // refuses a file of nothing else
  Ledger ledger(order, warnings);
  if (!looks.members.empty()) ledger.call(looks.chosen, looks.members);
  for (const Warning& warning : warnings) outbox().send(warning);
  PayloadWriter payload;
  write_header(payload, ledger.header());
  outbox().send(FrameType::header, payload);
  outbox().flush();
  std::int64_t rows = 0;
  if (!order.header_only) {
    Flattening flatten;
    outbox().begin_rows(ledger.header());
    const auto wkb_of = [&](std::string_view text, std::int64_t row) -> geom::Bytes {
      const std::string wkt(base::trim(text));
      if (is_nested_too_deep(wkt)) {
        outbox().send(
            Warning{std::to_string(row), "", "nested",
                    fmt::format("its geometries lie in each other more than {} deep: left out", most_nesting)});
        return {};
      }
      const char* next = wkt.c_str();
      OGRGeometry* made = nullptr;
      const OGRErr state = OGRGeometryFactory::createFromWkt(&next, nullptr, &made);
      const std::unique_ptr<OGRGeometry> geometry(made);
      if (state != OGRERR_NONE) {
        outbox().send(Warning{std::to_string(row), "", "geom", "the geometry cannot be understood: left out"});
        return {};
      }
      return flatten(geometry.get(), std::to_string(row));
    };
    ledger.write(outbox().rows(), wkb_of, [&] {
      ++rows;
      outbox().row_added();
      constexpr std::int64_t often = 8192;
      if (rows % often != 0) return;
      PayloadWriter sign;
      sign.i64(rows);
      sign.i64(ledger.header().declared_rows);
      outbox().send_aside(FrameType::progress, sign);
    });
  }
  PayloadWriter done;
  done.i64(rows);
  outbox().send(FrameType::done, done);
  outbox().flush();
}

void read(WorkerOrder order) {
  std::vector<Warning> warnings;
  EarlierLooks looks;
  if (order.driver == archive_driver) {
    Unpacked unpacked = unpack_layer(order.file, order.layer, order.header_only, warnings);
    order.file = unpacked.file.string();
    order.driver = unpacked.driver;
    order.layer = unpacked.layer;
    looks.members = std::move(unpacked.members);
    looks.chosen = unpacked.chosen;
  }
  if (order.driver == "LIBKML" && order.plain_kml) order.driver = "KML";
  if (order.driver == "CSV" && holds_boundary_points(order.file)) return send_boundary_text(order, warnings);
  if (is_ledger(order.driver)) return read_ledger(order, looks, warnings);
  const fs::path file = order.file;
  const std::string name = file.filename().string();
  const std::string ending = file.extension().string();
  SourceHeader header;
  header.driver = order.driver;
  header.encoding = {"UTF-8", "by the format"};
  TextRule rule;
  std::int64_t declared = -1;
  std::vector<const char*> options;

  if (order.driver == "ESRI Shapefile") {
    EncodingSurvey survey;
    const fs::path shp = ending == ".shp" ? file : fs::path();
    const ShapefileFacts facts = check_shapefile(shp, fs::path(file).replace_extension(".dbf"),
                                                 [&](std::string_view raw, bool fills) { survey.see(raw, fills); });
    warnings.insert(warnings.end(), facts.warnings.begin(), facts.warnings.end());
    declared = facts.rows;
    header.encoding = survey.decide(order.encoding, facts.encoding, facts.encoding_from, warnings);
    rule.decoder.emplace(header.encoding.value);
    rule.mixed = header.encoding.how.starts_with("mixed");
    rule.encoding = header.encoding.value;
    options = {"ENCODING=", "ADJUST_TYPE=NO"};
  } else if (order.driver == "DXF") {
    header.encoding = rewrite_as_utf8({file}, order.encoding, declared_encoding_of_dxf(file), "$DWGCODEPAGE", warnings);
  } else if (order.driver == "MapInfo File" && ending == ".mif") {
    std::vector<fs::path> files{file};
    std::error_code error;
    if (const fs::path mid = fs::path(file).replace_extension(".mid"); fs::exists(mid, error)) files.push_back(mid);
    header.encoding = rewrite_as_utf8(files, order.encoding, declared_encoding_of_mif(file), "Charset", warnings);
    set_mif_charset_neutral(file);
  } else if (order.driver.ends_with("KML")) {
    check_xml(file, name, warnings);
  } else if (order.driver.starts_with("GeoJSON")) {
    check_json(file, name);
  } else if (order.driver == "GPKG" || order.driver == "SQLite") {
    DatabaseFacts facts = check_database(file, name, order.driver == "GPKG", order.layer);
    looks.views = std::move(facts.views);
    warnings.insert(warnings.end(), facts.warnings.begin(), facts.warnings.end());
  } else if (order.driver == "GML") {
    check_xml(file, name, warnings);
    options = {"WRITE_GFS=NO"};
  }
  for (const Warning& warning : warnings) outbox().send(warning);
  outbox().flush();

  register_driver(order.driver);
  options.push_back(nullptr);
  const char* const drivers[] = {order.driver.c_str(), nullptr};
  const GDALDatasetUniquePtr source(
      GDALDataset::Open(file.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY, drivers, options.data()));
  if (!source) {
    std::string said = CPLGetLastErrorMsg();
    std::replace(said.begin(), said.end(), '\n', ' ');
    const bool damaged = said.find("malformed") != std::string::npos;
    refuse((damaged ? "corrupt: " : "format: ") + name + " cannot be read as " + order.driver +
           (said.empty() ? "" : " (" + said + ")"));
  }
  const bool database = order.driver == "GPKG" || order.driver == "SQLite";
  std::optional<DamageCheck> damage;
  if (database) {
    std::error_code error;
    // A log that is not yet in the file is seen by the driver alone.
    if (order.header_only || fs::exists(file.string() + "-wal", error)) {
      refuse_damaged(*source, name);
    } else {
      damage.emplace(file);
    }
  }
  LayerReading reading(*source, order, rule, looks);
  try {
    reading.send_header(std::move(header), declared);
    if (!order.header_only) reading.send_rows();
  } catch (const base::Error&) {
    if (damage) damage->finish(*source, name);
    throw;
  }
  if (damage) damage->finish(*source, name);
  send_done(reading.rows());
}

}  // namespace

int read_worker_main(int argc, char** argv) {
  const WorkerOrder order = order_from(argc, argv);
  if (order.file.empty()) return 2;
  limit_this_process(order.cpu_seconds, order.parent);
  lock_down_gdal();
  try {
    read(order);
  } catch (const base::Error& error) {
    PayloadWriter payload;
    payload.u8(static_cast<std::uint8_t>(error.code()));
    payload.text(error.what());
    outbox().send(FrameType::error, payload);
    outbox().flush();
  } catch (const std::bad_alloc&) {
    PayloadWriter payload;
    payload.u8(static_cast<std::uint8_t>(base::ExitCode::input_unreadable));
    payload.text("too-large: " + fs::path(order.file).filename().string() + " needs more than 2 GiB of memory to read");
    outbox().send(FrameType::error, payload);
    outbox().flush();
  }
  return 0;
}

}  // namespace zaitu::io
