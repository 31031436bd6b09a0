// `zaitu export`: a ledger with its shapes, or a reference layer, as a file; GPKG carries QGIS styles.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

#include "app/commands.h"
#include "app/ledger_rows.h"
#include "io/export.h"

namespace zaitu::app {

namespace {

std::string xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// "#RRGGBB" -> "r,g,b,255", as QGIS writes colours.
std::string qgis_colour(const std::string& hex) {
  unsigned red = 136, green = 136, blue = 136;
  if (hex.size() == 7) std::sscanf(hex.c_str(), "#%2x%2x%2x", &red, &green, &blue);
  return fmt::format("{},{},{},255", red, green, blue);
}

struct Category {
  std::string value, label, colour;
};

// A categorized renderer over one attribute: fills for areas, dots for points.
std::string qml_of(const std::string& attribute, const std::vector<Category>& categories, geom::GeometryKind kind) {
  std::string list, symbols;
  for (std::size_t i = 0; i < categories.size(); ++i) {
    list += fmt::format("   <category symbol=\"{}\" value=\"{}\" label=\"{}\" render=\"true\"/>\n", i,
                        xml(categories[i].value), xml(categories[i].label));
    const std::string colour = qgis_colour(categories[i].colour);
    if (kind == geom::GeometryKind::point) {
      symbols += fmt::format(
          "   <symbol type=\"marker\" name=\"{}\" alpha=\"1\"><layer class=\"SimpleMarker\" enabled=\"1\"><prop "
          "k=\"color\" v=\"{}\"/>"
          "<prop k=\"name\" v=\"circle\"/><prop k=\"size\" v=\"2.4\"/><prop k=\"outline_color\" "
          "v=\"60,60,60,255\"/></layer></symbol>\n",
          i, colour);
    } else {
      symbols += fmt::format(
          "   <symbol type=\"fill\" name=\"{}\" alpha=\"1\"><layer class=\"SimpleFill\" enabled=\"1\"><prop "
          "k=\"color\" v=\"{}\"/>"
          "<prop k=\"style\" v=\"solid\"/><prop k=\"outline_color\" v=\"90,90,90,255\"/><prop k=\"outline_width\" "
          "v=\"0.15\"/>"
          "<prop k=\"outline_style\" v=\"solid\"/></layer></symbol>\n",
          i, colour);
    }
  }
  return fmt::format(
      "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n<qgis version=\"3.22\" "
      "styleCategories=\"Symbology\">\n"
      " <renderer-v2 type=\"categorizedSymbol\" attr=\"{}\" symbollevels=\"0\" enableorderby=\"0\" forceraster=\"0\">\n"
      "  <categories>\n{}  </categories>\n  <symbols>\n{}  </symbols>\n </renderer-v2>\n</qgis>\n",
      xml(attribute), list, symbols);
}

std::vector<Category> stage_categories(const model::Project& project, base::Language language) {
  std::vector<Category> categories;
  for (const model::Stage& stage : rows_of(project.stages)) {
    categories.push_back({stage.code,
                          stage.code + " " + (language == base::Language::zh ? stage.name_zh : stage.name_en),
                          stage.colour});
  }
  categories.push_back({"", language == base::Language::zh ? "无阶段" : "no stage", "#DDDDDD"});
  return categories;
}

std::vector<Category> land_use_categories(const model::Project& project, const Ledger& ledger, std::size_t column,
                                          base::Language language) {
  std::vector<Category> categories;
  std::set<std::string> present;
  for (std::size_t row = 0; row < ledger.size(); ++row) {
    const LedgerValue value = ledger.value(row, column);
    if (const auto* code = std::get_if<std::string>(&value)) present.insert(*code);
  }
  for (const model::LandUseClass& use : rows_of(project.land_use_classes)) {
    if (present.contains(use.code))
      categories.push_back(
          {use.code, use.code + " " + (language == base::Language::zh ? use.name_zh : use.name_en), use.colour});
  }
  categories.push_back({"", language == base::Language::zh ? "其他" : "other", "#DDDDDD"});
  return categories;
}

std::optional<std::size_t> column_named(const Ledger& ledger, std::string_view name) {
  for (std::size_t i = 0; i < ledger.columns.size(); ++i) {
    if (ledger.columns[i].name == name) return i;
  }
  return std::nullopt;
}

// Fields by the ledger's stable names; a column of whole numbers stays one.
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

// The outlines of an area table in the ledger's order of rows.
template <class Table>
geom::GeometryColumn outlines_of(const Ledger& ledger, const Table& table) {
  std::unordered_map<std::int64_t, std::size_t> row_by_id;
  for (std::size_t i = 0; i < table.rows.size(); ++i) row_by_id.emplace(table.rows[i].id.value, i);
  geom::GeometryColumn column(geom::GeometryKind::polygon);
  for (const std::int64_t id : ledger.ids) column.append(table.geometry[row_by_id.at(id)]);
  return column;
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
        "programmes";
    for (const model::ReferenceLayer& reference : rows_of(project.reference_layers)) list += ", " + reference.code;
    throw base::Error(base::ExitCode::usage, "layer: there is no layer \"" + layer + "\"; there are: " + list);
  }
  const Ledger ledger = make_ledger(picture, *kind, language);
  io::ExportLayer table = table_of(ledger);
  const auto geometry = geometry_of(project, ledger);
  if (geometry) table.geometry = &*geometry;
  if (geometry && kind == LedgerKind::parcels) {
    if (const auto column = column_named(ledger, "land_use")) {
      table.qml = qml_of("land_use", land_use_categories(project, ledger, *column, language), geometry->kind());
    }
  } else if (geometry && column_named(ledger, "stage")) {
    table.qml = qml_of("stage", stage_categories(project, language), geometry->kind());
  }
  return io::export_layers({table}, *project.crs, to, out, progress);
}

}  // namespace zaitu::app
