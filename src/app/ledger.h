// Ledgers: the tables of parcels, projects and phases with what is derived for a date (stage, circle, town, counted
// area), the same rows for `zaitu list`, the window's tables and the CSV/XLSX ledger. Read-only values.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "app/picture.h"

namespace zaitu::app {

enum class LedgerKind {
  parcels,
  projects,
  phases,
  events,
  circles,
  zones,
  towns,
  units,
  indicators,
  tasks,
  documents,
  occupancy,
  programmes,
  stages,
  land_use
};
std::optional<LedgerKind> parse_ledger_kind(std::string_view word);
std::string_view name_of(LedgerKind kind);

using LedgerValue = std::variant<std::monostate, std::int64_t, double, std::string>;
struct LedgerColumn {
  std::string name;   // "area": the JSON key, the name in --where
  std::string title;  // shown, in the asked language
  enum class Kind { text, number, area_m2, date, flag } kind = Kind::text;
  bool total = false;  // its sum means something
};
struct Ledger {
  LedgerKind kind = LedgerKind::parcels;
  std::vector<LedgerColumn> columns;
  std::vector<std::vector<LedgerValue>> rows;
  std::vector<std::int64_t> ids;  // row id in the project's table
};
Ledger make_ledger(const Picture& picture, LedgerKind kind, base::Language language);

// Row numbers that satisfy an SQL expression over the column names ("stage = 'S5' AND area > 10000"), evaluated in a
// private in-memory database whose authorizer allows nothing but this table and plain functions.
// Throws Error(usage) with SQLite's message for a wrong expression.
std::vector<std::uint32_t> filter_ledger(const Ledger& ledger, const std::string& where);

}  // namespace zaitu::app
