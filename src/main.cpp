// Wires the parts into one binary; the parts live in the folders beside this file.
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "cli/command_line.h"
#include "io/source.h"
#include "ui/window.h"

int main(int argc, char** argv) {
  // A write beyond the limit of a file's size fails like one on a full disk, instead of ending the program.
  std::signal(SIGXFSZ, SIG_IGN);
  // "relaxed" in it would let the SQL of a file read and write other files.
  unsetenv("SPATIALITE_SECURITY");
  if (argc > 1 && std::strcmp(argv[1], "--read-worker") == 0) return zaitu::io::read_worker_main(argc, argv);
  return zaitu::cli::run(argc, argv, [](const zaitu::cli::ViewOptions& view) {
    zaitu::ui::WindowOptions options;
    options.project = view.project;
    options.replay = view.replay;
    options.json = view.json;
    if (const char* probe = std::getenv("ZAITU_UI_PROBE"); probe != nullptr) options.probe = probe;
    return zaitu::ui::run_window(options);
  });
}
