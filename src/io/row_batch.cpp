#include "io/row_batch.h"

#include <bit>

#include "base/message.h"
#include "io/refuse.h"

namespace zaitu::io {

namespace {

[[noreturn]] void broken() { refuse(base::say("format: the reader sent a broken message")); }

bool is_number(SourceFieldType type) { return type == SourceFieldType::integer || type == SourceFieldType::real; }

}  // namespace

RowBatch::RowBatch(std::unique_ptr<char[]> block, std::size_t bytes, const SourceHeader& header)
    : m_block(std::move(block)) {
  std::size_t left = bytes;
  const char* next = m_block.get();
  const auto take = [&](std::size_t count, std::size_t each) {
    if (count > left / each) broken();
    const char* const from = next;
    next += count * each;
    left -= count * each;
    return from;
  };
  const auto take_texts = [&](Column& column) {
    column.values = take(m_rows, sizeof(std::uint32_t));
    std::uint32_t end = 0;
    for (std::size_t row = 0; row < m_rows; ++row) {
      const auto this_end = at<std::uint32_t>(column.values, row);
      if (this_end < end) broken();
      end = this_end;
    }
    column.bytes = take(end, 1);
  };
  m_rows = at<std::uint32_t>(take(1, sizeof(std::uint32_t)), 0);
  if (m_rows == 0) broken();
  m_fids = take(m_rows, sizeof(std::int64_t));
  m_columns.reserve(header.fields.size());
  for (const SourceField& field : header.fields) {
    Column column;
    column.type = field.type;
    if (*take(1, 1) != 0) column.none = take(m_rows, 1);
    if (is_number(field.type)) {
      column.values = take(m_rows, sizeof(std::int64_t));
    } else {
      take_texts(column);
    }
    m_columns.push_back(column);
  }
  if (header.has_geometry) take_texts(m_geometry);
  if (left != 0) broken();
}

SourceRow RowBatch::row(std::size_t row) const {
  SourceRow made;
  made.fid = fid(row);
  made.values.resize(m_columns.size());
  for (std::size_t field = 0; field < m_columns.size(); ++field) {
    if (is_none(field, row)) continue;
    switch (type(field)) {
      case SourceFieldType::integer:
        made.values[field] = integer(field, row);
        break;
      case SourceFieldType::real:
        made.values[field] = real(field, row);
        break;
      default:
        made.values[field].emplace<std::string>(text(field, row));
    }
  }
  const std::span<const std::uint8_t> bytes = wkb(row);
  made.wkb.assign(bytes.begin(), bytes.end());
  return made;
}

RowBatchWriter::RowBatchWriter(const SourceHeader& header) : m_has_geometry(header.has_geometry) {
  m_columns.resize(header.fields.size());
  for (std::size_t field = 0; field < m_columns.size(); ++field) m_columns[field].type = header.fields[field].type;
}

void RowBatchWriter::begin(std::int64_t fid) {
  m_fids.push_back(fid);
  m_next = 0;
  m_bytes += sizeof fid;
}

RowBatchWriter::Column& RowBatchWriter::next(bool none) {
  Column& column = m_columns[m_next++];
  column.none.push_back(none ? 1 : 0);
  column.has_none = column.has_none || none;
  return column;
}

void RowBatchWriter::none() {
  Column& column = next(true);
  if (is_number(column.type)) {
    column.numbers.push_back(0);
  } else {
    column.ends.push_back(static_cast<std::uint32_t>(column.bytes.size()));
  }
}

void RowBatchWriter::integer(std::int64_t value) { next(false).numbers.push_back(static_cast<std::uint64_t>(value)); }
void RowBatchWriter::real(double value) { next(false).numbers.push_back(std::bit_cast<std::uint64_t>(value)); }

void RowBatchWriter::text(std::string_view value) {
  Column& column = next(false);
  column.bytes += value;
  column.ends.push_back(static_cast<std::uint32_t>(column.bytes.size()));
  m_bytes += value.size();
}

void RowBatchWriter::end(std::span<const std::uint8_t> wkb) {
  m_bytes += wkb.size() + 8 * m_columns.size();
  if (!m_has_geometry) return;
  m_geometry.bytes.append(reinterpret_cast<const char*>(wkb.data()), wkb.size());
  m_geometry.ends.push_back(static_cast<std::uint32_t>(m_geometry.bytes.size()));
}

void RowBatchWriter::add(const SourceRow& row) {
  begin(row.fid);
  for (const SourceValue& value : row.values) {
    if (const auto* whole = std::get_if<std::int64_t>(&value)) {
      integer(*whole);
    } else if (const auto* number = std::get_if<double>(&value)) {
      real(*number);
    } else if (const auto* words = std::get_if<std::string>(&value)) {
      text(*words);
    } else {
      none();
    }
  }
  end(row.wkb);
}

std::string RowBatchWriter::take() {
  std::string block;
  block.reserve(m_bytes + 16 * m_fids.size() + 64);
  const auto put = [&](const void* from, std::size_t bytes) { block.append(static_cast<const char*>(from), bytes); };
  const auto put_texts = [&](Column& column) {
    put(column.ends.data(), column.ends.size() * sizeof(std::uint32_t));
    block += column.bytes;
    column.ends.clear();
    column.bytes.clear();
  };
  const auto rows = static_cast<std::uint32_t>(m_fids.size());
  put(&rows, sizeof rows);
  put(m_fids.data(), m_fids.size() * sizeof(std::int64_t));
  for (Column& column : m_columns) {
    block.push_back(column.has_none ? 1 : 0);
    if (column.has_none) put(column.none.data(), column.none.size());
    if (is_number(column.type)) {
      put(column.numbers.data(), column.numbers.size() * sizeof(std::uint64_t));
    } else {
      put_texts(column);
    }
    column.none.clear();
    column.has_none = false;
    column.numbers.clear();
  }
  if (m_has_geometry) put_texts(m_geometry);
  m_fids.clear();
  m_bytes = 0;
  return block;
}

}  // namespace zaitu::io
