// The quiet part of the map: ground, reference layers and circles. Light is a warm grey-white, dark a deep slate; the
// base stays low in contrast so that the parcels carry the colour.
#include "style/theme.h"

namespace zaitu::style {

namespace {

Symbol area(Rgba fill, Rgba outline, float outline_px) {
  Symbol symbol;
  symbol.fill = fill;
  symbol.outline = outline;
  symbol.outline_px = outline_px;
  return symbol;
}

Symbol line(Rgba colour, float width_px, Rgba casing = {0, 0, 0, 0}) {
  Symbol symbol;
  symbol.outline = colour;
  symbol.outline_px = width_px;
  symbol.fill = casing;  // of a line: its casing
  return symbol;
}

}  // namespace

Rgba background(bool dark) { return dark ? Rgba{22, 28, 36, 255} : Rgba{241, 238, 231, 255}; }

Symbol reference_symbol(const model::ReferenceLayer& layer, bool dark) {
  const std::string& role = layer.role;
  if (role == "outline") {
    return dark ? area({26, 33, 43, 255}, {92, 106, 124, 255}, 1.1F)
                : area({248, 246, 241, 255}, {182, 172, 154, 255}, 1.1F);
  }
  if (role == "campus") {
    return dark ? area({31, 50, 45, 255}, {52, 82, 70, 255}, 0.9F)
                : area({224, 236, 214, 255}, {188, 208, 172, 255}, 0.9F);
  }
  if (role == "water") {
    return dark ? area({30, 48, 66, 255}, {52, 78, 102, 255}, 0.8F)
                : area({206, 222, 230, 255}, {172, 198, 212, 255}, 0.8F);
  }
  if (role == "building") {
    return dark ? area({206, 218, 232, 34}, {206, 218, 232, 66}, 0.6F) : area({84, 74, 60, 40}, {84, 74, 60, 84}, 0.6F);
  }
  if (role == "expressway") {
    return dark ? line({86, 92, 102, 255}, 3.2F, {36, 43, 53, 255})
                : line({246, 238, 222, 255}, 3.2F, {178, 166, 146, 255});
  }
  if (role == "road_axis") {
    return dark ? line({58, 68, 82, 255}, 2.4F, {33, 41, 51, 255})
                : line({255, 255, 255, 255}, 2.4F, {213, 206, 193, 255});
  }
  if (role == "metro") {
    return dark ? line({134, 112, 154, 255}, 2.2F, {22, 28, 36, 255})
                : line({166, 138, 186, 255}, 2.2F, {255, 255, 255, 235});
  }
  if (role == "station") {
    Symbol symbol = dark ? area({22, 28, 36, 255}, {150, 122, 174, 255}, 1.5F)
                         : area({255, 255, 255, 255}, {146, 108, 170, 255}, 1.5F);
    symbol.point_size_px = 6;
    return symbol;
  }
  const Rgba grey = dark ? Rgba{110, 122, 138, 255} : Rgba{158, 150, 138, 255};
  Symbol symbol;
  switch (layer.geometry_kind) {
    case geom::GeometryKind::polygon:
      symbol = area(with_alpha(grey, 36), grey, 0.9F);
      break;
    case geom::GeometryKind::line:
      symbol = line(grey, 1.2F);
      break;
    case geom::GeometryKind::point:
      symbol = area(grey, background(dark), 1.0F);
      symbol.point_size_px = 5;
      break;
  }
  return symbol;
}

Symbol circle_symbol(const model::Circle& circle, bool dark) {
  Symbol symbol;
  const Rgba colour = parse_colour(circle.colour);
  symbol.outline = dark ? mixed(colour, {255, 255, 255, 255}, 0.25) : colour;
  symbol.outline_px = 1.6F;
  return symbol;
}

Symbol zone_symbol(bool dark) {
  Symbol symbol = line(dark ? Rgba{126, 164, 168, 220} : Rgba{70, 118, 124, 220}, 1.1F);
  symbol.dash_px = {6, 3};
  return symbol;
}

Symbol town_symbol(bool dark) {
  Symbol symbol = line(dark ? Rgba{92, 104, 120, 200} : Rgba{168, 158, 144, 200}, 0.9F);
  symbol.dash_px = {8, 3, 1.5F, 3};
  return symbol;
}

Symbol project_symbol(const model::Stage* stage, bool dark) {
  Symbol symbol;
  const Rgba neutral = dark ? Rgba{150, 160, 172, 255} : Rgba{120, 116, 110, 255};
  symbol.fill = stage == nullptr ? neutral : parse_colour(stage->colour);
  symbol.outline = dark ? Rgba{12, 16, 22, 255} : Rgba{255, 255, 255, 255};
  symbol.outline_px = 1.8F;
  symbol.point_size_px = 9;
  return symbol;
}

}  // namespace zaitu::style
