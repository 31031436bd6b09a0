// What a finished map carries besides the land. Boxes in view pixels, so that labels keep out of them.
#pragma once

#include "render/scene.h"

namespace zaitu::render {

// A length that reads well: 1, 2 or 5 times a power of ten metres, at most `most_m`.
double round_length(double most_m);
std::string length_text(double metres);

std::vector<geom::Envelope> furniture_boxes(const Scene& scene, const View& view);

// Title, as-of date and legend, in the upper left corner. Returns the box they take; with `cr` null nothing is drawn.
geom::Envelope paint_title_and_legend(const Scene& scene, const View& view, cairo_t* cr, base::Language language);

}  // namespace zaitu::render
