// Golden files: expected text under tests/data. With ZAITU_UPDATE_GOLDENS=1 the file is written anew, and the test
// fails all the same, so that no run that changes goldens is ever green.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace zaitu::test {

inline void expect_golden(const std::string& name, const std::string& actual) {
  const std::string file = std::string(TEST_DATA_DIR) + "/" + name;
  std::ifstream in(file, std::ios::binary);
  std::ostringstream expected;
  expected << in.rdbuf();
  if (in && expected.str() == actual) return;
  if (std::getenv("ZAITU_UPDATE_GOLDENS") != nullptr) {
    std::ofstream(file, std::ios::binary) << actual;
    ADD_FAILURE() << "golden written: " << file;
    return;
  }
  std::istringstream want(expected.str()), have(actual);
  std::string want_line, have_line;
  for (int number = 1;; ++number) {
    const bool more_want = static_cast<bool>(std::getline(want, want_line));
    const bool more_have = static_cast<bool>(std::getline(have, have_line));
    if (!more_want && !more_have) break;
    if (more_want != more_have || want_line != have_line) {
      ADD_FAILURE() << file << " line " << number << "\n  expected: " << (more_want ? want_line : "(end)")
                    << "\n  actual:   " << (more_have ? have_line : "(end)");
      return;
    }
  }
  ADD_FAILURE() << file << ": missing, or its line ends differ";
}

}  // namespace zaitu::test
