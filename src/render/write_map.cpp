#include <cairo.h>

#include <algorithm>
#include <filesystem>

#include "base/error.h"
#include "base/message.h"
#include "base/output_file.h"
#include "base/utf8.h"
#include "render/cairo_canvas.h"
#include "render/furniture.h"
#include "render/labels.h"
#include "render/raster_canvas.h"
#include "render/text.h"
#include "render/vector_file.h"

namespace zaitu::render {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& file, const std::string& reason) {
  throw base::Error(base::ExitCode::output_failed, base::say("cannot write the map {}: {}", file, reason));
}

cairo_status_t append(void* closure, const unsigned char* bytes, unsigned int count) {
  static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

struct Surface {
  explicit Surface(cairo_surface_t* s) : surface(s), cr(cairo_create(s)) {}
  ~Surface() {
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
  }
  Surface(const Surface&) = delete;
  Surface& operator=(const Surface&) = delete;
  cairo_surface_t* surface;
  cairo_t* cr;
};

// Labels, furniture, title and legend over a painted map.
void paint_overlay(const Scene& scene, const View& asked, cairo_t* cr, base::Language language) {
  const DesignPixels design(cr, asked);
  const View& view = design.view();
  std::vector<geom::Envelope> taken = furniture_boxes(scene, view);
  taken.push_back(paint_title_and_legend(scene, view, nullptr, language));
  {
    Text text(cr);
    const MeasureText measure = [&](const std::string& words, float size_px) {
      return text.size(words, static_cast<double>(size_px));
    };
    draw_labels(cr, place_labels_around(scene, view, measure, taken));
  }
  paint_title_and_legend(scene, view, cr, language);
  paint_furniture(scene, view, cr, language);
}

std::string png_bytes(const Scene& scene, const View& view, base::Language language) {
  Surface target(cairo_image_surface_create(CAIRO_FORMAT_RGB24, view.width_px, view.height_px));
  if (cairo_surface_status(target.surface) != CAIRO_STATUS_SUCCESS) return {};
  cairo_surface_flush(target.surface);
  unsigned char* pixels = cairo_image_surface_get_data(target.surface);
  const auto stride = static_cast<std::size_t>(cairo_image_surface_get_stride(target.surface));
  constexpr int tile = 512;  // a poster needs no more memory than its own pixels
  for (int top = 0; top < view.height_px; top += tile) {
    for (int left = 0; left < view.width_px; left += tile) {
      const Image part = rasterise_part(scene, view, left, top, std::min(tile, view.width_px - left),
                                        std::min(tile, view.height_px - top));
      const std::uint8_t* from = part.rgba.data();
      for (int y = 0; y < part.height; ++y) {
        auto* to = reinterpret_cast<std::uint32_t*>(pixels + static_cast<std::size_t>(top + y) * stride) + left;
        for (int x = 0; x < part.width; ++x, from += 4) {
          to[x] = (std::uint32_t{from[0]} << 16) | (std::uint32_t{from[1]} << 8) | std::uint32_t{from[2]};
        }
      }
    }
  }
  cairo_surface_mark_dirty(target.surface);
  paint_overlay(scene, view, target.cr, language);
  std::string bytes;
  cairo_surface_flush(target.surface);
  cairo_surface_write_to_png_stream(target.surface, append, &bytes);
  return bytes;
}

}  // namespace

void write_map(const Scene& scene, const View& view, const std::string& file, base::Language language) {
  const std::string ending = base::ascii_lower(fs::path(file).extension().string());
  std::string bytes;
  if (ending == ".png") {
    bytes = png_bytes(scene, view, language);
  } else if (ending == ".svg" || ending == ".pdf") {
    bytes = vector_bytes(view.width_px, view.height_px, ending == ".pdf" ? VectorFormat::pdf : VectorFormat::svg,
                         StyledScene::of(scene).project->name_zh, [&](cairo_t* cr) {
                           // The map without its own labels, then the overlay with places kept free for the furniture.
                           paint_land(scene, view, cr);
                           paint_overlay(scene, view, cr, language);
                         });
  } else {
    fail(file, base::say("the ending must be .png, .svg or .pdf"));
  }
  if (bytes.empty()) fail(file, base::say("the picture could not be made at this size"));

  base::OutputFile output(file);
  output.write(bytes);
  output.commit_as_written();
}

}  // namespace zaitu::render
