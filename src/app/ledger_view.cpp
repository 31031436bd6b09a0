#include "app/ledger_view.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/format.h"
#include "base/utf8.h"

namespace zaitu::app {

namespace {

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  const std::string plain = base::ascii_lower(base::half_width(text));
  for (std::size_t at = 0; at < plain.size();) {
    const std::size_t end = std::min(plain.find(' ', at), plain.size());
    if (end > at) words.push_back(plain.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

bool holds(const std::vector<LedgerValue>& row, const std::vector<LedgerColumn>& columns, const std::string& word) {
  for (std::size_t c = 0; c < row.size(); ++c) {
    const std::string* text = std::get_if<std::string>(&row[c]);
    const std::string value = base::ascii_lower(text != nullptr ? *text : shown(row[c], columns[c].kind));
    if (value.find(word) != std::string::npos) return true;
  }
  return false;
}

// Unknown before numbers before texts, so that every order is total.
bool less(const LedgerValue& a, const LedgerValue& b) {
  const auto number = [](const LedgerValue& v) {
    if (const auto* whole = std::get_if<std::int64_t>(&v)) return static_cast<double>(*whole);
    const auto* real = std::get_if<double>(&v);
    return real != nullptr ? *real : 0.0;
  };
  const auto rank = [](const LedgerValue& v) {
    if (std::holds_alternative<std::monostate>(v)) return 0;
    const auto* real = std::get_if<double>(&v);
    if (real != nullptr && std::isnan(*real)) return 0;
    return std::holds_alternative<std::string>(v) ? 2 : 1;
  };
  if (rank(a) != rank(b)) return rank(a) < rank(b);
  if (rank(a) == 1) return number(a) < number(b);
  if (rank(a) == 2) return std::get<std::string>(a) < std::get<std::string>(b);
  return false;
}

}  // namespace

std::string shown(const LedgerValue& value, LedgerColumn::Kind kind) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    if (kind == LedgerColumn::Kind::flag) return *whole != 0 ? "●" : "";
    return std::to_string(*whole);
  }
  const auto* real = std::get_if<double>(&value);
  if (real == nullptr || std::isnan(*real)) return {};
  return base::number(*real, kind == LedgerColumn::Kind::area_m2 ? 1 : 2);
}

LedgerView make_ledger_view(const Ledger& ledger, const LedgerQuery& query) {
  LedgerView view;
  view.rows.resize(ledger.rows.size());
  std::iota(view.rows.begin(), view.rows.end(), 0U);
  if (query.only) {
    std::erase_if(view.rows, [&](std::uint32_t row) { return !query.only->contains(ledger.ids[row]); });
  }
  for (const std::string& word : words_of(query.text)) {
    std::erase_if(view.rows, [&](std::uint32_t row) { return !holds(ledger.rows[row], ledger.columns, word); });
  }
  if (query.sort_column >= 0 && static_cast<std::size_t>(query.sort_column) < ledger.columns.size()) {
    const auto column = static_cast<std::size_t>(query.sort_column);
    std::stable_sort(view.rows.begin(), view.rows.end(), [&](std::uint32_t a, std::uint32_t b) {
      return query.descending ? less(ledger.rows[b][column], ledger.rows[a][column])
                              : less(ledger.rows[a][column], ledger.rows[b][column]);
    });
  }
  view.totals.assign(ledger.columns.size(), 0.0);
  for (std::size_t c = 0; c < ledger.columns.size(); ++c) {
    if (!ledger.columns[c].total) continue;
    double sum = 0, lost = 0;  // Neumaier 1974
    for (const std::uint32_t row : view.rows) {
      double value = 0;
      if (const auto* real = std::get_if<double>(&ledger.rows[row][c]); real != nullptr && !std::isnan(*real))
        value = *real;
      if (const auto* whole = std::get_if<std::int64_t>(&ledger.rows[row][c])) value = static_cast<double>(*whole);
      const double next = sum + value;
      lost += std::abs(sum) >= std::abs(value) ? (sum - next) + value : (value - next) + sum;
      sum = next;
    }
    view.totals[c] = sum + lost;
  }
  return view;
}

}  // namespace zaitu::app
