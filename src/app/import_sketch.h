// What an import would look like, from a sample of the source: outlines where they would lie, and some of its texts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/commands.h"

namespace zaitu::app {

struct ImportSketch {
  std::vector<std::string> layers;                 // all of the source
  std::vector<std::string> texts;                  // some that are not plain ASCII, as decoded
  std::vector<std::vector<geom::Coord>> outlines;  // of some features, thinned, in the project's CRS
  geom::Envelope extent;                           // of those
  std::optional<geom::Coord> lon_lat;              // degrees, of its middle; none: strays make it lie nowhere
};

// About `corners` of the ring's vertices, with its first and last: for a picture of a few hundred pixels.
std::vector<geom::Coord> thinned(geom::Ring ring, std::size_t corners);

// `result`: of the dry run with these options. Throws as io::read_source.
ImportSketch sketch_of(const ImportOptions& options, const ImportResult& result, const model::Project& project,
                       base::Progress& progress);

// The layers of a source that is not read yet, because one of them is to be chosen; none when it cannot be read.
std::vector<std::string> layers_of_source(const ImportOptions& options);

}  // namespace zaitu::app
