// Makes small project snapshots for tests, with the places of parcels said outright as shares, so that a test's numbers
// are exactly those it writes down. Header only; used by tests alone.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "model/project.h"
#include "planning/location.h"
#include "planning/status.h"
#include "planning/supply.h"

namespace zaitu::test {

inline base::Date day(std::string_view iso) {
  const auto date = base::Date::parse(iso);
  if (!date) throw std::invalid_argument("no such day: " + std::string(iso));
  return *date;
}

using Shares = std::vector<std::pair<std::string, double>>;  // code, share of the parcel

struct ParcelFacts {
  double area_m2 = 1000;
  Shares circles = {}, zones = {}, towns = {};
  std::string land_use = "0701", planned = {};
  std::optional<geom::Envelope> box = {};  // outline; then area_m2 is said for the area book alone
  std::string_view from = {}, to = {};     // first day in force, first day no longer; empty: open
};
struct ProjectFacts {
  std::string pathway = "reserve_grant";
  std::vector<std::string> parcels = {};
  std::vector<std::string> programmes = {};
  std::string primary_programme = {};  // empty: the first one
  std::vector<std::string> lead_units = {};
  std::string owner_type = {}, chain_stage = {};
  std::string point_in_circle = {};  // a project with a point and no parcels
};
struct PhaseFacts {
  double carrier = model::unknown, gross = model::unknown, plot_ratio = model::unknown, demolished = model::unknown;
  std::vector<std::string> parcels = {};
  bool synthetic = false;
  double leasable = model::unknown;
};

struct TimedStage {
  std::string code;
  double min_months = 0, typical_months = 0, max_months = 0;
  double conversion_probability = 1;
};

struct Built {
  model::Project project;
  planning::Locations locations;

  planning::StatusAt status(std::string_view as_of) const {
    return planning::status_at(project, locations, day(as_of));
  }
  planning::Supply supply(std::string_view as_of, const planning::CountingRule& rule = {},
                          const std::vector<planning::GroupBy>& by = {},
                          base::Language language = base::Language::en) const {
    return planning::supply(project, locations, status(as_of), rule, by, language);
  }
  // Code of the stage at which a phase / parcel stands.
  std::string stage(std::string_view as_of, const std::string& phase) const {
    for (std::size_t i = 0; i < project.phases->size(); ++i) {
      if ((*project.phases)[i].code == phase) return code_of(status(as_of).phases[i].stage);
    }
    throw std::invalid_argument("no phase " + phase);
  }
  std::string parcel_stage(std::string_view as_of, const std::string& parcel) const {
    for (std::size_t i = 0; i < project.parcels->size(); ++i) {
      if (project.parcels->code[i] == parcel) return code_of(status(as_of).parcels[i].stage);
    }
    throw std::invalid_argument("no parcel " + parcel);
  }

 private:
  std::string code_of(int stage) const {
    return stage < 0 ? "" : (*project.stages)[static_cast<std::size_t>(stage)].code;
  }
};

class ProjectBuilder {
 public:
  ProjectBuilder() {
    int seq = 0;
    for (const char* code : {"S0", "S1", "S2", "S3", "S4", "S5", "S6", "S7", "SX"}) {
      static const std::map<std::string, std::string> certainty = {{"S0", "K5"}, {"S1", "K5"}, {"S2", "K4"},
                                                                   {"S3", "K4"}, {"S4", "K3"}, {"S5", "K2"},
                                                                   {"S6", "K1"}, {"S7", "K0"}, {"SX", "KX"}};
      m_stages.push_back({code, seq++, std::string(code) + "阶段", std::string("Stage ") + code, "#888888",
                          certainty.at(code), "test"});
    }
    seq = 0;
    for (const char* code : {"K0", "K1", "K2", "K3", "K4", "K5", "KX"}) {
      m_certainty.push_back({code, seq++, code, code, "#888888", "solid", std::string(code) != "KX"});
    }
    pathway("reserve_grant", {"S0", "S1", "S2", "S3", "S4", "S5", "S6", "S7"});
    pathway("renewal", {"S1", "S5", "S6", "S7"});
  }

  void pathway(const std::string& code, const std::vector<std::string>& stages) {
    model::Pathway row{code, code, code, {}};
    for (const auto& stage : stages) {
      row.stages.emplace_back();
      row.stages.back().stage_code = stage;
    }
    m_pathways.push_back(row);
  }
  // The pathway of this code anew, with durations.
  void timed_pathway(const std::string& code, const std::vector<TimedStage>& stages) {
    std::erase_if(m_pathways, [&](const model::Pathway& row) { return row.code == code; });
    model::Pathway row{code, code, code, {}};
    for (const auto& stage : stages) {
      row.stages.push_back(
          {stage.code, stage.min_months, stage.typical_months, stage.max_months, stage.conversion_probability, "test"});
    }
    m_pathways.push_back(row);
  }
  void circle(const std::string& code, const std::string& name = "") {
    m_circles.push_back(
        {model::CircleId{next()}, code, name.empty() ? code + "圈" : name, code + " circle", "", "", {}});
  }
  void zone(const std::string& code, const std::string& name = "") {
    model::Zone row;
    row.id = {next()};
    row.code = code;
    row.name_zh = name.empty() ? code + "区" : name;
    m_zones.rows.push_back(row);
    m_zones.geometry.begin_feature();
  }
  void town(const std::string& code) {
    m_towns.rows.push_back({model::TownId{next()}, code, code + "镇", code + " town", "town", false});
    m_towns.geometry.begin_feature();
  }
  void unit(const std::string& code) { m_units.push_back({model::UnitId{next()}, code, code, code, ""}); }
  void programme(const std::string& code) {
    m_programmes.push_back({model::ProgrammeId{next()}, code, code, code, {}});
  }
  void document(const std::string& code, std::string_view issued) {
    model::Document row;
    row.id = {next()};
    row.code = row.title_zh = code;
    row.issued_on = day(issued);
    m_documents.push_back(row);
  }

  void parcel(const std::string& code, const ParcelFacts& facts = {}) {
    const model::ParcelId id{next()};
    m_parcels.id.edit().push_back(id);
    m_parcels.code.edit().push_back(code);
    m_parcels.name.edit().push_back(code + "地块");
    m_parcels.land_use_current.edit().push_back(facts.land_use);
    m_parcels.land_use_planned.edit().push_back(facts.planned);
    m_parcels.ownership.edit().push_back("G");
    m_parcels.right_holder.edit().push_back("");
    m_parcels.far_planned.edit().push_back(model::unknown);
    m_parcels.far_cap.edit().push_back(model::unknown);
    for (const model::AreaKind kind : model::all_area_kinds) {
      m_parcels.area_m2[static_cast<std::size_t>(kind)].edit().push_back(
          kind == model::AreaKind::planar ? facts.area_m2 : model::unknown);
    }
    const auto maybe = [](std::string_view iso) { return iso.empty() ? std::nullopt : std::optional(day(iso)); };
    m_parcels.valid_from.edit().push_back(maybe(facts.from));
    m_parcels.valid_to.edit().push_back(maybe(facts.to));
    m_parcels.created_by.edit().push_back({});
    m_parcels.retired_by.edit().push_back({});
    m_parcels.synthetic.edit().push_back(0);
    m_parcels.note.edit().push_back("");
    geom::GeometryColumn& outlines = m_parcels.geometry.edit();
    outlines.begin_feature();
    if (const auto& box = facts.box) {
      const geom::Coord ring[] = {{box->min_x, box->min_y},
                                  {box->max_x, box->min_y},
                                  {box->max_x, box->max_y},
                                  {box->min_x, box->max_y},
                                  {box->min_x, box->min_y}};
      outlines.begin_part();
      outlines.add_ring(ring);
    }
    m_parcel_facts.push_back(facts);
  }

  void project(const std::string& code, const ProjectFacts& facts = {}) {
    model::CarrierProject row;
    row.id = {next()};
    row.code = code;
    row.name_zh = code + "项目";
    row.name_en = "Project " + code;
    row.kind = "carrier";
    row.pathway_code = facts.pathway;
    row.owner_type = facts.owner_type;
    row.chain_stage = facts.chain_stage;
    if (!facts.point_in_circle.empty()) row.location = geom::Coord{0, 0};
    m_projects.push_back(row);
    m_project_facts.push_back(facts);
    for (const auto& parcel : facts.parcels) m_project_parcels.push_back({row.id, parcel_id(parcel)});
    for (const auto& unit : facts.lead_units) {
      m_project_units.push_back({row.id, find(m_units, unit).id, model::UnitRole::lead});
    }
    for (const auto& programme : facts.programmes) {
      m_project_programmes.push_back(
          {row.id, find(m_programmes, programme).id,
           programme == (facts.primary_programme.empty() ? facts.programmes.front() : facts.primary_programme)});
    }
  }

  void phase(const std::string& code, const std::string& project, const PhaseFacts& facts) {
    model::Phase row;
    row.id = {next()};
    row.code = code;
    row.name_zh = code + "期";
    row.project = find(m_projects, project).id;
    row.carrier_m2 = facts.carrier;
    row.gross_m2 = facts.gross;
    row.plot_ratio_m2 = facts.plot_ratio;
    row.demolished_m2 = facts.demolished;
    row.leasable_m2 = facts.leasable;
    row.synthetic = facts.synthetic;
    m_phases.push_back(row);
    for (const auto& parcel : facts.parcels) m_phase_parcels.push_back({row.id, parcel_id(parcel)});
  }

  void event(const std::string& phase, const std::string& stage, std::string_view date,
             model::EventKind kind = model::EventKind::actual) {
    model::StageEvent row;
    row.id = {next()};
    row.phase = find(m_phases, phase).id;
    row.stage_code = stage;
    row.kind = kind;
    row.dated = day(date);
    m_events.push_back(row);
  }
  void parcel_event(const std::string& parcel, const std::string& stage, std::string_view date) {
    model::StageEvent row;
    row.id = {next()};
    row.parcel = parcel_id(parcel);
    row.stage_code = stage;
    row.dated = day(date);
    m_events.push_back(row);
  }

  void occupancy(const std::string& phase, std::string_view date, double leasable, double moved_in,
                 double signed_m2 = model::unknown, bool synthetic = false) {
    model::Occupancy row;
    row.id = next();
    row.phase = find(m_phases, phase).id;
    row.as_of = day(date);
    row.leasable_m2 = leasable;
    row.moved_in_m2 = moved_in;
    row.signed_m2 = signed_m2;
    row.synthetic = synthetic;
    m_occupancies.push_back(row);
  }

  // What the register says of a number or of anything else.
  void assumption(const std::string& code, const std::string& value, const std::string& source,
                  const std::string& owner) {
    m_assumptions.push_back({next(), code, code, value, "", source, owner, ""});
  }

  // A target of the supply indicator, in its unit.
  void target(int year, double value, const std::string& unit = "万㎡", const std::string& document = "") {
    if (m_indicators.empty()) {
      model::Indicator row;
      row.id = {next()};
      row.code = "I1";
      row.number = 1;
      row.unit = unit;
      row.is_supply = true;
      m_indicators.push_back(row);
    }
    const model::DocumentId id = document.empty() ? model::DocumentId{} : find(m_documents, document).id;
    m_targets.push_back({m_indicators.front().id, year, value, id, ""});
  }

  Built build() const {
    Built built;
    model::Project& p = built.project;
    p.name_zh = "测试";
    p.stages = share(m_stages);
    p.certainty_classes = share(m_certainty);
    p.pathways = share(m_pathways);
    p.land_use_classes = share(std::vector<model::LandUseClass>{});
    p.units = share(m_units);
    p.documents = share(m_documents);
    p.programmes = share(m_programmes);
    p.parcels = share(m_parcels);
    p.parcel_identifiers = share(std::vector<model::ParcelIdentifier>{});
    p.parcel_lineage = share(std::vector<model::ParcelLineage>{});
    p.land_records = share(std::vector<model::LandRecord>{});
    p.projects = share(m_projects);
    p.project_units = share(m_project_units);
    p.project_parcels = share(m_project_parcels);
    p.project_programmes = share(m_project_programmes);
    p.phases = share(m_phases);
    p.phase_parcels = share(m_phase_parcels);
    p.stage_events = share(m_events);
    p.occupancies = share(m_occupancies);
    p.circles = share(m_circles);
    p.circle_members = share(model::AreaTable<model::CircleMember>{});
    p.zones = share(m_zones);
    p.towns = share(m_towns);
    p.reference_layers = share(std::vector<model::ReferenceLayer>{});
    p.indicators = share(m_indicators);
    p.indicator_targets = share(m_targets);
    p.indicator_observations = share(std::vector<model::IndicatorObservation>{});
    p.indicator_units = share(std::vector<model::IndicatorUnit>{});
    p.assumptions = share(m_assumptions);
    p.attachments = share(std::vector<model::Attachment>{});
    p.tasks = share(std::vector<model::Task>{});
    p.task_units = share(std::vector<model::TaskUnit>{});
    locate(built);
    return built;
  }

 private:
  std::int64_t next() { return ++m_last_id; }
  template <class T>
  static std::shared_ptr<const T> share(T value) {
    return std::make_shared<const T>(std::move(value));
  }
  template <class Row>
  static const Row& find(const std::vector<Row>& rows, const std::string& code) {
    for (const Row& row : rows) {
      if (row.code == code) return row;
    }
    throw std::invalid_argument("no row " + code);
  }
  model::ParcelId parcel_id(const std::string& code) const {
    for (std::size_t i = 0; i < m_parcels.size(); ++i) {
      if (m_parcels.code[i] == code) return m_parcels.id[i];
    }
    throw std::invalid_argument("no parcel " + code);
  }

  // The said shares in the form that planning::locate computes from geometry.
  void locate(Built& built) const {
    const auto one_layer = [&](const auto& rows, auto said, planning::ShareLists& of_parcels,
                               planning::ShareLists& of_phases) {
      const auto sorted = [&](const std::map<std::uint32_t, double>& areas, double whole) {
        std::vector<planning::Share> shares;
        for (const auto& [row, area] : areas) shares.push_back({row, area, area / whole});
        std::sort(shares.begin(), shares.end(), [&](const planning::Share& a, const planning::Share& b) {
          return a.share != b.share ? a.share > b.share : rows[a.area].code < rows[b.area].code;
        });
        return shares;
      };
      const auto row_of = [&](const std::string& code) {
        for (std::size_t i = 0; i < rows.size(); ++i) {
          if (rows[i].code == code) return static_cast<std::uint32_t>(i);
        }
        throw std::invalid_argument("no area " + code);
      };
      for (const ParcelFacts& facts : m_parcel_facts) {
        std::map<std::uint32_t, double> areas;
        for (const auto& [code, share] : facts.*said) areas[row_of(code)] += facts.area_m2 * share;
        of_parcels.push_back(sorted(areas, facts.area_m2));
      }
      for (std::size_t i = 0; i < m_phases.size(); ++i) {
        std::map<std::uint32_t, double> areas;
        double whole = 0;
        for (const std::uint32_t parcel : built.locations.phase_parcels[i]) {
          const ParcelFacts& facts = m_parcel_facts[parcel];
          whole += facts.area_m2;
          for (const auto& [code, share] : facts.*said) areas[row_of(code)] += facts.area_m2 * share;
        }
        of_phases.push_back(sorted(areas, whole));
      }
    };
    for (const model::Phase& phase : m_phases) {
      std::vector<std::uint32_t> parcels;
      for (const auto& link : m_phase_parcels) {
        if (link.phase == phase.id) parcels.push_back(*m_parcels.row_of(link.parcel));
      }
      if (parcels.empty()) {
        for (const auto& link : m_project_parcels) {
          if (link.project == phase.project) parcels.push_back(*m_parcels.row_of(link.parcel));
        }
      }
      built.locations.phase_parcels.push_back(parcels);
    }
    auto& l = built.locations;
    one_layer(m_circles, &ParcelFacts::circles, l.circles, l.phase_circles);
    one_layer(m_zones.rows, &ParcelFacts::zones, l.zones, l.phase_zones);
    one_layer(m_towns.rows, &ParcelFacts::towns, l.towns, l.phase_towns);
    for (std::size_t i = 0; i < m_phases.size(); ++i) {
      for (std::size_t j = 0; j < m_projects.size(); ++j) {
        if (m_projects[j].id != m_phases[i].project || m_project_facts[j].point_in_circle.empty()) continue;
        for (std::size_t c = 0; c < m_circles.size(); ++c) {
          if (m_circles[c].code == m_project_facts[j].point_in_circle) {
            l.phase_circles.set(i, std::vector<planning::Share>{{static_cast<std::uint32_t>(c), 0.0, 1.0}});
          }
        }
      }
    }
  }

  std::int64_t m_last_id = 0;
  std::vector<model::Stage> m_stages;
  std::vector<model::CertaintyClass> m_certainty;
  std::vector<model::Pathway> m_pathways;
  std::vector<model::Unit> m_units;
  std::vector<model::Document> m_documents;
  std::vector<model::Programme> m_programmes;
  std::vector<model::Circle> m_circles;
  model::AreaTable<model::Zone> m_zones;
  model::AreaTable<model::Town> m_towns;
  model::ParcelTable m_parcels;
  std::vector<ParcelFacts> m_parcel_facts;
  std::vector<model::CarrierProject> m_projects;
  std::vector<ProjectFacts> m_project_facts;
  std::vector<model::ProjectUnit> m_project_units;
  std::vector<model::ProjectParcel> m_project_parcels;
  std::vector<model::ProjectProgramme> m_project_programmes;
  std::vector<model::Phase> m_phases;
  std::vector<model::PhaseParcel> m_phase_parcels;
  std::vector<model::StageEvent> m_events;
  std::vector<model::Occupancy> m_occupancies;
  std::vector<model::Indicator> m_indicators;
  std::vector<model::IndicatorTarget> m_targets;
  std::vector<model::Assumption> m_assumptions;
};

}  // namespace zaitu::test
