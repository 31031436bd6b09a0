// A ledger as a table of a report: for CSV files, workbooks and the sheets of the quarterly package.
#pragma once

#include <string>
#include <vector>

#include "app/ledger.h"
#include "report/report.h"

namespace zaitu::app {

// Project, date, rule, and how many of the rows are synthetic.
std::vector<std::string> table_notes(const Picture& picture, std::size_t synthetic_rows, std::size_t rows,
                                     base::Language language);
// `lines`: the rows of the ledger to take. `row_by_row`: they are made when they are written, for ledgers too large to
// be held as text.
report::Table table_of_ledger(const Picture& picture, Ledger ledger, std::string name, std::vector<std::uint32_t> lines,
                              base::Language language, bool row_by_row);
// What the table is called: "地块" ...
std::string ledger_title(LedgerKind kind, base::Language language);

}  // namespace zaitu::app
