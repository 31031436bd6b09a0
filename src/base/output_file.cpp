#include "base/output_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <vector>

#include "base/error.h"
#include "base/message.h"

namespace zaitu::base {

namespace {

std::string reason() { return std::strerror(errno); }

// FNV-1a, 64 bits (Fowler, Noll, Vo 1991), continued over pieces.
constexpr std::uint64_t first_checksum = 14695981039346656037ULL;
std::uint64_t checksum(std::uint64_t before, std::string_view bytes) {
  for (const char byte : bytes) before = (before ^ static_cast<unsigned char>(byte)) * 1099511628211ULL;
  return before;
}

}  // namespace

bool sync_to_disk(const std::filesystem::path& path) {
  const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (handle < 0) return false;
  const bool synced = ::fsync(handle) == 0;
  const int why = errno;
  ::close(handle);
  errno = why;
  return synced;
}

OutputFile::OutputFile(const std::filesystem::path& target) : m_target(target.string()), m_checksum(first_checksum) {
  std::error_code ignored;
  if (std::filesystem::is_directory(target, ignored)) fail(base::say("it is a folder"));
  std::filesystem::path folder = target.parent_path();
  if (folder.empty()) folder = ".";
  static std::atomic<unsigned> counter{0};
  for (int attempt = 0; attempt < 100; ++attempt) {
    m_temporary =
        (folder / fmt::format(".zaitu-{}-{}.tmp{}", ::getpid(), counter++, target.extension().string())).string();
    // Not mkstemp: the finished file shall have the permissions that the user's umask gives.
    const int file = ::open(m_temporary.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    if (file >= 0) {
      ::close(file);
      return;
    }
    if (errno != EEXIST) break;
  }
  const std::string why = reason();
  m_temporary.clear();
  fail(why);
}

OutputFile::~OutputFile() {
  if (!m_temporary.empty()) ::unlink(m_temporary.c_str());
}

void OutputFile::fail(const std::string& why) const {
  throw Error(ExitCode::output_failed,
              base::say("disk: {}: cannot be written ({}); choose another place with --out", m_target, why));
}

void OutputFile::write(std::string_view bytes) {
  const int file = ::open(m_temporary.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (file < 0) fail(reason());
  m_written += bytes.size();
  m_checksum = checksum(m_checksum, bytes);
  while (!bytes.empty()) {
    const ssize_t done = ::write(file, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) {
      const std::string why = reason();
      ::close(file);
      fail(why);
    }
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  if (::close(file) != 0) fail(reason());
}

void OutputFile::commit(const std::function<bool(std::string_view bytes)>& looks_whole) {
  check(looks_whole);
  put_in_place();
}

void OutputFile::check(const std::function<bool(std::string_view bytes)>& looks_whole) const {
  std::ifstream in(m_temporary, std::ios::binary);
  std::ostringstream content;
  content << in.rdbuf();
  if (!in || !looks_whole(content.str())) fail(base::say("what was written is not whole; is the disk full?"));
}

void OutputFile::commit_as_written() {
  {
    std::ifstream in(m_temporary, std::ios::binary);
    std::vector<char> piece(std::size_t{1} << 20);
    std::uint64_t size = 0, sum = first_checksum;
    while (in) {
      in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
      const auto got = static_cast<std::size_t>(in.gcount());
      size += got;
      sum = checksum(sum, {piece.data(), got});
    }
    if (!in.eof() || size != m_written || sum != m_checksum)
      fail(base::say("what was written is not whole; is the disk full?"));
  }
  put_in_place();
}

void OutputFile::put_in_place() {
  if (!sync_to_disk(m_temporary)) fail(reason());
  if (::rename(m_temporary.c_str(), m_target.c_str()) != 0) fail(reason());
  m_temporary.clear();
  std::filesystem::path folder = std::filesystem::path(m_target).parent_path();
  if (folder.empty()) folder = ".";
  // The new name is durable once its folder is; file systems that cannot sync a folder are left at that.
  sync_to_disk(folder);
}

}  // namespace zaitu::base
