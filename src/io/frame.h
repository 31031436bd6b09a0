// The messages between the reading worker and its parent: a type byte, a 32-bit length, and a payload of fixed little
// pieces; rows come as a block (io/row_batch.h). Reading is bounds-checked: what comes from the worker is as little
// trusted as the file it reads.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/source.h"

namespace zaitu::io {

enum class FrameType : std::uint8_t {
  header = 'H',
  rows = 'R',
  warning = 'W',
  progress = 'P',
  error = 'E',
  done = 'D'
};

inline constexpr std::size_t frame_head_bytes = 5;
inline constexpr std::size_t frame_limit_bytes = std::size_t{1} << 30;

class PayloadWriter {
 public:
  void u8(std::uint8_t value) { m_bytes.push_back(static_cast<char>(value)); }
  void u32(std::uint32_t value) { raw(&value, sizeof value); }
  void i64(std::int64_t value) { raw(&value, sizeof value); }
  void text(std::string_view value) {
    u32(static_cast<std::uint32_t>(value.size()));
    raw(value.data(), value.size());
  }
  const std::string& bytes() const { return m_bytes; }
  void clear() { m_bytes.clear(); }

 private:
  void raw(const void* from, std::size_t size) { m_bytes.append(static_cast<const char*>(from), size); }
  std::string m_bytes;
};

// Throws base::Error(input_unreadable) when a piece would reach beyond the payload.
class PayloadReader {
 public:
  explicit PayloadReader(std::span<const char> bytes) : m_bytes(bytes) {}
  std::uint8_t u8();
  std::uint32_t u32();
  std::int64_t i64();
  std::string text();
  // A count of things that take at least `least_bytes` each.
  std::uint32_t count(std::size_t least_bytes);
  bool at_end() const { return m_at == m_bytes.size(); }

 private:
  const char* take(std::size_t size);
  std::span<const char> m_bytes;
  std::size_t m_at = 0;
};

void write_header(PayloadWriter& to, const SourceHeader& header);
void write_warning(PayloadWriter& to, const Warning& warning);
SourceHeader read_header(std::span<const char> payload);
Warning read_warning(std::span<const char> payload);

}  // namespace zaitu::io
