// The workbook of the quarterly package, in the layouts that the bureau files: indicators by year, tasks with their
// units, supply by place, conversion, absorption, ledgers. Areas in m² as they are; 万㎡ and 亩 stand beside them.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "planning/compensated_sum.h"
#include "report/book.h"
#include "report/conversion_figure.h"
#include "report/quarter_facts.h"
#include "report/supply_blocks.h"
#include "report/words.h"

namespace zaitu::report {

namespace {

using base::Language;

constexpr const char* area_format = "#,##0.00";
constexpr const char* wan_format = "#,##0.00";
constexpr const char* percent_format = "0.0%";
constexpr const char* count_format = "#,##0";

// As base::wan_m2 and Excel's ROUND have it, half away from zero.
double wan_rounded(double area_m2) {
  return std::isfinite(area_m2) ? std::strtod(base::wan_m2(area_m2).c_str(), nullptr) : area_m2;
}

class QuarterWorkbook {
 public:
  QuarterWorkbook(Book& book, const QuarterContent& content)
      : m_book(book),
        m_content(content),
        m_project(*content.subject.project),
        m_language(content.subject.language),
        m_basis(quarter_basis(content)) {}

  void fill() {
    // The front page refers to the supply's total, so the name of that sheet and the cell are known before.
    const std::string supply_name = tr("供给", "Supply");
    front_page(supply_name);
    indicators();
    tasks();
    projects_of_the_quarter();
    supply(supply_name);
    if (!m_content.differs) {
      forecast();
      conversion();
    }
    absorption();
    for (const Table& ledger : m_content.ledgers) m_book.add(ledger);
    notes();
  }

 private:
  std::string tr(std::string_view zh, std::string_view en) const { return words(m_language, zh, en); }
  std::string basis(std::size_t rows) const {
    return m_basis + fmt::format(fmt::runtime(tr(" · {} 行", " · {} rows")), rows);
  }

  void header(Grid& grid, lxw_row_t row, const std::vector<std::string>& titles) const {
    for (std::size_t c = 0; c < titles.size(); ++c)
      grid.text(row, static_cast<lxw_col_t>(c), titles[c], CellLook::header);
  }

  // The lines of the supply's first table: place rows, and below them the total.
  lxw_row_t supply_total_row() const {
    constexpr lxw_row_t first = 5;  // below title, basis, block title and header
    return first + static_cast<lxw_row_t>(circle_rows().size());
  }
  std::vector<PlaceRow> circle_rows() const {
    return place_rows(m_project, m_content.figures.by_circle, PlaceKind::circle, m_language);
  }
  lxw_col_t counted_column() const { return static_cast<lxw_col_t>(rows_of(m_project.certainty_classes).size() + 2); }

  void front_page(const std::string& supply_name) {
    const planning::QuarterFigures& figures = m_content.figures;
    Grid grid(m_book, tr("概要", "Summary"), {30, 20, 16, 16, 16, 16, 36});
    lxw_row_t row = grid.heading(name_of(m_language, m_project.name_zh, m_project.name_en) + " · " +
                                     m_content.quarter.name() + tr(" 季度报送", " quarterly package"),
                                 m_basis);
    grid.text(row, 0, tr("计入面积 ㎡", "Counted m²"));
    if (figures.by_circle.empty()) {
      grid.number(row, 1, figures.counted_m2, area_format, CellLook::total);
    } else {
      grid.formula(row, 1, "='" + supply_name + "'!" + Grid::cell(supply_total_row(), counted_column()),
                   figures.counted_m2, area_format, CellLook::total);
    }
    const std::string counted = Grid::cell(row, 1);
    ++row;
    grid.text(row, 0, tr("计入面积 万㎡", "Counted, 10⁴ m²"));
    grid.formula(row++, 1, "=ROUND(" + counted + "/10000,2)", wan_rounded(figures.counted_m2), wan_format,
                 CellLook::total);
    const auto count = [&](const std::string& label, std::size_t value) {
      grid.text(row, 0, label);
      grid.number(row++, 1, static_cast<double>(value), count_format);
    };
    count(tr("计入分期", "Counted phases"), figures.counted_phases);
    count(tr("缺面积分期", "Phases without an area"), figures.missing_area);
    count(tr("含示意数据的分期", "Phases with synthetic data"), figures.synthetic_phases);
    count(tr("在册地块", "Parcels in force"), figures.parcels);
    grid.text(row, 0, tr("地块平面面积 ㎡", "Planar area of parcels, m²"));
    grid.number(row++, 1, figures.land_m2, area_format);
    ++row;
    header(grid, row++,
           {tr("年末目标", "Year-end target"), tr("目标 ㎡", "Target m²"), tr("计入 ㎡", "Counted m²"),
            tr("缺口 ㎡", "Gap m²"), tr("完成", "Reached"), tr("达标概率", "Probability"), tr("文件", "Document")});
    for (const planning::TargetForecast& target : m_content.forecast.targets) {
      grid.text(row, 0, std::to_string(target.target.year));
      const double target_m2 = target.target.target_m2;
      grid.number(row, 1, target_m2, area_format);
      grid.formula(row, 2, "=" + counted, figures.counted_m2, area_format);
      grid.formula(row, 3, "=" + Grid::cell(row, 1) + "-" + Grid::cell(row, 2), target_m2 - figures.counted_m2,
                   area_format);
      grid.formula(row, 4, "=" + Grid::cell(row, 2) + "/" + Grid::cell(row, 1), figures.counted_m2 / target_m2,
                   percent_format);
      if (!m_content.differs && target.probability) grid.number(row, 5, *target.probability, percent_format);
      grid.text(row++, 6, target.target.document + " " + target.target.document_version);
    }
    ++row;
    grid.merged(row, 0, row, 6, figures.sentence, CellLook::wrapped);
    grid.height(row++, 32);
    if (const std::string statement = frozen_statement(m_content); !statement.empty()) {
      grid.merged(row, 0, row, 6, statement, CellLook::wrapped);
      grid.height(row, 48);
    }
  }

  // ---- 指标 ----
  void indicators() {
    const planning::IndicatorWall& wall = m_content.wall;
    const std::vector<std::size_t> years = target_years(wall);
    std::vector<double> widths = {6, 40, 8, 14};
    for (std::size_t i = 0; i < years.size(); ++i) widths.insert(widths.end(), {10, 10, 9, 12});
    widths.insert(widths.end(), {26, 30, 40});
    Grid grid(m_book, tr("指标", "Indicators"), widths);
    std::vector<const planning::WallRow*> own, others;
    for (const planning::WallRow* row : wall_rows(m_content))
      (row->kind == planning::WallRow::Kind::targets ? own : others).push_back(row);
    lxw_row_t row =
        grid.heading(tr("重点发展指标（目标与实绩）", "Indicators: targets and observations"), basis(own.size()));
    const auto after = static_cast<lxw_col_t>(4 + 4 * years.size());
    const auto head = [&](lxw_col_t column, const std::string& words_of_cell) {
      grid.merged(row, column, row + 1, column, words_of_cell, CellLook::header);
    };
    head(0, tr("序号", "No."));
    head(1, tr("指标", "Indicator"));
    head(2, tr("单位", "Unit"));
    head(3, tr("口径", "Scope"));
    for (std::size_t i = 0; i < years.size(); ++i) {
      const auto column = static_cast<lxw_col_t>(4 + 4 * i);
      grid.merged(row, column, row, static_cast<lxw_col_t>(column + 3), std::to_string(wall.years[years[i]]),
                  CellLook::header);
      const std::string titles[] = {tr("目标", "Target"), tr("实绩", "Observed"), tr("完成率", "Ratio"),
                                    tr("状态", "Status")};
      for (std::size_t t = 0; t < 4; ++t)
        grid.text(row + 1, static_cast<lxw_col_t>(column + t), titles[t], CellLook::header);
    }
    head(after, tr("牵头单位", "Lead units"));
    head(static_cast<lxw_col_t>(after + 1), tr("责任单位", "Responsible units"));
    head(static_cast<lxw_col_t>(after + 2), tr("实绩出处", "Source of observations"));
    row += 2;
    grid.freeze(row, 2);
    for (const planning::WallRow* line : own) indicator_row(grid, row++, *line, years, after);
    if (others.empty()) return;
    ++row;
    grid.text(row++, 0, tr("其他口径的数（不与目标并列，无状态）", "Numbers of other scope (never beside a target)"),
              CellLook::note);
    for (const planning::WallRow* line : others) indicator_row(grid, row++, *line, years, after);
  }

  void indicator_row(Grid& grid, lxw_row_t row, const planning::WallRow& line, const std::vector<std::size_t>& years,
                     lxw_col_t after) const {
    const model::Indicator& indicator = rows_of(m_project.indicators)[line.indicator];
    const bool own = line.kind == planning::WallRow::Kind::targets;
    grid.number(row, 0, indicator.number, count_format);
    std::string name = name_of(m_language, indicator.name_zh, indicator.name_en);
    if (line.kind == planning::WallRow::Kind::counted) name += tr("（本系统计数）", " (counted here)");
    grid.text(row, 1, marked(name, line.synthetic), CellLook::wrapped);
    grid.text(row, 2, line.unit);
    grid.text(row, 3, line.scope, CellLook::wrapped);
    std::string sources;
    for (std::size_t i = 0; i < years.size(); ++i) {
      const planning::WallCell& cell = line.cells[years[i]];
      const auto column = static_cast<lxw_col_t>(4 + 4 * i);
      const double seen = cell.observation != nullptr ? cell.observation->value : cell.counted;
      grid.number(row, column, cell.target, "General");
      grid.number(row, static_cast<lxw_col_t>(column + 1), seen,
                  line.kind == planning::WallRow::Kind::counted ? wan_format : "General");
      if (own) {
        const std::string target = Grid::cell(row, column);
        const std::string observed = Grid::cell(row, static_cast<lxw_col_t>(column + 1));
        const bool ratio = std::isfinite(cell.target) && cell.target != 0 && std::isfinite(seen);
        grid.formula(row, static_cast<lxw_col_t>(column + 2),
                     fmt::format("=IF(AND(ISNUMBER({0}),ISNUMBER({1}),{0}<>0),{1}/{0},\"\")", target, observed),
                     ratio ? seen / cell.target : model::unknown, percent_format);
        grid.text(row, static_cast<lxw_col_t>(column + 3), planning::describe(cell.status, m_language));
      }
    }
    for (const planning::WallCell& cell : line.cells) {
      if (cell.observation == nullptr) continue;
      const model::Document* document = model::find_document(m_project, cell.observation->document);
      sources += (sources.empty() ? "" : "; ") +
                 fmt::format("{}: {} ({}, {})", cell.year, base::shortest(cell.observation->value),
                             document == nullptr ? std::string("—") : document->code, cell.observation->as_of);
    }
    grid.text(row, after, indicator_units(m_project, indicator.id, model::UnitRole::lead, m_language),
              CellLook::wrapped);
    grid.text(row, static_cast<lxw_col_t>(after + 1),
              indicator_units(m_project, indicator.id, model::UnitRole::responsible, m_language), CellLook::wrapped);
    grid.text(row, static_cast<lxw_col_t>(after + 2), sources, CellLook::wrapped);
  }

  // ---- 重点任务分解表 ----
  void tasks() {
    Grid grid(m_book, tr("重点任务分解表", "Tasks"), {6, 24, 30, 60, 30, 36, 36, 36, 10});
    const std::vector<QuarterLine> lines = quarter_lines(m_content, true);
    lxw_row_t row =
        grid.heading(tr("重点任务分解表 · 本季进展", "Tasks and their progress in the quarter"), basis(lines.size()));
    header(grid, row++,
           {tr("序号", "No."), tr("行动", "Action"), tr("重点任务", "Task"), tr("任务内容", "What is asked"),
            tr("推进单位", "Units"), tr("本季进展", "Progress"), tr("存在问题", "Problem"), tr("下一步", "Next step"),
            tr("报送", "Report")});
    grid.freeze(row, 3);
    for (const QuarterLine& line : lines) {
      grid.number(row, 0, line.number, count_format, CellLook::wrapped);
      lxw_col_t column = 1;
      for (const std::string* cell :
           {&line.group, &line.title, &line.text, &line.units, &line.progress, &line.problem, &line.next_step})
        grid.text(row, column++, *cell, CellLook::wrapped);
      grid.text(row++, column, report_state(line), CellLook::wrapped);
    }
  }

  void projects_of_the_quarter() {
    Grid grid(m_book, tr("项目季报", "Project reports"), {14, 34, 26, 12, 18, 18, 36, 36, 36, 10});
    const std::vector<QuarterLine> lines = quarter_lines(m_content, false);
    lxw_row_t row = grid.heading(tr("在推项目 · 本季进展", "Projects under way and their progress in the quarter"),
                                 basis(lines.size()));
    header(grid, row++,
           {tr("项目编号", "Code"), tr("项目", "Project"), tr("牵头单位", "Lead unit"), tr("阶段", "Stage"),
            tr("规则面积 ㎡", "Area by the rule, m²"), tr("计入 ㎡", "Counted m²"), tr("本季进展", "Progress"),
            tr("存在问题", "Problem"), tr("下一步", "Next step"), tr("报送", "Report")});
    grid.freeze(row, 2);
    const auto& figures = m_content.figures.projects;
    for (const QuarterLine& line : lines) {
      const auto of = std::find_if(figures.begin(), figures.end(), [&](const auto& f) { return f.code == line.code; });
      grid.text(row, 0, line.code, CellLook::wrapped);
      grid.text(row, 1, line.title, CellLook::wrapped);
      grid.text(row, 2, line.units, CellLook::wrapped);
      if (of != figures.end()) {
        grid.text(row, 3, of->stage, CellLook::wrapped);
        grid.number(row, 4, of->area_m2, area_format, CellLook::wrapped);
        grid.number(row, 5, of->counted_m2, area_format, CellLook::wrapped);
      }
      lxw_col_t column = 6;
      for (const std::string* cell : {&line.progress, &line.problem, &line.next_step})
        grid.text(row, column++, *cell, CellLook::wrapped);
      grid.text(row++, column, report_state(line), CellLook::wrapped);
    }
  }

  std::string report_state(const QuarterLine& line) const {
    if (line.missing) return tr("缺报", "missing");
    return line.synthetic ? tr("已报 ", "there ") + synthetic_mark : tr("已报", "there");
  }

  // ---- 供给 ----
  void supply(const std::string& name) {
    const auto& classes = rows_of(m_project.certainty_classes);
    std::vector<double> widths(classes.size() + 6, 16);
    widths[0] = 26;
    Grid grid(m_book, name, widths);
    const std::vector<PlaceRow> circles = circle_rows();
    const std::vector<PlaceRow> towns = place_rows(m_project, m_content.figures.by_town, PlaceKind::town, m_language);
    lxw_row_t row = grid.heading(tr("载体供给：圈层、街镇 × 确定性", "Supply: circle and town by certainty"),
                                 basis(circles.size() + towns.size()));
    if (circles.empty()) {
      grid.text(row, 0, no_groups_reason(m_content));
      return;
    }
    row = supply_block(grid, row, tr("圈层", "Circle"), circles);
    supply_block(grid, row + 1, tr("街镇", "Town"), towns);
  }

  // Returns the row below its total.
  lxw_row_t supply_block(Grid& grid, lxw_row_t row, const std::string& title, const std::vector<PlaceRow>& places) {
    const auto& classes = rows_of(m_project.certainty_classes);
    const auto count = static_cast<lxw_col_t>(classes.size());
    const auto total = static_cast<lxw_col_t>(count + 1), counted = counted_column(),
               wan = static_cast<lxw_col_t>(counted + 1), phases = static_cast<lxw_col_t>(counted + 2),
               missing = static_cast<lxw_col_t>(counted + 3);
    grid.text(row++, 0, title + tr(" × 确定性（㎡）", " by certainty (m²)"), CellLook::note);
    std::vector<std::string> titles{title};
    for (const model::CertaintyClass& certainty : classes)
      titles.push_back(name_of(m_language, certainty.label_zh, certainty.label_en));
    for (const auto& words_of_cell :
         {tr("合计 ㎡", "Total m²"), tr("其中计入 ㎡", "Counted m²"), tr("计入 万㎡", "Counted, 10⁴ m²"),
          tr("分期", "Phases"), tr("缺面积", "No area")})
      titles.push_back(words_of_cell);
    header(grid, row++, titles);
    const lxw_row_t first = row;
    std::vector<planning::CompensatedSum> sums(classes.size() + 1);
    std::size_t all_phases = 0, all_missing = 0;
    for (const PlaceRow& place : places) {
      grid.text(row, 0, place.label);
      for (lxw_col_t c = 0; c < count; ++c) {
        const auto found = place.by_certainty_m2.find(classes[c].code);
        const double area = found == place.by_certainty_m2.end() ? 0 : found->second;
        sums[c].add(area);
        grid.number(row, static_cast<lxw_col_t>(c + 1), area, area_format);
      }
      sums.back().add(place.area_m2);
      grid.formula(row, total, sum_of(row, 1, row, count), place.area_m2, area_format);
      grid.number(row, counted, place.counted_m2, area_format);
      grid.formula(row, wan, "=ROUND(" + Grid::cell(row, counted) + "/10000,2)", wan_rounded(place.counted_m2),
                   wan_format);
      grid.number(row, phases, static_cast<double>(place.phases), count_format);
      grid.number(row, missing, static_cast<double>(place.missing), count_format);
      all_phases += place.phases;
      all_missing += place.missing;
      ++row;
    }
    const lxw_row_t last = row - 1;
    grid.text(row, 0, tr("合计", "Total"), CellLook::total);
    for (lxw_col_t c = 1; c <= total; ++c)
      grid.formula(row, c, sum_of(first, c, last, c), sums[c - 1U].value(), area_format, CellLook::total);
    const double whole = m_content.figures.counted_m2;
    grid.formula(row, counted, sum_of(first, counted, last, counted), whole, area_format, CellLook::total);
    grid.formula(row, wan, "=ROUND(" + Grid::cell(row, counted) + "/10000,2)", wan_rounded(whole), wan_format,
                 CellLook::total);
    grid.formula(row, phases, sum_of(first, phases, last, phases), static_cast<double>(all_phases), count_format,
                 CellLook::total);
    grid.formula(row, missing, sum_of(first, missing, last, missing), static_cast<double>(all_missing), count_format,
                 CellLook::total);
    return row + 1;
  }

  static std::string sum_of(lxw_row_t first_row, lxw_col_t first, lxw_row_t last_row, lxw_col_t last) {
    return "=SUM(" + Grid::cell(first_row, first) + ":" + Grid::cell(last_row, last) + ")";
  }

  // ---- 推算 ----
  void forecast() {
    const planning::Forecast& forecast = m_content.forecast;
    Grid grid(m_book, tr("推算", "Forecast"), {30, 18, 18, 18, 18, 16, 40});
    lxw_row_t row = grid.heading(
        tr("供给推算（蒙特卡罗）", "Supply forecast (Monte Carlo)"),
        basis(forecast.points.size()) +
            fmt::format(fmt::runtime(tr(" · {} 次抽样 · 种子 {} · {} 个路径阶段的时长与概率为假设",
                                        " · {} runs · seed {} · {} stages of pathways rest on assumptions")),
                        forecast.draws, forecast.seed, forecast.assumed_stages));
    header(grid, row++, {tr("日期", "Date"), "P10 ㎡", "P50 ㎡", "P90 ㎡", tr("均值 ㎡", "Mean m²")});
    for (const planning::ForecastPoint& point : forecast.points) {
      grid.text(row, 0, point.at.iso());
      lxw_col_t column = 1;
      for (const double value : {point.p10_m2, point.p50_m2, point.p90_m2, point.mean_m2})
        grid.number(row, column++, value, area_format);
      ++row;
    }
    if (m_content.ladder.empty()) return;
    const planning::TargetGap& target = forecast.targets[forecast.ahead.front()].target;
    ++row;
    grid.text(row++, 0,
              fmt::format(fmt::runtime(tr("缺口阶梯：{} 年末前各分期的期望贡献，缺口 {} 万㎡",
                                          "Gap ladder: expected by the end of {}, gap {} ×10⁴ m²")),
                          target.year, base::wan_m2(target.gap_m2)),
              CellLook::note);
    header(grid, row++,
           {tr("分期", "Phase"), tr("面积 ㎡", "Area m²"), tr("计入概率", "Probability"), tr("期望 ㎡", "Expected m²"),
            tr("累计 ㎡", "Running m²")});
    const lxw_row_t first = row;
    for (const planning::LadderStep& step : m_content.ladder) {
      grid.text(row, 0,
                rows_of(m_project.phases)[step.phase].code + " " +
                    phase_title(m_project, rows_of(m_project.phases)[step.phase], m_language));
      grid.number(row, 1, step.area_m2, area_format);
      grid.number(row, 2, step.probability, percent_format);
      grid.formula(row, 3, "=" + Grid::cell(row, 1) + "*" + Grid::cell(row, 2), step.expected_m2, area_format);
      grid.formula(row, 4, sum_of(first, 3, row, 3), step.running_m2, area_format);
      ++row;
    }
  }

  // ---- 转换 ----
  void conversion() {
    Grid grid(m_book, tr("转换", "Conversion"), {28, 20, 28, 18, 14, 18, 10, 10});
    const planning::Conversion& by_use = m_content.by_land_use;
    const planning::Conversion& by_stage = m_content.by_stage;
    lxw_row_t row = grid.heading(
        tr("用地与阶段转换 ", "Conversion of land and stages ") + by_use.from.iso() + " → " + by_use.to.iso(),
        basis(by_use.links.size() + by_stage.links.size()));
    row = conversion_block(grid, row, tr("用地", "Land use"), by_use);
    conversion_block(grid, row + 1, tr("阶段", "Stage"), by_stage);
  }

  lxw_row_t conversion_block(Grid& grid, lxw_row_t row, const std::string& title,
                             const planning::Conversion& conversion) {
    grid.text(row++, 0, title, CellLook::note);
    header(grid, row++,
           {tr("转换前", "Before"), tr("路径", "Pathway"), tr("转换后", "After"), tr("土地 ㎡", "Land m²"),
            tr("土地 亩", "Land mu"), tr("建筑（规则）㎡", "Floor m²"), tr("地块", "Parcels"), tr("分期", "Phases")});
    const lxw_row_t first = row;
    planning::CompensatedSum land, floor;
    const auto mu_of = [](double area_m2) { return std::round(area_m2 / base::m2_per_mu * 100) / 100; };
    for (const planning::ConversionLink& link : conversion.links) {
      const model::Pathway* pathway = model::find_pathway(m_project, link.pathway);
      grid.text(row, 0, state_name(conversion.states[link.from], m_language));
      grid.text(row, 1, pathway == nullptr ? link.pathway : name_of(m_language, pathway->name_zh, pathway->name_en));
      grid.text(row, 2, state_name(conversion.states[link.to], m_language));
      grid.number(row, 3, link.land_m2, area_format);
      grid.formula(row, 4, "=ROUND(" + Grid::cell(row, 3) + "*15/10000,2)", mu_of(link.land_m2), area_format);
      grid.number(row, 5, link.floor_m2, area_format);
      grid.number(row, 6, static_cast<double>(link.parcels.size()), count_format);
      grid.number(row, 7, static_cast<double>(link.phases.size()), count_format);
      land.add(link.land_m2);
      floor.add(link.floor_m2);
      ++row;
    }
    if (row == first) return row;
    grid.text(row, 0, tr("合计", "Total"), CellLook::total);
    grid.text(row, 1, "", CellLook::total);
    grid.text(row, 2, "", CellLook::total);
    grid.formula(row, 3, sum_of(first, 3, row - 1, 3), land.value(), area_format, CellLook::total);
    grid.formula(row, 4, "=ROUND(" + Grid::cell(row, 3) + "*15/10000,2)", mu_of(land.value()), area_format,
                 CellLook::total);
    grid.formula(row, 5, sum_of(first, 5, row - 1, 5), floor.value(), area_format, CellLook::total);
    return row + 1;
  }

  // ---- 去化 ----
  void absorption() {
    Grid grid(m_book, tr("去化", "Absorption"), {24, 16, 16, 16, 12, 16, 14, 12, 12, 30});
    const planning::QuarterFigures& figures = m_content.figures;
    const std::size_t groups =
        m_content.differs ? 0 : m_content.by_circle.groups.size() + m_content.by_owner.groups.size();
    lxw_row_t row = grid.heading(tr("去化：入驻与空置", "Absorption: space taken and vacant"), basis(groups));
    grid.merged(row, 0, row, 9, figures.sentence, CellLook::wrapped);
    grid.height(row, 32);
    row += 2;
    const auto fact = [&](const std::string& label, double value) {
      grid.text(row, 0, label);
      grid.number(row++, 1, value, area_format);
    };
    fact(tr("可租 ㎡", "Leasable m²"), figures.leasable_m2);
    const std::string leasable = Grid::cell(row - 1, 1);
    fact(tr("空置 ㎡", "Vacant m²"), figures.vacant_m2);
    grid.text(row, 0, tr("空置率", "Vacancy"));
    grid.formula(row, 1,
                 fmt::format("=IF(ISNUMBER({0}),IF({0}>0,{1}/{0},\"\"),\"\")", leasable, Grid::cell(row - 1, 1)),
                 figures.leasable_m2 > 0 ? figures.vacant_m2 / figures.leasable_m2 : model::unknown, percent_format);
    ++row;
    fact(tr("本季新增载体 ㎡", "New carrier space of the quarter, m²"), figures.new_carrier_m2);
    fact(tr("本季新增入驻 ㎡", "Net take-up of the quarter, m²"), figures.take_up_m2);
    fact(tr("去化周期 月", "Months to clear"), figures.months_to_clear);
    if (m_content.differs) return;
    row = absorption_block(grid, row + 1, tr("圈层", "Circle"), m_content.by_circle);
    absorption_block(grid, row + 1, tr("业主类型", "Owner type"), m_content.by_owner);
  }

  lxw_row_t absorption_block(Grid& grid, lxw_row_t row, const std::string& title,
                             const planning::Absorption& absorption) {
    header(
        grid, row++,
        {title, tr("可租 ㎡", "Leasable m²"), tr("已入驻 ㎡", "Moved in m²"), tr("空置 ㎡", "Vacant m²"),
         tr("空置率", "Vacancy"), tr("近四季净入驻 ㎡", "Take-up of 4 quarters, m²"),
         tr("去化周期 月", "Months to clear"), tr("有数分期", "Measured"), tr("分期", "Phases"), tr("说明", "Remark")});
    const auto line = [&](const std::string& label, const planning::AbsorptionFigures& f, CellLook look) {
      grid.text(row, 0, label, look);
      grid.number(row, 1, f.leasable_m2, area_format, look);
      grid.number(row, 2, f.moved_in_m2, area_format, look);
      grid.formula(row, 3, fmt::format("=IF(ISNUMBER({0}),{0}-{1},\"\")", Grid::cell(row, 1), Grid::cell(row, 2)),
                   f.vacant_m2, area_format, look);
      grid.formula(
          row, 4, fmt::format("=IF(ISNUMBER({0}),IF({0}>0,{1}/{0},\"\"),\"\")", Grid::cell(row, 1), Grid::cell(row, 3)),
          f.vacancy_rate(), percent_format, look);
      grid.number(row, 5, f.year_take_up_m2, area_format, look);
      grid.number(row, 6, f.months_to_clear, "0.0", look);
      grid.number(row, 7, static_cast<double>(f.measured), count_format, look);
      grid.number(row, 8, static_cast<double>(f.phases), count_format, look);
      grid.text(row, 9, planning::describe(f.no_clearing, m_language), look);
      ++row;
    };
    for (const planning::AbsorptionGroup& group : absorption.groups)
      line(group.label.front(), group.figures, CellLook::plain);
    line(tr("合计", "Total"), absorption.total, CellLook::total);
    return row;
  }

  // ---- 说明 ----
  void notes() {
    std::vector<std::string> lines = {
        tr("项目库：", "Project: ") + name_of(m_language, m_project.name_zh, m_project.name_en) +
            fmt::format(fmt::runtime(tr(" · 快照修订 {}", " · snapshot revision {}")), m_project.revision),
        m_basis, tr("面积单位：㎡；万㎡、亩另列", "Areas in m²; 10⁴ m² and mu stand in columns of their own")};
    if (const std::string statement = frozen_statement(m_content); !statement.empty()) lines.push_back(statement);
    lines.emplace_back();
    lines.push_back(tr("缺项", "What is missing"));
    for (const QuarterFact& fact : missing_facts(m_content)) lines.push_back(told(fact));
    const std::vector<QuarterFact> synthetic = synthetic_facts(m_content);
    if (!synthetic.empty()) {
      lines.emplace_back();
      lines.push_back(tr("示意数据（由演示程序编制，无来源，不得作为依据）",
                         "Synthetic data (made for demonstration, without a source, not evidence)"));
      for (const QuarterFact& fact : synthetic) lines.push_back(told(fact));
    }
    m_book.add_lines(tr("说明", "Notes"), lines);
  }

  static std::string told(const QuarterFact& fact) {
    std::string line = fmt::format("· {}: {} / {}", fact.what, fact.count, fact.of);
    if (!fact.which.empty()) line += " (" + fact.which + ")";
    return line;
  }

  Book& m_book;
  const QuarterContent& m_content;
  const model::Project& m_project;
  const Language m_language;
  const std::string m_basis;
};

}  // namespace

void fill_quarter_workbook(base::OutputFile& output, const QuarterContent& content) {
  const Language language = content.subject.language;
  Book book(output.temporary_path(), content.figures.as_of,
            words(language, "季度报送包 ", "Quarterly package ") + content.quarter.name(), language);
  QuarterWorkbook(book, content).fill();
  book.finish(output);
}

}  // namespace zaitu::report
