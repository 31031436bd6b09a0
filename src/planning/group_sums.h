// Sums over the rows of a table by any columns of few distinct values (land use, stage, town ...). Pure function of
// columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace zaitu::planning {

// One column of a grouping: the class of a row is class_of_code[codes[row]], below `classes`.
struct GroupColumn {
  std::span<const std::uint32_t> codes;
  std::span<const std::uint32_t> class_of_code;
  std::size_t classes = 0;
};

struct GroupSums {
  // By the classes of all columns, the last one running fastest.
  std::vector<std::size_t> rows;
  std::vector<double> sums;
};

// `values`: by row; NaN counts as a row and adds nothing. Empty: rows are only counted. `rows`: those to take, each at
// most once; none given: all. Sums are made of the same parts on any number of threads (0: one for each processor),
// compensated where the parts meet.
GroupSums group_sums(std::span<const GroupColumn> by, std::span<const double> values,
                     std::optional<std::span<const std::uint32_t>> rows = std::nullopt, unsigned threads = 0);

}  // namespace zaitu::planning
