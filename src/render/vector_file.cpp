#include "render/vector_file.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string_view>

namespace zaitu::render {

namespace {

cairo_status_t append_bytes(void* closure, const unsigned char* bytes, unsigned int count) {
  static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

// Cairo numbers the surfaces of a process through; a file counts its own, so that it is the same file every time.
std::string with_own_numbers(const std::string& svg) {
  constexpr std::string_view word = "surface";
  std::map<std::string, std::size_t> numbers;
  std::string result;
  std::size_t from = 0;
  for (std::size_t at = svg.find(word); at != std::string::npos; at = svg.find(word, from)) {
    const std::size_t digits = at + word.size();
    const std::size_t end = std::min(svg.find_first_not_of("0123456789", digits), svg.size());
    result.append(svg, from, digits - from);
    if (end > digits && (svg[at - 1] == '"' || svg[at - 1] == '#')) {
      const std::size_t number = numbers.try_emplace(svg.substr(digits, end - digits), numbers.size()).first->second;
      result += std::to_string(number);
    } else {
      result.append(svg, digits, end - digits);
    }
    from = end;
  }
  return result.append(svg, from);
}

}  // namespace

std::string vector_bytes(double width_px, double height_px, VectorFormat format, const std::string& title,
                         const std::function<void(cairo_t*)>& paint) {
  constexpr double points_per_px = 0.75;
  const bool pdf = format == VectorFormat::pdf;
  std::string bytes;
  const auto make = pdf ? cairo_pdf_surface_create_for_stream : cairo_svg_surface_create_for_stream;
  const std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface(
      make(append_bytes, &bytes, width_px * points_per_px, height_px * points_per_px), cairo_surface_destroy);
  if (pdf) {  // the date of making would differ from run to run
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATE_DATE, "");
    cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, title.c_str());
  }
  {
    const std::unique_ptr<cairo_t, decltype(&cairo_destroy)> cr(cairo_create(surface.get()), cairo_destroy);
    cairo_scale(cr.get(), points_per_px, points_per_px);
    paint(cr.get());
    cairo_show_page(cr.get());
  }
  cairo_surface_finish(surface.get());
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) return {};
  return pdf ? bytes : with_own_numbers(bytes);
}

}  // namespace zaitu::render
