// Pages on paper: the parcel card (一地一档) and the one-page summary as A4 PDF, tables as CSV and XLSX. Pure of time
// and machine: the same snapshot, date and rule give the same bytes. Files are written beside the target and renamed.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/progress.h"
#include "planning/supply.h"
#include "render/map.h"

namespace zaitu::report {

// Everything a page may show; made once per document state (app::Picture).
struct Subject {
  std::shared_ptr<const model::Project> project;
  std::shared_ptr<const planning::Locations> locations;
  std::shared_ptr<const planning::StatusAt> status;
  planning::CountingRule rule;
  base::Language language = base::Language::zh;
};

struct WrittenFile {
  std::string path, kind, subject;
};  // kind: "parcel-card" | "project-card" | "summary" | "ledger"

// One PDF: a card per parcel row given, each starting on a new page and numbered for itself. All of these throw
// base::Error(output_failed) when the file cannot be written, and then leave nothing behind.
WrittenFile write_parcel_cards(const Subject& subject, const std::vector<std::uint32_t>& parcel_rows,
                               const std::string& file, base::Progress& progress);
// One PDF: the project's own card (row of Project::projects), then the cards of all its parcels.
WrittenFile write_project_card(const Subject& subject, std::uint32_t project_row, const std::string& file,
                               base::Progress& progress);
WrittenFile write_summary(const Subject& subject, const std::string& file);

// A table for CSV / XLSX: numbers stay numbers, text that a spreadsheet would take for a formula is made safe.
struct Table {
  std::string name;
  struct Column {
    std::string title;
    enum class Kind { text, number, date } kind = Kind::text;
    int decimals = -1;   // shown in XLSX; -1: as they come
    bool total = false;  // its sum means something
  };
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;  // numbers as base::shortest text
  // Of a table too large to be held: each row is made when it is written, after `rows`.
  std::size_t made_rows = 0;
  std::function<std::vector<std::string>(std::size_t row)> make_row = {};
  std::vector<std::string> notes;  // rule, as-of date, synthetic mark
  base::Date dated;                // as-of date; stands as the workbook's creation time
};
// RFC 4180, UTF-8 with BOM as Excel wants it; the notes stand under the table. Text that begins like a formula gets a
// leading apostrophe; numbers are written as they are. Written row by row, with progress.
void write_csv(const Table& table, const std::string& file, base::Progress& progress);
// One sheet a table, of its `rows` (header frozen, filter, totals of the number columns marked `total` as SUM formulas
// with their value) and a sheet of notes. Text stays text whatever it begins with.
void write_xlsx(const std::vector<Table>& tables, const std::string& file, base::Language language);

}  // namespace zaitu::report
