#include <string_view>

#include "base/output_file.h"
#include "report/report.h"

namespace zaitu::report {

namespace {

// What a spreadsheet would run as a formula when it opens the file (OWASP "CSV injection").
bool looks_like_formula(std::string_view text) {
  return !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
}

void append_field(std::string& line, std::string_view text, bool guarded) {
  std::string field;
  if (guarded && looks_like_formula(text)) field += '\'';
  field += text;
  if (field.find_first_of(",\"\r\n") == std::string::npos && !field.starts_with('\t')) {
    line += field;
    return;
  }
  line += '"';
  for (const char c : field) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

}  // namespace

void write_csv(const Table& table, const std::string& file, base::Progress& progress) {
  base::OutputFile output(file);
  std::string bytes = "\xEF\xBB\xBF";
  const auto flush_from = [&](std::size_t size) {
    if (bytes.size() < size) return;
    output.write(bytes);
    bytes.clear();
  };
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    if (c > 0) bytes += ',';
    append_field(bytes, table.columns[c].title, true);
  }
  bytes += "\r\n";
  const auto add = [&](const std::vector<std::string>& row) {
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      if (c > 0) bytes += ',';
      if (c < row.size()) append_field(bytes, row[c], table.columns[c].kind != Table::Column::Kind::number);
    }
    bytes += "\r\n";
    flush_from(std::size_t{1} << 20);
  };
  for (const auto& row : table.rows) add(row);
  for (std::size_t row = 0; row < table.made_rows; ++row) {
    if (row % 4096 == 0) {
      progress.throw_if_stopped();
      progress.report(row, table.made_rows);
    }
    add(table.make_row(row));
  }
  // Every line has the same number of fields (RFC 4180), the notes too.
  const std::string rest(table.columns.empty() ? 0 : table.columns.size() - 1, ',');
  if (!table.notes.empty()) bytes += rest + "\r\n";
  for (const std::string& note : table.notes) {
    append_field(bytes, "# " + note, true);
    bytes += rest + "\r\n";
  }
  flush_from(0);
  output.commit_as_written();
}

}  // namespace zaitu::report
