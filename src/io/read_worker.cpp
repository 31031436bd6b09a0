#include "io/read_worker.h"

#include <cpl_error.h>
#include <ogrsf_frmts.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "base/message.h"
#include "base/utf8.h"
#include "io/boundary_text.h"
#include "io/database_guard.h"
#include "io/encoding.h"
#include "io/flattening.h"
#include "io/gdal_lockdown.h"
#include "io/layer_reading.h"
#include "io/ledger.h"
#include "io/refuse.h"
#include "io/shapefile_check.h"
#include "io/source_format.h"
#include "io/text_file.h"
#include "io/text_guard.h"
#include "io/unpack.h"
#include "io/worker_limits.h"
#include "io/worker_outbox.h"

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
          order.plain_kml ? "plain-kml" : "",
          order.allow_partial ? "allow-partial" : "",
          order.messages == base::Language::zh ? "zh" : "en"};
}

WorkerOrder order_from(int argc, char** argv) {
  WorkerOrder order;
  if (argc < 13) return order;
  order.file = argv[2];
  order.driver = argv[3];
  order.layer = argv[4];
  order.encoding = argv[5];
  order.header_only = std::string_view(argv[6]) == "header";
  order.cpu_seconds = std::atoi(argv[7]);
  order.parent = std::atoi(argv[8]);
  order.header_row = std::atoll(argv[9]);
  order.plain_kml = argv[10][0] != '\0';
  order.allow_partial = argv[11][0] != '\0';
  order.messages = std::string_view(argv[12]) == "zh" ? base::Language::zh : base::Language::en;
  return order;
}

namespace {

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

// Boundary points have no driver: the text is parsed here.
void send_boundary_text(const WorkerOrder& order, const EarlierLooks& looks, std::vector<Warning>& warnings) {
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
  looks.name_layer(header);
  for (const Warning& warning : parsed.warnings) outbox().send(warning);
  outbox().begin(header);
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
    outbox().count_row();
  }
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
  SourceHeader header = ledger.header();
  looks.name_layer(header);
  for (const Warning& warning : warnings) outbox().send(warning);
  outbox().begin(header);
  if (!order.header_only) {
    Flattening flatten;
    const auto wkb_of = [&](std::string_view text, std::int64_t row) -> geom::Bytes {
      const std::string wkt(base::trim(text));
      if (is_nested_too_deep(wkt)) {
        outbox().send(Warning{std::to_string(row), "", "nested",
                              base::say("its geometries lie in each other more than {} deep: left out", most_nesting)});
        return {};
      }
      const char* next = wkt.c_str();
      OGRGeometry* made = nullptr;
      const OGRErr state = OGRGeometryFactory::createFromWkt(&next, nullptr, &made);
      const std::unique_ptr<OGRGeometry> geometry(made);
      if (state != OGRERR_NONE) {
        outbox().send(
            Warning{std::to_string(row), "", "geom", base::say("the geometry cannot be understood: left out")});
        return {};
      }
      return flatten(geometry.get(), std::to_string(row));
    };
    ledger.write(outbox().rows(), wkb_of, [] { outbox().count_row(); });
  }
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
  if (order.driver == "CSV" && holds_boundary_points(order.file)) return send_boundary_text(order, looks, warnings);
  if (is_ledger(order.driver)) return read_ledger(order, looks, warnings);
  const fs::path file = order.file;
  const std::string name = file.filename().string();
  const std::string ending = file.extension().string();
  SourceHeader header;
  header.driver = order.driver;
  header.encoding = {"UTF-8", base::say("by the format")};
  TextRule rule;
  std::int64_t declared = -1;
  std::vector<const char*> options;

  if (order.driver == "ESRI Shapefile") {
    EncodingSurvey survey;
    const fs::path shp = ending == ".shp" ? file : fs::path();
    const ShapefileFacts facts = check_shapefile(shp, fs::path(file).replace_extension(".dbf"), order.allow_partial,
                                                 [&](std::string_view raw, bool fills) { survey.see(raw, fills); });
    warnings.insert(warnings.end(), facts.warnings.begin(), facts.warnings.end());
    declared = facts.rows;
    header.set_aside = facts.set_aside;
    header.encoding = survey.decide(order.encoding, facts.encoding, facts.encoding_from, warnings);
    rule.decoder.emplace(header.encoding.value);
    rule.mixed = header.encoding.mixed;
    rule.encoding = header.encoding.value;
    options = {"ENCODING=", "ADJUST_TYPE=NO"};
  } else if (order.driver == "DXF") {
    header.encoding = rewrite_as_utf8({file}, order.encoding, declared_encoding_of_dxf(file), "$DWGCODEPAGE", warnings);
    give_dxf_a_header(file);
  } else if (order.driver == "MapInfo File" && ending == ".mif") {
    std::vector<fs::path> files{file};
    std::error_code error;
    if (const fs::path mid = fs::path(file).replace_extension(".mid"); fs::exists(mid, error)) files.push_back(mid);
    header.encoding = rewrite_as_utf8(files, order.encoding, declared_encoding_of_mif(file), "Charset", warnings);
    set_mif_charset_neutral(file);
  } else if (order.driver.ends_with("KML")) {
    header.encoding = rewrite_xml_as_utf8(file, order.encoding, warnings);
    check_xml(file, name, warnings);
  } else if (order.driver.starts_with("GeoJSON")) {
    header.encoding = rewrite_json_as_utf8(file, order.encoding, warnings);
    check_json(file, name);
  } else if (order.driver == "GPKG" || order.driver == "SQLite") {
    DatabaseFacts facts = check_database(file, name, order.driver == "GPKG", order.layer);
    looks.views = std::move(facts.views);
    warnings.insert(warnings.end(), facts.warnings.begin(), facts.warnings.end());
  } else if (order.driver == "GML") {
    header.encoding = rewrite_xml_as_utf8(file, order.encoding, warnings);
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
    if (!said.empty()) said = " (" + said + ")";
    refuse(damaged ? base::say("corrupt: {} cannot be read as {}{}", name, order.driver, said)
                   : base::say("format: {} cannot be read as {}{}", name, order.driver, said));
  }
  send_layer(*source, order, rule, looks, std::move(header), declared);
}

}  // namespace

int read_worker_main(int argc, char** argv) {
  const WorkerOrder order = order_from(argc, argv);
  if (order.file.empty()) return 2;
  limit_this_process(order.cpu_seconds, order.parent);
  lock_down_gdal(fs::path(order.file).parent_path());
  try {
    base::set_message_language(order.messages);
    read(order);
    outbox().done();
  } catch (const base::Error& error) {
    PayloadWriter payload;
    payload.u8(static_cast<std::uint8_t>(error.code()));
    payload.text(error.what());
    outbox().send(FrameType::error, payload);
    outbox().flush();
  } catch (const std::bad_alloc&) {
    PayloadWriter payload;
    payload.u8(static_cast<std::uint8_t>(base::ExitCode::input_unreadable));
    payload.text(
        base::say("too-large: {} needs more than 2 GiB of memory to read", fs::path(order.file).filename().string()));
    outbox().send(FrameType::error, payload);
    outbox().flush();
  }
  return 0;
}

}  // namespace zaitu::io
