#include "io/field_names.h"

#include <fmt/format.h>

#include <set>

#include "base/message.h"
#include "base/utf8.h"

namespace zaitu::io {

std::string cut_name(const std::string& name) {
  if (name.size() <= longest_name) return name;
  std::size_t at = 0;
  for (std::size_t count = 0; at < name.size() && count < longest_name; ++count) base::next_code_point(name, at);
  return at == name.size() ? name : name.substr(0, at) + "\u2026";
}

std::vector<std::string> field_names(const std::vector<std::string>& raw, const std::function<void(Warning&&)>& say) {
  std::vector<std::string> names;
  names.reserve(raw.size());
  std::set<std::string> taken;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    std::string full(base::trim(raw[i]));
    for (char& c : full) {
      if (c == '\n' || c == '\r' || c == '\t') c = ' ';
    }
    if (full.empty()) {
      full = fmt::format("field_{}", i + 1);
      say({"", full, "field", base::say("column {} has no name: it is called {}", i + 1, full)});
    }
    const std::string wanted = cut_name(full);
    if (wanted != full) {
      say({"", wanted, "name", base::say("the name of column {} has {} bytes: it was cut", i + 1, full.size())});
    }
    std::string name = wanted;
    for (int n = 2; !taken.insert(base::ascii_lower(name)).second; ++n) name = fmt::format("{}_{}", wanted, n);
    if (name != wanted) {
      say({"", name, "field",
           base::say("two fields have the name \"{}\" or differ only in case: this one is now \"{}\"", wanted, name)});
    }
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace zaitu::io
