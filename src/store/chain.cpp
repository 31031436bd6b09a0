#include "store/chain.h"

#include <fmt/format.h>

#include <optional>
#include <vector>

#include "base/message.h"
#include "base/sha256.h"

namespace zaitu::store {

namespace {

// What is hashed, without two readings: each field with its kind and length before it.
class Sealer {
 public:
  void number(std::int64_t value) {
    m_text += 'i';
    put(static_cast<std::uint64_t>(value));
    flush(1 << 16);
  }
  void text(std::string_view value) {
    m_text += 't';
    put(value.size());
    flush(0);
    m_hash.add(value);
  }
  void nothing() { m_text += 'n'; }
  void field(const Statement& row, int column) {
    if (row.is_null(column)) return nothing();
    text(row.text(column));
  }
  std::string finish() {
    flush(0);
    return m_hash.finish();
  }

 private:
  void put(std::uint64_t value) {
    for (int i = 0; i < 8; ++i) m_text += static_cast<char>(value >> (8 * i) & 0xFF);
  }
  void flush(std::size_t when_more_than) {
    if (m_text.size() <= when_more_than) return;
    m_hash.add(m_text);
    m_text.clear();
  }
  base::Sha256 m_hash;
  std::string m_text;
};

// Inserted rows one after the other, as an import leaves them, are one record.
struct Run {
  std::int64_t first_seq = 0, first_row = 0, count = 0, change = 0;
  std::string table;
};

void put_run(Sealer& sealer, const std::optional<Run>& run) {
  if (!run) return;
  sealer.text("run");
  for (const std::int64_t value : {run->first_seq, run->first_row, run->count, run->change}) sealer.number(value);
  sealer.text(run->table);
}

class Chain {
 public:
  explicit Chain(const Connection& connection)
      : m_change(connection, "SELECT at, who, command, kind, of_change, sealed_to, hash FROM changes WHERE id = ?"),
        m_rows(connection,
               "SELECT seq, change_id, table_name, row_id, op, before, after FROM journal WHERE seq > ? AND seq <= ? "
               "ORDER BY seq") {}

  std::string hash(std::int64_t change, const std::string& previous, std::int64_t after, std::int64_t to) {
    Sealer sealer;
    sealer.text(previous);
    sealer.number(change);
    sealer.number(to);
    m_change.bind(0, change);
    if (m_change.step()) {
      for (int column = 0; column < 5; ++column) sealer.field(m_change, column);
    }
    m_change.reset();
    m_rows.bind(0, after);
    m_rows.bind(1, to);
    std::optional<Run> run;
    while (m_rows.step()) {
      const std::int64_t seq = m_rows.integer(0);
      const std::int64_t of_change = m_rows.integer(1);
      const std::string_view table = m_rows.text(2);
      const std::int64_t row = m_rows.integer(3);
      if (m_rows.text(4) == "I" && m_rows.is_null(5) && m_rows.is_null(6)) {
        if (run && seq == run->first_seq + run->count && row == run->first_row + run->count &&
            of_change == run->change && table == run->table) {
          ++run->count;
          continue;
        }
        put_run(sealer, run);
        run = Run{seq, row, 1, of_change, std::string(table)};
        continue;
      }
      put_run(sealer, run);
      run.reset();
      sealer.text("row");
      for (const std::int64_t value : {seq, of_change, row}) sealer.number(value);
      sealer.text(table);
      for (const int column : {4, 5, 6}) sealer.field(m_rows, column);
    }
    m_rows.reset();
    put_run(sealer, run);
    return sealer.finish();
  }

 private:
  Statement m_change, m_rows;
};

struct Entry {
  std::int64_t id = 0, sealed_to = 0;
  std::string hash;
};

void seal(const Connection& connection, Chain& chain, std::int64_t change, const Entry& before) {
  Statement newest(connection, "SELECT coalesce(max(seq), 0) FROM journal WHERE change_id IS NULL OR change_id <= ?");
  newest.bind(0, change);
  const std::int64_t to = std::max(before.sealed_to, newest.step() ? newest.integer(0) : 0);
  Statement sealed(connection, "UPDATE changes SET sealed_to = ?, hash = ? WHERE id = ?");
  sealed.bind(0, to);
  sealed.bind(1, std::string_view(chain.hash(change, before.hash, before.sealed_to, to)));
  sealed.bind(2, change);
  sealed.run();
}

Entry entry_before(const Connection& connection, std::int64_t change) {
  Statement row(connection, "SELECT id, sealed_to, hash FROM changes WHERE id < ? ORDER BY id DESC LIMIT 1");
  row.bind(0, change);
  if (!row.step()) return {};
  return {row.integer(0), row.integer(1), std::string(row.text(2))};
}

}  // namespace

void seal_change(const Connection& connection, std::int64_t change) {
  Chain chain(connection);
  seal(connection, chain, change, entry_before(connection, change));
}

void seal_all_changes(const Connection& connection) {
  std::vector<std::int64_t> changes;
  Statement rows(connection, "SELECT id FROM changes WHERE hash IS NULL ORDER BY id");
  while (rows.step()) changes.push_back(rows.integer(0));
  rows.reset();
  Chain chain(connection);
  for (const std::int64_t change : changes) seal(connection, chain, change, entry_before(connection, change));
}

std::int64_t verify_chain(const Connection& connection, base::Progress& progress,
                          const std::function<void(const ChainBreak&)>& found) {
  Chain chain(connection);
  Entry before;
  const auto all = static_cast<std::uint64_t>(connection.integer("SELECT count(*) FROM changes"));
  std::uint64_t done = 0;
  Statement rows(connection, "SELECT id, sealed_to, hash FROM changes ORDER BY id");
  while (rows.step()) {
    progress.throw_if_stopped();
    const Entry entry{rows.integer(0), rows.integer(1), std::string(rows.text(2))};
    if (entry.hash.empty()) {
      found({entry.id, base::say("change {} has no hash: it was not written by Zaitu", entry.id)});
    } else if (chain.hash(entry.id, before.hash, before.sealed_to, entry.sealed_to) != entry.hash) {
      found({entry.id, base::say("change {} or its rows {} to {} of the journal are not as they were written", entry.id,
                                 before.sealed_to + 1, entry.sealed_to)});
    }
    before = entry;
    progress.report(++done, all);
  }
  // Both tables number their rows without gaps at the end: what was cut off there shows in the numbers given.
  const auto given = [&](const char* table) {
    return connection.integer(fmt::format("SELECT seq FROM sqlite_sequence WHERE name = '{}'", table));
  };
  if (given("changes") != before.id) found({0, base::say("the changes after {} are gone", before.id)});
  const std::int64_t last_row = connection.integer("SELECT max(seq) FROM journal");
  if (given("journal") != last_row) found({0, base::say("the rows of the journal after {} are gone", last_row)});
  return connection.integer(fmt::format("SELECT count(*) FROM journal WHERE seq > {}", before.sealed_to));
}

}  // namespace zaitu::store
