// One writer: who may write, who only reads, and what is left of a lease when its process ends.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <thread>

#include "store/disk_policy.h"
#include "store/lease.h"
#include "unit/store/store_fixture.h"

namespace zaitu::store {
namespace {

using base::ExitCode;

class LeaseTest : public StoreTest {
 protected:
  // A lease as another process wrote it.
  void write_lease(const LeaseHolder& of) {
    write("p.sqlite-lease", "zaitu lease\nwho=" + of.who + "\nsince=" + of.since + "\nmachine=" + of.machine +
                                "\npid=" + std::to_string(of.pid) + "\nstarted=" + std::to_string(of.started) +
                                "\nwriter=" + (of.writer == Writer::window ? "window" : "command") +
                                "\ntoken=" + of.token + "\n");
  }
  static LeaseHolder other(Writer writer) {
    LeaseHolder holder = Lease::this_process(writer);
    holder.who = "anna@office";
    return holder;
  }
  bool lease_is_there() const { return fs::exists(Lease::file_of(file)); }
};

TEST_F(LeaseTest, IsTakenForWritingAndGivenBack) {
  {
    const ProjectFile project = create();
    EXPECT_TRUE(lease_is_there());
    EXPECT_FALSE(project.other_writer());
    const ProjectFile reader = ProjectFile::open(file, Access::read_only);
    EXPECT_FALSE(reader.waits_for_lease());
  }
  EXPECT_FALSE(lease_is_there());
}

TEST_F(LeaseTest, SecondWindowReadsAndGetsItWhenTheFirstIsGone) {
  create();
  std::optional<ProjectFile> first = ProjectFile::open(file, Access::read_write, Writer::window);
  ProjectFile second = ProjectFile::open(file, Access::read_write, Writer::window);
  EXPECT_FALSE(first->read_only());
  EXPECT_TRUE(second.read_only());
  EXPECT_TRUE(second.waits_for_lease());
  ASSERT_TRUE(second.other_writer());
  EXPECT_EQ(second.other_writer()->pid, ::getpid());
  EXPECT_EQ(second.other_writer()->writer, Writer::window);
  const auto [code, text] = error_of([&] { second.begin("edit"); });
  EXPECT_EQ(code, ExitCode::output_failed);
  EXPECT_EQ(text.rfind("readonly: ", 0), 0u) << text;
  first.reset();
  EXPECT_FALSE(second.other_writer());
  EXPECT_TRUE(second.waits_for_lease()) << "it stays read-only until it is opened again";
  second = ProjectFile::open(file, Access::read_write, Writer::window);
  EXPECT_FALSE(second.read_only());
}

TEST_F(LeaseTest, CommandsOfTheSameMachineGoOnBesideAWindow) {
  create();
  write_lease(other(Writer::window));
  ProjectFile project = ProjectFile::open(file, Access::read_write);
  EXPECT_FALSE(project.read_only());
  ASSERT_TRUE(project.other_writer());
  EXPECT_EQ(project.other_writer()->who, "anna@office");
}

TEST_F(LeaseTest, CommandsOfAnotherMachineAreToldWhoHasItWithinFiveSeconds) {
  create();
  LeaseHolder far = other(Writer::window);
  far.machine = "another";
  write_lease(far);
  const auto began = std::chrono::steady_clock::now();
  const auto [code, text] = error_of([&] { ProjectFile::open(file, Access::read_write); });
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
  EXPECT_EQ(code, ExitCode::project_unusable);
  EXPECT_EQ(text.rfind("locked: ", 0), 0u) << text;
  EXPECT_NE(text.find("anna@office"), std::string::npos) << text;
  EXPECT_TRUE(ProjectFile::open(file, Access::read_write, Writer::window).read_only());
}

TEST_F(LeaseTest, OfAProcessThatEndedIsFree) {
  create();
  LeaseHolder gone = other(Writer::window);
  gone.started -= 1;  // the same number, given out again
  write_lease(gone);
  EXPECT_FALSE(ProjectFile::open(file, Access::read_write, Writer::window).read_only());
  const pid_t child = ::fork();
  if (child == 0) {
    Lease lease(file, Writer::window);
    lease.take();
    ::_exit(lease.held() ? 0 : 1);  // without giving it back
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_EQ(WEXITSTATUS(status), 0);
  ASSERT_TRUE(lease_is_there());
  EXPECT_FALSE(ProjectFile::open(file, Access::read_write, Writer::window).read_only());
}

TEST_F(LeaseTest, OfAnotherMachineIsFreeWhenItIsNotRenewed) {
  create();
  LeaseHolder far = other(Writer::window);
  far.machine = "another";
  write_lease(far);
  struct timespec old[2] = {{::time(nullptr) - 2 * lease_timeout.count(), 0},
                            {::time(nullptr) - 2 * lease_timeout.count(), 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, Lease::file_of(file).c_str(), old, 0), 0);
  EXPECT_FALSE(ProjectFile::open(file, Access::read_write, Writer::window).read_only());
}

TEST_F(LeaseTest, RubbishInItsPlaceIsNobody) {
  create();
  write("p.sqlite-lease", "These are words.");
  EXPECT_FALSE(ProjectFile::open(file, Access::read_write, Writer::window).read_only());
  EXPECT_FALSE(lease_is_there());
}

TEST_F(LeaseTest, TwoProcessesLoseNoEdit) {
  create();
  constexpr int edits = 250;
  pid_t children[2] = {};
  for (int number = 0; number < 2; ++number) {
    children[number] = ::fork();
    if (children[number] != 0) continue;
    int result = 0;
    try {
      ProjectFile project = ProjectFile::open(file, Access::read_write);
      for (int i = 0; i < edits; ++i) {
        Transaction change = project.begin("edit");
        change.insert("units", {{"code", fmt::format("{}-{}", number, i)}, {"name_zh", std::string("单位")}});
        if (change.commit() == 0) result = 1;
      }
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      result = 2;
    }
    ::_exit(result);
  }
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 0);
  }
  const ProjectFile project = ProjectFile::open(file, Access::read_only);
  EXPECT_EQ(load(project).units->size(), 2u * edits);
  EXPECT_EQ(project.history(10 * edits, false).size(), 2u * edits);
}

TEST_F(LeaseTest, NetworkSharesHaveNoSharedMemory) {
  for (const std::uint64_t type : {0x6969ULL, 0x517BULL, 0xFF534D42ULL, 0xFE534D42ULL, 0x01021997ULL, 0x65735546ULL}) {
    EXPECT_TRUE(policy_of_type(type).shared) << type;
    EXPECT_FALSE(policy_of_type(type).kind.empty());
  }
  // ext4, xfs, btrfs, tmpfs, overlay
  for (const std::uint64_t type : {0xEF53ULL, 0x58465342ULL, 0x9123683EULL, 0x01021994ULL, 0x794C7630ULL}) {
    EXPECT_FALSE(policy_of_type(type).shared) << type;
  }
}

TEST_F(LeaseTest, OnAShareTheJournalIsTruncatedAndOneWrites) {
  create();
  ASSERT_EQ(::setenv("ZAITU_DISK", "shared", 1), 0);
  {
    ProjectFile project = ProjectFile::open(file, Access::read_write);
    EXPECT_TRUE(project.disk().shared);
    Transaction change = project.begin("edit");
    change.insert("units", {{"code", std::string("u")}, {"name_zh", std::string("单位")}});
    change.commit();
    EXPECT_FALSE(fs::exists(folder / "p.sqlite-wal"));
    EXPECT_FALSE(fs::exists(folder / "p.sqlite-shm"));
    Connection look(file.string(), SQLITE_OPEN_READONLY, file.string());
    EXPECT_EQ(look.text("PRAGMA journal_mode"), "delete") << "no log; TRUNCATE is a choice of each connection";
    EXPECT_EQ(load(ProjectFile::open(file, Access::read_only)).units->size(), 1u);
    EXPECT_EQ(error_of([&] { ProjectFile::open(file, Access::read_write); }).first, ExitCode::project_unusable)
        << "a second writer, of this machine too";
  }
  ::unsetenv("ZAITU_DISK");
  const ProjectFile project = ProjectFile::open(file, Access::read_write);
  EXPECT_FALSE(project.disk().shared);
  EXPECT_EQ(load(project).units->size(), 1u);
}

}  // namespace
}  // namespace zaitu::store
