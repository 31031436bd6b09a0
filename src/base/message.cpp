#include "base/message.h"

#include <atomic>

#include "base/paths.h"
#include "base/translation.h"

namespace zaitu::base {

namespace {

std::atomic<const Texts*> spoken = nullptr;  // English; a table does not change once it is read

}  // namespace

void set_message_language(Language language) {
  if (language == Language::en) {
    spoken = nullptr;
    return;
  }
  static const Texts chinese = read_texts(data_dir() / "strings" / "messages_zh_CN.json");
  spoken = &chinese;
}

Language message_language() { return spoken.load() == nullptr ? Language::en : Language::zh; }

std::string said(fmt::string_view english, fmt::format_args args) {
  if (const Texts* const texts = spoken) {
    if (const auto found = texts->find(std::string(english.data(), english.size())); found != texts->end()) {
      try {
        return fmt::vformat(found->second, args);
      } catch (const fmt::format_error&) {  // said in English below
      }
    }
  }
  return fmt::vformat(english, args);
}

}  // namespace zaitu::base
