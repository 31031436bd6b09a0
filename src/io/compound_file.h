// Files within a file, as programs of Microsoft's wrote them before 2007 ([MS-CFB]: Compound File Binary Format).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace zaitu::io {

class CompoundFile {
 public:
  // Reads it whole. `name`: of the file, for messages. Throws base::Error(input_unreadable), corrupt or too-large.
  CompoundFile(const std::filesystem::path& file, std::string name);
  bool has(const std::string& stream) const { return m_streams.contains(stream); }
  std::string read(const std::string& stream) const;  // of those that there are

 private:
  struct Stream {
    std::uint32_t start = 0;
    std::uint64_t size = 0;
  };
  std::uint64_t number_at(std::uint64_t at, std::size_t bytes) const;  // within the file
  std::string_view sector(std::uint32_t number) const;
  std::string chain(std::uint32_t start, std::uint64_t size) const;
  [[noreturn]] void corrupt() const;

  std::string m_name, m_bytes;
  std::uint32_t m_sector_bytes = 512, m_mini_bytes = 64;
  std::uint64_t m_mini_cutoff = 4096;
  std::vector<std::uint32_t> m_next, m_mini_next;  // of each sector the one after it
  std::string m_mini;                              // the sectors of small streams
  std::map<std::string, Stream> m_streams;         // by name, of ASCII
};

}  // namespace zaitu::io
