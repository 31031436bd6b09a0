// A small planning project with geometry for the pages: six parcels in two rows, two circles, three projects with late,
// stalled, negative and missing-area phases, events of all four kinds.
#pragma once

#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "report/report.h"
#include "support/project_builder.h"

namespace zaitu::test {

struct PagesProject {
  report::Subject subject;

  explicit PagesProject(std::string_view as_of = "2025-12-31", base::Language language = base::Language::zh) {
    ProjectBuilder builder;
    builder.circle("C1", "核心功能圈");
    builder.circle("C2", "溢出辐射圈");
    builder.zone("T", "T字型");
    builder.town("WJ");
    builder.unit("MH-GJS");
    builder.programme("GN2023");
    builder.document("F0", "2023-01-01");
    builder.parcel("MH-01", {.area_m2 = 28249.3,
                             .circles = {{"C1", 0.75}, {"C2", 0.25}},
                             .zones = {{"T", 1}},
                             .towns = {{"WJ", 1}},
                             .land_use = "080202"});
    builder.parcel("MH-02", {.area_m2 = 20000, .circles = {{"C1", 1}}, .towns = {{"WJ", 1}}, .land_use = "05"});
    builder.parcel("MH-03", {.area_m2 = 20000, .circles = {{"C1", 1}}, .towns = {{"WJ", 1}}, .land_use = "07"});
    builder.parcel("MH-04", {.area_m2 = 20000, .circles = {{"C2", 1}}, .towns = {{"WJ", 1}}, .land_use = "10"});
    builder.parcel("MH-05", {.area_m2 = 20000, .circles = {{"C2", 1}}, .towns = {{"WJ", 1}}, .land_use = "10"});
    builder.parcel("MH-06", {.area_m2 = 20000, .land_use = "10"});
    builder.project("P1", {.parcels = {"MH-01", "MH-02"},
                           .programmes = {"GN2023"},
                           .lead_units = {"MH-GJS"},
                           .owner_type = "state",
                           .chain_stage = "incubation"});
    builder.phase(
        "P1-1", "P1",
        {.carrier = 612345.25, .gross = 700000, .plot_ratio = 650000, .parcels = {"MH-01"}, .synthetic = true});
    builder.phase("P1-2", "P1", {.carrier = 250000, .gross = 300000, .demolished = 20000});
    builder.project("P2", {.pathway = "renewal", .parcels = {"MH-04"}, .owner_type = "private"});
    builder.phase("P2-1", "P2", {.carrier = 300000.5, .demolished = 350000});
    builder.phase("P2-2", "P2", {});
    builder.project("P3", {});
    builder.phase("P3-1", "P3", {.carrier = 480000});
    builder.event("P1-1", "S4", "2022-03-15");
    builder.event("P1-1", "S5", "2022-09-01");
    builder.event("P1-1", "S6", "2023-11-20");
    builder.event("P1-1", "S7", "2024-04-01");
    builder.event("P1-1", "S6", "2023-12-31", model::EventKind::commitment);
    builder.event("P1-2", "S5", "2024-02-01");
    builder.event("P1-2", "S6", "2024-12-31", model::EventKind::commitment);
    builder.event("P1-2", "S6", "2025-03-31", model::EventKind::baseline);
    builder.event("P1-2", "S6", "2026-06-30", model::EventKind::forecast);
    builder.event("P2-1", "S6", "2024-05-05");
    builder.event("P2-2", "S5", "2024-05-05");
    builder.event("P2-2", "SX", "2025-02-01");
    builder.event("P3-1", "S4", "2023-06-30");
    builder.event("P3-1", "S7", "2025-12-31", model::EventKind::commitment);
    builder.event("P3-1", "S6", "2026-02-01");
    builder.parcel_event("MH-01", "S3", "2021-06-30");
    builder.target(2023, 120);
    builder.target(2024, 150);
    builder.target(2025, 200);
    Built built = builder.build();
    complete(built.project);
    subject.project = std::make_shared<const model::Project>(built.project);
    subject.locations = std::make_shared<const planning::Locations>(built.locations);
    subject.status = std::make_shared<const planning::StatusAt>(
        planning::status_at(*subject.project, *subject.locations, day(as_of)));
    subject.language = language;
  }

 private:
  template <class T>
  static std::shared_ptr<const T> share(T value) {
    return std::make_shared<const T>(std::move(value));
  }

  // What the builder does not make: names, colours, geometry, identifiers, lineage.
  static void complete(model::Project& project) {
    project.name_zh = "大零号湾（测试）";
    project.name_en = "Grand Neobay (test)";
    project.revision = 42;
    project.crs = share(crs::CoordinateReferenceSystem::from_text("EPSG:4549"));
    name_vocabulary(project);

    auto parcels = std::make_shared<model::ParcelTable>(*project.parcels);
    const auto area = [&](model::AreaKind kind) -> model::ValueColumn<double>& {
      return parcels->area_m2[static_cast<std::size_t>(kind)].edit();
    };
    area(model::AreaKind::title).set(0, 28240.0);
    area(model::AreaKind::ellipsoidal).set(0, 28237.1);
    parcels->far_planned.edit().set(0, 2.5);
    parcels->synthetic.edit().set(0, 1);
    parcels->valid_from.edit().set(0, day("2021-01-01"));
    geom::GeometryColumn geometry{geom::GeometryKind::polygon};
    for (int i = 0; i < 6; ++i) {
      const double x = 636000 + (i % 3) * 220.0, y = i < 3 ? 3433000 : 3433180;
      const std::array<geom::Coord, 5> ring{
          geom::Coord{x, y}, {x + 200, y + 10}, {x + 195, y + 160}, {x + 5, y + 150}, {x, y}};
      geometry.begin_feature();
      geometry.begin_part();
      geometry.add_ring(ring);
    }
    parcels->geometry = model::Held<geom::GeometryColumn>(std::move(geometry));
    project.parcel_identifiers = share(
        std::vector<model::ParcelIdentifier>{{parcels->id[0], "宗地代码", "310112 001 GB00001", "310112001GB00001"},
                                             {parcels->id[0], "控规地块", "MHC10803-12-05", "MHC108031205"}});
    const model::LandRecord record{{9001}, "LR-1", "split", "土地分割 2021-7", day("2021-01-01"), {}};
    project.land_records = share(std::vector<model::LandRecord>{record});
    project.parcel_lineage =
        share(std::vector<model::ParcelLineage>{{parcels->id[2], parcels->id[0], "split", record.id, 28249.3}});
    project.parcels = parcels;

    auto events = *project.stage_events;
    std::stable_sort(events.begin(), events.end(), [](const auto& a, const auto& b) { return a.dated < b.dated; });
    for (model::StageEvent& event : events) {
      if (event.kind == model::EventKind::commitment) event.document = project.documents->front().id;
      if (event.kind == model::EventKind::actual) event.evidence = "竣工备案表";
    }
    project.stage_events = share(events);
  }

  static void name_vocabulary(model::Project& project) {
    static constexpr const char* stage_names[] = {"研究/策划", "规划/方案", "动迁", "收储",     "出让/供地",
                                                  "开工/在建", "竣工",      "投用", "暂缓/终止"};
    static constexpr const char* stage_colours[] = {"#BDBDBD", "#9FA8DA", "#8D6E63", "#FFB74D", "#FFD54F",
                                                    "#4FC3F7", "#26A69A", "#2E7D32", "#B71C1C"};
    auto stages = *project.stages;
    for (std::size_t i = 0; i < stages.size(); ++i) {
      stages[i].name_zh = stage_names[i];
      stages[i].colour = stage_colours[i];
    }
    project.stages = share(stages);
    static constexpr const char* labels[] = {"已投用",      "已竣工",    "在建",     "已出让未开工",
                                             "收储/动迁中", "规划/研究", "暂缓/终止"};
    static constexpr const char* colours[] = {"#1B5E20", "#43A047", "#1E88E5", "#1E88E5",
                                              "#F9A825", "#757575", "#C62828"};
    static constexpr const char* patterns[] = {"solid", "solid", "solid", "hatch", "hatch", "outline", "outline"};
    auto classes = *project.certainty_classes;
    for (std::size_t i = 0; i < classes.size(); ++i) {
      classes[i].label_zh = labels[i];
      classes[i].colour = colours[i];
      classes[i].pattern = patterns[i];
    }
    project.certainty_classes = share(classes);
    project.land_use_classes = share(
        std::vector<model::LandUseClass>{{"08", "公共管理与公共服务用地", "Public services", "#FF00FF", 1, "", ""},
                                         {"0802", "科研用地", "Research", "#E600FF", 2, "08", ""},
                                         {"05", "商业服务业用地", "Commerce", "#FF0000", 1, "", ""},
                                         {"07", "居住用地", "Housing", "#FFFF00", 1, "", ""},
                                         {"10", "工矿用地", "Industry", "#BB9674", 1, "", ""}});
  }
};

// A folder of the test's own, removed at the end.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "zaitu-report-XXXXXX").string();
    m_path = ::mkdtemp(pattern.data());
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::permissions(m_path, std::filesystem::perms::owner_all, ignored);
    std::filesystem::remove_all(m_path, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string file(const std::string& name) const { return (m_path / name).string(); }
  const std::filesystem::path& path() const { return m_path; }

 private:
  std::filesystem::path m_path;
};

inline std::string read_file(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

// What a command prints; Debian's poppler-utils are the second opinion on every PDF.
inline std::string output_of(const std::string& command) {
  std::string text;
  FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) return text;
  char buffer[4096];
  for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, n);
  ::pclose(pipe);
  return text;
}

}  // namespace zaitu::test
