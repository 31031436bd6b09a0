// One writer: who has a project open for writing says so in a small file beside it, "<project>-lease", and renews it
// while it lives. A lease of a process that ended is free at once on the same machine, elsewhere when it was not
// renewed for lease_timeout. Works where locks of other machines are not seen, and never blocks for long.
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

#include "store/lease_holder.h"

namespace zaitu::store {

inline constexpr std::chrono::seconds lease_renewal{10};
inline constexpr std::chrono::seconds lease_timeout{60};

// The lease of one project in one process. Any thread; renewing is done by a thread of its own.
class Lease {
 public:
  Lease(const std::filesystem::path& project, Writer writer);
  ~Lease();  // gives it back
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  // Takes it when it is free or its holder is gone. Nothing: this one has it now; else who holds it. Throws
  // base::Error(output_failed) when the file cannot be written.
  std::optional<LeaseHolder> take();
  // As take() without taking: who else holds it, alive.
  std::optional<LeaseHolder> other_holder() const;
  bool held() const;
  // It was held and is another's now: this process slept for longer than the others wait.
  bool lost() const;

  static std::filesystem::path file_of(const std::filesystem::path& project);
  // Of this process; tests make others of it.
  static LeaseHolder this_process(Writer writer);

 private:
  void renew_until_the_end();
  bool renew();

  std::filesystem::path m_file;
  LeaseHolder m_own;
  mutable std::mutex m_mutex;
  std::condition_variable m_ending_changed;
  bool m_held = false, m_lost = false, m_ending = false;
  std::thread m_renewing;
};

}  // namespace zaitu::store
