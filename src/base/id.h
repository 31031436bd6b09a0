// Typed row ids: the INTEGER PRIMARY KEY of a project table. 0 is "none".
#pragma once

#include <cstdint>
#include <functional>

namespace zaitu::base {

template <class Tag>
struct Id {
  std::int64_t value = 0;
  explicit operator bool() const { return value != 0; }
  friend bool operator==(Id, Id) = default;
  friend auto operator<=>(Id, Id) = default;
};

}  // namespace zaitu::base

template <class Tag>
struct std::hash<zaitu::base::Id<Tag>> {
  std::size_t operator()(zaitu::base::Id<Tag> id) const noexcept { return std::hash<std::int64_t>{}(id.value); }
};
