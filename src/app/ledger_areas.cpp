// Ledgers of land: parcels, circles, zones, towns.
#include <algorithm>

#include "app/ledger_rows.h"
#include "geom/measure.h"

namespace zaitu::app {

namespace {

// Parcels, phases and figures of each row of an area layer: the phase's largest share takes it, as in the supply.
struct AreaSums {
  std::vector<std::size_t> parcels, phases;
  std::vector<double> floor_m2, counted_m2;
};

AreaSums sums_of(const Picture& picture, std::size_t areas, const planning::ShareLists& parcels,
                 const planning::ShareLists& phases) {
  AreaSums sums{std::vector<std::size_t>(areas), std::vector<std::size_t>(areas), std::vector<double>(areas),
                std::vector<double>(areas)};
  const model::ParcelTable& table = rows_of(picture.project->parcels);
  for (std::size_t row = 0; row < parcels.size(); ++row) {
    const int area = planning::largest(parcels[row]);
    if (area >= 0 && table.in_force(row, picture.status->as_of)) ++sums.parcels[static_cast<std::size_t>(area)];
  }
  for (const auto& count : picture.supply->evidence) {
    const int area = planning::largest(phases[count.phase]);
    if (area < 0) continue;
    const auto at = static_cast<std::size_t>(area);
    ++sums.phases[at];
    sums.floor_m2[at] += count.area_m2;
    if (count.counts) sums.counted_m2[at] += count.area_m2;
  }
  return sums;
}

}  // namespace

Ledger parcel_ledger(const Picture& picture, base::Language language) {
  const model::Project& project = *picture.project;
  const model::ParcelTable& parcels = rows_of(project.parcels);
  const planning::Locations& locations = *picture.locations;
  Ledger ledger =
      ledger_of(LedgerKind::parcels, language,
                {{{"code", "地块编号", "Code"},
                  {"name", "名称", "Name"},
                  {"land_use", "现状用地", "Land use"},
                  {"land_use_name", "现状用地名称", "Land use name"},
                  {"land_use_planned", "规划用地", "Planned use"},
                  {"area", "平面面积", "Planar area", ColumnKind::area_m2, true}},
                 standing_columns,
                 place_columns,
                 {{"zones", "政策区(占比)", "Zones (share)"},
                  {"projects", "载体项目", "Projects"},
                  {"phases", "分期", "Phases"},
                  {"carrier", "载体面积(按用地分摊)", "Carrier area (by share of land)", ColumnKind::area_m2, true},
                  {"gross", "建筑面积(按用地分摊)", "Gross floor area (by share of land)", ColumnKind::area_m2, true},
                  {"counted", "已计入面积(按用地分摊)", "Counted area (by share of land)", ColumnKind::area_m2, true},
                  {"ownership", "权属", "Ownership"},
                  {"right_holder", "权利人", "Right holder"},
                  {"far", "规划容积率", "Planned FAR", ColumnKind::number},
                  {"far_cap", "容积率上限", "FAR cap", ColumnKind::number},
                  {"area_title", "证载面积", "Title area", ColumnKind::area_m2, true},
                  {"area_contract", "合同面积", "Contract area", ColumnKind::area_m2, true},
                  {"area_surveyed", "实测面积", "Surveyed area", ColumnKind::area_m2, true},
                  {"area_planned", "规划面积", "Planned area", ColumnKind::area_m2, true},
                  {"area_ellipsoidal", "椭球面积", "Ellipsoidal area", ColumnKind::area_m2, true},
                  {"valid_from", "生效", "Valid from", ColumnKind::date},
                  {"valid_to", "失效", "Valid to", ColumnKind::date},
                  {"synthetic", "虚构", "Synthetic", ColumnKind::flag},
                  {"note", "备注", "Note"}}});
  const RowsById<model::CarrierProject, model::ProjectId> projects(project.projects);
  const auto parts = phases_on_parcels(picture);
  const auto counts = counts_by_phase(picture);
  std::unordered_map<std::string, std::string> use_names;
  for (const auto& use : rows_of(project.land_use_classes)) {
    use_names.emplace(use.code, shown(language, use.name_zh, use.name_en));
  }
  std::vector<std::vector<model::ProjectId>> linked(parcels.size());
  const auto link = [&](std::size_t parcel, model::ProjectId id) {
    auto& ids = linked[parcel];
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  };
  for (const auto& row : rows_of(project.project_parcels)) {
    if (const auto parcel = parcels.row_of(row.parcel)) link(*parcel, row.project);
  }
  for (std::size_t parcel = 0; parcel < parts.size(); ++parcel) {
    for (const PhasePart& part : parts[parcel]) link(parcel, (*project.phases)[part.phase].project);
  }

  const auto& circles = rows_of(project.circles);
  const auto& zones = rows_of(project.zones).rows;
  const auto& towns = rows_of(project.towns).rows;
  for (std::size_t row = 0; row < parcels.size(); ++row) {
    if (!parcels.in_force(row, picture.status->as_of)) continue;
    const planning::Standing& standing = picture.status->parcels[row];
    const StandingNames names = standing_names(project, standing, language);
    const PlaceNames circle = place_names(circles, locations.circles[row], language);
    const PlaceNames town = place_names(towns, locations.towns[row], language);
    std::string project_codes, phase_codes;
    for (const model::ProjectId id : linked[row]) append(project_codes, projects.code(id));
    double carrier = 0, gross = 0, counted = 0;
    for (const PhasePart& part : parts[row]) {
      const model::Phase& phase = (*project.phases)[part.phase];
      append(phase_codes, phase.code);
      if (!std::isnan(phase.carrier_m2)) carrier += phase.carrier_m2 * part.part;
      if (!std::isnan(phase.gross_m2)) gross += phase.gross_m2 * part.part;
      const auto count = counts.find(part.phase);
      if (count != counts.end() && count->second->counts) counted += count->second->area_m2 * part.part;
    }
    const std::string& use = parcels.land_use_current[row];
    const auto use_name = use_names.find(use);
    ledger.ids.push_back(parcels.id[row].value);
    ledger.rows.push_back({text(parcels.code[row]),
                           text(parcels.name[row]),
                           text(use),
                           text(use_name == use_names.end() ? std::string() : use_name->second),
                           text(parcels.land_use_planned[row]),
                           number(planar_area(parcels, row)),
                           text(names.stage),
                           text(names.stage_name),
                           text(names.certainty),
                           day(standing.since),
                           text(circle.code),
                           text(circle.name),
                           text(town.code),
                           text(town.name),
                           text(place_names(zones, locations.zones[row], language).all),
                           text(project_codes),
                           text(phase_codes),
                           number(carrier),
                           number(gross),
                           number(counted),
                           text(parcels.ownership[row]),
                           text(parcels.right_holder[row]),
                           number(parcels.far_planned[row]),
                           number(parcels.far_cap[row]),
                           number(parcels.area(row, model::AreaKind::title)),
                           number(parcels.area(row, model::AreaKind::contract)),
                           number(parcels.area(row, model::AreaKind::surveyed)),
                           number(parcels.area(row, model::AreaKind::planned)),
                           number(parcels.area(row, model::AreaKind::ellipsoidal)),
                           day(parcels.valid_from[row]),
                           day(parcels.valid_to[row]),
                           flag(parcels.synthetic[row] != 0),
                           text(parcels.note[row])});
  }
  return ledger;
}

Ledger circle_ledger(const Picture& picture, base::Language language) {
  const model::Project& project = *picture.project;
  Ledger ledger = ledger_of(LedgerKind::circles, language,
                            {{{"code", "代码", "Code"},
                              {"name", "圈层", "Circle"},
                              {"members", "成员", "Members"},
                              {"functions", "功能", "Functions"}},
                             area_sum_columns,
                             counted_columns,
                             {{"colour", "颜色", "Colour"},
                              {"document", "文件", "Document"},
                              {"synthetic", "虚构", "Synthetic", ColumnKind::flag}}});
  const auto& circles = rows_of(project.circles);
  const auto& members = rows_of(project.circle_members);
  const RowsById<model::Document, model::DocumentId> documents(project.documents);
  const AreaSums sums = sums_of(picture, circles.size(), picture.locations->circles, picture.locations->phase_circles);
  for (std::size_t row = 0; row < circles.size(); ++row) {
    std::string names;
    double land = 0;
    bool synthetic = false;
    for (std::size_t i = 0; i < members.rows.size(); ++i) {
      if (members.rows[i].circle != circles[row].id) continue;
      append(names, members.rows[i].name);
      land += geom::area(members.geometry[i]);
      synthetic = synthetic || members.rows[i].synthetic;
    }
    ledger.ids.push_back(circles[row].id.value);
    ledger.rows.push_back({text(circles[row].code), text(shown(language, circles[row].name_zh, circles[row].name_en)),
                           text(names), text(circles[row].functions), number(land), whole(sums.parcels[row]),
                           whole(sums.phases[row]), number(sums.floor_m2[row]), number(sums.counted_m2[row]),
                           text(circles[row].colour), text(documents.code(circles[row].document)), flag(synthetic)});
  }
  return ledger;
}

Ledger zone_ledger(const Picture& picture, base::Language language) {
  const model::Project& project = *picture.project;
  Ledger ledger = ledger_of(LedgerKind::zones, language,
                            {{{"code", "代码", "Code"},
                              {"name", "政策区", "Zone"},
                              {"kind", "类别", "Kind"},
                              {"valid_from", "生效", "Valid from", ColumnKind::date},
                              {"valid_to", "失效", "Valid to", ColumnKind::date},
                              {"land_area", "用地面积", "Land area", ColumnKind::area_m2, true},
                              {"document", "文件", "Document"},
                              {"synthetic", "虚构", "Synthetic", ColumnKind::flag}}});
  const auto& zones = rows_of(project.zones);
  const RowsById<model::Document, model::DocumentId> documents(project.documents);
  for (std::size_t row = 0; row < zones.rows.size(); ++row) {
    const model::Zone& zone = zones.rows[row];
    ledger.ids.push_back(zone.id.value);
    ledger.rows.push_back({text(zone.code), text(shown(language, zone.name_zh, zone.name_en)), text(zone.kind),
                           day(zone.valid_from), day(zone.valid_to), number(geom::area(zones.geometry[row])),
                           text(documents.code(zone.document)), flag(zone.synthetic)});
  }
  return ledger;
}

Ledger town_ledger(const Picture& picture, base::Language language) {
  const model::Project& project = *picture.project;
  Ledger ledger = ledger_of(LedgerKind::towns, language,
                            {{{"code", "代码", "Code"}, {"name", "街镇", "Town"}, {"kind", "类别", "Kind"}},
                             area_sum_columns,
                             counted_columns,
                             {{"synthetic", "虚构", "Synthetic", ColumnKind::flag}}});
  const auto& towns = rows_of(project.towns);
  const AreaSums sums = sums_of(picture, towns.rows.size(), picture.locations->towns, picture.locations->phase_towns);
  for (std::size_t row = 0; row < towns.rows.size(); ++row) {
    const model::Town& town = towns.rows[row];
    ledger.ids.push_back(town.id.value);
    ledger.rows.push_back({text(town.code), text(shown(language, town.name_zh, town.name_en)), text(town.kind),
                           number(geom::area(towns.geometry[row])), whole(sums.parcels[row]), whole(sums.phases[row]),
                           number(sums.floor_m2[row]), number(sums.counted_m2[row]), flag(town.synthetic)});
  }
  return ledger;
}

}  // namespace zaitu::app
