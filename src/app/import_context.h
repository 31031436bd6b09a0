// What the writers of one import share: the open transaction, the keys that are already taken, the counts.
// Private to the import*.cpp files.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/commands.h"
#include "app/import_geometry.h"
#include "app/import_row.h"
#include "crs/crs.h"
#include "model/project.h"
#include "store/project_file.h"

namespace zaitu::app {

// Row ids of a table by code, and by whatever else names a row without doubt.
class Keys {
 public:
  void add(const std::string& code, std::int64_t id, std::initializer_list<std::string_view> names = {});
  std::int64_t by_code(const std::string& code) const;  // 0 = none
  // By code, then by a name that only one row has; 0 = none.
  std::int64_t find(const std::string& text) const;
  // Another code that differs only in blanks, width or case; empty = none.
  std::string look_alike(const std::string& code) const;

 private:
  std::unordered_map<std::string, std::int64_t> m_by_code;
  std::unordered_map<std::string, std::int64_t> m_by_name;  // -1 = several
  std::unordered_map<std::string, std::string> m_code_by_match;
};

// Cells of one row; what is empty or unknown is left out, so that defaults and older values stay.
class Cells {
 public:
  Cells& text(std::string_view column, const std::string& value) {
    if (!value.empty()) m_cells.push_back({column, value});
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
  const std::vector<store::Cell>& list() const { return m_cells; }
  bool empty() const { return m_cells.empty(); }

 private:
  std::vector<store::Cell> m_cells;
};

enum class RowOutcome { inserted, updated, rejected };

// The stored row that a row of the source names by its code.
struct CodedRow {
  std::string code;
  std::int64_t id = 0;  // 0: there is none yet
};

struct ImportContext {
  ImportContext(store::Transaction& open_change, const model::Project& before, const ImportOptions& of,
                const io::SourceHeader& source, ImportLog& to)
      : change(open_change), project(before), options(of), header(source), log(to) {}

  store::Transaction& change;
  const model::Project& project;  // as it was before
  const ImportOptions& options;
  const io::SourceHeader& header;
  ImportLog& log;
  std::int64_t import_id = 0;
  GeometryIntake* geometry = nullptr;  // nullptr: the source has none
  std::int64_t repaired = 0;

  int srid() const;
  // The code in `field`, else one made from the layer's name and the feature's number, with an `id` warning.
  std::string code_of(const ImportRow& row, std::string_view field = "code");
  // The row of that code; nullopt after a warning when it is there and may not be updated.
  std::optional<CodedRow> coded_row(const ImportRow& row, const Keys& keys);
  // Inserts the row when it is new, with its code and then known under `name` too, else updates it; sets its id.
  RowOutcome write_row(const char* table, CodedRow& row, Cells& cells, Keys& keys, const std::string& name);
  // Whether a row of that key, which is stored already, may not be written again.
  bool is_repeated(const std::string& key) const;
  RowOutcome reject(const ImportRow& row, std::string_view field, const std::string& code, const std::string& why);
  // The geometry of the row as the project's blob; nullopt = none. `rejected` is set when it is of a wrong type.
  std::optional<TakenGeometry> take_geometry(const ImportRow& row, std::optional<geom::GeometryKind> wanted,
                                             bool& rejected);
  // Id of the row that `field` names; 0 and a warning when there is none.
  std::int64_t linked(const ImportRow& row, std::string_view field, const Keys& keys, std::string_view what);
  std::int64_t linked_text(const ImportRow& row, std::string_view field, const std::string& text, const Keys& keys,
                           std::string_view what);
  // Units are made when they are new.
  std::vector<std::int64_t> units(const ImportRow& row, std::string_view field);
  const Keys& documents();

  std::set<std::string> codes_of_this_import;

 private:
  std::optional<Keys> m_documents, m_units;
};

class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual RowOutcome write(const ImportRow& row) = 0;
  virtual void finish() {}  // links between rows of the same source
};

Keys parcel_keys(const model::Project& project);
Keys project_keys(const model::Project& project);
Keys phase_keys(const model::Project& project);
Keys stage_keys(const model::Project& project);  // ids are 1 + the index in project.stages

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

}  // namespace zaitu::app
