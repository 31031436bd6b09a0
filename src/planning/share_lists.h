// The areas that each parcel or phase lies in, without a vector for each: rows whose lists are alike share one, and
// most parcels lie wholly in the same few areas. 4 bytes a row, and 24 for each share of the lists that differ. Values
// only; what is no longer changed may be read from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <vector>

#include "model/columns.h"

namespace zaitu::planning {

struct Share {
  std::uint32_t area = 0;  // row of circles / zones / towns
  double area_m2 = 0;      // planar intersection
  double share = 0;        // of the parcel's planar area, 0..1
  friend bool operator==(const Share&, const Share&) = default;
};

// The shares of one row, largest first: a look into the lists it comes from. Its elements are values.
class ShareList {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Share;
    using difference_type = std::ptrdiff_t;
    using pointer = const Share*;
    using reference = Share;
    Iterator(const Share* at, double whole_m2) : m_at(at), m_whole_m2(whole_m2) {}
    Share operator*() const { return value(*m_at, m_whole_m2); }
    Iterator& operator++() {
      ++m_at;
      return *this;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.m_at == b.m_at; }

   private:
    const Share* m_at;
    double m_whole_m2;
  };

  ShareList() = default;
  ShareList(std::span<const Share> shares, double whole_m2) : m_shares(shares), m_whole_m2(whole_m2) {}
  std::size_t size() const { return m_shares.size(); }
  bool empty() const { return m_shares.empty(); }
  Share operator[](std::size_t i) const { return value(m_shares[i], m_whole_m2); }
  Share front() const { return (*this)[0]; }
  Iterator begin() const { return {m_shares.data(), m_whole_m2}; }
  Iterator end() const { return {m_shares.data() + m_shares.size(), m_whole_m2}; }

 private:
  // A share that says no area is all of its row.
  static Share value(const Share& share, double whole_m2) {
    return share.area_m2 < 0 ? Share{share.area, whole_m2, share.share} : share;
  }
  std::span<const Share> m_shares;
  double m_whole_m2 = 0;
};

// The area a row is grouped under: the largest share, -1 when it lies in none.
inline int largest(const ShareList& shares) { return shares.empty() ? -1 : static_cast<int>(shares.front().area); }

class ShareLists {
 public:
  ShareLists() = default;
  std::size_t size() const { return m_codes.size(); }
  bool empty() const { return size() == 0; }
  ShareList operator[](std::size_t row) const {
    return {list(m_codes[row]), m_whole_m2->empty() ? 0 : m_whole_m2[row]};
  }

  // Rows with equal codes have the same areas in the same order (not the reverse). Code 0: no area.
  std::span<const std::uint32_t> codes() const { return *m_codes; }
  std::size_t code_count() const { return m_starts.size() - 1; }
  ShareList of_code(std::uint32_t code) const { return {list(code), 0}; }  // without the areas of whole rows
  int largest_of_code(std::uint32_t code) const {
    return list(code).empty() ? -1 : static_cast<int>(list(code).front().area);
  }

  void push_back(std::span<const Share> shares);
  void set(std::size_t row, std::span<const Share> shares);

  // The same rows with only those areas of each list of which `wanted` says true; the codes stay.
  template <class Wanted>
  ShareLists only(Wanted wanted) const {
    ShareLists fewer;
    fewer.m_codes = m_codes;
    fewer.m_whole_m2 = m_whole_m2;
    fewer.m_starts = {0};
    for (std::uint32_t code = 0; code < code_count(); ++code) {
      for (const Share& share : list(code)) {
        if (wanted(share.area)) fewer.m_shares.push_back(share);
      }
      fewer.m_starts.push_back(static_cast<std::uint32_t>(fewer.m_shares.size()));
    }
    return fewer;
  }

  // ---- for those who place a million rows at once ----
  static constexpr double all_of_row =
      -1;  // area_m2 of a share that is the whole of its row: set_row_areas() says how much
  explicit ShareLists(std::size_t rows) { m_codes.edit().resize(rows); }
  std::uint32_t add_list(std::span<const Share> shares);               // its code
  std::vector<std::uint32_t>& edit_codes() { return m_codes.edit(); }  // by row; of lists that were added
  // Row i of the new order was row `rows[i]`; -1: a new row, in no area.
  void reorder(std::span<const std::int64_t> rows);
  void set_row_areas(const model::Held<std::vector<double>>& area_m2) { m_whole_m2 = area_m2; }

 private:
  std::span<const Share> list(std::uint32_t code) const {
    return std::span(m_shares).subspan(m_starts[code], m_starts[code + 1] - m_starts[code]);
  }

  model::Held<std::vector<std::uint32_t>> m_codes;  // by row
  model::Held<std::vector<double>> m_whole_m2;      // by row, where a list leaves the area to its row
  std::vector<std::uint32_t> m_starts{0, 0};        // list i owns shares [i, i+1)
  std::vector<Share> m_shares;
};

}  // namespace zaitu::planning
