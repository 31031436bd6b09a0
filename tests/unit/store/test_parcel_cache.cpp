// The cache of parcels: the same table to the bit, never another content's, never a damaged or a stranger's file.
#include "store/parcel_cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <random>
#include <thread>

#include "unit/store/many_parcels.h"
#include "unit/store/store_fixture.h"

namespace zaitu::store {
namespace {

class ParcelCache : public StoreTest {
 protected:
  ParcelCache() {
    home = folder / "cache";
    setenv("XDG_CACHE_HOME", home.c_str(), 1);
    unsetenv("ZAITU_CACHE");
    ProjectFile project = create();
    fill_many_parcels(project);
    Transaction change = project.begin("events");
    change.insert("certainty_classes", {{"code", std::string("K1")},
                                        {"seq", std::int64_t{1}},
                                        {"label_zh", std::string("一")},
                                        {"label_en", std::string("one")},
                                        {"colour", std::string("#000001")}});
    for (const char* const code : {"S1", "S2"}) {
      change.insert("stages", {{"code", std::string(code)},
                               {"seq", std::int64_t{code[1] - '0'}},
                               {"name_zh", std::string("阶段")},
                               {"name_en", std::string("stage")},
                               {"colour", std::string("#000003")},
                               {"certainty_class", std::string("K1")}});
    }
    for (std::int64_t i = 1; i <= 500; ++i) {
      std::vector<Cell> cells{{"parcel_id", 100 + 2 * i},
                              {"stage_code", std::string(i % 3 == 0 ? "S1" : "S2")},
                              {"kind", std::string(i % 4 == 0 ? "forecast" : "actual")},
                              {"dated", base::Date::from_days(19000 + static_cast<int>(i * 37 % 400)).iso()}};
      if (i % 5 == 0) cells.push_back({"evidence", "证据 of the event " + std::to_string(i)});
      if (i % 7 == 0) cells.push_back({"note", std::string("n")});
      change.insert("stage_events", cells);
    }
    change.commit();
  }

  // "" when both are the same tables.
  static std::string difference(const model::Project& a, const CachedTables& b) {
    if (std::string found = first_difference(*a.parcels, b.parcels); !found.empty()) return found;
    const geom::FeatureIndex index(a.parcels->geometry);
    if (std::string found = first_difference(index, *b.parcels.feature_index); !found.empty()) return "index " + found;
    return same_events(*a.stage_events, b.stage_events) ? "" : "events";
  }
  static bool same_events(const std::vector<model::StageEvent>& a, const std::vector<model::StageEvent>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
      return x.id == y.id && x.phase == y.phase && x.parcel == y.parcel && x.stage_code == y.stage_code &&
             x.kind == y.kind && x.dated == y.dated && x.document == y.document && x.evidence == y.evidence &&
             x.page == y.page && x.note == y.note && x.synthetic == y.synthetic;
    });
  }
  ~ParcelCache() override {
    unsetenv("XDG_CACHE_HOME");
    unsetenv("ZAITU_CACHE");
  }

  // Until the file's times are so old that a write would show in them.
  static void wait_until_settled() { std::this_thread::sleep_for(std::chrono::milliseconds(2100)); }

  std::optional<ParcelCacheKey> key() const {
    Session session;
    session.path = file;
    session.read_only = true;
    session.open_immutable();
    return parcel_cache_key(session, session.connection.integer("SELECT max(seq) FROM journal"));
  }
  fs::path cached() const {
    for (const auto& entry : fs::directory_iterator(home / "zaitu" / "parcels")) {
      if (entry.path().extension() == ".parcels") return entry.path();
    }
    return {};
  }
  std::size_t files_in_cache() const {
    const fs::directory_iterator all(home / "zaitu" / "parcels");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }

  // A cached table that differs from the file's: seen when the cache was used.
  void plant() const {
    model::ParcelTable table = *load(ProjectFile::open(file, Access::read_only)).parcels;
    model::TextColumn names;
    for (std::size_t row = 0; row < table.size(); ++row) names.push_back("planted");
    table.name = model::Held<model::TextColumn>(std::move(names));
    ASSERT_TRUE(write_parcel_cache(*key(), table, {}, {}));
    ASSERT_TRUE(planted_is_seen());
  }
  bool planted_is_seen(Access access = Access::read_only) const {
    const ProjectFile project = ProjectFile::open(file, access);
    const model::Project loaded = load(project);
    return loaded.parcels->name[0] == "planted";
  }

  fs::path home;
};

TEST_F(ParcelCache, IsWrittenAfterALoadAndReadByTheNext) {
  {
    const ProjectFile project = ProjectFile::open(file, Access::read_only);
    EXPECT_FALSE(project.cache_writer(load(project))) << "the file was written just now";
  }
  wait_until_settled();
  const ProjectFile first = ProjectFile::open(file, Access::read_write);
  const model::Project read = load(first);
  const auto writer = first.cache_writer(read);
  ASSERT_TRUE(writer);
  base::Progress stopped;
  stopped.request_stop();
  writer(stopped);
  EXPECT_EQ(files_in_cache(), 0u);
  writer({});
  EXPECT_EQ(files_in_cache(), 1u);
  EXPECT_FALSE(first.cache_writer(load(first, &read))) << "nothing was read row by row";

  const auto mode = [](const fs::path& path) { return static_cast<unsigned>(fs::status(path).permissions()); };
  EXPECT_EQ(mode(home / "zaitu"), 0700u);
  EXPECT_EQ(mode(home / "zaitu" / "parcels"), 0700u);
  EXPECT_EQ(mode(cached()), 0600u);

  for (const unsigned threads : {1U, 2U, 3U}) {
    auto again = read_parcel_cache(*key(), threads);
    ASSERT_TRUE(again);
    EXPECT_EQ(difference(read, *again), "");
    // It goes on as any table does.
    model::ParcelTable& table = again->parcels;
    table.land_use_current.edit().push_back("M9");
    EXPECT_EQ(table.land_use_current[table.size()], "M9");
    EXPECT_EQ(table.ownership->words(), read.parcels->ownership->words());
    EXPECT_EQ(table.row_of(read.parcels->id[777]), 777u);
  }
  {
    const ProjectFile second = ProjectFile::open(file, Access::read_only);
    const model::Project known = load(second);
    EXPECT_FALSE(second.cache_writer(known)) << "it came from the cache";
    EXPECT_EQ(first_difference(*read.parcels, *known.parcels), "");
    EXPECT_EQ(read.stage_events->size(), 500u);
    EXPECT_TRUE(same_events(*read.stage_events, *known.stage_events));
    ASSERT_TRUE(known.parcels->feature_index);
  }
  plant();
  EXPECT_TRUE(planted_is_seen(Access::read_write));
  setenv("ZAITU_CACHE", "off", 1);
  EXPECT_FALSE(planted_is_seen());
}

TEST_F(ParcelCache, AnIndexIsKeptWhileItIsOfTheSameOutlines) {
  wait_until_settled();
  ProjectFile project = ProjectFile::open(file, Access::read_write);
  const model::Project read = load(project);
  ASSERT_TRUE(write_parcel_cache(*key(), *read.parcels, *read.stage_events, {}));
  const model::Project known = load(project);
  ASSERT_TRUE(known.parcels->feature_index);
  {
    Transaction change = project.begin("note");
    change.update("parcels", 100, {{"note", std::string("x")}});
    change.commit();
  }
  const model::Project noted = load(project, &known);
  EXPECT_EQ(noted.parcels->note[0], "x");
  EXPECT_EQ(noted.parcels->feature_index, known.parcels->feature_index);
  {
    Transaction change = project.begin("outline");
    change.update("parcels", 100, {{"geom", many_outline(3, 1)}});
    change.commit();
  }
  EXPECT_FALSE(load(project, &noted).parcels->feature_index);
}

TEST_F(ParcelCache, IsNotUsedAfterAnyChangeByAnyProgram) {
  wait_until_settled();
  plant();
  if (HasFatalFailure()) return;
  EXPECT_TRUE(planted_is_seen(Access::read_write)) << "opened and closed: not changed";
  EXPECT_TRUE(planted_is_seen());

  // In the log only: the file itself is as it was.
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "PRAGMA journal_mode = WAL", nullptr, nullptr, nullptr), SQLITE_OK);
  wait_until_settled();
  plant();
  if (HasFatalFailure()) return;
  const auto wrote = fs::last_write_time(file);
  ASSERT_EQ(sqlite3_exec(other, "UPDATE units SET kind = 'x'; UPDATE parcels SET note = 'log' WHERE id < 200", nullptr,
                         nullptr, nullptr),
            SQLITE_OK);
  EXPECT_EQ(fs::last_write_time(file), wrote);
  EXPECT_FALSE(planted_is_seen());
  EXPECT_FALSE(planted_is_seen(Access::read_write));
  sqlite3_close(other);
  EXPECT_FALSE(planted_is_seen());

  // A change that no trigger sees, after which the old time is put back.
  wait_until_settled();
  plant();
  if (HasFatalFailure()) return;
  const auto before = fs::last_write_time(file);
  const auto size = fs::file_size(file);
  const int handle = ::open(file.c_str(), O_RDWR);
  char byte = 0;
  ASSERT_EQ(::pread(handle, &byte, 1, static_cast<off_t>(size - 1)), 1);
  ASSERT_EQ(::pwrite(handle, &byte, 1, static_cast<off_t>(size - 1)), 1);
  ::close(handle);
  fs::last_write_time(file, before);
  EXPECT_EQ(fs::last_write_time(file), before);
  EXPECT_FALSE(planted_is_seen());

  // Another file in its place, with the same bytes and time.
  wait_until_settled();
  plant();
  if (HasFatalFailure()) return;
  const fs::path copy = folder / "copy.sqlite";
  fs::copy_file(file, copy);
  fs::last_write_time(copy, fs::last_write_time(file));
  fs::rename(copy, file);
  EXPECT_FALSE(planted_is_seen());

  // An open transaction sees more than the file holds.
  wait_until_settled();
  plant();
  if (HasFatalFailure()) return;
  ProjectFile project = ProjectFile::open(file, Access::read_write);
  Transaction open = project.begin("open");
  open.update("parcels", 100, {{"note", std::string("x")}});
  EXPECT_NE(load(project).parcels->name[0], "planted");
}

TEST_F(ParcelCache, AWrongByteAnywhereIsNeverBelieved) {
  wait_until_settled();
  const ProjectFile project = ProjectFile::open(file, Access::read_only);
  const model::Project read = load(project);
  const auto writer = project.cache_writer(read);
  ASSERT_TRUE(writer);
  writer({});
  const fs::path path = cached();
  const auto key_now = *key();
  const int handle = ::open(path.c_str(), O_RDWR);
  const auto size = static_cast<std::size_t>(fs::file_size(path));
  std::mt19937 random(7);
  std::vector<std::size_t> places;
  for (std::size_t at = 0; at < 1500; ++at) places.push_back(at);  // header, key and columns' members
  for (int i = 0; i < 300; ++i) places.push_back(random() % size);
  places.push_back(size - 1);
  std::size_t refused = 0;
  for (const std::size_t place : places) {
    char byte = 0;
    ASSERT_EQ(::pread(handle, &byte, 1, static_cast<off_t>(place)), 1);
    const char wrong = static_cast<char>(byte ^ (1 << (random() % 8)));
    ASSERT_EQ(::pwrite(handle, &wrong, 1, static_cast<off_t>(place)), 1);
    const auto tables = read_parcel_cache(key_now, 2);
    refused += tables ? 0U : 1U;
    if (tables) {
      EXPECT_EQ(difference(read, *tables), "") << "byte " << place;  // a gap between two arrays
    }
    ASSERT_EQ(::pwrite(handle, &byte, 1, static_cast<off_t>(place)), 1);
  }
  EXPECT_GT(refused, places.size() - 100) << "only gaps between arrays hold no byte of the table";
  EXPECT_TRUE(read_parcel_cache(key_now, 2));
  for (const std::size_t end :
       {std::size_t{0}, std::size_t{47}, std::size_t{48}, std::size_t{400}, size / 2, size - 1}) {
    const fs::path whole = folder / "whole";
    fs::copy_file(path, whole, fs::copy_options::overwrite_existing);
    ASSERT_EQ(::truncate(path.c_str(), static_cast<off_t>(end)), 0);
    EXPECT_FALSE(read_parcel_cache(key_now, 2)) << "cut off at " << end;
    fs::copy_file(whole, path, fs::copy_options::overwrite_existing);
  }
  ASSERT_EQ(::truncate(path.c_str(), static_cast<off_t>(size + 64)), 0);
  EXPECT_FALSE(read_parcel_cache(key_now, 2));
  ::close(handle);

  // What is wrong is made anew.
  const ProjectFile again = ProjectFile::open(file, Access::read_only);
  const model::Project cold = load(again);
  EXPECT_EQ(first_difference(*read.parcels, *cold.parcels), "");
  const auto repair = again.cache_writer(cold);
  ASSERT_TRUE(repair);
  repair({});
  EXPECT_TRUE(read_parcel_cache(key_now, 2));
}

TEST_F(ParcelCache, IsNotTakenFromAStrangerNorForcedOnAFolder) {
  wait_until_settled();
  const model::Project read = load(ProjectFile::open(file, Access::read_only));
  const auto key_now = *key();
  const auto write_it = [&] { return write_parcel_cache(key_now, *read.parcels, *read.stage_events, {}); };
  ASSERT_TRUE(write_it());
  const fs::path path = cached();
  const auto refused_while = [&](const fs::path& what, mode_t mode, mode_t after) {
    ASSERT_EQ(::chmod(what.c_str(), mode), 0);
    EXPECT_FALSE(read_parcel_cache(key_now, 1)) << what << " " << std::oct << mode;
    ASSERT_EQ(::chmod(what.c_str(), after), 0);
    EXPECT_TRUE(read_parcel_cache(key_now, 1));
  };
  refused_while(path, 0660, 0600);
  refused_while(path, 0602, 0600);
  refused_while(path.parent_path(), 0770, 0700);
  refused_while(path.parent_path().parent_path(), 0707, 0700);
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown(path.c_str(), 12345, 12345), 0);
    EXPECT_FALSE(read_parcel_cache(key_now, 1));
    ASSERT_EQ(::chown(path.c_str(), 0, 0), 0);
  }
  const fs::path elsewhere = folder / "elsewhere";
  fs::rename(path, elsewhere);
  fs::create_symlink(elsewhere, path);
  EXPECT_FALSE(read_parcel_cache(key_now, 1));
  fs::remove(path);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  EXPECT_FALSE(read_parcel_cache(key_now, 1)) << "and does not wait for a writer";
  fs::remove(path);
  fs::rename(elsewhere, path);

  // Old files go while all of them take too much; files of other names stay.
  const fs::path old = path.parent_path() / "0000000000000001.parcels";
  const fs::path older = path.parent_path() / "0000000000000002.parcels";
  const fs::path left_over = path.parent_path() / "3.parcels.1.0.unfinished";
  const fs::path note = path.parent_path() / "note.txt";
  for (const fs::path& each : {old, older, left_over, note})
    write("cache/zaitu/parcels/" + each.filename().string(), "");
  fs::resize_file(old, 1500U << 20);
  fs::resize_file(older, 1500U << 20);
  const auto now = fs::file_time_type::clock::now();
  fs::last_write_time(old, now - std::chrono::hours(3));
  fs::last_write_time(older, now - std::chrono::hours(4));
  fs::last_write_time(left_over, now - std::chrono::hours(2));
  ASSERT_TRUE(write_it());
  EXPECT_TRUE(fs::exists(old));
  EXPECT_FALSE(fs::exists(older));
  EXPECT_FALSE(fs::exists(left_over));
  EXPECT_TRUE(fs::exists(note));
  EXPECT_TRUE(read_parcel_cache(key_now, 1));

  // Several at once.
  std::atomic<bool> wrong{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 5; ++round) {
        if (i % 2 == 0) {
          if (!write_it()) wrong = true;
        } else {
          const auto tables = read_parcel_cache(key_now, 2);
          if (!tables || !difference(read, *tables).empty()) wrong = true;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(wrong);
  EXPECT_EQ(files_in_cache(), 3u);

  // A folder that cannot be made.
  fs::remove_all(home);
  write("cache", "a file");
  EXPECT_FALSE(write_it());
  EXPECT_FALSE(read_parcel_cache(key_now, 1));
  EXPECT_EQ(first_difference(*read.parcels, *load(ProjectFile::open(file, Access::read_only)).parcels), "");
}

}  // namespace
}  // namespace zaitu::store
