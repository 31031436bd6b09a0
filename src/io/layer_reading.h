// A layer that GDAL has open, from its header to its last row, to the worker's outbox.
#pragma once

#include <ogrsf_frmts.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "io/encoding.h"
#include "io/read_worker.h"
#include "io/source.h"

namespace zaitu::io {

// The text of cells: decoded by the worker when the driver hands it over raw.
struct TextRule {
  std::optional<Decoder> decoder;  // nullopt: already UTF-8
  bool mixed = false;
  std::string encoding;
};

// What looks at the file before its driver found.
struct EarlierLooks {
  std::set<std::string> views;       // of a database
  std::vector<std::string> members;  // of an archive with several layers, and the one that is read
  std::string chosen;

  // As the archive calls it and the others.
  void name_layer(SourceHeader& header) const {
    if (members.empty()) return;
    header.layers = members;
    header.layer = chosen;
  }
};

// `header`: driver and encoding. `declared`: rows that the file was found to have; -1: the layer is asked. Only the
// header when no more is ordered. Throws base::Error; of a database also for damage anywhere in it.
void send_layer(GDALDataset& source, const WorkerOrder& order, const TextRule& rule, const EarlierLooks& looks,
                SourceHeader&& header, std::int64_t declared);

}  // namespace zaitu::io
