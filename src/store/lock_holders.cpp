#include "store/lock_holders.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <fstream>
#include <set>
#include <sstream>

#include "base/message.h"
#include "store/sqlite.h"

namespace zaitu::store {

namespace fs = std::filesystem;

namespace {

// As /proc/locks names a file: "08:01:1311" (devices in hexadecimal, then the inode).
std::string lock_name(const fs::path& file) {
  struct stat facts {};
  if (::stat(file.c_str(), &facts) != 0) return {};
  return fmt::format("{:02x}:{:02x}:{}", major(facts.st_dev), minor(facts.st_dev), facts.st_ino);
}

std::string process_name(long pid) {
  std::ifstream stream(fmt::format("/proc/{}/comm", pid));
  std::string name;
  std::getline(stream, name);
  return name.empty() ? base::say("a program") : name;
}

}  // namespace

std::string describe_lock_holders(const fs::path& file) {
  std::set<std::string> names;
  for (const char* suffix : {"", "-shm", "-journal"}) names.insert(lock_name(beside(file, suffix)));
  names.erase("");
  std::set<long> holders;
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    // "3: POSIX  ADVISORY  WRITE 4711 08:01:1311 1073741824 1073742335"
    std::istringstream words(line);
    std::string number, kind, manner, access, name;
    long pid = 0;
    if (!(words >> number >> kind >> manner >> access >> pid >> name)) continue;
    if (access == "WRITE" && pid > 0 && pid != ::getpid() && names.contains(name)) holders.insert(pid);
  }
  std::string text;
  for (const long pid : holders) {
    text += (text.empty() ? "" : ", ") + base::say("{} (process {})", process_name(pid), pid);
  }
  return text.empty() ? base::say("locked by another program") : base::say("held by {}", text);
}

}  // namespace zaitu::store
