// A window into the window for tests and development: rectangles of widgets by key and the document's state, written
// as JSON after every settled frame. Costs nothing when it is off.
#pragma once

#include <imgui.h>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace zaitu::ui {

class Probe {
 public:
  explicit Probe(std::optional<std::filesystem::path> file) : m_file(std::move(file)) {}
  bool on() const { return m_file.has_value(); }

  void begin_frame() {
    if (!on()) return;
    m_widgets.clear();
    m_sections.clear();
  }
  // Notes the rectangle of the last item, or a given one, in window pixels.
  void note(std::string_view key) {
    if (on()) note(key, ImGui::GetItemRectMin(), ImGui::GetItemRectMax());
  }
  void note(std::string_view key, ImVec2 min, ImVec2 max) {
    if (on()) m_widgets[std::string(key)] = {min.x, min.y, max.x - min.x, max.y - min.y};
  }
  // A section of the state as JSON text: "document", "map", "inspector" ...
  void state(std::string_view section, std::string json) {
    if (on()) m_sections[std::string(section)] = std::move(json);
  }
  // Writes {"frame", "widgets", sections...} beside the file and renames it.
  void write(std::uint64_t frame) const;

 private:
  struct Rect {
    float x, y, width, height;
  };
  std::optional<std::filesystem::path> m_file;
  std::map<std::string, Rect> m_widgets;
  std::map<std::string, std::string> m_sections;
};

}  // namespace zaitu::ui
