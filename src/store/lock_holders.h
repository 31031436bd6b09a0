// Who keeps a file locked on this machine.
#pragma once

#include <filesystem>
#include <string>

namespace zaitu::store {

// "held by sqlite3 (process 4711)", by the system's table of locks; "locked by another program" where that tells
// nothing (the other one is on another machine, or of another container). Opens nothing: closing a handle of the file
// would drop this process's own locks. Any thread.
std::string describe_lock_holders(const std::filesystem::path& file);

}  // namespace zaitu::store
