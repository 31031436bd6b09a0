#include "io/geopackage.h"

#include <fmt/format.h>
#include <ogrsf_frmts.h>
#include <sqlite3.h>

#include <algorithm>
#include <exception>
#include <limits>
#include <string_view>

#include "base/message.h"
#include "base/utf8.h"
#include "geom/wkb.h"
#include "io/database_guard.h"

namespace zaitu::io {

namespace fs = std::filesystem;

namespace {

constexpr const char* function_name = "zaitu_take_row";
constexpr const char* pointer_type = "zaitu GeoPackage reading";
constexpr int most_fields = 100;  // SQLite's functions take 127 arguments

// The file cannot change: it is the reader's own copy. nullptr when it cannot be opened.
sqlite3* open_file(const fs::path& file) {
  std::string uri = "file:";
  for (const char c : file.string()) {
    if (c == '?' || c == '#' || c == '%') {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      uri += c;
    }
  }
  uri += "?immutable=1";
  sqlite3* opened = nullptr;
  if (sqlite3_open_v2(uri.c_str(), &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, nullptr) !=
      SQLITE_OK) {
    sqlite3_close(opened);
    return nullptr;
  }
  defend(opened);
  return opened;
}

std::string sql_name(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"') text += '"';
    text += c;
  }
  return text + '"';
}

// The first integer of the answer; -1: there is none.
std::int64_t first_integer(sqlite3* file, const char* sql, std::string_view parameter) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(file, sql, -1, &statement, nullptr) != SQLITE_OK) return -1;
  sqlite3_bind_text(statement, 1, parameter.data(), static_cast<int>(parameter.size()), SQLITE_TRANSIENT);
  const std::int64_t value = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
  sqlite3_finalize(statement);
  return value;
}

std::string_view bytes_of(sqlite3_value* value) {
  const auto* const bytes = static_cast<const char*>(sqlite3_value_blob(value));
  return {bytes == nullptr ? "" : bytes, static_cast<std::size_t>(bytes == nullptr ? 0 : sqlite3_value_bytes(value))};
}

std::string_view text_of(sqlite3_value* value) {
  const auto* const text = reinterpret_cast<const char*>(sqlite3_value_text(value));  // UTF-8, whatever the file has
  return {text == nullptr ? "" : text, static_cast<std::size_t>(text == nullptr ? 0 : sqlite3_value_bytes(value))};
}

// Texts with a NUL end there for GDAL; those with control characters or blanks around them are told of by the driver's
// way.
bool is_plain_text(std::string_view text) {
  bool ascii = true;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ' || byte == 0x7F) return false;
    ascii = ascii && byte < 0x80;
  }
  return (ascii || base::is_valid_utf8(text)) && base::trim(text).size() == text.size();
}

// The number that two digits make; -1: they are none.
int two_digits(std::string_view text, std::size_t at) {
  const char a = text[at];
  const char b = text[at + 1];
  return a >= '0' && a <= '9' && b >= '0' && b <= '9' ? 10 * (a - '0') + (b - '0') : -1;
}

bool is_plain_date(std::string_view text) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return false;
  const int century = two_digits(text, 0);
  const int year = two_digits(text, 2);
  const int month = two_digits(text, 5);
  const int day = two_digits(text, 8);
  return century >= 10 && year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

// "2023-06-30T08:15:00.000Z", as the standard has it; what the driver's features are written as goes to `text`. To any
// other form the driver has something to say.
bool take_plain_time(std::string_view time, std::string& text) {
  if (time.size() != 24 || !is_plain_date(time) || time[10] != 'T' || time[13] != ':' || time[16] != ':' ||
      time[19] != '.' || time[23] != 'Z') {
    return false;
  }
  const int hour = two_digits(time, 11);
  const int minute = two_digits(time, 14);
  const int second = two_digits(time, 17);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return false;
  if (two_digits(time, 20) < 0 || two_digits(time, 21) < 0) return false;
  const bool midnight = time.substr(11, 12) == "00:00:00.000";
  text = time.substr(0, midnight ? 10 : 19);
  return true;
}

// The WKB in a blob of the GeoPackage standard (clause 2.1.3) that has nothing out of the ordinary; empty: it has.
std::span<const std::uint8_t> plain_wkb(std::string_view blob) {
  constexpr std::size_t head = 8;
  if (blob.size() < head || blob[0] != 'G' || blob[1] != 'P' || blob[2] != 0) return {};
  const auto flags = static_cast<unsigned char>(blob[3]);
  const unsigned envelope = (flags >> 1U) & 7U;
  if ((flags & ~0x0FU) != 0 || envelope > 1) return {};  // an extension, an empty geometry, an envelope with Z or M
  const std::size_t from = head + (envelope == 1 ? 4 * sizeof(double) : 0);
  if (blob.size() <= from) return {};
  const std::span<const std::uint8_t> wkb{reinterpret_cast<const std::uint8_t*>(blob.data()) + from,
                                          blob.size() - from};
  return geom::is_plain_polygon_wkb(wkb) ? wkb : std::span<const std::uint8_t>();
}

}  // namespace

struct GeoPackageTable::Reading {
  const GeoPackageTable& table;
  RowBatchWriter& rows;
  const std::function<void(std::int64_t)>& by_driver;
  const std::function<void()>& added;
  std::int64_t last_fid = std::numeric_limits<std::int64_t>::min();
  std::int64_t count = 0, left_to_driver = 0;
  std::exception_ptr problem;
};

std::unique_ptr<GeoPackageTable> GeoPackageTable::open(const fs::path& file, OGRLayer& layer,
                                                       const SourceHeader& header) {
  std::error_code error;
  for (const char* const suffix : {"-wal", "-journal"}) {
    if (fs::exists(file.string() + suffix, error) && fs::file_size(file.string() + suffix, error) > 0) return nullptr;
  }
  const OGRFeatureDefn& definition = *layer.GetLayerDefn();
  const OGRwkbGeometryType type = layer.GetGeomType();
  if (OGR_GT_HasZ(type) != 0 || OGR_GT_HasM(type) != 0 || OGR_GT_IsNonLinear(type) != 0) return nullptr;
  if (definition.GetFieldCount() > most_fields || definition.GetGeomFieldCount() > 1) return nullptr;
  const std::string name = layer.GetName();
  const std::string id = layer.GetFIDColumn() == nullptr ? "" : layer.GetFIDColumn();
  if (id.empty()) return nullptr;

  std::unique_ptr<GeoPackageTable> table(new GeoPackageTable);
  table->m_file = open_file(file);
  if (table->m_file == nullptr) return nullptr;
  // A table of rows with numbers, of which the feature id is one.
  const char* id_type = nullptr;
  int is_key = 0;
  if (first_integer(table->m_file,
                    "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ? AND rootpage > 0",
                    name) != 1 ||
      first_integer(table->m_file, "SELECT count(*) FROM pragma_table_info(?) WHERE pk > 0", name) != 1 ||
      sqlite3_table_column_metadata(table->m_file, "main", name.c_str(), id.c_str(), &id_type, nullptr, nullptr,
                                    &is_key, nullptr) != SQLITE_OK ||
      is_key == 0 || id_type == nullptr || base::ascii_lower(id_type) != "integer") {
    return nullptr;
  }
  table->m_select = fmt::format("SELECT {}(?, {}", function_name, sql_name(id));
  for (int i = 0; i < definition.GetFieldCount(); ++i) {
    const OGRFieldDefn& field = *definition.GetFieldDefn(i);
    Kind kind = Kind::nothing;
    switch (field.GetType()) {
      case OFTInteger:
        kind = field.GetSubType() == OFSTBoolean ? Kind::boolean
               : field.GetSubType() == OFSTInt16 ? Kind::small
                                                 : Kind::integer;
        break;
      case OFTInteger64:
        kind = Kind::wide;
        break;
      case OFTReal:
        if (field.GetSubType() != OFSTNone) return nullptr;
        kind = Kind::real;
        break;
      case OFTString:
        kind = Kind::text;
        break;
      case OFTDate:
        kind = Kind::date;
        break;
      case OFTDateTime:
        kind = Kind::time;
        break;
      case OFTBinary:
        break;
      default:
        return nullptr;
    }
    // A binary's bytes are not asked for.
    table->m_select += kind == Kind::nothing ? ", NULL" : ", " + sql_name(field.GetNameRef());
    table->m_kinds.push_back(kind);
  }
  table->m_has_geometry = header.has_geometry;
  if (header.has_geometry) table->m_select += ", " + sql_name(layer.GetGeometryColumn());
  table->m_select += ") FROM " + sql_name(name) + " NOT INDEXED";  // in the order of the rows' numbers
  const auto on_end = [](sqlite3_context* context) { sqlite3_result_int(context, 0); };
  if (sqlite3_create_function_v2(table->m_file, function_name, -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, nullptr, nullptr,
                                 on_row, on_end, nullptr) != SQLITE_OK) {
    return nullptr;
  }
  return table;
}

GeoPackageTable::~GeoPackageTable() { sqlite3_close(m_file); }

bool GeoPackageTable::read(RowBatchWriter& rows, const std::function<void(std::int64_t fid)>& by_driver,
                           const std::function<void()>& added) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(m_file, m_select.c_str(), -1, &statement, nullptr) != SQLITE_OK) return false;
  Reading reading{*this, rows, by_driver, added, std::numeric_limits<std::int64_t>::min(), 0, 0, nullptr};
  sqlite3_bind_pointer(statement, 1, &reading, pointer_type, nullptr);
  const bool all = sqlite3_step(statement) == SQLITE_ROW;
  sqlite3_finalize(statement);
  if (reading.problem) std::rethrow_exception(reading.problem);
  return all;
}

// SQLite is C: nothing may be thrown through it.
void GeoPackageTable::on_row(sqlite3_context* context, int, sqlite3_value** values) {
  auto* const reading = static_cast<Reading*>(sqlite3_value_pointer(values[0], pointer_type));
  if (reading == nullptr) return sqlite3_result_error(context, "not called by the program itself", -1);
  try {
    const std::int64_t fid = sqlite3_value_int64(values[1]);
    // Where the driver has so much to do it is better alone.
    constexpr std::int64_t many = 1000;
    const bool is_driver_better = reading->left_to_driver > many && reading->left_to_driver > reading->count / 4;
    if (sqlite3_value_type(values[1]) != SQLITE_INTEGER || fid <= reading->last_fid || is_driver_better) {
      return sqlite3_result_error(context, "ended", -1);
    }
    reading->last_fid = fid;
    if (!add_plain(*reading, values + 1)) {
      ++reading->left_to_driver;
      reading->by_driver(fid);
    }
    ++reading->count;
    reading->added();
  } catch (...) {
    reading->problem = std::current_exception();
    sqlite3_result_error(context, "ended", -1);
  }
}

// False when the row is not plain; then nothing of it is added. `row`: feature id, fields, geometry.
bool GeoPackageTable::add_plain(const Reading& reading, sqlite3_value** row) {
  const GeoPackageTable& table = reading.table;
  const std::size_t fields = table.m_kinds.size();
  std::span<const std::uint8_t> wkb;
  if (table.m_has_geometry && sqlite3_value_type(row[fields + 1]) != SQLITE_NULL) {
    if (sqlite3_value_type(row[fields + 1]) != SQLITE_BLOB) return false;
    wkb = plain_wkb(bytes_of(row[fields + 1]));
    if (wkb.empty()) return false;
  }
  std::string text;
  for (std::size_t field = 0; field < fields; ++field) {
    sqlite3_value* const value = row[field + 1];
    const int type = sqlite3_value_type(value);
    if (type == SQLITE_NULL) continue;
    const auto is_whole = [&](std::int64_t least, std::int64_t most) {
      return type == SQLITE_INTEGER && sqlite3_value_int64(value) >= least && sqlite3_value_int64(value) <= most;
    };
    bool plain = false;
    switch (table.m_kinds[field]) {
      case Kind::boolean:
        plain = is_whole(0, 1);
        break;
      case Kind::small:
        plain = is_whole(INT16_MIN, INT16_MAX);
        break;
      case Kind::integer:
        plain = is_whole(INT32_MIN, INT32_MAX);
        break;
      case Kind::wide:
        plain = type == SQLITE_INTEGER;
        break;
      case Kind::real:
        plain = type == SQLITE_FLOAT;
        break;
      case Kind::text:
        plain = type == SQLITE_TEXT && is_plain_text(text_of(value));
        break;
      case Kind::date:
        plain = type == SQLITE_TEXT && text_of(value).size() == 10 && is_plain_date(text_of(value));
        break;
      case Kind::time:
        plain = type == SQLITE_TEXT && take_plain_time(text_of(value), text);
        break;
      case Kind::nothing:
        break;
    }
    if (!plain) return false;
  }
  RowBatchWriter& to = reading.rows;
  to.begin(sqlite3_value_int64(row[0]));
  for (std::size_t field = 0; field < fields; ++field) {
    sqlite3_value* const value = row[field + 1];
    if (sqlite3_value_type(value) == SQLITE_NULL) {
      to.none();
      continue;
    }
    switch (table.m_kinds[field]) {
      case Kind::boolean:
      case Kind::small:
      case Kind::integer:
      case Kind::wide:
        to.integer(sqlite3_value_int64(value));
        break;
      case Kind::real:
        to.real(sqlite3_value_double(value));
        break;
      case Kind::time:
        take_plain_time(text_of(value), text);
        to.text(text);
        break;
      default:
        to.text(text_of(value));
    }
  }
  to.end(wkb);
  return true;
}

std::string quick_check(const fs::path& file) {
  sqlite3* const opened = open_file(file);
  if (opened == nullptr) return base::say("it cannot be opened");
  std::string state = base::say("it cannot be checked");
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(opened, "PRAGMA quick_check(1)", -1, &statement, nullptr) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW) {
    const auto* const said = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    if (said != nullptr) state = said;
  }
  sqlite3_finalize(statement);
  sqlite3_close(opened);
  return state;
}

}  // namespace zaitu::io
