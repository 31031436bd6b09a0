// main() of every test program. A test that reads foreign files starts the reading worker from this same binary, as
// the program does; programs that do not link the reader leave the weak symbol empty.
#include <gtest/gtest.h>

#include <cstring>

namespace zaitu::io {
__attribute__((weak)) int read_worker_main(int argc, char** argv);
}

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--read-worker") == 0 && zaitu::io::read_worker_main != nullptr) {
    return zaitu::io::read_worker_main(argc, argv);
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
