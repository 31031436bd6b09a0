// How a project is made durable on the disk it lies on.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace zaitu::store {

struct DiskPolicy {
  // On a network share or behind FUSE: no shared memory between machines, so no WAL; locks that may not hold, so one
  // writer only.
  bool shared = false;
  std::string kind;  // "nfs", "smb" ...; empty for a local disk
};

// By statfs()'s f_type (linux/magic.h and the drivers' own numbers). A type that is not known is a local disk.
DiskPolicy policy_of_type(std::uint64_t f_type);
// Of the disk that `file` or its folder lies on. ZAITU_DISK=shared says so where the system cannot know: a local disk
// that other machines use over the network; ZAITU_DISK=local trusts a share that one machine alone uses.
DiskPolicy policy_of(const std::filesystem::path& file);

}  // namespace zaitu::store
