#include "io/worker_outbox.h"

#include <unistd.h>

#include <cerrno>

#include "io/read_worker.h"

namespace zaitu::io {

void Outbox::send(FrameType type, const PayloadWriter& payload) {
  send_rows();
  put_head(type, payload.bytes().size());
  m_pending += payload.bytes();
  if (m_pending.size() > (1u << 16)) flush();
}

void Outbox::send(const Warning& warning) {
  PayloadWriter payload;
  write_warning(payload, warning);
  send(FrameType::warning, payload);
}

void Outbox::begin(const SourceHeader& header) {
  PayloadWriter payload;
  write_header(payload, header);
  send(FrameType::header, payload);
  flush();
  m_declared = header.declared_rows;
  m_rows.emplace(header);
}

void Outbox::count_row() {
  ++m_counted;
  // Of as many features is a chunk of geometry that a table can take over as it is.
  constexpr std::size_t rows_in_block = 4096;
  constexpr std::size_t bytes_in_block = std::size_t{4} << 20;
  if (m_rows->size() == rows_in_block || m_rows->bytes() >= bytes_in_block) send_rows();
  constexpr std::int64_t often = 64;
  if (m_counted % often != 0) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - m_last_sign <= std::chrono::milliseconds(100)) return;
  m_last_sign = now;
  PayloadWriter payload;
  payload.i64(m_counted);
  payload.i64(m_declared);
  // Said at once, without regard to the rows that wait.
  put_head(FrameType::progress, payload.bytes().size());
  m_pending += payload.bytes();
  write_pending();
}

void Outbox::flush() {
  send_rows();
  write_pending();
}

void Outbox::done() {
  PayloadWriter payload;
  payload.i64(m_counted);
  send(FrameType::done, payload);
  flush();
}

void Outbox::put_head(FrameType type, std::size_t bytes) {
  m_pending.push_back(static_cast<char>(type));
  const auto size = static_cast<std::uint32_t>(bytes);
  m_pending.append(reinterpret_cast<const char*>(&size), sizeof size);
}

void Outbox::send_rows() {
  if (!m_rows || m_rows->size() == 0) return;
  const std::string block = m_rows->take();
  put_head(FrameType::rows, block.size());
  write_pending();
  write_bytes(block);
}

void Outbox::write_pending() {
  write_bytes(m_pending);
  m_pending.clear();
}

void Outbox::write_bytes(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(worker_pipe, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) _exit(1);  // nobody listens any more
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
}

Outbox& outbox() {
  static Outbox box;
  return box;
}

}  // namespace zaitu::io
