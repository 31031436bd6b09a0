// What the makers of the ledgers share: columns said in one line each, rows by table, look-ups by id made once.
#pragma once

#include <cmath>
#include <initializer_list>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "app/ledger.h"

namespace zaitu::app {

using ColumnKind = LedgerColumn::Kind;

struct ColumnSpec {
  const char* name;
  const char* zh;
  const char* en;
  ColumnKind kind = ColumnKind::text;
  bool total = false;
};

using Columns = std::vector<ColumnSpec>;

// Columns that stand together in several ledgers, under the same names.
inline const Columns standing_columns = {{"stage", "阶段", "Stage"},
                                         {"stage_name", "阶段名称", "Stage name"},
                                         {"certainty", "确定性", "Certainty"},
                                         {"since", "自", "Since", ColumnKind::date}};
inline const Columns place_columns = {{"circle", "圈层", "Circle"},
                                      {"circle_name", "圈层名称", "Circle name"},
                                      {"town", "街镇", "Town"},
                                      {"town_name", "街镇名称", "Town name"}};
inline const Columns counted_columns = {{"area", "规则面积", "Area by the rule", ColumnKind::area_m2, true},
                                        {"counted", "已计入面积", "Counted area", ColumnKind::area_m2, true}};
inline const Columns floor_columns = {{"carrier", "载体面积", "Carrier area", ColumnKind::area_m2, true},
                                      {"gross", "建筑面积", "Gross floor area", ColumnKind::area_m2, true},
                                      {"plot_ratio", "计容面积", "Plot-ratio area", ColumnKind::area_m2, true},
                                      {"leasable", "可租面积", "Leasable area", ColumnKind::area_m2, true},
                                      {"demolished", "拆除面积", "Demolished area", ColumnKind::area_m2, true}};
// Of a layer of areas: its land, and what stands on it.
inline const Columns area_sum_columns = {{"land_area", "用地面积", "Land area", ColumnKind::area_m2, true},
                                         {"parcels", "地块数", "Parcels", ColumnKind::number, true},
                                         {"phases", "分期数", "Phases", ColumnKind::number, true}};

inline Ledger ledger_of(LedgerKind kind, base::Language language, std::initializer_list<Columns> groups) {
  Ledger ledger;
  ledger.kind = kind;
  for (const Columns& columns : groups) {
    for (const ColumnSpec& spec : columns) {
      ledger.columns.push_back({spec.name, language == base::Language::zh ? spec.zh : spec.en, spec.kind, spec.total});
    }
  }
  return ledger;
}

// ---- values --------------------------------------------------------------------------------------------------------
inline LedgerValue text(std::string_view value) { return std::string(value); }
inline LedgerValue number(double value) { return std::isnan(value) ? LedgerValue{} : LedgerValue{value}; }
inline LedgerValue whole(std::size_t value) { return static_cast<std::int64_t>(value); }
inline LedgerValue flag(bool value) { return std::int64_t{value ? 1 : 0}; }
inline LedgerValue day(const std::optional<base::Date>& value) {
  return value ? LedgerValue{value->iso()} : LedgerValue{};
}

// Texts one after another: "A;B".
inline void append(std::string& list, std::string_view item) {
  if (!list.empty()) list += ';';
  list += item;
}

// The name in the asked language, else in the other one.
inline const std::string& shown(base::Language language, const std::string& zh, const std::string& en) {
  if (language == base::Language::zh) return zh.empty() ? en : zh;
  return en.empty() ? zh : en;
}

// Row numbers by id.
template <class Row, class RowId>
class RowsById {
 public:
  explicit RowsById(const model::Rows<Row>& rows) : m_rows(&rows_of(rows)) {
    for (std::size_t i = 0; i < m_rows->size(); ++i) m_row_by_id.emplace((*m_rows)[i].id, i);
  }
  const Row* find(RowId id) const {
    const auto found = m_row_by_id.find(id);
    return found == m_row_by_id.end() ? nullptr : &(*m_rows)[found->second];
  }
  std::optional<std::size_t> row(RowId id) const {
    const auto found = m_row_by_id.find(id);
    return found == m_row_by_id.end() ? std::nullopt : std::optional(found->second);
  }
  std::string code(RowId id) const {
    const Row* row = find(id);
    return row == nullptr ? std::string() : row->code;
  }

 private:
  const std::vector<Row>* m_rows;
  std::unordered_map<RowId, std::size_t> m_row_by_id;
};

// The areas of a layer a parcel or phase lies in: code and name of the first (the largest share), and all with share.
struct PlaceNames {
  std::string code, name, all;
};
template <class Row>
PlaceNames place_names(const std::vector<Row>& rows, const planning::ShareList& shares, base::Language language) {
  PlaceNames names;
  for (const planning::Share share : shares) {
    const Row& row = rows[share.area];
    if (names.all.empty()) {
      names.code = row.code;
      names.name = shown(language, row.name_zh, row.name_en);
    }
    append(names.all, row.code + " " + base::percent(share.share));
  }
  return names;
}

struct StandingNames {
  std::string stage, stage_name, certainty, certainty_name;
};
StandingNames standing_names(const model::Project& project, const planning::Standing& standing,
                             base::Language language);

// One phase's part in the figure of the picture's rule, by phase row; phases out of scope are absent.
std::unordered_map<std::uint32_t, const planning::PhaseCount*> counts_by_phase(const Picture& picture);

// Calls visit(parcel row, phase row, part of the phase that stands on the parcel) phase by phase. Parts are by planar
// area, so that sums over parcels add up to the phases' areas.
template <class Visit>
void each_phase_on_parcel(const Picture& picture, Visit visit);

double planar_area(const model::ParcelTable& parcels, std::size_t row);
// The planar area of every parcel: the stored ones, shared, unless one is missing.
model::Held<model::ValueColumn<double>> planar_areas(const model::ParcelTable& parcels);
// Rows of the parcels in force at a date; nullopt: all are.
std::optional<std::vector<std::uint32_t>> parcels_in_force(const model::ParcelTable& parcels, base::Date at);

template <class Visit>
void each_phase_on_parcel(const Picture& picture, Visit visit) {
  const model::ParcelTable& parcels = rows_of(picture.project->parcels);
  const auto& phase_parcels = picture.locations->phase_parcels;
  for (std::size_t phase = 0; phase < phase_parcels.size(); ++phase) {
    double whole_area = 0;
    for (const std::uint32_t parcel : phase_parcels[phase]) whole_area += planar_area(parcels, parcel);
    for (const std::uint32_t parcel : phase_parcels[phase]) {
      const double part = whole_area > 0 ? planar_area(parcels, parcel) / whole_area
                                         : 1.0 / static_cast<double>(phase_parcels[phase].size());
      visit(parcel, static_cast<std::uint32_t>(phase), part);
    }
  }
}

Ledger parcel_ledger(const Picture& picture, base::Language language);
Ledger project_ledger(const Picture& picture, base::Language language);
Ledger phase_ledger(const Picture& picture, base::Language language);
Ledger event_ledger(const Picture& picture, base::Language language);
Ledger occupancy_ledger(const Picture& picture, base::Language language);
Ledger circle_ledger(const Picture& picture, base::Language language);
Ledger zone_ledger(const Picture& picture, base::Language language);
Ledger town_ledger(const Picture& picture, base::Language language);
Ledger ageing_ledger(const Picture& picture, base::Language language);
Ledger absorption_ledger(const Picture& picture, base::Language language);
Ledger wall_ledger(const Picture& picture, base::Language language);
Ledger report_ledger(const Picture& picture, base::Language language);
Ledger duty_ledger(const model::Project& project, base::Language language);

}  // namespace zaitu::app
