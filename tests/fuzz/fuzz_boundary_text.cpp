// Boundary points: any text is parsed or refused; what was parsed is written and comes back.
#include <cmath>
#include <cstdlib>

#include "base/error.h"
#include "base/utf8.h"
#include "io/boundary_text.h"

using namespace zaitu;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!base::is_valid_utf8(text)) return 0;
  io::is_boundary_text(text);
  try {
    const io::BoundaryText read = io::parse_boundary_text(text, "fuzz.txt");
    if (read.parcels.size() != read.outlines.size()) std::abort();
    const std::string written = io::write_boundary_text({"", "2025-01-01", 3, 40}, read.parcels, read.outlines);
    io::parse_boundary_text(written, "again.txt");
  } catch (const base::Error&) {
  }
  return 0;
}
