#include "io/frame.h"

#include "base/message.h"

namespace zaitu::io {

namespace {

template <class Number>
Number number_at(const char* from) {
  Number value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

void write_decision(PayloadWriter& to, const Decision& decision) {
  to.text(decision.value);
  to.text(decision.how);
}

Decision read_decision(PayloadReader& from) {
  Decision decision;
  decision.value = from.text();
  decision.how = from.text();
  return decision;
}

void write_texts(PayloadWriter& to, const std::vector<std::string>& texts) {
  to.u32(static_cast<std::uint32_t>(texts.size()));
  for (const std::string& text : texts) to.text(text);
}

std::vector<std::string> read_texts(PayloadReader& from) {
  std::vector<std::string> texts(from.count(4));
  for (std::string& text : texts) text = from.text();
  return texts;
}

void write_table(PayloadWriter& to, const TableView& table) {
  to.i64(table.header_first);
  to.i64(table.header_last);
  to.i64(table.skipped);
  to.i64(table.rows_before);
  write_texts(to, table.notes);
  to.u32(static_cast<std::uint32_t>(table.first_rows.size()));
  for (const TableRow& row : table.first_rows) {
    to.i64(row.number);
    to.u8(row.hidden ? 1 : 0);
    write_texts(to, row.cells);
  }
}

TableView read_table(PayloadReader& from, std::size_t fields) {
  TableView table;
  table.header_first = from.i64();
  table.header_last = from.i64();
  table.skipped = from.i64();
  table.rows_before = from.i64();
  table.notes = read_texts(from);
  table.first_rows.resize(from.count(13));
  for (TableRow& row : table.first_rows) {
    row.number = from.i64();
    row.hidden = from.u8() != 0;
    row.cells = read_texts(from);
    row.cells.resize(fields);
  }
  return table;
}

}  // namespace

const char* PayloadReader::take(std::size_t size) {
  if (size > m_bytes.size() - m_at) {
    throw base::Error(base::ExitCode::input_unreadable, base::say("format: the reader sent a broken message"));
  }
  const char* from = m_bytes.data() + m_at;
  m_at += size;
  return from;
}

std::uint8_t PayloadReader::u8() { return static_cast<std::uint8_t>(*take(1)); }
std::uint32_t PayloadReader::u32() { return number_at<std::uint32_t>(take(4)); }
std::int64_t PayloadReader::i64() { return number_at<std::int64_t>(take(8)); }
std::string PayloadReader::text() {
  const std::uint32_t size = u32();
  return std::string(take(size), size);
}
std::uint32_t PayloadReader::count(std::size_t least_bytes) {
  const std::uint32_t value = u32();
  if (value > (m_bytes.size() - m_at) / least_bytes) {
    throw base::Error(base::ExitCode::input_unreadable, base::say("format: the reader sent a broken message"));
  }
  return value;
}

void write_header(PayloadWriter& to, const SourceHeader& header) {
  to.text(header.driver);
  to.text(header.layer);
  to.u32(static_cast<std::uint32_t>(header.layers.size()));
  for (const std::string& layer : header.layers) to.text(layer);
  to.u32(static_cast<std::uint32_t>(header.fields.size()));
  for (const SourceField& field : header.fields) {
    to.text(field.name);
    to.u8(static_cast<std::uint8_t>(field.type));
  }
  to.u8(header.has_geometry ? 1 : 0);
  to.i64(header.declared_rows);
  to.i64(header.set_aside);
  write_decision(to, header.crs);
  write_decision(to, header.encoding);
  to.text(header.crs_definition);
  write_table(to, header.table);
}

SourceHeader read_header(std::span<const char> payload) {
  PayloadReader from(payload);
  SourceHeader header;
  header.driver = from.text();
  header.layer = from.text();
  const std::uint32_t layers = from.count(4);
  for (std::uint32_t i = 0; i < layers; ++i) header.layers.push_back(from.text());
  const std::uint32_t fields = from.count(5);
  for (std::uint32_t i = 0; i < fields; ++i) {
    SourceField field;
    field.name = from.text();
    const std::uint8_t type = from.u8();
    field.type = type <= static_cast<std::uint8_t>(SourceFieldType::date) ? static_cast<SourceFieldType>(type)
                                                                          : SourceFieldType::text;
    header.fields.push_back(std::move(field));
  }
  header.has_geometry = from.u8() != 0;
  header.declared_rows = from.i64();
  header.set_aside = from.i64();
  header.crs = read_decision(from);
  header.encoding = read_decision(from);
  header.crs_definition = from.text();
  header.table = read_table(from, header.fields.size());
  return header;
}

void write_warning(PayloadWriter& to, const Warning& warning) {
  to.text(warning.feature);
  to.text(warning.field);
  to.text(warning.code);
  to.text(warning.message);
}

Warning read_warning(std::span<const char> payload) {
  PayloadReader from(payload);
  Warning warning;
  warning.feature = from.text();
  warning.field = from.text();
  warning.code = from.text();
  warning.message = from.text();
  return warning;
}

}  // namespace zaitu::io
