// What the reading worker says to its parent: frames (io/frame.h), gathered and written in large pieces. Of the
// worker's one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "io/frame.h"
#include "io/row_batch.h"
#include "io/source.h"

namespace zaitu::io {

class Outbox {
 public:
  // Rows wait until they make a block, or until something else is to be said after them.
  void send(FrameType type, const PayloadWriter& payload);
  void send(const Warning& warning);
  // The header at once; from here on rows may be added. A row is whole before anything else is sent.
  void begin(const SourceHeader& header);
  RowBatchWriter& rows() { return *m_rows; }
  // After each row; tells of the progress now and then.
  void count_row();
  std::int64_t counted() const { return m_counted; }
  void flush();
  // The last word: how many rows there were.
  void done();

 private:
  void put_head(FrameType type, std::size_t bytes);
  void send_rows();
  void write_pending();
  static void write_bytes(std::string_view bytes);

  std::string m_pending;
  std::optional<RowBatchWriter> m_rows;
  std::int64_t m_declared = -1, m_counted = 0;
  std::chrono::steady_clock::time_point m_last_sign = std::chrono::steady_clock::now();
};

Outbox& outbox();

}  // namespace zaitu::io
