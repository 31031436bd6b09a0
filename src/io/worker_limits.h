// What the reading worker may do at most: processor time, memory, descriptors, system calls. For its own process only.
#pragma once

namespace zaitu::io {

// Ends this process when `parent` has gone away, or goes away later. Limits that the system does not know are left out.
void limit_this_process(int cpu_seconds, int parent);

}  // namespace zaitu::io
