// WKB, SpatiaLite blobs and lines of drawings: broken bytes are refused, what is taken can be written and read again.
#include <cmath>
#include <cstdlib>

#include "base/error.h"
#include "geom/clean.h"
#include "geom/measure.h"
#include "geom/wkb.h"
#include "io/drawing.h"

using namespace zaitu;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::span<const std::uint8_t> bytes(data + 1, size - 1);
  const auto kind = static_cast<geom::GeometryKind>(data[0] % 3);
  const geom::WkbSurvey survey = geom::survey_wkb(bytes);
  geom::GeometryColumn column(kind);
  try {
    if ((data[0] & 4U) != 0) {
      geom::append_spatialite(column, bytes);
    } else {
      geom::append_wkb(column, bytes);
      if (!survey.fault.empty()) std::abort();  // both see the same bytes
    }
  } catch (const base::Error&) {
    if (column.size() != 0) std::abort();
    return 0;
  }
  for (const geom::Coord c : column[0].vertices()) {
    if (!std::isfinite(c.x) || !std::isfinite(c.y) || std::abs(c.x) > 1e9 || std::abs(c.y) > 1e9) return 0;
  }
  geom::remove_repeated_vertices(column, 1e-4, 5e-5);
  if (kind == geom::GeometryKind::line) {
    std::vector<io::DrawnLine> lines;
    for (std::size_t p = 0; p < column[0].part_count(); ++p) {
      const geom::Ring line = column[0].part(p).shell();
      if (line.size() >= 2) lines.push_back({{line.begin(), line.end()}, ""});
    }
    io::outlines_of(lines, io::drawing_gap_m);
  }
  if (column[0].empty() || kind != geom::GeometryKind::polygon) return 0;
  geom::GeometryColumn again(kind);
  geom::append_wkb(again, geom::to_wkb(column[0]));
  if (again[0].vertex_count() != column[0].vertex_count()) std::abort();
  return 0;
}
