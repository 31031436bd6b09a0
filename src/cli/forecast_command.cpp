// `zaitu forecast`: counting rules 7-9 with everything that makes the figures traceable.
#include "planning/forecast.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/output.h"
#include "cli/text_table.h"
#include "planning/latest_start.h"

namespace zaitu::cli {

namespace {

using nlohmann::ordered_json;
using planning::Forecast;
using planning::LatestStart;
using planning::LeftOut;

// A forecast with the snapshot that its rows point into.
struct Result {
  const model::Project& project;
  Forecast forecast;
  std::vector<LatestStart> starts;
  bool zh = true;

  const model::Phase& phase(std::uint32_t row) const { return (*project.phases)[row]; }
  const model::CarrierProject* project_of(std::uint32_t row) const {
    return model::find_project(project, phase(row).project);
  }
  template <class Row>
  std::string name(const Row& row) const {
    return zh || row.name_en.empty() ? row.name_zh : row.name_en;
  }
  std::string stage(int row) const {
    const model::Stage& stage = (*project.stages)[static_cast<std::size_t>(row)];
    return stage.code + " " + name(stage);
  }
  // The next target, as a place in Forecast::ahead; none when all are past.
  const planning::TargetForecast* next_target() const {
    return forecast.ahead.empty() ? nullptr : &forecast.targets[forecast.ahead.front()];
  }
};

void add_names(ordered_json& row, const Result& result, std::uint32_t phase) {
  row["phase"] = result.phase(phase).code;
  row["phase_name"] = result.name(result.phase(phase));
  const model::CarrierProject* project = result.project_of(phase);
  row["project"] = project == nullptr ? "" : project->code;
  row["project_name"] = project == nullptr ? "" : result.name(*project);
}

ordered_json iso_or_null(const std::optional<base::Date>& date) {
  return date ? ordered_json(date->iso()) : ordered_json();
}

ordered_json to_json(const Result& result, const Arguments& arguments) {
  const Forecast& f = result.forecast;
  ordered_json object;
  object["project"] = arguments.project.string();
  object["as_of"] = f.as_of.iso();
  object["until"] = f.until.iso();
  object["horizon"] = f.horizon.iso();
  object["rule"] = rule_json(f.rule);
  object["rule_text"] = planning::describe(f.rule, arguments.language);
  object["unit"] = "m2";
  object["draws"] = f.draws;
  object["seed"] = f.seed;
  object["delay"] = f.delay ? ordered_json({{"min", f.delay->min}, {"typical", f.delay->mode}, {"max", f.delay->max}})
                            : ordered_json();
  object["counted"] = f.counted_m2;
  object["phases"] = f.phases_in_scope;
  object["counted_phases"] = f.counted_phases;
  object["drawn_phases"] = f.phases.size();
  object["missing_area"] = f.missing_area;
  object["synthetic_phases"] = f.synthetic_phases;
  object["negative_phases"] = f.negative_phases;
  object["assumed_stages"] = f.assumed_stages;
  object["quarters"] = ordered_json::array();
  for (const auto& point : f.points) {
    object["quarters"].push_back({{"date", point.at.iso()},
                                  {"p10", point.p10_m2},
                                  {"p50", point.p50_m2},
                                  {"p90", point.p90_m2},
                                  {"mean", point.mean_m2}});
  }
  object["targets"] = ordered_json::array();
  for (const auto& row : f.targets) {
    object["targets"].push_back({{"year", row.target.year},
                                 {"target", row.target.target_m2},
                                 {"gap", row.target.gap_m2},
                                 {"probability", row.probability ? ordered_json(*row.probability) : ordered_json()},
                                 {"p50_date", iso_or_null(row.p50_date)},
                                 {"decided", row.decided},
                                 {"document", row.target.document},
                                 {"document_version", row.target.document_version}});
  }
  object["ladder"] = ordered_json::array();
  for (std::size_t i = 0; i < f.ahead.size(); ++i) {
    const planning::TargetGap& target = f.targets[f.ahead[i]].target;
    for (const auto& step : planning::gap_ladder(result.project, f, i)) {
      ordered_json row{{"year", target.year}};
      add_names(row, result, step.phase);
      row["area"] = step.area_m2;
      row["probability"] = step.probability;
      row["expected"] = step.expected_m2;
      row["running"] = step.running_m2;
      row["gap"] = target.gap_m2;
      row["synthetic"] = result.phase(step.phase).synthetic;
      object["ladder"].push_back(std::move(row));
    }
  }
  object["latest_start"] = ordered_json::array();
  for (const LatestStart& start : result.starts) {
    ordered_json row{{"year", start.year}};
    add_names(row, result, start.phase);
    row["stage"] = (*result.project.stages)[static_cast<std::size_t>(start.stage)].code;
    row["latest"] = start.latest.iso();
    row["slack_days"] = start.slack_days;
    row["missed"] = start.missed();
    object["latest_start"].push_back(std::move(row));
  }
  object["drawn"] = ordered_json::array();
  for (const auto& phase : f.phases) {
    ordered_json row;
    add_names(row, result, phase.phase);
    row["area"] = phase.area_m2;
    row["conversion_probability"] = phase.conversion;
    row["median_date"] = iso_or_null(phase.median_date);
    row["begins_anew"] = phase.begins_anew;
    row["without_event"] = phase.without_event;
    row["off_pathway"] = phase.off_pathway;
    row["outdated_forecast"] = phase.outdated_forecast;
    row["synthetic"] = result.phase(phase.phase).synthetic;
    object["drawn"].push_back(std::move(row));
  }
  object["left_out"] = ordered_json::array();
  for (const LeftOut& left : f.left_out) {
    ordered_json row;
    add_names(row, result, left.phase);
    row["reason"] = planning::name_of(left.reason);
    row["synthetic"] = result.phase(left.phase).synthetic;
    object["left_out"].push_back(std::move(row));
  }
  return object;
}

std::string headline(const Result& result) {
  const Forecast& f = result.forecast;
  const bool zh = result.zh;
  const auto* next = result.next_target();
  if (next == nullptr) {
    const auto& last = f.points.back();
    return last.at.iso() + (zh ? " 预计 P50 " : " expected P50 ") +
           base::wan_m2_with_unit(last.p50_m2, zh ? base::Language::zh : base::Language::en);
  }
  const std::string year = std::to_string(next->target.year);
  std::string text = zh ? year + " 达标概率 " + base::percent(*next->probability)
                        : "probability of the target of " + year + ": " + base::percent(*next->probability);
  if (next->p50_date) {
    text += (zh ? " · P50 于 " : " · P50 reaches it on ") + next->p50_date->iso() + (zh ? " 达到" : "");
  } else {
    text += (zh ? " · 至 " : " · P50 does not reach it up to ") + f.horizon.iso() + (zh ? " P50 未达到" : "");
  }
  return text;
}

std::string reason_text(LeftOut::Reason reason, bool zh) {
  switch (reason) {
    case LeftOut::Reason::stalled:
      return zh ? "暂缓 (SX)" : "stalled (SX)";
    case LeftOut::Reason::no_pathway:
      return zh ? "项目没有路径" : "project without a pathway";
    case LeftOut::Reason::never_counts:
      return zh ? "路径没有计入阶段" : "no stage of its pathway counts";
    case LeftOut::Reason::no_durations:
      return zh ? "后续阶段缺时长" : "a remaining stage without durations";
    case LeftOut::Reason::no_probability:
      return zh ? "现阶段缺转化概率" : "its stage without a conversion probability";
    case LeftOut::Reason::no_area:
      break;
  }
  return zh ? "缺面积,按 0 计" : "without an area, counts as 0";
}

// What a reader must know beside the figures: one line each.
std::string notes(const Result& result) {
  const Forecast& f = result.forecast;
  const bool zh = result.zh;
  const auto n = [](std::size_t count) { return std::to_string(count); };
  std::string text = zh ? "规则  " : "rule   ";
  text += planning::describe(f.rule, zh ? base::Language::zh : base::Language::en) + "\n";
  text += zh ? "截至  " + f.as_of.iso() + " · " + n(f.phases_in_scope) + " 个分期,其中 " + n(f.counted_phases) +
                   " 个已计入,抽样 " + n(f.phases.size()) + " 个\n"
             : "as of  " + f.as_of.iso() + " · " + n(f.phases_in_scope) + " phases, " + n(f.counted_phases) +
                   " of them counted, " + n(f.phases.size()) + " drawn\n";
  text += zh ? "抽样  " + n(static_cast<std::size_t>(f.draws)) + " 次 · 种子 " + std::to_string(f.seed)
             : "runs   " + n(static_cast<std::size_t>(f.draws)) + " · seed " + std::to_string(f.seed);
  if (f.delay) {
    text += (zh ? " · 共同延误系数 " : " · common delay ") + base::shortest(f.delay->min) + " / " +
            base::shortest(f.delay->mode) + " / " + base::shortest(f.delay->max);
  }
  text += zh ? " · 至 " + f.until.iso() + "\n" : " · until " + f.until.iso() + "\n";
  for (const auto reason :
       {LeftOut::Reason::no_area, LeftOut::Reason::stalled, LeftOut::Reason::no_pathway, LeftOut::Reason::never_counts,
        LeftOut::Reason::no_durations, LeftOut::Reason::no_probability}) {
    std::string codes;
    std::size_t count = 0;
    for (const LeftOut& left : f.left_out) {
      if (left.reason != reason) continue;
      ++count;
      codes += " " + result.phase(left.phase).code;
    }
    if (count == 0) continue;
    text += zh ? n(count) + " 个未计入分期" + reason_text(reason, zh) + ":" + codes + "\n"
               : n(count) + " phases not counted yet, " + reason_text(reason, zh) + ":" + codes + "\n";
  }
  if (f.negative_phases > 0) {
    text += zh ? "※ " + n(f.negative_phases) + " 个分期净增为负(拆除多于新建),曲线可能下降\n"
               : "※ " + n(f.negative_phases) + " phases take away more than they add (net): the curve may fall\n";
  }
  if (f.assumed_stages > 0) {
    text += zh ? "※ " + n(f.assumed_stages) + " 个路径阶段的时长与转化概率为假设\n"
               : "※ durations and probabilities of " + n(f.assumed_stages) + " pathway stages are assumptions\n";
  }
  if (f.synthetic_phases > 0) {
    text += zh ? "※ " + n(f.synthetic_phases) + " 个分期含虚构数据 (synthetic),不是官方数字\n"
               : "※ " + n(f.synthetic_phases) + " phases hold invented data (synthetic): no official figures\n";
  }
  if (!f.rule.scope.empty() && !f.targets.empty()) {
    text += zh ? "※ 目标是全部范围的目标,不是所选范围的\n"
               : "※ the targets are those of the whole area, not of the scope\n";
  }
  return text;
}

std::string targets_table(const Result& result) {
  const bool zh = result.zh;
  TextTable table;
  const auto right = TextTable::Align::right;
  table.add_column(zh ? "年末目标" : "Year end");
  table.add_column(zh ? "目标 万㎡" : "Target ×10⁴ m²", right);
  table.add_column(zh ? "缺口 万㎡" : "Gap ×10⁴ m²", right);
  table.add_column(zh ? "达标概率" : "Probability", right);
  table.add_column(zh ? "P50 达到日" : "P50 reaches it");
  table.add_column(zh ? "文件" : "Document");
  for (const auto& row : result.forecast.targets) {
    std::string probability = row.probability ? base::percent(*row.probability) : "-";
    if (row.decided) probability = *row.probability > 0 ? (zh ? "已达标" : "reached") : (zh ? "未达标" : "missed");
    std::string document = row.target.document;
    if (!row.target.document_version.empty()) document += " (" + row.target.document_version + ")";
    std::string date = row.p50_date ? row.p50_date->iso() : "-";
    if (row.target.gap_m2 <= 0) date = zh ? "已达到" : "reached";
    table.add_row({base::Date::year_end(row.target.year).iso(), base::wan_m2(row.target.target_m2),
                   base::wan_m2(row.target.gap_m2), probability, date, document});
  }
  return table.text();
}

std::string quarters_table(const Result& result) {
  const bool zh = result.zh;
  TextTable table;
  const auto right = TextTable::Align::right;
  table.add_column(zh ? "日期" : "Date");
  for (const char* name : {"P10", "P50", "P90"}) {
    table.add_column(std::string(name) + (zh ? " 万㎡" : " ×10⁴ m²"), right);
  }
  table.add_column(zh ? "均值 万㎡" : "Mean ×10⁴ m²", right);
  for (const auto& point : result.forecast.points) {
    table.add_row({point.at.iso(), base::wan_m2(point.p10_m2), base::wan_m2(point.p50_m2), base::wan_m2(point.p90_m2),
                   base::wan_m2(point.mean_m2)});
  }
  return table.text();
}

constexpr std::size_t most_rows = 20;  // of a table on a screen; --json has them all

std::string more_rows(std::size_t all, bool zh) {
  if (all <= most_rows) return {};
  const std::string rest = std::to_string(all - most_rows);
  return zh ? "… 另有 " + rest + " 行;--json 全部列出\n" : "... " + rest + " more rows; --json lists them all\n";
}

std::string ladder_table(const Result& result) {
  const bool zh = result.zh;
  const planning::TargetGap& target = result.next_target()->target;
  const auto ladder = planning::gap_ladder(result.project, result.forecast, 0);
  TextTable table;
  const auto right = TextTable::Align::right;
  table.add_column(zh ? "分期" : "Phase");
  table.add_column(zh ? "项目" : "Project");
  table.add_column(zh ? "面积 万㎡" : "Area ×10⁴ m²", right);
  table.add_column(zh ? "计入概率" : "Probability", right);
  table.add_column(zh ? "期望 万㎡" : "Expected ×10⁴ m²", right);
  table.add_column(zh ? "累计 万㎡" : "Running ×10⁴ m²", right);
  for (std::size_t i = 0; i < ladder.size() && i < most_rows; ++i) {
    const auto& step = ladder[i];
    const model::CarrierProject* project = result.project_of(step.phase);
    table.add_row({result.phase(step.phase).code, project == nullptr ? std::string() : result.name(*project),
                   base::wan_m2(step.area_m2), base::percent(step.probability), base::wan_m2(step.expected_m2),
                   base::wan_m2(step.running_m2)});
  }
  const std::string year = std::to_string(target.year);
  const std::string title = zh ? year + " 年末前的期望贡献,缺口 " + base::wan_m2(target.gap_m2) + " 万㎡"
                               : "Expected by the end of " + year + ", gap " + base::wan_m2(target.gap_m2) + " ×10⁴ m²";
  return title + "\n" + table.text() + more_rows(ladder.size(), zh);
}

// For the next target: of each phase the next stage, those that can still be in time, the most urgent first.
std::string starts_table(const Result& result) {
  const bool zh = result.zh;
  const int year = result.next_target()->target.year;
  std::vector<const LatestStart*> open;
  std::size_t missed = 0;
  const LatestStart* before = nullptr;
  for (const LatestStart& start : result.starts) {
    const bool next_stage = before == nullptr || before->phase != start.phase || before->year != start.year;
    before = &start;
    if (start.year != year || !next_stage) continue;
    if (start.missed()) {
      ++missed;
    } else {
      open.push_back(&start);
    }
  }
  std::stable_sort(open.begin(), open.end(),
                   [](const auto* a, const auto* b) { return a->slack_days < b->slack_days; });
  TextTable table;
  table.add_column(zh ? "分期" : "Phase");
  table.add_column(zh ? "项目" : "Project");
  table.add_column(zh ? "下一阶段" : "Next stage");
  table.add_column(zh ? "最迟进入" : "Latest");
  table.add_column(zh ? "余量 天" : "Slack, days", TextTable::Align::right);
  for (std::size_t i = 0; i < open.size() && i < most_rows; ++i) {
    const model::CarrierProject* project = result.project_of(open[i]->phase);
    table.add_row({result.phase(open[i]->phase).code, project == nullptr ? std::string() : result.name(*project),
                   result.stage(open[i]->stage), open[i]->latest.iso(), std::to_string(open[i]->slack_days)});
  }
  const std::string count = std::to_string(missed), of_year = std::to_string(year);
  return (zh ? "要赶上 " + of_year + " 年末,按典型时长最迟何时进入下一阶段(另有 " + count + " 个分期已来不及)\n"
             : "Latest entry into the next stage for the end of " + of_year + ", at typical durations (" + count +
                   " phases are too late)\n") +
         table.text() + more_rows(open.size(), zh);
}

}  // namespace

int run_forecast(Session& session) {
  const Arguments& arguments = session.arguments;
  const auto project = load_project_file(session);
  const base::Date as_of = arguments.as_of.value_or(app::default_as_of(*project));
  Result result{*project, {}, {}, session.zh()};
  {
    const ProgressLine line(session.progress, session.zh() ? "抽样" : "drawing");
    const auto locations = planning::locate_phases(*project, as_of);
    const planning::StageHistories histories(*project);
    result.forecast =
        planning::forecast(*project, locations, histories, as_of, arguments.rule, arguments.forecast, session.progress);
    result.starts = planning::latest_starts(*project, locations, histories, as_of, arguments.rule);
  }
  warn_of_units(*project, arguments.project.string());
  if (arguments.json) {
    print(to_json(result, arguments));
    return 0;
  }
  std::string text = headline(result) + "\n" + notes(result);
  if (!result.forecast.targets.empty()) text += "\n" + targets_table(result);
  text += "\n" + quarters_table(result);
  if (result.next_target() != nullptr) text += "\n" + ladder_table(result) + "\n" + starts_table(result);
  print(text);
  return 0;
}

}  // namespace zaitu::cli
