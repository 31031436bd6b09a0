// What the rows of a source say of parcels: the one place where cells become a parcel's values, for an import and for a
// mere look. Private to app.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

#include "app/import_context.h"
#include "crs/crs.h"
#include "model/parcel_appender.h"

namespace zaitu::app {

// What the texts of a source may name in the project. Any number of threads may read it.
class ParcelTerms {
 public:
  explicit ParcelTerms(const model::Project& project);
  std::string land_use(const std::string& text) const;  // the class's code where the text names a class, else the text
  const Keys& records() const { return m_records; }

 private:
  Keys m_land_use, m_records;
  std::vector<std::string> m_land_use_codes;
};

// What a column calls a parcel beside its code; the column's title is the scheme.
struct ColumnIdentifier {
  std::string scheme, value;
};

// One row, made ready. Texts live until the reader reads the next one.
struct ParcelRow {
  std::int64_t fid = 0;
  std::string code;
  bool rejected = false;       // for its geometry; then nothing else is known but code, geometry and what is to be said
  model::ParcelValues values;  // without what links it
  std::optional<bool> synthetic;
  TakenGeometry geometry;
  std::vector<std::string> identifiers, parents;
  std::vector<ColumnIdentifier> columns;
  std::string lineage_kind;
  std::int64_t record = 0;
  ImportLog code_log, log;  // what is to be said of its code, and of the rest unless it is rejected for its code
};

// Reads rows, for one thread.
class ParcelReader {
 public:
  ParcelReader(const ImportContext& context, const ParcelTerms& terms, const FieldMapping& mapping);
  ParcelReader(const ParcelReader&) = delete;
  ParcelReader& operator=(const ParcelReader&) = delete;

  // `row` is made anew; the memory of its geometry is used again.
  void read(const io::RowBatch& batch, std::size_t number, ParcelRow& row);
  // The areas of the rows since the last time go to the context's audit.
  void hand_over_areas();

 private:
  struct Field {
    std::string_view name;
    std::optional<std::size_t> column;
    double factor = 1;
  };
  enum class Number { plain, area };
  using Words = std::unordered_map<std::string, std::string>;

  Field field(std::string_view name) const;
  bool is_none(const Field& field) const { return !field.column || m_batch->is_none(*field.column, m_number); }
  bool is_text(const Field& field) const;
  std::string_view text(const Field& field);
  double number(const Field& field, Number kind);
  std::optional<base::Date> date(const Field& field);
  std::string_view land_use(const Field& field, Words& known);
  std::string_view ownership();
  std::string lineage_kind(std::size_t parents);
  std::string_view keep(std::string&& text) { return m_kept.emplace_back(std::move(text)); }
  // An area of a column, to be compared with the outline's.
  struct AuditedArea {
    std::string column;
    std::vector<AreaAudit::Seen> seen;
  };
  void read_other_columns();
  void audit_areas();
  void check_floor_area();
  // A number of a column that feeds no field, times `factor`; NaN = none that is certain.
  double loose_number(std::size_t column, double factor) const;
  // The cell in the words of ImportRow, which has a word for everything that is not plain.
  ImportRow whole();

  const ImportContext& m_context;
  const ParcelTerms& m_terms;
  const FieldMapping& m_mapping;
  const OtherColumns& m_other;
  std::vector<AuditedArea> m_audited;  // of the four mapped areas, of those of m_other, of its floor area
  Field m_code, m_name, m_land_use, m_land_use_planned, m_ownership, m_right_holder, m_far, m_far_cap, m_areas[4],
      m_synthetic, m_note, m_valid_from, m_valid_to, m_record, m_identifiers, m_parents;
  bool m_planar;
  std::optional<GeometryIntake::Taker> m_taker;
  crs::EllipsoidalArea m_ellipsoidal;
  Words m_uses, m_planned_uses;  // from texts to codes, as met so far
  std::string m_date_text;       // of the last date that was read
  std::optional<base::Date> m_date;

  // Of the row that is read.
  const io::RowBatch* m_batch = nullptr;
  std::size_t m_number = 0;
  ParcelRow* m_row = nullptr;
  std::optional<io::SourceRow> m_whole;
  std::deque<std::string> m_kept;
};

}  // namespace zaitu::app
