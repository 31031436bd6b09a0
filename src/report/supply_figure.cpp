#include "report/supply_figure.h"

#include "style/symbol.h"

namespace zaitu::report {

namespace {

chart::Colour to_chart(const std::string& hex) {
  const style::Rgba colour = style::parse_colour(hex);
  return {colour.r, colour.g, colour.b, colour.a};
}

chart::Pattern pattern_of(const std::string& word) {
  if (word == "hatch") return chart::Pattern::hatch;
  return word == "outline" ? chart::Pattern::outline : chart::Pattern::solid;
}

}  // namespace

chart::SupplyCurveFigure supply_figure(const model::Project& project, const std::vector<planning::CurvePoint>& curve,
                                       const std::vector<planning::TargetGap>& targets, base::Date as_of,
                                       base::Language language) {
  const bool zh = language == base::Language::zh;
  chart::SupplyCurveFigure figure;
  for (const planning::CurvePoint& point : curve) {
    figure.x.push_back(point.at.days());
    figure.x_names.push_back(point.at.quarter_name());
    figure.counted.y.push_back(point.counted_m2);
  }
  for (std::size_t c = 0; c < project.certainty_classes->size(); ++c) {
    const model::CertaintyClass& certainty = (*project.certainty_classes)[c];
    if (!certainty.stacked) continue;
    chart::Series series;
    series.key = certainty.code;
    series.name = zh ? certainty.label_zh : certainty.label_en;
    series.colour = to_chart(certainty.colour);
    series.pattern = pattern_of(certainty.pattern);
    for (const planning::CurvePoint& point : curve) series.y.push_back(point.by_certainty_m2[c]);
    figure.stack.push_back(std::move(series));
  }
  for (const planning::TargetGap& target : targets) {
    figure.targets.push_back({static_cast<double>(base::Date::year_end(target.year).days()), target.target_m2,
                              base::wan_m2(target.target_m2)});
  }
  figure.as_of = as_of.days();
  figure.counted.key = "counted";
  figure.counted.name = figure.counted_label = zh ? "计入供给" : "Counted supply";
  figure.target_label = zh ? "目标" : "Target";
  figure.as_of_label = (zh ? "截至 " : "As of ") + as_of.iso();
  figure.y_title = zh ? "万㎡" : "10⁴ m²";
  figure.y_unit = base::m2_per_wan;
  return figure;
}

}  // namespace zaitu::report
