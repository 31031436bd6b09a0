// Text sources (CSV, MIF, DXF) in the private copy: decided by strict decoding of every line, rewritten as UTF-8, and
// for CSV checked for what GDAL swallows without a word (an unclosed quote, rows of different width).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "io/source.h"

namespace zaitu::io {

// Rewrites all `files` (of one source, in one encoding) as UTF-8. `declared` = what the file itself says, may be empty.
Decision rewrite_as_utf8(const std::vector<std::filesystem::path>& files, const std::string& given,
                         const std::string& declared, const std::string& where, std::vector<Warning>& warnings);

// Of an UTF-8 CSV: the number of records below its header. Throws base::Error(input_unreadable), keyword quote.
std::int64_t check_csv(const std::filesystem::path& file, std::vector<Warning>& warnings);

// What the header of a MIF ("WindowsSimpChinese") or a DXF ("ANSI_936") declares, as an iconv name; may be empty.
std::string declared_encoding_of_mif(const std::filesystem::path& file);
std::string declared_encoding_of_dxf(const std::filesystem::path& file);
// After the rewriting: GDAL must not decode a MIF a second time.
void set_mif_charset_neutral(const std::filesystem::path& file);

}  // namespace zaitu::io
