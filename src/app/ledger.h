// Ledgers: the tables of parcels, projects and phases with what is derived for a date (stage, circle, town, counted
// area), the same rows for `zaitu list`, the window's tables and the CSV/XLSX ledger. Read-only values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/ledger_cells.h"
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
  land_use,
  ageing,
  absorption,
  wall,
  reports,
  duties,
  pathways,
  assumptions
};
std::optional<LedgerKind> parse_ledger_kind(std::string_view word);
std::string_view name_of(LedgerKind kind);

struct LedgerColumn {
  std::string name;   // "area": the JSON key, the name in --where
  std::string title;  // shown, in the asked language
  enum class Kind { text, number, area_m2, date, flag } kind = Kind::text;
  bool total = false;  // its sum means something
};
struct Ledger {
  LedgerKind kind = LedgerKind::parcels;
  std::vector<LedgerColumn> columns;
  std::vector<std::int64_t> ids;   // row id in the project's table
  std::vector<LedgerCells> cells;  // by column; of the rows of their source
  // Row of the source behind each row of the ledger; none: the same.
  std::optional<std::vector<std::uint32_t>> source_rows;
  std::shared_ptr<const void> snapshot;  // keeps what the columns refer to

  std::size_t size() const { return ids.size(); }
  std::size_t source_row(std::size_t row) const { return source_rows ? (*source_rows)[row] : row; }
  LedgerValue value(std::size_t row, std::size_t column) const { return cells[column].value(source_row(row)); }
  // For ledgers that are made row by row.
  void add_row(std::int64_t id, std::vector<LedgerValue> values);
};
Ledger make_ledger(const Picture& picture, LedgerKind kind, base::Language language);

// Row numbers that satisfy an SQL expression over the column names ("stage = 'S5' AND area > 10000"), evaluated by a
// private database that sees the ledger as a virtual table, and whose authorizer allows nothing but this table and
// plain functions. Throws Error(usage) with SQLite's message for a wrong expression.
std::vector<std::uint32_t> filter_ledger(const Ledger& ledger, const std::string& where);

}  // namespace zaitu::app
