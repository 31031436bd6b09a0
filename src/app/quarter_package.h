// The quarterly package (季度报送包): PDF, workbook and GeoPackage of one quarter, whose totals agree to the last
// digit, because all three are written from the same figures.
#pragma once

#include <string>
#include <vector>

#include "app/picture.h"
#include "planning/quarterly.h"
#include "report/report.h"

namespace zaitu::app {

struct PackageFile {
  std::string format;  // pdf | xlsx | gpkg
  std::string path;
};

// As at the quarter's last day by the picture's rule; of a frozen quarter by the rule it was frozen with, and with its
// figures (see report/quarter_package.h). The files appear together, after all of them are written and checked; when
// one fails, or the work is stopped, none does. Throws base::Error, Cancelled.
std::vector<report::WrittenFile> write_quarter_package(const Picture& picture, planning::Quarter quarter,
                                                       const std::vector<PackageFile>& files, base::Language language,
                                                       base::Progress& progress);

}  // namespace zaitu::app
