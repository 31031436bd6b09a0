#include "report/pdf_file.h"

#include <cairo-pdf.h>
#include <memory>

#include "base/error.h"
#include "base/message.h"
#include "base/output_file.h"
#include "base/paths.h"

namespace zaitu::report {

namespace {

constexpr double points_per_px = 72.0 / 96.0;

struct SurfaceEnd {
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
};
struct ContextEnd {
  void operator()(cairo_t* cr) const { cairo_destroy(cr); }
};
using Surface = std::unique_ptr<cairo_surface_t, SurfaceEnd>;
using Context = std::unique_ptr<cairo_t, ContextEnd>;

cairo_status_t append(void* closure, const unsigned char* bytes, unsigned length) {
  static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(bytes), length);
  return CAIRO_STATUS_SUCCESS;
}

[[noreturn]] void fail(cairo_status_t status) {
  throw base::Error(
      base::ExitCode::output_failed,
      base::say("PDF: drawing failed ({}); this is a defect, please report it", cairo_status_to_string(status)));
}

}  // namespace

std::string make_pdf(const PdfFacts& facts, const std::function<void(Canvas& canvas)>& draw) {
  std::string bytes;
  const Surface surface(
      cairo_pdf_surface_create_for_stream(append, &bytes, page_width * points_per_px, page_height * points_per_px));
  const auto note = [&](cairo_pdf_metadata_t key, const std::string& text) {
    cairo_pdf_surface_set_metadata(surface.get(), key, text.c_str());
  };
  note(CAIRO_PDF_METADATA_TITLE, facts.title);
  note(CAIRO_PDF_METADATA_SUBJECT, facts.subject);
  note(CAIRO_PDF_METADATA_CREATOR, "Zaitu 载图 " + base::version());
  note(CAIRO_PDF_METADATA_CREATE_DATE, facts.dated.iso() + "T00:00:00Z");
  {
    const Context cr(cairo_create(surface.get()));
    cairo_scale(cr.get(), points_per_px, points_per_px);
    {
      Canvas canvas(cr.get());
      draw(canvas);
    }
    if (cairo_status(cr.get()) != CAIRO_STATUS_SUCCESS) fail(cairo_status(cr.get()));
  }
  cairo_surface_finish(surface.get());
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) fail(cairo_surface_status(surface.get()));
  return bytes;
}

void measure_pdf(const std::function<void(Canvas& canvas)>& draw) {
  // The same kind of surface at the same scale as for the file: text has other widths elsewhere, and breaks elsewhere.
  const Surface surface(
      cairo_pdf_surface_create_for_stream(nullptr, nullptr, page_width * points_per_px, page_height * points_per_px));
  const Context cr(cairo_create(surface.get()));
  cairo_scale(cr.get(), points_per_px, points_per_px);
  Canvas canvas(cr.get(), true);
  draw(canvas);
}

void fill_pdf(base::OutputFile& output, const std::string& bytes) {
  output.write(bytes);
  output.check([&](std::string_view written) {
    const std::string_view tail = written.substr(written.size() - std::min<std::size_t>(written.size(), 16));
    return written == bytes && written.starts_with("%PDF-") && tail.find("%%EOF") != std::string_view::npos;
  });
}

void write_pdf(const std::string& file, const std::string& bytes) {
  base::OutputFile output(file);
  fill_pdf(output, bytes);
  output.put_in_place();
}

}  // namespace zaitu::report
