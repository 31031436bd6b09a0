#include "ui/memory_use.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>

namespace zaitu::ui {

MemoryUse memory_use() {
  MemoryUse use;
  if (std::FILE* file = std::fopen("/proc/self/statm", "r"); file != nullptr) {
    unsigned long size = 0, resident = 0;
    if (std::fscanf(file, "%lu %lu", &size, &resident) == 2) {
      use.resident_bytes = resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    }
    std::fclose(file);
  }
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) == 0) use.peak_bytes = static_cast<std::size_t>(usage.ru_maxrss) * 1024;
  return use;
}

}  // namespace zaitu::ui
