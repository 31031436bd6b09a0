// The open project as the window sees it: nothing blocks, results come home in poll().
#include "app/document.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdlib>
#include <fstream>
#include <future>
#include <mutex>
#include <sstream>

#include "base/error.h"

namespace zaitu::app {
namespace {

namespace fs = std::filesystem;

store::Value text(const char* words) { return std::string(words); }
store::Value whole(std::int64_t number) { return number; }
base::Date day(const char* iso) { return *base::Date::parse(iso); }

class DocumentTest : public testing::Test {
 protected:
  DocumentTest() {
    std::string pattern = (fs::temp_directory_path() / "zaitu-document-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    file = folder / "p.sqlite";
    make_project(file, 1000);
  }
  ~DocumentTest() override {
    document.reset();
    fs::remove_all(folder);
  }

  // One parcel, one project, one phase of `carrier_m2` in use since mid 2024.
  static void make_project(const fs::path& path, double carrier_m2) {
    auto project = store::ProjectFile::create(path, crs::CoordinateReferenceSystem::from_text("EPSG:4549"), "甲", "A");
    store::Transaction t = project.begin("fill");
    for (const char* code : {"K0", "K1", "K5", "KX"}) {
      t.insert("certainty_classes", {{"code", text(code)},
                                     {"seq", whole(code[1])},
                                     {"label_zh", text(code)},
                                     {"label_en", text(code)},
                                     {"colour", text("#112233")}});
    }
    const char* const stages[][2] = {{"S0", "K5"}, {"S5", "K1"}, {"S6", "K1"}, {"S7", "K0"}, {"SX", "KX"}};
    for (const auto& [code, certainty] : stages) {
      t.insert("stages", {{"code", text(code)},
                          {"seq", whole(code[1])},
                          {"name_zh", text(code)},
                          {"name_en", text(code)},
                          {"colour", text("#445566")},
                          {"certainty_class", text(certainty)}});
    }
    t.insert("pathways", {{"code", text("tod")}, {"name_zh", text("上盖")}, {"name_en", text("TOD")}});
    for (const char* code : {"S0", "S5", "S6", "S7"}) {
      t.insert("pathway_stages", {{"pathway_code", text("tod")}, {"seq", whole(code[1])}, {"stage_code", text(code)}});
    }
    t.insert("parcels", {{"id", whole(1)}, {"code", text("P1")}});
    t.insert("projects",
             {{"id", whole(1)}, {"code", text("C1")}, {"name_zh", text("大厦")}, {"pathway_code", text("tod")}});
    t.insert("phases",
             {{"id", whole(1)}, {"code", text("C1-1")}, {"project_id", whole(1)}, {"carrier_m2", carrier_m2}});
    t.insert(
        "stage_events",
        {{"phase_id", whole(1)}, {"stage_code", text("S6")}, {"kind", text("actual")}, {"dated", text("2024-06-30")}});
    t.commit();
  }

  // Sleeps until a result comes home; gives up after a minute.
  template <class Condition>
  bool wait_until(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    for (;;) {
      document->poll();
      for (Notice& notice : document->take_notices()) notices.push_back(std::move(notice));
      if (condition()) return true;
      std::unique_lock lock(mutex);
      if (!woken.wait_until(lock, end, [this] { return wakes > 0; })) return false;
      wakes = 0;
    }
  }
  bool open(const fs::path& path) {
    document->open(path);
    return wait_until([&] { return !document->loading(); });
  }
  double counted() const { return document->picture()->supply->counted_m2; }
  bool wait_for_counted(double area_m2) {
    return wait_until([&] { return document->picture() && counted() == area_m2; });
  }
  bool wait_for_error() {
    return wait_until([&] {
      return std::any_of(notices.begin(), notices.end(), [](const Notice& notice) { return notice.is_error; });
    });
  }
  void set_carrier(double area_m2) {
    document->edit("set area", {FieldEdit{"phases", 1, {{"carrier_m2", area_m2}}, false}});
  }

  fs::path folder, file;
  std::mutex mutex;
  std::condition_variable woken;
  int wakes = 0;
  std::vector<Notice> notices;
  std::unique_ptr<Document> document = std::make_unique<Document>([this] {
    const std::lock_guard lock(mutex);
    ++wakes;
    woken.notify_all();
  });
};

TEST_F(DocumentTest, OpeningShowsThePictureOfToday) {
  EXPECT_EQ(document->picture(), nullptr);
  EXPECT_FALSE(document->loading());
  document->open(file);
  EXPECT_TRUE(document->loading());
  ASSERT_FALSE(document->jobs().empty());
  EXPECT_EQ(document->jobs()[0].name_key, "job.open");
  EXPECT_EQ(document->jobs()[0].detail, "p.sqlite");
  ASSERT_TRUE(wait_until([&] { return !document->loading(); }));
  ASSERT_NE(document->picture(), nullptr);
  EXPECT_EQ(counted(), 1000);
  EXPECT_EQ(document->as_of(), base::Date::today());
  EXPECT_EQ(document->picture()->supply->as_of, document->as_of());
  EXPECT_TRUE(document->can_undo());
  EXPECT_FALSE(document->can_redo());
  EXPECT_EQ(document->history().size(), 1u);
  EXPECT_TRUE(document->jobs().empty());
  EXPECT_FALSE(document->poll()) << "nothing happens on its own";
}

TEST_F(DocumentTest, AnotherProgramsEditIsSeenWithoutACommand) {
  ASSERT_TRUE(open(file));
  const auto shown = document->generation();
  // Another process, which knows nothing of Zaitu.
  const std::string script = "import sqlite3; c = sqlite3.connect('" + file.string() +
                             "'); c.execute('UPDATE phases SET carrier_m2 = 2500'); c.commit()";
  ASSERT_EQ(std::system(("/usr/bin/python3 -c \"" + script + "\"").c_str()), 0);
  EXPECT_TRUE(wait_for_counted(2500));
  EXPECT_GT(document->generation(), shown);
  EXPECT_EQ(document->history().front().id, 0) << "changed by another program";
}

TEST_F(DocumentTest, OnlyTheNewestDateMattersAndTheOldPictureStays) {
  ASSERT_TRUE(open(file));
  const auto before = document->generation();
  for (const char* date : {"2020-03-31", "2021-03-31", "2022-03-31", "2023-03-31", "2024-06-29"}) {
    document->set_as_of(day(date));
    EXPECT_EQ(document->as_of(), day(date));
    ASSERT_NE(document->picture(), nullptr);
  }
  ASSERT_TRUE(wait_until([&] { return document->picture()->supply->as_of == day("2024-06-29"); }));
  EXPECT_EQ(counted(), 0);
  EXPECT_GT(document->generation(), before);
  document->set_as_of(day("2024-06-30"));
  ASSERT_TRUE(wait_for_counted(1000)) << "the day itself counts";
}

TEST_F(DocumentTest, RuleChangesTheFigure) {
  ASSERT_TRUE(open(file));
  planning::CountingRule rule;
  rule.from = planning::CountFrom::in_use;
  document->set_rule(rule);
  ASSERT_TRUE(wait_for_counted(0));
  EXPECT_EQ(document->picture()->rule, rule);
}

TEST_F(DocumentTest, ScopeThatAProjectDoesNotHaveIsSaidAndLeft) {
  planning::CountingRule rule;
  rule.scope = "no such zone";
  document->set_rule(rule);
  ASSERT_TRUE(open(file));
  ASSERT_NE(document->picture(), nullptr);
  EXPECT_EQ(document->rule().scope, "");
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_TRUE(notices[0].is_error);
  EXPECT_NE(notices[0].text.find("no such zone"), std::string::npos);
}

TEST_F(DocumentTest, EditUndoRedo) {
  ASSERT_TRUE(open(file));
  set_carrier(2500);
  ASSERT_TRUE(wait_for_counted(2500));
  EXPECT_EQ(document->history().front().command, "set area");
  document->undo();
  ASSERT_TRUE(wait_for_counted(1000));
  EXPECT_TRUE(document->can_redo());
  ASSERT_FALSE(notices.empty());
  EXPECT_FALSE(notices.back().is_error);
  EXPECT_NE(notices.back().text.find("set area"), std::string::npos);
  document->redo();
  ASSERT_TRUE(wait_for_counted(2500));
  EXPECT_FALSE(document->can_redo());
}

TEST_F(DocumentTest, RefusedEditIsOneNoticeAndNoChange) {
  ASSERT_TRUE(open(file));
  document->edit("bad", {FieldEdit{"phases", 1, {{"carrier_m2", 7.0}}, false},
                         FieldEdit{"phases", 1, {{"project_id", whole(99)}}, false}});
  ASSERT_TRUE(wait_for_error());
  EXPECT_EQ(counted(), 1000);
  EXPECT_EQ(document->history().size(), 1u);
  notices.clear();
  document->edit("wrong name", {FieldEdit{"phases", 1, {{"nonsense", 7.0}}, false}});
  ASSERT_TRUE(wait_for_error());
  set_carrier(5);
  ASSERT_TRUE(wait_for_counted(5)) << "and work goes on";
}

TEST_F(DocumentTest, InsertAndRemoveKeepTheSelectionTrue) {
  ASSERT_TRUE(open(file));
  document->edit("new parcel", {FieldEdit{"parcels", 0, {{"code", text("P2")}}, false}});
  ASSERT_TRUE(wait_until([&] { return document->picture()->project->parcels->size() == 2; }));
  document->select({{1, 2}, {1}, {1}});
  document->undo();
  ASSERT_TRUE(wait_until([&] { return document->picture()->project->parcels->size() == 1; }));
  EXPECT_EQ(document->selection(), (Selection{{1}, {1}, {1}}));
  document->edit("remove", {FieldEdit{"projects", 1, {}, true}});
  ASSERT_TRUE(wait_until([&] { return document->picture()->project->projects->empty(); }));
  EXPECT_EQ(document->selection(), (Selection{{1}, {}, {}}));
}

TEST_F(DocumentTest, FailedOpenKeepsWhatIsOpen) {
  ASSERT_TRUE(open(file));
  ASSERT_TRUE(open(folder / "missing.sqlite"));
  ASSERT_EQ(notices.size(), 1u);
  EXPECT_TRUE(notices[0].is_error);
  EXPECT_NE(notices[0].text.find("missing.sqlite"), std::string::npos);
  EXPECT_EQ(counted(), 1000);
  set_carrier(3);
  EXPECT_TRUE(wait_for_counted(3));
}

TEST_F(DocumentTest, EditsGoToTheProjectTheyWereMadeIn) {
  const fs::path other = folder / "q.sqlite";
  make_project(other, 50);
  ASSERT_TRUE(open(file));
  set_carrier(3);
  document->open(other);
  set_carrier(4);  // still of the first project, but asked after it was left
  ASSERT_TRUE(wait_for_counted(50));
  ASSERT_TRUE(wait_until([&] { return !document->loading(); }));
  ASSERT_TRUE(open(file));
  EXPECT_EQ(counted(), 3);
  ASSERT_TRUE(open(other));
  EXPECT_EQ(counted(), 50);
}

TEST_F(DocumentTest, OpeningTheSameFileAgainSeesOtherProgramsEdits) {
  ASSERT_TRUE(open(file));
  const auto first = document->generation();
  ASSERT_TRUE(open(file));
  EXPECT_GT(document->generation(), first);
  set_carrier(9);
  ASSERT_TRUE(wait_for_counted(9));
  // The file is replaced by another one under the same name.
  make_project(folder / "new.sqlite", 77);
  fs::remove(file);
  fs::remove(folder / "p.sqlite-wal");
  fs::remove(folder / "p.sqlite-shm");
  fs::rename(folder / "new.sqlite", file);
  ASSERT_TRUE(open(file));
  EXPECT_EQ(counted(), 77);
}

TEST_F(DocumentTest, CloseForgetsEverything) {
  ASSERT_TRUE(open(file));
  document->select({{1}, {}, {}});
  document->close();
  EXPECT_EQ(document->picture(), nullptr);
  EXPECT_EQ(document->ledger(LedgerKind::parcels), nullptr);
  EXPECT_TRUE(document->selection().empty());
  EXPECT_TRUE(document->history().empty());
  EXPECT_FALSE(document->can_undo());
  set_carrier(3);  // nothing to change
  document->open(file);
  document->close();  // while it is being opened
  EXPECT_FALSE(document->loading());
  ASSERT_TRUE(open(file));
  EXPECT_EQ(counted(), 1000);
}

TEST_F(DocumentTest, EditsInTheQueueAreNotLostWhenTheWindowCloses) {
  ASSERT_TRUE(open(file));
  for (int i = 1; i <= 20; ++i) set_carrier(i);
  document.reset();
  auto project = store::ProjectFile::open(file, store::Access::read_only);
  base::Progress progress;
  EXPECT_EQ(project.load(progress).phases->at(0).carrier_m2, 20);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1) << "and no log is left";
}

TEST_F(DocumentTest, LedgerIsMadeOnceForEachPicture) {
  ASSERT_TRUE(open(file));
  EXPECT_EQ(document->ledger(LedgerKind::phases), nullptr);
  ASSERT_TRUE(wait_until([&] { return document->ledger(LedgerKind::phases) != nullptr; }));
  const auto first = document->ledger(LedgerKind::phases);
  EXPECT_EQ(first->size(), 1u);
  EXPECT_EQ(document->ledger(LedgerKind::phases), first);
  document->edit("second phase", {FieldEdit{"phases", 0, {{"code", text("C1-2")}, {"project_id", whole(1)}}, false}});
  ASSERT_TRUE(wait_until([&] { return document->picture()->project->phases->size() == 2; }));
  EXPECT_EQ(document->ledger(LedgerKind::phases), first) << "the old one until the new one is there";
  ASSERT_TRUE(wait_until([&] { return document->ledger(LedgerKind::phases) != first; }));
  EXPECT_EQ(document->ledger(LedgerKind::phases)->size(), 2u);
}

TEST_F(DocumentTest, TheOtherDatesPictureStaysUntilItsFactsChangeAndIsGivenBack) {
  ASSERT_TRUE(open(file));
  document->set_as_of(day("2025-12-31"));
  const auto before = day("2023-12-31");
  const auto of_now = [&] {
    const auto compared = document->compared(before);
    return compared && compared->picture == document->picture() &&
           document->picture()->status->as_of == document->as_of();
  };
  ASSERT_TRUE(wait_until(of_now));
  std::weak_ptr<const Picture> other = document->compared(before)->value;
  EXPECT_EQ(other.lock()->status->as_of, before);
  EXPECT_EQ(other.lock()->supply->counted_m2, 0);
  EXPECT_EQ(counted(), 1000);
  document->set_as_of(day("2026-12-31"));
  ASSERT_TRUE(wait_until(of_now));
  EXPECT_EQ(document->compared(before)->value, other.lock()) << "nothing of it has changed";
  document->edit("move", {{"stage_events", 1, {{"dated", text("2023-06-30")}}, false}});
  ASSERT_TRUE(wait_until([&] { return of_now() && document->compared(before)->value->supply->counted_m2 == 1000; }));
  EXPECT_TRUE(wait_until([&] { return document->at_rest(); }));
  other = document->compared(before)->value;
  document->forget_compared();
  EXPECT_TRUE(other.expired());
}

TEST_F(DocumentTest, GeoFileIsOpenedReadOnly) {
  const fs::path geojson = folder / "plots.geojson";
  std::ofstream(geojson) << R"({"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"A"},
    "geometry":{"type":"Polygon","coordinates":[[[121.4,31.0],[121.41,31.0],[121.41,31.01],[121.4,31.0]]]}}]})";
  ASSERT_TRUE(open(geojson));
  for (const Notice& notice : notices) EXPECT_FALSE(notice.is_error) << notice.text;
  ASSERT_NE(document->picture(), nullptr);
  EXPECT_EQ(document->picture()->project->parcels->size(), 1u);
  EXPECT_FALSE(document->can_undo());
  document->edit("x", {FieldEdit{"parcels", 1, {{"note", text("x")}}, false}});
  ASSERT_TRUE(wait_for_error());
}

TEST_F(DocumentTest, ImportIsShownAndCanBeUndone) {
  const fs::path csv = folder / "units.csv";
  std::ofstream(csv) << "code,project,name,carrier\nC1-7,C1,七期,500\n";
  ASSERT_TRUE(open(file));
  ImportOptions options;
  options.source = csv;
  options.kind = model::ImportKind::phases;
  document->import_source(options);
  ASSERT_TRUE(wait_until([&] { return document->picture()->project->phases->size() == 2; }));
  ASSERT_FALSE(notices.empty());
  EXPECT_NE(notices.back().text.find("units.csv"), std::string::npos);
  document->undo();
  ASSERT_TRUE(wait_until([&] { return document->picture()->project->phases->size() == 1; }));
  options.source = folder / "none.csv";
  document->import_source(options);
  ASSERT_TRUE(wait_for_error());
}

TEST_F(DocumentTest, ReportWaitsForTheDateThatWasJustChosen) {
  ASSERT_TRUE(open(file));
  ReportOptions options;
  options.summary = true;
  options.out = folder / "out";
  options.format = "csv";
  document->set_as_of(day("2024-06-29"));
  document->write_reports(options);
  ASSERT_TRUE(wait_until([&] { return !notices.empty(); }));
  ASSERT_FALSE(notices[0].is_error) << notices[0].text;
  std::string written;
  for (const auto& entry : fs::recursive_directory_iterator(options.out)) {
    if (!entry.is_regular_file()) continue;
    std::ostringstream bytes;
    bytes << std::ifstream(entry.path()).rdbuf();
    written += bytes.str();
  }
  EXPECT_NE(written.find("2024-06-29"), std::string::npos) << written;
}

}  // namespace
}  // namespace zaitu::app
