// A CSV file, UTF-8, as a sheet (RFC 4180, and what Excel writes of it).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "io/sheet.h"
#include "io/source.h"

namespace zaitu::io {

// The delimiter is told from the first lines: , ; tab or |. Rows are numbered as a spreadsheet would, blank ones too.
// Throws base::Error(input_unreadable): keyword quote when a quote is not closed where it should be, so that rows would
// be swallowed; limit, too-large. `name`: of the file, for messages.
Sheet read_csv_sheet(std::string&& text, const std::string& name, std::vector<Warning>& warnings);

}  // namespace zaitu::io
