#include "store/load.h"

#include <fmt/format.h>

#include <future>
#include <initializer_list>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/message.h"
#include "store/load_events.h"
#include "store/load_parcels.h"
#include "store/load_rows.h"
#include "store/schema.h"

namespace zaitu::store {

using base::Error;
using base::ExitCode;

namespace {

std::string string_at(const Statement& row, int column) { return std::string(row.text(column)); }

template <class Id>
Id id_at(const Statement& row, int column) {
  return Id{row.integer(column)};
}

model::UnitRole role_of(std::string_view word) {
  if (word == "lead") return model::UnitRole::lead;
  if (word == "responsible") return model::UnitRole::responsible;
  return model::UnitRole::push;
}

class Loader {
 public:
  Loader(Session& session, bool alone, base::Progress& progress, const model::Project* before,
         std::optional<ParcelCacheKey>& uncached)
      : m_session(session), m_alone(alone), m_progress(progress), m_before(before), m_uncached(uncached) {}

  model::Project load();

 private:
  // Shares `member` of the older snapshot while none of `tables` changed; else makes it anew.
  template <class T, class Make>
  void part(model::Shared<T> model::Project::*member, std::initializer_list<std::string_view> tables, Make make) {
    bool changed = m_before == nullptr || !(m_before->*member);
    for (const std::string_view table : tables) changed = changed || m_changed.contains(table);
    m_project.*member = changed ? std::make_shared<const T>(make()) : m_before->*member;
  }

  template <class Row, class Fill>
  void rows(model::Rows<Row> model::Project::*member, std::string_view table, const std::string& sql, Fill fill) {
    part(member, {table}, [&] {
      std::vector<Row> all;
      each(sql, [&](const Statement& row) { fill(all.emplace_back(), row); });
      return all;
    });
  }

  template <class Take>
  void each(const std::string& sql, Take take) {
    Statement row(m_session.connection, sql);
    while (row.step()) {
      take(row);
      constexpr std::uint64_t often = 1024;
      if (++m_rows_read % often == 0) {
        m_progress.throw_if_stopped();
        m_progress.report(m_rows_read, std::max(m_rows_read, m_rows_expected));
      }
    }
  }

  // Column 0 is the id, the last one the geometry.
  template <class Row, class Fill>
  void areas(model::Shared<model::AreaTable<Row>> model::Project::*member, std::string_view table,
             const std::string& columns, Fill fill) {
    part(member, {table}, [&] {
      model::AreaTable<Row> all;
      each(fmt::format("SELECT id, {}, geom FROM {} ORDER BY id", columns, table), [&](const Statement& row) {
        append_geometry(m_session, all.geometry, row, row.column_count() - 1, table, row.integer(0));
        fill(all.rows.emplace_back(), row);
      });
      return all;
    });
  }

  void read_revision();
  void load_vocabulary();
  model::ParcelTable all_parcels();
  void load_land();
  void load_projects();
  void load_areas();
  std::vector<model::ReferenceLayer> reference_layers();
  void load_indicators();
  void take_crs();

  Session& m_session;
  const bool m_alone;  // other connections may not see what this one sees
  base::Progress& m_progress;
  const model::Project* m_before;
  std::optional<ParcelCacheKey>& m_uncached;
  std::set<std::string, std::less<>> m_changed;
  std::uint64_t m_rows_read = 0, m_rows_expected = 0;
  std::optional<std::vector<model::StageEvent>> m_cached_events;  // with the parcels
  model::Project m_project;
  std::future<crs::CoordinateReferenceSystem> m_crs;
};

void Loader::read_revision() {
  const Connection& connection = m_session.connection;
  m_project.file = m_session.path.string();
  m_project.read_only = m_session.read_only;
  m_project.schema_version = static_cast<int>(connection.integer("PRAGMA user_version"));
  m_project.revision = connection.integer("SELECT max(seq) FROM journal");
  m_project.name_zh = connection.text("SELECT value FROM zaitu_meta WHERE key = 'name_zh'");
  m_project.name_en = connection.text("SELECT value FROM zaitu_meta WHERE key = 'name_en'");
  if (m_before != nullptr && (m_before->file != m_project.file || m_before->revision > m_project.revision)) {
    m_before = nullptr;  // another project, or an older copy put back in its place
  }
  const std::string crs = connection.text("SELECT value FROM zaitu_meta WHERE key = 'crs'");
  if (m_before != nullptr && m_before->crs && m_before->crs->definition() == crs) {
    m_project.crs = m_before->crs;
  } else {
    // PROJ opens its own database for it, while the rows are read.
    m_crs = std::async(std::launch::async, [crs] { return crs::CoordinateReferenceSystem::from_text(crs); });
  }
  if (m_before != nullptr) {
    Statement changed(connection, "SELECT DISTINCT table_name FROM journal NOT INDEXED WHERE seq > ?");
    changed.bind(0, m_before->revision);
    while (changed.step()) m_changed.emplace(changed.text(0));
  }
  for (const std::string_view large : {"parcels", "reference_points", "reference_lines", "reference_polygons"}) {
    if (m_before == nullptr || m_changed.contains(large)) {
      m_rows_expected += static_cast<std::uint64_t>(connection.integer(fmt::format("SELECT max(id) FROM {}", large)));
    }
  }
}

void Loader::load_vocabulary() {
  using model::Project;
  rows(&Project::stages, "stages",
       "SELECT code, seq, name_zh, name_en, colour, certainty_class, source, id FROM stages ORDER BY seq, id",
       [](model::Stage& stage, const Statement& row) {
         stage.code = row.text(0);
         stage.seq = static_cast<int>(row.integer(1));
         stage.name_zh = row.text(2);
         stage.name_en = row.text(3);
         stage.colour = row.text(4);
         stage.certainty_class = row.text(5);
         stage.source = row.text(6);
         stage.id = row.integer(7);
       });
  rows(&Project::certainty_classes, "certainty_classes",
       "SELECT code, seq, label_zh, label_en, colour, pattern, stacked FROM certainty_classes ORDER BY seq, id",
       [](model::CertaintyClass& certainty, const Statement& row) {
         certainty.code = row.text(0);
         certainty.seq = static_cast<int>(row.integer(1));
         certainty.label_zh = row.text(2);
         certainty.label_en = row.text(3);
         certainty.colour = row.text(4);
         certainty.pattern = row.text(5);
         certainty.stacked = row.integer(6) != 0;
       });
  part(&Project::pathways, {"pathways", "pathway_stages"}, [&] {
    std::vector<model::Pathway> all;
    each("SELECT code, name_zh, name_en, id FROM pathways ORDER BY id", [&](const Statement& row) {
      all.push_back({string_at(row, 0), string_at(row, 1), string_at(row, 2), {}, row.integer(3)});
    });
    for (model::Pathway& pathway : all) {
      Statement row(m_session.connection,
                    "SELECT stage_code, min_months, typical_months, max_months, conversion_probability, source, id "
                    "FROM pathway_stages WHERE pathway_code = ? ORDER BY seq, id");
      row.bind(0, std::string_view(pathway.code));
      while (row.step()) {
        pathway.stages.push_back(
            {string_at(row, 0), row.real(1), row.real(2), row.real(3), row.real(4), string_at(row, 5), row.integer(6)});
      }
    }
    return all;
  });
  rows(&Project::assumptions, "assumptions",
       "SELECT id, code, subject, value, unit, source, owner, note FROM assumptions ORDER BY id",
       [](model::Assumption& assumption, const Statement& row) {
         assumption.id = row.integer(0);
         assumption.code = row.text(1);
         assumption.subject = row.text(2);
         assumption.value = row.text(3);
         assumption.unit = row.text(4);
         assumption.source = row.text(5);
         assumption.owner = row.text(6);
         assumption.note = row.text(7);
       });
  rows(&Project::land_use_classes, "land_use_classes",
       "SELECT code, name_zh, name_en, colour, level, parent_code, colour_status FROM land_use_classes ORDER BY id",
       [](model::LandUseClass& land_use, const Statement& row) {
         land_use.code = row.text(0);
         land_use.name_zh = row.text(1);
         land_use.name_en = row.text(2);
         land_use.colour = row.text(3);
         land_use.level = static_cast<int>(row.integer(4));
         land_use.parent_code = row.text(5);
         land_use.colour_status = row.text(6);
       });
  rows(&Project::units, "units", "SELECT id, code, name_zh, name_en, kind FROM units ORDER BY id",
       [](model::Unit& unit, const Statement& row) {
         unit.id.value = row.integer(0);
         unit.code = row.text(1);
         unit.name_zh = row.text(2);
         unit.name_en = row.text(3);
         unit.kind = row.text(4);
       });
  rows(&Project::documents, "documents",
       "SELECT id, code, title_zh, title_en, number, status, version, issued_on, note FROM documents ORDER BY id",
       [](model::Document& document, const Statement& row) {
         document.id.value = row.integer(0);
         document.code = row.text(1);
         document.title_zh = row.text(2);
         document.title_en = row.text(3);
         document.number = row.text(4);
         document.status = row.text(5);
         document.version = row.text(6);
         document.issued_on = date_at(row, 7);
         document.note = row.text(8);
       });
  rows(&Project::programmes, "programmes", "SELECT id, code, name_zh, name_en, document_id FROM programmes ORDER BY id",
       [](model::Programme& programme, const Statement& row) {
         programme.id.value = row.integer(0);
         programme.code = row.text(1);
         programme.name_zh = row.text(2);
         programme.name_en = row.text(3);
         programme.document.value = row.integer(4);
       });
}

model::ParcelTable Loader::all_parcels() {
  constexpr std::int64_t least_for_cache = 20000;  // below it the rows are read as quickly
  std::optional<ParcelCacheKey> key;
  if (!m_alone && m_session.connection.integer("SELECT max(id) FROM parcels") >= least_for_cache) {
    key = parcel_cache_key(m_session, m_project.revision);
  }
  if (key) {
    if (auto cached = read_parcel_cache(*key, reading_threads())) {
      m_cached_events = std::move(cached->stage_events);
      return std::move(cached->parcels);
    }
  }
  model::ParcelTable table = load_parcels(m_session, m_alone, m_progress);
  if (key && key->settled) m_uncached = std::move(key);
  return table;
}

void Loader::load_land() {
  using model::Project;
  part(&Project::parcels, {"parcels"}, [&] {
    if (m_before != nullptr && m_before->parcels) {
      if (auto updated = update_parcels(m_session, *m_before->parcels, m_before->revision)) return *std::move(updated);
    }
    model::ParcelTable table = all_parcels();
    m_rows_read += table.size();
    return table;
  });
  rows(&Project::parcel_identifiers, "parcel_identifiers",
       "SELECT parcel_id, scheme, value, normal FROM parcel_identifiers ORDER BY id",
       [](model::ParcelIdentifier& identifier, const Statement& row) {
         identifier.parcel.value = row.integer(0);
         identifier.scheme = row.text(1);
         identifier.value = row.text(2);
         identifier.normal = row.text(3);
       });
  rows(&Project::parcel_lineage, "parcel_lineage",
       "SELECT parent_id, child_id, kind, record_id, area_m2 FROM parcel_lineage ORDER BY id",
       [](model::ParcelLineage& lineage, const Statement& row) {
         lineage.parent.value = row.integer(0);
         lineage.child.value = row.integer(1);
         lineage.kind = row.text(2);
         lineage.record.value = row.integer(3);
         lineage.area_m2 = row.real(4);
       });
  rows(&Project::land_records, "land_records",
       "SELECT id, code, kind, title, dated, document_id FROM land_records ORDER BY id",
       [](model::LandRecord& record, const Statement& row) {
         record.id.value = row.integer(0);
         record.code = row.text(1);
         record.kind = row.text(2);
         record.title = row.text(3);
         record.dated = date_at(row, 4);
         record.document.value = row.integer(5);
       });
}

void Loader::load_projects() {
  using model::Project;
  rows(&Project::projects, "projects",
       "SELECT id, code, name_zh, name_en, kind, type, pathway_code, owner_type, chain_stage, location_text, "
       "document_id, quote, quote_place, synthetic, note, geom FROM projects ORDER BY id",
       [&](model::CarrierProject& project, const Statement& row) {
         project.id.value = row.integer(0);
         project.code = row.text(1);
         project.name_zh = row.text(2);
         project.name_en = row.text(3);
         project.kind = row.text(4);
         project.type = row.text(5);
         project.pathway_code = row.text(6);
         project.owner_type = row.text(7);
         project.chain_stage = row.text(8);
         project.location_text = row.text(9);
         project.document.value = row.integer(10);
         project.quote = row.text(11);
         project.quote_place = row.text(12);
         project.synthetic = row.integer(13) != 0;
         project.note = row.text(14);
         geom::GeometryColumn location(geom::GeometryKind::point);
         append_geometry(m_session, location, row, 15, "projects", project.id.value);
         if (const auto vertices = location[0].vertices(); !vertices.empty()) project.location = vertices[0];
       });
  rows(&Project::project_units, "project_units", "SELECT project_id, unit_id, role FROM project_units ORDER BY id",
       [](model::ProjectUnit& link, const Statement& row) {
         link.project.value = row.integer(0);
         link.unit.value = row.integer(1);
         link.role = role_of(row.text(2));
       });
  rows(&Project::project_parcels, "project_parcels", "SELECT project_id, parcel_id FROM project_parcels ORDER BY id",
       [](model::ProjectParcel& link, const Statement& row) {
         link.project.value = row.integer(0);
         link.parcel.value = row.integer(1);
       });
  rows(&Project::project_programmes, "project_programmes",
       "SELECT project_id, programme_id, is_primary FROM project_programmes ORDER BY id",
       [](model::ProjectProgramme& link, const Statement& row) {
         link.project.value = row.integer(0);
         link.programme.value = row.integer(1);
         link.primary = row.integer(2) != 0;
       });
  rows(&Project::phases, "phases",
       "SELECT id, code, name_zh, name_en, project_id, gross_m2, plot_ratio_m2, carrier_m2, leasable_m2, "
       "demolished_m2, synthetic, note FROM phases ORDER BY id",
       [](model::Phase& phase, const Statement& row) {
         phase.id.value = row.integer(0);
         phase.code = row.text(1);
         phase.name_zh = row.text(2);
         phase.name_en = row.text(3);
         phase.project.value = row.integer(4);
         phase.gross_m2 = row.real(5);
         phase.plot_ratio_m2 = row.real(6);
         phase.carrier_m2 = row.real(7);
         phase.leasable_m2 = row.real(8);
         phase.demolished_m2 = row.real(9);
         phase.synthetic = row.integer(10) != 0;
         phase.note = row.text(11);
       });
  rows(&Project::phase_parcels, "phase_parcels", "SELECT phase_id, parcel_id FROM phase_parcels ORDER BY id",
       [](model::PhaseParcel& link, const Statement& row) {
         link.phase.value = row.integer(0);
         link.parcel.value = row.integer(1);
       });
  part(&Project::stage_events, {"stage_events"}, [&] {
    auto events = m_cached_events ? *std::exchange(m_cached_events, std::nullopt)
                                  : load_stage_events(m_session, m_alone, m_progress);
    m_rows_read += events.size();
    return events;
  });
  part(&Project::attachments, {"attachments"}, [&] {
    std::vector<model::Attachment> all;
    std::unordered_map<std::string, std::int64_t> bytes;  // what several events share is stored with one of them
    // SQLite knows the length of a content without the pages it lies on.
    each(
        "SELECT id, row_id, file_name, media_type, sha256, length(content), table_name = 'stage_events' "
        "FROM attachments ORDER BY id",
        [&](const Statement& row) {
          std::int64_t& longest = bytes[string_at(row, 4)];
          longest = std::max(longest, row.integer(5));
          if (row.integer(6) == 0) return;
          all.push_back({row.integer(0), id_at<model::EventId>(row, 1), string_at(row, 2), string_at(row, 3),
                         string_at(row, 4), 0});
        });
    for (model::Attachment& attachment : all) attachment.bytes = bytes[attachment.sha256];
    return all;
  });
  rows(&Project::occupancies, "occupancies",
       "SELECT id, phase_id, as_of, leasable_m2, signed_m2, moved_in_m2, document_id, synthetic FROM occupancies "
       "ORDER BY id",
       [&](model::Occupancy& occupancy, const Statement& row) {
         occupancy.id = row.integer(0);
         occupancy.phase.value = row.integer(1);
         const auto as_of = date_at(row, 2);
         if (!as_of) fail_row(m_session, "occupancies", occupancy.id, base::say("its date cannot be read"));
         occupancy.as_of = *as_of;
         occupancy.leasable_m2 = row.real(3);
         occupancy.signed_m2 = row.real(4);
         occupancy.moved_in_m2 = row.real(5);
         occupancy.document.value = row.integer(6);
         occupancy.synthetic = row.integer(7) != 0;
       });
}

void Loader::load_areas() {
  using model::Project;
  rows(&Project::circles, "circles",
       "SELECT id, code, name_zh, name_en, functions, colour, document_id FROM circles ORDER BY id",
       [](model::Circle& circle, const Statement& row) {
         circle.id.value = row.integer(0);
         circle.code = row.text(1);
         circle.name_zh = row.text(2);
         circle.name_en = row.text(3);
         circle.functions = row.text(4);
         circle.colour = row.text(5);
         circle.document.value = row.integer(6);
       });
  areas(&Project::circle_members, "circle_members", "circle_id, name, synthetic",
        [](model::CircleMember& member, const Statement& row) {
          member.id = row.integer(0);
          member.circle.value = row.integer(1);
          member.name = row.text(2);
          member.synthetic = row.integer(3) != 0;
        });
  areas(&Project::zones, "zones", "code, name_zh, name_en, kind, valid_from, valid_to, document_id, synthetic",
        [](model::Zone& zone, const Statement& row) {
          zone.id.value = row.integer(0);
          zone.code = row.text(1);
          zone.name_zh = row.text(2);
          zone.name_en = row.text(3);
          zone.kind = row.text(4);
          zone.valid_from = date_at(row, 5);
          zone.valid_to = date_at(row, 6);
          zone.document.value = row.integer(7);
          zone.synthetic = row.integer(8) != 0;
        });
  areas(&Project::towns, "towns", "code, name_zh, name_en, kind, synthetic",
        [](model::Town& town, const Statement& row) {
          town.id.value = row.integer(0);
          town.code = row.text(1);
          town.name_zh = row.text(2);
          town.name_en = row.text(3);
          town.kind = row.text(4);
          town.synthetic = row.integer(5) != 0;
        });
  part(&Project::reference_layers, {"reference_layers", "reference_points", "reference_lines", "reference_polygons"},
       [&] { return reference_layers(); });
}

std::vector<model::ReferenceLayer> Loader::reference_layers() {
  std::vector<model::ReferenceLayer> layers;
  each(
      "SELECT id, code, name_zh, name_en, role, attribution, licence, source, synthetic, draw_order, geometry_kind "
      "FROM reference_layers ORDER BY draw_order, id",
      [&](const Statement& row) {
        model::ReferenceLayer& layer = layers.emplace_back();
        layer.id.value = row.integer(0);
        layer.code = row.text(1);
        layer.name_zh = row.text(2);
        layer.name_en = row.text(3);
        layer.role = row.text(4);
        layer.attribution = row.text(5);
        layer.licence = row.text(6);
        layer.source = row.text(7);
        layer.synthetic = row.integer(8) != 0;
        layer.draw_order = static_cast<int>(row.integer(9));
        const std::string_view kind = row.text(10);
        layer.geometry_kind = kind == "point"  ? geom::GeometryKind::point
                              : kind == "line" ? geom::GeometryKind::line
                                               : geom::GeometryKind::polygon;
        layer.geometry = geom::GeometryColumn(layer.geometry_kind);
      });
  const auto read_features = [&](std::string_view table, geom::GeometryKind kind) {
    // In the order of the file, one pass for all layers of a kind.
    std::unordered_map<std::int64_t, model::ReferenceLayer*> by_id;
    for (model::ReferenceLayer& layer : layers) {
      if (layer.geometry_kind == kind) by_id.emplace(layer.id.value, &layer);
    }
    each(fmt::format("SELECT id, layer_id, name, kind, geom FROM {} ORDER BY id", table), [&](const Statement& row) {
      const auto layer = by_id.find(row.integer(1));
      if (layer == by_id.end()) {
        fail_row(m_session, table, row.integer(0), base::say("its layer is missing or holds another kind of geometry"));
      }
      append_geometry(m_session, layer->second->geometry, row, 4, table, row.integer(0));
      layer->second->name.push_back(row.text(2));
      layer->second->kind.push_back(row.text(3));
    });
  };
  read_features("reference_points", geom::GeometryKind::point);
  read_features("reference_lines", geom::GeometryKind::line);
  read_features("reference_polygons", geom::GeometryKind::polygon);
  return layers;
}

void Loader::load_indicators() {
  using model::Project;
  rows(&Project::indicators, "indicators",
       "SELECT id, code, number, name_zh, name_en, unit, kind, scope, action_group, is_supply FROM indicators "
       "ORDER BY id",
       [](model::Indicator& indicator, const Statement& row) {
         indicator.id.value = row.integer(0);
         indicator.code = row.text(1);
         indicator.number = static_cast<int>(row.integer(2));
         indicator.name_zh = row.text(3);
         indicator.name_en = row.text(4);
         indicator.unit = row.text(5);
         indicator.kind = row.text(6);
         indicator.scope = row.text(7);
         indicator.action_group = row.text(8);
         indicator.is_supply = row.integer(9) != 0;
       });
  rows(&Project::indicator_targets, "indicator_targets",
       "SELECT indicator_id, year, value, document_id, document_version, id FROM indicator_targets ORDER BY id",
       [](model::IndicatorTarget& target, const Statement& row) {
         target.indicator.value = row.integer(0);
         target.year = static_cast<int>(row.integer(1));
         target.value = row.real(2);
         target.document.value = row.integer(3);
         target.document_version = row.text(4);
         target.id = row.integer(5);
       });
  rows(&Project::indicator_observations, "indicator_observations",
       "SELECT indicator_id, as_of, value, unit, scope, note, document_id, synthetic FROM indicator_observations "
       "ORDER BY id",
       [](model::IndicatorObservation& observation, const Statement& row) {
         observation.indicator.value = row.integer(0);
         observation.as_of = row.text(1);
         observation.value = row.real(2);
         observation.unit = row.text(3);
         observation.scope = row.text(4);
         observation.note = row.text(5);
         observation.document.value = row.integer(6);
         observation.synthetic = row.integer(7) != 0;
       });
  rows(&Project::indicator_units, "indicator_units",
       "SELECT indicator_id, unit_id, role FROM indicator_units ORDER BY id",
       [](model::IndicatorUnit& link, const Statement& row) {
         link.indicator.value = row.integer(0);
         link.unit.value = row.integer(1);
         link.role = role_of(row.text(2));
       });
  rows(&Project::tasks, "tasks",
       "SELECT id, code, number, action_group, title_zh, title_en, text, document_id FROM tasks ORDER BY id",
       [](model::Task& task, const Statement& row) {
         task.id.value = row.integer(0);
         task.code = row.text(1);
         task.number = static_cast<int>(row.integer(2));
         task.action_group = row.text(3);
         task.title_zh = row.text(4);
         task.title_en = row.text(5);
         task.text = row.text(6);
         task.document.value = row.integer(7);
       });
  rows(&Project::task_units, "task_units", "SELECT task_id, unit_id, role FROM task_units ORDER BY id",
       [](model::TaskUnit& link, const Statement& row) {
         link.task.value = row.integer(0);
         link.unit.value = row.integer(1);
         link.role = role_of(row.text(2));
       });
  const bool older = m_project.schema_version < 2;  // read only, as it is
  rows(&Project::quarterly_reports, "quarterly_reports",
       fmt::format("SELECT id, task_id, project_id, quarter, progress, problem, next_step, {} FROM quarterly_reports "
                   "ORDER BY id",
                   older ? "0" : "synthetic"),
       [](model::QuarterlyReport& report, const Statement& row) {
         report.id = row.integer(0);
         report.task.value = row.integer(1);
         report.project.value = row.integer(2);
         report.quarter = row.text(3);
         report.progress = row.text(4);
         report.problem = row.text(5);
         report.next_step = row.text(6);
         report.synthetic = row.integer(7) != 0;
       });
  if (older) {
    m_project.frozen_quarters = std::make_shared<const std::vector<model::FrozenQuarter>>();
    return;
  }
  rows(&Project::frozen_quarters, "frozen_quarters",
       "SELECT id, quarter, frozen_on, as_of, rule, counted_m2, figures FROM frozen_quarters ORDER BY quarter",
       [&](model::FrozenQuarter& frozen, const Statement& row) {
         frozen.id = row.integer(0);
         frozen.quarter = row.text(1);
         const auto frozen_on = date_at(row, 2), as_of = date_at(row, 3);
         if (!frozen_on || !as_of)
           fail_row(m_session, "frozen_quarters", frozen.id, base::say("its dates cannot be read"));
         frozen.frozen_on = *frozen_on;
         frozen.as_of = *as_of;
         frozen.rule = row.text(4);
         frozen.counted_m2 = row.real(5);
         frozen.figures = row.text(6);
       });
}

void Loader::take_crs() {
  if (!m_crs.valid()) return;
  try {
    m_project.crs = std::make_shared<const crs::CoordinateReferenceSystem>(m_crs.get());
  } catch (const Error& error) {
    throw Error(ExitCode::project_unusable,
                base::say("{}: its coordinate reference system: {}", m_project.file, error.what()));
  }
}

model::Project Loader::load() {
  read_revision();
  load_vocabulary();
  load_land();
  load_projects();
  load_areas();
  load_indicators();
  take_crs();
  m_progress.report(m_rows_read, m_rows_read);
  return std::move(m_project);
}

}  // namespace

void fail_row(const Session& session, std::string_view table, std::int64_t id, std::string_view why) {
  throw Error(ExitCode::project_unusable,
              base::say("{}: {} row {}: {}; open a backup of the project or mend the row in QGIS",
                        session.path.string(), table, id, why));
}

std::optional<base::Date> date_at(const Statement& row, int column) { return base::Date::parse(row.text(column)); }

void append_geometry(const Session& session, geom::GeometryColumn& geometry, const Statement& row, int column,
                     std::string_view table, std::int64_t id) {
  if (row.is_null(column)) {
    geometry.begin_feature();
    return;
  }
  try {
    geom::append_spatialite(geometry, row.blob(column));
  } catch (const Error& error) {
    fail_row(session, table, id, error.what());
  }
}

model::Project load_project(Session& session, base::Progress& progress, const model::Project* before,
                            std::optional<ParcelCacheKey>& uncached) {
  uncached.reset();
  // One moment for all tables, also while another program writes.
  const bool own_transaction = !session.connection.in_transaction();
  if (own_transaction) session.connection.execute("BEGIN");
  try {
    model::Project project = Loader(session, !own_transaction, progress, before, uncached).load();
    if (own_transaction) session.connection.execute("COMMIT");
    return project;
  } catch (...) {
    if (own_transaction) roll_back(session);
    throw;
  }
}

}  // namespace zaitu::store
