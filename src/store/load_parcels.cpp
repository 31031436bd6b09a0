#include "store/load_parcels.h"

#include <fmt/format.h>
#include <malloc.h>
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>

#include "base/error.h"

namespace zaitu::store {

using base::Error;
using base::ExitCode;

namespace {

// ---- One row -------------------------------------------------------------------------------------------------------

constexpr std::string_view columns =
    "id, code, name, land_use_current, land_use_planned, ownership, right_holder, far_planned, far_cap, "
    "area_title_m2, area_contract_m2, area_surveyed_m2, area_planned_m2, area_planar_m2, area_ellipsoidal_m2, "
    "valid_from, valid_to, created_by_record_id, retired_by_record_id, synthetic, note, geom";

std::string_view text_of(sqlite3_value* value) {
  const int bytes = sqlite3_value_bytes(value);  // as UTF-8 text; 0 for NULL and the empty text
  if (bytes == 0) return {};
  return {reinterpret_cast<const char*>(sqlite3_value_text(value)), static_cast<std::size_t>(bytes)};
}

double real_of(sqlite3_value* value) {
  return sqlite3_value_type(value) == SQLITE_NULL ? model::unknown : sqlite3_value_double(value);
}

std::int64_t integer_of(sqlite3_value* value) { return sqlite3_value_int64(value); }

std::optional<base::Date> date_of(sqlite3_value* value) {
  const std::string_view text = text_of(value);
  return text.empty() ? std::nullopt : base::Date::parse(text);
}

// Appends the rows of statements to a table. SQLite hands them over as arguments of an aggregate function of ours,
// whose statement therefore has one row, a number of no interest: that takes about half of the time that a step for
// each row takes, with a call into the library and back for each value.
class RowCollector {
 public:
  RowCollector(const Session& session, model::ParcelTable& table)
      : m_session(session),
        m_id(table.id.edit()),
        m_code(table.code.edit()),
        m_name(table.name.edit()),
        m_land_use_current(table.land_use_current.edit()),
        m_land_use_planned(table.land_use_planned.edit()),
        m_ownership(table.ownership.edit()),
        m_right_holder(table.right_holder.edit()),
        m_far_planned(table.far_planned.edit()),
        m_far_cap(table.far_cap.edit()),
        m_valid_from(table.valid_from.edit()),
        m_valid_to(table.valid_to.edit()),
        m_created_by(table.created_by.edit()),
        m_retired_by(table.retired_by.edit()),
        m_synthetic(table.synthetic.edit()),
        m_note(table.note.edit()),
        m_geometry(table.geometry.edit()) {
    for (std::size_t kind = 0; kind < std::size(m_area_m2); ++kind) m_area_m2[kind] = &table.area_m2[kind].edit();
  }

  // `where` has parameters from the second on. The function belongs to the connection. It is made once: making it again
  // would have every other statement prepared anew.
  static Statement prepare(const Connection& connection, std::string_view where) {
    if (connection.integer(fmt::format("SELECT count(*) FROM pragma_function_list WHERE name = '{}'", function_name)) ==
        0) {
      const int result =
          sqlite3_create_function_v2(connection.handle(), function_name, -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, nullptr,
                                     nullptr, on_row, on_end, nullptr);
      if (result != SQLITE_OK) connection.fail(result);
    }
    return Statement(connection, fmt::format("SELECT {}(?, {}) FROM parcels WHERE {}", function_name, columns, where));
  }

  // Runs a statement of prepare(). `tell` is called now and then with the number of rows just read; it ends the
  // reading by returning false. Returns false when it was ended so.
  bool run(Statement& statement, std::function<bool(std::uint64_t rows)> tell = {}) {
    m_tell = std::move(tell);
    m_problem = nullptr;
    m_ended = false;
    m_since_told = 0;
    statement.bind_pointer(0, this, pointer_type);
    try {
      statement.run();
    } catch (const Error&) {
      if (m_problem) std::rethrow_exception(m_problem);
      if (!m_ended) throw;
    }
    return !m_ended;
  }

 private:
  static constexpr const char* function_name = "zaitu_collect_parcel";
  static constexpr const char* pointer_type = "zaitu parcels";

  // SQLite is C: nothing may be thrown through it.
  static void on_row(sqlite3_context* context, int count, sqlite3_value** values) {
    auto* const collector =
        count > 0 ? static_cast<RowCollector*>(sqlite3_value_pointer(values[0], pointer_type)) : nullptr;
    if (collector == nullptr) return sqlite3_result_error(context, "not called by the program itself", -1);
    try {
      collector->read(values + 1);
      constexpr std::uint64_t often = 1024;
      if (++collector->m_since_told < often) return;
      collector->m_since_told = 0;
      if (!collector->m_tell || collector->m_tell(often)) return;
      collector->m_ended = true;
    } catch (...) {
      collector->m_problem = std::current_exception();
    }
    sqlite3_result_error(context, "ended", -1);
  }
  static void on_end(sqlite3_context* context) { sqlite3_result_int(context, 0); }

  void read(sqlite3_value** row) {
    const std::int64_t id = integer_of(row[0]);
    if (m_id.size() > 0 && id <= m_id[m_id.size() - 1].value) throw std::logic_error("parcels came out of order");
    append_geometry(id, row[21]);
    m_id.push_back({id});
    m_code.push_back(text_of(row[1]));
    m_name.push_back(text_of(row[2]));
    m_land_use_current.push_back(text_of(row[3]));
    m_land_use_planned.push_back(text_of(row[4]));
    m_ownership.push_back(text_of(row[5]));
    m_right_holder.push_back(text_of(row[6]));
    m_far_planned.push_back(real_of(row[7]));
    m_far_cap.push_back(real_of(row[8]));
    for (int kind = 0; kind < 6; ++kind) m_area_m2[kind]->push_back(real_of(row[9 + kind]));
    m_valid_from.push_back(date_of(row[15]));
    m_valid_to.push_back(date_of(row[16]));
    m_created_by.push_back({integer_of(row[17])});
    m_retired_by.push_back({integer_of(row[18])});
    m_synthetic.push_back(integer_of(row[19]) != 0 ? 1 : 0);
    m_note.push_back(text_of(row[20]));
  }

  void append_geometry(std::int64_t id, sqlite3_value* value) {
    if (sqlite3_value_type(value) == SQLITE_NULL) {
      m_geometry.begin_feature();
      return;
    }
    const auto* const bytes = static_cast<const std::uint8_t*>(sqlite3_value_blob(value));
    const auto count = static_cast<std::size_t>(sqlite3_value_bytes(value));
    try {
      geom::append_spatialite(m_geometry, {bytes, bytes == nullptr ? 0 : count});
    } catch (const Error& error) {
      fail_row(m_session, "parcels", id, error.what());
    }
  }

  const Session& m_session;
  model::IdColumn<model::ParcelId>& m_id;
  model::TextColumn &m_code, &m_name;
  model::DictionaryColumn &m_land_use_current, &m_land_use_planned, &m_ownership;
  model::TextColumn& m_right_holder;
  model::ValueColumn<double>&m_far_planned, &m_far_cap, *m_area_m2[6];
  model::ValueColumn<std::optional<base::Date>>&m_valid_from, &m_valid_to;
  model::ValueColumn<model::LandRecordId>&m_created_by, &m_retired_by;
  model::ValueColumn<std::uint8_t>& m_synthetic;
  model::TextColumn& m_note;
  geom::GeometryColumn& m_geometry;

  std::function<bool(std::uint64_t)> m_tell;
  std::uint64_t m_since_told = 0;
  bool m_ended = false;
  std::exception_ptr m_problem;
};

// ---- All rows ------------------------------------------------------------------------------------------------------

// A second connection that sees the same moment as the session, whose newest row of the journal is `newest`; or none.
std::optional<Connection> same_moment(const Session& session, std::int64_t newest) {
  try {
    Connection connection = session.another_reader();
    connection.execute("PRAGMA cache_size = -4096; BEGIN");
    if (connection.integer("SELECT max(seq) FROM journal") != newest) return std::nullopt;
    return connection;
  } catch (const Error&) {
    return std::nullopt;  // locked just now: one connection is enough
  }
}

// The ids in stretches of equal length, read by several threads, each with a connection of its own, and joined in
// order.
class AllParcels {
 public:
  AllParcels(Session& session, base::Progress& progress) : m_session(session), m_progress(progress) {
    m_newest = session.connection.integer("SELECT max(seq) FROM journal");
    m_first = session.connection.integer("SELECT min(id) FROM parcels");
    const auto span = static_cast<std::uint64_t>(session.connection.integer("SELECT max(id) FROM parcels")) -
                      static_cast<std::uint64_t>(m_first);
    constexpr std::uint64_t most_stretches = 1024;  // for ids with wide gaps
    m_step = std::max<std::uint64_t>(geom::GeometryColumn::chunk_rows, span / most_stretches + 1);
    m_stretches.resize(static_cast<std::size_t>(span / m_step + 1));
    m_expected = span + 1;
  }

  bool are_many() const { return m_stretches.size() > 1; }

  model::ParcelTable read(unsigned threads) {
    m_threads = std::clamp<std::size_t>(threads, 1, m_stretches.size());
    on_all_threads([&](std::size_t thread) { read_stretches(thread); });
    m_progress.throw_if_stopped();
    if (m_problem) std::rethrow_exception(m_problem);
    if (m_stretches.size() == 1) return std::move(m_stretches[0]);
    for (const model::ParcelTable& stretch : m_stretches) m_rows_read += stretch.size();
    on_all_threads([&](std::size_t thread) { join_columns(thread); });
    if (m_problem) std::rethrow_exception(m_problem);
    return std::move(m_table);
  }

 private:
  template <class Work>
  void on_all_threads(Work work) {
    const auto guarded = [&](std::size_t thread) {
      try {
        work(thread);
      } catch (...) {
        m_stop = true;
        const std::lock_guard lock(m_mutex);
        if (!m_problem) m_problem = std::current_exception();
      }
    };
    std::vector<std::thread> others;
    for (std::size_t thread = 1; thread < m_threads; ++thread) others.emplace_back(guarded, thread);
    guarded(0);
    for (std::thread& other : others) other.join();
  }

  // Takes stretch after stretch until there is none. Thread 0 is the caller's and reads through the session's own
  // connection; another one that gets none that sees the same moment leaves it all to the others.
  void read_stretches(std::size_t thread) {
    std::optional<Connection> another;
    if (thread > 0) {
      another = same_moment(m_session, m_newest);
      if (!another) return;
    }
    Statement select = RowCollector::prepare(another ? *another : m_session.connection, "id BETWEEN ? AND ?");
    geom::GeometryColumn outlines;  // of one stretch, in memory that is there already
    for (std::size_t i = m_next++; i < m_stretches.size() && !m_stop; i = m_next++) {
      const auto first = static_cast<std::uint64_t>(m_first) + i * m_step;
      select.bind(1, static_cast<std::int64_t>(first));
      select.bind(2, static_cast<std::int64_t>(i + 1 == m_stretches.size()
                                                   ? static_cast<std::uint64_t>(m_first) + m_expected - 1
                                                   : first + m_step - 1));
      model::ParcelTable table;
      outlines.clear();
      table.geometry = model::Held<geom::GeometryColumn>(std::move(outlines));
      RowCollector rows(m_session, table);
      const bool whole = rows.run(select, [&](std::uint64_t more) {
        m_rows += more;
        if (thread == 0) {
          m_progress.report(m_rows, std::max<std::uint64_t>(m_expected, m_rows));
          if (m_progress.stop_requested()) m_stop = true;
        }
        return !m_stop;
      });
      if (!whole) return;
      outlines = std::move(table.geometry.edit());
      table.geometry = model::Held<geom::GeometryColumn>(outlines.packed());
      m_stretches[i] = std::move(table);
    }
  }

  // Each thread joins the columns whose turn is its own.
  void join_columns(std::size_t thread) {
    const auto my_columns = [&](auto visit, auto&... tables) {
      std::size_t column = 0;
      model::ParcelTable::each_column(
          [&](auto&... columns_of_tables) {
            if (column++ % m_threads == thread) visit(columns_of_tables...);
          },
          tables...);
    };
    my_columns(
        [&](auto& joined) {
          if constexpr (requires { joined->bytes(); }) {
            joined.edit().reserve(m_rows_read, 0);
          } else if constexpr (!requires { joined->vertex_count(); }) {
            joined.edit().reserve(m_rows_read);
          }
        },
        m_table);
    for (model::ParcelTable& stretch : m_stretches) {
      my_columns(
          [](auto& joined, auto& piece) {
            joined.edit().append(*piece, 0, piece.size());
            piece = {};
          },
          m_table, stretch);
    }
  }

  Session& m_session;
  base::Progress& m_progress;
  std::int64_t m_newest = 0, m_first = 0;
  std::uint64_t m_step = 1, m_expected = 0;
  std::size_t m_threads = 1, m_rows_read = 0;
  std::vector<model::ParcelTable> m_stretches;  // of ids
  model::ParcelTable m_table;
  std::atomic<std::size_t> m_next{0};
  std::atomic<std::uint64_t> m_rows{0};
  std::atomic<bool> m_stop{false};
  std::mutex m_mutex;
  std::exception_ptr m_problem;
};

}  // namespace

unsigned reading_threads() { return std::clamp(std::thread::hardware_concurrency(), 1U, 8U); }

model::ParcelTable load_parcels(Session& session, bool alone, base::Progress& progress) {
  AllParcels all(session, progress);
  model::ParcelTable table = all.read(alone ? 1 : reading_threads());
  if (all.are_many()) malloc_trim(0);  // the pieces' memory goes back at once
  return table;
}

// ---- Changed rows --------------------------------------------------------------------------------------------------

namespace {

template <class T>
bool equal(const model::ValueColumn<T>& a, std::size_t i, const model::ValueColumn<T>& b, std::size_t j) {
  return model::same_value(a[i], b[j]);
}

template <class Column>
bool equal(const Column& a, std::size_t i, const Column& b, std::size_t j) {
  return a[i] == b[j];
}

bool equal(const geom::GeometryColumn& a, std::size_t i, const geom::GeometryColumn& b, std::size_t j) {
  const geom::FeatureGeometry x = a[i], y = b[j];
  if (x.part_count() != y.part_count() || x.vertex_count() != y.vertex_count()) return false;
  for (std::size_t p = 0; p < x.part_count(); ++p) {
    if (x.part(p).ring_count() != y.part(p).ring_count()) return false;
    for (std::size_t r = 0; r < x.part(p).ring_count(); ++r) {
      const geom::Ring one = x.part(p).ring(r), other = y.part(p).ring(r);
      if (!std::equal(one.begin(), one.end(), other.begin(), other.end())) return false;
    }
  }
  return true;
}

struct Segment {  // rows [from, to) of the table before, or of the rows read anew
  bool is_new = false;
  std::size_t from = 0, to = 0;
};

}  // namespace

std::optional<model::ParcelTable> update_parcels(Session& session, const model::ParcelTable& before,
                                                 std::int64_t revision) {
  std::vector<std::int64_t> changed;
  {
    // A row that got another id is in the journal under the old one only. NOT INDEXED: the rows after `revision` are at
    // the journal's end, but the planner would rather walk an index through all of it.
    Statement row(session.connection,
                  "SELECT row_id, max(op = 'U' AND substr(after, 1, 6) = '{\"id\":') FROM journal NOT INDEXED "
                  "WHERE seq > ? AND table_name = 'parcels' GROUP BY row_id ORDER BY row_id");
    row.bind(0, revision);
    while (row.step()) {
      if (row.integer(1) != 0) return std::nullopt;
      changed.push_back(row.integer(0));
      if (changed.size() > before.size() / 8) return std::nullopt;
    }
  }
  model::ParcelTable now;
  RowCollector reader(session, now);
  Statement row = RowCollector::prepare(session.connection, "id = ?");
  std::vector<Segment> segments;
  std::vector<std::pair<std::size_t, std::size_t>> updated;  // row before, row of `now`
  bool same_rows = true;
  std::size_t next = 0;  // row of `before` not yet taken over
  for (const std::int64_t id : changed) {
    row.bind(1, id);
    const std::size_t rows_before = now.geometry.size();
    reader.run(row);
    const bool is_there = now.geometry.size() > rows_before;
    // Where it stands, or would stand, in the table before.
    std::size_t low = next, high = before.size();
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (before.id[middle].value < id) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    const bool was_there = low < before.size() && before.id[low].value == id;
    if (low > next) segments.push_back({false, next, low});
    next = was_there ? low + 1 : low;
    if (is_there) segments.push_back({true, now.geometry.size() - 1, now.geometry.size()});
    if (is_there && was_there) updated.emplace_back(low, now.geometry.size() - 1);
    same_rows = same_rows && is_there == was_there;
  }
  if (next < before.size()) segments.push_back({false, next, before.size()});

  model::ParcelTable table;
  model::ParcelTable::each_column(
      [&](auto& column, const auto& old_column, const auto& new_column) {
        const bool unchanged = same_rows && std::all_of(updated.begin(), updated.end(), [&](const auto& rows) {
                                 return equal(*old_column, rows.first, *new_column, rows.second);
                               });
        if (unchanged) {
          column = old_column;
          return;
        }
        auto& joined = column.edit();
        if constexpr (requires { joined.bytes(); }) {
          joined.reserve(old_column.size() + new_column.size(), old_column->bytes() + new_column->bytes());
        } else if constexpr (!requires { joined.vertex_count(); }) {  // chunks of outlines are shared
          joined.reserve(old_column.size() + new_column.size());
        }
        for (const Segment& segment : segments) {
          joined.append(segment.is_new ? *new_column : *old_column, segment.from, segment.to);
        }
      },
      table, before, now);
  return table;
}

}  // namespace zaitu::store
