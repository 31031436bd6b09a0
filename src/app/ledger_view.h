// What a table shows of a ledger: rows that hold a text, in an order, with the totals of the columns that have one.
// Pure functions; a million rows take tens of milliseconds, so the window runs them on a worker.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/ledger.h"
#include "base/progress.h"

namespace zaitu::app {

struct LedgerQuery {
  std::string text;      // words, all of which must occur in some column; letters' case does not matter
  int sort_column = -1;  // -1: the ledger's own order
  bool descending = false;
  std::shared_ptr<const std::set<std::int64_t>> only = {};  // ids of the rows to show; none: all
  friend bool operator==(const LedgerQuery&, const LedgerQuery&) = default;
};

struct LedgerView {
  std::vector<std::uint32_t> rows;  // of the ledger, in order
  std::vector<double> totals;       // by column, compensated sums; 0 where the column has no total
};

// Long filters report progress by row and can be stopped. With threads of its own.
LedgerView make_ledger_view(const Ledger& ledger, const LedgerQuery& query, base::Progress& progress);

// A value as the screen shows it; areas with thousands separators and 1 decimal, unknown as "".
std::string shown(const LedgerValue& value, LedgerColumn::Kind kind);

}  // namespace zaitu::app
