// What the program says to whom it works for: warnings, errors, findings, notes. A message is a whole sentence with
// places, written in English where it is said; that template is the key of its Chinese one in
// data/strings/messages_zh_CN.json, where the places may stand in another order ({1} ... {0}).
#pragma once

#include <fmt/core.h>

#include <string>

#include "base/format.h"

namespace zaitu::base {

// The language of what is said from now on, on every thread; English until it is set. A keyword in front of a message
// ("corrupt: ", "locked: ") is the same in both. Called by one thread at a time. Throws Error(input_unreadable)
// when the Chinese texts cannot be read, and leaves the language as it was.
void set_message_language(Language language);
Language message_language();

// The same with the values behind `args`. A Chinese template that does not fit them gives the English message.
std::string said(fmt::string_view english, fmt::format_args args);

// From any thread. A text that is stored is stored as it was said.
template <typename... Args>
std::string say(fmt::format_string<const Args&...> english, const Args&... args) {
  return said(english, fmt::make_format_args(args...));
}

}  // namespace zaitu::base
