// Edits of stages, pathways, numbers and targets in a real project file: what is stored, what the register says, and
// that one undo takes all of it back.
#include "app/plan_edits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "app/commands.h"

namespace zaitu::app {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class PlanEdits : public testing::Test {
 protected:
  PlanEdits() {
    std::string pattern = (fs::temp_directory_path() / "zaitu-plan-XXXXXX").string();
    m_folder = ::mkdtemp(pattern.data());
    InitOptions options;
    options.project = m_folder / "p.sqlite";
    base::Progress progress;
    init_project(options, progress);
    m_file.emplace(store::ProjectFile::open(options.project, store::Access::read_write));
    m_first = load();
  }
  ~PlanEdits() override {
    m_file.reset();
    fs::remove_all(m_folder);
  }
  model::Project load() const {
    base::Progress progress;
    return m_file->load(progress);
  }
  void store(const std::vector<FieldEdit>& edits) {
    store::Transaction change = m_file->begin("edit");
    apply(change, edits);
    EXPECT_NE(change.commit(), 0);
  }
  static std::vector<std::string> steps(const model::Project& project, std::string_view pathway) {
    std::vector<std::string> codes;
    for (const auto& step : model::find_pathway(project, pathway)->stages) codes.push_back(step.stage_code);
    return codes;
  }
  // Everything an edit of the plan may touch.
  static std::string whole(const model::Project& project) {
    std::string text;
    for (const auto& row : *project.stages)
      text += row.code + row.name_zh + row.colour + row.certainty_class + std::to_string(row.seq) + "\n";
    for (const auto& row : *project.pathways) text += row.code + row.name_zh + "\n";
    for (const auto& row : planning::assumption_register(project))
      text += row.code + "=" + row.value + row.source + row.owner + row.note + "\n";
    for (const auto& row : *project.assumptions) text += row.code + "=" + row.value + "\n";
    for (const auto& row : *project.indicator_targets) text += std::to_string(row.year) + row.document_version + "\n";
    return text;
  }
  void expect_undone() {
    m_file->undo();
    EXPECT_EQ(whole(load()), whole(m_first));
  }

  fs::path m_folder;
  std::optional<store::ProjectFile> m_file;
  model::Project m_first;
  Provenance m_own{"竣工备案统计 2020-2024", "王工", "按本局 12 个项目"};
};

TEST_F(PlanEdits, EveryShippedNumberHasAnOwner) {
  const auto lines = planning::assumption_register(m_first);
  EXPECT_EQ(lines.size(), 4u * 26u);
  for (const auto& line : lines) {
    EXPECT_EQ(line.owner, "Zaitu") << line.code;
    EXPECT_FALSE(line.source.empty()) << line.code;
  }
}

TEST_F(PlanEdits, AChangedNumberTakesItsProvenanceIntoTheRegister) {
  const model::Pathway& pathway = *model::find_pathway(m_first, "renewal");
  model::PathwayStage step = pathway.stages[2];
  ASSERT_EQ(step.stage_code, "S5");
  step.typical_months = 18.5;
  store(store_numbers(m_first, pathway, step, m_own));
  const model::Project now = load();
  EXPECT_EQ(model::find_pathway(now, "renewal")->stages[2].typical_months, 18.5);
  const auto* row = planning::find_assumption(now, "renewal.S5.typical_months");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->value, "18.5");
  EXPECT_EQ(row->source, m_own.source);
  EXPECT_EQ(row->owner, "王工");
  EXPECT_EQ(planning::find_assumption(now, "renewal.S5.max_months")->owner, "Zaitu") << "not changed, not taken over";
  EXPECT_EQ(now.assumptions->size(), m_first.assumptions->size());
  expect_undone();
}

TEST_F(PlanEdits, AFifthPathwayIsAddedReorderedAndRemoved) {
  model::Pathway fifth = *model::find_pathway(m_first, "renewal");
  fifth.id = 0;
  fifth.code = "village";
  fifth.name_zh = "城中村改造";
  store(store_pathway(m_first, fifth, m_own));
  model::Project now = load();
  EXPECT_EQ(now.pathways->size(), 5u);
  EXPECT_THAT(steps(now, "village"), ElementsAre("S0", "S1", "S5", "S6", "S7"));
  EXPECT_EQ(planning::find_assumption(now, "village.S6.conversion_probability")->owner, "王工");

  model::PathwayStage relocation;
  relocation.stage_code = "S2";
  relocation.min_months = 6;
  relocation.typical_months = 12;
  relocation.max_months = 24;
  store(add_step(now, *model::find_pathway(now, "village"), "S1", relocation, m_own));
  now = load();
  EXPECT_THAT(steps(now, "village"), ElementsAre("S0", "S1", "S2", "S5", "S6", "S7"));
  store(move_step(*model::find_pathway(now, "village"), "S2", -1));
  now = load();
  EXPECT_THAT(steps(now, "village"), ElementsAre("S0", "S2", "S1", "S5", "S6", "S7"));
  EXPECT_TRUE(move_step(*model::find_pathway(now, "village"), "S0", -1).empty());
  store(remove_step(now, *model::find_pathway(now, "village"), "S2"));
  now = load();
  EXPECT_THAT(steps(now, "village"), ElementsAre("S0", "S1", "S5", "S6", "S7"));
  EXPECT_EQ(planning::find_assumption(now, "village.S2.min_months"), nullptr);
  store(remove_pathway(now, *model::find_pathway(now, "village")));
  EXPECT_EQ(whole(load()), whole(m_first));
  for (int i = 0; i < 4; ++i) m_file->undo();
  EXPECT_THAT(steps(load(), "village"), ElementsAre("S0", "S1", "S5", "S6", "S7"));
  expect_undone();
}

TEST_F(PlanEdits, ANewStageComesBeforeTheStalledOneAndIsMoved) {
  model::Stage operation;
  operation.code = "S8";
  operation.name_zh = "运营";
  operation.colour = "#123456";
  operation.certainty_class = "K0";
  store(store_stage(m_first, operation));
  model::Project now = load();
  ASSERT_EQ(now.stages->size(), 10u);
  EXPECT_EQ((*now.stages)[8].code, "S8");
  EXPECT_EQ((*now.stages)[9].code, "SX");
  store(move_stage(now, "S8", -1));
  now = load();
  EXPECT_EQ((*now.stages)[7].code, "S8");
  EXPECT_EQ((*now.stages)[8].code, "S7");
  m_file->undo();
  expect_undone();
}

TEST_F(PlanEdits, TargetsOfANewPlanPeriod) {
  {
    store::Transaction change = m_file->begin("indicator");
    change.insert("indicators", {{"id", std::int64_t{1}},
                                 {"code", std::string("I1")},
                                 {"name_zh", std::string("载体供给")},
                                 {"unit", std::string("万㎡")},
                                 {"is_supply", std::int64_t{1}}});
    change.commit();
  }
  for (int year = 2026; year <= 2030; ++year) {
    model::IndicatorTarget target;
    target.indicator = {1};
    target.year = year;
    target.value = 200.0 + year;
    target.document_version = "送审稿";
    store(store_target(target));
  }
  const model::Project now = load();
  const auto targets = planning::supply_targets(now);
  ASSERT_EQ(targets.size(), 5u);
  EXPECT_EQ(targets.back().year, 2030);
  EXPECT_EQ(targets.back().target_m2, 22'300'000);
  EXPECT_EQ(targets.back().document_version, "送审稿");
}

}  // namespace
}  // namespace zaitu::app
