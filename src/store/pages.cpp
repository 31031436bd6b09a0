#include "store/pages.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/message.h"
#include "store/checksum_vfs.h"

namespace zaitu::store {

namespace {

constexpr std::size_t log_header_bytes = 32, frame_header_bytes = 24;
constexpr int deepest = 30;                           // SQLite's own limit is 20
constexpr std::uint64_t longest_record = 1ull << 30;  // SQLite's

std::uint32_t number_at(std::span<const std::uint8_t> bytes, std::size_t at, std::size_t size = 4) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | bytes[at + i];
  return value;
}

// A number of one to nine bytes; moves `at`. False at the end of the bytes.
bool take_varint(std::span<const std::uint8_t> bytes, std::size_t& at, std::uint64_t& value) {
  value = 0;
  for (int i = 0; i < 9; ++i) {
    if (at >= bytes.size()) return false;
    const std::uint8_t byte = bytes[at++];
    if (i == 8) {
      value = value << 8 | byte;
      return true;
    }
    value = value << 7 | (byte & 0x7FU);
    if ((byte & 0x80U) == 0) return true;
  }
  return true;
}

bool read_at(int file, std::uint64_t offset, std::span<std::uint8_t> to) {
  std::size_t done = 0;
  while (done < to.size()) {
    const ssize_t got = ::pread(file, to.data() + done, to.size() - done, static_cast<off_t>(offset + done));
    if (got <= 0) return false;
    done += static_cast<std::size_t>(got);
  }
  return true;
}

// The log's own checksum ("The Database File Format", section 4.2) over words of the byte order that its mark says.
struct LogSum {
  std::uint32_t first = 0, second = 0;
  bool big_endian = false;
  void add(std::span<const std::uint8_t> bytes) {
    for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
      first += word(bytes, at) + second;
      second += word(bytes, at + 4) + first;
    }
  }
  std::uint32_t word(std::span<const std::uint8_t> bytes, std::size_t at) const {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    return big_endian == (std::endian::native == std::endian::big) ? value : __builtin_bswap32(value);
  }
};

}  // namespace

Log read_log(const std::filesystem::path& project, std::uint32_t page_bytes) {
  Log log;
  std::filesystem::path name = project;
  name += "-wal";
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(name, error);
  if (error || size == 0) return log;
  log.there = true;
  const int file = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    log.damage = base::say("the log cannot be read; check its rights");
    return log;
  }
  std::array<std::uint8_t, log_header_bytes> header{};
  const bool whole = read_at(file, 0, header);
  const std::uint32_t mark = number_at(header, 0);
  LogSum sum;
  sum.big_endian = (mark & 1U) != 0;
  sum.add(std::span(header).first(24));
  if (!whole || (mark & ~1U) != 0x377F0682U || number_at(header, 8) != page_bytes ||
      sum.first != number_at(header, 24) || sum.second != number_at(header, 28)) {
    log.damage = base::say("the log's header is not as it was written: nothing of it can be used");
    ::close(file);
    return log;
  }
  std::vector<std::uint8_t> frame(frame_header_bytes + page_bytes);
  std::unordered_map<std::uint32_t, std::uint64_t> open;  // pages of a transaction that is not committed yet
  const std::uint64_t frames = (size - log_header_bytes) / frame.size();
  std::uint64_t bad = 0, behind = 0;  // the first frame with a wrong sum; committed transactions after it
  bool goes_on = false;               // after the last of these
  for (std::uint64_t i = 0; i < frames; ++i) {
    const std::uint64_t offset = log_header_bytes + i * frame.size();
    if (!read_at(file, offset, frame)) break;
    const std::span<const std::uint8_t> bytes(frame);
    if (std::memcmp(frame.data() + 8, header.data() + 16, 8) != 0) {  // of an earlier round, or a damaged salt
      if (bad == 0) bad = i + 1;
      continue;
    }
    const std::uint32_t pages_after = number_at(bytes, 4);
    if (bad == 0) {
      sum.add(bytes.first(8));
      sum.add(bytes.subspan(frame_header_bytes));
      if (sum.first != number_at(bytes, 16) || sum.second != number_at(bytes, 20)) bad = i + 1;
    }
    if (bad != 0) {
      goes_on = pages_after == 0;
      if (pages_after != 0) ++behind;
      continue;
    }
    open[number_at(bytes, 0)] = offset + frame_header_bytes;
    if (pages_after != 0) {
      for (const auto& [page, at] : open) log.pages[page] = at;
      open.clear();
      log.size_in_pages = pages_after;
    }
  }
  ::close(file);
  // A change is synced before the next one is begun, so only the last one may have been left half written.
  if (bad != 0 && behind == 1 && !goes_on) {
    log.tail = base::say(
        "the log ends in a change that is not whole (frame {}): the power failed before it was acknowledged, "
        "or the log was damaged since: it does not count",
        bad);
  } else if (bad != 0 && behind > 0) {
    log.damage =
        base::say("frame {} of the log is not as it was written: {} committed changes behind it are lost", bad, behind);
  } else if (!open.empty()) {
    log.tail = base::say("the log ends in a change that was not committed ({} pages): it does not count", open.size());
  } else if ((size - log_header_bytes) % frame.size() != 0) {
    log.tail = base::say("the log is cut off behind its last commit: what was being written there does not count");
  }
  return log;
}

bool is_page_size(std::uint32_t bytes) { return std::has_single_bit(bytes) && bytes >= 512 && bytes <= 65536; }

bool sums_are_there(const Connection& connection, const DatabaseHeader& header) {
  if (header.has_sums) return true;
  std::vector<std::uint8_t> page(header.page_bytes);
  const std::uint64_t all = raw_size(connection.handle()) / header.page_bytes;
  const std::uint64_t step = std::max<std::uint64_t>(all / 32, 1);
  int right = 0, seen = 0;
  for (std::uint64_t i = 1; i < all; i += step, ++seen) {
    if (!read_raw(connection.handle(), i * header.page_bytes, page)) continue;
    right += has_right_sum(static_cast<std::uint32_t>(i + 1), page) ? 1 : 0;
  }
  return seen > 0 && 2 * right > seen;
}

Pages::Pages(const Connection& connection, std::filesystem::path project, const DatabaseHeader& header, const Log& log,
             std::vector<std::uint32_t> damaged)
    : m_connection(connection),
      m_page_bytes(header.page_bytes),
      m_usable(header.page_bytes),
      m_count(header.pages),
      m_log(log),
      m_damaged(std::move(damaged)) {
  std::array<std::uint8_t, 1> reserved{};
  if (read_raw(connection.handle(), 20, reserved)) m_usable -= reserved[0];
  const auto there = static_cast<std::uint32_t>(raw_size(connection.handle()) / m_page_bytes);
  if (m_count == 0 || !header.counters_agree || m_count > there) m_count = there;
  if (!log.pages.empty()) {
    project += "-wal";
    m_log_file = ::open(project.c_str(), O_RDONLY | O_CLOEXEC);
    m_count = log.size_in_pages;
  }
}

Pages::~Pages() {
  if (m_log_file >= 0) ::close(m_log_file);
}

bool Pages::is_damaged(std::uint32_t page) const {
  return std::binary_search(m_damaged.begin(), m_damaged.end(), page);
}

bool Pages::read(std::uint32_t page, std::vector<std::uint8_t>& to, bool even_damaged) const {
  if (page == 0 || page > m_count || (!even_damaged && is_damaged(page))) return false;
  to.resize(m_page_bytes);
  const auto in_log = m_log.pages.find(page);
  if (in_log != m_log.pages.end()) return m_log_file >= 0 && read_at(m_log_file, in_log->second, to);
  return read_raw(m_connection.handle(), std::uint64_t{page - 1} * m_page_bytes, to);
}

void TreeWalk::walk(std::uint32_t root) { visit(root, {}, 0); }

void TreeWalk::visit(std::uint32_t number, const RowRange& range, int depth) {
  std::vector<std::uint8_t> page;
  const auto lost = [&] {
    if (on_lost) on_lost(number, range);
  };
  if (depth > deepest || !m_visited.insert(number).second) return lost();
  if (!m_pages.read(number, page, depth == 0 && even_damaged_root)) return lost();
  const std::size_t head = number == 1 ? 100 : 0;
  const std::uint8_t type = page[head];
  const bool table = type == 0x05 || type == 0x0D;
  const bool inner = type == 0x05 || type == 0x02;
  if (!table && type != 0x02 && type != 0x0A) return lost();
  if (on_page) on_page(number, range);
  const std::size_t cells = number_at(page, head + 3, 2);
  const std::size_t list = head + (inner ? 12 : 8);
  if (list + 2 * cells > m_pages.usable_bytes()) return lost();
  RowRange below = range;
  for (std::size_t i = 0; i < cells; ++i) {
    std::size_t at = number_at(page, list + 2 * i, 2);
    if (at < list || at + 4 > m_pages.usable_bytes()) continue;
    if (!inner) {
      cell(page, at, table);
      continue;
    }
    const std::uint32_t child = number_at(page, at);
    at += 4;
    if (!table) {
      cell(page, at, false);
      visit(child, {}, depth + 1);
      continue;
    }
    std::uint64_t key = 0;
    if (!take_varint(std::span(page).first(m_pages.usable_bytes()), at, key)) continue;
    below.last = static_cast<std::int64_t>(key);
    visit(child, below, depth + 1);
    if (below.last < std::numeric_limits<std::int64_t>::max()) below.first = below.last + 1;
  }
  if (!inner) return;
  below.last = range.last;
  visit(number_at(page, head + 8), table ? below : RowRange{}, depth + 1);
}

void TreeWalk::cell(const std::vector<std::uint8_t>& page, std::size_t at, bool table) {
  const std::uint64_t usable = m_pages.usable_bytes();
  const std::span<const std::uint8_t> bytes(page.data(), usable);
  std::uint64_t size = 0, row = 0;
  if (!take_varint(bytes, at, size) || (table && !take_varint(bytes, at, row)) || size > longest_record) return;
  const auto id = static_cast<std::int64_t>(row);
  const std::uint64_t most = table ? usable - 35 : (usable - 12) * 64 / 255 - 23;
  std::uint64_t local = size;
  if (size > most) {
    const std::uint64_t least = (usable - 12) * 32 / 255 - 23;
    local = least + (size - least) % (usable - 4);
    if (local > most) local = least;
  }
  if (at + local + (local < size ? 4 : 0) > usable) return;
  std::vector<std::uint8_t> record(page.begin() + static_cast<std::ptrdiff_t>(at),
                                   page.begin() + static_cast<std::ptrdiff_t>(at + local));
  if (local < size) {
    std::uint32_t next = number_at(bytes, at + local);
    std::vector<std::uint8_t> more;
    const RowRange own = table ? RowRange{id, id} : RowRange{};
    while (record.size() < size) {
      if (!m_visited.insert(next).second || !m_pages.read(next, more)) {
        if (on_lost) on_lost(next, own);
        return;
      }
      if (on_page) on_page(next, own);
      const std::uint64_t part = std::min<std::uint64_t>(usable - 4, size - record.size());
      record.insert(record.end(), more.begin() + 4, more.begin() + 4 + static_cast<std::ptrdiff_t>(part));
      next = number_at(more, 0);
    }
  }
  if (on_row) on_row(id, record);
}

std::optional<std::vector<Value>> parse_record(std::span<const std::uint8_t> record) {
  std::size_t at = 0;
  std::uint64_t head = 0;
  if (!take_varint(record, at, head) || head > record.size()) return std::nullopt;
  std::size_t body = head;
  std::vector<Value> values;
  while (at < head) {
    std::uint64_t type = 0;
    if (!take_varint(record.first(head), at, type)) return std::nullopt;
    constexpr std::array<std::size_t, 10> sizes = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0};
    if (type == 10 || type == 11) return std::nullopt;
    const std::uint64_t size = type < 12 ? sizes[type] : (type - 12) / 2;
    if (size > record.size() - body) return std::nullopt;
    const auto bytes = record.subspan(body, size);
    body += size;
    if (type == 0) {
      values.emplace_back();
    } else if (type == 8 || type == 9) {
      values.emplace_back(static_cast<std::int64_t>(type - 8));
    } else if (type < 8) {
      std::uint64_t bits = (bytes[0] & 0x80U) != 0 && type != 7 ? ~std::uint64_t{0} : 0;
      for (const std::uint8_t byte : bytes) bits = bits << 8 | byte;
      if (type == 7) {
        values.emplace_back(std::bit_cast<double>(bits));
      } else {
        values.emplace_back(static_cast<std::int64_t>(bits));
      }
    } else if (type % 2 == 0) {
      values.emplace_back(geom::Bytes(bytes.begin(), bytes.end()));
    } else {
      values.emplace_back(std::string(bytes.begin(), bytes.end()));
    }
  }
  return values;
}

std::vector<SchemaEntry> read_schema(const Pages& pages) {
  std::vector<SchemaEntry> entries;
  TreeWalk walk(pages);
  walk.even_damaged_root = true;
  walk.on_row = [&](std::int64_t, std::span<const std::uint8_t> record) {
    const auto values = parse_record(record);
    if (!values || values->size() < 5) return;
    const auto text = [&](std::size_t i) {
      const auto* found = std::get_if<std::string>(&(*values)[i]);
      return found != nullptr ? *found : std::string();
    };
    const auto* root = std::get_if<std::int64_t>(&(*values)[3]);
    if (root == nullptr || *root < 2 || *root > pages.count()) return;
    entries.push_back({text(0), text(1), text(2), text(4), static_cast<std::uint32_t>(*root)});
  };
  walk.walk(1);
  return entries;
}

std::unordered_set<std::uint32_t> free_pages(const Pages& pages) {
  std::unordered_set<std::uint32_t> found;
  std::vector<std::uint8_t> page;
  if (!pages.read(1, page, true)) return found;
  std::uint32_t trunk = number_at(page, 32);
  while (trunk != 0 && found.insert(trunk).second && pages.read(trunk, page)) {
    const std::uint32_t leaves = std::min(number_at(page, 4), pages.usable_bytes() / 4 - 2);
    for (std::uint32_t i = 0; i < leaves; ++i) found.insert(number_at(page, 8 + 4 * std::size_t{i}));
    trunk = number_at(page, 0);
  }
  return found;
}

}  // namespace zaitu::store
