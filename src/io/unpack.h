// The layer in a zip archive, unpacked for its driver. For the reading worker.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "io/source.h"

namespace zaitu::io {

struct Unpacked {
  std::filesystem::path file;  // or a FileGDB's folder
  std::string driver;
  std::string layer;                 // what of it is asked for; empty: not said
  std::string chosen;                // the member's name, where there are several layers in the archive
  std::vector<std::string> members;  // likewise: all of them
};

// Unpacks one layer and the files that belong to it into a folder beside the archive. `layer` names a member, by its
// name with or without ending, or a layer in the only one; `any` takes the first of several. Throws what Archive throws
// and base::Error(input_unreadable), keyword layer for several layers, empty or format for none.
Unpacked unpack_layer(const std::filesystem::path& archive, const std::string& layer, bool any,
                      std::vector<Warning>& warnings);

}  // namespace zaitu::io
