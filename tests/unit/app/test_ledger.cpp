// Ledgers: the rows of `zaitu list` and of the window's tables, and the expressions that filter them.
#include "app/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "support/project_builder.h"

using namespace zaitu;
using app::Ledger;
using app::LedgerKind;
using app::LedgerValue;
using test::ProjectBuilder;
using testing::ElementsAre;
using testing::HasSubstr;

namespace {

app::Picture picture_of(const ProjectBuilder& builder, std::string_view as_of, planning::CountingRule rule = {}) {
  const test::Built built = builder.build();
  app::Picture picture;
  picture.project = std::make_shared<const model::Project>(built.project);
  picture.locations = std::make_shared<const planning::Locations>(built.locations);
  picture.histories = std::make_shared<const planning::StageHistories>(built.project);
  picture.status = std::make_shared<const planning::StatusAt>(
      planning::status_at(*picture.project, *picture.locations, test::day(as_of)));
  picture.rule = rule;
  picture.supply = std::make_shared<const planning::Supply>(
      planning::supply(*picture.project, *picture.locations, *picture.status, rule, {}, base::Language::zh));
  return picture;
}

Ledger ledger(const ProjectBuilder& builder, LedgerKind kind, std::string_view as_of = "2025-12-31",
              base::Language language = base::Language::zh) {
  return make_ledger(picture_of(builder, as_of), kind, language);
}

LedgerValue cell(const Ledger& ledger, const std::string& code, const std::string& column) {
  for (std::size_t c = 0; c < ledger.columns.size(); ++c) {
    if (ledger.columns[c].name != column) continue;
    for (std::size_t row = 0; row < ledger.size(); ++row) {
      if (ledger.value(row, 0) == LedgerValue{code}) return ledger.value(row, c);
    }
  }
  throw std::invalid_argument("no cell " + code + "." + column);
}
std::string text(const Ledger& ledger, const std::string& code, const std::string& column) {
  return std::get<std::string>(cell(ledger, code, column));
}
double number(const Ledger& ledger, const std::string& code, const std::string& column) {
  return std::get<double>(cell(ledger, code, column));
}

ProjectBuilder two_parcels() {
  ProjectBuilder b;
  b.circle("C1", "核心圈");
  b.circle("C2");
  b.zone("Z1");
  b.town("T1");
  b.unit("U1");
  b.programme("G1");
  b.programme("G2");
  b.parcel("P1",
           {.area_m2 = 3000, .circles = {{"C1", 0.6}, {"C2", 0.4}}, .zones = {{"Z1", 0.123}}, .towns = {{"T1", 1}}});
  b.parcel("P2", {.area_m2 = 1000, .circles = {{"C2", 1}}, .land_use = "1001"});
  b.project("A", {.parcels = {"P1", "P2"}, .programmes = {"G2", "G1"}, .lead_units = {"U1"}});
  b.phase("A1", "A", {.carrier = 8000, .gross = 10000, .demolished = 400});
  b.phase("A2", "A", {.carrier = 500, .parcels = {"P2"}});
  b.phase("A3", "A", {.gross = 70});
  b.event("A1", "S6", "2024-05-01");
  b.event("A2", "S5", "2024-01-01");
  b.event("A3", "SX", "2024-01-01");
  return b;
}

}  // namespace

TEST(Ledger, a_parcel_row_says_where_it_lies_and_where_it_stands) {
  const Ledger parcels = ledger(two_parcels(), LedgerKind::parcels);
  ASSERT_EQ(parcels.size(), 2U);
  EXPECT_EQ(text(parcels, "P1", "circle"), "C1");
  EXPECT_EQ(text(parcels, "P1", "circle_name"), "核心圈");
  EXPECT_EQ(text(parcels, "P1", "town"), "T1");
  EXPECT_EQ(text(parcels, "P2", "town"), "");
  EXPECT_EQ(text(parcels, "P1", "zones"), "Z1 12.3 %");
  EXPECT_EQ(text(parcels, "P1", "stage"), "S6");
  EXPECT_EQ(text(parcels, "P1", "certainty"), "K1");
  EXPECT_EQ(text(parcels, "P1", "since"), "2024-05-01");
  EXPECT_EQ(text(parcels, "P1", "projects"), "A");
  EXPECT_EQ(text(parcels, "P2", "phases"), "A1;A2;A3");
  EXPECT_EQ(number(parcels, "P1", "area"), 3000);
  EXPECT_EQ(text(parcels, "P1", "land_use"), "0701");
}

TEST(Ledger, floor_areas_of_parcels_add_up_to_those_of_the_phases) {
  const Ledger parcels = ledger(two_parcels(), LedgerKind::parcels);
  EXPECT_NEAR(number(parcels, "P1", "carrier"), 6000, 1e-9);
  EXPECT_NEAR(number(parcels, "P2", "carrier"), 2000 + 500, 1e-9);
  EXPECT_NEAR(number(parcels, "P1", "counted") + number(parcels, "P2", "counted"), 7600, 1e-9);
}

TEST(Ledger, columns_name_the_contract_words_and_titles_the_language) {
  const Ledger zh = ledger(two_parcels(), LedgerKind::parcels);
  std::vector<std::string> names;
  for (const auto& column : zh.columns) names.push_back(column.name);
  for (const char* name : {"code", "name", "land_use", "area", "stage", "circle", "town"}) {
    EXPECT_THAT(names, testing::Contains(name));
  }
  EXPECT_EQ(zh.columns[0].title, "地块编号");
  EXPECT_EQ(ledger(two_parcels(), LedgerKind::parcels, "2025-12-31", base::Language::en).columns[0].title, "Code");
}

TEST(Ledger, a_project_row_stands_at_its_furthest_phase_and_sums_what_is_known) {
  const Ledger projects = ledger(two_parcels(), LedgerKind::projects);
  EXPECT_EQ(text(projects, "A", "stage"), "S6");
  EXPECT_EQ(text(projects, "A", "since"), "2024-05-01");
  EXPECT_EQ(text(projects, "A", "lead_unit"), "U1");
  EXPECT_EQ(text(projects, "A", "programmes"), "G2;G1");
  EXPECT_EQ(text(projects, "A", "circle"), "C2") << "1200 + 1000 m² against 1800";
  EXPECT_EQ(number(projects, "A", "carrier"), 8500);
  EXPECT_EQ(number(projects, "A", "counted"), 7600);
  EXPECT_EQ(number(projects, "A", "area"), 8100);
  EXPECT_EQ(cell(projects, "A", "missing_area"), LedgerValue{std::int64_t{1}});
  EXPECT_EQ(cell(projects, "A", "leasable"), LedgerValue{}) << "nothing known is not zero";
}

TEST(Ledger, a_project_is_stalled_only_when_all_its_phases_are) {
  ProjectBuilder b;
  b.project("A");
  b.phase("A1", "A", {.carrier = 1});
  b.phase("A2", "A", {.carrier = 1});
  b.event("A1", "SX", "2024-01-01");
  EXPECT_EQ(text(ledger(b, LedgerKind::projects), "A", "stage"), "S0");
  b.event("A2", "SX", "2024-01-01");
  EXPECT_EQ(text(ledger(b, LedgerKind::projects), "A", "stage"), "SX");
}

TEST(Ledger, phase_rows_carry_the_evidence_of_the_figure) {
  const Ledger phases = ledger(two_parcels(), LedgerKind::phases);
  EXPECT_EQ(number(phases, "A1", "area"), 7600);
  EXPECT_EQ(number(phases, "A1", "counted"), 7600);
  EXPECT_EQ(cell(phases, "A1", "counts"), LedgerValue{std::int64_t{1}});
  EXPECT_EQ(number(phases, "A2", "counted"), 0);
  EXPECT_EQ(cell(phases, "A3", "area"), LedgerValue{});
  EXPECT_EQ(cell(phases, "A3", "missing_area"), LedgerValue{std::int64_t{1}});
  EXPECT_EQ(text(phases, "A2", "parcels"), "P2");
}

TEST(Ledger, the_date_decides_stages) {
  EXPECT_EQ(text(ledger(two_parcels(), LedgerKind::phases, "2024-04-30"), "A1", "stage"), "S0");
  EXPECT_EQ(text(ledger(two_parcels(), LedgerKind::phases, "2024-05-01"), "A1", "stage"), "S6");
}

TEST(Ledger, every_kind_has_rows_as_wide_as_its_columns) {
  auto b = two_parcels();
  b.document("D1", "2023-01-01");
  b.target(2023, 120, "万㎡", "D1");
  for (const char* word :
       {"parcels", "projects", "phases", "events", "circles", "zones", "towns", "units", "indicators", "tasks",
        "documents", "occupancy", "programmes", "stages", "land_use", "absorption", "wall", "reports", "duties"}) {
    const auto kind = app::parse_ledger_kind(word);
    ASSERT_TRUE(kind.has_value()) << word;
    EXPECT_EQ(app::name_of(*kind), word);
    const Ledger rows = ledger(b, *kind);
    ASSERT_EQ(rows.cells.size(), rows.columns.size()) << word;
  }
  EXPECT_EQ(number(ledger(b, LedgerKind::indicators), "I1", "target_2023"), 120);
  EXPECT_FALSE(app::parse_ledger_kind("Parcels").has_value());
}

// ---- --where
// ---------------------------------------------------------------------------------------------------------

TEST(Where, picks_rows_by_an_expression_over_the_columns) {
  const Ledger parcels = ledger(two_parcels(), LedgerKind::parcels);
  EXPECT_THAT(filter_ledger(parcels, "circle = 'C1'"), ElementsAre(0U));
  EXPECT_THAT(filter_ledger(parcels, "area < 2000 OR LAND_USE = '0701'"), ElementsAre(0U, 1U));
  EXPECT_THAT(filter_ledger(parcels, "name LIKE '%地块' AND town <> ''"), ElementsAre(0U));
  EXPECT_THAT(filter_ledger(parcels, "since >= '2024-05-01' AND length(code) = 2"), ElementsAre(0U, 1U));
  EXPECT_THAT(filter_ledger(parcels, "area_title IS NULL -- no title yet"), ElementsAre(0U, 1U));
  EXPECT_THAT(filter_ledger(parcels, "area = (SELECT max(area) FROM ledger)"), ElementsAre(0U));
  EXPECT_THAT(filter_ledger(parcels, "0"), ElementsAre());
}

TEST(Where, says_what_is_wrong_and_which_columns_there_are) {
  const Ledger parcels = ledger(two_parcels(), LedgerKind::parcels);
  for (const char* wrong :
       {"", "area >", "colour_of_hope = 1", "circle = \"C1\"", "1); DROP TABLE ledger; --", "1; SELECT 1"}) {
    try {
      filter_ledger(parcels, wrong);
      ADD_FAILURE() << wrong;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.code(), base::ExitCode::usage) << wrong;
      EXPECT_THAT(error.what(), HasSubstr("columns of parcels: code name land_use"));
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    }
  }
}

TEST(Where, reaches_nothing_outside_the_ledger) {
  const Ledger parcels = ledger(two_parcels(), LedgerKind::parcels);
  for (const char* wrong :
       {"code IN (SELECT name FROM sqlite_master)", "load_extension('x')", "randomblob(1000000000) IS NULL",
        "1 IN (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT i FROM n)",
        "code IN (SELECT name FROM pragma_database_list)"}) {
    EXPECT_THROW(filter_ledger(parcels, wrong), base::Error) << wrong;
  }
}
