// Label placement with places that are already taken (the furniture of a finished map).
#pragma once

#include "render/scene.h"

namespace zaitu::render {

std::vector<Label> place_labels_around(const Scene& scene, const View& view, const MeasureText& measure,
                                       const std::vector<geom::Envelope>& taken_px);

}  // namespace zaitu::render
