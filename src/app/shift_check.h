// Are the outlines of a source offset as Amap's, Tencent's or Baidu's maps are? Told by the parcels that the project
// has already: their places are compared with what the offset makes of them. Private to app.
#pragma once

#include <optional>
#include <vector>

#include "app/import_geometry.h"
#include "crs/gcj02.h"
#include "io/source.h"
#include "model/project.h"

namespace zaitu::app {

class ShiftCheck {
 public:
  // `undone`: an offset that is taken off the source already.
  ShiftCheck(const model::Project& project, crs::MapShift undone);
  // Every outline of the source; `parcel`: the stored one of the same code, 0 = none.
  void see(std::int64_t parcel, const TakenFacts& taken);
  // When at least three, and most, of those that can be compared are offset alike: a warning with the keyword
  // crs-shift that names the offset.
  std::optional<io::Warning> finding() const;

 private:
  struct Pair {
    geom::Coord source, stored;
  };
  std::vector<Pair> pairs_by_shape(crs::MapShift shift) const;
  geom::Coord place_without(geom::Coord c, crs::MapShift shift) const;

  const model::Project& m_project;
  crs::MapShift m_undone;
  crs::Transformation m_to_degrees;
  std::vector<Pair> m_pairs;           // of the same code
  std::vector<TakenFacts> m_unpaired;  // some of the others
};

}  // namespace zaitu::app
