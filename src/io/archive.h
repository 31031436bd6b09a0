// Zip archives of strangers (.zip, .kmz, and the workbooks that are zips): what an archive says of itself is checked
// before a byte is unpacked, and no more comes out of it than it said. For the reading worker; not shared between
// threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct zip;

namespace zaitu::io {

class Archive {
 public:
  static constexpr std::uint64_t most_bytes = std::uint64_t{2} << 30;  // of all members, unpacked
  static constexpr std::uint64_t most_ratio = 200;                     // unpacked to packed, of members over 1 MiB
  static constexpr std::size_t most_members = 20000;

  struct Member {
    std::string name;  // UTF-8, folders divided by '/'; a folder's own name ends with it
    std::uint64_t bytes = 0, packed_bytes = 0;
    std::uint64_t index = 0;  // in the archive
    bool is_folder() const { return name.ends_with('/'); }
  };

  // Opens and checks all of it. Throws base::Error(input_unreadable) with keyword format, corrupt or truncated (no zip,
  // or damaged), path (a member would lie outside of where it is unpacked to, or is a link), password, too-large or
  // limit. `name`: what messages call it.
  Archive(const std::filesystem::path& file, std::string name);
  ~Archive();
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  const std::vector<Member>& members() const { return m_members; }  // in the archive's order, files and folders
  const Member* find(std::string_view name) const;                  // without regard to case; nullptr: there is none
  // What the names of the members had to be decoded from; empty when they are what the format says.
  const std::string& decoded_from() const { return m_decoded_from; }

  // Hands over the content piece by piece. Throws base::Error(input_unreadable), keyword corrupt, for bytes that are
  // not what the archive says (length, CRC), too-large when there are more of them than it says.
  void unpack(const Member& member, const std::function<void(std::string_view piece)>& take) const;
  std::string content(const Member& member) const;                                // all of it
  void unpack_to(const Member& member, const std::filesystem::path& file) const;  // written anew

 private:
  void check(const Member& member) const;
  std::string m_name, m_decoded_from;
  zip* m_zip = nullptr;
  std::vector<Member> m_members;
};

}  // namespace zaitu::io
