#include "report/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "planning/compensated_sum.h"
#include "report/card_head.h"
#include "report/phase_blocks.h"
#include "report/sheet.h"
#include "report/supply_figure.h"
#include "report/words.h"

namespace zaitu::report {

using base::Language;

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
    const PageTable circles = certainty_table(
        m_project, place_rows(m_project, planning::group_figures(m_groups), PlaceKind::circle, m_language),
        m_supply.counted_m2, PlaceKind::circle, m_language);
    const std::string rounding = rounding_remark(circles, m_language);
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
    Headline headline;
    headline.counted_m2 = m_supply.counted_m2;
    headline.from = m_index.subject().rule.from;
    headline.counts =
        fmt::format(fmt::runtime(tr("{} 个分期计入 · {} 个缺面积 · {} 个暂缓", "{} count · {} no area · {} stalled")),
                    m_supply.counted_phases, m_supply.missing_area, m_supply.stalled);
    headline.warns = m_supply.missing_area > 0;
    headline.remark = tr("计数规则见页脚", "counting rule: see the foot");
    for (const planning::TargetGap& target : m_supply.targets)
      headline.targets.push_back({target.year, target.target_m2, at_the_end(target)});
    sheet.skip(draw_headline(sheet.canvas(), sheet.y(), std::move(headline), m_index.as_of().year(), m_language) + 4);
  }

  // Of a target that is past: what counted on its day.
  std::string at_the_end(const planning::TargetGap& target) const {
    const base::Date end = base::Date::year_end(target.year);
    if (end >= m_index.as_of()) return {};
    const auto then = std::find_if(m_curve.begin(), m_curve.end(),
                                   [&](const planning::CurvePoint& point) { return point.at == end; });
    if (then == m_curve.end()) return {};
    return tr("该年末为 ", "at that date ") + base::wan_m2(then->counted_m2) + tr("（", " (") +
           (target.target_m2 > 0 ? base::percent(then->counted_m2 / target.target_m2) : "—") + tr("）", ")");
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

    draw_stage_map(canvas, Sheet::left, y, map_width, bottom - y, m_index, m_scenes);
    curve(canvas, right, y, curve_width, bottom - y);
    sheet.skip(height + 5);
  }

  void curve(const Canvas& canvas, double x, double y, double width, double height) const {
    const chart::SupplyCurveFigure figure =
        supply_figure(m_project, m_curve, m_supply.targets, m_index.as_of(), m_language);
    draw_figure(canvas, figure, x, y, width, height);
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
