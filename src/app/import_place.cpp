#include "app/import_place.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>

#include "app/control_points.h"
#include "app/import_geometry.h"
#include "app/import_values.h"
#include "base/message.h"
#include "io/row_batch.h"

namespace zaitu::app {

namespace {

using geom::Coord;

constexpr std::size_t most_named = 3;  // candidates in one message
constexpr std::size_t most_kept = 8;   // in the stored decision

std::string named(const crs::Candidate& candidate) {
  return fmt::format("{} ({}, {})", candidate.code(), candidate.name, reason_of(candidate));
}

std::string named(const crs::CandidateList& list) {
  std::string text;
  for (std::size_t i = 0; i < std::min(most_named, list.ranked.size()); ++i) {
    text += (i == 0 ? "" : "; ") + named(list.ranked[i]);
  }
  return text;
}

// Candidates at the place of the first one that stand for an older datum.
std::string older_datums(const crs::CandidateList& list) {
  constexpr double same_place_degrees = 0.02;
  std::string text;
  const crs::Candidate& best = list.ranked.front();
  for (const crs::Candidate& one : list.ranked) {
    if (!one.older_datum || one.swapped != best.swapped || one.prefixed != best.prefixed) continue;
    if (std::abs(one.lon_lat.x - best.lon_lat.x) > same_place_degrees) continue;
    text += (text.empty() ? "" : base::say(" or ")) + one.code() + " (" + one.name + ")";
    if (text.size() > 100) break;
  }
  return text;
}

std::vector<Coord> table_points(const SourceSample& sample, const PointColumns& columns) {
  std::vector<Coord> points;
  points.reserve(sample.rows.size());
  for (const io::SourceRow& row : sample.rows) {
    points.push_back({number_in(row.values[columns.x]), number_in(row.values[columns.y])});
  }
  return points;
}

void take_candidate(SourcePlace& place, const crs::Candidate& best, const std::string& how) {
  place.crs = best.code();
  place.stated = {best.code(), how};
  place.swapped = best.swapped;
}

// `stated`: the CRS that the source says and that its coordinates contradict; empty: it says none.
void set_no_place(SourcePlace& place, const crs::CandidateList& candidates, const std::string& stated) {
  const std::string coordinates = stated.empty() ? base::say("the source says no CRS, and its coordinates")
                                                 : base::say("the source says {}, but its coordinates", stated);
  place.crs.clear();
  place.final = true;
  if (candidates.local) {
    place.keyword = "crs-local";
    place.stated = {"", base::say("a local grid, whose parameters are not known")};
    place.said.push_back({"", "", "crs-local",
                          base::say("{} look like those of a local city grid: they are not guessed, rows are kept "
                                    "without outline and the originals in the import log; give points known in both "
                                    "grids, or the grid's parameters, with --control-points FILE.csv",
                                    coordinates)});
  } else {
    place.keyword = "crs-missing";
    place.stated = {"", base::say("unknown")};
    place.said.push_back(
        {"", "", "crs-missing",
         candidates.ranked.empty()
             ? base::say("{} fit no CRS that is in use here: rows are kept without outline, the originals are in the "
                         "import log",
                         coordinates)
             : base::say("{} fit several places and are not guessed: {}; choose with --crs: rows are kept without "
                         "outline, the originals are in the import log",
                         coordinates, named(candidates))});
  }
}

// The CRS of coordinates that do not say it: taken from the candidates when that is clear.
void guess_place(SourcePlace& place) {
  const crs::CandidateList& candidates = place.candidates;
  if (!candidates.clear) {
    set_no_place(place, candidates, "");
    return;
  }
  const crs::Candidate& best = candidates.ranked.front();
  take_candidate(place, best, base::say("guessed: {}", reason_of(best)));
  place.guessed = true;
  const std::string older = best.older_datum ? "" : older_datums(candidates);
  place.said.push_back(
      {"", "", "crs-missing",
       older.empty() ? base::say("the source says no CRS: it was taken to be {}", named(best))
                     : base::say("the source says no CRS: it was taken to be {}; a layer of before 2018 may be in {}, "
                                 "up to about 100 m away: then name it with --crs",
                                 named(best), older)});
  if (best.swapped) {
    place.said.push_back(
        {"", "", "crs-axis", base::say("x and y were exchanged: only so do the coordinates lie in the country")});
  }
  if (best.prefixed) {
    place.said.push_back(
        {"", "", "crs-zone",
         best.landing == crs::Landing::country
             ? base::say("eastings begin with the number of another zone than the project's: {}, at {:.2f}E {:.2f}N",
                         best.name, best.lon_lat.x, best.lon_lat.y)
             : base::say("eastings begin with the number of their zone: {}, at {:.2f}E {:.2f}N", best.name,
                         best.lon_lat.x, best.lon_lat.y)});
  }
}

// Candidates for coordinates as they stand in the source; those alone that the user's word on the axes leaves.
crs::CandidateList candidates_of(const std::vector<Coord>& coords, const ImportOptions& options,
                                 const model::Project& project) {
  crs::CandidateList list = crs::candidates_for(coords, expected_place(project));
  if (!options.swap_axes) return list;
  std::erase_if(list.ranked, [](const crs::Candidate& one) { return !one.swapped; });
  list.clear = !list.ranked.empty() && list.ranked.front().landing > crs::Landing::country;
  return list;
}

SourcePlace asked_place(const ImportOptions& options) {
  SourcePlace place;
  place.swapped = options.swap_axes;
  place.shift = options.shift;
  return place;
}

}  // namespace

SourceSample sample_of(const ImportOptions& options, base::Progress& progress) {
  constexpr std::int64_t rows_looked_at = 20000;
  constexpr std::size_t rows_kept = 1500;
  constexpr std::size_t bytes_kept = std::size_t{48} << 20;
  SourceSample sample;
  io::SourceOptions of_source = options.source_options;
  of_source.with_hash = false;
  base::Progress reading;
  std::int64_t seen = 0;
  std::int64_t step = 1;
  std::size_t bytes = 0;
  bool enough = false;
  try {
    io::read_batches(
        options.source, of_source,
        [&](const io::SourceHeader& header) {
          sample.header = header;
          const std::int64_t expected = std::min(header.declared_rows, rows_looked_at);
          step = std::max<std::int64_t>(1, expected / static_cast<std::int64_t>(rows_kept));
        },
        [&](io::RowBatch&& batch) {
          progress.throw_if_stopped();
          for (std::size_t row = 0; row < batch.size() && !enough; ++row, ++seen) {
            if (seen % step != 0) continue;
            sample.rows.push_back(batch.row(row));
            bytes += sample.rows.back().wkb.size();
            enough = sample.rows.size() >= rows_kept || bytes > bytes_kept || seen > rows_looked_at;
          }
          if (enough) reading.request_stop();
        },
        [](io::Warning&&) {}, reading);
  } catch (const base::Cancelled&) {
    if (!enough) throw;
  }
  return sample;
}

std::vector<Coord> corners_of(const SourceSample& sample) {
  std::vector<Coord> corners;
  corners.reserve(sample.rows.size());
  for (const io::SourceRow& row : sample.rows) {
    if (const auto corner = first_corner(row.wkb)) corners.push_back(*corner);
  }
  return corners;
}

crs::ExpectedPlace expected_place(const model::Project& project) {
  crs::ExpectedPlace expected;
  expected.epsg = project.crs->epsg();
  expected.area = project.crs->area_of_use();
  geom::Envelope layers;
  const auto add = [&](const auto& table) {
    if (table) layers.expand(table->geometry.envelope());
  };
  if (project.parcels) layers.expand(project.parcels->geometry->envelope());
  add(project.circle_members);
  add(project.zones);
  add(project.towns);
  if (layers.empty()) return expected;
  const crs::Transformation to_degrees(*project.crs, crs::CoordinateReferenceSystem::from_text("EPSG:4326"));
  geom::Envelope degrees;
  try {
    for (const Coord corner : {Coord{layers.min_x, layers.min_y}, Coord{layers.max_x, layers.min_y},
                               Coord{layers.max_x, layers.max_y}, Coord{layers.min_x, layers.max_y}}) {
      degrees.expand(to_degrees.forward(corner));
    }
  } catch (const base::Error&) {
    return expected;  // a stray outline that lies nowhere
  }
  constexpr double widest_degrees = 3;  // more than that is no place one can compare with
  if (degrees.width() < widest_degrees && degrees.height() < widest_degrees) expected.layers = degrees;
  return expected;
}

SourcePlace settle_place(const io::SourceHeader& header, const ImportOptions& options, const model::Project& project,
                         base::Progress& progress) {
  SourcePlace place = asked_place(options);
  if (!options.control_points.empty()) {
    place.fit = read_control_points(options.control_points, progress);
    place.crs = options.source_options.crs.empty() ? project.crs->definition() : options.source_options.crs;
    place.final = true;
    const crs::Helmert& by = place.fit->parameters;
    place.stated = {crs::CoordinateReferenceSystem::from_text(place.crs).code(),
                    base::say("by {}: {} points, scale {:.8f}, rotation {:.6f} degrees{}",
                              options.control_points.filename().string(), place.fit->residuals.size(), by.scale(),
                              by.rotation_degrees(),
                              std::isnan(place.fit->rms) ? "" : fmt::format(", RMS {:.3f}", place.fit->rms))};
    return place;
  }
  if (!header.crs_definition.empty()) {
    place.crs = header.crs_definition;
    place.stated = header.crs;
    return place;
  }
  place.candidates = candidates_of(corners_of(sample_of(options, progress)), options, project);
  if (!options.guess_crs) {
    const crs::CandidateList& list = place.candidates;
    const std::string name = options.source.filename().string();
    const std::string what =
        list.local ? base::say(
                         "they look like those of a local grid (crs-local): give points known in both grids with "
                         "--control-points FILE.csv, or keep the rows without outline with --crs guess")
        : list.ranked.empty()
            ? base::say(
                  "they fit nothing that is in use here; name it with --crs EPSG:... (CGCS2000 3-degree zones: "
                  "EPSG:4534 to 4554, with zone prefix 4513 to 4533)")
        : list.clear ? base::say("they fit --crs {}; --crs guess takes the first", named(list))
                     : base::say("they fit --crs {}", named(list));
    throw base::Error(
        base::ExitCode::input_unreadable,
        base::say("crs-missing: {} does not say in which CRS its coordinates are, and it is not guessed unasked; {}",
                  name, what));
  }
  guess_place(place);
  return place;
}

std::optional<PointColumns> point_columns(const io::SourceHeader& header) {
  const auto column = [&](std::initializer_list<std::string_view> titles) -> std::optional<std::size_t> {
    for (const std::string_view title : titles) {
      for (std::size_t i = 0; i < header.fields.size(); ++i) {
        if (title_key(header.fields[i].name) == title) return i;
      }
    }
    return std::nullopt;
  };
  const auto x = column({"x", "x坐标", "东坐标", "easting", "经度", "lon", "lng", "longitude"});
  const auto y = column({"y", "y坐标", "北坐标", "northing", "纬度", "lat", "latitude"});
  return x && y ? std::optional(PointColumns{*x, *y}) : std::nullopt;
}

double number_in(const io::SourceValue& cell) {
  if (const auto* real = std::get_if<double>(&cell)) return *real;
  if (const auto* integer = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*integer);
  if (const auto* text = std::get_if<std::string>(&cell)) {
    const auto parsed = parse_number(*text, false);
    if (parsed && parsed->unit.empty()) return parsed->value;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

SourcePlace settle_table_place(const io::SourceHeader& header, const ImportOptions& options,
                               const PointColumns& columns, const model::Project& project, base::Progress& progress) {
  SourcePlace place = asked_place(options);
  place.final = true;
  if (!header.crs_definition.empty()) {
    place.crs = header.crs_definition;
    place.stated = header.crs;
    return place;
  }
  place.candidates = candidates_of(table_points(sample_of(options, progress), columns), options, project);
  guess_place(place);
  return place;
}

std::optional<SourcePlace> better_place(const SourcePlace& place, const GeometryIntake& intake,
                                        const model::Project& project) {
  if (place.final) return std::nullopt;
  const std::optional<Place> common = intake.common_place();
  if (!common) return std::nullopt;
  SourcePlace better = place;
  better.said.clear();
  better.overrules = true;
  better.final = true;
  const std::string code = intake.source_crs().code();
  const auto say = [&](const char* keyword, const std::string& message) {
    better.said.push_back({"", "", keyword, message});
  };
  const auto ask = [&] {
    better.candidates = crs::candidates_for(intake.corners(), expected_place(project));
    // Those corners were put right already by what was known before.
    for (crs::Candidate& one : better.candidates.ranked) one.swapped = one.swapped != place.swapped;
    return better.candidates.clear && better.candidates.ranked.front().landing > crs::Landing::country;
  };
  switch (*common) {
    case Place::swapped:
      better.swapped = !better.swapped;
      better.stated.how += base::say(", x and y exchanged back");
      say("crs-axis", base::say("in every feature x and y were exchanged (only exchanged they lie in the area of {}): "
                                "they were put right, the originals are in the import log",
                                code));
      return better;
    case Place::degrees:
      better.crs = "EPSG:4490";
      better.stated = {"EPSG:4490", base::say("the source says {}, but its coordinates are degrees", code)};
      say("crs-units", base::say("the source says {}, which is in metres, and every feature's coordinates are degrees "
                                 "in its area: they were taken as EPSG:4490, the originals are in the import log",
                                 code));
      return better;
    case Place::metres:
      if (!ask()) {
        if (!better.candidates.local) return std::nullopt;
        set_no_place(better, better.candidates, code);
        return better;
      }
      take_candidate(better, better.candidates.ranked.front(),
                     base::say("the source says {}, but its coordinates are metres", code));
      say("crs-units", base::say("the source says {}, which is in degrees, and every feature's coordinates are metres: "
                                 "they were taken as {}, the originals are in the import log",
                                 code, named(better.candidates.ranked.front())));
      return better;
    case Place::outside:
      if (ask()) {
        const crs::Candidate& best = better.candidates.ranked.front();
        const bool degrees = best.epsg == 4490 && !intake.source_crs().is_geographic();
        if (!degrees) return std::nullopt;
        take_candidate(better, best, base::say("the source says {}, but its coordinates are degrees", code));
        say("crs-units", base::say("the source says {}, and every feature's coordinates are degrees: they were taken "
                                   "as {}, the originals are in the import log",
                                   code, named(best)));
        if (best.swapped) say("crs-axis", base::say("latitude came before longitude: they were exchanged"));
        return better;
      }
      if (!better.candidates.local) return std::nullopt;
      set_no_place(better, better.candidates, code);
      return better;
    default:
      return std::nullopt;
  }
}

std::string decision_text(const SourcePlace& place) {
  nlohmann::ordered_json json;
  json["definition"] = place.crs;
  json["code"] = place.stated.value;
  json["how"] = place.stated.how;
  if (place.swapped) json["swapped"] = true;
  if (place.shift != crs::MapShift::none) json["shift"] = std::string(crs::name_of(place.shift));
  for (std::size_t i = 0; i < std::min(most_kept, place.candidates.ranked.size()); ++i) {
    const crs::Candidate& one = place.candidates.ranked[i];
    json["candidates"].push_back({{"code", one.code()},
                                  {"swapped", one.swapped},
                                  {"lon", one.lon_lat.x},
                                  {"lat", one.lon_lat.y},
                                  {"reason", reason_of(one)}});
  }
  if (place.fit) {
    const crs::Helmert& by = place.fit->parameters;
    json["parameters"] = {{"a", by.a},
                          {"b", by.b},
                          {"from_origin", {by.from_origin.x, by.from_origin.y}},
                          {"shift", {by.shift.x, by.shift.y}}};
    if (!std::isnan(place.fit->rms)) json["rms"] = place.fit->rms;
    for (const auto& point : place.fit->residuals) {
      json["residuals"].push_back({{"point", point.name}, {"dx", point.dx}, {"dy", point.dy}});
    }
  }
  return nlohmann::ordered_json{{"crs", json}}.dump();
}

}  // namespace zaitu::app
