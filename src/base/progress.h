// Progress and cancel of long work: the caller gives a Progress, the work reports and asks whether to stop.
// All members may be used from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>

#include "base/error.h"

namespace zaitu::base {

class Progress {
 public:
  // `done` of `total` units (0 = unknown); cheap enough for once per 1 000 rows.
  void report(std::uint64_t done, std::uint64_t total) {
    m_done = done;
    m_total = total;
    if (on_report) on_report(done, total);
  }
  void request_stop() { m_stop = true; }
  bool stop_requested() const { return m_stop; }
  void throw_if_stopped() const {
    if (m_stop) throw Cancelled();
  }
  std::uint64_t done() const { return m_done; }
  std::uint64_t total() const { return m_total; }

  // Called on the working thread; set it before the work starts.
  std::function<void(std::uint64_t done, std::uint64_t total)> on_report;

 private:
  std::atomic<std::uint64_t> m_done{0};
  std::atomic<std::uint64_t> m_total{0};
  std::atomic<bool> m_stop{false};
};

}  // namespace zaitu::base
