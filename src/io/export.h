// Writing layers into any OGR vector or table format: into a temporary file beside the target, re-opened and counted,
// then renamed. A failure leaves the old target as it was and throws base::Error(output_failed).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/progress.h"
#include "crs/crs.h"
#include "geom/geometry.h"
#include "io/source.h"

namespace zaitu::io {

struct ExportLayer {
  std::string name;
  std::vector<SourceField> fields;
  std::vector<std::vector<SourceValue>> rows;
  const geom::GeometryColumn* geometry = nullptr;  // row for row; nullptr = a table
  std::string qml;                                 // QGIS style, stored in GPKG's layer_styles; empty = none
};

// The driver follows the target's ending. `to` = CRS of the output. Returns the number of features written. `dated`: a
// GeoPackage says that it was changed at this day's beginning instead of now, so that the same layers give the same
// bytes.
std::int64_t export_layers(const std::vector<ExportLayer>& layers, const crs::CoordinateReferenceSystem& from,
                           const crs::CoordinateReferenceSystem& to, const std::filesystem::path& target,
                           base::Progress& progress, std::optional<base::Date> dated = std::nullopt);

}  // namespace zaitu::io
