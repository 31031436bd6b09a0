// What the parent tells the worker, as its argument list.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/format.h"

namespace zaitu::io {

struct WorkerOrder {
  std::string file;  // in the private copy
  std::string driver;
  std::string layer, encoding;
  std::int64_t header_row = 0;  // of a table; 0: look for it
  bool header_only = false;
  int cpu_seconds = 60;
  int parent = 0;              // process id; the worker ends with it
  bool plain_kml = false;      // LIBKML died on this file
  bool allow_partial = false;  // SourceOptions::allow_partial
  base::Language messages = base::Language::en;
};
std::vector<std::string> to_arguments(const WorkerOrder& order);  // from "--read-worker" on
WorkerOrder order_from(int argc, char** argv);

inline constexpr int worker_pipe = 3;  // the descriptor the worker writes its messages to

}  // namespace zaitu::io
