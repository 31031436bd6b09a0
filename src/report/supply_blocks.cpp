#include "report/supply_blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "planning/compensated_sum.h"
#include "report/page_map.h"
#include "report/pdf_file.h"
#include "report/words.h"

namespace zaitu::report {

using base::Language;

SummaryScenes make_summary_scenes(const ProjectIndex& index) {
  const Subject& subject = index.subject();
  const auto supply = std::make_shared<const planning::Supply>(index.supply());
  render::SceneOptions options;
  options.theme.language = subject.language;
  options.theme.theme = style::Theme::stage;
  SummaryScenes scenes;
  scenes.map_labels = render::Scene::build(subject.project, subject.locations, subject.status, supply, options);
  options.labels = false;
  scenes.map = render::Scene::build(subject.project, subject.locations, subject.status, supply, options,
                                    scenes.map_labels.get());
  return scenes;
}

namespace {

std::string wan_unit(Language language) { return words(language, "万㎡", "×10⁴ m²"); }

std::string counted_name(planning::CountFrom from, Language language) {
  switch (from) {
    case planning::CountFrom::completed:
      return words(language, "已建成（竣工起计）", "Built (completed and beyond)");
    case planning::CountFrom::in_use:
      return words(language, "已投用", "In use");
    case planning::CountFrom::under_construction:
      return words(language, "已开工（在建起计）", "Started (under construction and beyond)");
  }
  return {};
}

void target_tile(const Canvas& canvas, double x, double y, double width, double height, double counted_m2,
                 const HeadlineTarget& target, Language language) {
  const double gap_m2 = target.target_m2 - counted_m2;
  const bool met = gap_m2 <= 0;
  const style::Rgba colour = met ? style::Rgba{27, 94, 32, 255} : warning;
  canvas.frame(x, y, width, height, rule_grey, 0.8, 4);
  const std::string year = std::to_string(target.year);
  canvas.text(x + 10, y + 6, width - 16, year + words(language, " 年末目标", " year-end target"),
              {.size = 9, .colour = muted, .one_line = true});
  canvas.text(x + 10, y + 18, width - 16, base::wan_m2(target.target_m2) + " " + wan_unit(language),
              {.size = 13, .bold = true, .one_line = true});
  const double ratio = target.target_m2 > 0 ? counted_m2 / target.target_m2 : std::nan("");
  canvas.box(x + 10, y + 41, width - 20, 6, panel);
  if (std::isfinite(ratio)) canvas.box(x + 10, y + 41, (width - 20) * std::clamp(ratio, 0.0, 1.0), 6, colour);
  canvas.frame(x + 10, y + 41, width - 20, 6, muted, 0.5);
  const std::string gap =
      (met ? words(language, "超出 ", "above by ") : words(language, "缺口 ", "gap ")) + base::wan_m2(std::abs(gap_m2));
  canvas.text(x + 10, y + 50, width - 16, (std::isfinite(ratio) ? base::percent(ratio) : "—") + " · " + gap,
              {.size = 10, .bold = true, .colour = colour, .one_line = true});
  if (!target.note.empty())
    canvas.text(x + 10, y + 70, width - 16, target.note, {.size = 8.5, .colour = muted, .one_line = true});
}

// What stands on the map besides the parcels' classes.
std::vector<LegendRow> mark_rows(const model::Project& project, Language language) {
  std::vector<LegendRow> rows;
  const auto add = [&](const std::string& label, const style::Symbol& symbol) {
    rows.push_back({"", {.key = "", .label = label, .symbol = symbol}});
  };
  rows.push_back({words(language, "圈层与项目", "Circles, projects"), {}});
  for (const model::Circle& circle : rows_of(project.circles))
    add(name_of(language, circle.name_zh, circle.name_en), style::circle_symbol(circle, false));
  if (!rows_of(project.projects).empty())
    add(words(language, "载体项目（按阶段着色）", "project (coloured by stage)"),
        style::project_symbol(nullptr, false));
  return rows.size() > 1 ? rows : std::vector<LegendRow>{};
}

// Parcels in force that the map does not reach.
std::size_t parcels_outside(const model::Project& project, base::Date as_of, const geom::Envelope& frame) {
  std::size_t count = 0;
  const model::ParcelTable& parcels = *project.parcels;
  for (std::size_t row = 0; row < parcels.size(); ++row) {
    const geom::Envelope box = parcels.geometry[row].envelope();
    if (parcels.in_force(row, as_of) && !box.empty() && !frame.intersects(box)) ++count;
  }
  return count;
}

}  // namespace

double draw_headline(const Canvas& canvas, double y, Headline headline, int year, Language language) {
  constexpr double height = 92, first_width = 196, gap = 8;
  canvas.box(Sheet::left, y, first_width, height, panel, 4);
  canvas.box(Sheet::left, y, 4, height, band);
  const double x = Sheet::left + 14;
  canvas.text(x, y + 6, 0, counted_name(headline.from, language), {.size = 9.5, .colour = muted});
  const TextStyle big{.size = 27, .bold = true, .colour = band};
  const std::string counted = base::wan_m2(headline.counted_m2);
  canvas.text(x, y + 15, 0, counted, big);
  canvas.text(x + canvas.text_width(counted, big) + 6, y + 34, 0, wan_unit(language), {.size = 11, .colour = band});
  canvas.text(x, y + 56, first_width - 20, headline.counts,
              {.size = 8.5, .bold = headline.warns, .colour = headline.warns ? caution : muted, .one_line = true});
  canvas.text(x, y + 71, first_width - 20, headline.remark, {.size = 8, .colour = muted, .one_line = true});

  auto& targets = headline.targets;
  while (targets.size() > 4) {
    targets.erase(std::abs(targets.front().year - year) >= std::abs(targets.back().year - year) ? targets.begin()
                                                                                                : targets.end() - 1);
  }
  if (targets.empty()) {
    canvas.text(Sheet::left + first_width + gap + 10, y + 8, 300,
                words(language, "项目中没有供给目标。", "The project has no supply target."),
                {.size = 9.5, .colour = muted});
  }
  const double room = Sheet::width - first_width;
  const double each = targets.empty() ? 0 : room / static_cast<double>(targets.size()) - gap;
  double left = Sheet::left + first_width + gap;
  for (const HeadlineTarget& target : targets) {
    target_tile(canvas, left, y, each, height, headline.counted_m2, target, language);
    left += each + gap;
  }
  return height;
}

void draw_stage_map(const Canvas& canvas, double x, double y, double width, double height, const ProjectIndex& index,
                    const SummaryScenes& scenes) {
  const model::Project& project = index.project();
  const Language language = index.language();
  const render::Scene& scene = *scenes.map;
  PageMap page_map{&scene, &project, scene.extent(), 8, {}, false, language};
  page_map.labels = scenes.map_labels.get();
  page_map.pointers = true;
  const geom::Envelope core = core_of_parcels(project, index.as_of());
  if (!core.empty() && core.width() * core.height() < 0.5 * page_map.extent.width() * page_map.extent.height())
    page_map.extent = core;
  std::vector<LegendRow> legend = legend_rows(page_map, width, height, true);
  for (LegendRow& row : mark_rows(project, language)) legend.push_back(std::move(row));
  double legend_height = 0;
  measure_pdf([&](Canvas& dry) { legend_height = draw_legend(dry, 0, 0, width, legend, 7.8); });
  const double remark_height = canvas.line_height(7.8) + 1;
  const double map_height = std::floor(height - legend_height - remark_height - 6);
  draw_map(canvas, x, y, width, map_height, page_map);
  draw_legend(canvas, x, y + map_height + 4, width, legend, 7.8);
  const std::size_t outside = parcels_outside(project, index.as_of(), visible_extent(page_map, width, map_height));
  if (outside > 0)
    canvas.text(x, y + height - remark_height, width,
                fmt::format(fmt::runtime(words(language, "图外另有 {} 宗地块；箭头示图外圈层成员及距图心距离。",
                                               "{} more parcels outside; arrows: circle members and their distance.")),
                            outside),
                {.size = 7.8, .colour = muted, .one_line = true});
}

std::vector<PlaceRow> place_rows(const model::Project& project, const std::vector<planning::GroupFigures>& groups,
                                 PlaceKind kind, Language language) {
  const auto label_of = [&](const planning::GroupFigures& group) {
    if (kind == PlaceKind::circle) {
      for (const model::Circle& row : rows_of(project.circles)) {
        if (row.code == group.place) return name_of(language, row.name_zh, row.name_en);
      }
    } else if (project.towns) {
      for (const model::Town& row : project.towns->rows) {
        if (row.code == group.place) return name_of(language, row.name_zh, row.name_en);
      }
    }
    return group.name;
  };
  struct Sums {
    std::map<std::string, planning::CompensatedSum> by_certainty;
    planning::CompensatedSum area, counted;
  };
  std::vector<std::string> keys;
  std::vector<PlaceRow> rows;
  std::vector<Sums> sums;
  for (const planning::GroupFigures& group : groups) {
    auto place = std::find(keys.begin(), keys.end(), group.place);
    if (place == keys.end()) {
      keys.push_back(group.place);
      rows.emplace_back().label = label_of(group);
      sums.emplace_back();
      place = keys.end() - 1;
    }
    const auto at = static_cast<std::size_t>(place - keys.begin());
    sums[at].by_certainty[group.certainty].add(group.area_m2);
    sums[at].area.add(group.area_m2);
    sums[at].counted.add(group.counted_m2);
    rows[at].phases += group.phases;
    rows[at].missing += group.missing_area;
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const auto& [code, sum] : sums[i].by_certainty) rows[i].by_certainty_m2[code] = sum.value();
    rows[i].area_m2 = sums[i].area.value();
    rows[i].counted_m2 = sums[i].counted.value();
  }
  return rows;
}

PageTable certainty_table(const model::Project& project, const std::vector<PlaceRow>& places, double counted_m2,
                          PlaceKind kind, Language language) {
  const auto right = TextStyle::Align::right;
  const auto& classes = rows_of(project.certainty_classes);
  PageTable table;
  table.text_size = language == Language::zh ? 8.5 : 8;
  table.columns.push_back(
      {kind == PlaceKind::circle ? words(language, "圈层", "Circle") : words(language, "街镇", "Town"), 2.2});
  for (const model::CertaintyClass& certainty : classes)
    table.columns.push_back({name_of(language, certainty.label_zh, certainty.label_en), 1.15, right});
  table.columns.push_back({words(language, "合计", "Total"), 1.0, right});
  table.columns.push_back({words(language, "其中计入", "Counted"), 1.05, right});
  table.columns.push_back({words(language, "分期", "Phases"), 0.78, right});
  table.columns.push_back({words(language, "缺面积", "No area"), 0.8, right});
  std::vector<planning::CompensatedSum> sums(classes.size() + 1);
  std::size_t phases = 0, missing = 0;
  for (const PlaceRow& row : places) {
    std::vector<Cell> cells{{row.label}};
    for (std::size_t c = 0; c < classes.size(); ++c) {
      const auto found = row.by_certainty_m2.find(classes[c].code);
      const double area = found == row.by_certainty_m2.end() ? 0 : found->second;
      sums[c].add(area);
      cells.push_back({.text = area == 0 ? "–" : base::wan_m2(area), .colour = area == 0 ? muted : ink});
    }
    cells.push_back({.text = base::wan_m2(row.area_m2), .bold = true});
    cells.push_back({.text = base::wan_m2(row.counted_m2), .bold = true});
    cells.push_back({std::to_string(row.phases)});
    cells.push_back(
        {.text = row.missing == 0 ? "–" : std::to_string(row.missing), .colour = row.missing == 0 ? muted : caution});
    table.rows.push_back(std::move(cells));
    sums.back().add(row.area_m2);
    phases += row.phases;
    missing += row.missing;
  }
  std::vector<Cell> total{{words(language, "合计", "Total")}};
  for (const planning::CompensatedSum& sum : sums) total.push_back({base::wan_m2(sum.value())});
  total.push_back({base::wan_m2(counted_m2)});
  total.push_back({std::to_string(phases)});
  total.push_back({std::to_string(missing)});
  table.rows.push_back(std::move(total));
  table.has_total = true;
  return table;
}

std::string rounding_remark(const PageTable& table, Language language) {
  const auto hundredths = [](const std::string& text) {
    const bool number = !text.empty() && text.find_first_not_of("-0123456789.") == std::string::npos;
    return number ? std::llround(std::strtod(text.c_str(), nullptr) * 100) : 0;
  };
  bool adds_up = true;
  const std::size_t areas = table.columns.size() - 2;
  for (std::size_t c = 1; c < areas; ++c) {
    long long sum = 0;
    for (std::size_t r = 0; r + 1 < table.rows.size(); ++r) sum += hundredths(table.rows[r][c].text);
    adds_up = adds_up && sum == hundredths(table.rows.back()[c].text);
  }
  for (const auto& row : table.rows) {
    long long sum = 0;
    for (std::size_t c = 1; c + 2 < areas; ++c) sum += hundredths(row[c].text);
    adds_up = adds_up && sum == hundredths(row[areas - 2].text);
  }
  return adds_up ? ""
                 : words(language, "各数按 0.01 万㎡ 四舍五入；合计由未取整的值相加，与所列数之和可差末位。",
                         "Rounded to 0.01; totals are summed before rounding and may differ in the last digit.");
}

const chart::ChartStyle& paper_style() {
  static const chart::ChartStyle style{{31, 41, 51, 255},    {91, 103, 117, 255}, {198, 206, 214, 255},
                                       {255, 255, 255, 255}, {178, 34, 42, 255},  9.5};
  return style;
}

chart::MeasureText paper_measure(const Canvas& canvas) {
  return [&canvas](const std::string& text, double size, bool bold) {
    return canvas.text_width(text, {.size = size, .bold = bold});
  };
}

}  // namespace zaitu::report
