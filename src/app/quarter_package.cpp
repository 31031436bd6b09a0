#include "app/quarter_package.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "app/layer_tables.h"
#include "app/ledger_rows.h"
#include "app/ledger_table.h"
#include "app/outlook.h"
#include "app/qgis_style.h"
#include "app/quarter.h"
#include "geom/measure.h"
#include "report/quarter_package.h"

namespace zaitu::app {

namespace {

// One bar for work in steps, some of which tell of their own progress.
class PackageSteps {
 public:
  PackageSteps(base::Progress& progress, std::uint64_t steps) : m_progress(progress), m_steps(steps) {}

  template <class Work>
  auto run(const Work& work) {
    m_progress.throw_if_stopped();
    base::Progress step;
    step.on_report = [&](std::uint64_t done, std::uint64_t total) {
      if (m_progress.stop_requested()) step.request_stop();
      if (total > 0) m_progress.report(m_done * thousandths + done * thousandths / total, m_steps * thousandths);
    };
    const Finished count(*this);
    return work(step);
  }

 private:
  static constexpr std::uint64_t thousandths = 1000;
  struct Finished {
    explicit Finished(PackageSteps& of) : steps(of) {}
    ~Finished() {
      ++steps.m_done;
      if (!steps.m_progress.stop_requested())
        steps.m_progress.report(steps.m_done * thousandths, steps.m_steps * thousandths);
    }
    Finished(const Finished&) = delete;
    Finished& operator=(const Finished&) = delete;
    PackageSteps& steps;
  };
  base::Progress& m_progress;
  std::uint64_t m_steps, m_done = 0;
};

// ---- ledgers -------------------------------------------------------------------------------------------------------

// What changes when the data behind a frozen figure do.
const std::set<std::string> counted_names = {"stage",  "stage_name", "certainty",    "since",
                                             "counts", "counted",    "missing_area", "carrier",
                                             "gross",  "plot_ratio", "leasable",     "demolished"};

Ledger without(Ledger ledger, const std::set<std::string>& names) {
  for (std::size_t c = ledger.columns.size(); c-- > 0;) {
    if (!names.contains(ledger.columns[c].name)) continue;
    ledger.columns.erase(ledger.columns.begin() + static_cast<std::ptrdiff_t>(c));
    ledger.cells.erase(ledger.cells.begin() + static_cast<std::ptrdiff_t>(c));
  }
  return ledger;
}

// The figures as they were frozen, under the names of the ledgers of present data.
Ledger frozen_projects(const report::QuarterContent& content) {
  const base::Language language = content.subject.language;
  const model::Project& project = *content.subject.project;
  Ledger ledger = ledger_of(LedgerKind::projects, language,
                            {{{"code", "项目编号", "Code"}, {"name", "项目", "Project"}, {"stage", "阶段", "Stage"}},
                             counted_columns,
                             {{"land", "用地面积", "Land area", ColumnKind::area_m2, true}}});
  std::map<std::string, const model::CarrierProject*> by_code;
  for (const auto& row : rows_of(project.projects)) by_code.emplace(row.code, &row);
  for (const ProjectFigures& figures : content.figures.projects) {
    const auto found = by_code.find(figures.code);
    const model::CarrierProject* row = found == by_code.end() ? nullptr : found->second;
    ledger.add_row(row == nullptr ? 0 : row->id.value,
                   {text(figures.code), text(row == nullptr ? "" : shown(language, row->name_zh, row->name_en)),
                    text(figures.stage), number(figures.area_m2), number(figures.counted_m2), number(figures.land_m2)});
  }
  return ledger;
}

Ledger frozen_phases(const report::QuarterContent& content) {
  const base::Language language = content.subject.language;
  const model::Project& project = *content.subject.project;
  Ledger ledger = ledger_of(LedgerKind::phases, language,
                            {{{"code", "分期编号", "Code"},
                              {"name", "分期", "Phase"},
                              {"project", "项目编号", "Project"},
                              {"stage", "阶段", "Stage"},
                              {"certainty", "确定性", "Certainty"},
                              {"circle", "圈层", "Circle"},
                              {"town", "街镇", "Town"}},
                             counted_columns,
                             {{"synthetic", "虚构", "Synthetic", ColumnKind::flag}}});
  std::map<std::string, const model::Phase*> by_code;
  for (const auto& row : rows_of(project.phases)) by_code.emplace(row.code, &row);
  for (const planning::PhaseFigures& figures : content.figures.phases) {
    const auto found = by_code.find(figures.code);
    const model::Phase* row = found == by_code.end() ? nullptr : found->second;
    ledger.add_row(row == nullptr ? 0 : row->id.value,
                   {text(figures.code), text(row == nullptr ? "" : shown(language, row->name_zh, row->name_en)),
                    text(figures.project), text(figures.stage), text(figures.certainty), text(figures.circle),
                    text(figures.town), number(figures.area_m2), number(figures.counted_m2), flag(figures.synthetic)});
  }
  return ledger;
}

Ledger package_ledger(const Picture& picture, const report::QuarterContent& content, LedgerKind kind) {
  if (!content.differs) return make_ledger(picture, kind, content.subject.language);
  if (kind == LedgerKind::projects) return frozen_projects(content);
  if (kind == LedgerKind::phases) return frozen_phases(content);
  std::set<std::string> names = counted_names;
  if (kind != LedgerKind::parcels) names.insert("area");  // a parcel's is its land
  return without(make_ledger(picture, kind, content.subject.language), names);
}

// ---- layers --------------------------------------------------------------------------------------------------------

// A phase stands in its largest parcel in force, else at its project's point; else nowhere.
geom::GeometryColumn points_of_phases(const Picture& picture, const Ledger& ledger) {
  const model::Project& project = *picture.project;
  constexpr double precision_m = 1;
  std::map<std::int64_t, std::uint32_t> row_of;
  for (std::uint32_t row = 0; row < rows_of(project.phases).size(); ++row)
    row_of.emplace((*project.phases)[row].id.value, row);
  geom::GeometryColumn column(geom::GeometryKind::point);
  for (const std::int64_t id : ledger.ids) {
    column.begin_feature();
    const auto found = row_of.find(id);
    if (found == row_of.end()) continue;
    std::optional<std::uint32_t> largest;
    for (const std::uint32_t parcel : picture.locations->phase_parcels[found->second]) {
      if (project.parcels->geometry[parcel].empty()) continue;
      if (!largest || planar_area(*project.parcels, parcel) > planar_area(*project.parcels, *largest)) largest = parcel;
    }
    std::optional<geom::Coord> place;
    if (largest) {
      place = geom::label_point(project.parcels->geometry[*largest], precision_m);
    } else if (const auto* owner = model::find_project(project, (*project.phases)[found->second].project)) {
      place = owner->location;
    }
    if (!place) continue;
    column.begin_part();
    column.add_ring(std::span(&*place, 1));
  }
  return column;
}

std::vector<QgisCategory> circle_categories(const model::Project& project, base::Language language) {
  std::vector<QgisCategory> categories;
  for (const model::Circle& row : rows_of(project.circles))
    categories.push_back({row.code, shown(language, row.name_zh, row.name_en), row.colour});
  return categories;
}

std::vector<QgisCategory> zone_categories(const model::Project& project, base::Language language) {
  std::vector<QgisCategory> categories;
  for (const model::Zone& row : rows_of(project.zones).rows)
    categories.push_back({row.code, shown(language, row.name_zh, row.name_en), "#6B4C9A"});
  return categories;
}

// What the layers mean, for whoever has nothing but this file.
io::ExportLayer about_table(const report::QuarterContent& content) {
  io::ExportLayer table;
  table.name = "about";
  table.fields = {{"key", io::SourceFieldType::text}, {"value", io::SourceFieldType::text}};
  const auto add = [&](const char* key, const std::string& value) { table.rows.push_back({std::string(key), value}); };
  add("quarter", content.quarter.name());
  add("as_of", content.figures.as_of.iso());
  add("rule", planning::describe(content.subject.rule, content.subject.language));
  add("counted_m2", base::shortest(content.figures.counted_m2));
  add("counted_phases", std::to_string(content.figures.counted_phases));
  add("missing_area", std::to_string(content.figures.missing_area));
  add("synthetic_phases", std::to_string(content.figures.synthetic_phases));
  if (content.frozen_on) add("frozen_on", content.frozen_on->iso());
  if (content.differs) add("counted_m2_by_present_data", base::shortest(content.present_m2));
  return table;
}

void write_layers(const base::OutputFile& output, const Picture& picture, const report::QuarterContent& content,
                  base::Progress& progress) {
  const model::Project& project = *picture.project;
  const base::Language language = content.subject.language;
  struct Layer {
    io::ExportLayer table;
    std::optional<geom::GeometryColumn> geometry;
  };
  std::vector<Layer> made;
  for (const LedgerKind kind :
       {LedgerKind::zones, LedgerKind::circles, LedgerKind::parcels, LedgerKind::phases, LedgerKind::projects}) {
    const Ledger ledger = package_ledger(picture, content, kind);
    Layer layer{table_of(ledger),
                kind == LedgerKind::phases ? points_of_phases(picture, ledger) : geometry_of(project, ledger)};
    for (std::size_t c = 0; c < ledger.columns.size(); ++c) {
      if (ledger.columns[c].kind == ColumnKind::area_m2) layer.table.fields[c].name += "_m2";
    }
    switch (kind) {
      case LedgerKind::zones:
        layer.table.qml = categorized_qml("code", zone_categories(project, language), QgisSymbol::outline);
        break;
      case LedgerKind::circles:
        layer.table.qml = categorized_qml("code", circle_categories(project, language), QgisSymbol::outline);
        break;
      case LedgerKind::parcels:
        if (column_named(ledger, "stage")) {
          layer.table.qml = categorized_qml("stage", stage_categories(project, language), QgisSymbol::fill);
        } else if (const auto use = column_named(ledger, "land_use")) {
          layer.table.qml =
              categorized_qml("land_use", land_use_categories(project, ledger, *use, language), QgisSymbol::fill);
        }
        break;
      case LedgerKind::phases:
        layer.table.qml = categorized_qml("certainty", certainty_categories(project, language), QgisSymbol::dot);
        break;
      default:
        layer.table.qml = categorized_qml("stage", stage_categories(project, language), QgisSymbol::dot);
    }
    made.push_back(std::move(layer));
    progress.throw_if_stopped();
  }
  std::vector<io::ExportLayer> tables;
  for (Layer& layer : made) {
    layer.table.geometry = layer.geometry ? &*layer.geometry : nullptr;
    tables.push_back(std::move(layer.table));
  }
  tables.push_back(about_table(content));
  try {
    io::export_layers(tables, *project.crs, *project.crs, output.temporary_path(), progress, content.figures.as_of);
  } catch (const base::Error& error) {
    // The user knows the file by the name that it will have.
    std::string message = error.what();
    if (const std::size_t at = message.find(output.temporary_path()); at != std::string::npos)
      message.replace(at, output.temporary_path().size(), output.target());
    throw base::Error(error.code(), message);
  }
}

// ---- content -------------------------------------------------------------------------------------------------------

report::QuarterContent content_of(const std::shared_ptr<const Picture>& picture, planning::Quarter quarter,
                                  const model::FrozenQuarter* frozen, base::Language language, PackageSteps& steps) {
  const model::Project& project = *picture->project;
  report::QuarterContent content;
  content.subject = {picture->project, picture->locations, picture->status, picture->rule, language};
  content.quarter = quarter;
  content.figures = quarter_figures(*picture, language);
  content.present_m2 = content.figures.counted_m2;
  if (frozen != nullptr) {
    content.frozen_on = frozen->frozen_on;
    QuarterFigures kept = quarter_figures_of(*frozen);
    content.differs = !same_figures(kept, content.figures);
    if (content.differs) content.figures = std::move(kept);
  }
  content.lines = planning::reports_of(project, *picture->histories, quarter);
  content.curve = picture->curve;
  Outlook outlook = steps.run([&](base::Progress& progress) { return make_outlook(picture, progress); });
  content.forecast = std::move(outlook.forecast);
  if (!outlook.ladders.empty()) content.ladder = std::move(outlook.ladders.front());
  content.starts = std::move(outlook.starts);
  const auto converted = [&](planning::ConversionBy by) {
    return steps.run([&](base::Progress& progress) {
      return planning::conversion(project, *picture->histories, quarter.eve(), quarter.end(), by, picture->rule,
                                  progress);
    });
  };
  content.by_land_use = converted(planning::ConversionBy::land_use);
  content.by_stage = converted(planning::ConversionBy::stage);
  const auto absorbed = [&](planning::GroupBy by) {
    return planning::absorption(project, *picture->locations, *picture->histories, *picture->status, picture->rule,
                                {by}, language);
  };
  content.by_circle = absorbed(planning::GroupBy::circle);
  content.by_owner = absorbed(planning::GroupBy::owner_type);
  const auto issues = planning::target_documents(project);
  content.wall = planning::indicator_wall(project, issues.empty() ? planning::TargetDocument{} : issues.back(),
                                          quarter.end(), *picture->supply, picture->curve, language);
  content.ageing = planning::ageing(project, *picture->histories, *picture->status);
  return content;
}

std::vector<report::Table> ledgers_of(const Picture& picture, const report::QuarterContent& content) {
  std::vector<report::Table> tables;
  std::vector<LedgerKind> kinds = {LedgerKind::parcels, LedgerKind::projects, LedgerKind::phases};
  if (!content.differs) kinds.push_back(LedgerKind::ageing);
  for (const LedgerKind kind : kinds) {
    Ledger ledger = package_ledger(picture, content, kind);
    std::vector<std::uint32_t> lines(ledger.size());
    for (std::uint32_t line = 0; line < lines.size(); ++line) lines[line] = line;
    const base::Language language = content.subject.language;
    tables.push_back(
        table_of_ledger(picture, std::move(ledger), ledger_title(kind, language), std::move(lines), language, false));
  }
  return tables;
}

const char* kind_of(const std::string& format) {
  if (format == "pdf") return "quarter-report";
  return format == "xlsx" ? "quarter-workbook" : "quarter-layers";
}

}  // namespace

std::vector<report::WrittenFile> write_quarter_package(const Picture& picture, planning::Quarter quarter,
                                                       const std::vector<PackageFile>& files, base::Language language,
                                                       base::Progress& progress) {
  PackageSteps steps(progress, 4 + files.size());  // picture, forecast, two conversions, then the files
  // A place that cannot be written is told before the work is done.
  std::vector<std::unique_ptr<base::OutputFile>> outputs;
  outputs.reserve(files.size());
  for (const PackageFile& file : files) outputs.push_back(std::make_unique<base::OutputFile>(file.path));

  const model::FrozenQuarter* frozen = planning::find_frozen(*picture.project, quarter);
  planning::CountingRule rule = picture.rule;
  if (frozen != nullptr) rule = quarter_figures_of(*frozen).counting.value_or(rule);
  const auto at_the_end = steps.run([&](base::Progress& step) {
    return std::make_shared<const Picture>(
        picture.status->as_of == quarter.end() && picture.rule == rule
            ? picture
            : make_picture(picture.project, quarter.end(), rule, language, step, &picture));
  });
  report::QuarterContent content = content_of(at_the_end, quarter, frozen, language, steps);
  std::vector<report::WrittenFile> written;
  for (std::size_t i = 0; i < files.size(); ++i) {
    steps.run([&](base::Progress& step) {
      if (files[i].format == "pdf") {
        report::fill_quarter_pdf(*outputs[i], content, step);
      } else if (files[i].format == "xlsx") {
        content.ledgers = ledgers_of(*at_the_end, content);
        report::fill_quarter_workbook(*outputs[i], content);
      } else {
        write_layers(*outputs[i], *at_the_end, content, step);
      }
    });
    written.push_back({files[i].path, kind_of(files[i].format), quarter.name()});
  }
  progress.throw_if_stopped();
  for (const auto& output : outputs) output->put_in_place();
  return written;
}

}  // namespace zaitu::app
