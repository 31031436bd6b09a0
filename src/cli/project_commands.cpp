// init, import, info and export: what goes into a project, what is in it, what comes out as data.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/output.h"
#include "cli/text_table.h"
#include "store/backup.h"

namespace zaitu::cli {

namespace {

using nlohmann::ordered_json;

ordered_json warnings_json(const std::vector<io::Warning>& warnings) {
  ordered_json list = ordered_json::array();
  for (const auto& warning : warnings) {
    list.push_back(
        {{"feature", warning.feature}, {"field", warning.field}, {"code", warning.code}, {"message", warning.message}});
  }
  return list;
}

ordered_json crs_json(const app::ImportResult& result) {
  ordered_json object = {{"code", result.crs.value}, {"how", result.crs.how}};
  if (result.swapped) object["swapped"] = true;
  for (const crs::Candidate& one : result.candidates.ranked) {
    object["candidates"].push_back(
        {{"code", one.code()}, {"name", one.name}, {"swapped", one.swapped}, {"reason", reason_of(one)}});
  }
  if (result.fit) {
    if (!std::isnan(result.fit->rms)) object["rms"] = result.fit->rms;
    for (const auto& point : result.fit->residuals) {
      object["residuals"].push_back({{"point", point.name}, {"dx", point.dx}, {"dy", point.dy}});
    }
  }
  return object;
}

// What the four parameters miss each control point by.
std::string residual_lines(const Session& session, const crs::HelmertFit& fit) {
  std::string text;
  for (const auto& point : fit.residuals) {
    text += fmt::format("{}{}  {:+.3f}  {:+.3f}\n", session.zh() ? "残差    " : "residual  ", point.name, point.dx,
                        point.dy);
  }
  if (!std::isnan(fit.rms)) text += fmt::format("{}{:.3f}\n", session.zh() ? "中误差  " : "RMS       ", fit.rms);
  return text;
}

struct LayerCount {
  std::string name;
  std::size_t features = 0;
  const char* geometry = nullptr;  // nullptr: a table
};

std::vector<LayerCount> layers_of(const model::Project& project) {
  const auto rows = [](const auto& table) { return table ? table->size() : 0; };
  const auto areas = [](const auto& table) { return table ? table->rows.size() : 0; };
  std::vector<LayerCount> layers = {{"parcels", rows(project.parcels), "polygon"},
                                    {"projects", rows(project.projects), "point"},
                                    {"circles", areas(project.circle_members), "polygon"},
                                    {"zones", areas(project.zones), "polygon"},
                                    {"towns", areas(project.towns), "polygon"}};
  if (project.reference_layers) {
    for (const auto& layer : *project.reference_layers) {
      const char* kind = layer.geometry_kind == geom::GeometryKind::point  ? "point"
                         : layer.geometry_kind == geom::GeometryKind::line ? "line"
                                                                           : "polygon";
      layers.push_back({"reference:" + layer.code, layer.geometry.size(), kind});
    }
  }
  const std::vector<LayerCount> tables = {
      {"phases", rows(project.phases)},         {"events", rows(project.stage_events)},
      {"occupancy", rows(project.occupancies)}, {"units", rows(project.units)},
      {"programmes", rows(project.programmes)}, {"documents", rows(project.documents)},
      {"indicators", rows(project.indicators)}, {"tasks", rows(project.tasks)}};
  layers.insert(layers.end(), tables.begin(), tables.end());
  return layers;
}

// Of the parcels; of everything else where there are none.
geom::Envelope extent_of(const model::Project& project) {
  geom::Envelope extent;
  if (project.parcels) extent = project.parcels->geometry->envelope();
  if (!extent.empty()) return extent;
  if (project.circle_members) extent.expand(project.circle_members->geometry.envelope());
  if (project.zones) extent.expand(project.zones->geometry.envelope());
  if (project.towns) extent.expand(project.towns->geometry.envelope());
  if (project.reference_layers) {
    for (const auto& layer : *project.reference_layers) extent.expand(layer.geometry.envelope());
  }
  if (project.projects) {
    for (const auto& row : *project.projects) {
      if (row.location) extent.expand(*row.location);
    }
  }
  return extent;
}

ordered_json extent_json(const geom::Envelope& box) {
  if (box.empty()) return nullptr;
  return ordered_json::array({box.min_x, box.min_y, box.max_x, box.max_y});
}

ordered_json join_json(const app::JoinReport& join) {
  if (join.empty()) return nullptr;
  ordered_json rows = ordered_json::array();
  for (const app::JoinRow& row : join.rows) {
    rows.push_back({{"row", row.row},
                    {"what", row.what},
                    {"value", row.value},
                    {"state", row.ambiguous ? "ambiguous" : "unmatched"},
                    {"candidates", row.candidates}});
  }
  return {{"matched", join.matched},
          {"unmatched", join.unmatched},
          {"ambiguous", join.ambiguous},
          {"by", join.by},
          {"rows", std::move(rows)}};
}

}  // namespace

int run_init(Session& session) {
  app::InitOptions options = session.arguments.init;
  options.project = project_path(session);
  app::InitResult result;
  {
    const ProgressLine line(session.progress, session.zh() ? "新建工程" : "making the project");
    result = app::init_project(options, session.progress);
  }
  if (session.arguments.json) {
    print(ordered_json{{"project", result.project}, {"crs", result.crs}, {"schema_version", result.schema_version}});
  } else {
    print((session.zh() ? "已新建 " : "made ") + result.project + " (" + result.crs + ")\n");
    if (options.demo) {
      say(session.zh() ? "※ 示范工程:地块轮廓、面积与实际日期为虚构 (synthetic),不是官方数字"
                       : "※ demo project: parcel outlines, areas and actual dates are invented (synthetic)");
    }
  }
  return 0;
}

int run_import(Session& session) {
  const Arguments& arguments = session.arguments;
  auto file = open_to_change(session);
  warn_of_missing_font();
  app::ImportResult result;
  {
    const ProgressLine line(session.progress, session.zh() ? "导入" : "importing");
    result = app::import_source(file, arguments.import_options, session.progress);
  }
  const std::string source = arguments.import_options.source.filename().string();
  if (arguments.json) {
    ordered_json object;
    object["read"] = result.read;
    object["inserted"] = result.inserted;
    object["updated"] = result.updated;
    object["repaired"] = result.repaired;
    object["rejected"] = result.rejected;
    object["skipped"] = result.skipped;
    object["crs"] = crs_json(result);
    object["encoding"] = {{"name", result.encoding.value}, {"how", result.encoding.how}};
    object["mapping"] = ordered_json::object();
    for (const auto& [field, column] : result.mapping) object["mapping"][field] = column;
    object["remembered"] = result.remembered.empty() ? ordered_json() : ordered_json(result.remembered);
    object["header_rows"] = result.table.header_first == 0
                                ? ordered_json()
                                : ordered_json{result.table.header_first, result.table.header_last};
    object["join"] = join_json(result.join);
    object["dry_run"] = arguments.import_options.dry_run;
    object["change"] = result.change;
    object["warnings"] = warnings_json(result.warnings);
    print(object);
  } else {
    say_warnings(result.warnings, source);
    const auto n = [](std::int64_t count) { return std::to_string(count); };
    std::string text = session.zh()
                           ? "读取 " + n(result.read) + " · 新增 " + n(result.inserted) + " · 更新 " +
                                 n(result.updated) + " · 修复 " + n(result.repaired) + " · 拒绝 " + n(result.rejected)
                           : "read " + n(result.read) + " · inserted " + n(result.inserted) + " · updated " +
                                 n(result.updated) + " · repaired " + n(result.repaired) + " · rejected " +
                                 n(result.rejected);
    if (result.skipped > 0) text += (session.zh() ? " · 跳过 " : " · skipped ") + n(result.skipped);
    if (result.change == 0) text += session.zh() ? " · 未写入" : " · nothing written";
    text += "\n";
    const auto decision = [&](const char* zh, const char* en, const io::Decision& what) {
      if (!what.value.empty()) text += (session.zh() ? zh : en) + what.value + " (" + what.how + ")\n";
    };
    decision("坐标系  ", "crs       ", result.crs);
    if (result.fit) text += residual_lines(session, *result.fit);
    decision("编码    ", "encoding  ", result.encoding);
    if (!result.join.empty()) {
      const app::JoinReport& join = result.join;
      text += session.zh()
                  ? "匹配    " + n(join.matched) + " · 未匹配 " + n(join.unmatched) + " · 不唯一 " + n(join.ambiguous)
                  : "matched   " + n(join.matched) + " · unmatched " + n(join.unmatched) + " · ambiguous " +
                        n(join.ambiguous);
      text += "\n";
    }
    if (!result.remembered.empty()) {
      text += (session.zh() ? "列对应  沿用 " : "mapping   as on ") + result.remembered.substr(0, 10) +
              (session.zh() ? " 的选择\n" : "\n");
    }
    print(text);
  }
  if (arguments.import_options.strict && result.rejected > 0) {
    say("error: " + source + ": " + std::to_string(result.rejected) +
        " rows were rejected, and --strict was asked for: nothing was written");
    return static_cast<int>(base::ExitCode::data_failed);
  }
  return 0;
}

int run_info(Session& session) {
  std::vector<io::Warning> warnings;
  const auto project = load_any(session, &warnings);
  const auto layers = layers_of(*project);
  const geom::Envelope extent = extent_of(*project);
  const std::string crs = project->crs ? project->crs->code() : std::string();
  const auto backups = project->crs && store::ProjectFile::is_project(session.arguments.project)
                           ? store::backups_of(session.arguments.project)
                           : std::vector<store::Backup>();
  if (session.arguments.json) {
    ordered_json object;
    object["project"] = session.arguments.project.string();
    object["name"] = {{"zh", project->name_zh}, {"en", project->name_en}};
    object["schema_version"] = project->schema_version;
    object["crs"] = crs;
    object["extent"] = extent_json(extent);
    object["read_only"] = project->read_only;
    object["revision"] = project->revision;
    object["layers"] = ordered_json::array();
    for (const auto& layer : layers) {
      object["layers"].push_back(
          {{"name", layer.name},
           {"features", layer.features},
           {"geometry", layer.geometry == nullptr ? ordered_json() : ordered_json(layer.geometry)}});
    }
    object["backups"] = ordered_json::array();
    for (const auto& backup : backups) {
      object["backups"].push_back({{"file", backup.file.string()}, {"made", backup.made}, {"bytes", backup.bytes}});
    }
    object["warnings"] = warnings_json(warnings);
    print(object);
    return 0;
  }
  const bool zh = session.zh();
  const std::string& name = zh || project->name_en.empty() ? project->name_zh : project->name_en;
  std::string text = (name.empty() ? session.arguments.project.filename().string() : name) + "\n";
  text += (zh ? "坐标系  " : "crs     ") + crs + (project->crs ? " " + project->crs->name() : std::string()) + "\n";
  if (!extent.empty()) {
    text += (zh ? "范围    " : "extent  ") + base::number(extent.min_x, 2) + "  " + base::number(extent.min_y, 2) +
            "  " + base::number(extent.max_x, 2) + "  " + base::number(extent.max_y, 2) + "\n";
  }
  for (const auto& backup : backups) {
    text += (zh ? "备份    " : "backup  ") + backup.made + "  " + backup.file.filename().string() + "\n";
  }
  text += "\n";
  TextTable table;
  table.add_column(zh ? "图层" : "Layer");
  table.add_column(zh ? "要素" : "Features", TextTable::Align::right);
  table.add_column(zh ? "几何" : "Geometry");
  for (const auto& layer : layers) {
    table.add_row({layer.name, std::to_string(layer.features), layer.geometry == nullptr ? "" : layer.geometry});
  }
  print(text + table.text());
  return 0;
}

int run_export(Session& session) {
  const Arguments& arguments = session.arguments;
  const app::Picture picture = picture_of(session, load_project_file(session));
  std::int64_t features = 0;
  {
    const ProgressLine line(session.progress, session.zh() ? "导出" : "exporting");
    features =
        app::export_layer(picture, arguments.layer, arguments.out, arguments.crs, arguments.language, session.progress);
  }
  if (arguments.json) {
    print(ordered_json{{"file", arguments.out.string()}, {"features", features}});
  } else {
    print(arguments.out.string() + "  " + std::to_string(features) + (session.zh() ? " 个要素\n" : " features\n"));
  }
  return 0;
}

int run_report(Session& session) {
  const Arguments& arguments = session.arguments;
  const app::Picture picture = picture_of(session, load_any(session));
  warn_of_missing_font();
  std::vector<report::WrittenFile> files;
  {
    const ProgressLine line(session.progress, session.zh() ? "报告" : "writing reports");
    files = app::write_reports(picture, arguments.report, arguments.language, session.progress);
  }
  if (arguments.json) {
    ordered_json object;
    object["as_of"] = picture.status->as_of.iso();
    object["files"] = ordered_json::array();
    for (const auto& file : files) {
      object["files"].push_back({{"path", file.path}, {"kind", file.kind}, {"subject", file.subject}});
    }
    print(object);
  } else {
    std::string text;
    for (const auto& file : files) text += file.path + "\n";
    print(text);
  }
  return 0;
}

int run_render(Session& session) {
  const Arguments& arguments = session.arguments;
  const app::Picture picture = picture_of(session, load_any(session));
  warn_of_missing_font();
  const app::RenderResult result = app::render_map(picture, arguments.render);
  if (arguments.json) {
    print(ordered_json{{"file", result.file},
                       {"extent", extent_json(result.extent)},
                       {"features", result.features},
                       {"ms", json_number(result.milliseconds)}});
  } else {
    print(result.file + "\n");
  }
  return 0;
}

}  // namespace zaitu::cli
