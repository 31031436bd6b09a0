// Rows of a table worked through by several threads, in chunks that the threads take one after another.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "base/parallel.h"
#include "base/progress.h"

namespace zaitu::base {

// How many threads take the chunks of so many rows; `threads` 0: one for each processor.
inline unsigned row_chunk_threads(std::size_t count, std::size_t chunk, unsigned threads) {
  if (threads == 0) threads = processors();
  return static_cast<unsigned>(std::clamp<std::size_t>((count + chunk - 1) / chunk, 1, threads));
}

// Calls body(worker, from, to) for the chunks of [0, count), each once, on row_chunk_threads() threads, of which the
// caller's is worker 0. Which worker takes which chunk is open: results must not depend on it.
// Progress is reported on the caller's thread, in rows. What a body throws ends the work and is thrown again; a stop
// that was asked for is Cancelled.
template <class Body>
void for_row_chunks(std::size_t count, std::size_t chunk, unsigned threads, Progress& progress, const Body& body) {
  progress.throw_if_stopped();
  threads = row_chunk_threads(count, chunk, threads);

  std::atomic<std::size_t> next{0}, done{0};
  std::mutex mutex;
  std::exception_ptr error;
  const auto work = [&](unsigned worker) {
    try {
      for (;;) {
        const std::size_t from = next.fetch_add(1) * chunk;
        if (from >= count || progress.stop_requested()) return;
        const std::size_t to = std::min(from + chunk, count);
        body(worker, from, to);
        done += to - from;
        if (worker == 0) progress.report(done, count);
      }
    } catch (...) {
      next = count / chunk + 1;
      const std::lock_guard lock(mutex);
      if (!error) error = std::current_exception();
    }
  };
  std::vector<std::jthread> others;
  for (unsigned worker = 1; worker < threads; ++worker) others.emplace_back(work, worker);
  work(0);
  others.clear();
  if (error) std::rethrow_exception(error);
  progress.throw_if_stopped();
}

}  // namespace zaitu::base
