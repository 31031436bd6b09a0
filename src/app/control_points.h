// A user's file that says how a local grid lies: points known in both grids, or the four parameters. Private to app.
#pragma once

#include <filesystem>

#include "base/progress.h"
#include "crs/helmert.h"

namespace zaitu::app {

// A table (CSV, XLSX ...) with the columns from_x, from_y, to_x, to_y and perhaps name, x = east: the fit. Or with one
// row of the columns shift_x, shift_y, rotation (seconds, counter-clockwise) and scale (parts per million beyond 1):
// those parameters, without residuals. Throws Error(input_unreadable) naming the row or the columns that are missing,
// and what reading the file throws.
crs::HelmertFit read_control_points(const std::filesystem::path& file, base::Progress& progress);

}  // namespace zaitu::app
