#include "io/office_archive.h"

#include <expat.h>

#include <algorithm>
#include <exception>
#include <memory>

#include "base/message.h"
#include "io/refuse.h"

namespace zaitu::io {

namespace {

constexpr int depth_limit = 200;

std::string_view without_prefix(std::string_view name) {
  const std::size_t colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

// The handler has what it wants.
struct Enough {};

// One parse; what the handler throws waits until expat has returned.
struct Parse {
  XML_Parser parser = nullptr;
  XmlHandler* handler = nullptr;
  std::exception_ptr failure;
  bool has_entity = false;
  int depth = 0;
  bool too_deep = false;

  void stop() const { XML_StopParser(parser, XML_FALSE); }
  template <class Call>
  void guarded(const Call& call) {
    if (failure || handler->enough) return;
    try {
      call();
    } catch (...) {
      failure = std::current_exception();
    }
    if (failure || handler->enough) stop();
  }
};

void XMLCALL on_start(void* user, const char* name, const char** attributes) {
  auto& parse = *static_cast<Parse*>(user);
  if (++parse.depth > depth_limit) {
    parse.too_deep = true;
    parse.stop();
    return;
  }
  parse.guarded([&] { parse.handler->start(without_prefix(name), XmlAttributes(attributes)); });
}

void XMLCALL on_end(void* user, const char* name) {
  auto& parse = *static_cast<Parse*>(user);
  --parse.depth;
  parse.guarded([&] { parse.handler->end(without_prefix(name)); });
}

void XMLCALL on_text(void* user, const char* text, int size) {
  auto& parse = *static_cast<Parse*>(user);
  parse.guarded([&] { parse.handler->text({text, static_cast<std::size_t>(size)}); });
}

void XMLCALL on_entity(void* user, const XML_Char*, int, const XML_Char*, int, const XML_Char*, const XML_Char*,
                       const XML_Char*, const XML_Char*) {
  auto& parse = *static_cast<Parse*>(user);
  parse.has_entity = true;
  parse.stop();
}

}  // namespace

std::string_view XmlAttributes::operator[](std::string_view name) const {
  for (const char** pair = m_list; *pair != nullptr; pair += 2) {
    if (without_prefix(pair[0]) == name) return pair[1];
  }
  return {};
}

void OfficeArchive::parse(std::string_view part, XmlHandler& handler) const {
  const Archive::Member* const member = m_archive.find(part);
  if (member == nullptr) {
    const bool is_the_book = part == "xl/workbook.xml" || part == "content.xml";
    refuse(is_the_book ? base::say("format: {} is no workbook: it lacks its part {}", m_name, part)
                       : base::say("corrupt: {} lacks its part {}", m_name, part));
  }
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser(XML_ParserCreate(nullptr),
                                                                                             &XML_ParserFree);
  if (!parser) throw std::bad_alloc();
  Parse parse;
  parse.parser = parser.get();
  parse.handler = &handler;
  XML_SetUserData(parser.get(), &parse);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetEntityDeclHandler(parser.get(), on_entity);
  handler.enough = false;
  const auto feed = [&](std::string_view piece, bool last) {
    const XML_Status state = XML_Parse(parser.get(), piece.data(), static_cast<int>(piece.size()), last ? 1 : 0);
    if (parse.has_entity) {
      refuse(base::say("entity: {} declares XML entities, which can read other files or blow up; remove them", m_name));
    }
    if (parse.too_deep) refuse(base::say("nested: {} nests its cells more than {} deep", m_name, depth_limit));
    if (parse.failure) std::rethrow_exception(parse.failure);
    if (handler.enough) throw Enough();
    if (state == XML_STATUS_OK) return;
    refuse(base::say(
        "corrupt: the part {} of {} is damaged in line {} ({}); open it in a spreadsheet program and save it again",
        part, m_name, XML_GetCurrentLineNumber(parser.get()), XML_ErrorString(XML_GetErrorCode(parser.get()))));
  };
  try {
    constexpr std::size_t piece_bytes = std::size_t{1} << 20;
    m_archive.unpack(*member, [&](std::string_view content) {
      for (; !content.empty(); content.remove_prefix(std::min(piece_bytes, content.size())))
        feed(content.substr(0, piece_bytes), false);
    });
    feed({}, true);
  } catch (const Enough&) {
  }
}

}  // namespace zaitu::io
