// A folder for files that go away again: what the program reads in private, evidence that another program shows, an
// output that is not finished.
#pragma once

#include <filesystem>
#include <string_view>

namespace zaitu::base {

// Only this user can look into it; removed with its content when it is destroyed. What a program that was killed has
// left behind goes when the next one with the same prefix is made in the same place. Any thread.
class TemporaryFolder {
 public:
  // Throws Error(output_failed) when it cannot be made in `parent`, the usual place when that is empty.
  explicit TemporaryFolder(std::string_view prefix, const std::filesystem::path& parent = {});
  ~TemporaryFolder();
  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;

  const std::filesystem::path& path() const { return m_path; }

 private:
  std::filesystem::path m_path;
  int m_lock = -1;  // a descriptor with a lock on the folder: the kernel lets it go with the process, however it ends
};

}  // namespace zaitu::base
