// The text of schema/001.sql, put into the program by CMake.
#pragma once

#include <string_view>

namespace zaitu::store {

extern const std::string_view schema_001;

}  // namespace zaitu::store
