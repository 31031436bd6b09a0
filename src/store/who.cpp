#include "store/who.h"

#include <pwd.h>
#include <unistd.h>

namespace zaitu::store {

std::string user_at_host() {
  std::string user;
  passwd entry{};
  passwd* found = nullptr;
  char buffer[4096];
  if (getpwuid_r(geteuid(), &entry, buffer, sizeof buffer, &found) == 0 && found != nullptr) {
    user = found->pw_name;
  } else {
    user = std::to_string(geteuid());
  }
  char host[256] = {};
  if (gethostname(host, sizeof host - 1) != 0) return user;
  return user + "@" + host;
}

}  // namespace zaitu::store
