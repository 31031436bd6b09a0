// `zaitu supply`: counting rules 1-6 with everything that makes the figure traceable.
#include <nlohmann/json.hpp>

#include "cli/output.h"
#include "cli/text_table.h"

namespace zaitu::cli {

namespace {

using nlohmann::ordered_json;
using planning::Supply;

ordered_json supply_json(const Supply& supply, const model::Project& project, const Arguments& arguments) {
  ordered_json object;
  object["project"] = arguments.project.string();
  object["as_of"] = supply.as_of.iso();
  object["rule"] = rule_json(supply.rule);
  object["rule_text"] = planning::describe(supply.rule, arguments.language);
  object["unit"] = "m2";
  object["counted"] = supply.counted_m2;
  object["phases"] = supply.evidence.size();
  object["counted_phases"] = supply.counted_phases;
  object["missing_area"] = supply.missing_area;
  object["missing_area_counted"] = supply.missing_area_counted;
  object["stalled"] = supply.stalled;
  object["synthetic_phases"] = supply.synthetic_phases;
  object["targets"] = ordered_json::array();
  for (const auto& target : supply.targets) {
    object["targets"].push_back({{"year", target.year},
                                 {"target", target.target_m2},
                                 {"gap", target.gap_m2},
                                 {"document", target.document},
                                 {"document_version", target.document_version}});
  }
  object["groups"] = ordered_json::array();
  for (const auto& group : supply.groups) {
    ordered_json row;
    for (std::size_t i = 0; i < group.key.size(); ++i) {
      const std::string by(planning::name_of(arguments.by[i]));
      row[by] = group.key[i];
      row[by + "_name"] = group.label[i];
    }
    row["area"] = group.area_m2;
    row["counted"] = group.counted_m2;
    row["phases"] = group.phases;
    row["counted_phases"] = group.counted_phases;
    row["missing_area"] = group.missing_area;
    object["groups"].push_back(std::move(row));
  }
  object["missing_area_phases"] = ordered_json::array();
  for (const auto& count : supply.evidence) {
    if (count.missing_area) object["missing_area_phases"].push_back((*project.phases)[count.phase].code);
  }
  return object;
}

// A target in 万㎡ as people write it: "200", "82.5".
std::string short_wan(double area_m2) {
  std::string text = base::wan_m2(area_m2);
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string headline(const Supply& supply, bool zh) {
  std::string text;
  switch (supply.rule.from) {
    case planning::CountFrom::completed:
      text = zh ? "已建成 " : "completed ";
      break;
    case planning::CountFrom::in_use:
      text = zh ? "已投用 " : "in use ";
      break;
    case planning::CountFrom::under_construction:
      text = zh ? "已开工 " : "started ";
      break;
  }
  text += base::wan_m2(supply.counted_m2);
  const std::string unit = zh ? " 万㎡" : " ×10⁴ m²";
  const auto* target = planning::headline_target(supply.targets, supply.as_of);
  if (target == nullptr) return text + unit;
  text += " / " + short_wan(target->target_m2) + unit;
  if (target->target_m2 > 0) text += " · " + base::percent(supply.counted_m2 / target->target_m2);
  const bool met = target->gap_m2 <= 0;
  text += met ? (zh ? " · 超出 " : " · surplus ") : (zh ? " · 缺口 " : " · gap ");
  text += base::wan_m2(met ? -target->gap_m2 : target->gap_m2);
  text += zh ? " (" + std::to_string(target->year) + " 年目标)" : " (target of " + std::to_string(target->year) + ")";
  return text;
}

// What a reader must know beside the figure: one line each.
std::string notes(const Supply& supply, const model::Project& project, bool zh) {
  const auto n = [](std::size_t count) { return std::to_string(count); };
  std::string text;
  text += zh ? "规则  " : "rule   ";
  text += planning::describe(supply.rule, zh ? base::Language::zh : base::Language::en) + "\n";
  text += zh ? "截至  " + supply.as_of.iso() + " · " + n(supply.evidence.size()) + " 个分期,其中 " +
                   n(supply.counted_phases) + " 个计入"
             : "as of  " + supply.as_of.iso() + " · " + n(supply.evidence.size()) + " phases, " +
                   n(supply.counted_phases) + " of them counted";
  if (supply.stalled > 0) text += " · " + n(supply.stalled) + (zh ? " 个暂缓" : " stalled");
  text += "\n";
  if (supply.missing_area > 0) {
    std::string codes;
    for (const auto& count : supply.evidence) {
      if (count.missing_area) codes += (codes.empty() ? "" : " ") + (*project.phases)[count.phase].code;
    }
    text += zh ? n(supply.missing_area) + " 个分期缺面积,按 0 计(其中 " + n(supply.missing_area_counted) +
                     " 个已到计入阶段): "
               : n(supply.missing_area) + " phases without an area count as 0 (" + n(supply.missing_area_counted) +
                     " of them at a stage that counts): ";
    text += codes + "\n";
  }
  if (supply.synthetic_phases > 0) {
    text += zh ? "※ " + n(supply.synthetic_phases) + " 个分期含虚构数据 (synthetic),不是官方数字\n"
               : "※ " + n(supply.synthetic_phases) + " phases hold invented data (synthetic): no official figures\n";
  }
  if (!supply.rule.scope.empty() && !supply.targets.empty()) {
    text += zh ? "※ 目标是全部范围的目标,不是所选范围的\n"
               : "※ the targets are those of the whole area, not of the scope\n";
  }
  return text;
}

std::string targets_table(const Supply& supply, bool zh) {
  TextTable table;
  const auto right = TextTable::Align::right;
  table.add_column(zh ? "年末目标" : "Year end");
  table.add_column(zh ? "目标 万㎡" : "Target ×10⁴ m²", right);
  table.add_column(zh ? "缺口 万㎡" : "Gap ×10⁴ m²", right);
  table.add_column(zh ? "完成率" : "Reached", right);
  table.add_column(zh ? "文件" : "Document");
  for (const auto& target : supply.targets) {
    std::string document = target.document;
    if (!target.document_version.empty()) document += " (" + target.document_version + ")";
    table.add_row({base::Date::year_end(target.year).iso(), base::wan_m2(target.target_m2), base::wan_m2(target.gap_m2),
                   target.target_m2 > 0 ? base::percent(supply.counted_m2 / target.target_m2) : std::string("-"),
                   document});
  }
  return table.text();
}

std::string title_of(planning::GroupBy group, bool zh) {
  switch (group) {
    case planning::GroupBy::circle:
      return zh ? "圈层" : "Circle";
    case planning::GroupBy::town:
      return zh ? "街镇" : "Town";
    case planning::GroupBy::stage:
      return zh ? "阶段" : "Stage";
    case planning::GroupBy::certainty:
      return zh ? "确定性" : "Certainty";
    case planning::GroupBy::lead_unit:
      return zh ? "牵头单位" : "Lead unit";
    case planning::GroupBy::owner_type:
      return zh ? "业主类型" : "Owner type";
    case planning::GroupBy::chain_stage:
      return zh ? "创新链环节" : "Chain stage";
    case planning::GroupBy::programme:
      return zh ? "专项" : "Programme";
    case planning::GroupBy::year:
      break;
  }
  return zh ? "年份" : "Year";
}

std::string groups_table(const Supply& supply, const std::vector<planning::GroupBy>& by, bool zh) {
  TextTable table;
  const auto right = TextTable::Align::right;
  for (const planning::GroupBy group : by) table.add_column(title_of(group, zh));
  table.add_column(zh ? "合计 万㎡" : "All ×10⁴ m²", right);
  table.add_column(zh ? "计入 万㎡" : "Counted ×10⁴ m²", right);
  table.add_column(zh ? "分期" : "Phases", right);
  table.add_column(zh ? "缺面积" : "No area", right);
  for (const auto& group : supply.groups) {
    std::vector<std::string> cells = group.label;
    cells.insert(cells.end(), {base::wan_m2(group.area_m2), base::wan_m2(group.counted_m2),
                               std::to_string(group.phases), std::to_string(group.missing_area)});
    table.add_row(std::move(cells));
  }
  double area = 0;
  for (const auto& count : supply.evidence) area += count.area_m2;
  std::vector<std::string> total(by.size());
  total.front() = zh ? "总计" : "Total";
  total.insert(total.end(), {base::wan_m2(area), base::wan_m2(supply.counted_m2),
                             std::to_string(supply.evidence.size()), std::to_string(supply.missing_area)});
  table.add_total(std::move(total));
  return table.text();
}

}  // namespace

int run_supply(Session& session) {
  const Arguments& arguments = session.arguments;
  const auto project = load_project_file(session);
  const base::Date as_of = arguments.as_of.value_or(app::default_as_of(*project));
  Supply supply;
  {
    const ProgressLine line(session.progress, session.zh() ? "落位" : "placing");
    const auto locations = planning::locate(*project, as_of, session.progress);
    const auto status = planning::status_at(*project, locations, as_of);
    supply = planning::supply(*project, locations, status, arguments.rule, arguments.by, arguments.language);
  }
  warn_of_units(*project, arguments.project.string());
  if (arguments.json) {
    print(supply_json(supply, *project, arguments));
    return 0;
  }
  std::string text = headline(supply, session.zh()) + "\n" + notes(supply, *project, session.zh());
  if (!supply.targets.empty()) text += "\n" + targets_table(supply, session.zh());
  if (!arguments.by.empty()) text += "\n" + groups_table(supply, arguments.by, session.zh());
  print(text);
  return 0;
}

}  // namespace zaitu::cli
