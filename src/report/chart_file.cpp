#include "report/chart_file.h"

#include <algorithm>

#include "base/error.h"
#include "base/message.h"
#include "base/output_file.h"
#include "render/vector_file.h"
#include "report/canvas.h"

namespace zaitu::report {

namespace {

constexpr double margin = 16, title_size = 14, note_size = 10, line_gap = 4, least_width = 360;

style::Rgba rgba_of(const chart::Colour& colour) { return {colour.r, colour.g, colour.b, colour.a}; }

}  // namespace

void write_chart(const ChartPicture& picture, const std::string& file) {
  const double width = std::max(picture.list.width, least_width) + 2 * margin;
  const double head = title_size + 2 * line_gap;
  // Notes that are wider than the chart are wrapped; each may take three lines.
  const double foot = static_cast<double>(picture.notes.size()) * 3 * (note_size + line_gap);
  const double height = margin + head + picture.list.height + line_gap + foot + margin;
  const TextStyle title{.size = title_size, .bold = true, .colour = rgba_of(picture.ink)};
  const TextStyle note{.size = note_size, .colour = rgba_of(picture.ink)};
  const auto format = file.ends_with(".pdf") ? render::VectorFormat::pdf : render::VectorFormat::svg;
  const std::string bytes = render::vector_bytes(width, height, format, picture.title, [&](cairo_t* cr) {
    const Canvas canvas(cr);
    canvas.box(0, 0, width, height, rgba_of(picture.ground));
    canvas.text(margin, margin, width - 2 * margin, picture.title, title);
    canvas.chart(picture.list, margin, margin + head);
    double y = margin + head + picture.list.height + line_gap;
    for (const std::string& line : picture.notes)
      y += canvas.text(margin, y, width - 2 * margin, line, note) + line_gap;
  });
  if (bytes.empty()) {
    throw base::Error(base::ExitCode::output_failed, base::say("{}: the chart cannot be drawn at this size", file));
  }
  base::OutputFile output(file);
  output.write(bytes);
  output.commit_as_written();
}

}  // namespace zaitu::report
