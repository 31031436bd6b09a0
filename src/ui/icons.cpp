#include "ui/icons.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace zaitu::ui {

namespace {

// A pen on the 16 x 16 grid.
struct Pen {
  ImDrawList& list;
  ImVec2 origin;
  float unit;
  ImU32 colour;
  float width;

  ImVec2 at(float x, float y) const { return {origin.x + x * unit, origin.y + y * unit}; }
  void line(std::initializer_list<ImVec2> points, bool closed = false) const {
    for (const ImVec2& p : points) list.PathLineTo(at(p.x, p.y));
    list.PathStroke(colour, closed ? ImDrawFlags_Closed : ImDrawFlags_None, width);
  }
  void fill(std::initializer_list<ImVec2> points) const {
    for (const ImVec2& p : points) list.PathLineTo(at(p.x, p.y));
    list.PathFillConvex(colour);
  }
  void circle(float x, float y, float r) const { list.AddCircle(at(x, y), r * unit, colour, 0, width); }
  void dot(float x, float y, float r) const { list.AddCircleFilled(at(x, y), r * unit, colour); }
  void box(float x0, float y0, float x1, float y1, float round = 1.5F) const {
    list.AddRect(at(x0, y0), at(x1, y1), colour, round * unit, 0, width);
  }
  void arc(float x, float y, float r, float from, float to) const {
    list.PathArcTo(at(x, y), r * unit, from, to, 16);
    list.PathStroke(colour, ImDrawFlags_None, width);
  }
};

constexpr float pi = 3.14159265F;

void draw_eye(const Pen& p, bool open) {
  p.line({{1.5F, 8},
          {3.5F, 5.6F},
          {6, 4.2F},
          {8, 3.9F},
          {10, 4.2F},
          {12.5F, 5.6F},
          {14.5F, 8},
          {12.5F, 10.4F},
          {10, 11.8F},
          {8, 12.1F},
          {6, 11.8F},
          {3.5F, 10.4F}},
         true);
  if (open) p.dot(8, 8, 2);
  if (!open) p.line({{3, 13}, {13, 3}});
}

}  // namespace

void draw_icon(ImDrawList& list, Icon icon, ImVec2 centre, float size, ImU32 colour) {
  const float unit = size / 16;
  const Pen p{list,
              {std::floor(centre.x - size / 2) + 0.5F, std::floor(centre.y - size / 2) + 0.5F},
              unit,
              colour,
              std::max(1.0F, 1.35F * unit)};
  switch (icon) {
    case Icon::none:
      break;
    case Icon::folder:
      p.line({{1.5F, 13}, {1.5F, 3.5F}, {6, 3.5F}, {7.5F, 5.5F}, {14.5F, 5.5F}, {14.5F, 13}}, true);
      break;
    case Icon::file:
      p.line({{3, 1.5F}, {9.5F, 1.5F}, {13, 5}, {13, 14.5F}, {3, 14.5F}}, true);
      p.line({{9.5F, 1.5F}, {9.5F, 5}, {13, 5}});
      break;
    case Icon::undo:
      p.line({{5.5F, 2.5F}, {2, 6}, {5.5F, 9.5F}});
      p.line({{2, 6}, {9.5F, 6}, {12, 7}, {13.5F, 9.2F}, {13.2F, 11.5F}, {11.5F, 13.2F}, {9.5F, 13.5F}, {6.5F, 13.5F}});
      break;
    case Icon::redo:
      p.line({{10.5F, 2.5F}, {14, 6}, {10.5F, 9.5F}});
      p.line({{14, 6}, {6.5F, 6}, {4, 7}, {2.5F, 9.2F}, {2.8F, 11.5F}, {4.5F, 13.2F}, {6.5F, 13.5F}, {9.5F, 13.5F}});
      break;
    case Icon::play:
      p.fill({{4.5F, 2.5F}, {13.5F, 8}, {4.5F, 13.5F}});
      break;
    case Icon::pause:
      p.fill({{4, 3}, {6.6F, 3}, {6.6F, 13}, {4, 13}});
      p.fill({{9.4F, 3}, {12, 3}, {12, 13}, {9.4F, 13}});
      break;
    case Icon::back:
      p.line({{10, 3}, {5, 8}, {10, 13}});
      break;
    case Icon::forward:
    case Icon::chevron_right:
      p.line({{6, 3}, {11, 8}, {6, 13}});
      break;
    case Icon::chevron_up:
      p.line({{3.5F, 10}, {8, 5.5F}, {12.5F, 10}});
      break;
    case Icon::chevron_down:
      p.line({{3.5F, 6}, {8, 10.5F}, {12.5F, 6}});
      break;
    case Icon::sun:
      p.circle(8, 8, 3);
      for (int i = 0; i < 8; ++i) {
        const float a = static_cast<float>(i) * pi / 4;
        p.line({{8 + 5 * std::cos(a), 8 + 5 * std::sin(a)}, {8 + 6.8F * std::cos(a), 8 + 6.8F * std::sin(a)}});
      }
      break;
    case Icon::moon:
      p.arc(8, 8, 6, 0.1F * pi, 1.4F * pi);
      p.arc(11.3F, 4.9F, 5, 0.36F * pi, 1.14F * pi);
      break;
    case Icon::globe:
      p.circle(8, 8, 6.2F);
      p.line({{1.8F, 8}, {14.2F, 8}});
      p.line({{8, 1.8F}, {5.6F, 4.5F}, {5, 8}, {5.6F, 11.5F}, {8, 14.2F}, {10.4F, 11.5F}, {11, 8}, {10.4F, 4.5F}},
             true);
      break;
    case Icon::download:
      p.line({{8, 2}, {8, 10}});
      p.line({{4.5F, 6.8F}, {8, 10.3F}, {11.5F, 6.8F}});
      p.line({{2, 10.5F}, {2, 13.8F}, {14, 13.8F}, {14, 10.5F}});
      break;
    case Icon::search:
      p.circle(6.8F, 6.8F, 4.6F);
      p.line({{10.2F, 10.2F}, {14.2F, 14.2F}});
      break;
    case Icon::help:
      p.circle(8, 8, 6.4F);
      p.line({{6, 6.4F}, {6.4F, 5}, {8, 4.3F}, {9.6F, 5}, {9.9F, 6.5F}, {8, 8.2F}, {8, 9.4F}});
      p.dot(8, 11.5F, 0.9F);
      break;
    case Icon::plus:
      p.line({{8, 2.5F}, {8, 13.5F}});
      p.line({{2.5F, 8}, {13.5F, 8}});
      break;
    case Icon::minus:
      p.line({{2.5F, 8}, {13.5F, 8}});
      break;
    case Icon::fit:
      p.line({{2, 6}, {2, 2}, {6, 2}});
      p.line({{10, 2}, {14, 2}, {14, 6}});
      p.line({{14, 10}, {14, 14}, {10, 14}});
      p.line({{6, 14}, {2, 14}, {2, 10}});
      p.dot(8, 8, 1.6F);
      break;
    case Icon::ruler:
      p.line({{1.5F, 11}, {11, 1.5F}, {14.5F, 5}, {5, 14.5F}}, true);
      for (int i = 0; i < 3; ++i) {
        const auto d = static_cast<float>(i) * 2.4F;
        p.line({{4 + d, 8.6F - d}, {5.6F + d, 10.2F - d}});
      }
      break;
    case Icon::pointer:
      p.line({{3, 1.8F}, {13.2F, 7.4F}, {8.6F, 8.8F}, {6.6F, 13.4F}}, true);
      break;
    case Icon::polygon:
      p.line({{2.5F, 5}, {8, 1.8F}, {13.5F, 6.2F}, {11.2F, 13.8F}, {4.4F, 12.4F}}, true);
      break;
    case Icon::eye:
      draw_eye(p, true);
      break;
    case Icon::eye_off:
      draw_eye(p, false);
      break;
    case Icon::close:
      p.line({{3.5F, 3.5F}, {12.5F, 12.5F}});
      p.line({{12.5F, 3.5F}, {3.5F, 12.5F}});
      break;
    case Icon::warning:
      p.line({{8, 2}, {15, 14}, {1, 14}}, true);
      p.line({{8, 6.3F}, {8, 10}});
      p.dot(8, 12, 0.9F);
      break;
    case Icon::info:
      p.circle(8, 8, 6.4F);
      p.line({{8, 7.3F}, {8, 11.6F}});
      p.dot(8, 4.9F, 0.9F);
      break;
    case Icon::layers:
      p.line({{8, 1.8F}, {14.5F, 5.2F}, {8, 8.6F}, {1.5F, 5.2F}}, true);
      p.line({{1.5F, 8.3F}, {8, 11.7F}, {14.5F, 8.3F}});
      p.line({{1.5F, 11.2F}, {8, 14.6F}, {14.5F, 11.2F}});
      break;
    case Icon::calendar:
      p.box(2, 3, 14, 14);
      p.line({{2, 6.4F}, {14, 6.4F}});
      p.line({{5, 1.5F}, {5, 4}});
      p.line({{11, 1.5F}, {11, 4}});
      break;
    case Icon::check:
      p.line({{2.8F, 8.6F}, {6.4F, 12}, {13.4F, 4}});
      break;
    case Icon::report:
      p.box(3, 1.5F, 13, 14.5F);
      p.line({{5.5F, 11.5F}, {5.5F, 9}});
      p.line({{8, 11.5F}, {8, 6}});
      p.line({{10.5F, 11.5F}, {10.5F, 7.8F}});
      break;
    case Icon::pencil:
      p.line({{2, 14}, {2.8F, 10.6F}, {11.2F, 2.2F}, {13.8F, 4.8F}, {5.4F, 13.2F}}, true);
      break;
    case Icon::table:
      p.box(1.8F, 2.5F, 14.2F, 13.5F);
      p.line({{1.8F, 6.2F}, {14.2F, 6.2F}});
      p.line({{1.8F, 9.8F}, {14.2F, 9.8F}});
      p.line({{6.2F, 6.2F}, {6.2F, 13.5F}});
      break;
    case Icon::curve:
      p.line({{2, 2}, {2, 14}, {14.5F, 14}});
      p.line({{3.5F, 12}, {6, 11.2F}, {8, 8.5F}, {10, 5}, {13.5F, 3.6F}});
      break;
    case Icon::clock:
      p.circle(8, 8, 6.4F);
      p.line({{8, 4.2F}, {8, 8.2F}, {10.8F, 9.8F}});
      break;
    case Icon::sidebar_left:
      p.box(1.5F, 2.5F, 14.5F, 13.5F);
      p.line({{6, 2.5F}, {6, 13.5F}});
      break;
    case Icon::sidebar_right:
      p.box(1.5F, 2.5F, 14.5F, 13.5F);
      p.line({{10, 2.5F}, {10, 13.5F}});
      break;
    case Icon::panel_bottom:
      p.box(1.5F, 2.5F, 14.5F, 13.5F);
      p.line({{1.5F, 9.5F}, {14.5F, 9.5F}});
      break;
    case Icon::swipe:
      p.line({{8, 1.5F}, {8, 14.5F}});
      p.line({{4.6F, 5}, {1.6F, 8}, {4.6F, 11}});
      p.line({{11.4F, 5}, {14.4F, 8}, {11.4F, 11}});
      break;
  }
}

}  // namespace zaitu::ui
