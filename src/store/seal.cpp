#include "store/seal.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "base/error.h"
#include "base/message.h"
#include "store/backup.h"
#include "store/chain.h"
#include "store/checksum_vfs.h"
#include "store/session.h"

namespace zaitu::store {

using base::Error;
using base::ExitCode;

namespace {

constexpr std::uint64_t lock_byte = 0x40000000;  // its page is never written ("The Database File Format", 1.2)

std::uint32_t big_endian(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 |
         std::uint32_t{bytes[3]};
}

std::string mark_text(std::string_view kind, std::uint32_t counter, std::int64_t last_row) {
  std::string text = fmt::format("{} {} {}", kind, counter, last_row);
  return text + fmt::format(" {:016x}", XXH3_64bits(text.data(), text.size()));
}

void write_mark(const Connection& connection, const std::string& text) {
  Statement mark(connection, "INSERT OR REPLACE INTO zaitu_meta (key, value) VALUES ('sealed', ?)");
  mark.bind(0, std::string_view(text));
  mark.run();
}

std::int64_t last_journal_row(const Connection& connection) {
  return connection.integer("SELECT max(seq) FROM journal");
}

// A rollback journal is made of pages as the connection has them, which after a write are those of before it but for
// their sums: played back by a program that knows of no sums, they would look damaged. So they are read anew.
void forget_pages(const Connection& connection) { sqlite3_db_release_memory(connection.handle()); }

// While it lives a lock of another program is an answer and not waited for.
class WithoutWaiting {
 public:
  explicit WithoutWaiting(const Connection& connection) : m_connection(connection) {
    sqlite3_busy_timeout(m_connection.handle(), 0);
  }
  ~WithoutWaiting() { sqlite3_busy_timeout(m_connection.handle(), busy_milliseconds); }
  WithoutWaiting(const WithoutWaiting&) = delete;
  WithoutWaiting& operator=(const WithoutWaiting&) = delete;

 private:
  const Connection& m_connection;
};

// Turns the log off. False: another program has the file open.
bool leave_log(const Connection& connection) {
  const WithoutWaiting no_waiting(connection);
  try {
    connection.execute("PRAGMA synchronous = EXTRA");  // or the switch itself may be undone by a power cut later on
    sqlite3_wal_checkpoint_v2(connection.handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    forget_pages(connection);
    return connection.text("PRAGMA journal_mode = DELETE") == "delete";
  } catch (const Error&) {  // busy
    return false;
  }
}

// Writes the sums of these pages, ascending as they are. The caller keeps others from writing.
void write_sums(const Connection& connection, const DatabaseHeader& header, const std::vector<std::uint32_t>& pages) {
  std::vector<std::uint8_t> bytes(header.page_bytes);
  // Page 1 last: as long as its sum is wrong it tells that another program wrote.
  for (auto listed = pages.rbegin(); listed != pages.rend(); ++listed) {
    const std::uint32_t page = *listed;
    const std::uint64_t offset = std::uint64_t{page - 1} * header.page_bytes;
    if (!read_raw(connection.handle(), offset, bytes)) connection.fail(SQLITE_IOERR_READ);
    const std::uint64_t sum = sum_of_page(page, bytes);
    std::array<std::uint8_t, sum_bytes> written{};
    for (std::size_t i = 0; i < written.size(); ++i) written[i] = static_cast<std::uint8_t>(sum >> (8 * i));
    if (!write_raw(connection.handle(), offset + header.page_bytes - sum_bytes, written)) {
      connection.fail(SQLITE_IOERR_WRITE);
    }
  }
  if (!pages.empty() && !sync_raw(connection.handle())) connection.fail(SQLITE_IOERR_FSYNC);
}

// Seals what another program wrote, and the mark. Nobody else can write meanwhile: RESERVED is ours from the start,
// EXCLUSIVE is what writing needs.
std::size_t seal_and_close(const Connection& connection, bool look_at_pages) {
  forget_pages(connection);
  connection.execute(look_at_pages ? "BEGIN EXCLUSIVE" : "BEGIN IMMEDIATE");
  try {
    std::size_t sealed = 0;
    const DatabaseHeader header = DatabaseHeader::read(connection);
    if (look_at_pages) {
      base::Progress quiet;
      const PageScan scan = scan_pages(connection, header, quiet);
      write_sums(connection, header, scan.wrong);
      sealed = scan.wrong.size();
    }
    // In a database without a log each commit counts up by one.
    write_mark(connection, mark_text("closed", header.counter + 1, last_journal_row(connection)));
    connection.execute("COMMIT");
    return sealed;
  } catch (...) {
    if (connection.in_transaction()) sqlite3_exec(connection.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    throw;
  }
}

// Seals what another program wrote while the log is on still: turning it off writes page 1 anew, which then no longer
// tells of that program, should this one end in between. Number of pages; 0 when it is busy there.
std::size_t seal_before_log_ends(const Connection& connection) {
  const WithoutWaiting no_waiting(connection);
  try {
    sqlite3_wal_checkpoint_v2(connection.handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    connection.execute("BEGIN IMMEDIATE");
  } catch (const Error&) {
    return 0;
  }
  try {
    base::Progress quiet;
    const DatabaseHeader header = DatabaseHeader::read(connection);
    const PageScan scan = scan_pages(connection, header, quiet);
    write_sums(connection, header, scan.wrong);
    connection.execute("ROLLBACK");
    return scan.wrong.size();
  } catch (...) {
    if (connection.in_transaction()) sqlite3_exec(connection.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
    throw;
  }
}

// What a project of an earlier version lacks. With another program there it is left to the next time.
void add_sums(const Connection& connection) {
  if (!leave_log(connection)) return;
  int bytes = sum_bytes;
  sqlite3_file_control(connection.handle(), "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes);
  connection.execute("PRAGMA temp_store = FILE");  // as large as the project
  connection.execute("VACUUM");
  connection.execute("PRAGMA temp_store = MEMORY");
  connection.execute("BEGIN EXCLUSIVE");
  seal_all_changes(connection);
  connection.execute("COMMIT");
  seal_and_close(connection, true);
}

// Nothing was committed while the log was on: turning it on and off counted up the change counter, and all its values
// since then name the same content, so the old one may stand there again.
void forget_log(const Session& session) {
  const Connection& connection = session.connection;
  connection.execute("BEGIN EXCLUSIVE");
  const bool written = write_raw(connection.handle(), 0, session.first_page) && sync_raw(connection.handle());
  connection.execute("ROLLBACK");
  if (!written) connection.fail(SQLITE_IOERR_WRITE);
}

// Notes whether another connection has committed since the last look. Turning the log on or off looks like it.
void look_for_others(Session& session) {
  const std::int64_t now = session.connection.integer("PRAGMA data_version");
  session.others_committed = session.others_committed || now != session.data_version_seen;
  session.data_version_seen = now;
}

}  // namespace

DatabaseHeader DatabaseHeader::read(const Connection& connection) {
  std::array<std::uint8_t, 100> bytes{};
  DatabaseHeader header;
  if (!read_raw(connection.handle(), 0, bytes)) return header;
  header.is_database = std::memcmp(bytes.data(), "SQLite format 3", 16) == 0;
  header.has_sums = header.is_database && bytes[20] == sum_bytes;
  header.uses_log = bytes[18] == 2 || bytes[19] == 2;
  header.page_bytes = std::uint32_t{bytes[16]} << 8 | bytes[17];
  if (header.page_bytes == 1) header.page_bytes = 65536;
  header.counter = big_endian(bytes.data() + 24);
  header.pages = big_endian(bytes.data() + 28);
  header.counters_agree = header.counter == big_endian(bytes.data() + 92);
  return header;
}

SealMark read_mark(const Connection& connection) {
  SealMark mark;
  const std::string text = connection.text("SELECT value FROM zaitu_meta WHERE key = 'sealed'");
  if (text.empty()) return mark;
  mark.kind = SealMark::Kind::altered;
  const std::size_t first = text.find(' ');
  const std::size_t second = first == std::string::npos ? first : text.find(' ', first + 1);
  if (second == std::string::npos) return mark;
  const std::string kind = text.substr(0, first);
  std::uint32_t counter = 0;
  std::int64_t last_row = 0;
  std::from_chars(text.data() + first + 1, text.data() + second, counter);
  std::from_chars(text.data() + second + 1, text.data() + text.size(), last_row);
  if ((kind != "open" && kind != "closed") || text != mark_text(kind, counter, last_row)) return mark;
  mark.kind = kind == "open" ? SealMark::Kind::open : SealMark::Kind::closed;
  mark.counter = counter;
  mark.last_row = last_row;
  return mark;
}

bool others_may_have_written(const Connection& connection, const DatabaseHeader& header, const SealMark& mark,
                             bool has_log) {
  if (mark.kind == SealMark::Kind::none || mark.kind == SealMark::Kind::altered) return false;
  if (mark.kind == SealMark::Kind::closed) return header.counters_agree && header.counter > mark.counter;
  const bool rows_of_others =
      connection.integer(fmt::format("SELECT EXISTS (SELECT 1 FROM journal WHERE seq > {} AND change_id IS NULL)",
                                     mark.last_row)) != 0;
  if (rows_of_others) return true;
  if (header.uses_log) return !has_log;
  std::vector<std::uint8_t> first(header.page_bytes);
  return header.counters_agree && header.counter > mark.counter && read_raw(connection.handle(), 0, first) &&
         !has_right_sum(1, first);
}

PageScan scan_pages(const Connection& connection, const DatabaseHeader& header, base::Progress& progress) {
  PageScan scan;
  constexpr std::uint64_t block_bytes = 1 << 20;
  const std::uint64_t page_bytes = header.page_bytes;
  const std::uint64_t all = std::min<std::uint64_t>(header.pages, raw_size(connection.handle()) / page_bytes);
  const std::uint64_t unused = lock_byte / page_bytes + 1;
  std::vector<std::uint8_t> block(block_bytes);
  const std::uint64_t at_once = block_bytes / page_bytes;
  for (std::uint64_t from = 0; from < all; from += at_once) {
    progress.throw_if_stopped();
    const std::uint64_t count = std::min(at_once, all - from);
    const std::span<std::uint8_t> bytes(block.data(), count * page_bytes);
    if (!read_raw(connection.handle(), from * page_bytes, bytes)) connection.fail(SQLITE_IOERR_READ);
    for (std::uint64_t i = 0; i < count; ++i) {
      const auto page = static_cast<std::uint32_t>(from + i + 1);
      const auto one = bytes.subspan(i * page_bytes, page_bytes);
      if (has_right_sum(page, one) || page == unused) continue;
      const bool zero = std::all_of(one.begin(), one.end(), [](std::uint8_t byte) { return byte == 0; });
      (zero ? scan.zero : scan.wrong).push_back(page);
    }
    progress.report(from + count, all);
  }
  return scan;
}

std::uint32_t first_damaged_page(const Connection& connection) {
  const DatabaseHeader header = DatabaseHeader::read(connection);
  if (!header.has_sums || header.uses_log) return 0;
  const SealMark mark = read_mark(connection);
  if (mark.kind != SealMark::Kind::closed || mark.counter != header.counter) return 0;
  base::Progress progress;
  const PageScan scan = scan_pages(connection, header, progress);
  return scan.wrong.empty() ? 0 : scan.wrong.front();
}

namespace {

void settle(Session& session) {
  const Connection& connection = session.connection;
  DatabaseHeader header = DatabaseHeader::read(connection);
  if (!header.has_sums) return add_sums(connection);
  const SealMark mark = read_mark(connection);
  std::vector<std::uint8_t> first(header.page_bytes);
  const bool quiet = mark.kind == SealMark::Kind::closed && !header.uses_log && header.counter == mark.counter &&
                     read_raw(connection.handle(), 0, first) && has_right_sum(1, first);
  if (quiet) return;
  const bool others = others_may_have_written(connection, header, mark, session.had_log);
  const auto require_structure = [&] {
    if (const std::string found = connection.text("PRAGMA quick_check(1)"); found != "ok") {
      throw Error(ExitCode::project_unusable, damaged_text(session.path, found.substr(0, found.find('\n'))));
    }
  };
  std::size_t sealed = 0;
  if (header.uses_log) {
    if (others) {
      require_structure();
      sealed = seal_before_log_ends(connection);
    }
    // With another program there it is left to the close, or to the next time.
    if (!leave_log(connection)) return;
  }
  header = DatabaseHeader::read(connection);
  base::Progress progress;
  const PageScan scan = scan_pages(connection, header, progress);
  if (!scan.wrong.empty()) {
    if (!others) {
      throw Error(ExitCode::project_unusable,
                  damaged_text(session.path, base::say("page {} is not as it was written", scan.wrong.front())));
    }
    require_structure();
  }
  sealed += seal_and_close(connection, !scan.wrong.empty());
  if (sealed > 0) {
    session.notes.push_back(
        base::say("{}: another program wrote {} pages of it since it was closed; they were checked and sealed anew",
                  session.path.string(), sealed));
  }
}

}  // namespace

void settle_seal(Session& session) {
  settle(session);
  session.data_version_seen = session.connection.integer("PRAGMA data_version");
}

void start_log(Session& session) {
  if (session.log_started) return;
  if (!session.needs_seal) {
    session.first_page.resize(DatabaseHeader::read(session.connection).page_bytes);
    read_raw(session.connection.handle(), 0, session.first_page);
  }
  session.needs_seal = true;
  forget_pages(session.connection);
  if (session.shared_disk) return;
  // Stays what it is while another program reads: then each commit waits for it.
  look_for_others(session);
  session.log_started = session.connection.text("PRAGMA journal_mode = WAL") == "wal";
  session.data_version_seen = session.connection.integer("PRAGMA data_version");
  session.connection.execute(session.log_started ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = EXTRA");
}

void mark_open(Session& session) {
  if (session.is_marked_open) return;
  const SealMark before = read_mark(session.connection);
  write_mark(session.connection, mark_text("open", before.counter, before.last_row));
}

void close_seal(Session& session) {
  const Connection& connection = session.connection;
  if (!session.needs_seal || !DatabaseHeader::read(connection).has_sums) return;
  look_for_others(session);
  const bool others = session.others_committed;
  if (others && session.log_started) seal_before_log_ends(connection);
  if (!leave_log(connection)) return;
  const bool had_no_log = session.first_page.size() > 20 && session.first_page[18] == 1;
  if (!others && !session.is_marked_open && had_no_log) return forget_log(session);
  seal_and_close(connection, others);
}

void reserve_sums(const Connection& connection) {
  int bytes = sum_bytes;
  sqlite3_file_control(connection.handle(), "main", SQLITE_FCNTL_RESERVE_BYTES, &bytes);
  // The first page is written first, so that the sums begin with the others.
  connection.execute(fmt::format("PRAGMA application_id = {}", application_id));
}

void mark_closed(const Connection& connection) { seal_and_close(connection, false); }
void seal_all_pages(const Connection& connection) { seal_and_close(connection, true); }

}  // namespace zaitu::store
