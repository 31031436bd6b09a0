// The window's widgets: Dear ImGui's with our look, each known to the probe by its key. `key` is the widget's identity
// and its translation key's stem, e.g. "top.undo".
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "ui/frame.h"
#include "ui/icons.h"

namespace zaitu::ui {

enum class ButtonKind { plain, primary, ghost };  // ghost: no ground until hovered

bool button(const Frame& frame, std::string_view key, std::string_view label, ButtonKind kind = ButtonKind::plain,
            Icon icon = Icon::none, bool enabled = true, float width = 0);
bool icon_button(const Frame& frame, std::string_view key, Icon icon, std::string_view tooltip, bool active = false,
                 bool enabled = true, float size = 28);
// A field that looks like a combo and opens a popup named `key`; returns true when clicked.
bool drop_field(const Frame& frame, std::string_view key, std::string_view label, float width, Icon icon = Icon::none);
// A box to tick; true when it changed.
bool checkbox(const Frame& frame, std::string_view key, std::string_view label, bool& on);
// One of several: a row of joined buttons. Returns the index clicked, else -1. Segment i has the key
// "<key>.<names[i]>". Where they need more than `room` px they stand closer together; 0: as wide as they like.
int segmented(const Frame& frame, std::string_view key, std::span<const std::string> labels,
              std::span<const std::string> names, int chosen, float room = 0);
// A row of a menu popup: icon, label, shortcut at the right.
bool menu_item(const Frame& frame, std::string_view key, Icon icon, std::string_view label, std::string_view shortcut,
               bool enabled = true, bool checked = false);
// A popup under the last item, padded; pair with end_popup when true.
bool begin_popup(const Frame& frame, std::string_view key);
void end_popup();
void open_popup(std::string_view key);

void tooltip(const Frame& frame, std::string_view text);  // of the last item, when hovered
// The same in any case; at the mouse, or where the next window was told to be.
void tooltip_box(const Frame& frame, std::string_view text);
void text(std::string_view text, ImU32 colour);
void text_muted(const Frame& frame, std::string_view text);
void text_wrapped(std::string_view text, ImU32 colour);
void heading(const Frame& frame, std::string_view text);  // of a section inside a pane
// "label      value" on one line, the value wrapped in the right column.
void fact(const Frame& frame, std::string_view label, std::string_view value, bool synthetic = false);
// A small rounded mark with text, e.g. "synthetic".
void chip(const Frame& frame, std::string_view text, ImU32 ground, ImU32 ink);
void synthetic_chip(const Frame& frame);
// Goes to the next line when less than `width` is left of this one.
void begin_below(const Frame& frame, float width);
void vertical_rule(const Frame& frame, float height);
// A sample of a symbol in a box, at the cursor.
void swatch(const Frame& frame, const style::Symbol& symbol, float width = 18, float height = 12);
// Cuts a text to a width, with an ellipsis.
std::string elided(std::string_view text, float width);
// Draws text at a place in a font.
void draw_text(ImDrawList& list, ImFont* font, ImVec2 at, ImU32 colour, std::string_view text);
ImVec2 text_size(const ImFont* font, std::string_view text);
// In the current font.
void add_text(ImDrawList& list, ImVec2 at, ImU32 colour, std::string_view text);
ImVec2 text_size(std::string_view text);

}  // namespace zaitu::ui
