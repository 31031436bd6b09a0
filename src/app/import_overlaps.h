// Parcels of one import that lie on each other, or on parcels that were there: their land would count twice. Looked for
// after the last row, away from the threads that read.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "app/import_context.h"
#include "geom/overlaps.h"

namespace zaitu::app {

class ParcelOverlaps {
 public:
  struct Parcel {
    std::int64_t fid = 0;  // in the source
    std::int64_t id = 0;   // in the project
    std::optional<base::Date> from, to;
    bool has_parents = false;  // it replaces others, which lie below it
  };
  void add(const geom::FeatureGeometry& outline, const Parcel& parcel);
  // Writes what was found into the import's log: each pair of parcels in force at the same time with the area they
  // share, and outlines that come twice.
  void report(ImportContext& context, const Keys& codes);

 private:
  struct Stored {  // a parcel of the project below one of the import
    std::int64_t id = 0;
    std::uint32_t row = 0;
    double area_m2 = 0;
    bool same = false;
  };
  std::vector<Stored> on_stored(const ImportContext& context);
  geom::OverlapSearch m_search;
  std::vector<Parcel> m_parcels;  // by area of the search
  std::size_t m_left_out = 0;
};

}  // namespace zaitu::app
