// Take-up and vacancy by quarter as bars, on screen and on paper. Pure function.
#pragma once

#include "chart/bars.h"
#include "planning/absorption.h"

namespace zaitu::report {

struct AbsorptionTitles {
  std::string take_up, vacant;  // with the unit, 万㎡
};
// Quarters that are known of a part of the phases are hatched. Hovers are left to the caller.
chart::BarFigure absorption_figure(const planning::Absorption& absorption, const AbsorptionTitles& titles,
                                   chart::Colour take_up, chart::Colour vacant);

}  // namespace zaitu::report
