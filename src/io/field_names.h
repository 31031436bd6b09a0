// The titles of a source's columns as names that can be told apart: trimmed, on one line, of a length that can be
// shown, and different from each other also where case does not count (SQLite, mappings).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "io/source.h"

namespace zaitu::io {

// Longest name of a field or layer that is passed on, in characters.
inline constexpr std::size_t longest_name = 100;

// The text cut to longest_name characters, with an ellipsis where something was cut.
std::string cut_name(const std::string& name);
// `raw`: valid UTF-8, one for each column. What was changed is said: `field` for a name that was there before,
// `name` for one that was cut.
std::vector<std::string> field_names(const std::vector<std::string>& raw, const std::function<void(Warning&&)>& say);

}  // namespace zaitu::io
