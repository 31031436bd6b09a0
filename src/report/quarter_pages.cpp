#include "report/quarter_pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/absorption_figure.h"
#include "report/conversion_figure.h"
#include "report/latest_start_figure.h"
#include "report/phase_blocks.h"
#include "report/quarter_facts.h"
#include "report/supply_figure.h"
#include "report/words.h"

namespace zaitu::report {

using base::Language;

namespace {

constexpr auto to_the_right = TextStyle::Align::right;

std::string quarter_words(const QuarterContent& content, std::string_view zh, std::string_view en) {
  return words(content.subject.language, zh, en);
}

std::string wan_or_dash(double area_m2) { return std::isfinite(area_m2) ? base::wan_m2(area_m2) : "—"; }
std::string percent_or_dash(double ratio) { return std::isfinite(ratio) ? base::percent(ratio) : "—"; }

// "83.4 %", or that it is decided.
std::string probability_of(const planning::TargetForecast& target, Language language) {
  if (!target.probability) return "—";
  if (!target.decided) return base::percent(*target.probability);
  return *target.probability > 0 ? words(language, "已达标", "reached") : words(language, "未达标", "missed");
}

struct Tile {
  std::string label, value;
};

// What the quarter brought, as a strip of small tiles.
void quarter_tiles(Sheet& sheet, const std::vector<Tile>& tiles) {
  constexpr double height = 40, gap = 8;
  const Canvas& canvas = sheet.canvas();
  const double each = (Sheet::width + gap) / static_cast<double>(tiles.size()) - gap;
  double x = Sheet::left;
  for (const Tile& tile : tiles) {
    canvas.box(x, sheet.y(), each, height, panel, 4);
    canvas.text(x + 10, sheet.y() + 4, each - 14, tile.label, {.size = 8.5, .colour = muted, .one_line = true});
    canvas.text(x + 10, sheet.y() + 16, each - 14, tile.value, {.size = 12.5, .bold = true, .one_line = true});
    x += each + gap;
  }
  sheet.skip(height + 6);
}

}  // namespace

void quarter_heading(Sheet& sheet, const QuarterContent& content, const std::string& title, std::size_t rows,
                     const std::string& more, double keep_with) {
  std::string remark = fmt::format(fmt::runtime(quarter_words(content, "截至 {} · {} 行", "as of {} · {} rows")),
                                   content.figures.as_of.iso(), rows);
  if (!more.empty()) remark += " · " + more;
  remark += " · " + planning::describe(content.subject.rule, content.subject.language);
  sheet.heading(title, remark, keep_with);
}

void rows_left_out(Sheet& sheet, std::size_t all, std::size_t shown, Language language) {
  if (all <= shown) return;
  sheet.paragraph(
      fmt::format(fmt::runtime(words(language, "另有 {} 行，见工作簿。", "{} more rows are in the workbook.")),
                  all - shown),
      {.size = 8, .colour = muted});
}

void quarter_front_page(Sheet& sheet, const QuarterContent& content, const ProjectIndex& index,
                        const SummaryScenes& scenes) {
  const auto tr = [&](std::string_view zh, std::string_view en) { return quarter_words(content, zh, en); };
  const Language language = content.subject.language;
  const planning::QuarterFigures& figures = content.figures;
  Headline headline;
  headline.counted_m2 = figures.counted_m2;
  headline.from = content.subject.rule.from;
  headline.counts = fmt::format(fmt::runtime(tr("{} 个分期计入 · {} 个缺面积", "{} phases count · {} without area")),
                                figures.counted_phases, figures.missing_area);
  headline.warns = figures.missing_area > 0;
  headline.remark = base::number(figures.counted_m2, 2) + tr(" ㎡", " m²");
  for (const planning::TargetForecast& target : content.forecast.targets) {
    std::string note;
    if (!content.differs && target.decided) {
      note = tr("年末：", "at its end: ") + probability_of(target, language);
    } else if (!content.differs && target.probability) {
      note = tr("达标概率 ", "probability ") + probability_of(target, language);
    }
    headline.targets.push_back({target.target.year, target.target.target_m2, note});
  }
  sheet.skip(draw_headline(sheet.canvas(), sheet.y(), std::move(headline), figures.as_of.year(), language) + 8);
  const double vacancy = figures.leasable_m2 > 0 ? figures.vacant_m2 / figures.leasable_m2 : model::unknown;
  const std::string unit = tr(" 万㎡", " ×10⁴ m²");
  const auto with_unit = [&](double area_m2) {
    return std::isfinite(area_m2) ? base::wan_m2(area_m2) + unit : tr("不详", "not known");
  };
  quarter_tiles(
      sheet, {{tr("本季新增载体", "New carrier space"), with_unit(figures.new_carrier_m2)},
              {tr("本季新增入驻", "Net take-up"), with_unit(figures.take_up_m2)},
              {tr("空置率", "Vacancy"), percent_or_dash(vacancy)},
              {tr("去化周期", "Time to clear"), std::isfinite(figures.months_to_clear)
                                                    ? base::number(figures.months_to_clear, 1) + tr(" 个月", " months")
                                                    : tr("不详", "not known")},
              {tr("在册地块", "Parcels in force"),
               fmt::format("{} · {} {}", figures.parcels, base::number(figures.land_m2 / base::m2_per_hectare, 1),
                           tr("公顷", "ha"))}});
  sheet.paragraph(figures.sentence, {.size = 9});
  if (const std::string statement = frozen_statement(content); !statement.empty()) {
    sheet.skip(3);
    sheet.paragraph(statement, {.size = 8.5, .bold = true, .colour = content.differs ? caution : band});
  }
  quarter_heading(sheet, content, tr("地块与项目阶段", "Parcels and projects by stage"), figures.parcels,
                  content.frozen_on ? tr("现有数据", "present data") : "", 200);
  draw_stage_map(sheet.canvas(), Sheet::left, sheet.y(), Sheet::width, sheet.room() - 4, index, scenes);
  sheet.skip(sheet.room());
}

void quarter_supply_blocks(Sheet& sheet, const QuarterContent& content) {
  const auto tr = [&](std::string_view zh, std::string_view en) { return quarter_words(content, zh, en); };
  const model::Project& project = *content.subject.project;
  const Language language = content.subject.language;
  if (!content.differs) {
    const planning::Forecast& forecast = content.forecast;
    constexpr double figure_height = 300;
    quarter_heading(sheet, content, tr("供给曲线与推算", "Supply curve and forecast"), forecast.phases_in_scope,
                    tr("左实际、右推算 P10–P90", "actual left, forecast P10–P90 right"), figure_height);
    std::vector<planning::TargetGap> targets;
    for (const planning::TargetForecast& target : forecast.targets) targets.push_back(target.target);
    draw_figure(sheet.canvas(),
                supply_figure(project, content.curve, targets, content.figures.as_of, language, &forecast), Sheet::left,
                sheet.y(), Sheet::width, figure_height);
    sheet.skip(figure_height + 4);
    sheet.paragraph(
        fmt::format(fmt::runtime(tr(
                        "推算：{} 次抽样 · 种子 {} · {} 个分期已计入、{} 个抽样；{} 个路径阶段的时长与转化概率为假设。",
                        "Forecast: {} runs · seed {} · {} phases count, {} are drawn; durations and "
                        "probabilities of {} pathway stages are assumptions.")),
                    forecast.draws, forecast.seed, forecast.counted_phases, forecast.phases.size(),
                    forecast.assumed_stages),
        {.size = 8, .colour = muted});
    quarter_heading(sheet, content, tr("目标与达标概率", "Targets and their probability"), forecast.targets.size());
    PageTable table;
    table.text_size = 8.5;
    table.columns = {{tr("年末", "Year end"), 0.8},
                     {tr("目标 万㎡", "Target 10⁴ m²"), 1, to_the_right},
                     {tr("计入 万㎡", "Counted 10⁴ m²"), 1, to_the_right},
                     {tr("缺口 万㎡", "Gap 10⁴ m²"), 1, to_the_right},
                     {tr("达标概率", "Probability"), 1, to_the_right},
                     {tr("P50 达到日", "P50 reaches it"), 1, to_the_right},
                     {tr("文件", "Document"), 1.6}};
    for (const planning::TargetForecast& target : forecast.targets) {
      const bool met = target.target.gap_m2 <= 0;
      const std::string date = met               ? tr("已达到", "reached")
                               : target.p50_date ? target.p50_date->iso()
                                                 : tr("至 ", "not by ") + forecast.horizon.iso() + tr(" 未达", "");
      table.rows.push_back({{std::to_string(target.target.year)},
                            {base::wan_m2(target.target.target_m2)},
                            {base::wan_m2(content.figures.counted_m2)},
                            {.text = base::wan_m2(target.target.gap_m2), .colour = met ? ink : warning},
                            {.text = probability_of(target, language), .bold = true},
                            {date},
                            {target.target.document + " " + target.target.document_version}});
    }
    sheet.table(table);
  }
  if (content.figures.by_circle.empty()) {
    sheet.paragraph(no_groups_reason(content), {.size = 9, .colour = muted});
    return;
  }
  for (const PlaceKind kind : {PlaceKind::circle, PlaceKind::town}) {
    const bool circle = kind == PlaceKind::circle;
    const auto& groups = circle ? content.figures.by_circle : content.figures.by_town;
    const PageTable table = certainty_table(project, place_rows(project, groups, kind, language),
                                            content.figures.counted_m2, kind, language);
    quarter_heading(sheet, content,
                    circle ? tr("圈层 × 确定性（万㎡）", "Circle × certainty (10⁴ m²)")
                           : tr("街镇 × 确定性（万㎡）", "Town × certainty (10⁴ m²)"),
                    content.figures.phases.size(), content.frozen_on ? tr("冻结数", "as frozen") : "");
    sheet.table(table);
    if (const std::string rounding = rounding_remark(table, language); !rounding.empty())
      sheet.paragraph(rounding, {.size = 8, .colour = muted});
  }
}

namespace {

// Links that change something, the largest first; what stays as it was and the whole below.
PageTable conversion_table(const QuarterContent& content, const planning::Conversion& conversion, std::size_t most) {
  const auto tr = [&](std::string_view zh, std::string_view en) { return quarter_words(content, zh, en); };
  const Language language = content.subject.language;
  PageTable table;
  table.text_size = 8.5;
  table.padding = 1.8;
  table.columns = {{tr("转换前", "Before"), 1.7},
                   {tr("路径", "Pathway"), 1.3},
                   {tr("转换后", "After"), 1.7},
                   {tr("土地 亩", "Land mu"), 0.9, to_the_right},
                   {tr("建筑 万㎡", "Floor 10⁴ m²"), 0.9, to_the_right},
                   {tr("地块", "Parcels"), 0.7, to_the_right},
                   {tr("分期", "Phases"), 0.7, to_the_right}};
  const auto mu = [](double area_m2) { return base::number(area_m2 / base::m2_per_mu, 2); };
  std::vector<const planning::ConversionLink*> changed;
  double stays_land = 0, stays_floor = 0, rest_land = 0, rest_floor = 0, land = 0, floor = 0;
  for (const planning::ConversionLink& link : conversion.links) {
    land += link.land_m2;
    floor += link.floor_m2;
    if (link.from == link.to) {
      stays_land += link.land_m2;
      stays_floor += link.floor_m2;
    } else {
      changed.push_back(&link);
    }
  }
  std::stable_sort(changed.begin(), changed.end(), [](const auto* a, const auto* b) {
    return a->land_m2 != b->land_m2 ? a->land_m2 > b->land_m2 : a->floor_m2 > b->floor_m2;
  });
  for (std::size_t i = 0; i < changed.size(); ++i) {
    const planning::ConversionLink& link = *changed[i];
    if (i >= most) {
      rest_land += link.land_m2;
      rest_floor += link.floor_m2;
      continue;
    }
    const model::Pathway* pathway = model::find_pathway(*content.subject.project, link.pathway);
    table.rows.push_back({{state_name(conversion.states[link.from], language)},
                          {pathway == nullptr ? "—" : name_of(language, pathway->name_zh, pathway->name_en)},
                          {state_name(conversion.states[link.to], language)},
                          {mu(link.land_m2)},
                          {base::wan_m2(link.floor_m2)},
                          {std::to_string(link.parcels.size())},
                          {std::to_string(link.phases.size())}});
  }
  const auto sum_row = [&](const std::string& label, double land_m2, double floor_m2) {
    table.rows.push_back({{label}, {""}, {""}, {mu(land_m2)}, {base::wan_m2(floor_m2)}, {""}, {""}});
  };
  if (changed.size() > most)
    sum_row(fmt::format(fmt::runtime(tr("其余 {} 项", "{} others")), changed.size() - most), rest_land, rest_floor);
  sum_row(tr("未变", "unchanged"), stays_land, stays_floor);
  sum_row(tr("合计", "Total"), land, floor);
  table.has_total = true;
  return table;
}

void conversion_block(Sheet& sheet, const QuarterContent& content, const planning::Conversion& conversion,
                      const std::string& title, ConversionMeasure measure) {
  const auto tr = [&](std::string_view zh, std::string_view en) { return quarter_words(content, zh, en); };
  const chart::SankeyFigure figure =
      conversion_figure(*content.subject.project, conversion, measure, true, content.subject.language);
  const std::size_t nodes = std::max(figure.columns.front().size(), figure.columns.back().size());
  const double height = figure.links.empty() ? 0 : std::clamp(40.0 + 34.0 * static_cast<double>(nodes), 110.0, 230.0);
  quarter_heading(sheet, content, title, conversion.links.size(),
                  conversion.from.iso() + " → " + conversion.to.iso() +
                      (measure == ConversionMeasure::land ? tr(" · 图按土地", " · figure by land")
                                                          : tr(" · 图按建筑面积", " · figure by floor area")),
                  height + 30);
  if (figure.links.empty()) {
    sheet.paragraph(tr("本季没有变化。", "Nothing changed in the quarter."), {.size = 9, .colour = muted});
    sheet.skip(4);
  } else {
    draw_figure(sheet.canvas(), figure, Sheet::left, sheet.y(), Sheet::width, height);
    sheet.skip(height + 4);
  }
  constexpr std::size_t most = 12;
  sheet.table(conversion_table(content, conversion, most));
}

}  // namespace

void quarter_conversion_blocks(Sheet& sheet, const QuarterContent& content) {
  if (content.differs) return;
  const auto tr = [&](std::string_view zh, std::string_view en) { return quarter_words(content, zh, en); };
  conversion_block(sheet, content, content.by_land_use, tr("本季用地转换", "Land use before and after"),
                   ConversionMeasure::land);
  conversion_block(sheet, content, content.by_stage, tr("本季阶段转换", "Stage before and after"),
                   ConversionMeasure::floor);
}

void quarter_absorption_blocks(Sheet& sheet, const QuarterContent& content) {
  if (content.differs) return;
  const auto tr = [&](std::string_view zh, std::string_view en) { return quarter_words(content, zh, en); };
  constexpr double figure_height = 190, row_height = 19, heads_height = 100;  // of both tables, about
  const std::size_t rows = content.by_circle.groups.size() + content.by_owner.groups.size() + 2;
  quarter_heading(
      sheet, content, tr("去化：入驻与空置", "Absorption: space taken and vacant"), content.by_circle.phases.size(),
      fmt::format(fmt::runtime(tr("{} 个分期有数", "{} phases measured")), content.by_circle.total.measured),
      figure_height + heads_height + row_height * static_cast<double>(std::min<std::size_t>(rows, 20)));
  sheet.paragraph(content.figures.sentence, {.size = 9});
  sheet.skip(4);
  draw_figure(sheet.canvas(),
              absorption_figure(content.by_circle,
                                {tr("每季净入驻 万㎡", "Net take-up, 10⁴ m²"), tr("季末空置 万㎡", "Vacant, 10⁴ m²")},
                                paper_style().accent, paper_style().muted),
              Sheet::left, sheet.y(), Sheet::width, figure_height);
  sheet.skip(figure_height + 4);
  const auto table_of = [&](const std::string& title, const planning::Absorption& absorption) {
    PageTable table;
    table.text_size = 8.5;
    table.columns = {{title, 1.8},
                     {tr("可租 万㎡", "Leasable 10⁴ m²"), 1, to_the_right},
                     {tr("已入驻 万㎡", "Moved in 10⁴ m²"), 1, to_the_right},
                     {tr("空置 万㎡", "Vacant 10⁴ m²"), 1, to_the_right},
                     {tr("空置率", "Vacancy"), 0.8, to_the_right},
                     {tr("近四季净入驻", "Take-up, 4 quarters"), 1.1, to_the_right},
                     {tr("去化 月", "Months to clear"), 0.8, to_the_right},
                     {tr("有数 / 分期", "Measured / phases"), 1, to_the_right}};
    const auto add = [&](const std::string& label, const planning::AbsorptionFigures& f) {
      table.rows.push_back({{label},
                            {wan_or_dash(f.leasable_m2)},
                            {wan_or_dash(f.moved_in_m2)},
                            {wan_or_dash(f.vacant_m2)},
                            {percent_or_dash(f.vacancy_rate())},
                            {wan_or_dash(f.year_take_up_m2)},
                            {number_or_dash(f.months_to_clear, 1)},
                            {fmt::format("{} / {}", f.measured, f.phases)}});
    };
    for (const planning::AbsorptionGroup& group : absorption.groups) add(group.label.front(), group.figures);
    add(tr("合计", "Total"), absorption.total);
    table.has_total = true;
    sheet.table(table);
    sheet.skip(4);
  };
  table_of(tr("圈层", "Circle"), content.by_circle);
  table_of(tr("业主类型", "Owner type"), content.by_owner);
}

void quarter_outlook_blocks(Sheet& sheet, const QuarterContent& content) {
  if (content.differs) return;
  const auto tr = [&](std::string_view zh, std::string_view en) { return quarter_words(content, zh, en); };
  const model::Project& project = *content.subject.project;
  const Language language = content.subject.language;
  const planning::Forecast& forecast = content.forecast;
  if (forecast.ahead.empty()) {
    quarter_heading(sheet, content, tr("缺口阶梯与最迟进入", "Gap ladder and latest starts"), 0);
    sheet.paragraph(tr("各目标年末均已过，没有待达的目标。", "All targets are past: there is none ahead."),
                    {.size = 9, .colour = muted});
    return;
  }
  const planning::TargetGap& target = forecast.targets[forecast.ahead.front()].target;
  quarter_heading(sheet, content,
                  fmt::format(fmt::runtime(tr("缺口阶梯 · {} 年末", "Gap ladder · end of {}")), target.year),
                  content.ladder.size(),
                  fmt::format(fmt::runtime(tr("缺口 {} 万㎡", "gap {} ×10⁴ m²")), base::wan_m2(target.gap_m2)));
  constexpr std::size_t most = 12;
  PageTable table;
  table.text_size = 8.5;
  table.padding = 1.8;
  table.columns = {{tr("分期", "Phase"), 3},
                   {tr("现阶段", "Stage now"), 1.4},
                   {tr("面积 万㎡", "Area 10⁴ m²"), 0.9, to_the_right},
                   {tr("年末前计入概率", "Probability"), 1.1, to_the_right},
                   {tr("期望 万㎡", "Expected 10⁴ m²"), 1, to_the_right},
                   {tr("累计 万㎡", "Running 10⁴ m²"), 1, to_the_right}};
  for (std::size_t i = 0; i < std::min(most, content.ladder.size()); ++i) {
    const planning::LadderStep& step = content.ladder[i];
    const model::Phase& phase = rows_of(project.phases)[step.phase];
    const int stage = content.subject.status->phases[step.phase].stage;
    const model::Stage* now = stage < 0 ? nullptr : &rows_of(project.stages)[static_cast<std::size_t>(stage)];
    table.rows.push_back({{marked(shortened(phase_title(project, phase, language), language == Language::zh ? 22 : 44),
                                  phase.synthetic)},
                          {.text = now == nullptr ? "—" : stage_name(*now, language), .chip = stage_colour(now)},
                          {base::wan_m2(step.area_m2)},
                          {base::percent(step.probability)},
                          {base::wan_m2(step.expected_m2)},
                          {base::wan_m2(step.running_m2)}});
  }
  sheet.table(table);
  rows_left_out(sheet, content.ladder.size(), most, language);
  chart::GanttFigure figure = latest_start_figure(project, forecast, content.starts, target.year, language);
  figure.warning = paper_style().accent;
  if (figure.rows.empty()) return;
  constexpr double row_height = 17, frame_height = 56;  // of the chart; the axis and the legend around its rows
  constexpr std::size_t most_rows = 24, least_rows = 6;
  const std::size_t all = figure.rows.size();
  quarter_heading(
      sheet, content,
      fmt::format(fmt::runtime(tr("最迟进入 · 赶上 {} 年末", "Latest starts · for the end of {}")), target.year), all,
      tr("按典型时长", "at typical durations"),
      frame_height + row_height * static_cast<double>(std::min(all, least_rows)) + 16);
  const double room = sheet.room() - frame_height - 16;
  const auto fit = static_cast<std::size_t>(std::max(1.0, std::floor(room / row_height)));
  figure.rows.resize(std::min({all, most_rows, fit}));
  const double height = frame_height + row_height * static_cast<double>(figure.rows.size());
  draw_figure(sheet.canvas(), figure, Sheet::left, sheet.y(), Sheet::width, height);
  sheet.skip(height + 2);
  if (all > figure.rows.size())
    sheet.paragraph(fmt::format(fmt::runtime(tr("另有 {} 个分期未画出。", "{} more phases are not drawn.")),
                                all - figure.rows.size()),
                    {.size = 8, .colour = muted});
}

}  // namespace zaitu::report
