#include "ui/look.h"

namespace zaitu::ui {

namespace {

constexpr ImU32 hex(unsigned rgb, unsigned alpha = 255) {
  return IM_COL32((rgb >> 16) & 255U, (rgb >> 8) & 255U, rgb & 255U, alpha);
}

Palette light_palette() {
  Palette c{};
  c.canvas = hex(0xE6EAEE);
  c.surface = hex(0xFFFFFF);
  c.raised = hex(0xF3F5F8);
  c.hover = hex(0xE7ECF1);
  c.active = hex(0xDAE2EA);
  c.border = hex(0xE1E6EB);
  c.border_strong = hex(0xC3CCD5);
  c.text = hex(0x17212B);
  c.muted = hex(0x5A6875);
  c.faint = hex(0x8D99A5);
  c.accent = hex(0x0B6E8E);
  c.accent_hover = hex(0x0A5F7B);
  c.accent_soft = hex(0xDDF0F5);
  c.on_accent = hex(0xFFFFFF);
  c.danger = hex(0xB3261E);
  c.danger_soft = hex(0xFBE9E7);
  c.warning = hex(0x9A5B00);
  c.warning_soft = hex(0xFFF3DC);
  c.success = hex(0x1E7B4F);
  c.selection = hex(0x0B6E8E);
  c.selection_halo = hex(0xFFFFFF, 235);
  c.changed = hex(0x7B1F7A);
  return c;
}

Palette dark_palette() {
  Palette c{};
  c.canvas = hex(0x10151B);
  c.surface = hex(0x182028);
  c.raised = hex(0x222C36);
  c.hover = hex(0x2C3843);
  c.active = hex(0x374552);
  c.border = hex(0x2A343E);
  c.border_strong = hex(0x43505D);
  c.text = hex(0xE6ECF1);
  c.muted = hex(0x9DABB8);
  c.faint = hex(0x6C7A87);
  c.accent = hex(0x3FB4D6);
  c.accent_hover = hex(0x63C6E3);
  c.accent_soft = hex(0x16404F);
  c.on_accent = hex(0x06202A);
  c.danger = hex(0xFF8A80);
  c.danger_soft = hex(0x46211F);
  c.warning = hex(0xF5BD5B);
  c.warning_soft = hex(0x3D2F14);
  c.success = hex(0x6FCF97);
  c.selection = hex(0x58D0F2);
  c.selection_halo = hex(0x06141B, 235);
  c.changed = hex(0xF0A6EE);
  return c;
}

ImVec4 vec(ImU32 colour) { return ImGui::ColorConvertU32ToFloat4(colour); }

}  // namespace

Look make_look(bool dark, float scale) {
  Look look;
  look.dark = dark;
  look.scale = scale;
  look.colour = dark ? dark_palette() : light_palette();
  return look;
}

void apply(const Look& look) {
  const Palette& c = look.colour;
  ImGuiStyle& style = ImGui::GetStyle();
  style = ImGuiStyle();
  style.WindowPadding = {look.px(12), look.px(12)};
  style.FramePadding = {look.px(8), look.px(4)};
  style.ItemSpacing = {look.px(8), look.px(8)};
  style.ItemInnerSpacing = {look.px(8), look.px(4)};
  style.CellPadding = {look.px(8), look.px(3)};
  style.IndentSpacing = look.px(16);
  style.ScrollbarSize = look.px(10);
  style.GrabMinSize = look.px(12);
  style.WindowRounding = 0;
  style.ChildRounding = 0;
  style.FrameRounding = style.GrabRounding = style.TabRounding = look.px(4);
  style.PopupRounding = look.px(6);
  style.ScrollbarRounding = look.px(5);
  style.WindowBorderSize = 0;
  style.ChildBorderSize = 0;
  style.PopupBorderSize = 1;
  style.FrameBorderSize = 0;
  style.TabBorderSize = 0;
  // Anti-aliased lines by texture are cheap; fringes of filled shapes are the small ones of the widgets only.
  style.AntiAliasedLinesUseTex = true;

  const ImVec4 clear{0, 0, 0, 0};
  ImVec4* col = style.Colors;
  for (int i = 0; i < ImGuiCol_COUNT; ++i) col[i] = clear;
  col[ImGuiCol_Text] = vec(c.text);
  col[ImGuiCol_TextDisabled] = vec(c.faint);
  col[ImGuiCol_WindowBg] = vec(c.surface);
  col[ImGuiCol_PopupBg] = vec(c.surface);
  col[ImGuiCol_Border] = vec(c.border_strong);
  col[ImGuiCol_FrameBg] = vec(c.raised);
  col[ImGuiCol_FrameBgHovered] = vec(c.hover);
  col[ImGuiCol_FrameBgActive] = vec(c.active);
  col[ImGuiCol_ScrollbarGrab] = vec(c.border_strong);
  col[ImGuiCol_ScrollbarGrabHovered] = vec(c.faint);
  col[ImGuiCol_ScrollbarGrabActive] = vec(c.muted);
  col[ImGuiCol_CheckMark] = vec(c.accent);
  col[ImGuiCol_SliderGrab] = vec(c.accent);
  col[ImGuiCol_SliderGrabActive] = vec(c.accent_hover);
  col[ImGuiCol_Button] = vec(c.raised);
  col[ImGuiCol_ButtonHovered] = vec(c.hover);
  col[ImGuiCol_ButtonActive] = vec(c.active);
  col[ImGuiCol_Header] = vec(c.accent_soft);
  col[ImGuiCol_HeaderHovered] = vec(c.hover);
  col[ImGuiCol_HeaderActive] = vec(c.active);
  col[ImGuiCol_Separator] = vec(c.border);
  col[ImGuiCol_Tab] = clear;
  col[ImGuiCol_TabHovered] = vec(c.hover);
  col[ImGuiCol_TabActive] = vec(c.accent_soft);
  col[ImGuiCol_TableHeaderBg] = vec(c.raised);
  col[ImGuiCol_TableBorderStrong] = vec(c.border);
  col[ImGuiCol_TableBorderLight] = vec(c.border);
  col[ImGuiCol_TextSelectedBg] = vec(with_alpha(c.accent, 0.35F));
  col[ImGuiCol_NavHighlight] = vec(c.accent);
  col[ImGuiCol_ModalWindowDimBg] = vec(hex(0x0A1016, 110));
}

ImU32 to_imgui(style::Rgba colour) { return IM_COL32(colour.r, colour.g, colour.b, colour.a); }
ImU32 to_imgui(chart::Colour colour) { return IM_COL32(colour.r, colour.g, colour.b, colour.a); }

ImU32 with_alpha(ImU32 colour, float alpha) {
  const auto a = static_cast<ImU32>(alpha * static_cast<float>((colour >> IM_COL32_A_SHIFT) & 255U));
  return (colour & ~IM_COL32_A_MASK) | (a << IM_COL32_A_SHIFT);
}

}  // namespace zaitu::ui
