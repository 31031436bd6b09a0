// Where the coordinates of a source lie: in which CRS they are taken to be, on whose word, and what is done to them
// first. Settled before the first outline is taken, from what the source declares, what the user says, or where its
// coordinates would land; settled anew when every single outline contradicts what was declared. Private to app.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/commands.h"
#include "crs/candidates.h"
#include "model/project.h"

namespace zaitu::app {

class GeometryIntake;

struct SourcePlace {
  std::string crs;       // definition of the coordinates' CRS; empty: no outline can be placed, originals are kept
  io::Decision stated;   // the same as results tell it
  bool guessed = false;  // from where its coordinates land, as nobody says the CRS
  bool swapped = false;
  crs::MapShift shift = crs::MapShift::none;
  std::optional<crs::HelmertFit> fit;  // takes the source's coordinates to `crs`
  crs::CandidateList candidates;       // where they were asked for
  std::string keyword;                 // of what is said to a feature whose outline is not placed
  std::vector<io::Warning> said;       // what is to be said of the decision
  bool overrules = false;              // what the source declares
  bool final = false;                  // it is not doubted any more
};

// Some rows of a source, taken at equal distances from its first part.
struct SourceSample {
  io::SourceHeader header;
  std::vector<io::SourceRow> rows;
};
// Reads at most the first ten thousands of rows, in a worker of its own. Throws as io::read_batches.
SourceSample sample_of(const ImportOptions& options, base::Progress& progress);
// The first corner of each outline of the sample.
std::vector<geom::Coord> corners_of(const SourceSample& sample);

// Where the project lies: its layers, unless they lie all over the country, and the area of use of its CRS.
crs::ExpectedPlace expected_place(const model::Project& project);

// Decides for a source with outlines. Reads a sample of it when it does not say its CRS. Throws
// Error(input_unreadable), keyword crs-missing, when nobody says it and it is not to be guessed, with the candidates.
SourcePlace settle_place(const io::SourceHeader& header, const ImportOptions& options, const model::Project& project,
                         base::Progress& progress);
// The columns of a table that hold a point for each row, by their titles: easting and northing, or longitude and
// latitude.
struct PointColumns {
  std::size_t x = 0, y = 0;
};
std::optional<PointColumns> point_columns(const io::SourceHeader& header);
// The number in a cell; NaN: none.
double number_in(const io::SourceValue& cell);
// As settle_place for a table with such columns, of which nothing is refused.
SourcePlace settle_table_place(const io::SourceHeader& header, const ImportOptions& options,
                               const PointColumns& columns, const model::Project& project, base::Progress& progress);
// After all outlines were seen: what they are when all of them say the same against `place`; nullopt: nothing better.
std::optional<SourcePlace> better_place(const SourcePlace& place, const GeometryIntake& intake,
                                        const model::Project& project);

// The decision as it is kept with the import: JSON.
std::string decision_text(const SourcePlace& place);

}  // namespace zaitu::app
