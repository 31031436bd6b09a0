// A look at XML and JSON in the private copy before a parser sees it: entities, references to outside, and nesting that
// parsers answer with their own stack. Pure functions over files; throw base::Error(input_unreadable).
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "io/source.h"

namespace zaitu::io {

inline constexpr std::size_t most_nesting = 32;  // of geometries in each other

// KML and GML, in UTF-8, UTF-16 or a code page. Refuses entities (keyword entity) and elements more than some hundred
// deep (nested); what points to the network is warned of (blocked).
void check_xml(const std::filesystem::path& file, const std::string& name, std::vector<Warning>& warnings);

// GeoJSON and its lines: refuses what is nested deeper than geometries 32 deep need (nested).
void check_json(const std::filesystem::path& file, const std::string& name);

// Records of a CSV (the first below the header is 1) with a cell of brackets deeper than a WKT 32 deep needs.
// Refuses a CSV in which every record is one (nested).
std::vector<std::int64_t> nested_records(const std::filesystem::path& file, const std::string& name);

}  // namespace zaitu::io
