#include "io/text_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "base/utf8.h"
#include "io/encoding.h"

namespace zaitu::io {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t text_limit_bytes = std::uintmax_t{600} << 20;
constexpr std::size_t warning_limit = 50;

std::string read_all(const fs::path& file) {
  std::error_code error;
  const std::uintmax_t size = fs::file_size(file, error);
  if (size > text_limit_bytes) {
    throw base::Error(base::ExitCode::input_unreadable,
                      fmt::format("too-large: {} has {} MB of text; the limit is {} MB", file.filename().string(),
                                  size >> 20, text_limit_bytes >> 20));
  }
  std::ifstream in(file, std::ios::binary);
  std::string text(size, '\0');
  in.read(text.data(), static_cast<std::streamsize>(size));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

void write_all(const fs::path& file, std::string_view text) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  out.close();
  if (!out) throw base::Error(base::ExitCode::input_unreadable, "disk: the temporary folder is full; set TMPDIR");
}

template <class Visit>
void for_each_line(std::string_view text, Visit visit) {
  std::size_t number = 1;
  for (std::size_t at = 0; at < text.size(); ++number) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1);
    visit(text.substr(at, end + 1 - at), number);
    at = end + 1;
  }
}

std::string decode_utf16(std::string_view text, bool little) {
  std::string utf8;
  if (Decoder(little ? "UTF-16LE" : "UTF-16BE")(text, utf8) != Decoded::whole) {
    throw base::Error(base::ExitCode::input_unreadable,
                      "encoding: the text is marked as UTF-16 and is not; save it as UTF-8");
  }
  return utf8;
}

}  // namespace

Decision rewrite_as_utf8(const std::vector<fs::path>& files, const std::string& given, const std::string& declared,
                         const std::string& where, std::vector<Warning>& warnings) {
  EncodingSurvey survey;
  std::vector<std::string> texts;
  Decision marked;
  for (const fs::path& file : files) {
    std::string text = read_all(file);
    if (text.starts_with("\xEF\xBB\xBF")) {
      text.erase(0, 3);
      marked = {"UTF-8", "from its byte order mark"};
    } else if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
      const bool little = text[0] == '\xFF';
      text = decode_utf16(std::string_view(text).substr(2), little);
      marked = {"UTF-16", "from its byte order mark"};
    }
    for_each_line(text, [&](std::string_view line, std::size_t) { survey.see(line, false); });
    texts.push_back(std::move(text));
  }
  Decision decision;
  if (!marked.value.empty() && given.empty()) {
    decision = survey.decide("", "UTF-8", "its byte order mark", warnings);
    if (decision.value == "UTF-8") decision = marked;
  } else {
    decision = survey.decide(given, declared, where, warnings);
  }
  const bool mixed = decision.how.starts_with("mixed");
  const Decoder decoder(decision.value == "UTF-16" ? "UTF-8" : decision.value);
  for (std::size_t i = 0; i < files.size(); ++i) {
    std::string utf8;
    std::string decoded;
    utf8.reserve(texts[i].size() + texts[i].size() / 2);
    const std::string name = files[i].filename().string();
    for_each_line(texts[i], [&](std::string_view line, std::size_t number) {
      if (mixed && base::is_valid_utf8(line)) {
        utf8 += line;
        return;
      }
      if (decoder(line, decoded) == Decoded::broken && warnings.size() < warning_limit) {
        warnings.push_back(
            {fmt::format("line {}", number), "", "encoding",
             fmt::format("{} line {}: bytes that are not {} became \xEF\xBF\xBD", name, number, decision.value)});
      }
      utf8 += decoded;
    });
    write_all(files[i], utf8);
  }
  return decision;
}

std::int64_t check_csv(const fs::path& file, std::vector<Warning>& warnings) {
  const std::string text = read_all(file);
  const std::string_view first = std::string_view(text).substr(0, text.find('\n'));
  char delimiter = ',';
  std::ptrdiff_t best = 0;
  for (char candidate : {',', ';', '\t', '|'}) {
    bool quoted = false;
    std::ptrdiff_t count = 0;
    for (char c : first) {
      if (c == '"') quoted = !quoted;
      if (c == candidate && !quoted) ++count;
    }
    if (count > best) best = count, delimiter = candidate;
  }
  std::int64_t records = -1;  // the header is none
  std::size_t line = 1;
  std::size_t record_line = 1;
  std::size_t fields = 1;
  std::size_t header_fields = 0;
  std::size_t listed = 0;
  bool quoted = false;
  bool blank = true;
  const auto end_record = [&] {
    if (!blank) {
      ++records;
      if (records == 0) {
        header_fields = fields;
      } else if (fields != header_fields && ++listed <= warning_limit) {
        warnings.push_back(
            {fmt::format("{}", records), "", "column",
             fmt::format("line {} has {} columns, the header has {}: {}", record_line, fields, header_fields,
                         fields < header_fields ? "the missing ones are empty" : "the surplus is left out")});
      }
    }
    fields = 1;
    blank = true;
    record_line = line + 1;
  };
  for (char c : text) {
    if (c == '\n') {
      if (!quoted) end_record();
      ++line;
      continue;
    }
    if (c != '\r') blank = false;
    if (c == '"') quoted = !quoted;
    if (c == delimiter && !quoted) ++fields;
  }
  if (quoted) {
    throw base::Error(
        base::ExitCode::input_unreadable,
        fmt::format("quote: {}: a quote opened in the record at line {} is never closed: all rows after it "
                    "would be lost; close it",
                    file.filename().string(), record_line));
  }
  end_record();
  return std::max<std::int64_t>(records, 0);
}

std::string declared_encoding_of_mif(const fs::path& file) {
  const std::string text = read_all(file).substr(0, 2000);
  const std::string lower = base::ascii_lower(text);
  if (lower.find("\"windowssimpchinese\"") != std::string::npos) return "GB18030";
  if (lower.find("\"windowstradchinese\"") != std::string::npos) return "BIG5";
  if (lower.find("\"utf-8\"") != std::string::npos) return "UTF-8";
  if (lower.find("\"windowslatin1\"") != std::string::npos) return "CP1252";
  return "";
}

void set_mif_charset_neutral(const fs::path& file) {
  std::string text = read_all(file);
  const std::size_t at = base::ascii_lower(text.substr(0, 2000)).find("charset");
  if (at == std::string::npos) return;
  const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
  text.replace(at, end - at, "Charset \"Neutral\"");
  write_all(file, text);
}

std::string declared_encoding_of_dxf(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string head(20000, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(in.gcount()));
  const std::size_t at = head.find("ANSI_");
  if (at == std::string::npos) return "";
  return encoding_of_cpg("cp" + head.substr(at + 5, head.find_first_of("\r\n ", at) - at - 5));
}

}  // namespace zaitu::io
