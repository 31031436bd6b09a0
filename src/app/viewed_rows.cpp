#include "app/viewed_rows.h"

#include <algorithm>
#include <stdexcept>

#include "model/parcel_appender.h"
#include "store/schema.h"

namespace zaitu::app {

namespace {

using store::Cell;

[[noreturn]] void fail(std::string_view what) {
  throw std::logic_error("rows that are only looked at: " + std::string(what));
}

std::string_view text_of(const Cell& cell) {
  const auto* text = std::get_if<std::string>(&cell.value);
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

double real_of(const Cell& cell) {
  // A stored real has no negative zero.
  if (const auto* real = std::get_if<double>(&cell.value)) return *real == 0 ? 0.0 : *real;
  if (const auto* integer = std::get_if<std::int64_t>(&cell.value)) return static_cast<double>(*integer);
  return model::unknown;
}

std::int64_t integer_of(const Cell& cell) {
  const auto* integer = std::get_if<std::int64_t>(&cell.value);
  return integer == nullptr ? 0 : *integer;
}

// Cells by the names of their columns.
class NamedCells {
 public:
  explicit NamedCells(const std::vector<Cell>& cells) : m_cells(cells) {}
  std::string text(std::string_view column) const {
    const Cell* cell = find(column);
    return cell == nullptr ? std::string() : std::string(text_of(*cell));
  }
  double real(std::string_view column) const {
    const Cell* cell = find(column);
    return cell == nullptr ? model::unknown : real_of(*cell);
  }
  std::int64_t integer(std::string_view column, std::int64_t otherwise = 0) const {
    const Cell* cell = find(column);
    return cell == nullptr ? otherwise : integer_of(*cell);
  }

 private:
  const Cell* find(std::string_view column) const {
    const auto found = std::find_if(m_cells.begin(), m_cells.end(), [&](const Cell& c) { return c.column == column; });
    return found == m_cells.end() ? nullptr : &*found;
  }
  const std::vector<Cell>& m_cells;
};

template <class T>
model::Shared<T> share(T&& value) {
  return std::make_shared<const T>(std::forward<T>(value));
}

}  // namespace

std::int64_t ViewedRows::insert(std::string_view table, const std::vector<Cell>& cells) {
  if (table == "parcels") {
    insert_parcel(cells);
    return static_cast<std::int64_t>(m_parcels.size());
  }
  const NamedCells row(cells);
  if (table == "parcel_identifiers") {
    m_identifiers.push_back({{row.integer("parcel_id")}, row.text("scheme"), row.text("value"), row.text("normal")});
  } else if (table == "parcel_lineage") {
    m_lineage.push_back({{row.integer("parent_id")},
                         {row.integer("child_id")},
                         row.text("kind"),
                         {row.integer("record_id")},
                         row.real("area_m2")});
  } else if (table == "certainty_classes") {
    m_certainty_classes.push_back({row.text("code"), static_cast<int>(row.integer("seq")), row.text("label_zh"),
                                   row.text("label_en"), row.text("colour"), row.text("pattern"),
                                   row.integer("stacked", 1) != 0});
  } else if (table == "stages") {
    m_stages.push_back({row.text("code"), static_cast<int>(row.integer("seq")), row.text("name_zh"),
                        row.text("name_en"), row.text("colour"), row.text("certainty_class"), row.text("source")});
  } else if (table == "land_use_classes") {
    m_land_use_classes.push_back({row.text("code"), row.text("name_zh"), row.text("name_en"), row.text("colour"),
                                  static_cast<int>(row.integer("level", 1)), row.text("parent_code"),
                                  row.text("colour_status")});
  } else if (table == "pathways") {
    m_pathways.push_back({row.text("code"), row.text("name_zh"), row.text("name_en"), {}});
  } else if (table == "pathway_stages") {
    m_pathway_stages[row.text("pathway_code")].push_back(
        {row.integer("seq"),
         {row.text("stage_code"), row.real("min_months"), row.real("typical_months"), row.real("max_months"),
          row.real("conversion_probability"), row.text("source")}});
  } else {
    fail(table);
  }
  return ++m_rows;
}

void ViewedRows::update(std::string_view table, std::int64_t, const std::vector<Cell>&) { fail(table); }
std::int64_t ViewedRows::find(std::string_view table, const std::vector<Cell>&) { fail(table); }

void ViewedRows::insert_parcel(const std::vector<Cell>& cells) {
  // The columns come in the order in which the row was made, so each is looked for from where the last one was found.
  enum Column {
    name,
    land_use_current,
    land_use_planned,
    ownership,
    right_holder,
    far_planned,
    far_cap,
    area_title,
    area_contract,
    area_surveyed,
    area_planned,
    synthetic,
    note,
    import_id,
    valid_from,
    valid_to,
    created_by,
    area_planar,
    area_ellipsoidal,
    outline,
    code,
    columns
  };
  static constexpr std::string_view names[columns] = {"name",
                                                      "land_use_current",
                                                      "land_use_planned",
                                                      "ownership",
                                                      "right_holder",
                                                      "far_planned",
                                                      "far_cap",
                                                      "area_title_m2",
                                                      "area_contract_m2",
                                                      "area_surveyed_m2",
                                                      "area_planned_m2",
                                                      "synthetic",
                                                      "note",
                                                      "import_id",
                                                      "valid_from",
                                                      "valid_to",
                                                      "created_by_record_id",
                                                      "area_planar_m2",
                                                      "area_ellipsoidal_m2",
                                                      "geom",
                                                      "code"};
  const Cell* found[columns] = {};
  std::size_t at = 0;
  for (const Cell& cell : cells) {
    std::size_t tried = 0;
    for (; names[at] != cell.column; at = (at + 1) % columns) {
      if (++tried == columns) fail(cell.column);
    }
    found[at] = &cell;
  }
  const auto text = [&](Column column) {
    return found[column] == nullptr ? std::string_view() : text_of(*found[column]);
  };
  const auto real = [&](Column column) { return found[column] == nullptr ? model::unknown : real_of(*found[column]); };

  if (m_outlines.size() == geom::GeometryColumn::chunk_rows) pack_outlines();
  const geom::Bytes* const blob =
      found[outline] == nullptr ? nullptr : std::get_if<geom::Bytes>(&found[outline]->value);
  if (blob == nullptr) {
    m_outlines.begin_feature();
  } else {
    geom::append_spatialite(m_outlines, *blob);
  }
  model::ParcelValues row;
  row.code = text(code);
  row.name = text(name);
  row.land_use_current = text(land_use_current);
  row.land_use_planned = text(land_use_planned);
  row.ownership = text(ownership);
  row.right_holder = text(right_holder);
  row.far_planned = real(far_planned);
  row.far_cap = real(far_cap);
  static constexpr Column areas[] = {area_title,   area_contract, area_surveyed,
                                     area_planned, area_planar,   area_ellipsoidal};
  for (std::size_t kind = 0; kind < std::size(areas); ++kind) row.area_m2[kind] = real(areas[kind]);
  row.valid_from = base::Date::parse(text(valid_from));
  row.valid_to = base::Date::parse(text(valid_to));
  row.created_by = {found[created_by] == nullptr ? 0 : integer_of(*found[created_by])};
  row.synthetic = found[synthetic] != nullptr && integer_of(*found[synthetic]) != 0;
  row.note = text(note);
  m_parcels.id.edit().push_back({static_cast<std::int64_t>(m_parcels.id.size()) + 1});
  model::ParcelAppender(m_parcels).append(row);
}

// A column that is filled row by row takes up to twice the memory that it needs.
void ViewedRows::pack_outlines() {
  if (m_outlines.size() == 0) return;
  const geom::GeometryColumn packed = m_outlines.packed();
  m_parcels.geometry.edit().append(packed, 0, packed.size());
  m_outlines.clear();
}

void ViewedRows::reserve(std::size_t parcels) {
  model::ParcelTable::each_column(
      [&](auto& column) {
        if constexpr (requires { column->bytes(); }) {
          column.edit().reserve(parcels, 0);
        } else if constexpr (!requires { column->vertex_count(); }) {
          column.edit().reserve(parcels);
        }
      },
      m_parcels);
}

model::Project ViewedRows::vocabulary() {
  model::Project project;
  project.schema_version = store::schema_version;
  project.read_only = true;
  const auto by_seq = [](const auto& a, const auto& b) { return a.seq < b.seq; };
  std::stable_sort(m_stages.begin(), m_stages.end(), by_seq);
  std::stable_sort(m_certainty_classes.begin(), m_certainty_classes.end(), by_seq);
  for (model::Pathway& pathway : m_pathways) {
    std::vector<PathwayStage>& stages = m_pathway_stages[pathway.code];
    std::stable_sort(stages.begin(), stages.end(), by_seq);
    for (PathwayStage& stage : stages) pathway.stages.push_back(std::move(stage.stage));
  }
  project.stages = share(std::move(m_stages));
  project.certainty_classes = share(std::move(m_certainty_classes));
  project.pathways = share(std::move(m_pathways));
  project.land_use_classes = share(std::move(m_land_use_classes));
  const auto empty = [&](auto&... tables) {
    ((tables = std::make_shared<typename std::remove_reference_t<decltype(tables)>::element_type>()), ...);
  };
  empty(project.units, project.documents, project.programmes, project.parcels, project.parcel_identifiers,
        project.parcel_lineage, project.land_records, project.projects, project.project_units, project.project_parcels,
        project.project_programmes, project.phases, project.phase_parcels, project.stage_events, project.occupancies,
        project.circles, project.circle_members, project.zones, project.towns, project.reference_layers,
        project.indicators, project.indicator_targets, project.indicator_observations, project.indicator_units,
        project.tasks, project.task_units, project.quarterly_reports, project.frozen_quarters, project.assumptions,
        project.attachments);
  return project;
}

void ViewedRows::finish(model::Project& project) {
  pack_outlines();
  m_outlines = geom::GeometryColumn();
  project.parcels = share(std::move(m_parcels));
  project.parcel_identifiers = share(std::move(m_identifiers));
  project.parcel_lineage = share(std::move(m_lineage));
}

}  // namespace zaitu::app
