#include "ui/plan_table.h"

#include <algorithm>

#include "ui/widgets.h"

namespace zaitu::ui {

PlanTable::PlanTable(const Frame& frame, std::string_view id, const std::vector<PlanColumn>& columns, ImVec2 size)
    : m_frame(frame), m_columns(columns) {
  constexpr ImGuiTableFlags flags = ImGuiTableFlags_ScrollY | ImGuiTableFlags_RowBg | ImGuiTableFlags_BordersInnerH |
                                    ImGuiTableFlags_Resizable | ImGuiTableFlags_NoSavedSettings;
  m_open = ImGui::BeginTable(std::string(id).c_str(), static_cast<int>(columns.size()), flags, size);
  if (!m_open) return;
  ImGui::TableSetupScrollFreeze(0, 1);
  for (const PlanColumn& column : columns) {
    const float needed = std::max(frame.px(column.width), text_size(column.title).x + frame.px(12));
    if (column.width > 0) {
      ImGui::TableSetupColumn(with_glyphs(column.title), ImGuiTableColumnFlags_WidthFixed, needed);
    } else {
      ImGui::TableSetupColumn(with_glyphs(column.title), ImGuiTableColumnFlags_WidthStretch, column.share);
    }
  }
  // The head is drawn as the cells are: numbers and their titles end at the same edge.
  ImGui::TableNextRow(ImGuiTableRowFlags_Headers);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    ImGui::TableSetColumnIndex(static_cast<int>(i));
    const float room = ImGui::GetContentRegionAvail().x;
    const std::string shown = elided(columns[i].title, room);
    if (columns[i].right) {
      ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(0.0F, room - text_size(shown).x));
    }
    text(shown, frame.look.colour.muted);
    if (shown != columns[i].title) tooltip(frame, columns[i].title);
  }
}

PlanTable::~PlanTable() {
  if (m_open) ImGui::EndTable();
}

bool PlanTable::row(std::string_view probe_key, bool strong) {
  m_row_height = ImGui::GetTextLineHeight() + m_frame.px(2);
  ImGui::TableNextRow(ImGuiTableRowFlags_None, m_row_height);
  if (strong) ImGui::TableSetBgColor(ImGuiTableBgTarget_RowBg0, m_frame.look.colour.raised);
  ImGui::TableSetColumnIndex(0);
  ImGui::PushID(m_row++);
  const bool clicked =
      ImGui::Selectable("##row", false, ImGuiSelectableFlags_SpanAllColumns | ImGuiSelectableFlags_AllowItemOverlap,
                        {0, m_row_height - m_frame.px(2)});
  m_hovered = ImGui::IsItemHovered();
  const ImVec2 min = ImGui::GetItemRectMin();
  m_frame.probe.note(probe_key, min, {min.x + m_frame.px(60), ImGui::GetItemRectMax().y});
  ImGui::SameLine(0, 0);
  ImGui::PopID();
  m_column = -1;
  return clicked;
}

void PlanTable::cell(std::string_view shown) { cell(shown, m_frame.look.colour.text); }

void PlanTable::cell(std::string_view shown, ImU32 colour) {
  const Box box = next_box();
  const std::string fitting = elided(shown, box.size.x);
  if (m_columns[static_cast<std::size_t>(m_column)].right) {
    ImGui::SetCursorPosX(ImGui::GetCursorPosX() + std::max(0.0F, box.size.x - text_size(fitting).x));
  }
  text(fitting, colour);
}

PlanTable::Box PlanTable::next_box() {
  ImGui::TableSetColumnIndex(++m_column);
  return {ImGui::GetCursorScreenPos(), {ImGui::GetContentRegionAvail().x, ImGui::GetTextLineHeight()}};
}

}  // namespace zaitu::ui
