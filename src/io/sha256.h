// SHA-256 (FIPS 180-4) of a file, about 200 MB/s; names the exact source of an import. Any thread.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace zaitu::io {

std::string sha256(std::string_view bytes);                     // 64 hexadecimal digits
std::string sha256_of_file(const std::filesystem::path& file);  // throws base::Error(input_unreadable)

}  // namespace zaitu::io
