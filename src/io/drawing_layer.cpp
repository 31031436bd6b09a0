#include "io/drawing_layer.h"

#include <cpl_error.h>
#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>

#include "base/message.h"
#include "io/drawing.h"
#include "io/refuse.h"

namespace zaitu::io {

namespace {

using geom::Coord;

// Finite, and without the vertices that a driver sets twice where an arc begins.
std::vector<Coord> vertices_of(const OGRLineString& line) {
  constexpr double same = 1e-6, far = 1e12;
  std::vector<Coord> vertices;
  vertices.reserve(static_cast<std::size_t>(line.getNumPoints()));
  for (int i = 0; i < line.getNumPoints(); ++i) {
    const Coord c{line.getX(i), line.getY(i)};
    if (!(std::abs(c.x) < far && std::abs(c.y) < far)) return {};
    if (vertices.empty() || std::abs(c.x - vertices.back().x) > same || std::abs(c.y - vertices.back().y) > same)
      vertices.push_back(c);
  }
  return vertices;
}

const OGRLineString* line_of(const OGRFeature& feature) {
  const OGRGeometry* geometry = feature.GetGeometryRef();
  if (geometry == nullptr || wkbFlatten(geometry->getGeometryType()) != wkbLineString) return nullptr;
  return geometry->toLineString();
}

// The lines of a block that was inserted: each is closed for itself.
void close_members(OGRGeometry* geometry) {
  if (geometry == nullptr || !OGR_GT_IsSubClassOf(wkbFlatten(geometry->getGeometryType()), wkbGeometryCollection))
    return;
  for (OGRGeometry* member : geometry->toGeometryCollection()) {
    if (wkbFlatten(member->getGeometryType()) != wkbLineString) continue;
    OGRLineString& line = *member->toLineString();
    const int last = line.getNumPoints() - 1;
    constexpr int least = 3;
    if (last < least) continue;
    if (std::hypot(line.getX(0) - line.getX(last), line.getY(0) - line.getY(last)) > drawing_gap_m) continue;
    line.setPoint(last, line.getX(0), line.getY(0));
  }
}

// As every whole drawing does.
bool ends_in_eof(const std::filesystem::path& file) {
  constexpr std::streamoff looked_at = 16;
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  const std::streamoff size = in.tellg();
  in.seekg(std::max<std::streamoff>(0, size - looked_at));
  std::string tail(static_cast<std::size_t>(looked_at), '\0');
  in.read(tail.data(), looked_at);
  return tail.find("EOF") != tail.npos;
}

}  // namespace

std::vector<OGRFeatureUniquePtr> drawn_features(OGRLayer& layer, const std::filesystem::path& file,
                                                std::vector<Warning>& warnings) {
  std::vector<OGRFeatureUniquePtr> features;
  std::vector<DrawnLine> lines;
  std::vector<std::size_t> feature_of;  // of each line
  layer.ResetReading();
  const int layer_field = layer.GetLayerDefn()->GetFieldIndex("Layer");
  for (;;) {
    CPLErrorReset();
    OGRFeatureUniquePtr feature(layer.GetNextFeature());
    if (!feature) {
      if (CPLGetLastErrorType() == CE_Failure) {
        const std::string where = file.filename().string();
        refuse(ends_in_eof(file)
                   ? base::say("corrupt: {} cannot be read beyond entity {} ({})", where, features.size(),
                               CPLGetLastErrorMsg())
                   : base::say("truncated: {} cannot be read beyond entity {}: its end is missing; fetch it "
                               "again",
                               where, features.size()));
      }
      break;
    }
    if (const OGRLineString* const line = line_of(*feature)) {
      std::vector<Coord> vertices = vertices_of(*line);
      if (vertices.size() >= 2) {
        lines.push_back(
            {std::move(vertices), layer_field < 0 ? std::string() : feature->GetFieldAsString(layer_field)});
        feature_of.push_back(features.size());
      }
    }
    close_members(feature->GetGeometryRef());
    features.push_back(std::move(feature));
  }

  if (const std::size_t curves = curves_in_dxf(file); curves > 0) {
    warnings.push_back({"", "", "geom-curve",
                        base::say("{} arcs, circles, ellipses, splines or bulges were drawn as chords of 0.5 degrees: "
                                  "areas differ from the true ones by up to 0.002 %",
                                  curves)});
  }
  const DrawnOutlines drawn = outlines_of(lines, drawing_gap_m);
  std::size_t joined = 0;
  std::size_t used_up = 0;
  std::string examples;
  for (const DrawnOutline& outline : drawn.outlines) {
    OGRLineString closed;
    closed.setNumPoints(static_cast<int>(outline.ring.size()), FALSE);
    for (std::size_t i = 0; i < outline.ring.size(); ++i)
      closed.setPoint(static_cast<int>(i), outline.ring[i].x, outline.ring[i].y);
    OGRFeature& first = *features[feature_of[outline.lines.front()]];
    first.SetGeometry(&closed);
    if (outline.lines.size() == 1) continue;
    constexpr std::size_t most_examples = 10;
    if (joined++ < most_examples) examples += (examples.empty() ? "" : ", ") + std::to_string(first.GetFID());
    used_up += outline.lines.size();
    for (std::size_t i = 1; i < outline.lines.size(); ++i) features[feature_of[outline.lines[i]]].reset();
  }
  if (joined > 0) {
    warnings.push_back({"", "", drawn.largest_gap > 0 ? "geom-unclosed" : "geom",
                        base::say("{} lines and arcs were joined to {} closed outlines (entities {}{}); ends up to "
                                  "{:.1f} mm apart were taken as meeting, the largest gap closed is {:.2f} mm",
                                  used_up, joined, examples, joined > 10 ? ", ..." : "", drawing_gap_m * 1000,
                                  drawn.largest_gap * 1000)});
  }
  std::erase_if(features, [](const OGRFeatureUniquePtr& feature) { return !feature; });
  return features;
}

}  // namespace zaitu::io
