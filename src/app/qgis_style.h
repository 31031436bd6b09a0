// Styles as QGIS reads them (QML), for GeoPackages: one symbol for each value of an attribute. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "app/ledger.h"

namespace zaitu::app {

struct QgisCategory {
  std::string value, label;
  std::string colour;  // "#RRGGBB"
};
enum class QgisSymbol { fill, outline, dot };
std::string categorized_qml(const std::string& attribute, const std::vector<QgisCategory>& categories,
                            QgisSymbol symbol);

// By code, with one more for what has none.
std::vector<QgisCategory> stage_categories(const model::Project& project, base::Language language);
std::vector<QgisCategory> certainty_categories(const model::Project& project, base::Language language);
// The classes that a column of codes holds, and one more for all others.
std::vector<QgisCategory> land_use_categories(const model::Project& project, const Ledger& ledger, std::size_t column,
                                              base::Language language);

}  // namespace zaitu::app
