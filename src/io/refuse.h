// Ends the reading of a source: base::Error(input_unreadable) with the one line given.
#pragma once

#include <string>

#include "base/error.h"

namespace zaitu::io {

[[noreturn]] inline void refuse(const std::string& message) {
  throw base::Error(base::ExitCode::input_unreadable, message);
}

}  // namespace zaitu::io
