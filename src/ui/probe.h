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
  struct Rect {
    float x, y, width, height;
  };
  // Without a file it knows the widgets all the same when `collect` is set.
  explicit Probe(std::optional<std::filesystem::path> file, bool collect)
      : m_file(std::move(file)), m_collect(collect || m_file) {}
  bool on() const { return m_file.has_value(); }

  void begin_frame() {
    if (!m_collect) return;
    m_widgets.clear();
    m_sections.clear();
  }
  // Notes the rectangle of the last item, or a given one, in window pixels.
  void note(std::string_view key) {
    if (m_collect) note(key, ImGui::GetItemRectMin(), ImGui::GetItemRectMax());
  }
  void note(std::string_view key, ImVec2 min, ImVec2 max) {
    if (m_collect) m_widgets[std::string(key)] = {min.x, min.y, max.x - min.x, max.y - min.y};
  }
  // Of the frame so far, else of the one before.
  std::optional<Rect> find(const std::string& key) const {
    const auto found = m_widgets.find(key);
    return found == m_widgets.end() ? std::nullopt : std::optional(found->second);
  }
  // A section of the state as JSON text: "document", "map", "inspector" ...
  void state(std::string_view section, std::string json) {
    if (on()) m_sections[std::string(section)] = std::move(json);
  }
  // Writes {"frame", "widgets", sections...} beside the file and renames it.
  void write(std::uint64_t frame) const;

 private:
  std::optional<std::filesystem::path> m_file;
  bool m_collect = false;
  std::map<std::string, Rect> m_widgets;
  std::map<std::string, std::string> m_sections;
};

}  // namespace zaitu::ui
