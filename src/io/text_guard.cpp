#include "io/text_guard.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <functional>
#include <string_view>

#include "base/message.h"
#include "base/utf8.h"
#include "io/refuse.h"

namespace zaitu::io {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t block_bytes = std::size_t{1} << 20;

// Calls see(piece) for all of the file.
void for_pieces(const fs::path& file, const std::function<void(std::string_view)>& see) {
  std::ifstream in(file, std::ios::binary);
  std::string block(block_bytes, '\0');
  while (in) {
    in.read(block.data(), static_cast<std::streamsize>(block.size()));
    see(std::string_view(block).substr(0, static_cast<std::size_t>(in.gcount())));
  }
}

// The characters of XML as far as they are ASCII: of two bytes each in UTF-16, four in UTF-32, by its first bytes.
class AsciiOfXml {
 public:
  explicit AsciiOfXml(const fs::path& file) {
    std::array<char, 4> head{};
    std::ifstream(file, std::ios::binary).read(head.data(), head.size());
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(head[i]); };
    const bool mark = (at(0) == 0xFF && at(1) == 0xFE) || (at(0) == 0xFE && at(1) == 0xFF);
    const bool wide = at(0) == 0 || at(1) == 0;
    if (mark || wide) m_skips_zeros = true;
  }
  // Zeros stand for nothing else in XML; what is not ASCII keeps some byte that is none of markup's... or of two
  // bytes of which one may look like it, which can only make the look more careful.
  void append(std::string_view piece, std::string& to) const {
    if (!m_skips_zeros) {
      to.append(piece);
      return;
    }
    for (const char c : piece) {
      if (c != '\0') to.push_back(c);
    }
  }

 private:
  bool m_skips_zeros = false;
};

// The attribute's value in an element's text, as written; empty: none.
std::string_view attribute(std::string_view element, std::string_view name) {
  for (std::size_t at = element.find(name); at != element.npos; at = element.find(name, at + 1)) {
    std::size_t from = at + name.size();
    while (from < element.size() && (element[from] == ' ' || element[from] == '=' || element[from] == '\n')) ++from;
    if (from >= element.size() || (element[from] != '"' && element[from] != '\'')) continue;
    const std::size_t end = element.find(element[from], from + 1);
    return element.substr(from + 1, end == element.npos ? element.npos : end - from - 1);
  }
  return {};
}

// Where a GML says its schema lies on the network, other than the standard's own.
std::string foreign_schema(std::string_view element) {
  std::string_view pairs = attribute(element, "schemaLocation");
  while (!pairs.empty()) {
    const std::size_t end = std::min(pairs.find_first_of(" \t\r\n"), pairs.size());
    const std::string_view word = pairs.substr(0, end);
    pairs.remove_prefix(std::min(end + 1, pairs.size()));
    const bool remote = word.find("://") != word.npos;
    const bool file_like = word.ends_with(".xsd") || word.find('?') != word.npos;
    if (remote && file_like && word.find("opengis.net/") == word.npos && word.find("w3.org/") == word.npos)
      return std::string(word);
  }
  return "";
}

class XmlLook {
 public:
  XmlLook(std::string name, std::vector<Warning>& warnings) : m_name(std::move(name)), m_warnings(warnings) {}

  // Takes whole elements from the front of `text` and leaves what is not whole yet.
  void take(std::string& text) {
    std::size_t at = 0;
    for (;;) {
      const std::size_t open = text.find('<', at);
      if (open == std::string::npos) {
        at = text.size();
        break;
      }
      const std::string_view rest = std::string_view(text).substr(open);
      std::string_view end_mark = ">";
      if (rest.starts_with("<!--")) end_mark = "-->";
      if (rest.starts_with("<![CDATA[")) end_mark = "]]>";
      if (rest.size() < 9 && std::string_view("<![CDATA[").starts_with(rest)) {
        at = open;
        break;
      }
      const std::size_t end = text.find(end_mark, open + 1);
      if (end == std::string::npos) {
        at = open;
        // What never ends is kept no longer than anything sensible is long.
        if (text.size() - at > 64 * block_bytes) refuse(base::say("format: {}: an element of it has no end", m_name));
        look(rest, true);
        break;
      }
      if (end_mark.size() == 1) look(rest.substr(0, end - open + 1), false);
      at = end + end_mark.size();
    }
    text.erase(0, at);
  }

 private:
  void look(std::string_view element, bool is_cut) {
    if (element.starts_with("<!ENTITY") ||
        (element.starts_with("<!DOCTYPE") && element.find("<!ENTITY") != element.npos)) {
      refuse(base::say("entity: {} declares XML entities, which can read other files or blow up; remove them", m_name));
    }
    if (is_cut) return;
    if (element.starts_with("<!DOCTYPE") &&
        (element.find("SYSTEM") != element.npos || element.find("PUBLIC") != element.npos)) {
      warn_once(m_said_definition,
                base::say("the file refers to a definition of its form elsewhere, which is not fetched"));
    }
    if (element.starts_with("</")) {
      m_depth -= m_depth > 0 ? 1 : 0;
      return;
    }
    if (element.starts_with("<!") || element.starts_with("<?")) return;
    if (element.starts_with("<NetworkLink") && !element.starts_with("<NetworkLinkControl")) {
      warn_once(m_said_link, base::say("the file links to other files on the network, which are not fetched"));
    }
    if (m_depth < 2 && !m_said_schema) {
      if (const std::string schema = foreign_schema(element); !schema.empty())
        warn_once(m_said_schema,
                  base::say("the file names its schema on the network, which is not fetched: {}", schema));
    }
    if (element.ends_with("/>")) return;
    constexpr std::size_t most_elements = 200;  // a geometry takes four for each of the others it lies in
    if (++m_depth > most_elements) {
      refuse(base::say("nested: {}: elements lie in each other more than {} deep; no geometry needs that", m_name,
                       most_elements));
    }
  }

  void warn_once(bool& said, const std::string& message) {
    if (!std::exchange(said, true)) m_warnings.push_back({"", "", "blocked", message});
  }

  std::string m_name;
  std::vector<Warning>& m_warnings;
  std::size_t m_depth = 0;
  bool m_said_link = false, m_said_schema = false, m_said_definition = false;
};

}  // namespace

void check_xml(const fs::path& file, const std::string& name, std::vector<Warning>& warnings) {
  const AsciiOfXml ascii(file);
  XmlLook look(name, warnings);
  std::string text;
  for_pieces(file, [&](std::string_view piece) {
    ascii.append(piece, text);
    look.take(text);
  });
}

void check_json(const fs::path& file, const std::string& name) {
  // A collection in a collection takes an object and a list; a feature with a polygon in it a dozen.
  constexpr std::size_t most_brackets = 2 * most_nesting + 16;
  std::size_t depth = 0;
  std::uint64_t bytes = 0;
  bool in_text = false, escaped = false;
  for_pieces(file, [&](std::string_view piece) {
    for (const char c : piece) {
      ++bytes;
      if (in_text) {
        in_text = escaped || c != '"';
        escaped = !escaped && c == '\\';
        continue;
      }
      if (c == '"') in_text = true;
      if (c == '[' || c == '{') {
        if (++depth > most_brackets) {
          refuse(base::say("nested: {}: geometries lie in each other more than {} deep at byte {}; nothing was read",
                           name, most_nesting, bytes));
        }
      }
      if ((c == ']' || c == '}') && depth > 0) --depth;
    }
  });
  if (depth > 0 || in_text) {
    refuse(in_text ? base::say("truncated: {} ends after {} bytes in the middle of a text; fetch it again", name, bytes)
                   : base::say("truncated: {} ends after {} bytes in the middle of a feature; fetch it again", name,
                               bytes));
  }
}

std::vector<std::int64_t> nested_records(const fs::path& file, const std::string& name) {
  constexpr std::size_t most_brackets = most_nesting + 4;
  std::vector<std::int64_t> found;
  std::int64_t record = 0;
  std::size_t depth = 0;
  bool in_quotes = false, is_nested = false, has_text = false;
  const auto end_record = [&] {
    if (is_nested) found.push_back(record);
    if (has_text) ++record;
    depth = 0;
    is_nested = has_text = false;
  };
  for_pieces(file, [&](std::string_view piece) {
    for (const char c : piece) {
      if (c == '"') in_quotes = !in_quotes;
      if (c == '\n' && !in_quotes) {
        end_record();
        continue;
      }
      has_text = has_text || (c != '\r' && c != ' ');
      if (c == '(' && ++depth > most_brackets) is_nested = true;
      if (c == ')' && depth > 0) --depth;
    }
  });
  end_record();
  if (!found.empty() && static_cast<std::int64_t>(found.size()) >= record - 1) {
    refuse(base::say("nested: {}: its geometries lie in each other more than {} deep; nothing was read", name,
                     most_nesting));
  }
  return found;
}

}  // namespace zaitu::io
