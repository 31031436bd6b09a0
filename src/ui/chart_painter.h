// Paints a chart's display list with Dear ImGui. Main thread.
#pragma once

#include <imgui.h>

#include "chart/figure.h"
#include "ui/fonts.h"

namespace zaitu::ui {

// `at` is the list's origin in window pixels; its lengths are device pixels.
void paint(const chart::DisplayList& list, ImDrawList& draw, ImVec2 at, const Fonts& fonts);

// Width of a text as paint() draws it.
double chart_text_width(const Fonts& fonts, const std::string& text, double size, bool bold);

}  // namespace zaitu::ui
