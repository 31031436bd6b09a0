// GDAL in the reading worker: only the driver that is wanted, no network, nothing beside the file.
#pragma once

#include <filesystem>
#include <string>

namespace zaitu::io {

// Settings, and what GDAL says becomes a warning of the worker; the folder of its copy of the source is taken out of
// it.
void lock_down_gdal(const std::filesystem::path& private_folder);
// The only driver that there is afterwards; by GDAL's short name.
void register_driver(const std::string& name);

}  // namespace zaitu::io
