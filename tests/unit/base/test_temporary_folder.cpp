// What a killed program left behind goes; what a living one uses stays.
#include "base/temporary_folder.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace zaitu::base {
namespace {

namespace fs = std::filesystem;

const std::string prefix = "zaitu-test-" + std::to_string(::getpid()) + "-";

void make_old(const fs::path& folder) {
  const timespec long_ago[2] = {{1000, 0}, {1000, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, folder.c_str(), long_ago, 0), 0);
}

TEST(TemporaryFolder, GoesWithItsContentAndOnlyItsOwnerLooksInside) {
  fs::path path;
  {
    const TemporaryFolder folder(prefix);
    path = folder.path();
    std::ofstream(path / "copy") << "x";
    EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_all);
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST(TemporaryFolder, OfAKilledProgramIsRemovedAndOfALivingOneStays) {
  const TemporaryFolder used(prefix);
  make_old(used.path());
  int names[2];
  ASSERT_EQ(::pipe(names), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const TemporaryFolder left(prefix);
    std::ofstream(left.path() / "copy") << "x";
    const std::string name = left.path().string();
    ::_exit(::write(names[1], name.data(), name.size()) > 0 ? 0 : 1);
  }
  char name[200] = {};
  ASSERT_GT(::read(names[0], name, sizeof name - 1), 0);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(fs::exists(name));
  { const TemporaryFolder young(prefix); }
  EXPECT_TRUE(fs::exists(name)) << "it may be in the making";
  make_old(name);
  { const TemporaryFolder next(prefix); }
  EXPECT_FALSE(fs::exists(name));
  EXPECT_TRUE(fs::exists(used.path()));
  ::close(names[0]);
  ::close(names[1]);
}

}  // namespace
}  // namespace zaitu::base
