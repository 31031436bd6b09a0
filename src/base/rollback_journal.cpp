#include "base/rollback_journal.h"

#include <array>
#include <cstdint>
#include <fstream>

namespace zaitu::base {

RollbackJournal rollback_journal_of(const std::filesystem::path& database) {
  // At the beginning, and at the end behind the name of a file for changes of several databases at once.
  constexpr std::array<std::uint8_t, 8> magic = {0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7};
  std::filesystem::path journal = database;
  journal += "-journal";
  std::ifstream in(journal, std::ios::binary);
  const auto is_magic = [&] {
    for (const std::uint8_t byte : magic) {
      if (in.get() != byte) return false;
    }
    return true;
  };
  // When it is ended it is removed, cut to nothing, or its beginning is overwritten with zeros.
  if (!in || !is_magic()) return RollbackJournal::none;
  in.seekg(-static_cast<std::streamoff>(magic.size()), std::ios::end);
  return in.tellg() > 0 && is_magic() ? RollbackJournal::names_a_file : RollbackJournal::unfinished;
}

}  // namespace zaitu::base
