// Rows of a parcel table, one after another.
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

#include "model/tables.h"

namespace zaitu::model {

// All of a parcel but its id and its outline; nothing is known until it is said.
struct ParcelValues {
  std::string_view code, name, land_use_current, land_use_planned, ownership, right_holder;
  double far_planned = unknown, far_cap = unknown;
  double area_m2[6] = {unknown, unknown, unknown, unknown, unknown, unknown};  // by AreaKind
  std::optional<base::Date> valid_from, valid_to;
  LandRecordId created_by, retired_by;
  bool synthetic = false;
  std::string_view note;

  double& area(AreaKind kind) { return area_m2[static_cast<std::size_t>(kind)]; }
};

// Appends to every column of the table but id and geometry. The table must not be copied meanwhile.
class ParcelAppender {
 public:
  explicit ParcelAppender(ParcelTable& table)
      : m_code(table.code.edit()),
        m_name(table.name.edit()),
        m_land_use_current(table.land_use_current.edit()),
        m_land_use_planned(table.land_use_planned.edit()),
        m_ownership(table.ownership.edit()),
        m_right_holder(table.right_holder.edit()),
        m_far_planned(table.far_planned.edit()),
        m_far_cap(table.far_cap.edit()),
        m_valid_from(table.valid_from.edit()),
        m_valid_to(table.valid_to.edit()),
        m_created_by(table.created_by.edit()),
        m_retired_by(table.retired_by.edit()),
        m_synthetic(table.synthetic.edit()),
        m_note(table.note.edit()) {
    for (std::size_t kind = 0; kind < std::size(m_area_m2); ++kind) m_area_m2[kind] = &table.area_m2[kind].edit();
  }

  void append(const ParcelValues& row) {
    m_code.push_back(row.code);
    m_name.push_back(row.name);
    m_land_use_current.push_back(row.land_use_current);
    m_land_use_planned.push_back(row.land_use_planned);
    m_ownership.push_back(row.ownership);
    m_right_holder.push_back(row.right_holder);
    m_far_planned.push_back(row.far_planned);
    m_far_cap.push_back(row.far_cap);
    for (std::size_t kind = 0; kind < std::size(m_area_m2); ++kind) m_area_m2[kind]->push_back(row.area_m2[kind]);
    m_valid_from.push_back(row.valid_from);
    m_valid_to.push_back(row.valid_to);
    m_created_by.push_back(row.created_by);
    m_retired_by.push_back(row.retired_by);
    m_synthetic.push_back(row.synthetic ? 1 : 0);
    m_note.push_back(row.note);
  }

 private:
  TextColumn &m_code, &m_name;
  DictionaryColumn &m_land_use_current, &m_land_use_planned, &m_ownership;
  TextColumn& m_right_holder;
  ValueColumn<double>&m_far_planned, &m_far_cap, *m_area_m2[6];
  ValueColumn<std::optional<base::Date>>&m_valid_from, &m_valid_to;
  ValueColumn<LandRecordId>&m_created_by, &m_retired_by;
  ValueColumn<std::uint8_t>& m_synthetic;
  TextColumn& m_note;
};

}  // namespace zaitu::model
