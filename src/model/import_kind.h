// What a source can be imported as, and the fields each kind knows: their names, the column names that are guessed for
// them (Chinese and English), their types. One catalogue for the importer, `--map`, the window's dialog and the manual.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace zaitu::model {

enum class ImportKind {
  parcels,
  projects,
  phases,
  circles,
  zones,
  towns,
  events,
  occupancy,
  indicators,
  tasks,
  reports,
  assessments,
  reference,
  stages,
  pathways,
  assumptions
};
std::optional<ImportKind> parse_import_kind(std::string_view word);
std::string_view name_of(ImportKind kind);

enum class FieldType { text, number, area_m2, date, flag };

struct ImportField {
  std::string_view name;  // as in `--map name=COLUMN`
  FieldType type = FieldType::text;
  bool required = false;
  std::string_view aliases;  // column names guessed for it, separated by '|', lower case, half width
  std::string_view meaning;  // one line for the manual
  // A column of this name goes before one of the field's own: our ledgers say `land_use` as it is at a date, and what
  // was recorded beside it.
  std::string_view rather = {};
};

// The fields of a kind in the order of the manual. The first one is its key (the code that stays).
std::span<const ImportField> import_fields(ImportKind kind);

}  // namespace zaitu::model
