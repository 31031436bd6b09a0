#include "ui/probe.h"

#include <fstream>
#include <nlohmann/json.hpp>

namespace zaitu::ui {

void Probe::write(std::uint64_t frame) const {
  if (!on()) return;
  nlohmann::json json;
  json["frame"] = frame;
  json["widgets"] = nlohmann::json::object();
  for (const auto& [key, rect] : m_widgets) json["widgets"][key] = {rect.x, rect.y, rect.width, rect.height};
  for (const auto& [section, text] : m_sections) json[section] = nlohmann::json::parse(text, nullptr, false);
  std::filesystem::path part = *m_file;
  part += ".part";
  {
    std::ofstream out(part);
    out << json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }
  std::error_code ignored;  // a probe that cannot be written must not disturb the window
  std::filesystem::rename(part, *m_file, ignored);
}

}  // namespace zaitu::ui
