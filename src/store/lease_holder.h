// Who holds the lease of a project (store/lease.h).
#pragma once

#include <cstdint>
#include <string>

namespace zaitu::store {

enum class Writer { window, command };

struct LeaseHolder {
  std::string who;      // user@host
  std::string since;    // UTC, ISO 8601
  std::string machine;  // of this start of the system and this space of process numbers
  std::int64_t pid = 0;
  std::int64_t started = 0;  // of the process, ticks since the system's start: tells two processes of one number apart
  Writer writer = Writer::command;
  std::string token;  // of this one lease
  // "anna@office (process 4711, since 2025-09-30T08:15:00Z)"
  std::string text() const;
};

}  // namespace zaitu::store
