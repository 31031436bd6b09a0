#include "app/ledger_view.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "base/format.h"
#include "base/parallel.h"
#include "base/row_chunks.h"
#include "base/utf8.h"

namespace zaitu::app {

namespace {

// ---- filter --------------------------------------------------------------------------------------------------------
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  const std::string plain = base::ascii_lower(base::half_width(text));
  for (std::size_t at = 0; at < plain.size();) {
    const std::size_t end = std::min(plain.find(' ', at), plain.size());
    if (end > at) words.push_back(plain.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

bool has_letter(std::string_view word) {
  return std::any_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

// `word` in small letters. Without letters there is nothing to make small in the text either.
bool holds(std::string_view text, std::string_view word, bool letters) {
  if (!letters) return text.find(word) != std::string_view::npos;
  const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::search(text.begin(), text.end(), word.begin(), word.end(),
                     [&](char a, char b) { return small(a) == b; }) != text.end();
}

bool holds(const LedgerValue& value, LedgerColumn::Kind kind, std::string_view word, bool letters) {
  const std::string* text = std::get_if<std::string>(&value);
  return text != nullptr ? holds(*text, word, letters) : holds(shown(value, kind), word, letters);
}

// Looks for one word in one column.
class WordInColumn {
 public:
  WordInColumn(const LedgerCells& cells, LedgerColumn::Kind kind, const std::string& word)
      : m_cells(&cells), m_kind(kind), m_word(&word), m_letters(has_letter(word)) {
    const auto& source = cells.source;
    const auto known = [&](const LedgerValue& value) {
      return holds(value, kind, word, m_letters) ? char{1} : char{0};
    };
    if (const auto* coded = std::get_if<LedgerCells::Coded>(&source)) {
      for (const LedgerValue& value : coded->values) m_by_code.push_back(known(value));
      decide(m_by_code);
    } else if (std::holds_alternative<LedgerCells::Flags>(source)) {
      m_by_code = {known(std::int64_t{0}), known(std::int64_t{1})};
      decide(m_by_code);
    } else if (const auto* numbers = std::get_if<LedgerCells::Numbers>(&source)) {
      // Nothing but digits, signs and the dash of what is not finite is ever shown of a number.
      const bool possible = word.find_first_not_of("0123456789,.-") == std::string::npos || word == "—";
      if (!possible) m_verdict = Verdict::never;
      if (possible && numbers->size() > 0 && (*numbers)->values().empty()) decide({known(cells.value(0))});
    } else if (const auto* dates = std::get_if<LedgerCells::Dates>(&source)) {
      if (word.find_first_not_of("0123456789-") != std::string::npos)
        m_verdict = Verdict::never;
      else if (dates->size() > 0 && (*dates)->values().empty())
        decide({known(cells.value(0))});
    } else if (const auto* texts = std::get_if<LedgerCells::Texts>(&source)) {
      if ((*texts)->bytes() < word.size()) m_verdict = Verdict::never;
    }
  }

  bool never() const { return m_verdict == Verdict::never; }
  // Columns that are dear to look into come last.
  int cost() const {
    if (m_verdict != Verdict::look || !m_by_code.empty()) return 0;
    return std::holds_alternative<LedgerCells::Texts>(m_cells->source) ? 1 : 2;
  }
  bool in(std::size_t row) const {
    if (m_verdict != Verdict::look) return m_verdict == Verdict::always;
    const auto& source = m_cells->source;
    if (const auto* coded = std::get_if<LedgerCells::Coded>(&source)) {
      return m_by_code[coded->codes.empty() ? 0 : coded->codes[row]] != 0;
    }
    if (const auto* flags = std::get_if<LedgerCells::Flags>(&source)) return m_by_code[(*flags)[row] != 0 ? 1 : 0] != 0;
    if (const auto* texts = std::get_if<LedgerCells::Texts>(&source)) return holds((*texts)[row], *m_word, m_letters);
    return holds(m_cells->value(row), m_kind, *m_word, m_letters);
  }

 private:
  enum class Verdict { look, always, never } m_verdict = Verdict::look;
  void decide(const std::vector<char>& answers) {
    if (std::none_of(answers.begin(), answers.end(), [](char yes) { return yes != 0; })) m_verdict = Verdict::never;
    if (answers.size() == 1 && answers[0] != 0) m_verdict = Verdict::always;
  }

  const LedgerCells* m_cells;
  LedgerColumn::Kind m_kind;
  const std::string* m_word;
  bool m_letters;
  std::vector<char> m_by_code;
};

// Keeps the rows in which every word occurs in some column.
void keep_rows_with(const std::vector<std::string>& words, const Ledger& ledger, std::vector<std::uint32_t>& rows,
                    base::Progress& progress) {
  std::vector<std::vector<WordInColumn>> searches;  // by word
  for (const std::string& word : words) {
    std::vector<WordInColumn> columns;
    for (std::size_t c = 0; c < ledger.columns.size(); ++c) {
      columns.emplace_back(ledger.cells[c], ledger.columns[c].kind, word);
      if (columns.back().never()) columns.pop_back();
    }
    std::stable_sort(columns.begin(), columns.end(), [](const auto& a, const auto& b) { return a.cost() < b.cost(); });
    searches.push_back(std::move(columns));
  }
  constexpr std::size_t chunk = 8192;
  std::vector<std::size_t> kept((rows.size() + chunk - 1) / chunk);  // of each chunk, moved to its front
  base::for_row_chunks(rows.size(), chunk, 0, progress, [&](unsigned, std::size_t from, std::size_t to) {
    std::size_t end = from;
    for (std::size_t i = from; i < to; ++i) {
      const std::size_t row = ledger.source_row(rows[i]);
      const bool all = std::all_of(searches.begin(), searches.end(), [&](const std::vector<WordInColumn>& columns) {
        return std::any_of(columns.begin(), columns.end(), [&](const WordInColumn& column) { return column.in(row); });
      });
      if (all) rows[end++] = rows[i];
    }
    kept[from / chunk] = end - from;
  });
  std::size_t end = 0;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    std::copy_n(rows.begin() + static_cast<std::ptrdiff_t>(i * chunk), kept[i],
                rows.begin() + static_cast<std::ptrdiff_t>(end));
    end += kept[i];
  }
  rows.resize(end);
}

// ---- sort ----------------------------------------------------------------------------------------------------------
// Unknown before numbers before texts, so that every order is total.
bool less(const LedgerValue& a, const LedgerValue& b) {
  const auto number = [](const LedgerValue& v) {
    if (const auto* whole = std::get_if<std::int64_t>(&v)) return static_cast<double>(*whole);
    const auto* real = std::get_if<double>(&v);
    return real != nullptr ? *real : 0.0;
  };
  const auto rank = [](const LedgerValue& v) {
    if (std::holds_alternative<std::monostate>(v)) return 0;
    const auto* real = std::get_if<double>(&v);
    if (real != nullptr && std::isnan(*real)) return 0;
    return std::holds_alternative<std::string>(v) ? 2 : 1;
  };
  if (rank(a) != rank(b)) return rank(a) < rank(b);
  if (rank(a) == 1) return number(a) < number(b);
  if (rank(a) == 2) return std::get<std::string>(a) < std::get<std::string>(b);
  return false;
}

// Whole numbers in the order of the reals; unknown first.
std::uint64_t key_of(double value) {
  if (std::isnan(value)) return 0;
  if (value == 0) value = 0;  // -0 is no less
  const auto bits = std::bit_cast<std::uint64_t>(value);
  constexpr std::uint64_t sign = std::uint64_t{1} << 63;
  return (bits & sign) != 0 ? ~bits : bits | sign;
}

// Keys in the order of the values: values of equal keys are equal, but for texts, of which the keys are the beginnings.
class SortKeys {
 public:
  SortKeys(const Ledger& ledger, const LedgerCells& cells, const std::vector<std::uint32_t>& rows) : m_cells(&cells) {
    const auto rank_values = [&](const std::vector<LedgerValue>& values) {
      std::vector<std::uint32_t> order(values.size());
      std::iota(order.begin(), order.end(), 0U);
      std::sort(order.begin(), order.end(),
                [&](std::uint32_t a, std::uint32_t b) { return less(values[a], values[b]); });
      m_rank.resize(values.size());
      std::uint64_t rank = 0;
      for (std::size_t i = 0; i < order.size(); ++i) {
        if (i > 0 && less(values[order[i - 1]], values[order[i]])) ++rank;
        m_rank[order[i]] = rank;
      }
    };
    if (const auto* coded = std::get_if<LedgerCells::Coded>(&cells.source)) rank_values(coded->values);
    if (const auto* own = std::get_if<LedgerCells::Own>(&cells.source)) rank_values(*own);
    if (const auto* texts = std::get_if<LedgerCells::Texts>(&cells.source)) {
      // What all texts begin with tells nothing of their order.
      m_texts = texts;
      bool first = true;
      for (const std::uint32_t row : rows) {
        const std::string_view text = (*texts)[ledger.source_row(row)];
        if (first) m_prefix = text;
        first = false;
        const auto differ = std::mismatch(m_prefix.begin(), m_prefix.end(), text.begin(), text.end());
        m_prefix = m_prefix.substr(0, static_cast<std::size_t>(differ.first - m_prefix.begin()));
      }
    }
  }

  std::uint64_t operator()(std::size_t row) const {
    if (m_texts != nullptr) {
      std::string_view rest = (*m_texts)[row].substr(m_prefix.size());
      std::uint64_t key = 0;
      for (std::size_t i = 0; i < 8; ++i) key = key << 8 | (i < rest.size() ? static_cast<std::uint8_t>(rest[i]) : 0U);
      return key;
    }
    const auto& source = m_cells->source;
    if (const auto* coded = std::get_if<LedgerCells::Coded>(&source))
      return m_rank[coded->codes.empty() ? 0 : coded->codes[row]];
    if (const auto* numbers = std::get_if<LedgerCells::Numbers>(&source)) return key_of((*numbers)[row]);
    if (const auto* dates = std::get_if<LedgerCells::Dates>(&source)) {
      const auto& date = (*dates)[row];
      constexpr std::int64_t above_all_days = std::int64_t{1} << 33;
      return date ? static_cast<std::uint64_t>(date->days() + above_all_days) : 0;
    }
    if (const auto* flags = std::get_if<LedgerCells::Flags>(&source)) return (*flags)[row] != 0 ? 1 : 0;
    return m_rank[row];
  }
  // Only for texts of equal keys.
  std::string_view text(std::size_t row) const { return m_texts == nullptr ? std::string_view() : (*m_texts)[row]; }

 private:
  const LedgerCells* m_cells;
  const LedgerCells::Texts* m_texts = nullptr;
  std::string_view m_prefix;
  std::vector<std::uint64_t> m_rank;  // by code, or by row of a column of its own values
};

void sort_rows(const Ledger& ledger, const LedgerCells& cells, bool descending, std::vector<std::uint32_t>& rows,
               const base::Progress& progress) {
  const SortKeys key(ledger, cells, rows);
  progress.throw_if_stopped();
  struct Item {
    std::uint64_t key;
    std::uint32_t place, row;
  };
  std::vector<Item> items(rows.size());
  const auto before = [&](const Item& a, const Item& b) {
    if (a.key != b.key) return a.key < b.key;
    if (const int order = key.text(ledger.source_row(a.row)).compare(key.text(ledger.source_row(b.row))); order != 0) {
      return descending ? order > 0 : order < 0;
    }
    return a.place < b.place;  // equal values keep their order, in both directions
  };
  // Each thread sorts a stretch; then they are merged.
  const unsigned parts = rows.size() < 20000 ? 1 : base::processors();
  base::for_stretches(rows.size(), parts, [&](unsigned, std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      const std::uint64_t own = key(ledger.source_row(rows[i]));
      items[i] = {descending ? ~own : own, static_cast<std::uint32_t>(i), rows[i]};
    }
    std::sort(items.begin() + static_cast<std::ptrdiff_t>(from), items.begin() + static_cast<std::ptrdiff_t>(to),
              before);
  });
  progress.throw_if_stopped();
  for (unsigned part = 1; part < parts; ++part) {
    const auto at = [&](unsigned i) { return items.begin() + static_cast<std::ptrdiff_t>(rows.size() * i / parts); };
    std::inplace_merge(items.begin(), at(part), at(part + 1), before);
    progress.throw_if_stopped();
  }
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = items[i].row;
}

// Neumaier 1974, in the order of the rows.
double total_of(const Ledger& ledger, const LedgerCells& cells, const std::vector<std::uint32_t>& rows) {
  if (const auto* numbers = std::get_if<LedgerCells::Numbers>(&cells.source)) {
    if (numbers->size() > 0 && (*numbers)->values().empty() && std::isnan((*numbers)[0])) return 0;
  }
  double sum = 0, lost = 0;
  for (const std::uint32_t row : rows) {
    const double value = cells.number(ledger.source_row(row));
    const double next = sum + value;
    lost += std::abs(sum) >= std::abs(value) ? (sum - next) + value : (value - next) + sum;
    sum = next;
  }
  return sum + lost;
}

}  // namespace

std::string shown(const LedgerValue& value, LedgerColumn::Kind kind) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    if (kind == LedgerColumn::Kind::flag) return *whole != 0 ? "●" : "";
    return std::to_string(*whole);
  }
  const auto* real = std::get_if<double>(&value);
  if (real == nullptr || std::isnan(*real)) return {};
  return base::number(*real, kind == LedgerColumn::Kind::area_m2 ? 1 : 2);
}

LedgerView make_ledger_view(const Ledger& ledger, const LedgerQuery& query, base::Progress& progress) {
  LedgerView view;
  view.rows.resize(ledger.size());
  std::iota(view.rows.begin(), view.rows.end(), 0U);
  if (query.only) {
    std::erase_if(view.rows, [&](std::uint32_t row) { return !query.only->contains(ledger.ids[row]); });
  }
  if (const auto words = words_of(query.text); !words.empty()) keep_rows_with(words, ledger, view.rows, progress);
  if (query.sort_column >= 0 && static_cast<std::size_t>(query.sort_column) < ledger.columns.size()) {
    sort_rows(ledger, ledger.cells[static_cast<std::size_t>(query.sort_column)], query.descending, view.rows, progress);
  }
  view.totals.assign(ledger.columns.size(), 0.0);
  base::for_row_chunks(ledger.columns.size(), 1, 0, progress, [&](unsigned, std::size_t from, std::size_t to) {
    for (std::size_t c = from; c < to; ++c) {
      if (ledger.columns[c].total) view.totals[c] = total_of(ledger, ledger.cells[c], view.rows);
    }
  });
  return view;
}

}  // namespace zaitu::app
