// UTF-8 helpers; every text inside the program is valid UTF-8. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace zaitu::base {

// Strict: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_valid_utf8(std::string_view text);
// Decodes one code point at `position` and moves past it; U+FFFD and one byte on for a broken sequence.
char32_t next_code_point(std::string_view text, std::size_t& position);
void append_utf8(std::string& text, char32_t code_point);
// Cuts white space at both ends, the ideographic space U+3000 and the no-break space too.
std::string_view trim(std::string_view text);
// ASCII letters to lower case, the rest as it is.
std::string ascii_lower(std::string_view text);
// The full-width forms U+FF01..U+FF5E become ASCII, U+3000 becomes a space.
std::string half_width(std::string_view text);

}  // namespace zaitu::base
