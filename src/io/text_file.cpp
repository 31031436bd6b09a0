#include "io/text_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <optional>

#include "base/message.h"
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
                      base::say("too-large: {} has {} MB of text; the limit is {} MB", file.filename().string(),
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
  if (!out)
    throw base::Error(base::ExitCode::input_unreadable, base::say("disk: the temporary folder is full; set TMPDIR"));
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

// UTF-16 without a mark: a text of which every other byte is 0, as digits, delimiters and line ends are; nullopt: none.
std::optional<bool> looks_like_utf16(std::string_view text) {
  const std::size_t looked_at = std::min<std::size_t>(text.size(), 4000) / 2 * 2;
  if (looked_at < 8) return std::nullopt;
  std::size_t zeros[2] = {0, 0};
  for (std::size_t i = 0; i < looked_at; ++i) zeros[i % 2] += text[i] == '\0' ? 1U : 0U;
  if (zeros[0] == 0 && 8 * zeros[1] > looked_at) return true;
  if (zeros[1] == 0 && 8 * zeros[0] > looked_at) return false;
  return std::nullopt;
}

std::string decode_utf16(std::string_view text, bool little) {
  std::string utf8;
  if (Decoder(little ? "UTF-16LE" : "UTF-16BE")(text, utf8) != Decoded::whole) {
    throw base::Error(base::ExitCode::input_unreadable,
                      base::say("encoding: the text is marked as UTF-16 and is not; save it as UTF-8"));
  }
  return utf8;
}

// Where the last character of a piece begins that the next piece has the rest of; the piece's size: there is none.
std::size_t begin_of_cut_character(std::string_view piece) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(3, piece.size()); ++back) {
    const auto byte = static_cast<unsigned char>(piece[piece.size() - back]);
    if ((byte & 0xC0U) == 0x80U) continue;
    const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    return length > back ? piece.size() - back : piece.size();
  }
  return piece.size();
}

bool is_utf8_file(const fs::path& file) {
  constexpr std::size_t piece_bytes = std::size_t{1} << 20;
  std::ifstream in(file, std::ios::binary);
  std::string text;
  std::string block(piece_bytes, '\0');
  while (in) {
    in.read(block.data(), static_cast<std::streamsize>(block.size()));
    text.append(block, 0, static_cast<std::size_t>(in.gcount()));
    const std::size_t whole = in ? begin_of_cut_character(text) : text.size();
    if (!base::is_valid_utf8(std::string_view(text).substr(0, whole))) return false;
    text.erase(0, whole);
  }
  return true;
}

bool is_marked_utf16(std::string_view head) { return head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF"); }

// Where the name of the encoding stands in an XML declaration, and its size; 0: there is none.
std::pair<std::size_t, std::size_t> declared_in_xml(std::string_view text) {
  const std::size_t end = text.find("?>");
  const std::size_t at = text.find("encoding");
  if (text.find("<?xml") == text.npos || end == text.npos || at == text.npos || at > end) return {0, 0};
  const std::size_t open = text.find_first_of("\"'", at);
  if (open == text.npos || open > end) return {0, 0};
  const std::size_t close = text.find(text[open], open + 1);
  if (close == text.npos || close > end) return {0, 0};
  return {open + 1, close - open - 1};
}

// The texts of files of one source, in one encoding, as UTF-8.
struct DecodedTexts {
  Decision decision;
  std::vector<std::string> texts;
};

DecodedTexts decode(const std::vector<fs::path>& files, const std::string& given, const std::string& declared,
                    const std::string& where, std::vector<Warning>& warnings) {
  EncodingSurvey survey;
  DecodedTexts decoded_texts;
  std::vector<std::string>& texts = decoded_texts.texts;
  Decision marked;
  for (const fs::path& file : files) {
    std::string text = read_all(file);
    if (text.starts_with("\xEF\xBB\xBF")) {
      text.erase(0, 3);
      marked = {"UTF-8", base::say("from its byte order mark")};
    } else if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
      const bool little = text[0] == '\xFF';
      text = decode_utf16(std::string_view(text).substr(2), little);
      marked = {"UTF-16", base::say("from its byte order mark")};
      warnings.push_back(
          {"", "", "encoding", base::say("the text is UTF-16, as its byte order mark says, and was read as that")});
    } else if (const auto little = looks_like_utf16(text)) {
      text = decode_utf16(text, *little);
      marked = {"UTF-16", base::say("detected: every other byte of its first ones is 0")};
      warnings.push_back({"", "", "encoding", base::say("the text is UTF-16 without a byte order mark")});
    }
    for_each_line(text, [&](std::string_view line, std::size_t) { survey.see(line, false); });
    texts.push_back(std::move(text));
  }
  Decision& decision = decoded_texts.decision;
  if (!marked.value.empty() && given.empty()) {
    decision = survey.decide("", "UTF-8", base::say("its byte order mark"), warnings);
    if (decision.value == "UTF-8") decision = marked;
  } else {
    decision = survey.decide(given, declared, where, warnings);
  }
  const bool mixed = decision.mixed;
  if (decision.value == "UTF-8" && !mixed && std::all_of(texts.begin(), texts.end(), base::is_valid_utf8))
    return decoded_texts;
  const Decoder decoder(decision.value == "UTF-16" ? "UTF-8" : decision.value);
  std::vector<std::size_t> other_lines;  // of a mixed file, that are not UTF-8
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
      if (mixed) other_lines.push_back(number);
      if (decoder(line, decoded) == Decoded::broken && warnings.size() < warning_limit) {
        warnings.push_back(
            {base::say("line {}", number), "", "encoding",
             base::say("{} line {}: bytes that are not {} became \xEF\xBF\xBD", name, number, decision.value)});
      }
      utf8 += decoded;
    });
    texts[i] = std::move(utf8);
  }
  if (!other_lines.empty()) {
    std::string list;
    constexpr std::size_t most = 20;
    for (std::size_t i = 0; i < std::min(other_lines.size(), most); ++i)
      list += (i == 0 ? "" : ", ") + std::to_string(other_lines[i]);
    warnings.push_back({"", "", "encoding",
                        base::say("{} lines are not UTF-8 as the others and were read as {}: {}{}", other_lines.size(),
                                  decision.value, list, other_lines.size() > most ? ", ..." : "")});
  }
  return decoded_texts;
}

}  // namespace

std::string head_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string head(4096, '\0');
  in.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(in.gcount()));
  return head;
}

Decision rewrite_as_utf8(const std::vector<fs::path>& files, const std::string& given, const std::string& declared,
                         const std::string& where, std::vector<Warning>& warnings) {
  DecodedTexts decoded = decode(files, given, declared, where, warnings);
  for (std::size_t i = 0; i < files.size(); ++i) write_all(files[i], decoded.texts[i]);
  return std::move(decoded.decision);
}

Decision rewrite_json_as_utf8(const fs::path& file, const std::string& given, std::vector<Warning>& warnings) {
  const std::string head = head_of(file);
  if (given.empty() && !is_marked_utf16(head) && !looks_like_utf16(head) && is_utf8_file(file))
    return {"UTF-8", base::say("by the format")};
  return rewrite_as_utf8({file}, given, "", "", warnings);
}

Decision rewrite_xml_as_utf8(const fs::path& file, const std::string& given, std::vector<Warning>& warnings) {
  const std::string head = head_of(file);
  // Every reader of XML knows UTF-16.
  if (given.empty() && (is_marked_utf16(head) || looks_like_utf16(head))) return {"UTF-16", base::say("by the format")};
  const auto [at, size] = declared_in_xml(head);
  const std::string declared = base::ascii_lower(head.substr(at, size));
  if (given.empty() && !declared.empty() && encoding_of_cpg(declared).empty() && declared != "us-ascii")
    return {declared, base::say("from {}", base::say("the XML declaration"))};
  const bool says_utf8 = declared.empty() || declared == "utf-8" || declared == "us-ascii";
  if (given.empty() && says_utf8 && is_utf8_file(file)) return {"UTF-8", base::say("by the format")};
  Decision decision =
      rewrite_as_utf8({file}, given, encoding_of_cpg(declared), base::say("the XML declaration"), warnings);
  std::string text = read_all(file);
  if (const auto [now_at, now_size] = declared_in_xml(text.substr(0, head.size())); now_size > 0) {
    text.replace(now_at, now_size, "UTF-8");
    write_all(file, text);
  }
  return decision;
}

DecodedText read_as_utf8(const fs::path& file, const std::string& given, std::vector<Warning>& warnings) {
  DecodedTexts decoded = decode({file}, given, "", "", warnings);
  return {std::move(decoded.decision), std::move(decoded.texts.front())};
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

void give_dxf_a_header(const fs::path& file) {
  const std::string text = read_all(file);
  std::string_view rest = text;
  const auto next_line = [&] {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = base::trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return line;
  };
  std::string_view group = next_line();
  while (group == "999") next_line(), group = next_line();  // comments
  if (group != "0" || next_line() != "SECTION") return;
  if (next_line() != "2" || next_line() == "HEADER") return;
  write_all(file, "0\nSECTION\n2\nHEADER\n0\nENDSEC\n" + text);
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
