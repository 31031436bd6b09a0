// `zaitu export`: a ledger with its shapes, or a reference layer, as a file; GPKG carries QGIS styles.
#include "app/commands.h"
#include "app/export_boundaries.h"
#include "app/layer_tables.h"
#include "app/ledger_rows.h"
#include "app/qgis_style.h"
#include "base/message.h"
#include "base/utf8.h"
#include "io/export.h"

namespace zaitu::app {

namespace {

io::ExportLayer reference_table(const model::ReferenceLayer& reference) {
  io::ExportLayer layer;
  layer.name = reference.code;
  layer.fields = {{"name", io::SourceFieldType::text},
                  {"kind", io::SourceFieldType::text},
                  {"attribution", io::SourceFieldType::text}};
  for (std::size_t i = 0; i < reference.geometry.size(); ++i) {
    layer.rows.push_back({std::string(reference.name[i]), std::string(reference.kind[i]), reference.attribution});
  }
  return layer;
}

}  // namespace

std::int64_t export_layer(const Picture& picture, const std::string& layer, const std::filesystem::path& out,
                          const std::string& crs, base::Language language, base::Progress& progress) {
  if (layer == "boundary-points") return export_boundary_points(picture, out, crs, progress);
  if (layer == "parcels" && base::ascii_lower(out.extension().string()) == ".txt")
    return export_boundary_text(picture, out, crs, progress);
  const model::Project& project = *picture.project;
  const crs::CoordinateReferenceSystem to = crs.empty() ? *project.crs : crs::CoordinateReferenceSystem::from_text(crs);
  for (const model::ReferenceLayer& reference : rows_of(project.reference_layers)) {
    if (reference.code != layer) continue;
    io::ExportLayer table = reference_table(reference);
    table.geometry = &reference.geometry;
    return io::export_layers({table}, *project.crs, to, out, progress);
  }
  const auto kind = parse_ledger_kind(layer);
  if (!kind) {
    std::string list =
        "parcels, projects, phases, events, circles, zones, towns, units, indicators, tasks, documents, occupancy, "
        "programmes, boundary-points";
    for (const model::ReferenceLayer& reference : rows_of(project.reference_layers)) list += ", " + reference.code;
    throw base::Error(base::ExitCode::usage, base::say("layer: there is no layer \"{}\"; there are: {}", layer, list));
  }
  const Ledger ledger = make_ledger(picture, *kind, language);
  io::ExportLayer table = table_of(ledger);
  const auto geometry = geometry_of(project, ledger);
  if (geometry) table.geometry = &*geometry;
  if (geometry && kind == LedgerKind::parcels) {
    if (const auto column = column_named(ledger, "land_use")) {
      table.qml =
          categorized_qml("land_use", land_use_categories(project, ledger, *column, language), QgisSymbol::fill);
    }
  } else if (geometry && column_named(ledger, "stage")) {
    table.qml = categorized_qml("stage", stage_categories(project, language),
                                geometry->kind() == geom::GeometryKind::point ? QgisSymbol::dot : QgisSymbol::fill);
  }
  return io::export_layers({table}, *project.crs, to, out, progress);
}

}  // namespace zaitu::app
