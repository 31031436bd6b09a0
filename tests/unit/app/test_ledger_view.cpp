#include <gtest/gtest.h>

#include <cmath>

#include "app/ledger_view.h"

namespace {

using zaitu::app::Ledger;
using zaitu::app::LedgerColumn;
using zaitu::app::LedgerQuery;
using zaitu::app::LedgerValue;
using zaitu::app::make_ledger_view;
using Rows = std::vector<std::uint32_t>;

Ledger sample() {
  Ledger ledger;
  ledger.columns = {{"code", "编号", LedgerColumn::Kind::text, false},
                    {"area", "面积", LedgerColumn::Kind::area_m2, true},
                    {"count", "个数", LedgerColumn::Kind::number, true}};
  ledger.rows = {{LedgerValue("b 零号湾"), LedgerValue(2.5), LedgerValue(std::int64_t{3})},
                 {LedgerValue("A Zizhu"), LedgerValue(std::nan("")), LedgerValue(std::int64_t{1})},
                 {LedgerValue("c 零号湾 950"), LedgerValue(1.5), LedgerValue()}};
  ledger.ids = {1, 2, 3};
  return ledger;
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
  Ledger ledger = sample();
  ledger.rows = {{LedgerValue("x"), LedgerValue(1e16), LedgerValue()},
                 {LedgerValue("y"), LedgerValue(1.0), LedgerValue()},
                 {LedgerValue("z"), LedgerValue(-1e16), LedgerValue()}};
  EXPECT_DOUBLE_EQ(make_ledger_view(ledger, {}).totals[1], 1.0);
}

}  // namespace
