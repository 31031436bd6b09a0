#include "store/disk_policy.h"

#include <sys/statfs.h>

#include <cstdlib>
#include <string_view>

namespace zaitu::store {

DiskPolicy policy_of_type(std::uint64_t f_type) {
  switch (f_type) {
    case 0x6969:
      return {true, "nfs"};
    case 0x517B:      // smbfs
    case 0xFF534D42:  // cifs
    case 0xFE534D42:  // smb2 and later
      return {true, "smb"};
    case 0x01021997:
      return {true, "9p"};
    case 0x65735546:
      return {true, "fuse"};
    case 0x5346414F:  // two numbers for one file system
    case 0x6B414653:
      return {true, "afs"};
    case 0x00C36400:
      return {true, "ceph"};
    case 0x0BD00BD0:
      return {true, "lustre"};
    case 0x73757245:
      return {true, "coda"};
    case 0x786F4256:
      return {true, "vboxsf"};
    default:
      return {};
  }
}

DiskPolicy policy_of(const std::filesystem::path& file) {
  if (const char* told = std::getenv("ZAITU_DISK"); told != nullptr) {
    if (std::string_view(told) == "shared") return {true, "ZAITU_DISK=shared"};
    if (std::string_view(told) == "local") return {};
  }
  struct statfs facts {};
  const std::filesystem::path folder = std::filesystem::absolute(file).parent_path();
  if (::statfs(file.c_str(), &facts) != 0 && ::statfs(folder.c_str(), &facts) != 0) return {};
  // f_type is signed and of various widths: the numbers are of 32 bits.
  return policy_of_type(static_cast<std::uint32_t>(facts.f_type));
}

}  // namespace zaitu::store
