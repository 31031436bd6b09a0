// SHA-256 (FIPS 180-4), about 200 MB/s; names the exact source of an import, an attached file, an entry of the journal.
// Any thread.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace zaitu::base {

// Of bytes that come piece by piece.
class Sha256 {
 public:
  Sha256();
  void add(std::string_view bytes);
  std::string finish();  // 64 hexadecimal digits; nothing may be added afterwards

 private:
  void compress();

  std::array<std::uint32_t, 8> m_state{};
  std::array<char, 64> m_block{};
  std::size_t m_filled = 0;
  std::uint64_t m_size = 0;
};

std::string sha256(std::string_view bytes);  // 64 hexadecimal digits
// `go_on` is asked now and then, with the bytes taken so far. Empty when the file cannot be read, and when it says no.
std::string sha256_of_file(const std::filesystem::path& file, const std::function<bool(std::uint64_t)>& go_on);

}  // namespace zaitu::base
