#include "app/ledger_cells.h"

#include <cmath>

namespace zaitu::app {

namespace {

template <class... Visitors>
struct Overloaded : Visitors... {
  using Visitors::operator()...;
};
template <class... Visitors>
Overloaded(Visitors...) -> Overloaded<Visitors...>;

double number_of(const LedgerValue& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
  const auto* real = std::get_if<double>(&value);
  return real == nullptr || std::isnan(*real) ? 0 : *real;
}

}  // namespace

LedgerValue LedgerCells::value(std::size_t row) const {
  return std::visit(
      Overloaded{
          [&](const Own& own) { return own[row]; }, [&](const Coded& coded) { return coded.at(row); },
          [&](const Texts& texts) { return LedgerValue(std::string(texts[row])); },
          [&](const Numbers& numbers) { return std::isnan(numbers[row]) ? LedgerValue{} : LedgerValue(numbers[row]); },
          [&](const Dates& dates) {
            const auto& date = dates[row];
            return date ? LedgerValue(date->iso()) : LedgerValue{};
          },
          [&](const Flags& flags) { return LedgerValue(std::int64_t{flags[row] != 0 ? 1 : 0}); }},
      source);
}

double LedgerCells::number(std::size_t row) const {
  if (const auto* numbers = std::get_if<Numbers>(&source)) {
    const double value = (*numbers)[row];
    return std::isnan(value) ? 0 : value;
  }
  if (const auto* coded = std::get_if<Coded>(&source)) return number_of(coded->at(row));
  if (const auto* own = std::get_if<Own>(&source)) return number_of((*own)[row]);
  if (const auto* flags = std::get_if<Flags>(&source)) return (*flags)[row] != 0 ? 1 : 0;
  return 0;
}

}  // namespace zaitu::app
