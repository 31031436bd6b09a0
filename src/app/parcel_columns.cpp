#include "app/parcel_columns.h"

#include <algorithm>

#include "app/parcel_rows.h"

namespace zaitu::app {

namespace {

// Some rows as columns; those of rejected rows too, which are left out when the piece joins the table.
struct ParcelPiece : PreparedRows {
  struct Row {
    std::int64_t fid = 0;
    std::uint32_t hash = 0;  // of the code as it is compared
    bool rejected = false;
    bool has_words = false;
    TakenFacts geometry;
  };
  struct Words {
    ImportLog code_log, log;
  };
  std::vector<Row> rows;
  std::vector<Words> words;  // of the rows about which there is something to be said
  model::ParcelTable table;  // without ids
};

class PieceMaker : public RowPreparer {
 public:
  PieceMaker(const ImportContext& context, const ParcelTerms& terms, const FieldMapping& mapping)
      : m_reader(context, terms, mapping) {}

  std::size_t rows_at_once() const override { return std::size_t{1} << 20; }  // a whole block

  std::unique_ptr<PreparedRows> prepare(const io::RowBatch& batch, std::size_t from, std::size_t to) override {
    auto piece = std::make_unique<ParcelPiece>();
    piece->rows.reserve(to - from);
    geom::GeometryColumn& outlines = piece->table.geometry.edit();
    outlines.reserve(to - from, batch.wkb_bytes() / sizeof(geom::Coord));  // not more corners than that
    model::ParcelAppender appender(piece->table);
    for (std::size_t number = from; number < to; ++number) {
      m_reader.read(batch, number, m_row);
      m_row.values.code = m_row.code;  // a rejected row's is looked for too
      appender.append(m_row.values);
      if (m_row.geometry.state == TakenFacts::State::taken) {
        outlines.append(m_row.geometry.column[0]);
      } else {
        outlines.begin_feature();
      }
      const bool has_words = !m_row.code_log.entries().empty() || !m_row.log.entries().empty();
      if (has_words) piece->words.push_back({std::move(m_row.code_log), std::move(m_row.log)});
      piece->rows.push_back({m_row.fid, TextIndex::hash_of(model::normal_parcel_code(m_row.code)), m_row.rejected,
                             has_words, m_row.geometry});
    }
    m_reader.hand_over_areas();
    return piece;
  }

 private:
  ParcelReader m_reader;
  ParcelRow m_row;
};

class ParcelColumnsWriter : public RowWriter {
 public:
  ParcelColumnsWriter(ImportContext& context, model::ParcelTable& table)
      : m_context(context), m_terms(context.project), m_table(table) {
    warn_of_missing_outlines(context);
  }

  std::unique_ptr<RowPreparer> preparer(const FieldMapping& mapping) override {
    return std::make_unique<PieceMaker>(m_context, m_terms, mapping);
  }

  RowCounts write_prepared(PreparedRows& rows) override {
    auto& piece = dynamic_cast<ParcelPiece&>(rows);
    RowCounts counts;
    auto words = piece.words.begin();
    m_taken.clear();
    for (std::size_t i = 0; i < piece.rows.size(); ++i) {
      constexpr std::size_t ahead = 16;
      if (i + ahead < piece.rows.size()) m_codes.prefetch(piece.rows[i + ahead].hash);
      const ParcelPiece::Row& row = piece.rows[i];
      ParcelPiece::Words* const said = row.has_words ? &*words++ : nullptr;
      counts.add(take(piece, i, said) ? RowOutcome::inserted : RowOutcome::rejected);
    }
    join(piece);
    return counts;
  }

 private:
  // Whether row `i` is one of the table's; the same steps as for a row that is stored.
  bool take(const ParcelPiece& piece, std::size_t i, ParcelPiece::Words* said) {
    const ParcelPiece::Row& row = piece.rows[i];
    if (said != nullptr) m_context.log.append(std::move(said->code_log));
    const std::string_view code = piece.table.code[i];
    std::optional<std::uint32_t> look_alike;
    const auto is_it = [&](std::uint32_t other) {
      const std::string_view known = code_of(piece, other);
      if (known == code) return true;
      if (model::normal_parcel_code(known) == model::normal_parcel_code(code))
        look_alike = std::min(other, look_alike.value_or(other));
      return false;
    };
    const auto warn = [&](const std::string& message) {
      m_context.log.add(std::to_string(row.fid), "code", "duplicate-id", message);
    };
    if (m_codes.find(row.hash, is_it)) {
      warn(said_of_repeated(code));
      return false;
    }
    if (look_alike) warn(said_of_look_alike(code, code_of(piece, *look_alike)));
    if (m_context.geometry != nullptr) m_context.geometry->count(row.geometry, row.fid);
    if (said != nullptr) m_context.log.append(std::move(said->log));
    if (row.rejected) return false;
    if (row.geometry.repaired) ++m_context.repaired;
    m_codes.insert(row.hash, static_cast<std::uint32_t>(m_table.size() + m_taken.size()));
    m_taken.push_back(static_cast<std::uint32_t>(i));
    return true;
  }

  // By its row in the table, to which those of `piece` that are taken do not belong yet.
  std::string_view code_of(const ParcelPiece& piece, std::uint32_t row) const {
    return row < m_table.size() ? m_table.code[row] : piece.table.code[m_taken[row - m_table.size()]];
  }

  void join(const ParcelPiece& piece) {
    const auto next_id = static_cast<std::int64_t>(m_table.size()) + 1;
    for (std::size_t first = 0; first < m_taken.size();) {
      std::size_t end = first + 1;
      while (end < m_taken.size() && m_taken[end] == m_taken[end - 1] + 1) ++end;
      model::ParcelTable::each_column(
          [&](auto& joined, const auto& column) {
            if constexpr (!std::is_same_v<decltype(joined), decltype(m_table.id)&>) {
              joined.edit().append(*column, m_taken[first], m_taken[end - 1] + 1);
            }
          },
          m_table, piece.table);
      first = end;
    }
    auto& ids = m_table.id.edit();
    for (std::size_t i = 0; i < m_taken.size(); ++i) ids.push_back({next_id + static_cast<std::int64_t>(i)});
  }

  ImportContext& m_context;
  ParcelTerms m_terms;
  model::ParcelTable& m_table;
  TextIndex m_codes;                   // by the code as it is compared: the table's row
  std::vector<std::uint32_t> m_taken;  // rows of the piece that is looked at
};

}  // namespace

std::unique_ptr<RowWriter> parcel_columns_writer(ImportContext& context, model::ParcelTable& table) {
  return std::make_unique<ParcelColumnsWriter>(context, table);
}

}  // namespace zaitu::app
