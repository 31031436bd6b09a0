// The texts of schema/*.sql, put into the program by CMake.
#pragma once

#include <string_view>

namespace zaitu::store {

extern const std::string_view schema_001, schema_002, schema_003;

}  // namespace zaitu::store
