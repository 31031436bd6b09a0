// The Sankey of a conversion, on screen and on paper. Pure.
#pragma once

#include "chart/sankey.h"
#include "planning/conversion.h"

namespace zaitu::report {

enum class ConversionMeasure { land, floor };

// Keys of nodes and links are "FROM>PATHWAY>TO": rows of Conversion::states and the pathway's code, "*" for any;
// "3>*>5",
// "*>renewal>*". By land use there is a column of pathways in the middle. What has no width is left out, negative floor
// space (more demolished than built) and less than a hundred-thousandth of the whole: the matrix beside has it.
chart::SankeyFigure conversion_figure(const model::Project& project, const planning::Conversion& conversion,
                                      ConversionMeasure measure, bool changed_only, base::Language language);
// Is the link one of those that the key names?
bool is_named(const planning::ConversionLink& link, const std::string& key);

// "0802 科研用地", "S5 在建", "未定位"; without the code where there is none.
std::string state_name(const planning::ConversionState& state, base::Language language);
double value_of(const planning::ConversionLink& link, ConversionMeasure measure);  // m²
// "129.85 亩" or "12.34 万㎡".
std::string conversion_value(double area_m2, ConversionMeasure measure, base::Language language);

}  // namespace zaitu::report
