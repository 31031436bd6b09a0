#include "io/archive.h"

#include <zip.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <utility>

#include "base/message.h"
#include "base/utf8.h"
#include "io/encoding.h"
#include "io/refuse.h"

namespace zaitu::io {

namespace {

constexpr std::uint64_t small_member_bytes = std::uint64_t{1} << 20;  // may be packed as well as it can be

// Where the names of a zip are not ASCII and not marked as UTF-8, Windows wrote them in its own code page.
std::string decoded_name(const std::string& raw, std::string& decoded_from) {
  if (base::is_valid_utf8(raw)) return raw;
  for (const char* const encoding : {"GB18030", "Big5"}) {
    std::string name;
    if (Decoder(encoding)(raw, name) != Decoded::whole) continue;
    decoded_from = encoding;
    return name;
  }
  std::string name;
  for (std::size_t at = 0; at < raw.size();) base::append_utf8(name, base::next_code_point(raw, at));
  decoded_from = base::say("an unknown encoding");
  return name;
}

bool leads_outside(std::string_view name) {
  if (name.empty() || name.starts_with('/') || name.find('\0') != name.npos) return true;
  if (name.size() > 1 && name[1] == ':') return true;  // a drive of Windows
  while (!name.empty()) {
    const std::size_t end = std::min(name.find('/'), name.size());
    if (name.substr(0, end) == "..") return true;
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return false;
}

bool is_link(zip* archive, std::uint64_t index) {
  zip_uint8_t system = 0;
  zip_uint32_t attributes = 0;
  if (zip_file_get_external_attributes(archive, index, 0, &system, &attributes) != 0) return false;
  constexpr zip_uint32_t kind_of_file = 0170000, symbolic_link = 0120000;
  return system == ZIP_OPSYS_UNIX && ((attributes >> 16U) & kind_of_file) == symbolic_link;
}

std::string printable(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ') c = '?';
  }
  return text.size() > 200 ? text.substr(0, 200) : text;
}

}  // namespace

Archive::Archive(const std::filesystem::path& file, std::string name) : m_name(std::move(name)) {
  int failure = 0;
  m_zip = zip_open(file.c_str(), ZIP_RDONLY, &failure);
  if (m_zip == nullptr) {
    char head[4] = {};
    std::ifstream(file, std::ios::binary).read(head, sizeof head);
    const bool begins_well = std::string_view(head, 2) == "PK";
    if (!begins_well) refuse(base::say("format: {} is no zip archive", m_name));
    refuse(failure == ZIP_ER_NOZIP
               ? base::say("truncated: {}: the archive's table of contents is missing; fetch it again", m_name)
               : base::say("corrupt: {}: the archive is damaged; fetch it again", m_name));
  }
  try {
    const zip_int64_t count = zip_get_num_entries(m_zip, 0);
    if (count > static_cast<zip_int64_t>(most_members)) {
      refuse(base::say("limit: {} holds {} files, more than {}; unpack it and take those that are needed", m_name,
                       count, most_members));
    }
    m_members.reserve(static_cast<std::size_t>(std::max<zip_int64_t>(count, 0)));
    std::uint64_t all_bytes = 0;
    for (zip_int64_t i = 0; i < count; ++i) {
      zip_stat_t facts;
      zip_stat_init(&facts);
      const auto index = static_cast<zip_uint64_t>(i);
      if (zip_stat_index(m_zip, index, ZIP_FL_ENC_RAW, &facts) != 0 || facts.name == nullptr) {
        refuse(base::say("corrupt: {}: its table of contents cannot be read; fetch it again", m_name));
      }
      Member member{decoded_name(facts.name, m_decoded_from), facts.size, facts.comp_size, index};
      // After decoding: the second byte of a character may be the code of a backslash.
      std::replace(member.name.begin(), member.name.end(), '\\', '/');
      check(member);
      if ((facts.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && facts.encryption_method != ZIP_EM_NONE) {
        refuse(base::say("password: {} is encrypted; unpack it with its password and import what is inside", m_name));
      }
      all_bytes += std::min(member.bytes, most_bytes + 1);
      if (all_bytes > most_bytes) {
        refuse(base::say("too-large: {} would unpack to more than 2 GiB; unpack it and import what is needed", m_name));
      }
      m_members.push_back(std::move(member));
    }
  } catch (...) {
    zip_discard(m_zip);
    throw;
  }
}

Archive::~Archive() { zip_discard(m_zip); }

void Archive::check(const Member& member) const {
  if (leads_outside(member.name) || is_link(m_zip, member.index)) {
    refuse(base::say("path: {}: its member \"{}\" leads outside of the archive; nothing was unpacked", m_name,
                     printable(member.name)));
  }
  if (member.bytes > small_member_bytes && member.bytes / most_ratio > member.packed_bytes) {
    refuse(
        base::say("too-large: {}: \"{}\" would unpack to {} bytes from {}, more than {} times as much: it looks like a "
                  "zip bomb, nothing was unpacked",
                  m_name, printable(member.name), member.bytes, member.packed_bytes, most_ratio));
  }
}

const Archive::Member* Archive::find(std::string_view name) const {
  const std::string wanted = base::ascii_lower(name);
  for (const Member& member : m_members) {
    if (base::ascii_lower(member.name) == wanted) return &member;
  }
  return nullptr;
}

void Archive::unpack(const Member& member, const std::function<void(std::string_view piece)>& take) const {
  const std::string what = m_name + ": \"" + printable(member.name) + "\"";
  zip_file_t* const open = zip_fopen_index(m_zip, member.index, 0);
  if (open == nullptr) {
    refuse(base::say("format: {} cannot be unpacked ({}); pack it in another way", what, zip_strerror(m_zip)));
  }
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> closing(open, zip_fclose);
  std::string piece(std::size_t{1} << 16, '\0');
  std::uint64_t bytes = 0;
  for (;;) {
    const zip_int64_t got = zip_fread(open, piece.data(), piece.size());
    if (got < 0) refuse(base::say("corrupt: {} is damaged in the archive; fetch it again", what));
    if (got == 0) break;
    bytes += static_cast<std::uint64_t>(got);
    if (bytes > member.bytes) refuse(base::say("too-large: {} unpacks to more than the archive says", what));
    take(std::string_view(piece).substr(0, static_cast<std::size_t>(got)));
  }
  if (bytes != member.bytes) refuse(base::say("truncated: {} is shorter than the archive says; fetch it again", what));
}

std::string Archive::content(const Member& member) const {
  std::string all;
  unpack(member, [&](std::string_view piece) { all += piece; });
  return all;
}

void Archive::unpack_to(const Member& member, const std::filesystem::path& file) const {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  unpack(member, [&](std::string_view piece) { out.write(piece.data(), static_cast<std::streamsize>(piece.size())); });
  out.close();
  if (!out) refuse(base::say("disk: cannot unpack {} into {}; is the disk full?", m_name, file.parent_path().string()));
}

}  // namespace zaitu::io
