// Numbers in the order of bytes that dBase, shapefiles and programs of Microsoft's write.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace zaitu::io {

// Of `size` bytes, 8 at most; 0 where they do not lie within `bytes`: a record that is too short means nothing.
inline std::uint64_t little_endian(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  if (at > bytes.size() || size > bytes.size() - at) return 0;
  for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

}  // namespace zaitu::io
