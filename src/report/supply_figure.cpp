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

// Where the target is written, and what its chances are.
std::string target_text(const model::Project& project, const planning::TargetGap& target,
                        const planning::Forecast* forecast, bool zh) {
  std::vector<std::string> lines;
  if (!target.document.empty()) {
    std::string title = target.document;
    for (const model::Document& document : *project.documents) {
      if (document.code == target.document)
        title = zh || document.title_en.empty() ? document.title_zh : document.title_en;
    }
    if (!target.document_version.empty()) title += " · " + target.document_version;
    lines.push_back(std::move(title));
  }
  if (forecast != nullptr) {
    for (const planning::TargetForecast& row : forecast->targets) {
      if (row.target.year != target.year || row.decided || !row.probability) continue;
      lines.push_back((zh ? "达标概率 " : "Probability ") + base::percent(*row.probability));
      if (row.p50_date) {
        lines.push_back((zh ? "P50 达到日 " : "P50 reaches it on ") + row.p50_date->iso());
      } else {
        lines.push_back((zh ? "P50 未达到,至 " : "P50 does not reach it up to ") + forecast->horizon.iso());
      }
    }
  }
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

chart::ForecastBand band_of(const planning::Forecast& forecast, bool zh) {
  chart::ForecastBand band;
  for (const planning::ForecastPoint& point : forecast.points) {
    band.x.push_back(point.at.days());
    band.x_names.push_back(point.at.quarter_name());
    band.low.push_back(point.p10_m2);
    band.middle.push_back(point.p50_m2);
    band.high.push_back(point.p90_m2);
  }
  band.low_name = "P10";
  band.middle_name = "P50";
  band.high_name = "P90";
  band.middle_label = zh ? "推算 P50" : "Forecast P50";
  band.band_label = zh ? "推算 P10–P90" : "Forecast P10–P90";
  return band;
}

}  // namespace

chart::SupplyCurveFigure supply_figure(const model::Project& project, const std::vector<planning::CurvePoint>& curve,
                                       const std::vector<planning::TargetGap>& targets, base::Date as_of,
                                       base::Language language, const planning::Forecast* forecast) {
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
                              base::wan_m2(target.target_m2), target_text(project, target, forecast, zh)});
  }
  if (forecast != nullptr) figure.forecast = band_of(*forecast, zh);
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
