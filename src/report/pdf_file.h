// An A4 PDF in memory: nothing in it comes from the clock or the machine, so that the same drawing gives the same
// bytes. One thread. The finished bytes go to disk through base::OutputFile.
#pragma once

#include <functional>
#include <string>

#include "base/date.h"
#include "base/output_file.h"
#include "report/canvas.h"

namespace zaitu::report {

inline constexpr double page_width = 210.0 / 25.4 * 96.0, page_height = 297.0 / 25.4 * 96.0;  // px

struct PdfFacts {
  std::string title, subject;
  base::Date dated;  // stands as the creation date
};

// Calls `draw` with a canvas on a PDF; it ends each page with cairo_show_page. Throws base::Error(output_failed).
std::string make_pdf(const PdfFacts& facts, const std::function<void(Canvas& canvas)>& draw);
// Calls `draw` with a canvas that only measures.
void measure_pdf(const std::function<void(Canvas& canvas)>& draw);
// Writes and checks the bytes of a PDF without putting the file in place.
void fill_pdf(base::OutputFile& output, const std::string& bytes);
// Writes the bytes beside `file`, looks whether they are a whole PDF, and renames.
void write_pdf(const std::string& file, const std::string& bytes);

}  // namespace zaitu::report
