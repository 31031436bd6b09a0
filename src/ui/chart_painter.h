// Paints a chart's display list with Dear ImGui. Main thread.
#pragma once

#include <imgui.h>

#include "chart/figure.h"
#include "ui/fonts.h"

namespace zaitu::ui {

// `origin` is the list's in window pixels; `scale` device pixels to one of the list's.
void paint(const chart::DisplayList& list, ImDrawList& draw, ImVec2 origin, float scale, Fonts& fonts);

// Width of a text as paint() draws it, both in device pixels.
double chart_text_width(Fonts& fonts, const std::string& text, double size, bool bold);

}  // namespace zaitu::ui
