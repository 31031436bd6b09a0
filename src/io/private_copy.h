// A private copy of a named source and of the siblings that belong to it, in a temporary folder: readers may write
// beside what they read (indexes, journals), and a source may change while it is read. Removed when it is destroyed.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/progress.h"
#include "base/temporary_folder.h"

namespace zaitu::io {

class PrivateCopy {
 public:
  // Throws base::Error(input_unreadable): not there, no plain file, empty, of an unknown or forbidden format.
  // base::Cancelled when progress says stop; it tells of the bytes of a large source, of no known total.
  PrivateCopy(const std::filesystem::path& source, bool with_hash, base::Progress& progress);
  ~PrivateCopy();
  PrivateCopy(const PrivateCopy&) = delete;
  PrivateCopy& operator=(const PrivateCopy&) = delete;

  const std::filesystem::path& file() const { return m_file; }  // what the worker opens
  const std::string& driver() const { return m_driver; }        // short name of the GDAL driver for its ending
  std::uint64_t bytes() const { return m_bytes; }
  // Of the named file; empty for a folder and without hash. Waits until it is known.
  const std::string& sha256();

 private:
  std::optional<base::TemporaryFolder> m_folder;
  std::filesystem::path m_file;
  std::string m_driver, m_sha256;
  std::uint64_t m_bytes = 0;
  base::Progress& m_progress;
  std::atomic<bool> m_stop{false};
  std::thread m_hashing;  // of a file that no reader rewrites
  void copy_folder(const std::filesystem::path& source);
  void copy_files(const std::filesystem::path& source, const std::string& ending);
  void copy(const std::filesystem::path& from, const std::filesystem::path& to);
};

// The named file and then the siblings that belong to it, as they would be copied, sorted; empty for a folder and for
// what cannot be read.
std::vector<std::filesystem::path> files_of_source(const std::filesystem::path& source);

}  // namespace zaitu::io
