#include "report/absorption_figure.h"

#include "base/format.h"

namespace zaitu::report {

chart::BarFigure absorption_figure(const planning::Absorption& absorption, const AbsorptionTitles& titles,
                                   chart::Colour take_up_colour, chart::Colour vacant_colour) {
  chart::BarFigure figure;
  chart::BarPlot take_up, vacant;
  take_up.title = titles.take_up;
  vacant.title = titles.vacant;
  take_up.colour = take_up_colour;
  vacant.colour = vacant_colour;
  take_up.y_unit = vacant.y_unit = base::m2_per_wan;
  for (const planning::AbsorptionQuarter& quarter : absorption.quarters) {
    figure.x_names.push_back(quarter.name);
    take_up.y.push_back(quarter.take_up_m2);
    take_up.partial.push_back(quarter.unknown > 0);
    vacant.y.push_back(quarter.vacant_m2);
  }
  figure.plots = {std::move(take_up), std::move(vacant)};
  return figure;
}

}  // namespace zaitu::report
