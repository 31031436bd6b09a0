// How the window looks: one palette for light and one for dark, a 4 px grid, and Dear ImGui's style made from them.
#pragma once

#include <imgui.h>

#include <cmath>

#include "chart/figure.h"
#include "style/symbol.h"

namespace zaitu::ui {

struct Palette {
  ImU32 canvas;         // behind everything
  ImU32 surface;        // panes and bars
  ImU32 raised;         // fields, cards
  ImU32 hover, active;  // over raised
  ImU32 border, border_strong;
  ImU32 text, muted, faint;
  ImU32 accent, accent_hover, accent_soft, on_accent;
  ImU32 danger, danger_soft, warning, warning_soft, success;
  ImU32 selection, selection_halo;  // on the map
  ImU32 changed;                    // what changed between two dates: tells itself from selection by lightness too
};

struct Look {
  bool dark = false;
  float scale = 1;  // of the monitor
  Palette colour{};
  // A length of the design (at scale 1) in device pixels, whole.
  float px(float length) const { return std::round(length * scale); }
};

Look make_look(bool dark, float scale);
// Sets Dear ImGui's style; call outside a frame.
void apply(const Look& look);

ImU32 to_imgui(style::Rgba colour);
ImU32 to_imgui(chart::Colour colour);
ImU32 with_alpha(ImU32 colour, float alpha);

}  // namespace zaitu::ui
