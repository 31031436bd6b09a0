#include "app/import_sketch.h"

#include <algorithm>
#include <set>

#include "app/import_geometry.h"
#include "app/import_place.h"

namespace zaitu::app {

namespace {

constexpr std::size_t corners_drawn = 48;  // of one ring
constexpr std::size_t texts_shown = 6;

void add_outlines(const SourceSample& sample, const SourcePlace& place, const model::Project& project,
                  ImportSketch& sketch) {
  ImportLog unheard;
  GeometryIntake intake(place, *project.crs, false, unheard);
  for (const io::SourceRow& row : sample.rows) {
    const TakenGeometry taken = intake.taker().take(row.wkb, std::nullopt, "", unheard);
    if (taken.state != TakenFacts::State::taken) continue;
    const geom::FeatureGeometry feature = taken.column[0];
    for (std::size_t part = 0; part < feature.part_count(); ++part) {
      sketch.outlines.push_back(thinned(feature.part(part).shell(), corners_drawn));
    }
    sketch.extent.expand(feature.envelope());
  }
  if (sketch.extent.empty()) return;
  try {
    sketch.lon_lat = crs::Transformation(*project.crs, crs::CoordinateReferenceSystem::from_text("EPSG:4326"))
                         .forward(sketch.extent.centre());
  } catch (const base::Error&) {
    // Strays make an extent whose middle is nowhere.
  }
}

bool is_plain(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

}  // namespace

std::vector<geom::Coord> thinned(geom::Ring ring, std::size_t corners) {
  const std::size_t step = std::max<std::size_t>(1, ring.size() / corners);
  std::vector<geom::Coord> kept;
  kept.reserve(ring.size() / step + 2);
  for (std::size_t i = 0; i < ring.size(); i += step) kept.push_back(ring[i]);
  if (!kept.empty() && kept.back() != ring.back()) kept.push_back(ring.back());
  return kept;
}

ImportSketch sketch_of(const ImportOptions& options, const ImportResult& result, const model::Project& project,
                       base::Progress& progress) {
  const SourceSample sample = sample_of(options, progress);
  ImportSketch sketch;
  sketch.layers = sample.header.layers;
  std::set<std::string> known;
  for (const io::SourceRow& row : sample.rows) {
    for (const io::SourceValue& value : row.values) {
      const auto* text = std::get_if<std::string>(&value);
      if (text == nullptr || sketch.texts.size() >= texts_shown || is_plain(*text)) continue;
      if (known.insert(*text).second) sketch.texts.push_back(*text);
    }
  }
  if (!sample.header.has_geometry || result.crs_definition.empty()) return sketch;
  SourcePlace place;
  place.crs = result.crs_definition;
  place.swapped = result.swapped;
  place.shift = options.shift;
  place.fit = result.fit;
  add_outlines(sample, place, project, sketch);
  return sketch;
}

std::vector<std::string> layers_of_source(const ImportOptions& options) {
  try {
    io::SourceOptions any = options.source_options;
    any.layer.clear();
    return io::inspect_source(options.source, any).layers;
  } catch (const base::Error&) {
    return {};
  }
}

}  // namespace zaitu::app
