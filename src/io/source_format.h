// The formats that are read: which driver takes an ending, which files belong to it, and what the first bytes say.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace zaitu::io {

// No driver of GDAL: the worker unpacks the archive and reads the layer inside.
inline constexpr const char* archive_driver = "ZIP";

struct SourceFormat {
  const char* ending;
  const char* driver;     // short name of the GDAL driver
  const char* copied_as;  // the ending the driver wants
  std::vector<const char*> siblings;
};

const std::vector<SourceFormat>& source_formats();
// By the ending; nullptr: none.
const SourceFormat* source_format_of(const std::filesystem::path& source);
// The endings that can be read, for messages: "shp, dbf, gpkg, ...".
std::string readable_endings();

// Refuses by content what is never opened, and names that lie. `name`: what messages call the file.
void look_inside(const std::filesystem::path& file, const SourceFormat& format, const std::string& name);
// Says why a file of no known ending is not read; `file` empty: a folder.
[[noreturn]] void refuse_unknown(const std::filesystem::path& file, const std::string& name);

}  // namespace zaitu::io
