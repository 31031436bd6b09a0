#include "store/load_parcels.h"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <optional>
#include <thread>

#include "base/error.h"

namespace zaitu::store {

using base::Error;
using base::ExitCode;

namespace {

constexpr std::string_view columns =
    "id, code, name, land_use_current, land_use_planned, ownership, right_holder, far_planned, far_cap, "
    "area_title_m2, area_contract_m2, area_surveyed_m2, area_planned_m2, area_planar_m2, area_ellipsoidal_m2, "
    "valid_from, valid_to, created_by_record_id, retired_by_record_id, synthetic, note, geom";

// Appends rows of the statement to a table.
class RowReader {
 public:
  RowReader(const Session& session, model::ParcelTable& table)
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

  void read(const Statement& row) {
    const std::int64_t id = row.integer(0);
    append_geometry(m_session, m_geometry, row, 21, "parcels", id);
    m_id.push_back({id});
    m_code.push_back(row.text(1));
    m_name.push_back(row.text(2));
    m_land_use_current.push_back(row.text(3));
    m_land_use_planned.push_back(row.text(4));
    m_ownership.push_back(row.text(5));
    m_right_holder.push_back(row.text(6));
    m_far_planned.push_back(row.real(7));
    m_far_cap.push_back(row.real(8));
    for (int kind = 0; kind < 6; ++kind) m_area_m2[kind]->push_back(row.real(9 + kind));
    m_valid_from.push_back(date_at(row, 15));
    m_valid_to.push_back(date_at(row, 16));
    m_created_by.push_back({row.integer(17)});
    m_retired_by.push_back({row.integer(18)});
    m_synthetic.push_back(row.integer(19) != 0 ? 1 : 0);
    m_note.push_back(row.text(20));
  }

 private:
  const Session& m_session;
  model::ValueColumn<model::ParcelId>& m_id;
  model::TextColumn &m_code, &m_name;
  model::DictionaryColumn &m_land_use_current, &m_land_use_planned, &m_ownership;
  model::TextColumn& m_right_holder;
  model::ValueColumn<double>&m_far_planned, &m_far_cap, *m_area_m2[6];
  model::ValueColumn<std::optional<base::Date>>&m_valid_from, &m_valid_to;
  model::ValueColumn<model::LandRecordId>&m_created_by, &m_retired_by;
  model::ValueColumn<std::uint8_t>& m_synthetic;
  model::TextColumn& m_note;
  geom::GeometryColumn& m_geometry;
};

// ---- All rows ------------------------------------------------------------------------------------------------------

// One reading thread: its rows, a stretch of the ids.
struct StretchReader {
  std::int64_t first = 0, last = 0;  // both included
  model::ParcelTable table;
  std::exception_ptr problem;

  // `tell` is called now and then with the number of rows just read; it ends the reading by returning false.
  template <class Tell>
  void read(const Session& session, const Connection& connection, Tell tell) {
    try {
      Statement select(connection, fmt::format("SELECT {} FROM parcels WHERE id BETWEEN ? AND ? ORDER BY id", columns));
      select.bind(0, first);
      select.bind(1, last);
      RowReader rows(session, table);
      constexpr std::uint64_t often = 1024;
      std::uint64_t read = 0;
      while (select.step()) {
        rows.read(select);
        if (++read % often == 0 && !tell(often)) return;
      }
    } catch (...) {
      problem = std::current_exception();
    }
  }
};

// A second connection that sees the same moment as the session, or none.
std::optional<Connection> same_moment(const Session& session) {
  try {
    Connection connection = session.another_reader();
    connection.execute("PRAGMA cache_size = -4096; BEGIN");
    const std::string newest = "SELECT max(seq) FROM journal";
    if (connection.integer(newest) != session.connection.integer(newest)) return std::nullopt;
    return connection;
  } catch (const Error&) {
    return std::nullopt;  // locked just now: one connection is enough
  }
}

}  // namespace

model::ParcelTable load_parcels(Session& session, bool alone, base::Progress& progress) {
  const Connection& own = session.connection;
  const std::int64_t first = own.integer("SELECT min(id) FROM parcels");
  const std::int64_t last = own.integer("SELECT max(id) FROM parcels");
  const auto expected = static_cast<std::uint64_t>(last - first) + 1;

  constexpr std::int64_t least_for_two = 20000;  // below it a second connection costs more than it brings
  std::vector<Connection> connections;
  if (!alone && last - first >= least_for_two) {
    const unsigned wanted = std::clamp(std::thread::hardware_concurrency(), 1U, 8U);
    while (connections.size() < wanted) {
      auto connection = same_moment(session);
      if (!connection) break;
      connections.push_back(std::move(*connection));
    }
  }
  std::vector<StretchReader> readers(std::max<std::size_t>(1, connections.size()));
  const std::int64_t step = (last - first) / static_cast<std::int64_t>(readers.size()) + 1;
  for (std::size_t i = 0; i < readers.size(); ++i) {
    readers[i].first = first + static_cast<std::int64_t>(i) * step;
    readers[i].last = std::min(last, readers[i].first + step - 1);
  }
  if (readers.size() > 1) {
    // The vertices cannot take more bytes than the file; memory that is never written costs nothing.
    const auto most = static_cast<std::size_t>(own.integer("PRAGMA page_count") * own.integer("PRAGMA page_size")) /
                      sizeof(geom::Coord);
    for (std::size_t i = 0; i < readers.size(); ++i) {
      const std::size_t share = i == 0 ? 1 : readers.size();  // the first one takes in the others
      readers[i].table.geometry.edit().reserve(expected / share, most / share);
    }
  }

  std::atomic<std::uint64_t> rows{0};
  std::atomic<bool> stop{false};
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < readers.size(); ++i) {
    threads.emplace_back([&, i] {
      readers[i].read(session, connections[i], [&](std::uint64_t more) {
        rows += more;
        return !stop;
      });
    });
  }
  readers[0].read(session, connections.empty() ? own : connections[0], [&](std::uint64_t more) {
    rows += more;
    progress.report(rows, std::max<std::uint64_t>(expected, rows));
    if (progress.stop_requested()) stop = true;
    return !stop;
  });
  if (readers[0].problem) stop = true;
  for (std::thread& thread : threads) thread.join();
  progress.throw_if_stopped();
  for (const StretchReader& reader : readers) {
    if (reader.problem) std::rethrow_exception(reader.problem);
  }

  model::ParcelTable table = std::move(readers[0].table);
  for (std::size_t i = 1; i < readers.size(); ++i) {
    const model::ParcelTable more = std::move(readers[i].table);
    model::ParcelTable::each_column(
        [&](auto& mine, const auto& theirs) { mine.edit().append(*theirs, 0, theirs.size()); }, table, more);
  }
  if (readers.size() > 1) malloc_trim(0);  // the others' memory, nearly as much as the table, goes back at once
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
    // A row that got another id is in the journal under the old one only.
    Statement row(session.connection,
                  "SELECT row_id, max(op = 'U' AND substr(after, 1, 6) = '{\"id\":') FROM journal "
                  "WHERE seq > ? AND table_name = 'parcels' GROUP BY row_id ORDER BY row_id");
    row.bind(0, revision);
    while (row.step()) {
      if (row.integer(1) != 0) return std::nullopt;
      changed.push_back(row.integer(0));
      if (changed.size() > before.size() / 8) return std::nullopt;
    }
  }
  model::ParcelTable now;
  RowReader reader(session, now);
  Statement row(session.connection, fmt::format("SELECT {} FROM parcels WHERE id = ?", columns));
  std::vector<Segment> segments;
  std::vector<std::pair<std::size_t, std::size_t>> updated;  // row before, row of `now`
  bool same_rows = true;
  std::size_t next = 0;  // row of `before` not yet taken over
  for (const std::int64_t id : changed) {
    row.bind(0, id);
    const bool is_there = row.step();
    if (is_there) reader.read(row);
    row.reset();
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
    if (is_there) segments.push_back({true, now.size() - 1, now.size()});
    if (is_there && was_there) updated.emplace_back(low, now.size() - 1);
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
        if constexpr (requires { joined.vertex_count(); }) {
          joined.reserve(old_column.size() + new_column.size(),
                         old_column->vertex_count() + new_column->vertex_count());
        } else if constexpr (requires { joined.bytes(); }) {
          joined.reserve(old_column.size() + new_column.size(), old_column->bytes() + new_column->bytes());
        } else {
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
