// Parcels as boundary points: the text that land departments exchange, and the table of points. Called by export_layer.
#pragma once

#include <filesystem>
#include <string>

#include "app/picture.h"
#include "base/progress.h"

namespace zaitu::app {

// Both: parcels in force at the picture's date that have an outline, by code. In `crs`; empty: the zone of 3 degrees of
// CGCS2000, with its number in the eastings, in which most of the land lies. Returns the number of parcels, or of
// points. Throws base::Error(usage) when `crs` is no Gauss-Kruger zone of CGCS2000, base::Error(output_failed).
std::int64_t export_boundary_text(const Picture& picture, const std::filesystem::path& out, const std::string& crs,
                                  base::Progress& progress);
std::int64_t export_boundary_points(const Picture& picture, const std::filesystem::path& out, const std::string& crs,
                                    base::Progress& progress);

}  // namespace zaitu::app
