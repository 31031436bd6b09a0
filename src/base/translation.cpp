#include "base/translation.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/paths.h"

namespace zaitu::base {

Texts read_texts(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in) throw Error(ExitCode::input_unreadable, file.string() + ": cannot be read; install the data folder again");
  Texts texts;
  try {
    const nlohmann::json json = nlohmann::json::parse(in);
    for (const auto& [key, text] : json.items()) texts[key] = text.get<std::string>();
  } catch (const nlohmann::json::exception& error) {
    throw Error(ExitCode::input_unreadable, file.string() + ": not a JSON object of texts (" + error.what() + ")");
  }
  return texts;
}

Translation Translation::load(Language language) {
  Translation result;
  result.m_language = language;
  result.m_texts = read_texts(data_dir() / "strings" / (language == Language::zh ? "zh_CN.json" : "en.json"));
  return result;
}

const std::string& Translation::operator()(std::string_view key) const {
  const std::string name(key);
  const auto found = m_texts.find(name);
  if (found != m_texts.end()) return found->second;
  return m_missing.try_emplace(name, name).first->second;
}

std::string Translation::operator()(std::string_view key,
                                    std::initializer_list<std::pair<std::string_view, std::string>> values) const {
  std::string text = (*this)(key);
  for (const auto& [name, value] : values) {
    const std::string place = "{" + std::string(name) + "}";
    for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place, at + value.size())) {
      text.replace(at, place.size(), value);
    }
  }
  return text;
}

}  // namespace zaitu::base
