// Attached files in the project file: megabytes through undo and redo, contents shared by several rows, and a history
// that stays readable.
#include "unit/store/store_fixture.h"

namespace zaitu::store {
namespace {

class Attachments : public StoreTest {
 protected:
  // Every byte value, and no two pages alike.
  static geom::Bytes content(std::size_t size) {
    geom::Bytes bytes(size);
    std::uint32_t state = 12345;
    for (std::uint8_t& byte : bytes) {
      state = state * 1664525 + 1013904223;
      byte = static_cast<std::uint8_t>(state >> 24);
    }
    return bytes;
  }
  static std::int64_t attach(Transaction& change, std::int64_t event, const std::string& hash,
                             const geom::Bytes& bytes) {
    return change.insert("attachments", {{"table_name", std::string("stage_events")},
                                         {"row_id", event},
                                         {"file_name", "证据 " + hash + ".pdf"},
                                         {"sha256", hash},
                                         {"content", bytes}});
  }
  static void add_events(ProjectFile& project) {
    Transaction change = project.begin("events");
    add_stage(change);
    change.insert("parcels", {{"id", std::int64_t{1}}, {"code", std::string("P1")}});
    for (std::int64_t id : {1, 2}) {
      change.insert("stage_events", {{"id", id},
                                     {"parcel_id", std::int64_t{1}},
                                     {"stage_code", std::string("S0")},
                                     {"kind", std::string("actual")},
                                     {"dated", "2023-06-0" + std::to_string(id)}});
    }
    change.commit();
  }
};

TEST_F(Attachments, FiveMegabytesComeBackByteForByte) {
  ProjectFile project = create();
  add_events(project);
  const geom::Bytes bytes = content(5'000'000);
  Transaction change = project.begin("attach");
  const std::int64_t id = attach(change, 1, "aa", bytes);
  change.commit();
  EXPECT_EQ(project.attached_content(id), bytes);
  const std::string after = dump(file);
  project.undo();
  EXPECT_TRUE(project.attached_content(id).empty());
  project.redo();
  EXPECT_EQ(project.attached_content(id), bytes);
  EXPECT_TRUE(dump(file) == after);
  ASSERT_EQ(load(project).attachments->size(), 1u);
  EXPECT_EQ(load(project).attachments->front().bytes, 5'000'000);
}

TEST_F(Attachments, AnEventTakesItsFilesAlongAndUndoBringsThemBack) {
  ProjectFile project = create();
  add_events(project);
  {
    Transaction change = project.begin("attach");
    attach(change, 1, "aa", content(1000));
    attach(change, 2, "bb", content(2000));
    change.commit();
  }
  const std::string before = dump(file);
  {
    Transaction change = project.begin("remove event");
    change.remove("stage_events", 1);
    change.commit();
  }
  const model::Project now = load(project);
  ASSERT_EQ(now.attachments->size(), 1u);
  EXPECT_EQ(now.attachments->front().event.value, 2);
  project.undo();
  EXPECT_TRUE(dump(file) == before);
  project.redo();
  EXPECT_EQ(load(project).attachments->size(), 1u);
}

TEST_F(Attachments, ASharedContentOutlivesTheRowItWasStoredWith) {
  ProjectFile project = create();
  add_events(project);
  const geom::Bytes bytes = content(3000);
  Transaction change = project.begin("attach");
  const std::int64_t first = attach(change, 1, "aa", bytes);
  const std::int64_t second = attach(change, 2, "aa", {});
  change.commit();
  EXPECT_EQ(project.attached_content(second), bytes);
  EXPECT_EQ(load(project).attachments->back().bytes, 3000);
  const std::string before = dump(file);
  Transaction removal = project.begin("remove");
  removal.remove("attachments", first);
  removal.commit();
  EXPECT_EQ(project.attached_content(second), bytes);
  project.undo();
  EXPECT_TRUE(dump(file) == before);
  project.redo();
  EXPECT_EQ(project.attached_content(second), bytes);
  EXPECT_EQ(load(project).attachments->size(), 1u);
}

TEST_F(Attachments, TheHistoryTellsLengthsAndNotContents) {
  ProjectFile project = create();
  add_events(project);
  {
    Transaction change = project.begin("attach");
    attach(change, 1, "aa", content(100'000));
    change.commit();
  }
  {
    Transaction change = project.begin("remove");
    change.remove("stage_events", 1);
    change.commit();
  }
  project.undo();
  int told = 0;
  for (const Change& change : project.history(10, true)) {
    for (const RowChange& row : change.rows) {
      if (row.table != "attachments") continue;
      for (const auto& [column, value] : row.op == 'D' ? row.before : row.after) {
        if (column != "content") continue;
        ++told;
        EXPECT_EQ(value, Value(std::string("100000 bytes"))) << change.command;
      }
    }
  }
  EXPECT_EQ(told, 3);  // attached, removed, brought back
}

}  // namespace
}  // namespace zaitu::store
