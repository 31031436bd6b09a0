// What the writers of one import share: where the rows go, the keys that are already taken, the counts.
// Private to the import*.cpp files.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "app/commands.h"
#include "app/import_audit.h"
#include "app/import_geometry.h"
#include "app/import_place.h"
#include "app/import_row.h"
#include "app/row_target.h"
#include "app/shift_check.h"
#include "crs/crs.h"
#include "io/row_batch.h"
#include "model/parcel_code.h"
#include "model/project.h"
#include "store/project_file.h"

namespace zaitu::app {

// From a text to a row number, without keeping the text: the caller compares what is found.
class TextIndex {
 public:
  static std::uint32_t hash_of(std::string_view text);
  void insert(std::string_view text, std::uint32_t row) { insert(hash_of(text), row); }
  void insert(std::uint32_t hash, std::uint32_t row);
  // First row of that text for which `is_it(row)` holds.
  template <class IsIt>
  std::optional<std::uint32_t> find(std::string_view text, const IsIt& is_it) const {
    return find(hash_of(text), is_it);
  }
  template <class IsIt>
  std::optional<std::uint32_t> find(std::uint32_t hash, const IsIt& is_it) const {
    if (m_slots.empty()) return std::nullopt;
    for (std::size_t at = hash & m_mask; m_slots[at].row_plus_1 != 0; at = (at + 1) & m_mask) {
      if (m_slots[at].hash == hash && is_it(m_slots[at].row_plus_1 - 1)) return m_slots[at].row_plus_1 - 1;
    }
    return std::nullopt;
  }
  // A text of that hash is looked for soon.
  void prefetch(std::uint32_t hash) const {
    if (!m_slots.empty()) __builtin_prefetch(&m_slots[hash & m_mask]);
  }

 private:
  struct Slot {
    std::uint32_t hash = 0, row_plus_1 = 0;  // 0: empty
  };
  void put(Slot slot);
  std::vector<Slot> m_slots;  // a power of two, at most three quarters full
  std::size_t m_mask = 0, m_count = 0;
};

// How a text names a row of a table.
struct KeyMatch {
  enum class How { none, code, spelling, identifier, name, ambiguous };
  How how = How::none;
  std::int64_t id = 0;  // 0 = none or several
};
std::string_view word_of(KeyMatch::How how);

// Row ids of a table by code, and by whatever else names a row without doubt. Some 70 bytes a row.
class Keys {
 public:
  // The form in which codes that differ only in spelling are equal: match_key, or model::normal_parcel_code for
  // parcels.
  using Spelling = std::string (*)(std::string_view);
  explicit Keys(Spelling spelling = match_key) : m_spelling(spelling) {}

  void add(const std::string& code, std::int64_t id, std::initializer_list<std::string_view> names = {}) {
    add(code, m_spelling(code), id, names);
  }
  std::string spelled(std::string_view code) const { return m_spelling(code); }
  // Another identifier of a row that is there.
  void add_identifier(std::string_view value, std::int64_t id);
  // `match`: the code in its spelling, where it is known already.
  void add(const std::string& code, const std::string& match, std::int64_t id,
           std::initializer_list<std::string_view> names);
  std::int64_t by_code(std::string_view code) const;  // 0 = none
  // By code, by its spelling, by an identifier, then by a name; each only where one row has it.
  KeyMatch look(const std::string& text) const;
  std::int64_t find(const std::string& text) const { return look(text).id; }  // 0 = none
  // Codes that a text may mean where look() says ambiguous; a scan of all.
  std::vector<std::string> codes_like(const std::string& text) const;
  std::string code_of_id(std::int64_t id) const;  // a scan of all; empty = none
  // Another code that differs only in blanks, width or case; empty = none.
  std::string look_alike(const std::string& code) const { return look_alike(code, m_spelling(code)); }
  std::string look_alike(const std::string& code, const std::string& match) const;
  // Fills in the codes of these ids.
  void name(std::map<std::int64_t, std::string>& codes) const {
    for (std::uint32_t row = 0; row < m_rows.size(); ++row) {
      if (const auto wanted = codes.find(m_rows[row].id); wanted != codes.end()) wanted->second = code_of(row);
    }
  }

 private:
  struct Row {
    std::size_t at = 0;  // of its code in m_codes
    std::uint32_t size = 0;
    std::int64_t id = 0;
  };
  std::string_view code_of(std::uint32_t row) const {
    return std::string_view(m_codes).substr(m_rows[row].at, m_rows[row].size);
  }
  std::optional<std::uint32_t> row_of(std::string_view code) const;
  std::optional<std::uint32_t> row_like(const std::string& match) const;

  using IdsByText = std::unordered_map<std::string, std::int64_t>;  // -1 = several
  static void put(IdsByText& to, const std::string& key, std::int64_t id);
  KeyMatch look_for_spelling(const std::string& match) const;

  Spelling m_spelling;
  std::string m_codes;
  std::deque<Row> m_rows;
  TextIndex m_by_code, m_by_match;          // of several codes that are spelled alike the first
  std::unordered_set<std::string> m_alike;  // spellings of several codes
  IdsByText m_by_identifier, m_by_name;
};

// Cells of one row; what is empty or unknown is left out, so that defaults and older values stay.
class Cells {
 public:
  Cells& text(std::string_view column, std::string_view value) {
    if (!value.empty()) m_cells.push_back({column, std::string(value)});
    return *this;
  }
  Cells& number(std::string_view column, std::optional<double> value) {
    if (value) m_cells.push_back({column, *value});
    return *this;
  }
  Cells& integer(std::string_view column, std::optional<std::int64_t> value) {
    if (value) m_cells.push_back({column, *value});
    return *this;
  }
  Cells& id(std::string_view column, std::int64_t value) {
    if (value != 0) m_cells.push_back({column, value});
    return *this;
  }
  Cells& date(std::string_view column, std::optional<base::Date> value) {
    if (value) m_cells.push_back({column, value->iso()});
    return *this;
  }
  Cells& flag(std::string_view column, std::optional<bool> value) {
    if (value) m_cells.push_back({column, std::int64_t{*value ? 1 : 0}});
    return *this;
  }
  Cells& blob(std::string_view column, geom::Bytes value) {
    m_cells.push_back({column, std::move(value)});
    return *this;
  }
  void reserve(std::size_t cells) { m_cells.reserve(cells); }
  const std::vector<store::Cell>& list() const { return m_cells; }
  bool empty() const { return m_cells.empty(); }

 private:
  std::vector<store::Cell> m_cells;
};

enum class RowOutcome { inserted, updated, rejected };

// The stored row that a row of the source names by its code.
struct CodedRow {
  std::string code;
  std::string match;    // the code in the spelling of its table's keys
  std::int64_t id = 0;  // 0: there is none yet
};

struct ImportContext {
  ImportContext(RowTarget& open_change, const model::Project& before, const ImportOptions& of,
                const io::SourceHeader& source, ImportLog& to)
      : change(open_change), project(before), options(of), header(source), log(to) {}

  RowTarget& change;
  const model::Project& project;  // as it was before
  const ImportOptions& options;
  const io::SourceHeader& header;
  ImportLog& log;
  std::int64_t import_id = 0;
  GeometryIntake* geometry = nullptr;  // nullptr: the source has none
  // Of a table of parcels: its rows have a point, which is only judged.
  std::optional<PointColumns> point_columns;
  ShiftCheck* shift_check = nullptr;   // nullptr: there is nothing to compare with
  base::Progress* progress = nullptr;  // of the import, for what takes time after the last row
  std::int64_t repaired = 0;
  mutable AreaAudit areas;  // takes from any thread
  JoinReport join;

  int srid() const;
  // The code in `field`, else one made from the layer's name and the feature's number, with an `id` warning.
  std::string code_of(const ImportRow& row, std::string_view field = "code") const;
  // Counts how a row met the one that it names by `text`; the row itself is listed when it did not.
  void note_join(std::string_view what, const std::string& feature, const std::string& text, const KeyMatch& match,
                 const Keys& keys);
  // The same for what `text` names, with its id; 0: none, or several.
  std::int64_t joined(std::string_view what, const ImportRow& row, const std::string& text, const Keys& keys);
  // The row of that code; nullopt after a warning when it is there and may not be updated.
  std::optional<CodedRow> coded_row(const ImportRow& row, const Keys& keys);
  // The same for a code that is read already; `warn` takes code and message of the warning.
  std::optional<CodedRow> coded_row(std::string code, std::string match, const Keys& keys, const std::string& feature,
                                    const std::function<void(const char*, const std::string&)>& warn);
  // Inserts the row when it is new, with its code and then known under `name` too, else updates it; sets its id.
  RowOutcome write_row(const char* table, CodedRow& row, Cells& cells, Keys& keys, const std::string& name);
  // Keeps what the source's row says beyond the fields beside the stored row.
  void keep_source(const char* table, std::int64_t id, std::int64_t feature, const std::string& cells) {
    if (!cells.empty() && import_id != 0) change.keep_source_cells(import_id, table, id, feature, cells);
  }
  void keep_source(const char* table, std::int64_t id, const ImportRow& row) {
    if (import_id == 0 || row.mapping().uses_all()) return;
    keep_source(table, id, row.source().fid, other_cells(row.mapping(), row.header(), row.source()));
  }
  // Whether a row of that key, which is stored already, may not be written again.
  bool is_repeated(const std::string& key) const;
  RowOutcome reject(const ImportRow& row, std::string_view field, const std::string& code, const std::string& why);
  // The geometry of the row as the project's blob; nullopt = none. `rejected` is set when it is of a wrong type.
  std::optional<TakenGeometry> take_geometry(const ImportRow& row, std::optional<geom::GeometryKind> wanted,
                                             bool& rejected);
  // Whether the row must be rejected for its geometry's type, with a warning.
  bool rejects(const ImportRow& row, const TakenFacts& taken) const;
  // Id of the row that `field` names; 0 and a warning when there is none.
  std::int64_t linked(const ImportRow& row, std::string_view field, const Keys& keys, std::string_view what) const;
  std::int64_t linked_text(const ImportRow& row, std::string_view field, const std::string& text, const Keys& keys,
                           std::string_view what) const;
  // The same, counted in the join report.
  std::int64_t joined_link(const ImportRow& row, std::string_view field, const std::string& text, const Keys& keys,
                           std::string_view what);
  // Units are made when they are new.
  std::vector<std::int64_t> units(const ImportRow& row, std::string_view field);
  const Keys& documents();

  std::set<std::string> codes_of_this_import;  // keys of rows that have no code of their own

 private:
  std::optional<Keys> m_documents, m_units;
  // Ids of the rows with a code that this import wrote: new ones are numbered upwards.
  std::int64_t m_first_inserted = std::numeric_limits<std::int64_t>::max();
  std::unordered_set<std::int64_t> m_updated;
};

struct RowCounts {
  std::int64_t inserted = 0, updated = 0, rejected = 0;
  void add(RowOutcome outcome) {
    ++(outcome == RowOutcome::inserted ? inserted : outcome == RowOutcome::updated ? updated : rejected);
  }
};

// Rows of the source made ready away from the importing thread: all that needs no look at other rows. Each writer has
// its own.
class PreparedRows {
 public:
  virtual ~PreparedRows() = default;
};

// Makes rows ready, in a thread of its own.
class RowPreparer {
 public:
  virtual ~RowPreparer() = default;
  // How many rows are to be prepared together, at most.
  virtual std::size_t rows_at_once() const = 0;
  virtual std::unique_ptr<PreparedRows> prepare(const io::RowBatch& batch, std::size_t from, std::size_t to) = 0;
};

// A writer takes rows one by one; those of the kinds that come by the million are prepared by other threads instead.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual RowOutcome write(const ImportRow& row);
  // A preparer for another thread, nullptr when there is none, and what takes its rows, on the importing thread and in
  // the order of the source. The mapping stays.
  virtual std::unique_ptr<RowPreparer> preparer(const FieldMapping&) { return nullptr; }
  virtual RowCounts write_prepared(PreparedRows& rows);
  virtual void finish() {}  // links between rows of the same source
};

Keys parcel_keys(const model::Project& project);
Keys project_keys(const model::Project& project);
Keys phase_keys(const model::Project& project);
Keys stage_keys(const model::Project& project);  // ids are 1 + the index in project.stages

// What an import says of a code that comes a second time, and of one that is nearly another.
std::string said_of_repeated(std::string_view code);
std::string said_of_look_alike(std::string_view code, std::string_view other);

void warn_of_missing_outlines(ImportContext& context);  // of parcels, where one may expect outlines

std::unique_ptr<RowWriter> parcel_writer(ImportContext& context);
std::unique_ptr<RowWriter> assessment_writer(ImportContext& context);
std::unique_ptr<RowWriter> project_writer(ImportContext& context);
std::unique_ptr<RowWriter> phase_writer(ImportContext& context);
std::unique_ptr<RowWriter> event_writer(ImportContext& context);
std::unique_ptr<RowWriter> occupancy_writer(ImportContext& context);
std::unique_ptr<RowWriter> circle_writer(ImportContext& context);
std::unique_ptr<RowWriter> zone_writer(ImportContext& context);
std::unique_ptr<RowWriter> town_writer(ImportContext& context);
std::unique_ptr<RowWriter> reference_writer(ImportContext& context);
std::unique_ptr<RowWriter> indicator_writer(ImportContext& context);
std::unique_ptr<RowWriter> task_writer(ImportContext& context);
std::unique_ptr<RowWriter> stage_writer(ImportContext& context);
std::unique_ptr<RowWriter> pathway_writer(ImportContext& context);
std::unique_ptr<RowWriter> assumption_writer(ImportContext& context);
std::unique_ptr<RowWriter> report_writer(ImportContext& context);

}  // namespace zaitu::app
