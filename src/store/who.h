// Who works here, as the history and the lease name it.
#pragma once

#include <string>

namespace zaitu::store {

std::string user_at_host();

}  // namespace zaitu::store
