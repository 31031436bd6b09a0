// The journal's texts: a row as a JSON object column -> SQL literal. Strict and on their own: what is read here is
// bound as a parameter, never put into SQL. Pure functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/project_file.h"

namespace zaitu::store {

// NULL, an integer, a real, 'text' or X'blob', exactly as the journal's triggers write them.
// Throws base::Error(project_unusable) quoting the text for anything else.
Value parse_literal(std::string_view literal);
// {"column":"literal",...}; nothing nested. Empty text gives no columns.
std::vector<std::pair<std::string, Value>> parse_row(std::string_view json);

}  // namespace zaitu::store
