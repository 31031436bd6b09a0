// What the process holds in memory, as the kernel counts it.
#pragma once

#include <cstddef>

namespace zaitu::ui {

struct MemoryUse {
  std::size_t resident_bytes = 0, peak_bytes = 0;  // 0: the system does not tell
};
MemoryUse memory_use();

}  // namespace zaitu::ui
