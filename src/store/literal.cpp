#include "store/literal.h"

#include <charconv>
#include <limits>

#include "base/error.h"
#include "base/message.h"
#include "base/utf8.h"

namespace zaitu::store {

namespace {

[[noreturn]] void fail(std::string_view text) {
  constexpr std::size_t shown = 60;
  throw base::Error(
      base::ExitCode::project_unusable,
      base::say("the project's journal is damaged at: {}{}", text.substr(0, shown), text.size() > shown ? "..." : ""));
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

Value parse_text(std::string_view literal) {
  std::string text;
  text.reserve(literal.size());
  for (std::size_t i = 1; i + 1 < literal.size(); ++i) {
    if (literal[i] == '\'') {
      if (i + 2 >= literal.size() || literal[i + 1] != '\'') fail(literal);
      ++i;
    }
    text += literal[i];
  }
  return text;
}

Value parse_blob(std::string_view literal) {
  const std::string_view digits = literal.substr(2, literal.size() - 3);
  if (digits.size() % 2 != 0) fail(literal);
  geom::Bytes bytes;
  bytes.reserve(digits.size() / 2);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = hex_digit(digits[i]);
    const int low = hex_digit(digits[i + 1]);
    if (high < 0 || low < 0) fail(literal);
    bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return bytes;
}

Value parse_number(std::string_view literal) {
  const char* const end = literal.data() + literal.size();
  std::int64_t integer = 0;
  if (const auto [stop, error] = std::from_chars(literal.data(), end, integer); error == std::errc() && stop == end) {
    return integer;
  }
  const bool negative = literal.starts_with('-');
  const std::string_view size = negative ? literal.substr(1) : literal;
  // SQLite's ways to write an infinite value.
  if (size == "Inf" || size == "9.0e+999") {
    return negative ? -std::numeric_limits<double>::infinity() : std::numeric_limits<double>::infinity();
  }
  if (size.empty() || size[0] < '0' || size[0] > '9') fail(literal);  // from_chars would take "nan"
  double real = 0;
  const auto [stop, error] = std::from_chars(literal.data(), end, real);
  if (error != std::errc() || stop != end) fail(literal);
  return real;
}

// Reads JSON text from the left; `m_rest` is what is not yet read.
class Reader {
 public:
  explicit Reader(std::string_view json) : m_all(json), m_rest(json) {}

  bool take(char c) {
    if (m_rest.empty() || m_rest[0] != c) return false;
    m_rest.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!take(c)) fail(m_all);
  }
  bool at_end() const { return m_rest.empty(); }

  std::string string() {
    expect('"');
    std::string text;
    for (;;) {
      const std::size_t plain = m_rest.find_first_of("\"\\");
      if (plain == std::string_view::npos) fail(m_all);
      text.append(m_rest.substr(0, plain));
      m_rest.remove_prefix(plain);
      if (take('"')) return text;
      m_rest.remove_prefix(1);
      escape(text);
    }
  }

 private:
  void escape(std::string& text) {
    if (m_rest.empty()) fail(m_all);
    const char c = m_rest[0];
    m_rest.remove_prefix(1);
    switch (c) {
      case '"':
      case '\\':
      case '/':
        text += c;
        return;
      case 'b':
        text += '\b';
        return;
      case 'f':
        text += '\f';
        return;
      case 'n':
        text += '\n';
        return;
      case 'r':
        text += '\r';
        return;
      case 't':
        text += '\t';
        return;
      case 'u': {
        char32_t code = hex4();
        if (code >= 0xD800 && code < 0xDC00) {
          expect('\\');
          expect('u');
          const char32_t low = hex4();
          if (low < 0xDC00 || low > 0xDFFF) fail(m_all);
          code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        }
        base::append_utf8(text, code);
        return;
      }
      default:
        fail(m_all);
    }
  }

  char32_t hex4() {
    if (m_rest.size() < 4) fail(m_all);
    int code = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const int digit = hex_digit(m_rest[i]);
      if (digit < 0) fail(m_all);
      code = code * 16 + digit;
    }
    m_rest.remove_prefix(4);
    return static_cast<char32_t>(code);
  }

  std::string_view m_all, m_rest;
};

}  // namespace

Value parse_literal(std::string_view literal) {
  if (literal == "NULL") return std::monostate{};
  if (literal.size() >= 2 && literal.front() == '\'' && literal.back() == '\'') return parse_text(literal);
  if (literal.size() >= 3 && literal.starts_with("X'") && literal.back() == '\'') return parse_blob(literal);
  return parse_number(literal);
}

std::vector<std::pair<std::string, Value>> parse_row(std::string_view json) {
  std::vector<std::pair<std::string, Value>> columns;
  if (json.empty()) return columns;
  Reader reader(json);
  reader.expect('{');
  if (!reader.take('}')) {
    do {
      std::string name = reader.string();
      reader.expect(':');
      columns.emplace_back(std::move(name), parse_literal(reader.string()));
    } while (reader.take(','));
    reader.expect('}');
  }
  if (!reader.at_end()) fail(json);
  return columns;
}

}  // namespace zaitu::store
