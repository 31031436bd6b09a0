// What a shapefile or a lone .dbf says of itself, read from the bytes before GDAL sees it: GDAL takes the smaller count
// when .shp and .dbf differ and gives features without geometry when .shp is cut.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "io/source.h"

namespace zaitu::io {

struct ShapefileFacts {
  std::int64_t rows = 0;       // not marked deleted
  std::int64_t set_aside = 0;  // that are not whole, when a part is allowed
  std::string encoding;        // declared by .cpg or the language byte, as an iconv name; may be empty
  std::string encoding_from;   // ".cpg" / "the .dbf language byte"
  std::vector<Warning> warnings;
};

// `shp` empty = a lone .dbf. `see_text` gets every field name and text cell as it is stored, and whether it fills its
// field. The files are a private copy: a wrong .shx is taken away, and number fields that hold more digits than the
// driver keeps are described as text. With `allow_partial` it is cut down to the first rows that have a whole shape and
// a whole record; without a .dbf, to whole shapes. Throws base::Error(input_unreadable) with keyword truncated,
// record-count or corrupt.
ShapefileFacts check_shapefile(const std::filesystem::path& shp, const std::filesystem::path& dbf, bool allow_partial,
                               const std::function<void(std::string_view raw, bool fills_field)>& see_text);

}  // namespace zaitu::io
