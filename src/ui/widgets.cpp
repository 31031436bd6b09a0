#include "ui/widgets.h"

#include <GLFW/glfw3.h>

#include <algorithm>

#include "base/utf8.h"

namespace zaitu::ui {

namespace {

const char* begin_of(std::string_view text) { return text.data(); }
const char* end_of(std::string_view text) { return text.data() + text.size(); }
void unformatted(std::string_view text) {
  need_glyphs(text);
  ImGui::TextUnformatted(begin_of(text), end_of(text));
}
std::string hidden_id(std::string_view key) { return "##" + std::string(key); }

struct Ground {
  ImU32 fill, ink;
};
Ground ground_of(const Palette& c, ButtonKind kind, bool hovered, bool held, bool enabled) {
  if (!enabled) return {kind == ButtonKind::ghost ? 0 : c.raised, c.faint};
  if (kind == ButtonKind::primary) return {hovered ? c.accent_hover : c.accent, c.on_accent};
  const ImU32 rest = kind == ButtonKind::ghost ? 0 : c.raised;
  return {held ? c.active : hovered ? c.hover : rest, c.text};
}

}  // namespace

bool button(const Frame& frame, std::string_view key, std::string_view label, ButtonKind kind, Icon icon, bool enabled,
            float width) {
  const ImVec2 label_size = text_size(label);
  const float pad = frame.px(12), icon_size = icon == Icon::none ? 0 : frame.px(16),
              gap = icon == Icon::none ? 0 : frame.px(6);
  const float needed = label_size.x + icon_size + gap + 2 * pad;
  const ImVec2 size{width > 0 ? width : needed, frame.px(30)};
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool clicked = ImGui::InvisibleButton(hidden_id(key).c_str(), size) && enabled;
  const Ground ground = ground_of(frame.look.colour, kind, ImGui::IsItemHovered(), ImGui::IsItemActive(), enabled);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(at, {at.x + size.x, at.y + size.y}, ground.fill, frame.px(4));
  float x = at.x + (size.x - (needed - 2 * pad)) / 2;
  if (icon != Icon::none) {
    draw_icon(list, icon, {x + icon_size / 2, at.y + size.y / 2}, icon_size, ground.ink);
    x += icon_size + gap;
  }
  add_text(list, {std::round(x), std::round(at.y + (size.y - label_size.y) / 2)}, ground.ink, label);
  frame.probe.note(key);
  return clicked;
}

bool icon_button(const Frame& frame, std::string_view key, Icon icon, std::string_view tip, bool active, bool enabled,
                 float size) {
  const float edge = frame.px(size);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool clicked = ImGui::InvisibleButton(hidden_id(key).c_str(), {edge, edge}) && enabled;
  const Palette& c = frame.look.colour;
  const Ground ground = ground_of(c, ButtonKind::ghost, ImGui::IsItemHovered(), ImGui::IsItemActive(), enabled);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(at, {at.x + edge, at.y + edge}, active ? c.accent_soft : ground.fill, frame.px(4));
  draw_icon(list, icon, {at.x + edge / 2, at.y + edge / 2}, frame.px(16),
            active    ? c.accent
            : enabled ? c.muted
                      : c.faint);
  tooltip(frame, tip);
  frame.probe.note(key);
  return clicked;
}

bool drop_field(const Frame& frame, std::string_view key, std::string_view label, float width, Icon icon) {
  const float height = frame.px(30), pad = frame.px(10), icon_size = frame.px(16);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool clicked = ImGui::InvisibleButton(hidden_id(key).c_str(), {width, height});
  const Palette& c = frame.look.colour;
  const Ground ground = ground_of(c, ButtonKind::plain, ImGui::IsItemHovered(), ImGui::IsItemActive(), true);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(at, {at.x + width, at.y + height}, ground.fill, frame.px(4));
  float x = at.x + pad;
  if (icon != Icon::none) {
    draw_icon(list, icon, {x + icon_size / 2, at.y + height / 2}, icon_size, c.muted);
    x += icon_size + frame.px(6);
  }
  const float room = at.x + width - pad - frame.px(18) - x;
  const std::string shown = elided(label, room);
  add_text(list, {std::round(x), std::round(at.y + (height - ImGui::GetFontSize()) / 2)}, c.text, shown);
  draw_icon(list, Icon::chevron_down, {at.x + width - pad - frame.px(5), at.y + height / 2}, frame.px(11), c.muted);
  if (shown.size() != label.size()) tooltip(frame, label);
  frame.probe.note(key);
  return clicked;
}

bool checkbox(const Frame& frame, std::string_view key, std::string_view label, bool& on) {
  const Palette& c = frame.look.colour;
  const float height = frame.px(28), box = frame.px(16), gap = frame.px(8);
  const ImVec2 label_size = text_size(label);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool clicked = ImGui::InvisibleButton(hidden_id(key).c_str(), {box + gap + label_size.x, height});
  frame.probe.note(key);
  if (clicked) on = !on;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 a{at.x, std::round(at.y + (height - box) / 2)}, b{a.x + box, a.y + box};
  list.AddRectFilled(a, b, on ? c.accent : ImGui::IsItemHovered() ? c.hover : c.surface, frame.px(3));
  if (!on) list.AddRect(a, b, c.faint, frame.px(3));
  if (on) draw_icon(list, Icon::check, {a.x + box / 2, a.y + box / 2}, frame.px(12), c.on_accent);
  add_text(list, {b.x + gap, std::round(at.y + (height - label_size.y) / 2)}, c.text, label);
  return clicked;
}

int segmented(const Frame& frame, std::string_view key, std::span<const std::string> labels,
              std::span<const std::string> names, int chosen, float room) {
  const Palette& c = frame.look.colour;
  const float height = frame.px(28);
  int result = -1;
  float total = 0;
  for (const std::string& label : labels) total += text_size(label).x;
  const float parts = 2 * static_cast<float>(labels.size()), wide = frame.px(10);
  const float pad = room > 0 ? std::clamp((room - total) / parts, frame.px(4), wide) : wide;
  total += parts * pad;
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(at, {at.x + total, at.y + height}, c.raised, frame.px(4));
  float x = at.x;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const ImVec2 label_size = text_size(labels[i]);
    const float width = label_size.x + 2 * pad;
    ImGui::SetCursorScreenPos({x, at.y});
    const std::string id = std::string(key) + "." + names[i];
    if (ImGui::InvisibleButton(hidden_id(id).c_str(), {width, height})) result = static_cast<int>(i);
    frame.probe.note(id);
    const bool on = static_cast<int>(i) == chosen;
    if (on) {
      const float in = frame.px(2);
      list.AddRectFilled({x + in, at.y + in}, {x + width - in, at.y + height - in}, c.surface, frame.px(3));
      list.AddRect({x + in, at.y + in}, {x + width - in, at.y + height - in}, c.border_strong, frame.px(3));
    }
    const ImU32 ink = on ? c.accent : ImGui::IsItemHovered() ? c.text : c.muted;
    add_text(list, {std::round(x + pad), std::round(at.y + (height - label_size.y) / 2)}, ink, labels[i]);
    x += width;
  }
  return result;
}

bool menu_item(const Frame& frame, std::string_view key, Icon icon, std::string_view label, std::string_view shortcut,
               bool enabled, bool checked) {
  const Palette& c = frame.look.colour;
  const float height = frame.px(30);
  const float needed = text_size(label).x + text_size(shortcut).x + frame.px(80);
  const float width = std::max(needed, std::max(frame.px(220), ImGui::GetContentRegionAvail().x));
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const bool clicked = ImGui::InvisibleButton(hidden_id(key).c_str(), {width, height}) && enabled;
  frame.probe.note(key);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  if (enabled && ImGui::IsItemHovered()) {
    list.AddRectFilled(at, {at.x + width, at.y + height}, c.hover, frame.px(4));
  }
  const ImU32 ink = enabled ? c.text : c.faint;
  const Icon shown = checked ? Icon::check : icon;
  draw_icon(list, shown, {at.x + frame.px(16), at.y + height / 2}, frame.px(16),
            checked   ? c.accent
            : enabled ? c.muted
                      : c.faint);
  const float y = std::round(at.y + (height - ImGui::GetFontSize()) / 2);
  add_text(list, {at.x + frame.px(34), y}, ink, label);
  if (!shortcut.empty()) {
    const ImVec2 size = text_size(shortcut);
    add_text(list, {at.x + width - size.x - frame.px(10), y}, c.faint, shortcut);
  }
  if (clicked) ImGui::CloseCurrentPopup();
  return clicked;
}

void open_popup(std::string_view key) { ImGui::OpenPopup(std::string(key).c_str()); }

bool begin_popup(const Frame& frame, std::string_view key) {
  const std::string id(key);
  if (!ImGui::IsPopupOpen(id.c_str())) return false;
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(frame.px(8), frame.px(8)));
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, ImVec2(frame.px(8), frame.px(4)));
  const bool open = ImGui::BeginPopup(id.c_str());
  if (!open) ImGui::PopStyleVar(2);
  if (open && frame.pressed(GLFW_KEY_ESCAPE)) ImGui::CloseCurrentPopup();
  return open;
}

void end_popup() {
  // One that has grown since it was opened moves up: Dear ImGui places a popup only once.
  const ImVec2 at = ImGui::GetWindowPos(), size = ImGui::GetWindowSize(), screen = ImGui::GetIO().DisplaySize;
  if (at.y > 0 && at.y + size.y > screen.y) ImGui::SetWindowPos({at.x, std::max(0.0F, screen.y - size.y)});
  ImGui::EndPopup();
  ImGui::PopStyleVar(2);
}

void tooltip(const Frame& frame, std::string_view tip) {
  if (!tip.empty() && ImGui::IsItemHovered()) tooltip_box(frame, tip);
}

void tooltip_box(const Frame& frame, std::string_view tip) {
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(frame.px(10), frame.px(6)));
  ImGui::BeginTooltip();
  ImGui::PushTextWrapPos(frame.px(380));
  unformatted(tip);
  ImGui::PopTextWrapPos();
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

void text(std::string_view shown, ImU32 colour) {
  ImGui::PushStyleColor(ImGuiCol_Text, colour);
  unformatted(shown);
  ImGui::PopStyleColor();
}

void text_muted(const Frame& frame, std::string_view shown) { text(shown, frame.look.colour.muted); }

void text_wrapped(std::string_view shown, ImU32 colour) {
  ImGui::PushTextWrapPos(0);
  text(shown, colour);
  ImGui::PopTextWrapPos();
}

void heading(const Frame& frame, std::string_view shown) {
  ImGui::Dummy({1, frame.px(4)});
  ImGui::PushFont(frame.fonts[TextSize::small]);
  text(shown, frame.look.colour.muted);
  ImGui::PopFont();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  ImGui::GetWindowDrawList()->AddLine({at.x, at.y - frame.px(5)}, {at.x + width, at.y - frame.px(5)},
                                      frame.look.colour.border);
}

void fact(const Frame& frame, std::string_view label, std::string_view value, bool synthetic) {
  const float left = ImGui::GetCursorPosX(), column = frame.px(96);
  text(label, frame.look.colour.muted);
  ImGui::SameLine(left + std::max(column, ImGui::GetItemRectSize().x + frame.px(8)));
  ImGui::PushTextWrapPos(0);
  unformatted(value);
  ImGui::PopTextWrapPos();
  if (synthetic) {
    ImGui::SameLine();
    synthetic_chip(frame);
  }
}

void chip(const Frame& frame, std::string_view shown, ImU32 ground, ImU32 ink) {
  ImFont* font = frame.fonts[TextSize::small];
  const ImVec2 size = text_size(font, shown);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 box{size.x + frame.px(12), ImGui::GetFontSize()};
  ImGui::Dummy(box);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddRectFilled(at, {at.x + box.x, at.y + box.y}, ground, box.y / 2);
  draw_text(list, font, {at.x + frame.px(6), std::round(at.y + (box.y - size.y) / 2)}, ink, shown);
}

void synthetic_chip(const Frame& frame) {
  chip(frame, frame.tr("mark.synthetic"), frame.look.colour.warning_soft, frame.look.colour.warning);
  tooltip(frame, frame.tr("mark.synthetic.help"));
}

void begin_below(const Frame& frame, float width) {
  if (ImGui::GetContentRegionAvail().x < frame.px(width)) ImGui::NewLine();
}

void vertical_rule(const Frame& frame, float height) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::GetWindowDrawList()->AddLine({at.x, at.y}, {at.x, at.y + height}, frame.look.colour.border_strong);
  ImGui::Dummy({1, height});
}

void swatch(const Frame& frame, const style::Symbol& symbol, float width, float height) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const ImVec2 size{frame.px(width), frame.px(height)};
  const float line = ImGui::GetFontSize();
  ImGui::Dummy({size.x, line});
  const ImVec2 a{at.x, std::round(at.y + (line - size.y) / 2)}, b{a.x + size.x, a.y + size.y};
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const ImVec2 middle{(a.x + b.x) / 2, (a.y + b.y) / 2};
  if (symbol.point_size_px > 0) {
    const float radius = std::min(symbol.point_size_px * frame.look.scale, size.y) / 2;
    list.AddCircleFilled(middle, radius, to_imgui(symbol.fill));
    if (symbol.outline_px > 0) list.AddCircle(middle, radius, to_imgui(symbol.outline), 0, 1.5F);
    return;
  }
  const bool line_only = symbol.fill.a == 0 && symbol.hatch == style::HatchPattern::none && symbol.outline_px > 0 &&
                         symbol.dash_px.empty();
  list.AddRectFilled(a, b, to_imgui(symbol.fill), frame.px(2));
  if (symbol.hatch != style::HatchPattern::none) {
    list.PushClipRect(a, b, true);
    const float step = frame.px(4);
    const ImU32 ink = to_imgui(symbol.hatch_colour);
    for (float x = a.x - size.y; x < b.x; x += step) {
      if (symbol.hatch != style::HatchPattern::back_diagonal) list.AddLine({x, b.y}, {x + size.y, a.y}, ink);
      if (symbol.hatch == style::HatchPattern::back_diagonal || symbol.hatch == style::HatchPattern::cross) {
        list.AddLine({x, a.y}, {x + size.y, b.y}, ink);
      }
    }
    list.PopClipRect();
  }
  if (symbol.outline_px <= 0) return;
  const float stroke = std::clamp(symbol.outline_px * frame.look.scale, 1.0F, frame.px(2.5F));
  const ImU32 ink = to_imgui(symbol.outline);
  if (line_only) {
    list.AddRect(a, b, ink, frame.px(2), 0, stroke);
  } else if (!symbol.dash_px.empty()) {
    for (float x = a.x; x < b.x; x += frame.px(6)) {
      const float to = std::min(x + frame.px(4), b.x);
      list.AddLine({x, a.y}, {to, a.y}, ink, stroke);
      list.AddLine({x, b.y}, {to, b.y}, ink, stroke);
    }
  } else {
    list.AddRect(a, b, ink, frame.px(2), 0, stroke);
  }
}

std::string elided(std::string_view shown, float width) {
  if (text_size(shown).x <= width) return std::string(shown);
  const float room = width - text_size("…").x;
  std::size_t keep = 0;
  for (std::size_t at = 0; at < shown.size();) {
    base::next_code_point(shown, at);
    if (text_size(shown.substr(0, at)).x > room) break;
    keep = at;
  }
  return std::string(shown.substr(0, keep)) + "…";
}

void draw_text(ImDrawList& list, ImFont* font, ImVec2 at, ImU32 colour, std::string_view shown) {
  if (Fonts* fonts = Fonts::of_window(); fonts != nullptr) fonts->need(font, shown);
  list.AddText(font, font->FontSize, at, colour, begin_of(shown), end_of(shown));
}

ImVec2 text_size(const ImFont* font, std::string_view shown) {
  if (Fonts* fonts = Fonts::of_window(); fonts != nullptr) fonts->need(font, shown);
  return font->CalcTextSizeA(font->FontSize, 1e9F, 0, begin_of(shown), end_of(shown));
}

void add_text(ImDrawList& list, ImVec2 at, ImU32 colour, std::string_view shown) {
  need_glyphs(shown);
  list.AddText(at, colour, begin_of(shown), end_of(shown));
}

ImVec2 text_size(std::string_view shown) {
  need_glyphs(shown);
  return ImGui::CalcTextSize(begin_of(shown), end_of(shown));
}

}  // namespace zaitu::ui
