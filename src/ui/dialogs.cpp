#include "ui/dialogs.h"

#include <GLFW/glfw3.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>

#include "base/format.h"
#include "ui/widgets.h"

namespace zaitu::ui {

namespace fs = std::filesystem;

namespace {

fs::path home_folder() {
  const char* home = std::getenv("HOME");
  std::error_code error;
  return home != nullptr && fs::is_directory(home, error) ? fs::path(home) : fs::current_path(error);
}

std::string byte_text(std::uintmax_t bytes) {
  const auto value = static_cast<double>(bytes);
  if (bytes >= 1U << 20) return base::number(value / (1U << 20), 1) + " MB";
  if (bytes >= 1U << 10) return base::number(value / (1U << 10), 0) + " KB";
  return base::number(value, 0) + " B";
}

}  // namespace

void FileBrowser::show(fs::path folder) {
  std::error_code error;
  m_folder = fs::is_directory(folder, error) ? std::move(folder) : home_folder();
  m_path = (m_folder / "").string();
  m_listed = false;
}

void FileBrowser::list_folder(const Frame& frame) {
  m_listed = true;
  m_entries.clear();
  m_problem.clear();
  std::error_code error;
  for (fs::directory_iterator it(m_folder, fs::directory_options::skip_permission_denied, error), end;
       !error && it != end; it.increment(error)) {
    Entry entry;
    entry.name = it->path().filename().string();
    if (entry.name.starts_with('.')) continue;
    std::error_code ignored;
    entry.folder = it->is_directory(ignored);
    if (!entry.folder) entry.bytes = it->file_size(ignored);
    frame.fonts.need(entry.name);
    m_entries.push_back(std::move(entry));
  }
  if (error) m_problem = m_folder.string() + ": " + error.message();
  std::sort(m_entries.begin(), m_entries.end(),
            [](const Entry& a, const Entry& b) { return a.folder != b.folder ? a.folder : a.name < b.name; });
}

bool FileBrowser::draw(const Frame& frame, std::string_view key, float height) {
  const Palette& c = frame.look.colour;
  if (!m_listed) list_folder(frame);
  bool chosen = false;
  if (icon_button(frame, std::string(key) + ".up", Icon::back, frame.tr("browser.up")) && m_folder.has_parent_path()) {
    show(m_folder.parent_path());
  }
  ImGui::SameLine();
  ImGui::SetNextItemWidth(-1);
  if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
  if (ImGui::InputText(("##" + std::string(key)).c_str(), &m_path, ImGuiInputTextFlags_EnterReturnsTrue)) {
    std::error_code error;
    if (fs::is_directory(m_path, error)) {
      show(m_path);
    } else {
      chosen = true;
    }
  }
  frame.probe.note(key);
  frame.fonts.need(m_path);
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
      ImDrawList& list = *ImGui::GetWindowDrawList();
      const std::string full = (m_folder / entry.name).string();
      if (hovered || full == m_path) {
        list.AddRectFilled(at, {at.x + width, at.y + row}, full == m_path ? c.accent_soft : c.hover, frame.px(4));
      }
      draw_icon(list, entry.folder ? Icon::folder : Icon::file, {at.x + frame.px(16), at.y + row / 2}, frame.px(15),
                entry.folder ? c.accent : c.muted);
      const float y = at.y + (row - ImGui::GetFontSize()) / 2;
      list.AddText({at.x + frame.px(32), y}, c.text, elided(entry.name, width - frame.px(120)).c_str());
      if (!entry.folder) {
        const std::string size = byte_text(entry.bytes);
        list.AddText({at.x + width - ImGui::CalcTextSize(size.c_str()).x - frame.px(10), y}, c.faint, size.c_str());
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

void Dialogs::draw(const Frame& frame, const std::vector<Action>& actions, CommandQueue& commands) {
  const DialogKind wanted = frame.workspace.dialog;
  if (wanted == DialogKind::none) {
    m_shown = DialogKind::none;
    return;
  }
  if (m_shown != wanted) {
    m_shown = wanted;
    const std::string& last = frame.workspace.settings.last_project;
    const fs::path near = last.empty() ? home_folder() : fs::path(last).parent_path();
    m_browser.show(near);
    if (wanted == DialogKind::import_file && !frame.workspace.dropped_file.empty()) {
      m_browser.show(fs::path(frame.workspace.dropped_file).parent_path());
      m_browser.set_path(frame.workspace.dropped_file);
    }
    if (wanted == DialogKind::new_export && frame.picture) {
      m_folder = frame.workspace.report_folder().string();
      m_what = frame.document.selection().parcels.empty() ? What::summary : m_what;
    }
    ImGui::OpenPopup("##dialog");
  }
  const ImVec2 screen = ImGui::GetIO().DisplaySize;
  const float width = std::min(frame.px(wanted == DialogKind::keys ? 720 : 620), screen.x - frame.px(32));
  ImGui::SetNextWindowPos({screen.x / 2, screen.y / 2}, ImGuiCond_Always, {0.5F, 0.5F});
  ImGui::SetNextWindowSize({width, 0});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(frame.px(24), frame.px(20)));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, frame.px(8));
  ImGui::PushStyleVar(ImGuiStyleVar_PopupRounding, frame.px(8));
  bool open = true;
  if (ImGui::BeginPopupModal(
          "##dialog", &open,
          ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings)) {
    ImGui::PushFont(frame.fonts[TextSize::title]);
    const char* titles[] = {"", "dialog.open", "dialog.import", "dialog.export", "dialog.keys"};
    text(frame.tr(titles[static_cast<int>(wanted)]), frame.look.colour.text);
    ImGui::PopFont();
    ImGui::SameLine(ImGui::GetContentRegionMax().x - frame.px(28));
    bool close = icon_button(frame, "dialog.close", Icon::close, frame.tr("dialog.cancel"));
    ImGui::Dummy({1, frame.px(4)});
    switch (wanted) {
      case DialogKind::none:
        break;
      case DialogKind::open:
        draw_open(frame, commands);
        break;
      case DialogKind::import_file:
        draw_import(frame, commands);
        break;
      case DialogKind::new_export:
        draw_export(frame, commands);
        break;
      case DialogKind::keys:
        draw_keys(frame, actions);
        break;
    }
    close = close || frame.pressed(GLFW_KEY_ESCAPE);
    if (close) commands.push([](Workspace& workspace) { workspace.dialog = DialogKind::none; });
    ImGui::EndPopup();
  } else {
    commands.push([](Workspace& workspace) { workspace.dialog = DialogKind::none; });
  }
  ImGui::PopStyleVar(3);
}

void Dialogs::draw_open(const Frame& frame, CommandQueue& commands) {
  text_muted(frame, frame.tr("dialog.open.hint"));
  bool go = m_browser.draw(frame, "open.path", frame.px(320));
  go = button(frame, "open.go", frame.tr("dialog.open.go"), ButtonKind::primary) || go;
  if (!go) return;
  const std::string file = m_browser.chosen().string();
  commands.push([file](Workspace& workspace) {
    workspace.dialog = DialogKind::none;
    workspace.open_project(file);
  });
}

void Dialogs::draw_import(const Frame& frame, CommandQueue& commands) {
  constexpr std::array kinds{model::ImportKind::parcels, model::ImportKind::projects,    model::ImportKind::phases,
                             model::ImportKind::events,  model::ImportKind::occupancy,   model::ImportKind::circles,
                             model::ImportKind::zones,   model::ImportKind::towns,       model::ImportKind::indicators,
                             model::ImportKind::tasks,   model::ImportKind::assessments, model::ImportKind::reference};
  text_muted(frame, frame.tr("dialog.import.hint"));
  bool go = m_browser.draw(frame, "import.path", frame.px(220));
  const float column = frame.px(120);
  ImGui::AlignTextToFramePadding();
  text_muted(frame, frame.tr("dialog.import.as"));
  ImGui::SameLine(column);
  if (drop_field(frame, "import.kind", frame.tr(std::string("kind.").append(model::name_of(m_kind))), frame.px(220))) {
    open_popup("kind_popup");
  }
  if (begin_popup(frame, "kind_popup")) {
    for (const model::ImportKind kind : kinds) {
      const std::string name(model::name_of(kind));
      if (menu_item(frame, "kind." + name, Icon::none, frame.tr(std::string("kind.") + name), "", true, kind == m_kind))
        m_kind = kind;
    }
    end_popup();
  }
  ImGui::AlignTextToFramePadding();
  text_muted(frame, frame.tr("dialog.import.layer"));
  ImGui::SameLine(column);
  ImGui::SetNextItemWidth(frame.px(220));
  ImGui::InputTextWithHint("##layer", frame.tr("dialog.import.layer.hint").c_str(), &m_layer);
  ImGui::AlignTextToFramePadding();
  text_muted(frame, frame.tr("dialog.import.crs"));
  ImGui::SameLine(column);
  ImGui::SetNextItemWidth(frame.px(220));
  ImGui::InputTextWithHint("##crs", frame.tr("dialog.import.crs.hint").c_str(), &m_crs);
  ImGui::Checkbox(frame.tr("dialog.import.update").c_str(), &m_update);
  go = button(frame, "import.go", frame.tr("dialog.import.go"), ButtonKind::primary) || go;
  if (!go) return;
  app::ImportOptions options;
  options.source = m_browser.chosen();
  options.kind = m_kind;
  options.source_options.layer = m_layer;
  options.source_options.crs = m_crs;
  options.on_duplicate = m_update ? app::OnDuplicate::update : app::OnDuplicate::reject;
  commands.push([options](Workspace& workspace) {
    workspace.dialog = DialogKind::none;
    workspace.document.import_source(options);
  });
}

void Dialogs::draw_export(const Frame& frame, CommandQueue& commands) {
  if (!frame.picture) return;
  const std::size_t cards = frame.document.selection().parcels.size();
  const auto choice = [&](const char* key, What what, const std::string& label, const std::string& note, bool enabled) {
    const Palette& c = frame.look.colour;
    const float width = ImGui::GetContentRegionAvail().x, height = frame.px(52);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    if (ImGui::InvisibleButton((std::string("##") + key).c_str(), {width, height}) && enabled) m_what = what;
    frame.probe.note(key);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const bool on = m_what == what && enabled;
    list.AddRectFilled(at, {at.x + width, at.y + height},
                       on                                  ? c.accent_soft
                       : ImGui::IsItemHovered() && enabled ? c.hover
                                                           : c.raised,
                       frame.px(6));
    if (on) list.AddRect(at, {at.x + width, at.y + height}, c.accent, frame.px(6), 0, frame.px(1));
    draw_icon(list, what == What::summary || what == What::cards ? Icon::report : Icon::table,
              {at.x + frame.px(24), at.y + height / 2}, frame.px(20), on ? c.accent : c.muted);
    list.AddText({at.x + frame.px(48), at.y + frame.px(6)}, enabled ? c.text : c.faint, label.c_str());
    draw_text(list, frame.fonts[TextSize::small], {at.x + frame.px(48), at.y + frame.px(27)}, c.muted, note);
  };
  if (cards == 0 && m_what == What::cards) m_what = What::summary;
  choice("export.summary", What::summary, frame.tr("export.summary"), frame.tr("export.summary.note"), true);
  choice("export.cards", What::cards, frame.tr("export.cards"),
         cards > 0 ? frame.tr("export.cards.note", {{"n", std::to_string(cards)}}) : frame.tr("export.cards.none"),
         cards > 0);
  choice("export.xlsx", What::ledger_xlsx, frame.tr("export.xlsx"), frame.tr("export.ledger.note"), true);
  choice("export.csv", What::ledger_csv, frame.tr("export.csv"), frame.tr("export.ledger.note"), true);
  ImGui::Dummy({1, frame.px(4)});
  text_muted(frame, frame.tr("export.folder"));
  ImGui::SetNextItemWidth(-1);
  const bool entered = ImGui::InputText("##folder", &m_folder, ImGuiInputTextFlags_EnterReturnsTrue);
  frame.probe.note("export.folder");
  frame.fonts.need(m_folder);
  text_wrapped(frame.tr("export.state", {{"date", frame.document.as_of().iso()},
                                         {"rule", planning::describe(frame.document.rule(), frame.tr.language())}}),
               frame.look.colour.muted);
  ImGui::Dummy({1, frame.px(4)});
  const bool ready = !m_folder.empty();
  if (!(button(frame, "export.go", frame.tr("export.go"), ButtonKind::primary, Icon::download, ready) || entered))
    return;
  app::ReportOptions options;
  options.out = m_folder;
  options.format = m_what == What::ledger_csv ? "csv" : m_what == What::ledger_xlsx ? "xlsx" : "pdf";
  options.summary = m_what == What::summary;
  if (m_what == What::cards) {
    const model::ParcelTable& parcels = *frame.picture->project->parcels;
    for (const std::int64_t id : frame.document.selection().parcels) {
      if (const auto row = parcels.row_of(model::ParcelId{id})) options.parcels.emplace_back(parcels.code[*row]);
    }
  }
  commands.push([options](Workspace& workspace) {
    workspace.dialog = DialogKind::none;
    workspace.document.write_reports(options);
  });
}

void Dialogs::draw_keys(const Frame& frame, const std::vector<Action>& actions) {
  const Palette& c = frame.look.colour;
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Action& action : actions) {
    std::string keys;
    std::set<std::string> named;  // the number pad's keys have the same names
    for (const Shortcut& shortcut : action.shortcuts) {
      if (named.insert(shortcut.text()).second) keys += (keys.empty() ? "" : " / ") + shortcut.text();
    }
    if (!keys.empty()) rows.emplace_back(keys, frame.tr(action.key));
  }
  for (const char* gesture : {"drag", "wheel", "click", "add", "box"}) {
    rows.emplace_back(frame.tr(std::string("keys.") + gesture), frame.tr(std::string("keys_do.") + gesture));
  }
  const std::size_t half = (rows.size() + 1) / 2;
  const float column = ImGui::GetContentRegionAvail().x / 2, line = ImGui::GetFontSize() + frame.px(7);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const float x = at.x + (i >= half ? column : 0), y = at.y + line * static_cast<float>(i % half);
    list.AddText({x, y}, c.accent, elided(rows[i].first, frame.px(126)).c_str());
    list.AddText({x + frame.px(134), y}, c.text, elided(rows[i].second, column - frame.px(140)).c_str());
  }
  ImGui::Dummy({column * 2, line * static_cast<float>(half)});
}

}  // namespace zaitu::ui
