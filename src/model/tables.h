// The entities of a planning project as values, one struct (or column table) per table of the project file; names,
// units and order of members follow store/schema/001.sql. Areas are m², lengths m, dates calendar days, NaN = not
// known. Texts are UTF-8. `synthetic` marks what no source gives: it must be shown wherever the row is shown.
#pragma once

#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "geom/feature_index.h"
#include "geom/geometry.h"
#include "model/columns.h"
#include "model/ids.h"

namespace zaitu::model {

inline constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

// ---- Vocabulary: editable data, not code -----------------------------------------------------------------------

struct Stage {
  std::string code;  // "S0".."S7", "SX"
  int seq = 0;       // order; SX stands outside the order
  std::string name_zh, name_en;
  std::string colour;           // "#RRGGBB"
  std::string certainty_class;  // "K0".."K5", "KX"
  std::string source;           // where name and numbers come from, or "assumption"
  std::int64_t id = 0;
};
inline constexpr const char* stalled_stage = "SX";

struct CertaintyClass {
  std::string code;
  int seq = 0;  // 0 = most certain, bottom of a stack
  std::string label_zh, label_en;
  std::string colour;   // "#RRGGBB"
  std::string pattern;  // "solid" | "hatch" | "outline"
  bool stacked = true;  // KX is listed beside the stack
};

struct PathwayStage {
  std::string stage_code;
  double min_months = unknown, typical_months = unknown, max_months = unknown;
  double conversion_probability = unknown;  // chance that a phase now at this stage is ever completed
  std::string source;                       // of those of its numbers that the assumption register does not name
  std::int64_t id = 0;
};

struct Pathway {
  std::string code;  // "reserve_grant" | "renewal" | "collective" | "tod"
  std::string name_zh, name_en;
  std::vector<PathwayStage> stages;  // in order
  std::int64_t id = 0;
};

// A line of the assumption register. The code of one that speaks of a number kept elsewhere names that number
// (planning/assumption_register.h).
struct Assumption {
  std::int64_t id = 0;
  std::string code, subject, value, unit, source, owner, note;
};

struct LandUseClass {
  std::string code, name_zh, name_en;
  std::string colour;  // "#RRGGBB"
  int level = 1;
  std::string parent_code;
  std::string colour_status;  // how sure the colour is
};

struct Unit {  // a government unit or company
  UnitId id;
  std::string code, name_zh, name_en, kind;
};

struct Document {
  DocumentId id;
  std::string code, title_zh, title_en, number, status, version;
  std::optional<base::Date> issued_on;
  std::string note;
};

struct Programme {
  ProgrammeId id;
  std::string code, name_zh, name_en;
  DocumentId document;
};

// ---- Land ------------------------------------------------------------------------------------------------------

// The area book: six measures of one parcel, never mixed; a report says which one it uses.
enum class AreaKind { title, contract, surveyed, planned, planar, ellipsoidal };
inline constexpr AreaKind all_area_kinds[] = {AreaKind::title,   AreaKind::contract, AreaKind::surveyed,
                                              AreaKind::planned, AreaKind::planar,   AreaKind::ellipsoidal};

struct ParcelTable {
  Held<IdColumn<ParcelId>> id;  // ascending
  Held<TextColumn> code;        // the stable key
  Held<TextColumn> name;
  Held<DictionaryColumn> land_use_current, land_use_planned;  // codes of LandUseClass
  Held<DictionaryColumn> ownership;                           // "G" state, "J" collective, "Z" undetermined
  Held<TextColumn> right_holder;
  Held<ValueColumn<double>> far_planned, far_cap;
  Held<ValueColumn<double>> area_m2[6];  // by AreaKind
  // valid_to: first day it is no longer in force
  Held<ValueColumn<std::optional<base::Date>>> valid_from, valid_to;
  Held<ValueColumn<LandRecordId>> created_by, retired_by;
  Held<ValueColumn<std::uint8_t>> synthetic;
  Held<TextColumn> note;
  Held<geom::GeometryColumn> geometry;  // polygons
  // Of exactly these outlines, where somebody has it already; null: not made.
  std::shared_ptr<const geom::FeatureIndex> feature_index;

  std::size_t size() const { return id.size(); }
  double area(std::size_t row, AreaKind kind) const { return area_m2[static_cast<std::size_t>(kind)][row]; }
  bool in_force(std::size_t row, base::Date at) const {
    const auto from = valid_from[row], to = valid_to[row];
    return (!from || *from <= at) && (!to || at < *to);
  }
  std::optional<std::uint32_t> row_of(ParcelId parcel) const;

  // Calls visit(column of the first table, the same column of the second, ...) for every column (not for the index).
  template <class Visit, class... Tables>
  static void each_column(Visit visit, Tables&... tables) {
    visit(tables.id...);
    visit(tables.code...);
    visit(tables.name...);
    visit(tables.land_use_current...);
    visit(tables.land_use_planned...);
    visit(tables.ownership...);
    visit(tables.right_holder...);
    visit(tables.far_planned...);
    visit(tables.far_cap...);
    for (std::size_t kind = 0; kind < std::size(all_area_kinds); ++kind) visit(tables.area_m2[kind]...);
    visit(tables.valid_from...);
    visit(tables.valid_to...);
    visit(tables.created_by...);
    visit(tables.retired_by...);
    visit(tables.synthetic...);
    visit(tables.note...);
    visit(tables.geometry...);
  }
};

struct ParcelIdentifier {
  ParcelId parcel;
  std::string scheme, value, normal;  // value as written, normal form for matching
};

struct ParcelLineage {
  ParcelId parent, child;
  std::string kind;  // "split" | "merge" | "realign"
  LandRecordId record;
  double area_m2 = unknown;
};

struct LandRecord {
  LandRecordId id;
  std::string code, kind, title;
  std::optional<base::Date> dated;
  DocumentId document;
};

// ---- Carrier projects ------------------------------------------------------------------------------------------

struct CarrierProject {
  ProjectId id;
  std::string code, name_zh, name_en;
  std::string kind;          // carrier | parcel | park | environment | amenity | housing | public_service | programme
  std::string type;          // as the paper names it
  std::string pathway_code;  // of Pathway
  std::string owner_type;    // state | collective | private | university | mixed
  std::string chain_stage;   // research | incubation | pilot | industry | service
  std::string location_text;
  DocumentId document;
  std::string quote, quote_place;
  bool synthetic = false;
  std::string note;
  std::optional<geom::Coord> location;  // project CRS
};

enum class UnitRole { lead, responsible, push };
struct ProjectUnit {
  ProjectId project;
  UnitId unit;
  UnitRole role = UnitRole::lead;
};
struct ProjectParcel {
  ProjectId project;
  ParcelId parcel;
};
struct ProjectProgramme {
  ProjectId project;
  ProgrammeId programme;
  bool primary = false;
};

struct Phase {
  PhaseId id;
  std::string code, name_zh, name_en;
  ProjectId project;
  double gross_m2 = unknown, plot_ratio_m2 = unknown, carrier_m2 = unknown, leasable_m2 = unknown;
  double demolished_m2 = unknown;  // existing floor space that goes; unknown counts as 0
  bool synthetic = false;
  std::string note;
};
struct PhaseParcel {
  PhaseId phase;
  ParcelId parcel;
};  // a phase without rows stands on its project's parcels

enum class EventKind { commitment, baseline, forecast, actual };
struct StageEvent {
  EventId id;
  PhaseId phase;    // exactly one of phase
  ParcelId parcel;  // and parcel is set
  std::string stage_code;
  EventKind kind = EventKind::actual;
  base::Date dated;
  DocumentId document;
  std::string evidence, page, note;
  bool synthetic = false;
};
// A file kept in the project as evidence of an event, without its content (store::ProjectFile::attached_content).
struct Attachment {
  std::int64_t id = 0;
  EventId event;
  std::string file_name, media_type, sha256;
  std::int64_t bytes = 0;
};

struct Occupancy {
  std::int64_t id = 0;
  PhaseId phase;
  base::Date as_of;
  double leasable_m2 = unknown, signed_m2 = unknown, moved_in_m2 = unknown;
  DocumentId document;
  bool synthetic = false;
};

// ---- Areas -----------------------------------------------------------------------------------------------------

struct Circle {
  CircleId id;
  std::string code, name_zh, name_en, functions, colour;
  DocumentId document;
};
struct CircleMember {
  std::int64_t id = 0;
  CircleId circle;
  std::string name;
  bool synthetic = false;
};
struct Zone {
  ZoneId id;
  std::string code, name_zh, name_en, kind;
  std::optional<base::Date> valid_from, valid_to;
  DocumentId document;
  bool synthetic = false;
};
struct Town {
  TownId id;
  std::string code, name_zh, name_en, kind;
  bool synthetic = false;
};

// A table of areas: rows and their polygons, row for row.
template <class Row>
struct AreaTable {
  std::vector<Row> rows;
  geom::GeometryColumn geometry{geom::GeometryKind::polygon};
};

// ---- Reference layers ------------------------------------------------------------------------------------------

struct ReferenceLayer {
  ReferenceLayerId id;
  std::string code, name_zh, name_en;
  std::string role;         // building | campus | metro | station | expressway | road_axis | outline | water | other
  std::string attribution;  // must be drawn on every map that shows the layer
  std::string licence, source;
  bool synthetic = false;
  int draw_order = 0;
  geom::GeometryKind geometry_kind = geom::GeometryKind::line;
  TextColumn name, kind;  // of each feature
  geom::GeometryColumn geometry{geom::GeometryKind::line};
};

// ---- Indicators and tasks ----------------------------------------------------------------------------------------

struct Indicator {
  IndicatorId id;
  std::string code;
  int number = 0;
  std::string name_zh, name_en, unit, kind, scope, action_group;
  bool is_supply = false;  // its targets are the floor-area targets of the supply curve
};
struct IndicatorTarget {
  IndicatorId indicator;
  int year = 0;
  double value = unknown;  // in the indicator's unit
  DocumentId document;
  std::string document_version;
  std::int64_t id = 0;
};
struct IndicatorObservation {
  IndicatorId indicator;
  std::string as_of;  // a date or a year, as the source says
  double value = unknown;
  std::string unit, scope, note;
  DocumentId document;
  bool synthetic = false;
};
struct IndicatorUnit {
  IndicatorId indicator;
  UnitId unit;
  UnitRole role = UnitRole::lead;
};
struct Task {
  TaskId id;
  std::string code;
  int number = 0;
  std::string action_group, title_zh, title_en, text;
  DocumentId document;
};
struct TaskUnit {
  TaskId task;
  UnitId unit;
  UnitRole role = UnitRole::push;
};
struct QuarterlyReport {
  std::int64_t id = 0;
  TaskId task;          // exactly one of task
  ProjectId project;    // and project is set
  std::string quarter;  // "2025Q3"
  std::string progress, problem, next_step;
  bool synthetic = false;
};
struct FrozenQuarter {  // its reports are not edited any more, its figures stay as they were
  std::int64_t id = 0;
  std::string quarter;
  base::Date frozen_on, as_of;
  std::string rule;  // in words
  double counted_m2 = unknown;
  std::string figures;  // JSON
};

}  // namespace zaitu::model
