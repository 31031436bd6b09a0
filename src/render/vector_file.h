// Vector pictures as SVG or PDF through Cairo. Any thread.
#pragma once

#include <functional>
#include <string>

typedef struct _cairo cairo_t;

namespace zaitu::render {

enum class VectorFormat { svg, pdf };

// A picture of a size in px (1/96 inch); `paint` draws in these. The same drawing gives the same bytes. Empty when
// Cairo cannot make it at this size.
std::string vector_bytes(double width_px, double height_px, VectorFormat format, const std::string& title,
                         const std::function<void(cairo_t*)>& paint);

}  // namespace zaitu::render
