#include "ui/file_browser.h"

#include <imgui_stdlib.h>

#include <algorithm>
#include <cstdlib>

#include "base/format.h"
#include "ui/widgets.h"

namespace zaitu::ui {

namespace fs = std::filesystem;

fs::path home_folder() {
  const char* home = std::getenv("HOME");
  std::error_code error;
  return home != nullptr && fs::is_directory(home, error) ? fs::path(home) : fs::current_path(error);
}

void FileBrowser::show(fs::path folder) {
  std::error_code error;
  m_folder = fs::is_directory(folder, error) ? std::move(folder) : home_folder();
  m_path = (m_folder / "").string();
  m_listed = false;
}

void FileBrowser::list_folder() {
  m_listed = true;
  m_entries.clear();
  m_problem.clear();
  std::error_code error;
  for (fs::directory_iterator it(m_folder, fs::directory_options::skip_permission_denied, error), end;
       !error && it != end; it.increment(error)) {
    Entry entry;
    entry.name = it->path().filename().string();
    // Hidden ones, and what SQLite and a window keep beside a database while it is open.
    if (entry.name.starts_with('.') || entry.name.ends_with("-wal") || entry.name.ends_with("-shm") ||
        entry.name.ends_with("-journal") || entry.name.ends_with("-lease")) {
      continue;
    }
    std::error_code ignored;
    entry.folder = it->is_directory(ignored);
    if (!entry.folder) entry.bytes = it->file_size(ignored);
    m_entries.push_back(std::move(entry));
  }
  if (error) m_problem = m_folder.string() + ": " + error.message();
  std::sort(m_entries.begin(), m_entries.end(),
            [](const Entry& a, const Entry& b) { return a.folder != b.folder ? a.folder : a.name < b.name; });
}

bool FileBrowser::draw(const Frame& frame, std::string_view key, float height) {
  const Palette& c = frame.look.colour;
  if (!m_listed) list_folder();
  bool chosen = false;
  if (icon_button(frame, std::string(key) + ".up", Icon::back, frame.tr("browser.up")) && m_folder.has_parent_path()) {
    show(m_folder.parent_path());
  }
  ImGui::SameLine();
  ImGui::SetNextItemWidth(-1);
  if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
  need_glyphs(m_path);
  if (ImGui::InputText(("##" + std::string(key)).c_str(), &m_path, ImGuiInputTextFlags_EnterReturnsTrue)) {
    std::error_code error;
    if (fs::is_directory(m_path, error)) {
      show(m_path);
    } else {
      chosen = true;
    }
  }
  frame.probe.note(key);
  if (height <= 0) return chosen;
  ImGui::PushStyleColor(ImGuiCol_ChildBg, c.raised);
  ImGui::BeginChild("##entries", {0, height}, false);
  if (!m_problem.empty()) text_wrapped(m_problem, c.danger);
  ImGuiListClipper clipper;
  clipper.Begin(static_cast<int>(m_entries.size()), frame.px(28));
  std::string go_to;
  while (clipper.Step()) {
    for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
      const Entry& entry = m_entries[static_cast<std::size_t>(i)];
      const float width = ImGui::GetContentRegionAvail().x, row = frame.px(28);
      const ImVec2 at = ImGui::GetCursorScreenPos();
      ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
      const bool clicked = ImGui::InvisibleButton(("##entry" + std::to_string(i)).c_str(), {width, row});
      ImGui::PopStyleVar();
      const bool hovered = ImGui::IsItemHovered();
      frame.probe.note(std::string(key) + ".entry." + entry.name);
      ImDrawList& list = *ImGui::GetWindowDrawList();
      const std::string full = (m_folder / entry.name).string();
      if (hovered || full == m_path) {
        list.AddRectFilled(at, {at.x + width, at.y + row}, full == m_path ? c.accent_soft : c.hover, frame.px(4));
      }
      draw_icon(list, entry.folder ? Icon::folder : Icon::file, {at.x + frame.px(16), at.y + row / 2}, frame.px(15),
                entry.folder ? c.accent : c.muted);
      const float y = at.y + (row - ImGui::GetFontSize()) / 2;
      add_text(list, {at.x + frame.px(32), y}, c.text, elided(entry.name, width - frame.px(120)));
      if (!entry.folder) {
        const std::string size = base::byte_size(entry.bytes);
        add_text(list, {at.x + width - text_size(size).x - frame.px(10), y}, c.faint, size);
      }
      if (clicked && entry.folder) go_to = full;
      if (clicked && !entry.folder) m_path = full;
      if (hovered && !entry.folder && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) chosen = true;
    }
  }
  ImGui::EndChild();
  ImGui::PopStyleColor();
  if (!go_to.empty()) show(go_to);
  return chosen;
}

}  // namespace zaitu::ui
