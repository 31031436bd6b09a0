// Work on stretches of rows by several threads at once, for passes over millions of rows.
#pragma once

#include <algorithm>
#include <cstddef>
#include <exception>
#include <thread>
#include <vector>

namespace zaitu::base {

// The machine's processors, within reason.
inline unsigned processors() { return std::clamp(std::thread::hardware_concurrency(), 1U, 16U); }

// Calls work(part, from, to) for `parts` stretches of [0, count) of about the same length, each on a thread of its own
// (the last one on the caller's), and waits. The first exception is thrown again.
template <class Work>
void for_stretches(std::size_t count, unsigned parts, const Work& work) {
  if (parts <= 1) {
    work(0U, std::size_t{0}, count);
    return;
  }
  std::vector<std::exception_ptr> problems(parts);
  const auto run = [&](unsigned part) {
    try {
      work(part, count * part / parts, count * (part + 1) / parts);
    } catch (...) {
      problems[part] = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> threads;
    threads.reserve(parts - 1);
    for (unsigned part = 0; part + 1 < parts; ++part) threads.emplace_back(run, part);
    run(parts - 1);
  }
  for (const std::exception_ptr& problem : problems) {
    if (problem) std::rethrow_exception(problem);
  }
}

}  // namespace zaitu::base
