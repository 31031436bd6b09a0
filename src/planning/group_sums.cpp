#include "planning/group_sums.h"

#include <array>
#include <cmath>

#include "base/row_chunks.h"
#include "planning/compensated_sum.h"

namespace zaitu::planning {

namespace {

// Neighbours are often of one group: sums that take turns do not wait for each other.
constexpr std::size_t lanes = 4;
struct Tally {
  std::array<std::uint32_t, lanes> rows{};
  std::array<double, lanes> sums{};
};

// The group of a row, for a number of columns known when compiling (0: any number).
template <std::size_t Columns>
std::size_t group_of(std::span<const GroupColumn> by, std::size_t row) {
  std::size_t group = 0;
  const std::size_t columns = Columns == 0 ? by.size() : Columns;
  for (std::size_t i = 0; i < columns; ++i) group = group * by[i].classes + by[i].class_of_code[by[i].codes[row]];
  return group;
}

template <std::size_t Columns, class RowAt>
void add_rows(std::span<const GroupColumn> by, std::span<const double> values, RowAt row_at, std::size_t from,
              std::size_t to, std::vector<Tally>& tallies) {
  const auto add = [&](std::size_t row, std::size_t lane, double value) {
    Tally& tally = tallies[group_of<Columns>(by, row)];
    ++tally.rows[lane];
    tally.sums[lane] += std::isnan(value) ? 0 : value;
  };
  if (values.empty()) {
    for (std::size_t i = from; i < to; ++i) add(row_at(i), i % lanes, 0);
  } else {
    for (std::size_t i = from; i < to; ++i) add(row_at(i), i % lanes, values[row_at(i)]);
  }
}

template <class RowAt>
void add_rows(std::span<const GroupColumn> by, std::span<const double> values, RowAt row_at, std::size_t from,
              std::size_t to, std::vector<Tally>& tallies) {
  switch (by.size()) {
    case 1:
      return add_rows<1>(by, values, row_at, from, to, tallies);
    case 2:
      return add_rows<2>(by, values, row_at, from, to, tallies);
    default:
      return add_rows<0>(by, values, row_at, from, to, tallies);
  }
}

}  // namespace

GroupSums group_sums(std::span<const GroupColumn> by, std::span<const double> values,
                     std::optional<std::span<const std::uint32_t>> rows, unsigned threads) {
  std::size_t groups = 1;
  for (const GroupColumn& column : by) groups *= column.classes;
  const std::size_t all = by.empty() ? values.size() : by[0].codes.size();
  const std::size_t count = rows ? rows->size() : all;
  constexpr std::size_t chunk = 131072;
  std::vector<std::vector<Tally>> tallies((count + chunk - 1) / chunk);
  base::Progress progress;
  base::for_row_chunks(count, chunk, threads, progress, [&](unsigned, std::size_t from, std::size_t to) {
    std::vector<Tally>& own = tallies[from / chunk];
    own.resize(groups);
    if (rows) {
      add_rows(
          by, values, [&](std::size_t i) -> std::size_t { return (*rows)[i]; }, from, to, own);
    } else {
      add_rows(
          by, values, [](std::size_t i) { return i; }, from, to, own);
    }
  });

  GroupSums result{std::vector<std::size_t>(groups, 0), std::vector<double>(groups, 0)};
  for (std::size_t group = 0; group < groups; ++group) {
    CompensatedSum sum;
    for (const std::vector<Tally>& part : tallies) {
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        result.rows[group] += part[group].rows[lane];
        sum.add(part[group].sums[lane]);
      }
    }
    result.sums[group] = sum.value();
  }
  return result;
}

}  // namespace zaitu::planning
