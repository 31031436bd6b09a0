#include "io/compound_file.h"

#include <algorithm>
#include <fstream>

#include "base/message.h"
#include "io/little_endian.h"
#include "io/refuse.h"

namespace zaitu::io {

namespace {

constexpr std::uint32_t last_sector_number = 0xFFFFFFFA;  // larger ones are marks: free, end of a chain ...
constexpr std::uintmax_t most_bytes = std::uintmax_t{1} << 29;
constexpr std::uint64_t entry_bytes = 128;

}  // namespace

void CompoundFile::corrupt() const {
  refuse(base::say("corrupt: {} is damaged: its parts do not hang together; save it as XLSX", m_name));
}

std::uint64_t CompoundFile::number_at(std::uint64_t at, std::size_t bytes) const {
  if (at + bytes > m_bytes.size()) corrupt();
  return little_endian(m_bytes, at, bytes);
}

// The last one of a file may be short.
std::string_view CompoundFile::sector(std::uint32_t number) const {
  const std::uint64_t at = (std::uint64_t{number} + 1) * m_sector_bytes;
  if (number > last_sector_number || at >= m_bytes.size()) corrupt();
  return std::string_view(m_bytes).substr(at, m_sector_bytes);
}

std::string CompoundFile::chain(std::uint32_t start, std::uint64_t size) const {
  std::string content;
  // No sector twice: a chain that comes back to itself would be longer than the file.
  for (std::uint32_t number = start; content.size() < size; number = m_next[number]) {
    if (content.size() > m_bytes.size() || number >= m_next.size()) corrupt();
    content += sector(number);
  }
  content.resize(size);
  return content;
}

CompoundFile::CompoundFile(const std::filesystem::path& file, std::string name) : m_name(std::move(name)) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(file, error);
  if (error || size < 512) corrupt();
  if (size > most_bytes) refuse(base::say("too-large: {} has {} MiB; save it as XLSX or in parts", m_name, size >> 20));
  m_bytes.resize(size);
  std::ifstream(file, std::ios::binary).read(m_bytes.data(), static_cast<std::streamsize>(size));
  const std::uint64_t sector_shift = number_at(30, 2), mini_shift = number_at(32, 2);
  if (!m_bytes.starts_with("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") || sector_shift < 7 || sector_shift > 16 ||
      mini_shift < 4 || mini_shift > sector_shift)
    corrupt();
  m_sector_bytes = 1U << sector_shift;
  m_mini_bytes = 1U << mini_shift;
  m_mini_cutoff = number_at(56, 4);

  // Where the table of sectors lies: the first 109 of its sectors stand in the header, the others in a chain.
  const std::uint64_t sectors = (size + m_sector_bytes - 1) / m_sector_bytes;
  std::vector<std::uint32_t> tables;
  const auto add_table = [&](std::uint64_t number) {
    if (number <= last_sector_number) tables.push_back(static_cast<std::uint32_t>(number));
  };
  for (std::uint64_t i = 0; i < 109; ++i) add_table(number_at(76 + 4 * i, 4));
  std::uint64_t list = number_at(68, 4);
  for (std::uint64_t seen = 0; list <= last_sector_number; ++seen) {
    if (seen > sectors) corrupt();
    const std::uint64_t at = (list + 1) * m_sector_bytes;
    for (std::uint64_t i = 0; i + 4 < m_sector_bytes; i += 4) add_table(number_at(at + i, 4));
    list = number_at(at + m_sector_bytes - 4, 4);
  }
  if (tables.size() > sectors) corrupt();
  const auto numbers_of = [](std::string_view bytes, std::vector<std::uint32_t>& to) {
    for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4)
      to.push_back(static_cast<std::uint32_t>(little_endian(bytes, at, 4)));
  };
  for (const std::uint32_t table : tables) numbers_of(sector(table), m_next);

  // The folder: its entries, of which the first is the root, whose content the small streams are.
  auto folder = static_cast<std::uint32_t>(number_at(48, 4));
  std::string entries;
  for (; folder <= last_sector_number; folder = m_next[folder]) {
    if (folder >= m_next.size() || entries.size() > m_bytes.size()) corrupt();
    entries += sector(folder);
  }
  for (std::size_t at = 0; at + entry_bytes <= entries.size(); at += entry_bytes) {
    constexpr unsigned char a_stream = 2, the_root = 5;
    const auto kind = static_cast<unsigned char>(entries[at + 66]);
    if (kind != a_stream && kind != the_root) continue;
    std::string stream;
    const std::uint64_t name_bytes = std::min<std::uint64_t>(little_endian(entries, at + 64, 2), 64);
    for (std::uint64_t i = 0; i + 2 < name_bytes; i += 2) {
      const std::uint64_t c = little_endian(entries, at + i, 2);
      stream += c < 0x80 ? static_cast<char>(c) : '?';
    }
    const Stream found{static_cast<std::uint32_t>(little_endian(entries, at + 116, 4)),
                       little_endian(entries, at + 120, 4)};
    if (found.size > size) corrupt();
    if (kind == the_root) {
      if (found.size > 0) m_mini = chain(found.start, found.size);
    } else {
      m_streams.emplace(stream, found);
    }
  }
  const auto mini_table = static_cast<std::uint32_t>(number_at(60, 4));
  const std::uint64_t mini_sectors = number_at(64, 4);
  if (mini_sectors > sectors) corrupt();
  if (mini_sectors > 0) numbers_of(chain(mini_table, mini_sectors * m_sector_bytes), m_mini_next);
}

std::string CompoundFile::read(const std::string& stream) const {
  const Stream& found = m_streams.at(stream);
  if (found.size >= m_mini_cutoff) return chain(found.start, found.size);
  std::string content;
  for (std::uint32_t number = found.start; content.size() < found.size; number = m_mini_next[number]) {
    const std::uint64_t at = std::uint64_t{number} * m_mini_bytes;
    if (number >= m_mini_next.size() || at >= m_mini.size() || content.size() > m_mini.size()) corrupt();
    content += std::string_view(m_mini).substr(at, m_mini_bytes);
  }
  content.resize(found.size);
  return content;
}

}  // namespace zaitu::io
