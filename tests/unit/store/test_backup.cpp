// Backups beside a project, projects from strangers, and sessions that leave nothing behind.
#include <gmock/gmock.h>

#include <chrono>

#include "store/backup.h"
#include "store/verify.h"
#include "unit/store/store_fixture.h"

namespace zaitu::store {
namespace {

using base::ExitCode;
using testing::HasSubstr;

class BackupTest : public StoreTest {
 protected:
  void change(const std::string& note) const {
    ProjectFile project = ProjectFile::open(file, Access::read_write);
    Transaction edit = project.begin("edit");
    edit.insert("units", {{"code", note}, {"name_zh", note}});
    edit.commit();
  }
  fs::path numbered(int number) const { return folder / ("p.sqlite.bak" + std::to_string(number)); }
  void back_up() const {
    base::Progress progress;
    make_backup(file, progress);
  }
  // As if everything beside the project had been made that long ago.
  void age(std::chrono::hours by) const {
    for (const auto& entry : fs::directory_iterator(folder)) {
      fs::last_write_time(entry.path(), fs::last_write_time(entry.path()) - by);
    }
  }
  std::size_t units_in(const fs::path& path) const {
    return load(ProjectFile::open(path, Access::read_only)).units->size();
  }
};

TEST_F(BackupTest, IsDueOnceInTwelveHoursWhenSomethingChanged) {
  create();
  EXPECT_FALSE(backup_is_due(file)) << "nobody changed it";
  change("a");
  EXPECT_TRUE(backup_is_due(file));
  back_up();
  EXPECT_FALSE(backup_is_due(file));
  age(std::chrono::hours(13));
  EXPECT_FALSE(backup_is_due(file)) << "not changed since";
  change("b");
  EXPECT_TRUE(backup_is_due(file));
  back_up();
  // A clock that was wrong and is right again: what it dated in the future neither keeps a backup away nor is the
  // newest.
  fs::last_write_time(backups_of(file).front().file, fs::file_time_type::clock::now() + std::chrono::hours(900));
  EXPECT_TRUE(backup_is_due(file));
  back_up();
  EXPECT_EQ(backups_of(file).front().file.extension(), ".bak1");
  EXPECT_FALSE(backup_is_due(file));
  change("c");
  age(std::chrono::hours(13));
  ::setenv("ZAITU_BACKUPS", "off", 1);
  EXPECT_FALSE(backup_is_due(file));
  ::unsetenv("ZAITU_BACKUPS");
}

TEST_F(BackupTest, ThreeAreKeptAndEachIsAProjectOfItsOwn) {
  create();
  for (const char* code : {"a", "b", "c", "d"}) {
    change(code);
    back_up();
  }
  EXPECT_EQ(everything().size(), 4u);
  EXPECT_EQ(backups_of(file).size(), 3u);
  for (int number = 1; number <= 3; ++number) {
    EXPECT_EQ(units_in(numbered(number)), 5u - static_cast<std::size_t>(number));
    base::Progress progress;
    const Verification found = verify(numbered(number), VerifyDepth::full, progress);
    EXPECT_TRUE(found.ok() && found.notes.empty()) << number;
  }
  // Of a project that is open, with its newest changes still in the log.
  ProjectFile project = ProjectFile::open(file, Access::read_write);
  Transaction edit = project.begin("edit");
  edit.insert("units", {{"code", std::string("e")}, {"name_zh", std::string("e")}});
  edit.commit();
  back_up();
  EXPECT_EQ(units_in(numbered(1)), 5u);
  base::Progress progress;
  EXPECT_TRUE(verify(numbered(1), VerifyDepth::full, progress).ok());
}

TEST_F(BackupTest, ADamagedProjectReplacesNoBackupAndNamesTheLastGoodOne) {
  create();
  change("a");
  back_up();
  const auto before = everything();
  std::string bytes = before.at("p.sqlite");
  bytes[bytes.size() - 3000] = static_cast<char>(bytes[bytes.size() - 3000] ^ 1);
  write("p.sqlite", bytes);
  const auto [code, text] = error_of([&] { back_up(); });
  EXPECT_EQ(code, ExitCode::project_unusable);
  EXPECT_THAT(text, HasSubstr("corrupt: "));
  EXPECT_THAT(text, HasSubstr("last good backup is " + numbered(1).string()));
  EXPECT_EQ(everything().at("p.sqlite.bak1"), before.at("p.sqlite.bak1"));
  EXPECT_EQ(everything().size(), 2u);
}

TEST_F(BackupTest, ASnapshotBeforeALargeImportIsMadeWhenNoBackupHasItAll) {
  create();
  change("a");
  base::Progress progress;
  snapshot_before_import(file, progress);
  EXPECT_EQ(units_in(folder / "p.sqlite.before-import"), 1u);
  const auto before = everything();
  snapshot_before_import(file, progress);
  EXPECT_EQ(everything(), before);
}

TEST_F(BackupTest, AStrangersTriggerIsNotRun) {
  create();
  other_program(file,
                "CREATE TABLE seen (code TEXT);"
                "CREATE TRIGGER theirs AFTER INSERT ON units BEGIN INSERT INTO seen VALUES (NEW.code); END;");
  const auto [code, text] = error_of([&] { ProjectFile::open(file, Access::read_write); });
  EXPECT_EQ(code, ExitCode::project_unusable);
  EXPECT_THAT(text, HasSubstr("untrusted: "));
  EXPECT_THAT(text, HasSubstr("theirs"));
  EXPECT_EQ(load(ProjectFile::open(file, Access::read_only)).units->size(), 0u);
  // One that calls itself ours.
  other_program(file,
                "DROP TRIGGER theirs; DROP TRIGGER journal_insert_units;"
                "CREATE TRIGGER journal_insert_units AFTER INSERT ON units BEGIN INSERT INTO seen VALUES (1); END;");
  EXPECT_EQ(error_of([&] { ProjectFile::open(file, Access::read_write); }).first, ExitCode::project_unusable);
}

TEST_F(BackupTest, ASessionThatKeptNothingLeavesEveryByte) {
  create();
  change("a");
  const auto before = everything();
  {
    ProjectFile project = ProjectFile::open(file, Access::read_write);
    {
      Transaction edit = project.begin("thrown away");
      edit.insert("units", {{"code", std::string("b")}, {"name_zh", std::string("b")}});
    }
    EXPECT_EQ(project.begin("nothing").commit(), 0);
  }
  EXPECT_TRUE(everything() == before);
}

}  // namespace
}  // namespace zaitu::store
