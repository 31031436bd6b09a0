// Blocks that the summary and the quarterly package share: headline with the targets, map with its legend, places by
// certainty, figures on paper. One thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "planning/quarter_figures.h"
#include "report/canvas.h"
#include "report/project_index.h"
#include "report/sheet.h"

namespace zaitu::report {

struct SummaryScenes {
  std::shared_ptr<const render::Scene> map, map_labels;
};
SummaryScenes make_summary_scenes(const ProjectIndex& index);

// ---- headline ------------------------------------------------------------------------------------------------------
struct HeadlineTarget {
  int year = 0;
  double target_m2 = 0;
  std::string note;  // below the gap; may be empty
};
struct Headline {
  double counted_m2 = 0;
  planning::CountFrom from = planning::CountFrom::completed;
  std::string counts;  // how many phases are behind it
  bool warns = false;  // some of them have no area
  std::string remark;  // below
  std::vector<HeadlineTarget> targets;
};
// Of many targets the four nearest to the year. Across the sheet; returns the height.
double draw_headline(const Canvas& canvas, double y, Headline headline, int year, base::Language language);

// ---- map -----------------------------------------------------------------------------------------------------------
// Parcels and projects by stage within the core of the parcels, below it the legend and what lies outside.
void draw_stage_map(const Canvas& canvas, double x, double y, double width, double height, const ProjectIndex& index,
                    const SummaryScenes& scenes);

// ---- places by certainty
// ---------------------------------------------------------------------------------------------
enum class PlaceKind { circle, town };
struct PlaceRow {
  std::string label;
  std::map<std::string, double> by_certainty_m2;  // by code
  double area_m2 = 0, counted_m2 = 0;
  std::size_t phases = 0, missing = 0;
};
std::vector<PlaceRow> place_rows(const model::Project& project, const std::vector<planning::GroupFigures>& groups,
                                 PlaceKind kind, base::Language language);
// In 万㎡, with a total row: `counted_m2` is the whole figure.
PageTable certainty_table(const model::Project& project, const std::vector<PlaceRow>& rows, double counted_m2,
                          PlaceKind kind, base::Language language);
// Said only where a reader who adds up the printed numbers would find a difference; else empty.
std::string rounding_remark(const PageTable& certainty_table, base::Language language);

// ---- figures
// ---------------------------------------------------------------------------------------------------------
const chart::ChartStyle& paper_style();
chart::MeasureText paper_measure(const Canvas& canvas);
template <class Figure>
void draw_figure(const Canvas& canvas, const Figure& figure, double x, double y, double width, double height) {
  canvas.chart(lay_out(figure, width, height, paper_style(), paper_measure(canvas)).list, x, y);
}

}  // namespace zaitu::report
