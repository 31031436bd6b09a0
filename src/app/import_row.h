// One row of a source seen through the field mapping, and the list of what has to be said about it.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/import_audit.h"
#include "app/import_values.h"
#include "io/source.h"
#include "model/import_kind.h"

namespace zaitu::app {

// Warnings in order, with the original bytes of what was repaired or set aside.
class ImportLog {
 public:
  struct Entry {
    io::Warning warning;
    geom::Bytes original;
    bool once = false;
    bool silent = false;  // only kept, not told
  };
  void add(std::string feature, std::string field, std::string code, std::string message, geom::Bytes original = {}) {
    m_entries.push_back(
        {{std::move(feature), std::move(field), std::move(code), std::move(message)}, std::move(original), false});
  }
  void add(io::Warning&& warning) { m_entries.push_back({std::move(warning), {}, false}); }
  // An original that is kept though there is nothing to be told of this feature alone.
  void keep(const std::string& feature, const std::string& code, const std::string& message, geom::Bytes original) {
    m_entries.push_back({{feature, "", code, message}, std::move(original), false, true});
  }
  // Only the first time it is said for this code and field.
  void add_once(const std::string& field, const std::string& code, const std::string& message);
  // What was said elsewhere, of the rows that come next; what is said once only where it is not said yet.
  void append(ImportLog&& other);
  const std::vector<Entry>& entries() const { return m_entries; }

 private:
  std::vector<Entry> m_entries;
  std::map<std::string, bool> m_said;
};

// Columns that feed no field and still say something of their row.
struct OtherColumns {
  struct Area {
    std::size_t column = 0;
    double factor = 1;  // to m²
  };
  std::vector<std::size_t> identifiers;  // of parcels: another code
  std::vector<Area> areas;               // of parcels: to be compared with the outline
  std::optional<Area> floor_area;        // of parcels: to be compared with ratio and plot
  std::vector<std::size_t> dates;        // of tables
};

// Says that the text of a date column is no certain day, if so.
void warn_of_date(std::string_view text, const std::string& feature, const std::string& field, ImportLog& log);

// The kind as messages call it: "parcels", 地块.
std::string said_of(model::ImportKind kind);

// Which column feeds which field of the kind.
class FieldMapping {
 public:
  // `given`: field -> column as the user said, an empty column: none. Throws Error(usage) for a field or a column that
  // is not there, and Error(input_unreadable) when a required field has no column.
  FieldMapping(model::ImportKind kind, const io::SourceHeader& header, const std::map<std::string, std::string>& given,
               ImportLog& log);
  std::optional<std::size_t> column(std::string_view field) const;
  double factor(std::string_view field) const;  // to m², from the unit in the column's title
  std::map<std::string, std::string> used() const;
  bool is_used(std::size_t column) const { return m_column_used[column]; }
  bool uses_all() const {
    return std::all_of(m_column_used.begin(), m_column_used.end(), [](bool used) { return used; });
  }
  const OtherColumns& other() const { return m_other; }

 private:
  struct Use {
    std::size_t column = 0;
    double factor = 1;
  };
  const Use* use_of(std::string_view field) const;
  void find_units(model::ImportKind kind, const io::SourceHeader& header, ImportLog& log);
  void find_other_columns(model::ImportKind kind, const io::SourceHeader& header);
  std::map<std::string, Use, std::less<>> m_uses;
  std::vector<std::pair<std::string, Use>> m_list;  // the same; asked for a million times
  std::vector<bool> m_column_used;
  std::vector<std::string> m_names;
  OtherColumns m_other;
};

// The cells of the columns that feed no field, as a JSON object; empty: there are none.
std::string other_cells(const FieldMapping& mapping, const io::SourceHeader& header, const io::SourceRow& row);

class ImportRow {
 public:
  // `areas`: gets the areas that are read; nullptr: nobody wants them.
  ImportRow(const FieldMapping& mapping, const io::SourceHeader& header, const io::SourceRow& row, ImportLog& log,
            AreaAudit* areas = nullptr)
      : m_mapping(mapping), m_header(header), m_row(row), m_log(log), m_areas(areas) {}

  std::string feature() const { return std::to_string(m_row.fid); }
  const io::SourceRow& source() const { return m_row; }
  const io::SourceHeader& header() const { return m_header; }
  const FieldMapping& mapping() const { return m_mapping; }
  ImportLog& log() const { return m_log; }

  // Each is empty when the cell is; a cell that cannot be understood is empty too, and a warning says so.
  std::string text(std::string_view field) const;
  std::optional<double> number(std::string_view field) const;
  std::optional<double> area_m2(std::string_view field) const;
  std::optional<base::Date> date(std::string_view field) const;
  std::optional<bool> flag(std::string_view field) const;
  std::vector<std::string> list(std::string_view field) const { return split_list(text(field)); }
  void warn(std::string_view field, const std::string& code, const std::string& message) const {
    m_log.add(feature(), std::string(field), code, message);
  }

 private:
  std::optional<double> numeric(std::string_view field, bool area) const;
  const FieldMapping& m_mapping;
  const io::SourceHeader& m_header;
  const io::SourceRow& m_row;
  ImportLog& m_log;
  AreaAudit* m_areas;
};

}  // namespace zaitu::app
