// Text sources (CSV, MIF, DXF) in the private copy: decided by strict decoding of every line, read or rewritten as
// UTF-8.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "io/source.h"

namespace zaitu::io {

// What a file begins with, 4096 bytes at most; of one that cannot be read nothing.
std::string head_of(const std::filesystem::path& file);

// Rewrites all `files` (of one source, in one encoding) as UTF-8. `declared` = what the file itself says, may be empty.
Decision rewrite_as_utf8(const std::vector<std::filesystem::path>& files, const std::string& given,
                         const std::string& declared, const std::string& where, std::vector<Warning>& warnings);

// The same for JSON and XML, which are UTF-8 unless they say otherwise: only what is not, or says that it is not, is
// written anew, XML with a declaration that fits.
Decision rewrite_json_as_utf8(const std::filesystem::path& file, const std::string& given,
                              std::vector<Warning>& warnings);
Decision rewrite_xml_as_utf8(const std::filesystem::path& file, const std::string& given,
                             std::vector<Warning>& warnings);

// A file's text as UTF-8, decided likewise; the file stays as it is.
struct DecodedText {
  Decision decision;
  std::string text;
};
DecodedText read_as_utf8(const std::filesystem::path& file, const std::string& given, std::vector<Warning>& warnings);

// What the header of a MIF ("WindowsSimpChinese") or a DXF ("ANSI_936") declares, as an iconv name; may be empty.
std::string declared_encoding_of_mif(const std::filesystem::path& file);
std::string declared_encoding_of_dxf(const std::filesystem::path& file);
// After the rewriting: GDAL must not decode a MIF a second time.
void set_mif_charset_neutral(const std::filesystem::path& file);
// After the rewriting: GDAL takes a DXF without a header section for Latin-1, and does not open one that begins with
// its blocks. It gets an empty one.
void give_dxf_a_header(const std::filesystem::path& file);

}  // namespace zaitu::io
