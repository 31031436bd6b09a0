// The cells of one column of a ledger. A column refers to the snapshot where it can, so that a ledger of a million
// parcels copies neither texts nor numbers; values are made for the cells that are asked for.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/date.h"
#include "model/columns.h"

namespace zaitu::app {

using LedgerValue = std::variant<std::monostate, std::int64_t, double, std::string>;

struct LedgerCells {
  struct Coded {  // few distinct values, by the code of the row; no codes: every row has the first value
    std::span<const std::uint32_t> codes;
    std::vector<LedgerValue> values;
    const LedgerValue& at(std::size_t row) const { return values[codes.empty() ? 0 : codes[row]]; }
  };
  using Texts = model::Held<model::TextColumn>;
  using Numbers = model::Held<model::ValueColumn<double>>;  // NaN: unknown
  using Dates = model::Held<model::ValueColumn<std::optional<base::Date>>>;
  using Flags = model::Held<model::ValueColumn<std::uint8_t>>;
  using Own = std::vector<LedgerValue>;

  std::variant<Own, Coded, Texts, Numbers, Dates, Flags> source;

  LedgerValue value(std::size_t row) const;
  double number(std::size_t row) const;  // 0 where it is not a number, or unknown
};

}  // namespace zaitu::app
