// SHA-256 (FIPS 180-4) of a file, about 200 MB/s; names the exact source of an import. Any thread.
#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <string_view>

namespace zaitu::io {

std::string sha256(std::string_view bytes);  // 64 hexadecimal digits
// Empty when the file cannot be read, and when `stop` becomes true meanwhile.
std::string sha256_of_file(const std::filesystem::path& file, const std::atomic<bool>* stop = nullptr);

}  // namespace zaitu::io
