#include "store/verify.h"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/error.h"
#include "base/message.h"
#include "base/rollback_journal.h"
#include "base/sha256.h"
#include "store/chain.h"
#include "store/checksum_vfs.h"
#include "store/pages.h"
#include "store/schema.h"
#include "store/seal.h"
#include "store/session.h"

namespace zaitu::store {

namespace fs = std::filesystem;
using base::Error;
using base::ExitCode;

namespace {

constexpr std::size_t most_of_a_kind = 100;  // problems of one kind; more are counted
constexpr int first_sealed_version = 3;

std::string rows_text(const RowRange& range) {
  if (range.all()) return {};
  if (range.first == range.last) return std::to_string(range.first);
  const std::int64_t first = std::max<std::int64_t>(range.first, 1);
  if (range.last == std::numeric_limits<std::int64_t>::max()) return fmt::format("{}-", first);
  return fmt::format("{}-{}", first, range.last);
}

class Verifier {
 public:
  Verifier(const fs::path& file, base::Progress& progress)
      : m_file(file), m_has_log(has_content(beside(file, "-wal"))), m_progress(progress) {
    take_back_unfinished(file);
    // Without a log nobody writes there, or the sums of what is being written are looked at once more.
    m_connection = open_to_look(file, !m_has_log && !has_content(beside(file, "-journal")));
    sqlite3_progress_handler(
        m_connection.handle(), 10000,
        [](void* asked) { return static_cast<base::Progress*>(asked)->stop_requested() ? 1 : 0; }, &m_progress);
  }

  Verification run(VerifyDepth depth) {
    look_at_header();
    if (base::rollback_journal_of(m_file) != base::RollbackJournal::none) require_log_is_readable(m_connection, m_file);
    look_at_log();
    look_at_pages();
    ask([&] { m_connection.execute("PRAGMA cell_size_check = ON"); });
    look_at_structure(depth == VerifyDepth::quick ? "quick_check" : "integrity_check");
    if (depth == VerifyDepth::full && m_can_be_asked) {
      ask([&] { look_at_references(); });
      ask([&] { look_at_indexes(); });
      ask([&] { look_at_chain(); });
      ask([&] { look_at_attachments(); });
    }
    m_progress.throw_if_stopped();
    for (const auto& [kind, count] : m_more) {
      m_result.problems.push_back({kind, 0, "", "", base::say("{} more of this kind", count)});
    }
    return std::move(m_result);
  }

 private:
  void add(Problem problem) {
    const auto same = std::count_if(m_result.problems.begin(), m_result.problems.end(),
                                    [&](const Problem& p) { return p.kind == problem.kind; });
    if (static_cast<std::size_t>(same) < most_of_a_kind) {
      m_result.problems.push_back(std::move(problem));
      return;
    }
    const auto more =
        std::find_if(m_more.begin(), m_more.end(), [&](const auto& m) { return m.first == problem.kind; });
    if (more == m_more.end()) {
      m_more.emplace_back(problem.kind, 1);
    } else {
      ++more->second;
    }
  }

  // SQLite's own refusals are findings.
  template <class Question>
  bool ask(const Question& question) {
    try {
      question();
      return true;
    } catch (const Error& error) {
      m_progress.throw_if_stopped();
      add({"structure", 0, "", "", error.what()});
      return false;
    }
  }

  void look_at_header() {
    std::array<std::uint8_t, 100> bytes{};
    read_raw(m_connection.handle(), 0, bytes);
    const auto number = [&](std::size_t at) {
      return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 | std::uint32_t{bytes[at + 2]} << 8 |
             std::uint32_t{bytes[at + 3]};
    };
    m_header = DatabaseHeader::read(m_connection);
    // One of the two names is enough: the other one may be what is damaged.
    if (!m_header.is_database && number(68) != application_id) not_a_project(base::say("is not a Zaitu project"));
    if (m_header.is_database && std::popcount(number(68) ^ application_id) > 2) {
      not_a_project(base::say("is an SQLite database but not a Zaitu project"));
    }
    const auto problem = [&](const std::string& message) { add({"header", 1, "", "", message}); };
    if (!m_header.is_database) problem(base::say("the file does not begin as an SQLite database does"));
    if (number(68) != application_id) problem(base::say("the application's mark is not Zaitu's"));
    if (!is_page_size(m_header.page_bytes)) {
      problem(base::say("the size of a page is said to be {} bytes", m_header.page_bytes));
      m_header.page_bytes = usual_page_bytes;
    }
    m_header.has_sums = sums_are_there(m_connection, m_header);
    std::vector<std::uint8_t> first(m_header.page_bytes);
    const bool first_is_right =
        m_header.has_sums && read_raw(m_connection.handle(), 0, first) && has_right_sum(1, first);
    const std::uint32_t version = number(60);
    if (version > static_cast<std::uint32_t>(schema_version)) {
      if (first_is_right || !m_header.has_sums) {
        not_a_project(base::say("has schema version {}, this Zaitu knows versions up to {}; use a newer Zaitu", version,
                                schema_version));
      }
      problem(base::say("the schema's version is said to be {}", version));
    }
    if (version == 0) problem(base::say("the schema's version is missing"));
    const std::uint64_t size = raw_size(m_connection.handle());
    const std::uint64_t told = std::uint64_t{m_header.pages} * m_header.page_bytes;
    if (!m_has_log) {
      if (!m_header.counters_agree) problem(base::say("its two change counters differ"));
      if (size < told) problem(base::say("the file is cut off: {} of {} bytes are there", size, told));
      if (size > told) problem(base::say("{} bytes lie behind the file's last page", size - told));
    }
    // Whatever the header says, all of the file is looked at.
    m_scanned = m_header;
    m_scanned.pages = static_cast<std::uint32_t>(std::max<std::uint64_t>(size / m_header.page_bytes, 1));
    m_result.pages = m_scanned.pages;
  }

  [[noreturn]] void not_a_project(const std::string& why) const {
    throw Error(ExitCode::project_unusable, fmt::format("{}: {}", m_file.string(), why));
  }

  void look_at_log() {
    m_log = read_log(m_file, m_header.page_bytes);
    if (!m_log.damage.empty()) add({"log", 0, "", "", m_log.damage});
    if (!m_log.tail.empty()) m_result.notes.push_back(m_log.tail);
  }

  void look_at_pages() {
    if (!m_header.has_sums) {
      m_result.notes.emplace_back(
          base::say("the pages have no sums yet: an earlier version of Zaitu made the file; open it once for writing"));
      return;
    }
    PageScan scan = scan_pages(m_connection, m_scanned, m_progress);
    // What a log replaces does not count, and what was being written just then is right the second time.
    std::erase_if(scan.wrong, [&](std::uint32_t page) {
      std::vector<std::uint8_t> again(m_header.page_bytes);
      return m_log.pages.contains(page) ||
             (read_raw(m_connection.handle(), std::uint64_t{page - 1} * m_header.page_bytes, again) &&
              has_right_sum(page, again));
    });
    if (!scan.wrong.empty() && others_wrote()) {
      m_result.notes.push_back(
          base::say("another program wrote {} pages since Zaitu closed the project; their structure was looked at, and "
                    "the next opening for writing seals them",
                    scan.wrong.size()));
      scan.wrong.clear();
    }
    if (scan.wrong.empty() && scan.zero.empty()) return;
    name_pages(scan);
  }

  bool others_wrote() {
    try {
      return others_may_have_written(m_connection, m_header, read_mark(m_connection), m_has_log);
    } catch (const Error&) {  // damaged
      return false;
    }
  }

  void name_pages(const PageScan& scan) {
    const Pages pages(m_connection, m_file, m_header, m_log, scan.wrong);
    const auto unused = free_pages(pages);
    std::unordered_map<std::uint32_t, Problem> owners;
    const auto is_told = [&](std::uint32_t page) {
      return pages.is_damaged(page) || std::binary_search(scan.zero.begin(), scan.zero.end(), page);
    };
    std::string table, index;
    TreeWalk walk(pages);
    walk.on_lost = [&](std::uint32_t page, const RowRange& range) {
      if (is_told(page)) owners.try_emplace(page, Problem{"page", page, table, rows_text(range), index});
    };
    const auto entries = read_schema(pages);
    walk.on_page = walk.on_lost;
    table = "sqlite_schema";
    walk.walk(1);
    for (const SchemaEntry& entry : entries) {
      m_progress.throw_if_stopped();
      table = entry.table;
      index = entry.type == "index" ? entry.name : std::string();
      walk.walk(entry.root);
    }
    const auto tell = [&](std::uint32_t page, bool is_empty) {
      const auto found = owners.find(page);
      Problem problem = found != owners.end() ? found->second : Problem{"page", page, "", "", ""};
      std::string where = base::say("what lies there is not known");
      if (unused.contains(page)) where = base::say("a free page: nothing of the project lies there");
      if (!problem.table.empty()) {
        where = problem.message.empty() ? base::say("table {}", problem.table) : base::say("index {}", problem.message);
        if (!problem.rows.empty()) where += base::say(", rows {}", problem.rows);
      }
      problem.message = is_empty ? base::say("page {} is empty ({})", page, where)
                                 : base::say("page {} is not as it was written ({})", page, where);
      add(std::move(problem));
    };
    for (const std::uint32_t page : scan.wrong) tell(page, false);
    for (const std::uint32_t page : scan.zero) {
      if (!unused.contains(page) && !m_log.pages.contains(page)) tell(page, true);
    }
  }

  void look_at_structure(const char* check) {
    m_can_be_asked = ask([&] {
      Statement rows(m_connection, fmt::format("PRAGMA {}({})", check, most_of_a_kind));
      while (rows.step()) {
        if (rows.text(0) == "ok") continue;
        std::string text(rows.text(0));
        std::replace(text.begin(), text.end(), '\n', ' ');
        add({"structure", 0, "", "", std::move(text)});
      }
    });
  }

  void look_at_references() {
    Statement rows(m_connection, "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check");
    while (rows.step()) {
      add({"reference", 0, std::string(rows.text(0)), rows.is_null(1) ? "" : std::to_string(rows.integer(1)),
           base::say("{} row {} refers to a row of {} that is not there", rows.text(0), rows.integer(1),
                     rows.text(2))});
    }
  }

  void look_at_indexes() {
    for (const SpatialTable& spatial : spatial_tables()) {
      m_progress.throw_if_stopped();
      const std::string index = fmt::format("idx_{}_{}", spatial.table, geometry_column);
      const std::string table(spatial.table);
      if (std::string found = m_connection.text(fmt::format("SELECT rtreecheck('{}')", index)); found != "ok") {
        std::replace(found.begin(), found.end(), '\n', ' ');
        add({"index", 0, table, "", base::say("spatial index of {}: {}", table, found)});
        continue;
      }
      const std::int64_t shapes = m_connection.integer(
          fmt::format("SELECT count(*) FROM {} WHERE {} IS NOT NULL", spatial.table, geometry_column));
      const std::int64_t boxes = m_connection.integer(fmt::format("SELECT count(*) FROM {}_rowid", index));
      if (shapes != boxes) {
        add({"index", 0, table, "", base::say("spatial index of {}: {} boxes for {} shapes", table, boxes, shapes)});
      }
    }
  }

  void look_at_chain() {
    if (m_connection.integer("PRAGMA user_version") < first_sealed_version) return;
    const std::int64_t unsealed = verify_chain(m_connection, m_progress, [&](const ChainBreak& found) {
      add({"chain", 0, "changes", found.change == 0 ? "" : std::to_string(found.change), found.message});
    });
    m_result.changes = static_cast<std::uint64_t>(m_connection.integer("SELECT count(*) FROM changes"));
    if (unsealed > 0) {
      m_result.notes.push_back(
          base::say("{} rows of other programs are in the journal and sealed with the next change", unsealed));
    }
  }

  void look_at_attachments() {
    Statement rows(m_connection, "SELECT id, file_name, sha256, content FROM attachments WHERE length(content) > 0");
    while (rows.step()) {
      m_progress.throw_if_stopped();
      const auto content = rows.blob(3);
      const std::string hash = base::sha256({reinterpret_cast<const char*>(content.data()), content.size()});
      if (hash == rows.text(2)) continue;
      add({"attachment", 0, "attachments", std::to_string(rows.integer(0)),
           base::say("the attached file {} (row {}) is not the one that was attached", rows.text(1), rows.integer(0))});
    }
  }

  fs::path m_file;
  bool m_has_log;
  base::Progress& m_progress;
  Connection m_connection;
  DatabaseHeader m_header, m_scanned;
  Log m_log;
  bool m_can_be_asked = false;
  Verification m_result;
  std::vector<std::pair<std::string, std::size_t>> m_more;
};

}  // namespace

Verification verify(const fs::path& file, VerifyDepth depth, base::Progress& progress) {
  struct stat facts {};
  const auto refuse = [&](const std::string& why) {
    throw Error(ExitCode::project_unusable, fmt::format("{}: {}", file.string(), why));
  };
  if (::stat(file.c_str(), &facts) != 0) refuse(base::say("there is no such file"));
  if (!S_ISREG(facts.st_mode)) refuse(base::say("is not a file"));
  if (facts.st_size < 100) refuse(base::say("is not a Zaitu project"));
  return Verifier(file, progress).run(depth);
}

}  // namespace zaitu::store
