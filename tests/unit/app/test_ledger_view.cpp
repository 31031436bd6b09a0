#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "app/ledger_view.h"

namespace {

using zaitu::app::Ledger;
using zaitu::app::LedgerColumn;
using zaitu::app::LedgerQuery;
using zaitu::app::LedgerValue;
using Rows = std::vector<std::uint32_t>;

Ledger sample() {
  Ledger ledger;
  ledger.columns = {{"code", "编号", LedgerColumn::Kind::text, false},
                    {"area", "面积", LedgerColumn::Kind::area_m2, true},
                    {"count", "个数", LedgerColumn::Kind::number, true}};
  ledger.add_row(1, {LedgerValue("b 零号湾"), LedgerValue(2.5), LedgerValue(std::int64_t{3})});
  ledger.add_row(2, {LedgerValue("A Zizhu"), LedgerValue(std::nan("")), LedgerValue(std::int64_t{1})});
  ledger.add_row(3, {LedgerValue("c 零号湾 950"), LedgerValue(1.5), LedgerValue()});
  return ledger;
}

zaitu::app::LedgerView make_ledger_view(const Ledger& ledger, const LedgerQuery& query) {
  zaitu::base::Progress progress;
  return zaitu::app::make_ledger_view(ledger, query, progress);
}

TEST(LedgerView, KeepsTheLedgersOrderWithoutAQuery) {
  const auto view = make_ledger_view(sample(), {});
  EXPECT_EQ(view.rows, (Rows{0, 1, 2}));
  EXPECT_DOUBLE_EQ(view.totals[1], 4.0);
  EXPECT_DOUBLE_EQ(view.totals[2], 4.0);
}

TEST(LedgerView, SortsUnknownBelowNumbersBothWays) {
  EXPECT_EQ(make_ledger_view(sample(), {"", 1, false}).rows, (Rows{1, 2, 0}));
  EXPECT_EQ(make_ledger_view(sample(), {"", 1, true}).rows, (Rows{0, 2, 1}));
}

TEST(LedgerView, FindsAllWordsInAnyColumnWhateverTheCaseAndWidth) {
  EXPECT_EQ(make_ledger_view(sample(), {"零号湾", -1, false}).rows, (Rows{0, 2}));
  EXPECT_EQ(make_ledger_view(sample(), {"９５０ 零号湾", -1, false}).rows, (Rows{2}));
  EXPECT_EQ(make_ledger_view(sample(), {"ZIZHU", -1, false}).rows, (Rows{1}));
  EXPECT_TRUE(make_ledger_view(sample(), {"nowhere", -1, false}).rows.empty());
}

TEST(LedgerView, TotalsFollowTheFilter) {
  EXPECT_DOUBLE_EQ(make_ledger_view(sample(), {"950", -1, false}).totals[1], 1.5);
}

TEST(LedgerView, TotalsAreCompensated) {
  Ledger ledger;
  ledger.columns = sample().columns;
  ledger.add_row(1, {LedgerValue("x"), LedgerValue(1e16), LedgerValue()});
  ledger.add_row(2, {LedgerValue("y"), LedgerValue(1.0), LedgerValue()});
  ledger.add_row(3, {LedgerValue("z"), LedgerValue(-1e16), LedgerValue()});
  EXPECT_DOUBLE_EQ(make_ledger_view(ledger, {}).totals[1], 1.0);
}

// Columns that refer to a snapshot, against the same cells as values of their own.
TEST(LedgerView, ColumnsOfEveryKindSortFilterAndSumAsTheirValuesDo) {
  using zaitu::app::LedgerCells;
  namespace model = zaitu::model;
  constexpr std::size_t sources = 30000;  // enough for several threads
  std::mt19937 random(11);
  std::vector<std::uint32_t> codes;
  model::TextColumn texts;
  model::ValueColumn<double> numbers;
  model::ValueColumn<std::optional<zaitu::base::Date>> dates;
  model::ValueColumn<std::uint8_t> flags;
  const std::string words[] = {"MH3101", "MH31010000001", "MH3101Abc", "MH3101abc零", "MH310"};
  for (std::size_t i = 0; i < sources; ++i) {
    codes.push_back(random() % 4);
    texts.push_back(words[random() % 5] + std::to_string(random() % 3));
    numbers.push_back(random() % 9 == 0 ? std::nan("") : static_cast<double>(random() % 50000) / 7 - 900);
    dates.push_back(random() % 5 == 0 ? std::nullopt
                                      : zaitu::base::Date::parse(random() % 2 == 0 ? "2024-05-01" : "1999-12-31"));
    flags.push_back(static_cast<std::uint8_t>(random() % 2));
  }
  Ledger ledger, plain;
  for (const auto kind : {LedgerColumn::Kind::text, LedgerColumn::Kind::text, LedgerColumn::Kind::area_m2,
                          LedgerColumn::Kind::date, LedgerColumn::Kind::flag, LedgerColumn::Kind::number}) {
    ledger.columns.push_back({"c", "c", kind, true});
  }
  ledger.cells.push_back(
      {LedgerCells::Coded{codes, {LedgerValue("S5"), LedgerValue(), LedgerValue("S1"), LedgerValue("s5")}}});
  ledger.cells.push_back({LedgerCells::Texts(std::move(texts))});
  ledger.cells.push_back({LedgerCells::Numbers(std::move(numbers))});
  ledger.cells.push_back({LedgerCells::Dates(std::move(dates))});
  ledger.cells.push_back({LedgerCells::Flags(std::move(flags))});
  ledger.cells.push_back(
      {LedgerCells::Coded{codes, {LedgerValue(2.5), LedgerValue(), LedgerValue(-1.0), LedgerValue(2.5)}}});
  plain.columns = ledger.columns;
  ledger.source_rows.emplace();
  for (std::uint32_t row = 0; row < sources; ++row) {
    if (row % 10 == 3) continue;  // not in force
    ledger.source_rows->push_back(row);
    ledger.ids.push_back(row);
  }
  for (std::size_t row = 0; row < ledger.size(); ++row) {
    std::vector<LedgerValue> values;
    for (std::size_t c = 0; c < ledger.columns.size(); ++c) values.push_back(ledger.value(row, c));
    plain.add_row(ledger.ids[row], values);
  }
  std::size_t found = 0;
  for (const char* text : {"", "s5", "abc", "零 s5", "●", "2024-05", "1,0", "-9 mh3101abc2", "nothing"}) {
    for (int column = -1; column < static_cast<int>(ledger.columns.size()); ++column) {
      for (const bool descending : {false, true}) {
        const auto view = make_ledger_view(ledger, {text, column, descending});
        const auto expected = make_ledger_view(plain, {text, column, descending});
        ASSERT_EQ(view.rows, expected.rows) << text << " by " << column;
        ASSERT_EQ(view.totals, expected.totals) << text << " by " << column;
        found += view.rows.size();
      }
    }
  }
  EXPECT_GT(found, 100000U);
}

TEST(LedgerView, AStopEndsTheWork) {
  zaitu::base::Progress progress;
  progress.request_stop();
  EXPECT_THROW(zaitu::app::make_ledger_view(sample(), {"x", 0, false}, progress), zaitu::base::Cancelled);
}

}  // namespace
