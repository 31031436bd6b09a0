// What is looked at before a driver: archives, XML, JSON, CSV, DXF and databases, from a file as the worker has it.
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "base/error.h"
#include "io/archive.h"
#include "io/database_guard.h"
#include "io/drawing.h"
#include "io/text_file.h"
#include "io/text_guard.h"

using namespace zaitu;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  static const std::string file = "/tmp/zaitu-fuzz-" + std::to_string(getpid());
  std::ofstream(file, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(data + 1), static_cast<std::streamsize>(size - 1));
  std::vector<io::Warning> warnings;
  try {
    switch (data[0] % 6) {
      case 0: {
        const io::Archive archive(file, "fuzz.zip");
        std::uint64_t bytes = 0;
        for (const io::Archive::Member& member : archive.members()) {
          archive.unpack(member, [&](std::string_view piece) { bytes += piece.size(); });
        }
        if (bytes > io::Archive::most_bytes) std::abort();
        break;
      }
      case 1:
        io::check_xml(file, "fuzz.kml", warnings);
        break;
      case 2:
        io::check_json(file, "fuzz.geojson");
        break;
      case 3:
        io::nested_records(file, "fuzz.csv");
        break;
      case 4:
        io::curves_in_dxf(file);
        break;
      default:
        io::check_database(file, "fuzz.gpkg", true, "");
    }
  } catch (const base::Error&) {
  }
  return 0;
}
