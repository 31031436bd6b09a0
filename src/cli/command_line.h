// The command line: words to commands, results to text or JSON, errors to one line and an exit code.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>

namespace zaitu::cli {

struct ViewOptions {
  std::optional<std::filesystem::path> project;
  std::optional<std::filesystem::path> replay;  // a path of gestures whose frames are measured
  bool json = false;                            // of what the replay prints
};

// Runs the whole program for argv. `view` opens the window; it is handed in so that this folder needs no window code.
int run(int argc, char** argv, const std::function<int(const ViewOptions&)>& view);

}  // namespace zaitu::cli
