#include "store/load_parcels.h"

#include <fmt/format.h>
#include <malloc.h>
#include <sqlite3.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <stdexcept>

#include "base/error.h"
#include "model/parcel_appender.h"
#include "store/load_rows.h"

namespace zaitu::store {

using base::Error;
using base::ExitCode;

namespace {

constexpr std::string_view parcel_columns =
    "id, code, name, land_use_current, land_use_planned, ownership, right_holder, far_planned, far_cap, "
    "area_title_m2, area_contract_m2, area_surveyed_m2, area_planned_m2, area_planar_m2, area_ellipsoidal_m2, "
    "valid_from, valid_to, created_by_record_id, retired_by_record_id, synthetic, note, geom";

using Measures = base::PlainVector<geom::FeatureMeasure>;

// Appends rows to a table, and what a walk along each outline tells to `measures`, when there are any to be filled: the
// outline is in the processor's cache just now.
class ParcelSink : public RowSink {
 public:
  ParcelSink(const Session& session, model::ParcelTable& table, Measures* measures = nullptr)
      : m_session(session),
        m_measures(measures),
        m_id(table.id.edit()),
        m_geometry(table.geometry.edit()),
        m_appender(table) {}

 private:
  void read(sqlite3_value** row) override {
    const std::int64_t id = integer_of(row[0]);
    if (m_id.size() > 0 && id <= m_id[m_id.size() - 1].value) throw std::logic_error("parcels came out of order");
    append_geometry(id, row[21]);
    if (m_measures != nullptr) m_measures->push_back(geom::measure(m_geometry[m_geometry.size() - 1]));
    m_id.push_back({id});
    model::ParcelValues values;
    values.code = text_of(row[1]);
    values.name = text_of(row[2]);
    values.land_use_current = text_of(row[3]);
    values.land_use_planned = text_of(row[4]);
    values.ownership = text_of(row[5]);
    values.right_holder = text_of(row[6]);
    values.far_planned = real_of(row[7]);
    values.far_cap = real_of(row[8]);
    for (int kind = 0; kind < 6; ++kind) values.area_m2[kind] = real_of(row[9 + kind]);
    values.valid_from = date_of(row[15]);
    values.valid_to = date_of(row[16]);
    values.created_by = {integer_of(row[17])};
    values.retired_by = {integer_of(row[18])};
    values.synthetic = integer_of(row[19]) != 0;
    values.note = text_of(row[20]);
    m_appender.append(values);
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
  Measures* m_measures;
  model::IdColumn<model::ParcelId>& m_id;
  geom::GeometryColumn& m_geometry;
  model::ParcelAppender m_appender;
};

// ---- All rows ------------------------------------------------------------------------------------------------------

struct ParcelStretch {
  model::ParcelTable table;       // its memory is used again for another stretch
  geom::GeometryColumn outlines;  // the table's, in no more memory than they need
  Measures measures;              // of its outlines
};

class AllParcels : public StretchReader<ParcelStretch> {
 public:
  AllParcels(Session& session, base::Progress& progress) : StretchReader(session, progress, "parcels", parcel_columns) {
    if (are_many()) reserve();
  }
  model::ParcelTable take() {
    if (are_many()) {
      m_table.feature_index = std::make_shared<const geom::FeatureIndex>(
          *m_table.geometry, std::span<const geom::FeatureMeasure>(m_measures.data(), m_measures.size()));
    }
    return std::move(m_table);
  }

 private:
  // Memory that is never written costs nothing; no row takes fewer bytes in the file than this.
  void reserve() {
    constexpr std::int64_t least_row_bytes = 16;
    const Connection& connection = session().connection;
    const std::int64_t most =
        connection.integer("PRAGMA page_count") * connection.integer("PRAGMA page_size") / least_row_bytes;
    const auto rows = static_cast<std::size_t>(std::min(most_rows(), static_cast<std::uint64_t>(most)));
    m_measures.reserve(rows);
    model::ParcelTable::each_column(
        [&](auto& column) {
          if constexpr (requires { column->bytes(); }) {
            column.edit().reserve(rows, 0);
          } else if constexpr (!requires { column->vertex_count(); }) {
            column.edit().reserve(rows);
          }
        },
        m_table);
  }

  void read_rows(ParcelStretch& stretch, const std::function<bool(RowSink&)>& run) override {
    ParcelSink sink(session(), stretch.table, are_many() ? &stretch.measures : nullptr);
    if (run(sink)) stretch.outlines = stretch.table.geometry->packed();
  }

  void join(ParcelStretch& stretch) override {
    model::ParcelTable::each_column(
        [&](auto& joined, auto& piece) {
          if constexpr (requires { piece->vertex_count(); }) {
            joined.edit().append(stretch.outlines, 0, stretch.outlines.size());
          } else {
            joined.edit().append(*piece, 0, piece.size());
          }
          piece.edit().clear();
        },
        m_table, stretch.table);
    stretch.outlines = geom::GeometryColumn();
    m_measures.append(stretch.measures.data(), stretch.measures.size());
    stretch.measures.clear();
  }

  model::ParcelTable m_table;
  Measures m_measures;  // by row
};

}  // namespace

model::ParcelTable load_parcels(Session& session, bool alone, base::Progress& progress) {
  AllParcels all(session, progress);
  all.read_all(alone ? 1 : reading_threads());
  if (all.are_many()) malloc_trim(0);  // the pieces' memory goes back at once
  return all.take();
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
  ParcelSink reader(session, now);
  Statement row = RowSink::prepare(session.connection, "parcels", parcel_columns, "id = ?");
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
  if (table.geometry.is_shared_with(before.geometry)) table.feature_index = before.feature_index;
  return table;
}

}  // namespace zaitu::store
