// Which encoding a source's text is in, decided by strict decoding of all of it, and its conversion to UTF-8 (iconv).
// Chinese layers rarely say the truth in .cpg or the DBF language byte: a declaration is believed only when it decodes.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "io/source.h"

namespace zaitu::io {

enum class Decoded { whole, cut, broken };  // cut: only the last character is incomplete

// Converts from one encoding to UTF-8. Not shared between threads.
class Decoder {
 public:
  // Throws base::Error(usage) when iconv does not know the name.
  explicit Decoder(const std::string& encoding);
  ~Decoder();
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;
  // Incomplete characters at the end are left out, bytes that mean nothing become U+FFFD.
  Decoded operator()(std::string_view raw, std::string& utf8) const;

 private:
  void* m_handle;
  bool m_keeps_ascii = true;  // UTF-16 does not
};

// Sees every text of a layer and remembers which encodings are still possible.
class EncodingSurvey {
 public:
  EncodingSurvey();
  // `may_be_cut`: the text fills its field to the last byte, so its last character may be incomplete.
  void see(std::string_view raw, bool may_be_cut);
  // `declared`: what .cpg or the language byte says ("" = nothing), `where` names it. Adds a warning when the choice
  // was guessed or overrules a declaration; the decision is empty-handed ("UTF-8", nothing said) for pure ASCII.
  Decision decide(const std::string& given, const std::string& declared, const std::string& where,
                  std::vector<Warning>& warnings) const;

 private:
  struct Candidate {
    std::string name;
    Decoder decoder;
    bool possible = true;
  };
  std::vector<Candidate> m_candidates;
  mutable std::string m_scratch;
  bool m_ascii = true;
  bool m_some_utf8 = false, m_some_other = false;
  std::size_t m_high_bytes = 0, m_paired_bytes = 0;
  std::vector<std::string> m_samples;  // texts that are not ASCII, to test a declared encoding with
  std::vector<bool> m_sample_may_be_cut;
  std::unordered_set<std::string> m_seen;  // texts with the mark whether they may be cut, as long as they are not many
};

// Characters of UTF-8 text that are no text: below U+0020 but for tab and line ends, and U+007F.
bool has_control_characters(std::string_view text);

// The iconv name for what a .cpg file holds ("UTF-8", "936", "GBK", "OEM 936" ...); empty when it is not understood.
std::string encoding_of_cpg(std::string_view cpg);
// For the DBF language byte; empty for 0 and for "ANSI" (0x57), which only means the code page of some machine.
std::string encoding_of_language_byte(unsigned char ldid);

}  // namespace zaitu::io
