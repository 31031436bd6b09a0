#include "io/encoding.h"

#include <iconv.h>

#include <algorithm>
#include <cerrno>

#include "base/message.h"
#include "base/utf8.h"

namespace zaitu::io {

namespace {

const iconv_t no_handle = reinterpret_cast<iconv_t>(-1);  // NOLINT(performance-no-int-to-ptr): POSIX says so

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_utf8(std::string_view name) { return name == "UTF-8"; }

// Encodings of western Europe, in which nearly every byte means something, so that decoding proves nothing. What is
// named though nobody meant it is one of them.
bool is_western(std::string_view name) { return name == "ISO-8859-1" || name == "ISO-8859-15" || name == "CP1252"; }

bool is_high(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// Valid UTF-8 with several characters of three bytes or more: text of a two-byte encoding is not that by chance.
bool is_surely_utf8(std::string_view text) {
  const auto wide =
      std::count_if(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xE0; });
  return wide >= 2 && base::is_valid_utf8(text);
}

// Bytes that are not ASCII, and how many of them stand in pairs of the part of GBK that nearly all Chinese text is of.
// Words of a Latin alphabet have single ones between their letters.
std::pair<std::size_t, std::size_t> high_bytes_and_paired(std::string_view text) {
  std::size_t high = 0, paired = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_high(text[at])) continue;
    ++high;
    constexpr unsigned char first = 0xA1;
    if (at + 1 == text.size() || static_cast<unsigned char>(text[at]) < first ||
        static_cast<unsigned char>(text[at + 1]) < first)
      continue;
    ++high;
    paired += 2;
    ++at;
  }
  return {high, paired};
}

// Enough to tell a declared encoding right or wrong; the standing candidates see everything.
constexpr std::size_t sample_limit = 20000;
constexpr std::size_t seen_limit = 20000;

}  // namespace

Decoder::Decoder(const std::string& encoding)
    : m_handle(iconv_open("UTF-8", encoding.c_str())), m_keeps_ascii(!encoding.starts_with("UTF-16")) {
  if (m_handle == no_handle) {
    throw base::Error(base::ExitCode::usage,
                      base::say("encoding: \"{}\" is not known; use UTF-8, GB18030, GBK or Big5", encoding));
  }
}
Decoder::~Decoder() {
  if (m_handle != no_handle) iconv_close(m_handle);
}
Decoder::Decoder(Decoder&& other) noexcept
    : m_handle(std::exchange(other.m_handle, no_handle)), m_keeps_ascii(other.m_keeps_ascii) {}
Decoder& Decoder::operator=(Decoder&& other) noexcept {
  std::swap(m_handle, other.m_handle);
  m_keeps_ascii = other.m_keeps_ascii;
  return *this;
}

Decoded Decoder::operator()(std::string_view raw, std::string& utf8) const {
  utf8.clear();
  if (m_keeps_ascii && is_ascii(raw)) {
    utf8 = raw;
    return Decoded::whole;
  }
  iconv(m_handle, nullptr, nullptr, nullptr, nullptr);
  utf8.resize(raw.size() * 4 + 8);  // no encoding's character takes more than 4 bytes of UTF-8 for one of its own
  char* in = const_cast<char*>(raw.data());  // iconv's old interface; it does not write there
  std::size_t in_left = raw.size();
  std::size_t at = 0;
  Decoded result = Decoded::whole;
  while (in_left > 0) {
    char* out = utf8.data() + at;
    std::size_t out_left = utf8.size() - at;
    const std::size_t done = iconv(m_handle, &in, &in_left, &out, &out_left);
    at = static_cast<std::size_t>(out - utf8.data());
    if (done != static_cast<std::size_t>(-1)) break;
    if (errno == EINVAL) {
      if (result == Decoded::whole) result = Decoded::cut;
      break;
    }
    if (errno == E2BIG) {
      utf8.resize(utf8.size() * 2);
      continue;
    }
    result = Decoded::broken;
    utf8.replace(at, 3, "\xEF\xBF\xBD");
    at += 3;
    ++in;
    --in_left;
    iconv(m_handle, nullptr, nullptr, nullptr, nullptr);
  }
  utf8.resize(at);
  return result;
}

EncodingSurvey::EncodingSurvey() {
  for (const char* name : {"UTF-8", "GB18030", "BIG5"}) m_candidates.push_back({name, Decoder(name)});
}

void EncodingSurvey::see(std::string_view raw, bool may_be_cut) {
  if (is_ascii(raw)) return;
  m_ascii = false;
  // The cells of a column repeat: land uses, towns.
  if (m_seen.size() < seen_limit && !m_seen.emplace(std::string(raw) + (may_be_cut ? '+' : '-')).second) return;
  (is_surely_utf8(raw) ? m_some_utf8 : m_some_other) = true;
  const auto [high, paired] = high_bytes_and_paired(raw);
  m_high_bytes += high;
  m_paired_bytes += paired;
  for (Candidate& candidate : m_candidates) {
    if (!candidate.possible) continue;
    const Decoded decoded = candidate.decoder(raw, m_scratch);
    candidate.possible = decoded == Decoded::whole || (decoded == Decoded::cut && may_be_cut);
  }
  if (m_samples.size() < sample_limit) {
    m_samples.emplace_back(raw);
    m_sample_may_be_cut.push_back(may_be_cut);
  }
}

Decision EncodingSurvey::decide(const std::string& given, const std::string& declared, const std::string& where,
                                std::vector<Warning>& warnings) const {
  if (!given.empty()) return {given, base::say("given by --encoding")};
  if (m_ascii) return {declared.empty() ? "UTF-8" : declared, base::say("all text is ASCII")};
  const bool valid_utf8 = m_candidates[0].possible;
  // Bytes that are UTF-8 may well mean something else in GB18030 too, which nobody wrote.
  const bool mixes_utf8 = !valid_utf8 && m_some_utf8 && m_some_other;
  const auto warn = [&](const std::string& text) { warnings.push_back({"", "", "encoding", text}); };
  if (!declared.empty()) {
    bool agrees = false;
    try {
      const Decoder decoder(declared);
      std::string scratch;
      agrees = true;
      for (std::size_t i = 0; agrees && i < m_samples.size(); ++i) {
        const Decoded decoded = decoder(m_samples[i], scratch);
        agrees = decoded == Decoded::whole || (decoded == Decoded::cut && m_sample_may_be_cut[i]);
      }
    } catch (const base::Error&) {
      agrees = false;
    }
    // Text in another encoding is hardly ever valid UTF-8 by chance, while nearly everything is "valid" Latin-1.
    const bool is_chinese = m_candidates[1].possible && m_high_bytes >= 4 && 10 * m_paired_bytes >= 9 * m_high_bytes;
    if (is_western(declared) && is_chinese) agrees = false;
    if (mixes_utf8) agrees = false;
    if (agrees && (is_utf8(declared) || !valid_utf8)) return {declared, base::say("from {}", where)};
  }
  const std::string overruled = declared.empty() ? "" : base::say("; {} says {}, which does not fit", where, declared);
  if (valid_utf8) {
    if (!overruled.empty()) warn(base::say("text is valid UTF-8 and was read as that{}", overruled));
    return {"UTF-8", base::say("detected: valid UTF-8{}", overruled)};
  }
  for (const Candidate& candidate : m_candidates) {
    if (!candidate.possible || mixes_utf8) continue;
    warn(base::say("text was read as {}, a guess: not valid UTF-8, all of it valid {}{}; --encoding overrides",
                   candidate.name, candidate.name, overruled));
    return {candidate.name, base::say("detected: not valid UTF-8, valid {}{}", candidate.name, overruled)};
  }
  warn(
      base::say("no encoding fits all text: read as GB18030 where it is not UTF-8, bytes that mean nothing became "
                "U+FFFD{}; --encoding overrides",
                overruled));
  return {"GB18030", base::say("mixed: no encoding fits all text{}", overruled), true};
}

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == '\x7F';
  });
}

std::string encoding_of_cpg(std::string_view cpg) {
  std::string name = base::ascii_lower(base::trim(cpg));
  for (const char* prefix : {"ansi ", "oem ", "cp", "windows-", "ms"}) {
    if (name.starts_with(prefix)) name.erase(0, std::string_view(prefix).size());
  }
  if (name == "utf-8" || name == "utf8" || name == "65001") return "UTF-8";
  if (name == "936" || name == "gbk" || name == "gb2312" || name == "gb18030" || name == "54936") return "GB18030";
  if (name == "950" || name == "big5") return "BIG5";
  if (name == "949" || name == "euc-kr") return "CP949";
  if (name == "932" || name == "shift_jis" || name == "sjis") return "CP932";
  if (name == "iso-8859-1" || name == "88591" || name == "iso 88591" || name == "latin1") return "ISO-8859-1";
  if (name.size() == 4 && name.starts_with("125")) return "CP" + name;
  if (name.starts_with("8859") && name.size() > 4) return "ISO-8859-" + name.substr(name[4] == '-' ? 5 : 4);
  return "";
}

std::string encoding_of_language_byte(unsigned char ldid) {
  switch (ldid) {
    case 0x4D:
    case 0x7A:
      return "GB18030";
    case 0x4F:
    case 0x78:
      return "BIG5";
    case 0x4E:
    case 0x79:
      return "CP949";
    case 0x13:
    case 0x7B:
      return "CP932";
    default:
      return "";
  }
}

}  // namespace zaitu::io
