#include "base/temporary_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <utility>

#include "base/error.h"
#include "base/message.h"
#include "base/paths.h"

namespace zaitu::base {

namespace fs = std::filesystem;

namespace {

constexpr std::time_t least_age = 60;  // seconds: between making a folder and locking it nobody shall take it for left

int open_folder(const fs::path& folder) {
  return ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

void remove_left_behind(std::string_view prefix, const fs::path& parent) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(parent, error)) {
    if (!entry.path().filename().string().starts_with(prefix)) continue;
    const int folder = open_folder(entry.path());
    if (folder < 0) continue;
    struct stat facts {};
    const bool is_left = ::fstat(folder, &facts) == 0 && facts.st_uid == ::geteuid() &&
                         std::time(nullptr) - facts.st_mtime >= least_age && ::flock(folder, LOCK_EX | LOCK_NB) == 0;
    if (is_left) fs::remove_all(entry.path(), error);
    ::close(folder);
  }
}

}  // namespace

TemporaryFolder::TemporaryFolder(std::string_view prefix, const fs::path& parent) {
  const fs::path place = parent.empty() ? temporary_dir() : parent;
  remove_left_behind(prefix, place);
  std::string pattern = (place / fmt::format("{}XXXXXX", prefix)).string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    const std::string reason = std::strerror(errno);
    throw Error(ExitCode::output_failed,
                parent.empty()
                    ? base::say("disk: cannot write into {}: {}; set TMPDIR", place.string(), reason)
                    : base::say("disk: cannot write into {}: {}; choose another folder", place.string(), reason));
  }
  m_path = pattern;
  m_lock = open_folder(m_path);
  if (m_lock >= 0) ::flock(m_lock, LOCK_EX | LOCK_NB);
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept
    : m_path(std::exchange(other.m_path, {})), m_lock(std::exchange(other.m_lock, -1)) {}

TemporaryFolder::~TemporaryFolder() {
  std::error_code error;
  if (!m_path.empty()) fs::remove_all(m_path, error);
  if (m_lock >= 0) ::close(m_lock);
}

}  // namespace zaitu::base
