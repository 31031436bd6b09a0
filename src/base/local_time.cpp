#include "base/local_time.h"

#include <fmt/format.h>

namespace zaitu::base {

std::string local_time(std::time_t moment) {
  std::tm parts{};
  localtime_r(&moment, &parts);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min);
}

std::string local_time(const std::string& utc) {
  std::tm parts{};
  const char* const end = ::strptime(utc.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return end == nullptr || *end != '\0' ? utc : local_time(::timegm(&parts));
}

}  // namespace zaitu::base
