// SHA-256 (FIPS 180-4) of a file, about 200 MB/s; names the exact source of an import. Any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace zaitu::io {

std::string sha256(std::string_view bytes);  // 64 hexadecimal digits
// `go_on` is asked now and then, with the bytes taken so far. Empty when the file cannot be read, and when it says no.
std::string sha256_of_file(const std::filesystem::path& file, const std::function<bool(std::uint64_t)>& go_on);

}  // namespace zaitu::io
