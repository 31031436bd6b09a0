#include "report/revision_figure.h"

#include "report/words.h"

namespace zaitu::report {

chart::RevisionFigure revision_figure(const std::vector<planning::Revision>& revisions, int year,
                                      std::optional<double> target_m2, base::Language language) {
  const base::Date end = base::Date::year_end(year);
  chart::RevisionFigure figure;
  figure.y_title = end.iso() + " " + words(language, "万㎡", "×10⁴ m²");
  figure.band_label = "P10–P90";
  figure.middle_label = "P50";
  figure.actual_label = words(language, "实际", "Actual");
  if (target_m2) {
    figure.target = *target_m2;
    figure.target_label = words(language, "目标 ", "Target ") + base::number(*target_m2 / base::m2_per_wan, 2);
  }
  for (const planning::Revision& revision : revisions) {
    chart::RevisionPoint point;
    point.name = revision.as_of.quarter_name();
    point.low = revision.p10_m2;
    point.middle = revision.p50_m2;
    point.high = revision.p90_m2;
    point.text = words(language, "截至 ", "As of ") + revision.as_of.iso();
    const auto add = [&](const std::string& name, double area_m2) {
      point.text += "\n" + name + "  " + base::wan_m2_with_unit(area_m2, language);
    };
    if (revision.as_of == end) {
      figure.actual = revision.counted_m2;
      add(figure.actual_label, revision.counted_m2);
    } else {
      add("P10", revision.p10_m2);
      add("P50", revision.p50_m2);
      add("P90", revision.p90_m2);
      add(words(language, "当时已计入", "Counted then"), revision.counted_m2);
    }
    if (revision.probability)
      point.text += "\n" + words(language, "达标概率", "Probability") + "  " + base::percent(*revision.probability);
    figure.points.push_back(std::move(point));
  }
  return figure;
}

}  // namespace zaitu::report
