#include "app/layer_tables.h"

#include <unordered_map>

#include "app/ledger_rows.h"

namespace zaitu::app {

namespace {

// The outlines of an area table in the ledger's order of rows.
template <class Table>
geom::GeometryColumn outlines_of(const Ledger& ledger, const Table& table) {
  std::unordered_map<std::int64_t, std::size_t> row_by_id;
  for (std::size_t i = 0; i < table.rows.size(); ++i) row_by_id.emplace(table.rows[i].id.value, i);
  geom::GeometryColumn column(geom::GeometryKind::polygon);
  for (const std::int64_t id : ledger.ids) column.append(table.geometry[row_by_id.at(id)]);
  return column;
}

}  // namespace

std::optional<std::size_t> column_named(const Ledger& ledger, std::string_view name) {
  for (std::size_t i = 0; i < ledger.columns.size(); ++i) {
    if (ledger.columns[i].name == name) return i;
  }
  return std::nullopt;
}

io::ExportLayer table_of(const Ledger& ledger) {
  io::ExportLayer layer;
  layer.name = std::string(name_of(ledger.kind));
  for (std::size_t c = 0; c < ledger.columns.size(); ++c) {
    io::SourceFieldType type = io::SourceFieldType::text;
    switch (ledger.columns[c].kind) {
      case LedgerColumn::Kind::area_m2:
        type = io::SourceFieldType::real;
        break;
      case LedgerColumn::Kind::date:
        type = io::SourceFieldType::date;
        break;
      case LedgerColumn::Kind::flag:
        type = io::SourceFieldType::integer;
        break;
      case LedgerColumn::Kind::number: {
        bool whole = true;
        for (std::size_t row = 0; row < ledger.size() && whole; ++row) {
          whole = !std::holds_alternative<double>(ledger.value(row, c));
        }
        type = whole ? io::SourceFieldType::integer : io::SourceFieldType::real;
        break;
      }
      case LedgerColumn::Kind::text:
        break;
    }
    layer.fields.push_back({ledger.columns[c].name, type});
  }
  layer.rows.reserve(ledger.size());
  for (std::size_t row = 0; row < ledger.size(); ++row) {
    auto& cells = layer.rows.emplace_back();
    for (std::size_t c = 0; c < ledger.columns.size(); ++c) cells.push_back(ledger.value(row, c));
  }
  return layer;
}

std::optional<geom::GeometryColumn> geometry_of(const model::Project& project, const Ledger& ledger) {
  switch (ledger.kind) {
    case LedgerKind::parcels: {
      geom::GeometryColumn column(geom::GeometryKind::polygon);
      for (const std::int64_t id : ledger.ids) column.append(project.parcels->geometry[*project.parcels->row_of({id})]);
      return column;
    }
    case LedgerKind::zones:
      return outlines_of(ledger, *project.zones);
    case LedgerKind::towns:
      return outlines_of(ledger, *project.towns);
    case LedgerKind::circles: {  // a circle is all of its member areas
      geom::GeometryColumn column(geom::GeometryKind::polygon);
      for (const std::int64_t id : ledger.ids) {
        column.begin_feature();
        for (std::size_t m = 0; m < project.circle_members->rows.size(); ++m) {
          if (project.circle_members->rows[m].circle.value != id) continue;
          const geom::FeatureGeometry member = project.circle_members->geometry[m];
          for (std::size_t p = 0; p < member.part_count(); ++p) {
            column.begin_part();
            for (std::size_t r = 0; r < member.part(p).ring_count(); ++r) column.add_ring(member.part(p).ring(r));
          }
        }
      }
      return column;
    }
    case LedgerKind::projects: {
      geom::GeometryColumn column(geom::GeometryKind::point);
      for (const std::int64_t id : ledger.ids) {
        column.begin_feature();
        const model::CarrierProject* row = model::find_project(project, {id});
        if (row == nullptr || !row->location) continue;
        column.begin_part();
        column.add_ring(std::span(&*row->location, 1));
      }
      return column;
    }
    default:
      return std::nullopt;
  }
}

}  // namespace zaitu::app
