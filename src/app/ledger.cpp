#include "app/ledger.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "app/ledger_rows.h"
#include "geom/measure.h"
#include "planning/assumption_register.h"
#include "planning/group_sums.h"

namespace zaitu::app {

namespace {

constexpr std::pair<LedgerKind, std::string_view> kind_names[] = {
    {LedgerKind::parcels, "parcels"},       {LedgerKind::projects, "projects"},
    {LedgerKind::phases, "phases"},         {LedgerKind::events, "events"},
    {LedgerKind::circles, "circles"},       {LedgerKind::zones, "zones"},
    {LedgerKind::towns, "towns"},           {LedgerKind::units, "units"},
    {LedgerKind::indicators, "indicators"}, {LedgerKind::tasks, "tasks"},
    {LedgerKind::documents, "documents"},   {LedgerKind::occupancy, "occupancy"},
    {LedgerKind::programmes, "programmes"}, {LedgerKind::stages, "stages"},
    {LedgerKind::land_use, "land_use"},     {LedgerKind::ageing, "ageing"},
    {LedgerKind::absorption, "absorption"}, {LedgerKind::wall, "wall"},
    {LedgerKind::reports, "reports"},       {LedgerKind::duties, "duties"},
    {LedgerKind::pathways, "pathways"},     {LedgerKind::assumptions, "assumptions"}};

Ledger unit_ledger(const model::Project& project, base::Language language) {
  Ledger ledger = ledger_of(LedgerKind::units, language,
                            {{{"code", "代码", "Code"},
                              {"name", "名称", "Name"},
                              {"kind", "类别", "Kind"},
                              {"leads", "牵头项目", "Leads projects", ColumnKind::number, true}}});
  std::map<model::UnitId, std::size_t> leads;
  for (const auto& row : rows_of(project.project_units)) {
    if (row.role == model::UnitRole::lead) ++leads[row.unit];
  }
  for (const auto& row : rows_of(project.units)) {
    ledger.add_row(row.id.value, {text(row.code), text(shown(language, row.name_zh, row.name_en)), text(row.kind),
                                  whole(leads[row.id])});
  }
  return ledger;
}

// One row per indicator; its targets are columns, one for each year that any indicator has.
Ledger indicator_ledger(const model::Project& project, base::Language language) {
  Ledger ledger = ledger_of(LedgerKind::indicators, language,
                            {{{"code", "代码", "Code"},
                              {"number", "序号", "Number", ColumnKind::number},
                              {"name", "指标", "Indicator"},
                              {"unit", "单位", "Unit"},
                              {"kind", "性质", "Kind"},
                              {"scope", "范围", "Scope"},
                              {"action_group", "行动", "Action"},
                              {"supply", "供给目标", "Supply target", ColumnKind::flag}}});
  std::set<int> years;
  std::map<std::pair<model::IndicatorId, int>, double> targets;
  for (const auto& row : rows_of(project.indicator_targets)) {
    years.insert(row.year);
    targets[{row.indicator, row.year}] = row.value;
  }
  for (const int year : years) {
    const std::string digits = std::to_string(year);
    ledger.columns.push_back({"target_" + digits,
                              language == base::Language::zh ? digits + "年目标" : "Target " + digits,
                              ColumnKind::number, false});
  }
  const RowsById<model::Unit, model::UnitId> units(project.units);
  ledger.columns.push_back(
      {"lead_units", language == base::Language::zh ? "牵头单位" : "Lead units", ColumnKind::text, false});
  for (const auto& row : rows_of(project.indicators)) {
    std::vector<LedgerValue> cells = {
        text(row.code),         std::int64_t{row.number}, text(shown(language, row.name_zh, row.name_en)),
        text(row.unit),         text(row.kind),           text(row.scope),
        text(row.action_group), flag(row.is_supply)};
    for (const int year : years) {
      const auto found = targets.find({row.id, year});
      cells.push_back(found == targets.end() ? LedgerValue{} : number(found->second));
    }
    std::string leads;
    for (const auto& link : rows_of(project.indicator_units)) {
      const model::Unit* unit = units.find(link.unit);
      if (link.indicator == row.id && link.role == model::UnitRole::lead && unit != nullptr) {
        append(leads, shown(language, unit->name_zh, unit->name_en));
      }
    }
    cells.push_back(text(leads));
    ledger.add_row(row.id.value, std::move(cells));
  }
  return ledger;
}

Ledger task_ledger(const model::Project& project, base::Language language) {
  Ledger ledger = ledger_of(LedgerKind::tasks, language,
                            {{{"code", "代码", "Code"},
                              {"number", "序号", "Number", ColumnKind::number},
                              {"action_group", "行动", "Action"},
                              {"title", "重点任务", "Task"},
                              {"text", "内容", "Text"},
                              {"units", "推进单位", "Units"},
                              {"document", "文件", "Document"}}});
  const RowsById<model::Unit, model::UnitId> units(project.units);
  const RowsById<model::Document, model::DocumentId> documents(project.documents);
  for (const auto& row : rows_of(project.tasks)) {
    std::string names;
    for (const auto& link : rows_of(project.task_units)) {
      const model::Unit* unit = units.find(link.unit);
      if (link.task == row.id && unit != nullptr) append(names, shown(language, unit->name_zh, unit->name_en));
    }
    ledger.add_row(row.id.value, {text(row.code), std::int64_t{row.number}, text(row.action_group),
                                  text(shown(language, row.title_zh, row.title_en)), text(row.text), text(names),
                                  text(documents.code(row.document))});
  }
  return ledger;
}

Ledger document_ledger(const model::Project& project, base::Language language) {
  Ledger ledger = ledger_of(LedgerKind::documents, language,
                            {{{"code", "代码", "Code"},
                              {"title", "标题", "Title"},
                              {"number", "文号", "Number"},
                              {"status", "状态", "Status"},
                              {"version", "版本", "Version"},
                              {"issued_on", "发布日期", "Issued on", ColumnKind::date},
                              {"note", "备注", "Note"}}});
  for (const auto& row : rows_of(project.documents)) {
    ledger.add_row(row.id.value, {text(row.code), text(shown(language, row.title_zh, row.title_en)), text(row.number),
                                  text(row.status), text(row.version), day(row.issued_on), text(row.note)});
  }
  return ledger;
}

Ledger programme_ledger(const model::Project& project, base::Language language) {
  Ledger ledger = ledger_of(LedgerKind::programmes, language,
                            {{{"code", "代码", "Code"},
                              {"name", "名称", "Name"},
                              {"document", "文件", "Document"},
                              {"projects", "项目数", "Projects", ColumnKind::number},
                              {"primary_projects", "主项目数", "Primary projects", ColumnKind::number, true}}});
  const RowsById<model::Document, model::DocumentId> documents(project.documents);
  for (const auto& row : rows_of(project.programmes)) {
    std::size_t linked = 0, primary = 0;
    for (const auto& link : rows_of(project.project_programmes)) {
      if (link.programme != row.id) continue;
      ++linked;
      if (link.primary) ++primary;
    }
    ledger.add_row(row.id.value, {text(row.code), text(shown(language, row.name_zh, row.name_en)),
                                  text(documents.code(row.document)), whole(linked), whole(primary)});
  }
  return ledger;
}

Ledger stage_ledger(const model::Project& project, base::Language language) {
  Ledger ledger = ledger_of(LedgerKind::stages, language,
                            {{{"code", "代码", "Code"},
                              {"seq", "次序", "Order", ColumnKind::number},
                              {"name", "阶段", "Stage"},
                              {"certainty", "确定性", "Certainty"},
                              {"colour", "颜色", "Colour"},
                              {"source", "来源", "Source"}}});
  std::int64_t row_number = 0;  // the vocabulary is keyed by its code
  for (const auto& row : rows_of(project.stages)) {
    ledger.add_row(++row_number,
                   {text(row.code), std::int64_t{row.seq}, text(shown(language, row.name_zh, row.name_en)),
                    text(row.certainty_class), text(row.colour), text(row.source)});
  }
  return ledger;
}

// One row for each stage of each pathway, in order.
Ledger pathway_ledger(const model::Project& project, base::Language language) {
  Ledger ledger = ledger_of(LedgerKind::pathways, language,
                            {{{"code", "代码", "Code"},
                              {"name", "路径", "Pathway"},
                              {"seq", "次序", "Order", ColumnKind::number},
                              {"stage", "阶段", "Stage"},
                              {"stage_name", "阶段名称", "Stage name"},
                              {"min_months", "最短月数", "Min months", ColumnKind::number},
                              {"typical_months", "典型月数", "Typical months", ColumnKind::number},
                              {"max_months", "最长月数", "Max months", ColumnKind::number},
                              {"conversion_probability", "转化概率", "Conversion probability", ColumnKind::number},
                              {"source", "来源", "Source"},
                              {"owner", "责任人", "Owner"},
                              {"projects", "项目数", "Projects", ColumnKind::number}}});
  for (const model::Pathway& pathway : rows_of(project.pathways)) {
    std::size_t projects = 0;
    for (const auto& row : rows_of(project.projects)) {
      if (row.pathway_code == pathway.code) ++projects;
    }
    std::int64_t seq = 0;
    for (const model::PathwayStage& step : pathway.stages) {
      // One of each, however many of its numbers say it.
      std::string sources, owners;
      std::set<std::string> said;
      for (const planning::StageNumber number : planning::all_stage_numbers) {
        const planning::RegisterLine line = planning::register_line(project, pathway, step, number);
        if (!line.source.empty() && said.insert("s" + line.source).second) append(sources, line.source);
        if (!line.owner.empty() && said.insert("o" + line.owner).second) append(owners, line.owner);
      }
      const model::Stage* stage = model::find_stage(project, step.stage_code);
      ledger.add_row(step.id, {text(pathway.code), text(shown(language, pathway.name_zh, pathway.name_en)), seq++,
                               text(step.stage_code),
                               text(stage == nullptr ? "" : shown(language, stage->name_zh, stage->name_en)),
                               number(step.min_months), number(step.typical_months), number(step.max_months),
                               number(step.conversion_probability), text(sources), text(owners), whole(projects)});
    }
  }
  return ledger;
}

Ledger assumption_ledger(const model::Project& project, base::Language language) {
  Ledger ledger = ledger_of(LedgerKind::assumptions, language,
                            {{{"code", "代码", "Code"},
                              {"subject", "事项", "Subject"},
                              {"value", "数值", "Value"},
                              {"unit", "单位", "Unit"},
                              {"source", "来源", "Source"},
                              {"owner", "责任人", "Owner"},
                              {"note", "备注", "Note"}}});
  std::int64_t row_number = 0;
  for (const planning::RegisterLine& line : planning::assumption_register(project)) {
    ledger.add_row(++row_number, {text(line.code), text(line.subject), text(line.value), text(line.unit),
                                  text(line.source), text(line.owner), text(line.note)});
  }
  return ledger;
}

Ledger land_use_ledger(const Picture& picture, base::Language language) {
  Ledger ledger = ledger_of(LedgerKind::land_use, language,
                            {{{"code", "代码", "Code"},
                              {"name", "用地分类", "Land use"},
                              {"level", "级别", "Level", ColumnKind::number},
                              {"parent", "上级", "Parent"},
                              {"colour", "颜色", "Colour"},
                              {"colour_status", "颜色依据", "Colour status"},
                              {"parcels", "地块数", "Parcels", ColumnKind::number, true},
                              {"area", "用地面积", "Land area", ColumnKind::area_m2, true}}});
  const model::Project& project = *picture.project;
  const model::ParcelTable& parcels = rows_of(project.parcels);
  const auto& classes = rows_of(project.land_use_classes);
  std::unordered_map<std::string_view, std::uint32_t> class_of_word;
  for (std::uint32_t i = 0; i < classes.size(); ++i) class_of_word.emplace(classes[i].code, i);
  const auto class_of = [&](const std::string& word) {
    const auto found = class_of_word.find(word);
    return found == class_of_word.end() ? static_cast<std::uint32_t>(classes.size()) : found->second;
  };
  std::vector<std::uint32_t> class_of_code;
  for (const std::string& word : parcels.land_use_current->words()) class_of_code.push_back(class_of(word));
  // Land that has its planned use, in part or whole, is divided by hand.
  const planning::LandUseAt& changed = picture.status->land_use;
  std::optional<std::vector<std::uint32_t>> unchanged = parcels_in_force(parcels, picture.status->as_of);
  if (!changed.parcels.empty()) {
    std::vector<std::uint32_t> rows;
    if (unchanged) {
      rows.swap(*unchanged);
    } else {
      rows.resize(parcels.size());
      std::iota(rows.begin(), rows.end(), 0U);
      unchanged.emplace();
    }
    std::set_difference(rows.begin(), rows.end(), changed.parcels.begin(), changed.parcels.end(),
                        std::back_inserter(*unchanged));
  }
  const planning::GroupColumn by_use{parcels.land_use_current->codes(), class_of_code, classes.size() + 1};
  const auto area_m2 = planar_areas(parcels);
  const std::vector<double> alike(area_m2->values().empty() ? parcels.size() : 0, parcels.size() > 0 ? area_m2[0] : 0);
  auto use =
      planning::group_sums({&by_use, 1}, alike.empty() ? area_m2->values() : std::span<const double>(alike), unchanged);
  for (std::size_t i = 0; i < changed.parcels.size(); ++i) {
    const std::uint32_t row = changed.parcels[i];
    const std::uint32_t before = class_of(parcels.land_use_current[row]),
                        after = class_of(parcels.land_use_planned[row]);
    ++use.rows[changed.is_planned(row) ? after : before];
    const double land_m2 = area_m2[row];
    if (!std::isfinite(land_m2)) continue;
    use.sums[before] += land_m2 * (1 - changed.shares[i]);
    use.sums[after] += land_m2 * changed.shares[i];
  }
  std::int64_t row_number = 0;
  for (const auto& row : rows_of(project.land_use_classes)) {
    const std::uint32_t at = class_of_word.at(row.code);
    ledger.add_row(++row_number, {text(row.code), text(shown(language, row.name_zh, row.name_en)),
                                  std::int64_t{row.level}, text(row.parent_code), text(row.colour),
                                  text(row.colour_status), whole(use.rows[at]), number(use.sums[at])});
  }
  return ledger;
}

}  // namespace

std::optional<LedgerKind> parse_ledger_kind(std::string_view word) {
  for (const auto& [kind, name] : kind_names) {
    if (name == word) return kind;
  }
  return std::nullopt;
}

std::string_view name_of(LedgerKind kind) {
  for (const auto& [other, name] : kind_names) {
    if (other == kind) return name;
  }
  return {};
}

void Ledger::add_row(std::int64_t id, std::vector<LedgerValue> values) {
  ids.push_back(id);
  if (cells.empty()) cells.resize(values.size());
  for (std::size_t c = 0; c < values.size(); ++c) {
    std::get<LedgerCells::Own>(cells[c].source).push_back(std::move(values[c]));
  }
}

namespace {

Ledger ledger_of_kind(const Picture& picture, LedgerKind kind, base::Language language) {
  switch (kind) {
    case LedgerKind::parcels:
      return parcel_ledger(picture, language);
    case LedgerKind::projects:
      return project_ledger(picture, language);
    case LedgerKind::phases:
      return phase_ledger(picture, language);
    case LedgerKind::events:
      return event_ledger(picture, language);
    case LedgerKind::circles:
      return circle_ledger(picture, language);
    case LedgerKind::zones:
      return zone_ledger(picture, language);
    case LedgerKind::towns:
      return town_ledger(picture, language);
    case LedgerKind::units:
      return unit_ledger(*picture.project, language);
    case LedgerKind::indicators:
      return indicator_ledger(*picture.project, language);
    case LedgerKind::tasks:
      return task_ledger(*picture.project, language);
    case LedgerKind::documents:
      return document_ledger(*picture.project, language);
    case LedgerKind::occupancy:
      return occupancy_ledger(picture, language);
    case LedgerKind::programmes:
      return programme_ledger(*picture.project, language);
    case LedgerKind::stages:
      return stage_ledger(*picture.project, language);
    case LedgerKind::land_use:
      return land_use_ledger(picture, language);
    case LedgerKind::ageing:
      return ageing_ledger(picture, language);
    case LedgerKind::absorption:
      return absorption_ledger(picture, language);
    case LedgerKind::wall:
      return wall_ledger(picture, language);
    case LedgerKind::reports:
      return report_ledger(picture, language);
    case LedgerKind::duties:
      return duty_ledger(*picture.project, language);
    case LedgerKind::pathways:
      return pathway_ledger(*picture.project, language);
    case LedgerKind::assumptions:
      return assumption_ledger(*picture.project, language);
  }
  return {};
}

}  // namespace

Ledger make_ledger(const Picture& picture, LedgerKind kind, base::Language language) {
  Ledger ledger = ledger_of_kind(picture, kind, language);
  ledger.cells.resize(ledger.columns.size());  // of a ledger without rows
  return ledger;
}

// ---- shared by the makers ------------------------------------------------------------------------------------------

StandingNames standing_names(const model::Project& project, const planning::Standing& standing,
                             base::Language language) {
  StandingNames names;
  if (standing.stage >= 0) {
    const model::Stage& stage = (*project.stages)[static_cast<std::size_t>(standing.stage)];
    names.stage = stage.code;
    names.stage_name = shown(language, stage.name_zh, stage.name_en);
  }
  if (standing.certainty >= 0) {
    const model::CertaintyClass& row = (*project.certainty_classes)[static_cast<std::size_t>(standing.certainty)];
    names.certainty = row.code;
    names.certainty_name = shown(language, row.label_zh, row.label_en);
  }
  return names;
}

std::unordered_map<std::uint32_t, const planning::PhaseCount*> counts_by_phase(const Picture& picture) {
  std::unordered_map<std::uint32_t, const planning::PhaseCount*> counts;
  for (const auto& count : picture.supply->evidence) counts.emplace(count.phase, &count);
  return counts;
}

double planar_area(const model::ParcelTable& parcels, std::size_t row) {
  const double stored = parcels.area(row, model::AreaKind::planar);
  if (!std::isnan(stored)) return stored;
  const geom::FeatureGeometry outline = parcels.geometry[row];
  return outline.empty() ? model::unknown : geom::area(outline);  // a parcel without outline has no known area
}

model::Held<model::ValueColumn<double>> planar_areas(const model::ParcelTable& parcels) {
  const auto& stored = parcels.area_m2[static_cast<std::size_t>(model::AreaKind::planar)];
  bool missing = false;
  for (std::size_t row = 0; row < parcels.size(); ++row) missing = missing || std::isnan(stored[row]);
  if (!missing) return stored;
  model::ValueColumn<double> areas;
  areas.reserve(parcels.size());
  for (std::size_t row = 0; row < parcels.size(); ++row) areas.push_back(planar_area(parcels, row));
  return model::Held<model::ValueColumn<double>>(std::move(areas));
}

std::optional<std::vector<std::uint32_t>> parcels_in_force(const model::ParcelTable& parcels, base::Date at) {
  const std::size_t count = parcels.size();
  const bool alike = parcels.valid_from->values().empty() && parcels.valid_to->values().empty();
  if (alike && (count == 0 || parcels.in_force(0, at))) return std::nullopt;
  std::vector<std::uint32_t> rows;
  for (std::size_t row = 0; row < count; ++row) {
    if (parcels.in_force(row, at)) rows.push_back(static_cast<std::uint32_t>(row));
  }
  if (rows.size() == count) return std::nullopt;
  return rows;
}

}  // namespace zaitu::app
