// A finished output appears at once or not at all: bytes go to a temporary file beside the target, are checked and made
// durable, and take the target's name last. Any thread; one fsync for the file and one for its folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace zaitu::base {

// Brings a file's content, or a folder's names, onto the disk; false with errno set when that fails.
bool sync_to_disk(const std::filesystem::path& path);

// A file that is removed when it is destroyed without commit().
class OutputFile {
 public:
  // Throws Error(output_failed) when the target's folder is missing or not writable, or the target is a folder.
  explicit OutputFile(const std::filesystem::path& target);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  // For libraries that write by name, with the target's ending; empty file until then.
  const std::string& temporary_path() const { return m_temporary; }
  const std::string& target() const { return m_target; }
  void write(std::string_view bytes);  // after what was written before
  // `looks_whole` judges the bytes as they are on disk; false is a failure.
  void commit(const std::function<bool(std::string_view bytes)>& looks_whole);
  // When what is on disk is what write() was given. For files too large to hold in memory.
  void commit_as_written();
  // The two halves of commit(), for several files that appear together: all are checked before the first appears.
  void check(const std::function<bool(std::string_view bytes)>& looks_whole) const;
  void put_in_place();

 private:
  [[noreturn]] void fail(const std::string& why) const;
  std::string m_target, m_temporary;
  std::uint64_t m_written = 0, m_checksum;  // of the bytes of write()
};

}  // namespace zaitu::base
