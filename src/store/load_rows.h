// Reading the rows of a large table: by an SQL function of ours instead of a step for each row, and in stretches of ids
// by several connections at once.
#pragma once

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

#include "store/session.h"

namespace zaitu::store {

// What an argument of an SQL function holds, as the columns of a Statement: NULL is empty, NaN, 0, no date.
std::string_view text_of(sqlite3_value* value);  // valid until the function returns
double real_of(sqlite3_value* value);
std::int64_t integer_of(sqlite3_value* value);
std::optional<base::Date> date_of(sqlite3_value* value);

// Takes the rows of statements. SQLite hands them over as arguments of an aggregate function, whose statement therefore
// has one row, a number of no interest: that takes about half of the time that a step for each row takes, with a call
// into the library and back for each value.
class RowSink {
 public:
  virtual ~RowSink() = default;

  // `where` has parameters from the second on. The function belongs to the connection, and is made there once.
  static Statement prepare(const Connection& connection, std::string_view table, std::string_view columns,
                           std::string_view where);

  // Runs a statement of prepare(). `tell` is called now and then with the number of rows just read; it ends the
  // reading by returning false. Returns false when it was ended so. What read() throws comes out here.
  bool run(Statement& statement, std::function<bool(std::uint64_t rows)> tell = {});

 private:
  virtual void read(sqlite3_value** row) = 0;  // the columns of one row

  static void on_row(sqlite3_context* context, int count, sqlite3_value** values);

  std::function<bool(std::uint64_t)> m_tell;
  std::uint64_t m_since_told = 0;
  bool m_ended = false;
  std::exception_ptr m_problem;
};

// On how many threads many rows are read.
unsigned reading_threads();

// A second connection that sees the same moment as the session, whose newest row of the journal is `newest`; or none.
std::optional<Connection> same_moment(const Session& session, std::int64_t newest);

// The rows of a table by id in stretches of equal length, read by several threads, each with a connection of its own,
// and joined in order as soon as those before are there.
template <class Stretch>
class StretchReader {
 public:
  static constexpr std::uint64_t stretch_rows = 16384;  // where ids have no gaps

  // Inside the session's read transaction.
  StretchReader(Session& session, base::Progress& progress, std::string_view table, std::string_view columns)
      : m_session(session), m_progress(progress), m_table(table), m_columns(columns) {
    m_newest = session.connection.integer("SELECT max(seq) FROM journal");
    m_first = session.connection.integer(fmt::format("SELECT min(id) FROM {}", table));
    const auto last = session.connection.integer(fmt::format("SELECT max(id) FROM {}", table));
    const std::uint64_t span = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(m_first);
    constexpr std::uint64_t most_stretches = 1024;  // for ids with wide gaps
    m_step = std::max(stretch_rows, span / most_stretches + 1);
    m_stretches = static_cast<std::size_t>(span / m_step + 1);
    m_expected = span + 1;
  }
  StretchReader(const StretchReader&) = delete;
  StretchReader& operator=(const StretchReader&) = delete;
  virtual ~StretchReader() = default;

  bool are_many() const { return m_stretches > 1; }
  std::uint64_t most_rows() const { return m_expected; }

  // Throws Cancelled, or the first error of any thread.
  void read_all(unsigned threads) {
    std::vector<std::thread> others;
    for (std::size_t thread = 1; thread < std::min<std::size_t>(threads, m_stretches); ++thread) {
      others.emplace_back([this] { read_guarded(false); });
    }
    read_guarded(true);
    for (std::thread& other : others) other.join();
    m_progress.throw_if_stopped();
    if (m_problem) std::rethrow_exception(m_problem);
  }

 protected:
  Session& session() { return m_session; }

 private:
  virtual void read_rows(Stretch& stretch, const std::function<bool(RowSink&)>& run) = 0;  // on any thread
  virtual void join(Stretch& stretch) = 0;  // in order, one at a time; leaves it empty, to be used again

  void read_guarded(bool through_session) {
    try {
      read_stretches(through_session);
    } catch (...) {
      m_stop = true;
      const std::lock_guard lock(m_mutex);
      if (!m_problem) m_problem = std::current_exception();
    }
  }

  // Takes stretch after stretch until there is none. The caller's thread reads through the session's own connection;
  // another one that gets none that sees the same moment leaves all of it to the others.
  void read_stretches(bool through_session) {
    std::optional<Connection> another;
    if (!through_session) {
      another = same_moment(m_session, m_newest);
      if (!another) return;
    }
    Statement select =
        RowSink::prepare(another ? *another : m_session.connection, m_table, m_columns, "id BETWEEN ? AND ?");
    const auto tell = [&](std::uint64_t more) {
      m_rows += more;
      if (through_session) {
        m_progress.report(m_rows, std::max<std::uint64_t>(m_expected, m_rows));
        if (m_progress.stop_requested()) m_stop = true;
      }
      return !m_stop;
    };
    for (std::size_t i = m_next++; i < m_stretches && !m_stop; i = m_next++) {
      const std::uint64_t first = static_cast<std::uint64_t>(m_first) + i * m_step;
      const std::uint64_t end = static_cast<std::uint64_t>(m_first) + m_expected;
      select.bind(1, static_cast<std::int64_t>(first));
      select.bind(2, static_cast<std::int64_t>(i + 1 == m_stretches ? end - 1 : first + m_step - 1));
      Stretch stretch = empty_stretch();
      bool whole = true;
      read_rows(stretch, [&](RowSink& sink) { return whole = sink.run(select, tell); });
      if (!whole) return;
      hand_in(i, std::move(stretch));
    }
  }

  Stretch empty_stretch() {
    const std::lock_guard lock(m_mutex);
    if (m_spare.empty()) return Stretch();
    Stretch stretch = std::move(m_spare.back());
    m_spare.pop_back();
    return stretch;
  }

  // Whoever brings the stretch that is next joins it and those that wait behind it; the others read on meanwhile.
  void hand_in(std::size_t i, Stretch&& stretch) {
    std::unique_lock lock(m_mutex);
    m_waiting.emplace(i, std::move(stretch));
    if (m_joining) return;
    m_joining = true;
    while (!m_waiting.empty() && m_waiting.begin()->first == m_joined) {
      Stretch next = std::move(m_waiting.extract(m_waiting.begin()).mapped());
      lock.unlock();
      join(next);
      lock.lock();
      m_spare.push_back(std::move(next));
      ++m_joined;
    }
    m_joining = false;
  }

  Session& m_session;
  base::Progress& m_progress;
  std::string_view m_table, m_columns;
  std::int64_t m_newest = 0, m_first = 0;
  std::uint64_t m_step = 1, m_expected = 0;
  std::size_t m_stretches = 1;
  std::atomic<std::size_t> m_next{0};
  std::atomic<std::uint64_t> m_rows{0};
  std::atomic<bool> m_stop{false};

  std::mutex m_mutex;
  std::vector<Stretch> m_spare;
  std::map<std::size_t, Stretch> m_waiting;  // read, by number
  std::size_t m_joined = 0;                  // how many
  bool m_joining = false;                    // one thread is in join()
  std::exception_ptr m_problem;
};

}  // namespace zaitu::store
