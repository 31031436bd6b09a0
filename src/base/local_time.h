// Moments as the clock on the wall shows them, for people; what is stored is UTC. Any thread.
#pragma once

#include <ctime>
#include <string>

namespace zaitu::base {

// "2026-03-01 09:30" in the time zone of this machine.
std::string local_time(std::time_t moment);
// Of "2026-03-01T01:30:00Z"; the text itself when it is none.
std::string local_time(const std::string& utc);

}  // namespace zaitu::base
