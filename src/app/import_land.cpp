// Parcels with their area book, identifiers and lineage; assessments of parcels.
#include <cmath>
#include <map>

#include "app/import_context.h"
#include "app/import_overlaps.h"
#include "app/parcel_rows.h"
#include "base/message.h"

namespace zaitu::app {

namespace {

// A row of which only the cells are left to be written.
struct PreparedParcel {
  std::int64_t fid = 0;
  ImportLog code_log, log;
  std::string code, match, name;
  TakenFacts geometry;
  bool rejected = false;
  Cells cells;
  std::vector<std::string> identifiers, parents;
  std::vector<ColumnIdentifier> columns;
  std::string lineage_kind, other_cells;
  std::int64_t record = 0;
  std::optional<base::Date> valid_from, valid_to;
};

struct PreparedParcels : PreparedRows {
  std::vector<PreparedParcel> rows;
  geom::GeometryColumn outlines{geom::GeometryKind::polygon};  // row for row
};

class ParcelWriter : public RowWriter {
 public:
  explicit ParcelWriter(ImportContext& context)
      : m_context(context), m_parcels(parcel_keys(context.project)), m_terms(context.project) {
    for (const model::ParcelIdentifier& row : *context.project.parcel_identifiers) {
      m_identifiers.insert(identifier_key(row.parcel.value, row.scheme, row.value));
    }
    for (const model::ParcelLineage& row : *context.project.parcel_lineage) {
      m_lineage.insert({row.parent.value, row.child.value});
    }
    warn_of_missing_outlines(context);
  }

  std::unique_ptr<RowPreparer> preparer(const FieldMapping& mapping) override {
    return std::make_unique<Preparer>(m_context, m_terms, mapping);
  }

  RowCounts write_prepared(PreparedRows& rows) override {
    RowCounts counts;
    auto& prepared = dynamic_cast<PreparedParcels&>(rows);
    for (std::size_t i = 0; i < prepared.rows.size(); ++i) {
      counts.add(write_row(std::move(prepared.rows[i]), prepared.outlines[i]));
    }
    return counts;
  }

  void finish() override {
    m_overlaps.report(m_context, m_parcels);
    for (const Kept& kept : m_kept) {
      if (!m_identifiers.insert(identifier_key(kept.parcel, kept.scheme, kept.value)).second) continue;
      m_context.change.insert("parcel_identifiers", Cells()
                                                        .id("parcel_id", kept.parcel)
                                                        .text("scheme", kept.scheme)
                                                        .text("value", kept.value)
                                                        .text("normal", model::normal_parcel_code(kept.value))
                                                        .list());
    }
    for (const Child& child : m_children) {
      for (const std::string& code : child.parents) {
        const std::int64_t parent = m_parcels.find(code);
        if (parent == 0 || parent == child.id) {
          m_context.log.add(child.feature, "parents", "field",
                            base::say("there is no other parcel \"{}\": the lineage was left out", code));
          continue;
        }
        if (!m_lineage.insert({parent, child.id}).second) continue;
        m_context.change.insert("parcel_lineage", Cells()
                                                      .id("parent_id", parent)
                                                      .id("child_id", child.id)
                                                      .text("kind", child.kind)
                                                      .id("record_id", child.record)
                                                      .list());
        if (child.record != 0)
          m_context.change.update("parcels", parent, Cells().id("retired_by_record_id", child.record).list());
      }
    }
  }

 private:
  // An identifier that is written after the parcels, which are written in bulk.
  struct Kept {
    std::int64_t parcel;
    std::string scheme, value;
  };
  struct Child {
    std::string feature;
    std::int64_t id;
    std::vector<std::string> parents;
    std::string kind;
    std::int64_t record;
  };

  RowOutcome write_row(PreparedParcel&& row, const geom::FeatureGeometry& outline) {
    m_context.log.append(std::move(row.code_log));
    const std::string feature = std::to_string(row.fid);
    const auto warn = [&](const char* keyword, const std::string& message) {
      m_context.log.add(feature, "code", keyword, message);
    };
    // Before a parcel that is there already is rejected: just those tell whether the source is offset.
    if (m_context.shift_check != nullptr) m_context.shift_check->see(m_parcels.by_code(row.code), row.geometry);
    auto stored = m_context.coded_row(std::move(row.code), std::move(row.match), m_parcels, feature, warn);
    if (!stored) return RowOutcome::rejected;
    if (stored->id == 0) {
      if (const std::string other = m_parcels.look_alike(stored->code, stored->match); !other.empty()) {
        warn("duplicate-id", said_of_look_alike(stored->code, other));
      }
    }
    if (m_context.geometry != nullptr) m_context.geometry->count(row.geometry, row.fid);
    m_context.log.append(std::move(row.log));
    if (row.rejected) return RowOutcome::rejected;
    if (row.geometry.repaired) ++m_context.repaired;
    const RowOutcome outcome = m_context.write_row("parcels", *stored, row.cells, m_parcels, row.name);
    const std::int64_t id = stored->id;
    m_context.keep_source("parcels", id, row.fid, row.other_cells);
    if (!outline.empty()) {
      m_overlaps.add(outline, {row.fid, id, row.valid_from, row.valid_to, !row.parents.empty()});
    }
    write_identifiers(row.identifiers, id);
    keep_identifiers(row.columns, stored->code, id);
    if (!row.parents.empty())
      m_children.push_back({feature, id, std::move(row.parents), std::move(row.lineage_kind), row.record});
    return outcome;
  }

  static std::string identifier_key(std::int64_t parcel, const std::string& scheme, const std::string& value) {
    return std::to_string(parcel) + '\n' + scheme + '\n' + value;
  }

  class Preparer : public RowPreparer {
   public:
    Preparer(const ImportContext& context, const ParcelTerms& terms, const FieldMapping& mapping)
        : m_context(context),
          m_mapping(mapping),
          m_reader(context, terms, mapping),
          m_has_others(context.import_id != 0 && !mapping.uses_all()) {}

    std::size_t rows_at_once() const override { return 256; }

    std::unique_ptr<PreparedRows> prepare(const io::RowBatch& batch, std::size_t from, std::size_t to) override {
      auto made = std::make_unique<PreparedParcels>();
      made->rows.reserve(to - from);
      for (std::size_t number = from; number < to; ++number) {
        m_reader.read(batch, number, m_row);
        if (m_row.geometry.state == TakenFacts::State::taken) {
          made->outlines.append(m_row.geometry.column[0]);
        } else {
          made->outlines.begin_feature();
        }
        made->rows.push_back(cells_of(m_row));
        if (m_has_others) made->rows.back().other_cells = other_cells(m_mapping, m_context.header, batch.row(number));
      }
      m_reader.hand_over_areas();
      return made;
    }

   private:
    PreparedParcel cells_of(ParcelRow& row) const {
      PreparedParcel made;
      made.fid = row.fid;
      made.code_log = std::move(row.code_log);
      made.log = std::move(row.log);
      made.match = model::normal_parcel_code(row.code);
      made.geometry = row.geometry;
      made.rejected = row.rejected;
      if (!row.rejected) {
        const model::ParcelValues& values = row.values;
        made.name = values.name;
        made.valid_from = values.valid_from;
        made.valid_to = values.valid_to;
        made.cells.reserve(20);
        made.cells.text("name", made.name)
            .text("land_use_current", values.land_use_current)
            .text("land_use_planned", values.land_use_planned)
            .text("ownership", values.ownership)
            .text("right_holder", values.right_holder)
            .number("far_planned", known(values.far_planned))
            .number("far_cap", known(values.far_cap));
        for (const auto& [kind, column] : areas) made.cells.number(column, known(values.area_m2[kind]));
        made.cells.flag("synthetic", row.synthetic)
            .text("note", values.note)
            .id("import_id", m_context.import_id)
            .date("valid_from", values.valid_from)
            .date("valid_to", values.valid_to)
            .id("created_by_record_id", row.record);
        if (row.geometry.state == TakenFacts::State::taken) {
          made.cells.blob("geom", geom::to_spatialite(row.geometry.column[0], m_context.srid()));
        }
      }
      made.code = std::move(row.code);
      made.identifiers = std::move(row.identifiers);
      made.columns = std::move(row.columns);
      made.parents = std::move(row.parents);
      made.lineage_kind = std::move(row.lineage_kind);
      made.record = row.record;
      return made;
    }

    static std::optional<double> known(double value) { return std::isnan(value) ? std::nullopt : std::optional(value); }

    // By AreaKind, in the order of the area book.
    static constexpr std::pair<std::size_t, std::string_view> areas[] = {
        {0, "area_title_m2"},   {1, "area_contract_m2"}, {2, "area_surveyed_m2"},
        {3, "area_planned_m2"}, {4, "area_planar_m2"},   {5, "area_ellipsoidal_m2"}};

    const ImportContext& m_context;
    const FieldMapping& m_mapping;
    ParcelReader m_reader;
    ParcelRow m_row;
    bool m_has_others;
  };

  void write_identifiers(const std::vector<std::string>& items, std::int64_t id) {
    for (const std::string& item : items) {
      const std::size_t equals = item.find('=');
      const std::string scheme = equals == std::string::npos ? "other" : item.substr(0, equals);
      const std::string value = equals == std::string::npos ? item : item.substr(equals + 1);
      if (value.empty() || !m_identifiers.insert(identifier_key(id, scheme, value)).second) continue;
      m_context.change.insert("parcel_identifiers", Cells()
                                                        .id("parcel_id", id)
                                                        .text("scheme", scheme)
                                                        .text("value", value)
                                                        .text("normal", model::normal_parcel_code(value))
                                                        .list());
      m_parcels.add_identifier(value, id);
    }
  }

  // The code itself where it has a normal form of a known scheme, and what other columns call the parcel.
  void keep_identifiers(std::vector<ColumnIdentifier>& columns, const std::string& code, std::int64_t id) {
    for (ColumnIdentifier& column : columns) {
      m_parcels.add_identifier(column.value, id);
      m_kept.push_back({id, std::move(column.scheme), std::move(column.value)});
    }
    const std::string normal = model::normal_parcel_code(code);
    if (normal == code) return;
    const model::ParcelCodeScheme scheme = model::split_parcel_code(normal).scheme;
    if (scheme != model::ParcelCodeScheme::other) m_kept.push_back({id, std::string(model::name_of(scheme)), code});
  }

  ImportContext& m_context;
  Keys m_parcels;
  ParcelTerms m_terms;
  std::vector<Kept> m_kept;
  std::set<std::string> m_identifiers;
  std::set<std::pair<std::int64_t, std::int64_t>> m_lineage;
  std::vector<Child> m_children;
  ParcelOverlaps m_overlaps;
};

class AssessmentWriter : public RowWriter {
 public:
  explicit AssessmentWriter(ImportContext& context) : m_context(context), m_parcels(parcel_keys(context.project)) {}

  RowOutcome write(const ImportRow& row) override {
    const std::string code = row.text("parcel");
    const std::int64_t parcel = m_context.joined("parcel", row, code, m_parcels);
    if (parcel == 0) return m_context.reject(row, "parcel", "field", base::say("there is no one parcel \"{}\"", code));
    const std::string cycle = row.text("cycle");
    if (cycle.empty()) return m_context.reject(row, "cycle", "field", base::say("the cycle is empty"));
    std::string grade = match_key(row.text("class"));
    if (grade.size() > 1 && grade.ends_with("类")) grade.resize(grade.size() - std::string("类").size());
    if (grade.size() != 1 || grade[0] < 'a' || grade[0] > 'd') {
      return m_context.reject(row, "class", "field", base::say("\"{}\" is none of A, B, C, D", row.text("class")));
    }
    if (!m_context.codes_of_this_import.insert(std::to_string(parcel) + '\n' + cycle).second) {
      return m_context.reject(row, "parcel", "duplicate-id",
                              base::say("parcel {} has two classes in cycle {}", code, cycle));
    }
    const std::int64_t existing =
        m_context.change.find("parcel_assessments", {{"parcel_id", parcel}, {"cycle", cycle}});
    if (existing != 0 && m_context.options.on_duplicate != OnDuplicate::update) {
      return m_context.reject(
          row, "cycle", "duplicate-id",
          base::say("parcel {} already has a class in cycle {}; --on-duplicate update changes the stored one", code,
                    cycle));
    }
    Cells cells;
    cells.text("class", std::string(1, static_cast<char>(grade[0] - 'a' + 'A')))
        .date("assessed_on", row.date("date"))
        .id("document_id", m_context.linked(row, "document", m_context.documents(), "document"))
        .text("note", row.text("note"));
    if (existing != 0) {
      m_context.change.update("parcel_assessments", existing, cells.list());
      return RowOutcome::updated;
    }
    m_context.change.insert("parcel_assessments", cells.id("parcel_id", parcel).text("cycle", cycle).list());
    return RowOutcome::inserted;
  }

 private:
  ImportContext& m_context;
  Keys m_parcels;
};

}  // namespace

void warn_of_missing_outlines(ImportContext& context) {
  // A spreadsheet never has outlines; of anything else one may expect them.
  if (context.geometry == nullptr && context.header.table.header_first == 0) {
    context.log.add("", "", "geom-null", base::say("the source has no geometry: parcels come without outline"));
  }
}

std::unique_ptr<RowWriter> parcel_writer(ImportContext& context) { return std::make_unique<ParcelWriter>(context); }
std::unique_ptr<RowWriter> assessment_writer(ImportContext& context) {
  return std::make_unique<AssessmentWriter>(context);
}

}  // namespace zaitu::app
