// Ledgers of land: parcels, circles, zones, towns.
#include <algorithm>
#include <map>

#include "app/ledger_rows.h"
#include "geom/measure.h"
#include "planning/group_sums.h"

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
  std::vector<std::uint32_t> class_of_code(parcels.code_count());
  for (std::uint32_t code = 0; code < class_of_code.size(); ++code) {
    const int area = parcels.largest_of_code(code);
    class_of_code[code] = area < 0 ? static_cast<std::uint32_t>(areas) : static_cast<std::uint32_t>(area);
  }
  const planning::GroupColumn by_area{parcels.codes(), class_of_code, areas + 1};
  const auto in_force = parcels_in_force(rows_of(picture.project->parcels), picture.status->as_of);
  sums.parcels = planning::group_sums({&by_area, 1}, {}, in_force).rows;
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

// What a parcel's row says of the projects and phases on it; most parcels have none.
class ParcelFigures {
 public:
  struct Figure {
    std::string projects, phases;
    double carrier_m2 = 0, gross_m2 = 0, counted_m2 = 0;
  };

  explicit ParcelFigures(const Picture& picture) : m_codes(std::make_shared<std::vector<std::uint32_t>>()) {
    const model::Project& project = *picture.project;
    const model::ParcelTable& parcels = rows_of(project.parcels);
    const RowsById<model::CarrierProject, model::ProjectId> projects(project.projects);
    const auto counts = counts_by_phase(picture);
    std::vector<std::vector<model::ProjectId>> linked(1);  // by code
    const auto at = [&](std::size_t parcel) -> Figure& {
      if (m_codes->empty()) m_codes->resize(parcels.size(), 0);
      std::uint32_t& code = (*m_codes)[parcel];
      if (code == 0) {
        code = static_cast<std::uint32_t>(m_figures.size());
        m_figures.emplace_back();
        linked.emplace_back();
      }
      return m_figures[code];
    };
    const auto link = [&](std::size_t parcel, model::ProjectId id) {
      Figure& figure = at(parcel);
      auto& ids = linked[(*m_codes)[parcel]];
      if (std::find(ids.begin(), ids.end(), id) != ids.end()) return;
      ids.push_back(id);
      append(figure.projects, projects.code(id));
    };
    for (const auto& row : rows_of(project.project_parcels)) {
      if (const auto parcel = parcels.row_of(row.parcel)) link(*parcel, row.project);
    }
    each_phase_on_parcel(picture, [&](std::uint32_t parcel, std::uint32_t phase_row, double part) {
      const model::Phase& phase = (*project.phases)[phase_row];
      link(parcel, phase.project);
      Figure& figure = at(parcel);
      append(figure.phases, phase.code);
      if (!std::isnan(phase.carrier_m2)) figure.carrier_m2 += phase.carrier_m2 * part;
      if (!std::isnan(phase.gross_m2)) figure.gross_m2 += phase.gross_m2 * part;
      const auto count = counts.find(phase_row);
      if (count != counts.end() && count->second->counts) figure.counted_m2 += count->second->area_m2 * part;
    });
  }

  std::span<const std::uint32_t> codes() const { return *m_codes; }  // none: all parcels have the first figure
  const std::vector<Figure>& by_code() const { return m_figures; }
  std::shared_ptr<const void> held() const { return m_codes; }

 private:
  std::shared_ptr<std::vector<std::uint32_t>> m_codes;
  std::vector<Figure> m_figures{1};
};

// The code of each parcel's land use at the picture's date: a word of the current uses, or behind them of the planned.
class LandUseCodes {
 public:
  explicit LandUseCodes(const Picture& picture) : m_parcels(rows_of(picture.project->parcels)) {
    const auto& uses = picture.status->land_use;
    if (uses.parcels.empty()) return;
    const auto current = m_parcels.land_use_current->codes();
    m_own = std::make_shared<std::vector<std::uint32_t>>(current.begin(), current.end());
    const auto words = static_cast<std::uint32_t>(m_parcels.land_use_current->words().size());
    for (const std::uint32_t row : uses.parcels) {
      if (uses.is_planned(row)) (*m_own)[row] = words + m_parcels.land_use_planned->code(row);
    }
  }
  std::span<const std::uint32_t> codes() const {
    return m_own ? std::span<const std::uint32_t>(*m_own) : m_parcels.land_use_current->codes();
  }
  std::vector<std::string> words() const {
    std::vector<std::string> words = m_parcels.land_use_current->words();
    const auto& planned = m_parcels.land_use_planned->words();
    if (m_own) words.insert(words.end(), planned.begin(), planned.end());
    return words;
  }
  std::shared_ptr<const void> held() const { return m_own; }

 private:
  const model::ParcelTable& m_parcels;
  std::shared_ptr<std::vector<std::uint32_t>> m_own;  // none: nothing has changed, the column's own
};

// What the columns of a ledger of parcels refer to.
struct Kept {
  std::shared_ptr<const model::Project> project;
  std::shared_ptr<const planning::Locations> locations;
  std::shared_ptr<const planning::StatusAt> status;
  std::shared_ptr<const void> figures, land_uses;
};

}  // namespace

Ledger parcel_ledger(const Picture& picture, base::Language language) {
  const model::Project& project = *picture.project;
  const model::ParcelTable& parcels = rows_of(project.parcels);
  const planning::Locations& locations = *picture.locations;
  Ledger ledger =
      ledger_of(LedgerKind::parcels, language,
                {{{"code", "地块编号", "Code"},
                  {"name", "名称", "Name"},
                  {"land_use", "用地", "Land use"},
                  {"land_use_name", "用地名称", "Land use name"},
                  {"land_use_current", "现状用地", "Current use"},
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
  const ParcelFigures figures(picture);
  const LandUseCodes land_uses(picture);
  std::unordered_map<std::string, std::string> use_names;
  for (const auto& use : rows_of(project.land_use_classes)) {
    use_names.emplace(use.code, shown(language, use.name_zh, use.name_en));
  }

  ledger.source_rows = parcels_in_force(parcels, picture.status->as_of);
  const std::size_t count = ledger.source_rows ? ledger.source_rows->size() : parcels.size();
  ledger.ids.reserve(count);
  for (std::size_t row = 0; row < count; ++row) ledger.ids.push_back(parcels.id[ledger.source_row(row)].value);

  const auto add = [&](auto source) { ledger.cells.push_back({std::move(source)}); };
  const auto words = [&](const model::DictionaryColumn& column, auto text_of) {
    LedgerCells::Coded cells{column.codes(), {}};
    for (const std::string& word : column.words()) cells.values.push_back(text(text_of(word)));
    add(std::move(cells));
  };
  const auto itself = [](const std::string& word) { return word; };
  const auto standings = [&](auto value_of) {
    LedgerCells::Coded cells{picture.status->parcels.codes(), {}};
    for (const planning::Standing& standing : picture.status->parcels.by_code())
      cells.values.push_back(value_of(standing));
    add(std::move(cells));
  };
  const auto places = [&](const planning::ShareLists& lists, const auto& areas, auto text_of) {
    LedgerCells::Coded cells{lists.codes(), {}};
    for (std::uint32_t code = 0; code < lists.code_count(); ++code) {
      cells.values.push_back(text(text_of(place_names(areas, lists.of_code(code), language))));
    }
    add(std::move(cells));
  };
  const auto of_figures = [&](auto value_of) {
    LedgerCells::Coded cells{figures.codes(), {}};
    for (const ParcelFigures::Figure& figure : figures.by_code()) cells.values.push_back(value_of(figure));
    add(std::move(cells));
  };

  add(parcels.code);
  add(parcels.name);
  LedgerCells::Coded use_codes{land_uses.codes(), {}}, names_of_use{land_uses.codes(), {}};
  for (const std::string& word : land_uses.words()) {
    use_codes.values.push_back(text(word));
    const auto found = use_names.find(word);
    names_of_use.values.push_back(text(found == use_names.end() ? std::string() : found->second));
  }
  add(std::move(use_codes));
  add(std::move(names_of_use));
  words(parcels.land_use_current, itself);
  words(parcels.land_use_planned, itself);
  add(planar_areas(parcels));
  // Parcels with events of their own have a standing each, and few stages among them.
  std::map<std::pair<int, int>, StandingNames> names_of_standing;
  const auto said_of = [&](const planning::Standing& standing) -> const StandingNames& {
    const auto [found, is_new] = names_of_standing.try_emplace({standing.stage, standing.certainty});
    if (is_new) found->second = standing_names(project, standing, language);
    return found->second;
  };
  standings([&](const auto& standing) { return text(said_of(standing).stage); });
  standings([&](const auto& standing) { return text(said_of(standing).stage_name); });
  standings([&](const auto& standing) { return text(said_of(standing).certainty); });
  standings([](const auto& standing) { return day(standing.since); });
  const auto& circles = rows_of(project.circles);
  const auto& towns = rows_of(project.towns).rows;
  places(locations.circles, circles, [](const PlaceNames& names) { return names.code; });
  places(locations.circles, circles, [](const PlaceNames& names) { return names.name; });
  places(locations.towns, towns, [](const PlaceNames& names) { return names.code; });
  places(locations.towns, towns, [](const PlaceNames& names) { return names.name; });
  places(locations.zones, rows_of(project.zones).rows, [](const PlaceNames& names) { return names.all; });
  of_figures([](const auto& figure) { return text(figure.projects); });
  of_figures([](const auto& figure) { return text(figure.phases); });
  of_figures([](const auto& figure) { return number(figure.carrier_m2); });
  of_figures([](const auto& figure) { return number(figure.gross_m2); });
  of_figures([](const auto& figure) { return number(figure.counted_m2); });
  words(parcels.ownership, itself);
  add(parcels.right_holder);
  add(parcels.far_planned);
  add(parcels.far_cap);
  for (const model::AreaKind kind : {model::AreaKind::title, model::AreaKind::contract, model::AreaKind::surveyed,
                                     model::AreaKind::planned, model::AreaKind::ellipsoidal}) {
    add(parcels.area_m2[static_cast<std::size_t>(kind)]);
  }
  add(parcels.valid_from);
  add(parcels.valid_to);
  add(parcels.synthetic);
  add(parcels.note);
  ledger.snapshot = std::make_shared<const Kept>(
      Kept{picture.project, picture.locations, picture.status, figures.held(), land_uses.held()});
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
    ledger.add_row(circles[row].id.value,
                   {text(circles[row].code), text(shown(language, circles[row].name_zh, circles[row].name_en)),
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
    ledger.add_row(zone.id.value, {text(zone.code), text(shown(language, zone.name_zh, zone.name_en)), text(zone.kind),
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
    ledger.add_row(town.id.value,
                   {text(town.code), text(shown(language, town.name_zh, town.name_en)), text(town.kind),
                    number(geom::area(towns.geometry[row])), whole(sums.parcels[row]), whole(sums.phases[row]),
                    number(sums.floor_m2[row]), number(sums.counted_m2[row]), flag(town.synthetic)});
  }
  return ledger;
}

}  // namespace zaitu::app
