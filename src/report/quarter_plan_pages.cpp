// The package's pages of what the plan asks for: indicators, tasks, delays, gaps; and how all pages become a document.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/card_head.h"
#include "report/pdf_file.h"
#include "report/phase_blocks.h"
#include "report/quarter_facts.h"
#include "report/quarter_pages.h"
#include "report/words.h"

namespace zaitu::report {

using base::Language;

namespace {

std::string plan_words(const QuarterContent& content, std::string_view zh, std::string_view en) {
  return words(content.subject.language, zh, en);
}

style::Rgba status_colour(planning::WallStatus status) {
  switch (status) {
    case planning::WallStatus::reached:
      return {27, 94, 32, 255};
    case planning::WallStatus::missed:
      return warning;
    case planning::WallStatus::on_the_way:
      return ink;
    case planning::WallStatus::none:
    case planning::WallStatus::no_observation:
      break;
  }
  return muted;
}

// "目标 15 · 实绩 12 → 在推进", on two lines.
Cell wall_cell(const QuarterContent& content, const planning::WallRow& row, const planning::WallCell& cell) {
  const auto tr = [&](std::string_view zh, std::string_view en) { return plan_words(content, zh, en); };
  std::string text;
  const auto line = [&](const std::string& more) { text += (text.empty() ? "" : "\n") + more; };
  if (!std::isnan(cell.target)) line(tr("目标 ", "target ") + base::shortest(cell.target));
  if (cell.observation != nullptr) {
    line(tr("实绩 ", "seen ") + base::shortest(cell.observation->value) + " " + planning::mark_of(cell.status));
  } else if (std::isfinite(cell.counted)) {
    line(tr("计数 ", "counted ") + base::number(cell.counted, 2));
  } else if (cell.status != planning::WallStatus::none) {
    line(planning::mark_of(cell.status) + " " + planning::describe(cell.status, content.subject.language));
  }
  const bool own = row.kind == planning::WallRow::Kind::targets;
  return {.text = text.empty() ? "—" : text, .colour = own ? status_colour(cell.status) : muted};
}

}  // namespace

void quarter_indicator_block(Sheet& sheet, const QuarterContent& content) {
  const auto tr = [&](std::string_view zh, std::string_view en) { return plan_words(content, zh, en); };
  const Language language = content.subject.language;
  const model::Project& project = *content.subject.project;
  const std::vector<std::size_t> years = target_years(content.wall);
  std::vector<const planning::WallRow*> rows = wall_rows(content);
  const std::size_t all = rows.size();
  std::erase_if(rows, [&](const planning::WallRow* row) {
    return std::none_of(years.begin(), years.end(), [&](std::size_t year) {
      const planning::WallCell& cell = row->cells[year];
      return !std::isnan(cell.target) || cell.observation != nullptr || std::isfinite(cell.counted);
    });
  });
  std::string source;
  if (const model::Document* document = model::find_document(project, content.wall.document.document))
    source = name_of(language, document->title_zh, document->title_en) + " " + content.wall.document.version;
  quarter_heading(sheet, content,
                  fmt::format(fmt::runtime(tr("指标墙 · {} 年", "Indicators · {} years")), years.size()), rows.size(),
                  shortened(source, 24));
  PageTable table;
  table.text_size = 8;
  table.padding = 1.6;
  table.columns = {{"#", 0.3},
                   {tr("指标（单位）", "Indicator (unit)"), 2.5},
                   {tr("口径", "Scope"), 0.9},
                   {tr("牵头 / 责任单位", "Lead / responsible units"), 1.9}};
  for (const std::size_t year : years) table.columns.push_back({std::to_string(content.wall.years[year]), 0.95});
  for (const planning::WallRow* row : rows) {
    const model::Indicator& indicator = rows_of(project.indicators)[row->indicator];
    const bool own = row->kind == planning::WallRow::Kind::targets;
    std::string name = name_of(language, indicator.name_zh, indicator.name_en);
    if (row->kind == planning::WallRow::Kind::counted) name += tr(" · 本系统计数", " · counted here");
    if (row->kind == planning::WallRow::Kind::other_scope) name += tr(" · 其他口径", " · other scope");
    name += " (" + row->unit + ")";
    std::string units;
    if (own) {
      units = indicator_units(project, indicator.id, model::UnitRole::lead, language);
      const std::string others = indicator_units(project, indicator.id, model::UnitRole::responsible, language);
      if (!others.empty()) units += (units.empty() ? "— / " : " / ") + others;
    }
    std::vector<Cell> cells{{own ? std::to_string(indicator.number) : ""},
                            {.text = marked(name, row->synthetic), .bold = own, .colour = own ? ink : muted},
                            {.text = row->scope, .colour = muted},
                            {.text = shortened(units, language == Language::zh ? 40 : 80), .colour = muted}};
    for (const std::size_t year : years) cells.push_back(wall_cell(content, *row, row->cells[year]));
    table.rows.push_back(std::move(cells));
  }
  sheet.table(table);
  sheet.paragraph(tr("✓ 已达到  → 推进中  ✗ 未达到  ? 无同口径实绩；口径、单位与目标不同的数另列，不与目标并列。",
                     "✓ reached  → on the way  ✗ missed  ? not seen; numbers of another scope or unit stand on lines "
                     "of their own."),
                  {.size = 8, .colour = muted});
  if (all > rows.size())
    sheet.paragraph(fmt::format(fmt::runtime(tr("另有 {} 行只有其他年份的数，见工作簿。",
                                                "{} more lines have numbers of other years only: see the workbook.")),
                                all - rows.size()),
                    {.size = 8, .colour = muted});
}

namespace {

PageTable report_table(const QuarterContent& content, const std::vector<QuarterLine>& lines, bool tasks) {
  const auto tr = [&](std::string_view zh, std::string_view en) { return plan_words(content, zh, en); };
  constexpr std::size_t most_text = 150;
  PageTable table;
  table.text_size = 8;
  table.padding = 2;
  table.columns = {{tasks ? "#" : tr("编号", "Code"), tasks ? 0.32 : 0.8},
                   {tasks ? tr("重点任务", "Task") : tr("项目", "Project"), 1.6},
                   {tasks ? tr("推进单位", "Units") : tr("牵头 · 计入 万㎡", "Lead · counted 10⁴ m²"), 2.1},
                   {tr("进展", "Progress"), 1.5},
                   {tr("问题", "Problem"), 1.3},
                   {tr("下一步", "Next step"), 1.3}};
  const auto& figures = content.figures.projects;
  for (const QuarterLine& line : lines) {
    std::string third = line.units;
    if (!tasks) {
      const auto of = std::find_if(figures.begin(), figures.end(), [&](const auto& f) { return f.code == line.code; });
      if (of != figures.end() && std::isfinite(of->counted_m2))
        third += (third.empty() ? "" : " · ") + of->stage + " · " + base::wan_m2(of->counted_m2);
    }
    Cell progress{.text = marked(shortened(line.progress, most_text), line.synthetic)};
    if (line.missing) progress = {.text = tr("缺报", "missing"), .bold = true, .colour = caution};
    table.rows.push_back({{tasks ? std::to_string(line.number) : line.code},
                          {.text = line.title, .bold = tasks},
                          {.text = shortened(third, 60), .colour = muted},
                          std::move(progress),
                          {shortened(line.problem, most_text)},
                          {shortened(line.next_step, most_text)}});
  }
  return table;
}

}  // namespace

void quarter_task_blocks(Sheet& sheet, const QuarterContent& content) {
  const auto tr = [&](std::string_view zh, std::string_view en) { return plan_words(content, zh, en); };
  for (const bool tasks : {true, false}) {
    std::vector<QuarterLine> lines = quarter_lines(content, tasks);
    const std::size_t all = lines.size();
    const auto missing = static_cast<std::size_t>(
        std::count_if(lines.begin(), lines.end(), [](const QuarterLine& line) { return line.missing; }));
    // Projects that reported nothing are named among what is missing.
    if (!tasks) std::erase_if(lines, [](const QuarterLine& line) { return line.missing; });
    std::string more = fmt::format(fmt::runtime(tr("{} 项缺报", "{} missing")), missing);
    if (content.frozen_on) more += tr(" · 冻结", " · frozen");
    quarter_heading(sheet, content,
                    tasks ? tr("重点任务 · 本季进展", "Tasks and their progress in the quarter")
                          : tr("在推项目 · 本季进展", "Projects under way and their progress in the quarter"),
                    all, more);
    if (lines.empty()) {
      sheet.paragraph(
          all > 0 ? tr("本季没有项目报送；缺报的见“缺项”。", "None reported in this quarter; see what is missing.")
                  : tr("没有。", "None."),
          {.size = 9, .colour = muted});
    } else {
      sheet.table(report_table(content, lines, tasks));
    }
  }
}

void quarter_overdue_block(Sheet& sheet, const QuarterContent& content) {
  if (content.differs) return;
  const auto tr = [&](std::string_view zh, std::string_view en) { return plan_words(content, zh, en); };
  const model::Project& project = *content.subject.project;
  const Language language = content.subject.language;
  const std::vector<OverdueRow> rows = overdue_rows(content);
  quarter_heading(sheet, content, tr("逾期与闲置的分期", "Phases that are late or idle"), rows.size());
  if (rows.empty()) {
    sheet.paragraph(tr("没有。", "None."), {.size = 9, .colour = muted});
    return;
  }
  const auto stage_of = [&](int row) {
    return row < 0 ? nullptr : &rows_of(project.stages)[static_cast<std::size_t>(row)];
  };
  const auto overdue = [&](const std::optional<planning::Overdue>& late) -> Cell {
    if (!late) return {.text = "—", .colour = muted};
    const model::Stage* stage = stage_of(late->stage);
    return {(stage == nullptr ? std::string() : stage->code + " ") + late->due.iso() +
            fmt::format(fmt::runtime(tr(" · 逾 {} 天", " · {} days")), late->days)};
  };
  constexpr std::size_t most = 18;
  PageTable table;
  table.text_size = 8;
  table.padding = 1.8;
  table.columns = {{tr("分期", "Phase"), 2.6},
                   {tr("现阶段", "Stage now"), 1.3},
                   {tr("停留 天", "Days in it"), 0.8, TextStyle::Align::right},
                   {tr("对计划", "Against plan"), 1.6},
                   {tr("对承诺", "Against promise"), 1.6},
                   {tr("闲置", "Idle"), 1.4}};
  for (std::size_t i = 0; i < std::min(most, rows.size()); ++i) {
    const model::Phase& phase = rows_of(project.phases)[rows[i].phase];
    const model::Stage* now = stage_of(content.subject.status->phases[rows[i].phase].stage);
    const planning::Ageing& age = *rows[i].age;
    table.rows.push_back({{marked(shortened(phase_title(project, phase, language), language == Language::zh ? 22 : 44),
                                  phase.synthetic)},
                          {.text = now == nullptr ? "—" : stage_name(*now, language), .chip = stage_colour(now)},
                          {age.days_in_stage ? base::number(*age.days_in_stage, 0) : "—"},
                          overdue(age.baseline),
                          overdue(age.commitment),
                          {planning::describe(age.idle, language)}});
  }
  sheet.table(table);
  rows_left_out(sheet, rows.size(), most, language);
}

void quarter_gap_blocks(Sheet& sheet, const QuarterContent& content) {
  const auto tr = [&](std::string_view zh, std::string_view en) { return plan_words(content, zh, en); };
  const auto table_of = [&](const std::vector<QuarterFact>& facts) {
    PageTable table;
    table.text_size = 8.5;
    table.padding = 2;
    table.columns = {
        {tr("内容", "What"), 2}, {tr("缺 / 共", "Of"), 0.7, TextStyle::Align::right}, {tr("哪些", "Which"), 3}};
    for (const QuarterFact& fact : facts) {
      table.rows.push_back(
          {{fact.what},
           {.text = fmt::format("{} / {}", fact.count, fact.of),
            .bold = fact.count > 0,
            .colour = fact.count > 0 ? caution : muted},
           {.text = fact.which.empty() ? "—" : fact.which, .colour = fact.which.empty() ? muted : ink}});
    }
    return table;
  };
  const std::vector<QuarterFact> missing = missing_facts(content);
  quarter_heading(sheet, content, tr("缺项", "What is missing"), missing.size());
  sheet.table(table_of(missing));
  const std::vector<QuarterFact> synthetic = synthetic_facts(content);
  quarter_heading(sheet, content, tr("示意数据", "Synthetic data"), synthetic.size());
  if (synthetic.empty()) {
    sheet.paragraph(tr("没有。", "None."), {.size = 9, .colour = muted});
    return;
  }
  PageTable table = table_of(synthetic);
  table.columns.pop_back();
  table.columns[1].title = tr("示意 / 共", "Synthetic / all");
  for (auto& row : table.rows) row.pop_back();
  sheet.table(table);
  sheet.paragraph(synthetic_sentence(content.subject.language), {.size = 8, .colour = muted});
}

namespace {

Head quarter_head(const QuarterContent& content, bool synthetic_map) {
  const auto tr = [&](std::string_view zh, std::string_view en) { return plan_words(content, zh, en); };
  const model::Project& project = *content.subject.project;
  Head head;
  head.kind = tr("载体供给 · 季度报送", "Carrier-space supply · quarterly report");
  head.title = content.quarter.name() + tr(" 季度报送包", " quarterly package");
  head.second = name_of(content.subject.language, project.name_zh, project.name_en);
  if (content.frozen_on) {
    head.badge = tr("已于 ", "frozen on ") + content.frozen_on->iso() + tr(" 冻结", "");
    head.badge_colour = {91, 103, 117, 255};
  }
  const std::string& scope = content.subject.rule.scope;
  head.facts = {scope.empty() ? tr("范围：全部", "Scope: all") : tr("范围：", "Scope: ") + scope,
                tr("截至 ", "As of ") + content.figures.as_of.iso()};
  if (content.figures.synthetic_phases > 0 || synthetic_map)
    head.synthetic_note = fmt::format(
        fmt::runtime(
            tr("含示意数据：{} 个分期的面积或日期、及图上示意地块由演示程序编制，无来源，不得作为依据；清单见末页。",
               "Synthetic data: areas or dates of {} phases and map features are made for demonstration, "
               "not evidence; listed at the end.")),
        content.figures.synthetic_phases);
  return head;
}

int draw_quarter(Canvas& canvas, const QuarterContent& content, const ProjectIndex& index, const SummaryScenes& scenes,
                 int pages, base::Progress& progress) {
  const Head head = quarter_head(content, scenes.map->has_synthetic());
  Sheet sheet(canvas, frame_of(index, head, {scenes.map->attribution()}), pages);
  quarter_front_page(sheet, content, index, scenes);
  using Block = void (*)(Sheet&, const QuarterContent&);
  struct Part {
    Block block;
    bool new_page, of_present_data;
  };
  constexpr Part parts[] = {{quarter_supply_blocks, true, false},     {quarter_conversion_blocks, true, true},
                            {quarter_absorption_blocks, false, true}, {quarter_outlook_blocks, true, true},
                            {quarter_indicator_block, true, false},   {quarter_task_blocks, true, false},
                            {quarter_overdue_block, false, true},     {quarter_gap_blocks, true, false}};
  for (const Part& part : parts) {
    progress.throw_if_stopped();
    if (content.differs && part.of_present_data) continue;
    if (part.new_page) sheet.break_page();
    part.block(sheet, content);
  }
  return sheet.finish();
}

}  // namespace

void fill_quarter_pdf(base::OutputFile& output, const QuarterContent& content, base::Progress& progress) {
  const ProjectIndex index(content.subject);
  const SummaryScenes scenes = make_summary_scenes(index);
  const Language language = content.subject.language;
  const model::Project& project = *content.subject.project;
  const PdfFacts facts{words(language, "季度报送包 ", "Quarterly package ") + content.quarter.name(),
                       name_of(language, project.name_zh, project.name_en), content.figures.as_of};
  fill_pdf(output, make_pdf(facts, [&](Canvas& canvas) {
             int pages = 0;
             measure_pdf([&](Canvas& dry) { pages = draw_quarter(dry, content, index, scenes, 0, progress); });
             draw_quarter(canvas, content, index, scenes, pages, progress);
           }));
}

}  // namespace zaitu::report
