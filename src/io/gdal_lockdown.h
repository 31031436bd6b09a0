// GDAL in the reading worker: only the driver that is wanted, no network, nothing beside the file.
#pragma once

#include <string>

namespace zaitu::io {

// Settings, and what GDAL says becomes a warning of the worker.
void lock_down_gdal();
// The only driver that there is afterwards; by GDAL's short name.
void register_driver(const std::string& name);

}  // namespace zaitu::io
