#include "app/export_boundaries.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/message.h"
#include "base/output_file.h"
#include "io/boundary_text.h"
#include "io/export.h"
#include "planning/land_use.h"

namespace zaitu::app {

namespace {

// EPSG codes of CGCS2000's Gauss-Kruger zones: with the zone's number in the easting and without.
struct Zone {
  int degrees = 3;
  int number = 0;
};
std::optional<Zone> zone_of(int epsg) {
  if (epsg >= 4513 && epsg <= 4533) return Zone{3, epsg - 4513 + 25};
  if (epsg >= 4534 && epsg <= 4554) return Zone{3, epsg - 4534 + 25};
  if (epsg >= 4491 && epsg <= 4501) return Zone{6, epsg - 4491 + 13};
  if (epsg >= 4502 && epsg <= 4512) return Zone{6, epsg - 4502 + 13};
  return std::nullopt;
}

crs::CoordinateReferenceSystem wanted_crs(const model::Project& project, const std::string& given) {
  if (!given.empty()) {
    auto crs = crs::CoordinateReferenceSystem::from_text(given);
    if (!zone_of(crs.epsg())) {
      throw base::Error(base::ExitCode::usage,
                        base::say("crs: boundary points are written in a Gauss-Kruger zone of CGCS2000 (EPSG:4513 to "
                                  "4554, or of 6 degrees 4491 to 4512), and {} is none",
                                  crs.code()));
    }
    return crs;
  }
  // The zone of the project's own CRS, else the one around the middle of the land.
  if (const auto zone = zone_of(project.crs->epsg()); zone && zone->degrees == 3)
    return crs::CoordinateReferenceSystem::from_text("EPSG:" + std::to_string(4513 + zone->number - 25));
  const geom::Envelope box = project.parcels->geometry->envelope();
  if (box.empty()) return crs::CoordinateReferenceSystem::from_text("EPSG:4528");
  const crs::Transformation to_degrees(*project.crs, crs::CoordinateReferenceSystem::from_text("EPSG:4490"));
  const int zone = static_cast<int>(std::lround(to_degrees.forward(box.centre()).x / 3));
  return crs::CoordinateReferenceSystem::from_text("EPSG:" + std::to_string(4513 + std::clamp(zone, 25, 45) - 25));
}

struct Boundaries {
  std::vector<std::uint32_t> rows;                             // of the project's parcels, by code
  geom::GeometryColumn outlines{geom::GeometryKind::polygon};  // row for row, in `crs`
  crs::CoordinateReferenceSystem crs;
};

Boundaries boundaries_of(const Picture& picture, const std::string& crs) {
  const model::Project& project = *picture.project;
  const model::ParcelTable& parcels = *project.parcels;
  Boundaries made{{}, geom::GeometryColumn(geom::GeometryKind::polygon), wanted_crs(project, crs)};
  for (std::uint32_t row = 0; row < parcels.size(); ++row) {
    if (parcels.in_force(row, picture.status->as_of) && !(*parcels.geometry)[row].empty()) made.rows.push_back(row);
  }
  std::stable_sort(made.rows.begin(), made.rows.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return parcels.code[a] < parcels.code[b]; });
  geom::GeometryColumn own(geom::GeometryKind::polygon);
  for (const std::uint32_t row : made.rows) own.append((*parcels.geometry)[row]);
  made.outlines = crs::transformed(own, crs::Transformation(*project.crs, made.crs));
  return made;
}

}  // namespace

std::int64_t export_boundary_text(const Picture& picture, const std::filesystem::path& out, const std::string& crs,
                                  base::Progress& progress) {
  const model::Project& project = *picture.project;
  const Boundaries boundaries = boundaries_of(picture, crs);
  const Zone zone = *zone_of(boundaries.crs.epsg());
  std::vector<io::BoundaryParcel> parcels;
  parcels.reserve(boundaries.rows.size());
  for (const std::uint32_t row : boundaries.rows) {
    progress.throw_if_stopped();
    const std::string code(project.parcels->land_use_current[row]);
    std::string use = code;
    for (const model::LandUseClass& known : rows_of(project.land_use_classes)) {
      if (known.code == code) use = known.name_zh;
    }
    io::BoundaryParcel parcel;
    parcel.code = project.parcels->code[row];
    parcel.name = project.parcels->name[row];
    parcel.use = use;
    parcel.land_class = code;
    parcels.push_back(std::move(parcel));
  }
  base::OutputFile file(out);
  file.write(io::write_boundary_text({"", picture.status->as_of.iso(), zone.degrees, zone.number}, parcels,
                                     boundaries.outlines));
  file.commit_as_written();
  return static_cast<std::int64_t>(parcels.size());
}

std::int64_t export_boundary_points(const Picture& picture, const std::filesystem::path& out, const std::string& crs,
                                    base::Progress& progress) {
  const Boundaries boundaries = boundaries_of(picture, crs);
  io::ExportLayer table;
  table.name = "界址点成果表";
  using enum io::SourceFieldType;
  table.fields = {{"地块编号", text}, {"点号", text}, {"圈号", integer},
                  {"X(m)", real},     {"Y(m)", real}, {"边长(m)", real}};
  const auto to_millimetres = [](double metres) { return std::round(metres * 1000) / 1000; };
  for (std::size_t i = 0; i < boundaries.rows.size(); ++i) {
    progress.throw_if_stopped();
    const std::string code(picture.project->parcels->code[boundaries.rows[i]]);
    const std::vector<io::BoundaryPoint> points = io::boundary_points(boundaries.outlines[i]);
    for (std::size_t p = 0; p < points.size(); ++p) {
      const io::BoundaryPoint& point = points[p];
      io::SourceValue length;  // to the next point; the closing one has none
      if (!point.closes) {
        const geom::Coord next = points[p + 1].at;
        length = to_millimetres(std::hypot(next.x - point.at.x, next.y - point.at.y));
      }
      table.rows.push_back({code, "J" + std::to_string(point.number), std::int64_t{point.ring},
                            to_millimetres(point.at.y), to_millimetres(point.at.x), length});
    }
  }
  const auto count = static_cast<std::int64_t>(table.rows.size());
  io::export_layers({table}, boundaries.crs, boundaries.crs, out, progress);
  return count;
}

}  // namespace zaitu::app
