// The features of a DXF layer, made ready as io/drawing.h says. For the reading worker.
#pragma once

#include <filesystem>
#include <vector>

#include <ogrsf_frmts.h>

#include "io/source.h"

namespace zaitu::io {

// All features of the layer in its order: lines that close up to the gap are closed, and lines that make an outline
// together are one feature, that of the first of them. What was done is added to `warnings`.
std::vector<OGRFeatureUniquePtr> drawn_features(OGRLayer& layer, const std::filesystem::path& file,
                                                std::vector<Warning>& warnings);

}  // namespace zaitu::io
