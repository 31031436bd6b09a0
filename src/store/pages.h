// The pages of a project file read without SQLite, as "The Database File Format" (sqlite.org/fileformat2.html) lays
// them out: to say what lies on a damaged page, and to read what is left of a file that SQLite gives up on. Nothing
// that is read is believed: every offset, length and page number is looked at, and no page is visited twice.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "store/project_file.h"
#include "store/seal.h"

namespace zaitu::store {

// What a log ("-wal") holds for the file: the newest committed content of its pages.
struct Log {
  bool there = false;
  std::unordered_map<std::uint32_t, std::uint64_t> pages;  // page -> offset of its content in the log
  std::uint32_t size_in_pages = 0;                         // of the database after the last commit; 0: no commit
  std::string damage;                                      // one line; empty: as it was written
  std::string tail;                                        // what lies behind the last commit, one line
};
Log read_log(const std::filesystem::path& project, std::uint32_t page_bytes);

inline constexpr std::uint32_t usual_page_bytes = 4096;  // of every project that Zaitu makes
bool is_page_size(std::uint32_t bytes);
// Where the header denies it (`header.has_sums`), by a look at some pages: the header may be what is damaged.
bool sums_are_there(const Connection& connection, const DatabaseHeader& header);

class Pages {
 public:
  // `damaged`: ascending, not to be read.
  Pages(const Connection& connection, std::filesystem::path project, const DatabaseHeader& header, const Log& log,
        std::vector<std::uint32_t> damaged);
  ~Pages();
  Pages(const Pages&) = delete;
  std::uint32_t count() const { return m_count; }
  std::uint32_t usable_bytes() const { return m_usable; }
  bool is_damaged(std::uint32_t page) const;
  // False: there is no such page, or it is damaged (and `even_damaged` was not asked for).
  bool read(std::uint32_t page, std::vector<std::uint8_t>& to, bool even_damaged = false) const;

 private:
  const Connection& m_connection;
  std::uint32_t m_page_bytes, m_usable, m_count;
  const Log& m_log;
  int m_log_file = -1;
  std::vector<std::uint32_t> m_damaged;
};

struct RowRange {
  std::int64_t first = std::numeric_limits<std::int64_t>::min(), last = std::numeric_limits<std::int64_t>::max();
  bool all() const {
    return first == std::numeric_limits<std::int64_t>::min() && last == std::numeric_limits<std::int64_t>::max();
  }
};

// Goes through B-trees from their roots.
class TreeWalk {
 public:
  explicit TreeWalk(const Pages& pages) : m_pages(pages) {}
  // A page of the tree (those behind long rows too) and the ids its rows may have; in an index: all.
  std::function<void(std::uint32_t page, const RowRange&)> on_page;
  // One that cannot be read, with all that lies below it.
  std::function<void(std::uint32_t page, const RowRange&)> on_lost;
  // A whole row of a table, or an entry of an index (id 0).
  std::function<void(std::int64_t row, std::span<const std::uint8_t> record)> on_row;

  void walk(std::uint32_t root);
  // One page that is known to be a leaf of a table.
  void leaf(std::uint32_t page) { visit(page, {}, 0); }
  bool visited(std::uint32_t page) const { return m_visited.contains(page); }
  bool even_damaged_root = false;

 private:
  void visit(std::uint32_t page, const RowRange& range, int depth);
  void cell(const std::vector<std::uint8_t>& page, std::size_t at, bool table);
  const Pages& m_pages;
  std::unordered_set<std::uint32_t> m_visited;
};

// The values of a record; nullopt for bytes that are none.
std::optional<std::vector<Value>> parse_record(std::span<const std::uint8_t> record);

// The rows of sqlite_schema that have a page.
struct SchemaEntry {
  std::string type, name, table, sql;
  std::uint32_t root = 0;
};
std::vector<SchemaEntry> read_schema(const Pages& pages);

// Pages on the list of free ones.
std::unordered_set<std::uint32_t> free_pages(const Pages& pages);

}  // namespace zaitu::store
