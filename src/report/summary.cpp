#include "report/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "planning/compensated_sum.h"
#include "report/card_head.h"
#include "report/page_map.h"
#include "report/pdf_file.h"
#include "report/phase_blocks.h"
#include "report/sheet.h"
#include "report/supply_figure.h"
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

constexpr double heading_height = 34, column_gap = 16, map_width = 330;
constexpr double least_block_height = 270, most_block_height = 560;

class Summary {
 public:
  Summary(const ProjectIndex& index, const SummaryScenes& scenes)
      : m_index(index),
        m_scenes(scenes),
        m_scene(*scenes.map),
        m_project(index.project()),
        m_supply(index.supply()),
        m_language(index.language()),
        m_groups(planning::supply(*index.subject().project, *index.subject().locations, *index.subject().status,
                                  index.subject().rule, {planning::GroupBy::circle, planning::GroupBy::certainty},
                                  index.language())),
        m_late(index.late_commitments()) {
    find_curve();
  }

  int draw(Canvas& canvas, int pages) {
    Sheet sheet(canvas, frame_of(m_index, head(), {m_scene.attribution()}), pages);
    headline(sheet);
    const PageTable circles = circle_table();
    const std::string rounding = rounding_remark();
    // What is left after everything of fixed height goes to map and curve, then to the list of what is late.
    const double remark = rounding.empty() ? 0 : canvas.line_height(8);
    const double fixed = heading_height + sheet.table_height(Sheet::width, circles) + 3 + remark + 12;
    std::size_t late_rows = std::min<std::size_t>(m_late.size(), 12);
    const auto late_height = [&](std::size_t rows) {
      return heading_height + (rows == 0 ? 14 : sheet.table_height(Sheet::width, late_table(rows)) + 3);
    };
    while (late_rows > 0 && sheet.room() - fixed - late_height(late_rows) < least_block_height) --late_rows;
    map_and_curve(sheet,
                  std::clamp(sheet.room() - fixed - late_height(late_rows), least_block_height, most_block_height));
    sheet.heading(
        tr("圈层 × 确定性（万㎡）", "Circle × certainty (10⁴ m²)"),
        tr("每格为该圈层、该确定性分期的面积，按计数规则的口径", "areas of the phases by the rule's area kind"));
    sheet.table(circles);
    if (!rounding.empty()) sheet.paragraph(rounding, {.size = 8, .colour = muted});
    late(sheet, late_rows);
    return sheet.finish();
  }

 private:
  std::string tr(std::string_view zh, std::string_view en) const { return words(m_language, zh, en); }

  void find_curve() {
    const auto& targets = m_supply.targets;
    base::Date from = m_index.as_of(), to = m_index.as_of();
    if (!targets.empty()) {
      from = std::min(from, base::Date::year_end(targets.front().year - 1));
      to = std::max(to, base::Date::year_end(targets.back().year));
    } else {
      from = from.plus_months(-36);
    }
    // Not over 25 years back: a mistyped target year shall not make a thousand points.
    from = std::max(from, m_index.as_of().plus_months(-300));
    to = std::min(to, m_index.as_of().plus_months(300));
    m_curve = planning::supply_curve(m_project, m_index.subject().rule, from, to);
    const base::Date as_of = m_index.as_of();
    const auto place = std::find_if(m_curve.begin(), m_curve.end(),
                                    [&](const planning::CurvePoint& point) { return point.at >= as_of; });
    if (place != m_curve.end() && place->at == as_of) return;
    // The as-of date lies inside a quarter: a point of its own, from the same groups as the table.
    planning::CurvePoint now;
    now.at = as_of;
    now.counted_m2 = m_supply.counted_m2;
    std::vector<planning::CompensatedSum> sums(rows_of(m_project.certainty_classes).size());
    for (const planning::SupplyGroup& group : m_groups.groups) {
      for (std::size_t c = 0; c < sums.size(); ++c) {
        if ((*m_project.certainty_classes)[c].code == group.key[1]) sums[c].add(group.area_m2);
      }
    }
    for (const auto& sum : sums) now.by_certainty_m2.push_back(sum.value());
    m_curve.insert(place, std::move(now));
  }

  Head head() const {
    Head head;
    head.kind = tr("载体供给一页通 · 概要", "Carrier-space supply · summary");
    head.title = name_of(m_language, m_project.name_zh, m_project.name_en);
    const std::string& scope = m_index.subject().rule.scope;
    head.facts = {scope.empty() ? tr("范围：全部", "Scope: all") : tr("范围：", "Scope: ") + scope,
                  tr("截至 ", "As of ") + m_index.as_of().iso()};
    if (m_supply.synthetic_phases > 0 || m_scene.has_synthetic())
      head.synthetic_note = fmt::format(
          fmt::runtime(tr("本页含示意数据：{} 个分期的面积或日期、及图上示意地块由演示程序编制，无来源，不得作为依据。",
                          "Synthetic data on this page: areas or dates of {} phases and map features are "
                          "made for demonstration, not evidence.")),
          m_supply.synthetic_phases);
    return head;
  }

  void headline(Sheet& sheet) const {
    const Canvas& canvas = sheet.canvas();
    constexpr double height = 92, first_width = 196, gap = 8;
    const double y = sheet.y();
    canvas.box(Sheet::left, y, first_width, height, panel, 4);
    canvas.box(Sheet::left, y, 4, height, band);
    const double x = Sheet::left + 14;
    canvas.text(x, y + 6, 0, counted_name(), {.size = 9.5, .colour = muted});
    const TextStyle big{.size = 27, .bold = true, .colour = band};
    const std::string counted = base::wan_m2(m_supply.counted_m2);
    canvas.text(x, y + 15, 0, counted, big);
    canvas.text(x + canvas.text_width(counted, big) + 6, y + 34, 0, unit(), {.size = 11, .colour = band});
    const std::string missing =
        fmt::format(fmt::runtime(tr("{} 个分期计入 · {} 个缺面积 · {} 个暂缓", "{} count · {} no area · {} stalled")),
                    m_supply.counted_phases, m_supply.missing_area, m_supply.stalled);
    canvas.text(x, y + 56, first_width - 20, missing,
                {.size = 8.5,
                 .bold = m_supply.missing_area > 0,
                 .colour = m_supply.missing_area > 0 ? caution : muted,
                 .one_line = true});
    canvas.text(x, y + 71, first_width - 20, tr("计数规则见页脚", "counting rule: see the foot"),
                {.size = 8, .colour = muted, .one_line = true});

    // The targets: those nearest the as-of date when there are more than fit.
    std::vector<planning::TargetGap> targets = m_supply.targets;
    while (targets.size() > 4) {
      const int year = m_index.as_of().year();
      targets.erase(std::abs(targets.front().year - year) >= std::abs(targets.back().year - year) ? targets.begin()
                                                                                                  : targets.end() - 1);
    }
    if (targets.empty()) {
      canvas.text(Sheet::left + first_width + gap + 10, y + 8, 300,
                  tr("项目中没有供给目标。", "The project has no supply target."), {.size = 9.5, .colour = muted});
    }
    const double room = Sheet::width - first_width;
    const double each = targets.empty() ? 0 : room / static_cast<double>(targets.size()) - gap;
    double left = Sheet::left + first_width + gap;
    for (const planning::TargetGap& target : targets) {
      tile(canvas, left, y, each, height, target);
      left += each + gap;
    }
    sheet.skip(height + 4);
  }

  std::string unit() const { return tr("万㎡", "×10⁴ m²"); }
  std::string counted_name() const {
    switch (m_index.subject().rule.from) {
      case planning::CountFrom::completed:
        return tr("已建成（竣工起计）", "Built (completed and beyond)");
      case planning::CountFrom::in_use:
        return tr("已投用", "In use");
      case planning::CountFrom::under_construction:
        return tr("已开工（在建起计）", "Started (under construction and beyond)");
    }
    return {};
  }

  void tile(const Canvas& canvas, double x, double y, double width, double height,
            const planning::TargetGap& target) const {
    const bool met = target.gap_m2 <= 0;
    const style::Rgba colour = met ? style::Rgba{27, 94, 32, 255} : warning;
    canvas.frame(x, y, width, height, rule_grey, 0.8, 4);
    const std::string year = std::to_string(target.year);
    canvas.text(x + 10, y + 6, width - 16, year + tr(" 年末目标", " year-end target"),
                {.size = 9, .colour = muted, .one_line = true});
    canvas.text(x + 10, y + 18, width - 16, base::wan_m2(target.target_m2) + " " + unit(),
                {.size = 13, .bold = true, .one_line = true});
    const double ratio = target.target_m2 > 0 ? m_supply.counted_m2 / target.target_m2 : std::nan("");
    canvas.box(x + 10, y + 41, width - 20, 6, panel);
    if (std::isfinite(ratio)) canvas.box(x + 10, y + 41, (width - 20) * std::clamp(ratio, 0.0, 1.0), 6, colour);
    canvas.frame(x + 10, y + 41, width - 20, 6, muted, 0.5);
    const std::string gap =
        (met ? tr("超出 ", "above by ") : tr("缺口 ", "gap ")) + base::wan_m2(std::abs(target.gap_m2));
    canvas.text(x + 10, y + 50, width - 16, (std::isfinite(ratio) ? base::percent(ratio) : "—") + " · " + gap,
                {.size = 10, .bold = true, .colour = colour, .one_line = true});
    const base::Date end = base::Date::year_end(target.year);
    if (end >= m_index.as_of()) return;
    const auto then = std::find_if(m_curve.begin(), m_curve.end(),
                                   [&](const planning::CurvePoint& point) { return point.at == end; });
    if (then == m_curve.end()) return;
    canvas.text(x + 10, y + 70, width - 16,
                tr("该年末为 ", "at that date ") + base::wan_m2(then->counted_m2) + tr("（", " (") +
                    (target.target_m2 > 0 ? base::percent(then->counted_m2 / target.target_m2) : "—") + tr("）", ")"),
                {.size = 8.5, .colour = muted, .one_line = true});
  }

  // Side by side: the map with its legend below, the supply curve.
  void map_and_curve(Sheet& sheet, double height) const {
    const Canvas& canvas = sheet.canvas();
    sheet.skip(7);
    const double top = sheet.y(), right = Sheet::left + map_width + column_gap;
    const double curve_width = Sheet::width - map_width - column_gap;
    const double heading =
        sheet.heading_at(Sheet::left, top, map_width, tr("地块与项目阶段", "Parcels and projects by stage"), "");
    sheet.heading_at(
        right, top, curve_width, tr("供给曲线", "Supply curve"),
        tr("季度末值，画至截至日；下稳上虚", "quarter ends, to the as-of date; most certain at the bottom"));
    const double y = top + heading, bottom = top + height;

    PageMap page_map{&m_scene, &m_project, m_scene.extent(), 8, {}, false, m_language};
    page_map.labels = m_scenes.map_labels.get();
    page_map.pointers = true;
    const geom::Envelope core = core_of_parcels(m_project, m_index.as_of());
    if (!core.empty() && core.width() * core.height() < 0.5 * page_map.extent.width() * page_map.extent.height())
      page_map.extent = core;
    std::vector<LegendRow> legend = legend_rows(page_map, map_width, height, true);
    for (LegendRow& row : mark_rows()) legend.push_back(std::move(row));
    double legend_height = 0;
    measure_pdf([&](Canvas& dry) { legend_height = draw_legend(dry, 0, 0, map_width, legend, 7.8); });
    const double remark_height = canvas.line_height(7.8) + 1;
    const double map_height = std::floor(bottom - y - legend_height - remark_height - 6);
    draw_map(canvas, Sheet::left, y, map_width, map_height, page_map);
    draw_legend(canvas, Sheet::left, y + map_height + 4, map_width, legend, 7.8);
    const std::size_t outside = parcels_outside(visible_extent(page_map, map_width, map_height));
    if (outside > 0)
      canvas.text(Sheet::left, bottom - remark_height, map_width,
                  fmt::format(fmt::runtime(tr("图外另有 {} 宗地块；箭头示图外圈层成员及距图心距离。",
                                              "{} more parcels outside; arrows: circle members and their distance.")),
                              outside),
                  {.size = 7.8, .colour = muted, .one_line = true});
    curve(canvas, right, y, curve_width, bottom - y);
    sheet.skip(height + 5);
  }

  // What stands on the map besides the parcels' classes.
  std::vector<LegendRow> mark_rows() const {
    std::vector<LegendRow> rows;
    const auto add = [&](const std::string& label, const style::Symbol& symbol) {
      rows.push_back({"", {.key = "", .label = label, .symbol = symbol}});
    };
    rows.push_back({tr("圈层与项目", "Circles, projects"), {}});
    for (const model::Circle& circle : rows_of(m_project.circles))
      add(name_of(m_language, circle.name_zh, circle.name_en), style::circle_symbol(circle, false));
    if (!rows_of(m_project.projects).empty())
      add(tr("载体项目（按阶段着色）", "project (coloured by stage)"), style::project_symbol(nullptr, false));
    return rows.size() > 1 ? rows : std::vector<LegendRow>{};
  }

  // Parcels in force that the map does not reach.
  std::size_t parcels_outside(const geom::Envelope& frame) const {
    std::size_t count = 0;
    const model::ParcelTable& parcels = *m_project.parcels;
    for (std::size_t row = 0; row < parcels.size(); ++row) {
      const geom::Envelope box = parcels.geometry[row].envelope();
      if (parcels.in_force(row, m_index.as_of()) && !box.empty() && !frame.intersects(box)) ++count;
    }
    return count;
  }

  void curve(const Canvas& canvas, double x, double y, double width, double height) const {
    const chart::SupplyCurveFigure figure =
        supply_figure(m_project, m_curve, m_supply.targets, m_index.as_of(), m_language);
    const chart::ChartStyle style{{31, 41, 51, 255},    {91, 103, 117, 255}, {198, 206, 214, 255},
                                  {255, 255, 255, 255}, {178, 34, 42, 255},  9.5};
    const chart::Laid laid =
        chart::lay_out(figure, width, height, style, [&](const std::string& text, double size, bool bold) {
          return canvas.text_width(text, {.size = size, .bold = bold});
        });
    canvas.chart(laid.list, x, y);
  }

  // ---- circle x certainty ----
  struct CircleRow {
    std::string label;
    std::map<std::string, planning::CompensatedSum> by_certainty;
    planning::CompensatedSum area, counted;
    std::size_t phases = 0, missing = 0;
  };

  std::vector<CircleRow> circle_rows() const {
    std::vector<std::string> keys;
    std::vector<CircleRow> rows;
    for (const planning::SupplyGroup& group : m_groups.groups) {
      auto place = std::find(keys.begin(), keys.end(), group.key[0]);
      if (place == keys.end()) {
        keys.push_back(group.key[0]);
        rows.push_back({group.label[0], {}, {}, {}, 0, 0});
        place = keys.end() - 1;
      }
      CircleRow& row = rows[static_cast<std::size_t>(place - keys.begin())];
      row.by_certainty[group.key[1]].add(group.area_m2);
      row.area.add(group.area_m2);
      row.counted.add(group.counted_m2);
      row.phases += group.phases;
      row.missing += group.missing_area;
    }
    return rows;
  }

  PageTable circle_table() const {
    const auto right = TextStyle::Align::right;
    const auto& classes = rows_of(m_project.certainty_classes);
    PageTable table;
    table.text_size = m_language == Language::zh ? 8.5 : 8;
    table.columns.push_back({tr("圈层", "Circle"), 2.2});
    for (const model::CertaintyClass& certainty : classes)
      table.columns.push_back({name_of(m_language, certainty.label_zh, certainty.label_en), 1.15, right});
    table.columns.push_back({tr("合计", "Total"), 1.0, right});
    table.columns.push_back({tr("其中计入", "Counted"), 1.05, right});
    table.columns.push_back({tr("分期", "Phases"), 0.78, right});
    table.columns.push_back({tr("缺面积", "No area"), 0.8, right});
    std::vector<planning::CompensatedSum> sums(classes.size() + 1);
    std::size_t phases = 0, missing = 0;
    for (CircleRow& row : circle_rows()) {
      std::vector<Cell> cells{{row.label}};
      for (std::size_t c = 0; c < classes.size(); ++c) {
        const auto found = row.by_certainty.find(classes[c].code);
        const double area = found == row.by_certainty.end() ? 0 : found->second.value();
        sums[c].add(area);
        cells.push_back({.text = area == 0 ? "–" : base::wan_m2(area), .colour = area == 0 ? muted : ink});
      }
      cells.push_back({.text = base::wan_m2(row.area.value()), .bold = true});
      cells.push_back({.text = base::wan_m2(row.counted.value()), .bold = true});
      cells.push_back({std::to_string(row.phases)});
      cells.push_back(
          {.text = row.missing == 0 ? "–" : std::to_string(row.missing), .colour = row.missing == 0 ? muted : caution});
      table.rows.push_back(std::move(cells));
      sums.back().add(row.area.value());
      phases += row.phases;
      missing += row.missing;
    }
    std::vector<Cell> total{{tr("合计", "Total")}};
    for (const planning::CompensatedSum& sum : sums) total.push_back({base::wan_m2(sum.value())});
    total.push_back({base::wan_m2(m_supply.counted_m2)});
    total.push_back({std::to_string(phases)});
    total.push_back({std::to_string(missing)});
    table.rows.push_back(std::move(total));
    table.has_total = true;
    return table;
  }

  // Said only where a reader who adds up the printed numbers would find a difference.
  std::string rounding_remark() const {
    const PageTable table = circle_table();
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
                   : tr("各数按 0.01 万㎡ 四舍五入；合计由未取整的值相加，与所列数之和可差末位。",
                        "Rounded to 0.01; totals are summed before rounding and may differ in the last digit.");
  }

  // ---- what fell behind ----
  PageTable late_table(std::size_t rows) const {
    PageTable table;
    table.text_size = 8.5;
    table.padding = 1.8;
    table.columns = {{tr("分期", "Phase"), 3.1},       {tr("承诺", "Promised"), 1.6},
                     {tr("承诺日期", "Date"), 1.1},    {tr("逾期（天）", "Days late"), 0.85, TextStyle::Align::right},
                     {tr("现阶段", "Stage now"), 2.0}, {tr("面积 万㎡", "Area 10⁴ m²"), 0.95, TextStyle::Align::right}};
    for (std::size_t i = 0; i < rows; ++i) {
      const LateCommitment& late = m_late[i];
      const model::Phase& phase = (*m_project.phases)[late.phase];
      const model::CarrierProject* project = m_index.project_of(phase);
      const std::string name = name_of(m_language, phase.name_zh, phase.name_en);
      std::string owner = project == nullptr ? "" : name_of(m_language, project->name_zh, project->name_en);
      std::string shown = name.empty() ? phase.code : name;
      if (!owner.empty() && shown.find(owner) == std::string::npos) shown = owner + " " + shown;
      const model::Stage* promised = model::find_stage(m_project, late.commitment->stage_code);
      const model::Stage* now = m_index.stage_of_phase(late.phase);
      const planning::PhaseCount* count = m_index.count_of(late.phase);
      table.rows.push_back({{marked(shortened(shown, m_language == Language::zh ? 21 : 40), phase.synthetic)},
                            {promised == nullptr ? late.commitment->stage_code : stage_name(*promised, m_language)},
                            {late.commitment->dated.iso()},
                            {late.days == 0 ? tr("到期", "due") : base::number(late.days, 0)},
                            {.text = now == nullptr ? "—" : stage_name(*now, m_language), .chip = stage_colour(now)},
                            {count == nullptr || count->missing_area ? "—" : base::wan_m2(count->area_m2)}});
    }
    return table;
  }

  void late(Sheet& sheet, std::size_t rows) const {
    std::string remark = fmt::format(
        fmt::runtime(tr("承诺日期已到而未达该阶段：共 {} 个分期", "commitment due, stage not reached: {} phases")),
        m_late.size());
    if (rows < m_late.size())
      remark += fmt::format(fmt::runtime(tr("，列最久的 {} 个", ", the {} longest listed")), rows);
    sheet.heading(tr("落后的分期", "Phases that fell behind"), remark, 14);
    if (m_late.empty()) {
      sheet.paragraph(tr("没有。", "None."), {.size = 9, .colour = muted});
      return;
    }
    if (rows > 0) sheet.table(late_table(rows));
  }

  const ProjectIndex& m_index;
  const SummaryScenes& m_scenes;
  const render::Scene& m_scene;
  const model::Project& m_project;
  const planning::Supply& m_supply;
  const Language m_language;
  const planning::Supply m_groups;
  const std::vector<LateCommitment> m_late;
  std::vector<planning::CurvePoint> m_curve;
};

}  // namespace

int draw_summary(Canvas& canvas, const ProjectIndex& index, const SummaryScenes& scenes, int pages) {
  return Summary(index, scenes).draw(canvas, pages);
}

}  // namespace zaitu::report
