// Rows of a source, some thousand at a time, as they come from the reading worker: column by column in one block.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/source.h"

namespace zaitu::io {

// A block lies there as: number of rows (u32), their feature ids (i64 each); for each field of the header whether some
// cells hold nothing (u8), if so for each row whether it is one (u8), then the values: i64 or f64 each, or for text and
// dates the end of each text (u32) and all texts; with geometry the end of each WKB (u32) and all WKB. In the machine's
// own byte order, nothing aligned.
class RowBatch {
 public:
  RowBatch() = default;
  // Takes `bytes` of a worker's message. Every count and every offset is looked at here, once and for all, so that no
  // accessor can lead outside of the block, whatever the worker sent. Throws base::Error(input_unreadable).
  RowBatch(std::unique_ptr<char[]> block, std::size_t bytes, const SourceHeader& header);

  std::size_t size() const { return m_rows; }
  std::int64_t fid(std::size_t row) const { return at<std::int64_t>(m_fids, row); }
  SourceFieldType type(std::size_t field) const { return m_columns[field].type; }
  // Rows and fields that are there; the accessor that fits the field's type: text() for texts and dates.
  bool is_none(std::size_t field, std::size_t row) const {
    const char* const none = m_columns[field].none;
    return none != nullptr && none[row] != 0;
  }
  std::int64_t integer(std::size_t field, std::size_t row) const {
    return at<std::int64_t>(m_columns[field].values, row);
  }
  double real(std::size_t field, std::size_t row) const { return at<double>(m_columns[field].values, row); }
  std::string_view text(std::size_t field, std::size_t row) const {
    const auto [from, to] = ends(m_columns[field], row);
    return {m_columns[field].bytes + from, to - from};
  }
  std::span<const std::uint8_t> wkb(std::size_t row) const {  // empty: none
    if (m_geometry.values == nullptr) return {};
    const auto [from, to] = ends(m_geometry, row);
    return {reinterpret_cast<const std::uint8_t*>(m_geometry.bytes) + from, to - from};
  }
  std::size_t wkb_bytes() const { return m_geometry.values == nullptr ? 0 : ends(m_geometry, m_rows - 1).second; }
  SourceRow row(std::size_t row) const;

 private:
  struct Column {
    SourceFieldType type = SourceFieldType::text;
    const char* none = nullptr;    // nullptr: every row holds something
    const char* values = nullptr;  // of texts: their ends
    const char* bytes = nullptr;   // of texts
  };
  template <class Number>
  static Number at(const char* values, std::size_t row) {
    Number number;
    std::memcpy(&number, values + row * sizeof number, sizeof number);
    return number;
  }
  static std::pair<std::uint32_t, std::uint32_t> ends(const Column& column, std::size_t row) {
    return {row == 0 ? 0 : at<std::uint32_t>(column.values, row - 1), at<std::uint32_t>(column.values, row)};
  }

  std::unique_ptr<char[]> m_block;
  std::size_t m_rows = 0;
  const char* m_fids = nullptr;
  std::vector<Column> m_columns;
  Column m_geometry;
};

// Gathers rows for a block.
class RowBatchWriter {
 public:
  explicit RowBatchWriter(const SourceHeader& header);

  // A row: begin, the cells in the order of the fields, each of its field's type or none, then the end.
  void begin(std::int64_t fid);
  void none();
  void integer(std::int64_t value);
  void real(double value);
  void text(std::string_view value);
  void end(std::span<const std::uint8_t> wkb);
  void add(const SourceRow& row);

  std::size_t size() const { return m_fids.size(); }
  std::size_t bytes() const { return m_bytes; }  // about
  std::string take();                            // the block; then it is empty

 private:
  struct Column {
    SourceFieldType type = SourceFieldType::text;
    bool has_none = false;
    std::vector<char> none;
    std::vector<std::uint64_t> numbers;  // the bits of integers and reals
    std::vector<std::uint32_t> ends;
    std::string bytes;
  };
  Column& next(bool none);

  std::vector<Column> m_columns;
  Column m_geometry;
  bool m_has_geometry;
  std::vector<std::int64_t> m_fids;
  std::size_t m_next = 0, m_bytes = 0;
};

}  // namespace zaitu::io
