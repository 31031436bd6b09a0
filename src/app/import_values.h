// The meaning of a cell (model/cell_values.h), by its names in this layer.
#pragma once

#include "model/cell_values.h"

namespace zaitu::app {

using model::match_key;
using model::parse_date;
using model::parse_flag;
using model::parse_number;
using model::ParsedNumber;
using model::split_list;
using model::title_key;
using model::TitleUnit;
using model::unit_of_title;

}  // namespace zaitu::app
