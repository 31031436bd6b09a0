// Making, opening and refusing project files.
#include <sys/stat.h>
#include <sys/wait.h>

#include "unit/store/store_fixture.h"

namespace zaitu::store {
namespace {

using base::ExitCode;

class CreateOpen : public StoreTest {};

TEST_F(CreateOpen, NewProjectIsOneFileWithItsFacts) {
  {
    const ProjectFile project = create();
    EXPECT_FALSE(project.read_only());
    EXPECT_EQ(project.meta("crs"), "EPSG:4549");
    EXPECT_EQ(project.meta("nothing"), "");
    const model::Project loaded = load(project);
    EXPECT_EQ(loaded.name_zh, "大零号湾");
    EXPECT_EQ(loaded.name_en, "Grand Neobay");
    EXPECT_EQ(loaded.schema_version, 3);
    EXPECT_EQ(loaded.crs->epsg(), 4549);
    EXPECT_EQ(loaded.parcels->size(), 0u);
    EXPECT_FALSE(project.can_undo());
    EXPECT_TRUE(project.history(10, true).empty());
  }
  const auto files = everything();
  ASSERT_EQ(files.size(), 1u) << "nothing may be left beside a closed project";
  EXPECT_LT(files.begin()->second.size(), 5u << 18);
  EXPECT_TRUE(ProjectFile::is_project(file));
}

TEST_F(CreateOpen, FileHasTheSettingsThatWereAskedFor) {
  create();
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &handle), SQLITE_OK);
  const auto value = [&](const char* sql) {
    sqlite3_stmt* row = nullptr;
    EXPECT_EQ(sqlite3_prepare_v2(handle, sql, -1, &row, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
    EXPECT_EQ(sqlite3_step(row), SQLITE_ROW);
    const std::string text = reinterpret_cast<const char*>(sqlite3_column_text(row, 0));
    sqlite3_finalize(row);
    return text;
  };
  EXPECT_EQ(value("PRAGMA application_id"), "1514228052");  // "ZAIT"
  EXPECT_EQ(value("PRAGMA user_version"), "3");
  EXPECT_EQ(value("PRAGMA journal_mode"), "delete");  // the log is there while somebody changes it
  EXPECT_EQ(value("SELECT count(*) FROM geometry_columns WHERE srid = 4549 AND spatial_index_enabled = 1"), "8");
  EXPECT_EQ(value("SELECT auth_name || ':' || auth_srid FROM spatial_ref_sys WHERE srid = 4549"), "epsg:4549");
  // Every table of the schema but the journal itself has its three triggers.
  EXPECT_EQ(value("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'journal~_%' ESCAPE '~'"),
            std::to_string(3 * journalled_tables().size()));
  sqlite3_close(handle);
}

TEST_F(CreateOpen, EveryTableOfTheSchemaIsJournalled) {
  create();
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &handle), SQLITE_OK);
  sqlite3_stmt* row = nullptr;
  // SpatiaLite's own tables come before the first and after the last of ours in the file.
  sqlite3_prepare_v2(handle,
                     "SELECT name FROM sqlite_master WHERE type = 'table' AND rowid BETWEEN "
                     "(SELECT rowid FROM sqlite_master WHERE name = 'certainty_classes') AND "
                     "(SELECT rowid FROM sqlite_master WHERE name = 'import_templates')",
                     -1, &row, nullptr);
  std::size_t count = 0;
  while (sqlite3_step(row) == SQLITE_ROW) {
    const std::string name = reinterpret_cast<const char*>(sqlite3_column_text(row, 0));
    if (name == "changes" || name == "journal" || name == "open_change" || name.find("idx_") == 0) continue;
    if (name == "source_rows") continue;  // written once, with its import
    EXPECT_TRUE(is_journalled(name)) << name;
    ++count;
  }
  EXPECT_EQ(count, journalled_tables().size());
  sqlite3_finalize(row);
  sqlite3_close(handle);
}

TEST_F(CreateOpen, CrsWithoutACodeIsKept) {
  const auto crs = crs::CoordinateReferenceSystem::from_text(
      "+proj=tmerc +lat_0=0 +lon_0=121.4 +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs +type=crs");
  ASSERT_EQ(crs.epsg(), 0);
  ProjectFile project = ProjectFile::create(file, crs, "甲", "A");
  Transaction change = project.begin("test");
  change.insert("towns", {{"code", std::string("t")}, {"name_zh", std::string("镇")}, {"geom", square(0, 0, 1)}});
  EXPECT_GT(change.commit(), 0) << "the geometry's SRID is the file's";
  EXPECT_EQ(load(project).crs->definition(), crs.definition());
  EXPECT_EQ(load(project).towns->geometry[0].part_count(), 1u);
  Connection other(file.string(), SQLITE_OPEN_READONLY, file.string());
  EXPECT_NE(other
                .text("SELECT proj4text FROM spatial_ref_sys JOIN geometry_columns USING (srid) "
                      "WHERE f_table_name = 'towns'")
                .find("+lon_0=121.4"),
            std::string::npos)
      << "what QGIS knows it by";
}

TEST_F(CreateOpen, RefusesWhatIsThere) {
  write("p.sqlite", "not empty");
  const auto before = everything();
  const auto [code, text] = error_of([&] { create(); });
  EXPECT_EQ(code, ExitCode::output_failed);
  EXPECT_NE(text.find("p.sqlite"), std::string::npos);
  EXPECT_EQ(everything(), before);
}

TEST_F(CreateOpen, RefusesAFolderThatIsNotThere) {
  const auto [code, text] = error_of([&] { ProjectFile::create(folder / "none" / "p.sqlite", minhang(), "甲", "A"); });
  EXPECT_EQ(code, ExitCode::output_failed);
  EXPECT_TRUE(everything().empty());
}

TEST_F(CreateOpen, RefusesTheLogOfADeletedProject) {
  write("p.sqlite-wal", "old");
  const auto before = everything();
  EXPECT_EQ(error_of([&] { create(); }).first, ExitCode::output_failed);
  EXPECT_EQ(everything(), before);
}

TEST_F(CreateOpen, RefusesFilesThatAreNoProjects) {
  create();
  std::string good;
  {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream bytes;
    bytes << stream.rdbuf();
    good = bytes.str();
  }
  fs::remove(file);
  fs::create_directory(folder / "folder");
  write("empty", "");
  write("words.sqlite",
        "These are words, in a file with the ending of a project. They go on for over 100 bytes, so "
        "that a whole header could be in them.");
  write("short", "SQLite format 3");
  other_program(folder / "foreign.sqlite", "CREATE TABLE t (a); INSERT INTO t VALUES (1);");
  write("cut.sqlite", good.substr(0, good.size() / 2));
  std::string newer = good;
  newer[63] = 7;  // user_version
  write("newer.sqlite", newer);
  std::string rubbish = good;
  for (std::size_t i = 4096; i < 40 * 4096; ++i) rubbish[i] = static_cast<char>(i * 7);
  write("rubbish.sqlite", rubbish);
  std::string header_only = good.substr(0, 100) + std::string(good.size() - 100, '\0');
  write("header.sqlite", header_only);
  fs::create_symlink("nowhere", folder / "dangling");

  const std::pair<const char*, const char*> cases[] = {
      {"missing.sqlite", "no such file"},
      {"dangling", "no such file"},
      {"folder", "folder"},
      {"empty", "empty"},
      {"words.sqlite", "not a Zaitu"},
      {"short", "not a Zaitu"},
      {"foreign.sqlite", "import"},
      {"cut.sqlite", "cut off"},
      {"rubbish.sqlite", "damaged"},
      {"header.sqlite", "damaged"},
      {"newer.sqlite", "schema version 7, this Zaitu knows versions up to 3"}};
  for (const auto& [name, words] : cases) {
    for (const Access access : {Access::read_write, Access::read_only}) {
      const auto before = everything();
      const auto [code, text] = error_of([&] { ProjectFile::open(folder / name, access); });
      EXPECT_EQ(code, ExitCode::project_unusable) << name;
      EXPECT_NE(text.find(words), std::string::npos) << text;
      EXPECT_NE(text.find(name), std::string::npos) << text;
      EXPECT_EQ(everything() == before, true) << name << " or its folder was changed";
    }
  }
  EXPECT_FALSE(ProjectFile::is_project(folder / "foreign.sqlite"));
  EXPECT_FALSE(ProjectFile::is_project(folder / "folder"));
  EXPECT_FALSE(ProjectFile::is_project(folder / "missing.sqlite"));
  EXPECT_TRUE(ProjectFile::is_project(folder / "newer.sqlite"));
}

TEST_F(CreateOpen, RefusesAProjectWithoutATable) {
  create();
  other_program(file, "PRAGMA foreign_keys = OFF; DROP TABLE occupancies;");
  const auto [code, text] = error_of([&] { ProjectFile::open(file, Access::read_write); });
  EXPECT_EQ(code, ExitCode::project_unusable);
  EXPECT_NE(text.find("occupancies"), std::string::npos);
}

TEST_F(CreateOpen, LockedFileIsSaidToBeLocked) {
  create();
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &handle), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(handle, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; DELETE FROM open_change;", nullptr,
                         nullptr, nullptr),
            SQLITE_OK);
  // From another process: one process does not lock itself out.
  const pid_t child = ::fork();
  if (child == 0) {
    int result = 1;
    try {
      ProjectFile::open(file, Access::read_write);
    } catch (const base::Error& error) {
      const bool told = std::string(error.what()).find("held by") != std::string::npos;
      result = error.code() == ExitCode::project_unusable && told ? 0 : 2;
    }
    ::_exit(result);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  sqlite3_exec(handle, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(handle);
}

TEST_F(CreateOpen, ReadOnlyWritesNothing) {
  {
    ProjectFile project = create();
    Transaction change = project.begin("test");
    change.insert("units", {{"code", std::string("u")}, {"name_zh", std::string("委")}});
    change.commit();
  }
  const auto before = everything();
  ProjectFile project = ProjectFile::open(file, Access::read_only);
  EXPECT_TRUE(project.read_only());
  EXPECT_TRUE(load(project).read_only);
  EXPECT_EQ(load(project).units->size(), 1u);
  EXPECT_EQ(project.history(10, true).size(), 1u);
  EXPECT_FALSE(project.can_undo());
  EXPECT_EQ(error_of([&] { project.begin("x"); }).first, ExitCode::output_failed);
  EXPECT_EQ(error_of([&] { project.undo(); }).first, ExitCode::output_failed);
  EXPECT_EQ(everything(), before) << "while it is open";
  { const ProjectFile gone = std::move(project); }
  EXPECT_EQ(everything(), before) << "after closing";
}

TEST_F(CreateOpen, ReadOnlySeesWhatAnotherProgramWritesMeanwhile) {
  create();
  const ProjectFile reader = ProjectFile::open(file, Access::read_only);
  EXPECT_EQ(load(reader).units->size(), 0u);
  other_program(file, "INSERT INTO units (code, name_zh) VALUES ('u', '委')");
  EXPECT_EQ(load(reader).units->size(), 1u);
}

TEST_F(CreateOpen, ReadOnlySeesTheLogOfAnOpenProject) {
#ifdef __SANITIZE_THREAD__
  GTEST_SKIP() << "ThreadSanitizer follows no threads of a forked process";
#endif
  ProjectFile writer = create();
  Transaction change = writer.begin("test");
  change.insert("units", {{"code", std::string("u")}, {"name_zh", std::string("委")}});
  change.commit();
  const pid_t child = ::fork();
  if (child == 0) {
    int result = 1;
    try {
      base::Progress progress;
      result = ProjectFile::open(file, Access::read_only).load(progress).units->size() == 1 ? 0 : 2;
    } catch (const std::exception&) {
    }
    ::_exit(result);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(CreateOpen, PlaceThatCannotBeWrittenIsOpenedReadOnly) {
  create();
  ::chmod(file.c_str(), 0444);
  ::chmod(folder.c_str(), 0555);
  // Rights do not bind root, who runs many test machines: as nobody, then.
  const pid_t child = ::fork();
  if (child == 0) {
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) ::_exit(9);
    int result = 1;
    try {
      const ProjectFile project = ProjectFile::open(file, Access::read_write);
      base::Progress progress;
      result = project.read_only() && project.load(progress).read_only ? 0 : 2;
      try {
        ProjectFile::create(folder / "q.sqlite", minhang(), "甲", "A");
        result = 3;
      } catch (const base::Error& error) {
        if (error.code() != ExitCode::output_failed) result = 4;
      }
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
    ::_exit(result);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  ::chmod(folder.c_str(), 0755);
  EXPECT_EQ(everything().size(), 1u);
}

TEST_F(CreateOpen, NameWithSignsThatMeanSomethingInAnAddress) {
  const fs::path odd = folder / "a?b#c%41 地.sqlite";
  { ProjectFile::create(odd, minhang(), "甲", "A"); }
  EXPECT_EQ(load(ProjectFile::open(odd, Access::read_only)).name_zh, "甲");
  EXPECT_EQ(everything().size(), 1u);
}

// ---- migrations --------------------------------------------------------------------------------------------------

TEST_F(CreateOpen, MigrationsRunStepByStepAfterABackup) {
  create();
  const auto before = dump(file);
  fs::path backup;
  {
    Connection connection(file.string(), SQLITE_OPEN_READWRITE, file.string());
    connection.load_spatialite();
    const Migration steps[] = {{3, "ALTER TABLE towns ADD COLUMN seat TEXT"},
                               {4, "UPDATE towns SET seat = code; CREATE TABLE extra (id INTEGER PRIMARY KEY)"}};
    backup = migrate(connection, file, steps, 5);
    EXPECT_EQ(connection.integer("PRAGMA user_version"), 5);
    // The journal knows the new column at once.
    connection.execute("INSERT INTO towns (id, code, name_zh) VALUES (1, 't', '镇'); UPDATE towns SET seat = 'x'");
    EXPECT_EQ(connection.text("SELECT after FROM journal WHERE op = 'U'"), "{\"seat\":\"'x'\"}");
  }
  EXPECT_EQ(backup, folder / "p.sqlite.v3.backup.sqlite");
  EXPECT_EQ(dump(backup), before);
  EXPECT_TRUE(ProjectFile::is_project(backup));
}

TEST_F(CreateOpen, FailedMigrationLeavesTheVersionBeforeIt) {
  create();
  Connection connection(file.string(), SQLITE_OPEN_READWRITE, file.string());
  const Migration steps[] = {{3, "ALTER TABLE towns ADD COLUMN seat TEXT"},
                             {4, "ALTER TABLE towns ADD COLUMN second TEXT; SELECT no_such_function()"}};
  const auto [code, text] = error_of([&] { migrate(connection, file, steps, 5); });
  EXPECT_EQ(code, ExitCode::project_unusable);
  EXPECT_NE(text.find("version 4"), std::string::npos) << text;
  EXPECT_NE(text.find("backup"), std::string::npos) << text;
  EXPECT_EQ(connection.integer("PRAGMA user_version"), 4);
  EXPECT_EQ(connection.integer("SELECT count(*) FROM pragma_table_info('towns') WHERE name = 'second'"), 0);
}

}  // namespace
}  // namespace zaitu::store
