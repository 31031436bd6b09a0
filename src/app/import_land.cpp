// Parcels with their area book, identifiers and lineage; assessments of parcels.
#include <fmt/format.h>

#include <array>
#include <map>

#include "app/import_context.h"
#include "geom/measure.h"

namespace zaitu::app {

namespace {

struct PreparedRow {
  std::int64_t fid = 0;
  ImportLog code_log, log;  // what is to be said of its code, and of the rest unless it is rejected for its code
  std::string code, match, name;
  TakenGeometry geometry;  // without its column
  bool rejected = false;
  Cells cells;
  std::vector<std::string> identifiers, parents;
  std::string lineage_kind;
  std::int64_t record = 0;
};

struct PreparedParcels : PreparedRows {
  std::vector<PreparedRow> rows;
};

class ParcelWriter : public RowWriter {
 public:
  explicit ParcelWriter(ImportContext& context) : m_context(context), m_parcels(parcel_keys(context.project)) {
    for (const model::LandUseClass& row : *context.project.land_use_classes) {
      m_land_use.add(row.code, static_cast<std::int64_t>(m_land_use_codes.size()) + 1, {row.name_zh, row.name_en});
      m_land_use_codes.push_back(row.code);
    }
    for (const model::LandRecord& row : *context.project.land_records)
      m_records.add(row.code, row.id.value, {row.title});
    for (const model::ParcelIdentifier& row : *context.project.parcel_identifiers) {
      m_identifiers.insert(identifier_key(row.parcel.value, row.scheme, row.value));
    }
    for (const model::ParcelLineage& row : *context.project.parcel_lineage) {
      m_lineage.insert({row.parent.value, row.child.value});
    }
    // A spreadsheet never has outlines; of anything else one may expect them.
    const std::string& driver = context.header.driver;
    if (context.geometry == nullptr && driver != "CSV" && driver != "XLSX" && driver != "ODS") {
      context.log.add("", "", "geom-null", "the source has no geometry: parcels come without outline");
    }
  }

  std::unique_ptr<RowPreparer> preparer() override { return std::make_unique<Preparer>(*this); }

  RowCounts write_prepared(PreparedRows& rows) override {
    RowCounts counts;
    for (PreparedRow& row : dynamic_cast<PreparedParcels&>(rows).rows) {
      counts.add(write_row(std::move(row)));
    }
    return counts;
  }

  void finish() override {
    for (const Child& child : m_children) {
      for (const std::string& code : child.parents) {
        const std::int64_t parent = m_parcels.find(code);
        if (parent == 0 || parent == child.id) {
          m_context.log.add(child.feature, "parents", "field",
                            "there is no other parcel \"" + code + "\": the lineage was left out");
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
  struct Child {
    std::string feature;
    std::int64_t id;
    std::vector<std::string> parents;
    std::string kind;
    std::int64_t record;
  };

  RowOutcome write_row(PreparedRow&& row) {
    m_context.log.append(std::move(row.code_log));
    const std::string feature = std::to_string(row.fid);
    const auto warn = [&](const char* keyword, const std::string& message) {
      m_context.log.add(feature, "code", keyword, message);
    };
    auto stored = m_context.coded_row(std::move(row.code), std::move(row.match), m_parcels, warn);
    if (!stored) return RowOutcome::rejected;
    if (stored->id == 0) {
      if (const std::string other = m_parcels.look_alike(stored->code, stored->match); !other.empty()) {
        warn("duplicate-id", "code \"" + stored->code + "\" differs from \"" + other +
                                 "\" only in blanks, width or case; both are kept");
      }
    }
    if (m_context.geometry != nullptr) m_context.geometry->count(row.geometry, row.fid);
    m_context.log.append(std::move(row.log));
    if (row.rejected) return RowOutcome::rejected;
    if (row.geometry.repaired) ++m_context.repaired;
    const RowOutcome outcome = m_context.write_row("parcels", *stored, row.cells, m_parcels, row.name);
    const std::int64_t id = stored->id;
    write_identifiers(row.identifiers, stored->code, id);
    if (!row.parents.empty())
      m_children.push_back({feature, id, std::move(row.parents), std::move(row.lineage_kind), row.record});
    return outcome;
  }

  static std::string identifier_key(std::int64_t parcel, const std::string& scheme, const std::string& value) {
    return std::to_string(parcel) + '\n' + scheme + '\n' + value;
  }

  class Preparer : public RowPreparer {
   public:
    explicit Preparer(const ParcelWriter& writer)
        : m_writer(writer), m_context(writer.m_context), m_ellipsoidal(*writer.m_context.project.crs) {
      if (m_context.geometry != nullptr) m_taker.emplace(*m_context.geometry);
    }

    std::size_t rows_at_once() const override { return 256; }

    std::unique_ptr<PreparedRows> prepare(const FieldMapping& mapping, const io::SourceHeader& header,
                                          const io::RowBatch& batch, std::size_t from, std::size_t to) override {
      auto made = std::make_unique<PreparedParcels>();
      made->rows.reserve(to - from);
      for (std::size_t row = from; row < to; ++row) made->rows.push_back(prepare(mapping, header, batch.row(row)));
      return made;
    }

   private:
    PreparedRow prepare(const FieldMapping& mapping, const io::SourceHeader& header, const io::SourceRow& source) {
      PreparedRow made;
      made.fid = source.fid;
      made.code = m_context.code_of(ImportRow(mapping, header, source, made.code_log));
      made.match = match_key(made.code);
      const ImportRow row(mapping, header, source, made.log);
      if (m_taker) {
        made.geometry = m_taker->take(source.wkb, geom::GeometryKind::polygon, row.feature(), made.log);
        made.rejected = m_context.rejects(row, made.geometry);
        if (made.rejected) return made;
      }
      Cells& cells = made.cells;
      cells.reserve(16);
      made.name = row.text("name");
      cells.text("name", made.name)
          .text("land_use_current", m_writer.land_use(row, "land_use"))
          .text("land_use_planned", m_writer.land_use(row, "land_use_planned"))
          .text("ownership", ownership(row))
          .text("right_holder", row.text("right_holder"))
          .number("far_planned", row.number("far"))
          .number("far_cap", row.number("far_cap"))
          .number("area_title_m2", row.area_m2("area_title"))
          .number("area_contract_m2", row.area_m2("area_contract"))
          .number("area_surveyed_m2", row.area_m2("area_surveyed"))
          .number("area_planned_m2", row.area_m2("area_planned"))
          .flag("synthetic", row.flag("synthetic"))
          .text("note", row.text("note"))
          .id("import_id", m_context.import_id);
      const auto from = row.date("valid_from");
      const auto to = row.date("valid_to");
      if (from && to && *to <= *from)
        row.warn("valid_to", "date", to->iso() + " is not after valid_from " + from->iso());
      cells.date("valid_from", from).date("valid_to", to);
      made.record = m_context.linked(row, "record", m_writer.m_records, "land record");
      cells.id("created_by_record_id", made.record);
      if (made.geometry.state == TakenGeometry::State::taken) {
        const geom::FeatureGeometry outline = made.geometry.column[0];
        // Square degrees or feet are no m²: of a foreign layer in such a CRS only the ellipsoidal area has a meaning.
        if (m_context.project.crs->metres_per_unit() == 1) cells.number("area_planar_m2", geom::area(outline));
        cells.number("area_ellipsoidal_m2", m_ellipsoidal(outline));
        cells.blob("geom", geom::to_spatialite(outline, m_context.srid()));
        m_taker->give_back(std::move(made.geometry.column));
        made.geometry.column = geom::GeometryColumn();
      }
      made.identifiers = row.list("identifiers");
      made.parents = row.list("parents");
      if (!made.parents.empty()) made.lineage_kind = lineage_kind(row, made.parents.size());
      return made;
    }

    const ParcelWriter& m_writer;
    const ImportContext& m_context;
    std::optional<GeometryIntake::Taker> m_taker;
    crs::EllipsoidalArea m_ellipsoidal;
  };

  // The class's code where the text names a class; else as written.
  std::string land_use(const ImportRow& row, std::string_view field) const {
    std::string text = row.text(field);
    if (text.empty()) return text;
    if (const std::int64_t id = m_land_use.find(text); id != 0)
      return m_land_use_codes[static_cast<std::size_t>(id - 1)];
    return text;
  }

  static std::string ownership(const ImportRow& row) {
    const std::string text = row.text("ownership");
    const std::string key = match_key(text);
    if (key.empty()) return "";
    if (key == "g" || key.find("国有") != key.npos || key == "state") return "G";
    if (key == "j" || key.find("集体") != key.npos || key == "collective") return "J";
    if (key == "z" || key.find("未定") != key.npos || key.find("争议") != key.npos || key == "undetermined") return "Z";
    row.warn("ownership", "field",
             "\"" + text + "\" is neither state (G), collective (J) nor undetermined (Z): left empty");
    return "";
  }

  static std::string lineage_kind(const ImportRow& row, std::size_t parents) {
    const std::string key = match_key(row.text("lineage_kind"));
    if (key == "split" || key.find("分割") != key.npos || key.find("分宗") != key.npos) return "split";
    if (key == "merge" || key.find("合并") != key.npos || key.find("合宗") != key.npos) return "merge";
    if (key == "realign" || key.find("调整") != key.npos) return "realign";
    if (!key.empty()) row.warn("lineage_kind", "field", "\"" + key + "\" is none of split, merge, realign");
    return parents > 1 ? "merge" : "split";
  }

  void write_identifiers(const std::vector<std::string>& items, const std::string& code, std::int64_t id) {
    for (const std::string& item : items) {
      const std::size_t equals = item.find('=');
      const std::string scheme = equals == std::string::npos ? "other" : item.substr(0, equals);
      const std::string value = equals == std::string::npos ? item : item.substr(equals + 1);
      if (value.empty() || !m_identifiers.insert(identifier_key(id, scheme, value)).second) continue;
      m_context.change.insert("parcel_identifiers", Cells()
                                                        .id("parcel_id", id)
                                                        .text("scheme", scheme)
                                                        .text("value", value)
                                                        .text("normal", match_key(value))
                                                        .list());
      m_parcels.add(code, id, {value});
    }
  }

  ImportContext& m_context;
  Keys m_parcels, m_land_use, m_records;
  std::vector<std::string> m_land_use_codes;
  std::set<std::string> m_identifiers;
  std::set<std::pair<std::int64_t, std::int64_t>> m_lineage;
  std::vector<Child> m_children;
};

class AssessmentWriter : public RowWriter {
 public:
  explicit AssessmentWriter(ImportContext& context) : m_context(context), m_parcels(parcel_keys(context.project)) {}

  RowOutcome write(const ImportRow& row) override {
    const std::string code = row.text("parcel");
    const std::int64_t parcel = m_parcels.find(code);
    if (parcel == 0) return m_context.reject(row, "parcel", "field", "there is no parcel \"" + code + "\"");
    const std::string cycle = row.text("cycle");
    if (cycle.empty()) return m_context.reject(row, "cycle", "field", "the cycle is empty");
    std::string grade = match_key(row.text("class"));
    if (grade.size() > 1 && grade.ends_with("类")) grade.resize(grade.size() - std::string("类").size());
    if (grade.size() != 1 || grade[0] < 'a' || grade[0] > 'd') {
      return m_context.reject(row, "class", "field", "\"" + row.text("class") + "\" is none of A, B, C, D");
    }
    if (!m_context.codes_of_this_import.insert(std::to_string(parcel) + '\n' + cycle).second) {
      return m_context.reject(row, "parcel", "duplicate-id", "parcel " + code + " has two classes in cycle " + cycle);
    }
    const std::int64_t existing =
        m_context.change.find("parcel_assessments", {{"parcel_id", parcel}, {"cycle", cycle}});
    if (existing != 0 && m_context.options.on_duplicate == OnDuplicate::reject) {
      return m_context.reject(row, "cycle", "duplicate-id",
                              "parcel " + code + " already has a class in cycle " + cycle +
                                  "; --on-duplicate update changes the stored one");
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

std::unique_ptr<RowWriter> parcel_writer(ImportContext& context) { return std::make_unique<ParcelWriter>(context); }
std::unique_ptr<RowWriter> assessment_writer(ImportContext& context) {
  return std::make_unique<AssessmentWriter>(context);
}

}  // namespace zaitu::app
