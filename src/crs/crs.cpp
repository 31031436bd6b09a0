#include "crs/crs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "base/error.h"
#include "base/message.h"
#include "base/utf8.h"
#include "crs/proj_handles.h"

namespace zaitu::crs {

namespace {

using base::Error;
using base::ExitCode;

constexpr int least_confidence = 70;  // PROJ: "equivalent, but the names differ"

// One printable line of a definition, which may be a whole WKT or a binary file's bytes.
std::string shown(std::string_view definition) {
  constexpr std::size_t longest = 80;
  std::string line;
  std::size_t position = 0;
  while (position < definition.size() && line.size() < longest) {
    const char32_t c = base::next_code_point(definition, position);
    if (c == U'\n' || c == U'\r' || c == U'\t') {
      line += ' ';
    } else if (c >= 0x20 && c != 0x7F && c != 0xFFFD) {
      base::append_utf8(line, c);
    }
  }
  if (position < definition.size()) line += "...";
  return line;
}

[[noreturn]] void unknown(std::string_view definition, std::string_view why) {
  throw Error(ExitCode::usage,
              base::say("coordinate reference system \"{}\": {}; give a code such as EPSG:4549 or a complete WKT",
                        shown(definition), why));
}

bool is_all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

// PROJ also guesses from parts of names; a guess would be a wrong place, so only these forms reach it unchecked.
bool is_definition(std::string_view text) {
  if (text.find_first_of("[{") != std::string_view::npos) return true;
  if (text.find("+proj=") != std::string_view::npos || text.find("+init=") != std::string_view::npos) return true;
  if (base::ascii_lower(text).starts_with("urn:ogc:def:crs")) return true;
  const std::size_t colon = text.find(':');
  return colon != std::string_view::npos && colon > 0 && text.find(' ') == std::string_view::npos;
}

bool is_map_crs(const PJ* object) {
  const PJ_TYPE type = proj_get_type(object);
  return type == PJ_TYPE_GEOGRAPHIC_2D_CRS || type == PJ_TYPE_GEOGRAPHIC_3D_CRS || type == PJ_TYPE_PROJECTED_CRS;
}

bool is_geographic_crs(const PJ* object) {
  const PJ_TYPE type = proj_get_type(object);
  return type == PJ_TYPE_GEOGRAPHIC_2D_CRS || type == PJ_TYPE_GEOGRAPHIC_3D_CRS;
}

// The unit of the first axis: metres, or radians of an angle. 0 when PROJ does not say.
double axis_unit(PJ_CONTEXT* context, const PJ* crs) {
  const Owned<PJ> system(proj_crs_get_coordinate_system(context, crs));
  double factor = 0;
  if (!system ||
      !proj_cs_get_axis_info(context, system.get(), 0, nullptr, nullptr, nullptr, &factor, nullptr, nullptr, nullptr)) {
    return 0;
  }
  return factor;
}

}  // namespace

Owned<PJ_CONTEXT> make_context() {
  Owned<PJ_CONTEXT> context(proj_context_create());
  if (!context) throw Error(ExitCode::input_unreadable, base::say("PROJ: no memory for a context"));
  // PROJ writes to stderr unless told otherwise; its messages become part of our errors.
  proj_log_func(context.get(), nullptr, [](void*, int, const char*) {});
  proj_context_set_enable_network(context.get(), 0);
  if (proj_context_get_database_path(context.get()) == nullptr) {
    const char* paths = proj_info().searchpath;
    throw Error(ExitCode::input_unreadable,
                base::say("proj.db: not found in {}; install the package proj-data, or unset PROJ_DATA and PROJ_LIB",
                          paths != nullptr && *paths != '\0' ? paths : base::say("any place")));
  }
  return context;
}

int epsg_code(PJ_CONTEXT* context, const PJ* object) {
  const auto own_code = [](const PJ* crs) {
    const char* authority = proj_get_id_auth_name(crs, 0);
    const char* code = proj_get_id_code(crs, 0);
    if (authority == nullptr || code == nullptr || std::string_view(authority) != "EPSG") return 0;
    int number = 0;
    const std::string_view text(code);
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
    return end.ec == std::errc{} ? number : 0;
  };
  if (const int code = own_code(object); code != 0) return code;

  int* raw_confidences = nullptr;
  const Owned<PJ_OBJ_LIST> found(proj_identify(context, object, "EPSG", nullptr, &raw_confidences));
  const Owned<int> confidences(raw_confidences);
  if (!found || !confidences) return 0;
  int best = 0;
  int best_confidence = least_confidence - 1;
  bool best_deprecated = true;
  for (int i = 0; i < proj_list_get_count(found.get()); ++i) {
    const int confidence = confidences.get()[i];
    const Owned<PJ> candidate(proj_list_get(context, found.get(), i));
    if (!candidate || confidence < least_confidence) continue;
    const int code = own_code(candidate.get());
    const bool deprecated = proj_is_deprecated(candidate.get()) != 0;
    if (code == 0 || confidence < best_confidence) continue;
    const bool better = confidence > best_confidence || (deprecated != best_deprecated ? best_deprecated : code < best);
    if (!better) continue;
    best = code;
    best_confidence = confidence;
    best_deprecated = deprecated;
  }
  return best;
}

namespace {

// What texts were found to be.
class KnownCodes {
 public:
  static KnownCodes& of_process() {
    static KnownCodes codes;
    return codes;
  }
  std::optional<int> find(const std::string& text) {
    const std::lock_guard lock(m_mutex);
    const auto known = m_codes.find(text);
    return known == m_codes.end() ? std::nullopt : std::optional(known->second);
  }
  void add(const std::string& text, int code) {
    constexpr std::size_t most_texts = 256;  // a program that runs for weeks opens many files
    const std::lock_guard lock(m_mutex);
    if (m_codes.size() >= most_texts) m_codes.clear();
    m_codes.emplace(text, code);
  }

 private:
  std::mutex m_mutex;
  std::unordered_map<std::string, int> m_codes;
};

}  // namespace

void remember_code(const std::string& definition, int epsg) { KnownCodes::of_process().add(definition, epsg); }

OpenedCrs open_crs(PJ_CONTEXT* context, const std::string& definition) {
  std::string text(base::trim(definition));
  if (text.empty()) unknown(definition, base::say("the text is empty"));
  if (is_all_digits(text)) text = "EPSG:" + text;
  if (text.find("+proj=") != std::string::npos && text.find("+type=crs") == std::string::npos) text += " +type=crs";

  OpenedCrs opened;
  opened.object.reset(proj_create(context, text.c_str()));
  if (!opened.object) unknown(definition, base::say("PROJ does not know it"));
  if (!is_definition(text)) {
    const char* name = proj_get_name(opened.object.get());
    if (name == nullptr || base::ascii_lower(name) != base::ascii_lower(text)) {
      unknown(definition, base::say("PROJ does not know it"));
    }
  }
  if (proj_get_type(opened.object.get()) == PJ_TYPE_COMPOUND_CRS) {
    opened.object.reset(proj_crs_get_sub_crs(context, opened.object.get(), 0));  // heights are not used
    if (!opened.object) unknown(definition, base::say("it has no horizontal part"));
  }
  opened.bound = proj_get_type(opened.object.get()) == PJ_TYPE_BOUND_CRS;
  opened.base.reset(opened.bound ? proj_get_source_crs(context, opened.object.get())
                                 : proj_clone(context, opened.object.get()));
  if (!opened.base || !is_map_crs(opened.base.get()))
    unknown(definition, base::say("it is not a map or longitude/latitude system"));
  // PROJ compares a text that carries no code with every entry of its database, for some tenths of a second where none
  // is like it, and a text is opened again for each transformation from and to it.
  if (const auto known = KnownCodes::of_process().find(text)) {
    opened.epsg = *known;
  } else {
    opened.epsg = epsg_code(context, opened.base.get());
    remember_code(text, opened.epsg);
  }
  if (opened.epsg != 0) {
    // The registry's own entry knows its area of use and its transformations.
    const std::string code = std::to_string(opened.epsg);
    Owned<PJ> entry(proj_create_from_database(context, "EPSG", code.c_str(), PJ_CATEGORY_CRS, 0, nullptr));
    if (entry && is_map_crs(entry.get())) {
      if (!opened.bound) opened.object.reset(proj_clone(context, entry.get()));
      opened.base = std::move(entry);
    }
  }
  constexpr double radians_per_degree = 0.017453292519943295;
  if (is_geographic_crs(opened.base.get()) &&
      std::abs(axis_unit(context, opened.base.get()) / radians_per_degree - 1) > 1e-9) {
    unknown(definition, base::say("its angles are not in degrees"));
  }
  return opened;
}

CoordinateReferenceSystem CoordinateReferenceSystem::from_text(const std::string& definition) {
  const Owned<PJ_CONTEXT> owner = make_context();
  PJ_CONTEXT* context = owner.get();
  const OpenedCrs opened = open_crs(context, definition);
  const PJ* base = opened.base.get();

  CoordinateReferenceSystem crs;
  crs.m_definition = definition;
  crs.m_epsg = opened.epsg;
  crs.m_geographic = is_geographic_crs(base);
  crs.m_metres_per_unit = crs.m_geographic ? 0 : axis_unit(context, base);
  if (const char* name = proj_get_name(base); name != nullptr) crs.m_name = name;

  const char* const options[] = {"MULTILINE=NO", nullptr};
  const char* wkt = proj_as_wkt(context, opened.object.get(), PJ_WKT1_GDAL, options);
  // What WKT1 cannot say is at least said in WKT2.
  if (wkt == nullptr) wkt = proj_as_wkt(context, opened.object.get(), PJ_WKT2_2019, options);
  if (wkt != nullptr) crs.m_wkt = wkt;
  if (const char* text = proj_as_proj_string(context, opened.object.get(), PJ_PROJ_5, nullptr); text != nullptr) {
    crs.m_proj_string = text;
  }

  const Owned<PJ> ellipsoid(proj_get_ellipsoid(context, base));
  if (!ellipsoid || !proj_ellipsoid_get_parameters(context, ellipsoid.get(), &crs.m_semi_major, nullptr, nullptr,
                                                   &crs.m_inverse_flattening)) {
    unknown(definition, base::say("its ellipsoid is not given"));
  }

  geom::Envelope area;
  if (proj_get_area_of_use(context, base, &area.min_x, &area.min_y, &area.max_x, &area.max_y, nullptr) &&
      area.min_x >= -180 && area.max_x <= 180 && area.min_y >= -90 && area.max_y <= 90) {
    // Across the antimeridian there is no single box: the whole belt of latitudes contains it.
    if (area.min_x > area.max_x) {
      area.min_x = -180;
      area.max_x = 180;
    }
    crs.m_area_of_use = area;
  }
  return crs;
}

std::string CoordinateReferenceSystem::code() const { return m_epsg != 0 ? fmt::format("EPSG:{}", m_epsg) : m_name; }

}  // namespace zaitu::crs
