// Damage of every kind is found and named; what other programs write is not damage; what is left is saved.
#include <gmock/gmock.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>

#include "base/sha256.h"
#include "store/backup.h"
#include "store/checksum_vfs.h"
#include "store/recover.h"
#include "store/verify.h"
#include "unit/store/store_fixture.h"

namespace zaitu::store {
namespace {

using base::ExitCode;
using testing::HasSubstr;

class Verify : public StoreTest {
 protected:
  static constexpr int parcel_count = 1500;

  // Parcels by a bulk, edits one by one, an attached file, an undo; some pages free.
  void make() const {
    ProjectFile project = create();
    Transaction bulk = project.begin("import");
    bulk.begin_bulk("parcels");
    for (int i = 1; i <= parcel_count; ++i) {
      bulk.insert("parcels", {{"code", "P" + std::to_string(i)},
                              {"note", std::string(static_cast<std::size_t>(i % 90), 'n')},
                              {geometry_column, square(350000 + i * 20, 3430000, 10)}});
    }
    bulk.commit();
    Transaction more = project.begin("more");
    add_stage(more);
    const std::string content(9000, 'x');
    more.insert("attachments", {{"table_name", std::string("parcels")},
                                {"row_id", std::int64_t{1}},
                                {"file_name", std::string("a.txt")},
                                {"sha256", base::sha256(content)},
                                {"content", geom::Bytes(content.begin(), content.end())}});
    more.commit();
    Transaction edit = project.begin("edit");
    for (int i = 1; i <= 40; ++i) edit.update("parcels", i, {{"name", std::string("named")}});
    edit.commit();
    Transaction gone = project.begin("gone");
    for (int i = 1000; i <= 1200; ++i) gone.remove("parcels", i);
    gone.commit();
    project.undo();
    Transaction again = project.begin("gone again");
    for (int i = 1001; i <= 1300; ++i) again.remove("parcels", i);
    again.commit();
  }
  static std::string bytes_of(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << stream.rdbuf();
    return bytes.str();
  }
  static void put(const fs::path& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }
  static Verification look(const fs::path& path) {
    base::Progress progress;
    return verify(path, VerifyDepth::full, progress);
  }
  // The file's parcels, "id code note" each.
  static std::map<std::int64_t, std::string> parcels_of(const fs::path& path) {
    std::map<std::int64_t, std::string> rows;
    sqlite3* handle = nullptr;
    EXPECT_EQ(sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
    sqlite3_stmt* all = nullptr;
    EXPECT_EQ(
        sqlite3_prepare_v2(handle, "SELECT id, code || name || note || hex(geom) FROM parcels", -1, &all, nullptr),
        SQLITE_OK);
    while (sqlite3_step(all) == SQLITE_ROW) {
      rows[sqlite3_column_int64(all, 0)] = reinterpret_cast<const char*>(sqlite3_column_text(all, 1));
    }
    sqlite3_finalize(all);
    sqlite3_close(handle);
    return rows;
  }
  static std::string messages(const Verification& found) {
    std::string text;
    for (const Problem& problem : found.problems) text += problem.kind + ": " + problem.message + "\n";
    for (const std::string& note : found.notes) text += "note: " + note + "\n";
    return text;
  }
};

TEST_F(Verify, ASoundProjectIsSoundAndNotTouched) {
  make();
  const auto before = everything();
  const Verification found = look(file);
  EXPECT_TRUE(found.ok()) << messages(found);
  EXPECT_TRUE(found.notes.empty()) << messages(found);
  EXPECT_EQ(found.changes, 6u);
  EXPECT_EQ(everything(), before);
  { ProjectFile::open(file, Access::read_write); }
  EXPECT_EQ(everything(), before) << "opened for writing and closed without a change";
}

// As many bits as ZAITU_FLIPS says (40), and a sixth of that of torn pages (20 at least).
TEST_F(Verify, EveryFlippedBitAndTornPageIsFound) {
  make();
  const char* const asked = std::getenv("ZAITU_FLIPS");
  const int flips = asked == nullptr ? 40 : std::atoi(asked);
  const std::size_t pages = static_cast<std::size_t>(std::max(20, flips / 6));
  const std::string whole = bytes_of(file);
  {
    ProjectFile project = ProjectFile::open(file, Access::read_write);
    Transaction edit = project.begin("all of them");
    for (int i = 1; i <= 900; ++i) edit.update("parcels", i, {{"name", std::string("other")}});
    edit.commit();
  }
  const std::string newer = bytes_of(file);
  const fs::path damaged = folder / "damaged.sqlite";
  std::mt19937_64 random(7);
  for (int i = 0; i < flips; ++i) {
    std::string bytes = whole;
    // Every fourth one in the header, where a flip changes what the rest is taken for.
    const std::uint64_t bit = random() % ((i % 4 == 0 ? 100 : bytes.size()) * 8);
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    put(damaged, bytes);
    const Verification found = look(damaged);
    EXPECT_FALSE(found.ok()) << "bit " << bit;
    EXPECT_EQ(bytes_of(damaged), bytes);
  }
  constexpr std::size_t page = 4096;
  std::size_t torn = 0;
  for (const std::size_t sectors : {4U, 1U, 7U, 2U, 6U}) {  // of the older page, at its beginning
    for (std::size_t at = 0; torn < pages && at + page <= std::min(whole.size(), newer.size()); at += page) {
      std::string bytes = newer;
      bytes.replace(at, sectors * 512, whole, at, sectors * 512);
      if (bytes == newer || bytes.compare(at, page, whole, at, page) == 0) continue;
      ++torn;
      put(damaged, bytes);
      EXPECT_FALSE(look(damaged).ok()) << "page " << at / page + 1;
    }
  }
  EXPECT_EQ(torn, pages);
}

TEST_F(Verify, ADamagedPageNamesItsRowsAndTheRestIsRecovered) {
  make();
  const auto before = parcels_of(file);
  std::string bytes = bytes_of(file);
  // Somewhere in the row of parcel 600.
  const std::size_t at = bytes.find("P600", 0);
  ASSERT_NE(at, std::string::npos);
  bytes[at + 2] = '7';
  put(file, bytes);
  const Verification found = look(file);
  ASSERT_FALSE(found.ok());
  const Problem& problem = found.problems.front();
  EXPECT_EQ(problem.kind, "page");
  EXPECT_EQ(problem.table, "parcels") << messages(found);
  std::int64_t first = 0, last = 0;
  ASSERT_EQ(std::sscanf(problem.rows.c_str(), "%ld-%ld", &first, &last), 2) << problem.rows;
  EXPECT_LE(first, 600);
  EXPECT_GE(last, 600);
  EXPECT_LT(last - first, 40);

  const fs::path saved = folder / "saved.sqlite";
  base::Progress progress;
  const Recovery recovery = recover(file, saved, progress);
  EXPECT_EQ(bytes_of(file), bytes) << "the damaged file stays as it is";
  const auto after = parcels_of(saved);
  for (const auto& [id, row] : before) {
    const auto kept = after.find(id);
    EXPECT_EQ(kept == after.end(), id >= first && id <= last) << id;
    if (kept != after.end()) {
      EXPECT_EQ(kept->second, row) << id;
    }
  }
  ASSERT_FALSE(recovery.lost.empty());
  EXPECT_EQ(recovery.lost.front().table, "parcels");
  EXPECT_EQ(recovery.lost.front().rows, problem.rows);
  EXPECT_TRUE(look(saved).ok()) << messages(look(saved));
  EXPECT_EQ(ProjectFile::open(saved, Access::read_write).history(100, false).size(), 6u);
  const auto [code, text] = error_of([&] { recover(file, saved, progress); });
  EXPECT_EQ(code, ExitCode::output_failed) << text;
}

TEST_F(Verify, RandomDamageLosesOnlyWhatIsListed) {
  make();
  const auto before = parcels_of(file);
  const std::string whole = bytes_of(file);
  std::mt19937_64 random(11);
  for (int round = 0; round < 8; ++round) {
    std::string bytes = whole;
    // The second page on: where the damage is in the first one too, the roots are taken from what is left of it.
    for (int i = 0; i < 6; ++i) {
      const std::size_t page = (round < 6 ? 1 : 0) + random() % (bytes.size() / 4096 - 1);
      for (int b = 0; b < 64; ++b) bytes[page * 4096 + 2000 + random() % 2000] = static_cast<char>(random());
    }
    const fs::path damaged = folder / "damaged.sqlite";
    const fs::path saved = folder / ("saved" + std::to_string(round) + ".sqlite");
    put(damaged, bytes);
    base::Progress progress;
    const Recovery recovery = recover(damaged, saved, progress);
    const auto after = parcels_of(saved);
    const auto is_listed = [&](std::int64_t id) {
      return std::any_of(recovery.lost.begin(), recovery.lost.end(), [&](const Lost& lost) {
        if (lost.table != "parcels") return false;
        std::int64_t first = 0, last = 0;
        const int read = std::sscanf(lost.rows.c_str(), "%ld-%ld", &first, &last);
        if (read == 1) last = lost.rows.back() == '-' ? std::numeric_limits<std::int64_t>::max() : first;
        return read >= 1 && id >= first && id <= last;
      });
    };
    for (const auto& [id, row] : before) {
      const auto kept = after.find(id);
      if (kept == after.end()) {
        EXPECT_TRUE(is_listed(id)) << "round " << round << " parcel " << id;
      } else {
        EXPECT_EQ(kept->second, row);
      }
    }
    for (const auto& [id, row] : after) EXPECT_TRUE(before.contains(id)) << id;
    EXPECT_TRUE(look(saved).ok()) << messages(look(saved));
  }
}

#ifndef __SANITIZE_THREAD__  // which follows no threads of a forked process
// What another program plays back when ours has died.
TEST_F(Verify, ARollbackJournalHoldsPagesWithTheirSums) {
  make();
  const pid_t child = ::fork();
  if (child == 0) {
    ::setenv("ZAITU_DISK", "shared", 1);  // where there is no other log
    ProjectFile project = ProjectFile::open(file, Access::read_write);
    for (const char* const name : {"once", "twice", "never"}) {
      Transaction edit = project.begin(name);
      for (int i = 1; i <= 40; ++i) edit.update("parcels", i, {{"name", std::string(name)}});
      if (std::string(name) == "never") ::_exit(0);
      edit.commit();
    }
  }
  ::waitpid(child, nullptr, 0);
  const std::string journal = bytes_of(fs::path(file.string() + "-journal"));
  const auto number_at = [&](std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(journal[at + i]);
    return value;
  };
  ASSERT_GT(journal.size(), 28u);
  const std::size_t sector = number_at(20), page = number_at(24);  // "The Database File Format", section 3
  ASSERT_EQ(page, 4096u);
  std::set<std::uint32_t> seen;
  for (std::size_t at = sector; at + page + 8 <= journal.size(); at += page + 8) {
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(journal.data() + at + 4);
    EXPECT_TRUE(has_right_sum(number_at(at), {bytes, page})) << "page " << number_at(at);
    seen.insert(number_at(at));
  }
  EXPECT_TRUE(seen.contains(1) && seen.size() > 4);
}
#endif

TEST_F(Verify, WhatAnotherProgramWritesIsNotDamage) {
  make();
  other_program(file, "UPDATE parcels SET note = 'QGIS' WHERE id % 3 = 0");
  Verification found = look(file);
  EXPECT_TRUE(found.ok()) << messages(found);
  EXPECT_THAT(messages(found), HasSubstr("another program wrote"));
  EXPECT_THAT(messages(found), HasSubstr("rows of other programs"));
  {
    const ProjectFile project = ProjectFile::open(file, Access::read_write);
    ASSERT_EQ(project.notes().size(), 1u);
    EXPECT_THAT(project.notes().front(), HasSubstr("sealed anew"));
  }
  found = look(file);
  EXPECT_TRUE(found.ok()) << messages(found);
  EXPECT_THAT(messages(found), testing::Not(HasSubstr("another program wrote")));

  // Tables that no trigger watches, with the log on and beside an open session.
  other_program(file,
                "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY, style TEXT); PRAGMA journal_mode = WAL; "
                "INSERT INTO layer_styles (style) VALUES (printf('%5000d', 1))");
  EXPECT_TRUE(look(file).ok()) << messages(look(file));
  {
    ProjectFile project = ProjectFile::open(file, Access::read_write);
    Transaction edit = project.begin("edit");
    edit.update("parcels", 7, {{"note", std::string("ours")}});
    edit.commit();
    other_program(file, "UPDATE layer_styles SET style = printf('%5000d', 2); PRAGMA wal_checkpoint(TRUNCATE)");
    EXPECT_TRUE(look(file).ok()) << messages(look(file));
  }
  found = look(file);
  EXPECT_TRUE(found.ok()) << messages(found);
  EXPECT_TRUE(found.notes.empty()) << messages(found);

  // And what is damaged afterwards is found.
  std::string bytes = bytes_of(file);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
  put(file, bytes);
  EXPECT_FALSE(look(file).ok());
}

TEST_F(Verify, AnAlteredHistoryBreaksTheChain) {
  make();
  // As somebody would who knows how to keep the triggers out of it.
  other_program(file, "UPDATE changes SET who = 'nobody' WHERE id = 3");
  Verification found = look(file);
  ASSERT_EQ(found.problems.size(), 1u) << messages(found);
  EXPECT_EQ(found.problems[0].kind, "chain");
  EXPECT_EQ(found.problems[0].rows, "3");
  other_program(file, "DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)");
  found = look(file);
  EXPECT_EQ(found.problems.size(), 3u) << messages(found);
}

TEST_F(Verify, AttachmentsReferencesAndIndexesAreLookedAt) {
  make();
  other_program(file,
                "UPDATE attachments SET content = x'00' WHERE id = 1;"
                "DELETE FROM idx_parcels_geom WHERE pkid = 5;"
                "INSERT INTO parcel_identifiers (parcel_id, scheme, value, normal) VALUES (999999, 'a', 'b', 'b')");
  const Verification found = look(file);
  std::set<std::string> kinds;
  for (const Problem& problem : found.problems) kinds.insert(problem.kind);
  EXPECT_EQ(kinds, (std::set<std::string>{"attachment", "index", "reference"})) << messages(found);
}

TEST_F(Verify, WhatIsNoProjectIsSaidToBeNone) {
  write("text.sqlite", std::string(5000, 'x'));
  EXPECT_EQ(error_of([&] { look(folder / "text.sqlite"); }).first, ExitCode::project_unusable);
  other_program(folder / "other.sqlite", "CREATE TABLE a (b)");
  EXPECT_EQ(error_of([&] { look(folder / "other.sqlite"); }).first, ExitCode::project_unusable);
  EXPECT_EQ(error_of([&] { look(folder / "none.sqlite"); }).first, ExitCode::project_unusable);
}

}  // namespace
}  // namespace zaitu::store
