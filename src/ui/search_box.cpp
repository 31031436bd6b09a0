#include "ui/search_box.h"

#include <GLFW/glfw3.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "base/utf8.h"
#include "ui/widgets.h"

namespace zaitu::ui {

namespace {

constexpr std::size_t most_hits = 12;

bool contains(std::string_view text, const std::string& wanted) {
  return std::search(text.begin(), text.end(), wanted.begin(), wanted.end(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
         }) != text.end();
}

}  // namespace

SearchBox::~SearchBox() {
  if (m_stop) *m_stop = true;
}

std::vector<SearchBox::Hit> SearchBox::find(const model::Project& project, const std::string& wanted, bool zh,
                                            const std::atomic<bool>& stop) {
  std::vector<Hit> hits;
  if (wanted.empty()) return hits;
  const auto name_of = [zh](const std::string& name_zh, const std::string& name_en) -> const std::string& {
    return (zh ? name_zh : name_en).empty() ? (zh ? name_en : name_zh) : (zh ? name_zh : name_en);
  };
  for (const model::CarrierProject& row : *project.projects) {
    if (hits.size() >= most_hits) return hits;
    if (contains(row.code, wanted) || contains(row.name_zh, wanted) || contains(row.name_en, wanted)) {
      hits.push_back({Hit::Kind::project, row.id.value, row.code, name_of(row.name_zh, row.name_en)});
    }
  }
  for (const model::Phase& row : *project.phases) {
    if (hits.size() >= most_hits) return hits;
    if (contains(row.code, wanted) || contains(row.name_zh, wanted) || contains(row.name_en, wanted)) {
      hits.push_back({Hit::Kind::phase, row.id.value, row.code, name_of(row.name_zh, row.name_en)});
    }
  }
  const model::ParcelTable& parcels = *project.parcels;
  for (std::size_t row = 0; row < parcels.size() && hits.size() < most_hits && !stop; ++row) {
    if (contains(parcels.code[row], wanted) || contains(parcels.name[row], wanted)) {
      hits.push_back(
          {Hit::Kind::parcel, parcels.id[row].value, std::string(parcels.code[row]), std::string(parcels.name[row])});
    }
  }
  return hits;
}

void SearchBox::search(const Frame& frame) {
  if (m_pending.valid() && m_pending.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
    Found found = m_pending.get();
    if (found.text == m_text) {
      m_hits = std::move(found.hits);
      m_chosen = 0;
    }
    m_searched = std::move(found.text);
    m_generation = found.generation;
  }
  if (m_text == m_searched && m_generation == frame.document.generation()) return;
  if (m_pending.valid()) {
    *m_stop = true;  // what it finds is of no use any more
    return;
  }
  if (m_text.empty()) {
    m_hits.clear();
    m_searched.clear();
    m_generation = frame.document.generation();
    return;
  }
  m_stop = std::make_shared<std::atomic<bool>>(false);
  m_pending = std::async(std::launch::async,
                         [project = frame.picture->project, text = m_text, zh = frame.zh(),
                          generation = frame.document.generation(), stop = m_stop]() -> Found {
                           Found found{text, generation, {}};
                           found.hits =
                               find(*project, base::ascii_lower(base::half_width(base::trim(text))), zh, *stop);
                           // What was stopped has looked for nothing.
                           if (*stop) found = {std::string(), 0, {}};
                           glfwPostEmptyEvent();
                           return found;
                         });
}

void SearchBox::choose(const Hit& hit, CommandQueue& commands) {
  app::Selection chosen;
  if (hit.kind == Hit::Kind::parcel) chosen.parcels = {hit.id};
  if (hit.kind == Hit::Kind::project) chosen.projects = {hit.id};
  if (hit.kind == Hit::Kind::phase) chosen.phases = {hit.id};
  commands.push([chosen](Workspace& workspace) { workspace.select(chosen, true); });
  m_open = false;
}

void SearchBox::draw(const Frame& frame, CommandQueue& commands, float width) {
  const Palette& c = frame.look.colour;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (frame.workspace.focus_search) {
    ImGui::SetKeyboardFocusHere();
    commands.push([](Workspace& workspace) { workspace.focus_search = false; });
  }
  ImGui::SetNextItemWidth(width);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, ImVec2(frame.px(30), frame.px(5)));
  need_glyphs(m_text);
  const bool entered =
      ImGui::InputTextWithHint("##search", with_glyphs(frame.tr("search.hint")), &m_text,
                               ImGuiInputTextFlags_EnterReturnsTrue | ImGuiInputTextFlags_AutoSelectAll);
  ImGui::PopStyleVar();
  frame.probe.note("top.search");
  if (frame.probe.on()) frame.probe.state("search", nlohmann::json{{"text", m_text}}.dump());
  draw_icon(*ImGui::GetWindowDrawList(), Icon::search, {at.x + frame.px(16), at.y + frame.px(15)}, frame.px(15),
            c.muted);
  if (ImGui::IsItemActivated()) m_open = true;
  if (m_text != m_asked) {
    m_asked = m_text;
    m_open = m_open || ImGui::IsItemActive();
    m_choose_first = false;
  }
  search(frame);
  const bool found = m_text == m_searched;
  m_choose_first = (m_choose_first || entered) && !(found && m_hits.empty());
  if (m_choose_first && found) {
    m_choose_first = false;
    return choose(m_hits[static_cast<std::size_t>(m_chosen)], commands);
  }
  if (ImGui::IsItemDeactivated() && !m_list_hovered) m_open = false;
  if (!m_open || m_text.empty()) return;
  if (ImGui::IsItemActive() && !m_hits.empty()) {
    const int count = static_cast<int>(m_hits.size());
    if (frame.pressed(GLFW_KEY_DOWN)) m_chosen = (m_chosen + 1) % count;
    if (frame.pressed(GLFW_KEY_UP)) m_chosen = (m_chosen + count - 1) % count;
  }
  ImGui::SetNextWindowPos({at.x, at.y + frame.px(34)});
  ImGui::SetNextWindowSize({std::max(width, frame.px(340)), 0});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(frame.px(6), frame.px(6)));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(0, 0));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, frame.px(6));
  ImGui::Begin("##search_hits", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoFocusOnAppearing | ImGuiWindowFlags_Tooltip | ImGuiWindowFlags_AlwaysAutoResize);
  m_list_hovered = ImGui::IsWindowHovered();
  if (m_hits.empty()) text_muted(frame, found ? frame.tr("search.none") : "…");
  for (std::size_t i = 0; i < m_hits.size(); ++i) {
    const Hit& hit = m_hits[i];
    const float row_width = ImGui::GetContentRegionAvail().x, height = frame.px(30);
    const ImVec2 row = ImGui::GetCursorScreenPos();
    if (ImGui::InvisibleButton(("##hit" + std::to_string(i)).c_str(), {row_width, height})) choose(hit, commands);
    frame.probe.note("search.hit." + std::to_string(i));
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (ImGui::IsItemHovered()) m_chosen = static_cast<int>(i);
    if (m_chosen == static_cast<int>(i)) {
      list.AddRectFilled(row, {row.x + row_width, row.y + height}, c.hover, frame.px(4));
    }
    const float y = row.y + (height - ImGui::GetFontSize()) / 2;
    const char* titles[] = {"search.parcel", "search.project", "search.phase"};
    const std::string& kind = frame.tr(titles[static_cast<int>(hit.kind)]);
    draw_text(list, frame.fonts[TextSize::small], {row.x + frame.px(8), y + frame.px(1)}, c.accent, kind);
    const float text_x = frame.px(frame.zh() ? 48 : 64);
    const std::string line = hit.name.empty() ? hit.code : hit.name + "  " + hit.code;
    add_text(list, {row.x + text_x, y}, c.text, elided(line, row_width - text_x - frame.px(8)));
  }
  ImGui::End();
  ImGui::PopStyleVar(4);
}

}  // namespace zaitu::ui
