#include "app/quarter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "app/ledger_rows.h"
#include "base/error.h"
#include "base/message.h"
#include "planning/compensated_sum.h"

namespace zaitu::app {

namespace {

using nlohmann::ordered_json;

ordered_json number_or_null(double value) { return std::isnan(value) ? ordered_json() : ordered_json(value); }
double number_of(const ordered_json& object, const char* key) {
  const ordered_json& value = object.at(key);
  return value.is_null() ? model::unknown : value.get<double>();
}

std::vector<ProjectFigures> project_figures(const Picture& picture) {
  const model::Project& project = *picture.project;
  const auto& parcels = rows_of(project.parcels);
  std::map<model::ProjectId, std::size_t> place_of;
  std::vector<ProjectFigures> figures;
  std::vector<int> furthest;
  std::vector<std::set<std::uint32_t>> land;
  for (const model::CarrierProject& row : rows_of(project.projects)) {
    place_of.emplace(row.id, figures.size());
    figures.push_back({row.code, "", model::unknown, model::unknown, model::unknown});
  }
  furthest.assign(figures.size(), -2);
  land.resize(figures.size());
  std::vector<planning::CompensatedSum> area(figures.size()), counted(figures.size());
  std::vector<bool> has_area(figures.size());
  const auto counts = counts_by_phase(picture);
  for (std::uint32_t at = 0; at < rows_of(project.phases).size(); ++at) {
    const auto place = place_of.find((*project.phases)[at].project);
    if (place == place_of.end()) continue;
    const planning::Standing& standing = picture.status->phases[at];
    if (standing.stage >= 0) {
      const model::Stage& stage = (*project.stages)[static_cast<std::size_t>(standing.stage)];
      const int rank = stage.code == model::stalled_stage ? -1 : stage.seq;
      if (rank > furthest[place->second]) {
        furthest[place->second] = rank;
        figures[place->second].stage = stage.code;
      }
    }
    if (const auto count = counts.find(at); count != counts.end() && !count->second->missing_area) {
      has_area[place->second] = true;
      area[place->second].add(count->second->area_m2);
      if (count->second->counts) counted[place->second].add(count->second->area_m2);
    }
    for (const std::uint32_t parcel : picture.locations->phase_parcels[at]) land[place->second].insert(parcel);
  }
  std::vector<ProjectFigures> with_phases;
  for (std::size_t i = 0; i < figures.size(); ++i) {
    if (furthest[i] == -2) continue;
    if (has_area[i]) {
      figures[i].area_m2 = area[i].value();
      figures[i].counted_m2 = counted[i].value();
    }
    planning::CompensatedSum sum;
    for (const std::uint32_t parcel : land[i]) sum.add(planar_area(parcels, parcel));
    if (!land[i].empty()) figures[i].land_m2 = sum.value();
    with_phases.push_back(std::move(figures[i]));
  }
  std::sort(with_phases.begin(), with_phases.end(), [](const auto& a, const auto& b) { return a.code < b.code; });
  return with_phases;
}

std::vector<planning::PhaseFigures> phase_figures(const Picture& picture) {
  const model::Project& project = *picture.project;
  std::map<model::ProjectId, const std::string*> code_of;
  for (const model::CarrierProject& row : rows_of(project.projects)) code_of.emplace(row.id, &row.code);
  std::vector<planning::PhaseFigures> figures;
  for (const planning::PhaseCount& count : picture.supply->evidence) {
    const model::Phase& phase = (*project.phases)[count.phase];
    const planning::Standing& standing = picture.status->phases[count.phase];
    planning::PhaseFigures& row = figures.emplace_back();
    row.code = phase.code;
    if (const auto owner = code_of.find(phase.project); owner != code_of.end()) row.project = *owner->second;
    if (standing.stage >= 0) row.stage = (*project.stages)[static_cast<std::size_t>(standing.stage)].code;
    if (standing.certainty >= 0)
      row.certainty = (*project.certainty_classes)[static_cast<std::size_t>(standing.certainty)].code;
    const int circle = planning::largest(picture.locations->phase_circles[count.phase]);
    const int town = planning::largest(picture.locations->phase_towns[count.phase]);
    if (circle >= 0) row.circle = (*project.circles)[static_cast<std::size_t>(circle)].code;
    if (town >= 0) row.town = project.towns->rows[static_cast<std::size_t>(town)].code;
    if (!count.missing_area) row.area_m2 = count.area_m2;
    if (count.counts) row.counted_m2 = count.area_m2;
    row.synthetic = phase.synthetic;
  }
  return figures;
}

ordered_json groups_json(const std::vector<planning::GroupFigures>& groups) {
  ordered_json list = ordered_json::array();
  for (const planning::GroupFigures& group : groups) {
    list.push_back({{"place", group.place},
                    {"name", group.name},
                    {"certainty", group.certainty},
                    {"area_m2", group.area_m2},
                    {"counted_m2", group.counted_m2},
                    {"phases", group.phases},
                    {"missing_area", group.missing_area}});
  }
  return list;
}

std::vector<planning::GroupFigures> groups_of(const ordered_json& list) {
  std::vector<planning::GroupFigures> groups;
  for (const ordered_json& row : list) {
    groups.push_back({row.at("place").get<std::string>(), row.at("name").get<std::string>(),
                      row.at("certainty").get<std::string>(), row.at("area_m2").get<double>(),
                      row.at("counted_m2").get<double>(), row.at("phases").get<std::size_t>(),
                      row.at("missing_area").get<std::size_t>()});
  }
  return groups;
}

ordered_json object_of(const QuarterFigures& figures) {
  ordered_json object = {{"as_of", figures.as_of.iso()},
                         {"rule", figures.rule},
                         {"counted_m2", figures.counted_m2},
                         {"counted_phases", figures.counted_phases},
                         {"missing_area", figures.missing_area},
                         {"synthetic_phases", figures.synthetic_phases},
                         {"target_year", figures.target_year},
                         {"target_m2", number_or_null(figures.target_m2)},
                         {"new_carrier_m2", figures.new_carrier_m2},
                         {"take_up_m2", number_or_null(figures.take_up_m2)},
                         {"leasable_m2", number_or_null(figures.leasable_m2)},
                         {"vacant_m2", number_or_null(figures.vacant_m2)},
                         {"months_to_clear", number_or_null(figures.months_to_clear)},
                         {"sentence", figures.sentence},
                         {"parcels", figures.parcels},
                         {"land_m2", figures.land_m2},
                         {"projects", ordered_json::array()}};
  for (const ProjectFigures& project : figures.projects) {
    object["projects"].push_back({{"code", project.code},
                                  {"stage", project.stage},
                                  {"area_m2", number_or_null(project.area_m2)},
                                  {"counted_m2", number_or_null(project.counted_m2)},
                                  {"land_m2", number_or_null(project.land_m2)}});
  }
  if (!figures.counting) return object;
  object["counting"] = {{"from", planning::name_of(figures.counting->from)},
                        {"area", planning::name_of(figures.counting->area)},
                        {"net", figures.counting->net},
                        {"scope", figures.counting->scope},
                        {"split_by_share", figures.counting->split_by_share}};
  object["phases"] = ordered_json::array();
  for (const planning::PhaseFigures& phase : figures.phases) {
    object["phases"].push_back({{"code", phase.code},
                                {"project", phase.project},
                                {"stage", phase.stage},
                                {"certainty", phase.certainty},
                                {"circle", phase.circle},
                                {"town", phase.town},
                                {"area_m2", number_or_null(phase.area_m2)},
                                {"counted_m2", phase.counted_m2},
                                {"synthetic", phase.synthetic}});
  }
  object["by_circle"] = groups_json(figures.by_circle);
  object["by_town"] = groups_json(figures.by_town);
  return object;
}

// What is in the JSON of a quarter frozen by a release that kept it.
void read_details(const ordered_json& object, QuarterFigures& figures) {
  const ordered_json& rule = object.at("counting");
  const auto from = planning::parse_count_from(rule.at("from").get<std::string>());
  const auto area = planning::parse_floor_area(rule.at("area").get<std::string>());
  if (from && area) {
    figures.counting =
        planning::CountingRule{*from, *area, rule.at("net").get<bool>(), rule.at("scope").get<std::string>(),
                               rule.at("split_by_share").get<bool>()};
  }
  for (const ordered_json& row : object.at("phases")) {
    figures.phases.push_back(
        {row.at("code").get<std::string>(), row.at("project").get<std::string>(), row.at("stage").get<std::string>(),
         row.at("certainty").get<std::string>(), row.at("circle").get<std::string>(), row.at("town").get<std::string>(),
         number_of(row, "area_m2"), row.at("counted_m2").get<double>(), row.at("synthetic").get<bool>()});
  }
  figures.by_circle = groups_of(object.at("by_circle"));
  figures.by_town = groups_of(object.at("by_town"));
}

}  // namespace

QuarterFigures quarter_figures(const Picture& picture, base::Language language) {
  const planning::Supply& supply = *picture.supply;
  const planning::Absorption absorption = planning::absorption(*picture.project, *picture.locations, *picture.histories,
                                                               *picture.status, picture.rule, {}, language, 1);
  QuarterFigures figures;
  figures.as_of = picture.status->as_of;
  figures.rule = planning::describe(picture.rule, language);
  figures.counting = picture.rule;
  figures.counted_m2 = supply.counted_m2;
  figures.counted_phases = supply.counted_phases;
  figures.missing_area = supply.missing_area;
  figures.synthetic_phases = supply.synthetic_phases;
  if (const auto* target = planning::headline_target(supply.targets, figures.as_of)) {
    figures.target_year = target->year;
    figures.target_m2 = target->target_m2;
  }
  figures.new_carrier_m2 = absorption.quarters.back().new_carrier_m2;
  figures.take_up_m2 = absorption.quarters.back().take_up_m2;
  figures.leasable_m2 = absorption.total.leasable_m2;
  figures.vacant_m2 = absorption.total.vacant_m2;
  figures.months_to_clear = absorption.total.months_to_clear;
  figures.sentence = planning::sentence(absorption, language);
  const model::ParcelTable& parcels = rows_of(picture.project->parcels);
  planning::CompensatedSum land;
  for (std::size_t row = 0; row < parcels.size(); ++row) {
    if (!parcels.in_force(row, figures.as_of)) continue;
    ++figures.parcels;
    land.add(planar_area(parcels, row));
  }
  figures.land_m2 = land.value();
  figures.projects = project_figures(picture);
  figures.phases = phase_figures(picture);
  const auto by = [&](planning::GroupBy place) {
    return planning::group_figures(planning::supply(*picture.project, *picture.locations, *picture.status, picture.rule,
                                                    {place, planning::GroupBy::certainty}, language));
  };
  figures.by_circle = by(planning::GroupBy::circle);
  figures.by_town = by(planning::GroupBy::town);
  return figures;
}

std::string to_json(const QuarterFigures& figures) {
  return object_of(figures).dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

bool same_figures(const QuarterFigures& frozen, const QuarterFigures& now) {
  ordered_json kept = object_of(frozen), made = object_of(now);
  for (ordered_json* object : {&kept, &made}) {
    for (const char* groups : {"by_circle", "by_town"}) {
      if (!object->contains(groups)) continue;
      for (ordered_json& group : object->at(groups)) group.erase("name");
    }
  }
  for (const auto& [key, value] : kept.items()) {
    if (key != "rule" && key != "sentence" && made.at(key) != value) return false;
  }
  return true;
}

QuarterFigures quarter_figures_of(const model::FrozenQuarter& frozen) {
  try {
    const ordered_json object = ordered_json::parse(frozen.figures);
    QuarterFigures figures;
    figures.as_of = frozen.as_of;
    figures.rule = object.at("rule").get<std::string>();
    figures.counted_m2 = object.at("counted_m2").get<double>();
    figures.counted_phases = object.at("counted_phases").get<std::size_t>();
    figures.missing_area = object.at("missing_area").get<std::size_t>();
    figures.synthetic_phases = object.at("synthetic_phases").get<std::size_t>();
    figures.target_year = object.at("target_year").get<int>();
    figures.target_m2 = number_of(object, "target_m2");
    figures.new_carrier_m2 = object.at("new_carrier_m2").get<double>();
    figures.take_up_m2 = number_of(object, "take_up_m2");
    figures.leasable_m2 = number_of(object, "leasable_m2");
    figures.vacant_m2 = number_of(object, "vacant_m2");
    figures.months_to_clear = number_of(object, "months_to_clear");
    figures.sentence = object.at("sentence").get<std::string>();
    figures.parcels = object.at("parcels").get<std::size_t>();
    figures.land_m2 = object.at("land_m2").get<double>();
    for (const ordered_json& row : object.at("projects")) {
      figures.projects.push_back({row.at("code").get<std::string>(), row.at("stage").get<std::string>(),
                                  number_of(row, "area_m2"), number_of(row, "counted_m2"), number_of(row, "land_m2")});
    }
    if (object.contains("counting")) read_details(object, figures);
    return figures;
  } catch (const nlohmann::json::exception& error) {
    throw base::Error(
        base::ExitCode::project_unusable,
        base::say("frozen_quarters {}: its figures cannot be read ({}); unfreeze the quarter and freeze it again",
                  frozen.quarter, error.what()));
  }
}

QuarterBoard quarter_board(const Picture& picture, planning::Quarter quarter, base::Language language,
                           base::Progress& progress) {
  QuarterBoard board;
  board.quarter = quarter;
  board.project = picture.project;
  board.frozen = planning::find_frozen(*picture.project, quarter);
  board.lines = planning::reports_of(*picture.project, *picture.histories, quarter);
  board.missing = static_cast<std::size_t>(
      std::count_if(board.lines.begin(), board.lines.end(), [](const auto& line) { return line.missing(); }));
  if (board.frozen != nullptr) {
    board.figures = quarter_figures_of(*board.frozen);
  } else if (picture.status->as_of == quarter.end()) {
    board.figures = quarter_figures(picture, language);
  } else {
    board.figures = quarter_figures(
        make_picture(picture.project, quarter.end(), picture.rule, language, progress, &picture), language);
  }
  return board;
}

std::int64_t freeze_quarter(store::ProjectFile& file, planning::Quarter quarter, const planning::CountingRule& rule,
                            base::Language language, base::Date today, base::Progress& progress) {
  const auto refuse = [&](const std::string& why) {
    throw base::Error(base::ExitCode::data_failed, fmt::format("{}: {} {}", file.path().string(), quarter.name(), why));
  };
  if (quarter.end() >= today) refuse(base::say("is not over: it can be frozen after {}", quarter.end().iso()));
  const auto project = std::make_shared<const model::Project>(file.load(progress));
  if (planning::find_frozen(*project, quarter) != nullptr) refuse(base::say("is frozen already"));
  const QuarterFigures figures =
      quarter_figures(make_picture(project, quarter.end(), rule, language, progress), language);
  store::Transaction change = file.begin("freeze quarter " + quarter.name());
  change.insert("frozen_quarters", {{"quarter", quarter.name()},
                                    {"frozen_on", today.iso()},
                                    {"as_of", figures.as_of.iso()},
                                    {"rule", figures.rule},
                                    {"counted_m2", figures.counted_m2},
                                    {"figures", to_json(figures)}});
  return change.commit();
}

std::int64_t unfreeze_quarter(store::ProjectFile& file, planning::Quarter quarter) {
  store::Transaction change = file.begin("unfreeze quarter " + quarter.name());
  const std::int64_t id = change.find("frozen_quarters", "quarter", quarter.name());
  if (id == 0) {
    throw base::Error(base::ExitCode::data_failed,
                      base::say("{}: {} is not frozen", file.path().string(), quarter.name()));
  }
  change.remove("frozen_quarters", id);
  return change.commit();
}

}  // namespace zaitu::app
