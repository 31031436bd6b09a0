#include "io/drawing.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include "base/utf8.h"

namespace zaitu::io {

namespace {

using geom::Coord;

double distance(Coord a, Coord b) { return std::hypot(a.x - b.x, a.y - b.y); }

// Which ends of lines meet: end 2 i is where line i begins, 2 i + 1 where it ends.
class LineEnds {
 public:
  LineEnds(const std::vector<DrawnLine>& lines, double gap) : m_lines(lines), m_gap(gap), m_met(2 * lines.size()) {
    for (std::size_t end = 0; end < m_met.size(); ++end) m_cells[cell_of(at(end), 0, 0)].push_back(end);
    for (std::size_t end = 0; end < m_met.size(); ++end) meet(end);
  }

  Coord at(std::size_t end) const {
    const auto& vertices = m_lines[end / 2].vertices;
    return end % 2 == 0 ? vertices.front() : vertices.back();
  }
  // The one other end that this one meets; nullopt: none, or several.
  std::optional<std::size_t> partner(std::size_t end) const {
    if (m_met[end].size() != 1) return std::nullopt;
    const std::size_t other = m_met[end].front();
    return m_met[other].size() == 1 ? std::optional(other) : std::nullopt;
  }

 private:
  using Cell = std::pair<std::int64_t, std::int64_t>;
  struct CellHash {
    std::size_t operator()(const Cell& cell) const {
      return static_cast<std::size_t>(cell.first) * 0x9E3779B97F4A7C15U ^ static_cast<std::size_t>(cell.second);
    }
  };
  Cell cell_of(Coord c, int right, int up) const {
    return {static_cast<std::int64_t>(std::floor(c.x / m_gap)) + right,
            static_cast<std::int64_t>(std::floor(c.y / m_gap)) + up};
  }
  void meet(std::size_t end) {
    for (int right = -1; right <= 1; ++right) {
      for (int up = -1; up <= 1; ++up) {
        const auto found = m_cells.find(cell_of(at(end), right, up));
        if (found == m_cells.end()) continue;
        for (const std::size_t other : found->second) {
          constexpr std::size_t crowd = 3;  // as good as many
          if (other == end || m_met[end].size() >= crowd) continue;
          if (m_lines[other / 2].layer == m_lines[end / 2].layer && distance(at(end), at(other)) <= m_gap)
            m_met[end].push_back(other);
        }
      }
    }
  }

  const std::vector<DrawnLine>& m_lines;
  double m_gap;
  std::vector<std::vector<std::size_t>> m_met;
  std::unordered_map<Cell, std::vector<std::size_t>, CellHash> m_cells;
};

}  // namespace

DrawnOutlines outlines_of(const std::vector<DrawnLine>& lines, double gap) {
  DrawnOutlines made;
  const LineEnds ends(lines, gap);
  std::vector<bool> used(lines.size(), false);
  for (std::size_t first = 0; first < lines.size(); ++first) {
    if (used[first]) continue;
    DrawnOutline outline;
    double largest_gap = 0;
    std::size_t begin = 2 * first;  // the end where the line is entered
    std::set<std::size_t> met;
    bool closed = false;
    for (;;) {
      const std::size_t line = begin / 2;
      if (!met.insert(line).second) break;
      outline.lines.push_back(line);
      std::vector<Coord> vertices = lines[line].vertices;
      if (begin % 2 == 1) std::reverse(vertices.begin(), vertices.end());
      // Where two lines meet, the end of the one before stands for both.
      const bool joins = !outline.ring.empty();
      outline.ring.insert(outline.ring.end(), vertices.begin() + (joins ? 1 : 0), vertices.end());
      const auto next = ends.partner(begin ^ 1U);
      if (!next || used[*next / 2]) break;
      largest_gap = std::max(largest_gap, distance(ends.at(begin ^ 1U), ends.at(*next)));
      begin = *next;
      if (begin == 2 * first) {
        closed = true;
        break;
      }
    }
    constexpr std::size_t least_vertices = 4;  // of a ring
    if (!closed || outline.ring.size() < least_vertices) continue;
    outline.ring.back() = outline.ring.front();
    for (const std::size_t line : outline.lines) used[line] = true;
    made.largest_gap = std::max(made.largest_gap, largest_gap);
    made.outlines.push_back(std::move(outline));
  }
  return made;
}

std::size_t curves_in_dxf(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string code, value;
  bool in_header = false;
  bool has_bulge = false;  // may have: bulges are those of group 42 in polylines
  std::size_t curves = 0;
  while (std::getline(in, code) && std::getline(in, value)) {
    const std::string_view group = base::trim(code);
    const std::string_view text = base::trim(value);
    if (group == "0") {
      has_bulge = text == "LWPOLYLINE" || text == "VERTEX" || text == "POLYLINE";
      const bool is_curve = text == "CIRCLE" || text == "ARC" || text == "ELLIPSE" || text == "SPLINE";
      if (is_curve && !in_header) ++curves;
    } else if (group == "2" && (text == "HEADER" || text == "ENTITIES" || text == "BLOCKS")) {
      in_header = text == "HEADER";
    } else if (group == "42" && has_bulge && text.find_first_of("123456789") != text.npos) {
      ++curves;
    }
  }
  return curves;
}

}  // namespace zaitu::io
